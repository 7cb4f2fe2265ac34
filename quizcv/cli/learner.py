"""`quizcv learner`"""

from __future__ import annotations

from typing import Annotated

import typer

from quizcv.cli.options import AsJson, Db

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Several people, one collection: cards are shared, schedules are not.",
)


@app.command("list")
def list_(db: Db = "", as_json: AsJson = False) -> None:
    """List the learners.

    Example: `quizcv learner list`
    """
    from quizcv.cli.workspace import workspace

    with workspace(db) as ws, ws.store.read() as unit:
        learners = unit.learners.all()
    if as_json:
        from quizcv.cli.output import write_json

        write_json([{"name": who.name, "timezone": who.timezone} for who in learners])
        return
    for who in learners:
        typer.echo(f"{who.name}  {who.timezone}".rstrip())


@app.command()
def add(
    name: str,
    timezone: Annotated[str, typer.Option(help="IANA name, such as Asia/Shanghai.")] = "",
    db: Db = "",
) -> None:
    """Add a learner, for whom every card is new.

    Example: `quizcv learner add ann --timezone Europe/Berlin`
    """
    from quizcv.cli.workspace import workspace
    from quizcv.clock import zone

    zone(timezone)
    with workspace(db) as ws, ws.store.write() as unit:
        unit.learners.add(name, ws.today(), timezone)
    typer.echo(f"Added {name}. Study with `quizcv review --learner {name}`.")
