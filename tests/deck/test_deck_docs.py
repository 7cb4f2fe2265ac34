"""docs/decks.md names every code that `quizcv check` may give."""

from __future__ import annotations

import re
from pathlib import Path

from tests.deck.test_deck_codes import codes

PAGE = (Path(__file__).parents[2] / "docs" / "decks.md").read_text(encoding="utf-8")


def test_every_code_is_explained() -> None:
    """By its name, or by its family (`check-…`); and the page names none that does not exist."""
    named = set(
        re.findall(r"`([a-z]+(?:-[a-z0-9]+)*-(?:…|[a-z0-9]+))`", PAGE.partition("## What `quizcv check` tells")[2])
    )
    families = tuple(name.removesuffix("…") for name in named if name.endswith("…"))
    exact = {name for name in named if not name.endswith("…")}
    # What the reference and the registry say, which the deck package does not know.
    command = Path(__file__).parents[2] / "quizcv" / "cli" / "check.py"
    every = codes() | set(re.findall(r'"((?:item|claim)-[a-z]+)"', command.read_text(encoding="utf-8")))
    assert {code for code in every if code not in exact and not code.startswith(families)} == set()
    assert exact - every == set()
