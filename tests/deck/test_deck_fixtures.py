"""What every dialect gives, case by case: `fixtures/*.md` hold a title, a text and what the reader makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from deckdump import dump
from markdown_it.utils import read_fixture_file

from quizcv.deck import parse

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.md"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(text, expected, id=f"{file.stem}-{line}")
        for file in FIXTURES
        for line, _title, text, expected in read_fixture_file(file)
    ],
)
def test_fixture(text: str, expected: str) -> None:
    assert dump(parse(text, path="deck.md")) == expected


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_line_ends_and_a_byte_order_mark_change_nothing(file: Path) -> None:
    for _line, _title, text, expected in read_fixture_file(file):
        for variant in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), "\ufeff" + text, text.removesuffix("\n")):
            assert dump(parse(variant, path="deck.md")) == expected
