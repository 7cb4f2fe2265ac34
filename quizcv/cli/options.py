"""Options that several commands share, so that they read alike everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer


def _names(which: str, incomplete: str) -> Iterable[str]:
    """What the shell may complete a word to; a completion that fails says nothing, it would spoil the prompt."""
    import os
    from contextlib import suppress

    from quizcv.cli.workspace import workspace
    from quizcv.errors import QuizcvError

    found: list[str] = []
    with suppress(QuizcvError), workspace(os.environ.get("QUIZCV_DB", "")) as ws, ws.store.read() as unit:
        if which == "cards":
            found = [card.key for card in unit.cards.all()]
        else:
            found = list(unit.cards.decks() if which == "decks" else unit.cards.tags())
    return [name for name in found if name.startswith(incomplete)]


def complete_decks(incomplete: str) -> Iterable[str]:
    return _names("decks", incomplete)


def complete_tags(incomplete: str) -> Iterable[str]:
    return _names("tags", incomplete)


def complete_cards(incomplete: str) -> Iterable[str]:
    return _names("cards", incomplete)


Db = Annotated[
    str, typer.Option("--db", envvar="QUIZCV_DB", help="Database: a path or an SQLAlchemy URL.", show_default=False)
]
LearnerName = Annotated[
    str, typer.Option("--learner", envvar="QUIZCV_LEARNER", help="Whose schedule to use.", show_default=False)
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the card texts: zh or en.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of text.")]
Tags = Annotated[
    list[str],
    typer.Option(
        "--tag",
        help="Only cards with this tag; repeat for several.",
        default_factory=list,
        show_default=False,
        autocompletion=complete_tags,
    ),
]
Decks = Annotated[
    list[str],
    typer.Argument(
        metavar="DECK",
        help="Only these decks and what lies below them.",
        default_factory=list,
        show_default=False,
        autocompletion=complete_decks,
    ),
]
