"""One note of a deck as one note of Anki: its type and its fields."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from quizcv.deck.html import Media, to_html, to_text
from quizcv.exchange.anki.collection import NoteType
from quizcv.exchange.anki.own import notetypes
from quizcv.exchange.anki.own.cloze import cloze_html
from quizcv.exchange.anki.own.source import source
from quizcv.model import Card, Kind
from quizcv.prose import asked

#: What a card says that claims hold for.
PROOF = "✓ PyTorch"

#: The number of the card in Anki by what ends its key.
_ORDS = {"": 0, "forward": 0, "reverse": 1}


def ord_of(card: Card) -> int:
    """Which card of its note this is, as Anki counts."""
    suffix = card.key.rpartition("~")[2] if card.key != card.note else ""
    return _ORDS[suffix] if suffix in _ORDS else int(suffix[1:]) - 1


def is_hidden_in(text: str, card: Card) -> bool:
    """Whether the field `Text` hides what this card asks."""
    return f"{{{{c{ord_of(card) + 1}::" in text


def content(cards: Sequence[Card], naming: Media, *, proven: bool) -> tuple[NoteType, tuple[str, ...]]:
    """Type and fields of a note from all its cards. Computational ones are made in `computed`."""
    card = min(cards, key=ord_of)
    used: dict[str, str] = {}

    def media(path: str) -> str:
        if name := naming(path):
            used[path] = name
        return name

    context = " › ".join(to_html(part, media) for part in card.breadcrumb)
    more = {"Context": context, "Proof": PROOF if proven else "", "Id": card.note}
    if card.kind is Kind.CLOZE:
        shown = {"Text": (card.cloze, cloze_html(card.cloze, media))}
        made = notetypes.cloze_typed() if card.typed else notetypes.cloze()
    elif card.kind is Kind.TERM:
        term, definition = (card.front, card.back) if ord_of(card) == 0 else (card.back, card.front)
        shown = {"Term": (term, to_html(term, media)), "Definition": (definition, to_html(definition, media))}
        made = notetypes.term()
        more["Asked"] = asked(term, card.lang, reverse=False)
        more["Asked Back"] = asked(definition, card.lang, reverse=True)
    else:
        shown = {"Front": (card.front, to_html(card.front, media)), "Back": (card.back, to_html(card.back, media))}
        made = notetypes.typed() if card.typed else notetypes.basic()
        more["Answer"] = expected(card.back) if card.typed else ""
    fields = {name: html for name, (_markdown, html) in shown.items()} | more | {"Source": source(cards, shown, used)}
    return made, tuple(fields[name] for name in made.fields)


def expected(back: str) -> str:
    """What Anki is to compare a typed answer with: the first paragraph in plain text, without the full stop at its end."""
    first = back.strip().split("\n\n")[0]
    return escape(to_text(to_html(first)).rstrip("。."), quote=False)
