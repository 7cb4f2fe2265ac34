"""A record under a careful eye: its fields by type and size, and where what is wrong with them stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from quizcv.errors import ExchangeError

#: Faults after which an archive is not read on: what follows would only repeat them.
MOST_FAULTS = 1000
#: Characters in a text of a card (no deck file is larger) and in a name.
LONGEST, LONGEST_NAME = 16 * 1024 * 1024, 1000
#: The largest number that every database keeps in a column of whole numbers, and in a large one.
MOST, MOST_64 = 2**31 - 1, 2**63 - 1

#: What stands in for a day that cannot be read; its record is dropped.
NO_DAY = date.min

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record stands: `reviews[12]`, or `reviews.csv:13`."""

    name: str
    between: str = "."

    def __call__(self, part: str) -> str:
        return f"{self.name}{self.between}{part}"

    def within(self, part: str) -> Spot:
        return Spot(self(part))


class Faulty(ExchangeError):
    """An archive that says what cannot be; `faults` are (where, what), at most MOST_FAULTS."""

    def __init__(self, name: str, faults: Iterable[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        count = f"{len(self.faults)} or more" if len(self.faults) >= MOST_FAULTS else str(len(self.faults))
        where, what = self.faults[0]
        more = f"{count} faults, the first at {where}: {what}" if len(self.faults) > 1 else f"{where}: {what}"
        super().__init__(f"{name}: {more}.", "Nothing was changed. docs/archive.md says what an archive holds.")


@dataclass(slots=True)
class Faults:
    """What was found wrong in the archive called `name`."""

    name: str
    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Raises Faulty when there are too many."""
        self.found.append((where, what))
        if len(self.found) >= MOST_FAULTS:
            self.settle()

    def settle(self) -> None:
        """Raises Faulty if there are any."""
        if self.found:
            raise Faulty(self.name, self.found)


#: No default: a record without the field is wrong.
REQUIRED = object()


class Fields:
    """Hands out the fields of one record. A wrong one is reported, and something harmless stands in for it: `sound` says whether
    the record may be used. What is wrong inside a record is wrong with the one around it, too."""

    def __init__(
        self, record: Any, spot: Spot, faults: Faults, known: frozenset[str], around: Fields | None = None
    ) -> None:
        self.spot, self.faults, self.around, self.sound = spot, faults, around, True
        self.given = isinstance(record, dict)
        self.record: Mapping[str, Any] = record if self.given else {}
        if not self.given:
            self._spoil()
            faults.add(spot.name, f"{shown(record)} is not an object")
        elif not known.issuperset(self.record):
            for name in self.record.keys() - known:
                self.wrong(shown(name), "there is no such field")

    def wrong(self, name: str, what: str) -> None:
        self._spoil()
        self.faults.add(self.spot(name), what)

    def _spoil(self) -> None:
        self.sound = False
        if self.around is not None:
            self.around._spoil()

    def get(self, name: str, default: Any = REQUIRED) -> Any:
        """The bare value, or REQUIRED after saying that it is missing."""
        value = self.record.get(name, default)
        if value is REQUIRED and self.given:
            self.wrong(name, "it is missing")
        return value

    def inside(self, name: str, known: frozenset[str]) -> Fields:
        """The fields of a record within this one; one without any, and not sound, if it is missing."""
        value = self.get(name)
        within = Fields({} if value is REQUIRED else value, self.spot.within(name), self.faults, known, self)
        within.given = value is not REQUIRED
        return within

    def text(self, name: str, default: Any = REQUIRED, *, longest: int = LONGEST, empty: bool = True) -> str:
        value = self.get(name, default)
        if value is REQUIRED:
            return ""
        problem = text_problem(value, longest)
        if not problem and not empty and not value.strip():
            problem = "it is empty"
        if problem:
            self.wrong(name, problem)
            return ""
        return str(value)

    def number(self, name: str, low: int, high: int, default: Any = REQUIRED) -> int:
        value = self.get(name, default)
        if value is REQUIRED:
            return low
        if type(value) is not int or not low <= value <= high:
            self.wrong(name, f"{shown(value)} is not a whole number from {low} to {high}")
            return low
        return int(value)

    def flag(self, name: str) -> bool:
        value = self.get(name, False)
        if type(value) is not bool:
            self.wrong(name, f"{shown(value)} is not true or false")
            return False
        return bool(value)

    def day(self, name: str) -> date:
        value = self.get(name)
        return NO_DAY if value is REQUIRED else self._day(name, value)

    def maybe_day(self, name: str) -> date | None:
        return self._day(name, self.record[name]) if name in self.record else None

    def _day(self, name: str, value: Any) -> date:
        try:
            found = date.fromisoformat(value)
            if found.isoformat() == value:  # `20260301` and weeks are read as well
                return found
        except (TypeError, ValueError):
            pass
        self.wrong(name, f"{shown(value)} is not a day such as 2026-03-01")
        return NO_DAY

    def word(self, name: str, kind: type[Word]) -> Word | None:
        value = self.get(name)
        try:
            return None if value is REQUIRED else kind(value)
        except ValueError:
            self.wrong(name, f"{shown(value)} is not one of {', '.join(kind)}")
            return None

    def list(self, name: str, problem: Callable[[Any], str]) -> tuple[Any, ...]:
        """A list whose elements `problem` finds nothing wrong with."""
        value = self.record.get(name, [])
        if not isinstance(value, list):
            self.wrong(name, f"{shown(value)} is not a list")
            return ()
        for number, element in enumerate(value):
            if what := problem(element):
                self.wrong(f"{name}[{number}]", what)
        return tuple(value)


def text_problem(value: Any, longest: int = LONGEST) -> str:
    """Why `value` is no text that a database and a terminal take, or nothing."""
    if not isinstance(value, str):
        return f"{shown(value)} is not a text"
    if len(value) > longest:
        return f"a text of {len(value):,} characters, more than {longest:,}"
    if "\0" in value:
        return "it has a NUL character"
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return "it has half of a surrogate pair"
    return ""


def shown(value: Any) -> str:
    """A value as a message shows it: short, and nothing that a terminal would obey."""
    kinds: dict[type, str] = {dict: "an object", list: "a list", type(None): "null"}
    if (name := kinds.get(type(value))) is not None:
        return name
    if isinstance(value, bool):
        return str(value).lower()
    said = repr(value[:60]) if isinstance(value, str) else str(value)[:60]
    return said if said.isprintable() else ascii(said)
