"""Several windows on one database: every answer is accepted exactly once, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from simulation import PLENTY, Desk, at

from quizcv.errors import StaleCard
from quizcv.model import Action, Grade
from quizcv.store import Store
from quizcv.study import Session, undo_last

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

NOW = at(0)


@pytest.fixture
def two(shelf: Shelf) -> Iterator[tuple[Desk, Session, Session]]:
    """Two windows at the same three cards, each with its own connection."""
    shelf.add("a", "b", "c")
    desk = Desk(shelf)
    with Store.open(shelf.url) as other:
        yield desk, desk.session(NOW), desk.session(NOW, store=other)


def key(session: Session) -> str | None:
    prompt = session.show(NOW)
    return None if prompt is None else prompt.card.key


def test_the_second_answer_to_a_card_is_refused(two: tuple[Desk, Session, Session]) -> None:
    """The first one stands; the second window goes on with the next card."""
    desk, one, other = two
    assert key(one) == key(other) == "a"
    one.grade(Grade.GOOD, NOW)
    after = desk.shelf.dump()
    with pytest.raises(StaleCard, match="that answer stands"):
        other.grade(Grade.WRONG, NOW)
    assert desk.shelf.dump() == after
    assert key(one) == key(other) == "b"
    assert (one.done, other.done) == (1, 0)


@pytest.mark.parametrize("act", ["bury", "suspend", "flag"])
def test_a_mark_after_an_answer_elsewhere_is_refused(two: tuple[Desk, Session, Session], act: str) -> None:
    desk, one, other = two
    assert key(one) == key(other)
    one.grade(Grade.GOOD, NOW)
    after = desk.shelf.dump()
    with pytest.raises(StaleCard):
        getattr(other, act)(NOW)
    assert desk.shelf.dump() == after


def test_a_card_answered_elsewhere_is_not_shown(two: tuple[Desk, Session, Session]) -> None:
    _desk, one, other = two
    for _ in range(2):
        one.show(NOW)
        one.grade(Grade.GOOD, NOW)
    assert key(other) == "c"


def test_what_is_to_be_repeated_can_be_repeated_in_either(two: tuple[Desk, Session, Session]) -> None:
    """The window that asked has it in its queue; one begun later finds it there too; passed once is passed."""
    desk, one, _other = two
    one.show(NOW)
    one.grade(Grade.WRONG, NOW)
    later = desk.session(NOW)
    for _ in range(2):
        later.show(NOW)
        later.skip()
    assert key(later) == "a"
    later.grade(Grade.GOOD, NOW)
    one.show(NOW)
    one.skip()
    one.show(NOW)
    one.skip()
    assert key(one) == "b", "the drill was passed in the other window"


def test_an_undo_makes_the_card_free_for_others(two: tuple[Desk, Session, Session]) -> None:
    desk, one, other = two
    assert key(one) == "a"
    one.grade(Grade.WRONG, NOW)
    one.undo(NOW)
    assert key(other) == "a"
    other.grade(Grade.GOOD, NOW)
    with pytest.raises(StaleCard):
        one.grade(Grade.PERFECT, NOW)
    assert desk.journal() == [("a", Action.LEARN, 4)]


def test_undo_does_not_reach_what_another_window_did(two: tuple[Desk, Session, Session]) -> None:
    desk, one, other = two
    assert key(one) == "a"
    one.grade(Grade.HARD, NOW)
    other.show(NOW)
    other.skip()
    drill = desk.session(NOW)
    while key(drill) != "a":
        drill.skip()
    drill.grade(Grade.GOOD, NOW)
    after = desk.shelf.dump()
    with pytest.raises(StaleCard, match="Undo there first"):
        one.undo(NOW)
    assert desk.shelf.dump() == after
    drill.undo(NOW)
    one.undo(NOW)
    assert desk.journal() == []
    assert desk.shelf.state(1).new


moves = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["show", "show", "grade", "grade", "grade", "skip", "bury", "flag", "undo", "begin"]),
    st.sampled_from([1, 3, 4, 4, 5]),
)


@settings(max_examples=25)
@given(moves=st.lists(moves, max_size=60))
def test_any_interleaving(fresh: Fresh, moves: list[tuple[int, str, int]]) -> None:
    """Three windows in any order: each card is learned at most once, refused answers leave no trace, and every one that
    was accepted is there until it is undone."""
    with fresh(None) as shelf, Store.open(shelf.url) as second, Store.open(shelf.url) as third:
        due, *_ = shelf.add("due", "a", "b") + shelf.add("n~1", "n~2", note="n")
        shelf.due(due, at(0).date(), at(-3).date())
        desk = Desk(shelf)
        windows = [desk.session(NOW, store=store) for store in (shelf.store, second, third)]
        accepted: dict[int, tuple[int, int]] = {}
        done: list[list[int]] = [[], [], []]
        for number, act, grade in moves:
            window = windows[number]
            before = shelf.dump() if act in ("grade", "bury", "flag", "undo") else None
            try:
                if act == "grade":
                    entry = window.grade(Grade(grade), NOW)
                    accepted[entry.id] = (entry.card_id, grade)
                    done[number].append(entry.id)
                elif act == "begin":
                    window.begin(NOW)
                    done[number].clear()
                elif act == "undo" and window._steps:
                    step = window._steps[-1]
                    window.undo(NOW)
                    accepted.pop(step.entry or 0, None)
                elif act in ("bury", "flag"):
                    getattr(window, act)(NOW)
                elif act == "skip":
                    window.skip()
                else:
                    window.show(NOW)
            except StaleCard:
                event(f"{act} refused")
                assert before is None or shelf.dump() == before
        with shelf.store.read() as db:
            entries = [entry for entry in db.journal.entries(1) if entry.action.graded]
        assert {entry.id: (entry.card_id, entry.grade) for entry in entries} == accepted
        scheduled = Counter(entry.card_id for entry in entries if entry.action in (Action.LEARN, Action.REVIEW))
        assert set(scheduled.values()) <= {1}
        while desk.journal():  # taken back to the beginning, it was a true story
            undo_last(shelf.store, shelf.learner)
        assert shelf.state(due).memory is not None
        assert all(shelf.state(card).new for card in range(2, 6))


@settings(max_examples=15)
@given(turns=st.lists(st.integers(0, 1), max_size=40), grades=st.lists(st.integers(0, 5), min_size=1, max_size=9))
def test_two_windows_through_to_the_end(fresh: Fresh, turns: list[int], grades: list[int]) -> None:
    """However they take turns: at the end every card was learned once, by one of them, and drilled until it was known."""
    with fresh(None) as shelf, Store.open(shelf.url) as other:
        desk = Desk(shelf)
        shelf.add(*(f"card {number}" for number in range(8)))
        windows = [desk.session(NOW), desk.session(NOW, store=other)]
        order = [*turns, *[0, 1] * 40]
        left = [True, True]
        for step, number in enumerate(order):
            if windows[number].show(NOW) is None:
                left[number] = False
            elif step % 3:  # now and then a card is only looked at, and answered in the other window
                grade = grades[step % len(grades)] if step < len(turns) else 4
                try:
                    windows[number].grade(Grade(grade), NOW)
                except StaleCard:
                    pytest.fail("it was shown a moment ago")
        assert left == [False, False]
        learned = Counter(name for name, action, _grade in desk.journal() if action is Action.LEARN)
        assert learned == {f"card {number}": 1 for number in range(8)}
        assert len(desk.queue(NOW)) == 0
        desk.proven()


# --- real processes ----------------------------------------------------------------------------------------------

STUDENT = """
import json, sys
from datetime import UTC, datetime
from random import Random
from quizcv.errors import StaleCard
from quizcv.model import Grade, Settings
from quizcv.scheduling.sm2 import SM2
from quizcv.store import Store
from quizcv.study import Session, Wanted
url, now, seed = sys.argv[1], datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
rng = Random(seed)
store = Store.open(url)
with store.read() as db:
    learner = db.learners.named("default")
session = Session(store, learner, SM2(), Settings(new_per_day=999, reviews_per_day=999), Wanted(), tz=UTC)
session.begin(now)
print("ready", flush=True)
sys.stdin.readline()
told = {"accepted": [], "refused": 0, "undone": []}
while session.show(now) is not None:
    try:
        entry = session.grade(Grade(rng.choice([1, 3, 4, 4, 5])), now)
        told["accepted"].append(entry.id)
        if rng.random() < 0.1:
            session.undo(now)
            told["undone"].append(entry.id)
    except StaleCard:
        told["refused"] += 1
print(json.dumps(told), flush=True)
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_three_programs_at_the_same_queue(shelf: Shelf, seed: int) -> None:
    """Real processes, one file: each card is in the journal once, with an answer that one of them was told is accepted."""
    ids = shelf.add(*(f"card {number}" for number in range(60)))
    for card in ids[::2]:
        shelf.due(card, at(0).date(), at(-6).date())
    running = [
        subprocess.Popen(
            [sys.executable, "-c", STUDENT, shelf.url, NOW.isoformat(), str(10 * seed + number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(3)
    ]  # fmt: skip
    told: list[dict[str, Any]] = []
    try:
        for program in running:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
        for program in running:
            assert program.stdin is not None
            program.stdin.write("\n")
            program.stdin.flush()
        for program in running:
            out, errors = program.communicate(timeout=120)
            assert errors == ""
            told.append(json.loads(out))
    finally:
        for program in running:
            program.kill()
            program.communicate()
    accepted = [entry for one in told for entry in one["accepted"]]
    undone = {entry for one in told for entry in one["undone"]}
    with shelf.store.read() as db:
        entries = list(db.journal.entries(1))
    assert len(set(accepted)) == len(accepted)
    assert {entry.id for entry in entries} == set(accepted) - undone
    scheduled = Counter(entry.card_id for entry in entries if entry.action in (Action.LEARN, Action.REVIEW))
    assert scheduled == dict.fromkeys(ids, 1)
    assert len(Desk(shelf, replace(PLENTY, grades=4)).queue(NOW)) == 0
