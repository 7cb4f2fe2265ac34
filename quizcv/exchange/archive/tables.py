"""The CSV files: their columns, and what a cell makes of a field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from quizcv.exchange.archive.records import Record
from quizcv.exchange.archive.walking import Unreadable, decoded

_STATE = ("due", "last", "repetitions", "easiness", "interval", "lapses", "drill", "buried", "suspended", "leech", "flagged")  # fmt: skip

#: Every file with its columns. `number` of reviews counts from 1, and `review` of answers names one by it.
TABLES: Mapping[str, tuple[str, ...]] = {
    "cards": ("key", "note", "kind", "deck", "tags", "typed", "created", "orphaned", "guid"),
    "texts": ("card", "lang", "breadcrumb", "front", "back", "hint", "cloze", "claims", "item", "changed"),
    "learners": ("name", "timezone", "created"),
    "schedule": ("learner", "card", *_STATE),
    "reviews": (
        "number", "learner", "card", "at", "day", "action", "grade", "took_ms", "scheduler", "before", "after",
    ),
    "answers": (
        "review", "model", "version", "level", "seed", "index", "typed", "verdict", "misconception", "hinted",
    ),
}  # fmt: skip

FILES = {f"{name}.csv": name for name in TABLES}

_NUMBERS = (
    "changed", "number", "review", "grade", "took_ms", "version", "level", "seed", "index",
    "repetitions", "easiness", "interval", "lapses",
)  # fmt: skip
_WHOLE = re.compile(r"-?\d{1,20}", re.ASCII)


def row(table: str, record: Record) -> list[str]:
    """A record as cells; a field that it has not is an empty cell."""
    return [_cell(name, record[name], table) if name in record else "" for name in TABLES[table]]


def _cell(name: str, value: Any, table: str) -> str:
    if name == "tags":
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def record(table: str, header: list[str], cells: list[str]) -> Record:
    """The record that a row says; a cell that makes no sense stays the text it is, for whoever looks at the fields to refuse."""
    found: Record = {}
    for name, cell in zip(header, cells, strict=True):
        read = _READERS.get((table, name)) or _READERS.get(("", name))
        if read is None:
            found[name] = cell
        elif cell:
            found[name] = read(cell)
    return found


def _number(cell: str) -> Any:
    return int(cell) if _WHOLE.fullmatch(cell) else cell


def _flag(cell: str) -> Any:
    return {"true": True, "false": False}.get(cell.lower(), cell)  # spreadsheets write them large


def _structure(cell: str) -> Any:
    with suppress(Unreadable):
        return decoded(cell)
    return cell


#: By table and column, or by column alone; other cells are texts, and an empty one is an empty text.
_READERS: Mapping[tuple[str, str], Callable[[str], Any]] = {
    **{("", name): _number for name in _NUMBERS},
    **{("", name): _flag for name in ("suspended", "leech", "flagged", "hinted")},
    **{("", name): _structure for name in ("breadcrumb", "claims", "item", "before", "after")},
    **{("", name): str for name in ("orphaned", "due", "last", "drill", "buried")},  # empty: there is none
    ("cards", "typed"): _flag,  # of answers it is what was typed
    ("cards", "tags"): str.split,
}
