"""What an Anki package holds, as values: the meeting point of writer and reader.

The names follow Anki's manual, the numbers its database (https://github.com/ankidroid/Anki-Android/wiki/Database-Structure).
What a package has by the hundred thousand is a tuple with names: a frozen dataclass takes three times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple


class CardType(IntEnum):
    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


class Queue(IntEnum):
    """Where a card waits; a suspended or buried one keeps its type."""

    BURIED = -3
    SIBLING_BURIED = -2
    SUSPENDED = -1
    NEW = 0
    LEARNING = 1
    REVIEW = 2
    DAY_LEARNING = 3
    PREVIEW = 4


class ReviewKind(IntEnum):
    LEARN = 0
    REVIEW = 1
    RELEARN = 2
    FILTERED = 3  # a cram deck
    MANUAL = 4  # set due date, forget: no answer
    RESCHEDULED = 5  # by FSRS: no answer


@dataclass(frozen=True, slots=True)
class Template:
    """One card of a note type: HTML with `{{Field}}`. `browser` is what the list of cards shows, or empty."""

    name: str
    question: str
    answer: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class NoteType:
    """`stock` is Anki's number for the built-in type this one came from (6: image occlusion), 0 if none is known."""

    id: int
    name: str
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    css: str = ""
    cloze: bool = False
    stock: int = 0


class Note(NamedTuple):
    """`fields` are HTML, as many as the type has; `modified` is in seconds since 1970."""

    id: int
    guid: str
    notetype: int
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


class Card(NamedTuple):
    """`ord` is the template's number, for a cloze the deletion's less one. `deck` is `a::b`.

    `due`: of new cards their place in the queue; of cards in learning, seconds since 1970; of others, the number of the day (`Calendar`).
    `interval`: days; negative: seconds. `factor`: ease in thousandths, 0 if none. `data`: JSON, e.g. {"lrt": last review in s}.
    A card lent to a filtered deck stands here as at home.
    """

    id: int
    note: int
    deck: str
    ord: int
    type: int = CardType.NEW
    queue: int = Queue.NEW
    due: int = 0
    interval: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    left: int = 0
    flags: int = 0
    data: str = ""


class Review(NamedTuple):
    """One line of the review log. `id` is the time in ms since 1970; `ease` 1 to 4, 0 where nothing was answered; `interval` and
    `last_interval` in days, negative in seconds; `factor` in thousandths."""

    id: int
    card: int
    ease: int
    interval: int
    last_interval: int
    factor: int
    took_ms: int
    kind: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a collection counts days: from the day that began at `created` (seconds since 1970), in a zone `west` minutes west of UTC
    then, turning at the hour `rollover`."""

    created: int
    west: int
    rollover: int = 4


@dataclass(slots=True)
class Collection:
    """Everything of a package but the bytes of its media, whose names are here with where to find them.

    For the writer `media` maps a name to a file's path; the reader fills it with the names of entries in the archive.
    """

    calendar: Calendar
    notetypes: Mapping[int, NoteType] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    media: Mapping[str, str] = field(default_factory=dict)
