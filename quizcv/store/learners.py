"""Who learns."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.engine import Connection, Row

from quizcv.errors import NotFound, UsageError
from quizcv.model import Learner
from quizcv.store.tables import cards, learners, schedule

DEFAULT = "default"


class LearnerRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named(self, name: str) -> Learner:
        """Raises NotFound, with the names there are."""
        row = self._connection.execute(select(learners).where(learners.c.name == name)).first()
        if row is None:
            known = ", ".join(learner.name for learner in self.all())
            raise NotFound(f"there is no learner {name!r} (known: {known}).", f"`quizcv learner add {name}` makes one.")
        return _learner(row)

    def all(self) -> list[Learner]:
        return [_learner(row) for row in self._connection.execute(select(learners).order_by(learners.c.id))]

    def add(self, name: str, today: date, timezone: str = "") -> Learner:
        """A new learner, for whom every card is new.

        Raises:
            UsageError: the name is taken or empty.
        """
        if not name.strip() or self._connection.execute(select(learners.c.id).where(learners.c.name == name)).first():
            raise UsageError(
                f"a learner cannot be called {name!r}: the name is empty or taken.", "Choose another name."
            )
        learner_id = self._connection.execute(
            insert(learners).values(name=name, timezone=timezone, created=today).returning(learners.c.id)
        ).scalar_one()
        self._connection.execute(
            insert(schedule).from_select(["card_id", "learner_id"], select(cards.c.id, literal(learner_id)))
        )
        return Learner(learner_id, name, timezone)


def _learner(row: Row[Any]) -> Learner:
    return Learner(row.id, row.name, row.timezone)
