"""What nearly every command needs: the settings, the open store, the learner, and what time it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from quizcv import config
from quizcv.clock import day_of, zone
from quizcv.errors import UsageError
from quizcv.model import Learner, Settings
from quizcv.scheduling import Scheduler, scheduler_named
from quizcv.store import Store
from quizcv.study.record import Moment


@dataclass(frozen=True, slots=True)
class Workspace:
    values: Mapping[str, Any]
    settings: Settings
    store: Store
    learner: Learner
    tz: tzinfo | None
    lang: str
    scheduler: Scheduler

    def now(self) -> datetime:
        """The one place where a command reads the clock."""
        return datetime.now(UTC)

    def today(self) -> date:
        return day_of(self.now(), self.tz, self.settings.day_start)

    def moment(self) -> Moment:
        now = self.now()
        return Moment(now, day_of(now, self.tz, self.settings.day_start), self.scheduler.name)


def language(stated: str) -> str:
    """`stated` checked.

    Raises:
        UsageError: it is neither zh nor en.
    """
    if stated not in ("", "zh", "en"):
        raise UsageError(f"there are no texts in {stated!r}.", "Use --lang zh or --lang en.")
    return stated


def spoken_language(stated: str) -> str:
    """The language of texts, for commands that open no database: stated, else of the settings, else the locale's."""
    return config.language(language(stated) or config.load()["lang"])


@contextmanager
def workspace(db: str = "", learner: str = "", lang: str = "") -> Iterator[Workspace]:
    """Open the database of the options, else of the settings, else the platform's."""
    values = config.load()
    wanted = config.language(language(lang) or values["lang"])
    with Store.open(config.database_url(db or values["db"])) as store:
        with store.read() as unit:
            who = unit.learners.named(learner or values["learner"])
        tz = zone(who.timezone or values["timezone"])
        yield Workspace(values, config.settings(values), store, who, tz, wanted, scheduler_named("sm2"))
