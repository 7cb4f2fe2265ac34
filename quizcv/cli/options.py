"""Options that several commands share, so that they read alike everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

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
        "--tag", help="Only cards with this tag; repeat for several.", default_factory=list, show_default=False
    ),
]
Decks = Annotated[
    list[str],
    typer.Argument(
        metavar="[DECK]...", help="Only these decks and what lies below them.", default_factory=list, show_default=False
    ),
]
