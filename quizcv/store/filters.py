"""CardFilter as SQL conditions on `cards`."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from quizcv.model import CardFilter
from quizcv.store.tables import card_tags, cards, texts


def matching(chosen: CardFilter) -> list[ColumnElement[bool]]:
    """Conditions that all must hold; none for a filter that lets everything through."""
    conditions: list[ColumnElement[bool]] = []
    if chosen.decks:
        conditions.append(or_(*(_in_deck(deck) for deck in chosen.decks)))
    conditions.extend(
        select(1).where(card_tags.c.card_id == cards.c.id, card_tags.c.tag == tag).exists() for tag in chosen.tags
    )
    if chosen.text:
        found = or_(*(column.icontains(chosen.text, autoescape=True) for column in (texts.c.front, texts.c.back)))
        conditions.append(select(1).where(texts.c.card_id == cards.c.id, found).exists())
    return conditions


def _in_deck(deck: str) -> ColumnElement[bool]:
    """The deck itself or anything below it: `;` is the character after `:`, so this is one range of the index."""
    return or_(cards.c.deck == deck, and_(cards.c.deck >= f"{deck}::", cards.c.deck < f"{deck}:;"))
