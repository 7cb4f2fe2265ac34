"""Computational cards in a real database, with items that PyTorch has verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quizcv.items import model_named
from quizcv.model import Kind
from quizcv.reference import running
from quizcv.store.decks import Source
from quizcv.verify import verified
from tests.conftest import CREATED, Shelf


@pytest.fixture
def item_card(shelf: Shelf) -> Callable[..., int]:
    """Put a computational card in; returns its id."""

    def put(key: str, model: str = "conv_output", level: int | None = None, lang: str = "en") -> int:
        row = {"key": key, "note": key, "kind": Kind.ITEM.value, "deck": "items", "typed": False, "orphaned": None}
        with shelf.store.write() as db:
            card_id = db.decks.add_cards([{**row, "created": CREATED}])[key]
            known = db.decks.sources().get("/decks/items.md")
            source = (
                known.id if known else db.decks.put_source(Source(0, "/decks/items.md", "items", lang, 0, 0, "", "1"))
            )
            extra: dict[str, Any] = {"item": {"model": model, "level": level}}
            text = {"card_id": card_id, "lang": lang, "source_id": source, "line": card_id, "end_line": card_id}
            db.decks.add_texts([{**text, "breadcrumb": [], "front": "", "back": "", "hint": "", "extra": extra}])
        return card_id

    return put


@pytest.fixture
def stock(shelf: Shelf) -> Callable[..., None]:
    """Put verified items into the pool."""

    def fill(model: str, level: int, count: int = 3, seed: int = 1) -> None:
        with running():
            items = [verified(model_named(model).item(seed, n, level)).published().to_json() for n in range(count)]
        with shelf.store.write() as db:
            db.pool.add(items)

    return fill
