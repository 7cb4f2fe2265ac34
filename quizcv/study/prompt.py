"""What a sitting shows: the card to answer, how many are to come, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from quizcv.model import Action, Card, CardState
from quizcv.study.grading import Choice

if TYPE_CHECKING:
    from quizcv.published import PublishedItem


@dataclass(frozen=True, slots=True)
class Prompt:
    """A card on the screen: everything needed to show it and to grade it.

    `item` is what a computational card asks this time; `proven` says that the reference confirmed the numbers of the card.
    """

    card: Card
    state: CardState
    action: Action
    choices: tuple[Choice, ...]
    today: date
    item: PublishedItem | None = None
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many cards are still to come, the one on the screen included."""

    reviews: int
    new: int
    drill: int

    @property
    def total(self) -> int:
        return self.reviews + self.new + self.drill


@dataclass(frozen=True, slots=True)
class Summary:
    """What a sitting came to. Retention is passed over graded *scheduled reviews*, None without any. `without_item` counts
    computational cards that were due but had no verified item ready."""

    graded: int
    learned: int
    reviewed: int
    drilled: int
    passed: int
    seconds: float
    due_tomorrow: int
    without_item: int = 0

    @property
    def retention(self) -> float | None:
        return self.passed / self.reviewed if self.reviewed else None
