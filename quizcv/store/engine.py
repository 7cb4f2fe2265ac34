"""Opening the database, and the two kinds of transaction.

SQLite runs in WAL mode with `synchronous=FULL`: a committed review survives `kill -9` and power loss, and a reader never
waits for a writer. A writing transaction begins with `BEGIN IMMEDIATE`, so two terminals take turns instead of failing
half way.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)

from quizcv.errors import StoreBusy, StoreDamaged, StoreError, StoreNewer, UsageError
from quizcv.store.tables import SCHEMA_VERSION
from quizcv.store.unit import Unit

#: Seconds that a writer waits for another one before it gives up.
BUSY_SECONDS = 30.0

#: The execution option that says how a transaction begins on SQLite, and its values. The driver's own BEGIN would come
#: too late and never be IMMEDIATE.
_BEGIN = "quizcv_begin"
_READING = ("BEGIN",)
_WRITING = ("BEGIN IMMEDIATE",)
_REBUILDING = ("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")
_WITHOUT: tuple[str, ...] = ()


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
            store._settle(migrate)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def unsettled(cls, path: Path) -> Store:
        """An SQLite file as it is, whatever its schema."""
        return cls(_engine(URL.create("sqlite", database=str(path))))

    @property
    def url(self) -> URL:
        return self.engine.url

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database, None for others."""
        return _file(self.url)

    @property
    def name(self) -> str:
        """How people are told of it: the file, or the URL without its password."""
        return _name(self.url)

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """A unit of work: commits at the end, rolls back on any exception."""
        with _told(self.name), self.engine.begin() as connection:
            yield Unit(connection)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A consistent view; nothing done in it is kept."""
        with _told(self.name), self.engine.connect() as plain:
            connection = plain.execution_options(**{_BEGIN: _READING})
            if self.url.get_backend_name() != "sqlite":  # whose readers see one state anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield Unit(connection)

    @contextmanager
    def rebuild(self) -> Iterator[Unit]:
        """A unit of work that may change the schema.

        SQLite changes a table by making it anew and dropping the old one, which foreign keys would forbid as soon as
        there are rows: here they are off, and looked through before the commit.

        Raises:
            StoreError: a reference would lead nowhere; all is rolled back.
        """
        sqlite = self.url.get_backend_name() == "sqlite"
        with _told(self.name), self.engine.connect() as plain:
            connection = plain.execution_options(**{_BEGIN: _REBUILDING})
            try:
                with connection.begin():
                    if self.url.get_backend_name() == "postgresql":  # where two may make the same tables at once
                        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20260301)")
                    yield Unit(connection)
                    if sqlite:
                        _check_references(connection)
            except BaseException:
                connection.invalidate()  # no later transaction gets this connection without foreign keys
                raise
            if sqlite:
                connection.execution_options(**{_BEGIN: _WITHOUT}).exec_driver_sql("PRAGMA foreign_keys = ON")

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
                f"{self.name} has schema {found}; this quizcv knows up to {SCHEMA_VERSION}.",
                "Upgrade quizcv (`pip install -U quizcv`), or open another database with --db. Nothing was changed.",
            )
        if found < SCHEMA_VERSION and not migrate:
            raise StoreError(f"{self.name} has schema {found}, not {SCHEMA_VERSION}.", "Run `quizcv db info`.")
        if self.path is not None:
            self._use_wal()
        if found < SCHEMA_VERSION:
            from quizcv.store.migrate import upgrade

            upgrade(self)

    def _use_wal(self) -> None:
        """Switch the file to WAL if it is not yet.

        Not for every connection: the switch is written into the file, so it must wait until the file is known to be
        ours. And not without patience: SQLite itself does not wait here when two programs make a database at once.
        """
        give_up = monotonic() + BUSY_SECONDS
        while True:
            try:
                with _told(self.name), self.engine.connect() as plain:
                    plain.execution_options(**{_BEGIN: _WITHOUT}).exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except StoreBusy:
                if monotonic() > give_up:
                    raise
            sleep(0.01)


_RESTORE = "`quizcv db restore` brings back a backup; `quizcv db check` says more."
_REVISION = re.compile(r"\d{4}")


def schema_version(connection: Connection) -> int:
    """The schema's number, 0 for an empty database; two small queries.

    Raises:
        StoreError: there are tables, but not ours.
    """
    try:
        with connection.begin_nested():  # where there is no such table, PostgreSQL would spoil the whole transaction
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
            connection.execute(text("SELECT card_id FROM journal LIMIT 0"))  # others use alembic, and count, as we do
    except (OperationalError, ProgrammingError) as error:
        if isinstance(error, OperationalError) and "no such" not in str(error.orig):
            raise
        found = []
    if len(found) == 1 and _REVISION.fullmatch(str(found[0])) and int(found[0]) > 0:
        return int(found[0])
    from sqlalchemy import inspect

    tables = sorted(inspect(connection).get_table_names())
    if not tables:
        return 0
    raise StoreError(
        f"{_name(connection.engine.url)} is not quizcv's (its tables: {', '.join(tables[:4])}).",
        "Name another file with --db. Nothing was changed.",
    )


def _file(url: URL) -> Path | None:
    """The file of an SQLite URL; None for a database in memory, an SQLite URI, and other databases."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def _name(url: URL) -> str:
    return str(_file(url) or url.render_as_string())


def _engine(url: str | URL) -> Engine:
    shown = re.sub(r":[^:@/]*@", ":***@", str(url))
    try:
        parsed = make_url("" if "\0" in str(url) else url)  # SQLite would raise something else
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and isinstance(url, str) and ":///" in url:  # SQLAlchemy 2.0 leaves %3F as it is, 2.1 does not
            parsed = parsed.set(database=unquote(url.partition(":///")[2].partition("?")[0]))
        engine = create_engine(
            parsed,
            connect_args={"timeout": BUSY_SECONDS} if sqlite else {},
            json_deserializer=partial(_from_json, _name(parsed)),
        )
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise UsageError(
            f"{shown!r} is not a database URL.", "Give a path, or a URL such as postgresql+psycopg://host/name."
        ) from error
    except ImportError as error:
        raise UsageError(
            f"the driver {error.name or error} for {shown!r} is not installed.",
            "Install it with pip; for PostgreSQL: `pip install 'psycopg[binary]'`.",
        ) from error
    file = _file(parsed)
    try:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot make the folder of {file}: {error.strerror}.", "Name another place with --db."
        ) from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _from_json(name: str, stored: str) -> Any:
    try:
        return json.loads(stored)
    except ValueError as error:
        raise StoreDamaged(f"{name}: a value in it cannot be read ({error}).", _RESTORE) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    try:
        connection.execute("PRAGMA synchronous = FULL").close()
        connection.execute("PRAGMA foreign_keys = ON").close()
    except sqlite3.Error:
        connection.close()
        raise
    except UnicodeDecodeError as error:  # SQLite quotes what is broken
        connection.close()
        raise sqlite3.DatabaseError("malformed database schema") from error


def _begin_sqlite(connection: Connection) -> None:
    for statement in connection.get_execution_options().get(_BEGIN, _WRITING):
        connection.exec_driver_sql(statement)


def _is_busy(error: DBAPIError) -> bool:
    words = str(error.orig).lower()
    return "locked" in words or "busy" in words


def _check_references(connection: Connection) -> None:
    if wrong := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise StoreError(
            f"{_name(connection.engine.url)}: {len(wrong)} rows would refer to nothing; nothing was changed.",
            "`quizcv db check` names those there are.",
        )


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn the driver's errors into lines for the person."""
    try:
        yield
    except DatabaseError as error:
        words = " ".join(str(error.orig).split()).rstrip(".?")
        if isinstance(error, OperationalError) and _is_busy(error):
            raise StoreBusy(
                f"{name} is held by another program ({words}).", "Close it and try again; nothing was lost."
            ) from error
        if "malformed" in words or "not a database" in words or "disk image" in words:
            raise StoreDamaged(f"{name} is damaged or not a database ({words}).", _RESTORE) from error
        if isinstance(error, OperationalError):
            raise StoreError(
                f"{name}: {words}.", "Check that the place exists and that you may write there, or give --db."
            ) from error
        raise
