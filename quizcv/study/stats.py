"""What the journal and the schedule tell about a learner. Values only; `tui/charts.py` draws them.

Days are the learner's days. Retention is passed (grade 3 and more) over *scheduled reviews*: the first answer to a new
card, the drill of the same day and cramming say nothing about what was remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quizcv.model import Action, Card, CardFilter, Learner, Settings
from quizcv.scheduling.sm2 import START_EASINESS
from quizcv.store import Unit
from quizcv.store.figures import Census, DayReviews, Trouble

#: The interval, in days, from which a card is mature.
MATURE_DAYS = 21
WEEKS = 52
RETENTION_DAYS = 30
FORECAST_DAYS = 30
HARDEST = 10
#: Over how many days, today included, retention by maturity is told; None is all of the journal.
PERIODS = (7, 30, 365, None)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """Scheduled reviews, and how many of them passed."""

    reviews: int = 0
    passed: int = 0

    @property
    def retention(self) -> float | None:
        return self.passed / self.reviews if self.reviews else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.reviews + other.reviews, self.passed + other.passed)


@dataclass(frozen=True, slots=True)
class Today:
    """What was answered on this day; `seconds` holds every answer, the crammed ones too."""

    day: date
    learned: int
    drilled: int
    crammed: int
    reviews: Tally
    seconds: float

    @property
    def reviewed(self) -> int:
        return self.reviews.reviews

    @property
    def graded(self) -> int:
        """All answers, as the summary of a sitting counts them."""
        return self.learned + self.reviewed + self.drilled + self.crammed


@dataclass(frozen=True, slots=True)
class DayTally:
    day: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Period:
    """Retention by maturity over the last `days` days, or over everything (None)."""

    days: int | None
    young: Tally
    mature: Tally

    @property
    def all(self) -> Tally:
        return self.young + self.mature


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with an answer that was not crammed. `current` ends today, or yesterday as long as today is open.

    A streak is the learner's, whatever the deck: no filter touches it.
    """

    current: int
    longest: int
    today: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class Hard:
    """A card that gives trouble, with its text."""

    card: Card
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything `quizcv stats` shows.

    `retention` has RETENTION_DAYS days, the last is today. `calendar` runs from a Monday to today, WEEKS weeks
    in all, and counts answers without cramming. `forecast` has FORECAST_DAYS days, the first is today; of its cards
    `overdue` were due before. `limit` is the learner's own number of reviews a day.
    """

    today: Today
    retention: tuple[DayTally, ...]
    periods: tuple[Period, ...]
    streak: Streak
    calendar: tuple[DayCount, ...]
    forecast: tuple[DayCount, ...]
    overdue: int
    limit: int
    cards: Census
    hardest: tuple[Hard, ...]

    @property
    def begun(self) -> bool:
        """Whether the learner ever studied (anything, whatever the filter)."""
        return self.streak.longest > 0


def figures(
    db: Unit, learner: Learner, today: date, settings: Settings, chosen: CardFilter | None = None, lang: str = ""
) -> Figures:
    """The statistics of one learner as of `today`; `lang` is that of the texts of the hardest cards.

    Entries of later days (a learner who flew west) wait until their day has come.
    """
    chosen = chosen or CardFilter()
    source = db.figures
    studied = source.studied(learner.id, today, chosen)
    ever = studied if chosen == CardFilter() else source.studied(learner.id, today, CardFilter())
    reviews = source.reviews(learner.id, today, MATURE_DAYS, chosen)
    due = source.due(learner.id, today + (FORECAST_DAYS - 1) * _DAY, chosen)
    overdue = sum(count for day, count in due.items() if day < today)
    by_day = {row.day: Tally(row.reviews, row.passed) for row in reviews}
    return Figures(
        today=_today(today, source.done(learner.id, today, chosen), by_day.get(today, Tally())),
        retention=tuple(
            DayTally(day, by_day.get(day, Tally())) for day in _days(today - (RETENTION_DAYS - 1) * _DAY, today)
        ),
        periods=tuple(_period(days, reviews, today) for days in PERIODS),
        streak=streak(ever, today),
        calendar=tuple(DayCount(day, studied.get(day, 0)) for day in _days(_first_monday(today), today)),
        forecast=tuple(
            DayCount(day, due.get(day, 0) + (overdue if day == today else 0))
            for day in _days(today, today + (FORECAST_DAYS - 1) * _DAY)
        ),
        overdue=overdue,
        limit=settings.reviews_per_day,
        cards=source.census(learner.id, MATURE_DAYS, chosen),
        hardest=_hardest(db, learner, chosen, lang),
    )


def streak(studied: Iterable[date], today: date) -> Streak:
    """The streaks in a set of days, none of them after `today`."""
    days = set(studied)
    longest = run = 0
    previous: date | None = None
    for day in sorted(days):
        run = run + 1 if previous is not None and day - previous == _DAY else 1
        longest = max(longest, run)
        previous = day
    alive = previous is not None and today - previous <= _DAY
    return Streak(run if alive else 0, longest, today in days)


def _today(day: date, done: Mapping[Action, tuple[int, int]], reviews: Tally) -> Today:
    def count(action: Action) -> int:
        return done.get(action, (0, 0))[0]

    seconds = sum(took for _count, took in done.values()) / 1000
    return Today(day, count(Action.LEARN), count(Action.DRILL), count(Action.CRAM), reviews, seconds)


def _period(days: int | None, reviews: Sequence[DayReviews], today: date) -> Period:
    rows = [row for row in reviews if days is None or (today - row.day).days < days]
    everything = Tally(sum(row.reviews for row in rows), sum(row.passed for row in rows))
    mature = Tally(sum(row.mature for row in rows), sum(row.mature_passed for row in rows))
    young = Tally(everything.reviews - mature.reviews, everything.passed - mature.passed)
    return Period(days, young, mature)


def _hardest(db: Unit, learner: Learner, chosen: CardFilter, lang: str) -> tuple[Hard, ...]:
    troubles = db.figures.hardest(learner.id, HARDEST, START_EASINESS, chosen)
    texts = db.cards.many((trouble.card_id for trouble in troubles), lang)
    return tuple(Hard(texts[trouble.card_id], trouble) for trouble in troubles)


def _first_monday(today: date) -> date:
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + number * _DAY for number in range((last - first).days + 1))
