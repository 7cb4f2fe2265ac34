"""Transactions: all or nothing, one writer at a time, and readers that wait for nobody."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quizcv.errors import NotFound, StoreBusy, StoreError
from quizcv.model import CardFilter, CardState
from quizcv.store import Store, engine
from quizcv.store.schedule import Queue

if TYPE_CHECKING:
    from tests.conftest import Shelf

TODAY = date(2026, 3, 1)

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def pragmas(connection: object) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in PRAGMAS}  # type: ignore[attr-defined]


def test_every_connection_is_set_up(store: Store) -> None:
    """WAL, a flush at each commit, and references that hold: for the first connection and for the fifteenth."""
    with ExitStack() as stack:
        units = [stack.enter_context(store.read()) for _ in range(14)]
        units.append(stack.enter_context(store.write()))
        assert len({id(unit.connection.connection.dbapi_connection) for unit in units}) == 15
        assert [pragmas(unit.connection) for unit in units] == [PRAGMAS] * 15
    with store.write() as db:
        assert pragmas(db.connection) == PRAGMAS, "and for one that is used again"


def test_a_connection_that_changed_the_schema_minds_references_again(store: Store) -> None:

    def rebuild(fails: bool) -> None:
        with store.rebuild() as db:
            assert pragmas(db.connection) == {**PRAGMAS, "foreign_keys": 0}
            if fails:
                raise ZeroDivisionError

    for fails in (False, True):
        with pytest.raises(ZeroDivisionError) if fails else nullcontext():
            rebuild(fails)
        with ExitStack() as stack:
            for _ in range(6):
                assert pragmas(stack.enter_context(store.read()).connection) == PRAGMAS


@pytest.mark.parametrize("error", [ValueError, NotFound, KeyboardInterrupt, SystemExit, StoreError])
def test_an_exception_rolls_back(shelf: Shelf, error: type[BaseException]) -> None:
    """Whatever ends a unit of work early, Ctrl-C included, takes all of it back; and it is raised as it was."""
    [card] = shelf.add("a")
    before = shelf.dump()
    raised = error("stop")

    def interrupted() -> None:
        with shelf.store.write() as db:
            db.schedule.put(1, card, CardState(suspended=True))
            db.learners.add("somebody", TODAY)
            raise raised

    with pytest.raises(error) as caught:
        interrupted()
    assert caught.value is raised
    assert shelf.dump() == before
    shelf.put(card, flagged=True)  # the connection can be used again
    assert shelf.state(card).flagged


def test_what_a_failed_statement_left_is_taken_back(shelf: Shelf) -> None:
    [card] = shelf.add("a")
    before = shelf.dump()

    def failing() -> None:
        with shelf.store.write() as db:
            db.schedule.put(1, card, CardState(suspended=True))
            db.connection.exec_driver_sql("SELECT * FROM nowhere")

    with pytest.raises(StoreError, match="no such table"):
        failing()
    assert shelf.dump() == before


def test_reading_keeps_nothing(shelf: Shelf) -> None:
    [card] = shelf.add("a")
    before = shelf.dump()
    with shelf.store.read() as db:
        db.schedule.put(1, card, CardState(suspended=True))
    assert shelf.dump() == before


def test_a_reader_sees_one_state(shelf: Shelf) -> None:
    """While another window writes, and although it reads in several steps."""
    first, second = shelf.add("a", "b")
    with Store.open(shelf.url) as other, shelf.store.read() as db:
        assert not db.schedule.state(1, first).flagged
        with other.write() as theirs:
            for card in (first, second):
                theirs.schedule.put(1, card, CardState(flagged=True))
        assert not db.schedule.state(1, second).flagged
        assert [due.card_id for due in db.schedule.walk(1, Queue.ALL, TODAY, TODAY, CardFilter())] == [first, second]
    assert shelf.state(first).flagged
    assert shelf.state(second).flagged


def test_a_writer_sees_what_was_written_before_it(shelf: Shelf) -> None:
    """BEGIN IMMEDIATE: what it reads cannot be changed by others before it writes."""
    [card] = shelf.add("a")
    with Store.open(shelf.url) as other:
        shelf.put(card, flagged=True)
        with other.write() as db:
            assert db.schedule.state(1, card).flagged


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
connection.execute("UPDATE schedule SET flagged = 1")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("free", flush=True)
"""


@contextmanager
def held(path: Path, begin: str) -> Iterator[Callable[[], None]]:
    """Another program in the middle of a transaction, until the end of the block or the call of what it gives."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), begin], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        done = program.stdin.close
        yield done
        done()
        assert program.stdout.readline() == "free\n"


def test_a_writer_waits_for_its_turn_and_not_for_ever(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that writes for long is told of in one line; reading and opening go on meanwhile."""
    [card] = shelf.add("a")
    before = shelf.dump()
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    with held(shelf.path, "BEGIN IMMEDIATE"), Store.open(shelf.url) as store:
        with store.read() as db:
            assert not db.schedule.state(1, card).flagged
        began = time.monotonic()
        with pytest.raises(StoreBusy) as caught, store.write() as db:
            pytest.fail("the transaction cannot have begun")
        assert time.monotonic() - began >= 0.2
        assert str(shelf.path) in caught.value.message
        assert caught.value.hint == "Close it and try again; nothing was lost."
        assert shelf.dump() == before
    shelf.put(card, flagged=True)


def without_wal(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.store.close()
    with closing(sqlite3.connect(shelf.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def test_a_locked_file_cannot_be_opened(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without WAL (a copy made by another tool) a writer keeps readers out as well."""
    without_wal(shelf)
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    with held(shelf.path, "BEGIN EXCLUSIVE"), pytest.raises(StoreBusy):
        Store.open(shelf.url)
    monkeypatch.undo()
    with Store.open(shelf.url) as store, store.read() as db:
        assert db.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_a_writer_waits_as_long_as_it_takes(shelf: Shelf) -> None:
    """The other one is done before patience ends: the write goes through as if nothing had been."""
    [card] = shelf.add("a")
    with held(shelf.path, "BEGIN IMMEDIATE") as done:
        began = time.monotonic()
        threading.Timer(0.3, done).start()
        shelf.put(card, flagged=True)
        assert time.monotonic() - began >= 0.3
    assert shelf.state(card).flagged


def test_opening_waits_too(shelf: Shelf) -> None:
    """SQLite itself gives up at once where WAL is to be switched on while somebody writes: so it is when two programs
    make a database at the same moment."""
    without_wal(shelf)
    with held(shelf.path, "BEGIN IMMEDIATE") as done:
        threading.Timer(0.3, done).start()
        with Store.open(shelf.url) as store, store.read() as db:
            assert db.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


# --- places that do not let one write ----------------------------------------------------------------------------


@contextmanager
def a_common_user() -> Iterator[Path]:
    """A folder, and not being root, whom no permission binds."""
    if sys.platform == "win32":
        pytest.skip("permissions work otherwise")
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o700)


def give_up_rights() -> None:
    if os.geteuid() == 0:
        os.seteuid(65534)


def read_and_write(url: str) -> None:
    with Store.open(url) as store:
        with store.read() as db:
            assert [learner.name for learner in db.learners.all()] == ["default"]
        with store.write() as db:
            db.learners.add("x", TODAY)


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
@pytest.mark.parametrize("folder_too", [False, True])
def test_a_file_that_may_not_be_written(template: bytes, mode: str, folder_too: bool) -> None:
    """It can be looked at where SQLite can; writing is refused in one line, and nothing is changed."""
    with a_common_user() as folder:
        path = folder / "quizcv.db"
        path.write_bytes(template)
        with Store.open(f"sqlite:///{path}") as store, store.engine.connect() as plain:  # imports what it needs
            plain.execution_options(quizcv_begin=()).exec_driver_sql(f"PRAGMA journal_mode = {mode}")
        before = path.read_bytes()
        path.chmod(0o444)
        if folder_too:
            folder.chmod(0o555)
        give_up_rights()
        with pytest.raises(StoreError) as caught:
            read_and_write(f"sqlite:///{path}")
        assert type(caught.value) is StoreError
        assert str(path) in caught.value.message
        assert "readonly" in caught.value.message or "unable to open" in caught.value.message
        assert "write there" in caught.value.hint
        assert path.read_bytes() == before


def test_a_file_that_may_not_be_read(template: bytes) -> None:
    with a_common_user() as folder:
        path = folder / "quizcv.db"
        path.write_bytes(template)
        path.chmod(0)
        give_up_rights()
        with pytest.raises(StoreError, match="unable to open database file"):
            Store.open(f"sqlite:///{path}")


FULL = """
import resource, sys
from datetime import date
from quizcv.store import Store
from quizcv.errors import StoreError
store = Store.open(sys.argv[1])
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
added = 0
try:
    for number in range(10_000):
        with store.write() as db:
            db.learners.add(f"learner {number}", date(2026, 3, 1))
        added += 1
        print(added, flush=True)
except StoreError as error:
    print(type(error).__name__, error.message, flush=True)
"""


@pytest.mark.parametrize("pages", [0, 1, 3, 17, 100])
def test_a_full_disk(shelf: Shelf, pages: int) -> None:
    """A write that finds no room is refused in one line; what was accepted before it stays, and the file is whole."""
    if sys.platform == "win32":
        pytest.skip("no limit on files there")
    shelf.add("a")
    shelf.store.close()
    limit = shelf.path.stat().st_size + pages * 4096 if pages else 16_384
    result = subprocess.run(
        [sys.executable, "-c", FULL, shelf.url, str(limit)], capture_output=True, text=True, timeout=60, check=True
    )
    *accepted, told = result.stdout.splitlines()
    assert told.startswith(f"StoreError {shelf.path}: ")
    assert result.stderr == ""
    with Store.open(shelf.url) as store, store.read() as db:
        names = [learner.name for learner in db.learners.all()]
        assert db.connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
    assert accepted or not pages
    assert names == ["default", *(f"learner {number}" for number in range(len(accepted)))]


def test_time_is_not_bent(store: Store) -> None:
    """A date goes into the file and comes back as it was, from the first to the last."""
    for day in (date.min, TODAY, TODAY + timedelta(days=36_500), date.max):
        with store.write() as db:
            learner = db.learners.add(day.isoformat(), day)
        with store.read() as db:
            stored = db.connection.exec_driver_sql("SELECT created FROM learners WHERE id = ?", (learner.id,))
            assert stored.scalar_one() == day.isoformat()
