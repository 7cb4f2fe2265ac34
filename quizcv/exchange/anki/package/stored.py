"""What a collection says once for all cards: calendar, decks, note types; in both of Anki's layouts.

Schema 11 keeps them as JSON in the one row of `col`; from 14 to 18 they moved into tables, settings as Protocol Buffers.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.collection import Calendar, NoteType, Template
from quizcv.exchange.anki.package import protobuf
from quizcv.exchange.anki.package.database import Database
from quizcv.exchange.anki.package.limits import AGAIN, Meter, Problems, one_line

OLDEST, NEWEST = 11, 18

#: A time in seconds since 1970 is before 2200; what is later is a mistake, and days counted from it leave the calendar.
LATEST = 7_258_118_400
#: The row of `col`, by column.
Settings = dict[str, object]

_HOUR, _DAY = 3600, 86_400
_TURN = 4
_UNSAID = 1 << 20


def settings(db: Database, meter: Meter) -> Settings:
    """The row of `col`.

    Raises:
        ExchangeError: there is none, or it is of a schema that quizcv does not know.
    """
    if "col" not in db.tables:
        raise ExchangeError("its collection is a database of another program: it has no table col.", AGAIN)
    # First the version alone: in an unknown schema the other columns may be gone.
    version = next(db.rows("SELECT ver FROM col LIMIT 1"), (None,))[0]
    if not isinstance(version, int):
        raise ExchangeError("its collection does not say which schema it has.", AGAIN)
    if not OLDEST <= version <= NEWEST:
        which = f"newer than {NEWEST}, the newest" if version > NEWEST else f"older than {OLDEST}, the oldest"
        hint = (
            "Export it from Anki with “Support older Anki versions”."
            if version > NEWEST
            else "Import it into Anki, and export it there."
        )
        raise ExchangeError(f"its collection has schema {version}, {which} that quizcv knows.", hint)
    names = ("crt", "conf", "models", "decks")
    row = next(db.rows(f"SELECT {', '.join(names)} FROM col LIMIT 1"), ())  # noqa: S608 - names from the line above
    meter.spend(len(row), sum(len(value) for value in row if isinstance(value, str | bytes)))
    return dict(zip(names, row, strict=True))


def calendar(db: Database, col: Settings) -> Calendar:
    """How days are counted.

    A collection that never met Anki 2.1's scheduler has no `creationOffset`: its days are of 24 hours from `crt`, which was
    04:00 where it was made. So the zone is taken as the one in which `crt` is 04:00; of UTC+13 and UTC-11 it is
    New Zealand's, where more people live.

    Raises:
        ExchangeError: `crt` is no time.
    """
    created = col["crt"]
    if not isinstance(created, int) or not 0 < created < LATEST:
        raise ExchangeError("its collection does not say when it was made.", AGAIN)
    if "config" in db.tables:
        found = {key: value for key in ("creationOffset", "rollover") for value in _config(db, key)}
    else:
        found = _json(col["conf"], "settings")
    west, rollover = integer(found.get("creationOffset"), _UNSAID), integer(found.get("rollover"), _TURN)
    if not -1440 <= west <= 1440:
        west = (created - _TURN * _HOUR) % _DAY // 60
        west -= 1440 if west >= 660 else 0
    return Calendar(created, west, rollover if 0 <= rollover <= 23 else _TURN)


def _config(db: Database, key: str) -> Iterator[Any]:
    for (value,) in db.rows("SELECT val FROM config WHERE KEY = ?", key):
        try:
            yield json.loads(value if isinstance(value, str | bytes) else "null")
        except (ValueError, RecursionError):
            yield None


def decks(db: Database, col: Settings, meter: Meter) -> dict[int, str]:
    """Names by id, as `a::b`."""
    if "decks" in db.tables:
        named = {}
        for number, name in db.rows("SELECT id, name FROM decks"):
            said = text(name)
            meter.spend(1, len(said))
            if isinstance(number, int):
                named[number] = said.replace("\x1f", "::")
        return named
    stored = _json(col["decks"], "decks")
    meter.spend(len(stored))
    return {number: _name(deck) for number, deck in _numbered(stored) if isinstance(deck, dict)}


def notetypes(db: Database, col: Settings, meter: Meter, problems: Problems) -> dict[int, NoteType]:
    """Note types by id. One without fields or templates is no note type: it is left out."""
    either = _of_tables(db, meter) if "notetypes" in db.tables else _of_json(_json(col["models"], "note types"), meter)
    found = {}
    for kind in either:
        if kind.fields and kind.templates:
            found[kind.id] = kind
        else:
            problems.add("note types without fields or without templates, left out", one_line(kind.name or kind.id))
    return found


# --- schema 11: JSON ---


def _of_json(stored: dict[str, Any], meter: Meter) -> Iterator[NoteType]:
    for number, model in _numbered(stored):
        model = model if isinstance(model, dict) else {}
        fields, templates = _ordered(model.get("flds")), _ordered(model.get("tmpls"))
        meter.spend(1 + len(fields) + len(templates))
        yield NoteType(
            id=number,
            name=_name(model),
            fields=tuple(_name(field) for field in fields),
            templates=tuple(
                Template(_name(one), clean(one.get("qfmt")), clean(one.get("afmt")), clean(one.get("bqfmt")))
                for one in templates
            ),
            css=clean(model.get("css")),
            cloze=model.get("type") == 1,
            stock=integer(model.get("originalStockKind")),
        )


def _ordered(stored: object) -> list[dict[str, Any]]:
    """Fields or templates in their order, which `ord` gives; without it, as they stand."""
    if not isinstance(stored, list):
        return []
    given = [one for one in stored if isinstance(one, dict)]
    if all(isinstance(one.get("ord"), int) for one in given):
        given.sort(key=lambda one: int(one["ord"]))
    return given


def _numbered(stored: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """Entries whose key is an id: 64 bits, or SQLite could not hold it."""
    for key, value in stored.items():
        if len(key) < 20 and key.removeprefix("-").isdecimal():
            yield int(key), value


def _name(stored: dict[str, Any]) -> str:
    return clean(stored.get("name"))


def _json(stored: object, what: str) -> dict[str, Any]:
    try:
        found = json.loads(stored if isinstance(stored, str) else text(stored))
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"its collection is damaged: its {what} are no JSON.", AGAIN) from error
    if not isinstance(found, dict):
        raise ExchangeError(f"its collection is damaged: its {what} are no JSON object.", AGAIN)
    return found


# --- schema 15 and later: tables ---


def _of_tables(db: Database, meter: Meter) -> Iterator[NoteType]:
    fields: dict[object, list[tuple[int, str]]] = defaultdict(list)
    for owner, place, name in db.rows("SELECT ntid, ord, name FROM fields"):
        fields[owner].append((integer(place), text(name)))
        meter.spend(1, len(fields[owner][-1][1]))
    templates: dict[object, list[tuple[int, Template]]] = defaultdict(list)
    for owner, place, name, config in db.rows("SELECT ntid, ord, name, config FROM templates"):
        said = _blob(config)
        templates[owner].append((integer(place), Template(text(name), *protobuf.texts(said, 1, 2, 3))))
        meter.spend(1, len(text(name)) + len(said))
    for number, name, config in db.rows("SELECT id, name, config FROM notetypes"):
        said = _blob(config)
        meter.spend(1, len(text(name)) + len(said))
        if isinstance(number, int):
            kind, stock = protobuf.ints(said, 1, 9)
            ordered = [one for _, one in sorted(templates[number], key=lambda placed: placed[0])]
            named = [one for _, one in sorted(fields[number], key=lambda placed: placed[0])]
            (css,) = protobuf.texts(said, 3)
            yield NoteType(number, text(name), tuple(named), tuple(ordered), css, kind == 1, stock)


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


# --- values of any type ---


def text(value: object) -> str:
    """A text column: what is neither text nor bytes reads as empty."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def clean(value: object) -> str:
    """A text from JSON, which can write halves of characters that no file can hold."""
    said = text(value)
    return said if said.isascii() else said.encode("utf-8", "replace").decode()


def integer(value: object, otherwise: int = 0) -> int:
    return value if isinstance(value, int) else otherwise
