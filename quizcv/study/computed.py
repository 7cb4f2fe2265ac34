"""Computational cards in a sitting: which level is due to this learner, what a typed answer is worth. Pure but for `fresh`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizcv.answers import Marking, Verdict, mark, read
from quizcv.model import Card, Grade, ItemAnswer
from quizcv.published import PublishedItem
from quizcv.store import Store

EASIEST, HARDEST = 1, 3

#: Right answers in a row, without a hint, after which a model gets harder.
RISE_AFTER = 2

#: Seconds by level: answered faster than the first is easy, slower than the second was hard.
PACE = {1: (20, 120), 2: (40, 240), 3: (60, 360)}


@dataclass(frozen=True, slots=True)
class Answered:
    """A typed answer with its mark, and the grade it suggests. `typed` is empty where the learner only looked."""

    typed: str
    marking: Marking
    hinted: bool
    proposal: Grade


def fresh(store: Store, learner_id: int, card: Card) -> PublishedItem | None:
    """Take an item for a card out of the pool, at the level the card states or the learner has reached; None if there is none."""
    if card.item is None:
        return None
    with store.write() as db:
        level = card.item.level or level_for(db.pool.record(learner_id, card.item.model, RISE_AFTER))
        found = db.pool.draw(card.item.model, level)
    return None if found is None else PublishedItem.from_json(found)


def level_for(record: Sequence[ItemAnswer]) -> int:
    """The level of the next item, from the latest answers to the model, the latest first.

    Up after `RISE_AFTER` right answers without a hint at one level, down after a wrong one.
    """
    if not record:
        return EASIEST
    level = record[0].level
    if record[0].verdict == Verdict.WRONG:
        return max(EASIEST, level - 1)
    run = [one for one in record if one.level == level and one.verdict == Verdict.RIGHT and not one.hinted]
    return min(HARDEST, level + 1) if len(record) == len(run) == RISE_AFTER else level


def answered(item: PublishedItem, typed: str, offered: Sequence[Grade], took_ms: int, *, hinted: bool) -> Answered:
    """Mark what was typed; nothing typed means that the learner did not know.

    Raises:
        Malformed: it cannot be read; nothing is marked, the learner is asked again.
    """
    if not typed.strip():
        return Answered("", Marking(Verdict.WRONG), hinted, _nearest(Grade.BLACKOUT, offered))
    wrong = [(distractor.value, distractor.misconception) for distractor in item.distractors]
    marking = mark(read(typed, item.answer), item.key, item.answer, wrong)
    return Answered(typed.strip(), marking, hinted, _nearest(_worth(marking, item.level, took_ms, hinted), offered))


def recorded(item: PublishedItem, answer: Answered) -> ItemAnswer:
    """The answer as it is kept beside the journal."""
    why = answer.marking.why if answer.marking.verdict is Verdict.WRONG else None
    return ItemAnswer(
        model=item.model,
        version=item.version,
        level=item.level,
        seed=item.seed,
        index=item.index,
        typed=answer.typed,
        verdict=answer.marking.verdict.value,
        misconception=why.en if why else "",
        hinted=answer.hinted,
    )


def _worth(marking: Marking, level: int, took_ms: int, hinted: bool) -> Grade:
    if marking.verdict is Verdict.WRONG:
        return Grade.WRONG
    if marking.verdict is Verdict.NEAR:
        return Grade.WRONG_BUT_EASY
    fast, slow = PACE[level]
    if hinted or took_ms > slow * 1000:
        return Grade.HARD
    return Grade.PERFECT if took_ms < fast * 1000 else Grade.GOOD


def _nearest(grade: Grade, offered: Sequence[Grade]) -> Grade:
    """The best grade on offer that is not better than this one, else the lowest there is."""
    return max((one for one in offered if one <= grade), default=min(offered))
