"""Opening: what is ours is opened, what is not is told in one line and left as it was, byte for byte."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quizcv.config import database_url
from quizcv.errors import QuizcvError, StoreDamaged, StoreError, StoreNewer, UsageError
from quizcv.store import Store
from quizcv.store.engine import schema_version
from quizcv.store.migrate import faults
from quizcv.store.tables import SCHEMA_VERSION

if TYPE_CHECKING:
    from tests.conftest import Shelf


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def well_told(error: QuizcvError, path: Path | str) -> None:
    """A sentence of one line that names the file, and what to do."""
    assert str(path) in error.message
    assert "\n" not in error.message
    assert error.message.endswith(".")
    assert error.hint.endswith(".")
    assert "sqlalche" not in str(error)


# --- what is opened ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["quizcv.db", "no/such/folder/quizcv.db", "with space.db", "数据库.db"])
def test_a_new_database_is_made_with_its_folders(tmp_path: Path, name: str) -> None:
    with Store.open(f"sqlite:///{tmp_path / name}") as store, store.read() as db:
        assert schema_version(db.connection) == SCHEMA_VERSION
    assert (tmp_path / name).is_file()


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    """`touch` and some file managers make such."""
    path = tmp_path / "quizcv.db"
    path.touch()
    with Store.open(f"sqlite:///{path}") as store, store.read() as db:
        assert [learner.name for learner in db.learners.all()] == ["default"]


@pytest.mark.parametrize("name", ["a?b", "a%20b", "a%b", "a#b", "a@b:c", "a;b&c=d", "数据 库", "'quoted'", "[x]*"])
def test_every_path_is_taken_literally(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A character that means something in a URL means nothing in a path."""
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / name / "x.db", Path(name) / "y.db"):
        with Store.open(database_url(str(path))) as store:
            assert store.path == tmp_path / path
        assert (tmp_path / path).is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_opening_changes_nothing(shelf: Shelf) -> None:
    """What was written by this version is read as it is: the bytes stay, and nothing lies beside the file."""
    shelf.add("a", "b")
    shelf.store.close()
    before = contents(shelf.path.parent)
    with Store.open(shelf.url) as store, store.read() as db:
        assert [card.key for card in db.cards.all()] == ["a", "b"]
    assert contents(shelf.path.parent) == before
    assert list(before) == ["quizcv.db"]


def test_a_database_without_wal_gets_it_back(shelf: Shelf) -> None:
    """As a copy made by another tool may be."""
    shelf.add("a")
    shelf.store.close()
    sql(shelf.path, "PRAGMA journal_mode = DELETE")
    with Store.open(shelf.url) as store, store.read() as db:
        assert db.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert [card.key for card in db.cards.all()] == ["a"]


def test_in_memory() -> None:
    """For demonstrations: nothing on the disk, and no path to show."""
    with Store.open("sqlite://") as store:
        assert store.path is None
        with store.write() as db:
            db.learners.add("x", date(2026, 3, 1))
        with store.read() as db:
            assert [learner.name for learner in db.learners.all()] == ["default", "x"]


def test_an_sqlite_uri_makes_no_folder_of_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(f"sqlite:///file:{tmp_path}/u.db?uri=true") as store:
        assert store.path is None, "SQLite alone knows which file that is"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["u.db"]


# --- what is refused ---------------------------------------------------------------------------------------------


def somebody_else(mode: str, *statements: str) -> Callable[[Path, bytes], None]:
    def make(path: Path, _template: bytes) -> None:
        sql(path, f"PRAGMA journal_mode = {mode}", "CREATE TABLE users (name TEXT)", *statements)

    return make


def their_alembic(version: str) -> Callable[[Path, bytes], None]:
    table = "CREATE TABLE alembic_version (version_num VARCHAR(32))"
    return somebody_else(
        "DELETE", table, *(f"INSERT INTO alembic_version VALUES ({v})" for v in version.split("|") if v)
    )


def newer(mode: str) -> Callable[[Path, bytes], None]:
    def make(path: Path, template: bytes) -> None:
        path.write_bytes(template)
        sql(
            path, f"PRAGMA journal_mode = {mode}", "UPDATE alembic_version SET version_num = '0099'",
            "ALTER TABLE cards ADD COLUMN colour TEXT", "DROP TABLE schedule",
        )  # fmt: skip

    return make


def cut(length: int) -> Callable[[Path, bytes], None]:
    return lambda path, template: path.write_bytes(template[:length]) and None


def overwritten(start: int, end: int) -> Callable[[Path, bytes], None]:
    def make(path: Path, template: bytes) -> None:
        path.write_bytes(template[:start] + b"\xa5" * (end - start) + template[end:])

    return make


def text_file(words: str) -> Callable[[Path, bytes], None]:
    return lambda path, _template: path.write_text(words, encoding="utf-8") and None


REFUSED: dict[str, tuple[Callable[[Path, bytes], None], type[StoreError], str]] = {
    "foreign": (somebody_else("DELETE"), StoreError, "is not quizcv's"),
    "foreign, WAL": (somebody_else("WAL"), StoreError, "is not quizcv's"),
    "foreign, with a table called cards": (
        somebody_else("DELETE", "CREATE TABLE cards (id)"), StoreError, "is not quizcv's",
    ),
    "foreign alembic": (their_alembic("'ae1027a6acf5'"), StoreError, "is not quizcv's"),
    "foreign alembic, our number": (their_alembic("'0001'"), StoreError, "is not quizcv's"),
    "foreign alembic, a higher number": (their_alembic("'0099'"), StoreError, "is not quizcv's"),
    "foreign alembic, 0": (their_alembic("'0'"), StoreError, "is not quizcv's"),
    "foreign alembic, negative": (their_alembic("'-1'"), StoreError, "is not quizcv's"),
    "foreign alembic, integer": (their_alembic("1"), StoreError, "is not quizcv's"),
    "foreign alembic, NULL": (their_alembic("NULL"), StoreError, "is not quizcv's"),
    "foreign alembic, empty": (their_alembic(""), StoreError, "is not quizcv's"),
    "foreign alembic, two heads": (their_alembic("'0001'|'0002'"), StoreError, "is not quizcv's"),
    "foreign alembic, other column": (
        somebody_else("DELETE", "CREATE TABLE alembic_version (v TEXT)"), StoreError, "is not quizcv's",
    ),
    "newer": (newer("WAL"), StoreNewer, f"has schema 99; this quizcv knows up to {SCHEMA_VERSION}"),
    "newer, not WAL": (newer("DELETE"), StoreNewer, f"has schema 99; this quizcv knows up to {SCHEMA_VERSION}"),
    "text, short": (text_file("hi"), StoreDamaged, "not a database"),
    "text, long": (text_file("# Deck\n\nQ: a\nA: b\n" * 1000), StoreDamaged, "not a database"),
    "cut inside the header": (cut(50), StoreDamaged, "damaged"),
    "cut after the header": (cut(100), StoreDamaged, "damaged"),
    "cut after a page": (cut(4096), StoreDamaged, "damaged"),
    "cut in the middle": (lambda path, t: cut(len(t) // 2)(path, t), StoreDamaged, "damaged"),
    "zeros at the start": (lambda path, t: path.write_bytes(b"\0" * 100 + t[100:]) and None, StoreDamaged, "damaged"),
    "the schema page overwritten": (overwritten(100, 4096), StoreDamaged, "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_ours_is_left_as_it_was(tmp_path: Path, template: bytes, name: str) -> None:
    """Whoever mistypes `--db` loses nothing: not a byte is changed, and no file appears beside it."""
    make, kind, words = REFUSED[name]
    path = tmp_path / "some.db"
    make(path, template)
    before = contents(tmp_path)
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{path}")
    assert type(caught.value) is kind
    assert words in caught.value.message
    well_told(caught.value, path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("rubbish", [b"\0", b"\xda", b"a"])
def test_a_broken_page_is_told_wherever_it_is(shelf: Shelf, rubbish: bytes) -> None:
    """Whichever page of the file is overwritten: what can still be read is, all else ends in a line for the person."""
    shelf.add(*(f"card {number}" for number in range(40)), tags=["t"])
    shelf.store.close()
    data, told, found = shelf.path.read_bytes(), 0, 0
    for start in range(0, len(data), 4096):
        path = shelf.path.with_name(f"broken at {start}.db")
        path.write_bytes(data[: start + 100] + rubbish * 3996 + data[start + 4096 :])
        found += bool(faults(path))  # but for pages with nothing in their middle
        try:
            with Store.open(f"sqlite:///{path}") as store, store.read() as db:
                assert len(list(db.cards.all())) <= 40
                assert len(db.schedule.states(1, range(99))) <= 40
                assert list(db.journal.entries(1)) == []
        except StoreError as error:
            well_told(error, path)
            told += 1
    assert 3 < told <= found


def test_an_older_database_is_refused_where_migration_is_not_wanted(tmp_path: Path) -> None:
    """And a new one is not made either."""
    path = tmp_path / "some.db"
    with pytest.raises(StoreError, match="has schema 0, not") as caught:
        Store.open(f"sqlite:///{path}", migrate=False)
    well_told(caught.value, path)
    assert contents(tmp_path) in ({}, {"some.db": b""})


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda folder: folder, id="a folder"),
        pytest.param(lambda folder: folder / ("n" * 300 + ".db"), id="a name too long"),
        pytest.param(lambda folder: folder / "file" / "x.db", id="a file as folder"),
        pytest.param(lambda folder: folder / "file" / "y" / "x.db", id="a file further up"),
        pytest.param(lambda _folder: Path("/proc/nowhere/x.db"), id="a place where nothing can be made"),
    ],
)
def test_a_place_that_cannot_be(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    if sys.platform == "win32":
        pytest.skip("other errors, other words")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    path = make(tmp_path)
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{path}")
    assert type(caught.value) is StoreError
    well_told(caught.value, path)


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "://", "sqlite:/x.db", "sqlite://host/x.db", "foo://x", "foo+bar://x/y", "postgresql://h:port/x",
        "sqlite:////tmp/x.db?timeout=soon", "sqlite:////tmp/nul\0byte.db",
    ],
)  # fmt: skip
def test_a_url_that_is_none(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        Store.open(url)
    assert "is not a database URL" in caught.value.message
    assert "postgresql+psycopg://" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql+pg8000://me:secret@host/quiz", "pg8000"),
        ("mysql+mysqldb://me:secret@host/quiz", "MySQLdb"),
        ("sqlite+pysqlcipher://:secret@/quiz.db", "sqlcipher"),
    ],
)
def test_a_driver_that_is_not_installed(url: str, driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver is named, the password is not."""
    monkeypatch.chdir(tmp_path)
    for name in ("pg8000", "MySQLdb", "sqlcipher3", "pysqlcipher3"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError) as caught:
        Store.open(url)
    assert driver in caught.value.message
    assert "is not installed" in caught.value.message
    assert "pip install" in caught.value.hint
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer() -> None:
    """One line, without the password."""
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql+psycopg://me:secret@127.0.0.1:1/quiz")
    assert "refused" in caught.value.message
    assert "secret" not in str(caught.value)
    well_told(caught.value, "postgresql+psycopg://me:***@127.0.0.1:1/quiz")
