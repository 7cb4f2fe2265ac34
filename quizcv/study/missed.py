"""What was missed in an exam comes back in reviews: an answer that was wrong there is a failed review here."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from quizcv.model import Card, Grade, Learner, Settings
from quizcv.scheduling import Scheduler
from quizcv.store import Unit
from quizcv.study.grading import action_for, graded
from quizcv.study.record import Moment, record


def cards_for(cards: Iterable[Card], models: Collection[str], keys: Collection[str]) -> dict[str, Card]:
    """For each item model and card key the card that asks it: of several for a model the first without a level of its own."""
    found: dict[str, Card] = {}
    for card in cards:
        name = card.item.model if card.item else card.key
        if name in (models if card.item else keys):
            known = found.get(name)
            if known is None or (known.item and known.item.level and card.item and not card.item.level):
                found[name] = card
    return found


def fail(
    db: Unit, learner: Learner, cards: Iterable[Card], scheduler: Scheduler, settings: Settings, moment: Moment
) -> int:
    """Grade each card as wrong, once; returns how many. What is suspended stays so and is left out, and so is what was reviewed today."""
    done = 0
    for card in cards:
        before = db.schedule.state(learner.id, card.id)
        seen_today = before.memory is not None and before.memory.last >= moment.today
        if before.suspended or seen_today:
            continue
        action = action_for(before, moment.today)
        after = graded(before, action, Grade.WRONG, moment.today, scheduler, settings)
        record(db, learner.id, card.id, action, (before, after), moment, Grade.WRONG)
        done += 1
    return done
