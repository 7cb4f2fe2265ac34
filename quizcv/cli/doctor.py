"""`quizcv doctor`"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import typer

from quizcv.cli.options import AsJson, Db
from quizcv.errors import ConfigError, QuizcvError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` says what to do if it is not well."""

    name: str
    value: str
    mend: str = ""


def doctor(db: Db = "", as_json: AsJson = False) -> None:
    """Look at everything quizcv needs, and say what is wrong and how to mend it. Exit code 1 if something is.

    Example: `quizcv doctor`
    """
    findings = [*_versions(), *_settings(), *_database(db), *_terminal()]
    if as_json:
        from quizcv.cli.output import write_json

        rows = [{"name": f.name, "value": f.value, "ok": not f.mend, "mend": f.mend} for f in findings]
        write_json(rows)
    else:
        for finding in findings:
            typer.echo(f"{'!' if finding.mend else ' '} {finding.name}: {finding.value}")
            if finding.mend:
                typer.echo(f"    → {finding.mend}")
    if any(finding.mend for finding in findings):
        raise typer.Exit(1)
    if not as_json:
        typer.echo("All is well.")


def _versions() -> Iterator[Finding]:
    import platform
    import sqlite3
    from importlib.metadata import PackageNotFoundError, version

    yield Finding("python", platform.python_version())
    yield Finding("sqlite", sqlite3.sqlite_version)
    for package in ("quizcv", "torch", "textual", "sqlalchemy", "alembic", "markdown-it-py"):
        try:
            yield Finding(package, version(package))
        except PackageNotFoundError:
            yield Finding(package, "missing", f"Install it: `pip install {package}`.")


def _settings() -> Iterator[Finding]:
    from quizcv import config

    path = config.config_path()
    try:
        values = config.load()
    except QuizcvError as error:
        yield Finding("settings", error.message, error.hint)
        return
    yield Finding("settings", f"{path}{'' if path.exists() else ' (none yet: defaults)'}")
    for folder in config.deck_paths(values["decks"]):
        mend = "" if folder.exists() else "Mend the setting: `quizcv config set decks PATH…`."
        yield Finding("decks", str(folder) if folder.exists() else f"{folder} does not exist", mend)


def _database(db: str) -> Iterator[Finding]:
    from quizcv.cli.workspace import workspace
    from quizcv.store import migrate

    try:
        with workspace(db) as ws, ws.store.read() as unit:
            yield Finding("database", ws.store.url.render_as_string())
            cards = sum(unit.cards.decks().values())
            none = "none yet: `quizcv review` reads the bundled decks, `quizcv sync ~/notes` yours"
            kept = migrate.backups(ws.store.path) if ws.store.path and not cards else []
            mend = f"Backups lie beside it: `quizcv db restore` brings back {kept[0].name}." if kept else ""
            yield Finding("cards", f"{cards:,}" if cards else none, mend)
            if ws.store.path and (wrong := migrate.faults(ws.store.path)):
                yield Finding("integrity", wrong[0], "`quizcv db restore` brings back a backup.")
    except ConfigError:
        return  # told under "settings"
    except QuizcvError as error:
        yield Finding("database", error.message, error.hint or "See `quizcv db --help`.")


def _terminal() -> Iterator[Finding]:
    import os
    import shutil
    import sys

    size = shutil.get_terminal_size()
    narrow = "Widen the window to 80×24 or more, or use `quizcv review --plain`."
    yield Finding(
        "terminal", f"{os.environ.get('TERM', '?')}, {size.columns}×{size.lines}", narrow if size.columns < 40 else ""
    )
    encoding = (sys.stdout.encoding or "?").lower()
    utf8 = encoding.replace("-", "") == "utf8"
    yield Finding(
        "encoding", encoding, "" if utf8 else "Set a UTF-8 locale (LANG=C.UTF-8): cards hold Chinese and math."
    )
    yield Finding("editor", os.environ.get("VISUAL") or os.environ.get("EDITOR") or "none set; nano or vi will be used")
