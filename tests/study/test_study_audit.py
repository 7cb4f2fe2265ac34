"""The journal proves the schedule: whoever changes either by hand is found out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from simulation import PLENTY, Desk, at, first_time

from quizcv.model import Action, Grade, Settings
from quizcv.scheduling.sm2 import SM2
from quizcv.study import Wanted, undo_last
from quizcv.study.audit import disagreements

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

SETTINGS = replace(PLENTY, leech_lapses=2)


def faults(shelf: Shelf, settings: Settings = SETTINGS) -> list[str]:
    with shelf.store.read() as db:
        return list(disagreements(db, SM2(), settings))


@pytest.fixture(scope="module")
def history(fresh: Fresh) -> Path:
    """Two learners; card 1 has every kind of entry, card 2 became a leech, card 3 was never touched."""
    with fresh(None) as shelf:
        desk = Desk(shelf, SETTINGS)
        first, second, _third = shelf.add("first", "second", "third")
        desk.study(at(0), first_time([3, 4]), Wanted(limit=2))
        desk.study(at(0), first_time([5]), Wanted(cram=True))
        desk.study(at(1), first_time([4, 1]), Wanted(new=0))
        desk.mark(first, Action.FLAG, at(1))
        desk.mark(first, Action.BURY, at(2))
        desk.study(at(2), first_time([1]), Wanted(new=0))
        session = desk.session(at(9), Wanted(new=0))
        session.show(at(9))
        session.grade(Grade.HARD, at(9))
        desk.mark(first, Action.RESET, at(9))
        desk.study(at(10), first_time([2]), Wanted(limit=1))
        assert shelf.state(second).suspended
        with shelf.store.write() as db:
            db.learners.add("zoë", at(0).date())
        assert faults(shelf) == []
        return shelf.frozen()


@pytest.fixture
def kept(fresh: Fresh, history: Path) -> Iterator[Shelf]:
    with fresh(history) as shelf:
        yield shelf


def sql(shelf: Shelf, statement: str, *values: Any) -> int:
    """Run it behind everybody's back; how many rows it changed."""
    with closing(sqlite3.connect(shelf.path)) as connection:
        changed = connection.execute(statement, values).rowcount
        connection.commit()
        return changed


def test_an_honest_history_has_no_faults(kept: Shelf) -> None:
    """Nor has one played on with other settings: what made a leech then may not make one now."""
    assert faults(kept) == []
    for settings in (PLENTY, replace(PLENTY, leech_lapses=1), replace(SETTINGS, leech_action="tag")):
        assert faults(kept, settings) == []
        Desk(kept, settings).study(at(20), first_time([0, 0]))
        assert faults(kept) == []


COLUMNS = {
    "due": "'2027-01-01'", "last": "'2026-01-01'", "repetitions": "repetitions + 1", "easiness": "easiness - 1",
    "interval": "interval + 1", "lapses": "lapses + 1", "drill": "'2027-01-01'", "buried": "'2027-01-01'",
    "suspended": "1 - suspended", "leech": "1 - leech", "flagged": "1 - flagged",
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("card", [1, 2])
def test_a_schedule_that_was_changed(kept: Shelf, column: str, card: int) -> None:
    where = f"WHERE card_id = {card} AND learner_id = 1"
    assert sql(kept, f"UPDATE schedule SET {column} = {COLUMNS[column]} {where}") == 1
    assert faults(kept) == [f"card {card} of default: the stored state is not what the journal ends with"]


@pytest.mark.parametrize("change", ["due = '2027-01-01', last = '2026-01-01'", "flagged = 1", "suspended = 1"])
def test_a_state_without_a_journal(kept: Shelf, change: str) -> None:
    """A card that nobody ever touched must be new."""
    assert sql(kept, f"UPDATE schedule SET {change} WHERE card_id = 3") == 2
    assert faults(kept) == [
        f"card 3 of {name}: the stored state is not what the journal ends with" for name in ("default", "zoë")
    ]


@pytest.mark.parametrize("card", [1, 3])
def test_a_row_that_is_missing(kept: Shelf, card: int) -> None:
    """With a journal or without: told, not stumbled over."""
    assert sql(kept, "DELETE FROM schedule WHERE card_id = ? AND learner_id = 1", card) == 1
    assert faults(kept) == [f"card {card} of default: it has no schedule"]


def entries(shelf: Shelf) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(shelf.path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM journal ORDER BY id").fetchall()


def test_an_entry_that_was_removed(kept: Shelf, fresh: Fresh, history: Path) -> None:
    """The first, the last, one in the middle; all but cramming, and drill that was not passed, which change nothing."""
    found = {}
    for entry in entries(kept):
        with fresh(history) as shelf:
            sql(shelf, "DELETE FROM journal WHERE id = ?", entry["id"])
            found[entry["id"]] = bool(faults(shelf))
    idle = {entry["id"] for entry in entries(kept) if entry["before"] == entry["after"]}
    assert len(idle) > 1
    assert {entry_id for entry_id, told in found.items() if not told} == idle


@pytest.mark.parametrize("card", [1, 2])
def test_a_journal_that_was_removed(kept: Shelf, card: int) -> None:
    assert sql(kept, "DELETE FROM journal WHERE card_id = ?", card) > 1
    assert len(faults(kept)) == 1


def test_a_grade_that_was_changed(kept: Shelf, fresh: Fresh, history: Path) -> None:
    """In every entry whose grade matters: to a failure if it was none, and to a pass if it was one."""
    told = 0
    for entry in entries(kept):
        if entry["action"] in ("learn", "review", "drill"):
            with fresh(history) as shelf:
                sql(shelf, "UPDATE journal SET grade = ? WHERE id = ?", 5 if entry["grade"] < 4 else 1, entry["id"])
                assert faults(shelf) == [
                    f"card {entry['card_id']} of default: entry {entry['id']} does not lead to the state it says"
                ]
            told += 1
    assert told > 8


def test_a_day_that_was_changed(kept: Shelf, fresh: Fresh, history: Path) -> None:
    for entry in entries(kept):
        if entry["action"] in ("learn", "review", "bury"):
            with fresh(history) as shelf:
                sql(shelf, "UPDATE journal SET day = '2026-02-28' WHERE id = ?", entry["id"])
                assert len(faults(shelf)) == 1


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("flagged", "json(iif(json_extract({}, '$.flagged'), 'false', 'true'))"),
        ("drill", "'2026-02-28'"),
        ("lapses", "99"),
    ],
)
def test_a_state_in_the_journal_that_was_changed(kept: Shelf, side: str, name: str, value: str) -> None:
    """In every single entry; and put back, all is well."""
    for entry in entries(kept):
        if name == "lapses" and "due" not in entry[side]:
            continue  # nothing is remembered there
        changed = f"json_set({side}, '$.{name}', {value.format(side)})"
        sql(kept, f"UPDATE journal SET {side} = {changed} WHERE id = ?", entry["id"])
        assert any(f"entry {entry['id']} does not" in fault for fault in faults(kept))
        sql(kept, f"UPDATE journal SET {side} = ? WHERE id = ?", entry[side], entry["id"])
    assert faults(kept) == []


def test_an_answer_that_was_doubled(kept: Shelf) -> None:
    assert sql(kept, "INSERT INTO journal SELECT id + 1000, learner_id, card_id, at, day, action, grade, took_ms, "
               "scheduler, before, after FROM journal WHERE action = 'review'") > 2  # fmt: skip
    assert {fault.split(":")[0] for fault in faults(kept)} == {"card 1 of default", "card 2 of default"}


def test_every_learner_is_looked_at(kept: Shelf) -> None:
    assert sql(kept, "UPDATE schedule SET suspended = 1 WHERE card_id = 1 AND learner_id = 2") == 1
    assert faults(kept) == ["card 1 of zoë: the stored state is not what the journal ends with"]


def test_a_random_year_is_proven(shelf: Shelf) -> None:
    """A hundred and twenty days of three hundred, a dozen cards, all that a learner can do, in a fixed disorder."""
    desk, rng = Desk(shelf, SETTINGS), Random(2026)
    ids = shelf.add(*(f"card {number}" for number in range(9))) + shelf.add("n~1", "n~2", "n~3", note="n")
    for day in sorted(rng.sample(range(300), 120)):
        desk.study(
            at(day), lambda _key, _action: rng.choice([0, 1, 2, 3, 3, 4, 4, 5]), Wanted(ahead=rng.choice([0, 9]))
        )
        for _ in range(rng.randrange(3)):
            action = rng.choice(
                [Action.UNSUSPEND, Action.UNSUSPEND, Action.BURY, Action.FLAG, Action.SUSPEND, Action.RESET]
            )
            desk.mark(rng.choice(ids), action, at(day, 20))
        for _ in range(rng.choice([0, 0, 1, 4])):
            undo_last(shelf.store, shelf.learner)
    assert len(desk.journal()) > 300
    assert any(state.leech for state in map(shelf.state, ids))
    desk.proven()
