"""The database of an Anki package -> `Collection`. What contradicts itself is left out and told, never guessed at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.collection import Card, CardType, Collection, Note, NoteType, Queue, Review, ReviewKind
from quizcv.exchange.anki.package import stored
from quizcv.exchange.anki.package.database import Database, open_database
from quizcv.exchange.anki.package.limits import AGAIN, LIMITS, Limits, Meter, Problems
from quizcv.exchange.anki.package.stored import LATEST, integer, text

#: Days from the collection's first, either way: 2,700 years.
_DAYS = 1_000_000
#: Of a card in learning a smaller `due` is a day, a larger one a time: Anki tells them apart like this.
_FIRST_TIME = 1_000_000_000
_INT = 1 << 31
_LAST_ORD = 0xFFFF
#: Where a card goes whose deck is gone: the deck that every collection has.
_DEFAULT_DECK = "Default"


def read_collection(path: Path, limits: Limits = LIMITS) -> tuple[Collection, tuple[str, ...]]:
    """Read an unpacked collection; also what was left out, a line for each kind. Media are not in it.

    Raises:
        ExchangeError: it is no collection, damaged, of an unknown schema, or beyond the limits.
    """
    with open_database(path, limits.seconds) as db:
        reader = _Reader(db, Meter(path.stat().st_size, limits))
        return reader.collection(), reader.problems.lines()


class _Reader:
    def __init__(self, db: Database, meter: Meter) -> None:
        self._db = db
        self._meter = meter
        self.problems = Problems()

    def collection(self) -> Collection:
        col = stored.settings(self._db, self._meter)
        calendar = stored.calendar(self._db, col)
        decks = stored.decks(self._db, col, self._meter)
        types = stored.notetypes(self._db, col, self._meter, self.problems)
        notes = list(self._notes(types))
        type_of = {note.id: types[note.notetype] for note in notes}
        return Collection(calendar, types, notes, list(self._cards(type_of, decks)), list(self._reviews()))

    def _rows(self, table: str, columns: str) -> Iterator[tuple[int, tuple[object, ...]]]:
        """The id and other columns of each row.

        SQLite walks a table by ascending id. Where they do not ascend, pages are missing their place, or are met again.
        """
        before: int | None = None
        for row in self._db.rows(f"SELECT id, {columns} FROM {table}"):  # noqa: S608 - written below
            number = row[0]
            if not isinstance(number, int) or (before is not None and number <= before):
                raise ExchangeError(f"its collection is damaged: the {table} are out of order.", AGAIN)
            self._meter.spend(1)
            before = number
            yield number, row[1:]

    def _notes(self, types: dict[int, NoteType]) -> Iterator[Note]:
        for number, (kind, modified, *texts) in self._rows("notes", "mid, mod, guid, tags, flds"):
            guid, tags, fields = map(text, texts)
            # Before they are split: each of a million tags of one letter is an object.
            self._meter.spend(tags.count(" ") + tags.count("\u3000"), len(guid) + len(tags) + len(fields))
            known = types.get(kind) if isinstance(kind, int) else None
            if known is None:
                self.problems.add("notes whose note type is missing, left out", number)
                continue
            self._meter.spend(len(known.fields))
            words = tuple(filter(None, tags.replace("\u3000", " ").split(" ")))
            changed = modified if isinstance(modified, int) and 0 <= modified < LATEST else 0
            yield Note(number, guid, known.id, changed, words, self._fields(number, fields, len(known.fields)))

    def _fields(self, note: int, fields: str, count: int) -> tuple[str, ...]:
        given = fields.split("\x1f", count)
        if len(given) != count:
            self.problems.add("notes with other fields than their type, filled up or cut", note)
        return (*given[:count], *[""] * (count - len(given)))

    def _cards(self, type_of: dict[int, NoteType], decks: dict[int, str]) -> Iterator[Card]:
        columns = "nid, ord, did, odid, data, type, queue, due, odue, ivl, factor, reps, lapses, left, flags"
        for number, (note, place, deck, home, data, *numbers) in self._rows("cards", columns):
            kind = type_of.get(note) if isinstance(note, int) else None
            if not isinstance(note, int) or kind is None:
                self.problems.add("cards whose note is missing, left out", number)
                continue
            last = _LAST_ORD if kind.cloze else len(kind.templates) - 1
            if not isinstance(place, int) or not 0 <= place <= last:
                self.problems.add("cards whose template is missing, left out", number)
                continue
            lent = isinstance(home, int) and home != 0
            name = decks.get(integer(home if lent else deck))
            if not name:
                self.problems.add("cards whose deck is missing, put into Default", number)
            self._meter.spend(0, len(text(data)))
            schedule = _schedule(numbers, lent)
            if schedule is None:
                self.problems.add("cards whose schedule cannot be read, taken as new", number)
            yield Card(number, note, name or _DEFAULT_DECK, place, data=text(data), **(schedule or {}))

    def _reviews(self) -> Iterator[Review]:
        for number, row in self._rows("revlog", "cid, ease, ivl, lastIvl, factor, time, type"):
            review = _review(number, row)
            if review is None:
                self.problems.add("lines of the review log that cannot be read, left out", number)
            else:
                yield review


# --- numbers: SQLite keeps any value in any column ---

_SCHEDULE = (  # type, queue, due, odue, ivl, factor, reps, lapses, left, flags
    (min(CardType), max(CardType)),
    (min(Queue), max(Queue)),
    (-_INT, LATEST),
    (-_INT, LATEST),
    (-_INT, _DAYS),
    (0, 0xFFFF),
    (0, _INT),
    (0, _INT),
    (0, _INT),
    (0, _INT),
)
_REVIEW = (  # id, cid, ease, ivl, lastIvl, factor, time, type
    (1, LATEST * 1000),
    (-(1 << 63), 1 << 63),
    (0, 4),
    (-_INT, _INT),
    (-_INT, _INT),
    (0, _INT),
    (0, _INT),
    (min(ReviewKind), max(ReviewKind)),
)


def _whole(given: Sequence[object], bounds: Sequence[tuple[int, int]]) -> list[int] | None:
    """All of them as integers, or None if one is none or beyond its bounds, which count as within."""
    numbers = []
    for value, (low, high) in zip(given, bounds, strict=True):
        if isinstance(value, float) and isfinite(value):
            value = int(value)  # old versions and add-ons left fractions of days
        if not isinstance(value, int) or not low <= value <= high:
            return None
        numbers.append(value)
    return numbers


def _schedule(given: Sequence[object], lent: bool) -> dict[str, int] | None:
    """The part of a `Card` that is its schedule, as at home if it is lent to a filtered deck; None if it makes no sense."""
    numbers = _whole(given, _SCHEDULE)
    if numbers is None:
        return None
    kind, queue, due, due_at_home, interval, factor, reps, lapses, left, flags = numbers
    if lent:
        # Answered in the filtered deck, a card has no due of its own at home: it keeps the new one.
        due = due_at_home if due_at_home > 0 else due
        queue = queue if queue < 0 else _queue_at_home(kind, due)
    elif kind == CardType.REVIEW and queue in (Queue.LEARNING, Queue.DAY_LEARNING):
        kind = CardType.RELEARNING  # which Anki's first scheduler wrote so
    a_day, a_time = -_DAYS <= due <= _DAYS, _FIRST_TIME <= due <= LATEST
    only_days = kind == CardType.REVIEW or queue == Queue.DAY_LEARNING
    if not (kind == CardType.NEW or a_day or (a_time and not only_days)):
        return None
    return {
        "type": kind,
        "queue": queue,
        "due": due,
        "interval": interval,
        "factor": factor,
        "reps": reps,
        "lapses": lapses,
        "left": left,
        "flags": flags & 7,  # the others are no flags of the learner's
    }


def _queue_at_home(kind: int, due: int) -> Queue:
    if kind == CardType.NEW:
        return Queue.NEW
    if kind == CardType.REVIEW:
        return Queue.REVIEW
    return Queue.LEARNING if due > _FIRST_TIME else Queue.DAY_LEARNING


def _review(number: int, given: Sequence[object]) -> Review | None:
    numbers = _whole((number, *given), _REVIEW)
    return Review(*numbers) if numbers else None
