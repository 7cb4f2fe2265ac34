"""Opening a stranger's SQLite file: read-only, and nothing in it is run (https://www.sqlite.org/security.html).

`PRAGMA quick_check`, which that page recommends, is left out on purpose: it follows page links by recursion, and a file made
for it overflows the C stack and ends the process. Whatever is damaged shows itself in what is read: SQLite refuses pages that are
none, `Meter` what grows, and the reader ids that do not ascend.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.package.limits import AGAIN, one_line, quoted

MAGIC = b"SQLite format 3\0"

#: The longest text or blob, in bytes. The longest in practice are all note types, or all decks, in one JSON.
LONGEST = 32 << 20

#: Anki's schema has about thirty tables and indexes, of at most 700 characters and 18 columns.
_BOUNDS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 8,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 10,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
_PRAGMAS = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON", "temp_store=MEMORY")
_OBJECTS = 1000
_SCHEMA_SECONDS = 5.0
#: SQLite rewrites a statement it stores to begin just so. Anything else is a trigger, a view, a virtual table or forged.
_PLAIN = re.compile(r"CREATE (TABLE|INDEX|UNIQUE INDEX) ", re.IGNORECASE)
_STEPS = 10_000
#: The tables that are read.
_READ = frozenset({"col", "notes", "cards", "revlog", "notetypes", "fields", "templates", "decks", "config"})


class Database:
    """A connection that can only read plain tables, whose names are in `tables`."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self._connection = connection
        self._end = time.monotonic() + min(_SCHEMA_SECONDS, seconds)
        for kind, bound in _BOUNDS.items():
            connection.setlimit(kind, bound)
        connection.set_progress_handler(lambda: time.monotonic() > self._end, _STEPS)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        # Anki's own collation, named in its indexes; nothing is sorted by it here.
        connection.create_collation("unicase", _unicase)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        self.tables = frozenset(self._tables())
        self._computed()
        connection.set_authorizer(_reading_only)
        self._end = time.monotonic() + seconds

    def rows(self, query: str, *values: object) -> Iterator[tuple[object, ...]]:
        """What a SELECT gives. A column may hold a value of any type: SQLite does not mind what a table declares."""
        return iter(self._connection.execute(query, values))

    def _tables(self) -> Iterator[str]:
        found = self._connection.execute("SELECT type, name, sql FROM sqlite_master").fetchmany(_OBJECTS + 1)
        if len(found) > _OBJECTS:
            raise ExchangeError(f"its collection has more than {_OBJECTS} tables, Anki's have thirty.", AGAIN)
        for kind, name, sql in found:
            automatic = kind == "index" and sql is None
            if not automatic and not _PLAIN.match(str(sql)):
                what = "virtual table" if kind == "table" else one_line(kind)
                raise ExchangeError(f"its collection has a {what}, {quoted(name)}; Anki's have none.", AGAIN)
            if kind == "table":
                yield str(name)

    def _computed(self) -> None:
        """A generated column runs what its table says, and no authorizer is asked."""
        for table in _READ & self.tables:
            for _, name, *_, hidden in self._connection.execute(f"PRAGMA table_xinfo({table})"):
                if hidden:
                    raise ExchangeError(
                        f"its table {table} computes its column {one_line(name)}; Anki's never do.", AGAIN
                    )


@contextmanager
def open_database(path: Path, seconds: float) -> Iterator[Database]:
    """Open a file that nobody else writes to. Errors of SQLite inside the block become an ExchangeError.

    Raises:
        ExchangeError: no SQLite database, damaged, more than plain tables in it, or `seconds` are over.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ExchangeError("its collection is no SQLite database.", AGAIN)
    try:
        # Immutable: no lock, no journal, no write-ahead log is looked for beside it.
        uri = f"{path.as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            yield Database(connection, seconds)
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise ExchangeError(f"its collection takes longer than {seconds:g} seconds to read.", AGAIN) from error
        raise _unreadable(error) from error
    # A message of SQLite that quotes a name which is not UTF-8 arrives as a UnicodeDecodeError.
    except (sqlite3.Error, UnicodeDecodeError, MemoryError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> ExchangeError:
    said = "a name in it is not UTF-8" if isinstance(error, UnicodeDecodeError) else one_line(error)
    return ExchangeError(f"its collection cannot be read: {said or 'out of memory'}.", AGAIN)


def _reading_only(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) else sqlite3.SQLITE_DENY


def _unicase(one: str, other: str) -> int:
    left, right = one.casefold(), other.casefold()
    return (left > right) - (left < right)
