"""Computational cards in a sitting: fresh items from the pool, marked answers, difficulty by the learner's own record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from quizcv.answers import Malformed, Verdict
from quizcv.model import Grade, ItemAnswer
from quizcv.study import Prompt, Session, Wanted
from quizcv.study.computed import level_for
from tests.conftest import Shelf
from tests.study.simulation import PLENTY, Desk, at

Put = Callable[..., int]
Stock = Callable[..., None]


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf)


def shown(session: Session, day: int = 0) -> Prompt:
    prompt = session.show(at(day))
    assert prompt is not None
    return prompt


def key_of(prompt: Prompt) -> str:
    assert prompt.item is not None
    return str(prompt.item.key)


def answers(shelf: Shelf, model: str = "conv_output") -> list[ItemAnswer]:
    with shelf.store.read() as db:
        return db.pool.record(shelf.learner.id, model, 99)


def test_every_review_shows_another_item(desk: Desk, item_card: Put, stock: Stock) -> None:
    """Drawn once: flagging and skipping do not change it, answering does, and it never comes back."""
    item_card("c")
    stock("conv_output", 1, 3)
    session = desk.session(at(0))
    first = shown(session)
    assert first.item is not None
    assert shown(session).item == first.item
    assert session.flag(at(0)).item == first.item  # type: ignore[union-attr]
    session.skip()
    assert shown(session).item == first.item
    session.answer("0", 1000)
    session.grade(Grade.WRONG, at(0))
    second = shown(session)
    assert second.item is not None
    assert second.item.index != first.item.index
    with desk.shelf.store.read() as db:
        assert db.pool.sizes() == {("conv_output", 1): 1}


def test_the_answer_is_kept_beside_the_grade(desk: Desk, item_card: Put, stock: Stock) -> None:
    """What was typed, to which item, with which verdict; undo takes it back with the review."""
    card = item_card("c")
    stock("conv_output", 1, 2)
    session = desk.session(at(0))
    prompt = shown(session)
    assert prompt.item is not None
    assert prompt.item.distractors
    wrong = prompt.item.distractors[0]
    marked = session.answer(str(wrong.value), 5000)
    assert (marked.marking.verdict, marked.marking.why) == (Verdict.WRONG, wrong.misconception)
    session.grade(marked.proposal, at(0), 5000)
    kept = answers(desk.shelf)
    assert [(one.typed, one.verdict, one.misconception) for one in kept] == [
        (str(wrong.value), "wrong", wrong.misconception.en)
    ]
    assert (kept[0].seed, kept[0].index, kept[0].level) == (prompt.item.seed, prompt.item.index, 1)
    session.undo(at(0))
    assert answers(desk.shelf) == []
    assert desk.shelf.state(card).new


@pytest.mark.parametrize(
    ("seconds", "hinted", "typed", "grade"),
    [
        (5, False, "", Grade.PERFECT),
        (60, False, "", Grade.GOOD),
        (500, False, "", Grade.HARD),
        (5, True, "", Grade.HARD),
        (5, False, "99999", Grade.WRONG),
        (5, False, " ", Grade.BLACKOUT),
    ],
)
@pytest.mark.parametrize("grades", [4, 6])
def test_the_proposed_grade(
    desk: Desk, item_card: Put, stock: Stock, seconds: int, hinted: bool, typed: str, grade: Grade, grades: int
) -> None:
    """From right or wrong, the time, and whether the formula was looked at; always one that is on offer."""
    desk.settings = replace(PLENTY, grades=grades)
    item_card("c")
    stock("conv_output", 1, 1)
    session = desk.session(at(0))
    prompt = shown(session)
    marked = session.answer(typed or key_of(prompt), seconds * 1000, hinted=hinted)
    assert marked.proposal == (max(grade, Grade.WRONG) if grades == 4 else grade)
    assert marked.proposal in session.grades


def test_a_malformed_answer_is_not_marked(desk: Desk, item_card: Put, stock: Stock) -> None:
    """It is asked again; nothing is written."""
    item_card("c")
    stock("conv_output", 1, 1)
    session = desk.session(at(0))
    shown(session)
    with pytest.raises(Malformed):
        session.answer("fifty-five", 1000)
    session.grade(Grade.GOOD, at(0))
    assert answers(desk.shelf) == []


def record(*entries: tuple[int, str, bool]) -> list[ItemAnswer]:
    return [ItemAnswer("m", 1, level, 0, 0, "", verdict, "", hinted) for level, verdict, hinted in entries]


@pytest.mark.parametrize(
    ("latest_first", "level"),
    [
        (record(), 1),
        (record((1, "right", False)), 1),
        (record((1, "right", False), (1, "right", False)), 2),
        (record((1, "right", True), (1, "right", False)), 1),
        (record((2, "right", False), (1, "right", False)), 2),
        (record((3, "right", False), (3, "right", False)), 3),
        (record((2, "wrong", False), (2, "right", False)), 1),
        (record((1, "wrong", False)), 1),
        (record((2, "near", False), (2, "right", False)), 2),
    ],
)
def test_difficulty_follows_the_record(latest_first: list[ItemAnswer], level: int) -> None:
    """Up after two right answers without a hint at one level, down after a wrong one."""
    assert level_for(latest_first) == level


def test_levels_in_a_sitting(desk: Desk, item_card: Put, stock: Stock) -> None:
    """Two right answers on two days, and the third item is of level 2; a card that states its level keeps it."""
    item_card("rises")
    item_card("stays", level=3, model="dropout_scale")
    for level in (1, 2, 3):
        stock("conv_output", level, 3)
        stock("dropout_scale", level, 3)
    levels: dict[str, list[int]] = {"rises": [], "stays": []}
    for day in (0, 1, 7):
        session = desk.session(at(day))
        while (prompt := session.show(at(day))) is not None:
            assert prompt.item is not None
            levels[prompt.card.key].append(prompt.item.level)
            session.answer(key_of(prompt), 1000)
            session.grade(Grade.PERFECT, at(day))
    assert levels == {"rises": [1, 1, 2], "stays": [3, 3, 3]}


def test_without_items_the_others_come_first(desk: Desk, item_card: Put, stock: Stock) -> None:
    """A card whose model has nothing in the pool stands back, and comes as soon as there is something."""
    item_card("waits")
    desk.shelf.add("text")
    session = desk.session(at(0))
    assert shown(session).card.key == "text"
    session.grade(Grade.PERFECT, at(0))
    assert session.show(at(0)) is None
    assert session.summary(at(0)).without_item == 1
    assert session.starved() == {"conv_output"}
    stock("conv_output", 2, 1)
    assert not session.starved()
    assert shown(session).card.key == "waits"
    assert shown(session).item.level == 2  # type: ignore[union-attr]


def test_cramming_is_recorded_and_schedules_nothing(desk: Desk, item_card: Put, stock: Stock) -> None:
    """The record of a model counts cramming too: it was an answer."""
    card = item_card("c")
    stock("conv_output", 1, 2)
    session = desk.session(at(0), Wanted(cram=True))
    session.answer(key_of(shown(session)), 1000)
    session.grade(Grade.PERFECT, at(0))
    assert desk.shelf.state(card).new
    assert [one.verdict for one in answers(desk.shelf)] == ["right"]


def test_two_windows_draw_two_items(desk: Desk, item_card: Put, stock: Stock) -> None:
    """One item is never shown twice."""
    item_card("c")
    stock("conv_output", 1, 2)
    one, other = shown(desk.session(at(0))), shown(desk.session(at(0)))
    assert one.item != other.item
