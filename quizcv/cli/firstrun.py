"""What review does with decks: fill an empty database, and read a card again after an edit."""

from __future__ import annotations

import sys

from quizcv.cli.workspace import Workspace
from quizcv.config import deck_paths, source_file
from quizcv.model import Card


def sync_bundled(ws: Workspace) -> None:
    """Read the configured decks if there are no cards at all; says so on standard error."""
    with ws.store.read() as db:
        if not db.cards.empty():
            return
    if ws.store.path is not None:
        from quizcv.store.migrate import backups

        if kept := backups(ws.store.path):
            hint = f"This database is empty, but {kept[0].name} lies beside it: `quizcv db restore` brings it back."
            print(hint, file=sys.stderr)  # noqa: T201
    from quizcv.sync import Changed, sync  # reading decks is heavy; nearly every review begins with cards at hand

    report = sync(ws.store, deck_paths(ws.values["decks"]), ws.today())
    print(f"First run: {report.count(Changed.ADDED)} cards from {report.files} deck files.", file=sys.stderr)  # noqa: T201


def resync(ws: Workspace, card: Card) -> None:
    """Read the card's file again."""
    from quizcv.sync import sync

    sync(ws.store, [source_file(card.path)], ws.today())
