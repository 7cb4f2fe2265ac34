"""CardState to and from what is stored: a schedule row, and the JSON of the journal."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.engine import Row

from quizcv.model import CardState, Memory

#: What a new card's row holds. A memory is told from none by `due`.
EMPTY_MEMORY: dict[str, Any] = {"due": None, "last": None, "repetitions": 0, "easiness": 0, "interval": 0, "lapses": 0}


def to_columns(state: CardState) -> dict[str, Any]:
    memory = state.memory
    columns = dict(EMPTY_MEMORY)
    if memory is not None:
        columns.update(
            due=memory.due,
            last=memory.last,
            repetitions=memory.repetitions,
            easiness=memory.easiness,
            interval=memory.interval,
            lapses=memory.lapses,
        )
    columns.update(
        drill=state.drill, buried=state.buried, suspended=state.suspended, leech=state.leech, flagged=state.flagged
    )
    return columns


def from_row(row: Row[Any]) -> CardState:
    memory = None
    if row.due is not None:
        memory = Memory(row.repetitions, row.easiness, row.interval, row.due, row.last, row.lapses)
    return CardState(memory, row.drill, row.buried, row.suspended, row.leech, row.flagged)


def to_json(state: CardState) -> dict[str, Any]:
    """Only what differs from a new card's state, days in ISO form: the journal grows with every review."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in to_columns(state).items()
        # by identity: 0 == False, but no repetitions and no lapses are part of a memory
        if value is not None and value is not False and (state.memory is not None or name not in EMPTY_MEMORY)
    }


def from_json(stored: dict[str, Any]) -> CardState:
    def day(name: str) -> date | None:
        return date.fromisoformat(stored[name]) if name in stored else None

    memory = None
    if (due := day("due")) is not None:
        memory = Memory(
            stored["repetitions"], stored["easiness"], stored["interval"], due, day("last") or due, stored["lapses"]
        )
    return CardState(
        memory,
        day("drill"),
        day("buried"),
        stored.get("suspended", False),
        stored.get("leech", False),
        stored.get("flagged", False),
    )
