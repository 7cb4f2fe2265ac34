"""Figures for statistics, counted by the database: a journal of years is summed up, never read out.

Everything takes a filter of cards. What was done stays counted when its card has since become an orphan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.engine import Connection

from quizcv.model import Action, CardFilter, Grade
from quizcv.store.filters import matching
from quizcv.store.tables import cards, journal, schedule

#: What keeps a streak alive: every graded answer but cramming.
STUDYING = (Action.LEARN, Action.REVIEW, Action.DRILL)


@dataclass(frozen=True, slots=True)
class DayReviews:
    """The scheduled reviews of one day: how many, how many passed, and the same of the mature cards alone."""

    day: date
    reviews: int
    passed: int
    mature: int
    mature_passed: int


@dataclass(frozen=True, slots=True)
class Census:
    """A learner's cards. The first five are apart and make up the total; leeches and flagged ones are among them.

    `learning` cards have not been passed twice in a row; `mature` ones have an interval of at least so many days.
    `easiness` is the mean E-factor (2.5, not hundredths) of all cards that were answered, None without any.
    """

    new: int
    learning: int
    young: int
    mature: int
    suspended: int
    leeches: int
    flagged: int
    orphaned: int
    easiness: float | None

    @property
    def total(self) -> int:
        return self.new + self.learning + self.young + self.mature + self.suspended


@dataclass(frozen=True, slots=True)
class Trouble:
    """A card that gives trouble, by its id."""

    card_id: int
    lapses: int
    easiness: int
    interval: int
    suspended: bool
    leech: bool


class FigureRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def done(self, learner_id: int, day: date, chosen: CardFilter) -> dict[Action, tuple[int, int]]:
        """How many graded answers of each action the day has, and the milliseconds they took."""
        rows = self._connection.execute(
            select(journal.c.action, func.count(), func.sum(journal.c.took_ms))
            .where(*_entries(learner_id, chosen), journal.c.day == day, journal.c.grade.is_not(None))
            .group_by(journal.c.action)
        )
        return {Action(action): (count, int(took)) for action, count, took in rows}

    def studied(self, learner_id: int, until: date, chosen: CardFilter) -> dict[date, int]:
        """How many answers each day has, up to `until` and cramming left out; days without any are not there.

        Answered from the index on (learner, day, action) alone as long as the filter is empty.
        """
        rows = self._connection.execute(
            select(journal.c.day, func.count())
            .where(
                *_entries(learner_id, chosen),
                journal.c.day <= until,
                journal.c.action.in_([action.value for action in STUDYING]),
            )
            .group_by(journal.c.day)
        )
        return dict(rows.all())

    def reviews(self, learner_id: int, until: date, mature: int, chosen: CardFilter) -> list[DayReviews]:
        """The scheduled reviews of every day that has any, oldest first; `mature` is the interval, in days, from which
        a card counted as mature when it was asked."""
        passed = journal.c.grade >= Grade.HARD.value
        # The expression must not come back in GROUP BY: PostgreSQL takes its parameters there for other ones.
        old = journal.c.before["interval"].as_integer() >= mature
        rows = self._connection.execute(
            select(journal.c.day, func.count(), _count(passed), _count(old), _count(and_(old, passed)))
            .where(*_entries(learner_id, chosen), journal.c.day <= until, journal.c.action == Action.REVIEW.value)
            .group_by(journal.c.day)
            .order_by(journal.c.day)
        )
        return [DayReviews(*row) for row in rows]

    def due(self, learner_id: int, until: date, chosen: CardFilter) -> dict[date, int]:
        """How many reviews fall on each day up to `until`, the overdue under their own days; suspended and orphaned
        cards left out, buried ones and siblings not, since they come a day later at most."""
        rows = self._connection.execute(
            select(schedule.c.due, func.count())
            .join(cards, cards.c.id == schedule.c.card_id)
            .where(
                schedule.c.learner_id == learner_id,
                schedule.c.suspended.is_(False),
                schedule.c.due <= until,
                cards.c.orphaned.is_(None),
                *matching(chosen),
            )
            .group_by(schedule.c.due)
        )
        return dict(rows.all())

    def census(self, learner_id: int, mature: int, chosen: CardFilter) -> Census:
        """The learner's cards by state; `mature` as in `reviews`."""
        here, column = cards.c.orphaned.is_(None), schedule.c
        active, known = and_(here, column.suspended.is_(False)), column.due.is_not(None)
        old, settled = column.interval >= mature, column.repetitions > 1
        row = self._connection.execute(
            select(
                _count(and_(active, column.due.is_(None))),
                _count(and_(active, known, ~old, ~settled)),
                _count(and_(active, known, ~old, settled)),
                _count(and_(active, known, old)),
                _count(and_(here, column.suspended.is_(True))),
                _count(and_(here, column.leech.is_(True))),
                _count(and_(here, column.flagged.is_(True))),
                _count(~here),
                func.sum(case((and_(here, known), column.easiness), else_=0)),
                _count(and_(here, known)),
            )
            .select_from(schedule.join(cards, cards.c.id == column.card_id))
            .where(column.learner_id == learner_id, *matching(chosen))
        ).one()
        *values, easiness, answered = row
        values.append(int(easiness) / answered / 100 if answered else None)
        return Census(*values)

    def hardest(self, learner_id: int, count: int, easiness: int, chosen: CardFilter) -> list[Trouble]:
        """The cards with most lapses, then with the lowest easiness; only such as have lapsed at least once or lie
        under `easiness`. Suspended ones belong here (leeches are suspended), orphans do not."""
        column = schedule.c
        rows = self._connection.execute(
            select(column.card_id, column.lapses, column.easiness, column.interval, column.suspended, column.leech)
            .join(cards, cards.c.id == column.card_id)
            .where(
                column.learner_id == learner_id,
                column.due.is_not(None),
                or_(column.lapses > 0, column.easiness < easiness),
                cards.c.orphaned.is_(None),
                *matching(chosen),
            )
            .order_by(column.lapses.desc(), column.easiness, column.card_id)
            .limit(count)
        )
        return [Trouble(*row) for row in rows]


def _entries(learner_id: int, chosen: CardFilter) -> list[ColumnElement[bool]]:
    """The learner's journal, for the chosen cards; without a filter the cards are not asked."""
    conditions: list[ColumnElement[bool]] = [journal.c.learner_id == learner_id]
    if wanted := matching(chosen):
        conditions.append(journal.c.card_id.in_(select(cards.c.id).where(*wanted)))
    return conditions


def _count(condition: ColumnElement[bool]) -> Any:
    """How many rows fulfil it, in words that every database knows (FILTER is missing in older SQLites)."""
    return func.count(case((condition, 1)))
