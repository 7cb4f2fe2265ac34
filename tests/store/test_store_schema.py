"""The schema: what the migrations make is what `tables.py` says, and opening it again costs next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, delete, insert, text
from sqlalchemy.exc import IntegrityError

from quizcv.config import shipped
from quizcv.store import Store
from quizcv.store.tables import SCHEMA_VERSION, journal, metadata

if TYPE_CHECKING:
    from tests.conftest import Shelf

TABLES = [table.name for table in metadata.sorted_tables]


def looked_at(connection: Any, table: str) -> dict[str, Any]:
    """All that SQLite tells of a table: columns, keys, indexes with their columns and conditions."""

    def pragma(name: str, of: str) -> list[tuple[Any, ...]]:
        return sorted(tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {name}({of})"))

    indexes = [row[1:] for row in pragma("index_list", table)]
    return {
        "columns": {row[1]: row[2:6] for row in pragma("table_xinfo", table)},
        "indexes": {row[0]: (row[1:], pragma("index_xinfo", row[0])) for row in indexes},
        "foreign": sorted(row[2:] for row in pragma("foreign_key_list", table)),
        "autoincrement": "AUTOINCREMENT"
        in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar_one().upper(),
        "conditions": sorted(
            (row[0], row[1].replace('"', "").upper().partition(" WHERE ")[2])
            for row in connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                (table,),
            )
        ),
    }


def test_alembic_finds_no_difference(store: Store) -> None:
    """Nobody changed `tables.py` and forgot the migration, or the other way round."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("table", TABLES)
def test_sqlite_sees_no_difference(store: Store, table: str) -> None:
    """Where alembic does not look (keys, defaults, partial indexes, AUTOINCREMENT), they are the same as well."""
    made = create_engine("sqlite://")
    metadata.create_all(made)
    with store.engine.connect() as migrated, made.connect() as created:
        assert looked_at(migrated, table) == looked_at(created, table)
    made.dispose()


def test_there_is_nothing_else_in_the_file(store: Store) -> None:
    with store.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type IN ('table', 'view', 'trigger')")
        assert set(names.scalars()) == {*TABLES, "alembic_version", "sqlite_sequence"}


def test_the_migrations_are_one_chain_up_to_the_schema_version() -> None:
    """Revisions are 0001, 0002 … without forks: a schema's number is compared, not looked up."""
    config = Config()
    config.set_main_option("script_location", str(shipped("alembic")))
    scripts = ScriptDirectory.from_config(config)
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert scripts.get_heads() == [f"{SCHEMA_VERSION:04}"]
    assert revisions == [f"{number:04}" for number in range(SCHEMA_VERSION, 0, -1)]


def test_a_new_database_has_the_default_learner(store: Store) -> None:
    with store.read() as db:
        assert [(learner.id, learner.name, learner.timezone) for learner in db.learners.all()] == [(1, "default", "")]
        assert date.fromisoformat(
            db.connection.execute(text("SELECT created FROM learners")).scalar_one()
        ) >= date(2026, 1, 1)  # fmt: skip


PROGRAM = """
import json, sys
from quizcv.store import Store
with Store.open(sys.argv[1]) as store, store.read() as db:
    names = [learner.name for learner in db.learners.all()]
print(json.dumps([names, sorted(name for name in sys.modules if "." not in name)]))
"""


def opened_elsewhere(path: Path) -> tuple[list[str], set[str]]:
    """The learners, and the packages that opening a database took."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, f"sqlite:///{path}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.stderr == ""
    names, modules = json.loads(result.stdout)
    return names, set(modules)


def test_reopening_imports_no_more_than_it_needs(shelf: Shelf, tmp_path: Path) -> None:
    """Only a database that must be made or upgraded waits for alembic; none for torch, numpy or a screen."""
    heavy = {"alembic", "mako", "torch", "numpy", "textual", "rich", "typer", "yaml", "markdown_it"}
    assert opened_elsewhere(shelf.path)[1] & heavy == set()
    names, modules = opened_elsewhere(tmp_path / "new.db")
    assert names == ["default"]
    assert modules & heavy == {"alembic", "mako"}, "else this test would not notice alembic"


def test_an_id_of_the_journal_is_never_given_twice(shelf: Shelf) -> None:
    """Not even the newest one after an undo: another window may still hold it."""
    [card] = shelf.add("a")
    row = {
        "learner_id": 1, "card_id": card, "at": 0, "day": date(2026, 3, 1), "action": "flag", "took_ms": 0,
        "scheduler": "sm2", "before": {}, "after": {},
    }  # fmt: skip
    ids = []
    for _ in range(3):
        with shelf.store.write() as db:
            ids.append(db.connection.execute(insert(journal).values(row).returning(journal.c.id)).scalar_one())
        with shelf.store.write() as db:
            db.connection.execute(delete(journal))
    assert ids == [1, 2, 3]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO schedule (card_id, learner_id) VALUES (999, 1)",
        "INSERT INTO schedule (card_id, learner_id) SELECT id, 999 FROM cards",
        "INSERT INTO card_tags (card_id, tag) VALUES (999, 'x')",
        "UPDATE texts SET source_id = 999",
        "DELETE FROM cards",
        "DELETE FROM learners",
        "DELETE FROM sources",
        "INSERT INTO cards (key, note, kind, deck, created) VALUES ('a', 'b', 'basic', 'd', '2026-03-01')",
        "INSERT INTO learners (name, created) VALUES ('default', '2026-03-01')",
        "INSERT INTO card_tags (card_id, tag) SELECT id, NULL FROM cards",
        "UPDATE cards SET deck = NULL",
    ],
)
def test_the_database_refuses_what_cannot_be(shelf: Shelf, statement: str) -> None:
    """References to nothing, names given twice and missing values do not get in, whoever writes them."""
    shelf.add("a")
    before = shelf.dump()
    with pytest.raises(IntegrityError), shelf.store.write() as db:
        db.connection.execute(text(statement))
    assert shelf.dump() == before
