"""The values that flow through quizcv: frozen, without behaviour beyond reading themselves.

deck file --deck--> CardText --sync--> Card (stored, with an id)
Card + CardState --study--> Review (one graded answer, in the journal)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any


class Kind(StrEnum):
    """How a card came to be, and so how it is shown."""

    HEADING = "heading"
    BASIC = "basic"
    CLOZE = "cloze"
    TERM = "term"
    ITEM = "item"


class Grade(IntEnum):
    """SM-2's six grades (Wozniak 1990)."""

    BLACKOUT = 0
    WRONG = 1
    WRONG_BUT_EASY = 2
    HARD = 3
    GOOD = 4
    PERFECT = 5

    @property
    def passed(self) -> bool:
        return self >= Grade.HARD


#: The four keys of a review and the grade each stands for.
FOUR_GRADES: Mapping[int, Grade] = {1: Grade.WRONG, 2: Grade.HARD, 3: Grade.GOOD, 4: Grade.PERFECT}


@dataclass(frozen=True, slots=True)
class Text:
    """The same said in English and in Chinese; Markdown with `$math$`."""

    en: str
    zh: str

    def in_(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


# --- what deck files say -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file as people count: lines and columns from 1. `path` is as the learner would type it."""

    path: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Severity(StrEnum):
    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a deck: where, what, and what to do. `code` is a stable name for scripts."""

    place: Place
    severity: Severity
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {self.severity}: {self.message}{hint}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A number stated by a deck for the reference engine to confirm (`check` block)."""

    model: str
    params: Mapping[str, Any]
    equals: Any
    line: int


#: Of items: plain, every option in play, inverse or composed.
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """What an `item` block asks for: an item model, and a level or None for the learner's own."""

    model: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class CardText:
    """A card as one file states it, in one language.

    `key` names the card for ever: the explicit id (with `~c1`, `~forward`, `~reverse` behind it where a text makes
    several cards) or a hash of the normalised text. Cards with the same `note` are siblings. `front` and `back` are Markdown.
    `cloze` is the whole text with its deletions that a cloze card is one side of.
    `line`..`end_line` is the card's place in the file, counted from 1, the end included. `sources` say where numbers are from
    that no operation can confirm: for the reader of the file alone.
    """

    key: str
    note: str
    kind: Kind
    deck: str
    lang: str
    tags: tuple[str, ...]
    breadcrumb: tuple[str, ...]
    front: str
    back: str
    line: int
    end_line: int
    hint: str = ""
    typed: bool = False
    explicit: bool = False
    claims: tuple[Claim, ...] = ()
    sources: tuple[str, ...] = ()
    item: ItemRequest | None = None
    cloze: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A heading with no answer under it."""

    heading: str
    breadcrumb: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class DeckFile:
    """What one file holds after reading: every card, every gap, every fault."""

    path: str
    deck: str
    lang: str
    cards: tuple[CardText, ...]
    gaps: tuple[Gap, ...]
    faults: tuple[Fault, ...]


# --- what the store holds ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """A stored card with its text in the language asked for (or the one there is).

    `guid` names its note in other programs and stays through every edit; `changed` is when the text last did, in seconds since 1970;
    `created` the day on which the card came in.
    """

    id: int
    key: str
    note: str
    kind: Kind
    deck: str
    lang: str
    tags: tuple[str, ...]
    breadcrumb: tuple[str, ...]
    front: str
    back: str
    path: str
    line: int
    hint: str = ""
    typed: bool = False
    orphaned: bool = False
    claims: tuple[Claim, ...] = ()
    item: ItemRequest | None = None
    cloze: str = ""
    guid: str = ""
    changed: int = 0
    created: date | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What a scheduler remembers of a card that was answered at least once. Days are the learner's days.

    `easiness` is SM-2's E-factor in hundredths, `interval` and `due` are whole days, `last` is the day of the last
    scheduled review (drill does not count), `lapses` counts scheduled reviews that failed, a new card's first sight excepted.
    """

    repetitions: int
    easiness: int
    interval: int
    due: date
    last: date
    lapses: int = 0


@dataclass(frozen=True, slots=True)
class CardState:
    """A learner's whole relation to a card. `memory` is None for a new card; `drill` is the day on which the card must
    still score 4 or more; `buried` hides it before that day."""

    memory: Memory | None = None
    drill: date | None = None
    buried: date | None = None
    suspended: bool = False
    leech: bool = False
    flagged: bool = False

    @property
    def new(self) -> bool:
        return self.memory is None


class Action(StrEnum):
    """What a journal entry records. The first four carry a grade."""

    LEARN = "learn"  # the first scheduled review of a new card
    REVIEW = "review"  # a scheduled review
    DRILL = "drill"  # a repeat on the same day, schedules nothing
    CRAM = "cram"  # schedules nothing
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    UNBURY = "unbury"
    FLAG = "flag"
    RESET = "reset"
    HANDOVER = "handover"  # a state as another program left it, where no reviews tell how it came

    @property
    def graded(self) -> bool:
        return self in (Action.LEARN, Action.REVIEW, Action.DRILL, Action.CRAM)


@dataclass(frozen=True, slots=True)
class Review:
    """One entry of the journal: what was done to one card at one moment, with the learner's state before and after.

    `at` is UTC, `day` the learner's day (it turns at 04:00 local time), `took_ms` the time from question to grade.
    """

    id: int
    learner_id: int
    card_id: int
    at: datetime
    day: date
    action: Action
    grade: Grade | None
    took_ms: int
    before: CardState
    after: CardState


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What was typed to a computational card; (model, version, seed, index, level) gives the item again."""

    model: str
    version: int
    level: int
    seed: int
    index: int
    typed: str
    verdict: str
    misconception: str = ""
    hinted: bool = False


# --- what other programs know ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastReview:
    """A review that another program logged. `grade` None: the card was made new again. `cram`: it scheduled nothing."""

    at: datetime
    grade: Grade | None
    took_ms: int = 0
    cram: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What another program knows of a card: its log, oldest first, and the state it is in there. `memory` is None for a new card."""

    reviews: tuple[PastReview, ...] = ()
    memory: Memory | None = None
    suspended: bool = False
    buried: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who learns. `timezone` is an IANA name, or empty for the machine's own."""

    id: int
    name: str
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Which cards are meant: any of `decks` (with their sub-decks), all of `tags`, text anywhere in front or back."""

    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The learner's wishes for studying; `config.py` reads them from the TOML file."""

    new_per_day: int = 20
    reviews_per_day: int = 200
    day_start: int = 4
    leech_lapses: int = 8
    leech_every: int = 4
    leech_action: str = "suspend"
    grades: int = 4
