"""`quizcv decks`"""

from __future__ import annotations

import typer

from quizcv.cli.options import AsJson, Db


def decks(db: Db = "", as_json: AsJson = False) -> None:
    """List the decks and how many cards each has; `--json` lists the tags as well.

    A deck is named after its file, with `::` for each folder, unless the file's front matter says otherwise.

    Example: `quizcv decks`
    """
    from quizcv.cli.output import write_json
    from quizcv.cli.workspace import workspace

    with workspace(db) as ws, ws.store.read() as unit:
        found, tags = unit.cards.decks(), unit.cards.tags()
    if as_json:
        write_json({"decks": found, "tags": tags})
        return
    width = max((len(f"{count:,}") for count in found.values()), default=0)
    for deck, count in found.items():
        typer.echo(f"{count:>{width},}  {deck}")
    typer.echo(f"{sum(found.values()):,} cards in {len(found)} decks.", err=True)
