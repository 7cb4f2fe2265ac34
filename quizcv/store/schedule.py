"""A learner's states, and the one query that decides what is studied: `due` and `review` both stand on `queue`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select, true, update
from sqlalchemy.engine import Connection

from quizcv.errors import NotFound
from quizcv.model import CardFilter, CardState
from quizcv.store.filters import matching
from quizcv.store.states import from_row, to_columns
from quizcv.store.tables import cards, schedule

#: Rows asked for at a time while walking the queue.
CHUNK = 256

_STATE = select(schedule).where(schedule.c.learner_id == bindparam("learner"), schedule.c.card_id == bindparam("card"))
_STATE_LOCKED = _STATE.with_for_update()
_PUT = (
    update(schedule)
    .where(schedule.c.learner_id == bindparam("learner"), schedule.c.card_id == bindparam("card"))
    .values({name: bindparam(f"new_{name}") for name in to_columns(CardState())})
)


class Queue(StrEnum):
    REVIEW = "review"
    NEW = "new"
    DRILL = "drill"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Due:
    """A card that waits: enough to choose by, not to show."""

    card_id: int
    note: str
    deck: str


class ScheduleRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self, learner_id: int, card_id: int, *, lock: bool = False) -> CardState:
        """`lock` keeps others from changing it until this transaction ends (in SQLite a writing one keeps all others out).

        Raises:
            NotFound: there is no such card or learner.
        """
        query = _STATE_LOCKED if lock else _STATE
        row = self._connection.execute(query, {"learner": learner_id, "card": card_id}).first()
        if row is None:
            raise NotFound(f"learner {learner_id} has no card {card_id}.")
        return from_row(row)

    def put(self, learner_id: int, card_id: int, state: CardState) -> None:
        values = {f"new_{name}": value for name, value in to_columns(state).items()}
        self._connection.execute(_PUT, {"learner": learner_id, "card": card_id, **values})

    def states(self, learner_id: int, card_ids: Iterable[int]) -> dict[int, CardState]:
        wanted = list(card_ids)
        found: dict[int, CardState] = {}
        for start in range(0, len(wanted), 5000):
            rows = self._connection.execute(
                select(schedule).where(
                    schedule.c.learner_id == learner_id, schedule.c.card_id.in_(wanted[start : start + 5000])
                )
            )
            found.update((row.card_id, from_row(row)) for row in rows)
        return found

    def all(self, learner_id: int) -> dict[int, CardState | None]:
        """The learner's state of every card there is; None where the row is missing, which must not be."""
        mine = and_(schedule.c.card_id == cards.c.id, schedule.c.learner_id == learner_id)
        rows = self._connection.execute(
            select(cards.c.id, schedule).select_from(cards.outerjoin(schedule, mine)).order_by(cards.c.id)
        )
        return {row.id: None if row.card_id is None else from_row(row) for row in rows}

    def walk(self, learner_id: int, queue: Queue, today: date, until: date, chosen: CardFilter) -> Iterator[Due]:
        """Cards of one queue in the order of study: a lazy walk along the index, the caller stops when it has enough.

        REVIEW: due on or before `until`, the most overdue first. NEW: as they came in. DRILL: answered under 4 today. ALL: every
        card, for cramming. Suspended, buried and orphaned cards never appear, nor (but in DRILL and ALL) cards with a sibling
        answered today.
        """
        query = _queue_query(learner_id, queue, today, until).where(*matching(chosen))
        if queue in (Queue.REVIEW, Queue.NEW):
            query = query.where(~_sibling_seen(learner_id, today))
        result = self._connection.execution_options(stream_results=True).execute(query)
        with result:
            for part in result.partitions(CHUNK):
                for row in part:
                    yield Due(row.card_id, row.note, row.deck)

    def forecast(self, learner_id: int, start: date, end: date) -> dict[date, int]:
        """How many reviews fall on each day from `start` to `end`, suspended and orphaned cards left out."""
        rows = self._connection.execute(
            select(schedule.c.due, func.count())
            .join(cards, cards.c.id == schedule.c.card_id)
            .where(
                schedule.c.learner_id == learner_id,
                schedule.c.suspended.is_(False),
                schedule.c.due.between(start, end),
                cards.c.orphaned.is_(None),
            )
            .group_by(schedule.c.due)
        )
        return dict(rows.all())


def _queue_query(learner_id: int, queue: Queue, today: date, until: date) -> Select[Any]:
    column = schedule.c
    query = (
        select(column.card_id, cards.c.note, cards.c.deck)
        .join(cards, cards.c.id == column.card_id)
        .where(
            column.learner_id == learner_id,
            column.suspended.is_(False),
            or_(column.buried.is_(None), column.buried <= today),
            cards.c.orphaned.is_(None),
        )
    )
    if queue is Queue.REVIEW:
        return query.where(column.due <= until, column.last < today).order_by(column.due, column.card_id)
    if queue is Queue.NEW:
        return query.where(column.due.is_(None)).order_by(column.card_id)
    if queue is Queue.DRILL:
        return query.where(column.drill == today).order_by(column.card_id)
    return query.where(true()).order_by(column.card_id)


def _sibling_seen(learner_id: int, today: date) -> Any:
    """Whether another card of the same note was answered today: derived, so that undo has nothing to put back."""
    sibling, brother = schedule.alias("sibling"), cards.alias("brother")
    # One EXISTS in another, not a join: SQLite would begin that with all the learner's rows, for each card of the queue.
    seen = select(1).where(
        sibling.c.card_id == brother.c.id, sibling.c.learner_id == learner_id, sibling.c.last == today
    )
    return (
        select(1)
        .select_from(brother)
        .where(
            brother.c.note == cards.c.note,
            brother.c.id != cards.c.id,
            brother.c.note != brother.c.key,  # true of every sibling; lets the small index serve
            seen.exists(),
        )
        .exists()
    )
