"""Histories from elsewhere into the journal: every review is played again, so that a state is what its journal leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo

from quizcv.clock import day_of
from quizcv.model import Action, CardState, Past, PastReview, Review, Settings
from quizcv.scheduling import Scheduler
from quizcv.store import Unit
from quizcv.study.grading import step

#: Two lines of two logs this close are one review: other programs move a line by milliseconds to keep times apart.
SAME = timedelta(seconds=1)
#: A review so far ahead of now comes from a wrong clock; scheduled from it, the card would not be seen again for long.
AHEAD = timedelta(days=1)


@dataclass(slots=True)
class TakenOver:
    """What was done: cards whose state changed, journal entries written; ids of cards whose history here went on by itself, and is kept as
    it is; reviews that lie in the future."""

    cards: int = 0
    reviews: int = 0
    kept: list[int] = field(default_factory=list)
    future: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """Whose history it is, and by what it is played again. The days are the learner's, in `tz`."""

    learner_id: int
    scheduler: Scheduler
    settings: Settings
    tz: tzinfo | None
    now: datetime


def take_over(db: Unit, pasts: Mapping[int, Past], rules: Rules) -> TakenOver:
    """Write what another program knows of some cards, by their ids.

    Reviews that the journal has already are not written twice. Where it has others after or among those of the log, the two histories
    cannot be told apart any more: the card keeps the one it has here.
    """
    done = TakenOver()
    here: dict[int, list[Review]] = {}
    for entry in db.journal.entries(rules.learner_id):
        if entry.card_id in pasts:
            here.setdefault(entry.card_id, []).append(entry)
    states = db.schedule.states(rules.learner_id, pasts)
    entries: list[Review] = []
    for card_id, past in pasts.items():
        new = _unknown(past.reviews, here.get(card_id, ()), rules, done)
        if new is None:
            done.kept.append(card_id)
            continue
        played = _played(card_id, states[card_id], new, past, rules, fresh=card_id not in here)
        if played:
            entries += played
            done.cards += 1
            db.schedule.put(rules.learner_id, card_id, played[-1].after)
    entries.sort(key=lambda entry: entry.at)
    db.journal.add_all(entries, rules.scheduler.name)
    done.reviews = sum(entry.action.graded for entry in entries)
    return done


def _unknown(
    log: Iterable[PastReview], here: Sequence[Review], rules: Rules, done: TakenOver
) -> list[PastReview] | None:
    """The reviews that the journal does not have; None if they do not all come after what it has. A mark (a flag, say) is no part of it."""
    times = sorted(entry.at for entry in here if entry.action.graded or entry.action is Action.RESET)
    went_on = [*times, *(entry.at for entry in here if entry.action is Action.HANDOVER)]
    new, at = [], 0
    for review in log:
        if review.at > rules.now + AHEAD:
            done.future += 1
            continue
        while at < len(times) and times[at] < review.at - SAME:
            at += 1
        if at < len(times) and times[at] <= review.at + SAME:
            at += 1  # the same review
        else:
            new.append(review)
    return None if new and went_on and new[0].at <= max(went_on) else new


def _played(
    card_id: int, state: CardState, log: Iterable[PastReview], past: Past, rules: Rules, *, fresh: bool
) -> list[Review]:
    """The journal entries that lead from a state through a log to how the other program left the card."""
    # Whether a card is a leech, and is suspended for it, the other program has decided.
    settings = replace(rules.settings, leech_lapses=10**9)
    entries: list[Review] = []

    def add(action: Action, at: datetime, review: PastReview | None = None, after: CardState | None = None) -> None:
        before = entries[-1].after if entries else state
        day = day_of(at, rules.tz, rules.settings.day_start)
        grade, took = (review.grade, review.took_ms) if review else (None, 0)
        entry = Review(0, rules.learner_id, card_id, at, day, action, grade, took, before, after or before)
        entries.append(entry if after else replace(entry, after=step(before, entry, rules.scheduler, settings)))

    for review in log:
        before = entries[-1].after if entries else state
        add(_action(before, review, day_of(review.at, rules.tz, rules.settings.day_start)), review.at, review)
    now = rules.now.replace(microsecond=rules.now.microsecond // 1000 * 1000)  # as the journal keeps it
    last = entries[-1].after if entries else state
    if fresh and last.new and past.memory is not None:
        add(Action.HANDOVER, now, after=replace(last, memory=past.memory))
    if past.suspended and not last.suspended and (fresh or entries):
        add(Action.SUSPEND, now)
    if past.flagged and not last.flagged and (fresh or entries):
        add(Action.FLAG, now)
    return entries


def _action(state: CardState, review: PastReview, day: date) -> Action:
    """What an answer was by quizcv's rules: one a day schedules, a failed one is drilled, any further one changes nothing."""
    if review.grade is None:
        return Action.RESET
    if review.cram:
        return Action.CRAM
    if state.drill == day:
        return Action.DRILL
    if state.memory is None:
        return Action.LEARN
    return Action.CRAM if state.memory.last >= day else Action.REVIEW
