"""Values gathered to one archive, and what one record must say of another: names that exist, once; a journal without a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from quizcv.archived import Archive, ArchivedCard, ArchivedLearner, ArchivedReview, ArchivedState, Pair
from quizcv.errors import ExchangeError
from quizcv.exchange.archive.fields import Faults, Spot, shown
from quizcv.model import CardState

T = TypeVar("T")

Follows = Callable[[ArchivedReview], bool]

_NEW = CardState()


@dataclass(slots=True)
class Counts:
    """How many records an archive holds; texts and answers go with their cards and reviews."""

    cards: int = 0
    learners: int = 0
    schedule: int = 0
    reviews: int = 0


def counted(values: Iterator[T], counts: Counts, name: str) -> Iterator[T]:
    """`values`, counted while they pass."""
    number = 0
    for number, value in enumerate(values, start=1):  # noqa: B007 - the last is what it is for
        yield value
    setattr(counts, name, number)


def unreadable(path: Path, why: str) -> ExchangeError:
    return ExchangeError(f"cannot read {path}: {why}.", "Name a file that `quizcv export` wrote. Nothing was changed.")


class Gathering:
    """Takes the values of an archive in their order, None for those that are no values. `spot` says where one stands, `follows`
    whether a review's state after it is what it makes of the state before."""

    def __init__(self, faults: Faults, spot: Callable[[str, int], Spot], follows: Follows) -> None:
        self.faults, self.spot, self.follows = faults, spot, follows
        self.keys: set[str] = set()
        self.names: set[str] = set()
        self.cards: list[ArchivedCard | None] = []
        self.learners: list[ArchivedLearner | None] = []
        self.schedule: list[ArchivedState | None] = []
        self.reviews: list[ArchivedReview | None] = []

    def card(self, value: ArchivedCard | None, key: str) -> None:
        self._once(key, self.keys, self.spot("cards", len(self.cards)), "key")
        self.cards.append(value)

    def learner(self, value: ArchivedLearner | None, name: str) -> None:
        self._once(name, self.names, self.spot("learners", len(self.learners)), "name")
        self.learners.append(value)

    def scheduled(self, value: ArchivedState | None) -> None:
        self.schedule.append(value)

    def review(self, value: ArchivedReview | None) -> None:
        self.reviews.append(value)

    def _once(self, name: str, seen: set[str], spot: Spot, field: str) -> None:
        if name and name in seen:
            self.faults.add(spot(field), f"{shown(name)} stands twice")
        seen.add(name)

    def settled(self) -> Archive:
        """Raises Faulty."""
        for section in ("schedule", "reviews"):
            self._known(section, self.schedule if section == "schedule" else self.reviews)
        self.faults.settle()  # what follows would stumble over the same faults again
        found = Archive(
            [card for card in self.cards if card],
            [learner for learner in self.learners if learner],
            [state for state in self.schedule if state],
            [review for review in self.reviews if review],
        )
        self._chained(found)
        self.faults.settle()
        return found

    def _known(self, section: str, values: list[ArchivedState | None] | list[ArchivedReview | None]) -> None:
        for number, value in enumerate(values):
            if value is None:
                continue
            if value.card not in self.keys:
                self.faults.add(self.spot(section, number)("card"), f"there is no card {shown(value.card)}")
            if value.learner not in self.names:
                self.faults.add(self.spot(section, number)("learner"), f"there is no learner {shown(value.learner)}")

    def _chained(self, archive: Archive) -> None:
        """Every entry begins with what the one before it left, and the schedule says what the last one left."""
        left: dict[Pair, CardState] = {}
        for number, review in enumerate(archive.reviews):
            if review.before != left.get(review.pair, _NEW):
                self.faults.add(
                    self.spot("reviews", number)("before"), "it is not what the card's entry before this one left"
                )
            elif not self.follows(review):
                self.faults.add(self.spot("reviews", number)("after"), f"{review.action} does not lead to this state")
            left[review.pair] = review.after
        seen: set[Pair] = set()
        for number, scheduled in enumerate(archive.schedule):
            if scheduled.pair in seen:
                self.faults.add(self.spot("schedule", number)("card"), "this learner's state of it stands twice")
            elif scheduled.state != left.get(scheduled.pair, _NEW):
                self.faults.add(self.spot("schedule", number)("card"), "its state is not what its reviews end with")
            seen.add(scheduled.pair)
        for learner, card in sorted(left.keys() - seen):
            if left[learner, card] != _NEW:
                self.faults.add("schedule", f"no state of {shown(card)} for {shown(learner)}, which was reviewed")
