"""What was last written of each note for Anki, so that Anki sees a change where there is one, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from quizcv.store.bulk import insert_rows
from quizcv.store.tables import exported

CHUNK = 5000


class ExportedRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, tuple[str, int]]:
        """By guid: a digest of what was written, and the time of change it was given, in seconds since 1970."""
        rows = self._connection.execute(select(exported.c.guid, exported.c.digest, exported.c.modified))
        return {guid: (digest, modified) for guid, digest, modified in rows}

    def put(self, written: Mapping[str, tuple[str, int]]) -> None:
        if self._connection.dialect.name == "postgresql":  # where another export may write at once; SQLite lets one in
            self._connection.exec_driver_sql("LOCK TABLE exported IN SHARE ROW EXCLUSIVE MODE")
        guids = list(written)
        for start in range(0, len(guids), CHUNK):
            self._connection.execute(delete(exported).where(exported.c.guid.in_(guids[start : start + CHUNK])))
        rows = [(guid, digest, modified) for guid, (digest, modified) in written.items()]
        insert_rows(self._connection, exported, ("guid", "digest", "modified"), rows)
