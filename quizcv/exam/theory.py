"""Theory questions from the cards of decks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from quizcv.deck import normalise
from quizcv.exam.blueprint import TheoryCell
from quizcv.exam.form import Theory
from quizcv.model import Card, CardFilter, Kind
from quizcv.prose import asked
from quizcv.store import Unit

#: Characters of an answer that can stand among options; a longer one gives itself away, or is no option at all.
SHORT = 120

_NO_OPTION = re.compile(r"\n\s*\n|^\s*(?:[-*+>|#]|```|\d+[.)])|!\[", re.MULTILINE)


def theory_of(db: Unit, cell: TheoryCell, lang: str) -> list[Theory]:
    """The questions that a cell can draw, ordered by the keys of their cards. Cloze cards and the way back of terms are no questions
    for a sheet of paper."""
    cards = [
        card
        for card in db.cards.all(CardFilter(decks=cell.decks, tags=cell.tags), lang)
        if card.kind in (Kind.HEADING, Kind.BASIC) or (card.kind is Kind.TERM and card.key.endswith("~forward"))
    ]
    cards.sort(key=lambda card: card.key)
    options = _options(cards)
    return [Theory(card.key, card.deck, _front(card), card.back, _wrong(card, options)) for card in cards]


def _front(card: Card) -> str:
    """What is asked; a heading alone says little without those above it."""
    if card.kind is Kind.TERM:
        return f"{card.front}\n\n*{asked(card.front, card.lang, reverse=False)}*"
    if card.kind is Kind.HEADING and card.breadcrumb:
        return f"{' › '.join(card.breadcrumb)} › {card.front}"
    return card.front


def _options(cards: Iterable[Card]) -> dict[tuple[str, Kind, str], list[str]]:
    """Short answers by deck, kind and language: what could be mistaken for each other."""
    found: dict[tuple[str, Kind, str], list[str]] = {}
    for card in cards:
        if _fits(card.back):
            found.setdefault((card.deck, card.kind, card.lang), []).append(card.back)
    return found


def _wrong(card: Card, options: dict[tuple[str, Kind, str], list[str]]) -> tuple[str, ...]:
    if not _fits(card.back):
        return ()
    own = normalise(card.back).casefold()
    others = {normalise(text).casefold(): text for text in options[card.deck, card.kind, card.lang]}
    return tuple(text for said, text in sorted(others.items()) if said != own)


def _fits(text: str) -> bool:
    return len(text) <= SHORT and not _NO_OPTION.search(text)


def pool(db: Unit, cells: Sequence[TheoryCell], lang: str) -> dict[TheoryCell, list[Theory]]:
    """The questions of several cells."""
    return {cell: theory_of(db, cell, lang) for cell in cells}
