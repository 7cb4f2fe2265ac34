"""The four commands of archives, run as if typed, and what a database holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from quizcv.cli import archives
from quizcv.errors import QuizcvError
from quizcv.store.tables import metadata

Run = Callable[..., Result]


def runner(place: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("export", "json", …)` in a folder; errors are the result's exception. No decks are configured but an empty folder."""
    (place / "decks").mkdir()
    monkeypatch.setenv("QUIZCV_CONFIG", str(place / "config.toml"))
    monkeypatch.delenv("QUIZCV_DB", raising=False)
    (place / "config.toml").write_text(f'decks = ["{place / "decks"}"]\n')
    monkeypatch.chdir(place)
    app, export, import_ = typer.Typer(), typer.Typer(), typer.Typer()
    export.command("json")(archives.export_json)
    export.command("csv")(archives.export_csv)
    import_.command("json")(archives.import_json)
    import_.command("csv")(archives.import_csv)
    app.add_typer(export, name="export")
    app.add_typer(import_, name="import")

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit | QuizcvError):
            raise result.exception
        return result

    return run


def done(result: Result) -> str:
    assert result.exception is None, result.exception
    return result.stdout


def dump(db: Path) -> dict[str, list[Any]]:
    """All rows."""
    with closing(sqlite3.connect(db)) as connection:
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in metadata.tables}
