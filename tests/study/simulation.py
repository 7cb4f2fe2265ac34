"""Sittings on simulated days, for the tests of studying."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from quizcv.model import Action, Grade, Settings
from quizcv.scheduling.sm2 import SM2
from quizcv.store import Store
from quizcv.study import Moment, Queued, Session, Wanted, mark, select
from quizcv.study.audit import disagreements
from quizcv.study.grading import replayed

if TYPE_CHECKING:
    from tests.conftest import Shelf

START = date(2026, 3, 2)
ONE_DAY = timedelta(days=1)
PLENTY = Settings(new_per_day=999, reviews_per_day=999, grades=6)
ALL = Wanted()


def at(day: date | int, hour: int = 12, minute: int = 0, tz: tzinfo = UTC) -> datetime:
    """A moment on a day, or so many days after START."""
    day = START + timedelta(days=day) if isinstance(day, int) else day
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=tz)


@dataclass
class Desk:
    """A learner with a database; every sitting is begun at a given moment."""

    shelf: Shelf
    settings: Settings = PLENTY
    tz: tzinfo | None = UTC
    scheduler: SM2 = field(default_factory=SM2)

    def session(self, now: datetime, wanted: Wanted = ALL, store: Store | None = None, **more: Any) -> Session:
        store = store or self.shelf.store
        session = Session(store, self.shelf.learner, self.scheduler, self.settings, wanted, tz=self.tz)
        session.begin(now, **more)
        return session

    def queue(self, now: datetime, wanted: Wanted = ALL) -> Queued:
        session = Session(self.shelf.store, self.shelf.learner, self.scheduler, self.settings, wanted, tz=self.tz)
        with self.shelf.store.read() as db:
            return select(db, self.shelf.learner, session.today(now), self.settings, wanted)

    def keys(self, now: datetime, wanted: Wanted = ALL) -> tuple[list[str], list[str], list[str]]:
        """The keys of the cards that wait: reviews, new ones, drill."""
        queue = self.queue(now, wanted)
        names = self.names()
        return tuple([names[due.card_id] for due in part] for part in (queue.reviews, queue.new, queue.drill))  # type: ignore[return-value]

    def names(self) -> dict[int, str]:
        with self.shelf.store.read() as db:
            return {card.id: card.key for card in db.cards.all(orphaned=None)}

    def study(
        self, now: datetime, grade: Callable[[str, Action], int] = lambda _key, _action: 4, wanted: Wanted = ALL
    ) -> list[tuple[str, Action, int]]:
        """A whole sitting: what was answered, in its order."""
        session, done = self.session(now, wanted), []
        while (prompt := session.show(now)) is not None:
            given = grade(prompt.card.key, prompt.action)
            session.grade(Grade(given), now)
            done.append((prompt.card.key, prompt.action, given))
            assert len(done) < 10_000, "this sitting never ends"
        return done

    def mark(self, card_id: int, action: Action, now: datetime) -> None:
        today = Session(self.shelf.store, self.shelf.learner, self.scheduler, self.settings, tz=self.tz).today(now)
        with self.shelf.store.write() as db:
            mark(db, self.shelf.learner, card_id, action, Moment(now, today, self.scheduler.name))

    def journal(self) -> list[tuple[str, Action, int | None]]:
        names = self.names()
        with self.shelf.store.read() as db:
            return [
                (names[entry.card_id], entry.action, None if entry.grade is None else int(entry.grade))
                for entry in db.journal.entries(self.shelf.learner.id)
            ]

    def proven(self) -> None:
        """Every state is what its journal leads to: by the audit, and by playing the journal again here."""
        learner = self.shelf.learner
        with self.shelf.store.read() as db:
            assert list(disagreements(db, self.scheduler, self.settings)) == []
            by_card: dict[int, list[Any]] = {}
            for entry in db.journal.entries(learner.id):
                by_card.setdefault(entry.card_id, []).append(entry)
            states = db.schedule.states(learner.id, self.names())
            for card_id, state in states.items():
                assert replayed(by_card.get(card_id, []), self.scheduler, self.settings) == state


def order(session: Session) -> list[int]:
    """The cards still to come, in the order in which they would be shown."""
    return [card_id for card_id, _queue in session._waiting]


def always(*grades: int) -> Callable[[str, Action], int]:
    """These grades one after the other, and then 4 for ever."""
    left = list(grades)
    return lambda _key, _action: left.pop(0) if left else 4


def first_time(grades: Iterable[int]) -> Callable[[str, Action], int]:
    """These grades for the scheduled answers in turn; every drill is passed at once."""
    left = list(grades)
    return lambda _key, action: 4 if action in (Action.DRILL, Action.CRAM) or not left else left.pop(0)
