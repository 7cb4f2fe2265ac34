"""A card's text as rows of the store, and a stored row in the same form, to compare."""

from __future__ import annotations

from typing import Any

from quizcv.model import CardText
from quizcv.store.decks import StoredText
from quizcv.sync.carry import Newcomer


def card_columns(text: CardText) -> dict[str, Any]:
    return {"key": text.key, "note": text.note, "kind": text.kind.value, "deck": text.deck, "typed": text.typed}


def text_columns(card_id: int, newcomer: Newcomer) -> dict[str, Any]:
    text = newcomer.text
    extra: dict[str, Any] = {}
    if text.claims:
        extra["claims"] = [
            {"model": claim.model, "params": dict(claim.params), "equals": claim.equals, "line": claim.line}
            for claim in text.claims
        ]
    if text.item:
        extra["item"] = {"model": text.item.model, "level": text.item.level}
    if text.cloze:
        extra["cloze"] = text.cloze
    return {
        "card_id": card_id,
        "lang": text.lang,
        "source_id": newcomer.source_id,
        "line": text.line,
        "end_line": text.end_line,
        "breadcrumb": text.breadcrumb,
        "front": text.front,
        "back": text.back,
        "hint": text.hint,
        "extra": extra or None,
        "changed": newcomer.edited,
    }


def stored_columns(row: StoredText) -> dict[str, Any]:
    return {
        "card_id": row.card_id,
        "lang": row.lang,
        "source_id": row.source_id,
        "line": row.line,
        "end_line": row.end_line,
        "breadcrumb": row.breadcrumb,
        "front": row.front,
        "back": row.back,
        "hint": row.hint,
        "extra": row.extra,
        "changed": row.changed,
    }


def words(text: StoredText | CardText) -> tuple[Any, ...]:
    """What the learner would notice."""
    return text.front, text.back, text.hint, tuple(text.breadcrumb)
