"""A sitting, method by method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from simulation import PLENTY, START, Desk, always, at

from quizcv.errors import NotFound, NothingToUndo, StaleCard
from quizcv.model import Action, CardFilter, CardState, Grade, Memory
from quizcv.store import Store
from quizcv.study import Session, Wanted, undo_last
from quizcv.study.prompt import Remaining
from quizcv.study.session import LONGEST_MS

if TYPE_CHECKING:
    from tests.conftest import Shelf

TOMORROW = START + timedelta(days=1)


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    """A review due today, one card in drill, and two new ones."""
    review, drill, *_new = shelf.add("review", "drill", "new", "newer")
    shelf.due(review, START, START - timedelta(days=6))
    shelf.due(drill, TOMORROW, START)
    shelf.put(drill, drill=START)
    return Desk(shelf)


def shown(session: Session, now: datetime) -> str | None:
    prompt = session.show(now)
    return None if prompt is None else prompt.card.key


# --- showing -----------------------------------------------------------------------------------------------------


def test_a_prompt_is_all_that_a_screen_needs(desk: Desk) -> None:
    session = desk.session(at(0))
    prompt = session.show(at(0))
    assert prompt is not None
    assert (prompt.card.key, prompt.action, prompt.today) == ("review", Action.REVIEW, START)
    assert prompt.state == desk.shelf.state(prompt.card.id)
    assert [choice.grade for choice in prompt.choices] == list(Grade)
    assert session.show(at(0)) == prompt, "looking twice changes nothing"


def test_an_empty_sitting(desk: Desk) -> None:
    session = desk.session(at(0), Wanted(CardFilter(decks=("nowhere",))))
    assert session.show(at(0)) is None
    assert session.remaining == Remaining(0, 0, 0)
    assert session.done == 0
    summary = session.summary(at(0))
    assert (summary.graded, summary.retention, summary.seconds, summary.due_tomorrow) == (0, None, 0, 2)


@pytest.mark.parametrize(
    "act",
    [
        lambda session: session.grade(Grade.GOOD, at(0)),
        lambda session: session.skip(),
        lambda session: session.bury(at(0)),
        lambda session: session.suspend(at(0)),
        lambda session: session.flag(at(0)),
    ],
)
def test_nothing_can_be_done_to_a_card_that_is_not_shown(desk: Desk, act: Callable[[Session], object]) -> None:
    """Before the first, after each answer, and at the end."""
    before = desk.shelf.dump()
    session = desk.session(at(0))
    with pytest.raises(StaleCard, match="no card is being shown"):
        act(session)
    session.show(at(0))
    session.skip()
    with pytest.raises(StaleCard):
        act(session)
    assert desk.shelf.dump() == before
    desk.study(at(0))
    assert session.show(at(0)) is None
    with pytest.raises(StaleCard):
        act(session)


def test_the_text_is_in_the_learner_s_language(desk: Desk) -> None:
    [card] = desk.shelf.add("two", front="English", deck="z")
    desk.shelf.text(card, "zh", "中文")
    for lang, front in (("en", "English"), ("zh", "中文"), ("", "English")):
        session = desk.session(at(0), Wanted(CardFilter(decks=("z",))))
        session.lang = lang
        prompt = session.show(at(0))
        assert prompt is not None
        assert prompt.card.front == front


def test_beginning_again_forgets_the_sitting_before(desk: Desk) -> None:
    session = desk.session(at(0))
    session.show(at(0))
    session.grade(Grade.GOOD, at(0))
    session.begin(at(0))
    assert session.done == 0
    assert session.remaining == Remaining(0, 2, 1)
    with pytest.raises(NothingToUndo):
        session.undo(at(0))
    with pytest.raises(StaleCard):
        session.grade(Grade.GOOD, at(0))


# --- grading -----------------------------------------------------------------------------------------------------


def test_a_grade_is_on_the_disk_when_it_is_told(desk: Desk) -> None:
    """State and journal, as another connection sees them."""
    session = desk.session(at(0))
    prompt = session.show(at(0))
    assert prompt is not None
    entry = session.grade(Grade.HARD, at(0, 12, 34), 4321)
    with Store.open(desk.shelf.url) as other, other.read() as db:
        assert db.journal.get(entry.id) == entry
        assert db.schedule.state(1, prompt.card.id) == entry.after
    assert (entry.action, entry.grade, entry.took_ms, entry.day) == (Action.REVIEW, 3, 4321, START)
    assert (entry.at, entry.learner_id, entry.card_id) == (at(0, 12, 34), 1, prompt.card.id)
    assert entry.before == prompt.state
    assert entry.after == CardState(Memory(3, 236, 15, START + timedelta(days=15), START, 0), drill=START)


@pytest.mark.parametrize(("took", "stored"), [(0, 0), (1, 1), (-5, 0), (LONGEST_MS, LONGEST_MS), (10**9, LONGEST_MS)])
def test_lunch_is_no_thinking(desk: Desk, took: int, stored: int) -> None:
    session = desk.session(at(0))
    session.show(at(0))
    assert session.grade(Grade.GOOD, at(0), took).took_ms == stored


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=9, minutes=30)), timezone(timedelta(hours=-8))])
def test_what_is_returned_is_what_was_written(desk: Desk, zone: timezone) -> None:
    """To the millisecond, in UTC, whatever the clock of the caller."""
    session = desk.session(at(0))
    session.show(at(0))
    now = at(0).replace(microsecond=123_456).astimezone(zone)
    entry = session.grade(Grade.GOOD, now)
    with desk.shelf.store.read() as db:
        assert db.journal.get(entry.id) == entry


def test_counting_down(desk: Desk) -> None:
    """What remains, and what was done: drill comes back in, and only answers count as done."""
    session = desk.session(at(0))
    seen = []

    def look() -> None:
        left = session.remaining
        assert left.total == left.reviews + left.new + left.drill
        seen.append((session.done, left.reviews, left.new, left.drill))

    look()
    for act in (
        lambda: session.grade(Grade.HARD, at(0)),  # the review: once more today
        lambda: session.flag(at(0)),
        lambda: session.grade(Grade.GOOD, at(0)),
        lambda: session.bury(at(0)),
        lambda: session.skip(),
        lambda: session.grade(Grade.GOOD, at(0)),
        lambda: session.suspend(at(0)),
    ):
        session.show(at(0))
        act()
        look()
    assert seen == [
        (0, 1, 2, 1), (1, 0, 2, 2), (1, 0, 2, 2), (2, 0, 1, 2), (2, 0, 0, 2), (2, 0, 0, 2), (3, 0, 0, 1), (3, 0, 0, 0),
    ]  # fmt: skip
    assert session.show(at(0)) is None


# --- leaving a card ----------------------------------------------------------------------------------------------


def test_skip_puts_it_behind_all_others(desk: Desk) -> None:
    """Nothing is written; at the end it comes again."""
    before = desk.shelf.dump()
    session = desk.session(at(0))
    keys = []
    for _ in range(6):
        keys.append(shown(session, at(0)))
        session.skip()
    assert keys == ["review", "new", "newer", "drill", "review", "new"]
    assert desk.shelf.dump() == before
    assert session.done == 0


def test_buried_until_tomorrow(desk: Desk) -> None:
    """From every sitting of the day, its drill included; at four in the morning it is back."""
    session = desk.session(at(0))
    for key in ("review", "new", "newer", "drill"):
        assert shown(session, at(0)) == key
        entry = session.bury(at(0))
        assert (entry.action, entry.grade, entry.after.buried) == (Action.BURY, None, TOMORROW)
    assert session.show(at(0)) is None
    assert desk.keys(at(1, 3, 59)) == ([], [], [])
    assert desk.keys(at(1, 4)) == (["review", "drill"], ["new", "newer"], [])


def test_suspended_until_further_notice(desk: Desk) -> None:
    session = desk.session(at(0))
    prompt = session.show(at(0))
    assert prompt is not None
    session.suspend(at(0))
    for day in (0, 1, 400):
        assert "review" not in desk.keys(at(day))[0]
    desk.mark(prompt.card.id, Action.UNSUSPEND, at(400))
    assert "review" in desk.keys(at(400))[0]


def test_a_flag_stays_on_the_screen(desk: Desk) -> None:
    """With the card as it is now: the answer that follows keeps the flag. Twice is none."""
    session = desk.session(at(0))
    session.show(at(0))
    prompt = session.flag(at(0))
    assert prompt is not None
    assert (prompt.card.key, prompt.state.flagged) == ("review", True)
    assert session.grade(Grade.GOOD, at(0)).after.flagged
    session.show(at(0))
    session.flag(at(0))
    prompt = session.flag(at(0))
    assert prompt is not None
    assert (prompt.card.key, prompt.state) == ("new", CardState())


# --- the summary -------------------------------------------------------------------------------------------------


def test_what_a_sitting_came_to(desk: Desk) -> None:
    """Retention is of reviews alone; marks and what was taken back do not count."""
    more = desk.shelf.add("r2", "r3")
    for card in more:
        desk.shelf.due(card, START, START - timedelta(days=6))
    session = desk.session(at(0))
    for grade in (2, 4, 5):  # three reviews, one failed
        session.show(at(0))
        session.grade(Grade(grade), at(0), 1500)
    session.show(at(0))
    session.grade(Grade.GOOD, at(0), 9999)
    session.undo(at(0))
    session.flag(at(0))
    session.grade(Grade.WRONG, at(0), 500)
    session.show(at(0))
    session.bury(at(0))
    while session.show(at(0)) is not None:
        session.grade(Grade.GOOD, at(0))
    summary = session.summary(at(0))
    assert (summary.graded, summary.learned, summary.reviewed, summary.drilled) == (7, 1, 3, 3)
    assert (summary.passed, summary.retention, summary.seconds) == (2, 2 / 3, 5.0)
    # tomorrow: the failed review, `drill`, and the new card; what was buried is still new
    assert summary.due_tomorrow == 3


def test_cramming_has_no_retention(desk: Desk) -> None:
    session = desk.session(at(0), Wanted(cram=True))
    for _ in range(4):
        session.show(at(0))
        session.grade(Grade.PERFECT, at(0))
    summary = session.summary(at(0))
    assert session.show(at(0)) is None
    assert (summary.graded, summary.reviewed, summary.retention) == (4, 0, None)


# --- marks outside a sitting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [Action.SUSPEND, Action.BURY, Action.FLAG])
def test_a_mark_meanwhile_is_seen(desk: Desk, action: Action) -> None:
    """A card marked in another window is passed over, or shown as it is now; the old picture of it is not graded."""
    session = desk.session(at(0))
    prompt = session.show(at(0))
    assert prompt is not None
    desk.mark(prompt.card.id, action, at(0))
    after = desk.shelf.dump()
    with pytest.raises(StaleCard):
        session.grade(Grade.GOOD, at(0))
    assert desk.shelf.dump() == after
    assert shown(session, at(0)) == "new"
    session = desk.session(at(0))
    assert shown(session, at(0)) == ("review" if action is Action.FLAG else "new")


def test_a_mark_that_changes_nothing_is_not_written(desk: Desk) -> None:
    desk.mark(1, Action.UNSUSPEND, at(0))
    desk.mark(3, Action.RESET, at(0))
    for _ in range(2):
        desk.mark(2, Action.SUSPEND, at(0))
    assert desk.journal() == [("drill", Action.SUSPEND, None)]


def test_reset_makes_a_card_new(desk: Desk) -> None:
    desk.study(at(0), always(1))
    desk.mark(1, Action.RESET, at(0))
    assert desk.shelf.state(1) == CardState()
    assert desk.keys(at(0)) == ([], ["review"], [])
    desk.study(at(0))
    undo_last(desk.shelf.store, desk.shelf.learner)
    undo_last(desk.shelf.store, desk.shelf.learner)
    state = desk.shelf.state(1)
    assert state.memory is not None
    assert state.memory.last == START


@pytest.mark.parametrize("action", [Action.SUSPEND, Action.FLAG])
def test_a_mark_on_no_card(desk: Desk, action: Action) -> None:
    with pytest.raises(NotFound):
        desk.mark(99, action, at(0))


def test_an_orphan_meanwhile_is_passed_over(desk: Desk) -> None:
    """Sync found its text gone while the sitting went on; back again, it is shown again."""
    session = desk.session(at(0))
    desk.shelf.orphan(1, 3)
    assert shown(session, at(0)) == "newer"
    assert desk.session(at(0)).remaining == Remaining(0, 1, 1)
    desk.shelf.orphan(1, 3, day=None)
    assert desk.session(at(0)).remaining == Remaining(1, 2, 1)


def test_all_settings_are_the_sitting_s_own(desk: Desk) -> None:
    desk.settings = replace(PLENTY, new_per_day=1, grades=4)
    session = desk.session(at(0))
    assert session.remaining == Remaining(1, 1, 1)
    assert len(session.grades) == 4
