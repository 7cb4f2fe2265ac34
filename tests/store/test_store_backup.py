"""Backups: whole although somebody writes meanwhile, and brought back without losing what was there."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quizcv.errors import StoreBusy, StoreDamaged, StoreError, StoreNewer
from quizcv.store import Store
from quizcv.store.migrate import backup, backups, faults, restore

if TYPE_CHECKING:
    from tests.conftest import Shelf

TODAY = date(2026, 3, 1)


def names(path: Path) -> list[str]:
    with Store.open(f"sqlite:///{path}") as store, store.read() as db:
        return [learner.name for learner in db.learners.all()]


def add(store: Store, name: str) -> None:
    with store.write() as db:
        db.learners.add(name, TODAY)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- backup ------------------------------------------------------------------------------------------------------


def test_a_backup_holds_everything(shelf: Shelf) -> None:
    """Taken of an open database, whose newest rows are still in the log only; one file with nothing beside it."""
    [card] = shelf.add("a", tags=["x"])
    shelf.put(card, flagged=True)
    before, now = shelf.dump(), datetime.now(UTC)
    made = backup(shelf.store)
    assert faults(made) == []
    assert made.read_bytes()[18:20] == b"\1\1", "not WAL: such a file cannot be read where nothing can be written"
    assert files(made.parent) == {"quizcv.db", "quizcv.db-wal", "quizcv.db-shm", made.name}
    stem, _, stamp = made.stem.partition(".backup-")
    assert stem == "quizcv"
    assert abs(datetime.strptime(stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC) - now).total_seconds() < 60
    shelf.put(card, flagged=False)
    copy = type(shelf)(Store.open(f"sqlite:///{made}"))
    assert copy.dump() == before
    copy.store.close()


def test_a_backup_where_it_is_wanted(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "new folder" / "before the exam.db"
    assert backup(shelf.store, target) == target
    assert names(target) == ["default"]
    with pytest.raises(StoreError, match="exists already") as caught:
        backup(shelf.store, target)
    assert caught.value.hint == "Name another file."


@pytest.mark.parametrize("name", ["", "file/x.db", "n" * 300])
def test_a_backup_that_cannot_be_written(shelf: Shelf, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    before = files(tmp_path)
    with pytest.raises(StoreError, match=r"cannot write the backup|exists already") as caught:
        backup(shelf.store, tmp_path / name)
    assert caught.value.hint
    assert files(tmp_path) == before


def test_what_a_killed_backup_left_is_no_hindrance(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.with_name("copy.db.part").write_bytes(shelf.path.read_bytes()[:5000])
    backup(shelf.store, target)
    assert faults(target) == []
    assert "copy.db.part" not in files(tmp_path)


def test_only_a_file_can_be_backed_up() -> None:
    with Store.open("sqlite://") as store, pytest.raises(StoreError, match="only SQLite"):
        backup(store)


@pytest.mark.parametrize("name", ["quizcv.db", "quizcv", "my[cards].db", "a*b?.db", "数据.db"])
def test_backups_are_found_newest_first(tmp_path: Path, template: bytes, name: str) -> None:
    """Those of this database, whatever it is called; not the drafts, and not another one's."""
    path = tmp_path / name
    path.write_bytes(template)
    with Store.open("sqlite:///" + str(path).replace("?", "%3F")) as store:
        made = [backup(store, note=note) for note in ("", "schema1", "")]
    (tmp_path / f"{path.stem}.backup-99990101.db.part").touch()
    (tmp_path / "other.backup-99990101T000000000000Z.db").touch()
    assert backups(path) == made[::-1]


WRITER = """
import itertools, sys
from datetime import date
from quizcv.store import Store
store = Store.open(sys.argv[1])
for number in itertools.count():
    with store.write() as db:
        db.learners.add(f"left {number}", date(2026, 3, 1))
        db.learners.add(f"right {number}", date(2026, 3, 1))
    print(number, flush=True)
"""


def test_a_backup_while_somebody_writes(shelf: Shelf) -> None:
    """Each copy is whole: what was accepted before it began is in it, and of no transaction only one half."""
    shelf.add(*(f"card {number}" for number in range(20)))
    with subprocess.Popen([sys.executable, "-c", WRITER, shelf.url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        try:
            for _ in range(15):
                accepted = int(writer.stdout.readline())
                made = backup(shelf.store)
                assert faults(made) == []
                with closing(sqlite3.connect(made)) as copy:
                    found = [row[0] for row in copy.execute("SELECT name FROM learners ORDER BY id")][1:]
                    rows = copy.execute("SELECT count(*) FROM schedule").fetchone()[0]
                pairs = len(found) // 2
                assert found == [f"{side} {number}" for number in range(pairs) for side in ("left", "right")]
                assert pairs > accepted
                assert rows == 20 * (1 + len(found))
        finally:
            writer.kill()
    assert len(backups(shelf.path)) == 15


# --- what is wrong with a file -----------------------------------------------------------------------------------


def test_a_whole_file_has_no_faults(shelf: Shelf) -> None:
    """Looked at while it is open and after; looking leaves nothing behind."""
    shelf.add("a")
    assert faults(shelf.path) == []
    shelf.store.close()
    before = files(shelf.path.parent)
    assert faults(shelf.path) == []
    assert files(shelf.path.parent) == before


def broken_index(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'deck', 'kind') WHERE name = 'ix_cards_deck'")
        connection.commit()


def broken_reference(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM cards")
        connection.commit()


def broken_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 100] = bytes(100)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (broken_index, "ix_cards_deck"),
        (broken_reference, "broken reference: schedule row"),
        (broken_page, ""),
        (lambda path: path.write_text("no", encoding="utf-8"), "file is not a database"),
        (lambda path: path.write_bytes(path.read_bytes()[:20_000]), ""),
        (Path.unlink, "unable to open"),
    ],
)
def test_faults_are_found(shelf: Shelf, harm: Callable[[Path], None], words: str) -> None:
    """Each in words, and none as an exception: the command that asks must be able to go on."""
    shelf.add("a", "b")
    shelf.store.close()
    harm(shelf.path)
    found = faults(shelf.path)
    assert found
    assert any(words in line for line in found)


# --- restore -----------------------------------------------------------------------------------------------------


def test_there_and_back(shelf: Shelf) -> None:
    """The backup comes back, what was there is kept, and can be brought back in turn."""
    add(shelf.store, "before")
    made = backup(shelf.store)
    add(shelf.store, "after")
    shelf.store.close()
    kept = restore(shelf.path, made)
    assert kept is not None
    assert kept.name.startswith("quizcv.replaced-")
    assert names(shelf.path) == ["default", "before"]
    assert names(kept) == ["default", "before", "after"]
    restore(shelf.path, kept)
    assert names(shelf.path) == ["default", "before", "after"]
    assert made.exists()


def test_nothing_lies_about_afterwards(shelf: Shelf) -> None:
    made = backup(shelf.store)
    shelf.store.close()
    kept = restore(shelf.path, made)
    assert kept is not None
    assert files(shelf.path.parent) == {"quizcv.db", made.name, kept.name}


def killed_while_writing(path: Path, name: str) -> None:
    """A change that stands in the write-ahead log alone."""
    program = "import os, sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n"
    program += "c.execute('UPDATE learners SET name = ?', [sys.argv[2]])\nc.commit()\nos.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", program, str(path), name], check=False)
    assert path.with_name(path.name + "-wal").stat().st_size > 0


def test_the_log_of_what_was_there_goes_with_it(shelf: Shelf) -> None:
    """Else SQLite would write it into the backup that took its place."""
    made = backup(shelf.store)
    shelf.store.close()
    killed_while_writing(shelf.path, "in the log")
    kept = restore(shelf.path, made)
    assert kept is not None
    assert names(shelf.path) == ["default"]
    assert names(kept) == ["in the log"]


def test_the_log_of_a_deleted_database_is_not_applied(shelf: Shelf) -> None:
    """Somebody deletes `quizcv.db` alone, and then brings a backup back."""
    shelf.add(*(f"card {number}" for number in range(30)))
    made = backup(shelf.store)
    shelf.store.close()
    killed_while_writing(shelf.path, "in the log")
    shelf.path.unlink()
    assert restore(shelf.path, made) is None
    assert names(shelf.path) == ["default"]
    assert faults(shelf.path) == []


@pytest.mark.parametrize("harm", [broken_page, lambda path: path.write_text("no", encoding="utf-8"), Path.unlink])
def test_a_damaged_database_is_replaced(shelf: Shelf, harm: Callable[[Path], None]) -> None:
    """What backups are for; the damaged file is kept as it was, for whoever can mend it."""
    add(shelf.store, "before")
    made = backup(shelf.store)
    shelf.store.close()
    harm(shelf.path)
    damaged = shelf.path.read_bytes() if shelf.path.exists() else None
    kept = restore(shelf.path, made)
    assert names(shelf.path) == ["default", "before"]
    assert (kept.read_bytes() if kept else None) == damaged


def test_not_under_an_open_window(shelf: Shelf) -> None:
    """It would go on writing into the file that was replaced, and its reviews would be lost."""
    made = backup(shelf.store)
    add(shelf.store, "after")
    before = files(shelf.path.parent)
    with pytest.raises(StoreBusy, match="open in another window"):
        restore(shelf.path, made)
    assert files(shelf.path.parent) == before
    add(shelf.store, "later")
    shelf.store.close()
    restore(shelf.path, made)
    assert names(shelf.path) == ["default"]


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE users (name)")


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (broken_page, StoreDamaged),
        (broken_reference, StoreDamaged),
        (lambda path: path.write_text("no", encoding="utf-8"), StoreDamaged),
        (lambda path: path.write_bytes(b""), StoreError),
        (newer, StoreNewer),
        (foreign, StoreError),
        (Path.unlink, StoreError),
        (lambda path: path.unlink() or path.mkdir(), StoreError),
    ],
)
def test_a_bad_backup_is_not_put_in_place(
    shelf: Shelf, tmp_path: Path, harm: Callable[[Path], None], kind: type[StoreError]
) -> None:
    """A damaged, newer, empty or foreign file is refused, and the database stays."""
    shelf.add("a")
    source = backup(shelf.store, tmp_path / "elsewhere" / "backup.db")
    harm(source)
    shelf.store.close()
    before = shelf.path.read_bytes()
    with pytest.raises(StoreError) as caught:
        restore(shelf.path, source)
    assert type(caught.value) is kind
    assert str(source) in caught.value.message
    assert caught.value.hint
    assert shelf.path.read_bytes() == before
    assert files(tmp_path) == {"quizcv.db", "elsewhere"}


def test_a_copy_made_by_hand_can_be_restored(shelf: Shelf, tmp_path: Path) -> None:
    shelf.store.close()
    source = tmp_path / "elsewhere" / "quizcv copy.db"
    source.parent.mkdir()
    shutil.copy(shelf.path, source)
    restore(shelf.path, source)
    assert names(shelf.path) == ["default"]
    assert files(source.parent) == {source.name}


def test_restore_to_where_nothing_can_be_written(shelf: Shelf, tmp_path: Path) -> None:
    made = backup(shelf.store)
    with pytest.raises(StoreError, match="cannot restore") as caught:
        restore(tmp_path / "no such folder" / "quizcv.db", made)
    assert caught.value.hint
