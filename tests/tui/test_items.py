"""Computational cards on the screen and line by line."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from desk import Text, World, seen
from textual.pilot import Pilot

from quizcv.answers import Choice, Integer
from quizcv.model import Kind
from quizcv.model import Text as Both
from quizcv.published import Distractor, PublishedItem, Verification
from quizcv.tui.plain import run_plain

CARD = Text("", "", deck="items::shapes", breadcrumb=(), kind=Kind.ITEM, model="conv_output")
ITEM = PublishedItem(
    model="conv_output",
    version=1,
    topic="shapes",
    seed=1,
    index=0,
    level=2,
    params={"size": 227, "kernel": 11, "stride": 4},
    stem=Both(
        "A convolution with kernel 11×11 and stride 4 reads a 227×227 map. How wide is its output?",
        "卷积核 11×11、步长 4 的卷积读入 227×227 的特征图。输出宽多少？",
    ),
    answer=Integer("px"),
    key=55,
    distractors=(Distractor(56, Both("The division was rounded up.", "除法向上取整了。")),),
    rule=Both(r"$o = \lfloor (H - k)/s \rfloor + 1$", r"$o = \lfloor (H - k)/s \rfloor + 1$"),
    solution=Both(r"$\lfloor (227 - 11)/4 \rfloor + 1 = 55$.", r"$\lfloor (227 - 11)/4 \rfloor + 1 = 55$。"),
    verification=Verification("torch 2.13.0", "cpu", "operation: conv1d", 55, 0.0),
)
LETTERS = PublishedItem(
    **{field: getattr(ITEM, field) for field in PublishedItem.__dataclass_fields__}
    | {"answer": Choice((Both("this", "这个"), Both("that", "那个"))), "key": "b", "distractors": ()}
)


@pytest.fixture
def stocked(world: World) -> World:
    world.put(CARD)
    stock(world, ITEM, ITEM)
    return world


def stock(world: World, *items: PublishedItem) -> None:
    with world.store.write() as db:
        db.pool.add([item.to_json() for item in items])


async def drive(world: World, *pressed: str) -> str:
    """The screen after these keys."""
    app = world.app()
    async with app.run_test(size=(80, 24)) as pilot:
        for key in pressed:
            world.clock.wait(3)
            await pilot.press(key)
        await pilot.pause()
        return seen(app)


async def test_right(stocked: World) -> None:
    """The stem asks, Enter marks; the key, the worked solution and the witness stand below, the grade is proposed."""
    screen = await drive(stocked, "5", "5", "enter")
    assert "✓ 55" in screen
    assert "⌊(227 − 11)/4⌋ + 1 = 55" in screen
    assert "✓ PyTorch (operation: conv1d)" in screen
    assert "▸4 easy" in screen
    assert "level 2" in screen


async def test_a_misconception_is_named(stocked: World) -> None:
    """A wrong answer that a mistake leads to is told which."""
    screen = await drive(stocked, "5", "6", "enter")
    assert "✗ 56" in screen
    assert "The division was rounded up." in screen
    assert "▸1 again" in screen


async def test_malformed_is_asked_again(stocked: World) -> None:
    """The line stays as it was typed, a sentence says what to write, and nothing was marked."""
    screen = await drive(stocked, *"5 cm", "enter")
    assert "cannot be read" in screen
    assert "5 cm" in screen
    assert "─ answer" not in screen
    assert stocked.journal() == []


async def test_the_hint_costs_the_best_grades(stocked: World) -> None:
    """F1 shows the formula while typing; then a right answer is worth a `hard`."""
    screen = await drive(stocked, "f1", "5", "5", "enter")
    assert "hint: o = ⌊(H − k)/s⌋ + 1" in screen
    assert "▸2 hard" in screen


async def test_the_learner_may_override(stocked: World) -> None:
    """The proposal is only that."""
    await drive(stocked, "5", "5", "enter", "3")
    assert stocked.journal() == [("learn", 4)]


async def test_looking_is_not_knowing(stocked: World) -> None:
    """Turned without an answer: the lowest grade is proposed, none is forced."""
    assert "▸1 again" in await drive(stocked, "escape", "space")


async def test_chinese(world: World) -> None:
    """The item in the language of the card."""
    world.put(Text("", "", kind=Kind.ITEM, model="conv_output", lang="zh"))
    stock(world, ITEM)
    screen = await drive(world, "5", "6", "enter")
    assert "输出宽多少" in screen
    assert "除法向上取整了" in screen


async def test_an_empty_pool_does_not_stop_the_rest(world: World) -> None:
    """The text card is shown; at the end it is said that a card had no numbers."""
    world.put(CARD, Text("How many layers?", "Eight."))
    assert "How many layers?" in await drive(world)
    assert "without numbers" in await drive(world, "space", "4")


def lines(world: World, said: str) -> str:
    out = StringIO()
    run_plain(world.session(), clock=world.clock, lines=StringIO(said), out=out)
    return out.getvalue()


def test_line_by_line(stocked: World) -> None:
    """The same in the line mode, a malformed answer and the hint included."""
    said = lines(stocked, "h\nfifty\n56\n1\n")
    assert "hint: o = ⌊(H − k)/s⌋ + 1" in said
    assert "cannot be read" in said
    assert "your answer: 56 (wrong)\nThe division was rounded up." in said
    assert "(suggested: 1)" in said


def test_a_letter_that_is_asked_for_is_no_command(world: World) -> None:
    """`b` buries a card, but answers a choice."""
    world.put(CARD)
    stock(world, LETTERS)
    assert "your answer: b (right)" in lines(world, "b\n4\n")


Compare = Callable[..., bool]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_how_it_looks(world: World, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """A wrong answer, marked."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    world.put(Text("", "", deck="items::shapes", breadcrumb=(), kind=Kind.ITEM, model="conv_output", lang=lang))
    stock(world, ITEM)

    async def press(pilot: Pilot[Any]) -> None:
        for key in ("5", "6", "enter"):
            await pilot.press(key)

    assert snap_compare(world.app(), run_before=press, terminal_size=(80, 24))
