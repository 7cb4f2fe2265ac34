"""The source notes, if they are at hand: five people's ways of writing, none of them a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from quizcv.deck import find, lint, parse, read
from quizcv.model import Severity

NOTES = Path(__file__).parents[3] / "shared" / "notes"
COUNTS = {0: (11, 46), 1: (26, 60), 2: (30, 0), 3: (61, 8), 4: (36, 10)}

pytestmark = pytest.mark.skipif(not NOTES.is_dir(), reason="the source notes are not part of the repository")


@pytest.mark.parametrize("number", COUNTS)
def test_notes_are_read_without_faults(number: int) -> None:
    deck = parse((NOTES / f"notes-{number}.md").read_text(encoding="utf-8"), path="notes.md")
    assert [str(fault) for fault in deck.faults if fault.severity is Severity.FAULT] == []
    assert (len(deck.cards), len(deck.gaps)) == COUNTS[number]


@pytest.mark.parametrize("number", COUNTS)
def test_every_heading_is_a_card_or_a_gap_or_only_a_parent(number: int) -> None:
    text = (NOTES / f"notes-{number}.md").read_text(encoding="utf-8")
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).use(dollarmath_plugin)
    found = [token for token in parser.parse(text) if token.type == "heading_open" and not token.level]
    headings = [(token.map[0] + 1, int(token.tag[1])) for token in found if token.map]
    below = [level for _, level in headings[1:]] + [0]
    parents = {line for (line, level), following in zip(headings, below, strict=True) if following > level}
    deck = parse(text, path="notes.md")
    cards = [card.line for card in deck.cards]
    gaps = [gap.line for gap in deck.gaps]
    only_parents = [line for line, _ in headings if line in parents and line not in cards]
    assert sorted(cards + gaps + only_parents) == [line for line, _ in headings]
    assert not set(gaps) & parents


def test_lint_finds_only_what_is_there() -> None:
    found = find([NOTES])
    faults = lint(
        [read(item.file, path=item.path, deck=item.deck, lang=item.lang) for item in found.files], found.files
    )
    assert {fault.code for fault in faults} == {"media-missing", "answer-too-long"}
