"""What holds for every text."""

from __future__ import annotations

import re
from dataclasses import replace

from generated import texts
from hypothesis import given, settings
from hypothesis import strategies as st

from quizcv.deck import parse
from quizcv.deck.document import unify
from quizcv.model import DeckFile, Kind

MARKS = {Kind.BASIC: "Q", Kind.CLOZE: "C", Kind.TERM: "T"}


@given(texts)
@settings(max_examples=1_500)
def test_any_text_is_read_and_every_place_is_in_it(text: str) -> None:
    deck = parse(text, path="x.md")
    lines = unify(text).split("\n")
    for card in deck.cards:
        assert 1 <= card.line <= card.end_line <= len(lines)
        assert lines[card.end_line - 1].strip()
        assert card.key == card.note or card.key.startswith(card.note + "~")
        assert card.kind is Kind.ITEM or (card.front.strip() and card.back.strip())
    for gap in deck.gaps:
        assert 1 <= gap.line <= len(lines)
    for fault in deck.faults:
        assert 1 <= fault.place.line <= len(lines)
        assert 1 <= fault.place.column <= len(lines[fault.place.line - 1]) + 1
    assert list(deck.faults) == sorted(deck.faults, key=lambda fault: fault.place)
    keys = [card.key for card in deck.cards]
    assert len(keys) == len(set(keys))


@given(texts)
@settings(max_examples=500)
def test_a_cards_line_holds_its_front(text: str) -> None:
    lines = unify(text).split("\n")
    for card in parse(text, path="x.md").cards:
        line = lines[card.line - 1]
        if card.kind is Kind.HEADING:
            assert card.front.split("\n")[0].strip() in line
        elif card.kind is Kind.ITEM:
            assert re.match(r" {0,3}[`~]{3,}\s*item", line)
        else:
            assert re.match(rf" {{0,3}}{MARKS[card.kind]}[:：]", line)
        if card.kind is Kind.BASIC:
            first = card.front.split("\n")[0].strip()
            assert any(first in line for line in lines[card.line - 1 : card.end_line])


@given(texts)
@settings(max_examples=500)
def test_a_fence_around_any_text_hides_every_marker(text: str) -> None:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 3)
    deck = parse(f"# a\n{fence}\n{unify(text)}\n{fence}\n", path="x.md")
    assert [card.kind for card in deck.cards] == [Kind.HEADING]
    assert deck.faults == ()


@given(texts)
@settings(max_examples=300)
def test_windows_line_ends_change_nothing(text: str) -> None:
    text = unify(text)
    assert parse(text.replace("\n", "\r\n"), path="x.md") == parse(text, path="x.md")


@given(texts, st.integers(1, 5))
@settings(max_examples=300)
def test_blank_lines_above_move_every_place_by_their_number(text: str, above: int) -> None:
    text = unify(text)
    if text.startswith("---"):
        text = "x" + text
    assert parse("\n" * above + text, path="x.md") == moved(parse(text, path="x.md"), above)


def moved(deck: DeckFile, lines: int) -> DeckFile:
    cards = tuple(
        replace(
            card,
            line=card.line + lines,
            end_line=card.end_line + lines,
            claims=tuple(replace(claim, line=claim.line + lines) for claim in card.claims),
        )
        for card in deck.cards
    )
    gaps = tuple(replace(gap, line=gap.line + lines) for gap in deck.gaps)
    faults = tuple(
        replace(
            fault,
            place=replace(fault.place, line=fault.place.line + lines),
            message=re.sub(r"on line (\d+)", lambda found: f"on line {int(found[1]) + lines}", fault.message),
        )
        for fault in deck.faults
    )
    return replace(deck, cards=cards, gaps=gaps, faults=faults)
