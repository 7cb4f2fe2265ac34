"""Creating and upgrading the schema with alembic, and backups. Imported only when there is something to do."""

from __future__ import annotations

import glob
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.config import Config

from alembic import command
from quizcv.config import shipped
from quizcv.errors import StoreBusy, StoreDamaged, StoreError, StoreNewer
from quizcv.store.tables import SCHEMA_VERSION

if TYPE_CHECKING:
    from quizcv.store.engine import Store


def upgrade(store: Store) -> Path | None:
    """Bring the schema up to date in one transaction; returns the backup made before, None for a new database."""
    from quizcv.store.engine import schema_version

    with store.rebuild() as db:
        found = schema_version(db.connection)
        if found >= SCHEMA_VERSION:
            return None  # another process was faster
        # The transaction has changed nothing yet and keeps others from it: the copy is what the migration begins with.
        kept = backup(store, note=f"schema{found}") if found and store.path else None
        config = Config()
        config.set_main_option("script_location", str(shipped("alembic")).replace("%", "%%"))
        config.attributes["connection"] = db.connection
        command.upgrade(config, "head")
    return kept


def backup(store: Store, target: Path | None = None, note: str = "") -> Path:
    """A whole copy of an SQLite database, taken while it is in use; the copy appears under its name only when complete.

    Raises:
        StoreError: not an SQLite file, or the target cannot be written or exists.
    """
    if store.path is None:
        raise StoreError("only SQLite databases are backed up by quizcv.", "For PostgreSQL use pg_dump.")
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = target or store.path.with_name(f"{store.path.stem}.backup-{stamp}{'-' + note if note else ''}.db")
    draft = target.with_name(target.name + ".part")
    try:
        if target.exists():
            raise StoreError(f"{target} exists already.", "Name another file.")
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)  # what was killed before
        with closing(_existing(store.path)) as source, closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file by itself, to be read where nothing can be written
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            draft.unlink()
        raise StoreError(f"cannot write the backup {target}: {error}.", "Name another place.") from error
    return target


def backups(path: Path) -> list[Path]:
    """The backups beside a database, newest first."""
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}.backup-*.db"), reverse=True)


def _existing(path: Path) -> sqlite3.Connection:
    """A plain connection that makes no new file. Not `mode=ro`: that would leave a `-wal` and a `-shm` beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a database file; empty if it is whole."""
    try:
        with closing(_existing(path)) as connection:
            connection.text_factory = lambda data: data.decode(errors="replace")  # it may be broken within a name
            rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            rows += [
                f"broken reference: {row[0]} row {row[1]} to {row[2]}"
                for row in connection.execute("PRAGMA foreign_key_check")
            ]
    except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite's own words may quote what is broken
        return [str(error)]
    return [row for row in rows if row != "ok"]


def restore(path: Path, source: Path) -> Path | None:
    """Put a backup in the database's place; what was there is kept beside it and its new name returned.

    Raises:
        StoreDamaged: the backup is not whole; nothing is touched.
        StoreNewer: it is a newer quizcv's; nothing is touched.
        StoreBusy: the database is open in another window, which would go on writing to what was replaced.
        StoreError: it is not quizcv's, or cannot be read or written.
    """
    if not source.is_file():
        raise StoreError(f"there is no backup {source}.", "`quizcv db info` lists those there are.")
    if wrong := faults(source):
        raise StoreDamaged(f"{source} is damaged ({wrong[0]}).", "Choose another backup; nothing was changed.")
    _check_ours(source)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = path.with_name(f"{path.stem}.replaced-{stamp}.db")
    draft = path.with_name(path.name + ".part")
    try:
        draft.unlink(missing_ok=True)
        with closing(_existing(source)) as old, closing(sqlite3.connect(draft)) as new:
            old.backup(new)
        there = path.exists()
        if there:
            _close_log(path)
            path.replace(kept)
        for suffix in ("-wal", "-shm", "-journal"):  # of the former file; SQLite would apply them to the new one
            side = path.with_name(path.name + suffix)
            if side.exists():
                side.replace(kept.with_name(kept.name + suffix))
        draft.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"cannot restore {source}: {error}.", "Check that you may write beside it.") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return kept if there else None


def _check_ours(source: Path) -> None:
    from quizcv.store.engine import Store, schema_version

    with Store.unsettled(source) as store, store.read() as db:
        found = schema_version(db.connection)
    if found > SCHEMA_VERSION:
        raise StoreNewer(
            f"{source} has schema {found}; this quizcv knows up to {SCHEMA_VERSION}.",
            "Upgrade quizcv (`pip install -U quizcv`). Nothing was changed.",
        )
    if not found:
        raise StoreError(f"{source} is empty.", "Choose another backup; nothing was changed.")


def _close_log(path: Path) -> None:
    """Take the write-ahead log into the file; SQLite does so only for the last one to leave."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreBusy(
                f"{path} is open in another window.", "Close it and try again; nothing was changed."
            ) from error
    except sqlite3.DatabaseError:
        pass  # damaged: it is kept as it is, with its log beside it
