"""`quizcv db`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quizcv.cli.options import AsJson, Db
from quizcv.errors import StoreDamaged, StoreError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The database: look at it, back it up, bring it back."
)


def _file(db: str) -> Path:
    """The database file, without opening it: it may be damaged."""
    from sqlalchemy.engine import make_url

    from quizcv import config

    url = make_url(config.database_url(db or config.load()["db"]))
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreError(f"{url.render_as_string()} is not an SQLite file.", "Use the database's own tools.")
    return Path(url.database)


@app.command()
def info(db: Db = "", as_json: AsJson = False) -> None:
    """Show where the database is, how large it is, and its backups.

    Example: `quizcv db info`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.store.migrate import backups
    from quizcv.store.tables import SCHEMA_VERSION

    with workspace(db) as ws, ws.store.read() as unit:
        path = ws.store.path
        facts = {
            "url": ws.store.url.render_as_string(),
            "schema": SCHEMA_VERSION,
            "bytes": path.stat().st_size if path else None,
            **unit.sizes(),
            "backups": [str(backup) for backup in backups(path)] if path else [],
        }
    if as_json:
        from quizcv.cli.output import write_json

        write_json(facts)
        return
    for name, value in facts.items():
        typer.echo(f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {_lines(value)}")


def _lines(value: object) -> str:
    return "".join(f"\n  {line}" for line in value) or "none" if isinstance(value, list) else str(value)


@app.command()
def backup(
    target: Annotated[Path | None, typer.Argument(help="Where to; default: beside it.")] = None, db: Db = ""
) -> None:
    """Write a whole copy of the database; safe while a review is running.

    Example: `quizcv db backup ~/quizcv-before-exam.db`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.store import migrate

    with workspace(db) as ws:
        typer.echo(migrate.backup(ws.store, target))


@app.command()
def restore(
    source: Annotated[
        Path | None, typer.Argument(help="The backup; default: the newest one beside the database.")
    ] = None,
    db: Db = "",
) -> None:
    """Put a backup in the database's place; what was there is kept beside it.

    Example: `quizcv db restore ~/quizcv-before-exam.db`
    """
    from quizcv.store import migrate

    path = _file(db)
    chosen = source or next(iter(migrate.backups(path)), None)
    if chosen is None:
        raise StoreError(f"there are no backups beside {path}.", "Name one: `quizcv db restore FILE`.")
    kept = migrate.restore(path, chosen)
    typer.echo(f"Restored {chosen}." + (f" The former database is {kept}." if kept else ""))


@app.command()
def check(db: Db = "") -> None:
    """Ask SQLite whether the database is whole, and replay every card's journal. Exit code 4 if something is wrong.

    Example: `quizcv db check`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.store import migrate
    from quizcv.study.audit import disagreements

    path = _file(db)
    if path.exists() and (wrong := migrate.faults(path)):
        raise StoreDamaged(f"{path}: " + "; ".join(wrong[:5]), "`quizcv db restore` brings back a backup.")
    with workspace(db) as ws, ws.store.read() as unit:
        wrong = list(disagreements(unit, ws.scheduler, ws.settings))
    if wrong:
        raise StoreDamaged("; ".join(wrong[:5]), f"{len(wrong)} schedules differ from what their journal says.")
    typer.echo(f"{path}: whole; every schedule agrees with its journal.")
