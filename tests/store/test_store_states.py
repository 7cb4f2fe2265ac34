"""A state goes into a row and into the journal's JSON, and comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizcv.errors import NotFound, StoreDamaged
from quizcv.model import Action, CardState, Grade, Memory, Review
from quizcv.store.states import EMPTY_MEMORY, from_json, from_row, to_columns, to_json
from quizcv.store.tables import schedule

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

DAY = date(2026, 3, 1)
days = st.dates()
counts = st.integers(0, 2**31 - 1)

memories = st.builds(Memory, counts, counts, counts, days, days, counts)
states = st.builds(CardState, st.none() | memories, st.none() | days, st.none() | days, *[st.booleans()] * 3)

#: What a failed review leaves: no repetitions. And what a first good one leaves: no lapses.
NOTHING_COUNTED = CardState(Memory(0, 0, 0, DAY, DAY, 0))


@given(states)
@example(CardState())
@example(NOTHING_COUNTED)
def test_json_round_trip(state: CardState) -> None:
    """Also through text, as the file has it: a 0 is not a False, and not nothing."""
    assert from_json(to_json(state)) == state
    assert from_json(json.loads(json.dumps(to_json(state)))) == state


@given(states)
@example(CardState())
@example(NOTHING_COUNTED)
def test_row_round_trip(state: CardState) -> None:
    assert from_row(SimpleNamespace(**to_columns(state))) == state  # type: ignore[arg-type]


@given(states, states)
def test_two_states_are_never_written_alike(one: CardState, other: CardState) -> None:
    assert (to_json(one) == to_json(other)) == (one == other)
    assert (to_columns(one) == to_columns(other)) == (one == other)


@given(states)
def test_the_journal_says_no_more_than_it_must(state: CardState) -> None:
    """It grows with every review: what a new card has as well is not written."""
    stored = to_json(state)
    assert None not in stored.values()
    assert not any(value is False for value in stored.values())
    assert (set(EMPTY_MEMORY) <= set(stored)) == (state.memory is not None)
    assert set(EMPTY_MEMORY).isdisjoint(stored) == (state.memory is None)


def test_a_new_state_is_nothing() -> None:
    assert to_json(CardState()) == {}
    assert from_json({}) == CardState()


def test_all_of_a_row_is_the_state() -> None:
    """A column that `to_columns` forgot would keep its old value for ever."""
    assert set(to_columns(CardState())) == {column.name for column in schedule.columns} - {"learner_id", "card_id"}


@settings(max_examples=40)
@given(states=st.lists(states, min_size=2, max_size=6))
def test_through_a_real_file(fresh: Fresh, states: list[CardState]) -> None:
    """Each state replaces the whole of the one before, and the journal keeps both sides."""
    with fresh(None) as shelf:
        card, other = shelf.add("a", "b")
        for number, (before, after) in enumerate(pairwise(states)):
            at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(milliseconds=number)
            entry = Review(0, 1, card, at, DAY, Action.REVIEW, Grade.HARD, 7, before, after)
            with shelf.store.write() as db:
                db.schedule.put(1, card, after)
                entry_id = db.journal.add(entry, "sm2")
            with shelf.store.read() as db:
                assert db.schedule.state(1, card) == after
                assert db.schedule.states(1, [card, other]) == {card: after, other: CardState()}
                stored = db.journal.get(entry_id)
                assert stored == Review(entry_id, *(getattr(entry, name) for name in Review.__slots__[1:]))


@pytest.mark.parametrize(("learner", "card"), [(1, 99), (99, 1)])
def test_a_state_that_is_not_there(shelf: Shelf, learner: int, card: int) -> None:
    shelf.add("a")
    with shelf.store.read() as db, pytest.raises(NotFound):
        db.schedule.state(learner, card)


# --- the journal -------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(shelf: Shelf) -> tuple[Shelf, list[Review]]:
    """Three days of two learners."""
    first, second = shelf.add("a", "b")
    with shelf.store.write() as db:
        db.learners.add("zoë", DAY)
        entries = []
        for number, (learner, card, action) in enumerate(
            [(1, first, Action.LEARN), (2, first, Action.LEARN), (1, second, Action.LEARN), (1, first, Action.REVIEW),
             (1, first, Action.DRILL), (2, first, Action.FLAG), (1, second, Action.BURY), (1, first, Action.REVIEW)]
        ):  # fmt: skip
            at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(hours=9 * number)
            grade = Grade.GOOD if action.graded else None
            entry = Review(0, learner, card, at, at.date(), action, grade, 5, CardState(), CardState())
            entry_id = db.journal.add(entry, "sm2")
            entries.append(Review(entry_id, *(getattr(entry, name) for name in Review.__slots__[1:])))
    return shelf, entries


def test_entries_oldest_first(kept: tuple[Shelf, list[Review]]) -> None:
    shelf, entries = kept
    mine = [entry for entry in entries if entry.learner_id == 1]
    with shelf.store.read() as db:
        read = db.journal.entries
        assert list(read(1)) == mine
        assert list(read(1, since=date(2026, 3, 3))) == [e for e in mine if e.day >= date(2026, 3, 3)]
        assert list(read(1, card_id=mine[0].card_id)) == [e for e in mine if e.card_id == mine[0].card_id]
        assert list(read(1, actions=[Action.LEARN, Action.BURY])) == [mine[0], mine[1], mine[4]]
        assert list(read(1, actions=[Action.CRAM])) == []
        assert list(read(99)) == []


def test_the_latest_entry(kept: tuple[Shelf, list[Review]]) -> None:
    """Of a learner, and of a learner's card; what was removed is not it."""
    shelf, entries = kept
    mine = [entry for entry in entries if entry.learner_id == 1]
    with shelf.store.write() as db:
        assert db.journal.last(1) == mine[-1]
        assert db.journal.last(2) == entries[5]
        assert db.journal.last(99) is None
        assert db.journal.last_id_of_card(1, mine[0].card_id) == mine[-1].id
        assert db.journal.last_id_of_card(1, mine[1].card_id) == mine[4].id
        assert db.journal.last_id_of_card(2, mine[1].card_id) is None
        db.journal.remove(mine[-1].id)
        assert db.journal.get(mine[-1].id) is None
        assert db.journal.last(1) == mine[-2]
        assert db.journal.last_id_of_card(1, mine[0].card_id) == mine[3].id


def test_counts_of_a_day(kept: tuple[Shelf, list[Review]]) -> None:
    shelf, _entries = kept
    with shelf.store.read() as db:
        assert db.journal.counts(1, date(2026, 3, 1)) == {Action.LEARN: 1}
        assert db.journal.counts(1, date(2026, 3, 2)) == {Action.LEARN: 1, Action.REVIEW: 1}
        assert db.journal.counts(2, date(2026, 3, 1)) == {Action.LEARN: 1}
        assert db.journal.counts(1, date(2026, 4, 1)) == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("before", "{"), ("after", ""), ("after", "null"), ("after", "7"), ("before", '{"due": "2026-13-01"}'),
        ("before", '{"due": "2026-03-01"}'), ("after", '{"drill": 5}'), ("action", "guess"), ("grade", 7), ("at", 2**62),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_is_told(kept: tuple[Shelf, list[Review]], column: str, value: str | int) -> None:
    """In one line that names it, whatever is wrong with it."""
    shelf, entries = kept
    with shelf.store.write() as db:
        db.connection.exec_driver_sql(f"UPDATE journal SET {column} = ? WHERE id = 4", (value,))
    with shelf.store.read() as db:
        assert db.journal.get(1) == entries[0]
        with pytest.raises(StoreDamaged, match="cannot be read") as caught:
            db.journal.get(4)
        with pytest.raises(StoreDamaged):
            list(db.journal.entries(1))
    assert "restore" in caught.value.hint


@given(st.datetimes(datetime(1900, 1, 1), datetime(2900, 1, 1), timezones=st.timezones()))
@settings(max_examples=30)
def test_the_instant_is_kept_to_the_millisecond(fresh: Fresh, at: datetime) -> None:
    """In UTC whatever its zone was, never later than it happened."""
    with fresh(None) as shelf:
        [card] = shelf.add("a")
        with shelf.store.write() as db:
            entry = Review(0, 1, card, at, DAY, Action.FLAG, None, 0, CardState(), CardState())
            stored = db.journal.get(db.journal.add(entry, "sm2"))
        assert stored is not None
        assert timedelta(0) <= at - stored.at < timedelta(milliseconds=1)
        assert stored.at.utcoffset() == timedelta(0)
