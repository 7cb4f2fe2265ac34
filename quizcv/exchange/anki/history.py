"""What Anki knows of a card, its schedule and its log, as a `Past`.

Where Anki says more or something else than SM-2 does, this module decides:

- A card in learning has no memory here yet: its log tells what was answered.
- The count of repetitions matters to SM-2 only until the interval begins to grow. A card that has gained six days, or whose next
  interval would, stands at the second repetition, from which on intervals multiply; one below stands at the first. A card being
  relearned stands at none, as after any failure.
- Under FSRS Anki keeps no ease: such a card begins with SM-2's. Stability and difficulty cannot be carried over.
- A line of the log in which nothing was answered (a new due date, FSRS rescheduling) says nothing, except "forget": there the card was
  made new.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

from quizcv.clock import day_of
from quizcv.exchange.anki.collection import Calendar, Card, CardType, Collection, Queue, Review, ReviewKind
from quizcv.model import FOUR_GRADES, Memory, Past, PastReview
from quizcv.scheduling.sm2 import MAX_INTERVAL, MIN_EASINESS, START_EASINESS

#: Anki's numbers of days are small; what is larger stands for seconds since 1970.
_SECONDS = 1_000_000_000
#: The year 2200: nothing was answered later, and every day that is counted from it exists.
_LATEST = 7_258_118_400
_FLAG = 0b111
_MULTIPLIES_FROM = 6


def pasts(collection: Collection, tz: tzinfo | None) -> dict[int, Past]:
    """The past of every card that has one, by the card's number in the package; `tz` is the learner's zone.

    A card that is new, unmarked and was never answered is not there.
    """
    logs: dict[int, list[Review]] = defaultdict(list)
    for review in collection.reviews:
        logs[review.card].append(review)
    nothing = Past()
    found = {card.id: _past(card, logs.get(card.id, ()), collection.calendar, tz) for card in collection.cards}
    return {card: past for card, past in found.items() if past != nothing}


def uses_fsrs(card: Card) -> bool:
    """Whether the card holds a memory that only FSRS can read."""
    return "s" in (said := _data(card)) and "d" in said


def position(card: Card) -> int:
    """A new card's place among the new ones; of others the one they had, or -1 where Anki has forgotten."""
    if card.type == CardType.NEW:
        return card.due
    return _whole(_data(card).get("pos"), -1)


def first_day(calendar: Calendar) -> date:
    """The day with the number 0: that of the creation on the wall clock there, whatever its hour."""
    west = timezone(-timedelta(minutes=max(-1439, min(1439, calendar.west))))
    return datetime.fromtimestamp(max(0, min(calendar.created, _LATEST)), west).date()


def _past(card: Card, log: Iterable[Review], calendar: Calendar, tz: tzinfo | None) -> Past:
    reviews = tuple(filter(None, map(_review, sorted(log, key=lambda line: line.id))))
    return Past(
        reviews,
        _memory(card, reviews, calendar, tz),
        suspended=card.queue == Queue.SUSPENDED,
        buried=card.queue in (Queue.BURIED, Queue.SIBLING_BURIED),
        flagged=bool(card.flags & _FLAG),
    )


def _review(line: Review) -> PastReview | None:
    """One line of the log; None if nobody answered."""
    if not 0 < line.id < _LATEST * 1000:
        return None
    at = datetime.fromtimestamp(line.id // 1000, UTC) + timedelta(milliseconds=line.id % 1000)
    if line.kind == ReviewKind.MANUAL and not (line.ease or line.factor or line.interval):
        return PastReview(at, None)
    if line.ease not in FOUR_GRADES or line.kind in (ReviewKind.MANUAL, ReviewKind.RESCHEDULED):
        return None
    cram = line.kind == ReviewKind.FILTERED and not line.factor
    return PastReview(at, FOUR_GRADES[line.ease], max(0, line.took_ms), cram)


def _memory(card: Card, reviews: Iterable[PastReview], calendar: Calendar, tz: tzinfo | None) -> Memory | None:
    if card.type not in (CardType.REVIEW, CardType.RELEARNING):
        return None
    relearning = card.type == CardType.RELEARNING
    easiness = max(MIN_EASINESS, round(card.factor / 10)) if card.factor else START_EASINESS
    interval = 1 if relearning else max(1, min(card.interval, MAX_INTERVAL))
    due = _due(card, calendar, tz)
    answered = [review.at for review in reviews if review.grade is not None and not review.cram]
    last_answer = _whole(_data(card).get("lrt"), 0)
    if 0 < last_answer < _LATEST:
        last = _day(datetime.fromtimestamp(last_answer, UTC), calendar, tz)
    elif answered:
        last = _day(answered[-1], calendar, tz)
    else:
        last = due - timedelta(days=interval)
    repetitions = 0 if relearning else 2 if interval * easiness > (_MULTIPLIES_FROM - 1) * 100 else 1
    return Memory(repetitions, easiness, interval, due, last, max(0, card.lapses))


def _due(card: Card, calendar: Calendar, tz: tzinfo | None) -> date:
    if card.due >= _SECONDS:
        return _day(datetime.fromtimestamp(min(card.due, _LATEST), UTC), calendar, tz)
    return first_day(calendar) + timedelta(days=max(-MAX_INTERVAL // 4, min(card.due, 2 * MAX_INTERVAL)))


def _day(moment: datetime, calendar: Calendar, tz: tzinfo | None) -> date:
    return day_of(moment, tz, max(0, min(calendar.rollover, 23)))


def _data(card: Card) -> dict[str, Any]:
    try:
        said = json.loads(card.data) if card.data else {}
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise
