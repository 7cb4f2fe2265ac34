"""A log from elsewhere, played again: the state is what quizcv would have made of those answers, and the journal proves it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcv.model import Action, CardState, Grade, Memory, Past, PastReview, Settings
from quizcv.scheduling import scheduler_named
from quizcv.study.audit import disagreements
from quizcv.study.history import Rules, TakenOver, take_over
from quizcv.study.record import Moment, mark

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SM2 = scheduler_named("sm2")


def at(days: float, ms: int = 0) -> datetime:
    return NOW + timedelta(days=days, milliseconds=ms)


def past(*answers: tuple[float, Grade | None], **more: object) -> Past:
    return Past(tuple(PastReview(at(days), grade, 3000) for days, grade in answers), **more)  # type: ignore[arg-type]


def take(shelf: Shelf, pasts: dict[int, Past], now: datetime = NOW, zone: str = "UTC") -> TakenOver:
    rules = Rules(shelf.learner.id, SM2, Settings(), ZoneInfo(zone), now)
    with shelf.store.write() as db:
        return take_over(db, pasts, rules)


def actions(shelf: Shelf, card: int) -> list[str]:
    with shelf.store.read() as db:
        return [entry.action.value for entry in db.journal.entries(shelf.learner.id, card_id=card)]


def sound(shelf: Shelf) -> None:
    with shelf.store.read() as db:
        assert list(disagreements(db, SM2, Settings())) == []


G = Grade


def test_a_log_is_played_with_sm2(shelf: Shelf) -> None:
    """1, 6, then times the easiness: the intervals are ours, whatever the other program made of the same answers."""
    [card] = shelf.add("a")
    done = take(shelf, {card: past((-30, G.GOOD), (-29, G.GOOD), (-20, G.PERFECT))})
    assert done == TakenOver(cards=1, reviews=3)
    memory = shelf.state(card).memory
    assert memory == Memory(3, 260, 16, date(2026, 11, 1) + timedelta(16), date(2026, 11, 1))
    assert actions(shelf, card) == ["learn", "review", "review"]
    sound(shelf)


def test_answers_of_one_day(shelf: Shelf) -> None:
    """The first one schedules, a failed one is drilled until it is known, and what comes after that schedules nothing."""
    [card] = shelf.add("a")
    take(shelf, {card: past((-3, G.WRONG), (-2.999, G.WRONG), (-2.998, G.GOOD), (-2.997, G.PERFECT))})
    assert actions(shelf, card) == ["learn", "drill", "drill", "cram"]
    sound(shelf)


def test_the_day_turns_at_four_where_the_learner_is(shelf: Shelf) -> None:
    """03:59 in Shanghai is still yesterday, and two answers around four are two days."""
    [card] = shelf.add("a")
    four = datetime(2026, 11, 10, 4, tzinfo=ZoneInfo("Asia/Shanghai"))
    log = tuple(PastReview((four + timedelta(minutes=m)).astimezone(UTC), G.GOOD) for m in (-1, 1))
    take(shelf, {card: Past(log)}, zone="Asia/Shanghai")
    with shelf.store.read() as db:
        days = [entry.day for entry in db.journal.entries(shelf.learner.id)]
    assert days == [date(2026, 11, 9), date(2026, 11, 10)]
    sound(shelf)


def test_taking_over_twice_changes_nothing(shelf: Shelf) -> None:
    """Every line is known by its time, also one that was moved by some milliseconds."""
    [card] = shelf.add("a")
    first = past((-9, G.GOOD), (-8, G.WRONG), (-8, G.GOOD), suspended=True, flagged=True)
    take(shelf, {card: first})
    before = shelf.dump()
    moved = Past(
        tuple(PastReview(r.at + timedelta(milliseconds=i), r.grade) for i, r in enumerate(first.reviews)),
        suspended=True,
        flagged=True,
    )
    assert take(shelf, {card: moved}) == TakenOver()
    assert shelf.dump() == before


def test_a_longer_log_goes_on(shelf: Shelf) -> None:
    """What came since the last time is appended."""
    [card] = shelf.add("a")
    take(shelf, {card: past((-9, G.GOOD))})
    assert take(shelf, {card: past((-9, G.GOOD), (-8, G.GOOD), (-2, G.HARD))}).reviews == 2
    assert actions(shelf, card) == ["learn", "review", "review"]
    sound(shelf)


def test_two_histories_are_not_mixed(shelf: Shelf) -> None:
    """Where both programs went on, the card keeps the history it has here, and is named."""
    [card, other] = shelf.add("a", "b")
    take(shelf, {card: past((-9, G.GOOD), (-3, G.GOOD))})
    before = shelf.state(card)
    done = take(shelf, {card: past((-9, G.GOOD), (-5, G.WRONG)), other: past((-1, G.GOOD))})
    assert (done.kept, done.cards) == ([card], 1)
    assert shelf.state(card) == before
    sound(shelf)


def test_a_mark_is_no_review(shelf: Shelf) -> None:
    """A card that was only flagged or suspended here since, also by an import, still learns what the log adds."""
    [card, marked] = shelf.add("a", "b")
    take(shelf, {card: past((-9, G.GOOD), suspended=True)})
    session_mark(shelf, marked, Action.FLAG)
    done = take(shelf, {card: past((-9, G.GOOD), (-8, G.GOOD)), marked: past((-2, G.GOOD))}, now=at(1))
    assert (done.kept, done.reviews) == ([], 2)
    assert actions(shelf, card) == ["learn", "suspend", "review"]
    assert actions(shelf, marked) == ["flag", "learn"]
    sound(shelf)


def session_mark(shelf: Shelf, card: int, action: Action) -> None:
    with shelf.store.write() as db:
        mark(db, shelf.learner, card, action, Moment(NOW, NOW.date(), SM2.name))


def test_a_handed_over_card_takes_no_older_reviews(shelf: Shelf) -> None:
    """What comes before the state that was taken over is in it already."""
    [card] = shelf.add("a")
    memory = Memory(3, 210, 40, date(2026, 12, 1), date(2026, 10, 22))
    take(shelf, {card: Past((), memory)})
    assert take(shelf, {card: past((-9, G.GOOD))}).kept == [card]
    assert shelf.state(card).memory == memory


def test_a_schedule_without_a_log_is_handed_over(shelf: Shelf) -> None:
    """Where no reviews tell how it came, the state is taken as it is; undo and the audit know of it."""
    [card] = shelf.add("a")
    memory = Memory(3, 210, 40, date(2026, 12, 1), date(2026, 10, 22), 2)
    take(shelf, {card: Past((), memory, suspended=True)})
    assert shelf.state(card) == CardState(memory, suspended=True)
    assert actions(shelf, card) == ["handover", "suspend"]
    sound(shelf)
    assert take(shelf, {card: Past((), memory, suspended=True)}) == TakenOver()


def test_made_new_again(shelf: Shelf) -> None:
    """A card that was forgotten there is new here, and begins anew."""
    [card] = shelf.add("a")
    take(shelf, {card: past((-9, G.GOOD), (-8, None))})
    assert shelf.state(card).new
    [other] = shelf.add("b")
    take(shelf, {other: past((-9, G.GOOD), (-8, None), (-7, G.GOOD))})
    assert actions(shelf, other) == ["learn", "reset", "learn"]
    sound(shelf)


def test_the_future_is_left_out(shelf: Shelf) -> None:
    """A clock that was a year ahead does not put the card away for a year."""
    [card] = shelf.add("a")
    done = take(shelf, {card: past((-9, G.GOOD), (400, G.GOOD))})
    assert (done.reviews, done.future) == (1, 1)


def test_ten_failures_make_no_leech(shelf: Shelf) -> None:
    """Whether to suspend a card that fails and fails, the other program has decided."""
    [card] = shelf.add("a")
    take(shelf, {card: past((-60, G.GOOD), *((-50 + n, G.WRONG) for n in range(12)))})
    assert not shelf.state(card).suspended
    sound(shelf)


logs = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 90), st.sampled_from([*Grade, None]), st.booleans()), max_size=25
).map(lambda answers: sorted(answers, key=lambda one: one[0]))


@given(answers=logs, zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"]))
def test_any_log_leaves_a_sound_journal(fresh: Fresh, answers: list[tuple[int, Grade | None, bool]], zone: str) -> None:
    """Whatever was answered whenever: the journal follows from itself, and the state is what it ends with."""
    with fresh(None) as shelf:
        [card] = shelf.add("a")
        log = tuple(
            PastReview(at(-90) + timedelta(minutes=m), grade, 1, cram and grade is not None)
            for m, grade, cram in answers
        )
        take(shelf, {card: Past(log)}, zone=zone)
        sound(shelf)
        assert take(shelf, {card: Past(log)}, zone=zone) == TakenOver()


@pytest.mark.parametrize("action", [Action.LEARN, Action.HANDOVER])
def test_it_can_be_undone(shelf: Shelf, action: Action) -> None:
    """An entry that was taken over is an entry like any other."""
    from quizcv.study import undo_last

    [card] = shelf.add("a")
    memory = Memory(3, 210, 40, date(2026, 12, 1), date(2026, 10, 22))
    take(shelf, {card: past((-1, G.GOOD)) if action is Action.LEARN else Past((), memory)})
    assert undo_last(shelf.store, shelf.learner).action is action
    assert shelf.state(card).new
