"""The errata: each command shows what its row says, each row has a card."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quizcv.cli.app import app
from quizcv.deck import find, read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "errata.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"`quizcv ([^`]+)` → ([^|`]+?) \|", PAGE)
NOTES = [line for line in PAGE.splitlines() if line.startswith("| notes-")]


@pytest.mark.parametrize(("command", "value"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_shows_what_is_true(command: str, value: str) -> None:
    ran = CliRunner().invoke(app, shlex.split(command))
    assert ran.exit_code == 0, ran.output
    told = ran.output.replace("{", "").replace("}", "")
    assert re.search(rf"(?<![\d.,]){re.escape(value)}(?![\d]|[.,]\d)", told) or _rounds(told, value), told


def _rounds(told: str, value: str) -> bool:
    """Whether a number of what was told is this one to its places."""
    wanted = value.replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", wanted):
        return False
    places = len(wanted.partition(".")[2])
    numbers = (float(one.replace(",", "")) for one in re.findall(r"-?\d[\d,]*(?:\.\d+)?", told))
    return any(f"{one:.{places}f}" == wanted for one in numbers)


def test_every_row_of_the_notes_has_a_command_or_says_why_not() -> None:
    assert len(NOTES) >= 30
    for line in NOTES:
        assert line.count(" | ") == 3, line
        assert re.search(r"→ |\| (?:arithmetic|reasoning) \|$", line), line


def test_every_row_of_the_notes_has_a_card() -> None:
    for lang in ("en", "zh"):
        item = find([ROOT / "decks" / lang / "errata.md"]).files[0]
        cards = read(item.file, path=item.path, deck=item.deck, lang=item.lang).cards
        assert len({card.note for card in cards}) >= len(NOTES)
