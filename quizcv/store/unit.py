"""A unit of work: one connection in one transaction, and the repositories that speak over it.

What only sync and statistics need is imported when they ask for it: review starts without.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from quizcv.store.cards import CardRepository
from quizcv.store.journal import JournalRepository
from quizcv.store.learners import LearnerRepository
from quizcv.store.schedule import ScheduleRepository
from quizcv.store.tables import metadata

if TYPE_CHECKING:
    from quizcv.store.decks import DeckRepository
    from quizcv.store.exported import ExportedRepository
    from quizcv.store.figures import FigureRepository
    from quizcv.store.pool import PoolRepository
    from quizcv.store.whole import WholeRepository


class Unit:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def cards(self) -> CardRepository:
        return CardRepository(self.connection)

    @cached_property
    def decks(self) -> DeckRepository:
        from quizcv.store.decks import DeckRepository

        return DeckRepository(self.connection)

    @cached_property
    def learners(self) -> LearnerRepository:
        return LearnerRepository(self.connection)

    @cached_property
    def schedule(self) -> ScheduleRepository:
        return ScheduleRepository(self.connection)

    @cached_property
    def journal(self) -> JournalRepository:
        return JournalRepository(self.connection)

    @cached_property
    def figures(self) -> FigureRepository:
        from quizcv.store.figures import FigureRepository

        return FigureRepository(self.connection)

    @cached_property
    def pool(self) -> PoolRepository:
        from quizcv.store.pool import PoolRepository

        return PoolRepository(self.connection)

    @cached_property
    def exported(self) -> ExportedRepository:
        from quizcv.store.exported import ExportedRepository

        return ExportedRepository(self.connection)

    @cached_property
    def whole(self) -> WholeRepository:
        from quizcv.store.whole import WholeRepository

        return WholeRepository(self.connection)

    def sizes(self) -> dict[str, int]:
        """How many rows each table has."""
        return {
            table.name: self.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
