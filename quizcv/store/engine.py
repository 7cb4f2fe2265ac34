"""Opening the database, and the two kinds of transaction.

SQLite runs in WAL mode with `synchronous=FULL`: a committed review survives `kill -9` and power loss, and a reader never
waits for a writer. A writing transaction begins with `BEGIN IMMEDIATE`, so two terminals take turns instead of failing
half way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    NoResultFound,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)

from quizcv.errors import StoreBusy, StoreDamaged, StoreError, StoreNewer, UsageError
from quizcv.store.tables import SCHEMA_VERSION
from quizcv.store.unit import Unit

#: Seconds that a writer waits for another one before it gives up.
BUSY_SECONDS = 30.0


class Store:
    """One open database. Make it with `Store.open`; it is a context manager."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, *, migrate: bool = True) -> Store:
        """Open, create or upgrade the database at an SQLAlchemy URL.

        Raises:
            UsageError: the URL cannot be read, or its driver is not installed.
            StoreNewer: a newer quizcv wrote it.
            StoreDamaged: it is not a database, or a broken one.
            StoreError: it belongs to another program, or cannot be opened.
        """
        store = cls(_engine(url))
        try:
            with _told(store.url):
                store._settle(migrate)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def url(self) -> URL:
        return self.engine.url

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database, None for others."""
        if self.url.get_backend_name() != "sqlite" or not self.url.database or self.url.database == ":memory:":
            return None
        return Path(self.url.database)

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """A unit of work: commits at the end, rolls back on any exception."""
        with _told(self.url), self.engine.begin() as connection:
            yield Unit(connection)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A consistent view; nothing done in it is kept."""
        with _told(self.url), self.engine.connect() as plain:
            connection = plain.execution_options(quizcv_read=True)
            yield Unit(connection)

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _settle(self, migrate: bool) -> None:
        """Bring the schema to SCHEMA_VERSION; alembic is imported only when there is something to do."""
        with self.read() as db:
            found = schema_version(db.connection)
        if found > SCHEMA_VERSION:
            raise StoreNewer(
                f"{self.url.render_as_string()} has schema {found}; this quizcv knows up to {SCHEMA_VERSION}.",
                "Upgrade quizcv (`pip install -U quizcv`), or open another database with --db. Nothing was changed.",
            )
        if found < SCHEMA_VERSION:
            if not migrate:
                raise StoreError(
                    f"{self.url.render_as_string()} has schema {found}, not {SCHEMA_VERSION}.", "Run `quizcv db info`."
                )
            from quizcv.store.migrate import upgrade

            upgrade(self)


def schema_version(connection: Connection) -> int:
    """The schema's number, 0 for an empty database; one small query.

    Raises:
        StoreError: there are tables, but not ours.
    """
    try:
        with connection.begin_nested():  # where there is no such table, PostgreSQL would spoil the whole transaction
            return int(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    except (ValueError, NoResultFound, DBAPIError) as error:
        from sqlalchemy import inspect

        absent = isinstance(error, ProgrammingError) or "no such table" in str(error)
        if isinstance(error, DBAPIError) and not absent:
            raise
        tables = inspect(connection).get_table_names()
        if not tables:
            return 0
        raise StoreError(
            f"{connection.engine.url.render_as_string()} is not quizcv's (its tables: {', '.join(sorted(tables)[:4])} …).",
            "Name another file with --db. Nothing was changed.",
        ) from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS} if sqlite else {})
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(
            f"{url!r} is not a database URL.", "Give a path, or a URL such as postgresql+psycopg://host/name."
        ) from error
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the driver {error.name} for {url!r} is not installed.", "Install `quizcv[postgres]`."
        ) from error
    except OSError as error:
        raise StoreError(
            f"cannot make the folder of {url}: {error.strerror}.", "Name another place with --db."
        ) from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = (
        None  # we say BEGIN ourselves: the driver's own would begin too late and never IMMEDIATE
    )
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("quizcv_read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _is_busy(error: DBAPIError) -> bool:
    words = str(error.orig).lower()
    return "locked" in words or "busy" in words


@contextmanager
def _told(url: URL) -> Iterator[None]:
    """Turn the driver's errors into lines for the person."""
    try:
        yield
    except DatabaseError as error:
        name, words = url.render_as_string(), str(error.orig)
        if isinstance(error, OperationalError) and _is_busy(error):
            raise StoreBusy(
                f"{name} is held by another program ({words}).", "Close it and try again; nothing was lost."
            ) from error
        if "malformed" in words or "not a database" in words or "disk image" in words:
            raise StoreDamaged(
                f"{name} is damaged or not a database ({words}).",
                "`quizcv db restore` brings back a backup; `quizcv db check` says more.",
            ) from error
        if isinstance(error, OperationalError):
            raise StoreError(
                f"{name}: {words}.", "Check that the place exists and that you may write there, or give --db."
            ) from error
        raise
