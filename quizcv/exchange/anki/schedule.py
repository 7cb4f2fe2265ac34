"""A learner's state of a card, and its journal, as Anki keeps them: a hand-over, after which Anki goes its own way.

The numbers are in `collection`. Anki's ease is SM-2's easiness in thousandths; a card that must still be drilled today is relearned
there, and graduates to the interval that it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from quizcv.clock import ONE_DAY, turn_of
from quizcv.exchange.anki.collection import Calendar, CardType, Queue, ReviewKind
from quizcv.exchange.anki.collection import Review as Line
from quizcv.model import Action, CardState, Grade, Memory, Review

#: Anki's four answers; the grades of a failure are one to it.
EASE: Mapping[Grade, int] = {
    Grade.BLACKOUT: 1,
    Grade.WRONG: 1,
    Grade.WRONG_BUT_EASY: 1,
    Grade.HARD: 2,
    Grade.GOOD: 3,
    Grade.PERFECT: 4,
}
#: What Anki keeps for "one step left, one to go today".
_ONE_STEP = 1001
#: Anki's step for a card that is repeated on the same day, in seconds, as a negative interval.
_SAME_DAY = -600
_KINDS = {Action.LEARN: ReviewKind.LEARN, Action.REVIEW: ReviewKind.REVIEW, Action.DRILL: ReviewKind.RELEARN}
_RED = 1
#: Anki refuses a package with a larger ease in it.
_LARGEST_FACTOR = 0xFFFF


def calendar(states: Iterable[CardState], today: date, tz: tzinfo | None, rollover: int) -> tuple[Calendar, date]:
    """How the package counts its days, and the day it counts from: the one before anything happened."""
    first = min((state.memory.last for state in states if state.memory is not None), default=today) - ONE_DAY
    begin = turn_of(first, tz, rollover)
    offset = begin.astimezone(tz).utcoffset() or timedelta(0)
    return Calendar(int(begin.timestamp()), -int(offset.total_seconds()) // 60, rollover), first


def columns(
    state: CardState,
    history: Iterable[Review],
    counted: tuple[Calendar, date],
    today: date,
    now: datetime,
    position: int,
) -> dict[str, Any]:
    """The part of a `collection.Card` that is its schedule; days count as `calendar` says, `position` is a new card's place."""
    begin, first = counted[0].created, counted[1]
    graded = [entry for entry in history if entry.action in _KINDS]
    found: dict[str, Any] = {"flags": _RED if state.flagged else 0, "reps": len(graded), "due": position}
    memory = state.memory
    if memory is not None:
        found |= {
            "type": CardType.REVIEW,
            "queue": Queue.REVIEW,
            "due": (memory.due - first).days,
            "interval": memory.interval,
            "factor": _factor(memory),
            "lapses": memory.lapses,
            "reps": max(1, len(graded)),
        }
        # Where no answer says when: the middle of that day, which clocks that change do not move out of it.
        middle = begin + int((memory.last - first + ONE_DAY / 2).total_seconds())
        last = int(graded[-1].at.timestamp()) if graded else middle
        found["data"] = json.dumps({"lrt": last}, separators=(",", ":"))
        if state.drill == today and not state.suspended:
            found |= {
                "type": CardType.RELEARNING,
                "queue": Queue.LEARNING,
                "due": int(now.timestamp()),
                "left": _ONE_STEP,
            }
    if state.suspended:
        found["queue"] = Queue.SUSPENDED
    elif state.buried is not None and state.buried > today:
        found["queue"] = Queue.BURIED
    return found


def _factor(memory: Memory) -> int:
    return min(memory.easiness * 10, _LARGEST_FACTOR)


def log(histories: Mapping[int, Iterable[Review]]) -> list[Line]:
    """The review log of some cards, by their ids in the package.

    Anki knows a line by its millisecond, over all cards, and drops a second one silently: later ones move on until there is room.
    """
    entries = sorted(
        ((entry, card) for card, history in histories.items() for entry in history if _logged(entry)),
        key=lambda pair: (pair[0].at, pair[0].id),
    )
    lines: list[Line] = []
    moment = 0
    for entry, card in entries:
        moment = max(round(entry.at.timestamp() * 1000), moment + 1)
        lines.append(_line(moment, card, entry))
    return lines


def _logged(entry: Review) -> bool:
    return entry.action.graded or entry.action is Action.RESET


def _line(moment: int, card: int, entry: Review) -> Line:
    before, after = entry.before.memory, entry.after.memory
    if entry.action is Action.RESET or entry.grade is None:
        return Line(moment, card, 0, 0, before.interval if before else 0, 0, entry.took_ms, ReviewKind.MANUAL)
    ease, last = EASE[entry.grade], before.interval if before else 0
    if entry.action is Action.CRAM or after is None:  # a factor of 0 says that it scheduled nothing
        return Line(moment, card, ease, last, last, 0, entry.took_ms, ReviewKind.FILTERED)
    interval = _SAME_DAY if entry.action is Action.DRILL and entry.after.drill is not None else after.interval
    return Line(moment, card, ease, interval, last, _factor(after), entry.took_ms, _KINDS[entry.action])
