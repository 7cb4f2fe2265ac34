"""When a card comes back. A scheduler is a pure function of what is remembered, the grade and the day."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from quizcv.errors import ConfigError
from quizcv.model import Grade, Memory
from quizcv.scheduling.sm2 import SM2

__all__ = ["Scheduler", "scheduler_named"]


class Scheduler(Protocol):
    """What study asks of every scheduler."""

    @property
    def name(self) -> str:
        """The name by which settings choose it."""
        ...

    def review(self, memory: Memory | None, grade: Grade, today: date) -> Memory:
        """What is remembered after one scheduled review on `today`, the learner's day. `memory` is None for a new card.

        Pure: the same arguments give the same result, and `memory` is left as it was.
        """
        ...


_SCHEDULERS: dict[str, Scheduler] = {scheduler.name: scheduler for scheduler in (SM2(),)}


def scheduler_named(name: str) -> Scheduler:
    """The scheduler called `name` in the settings.

    Raises:
        ConfigError: there is no such scheduler.
    """
    try:
        return _SCHEDULERS[name]
    except KeyError:
        raise ConfigError(f"no scheduler is called {name!r}.", f"Use one of: {', '.join(_SCHEDULERS)}.") from None
