"""A blueprint says what an exam draws: sections of cells, each so many questions of one kind.

Every form of an exam has the same cells, so that the forms are equally hard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Style(StrEnum):
    """How a question is answered."""

    TYPED = "typed"  # computational: a number, a shape …
    CHOICE = "choice"  # one of some options
    OPEN = "open"  # theory: in words


@dataclass(frozen=True, slots=True)
class ItemCell:
    """`count` computational questions of one item model, or of different models of a topic; of one level, or of all three in turns."""

    count: int
    points: float
    model: str = ""
    topic: str = ""
    level: int | None = None
    style: Style = Style.TYPED


@dataclass(frozen=True, slots=True)
class TheoryCell:
    """`count` questions from cards of decks (with their sub-decks) that have all of the tags."""

    count: int
    points: float
    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    style: Style = Style.OPEN


Cell = ItemCell | TheoryCell


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    cells: tuple[Cell, ...]
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """`minutes` None: no limit. `calculator` None: nothing is said about it. `enemies` are groups of item models of which a form has one
    at the most. Texts are Markdown."""

    title: str
    sections: tuple[Section, ...]
    instructions: str = ""
    minutes: int | None = None
    calculator: bool | None = None
    conventions: tuple[str, ...] = ()
    enemies: tuple[tuple[str, ...], ...] = ()

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for section in self.sections for cell in section.cells)

    @property
    def points(self) -> float:
        return sum(cell.count * cell.points for cell in self.cells)

    def to_json(self) -> dict[str, Any]:
        """As it stands in a manifest; `from_json` reads it."""
        return asdict(self)


def from_json(said: Mapping[str, Any]) -> Blueprint:
    """The blueprint of a manifest.

    Raises:
        KeyError, TypeError, ValueError: it is not what `to_json` gave.
    """
    sections = tuple(
        Section(section["title"], tuple(map(_cell, section["cells"])), section["instructions"])
        for section in said["sections"]
    )
    return Blueprint(
        title=said["title"],
        sections=sections,
        instructions=said["instructions"],
        minutes=said["minutes"],
        calculator=said["calculator"],
        conventions=tuple(said["conventions"]),
        enemies=tuple(map(tuple, said["enemies"])),
    )


def _cell(said: Mapping[str, Any]) -> Cell:
    style = Style(said["style"])
    if "decks" in said:
        return TheoryCell(said["count"], said["points"], tuple(said["decks"]), tuple(said["tags"]), style)
    return ItemCell(said["count"], said["points"], said["model"], said["topic"], said["level"], style)
