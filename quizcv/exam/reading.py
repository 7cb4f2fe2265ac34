"""A blueprint file (TOML) -> a blueprint, or everything that is wrong with it, each with its line and field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from quizcv.errors import ExamError
from quizcv.exam.blueprint import Blueprint, Cell, ItemCell, Section, Style, TheoryCell
from quizcv.exam.tomlplaces import Path, line_of, places
from quizcv.items import models
from quizcv.model import LEVELS, Fault, Place, Severity

T = TypeVar("T")  # the `def f[T]` form needs Python 3.12

MOST_QUESTIONS = 500
MOST_POINTS = 1000.0
MOST_MINUTES = 7 * 24 * 60
LONGEST_TEXT = 20_000

_TOP = ("title", "instructions", "minutes", "calculator", "conventions", "enemies", "section")
_SECTION = ("title", "instructions", "questions")
_QUESTIONS = ("model", "topic", "decks", "tags", "level", "count", "points", "style")
_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")


class BlueprintFaulty(ExamError):
    """A blueprint that cannot be used, with every fault in the order of the lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def read(text: str, path: str) -> Blueprint:
    """The blueprint that a file states; `path` is as the person typed it.

    Raises:
        BlueprintFaulty: with all faults, in the order of the lines.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        place = Place(path, int(at[1]), int(at[2])) if at else Place(path, 1)
        message = f"This is not TOML: {_AT.sub('', str(error))}."
        raise BlueprintFaulty([Fault(place, Severity.FAULT, "toml", message)]) from error
    return _Reader(text, path).blueprint(said)


class _Reader:
    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.places = places(text)
        self.faults: list[Fault] = []

    def blueprint(self, said: Mapping[str, Any]) -> Blueprint:
        self.unknown(said, (), _TOP)
        title = self.text(said, (), "title", required=True)
        sections = tuple(
            self.section(section, ("section", number))
            for number, section in enumerate(self.tables(said, (), "section"))
        )
        if not sections:
            self.fault((), "section", "There is no section.", "Write [[section]], and [[section.questions]] below it.")
        made = Blueprint(
            title=title,
            sections=sections,
            instructions=self.text(said, (), "instructions"),
            minutes=self.whole(said, (), "minutes", 1, MOST_MINUTES),
            calculator=self.flag(said, (), "calculator"),
            conventions=self.texts(said, (), "conventions"),
            enemies=self.enemies(said),
        )
        asked = sum(cell.count for cell in made.cells)
        if asked > MOST_QUESTIONS:
            self.fault((), "section", f"{asked} questions are more than the {MOST_QUESTIONS} that a form may have.")
        if self.faults:
            raise BlueprintFaulty(sorted(self.faults))
        return made

    def section(self, said: Mapping[str, Any], path: Path) -> Section:
        self.unknown(said, path, _SECTION)
        cells = [
            self.cell(cell, (*path, "questions", number))
            for number, cell in enumerate(self.tables(said, path, "questions"))
        ]
        if not cells and "questions" not in said:
            self.fault(path, "questions", "This section asks nothing.", "Write [[section.questions]] below it.")
        title, instructions = self.text(said, path, "title", required=True), self.text(said, path, "instructions")
        return Section(title, tuple(cells), instructions)

    def cell(self, said: Mapping[str, Any], path: Path) -> Cell:
        self.unknown(said, path, _QUESTIONS)
        count = self.whole(said, path, "count", 1, MOST_QUESTIONS) or 1
        points = self.points(said, path)
        of_items, of_cards = [n for n in ("model", "topic") if n in said], [n for n in ("decks", "tags") if n in said]
        if bool(of_items) == bool(of_cards) or len(of_items) > 1:
            hint = "Name a model or a topic for computational questions, decks or tags for theory."
            self.fault(path, "model", "It is not clear what these questions are drawn from.", hint)
        if of_cards:
            if "level" in said:
                self.fault(path, "level", "Cards have no level.", "Choose them by tags.")
            style = self.style(said, path, (Style.OPEN, Style.CHOICE))
            return TheoryCell(count, points, self.texts(said, path, "decks"), self.texts(said, path, "tags"), style)
        level = self.whole(said, path, "level", LEVELS[0], LEVELS[-1])
        model, topic = self.text(said, path, "model"), self.text(said, path, "topic")
        style = self.style(said, path, (Style.TYPED, Style.CHOICE))
        self.known(path, "model", model, models())
        self.known(path, "topic", topic, {one.topic: one for one in models().values()})
        if model in models() and level and not models()[model].at(level):
            self.fault(path, "level", f"{model} has no questions of level {level}.")
        return ItemCell(count, points, model, topic, level, style)

    # --- one field each ---

    def fault(self, path: Path, name: str, message: str, hint: str = "") -> None:
        place = Place(self.path, line_of((*path, name), self.places))
        self.faults.append(Fault(place, Severity.FAULT, f"blueprint-{name}", f"{name}: {message}", hint))

    def unknown(self, said: Mapping[str, Any], path: Path, names: tuple[str, ...]) -> None:
        for name in said:
            if name not in names:
                close = get_close_matches(name, names, n=1)
                hint = f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(names)}."
                self.fault(path, name, "There is no such field.", hint)

    def known(self, path: Path, name: str, value: str, there: Mapping[str, Any]) -> None:
        if value and value not in there:
            close = get_close_matches(value, there, n=3)
            hint = f"Did you mean {' or '.join(close)}?" if close else "`quizcv items list` shows them by topic."
            self.fault(path, name, f"There is no {name} {value!r}.", hint)

    def value(self, said: Mapping[str, Any], path: Path, name: str, kind: type[T], what: str, empty: T) -> T:
        if name not in said:
            return empty
        value = said[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(path, name, f"{_shown(value)} is not {what}.")
            return empty
        return value

    def text(self, said: Mapping[str, Any], path: Path, name: str, *, required: bool = False) -> str:
        text = self.value(said, path, name, str, "a text", "").strip()
        if required and not text and not isinstance(said.get(name, ""), (int, float, list, dict)):
            self.fault(path, name, "This is missing.")
        if len(text) > LONGEST_TEXT:
            self.fault(path, name, f"{len(text):,} characters are more than {LONGEST_TEXT:,}.")
        return text

    def texts(self, said: Mapping[str, Any], path: Path, name: str) -> tuple[str, ...]:
        found = self.value(said, path, name, list, "a list of texts", [])
        if wrong := [one for one in found if not isinstance(one, str) or not one.strip()]:
            self.fault(path, name, f"{_shown(wrong[0])} is not a text.")
        return tuple(one for one in found if isinstance(one, str))

    def tables(self, said: Mapping[str, Any], path: Path, name: str) -> list[Mapping[str, Any]]:
        header = ".".join(part for part in (*path, name) if isinstance(part, str))
        found = self.value(said, path, name, list, f"written as [[{header}]]", [])
        if not all(isinstance(one, dict) for one in found):
            self.fault(path, name, "Each of these must be a table.")
        return [one for one in found if isinstance(one, dict)]

    def flag(self, said: Mapping[str, Any], path: Path, name: str) -> bool | None:
        return self.value(said, path, name, bool, "true or false", False) if name in said else None

    def whole(self, said: Mapping[str, Any], path: Path, name: str, low: int, high: int) -> int | None:
        if name not in said:
            return None
        value = self.value(said, path, name, int, "a whole number", low)
        if not low <= value <= high:
            self.fault(path, name, f"{value} does not lie between {low} and {high}.")
            return None
        return value

    def points(self, said: Mapping[str, Any], path: Path) -> float:
        value = said.get("points", 1)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 < value <= MOST_POINTS or value * 4 % 1:
            self.fault(path, "points", f"{_shown(value)} is no number of points.", "Write 2, 0.5 or 0.25, more than 0.")
            return 1.0
        return float(value)

    def style(self, said: Mapping[str, Any], path: Path, possible: tuple[Style, ...]) -> Style:
        value = said.get("style", possible[0].value)
        if value not in [style.value for style in possible]:
            self.fault(path, "style", f"{_shown(value)} is no style.", f"Here it may be {' or '.join(possible)}.")
            return possible[0]
        return Style(value)

    def enemies(self, said: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        groups = self.value(said, (), "enemies", list, "a list of lists of item models", [])
        for group in groups:
            if not isinstance(group, list) or len(group) < 2 or not all(isinstance(name, str) for name in group):
                self.fault((), "enemies", f"{_shown(group)} is not a list of at least two item models.")
                return ()
            for name in group:
                self.known((), "enemies", name, models())
        return tuple(map(tuple, groups))


def _shown(value: object) -> str:
    said = repr(value)
    return said if len(said) <= 40 else f"{said[:39]}…"
