"""Which cards wait, in which order. `quizcv review` and `quizcv due` both ask here, so they can never disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random

from quizcv.model import Action, CardFilter, Learner, Settings
from quizcv.store import Unit
from quizcv.store.schedule import Due, Queue


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the learner asked for. `new` replaces the day's number of new cards for this sitting; `limit` caps it.

    `ahead` days are added to today when looking for reviews. `cram` takes every card and schedules nothing.
    """

    cards: CardFilter = field(default_factory=CardFilter)
    new: int | None = None
    limit: int | None = None
    ahead: int = 0
    cram: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """The selection, each part in its order of study: reviews, then new cards, then the day's drill."""

    reviews: tuple[Due, ...] = ()
    new: tuple[Due, ...] = ()
    drill: tuple[Due, ...] = ()
    cram: tuple[Due, ...] = ()

    def __len__(self) -> int:
        return len(self.reviews) + len(self.new) + len(self.drill) + len(self.cram)

    def by_deck(self) -> dict[str, tuple[int, int, int]]:
        """(reviews, new, drill) of every deck that has any, in the decks' order."""
        counts = [Counter(due.deck for due in part) for part in (self.reviews, self.new, self.drill)]
        return {deck: (counts[0][deck], counts[1][deck], counts[2][deck]) for deck in sorted(set().union(*counts))}


def select(
    db: Unit, learner: Learner, today: date, settings: Settings, wanted: Wanted, rng: Random | None = None
) -> Queued:
    """The cards to study now.

    Limits are those of the *day*: what was already done today counts. Of siblings only the first is taken, the
    others wait until tomorrow. `rng` shuffles a cram, which would else always begin with the same cards.
    """
    walk = db.schedule.walk
    if wanted.cram:
        every = list(walk(learner.id, Queue.ALL, today, today, wanted.cards))
        if rng is not None:
            rng.shuffle(every)
        return Queued(cram=tuple(every[: wanted.limit]))
    done = db.journal.counts(learner.id, today)
    until = today + timedelta(days=wanted.ahead)
    reviews_left = max(0, settings.reviews_per_day - done.get(Action.REVIEW, 0))
    new_left = max(0, settings.new_per_day - done.get(Action.LEARN, 0)) if wanted.new is None else wanted.new
    room = wanted.limit if wanted.limit is not None else reviews_left + new_left

    notes: set[str] = set()
    reviews = _take(walk(learner.id, Queue.REVIEW, today, until, wanted.cards), min(reviews_left, room), notes)
    new = _take(walk(learner.id, Queue.NEW, today, until, wanted.cards), min(new_left, room - len(reviews)), notes)
    drill = tuple(walk(learner.id, Queue.DRILL, today, until, wanted.cards))
    if wanted.limit is not None:
        drill = drill[: wanted.limit - len(reviews) - len(new)]
    return Queued(reviews, new, drill)


def _take(waiting: Iterable[Due], count: int, notes: set[str]) -> tuple[Due, ...]:
    """The first `count` cards whose note is not among `notes` yet; adds theirs."""

    def fresh() -> Iterable[Due]:
        for due in waiting:
            if due.note not in notes:
                notes.add(due.note)
                yield due

    return tuple(islice(fresh(), count))
