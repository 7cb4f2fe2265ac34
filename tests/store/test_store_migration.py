"""Upgrading: a backup first, then all of it or nothing; every row of every table comes through.

What a later version will do is stood in for by a migration that only these tests have.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from sqlalchemy import create_engine

from alembic import command
from quizcv.config import shipped
from quizcv.errors import StoreBusy, StoreError, StoreNewer
from quizcv.model import Action, CardState, Memory
from quizcv.store import Store, engine, migrate
from quizcv.store.tables import SCHEMA_VERSION

NEXT = SCHEMA_VERSION + 1

#: Rows as the first version wrote them: these lines stay as they are, whatever becomes of the schema.
OLDEST = """
INSERT INTO sources (id, path, deck, lang, mtime_ns, size, digest, reader, gaps)
VALUES (1, '/notes/vgg.md', 'vgg', 'en', 1, 2, 'abc', '1|en|vgg', '[["Training", ["VGG"], 7]]');
INSERT INTO cards (id, key, note, kind, deck, typed, orphaned, created)
VALUES (1, 'vgg-depth', 'vgg-depth', 'heading', 'vgg', 0, NULL, '2026-01-01'),
       (2, '9f~c1', '9f', 'cloze', 'vgg', 0, NULL, '2026-01-01'),
       (3, '9f~c2', '9f', 'cloze', 'vgg', 1, '2026-02-01', '2026-01-01');
INSERT INTO texts (card_id, lang, source_id, line, end_line, breadcrumb, front, back, hint, extra)
VALUES (1, 'en', 1, 3, 5, '["VGG", "Depth"]', 'Depth', '16 or 19', '', NULL),
       (1, 'zh', 1, 3, 5, '["VGG", "深度"]', '深度', '16 或 19', '', '{"claims": []}'),
       (2, 'en', 1, 9, 9, '[]', '[…] has 138 M', 'VGG-16', 'a net', NULL),
       (3, 'en', 1, 9, 9, '[]', 'VGG-16 has […]', '138 M', '', NULL);
INSERT INTO card_tags (card_id, tag) VALUES (1, 'backbone'), (1, '100%_sure'), (3, 'backbone');
INSERT INTO learners (id, name, timezone, created) VALUES (2, 'zoë', 'Asia/Shanghai', '2026-01-02');
INSERT INTO schedule (card_id, learner_id) SELECT cards.id, learners.id FROM cards, learners;
UPDATE schedule SET due = '2026-02-08', last = '2026-02-02', repetitions = 2, easiness = 236, "interval" = 6, lapses = 1,
       drill = '2026-02-02', flagged = 1 WHERE card_id = 1 AND learner_id = 1;
INSERT INTO journal (id, learner_id, card_id, at, day, action, grade, took_ms, scheduler, before, after)
VALUES (7, 1, 1, 1770000000123, '2026-02-02', 'review', 3, 4200, 'sm2',
        '{"due": "2026-02-02", "last": "2026-02-01", "repetitions": 1, "easiness": 250, "interval": 1, "lapses": 1}',
        '{"due": "2026-02-08", "last": "2026-02-02", "repetitions": 2, "easiness": 236, "interval": 6, "lapses": 1,
          "drill": "2026-02-02"}'),
       (9, 1, 1, 1770000001000, '2026-02-02', 'flag', NULL, 0, 'sm2', '{}', '{"flagged": true}');
"""


def migrations(folder: Path, body: str = "", helpers: str = "") -> Path:
    """The migrations of a later quizcv: ours, and one more with this body."""
    shutil.copytree(shipped("alembic"), folder, ignore=shutil.ignore_patterns("__pycache__"))
    lines = "\n    ".join(body.splitlines() or ["pass"])
    (folder / "versions" / f"{NEXT:04}_throw_away.py").write_text(
        f"""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{NEXT:04}", "{SCHEMA_VERSION:04}", None, None
{helpers}

def upgrade():
    {lines}
""",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Be a later quizcv, whose one more migration does this."""

    def become(body: str) -> None:
        folder = migrations(tmp_path / "100% later" / "alembic", body)
        monkeypatch.setattr(migrate, "shipped", lambda _name: folder)
        for module in (migrate, engine):
            monkeypatch.setattr(module, "SCHEMA_VERSION", NEXT)

    return become


@dataclass
class Old:
    """A database as a former version left it."""

    path: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def dump(self, path: Path | None = None) -> dict[str, list[Any]]:
        """Every row of every table but the version, by column."""
        with closing(sqlite3.connect(path or self.path)) as connection:
            connection.row_factory = sqlite3.Row
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')]
                for name in sorted(names)
                if name not in ("alembic_version", "sqlite_sequence")
            }

    def version(self, path: Path | None = None) -> str:
        with closing(sqlite3.connect(path or self.path)) as connection:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def made(path: Path, revision: int, rows: str) -> Old:
    """A database of this revision, made by the migrations as they were shipped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bare = create_engine(f"sqlite:///{path}")
    with bare.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(shipped("alembic")).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, f"{revision:04}")
    bare.dispose()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("PRAGMA foreign_keys = ON")
        plain.executescript(rows)
        plain.commit()
    return Old(path)


@pytest.fixture(params=["empty", "with rows"])
def oldest(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """The first schema there ever was."""
    return made(tmp_path / "data" / "quizcv.db", 1, OLDEST if request.param == "with rows" else "")


# --- what migrations do ------------------------------------------------------------------------------------------

CHANGES = {
    "nothing": "",
    "a column more": "op.add_column('cards', sa.Column('colour', sa.Text(), server_default='', nullable=False))",
    "a table more": "op.create_table('exams', sa.Column('card_id', sa.Integer(), sa.ForeignKey('cards.id'), primary_key=True))",
    "an index less": "op.drop_index('ix_texts_source_id', 'texts')",
    **{
        f"{table} made anew": f"with op.batch_alter_table('{table}', table_kwargs={kwargs}) as batch:\n"
        f"    batch.add_column(sa.Column('colour', sa.Text(), server_default='', nullable=False))\n"
        f"    batch.alter_column('{column}', type_=sa.String(99))"
        for table, column, kwargs in (
            ("sources", "lang", {}), ("cards", "kind", {}), ("texts", "lang", {}), ("learners", "timezone", {}),
            ("journal", "action", {"sqlite_autoincrement": True}),  # alembic would forget it
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_from_the_oldest_schema_to_the_next(oldest: Old, later: Callable[[str], None], change: str) -> None:
    """Whatever a migration does, no row and no value is lost, and a backup of the old schema lies beside the file."""
    before = oldest.dump()
    later(CHANGES[change])
    with Store.open(oldest.url) as store, store.read() as db:
        assert db.connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert db.connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert db.connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    after = oldest.dump()
    assert oldest.version() == f"{NEXT:04}"
    for table, rows in before.items():
        assert [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)] == rows, table
    [backup] = migrate.backups(oldest.path)
    assert backup.name.endswith("-schema1.db")
    assert migrate.faults(backup) == []
    assert (oldest.version(backup), oldest.dump(backup)) == ("0001", before)


@pytest.mark.parametrize("revision", range(1, SCHEMA_VERSION + 1))
def test_every_schema_there_was_can_be_opened(tmp_path: Path, revision: int) -> None:
    """And its history read: states and journal mean what they meant."""
    old = made(tmp_path / "quizcv.db", revision, OLDEST)
    memory = Memory(2, 236, 6, date(2026, 2, 8), date(2026, 2, 2), 1)
    with Store.open(old.url) as store, store.read() as db:
        state = db.schedule.state(1, 1)
        assert (state.memory, state.flagged, state.drill) == (memory, True, memory.last)
        assert db.schedule.state(2, 1) == CardState()
        review, flag = db.journal.entries(1)
        assert (review.id, review.action, review.grade, review.took_ms) == (7, Action.REVIEW, 3, 4200)
        assert review.after == CardState(memory, drill=memory.last)
        assert flag.after == CardState(flagged=True)
        assert [card.key for card in db.cards.all(orphaned=None)] == ["vgg-depth", "9f~c1", "9f~c2"]
        assert db.cards.get(1, "zh").front == "深度"
        assert db.cards.get(1).tags == ("100%_sure", "backbone")
        assert [learner.timezone for learner in db.learners.all()] == ["", "Asia/Shanghai"]


def test_a_second_opening_does_nothing_more(oldest: Old, later: Callable[[str], None]) -> None:
    later(CHANGES["a column more"])
    Store.open(oldest.url).close()
    before = oldest.path.read_bytes()
    Store.open(oldest.url).close()
    assert oldest.path.read_bytes() == before
    assert len(migrate.backups(oldest.path)) == 1


def test_a_new_database_needs_no_backup(tmp_path: Path, later: Callable[[str], None]) -> None:
    later(CHANGES["a column more"])
    path = tmp_path / "new" / "quizcv.db"
    Store.open(f"sqlite:///{path}").close()
    assert Old(path).version() == f"{NEXT:04}"
    assert [file.name for file in path.parent.iterdir()] == ["quizcv.db"]


def test_what_was_written_last_is_in_the_backup(oldest: Old, later: Callable[[str], None]) -> None:
    """Even where it still stands in the write-ahead log, and its writer was killed."""
    killed = "import os, sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n"
    killed += "c.execute(\"UPDATE learners SET timezone = 'UTC'\")\nc.commit()\nos.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", killed, str(oldest.path)], check=False)
    assert oldest.path.with_name("quizcv.db-wal").stat().st_size > 0
    later(CHANGES["learners made anew"])
    Store.open(oldest.url).close()
    [backup] = migrate.backups(oldest.path)
    for path in (oldest.path, backup):
        assert {row["timezone"] for row in oldest.dump(path)["learners"]} == {"UTC"}


# --- when it does not work ---------------------------------------------------------------------------------------

HALF = (
    "op.create_table('exams', sa.Column('x', sa.Integer()))\nop.execute(\"UPDATE learners SET name = name || '!'\")\n"
)
FAILURES: dict[str, tuple[str, type[Exception], str]] = {
    "an exception": (HALF + "raise ZeroDivisionError('half')", ZeroDivisionError, "half"),
    "an error of the database": (HALF + "op.execute('SELECT * FROM nowhere')", StoreError, "no such table"),
    "references that lead nowhere": (
        HALF + "op.execute(\"INSERT INTO card_tags VALUES (99, 'x')\")", StoreError, "would refer to nothing"
    ),
    "a table lost on the way": (
        HALF + "op.drop_table('learners')", StoreError, "no such table|would refer to nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
def test_a_migration_that_fails_leaves_all_as_it_was(
    tmp_path: Path, later: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    """Tables made half way included; the version before can go on as if nothing had been."""
    old = made(tmp_path / "quizcv.db", 1, OLDEST)
    before = old.dump()
    body, kind, words = FAILURES[failure]
    later(body)
    with pytest.raises(kind, match=words):
        Store.open(old.url)
    assert (old.version(), old.dump()) == ("0001", before)
    assert [old.dump(backup) for backup in migrate.backups(old.path)] == [before]
    monkeypatch.undo()
    with Store.open(old.url) as store, store.write() as db:
        db.schedule.put(2, 1, CardState(flagged=True))


def test_without_a_backup_nothing_is_migrated(
    tmp_path: Path, later: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room, no rights: the database stays with the old version."""
    old = made(tmp_path / "quizcv.db", 1, OLDEST)
    before = old.path.read_bytes()

    class Full(sqlite3.Connection):
        def backup(self, *_args: Any, **_kwargs: Any) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    later(CHANGES["cards made anew"])
    plain = sqlite3.connect
    monkeypatch.setattr(migrate.sqlite3, "connect", lambda *a, **k: plain(*a, **k, factory=Full))
    with pytest.raises(StoreError, match=r"cannot write the backup .*disk is full") as caught:
        Store.open(old.url)
    monkeypatch.undo()
    assert caught.value.hint
    assert old.path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["quizcv.db"]


def test_the_version_before_refuses_what_was_migrated(
    oldest: Old, later: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    later(CHANGES["a column more"])
    Store.open(oldest.url).close()
    after = oldest.path.read_bytes()
    monkeypatch.undo()
    with pytest.raises(StoreNewer, match=f"has schema {NEXT}; this quizcv knows up to {SCHEMA_VERSION}"):
        Store.open(oldest.url)
    assert oldest.path.read_bytes() == after


# --- at once -----------------------------------------------------------------------------------------------------

OPENER = """
import os, pathlib, sys
from quizcv.store import Store, engine, migrate
url, folder, version = sys.argv[1:]
if folder:
    migrate.shipped = lambda name: pathlib.Path(folder)
    migrate.SCHEMA_VERSION = engine.SCHEMA_VERSION = int(version)
print("ready", flush=True)
sys.stdin.readline()
for attempt in range(int(sys.stdin.readline())):
    with Store.open(url.replace("*", str(attempt))) as store, store.write() as db:
        db.learners.add(f"of {os.getpid()}", __import__("datetime").date(2026, 3, 1))
    print("done", flush=True)
    sys.stdin.readline()
"""


def together(url: str, attempts: int, folder: str = "", programs: int = 2) -> None:
    """Several programs open the same database at the same moment, as often as that."""
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", OPENER, url, folder, str(NEXT)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(programs)
    ]  # fmt: skip
    try:
        for program in running:
            assert program.stdout.readline() == "ready\n"  # type: ignore[union-attr]
            program.stdin.write(f"\n{attempts}\n")  # type: ignore[union-attr]
        for _ in range(attempts):
            for program in running:
                program.stdin.flush()  # type: ignore[union-attr]
            for program in running:
                said = program.stdout.readline()  # type: ignore[union-attr]
                assert said == "done\n", program.stderr.read()  # type: ignore[union-attr]
                program.stdin.write("\n")  # type: ignore[union-attr]
        for program in running:
            _out, errors = program.communicate(timeout=60)
            assert (program.returncode, errors) == (0, "")
    finally:
        for program in running:
            program.kill()
            program.communicate()


def test_programs_that_make_the_same_database_at_once(tmp_path: Path) -> None:
    """Ten times two terminals opened on the first day: both work, and what both wrote is there."""
    together(f"sqlite:///{tmp_path}/*.db", 10)
    for number in range(10):
        with Store.open(f"sqlite:///{tmp_path}/{number}.db") as store, store.read() as db:
            names = [learner.name for learner in db.learners.all()]
        assert len(names) == len(set(names)) == 3
        assert migrate.faults(tmp_path / f"{number}.db") == []
    assert list(tmp_path.glob("*backup*")) == []


def test_programs_that_upgrade_the_same_database_at_once(tmp_path: Path) -> None:
    """One of them does it, with one backup; the other waits and goes on with the result."""
    for number in range(4):
        made(tmp_path / f"{number}.db", 1, OLDEST)
    together(f"sqlite:///{tmp_path}/*.db", 4, str(migrations(tmp_path / "alembic", CHANGES["cards made anew"])))
    for number in range(4):
        old = Old(tmp_path / f"{number}.db")
        assert len(old.dump()["learners"]) == 4
        assert old.version() == f"{NEXT:04}"
        [backup] = migrate.backups(old.path)
        assert len(old.dump(backup)["learners"]) == 2


def test_an_upgrade_waits_for_a_writer(
    tmp_path: Path, later: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And gives up in one line, without having made a backup, if that one does not end."""
    old = made(tmp_path / "quizcv.db", 1, OLDEST)
    later(CHANGES["cards made anew"])
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(old.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            Store.open(old.url)
    assert migrate.backups(old.path) == []
    assert old.version() == "0001"
    Store.open(old.url).close()
    assert old.version() == f"{NEXT:04}"
    assert len(migrate.backups(old.path)) == 1
