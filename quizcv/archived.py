"""Everything a database holds that cannot be made again, as values: what an archive is written from and read into.

Cards are named by key and learners by name: ids belong to one database, paths and lines to one machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from quizcv.model import Action, CardState, Claim, Grade, ItemAnswer, ItemRequest, Kind

#: Whose relation to which card: a learner's name and a card's key.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ArchivedText:
    """A card's text in one language; `changed` is in seconds since 1970. Claims have no line here: it is 0."""

    lang: str
    front: str
    back: str
    breadcrumb: tuple[str, ...] = ()
    hint: str = ""
    cloze: str = ""
    claims: tuple[Claim, ...] = ()
    item: ItemRequest | None = None
    changed: int = 0


@dataclass(frozen=True, slots=True)
class ArchivedCard:
    """`orphaned` is the day on which its text was found in no file any more; tags and texts (by language) are sorted."""

    key: str
    note: str
    kind: Kind
    deck: str
    created: date
    guid: str
    typed: bool = False
    orphaned: date | None = None
    tags: tuple[str, ...] = ()
    texts: tuple[ArchivedText, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchivedLearner:
    name: str
    created: date
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class ArchivedState:
    learner: str
    card: str
    state: CardState

    @property
    def pair(self) -> Pair:
        return self.learner, self.card


@dataclass(frozen=True, slots=True)
class ArchivedReview:
    """An entry of the journal, with what was typed to a computational card."""

    learner: str
    card: str
    at: datetime
    day: date
    action: Action
    grade: Grade | None
    took_ms: int
    scheduler: str
    before: CardState
    after: CardState
    answer: ItemAnswer | None = None

    @property
    def pair(self) -> Pair:
        return self.learner, self.card


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a card that is there already takes over; `changed` is by language."""

    key: str
    created: date
    guid: str
    changed: Mapping[str, int] = field(default_factory=dict)


class Whole(Protocol):
    """Where all of it can be read, a piece at a time: cards in the order they came in, reviews in the journal's."""

    def cards(self) -> Iterator[ArchivedCard]: ...
    def learners(self) -> Iterator[ArchivedLearner]: ...
    def schedule(self) -> Iterator[ArchivedState]: ...
    def reviews(self) -> Iterator[ArchivedReview]: ...


@dataclass(slots=True)
class Archive:
    """All of it at once; the schedule holds only states other than new."""

    cards: list[ArchivedCard] = field(default_factory=list)
    learners: list[ArchivedLearner] = field(default_factory=list)
    schedule: list[ArchivedState] = field(default_factory=list)
    reviews: list[ArchivedReview] = field(default_factory=list)
