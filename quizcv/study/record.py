"""Writing to the journal and taking back: the only place where a state changes on the disk, always with its entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from quizcv.errors import NothingToUndo, StaleCard
from quizcv.model import Action, CardState, Grade, ItemAnswer, Learner, Review
from quizcv.store import Store, Unit
from quizcv.study.grading import changed


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, for one learner: the instant, the learner's day that holds it, and the scheduler in force."""

    now: datetime
    today: date
    scheduler: str


def record(
    db: Unit,
    learner_id: int,
    card_id: int,
    action: Action,
    change: tuple[CardState, CardState],
    moment: Moment,
    grade: Grade | None = None,
    took_ms: int = 0,
    answer: ItemAnswer | None = None,
) -> Review:
    """Store the state after and the journal entry, if the state before is still the one that was seen; `answer` is what was
    typed to a computational card.

    Raises:
        StaleCard: somebody changed the state in between; nothing is written.
    """
    before, after = change
    if db.schedule.state(learner_id, card_id, lock=True) != before:
        raise StaleCard("this card was answered in another window meanwhile; that answer stands.")
    now = moment.now.astimezone(UTC)
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as the journal keeps it
    entry = Review(0, learner_id, card_id, now, moment.today, action, grade, took_ms, before, after)
    entry_id = db.journal.add(entry, moment.scheduler)
    if after != before:
        db.schedule.put(learner_id, card_id, after)
    if answer is not None:
        db.pool.put_answer(entry_id, answer)
    return replace(entry, id=entry_id)


def mark(db: Unit, learner: Learner, card_id: int, action: Action, moment: Moment) -> Review | None:
    """Suspend, unsuspend, bury, flag or reset a card outside a sitting; None if that changes nothing."""
    before = db.schedule.state(learner.id, card_id)
    after = changed(before, action, moment.today)
    if after == before:
        return None
    return record(db, learner.id, card_id, action, (before, after), moment)


def take_back(db: Unit, entry: Review) -> Review:
    """Restore the state before an entry and remove it.

    Raises:
        StaleCard: the card was changed again since.
    """
    db.schedule.state(entry.learner_id, entry.card_id, lock=True)
    if db.journal.last_id_of_card(entry.learner_id, entry.card_id) != entry.id:
        raise StaleCard("this card was changed in another window since.", "Undo there first.")
    db.schedule.put(entry.learner_id, entry.card_id, entry.before)
    if entry.action.graded:
        db.pool.remove_answer(entry.id)
    db.journal.remove(entry.id)
    return entry


def undo_last(store: Store, learner: Learner) -> Review:
    """Take back the learner's latest action, of whatever sitting; returns the entry that was removed.

    Raises:
        NothingToUndo: the journal is empty.
    """
    with store.write() as db:
        entry = db.journal.last(learner.id)
        if entry is None:
            raise NothingToUndo("there is nothing to undo.")
        return take_back(db, entry)
