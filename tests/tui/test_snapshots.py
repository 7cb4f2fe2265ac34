"""What the review looks like, pixel by pixel. `pytest tests/tui --snapshot-update` after a change, and look at the pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from desk import Text, World
from samples import SAMPLES
from textual.pilot import Pilot

from quizcv.model import Settings

Compare = Callable[..., bool]
TABLE, CODE, MATH, CHINESE, LONG, TYPED, CLOZE = SAMPLES
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


def shown(world: World, compare: Compare, *pressed: str, size: str = "80x24") -> bool:
    """Whether the screen after these keys looks as it did."""

    async def press(pilot: Pilot[Any]) -> None:
        for key in pressed:
            world.clock.wait(3)
            await pilot.press(key)

    return compare(world.app(), run_before=press, terminal_size=SIZES[size])


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("card", [TABLE, CODE, MATH, CHINESE, LONG], ids=["table", "code", "math", "chinese", "long"])
def test_answer(world: World, snap_compare: Compare, card: Text, size: str) -> None:
    """A turned card of each kind, in the midst of a sitting."""
    world.put(replace(card, due=9), *SAMPLES, Text("Flagged.", "yes", due=20))
    assert shown(world, snap_compare, "space", "3", "space", size=size)


def test_question(world: World, snap_compare: Compare) -> None:
    """Before the answer: a new card with a hint, shown."""
    world.put(CLOZE, TABLE)
    assert shown(world, snap_compare, "space", "1", "f", "h")


def test_typing(world: World, snap_compare: Compare) -> None:
    """An answer half typed."""
    world.put(TYPED)
    assert shown(world, snap_compare, *"34,9")


def test_typed(world: World, snap_compare: Compare) -> None:
    """And beside the card's."""
    world.put(TYPED)
    assert shown(world, snap_compare, *"34944", "enter")


def test_six_grades(world: World, snap_compare: Compare) -> None:
    """The keys go on in a second line."""
    world.settings = Settings(grades=6)
    world.put(CODE)
    assert shown(world, snap_compare, "space")


def test_message(world: World, snap_compare: Compare) -> None:
    """What was done, and the drill."""
    world.put(replace(MATH, lapses=7, breadcrumb=("Convolution", "输出尺寸", "一个特别特别特别长的标题" * 3)))
    assert shown(world, snap_compare, "f", "space", "2", "space", "u")


def test_help(world: World, snap_compare: Compare) -> None:
    """All keys fit 80×24."""
    world.put(CODE)
    assert shown(world, snap_compare, "question_mark")


@pytest.mark.parametrize("left", [0, 1])
def test_summary(world: World, snap_compare: Compare, left: int) -> None:
    """At the end, and in the midst."""
    world.put(TABLE, CLOZE, *[CODE] * left)
    assert shown(world, snap_compare, "space", "3", "space", "1", *["q"] * left, *["space", "3"] * (1 - left))
