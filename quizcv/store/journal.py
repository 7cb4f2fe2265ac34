"""The journal: every change of a learner's state, in order, with the state before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.engine import Connection, Row

from quizcv.errors import StoreDamaged
from quizcv.model import Action, Grade, Review
from quizcv.store.bulk import insert_rows
from quizcv.store.states import from_json, to_json
from quizcv.store.tables import journal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ADD = insert(journal)  # built once: a statement is compiled once and then looked up by its cache key
_LAST_OF_CARD = (
    select(journal.c.id)
    .where(journal.c.card_id == bindparam("card_id"), journal.c.learner_id == bindparam("learner_id"))
    .order_by(journal.c.id.desc())
    .limit(1)
)


class JournalRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: Review, scheduler: str) -> int:
        """Write one entry (its `id` is not looked at); returns the id it got."""
        result = self._connection.execute(_ADD, _columns(entry, scheduler))
        key = result.inserted_primary_key
        return int(key[0]) if key is not None else 0

    def add_all(self, entries: Iterable[Review], scheduler: str) -> None:
        """Write many entries, in this order."""
        rows = [_columns(entry, scheduler) for entry in entries]
        if rows:
            insert_rows(self._connection, journal, tuple(rows[0]), (tuple(row.values()) for row in rows))

    def get(self, entry_id: int) -> Review | None:
        row = self._connection.execute(select(journal).where(journal.c.id == entry_id)).first()
        return None if row is None else _review(row)

    def last(self, learner_id: int) -> Review | None:
        """The learner's latest entry."""
        row = self._connection.execute(
            select(journal).where(journal.c.learner_id == learner_id).order_by(journal.c.id.desc()).limit(1)
        ).first()
        return None if row is None else _review(row)

    def last_id_of_card(self, learner_id: int, card_id: int) -> int | None:
        return self._connection.execute(_LAST_OF_CARD, {"learner_id": learner_id, "card_id": card_id}).scalar()

    def remove(self, entry_id: int) -> None:
        self._connection.execute(delete(journal).where(journal.c.id == entry_id))

    def counts(self, learner_id: int, day: date) -> dict[Action, int]:
        """How many entries of each action the day has."""
        rows = self._connection.execute(
            select(journal.c.action, func.count())
            .where(journal.c.learner_id == learner_id, journal.c.day == day)
            .group_by(journal.c.action)
        )
        return {Action(action): count for action, count in rows}

    def entries(
        self,
        learner_id: int,
        *,
        since: date | None = None,
        card_id: int | None = None,
        actions: Collection[Action] = (),
    ) -> Iterator[Review]:
        """The learner's entries, oldest first."""
        query = select(journal).where(journal.c.learner_id == learner_id).order_by(journal.c.id)
        if since is not None:
            query = query.where(journal.c.day >= since)
        if card_id is not None:
            query = query.where(journal.c.card_id == card_id)
        if actions:
            query = query.where(journal.c.action.in_([action.value for action in actions]))
        for row in self._connection.execute(query):
            yield _review(row)


def _columns(entry: Review, scheduler: str) -> dict[str, Any]:
    return {
        "learner_id": entry.learner_id,
        "card_id": entry.card_id,
        "at": (entry.at - EPOCH) // timedelta(milliseconds=1),
        "day": entry.day,
        "action": entry.action.value,
        "grade": None if entry.grade is None else int(entry.grade),
        "took_ms": entry.took_ms,
        "scheduler": scheduler,
        "before": to_json(entry.before),
        "after": to_json(entry.after),
    }


def _review(row: Row[Any]) -> Review:
    try:
        return Review(
            id=row.id,
            learner_id=row.learner_id,
            card_id=row.card_id,
            at=EPOCH + timedelta(milliseconds=row.at),
            day=row.day,
            action=Action(row.action),
            grade=None if row.grade is None else Grade(row.grade),
            took_ms=row.took_ms,
            before=from_json(row.before),
            after=from_json(row.after),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        hint = "`quizcv db restore` brings back a backup."
        raise StoreDamaged(f"entry {row.id} of the journal cannot be read ({error}).", hint) from error
