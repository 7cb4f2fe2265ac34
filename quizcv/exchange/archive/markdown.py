"""Cards of an archive as a deck file would state them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quizcv.archived import ArchivedCard, ArchivedText
from quizcv.model import CardText


def card_texts(cards: Iterable[ArchivedCard]) -> Iterator[CardText]:
    """Every card in every language it has."""
    for card in cards:
        for text in card.texts:
            yield _said(card, text)


def _said(card: ArchivedCard, text: ArchivedText) -> CardText:
    return CardText(
        key=card.key,
        note=card.note,
        kind=card.kind,
        deck=card.deck,
        lang=text.lang,
        tags=card.tags,
        breadcrumb=text.breadcrumb,
        front=text.front,
        back=text.back,
        line=1,
        end_line=1,
        hint=text.hint,
        typed=card.typed,
        explicit=True,
        claims=text.claims,
        item=text.item,
        cloze=text.cloze,
    )
