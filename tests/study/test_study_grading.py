"""What a grade does, through sittings on simulated days: SM-2, drill, leeches, cramming."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation import PLENTY, START, Desk, always, at, first_time

from quizcv.model import FOUR_GRADES, Action, CardFilter, CardState, Grade, Memory
from quizcv.scheduling.sm2 import SM2
from quizcv.study import Wanted, undo_last
from quizcv.study.grading import changed, choices, graded, is_leech

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

CRAM = Wanted(cram=True)


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf)


def days(count: int) -> date:
    return START + timedelta(days=count)


# --- histories ---------------------------------------------------------------------------------------------------

GOLDEN: dict[str, list[tuple[int, int, int]]] = {
    # n, EF in hundredths, interval; worked out by hand in tests/test_sm2.py
    "5555555": [(1, 260, 1), (2, 270, 6), (3, 280, 17), (4, 290, 50), (5, 300, 150), (6, 310, 465), (7, 320, 1488)],
    "4454554": [(1, 250, 1), (2, 250, 6), (3, 260, 16), (4, 260, 42), (5, 270, 114), (6, 280, 320), (7, 280, 896)],
    "33333333": [
        (1, 236, 1), (2, 222, 6), (3, 208, 13), (4, 194, 26), (5, 180, 47), (6, 166, 79), (7, 152, 121), (8, 138, 167),
    ],
    "012345": [(0, 250, 1), (0, 250, 1), (0, 250, 1), (1, 236, 1), (2, 236, 6), (3, 246, 15)],
    "55505": [(1, 260, 1), (2, 270, 6), (3, 280, 17), (0, 280, 1), (1, 290, 1)],
    "4433": [(1, 250, 1), (2, 250, 6), (3, 236, 15), (4, 222, 34)],
}  # fmt: skip


@pytest.mark.parametrize("history", GOLDEN)
@pytest.mark.parametrize("late", [0, 1, 11])
def test_a_history_on_its_days(desk: Desk, history: str, late: int) -> None:
    """Each answer on the day it is due, or so many days late: the interval counts from the real day, drill changes nothing."""
    [card] = desk.shelf.add("a")
    day, lapses = START, 0
    for number, (grade, (repetitions, easiness, interval)) in enumerate(
        zip(map(int, history), GOLDEN[history], strict=True)
    ):
        done = desk.study(at(day), first_time([grade]))
        action = Action.REVIEW if number else Action.LEARN
        assert done == [("a", action, grade)] + [("a", Action.DRILL, 4)] * (grade < 4)
        lapses += bool(number) and grade < 3
        due = day + timedelta(days=interval)
        assert desk.shelf.state(card).memory == Memory(repetitions, easiness, interval, due, day, lapses)
        for earlier in {day, due - timedelta(days=1)}:
            assert desk.keys(at(earlier, 23)) == ([], [], [])
        assert desk.keys(at(due)) == (["a"], [], [])
        day = due + timedelta(days=late)
    desk.proven()


def test_an_early_review_is_scheduled_from_its_real_day(desk: Desk) -> None:
    [card] = desk.shelf.add("a")
    for day in (0, 1, 7):
        desk.study(at(day))
    memory = desk.shelf.state(card).memory
    assert memory is not None
    assert (memory.interval, memory.due) == (15, days(22))
    assert desk.study(at(10), wanted=Wanted(ahead=30)) == [("a", Action.REVIEW, 4)]
    memory = desk.shelf.state(card).memory
    assert memory is not None
    assert (memory.interval, memory.last, memory.due) == (38, days(10), days(48))


@settings(max_examples=25)
@given(
    grades=st.lists(st.integers(0, 5), min_size=1, max_size=6),
    drill=st.lists(st.tuples(st.sampled_from(["skip", "grade", "leave"]), st.integers(0, 5)), max_size=40),
)
def test_drill_never_touches_the_schedule(fresh: Fresh, grades: list[int], drill: list[tuple[str, int]]) -> None:
    """In whatever order the cards are repeated, how often, with what grades, over however many sittings."""
    with fresh(None) as shelf:
        desk = Desk(shelf)
        ids = shelf.add(*(f"card {number}" for number in range(len(grades))))
        session = desk.session(at(0))
        for grade in grades:
            session.show(at(0))
            session.grade(Grade(grade), at(0))
        memories = [SM2().review(None, Grade(grade), START) for grade in grades]
        for what, grade in drill:
            if session.show(at(0, 13)) is None:
                break
            if what == "skip":
                session.skip()
            elif what == "grade":
                session.grade(Grade(grade), at(0, 13))
            else:
                session = desk.session(at(0, 13))
            assert [shelf.state(card).memory for card in ids] == memories
        desk.study(at(0, 14))
        assert [shelf.state(card) for card in ids] == [CardState(memory) for memory in memories]
        desk.proven()


# --- what the buttons say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [4, 6])
def test_the_grades_on_offer(desk: Desk, count: int) -> None:
    desk.settings = replace(PLENTY, grades=count)
    desk.shelf.add("a")
    session = desk.session(at(0))
    prompt = session.show(at(0))
    assert prompt is not None
    offered = [choice.grade for choice in prompt.choices]
    assert offered == list(session.grades) == (list(FOUR_GRADES.values()) if count == 4 else list(Grade))


@settings(max_examples=30)
@given(history=st.lists(st.integers(0, 5), max_size=5), grade=st.integers(0, 5), late=st.integers(0, 40))
def test_the_interval_on_a_button_is_the_one_that_comes(
    fresh: Fresh, history: list[int], grade: int, late: int
) -> None:
    """So many days as it says, and once more today if it says that."""
    with fresh(None) as shelf:
        [card] = shelf.add("a")
        desk, day = Desk(shelf), START
        for earlier in history:
            desk.study(at(day), first_time([earlier]))
            memory = shelf.state(card).memory
            assert memory is not None
            day = memory.due
        day += timedelta(days=late if history else 0)
        session = desk.session(at(day))
        prompt = session.show(at(day))
        assert prompt is not None
        choice = prompt.choices[grade]
        session.grade(Grade(grade), at(day))
        after = shelf.state(card)
        assert after.memory is not None
        assert choice.days == (after.memory.due - day).days
        assert choice.drill == (session.show(at(day)) is not None)
        if choice.drill:
            prompt = session.show(at(day))
            assert prompt is not None
            assert [c.days for c in prompt.choices] == [None] * 6
            assert [c.drill for c in prompt.choices] == [True] * 4 + [False] * 2


# --- leeches -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "every", "leeches"),
    [(8, 4, {8, 12, 16, 20}), (1, 1, set(range(1, 21))), (3, 99, {3}), (5, 7, {5, 12, 19}), (21, 1, set())],
)
def test_which_failure_makes_a_leech(first: int, every: int, leeches: set[int]) -> None:
    chosen = replace(PLENTY, leech_lapses=first, leech_every=every)
    assert {lapses for lapses in range(21) if is_leech(lapses, chosen)} == leeches


def test_a_leech_is_suspended_at_eight_twelve_and_sixteen(desk: Desk) -> None:
    """And not drilled that day; each time it is brought back it has four more failures."""
    [card] = desk.shelf.add("a")
    desk.study(at(0))
    suspended_at = []
    for day in range(1, 19):
        done = desk.study(at(day), first_time([1]))
        state = desk.shelf.state(card)
        assert state.memory is not None
        assert state.leech == (state.memory.lapses >= 8)
        assert state.drill is None
        if state.suspended:
            assert done == [("a", Action.REVIEW, 1)], "no drill"
            suspended_at.append(state.memory.lapses)
            assert desk.keys(at(day)) == ([], [], [])
            assert desk.keys(at(day + 1)) == ([], [], [])
            desk.mark(card, Action.UNSUSPEND, at(day))
        else:
            assert done == [("a", Action.REVIEW, 1), ("a", Action.DRILL, 4)]
        desk.proven()
    assert suspended_at == [8, 12, 16]
    assert desk.shelf.state(card).leech


def test_a_leech_that_is_only_marked_stays(desk: Desk) -> None:
    desk.settings = replace(PLENTY, leech_action="tag")
    [card] = desk.shelf.add("a")
    desk.study(at(0))
    for day in range(1, 14):
        assert desk.study(at(day), first_time([0])) == [("a", Action.REVIEW, 0), ("a", Action.DRILL, 4)]
        state = desk.shelf.state(card)
        assert (state.leech, state.suspended) == (day >= 8, False)
    desk.proven()


def test_a_leech_that_is_known_for_once_is_left_alone(desk: Desk) -> None:
    """It has as many failures as before: only the next one counts."""
    desk.settings = replace(PLENTY, leech_lapses=2, leech_every=1)
    [card] = desk.shelf.add("a")
    for day, grade, suspended in (
        (0, 4, False),
        (1, 1, False),
        (2, 1, True),
        (3, 4, False),
        (4, 3, False),
        (10, 0, True),
    ):
        desk.study(at(day), first_time([grade]))
        assert desk.shelf.state(card).suspended == suspended
        desk.mark(card, Action.UNSUSPEND, at(day))
    assert desk.shelf.state(card).leech


def test_an_answer_ends_a_burial(desk: Desk) -> None:
    """The day on which it was over is not kept for ever."""
    [card] = desk.shelf.add("a")
    desk.mark(card, Action.BURY, at(0))
    desk.study(at(1))
    assert desk.shelf.state(card).buried is None
    desk.proven()


def test_what_counts_as_a_failure(desk: Desk) -> None:
    """A review graded under 3: not a new card that was not known, not drill, not cramming, not a hard one."""
    desk.settings = replace(PLENTY, leech_lapses=1)
    [card] = desk.shelf.add("a")
    desk.study(at(0), always(0, 1, 2, 0, 4))
    desk.study(at(0), always(0, 0, 4), CRAM)
    desk.study(at(1), always(3, 1, 4))
    assert not desk.shelf.state(card).leech
    desk.study(at(7), always(2))
    assert desk.shelf.state(card).suspended


def test_undo_unmakes_a_leech(desk: Desk) -> None:
    desk.settings = replace(PLENTY, leech_lapses=1)
    [card] = desk.shelf.add("a")
    desk.study(at(0))
    before = desk.shelf.dump()
    desk.study(at(1), always(1))
    assert desk.shelf.state(card).leech
    undo_last(desk.shelf.store, desk.shelf.learner)
    assert desk.shelf.dump() == before


# --- cramming ----------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(desk: Desk) -> Desk:
    """Cards in every state."""
    new, due, later, drilled, suspended, buried, one, _two = desk.shelf.add(
        "new", "due", "later", "drilled", "suspended", "buried", "n~c1", "n~c2"
    )
    desk.study(at(-8), wanted=Wanted(CardFilter(text="new")))
    undo_last(desk.shelf.store, desk.shelf.learner)
    for card_id, last, comes in ((due, -2, 0), (later, -2, 5), (drilled, 0, 1), (one, 0, 6)):
        desk.shelf.due(card_id, days(comes), days(last))
    desk.shelf.put(drilled, drill=START)
    desk.shelf.put(suspended, suspended=True)
    desk.shelf.put(buried, buried=days(1))
    assert desk.shelf.state(new).new
    return desk


def test_cramming_changes_no_schedule(crowd: Desk) -> None:
    """Not a row of it; the day's limits and siblings do not notice either. Each card until it scores 4, then no more."""
    before, waiting = crowd.shelf.dump(), crowd.keys(at(0))
    grades = {key: [0, 3, 4] for key in ("new", "due", "later", "drilled", "n~c1", "n~c2")}
    grades["later"] = [5]
    done = crowd.study(at(0), lambda key, _action: grades[key].pop(0), CRAM)
    assert {action for _key, action, _grade in done} == {Action.CRAM}
    assert [key for key, *_ in done[:6]] == ["new", "due", "later", "drilled", "n~c1", "n~c2"]
    assert all(left == [] for left in grades.values())
    after = crowd.shelf.dump()
    assert after["schedule"] == before["schedule"]
    assert crowd.keys(at(0)) == waiting
    assert len(after["journal"]) == len(before["journal"]) + len(done) == len(before["journal"]) + 16
    assert {table for table in before if before[table] != after[table]} == {"journal"}


def test_cramming_is_shuffled_by_the_one_who_asks(crowd: Desk) -> None:
    """Without a generator in order, with one out of it, with the same one the same; the limit is taken after that."""

    def keys(rng: Random | None, wanted: Wanted = CRAM) -> list[str]:
        names = crowd.names()
        session = crowd.session(at(0), wanted, rng=rng)
        return [names[card_id] for card_id, _queue in session._waiting]

    plain = keys(None)
    assert plain == ["new", "due", "later", "drilled", "n~c1", "n~c2"]
    shuffled = {tuple(keys(Random(seed))) for seed in range(10)}
    assert len(shuffled) > 5
    assert {tuple(sorted(order)) for order in shuffled} == {tuple(sorted(plain))}
    assert keys(Random(3)) == keys(Random(3))
    assert {key for seed in range(40) for key in keys(Random(seed), replace(CRAM, limit=1))} == set(plain)
    assert len(keys(None, replace(CRAM, limit=4))) == 4
    assert keys(Random(1), Wanted(CardFilter(text="front of n~c2"), cram=True)) == ["n~c2"]


# --- marks -------------------------------------------------------------------------------------------------------

FULL = CardState(Memory(3, 236, 15, days(15), START, 2), START, days(1), True, True, True)


@pytest.mark.parametrize(
    ("action", "change"),
    [
        (Action.SUSPEND, lambda state: replace(state, suspended=True, drill=None)),
        (Action.UNSUSPEND, lambda state: replace(state, suspended=False)),
        (Action.BURY, lambda state: replace(state, buried=days(1), drill=None)),
        (Action.FLAG, lambda state: replace(state, flagged=not state.flagged)),
        (Action.RESET, lambda state: CardState(flagged=state.flagged)),
    ],
)
@pytest.mark.parametrize("state", [CardState(), FULL])
def test_marks(action: Action, change: Callable[[CardState], CardState], state: CardState) -> None:
    """Each changes what it says and leaves the rest; twice is as once, but for the flag."""
    after = changed(state, action, START)
    assert after == change(state)
    assert changed(after, action, START) == (state if action is Action.FLAG else after)


@pytest.mark.parametrize("action", [action for action in Action if action.graded])
def test_an_answer_is_no_mark(action: Action) -> None:
    with pytest.raises(ValueError, match="needs a grade"):
        changed(CardState(), action, START)


@pytest.mark.parametrize("action", [Action.CRAM, Action.DRILL])
def test_the_buttons_of_cramming_and_drill_promise_no_day(action: Action) -> None:
    for choice in choices(FULL, action, Grade, START, SM2(), PLENTY):
        assert choice.days is None
        assert graded(FULL, action, choice.grade, START, SM2(), PLENTY).memory == FULL.memory
