"""CardFilter as SQL conditions on `cards`."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select

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
        own = texts.alias("own")  # `texts` itself may be in the query around, and would be taken for that one
        found = or_(*(column.icontains(chosen.text, autoescape=True) for column in (own.c.front, own.c.back)))
        conditions.append(select(1).where(own.c.card_id == cards.c.id, found).exists())
    return conditions


def _in_deck(deck: str) -> ColumnElement[bool]:
    """The deck itself or anything below it.

    By its first characters, not as a range from `deck::`: which character comes after `:` is the business of a
    collation, and PostgreSQL's own ones (English: `;` before `:`) would lose every sub-deck. LIKE knows no case in SQLite.
    """
    below = f"{deck}::"
    return or_(cards.c.deck == deck, func.substr(cards.c.deck, 1, len(below)) == below)
