"""Verified items: drawing, formula, distractors and reference, against the reference's operations alone."""

from __future__ import annotations

import gc
import statistics
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.timing import in_turns, line, seconds
from quizcv.items import models
from quizcv.items.model import Item
from quizcv.model import LEVELS, Kind
from quizcv.reference import panel, running
from quizcv.store import Store
from quizcv.store.decks import Source
from quizcv.verify import check, verified

#: A model counts as cheap where the reference's operations for an item take no longer than this.
CHEAP = 100e-6
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def verify(each: int = 30, rounds: int = 7) -> Iterable[str]:
    """The uniform mix of all models and levels, and the mix of the cheap ones."""
    with running():
        mix = {(name, level): range(each) for name in models() for level in LEVELS}
        cheap = {pair: indices for pair, indices in mix.items() if _cost(*pair) <= CHEAP}
        for name, pairs in (("items", mix), ("cheap", cheap)):
            drawn = [models()[model].item(1, index, level) for (model, level), at in pairs.items() for index in at]
            gc.collect()
            ours, bare, ratio = in_turns(lambda p=pairs: _ours(p), lambda d=drawn: _bare(d), rounds)  # type: ignore[misc]
            target = "≤ 2" if name == "items" else "≥ 5,000 a second"
            rate = f"{len(drawn) / ours:,.0f} verified items a second of {len(pairs)} models and levels"
            yield f"{line(name, ours, bare, ratio, target)}  {rate}"


def _ours(pairs: dict[tuple[str, int], range]) -> None:
    for (model, level), indices in pairs.items():
        for index in indices:
            check(models()[model].item(1, index, level))


def _bare(items: list[Item]) -> None:
    """Only what PyTorch has to do: the witnesses, on parameters that lie ready."""
    for item in items:
        for witness in panel(type(item.spec)).witnesses:
            witness.run(item.spec)


def _cost(model: str, level: int) -> float:
    """Seconds that the reference takes for an item, a median."""
    items = [models()[model].item(2, index, level) for index in range(9)]
    _bare(items[:2])
    return statistics.median(seconds(lambda i=item: _bare([i])) for item in items)  # type: ignore[misc]


def draw(rounds: int = 300) -> str:
    """Taking an item out of a pool of four of every model and level, as a review does."""
    from quizcv.study.computed import fresh

    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'pool.db'}") as store:
        with running():
            items = [
                verified(model.item(1, index, level)).published().to_json()
                for model in models().values()
                for level in LEVELS
                for index in range(4)
            ]
        with store.write() as db:
            db.pool.add(items)
            learner = db.learners.named("default")
        cards = [_card(store, name) for name in models()]
        times = []
        for turn in range(rounds):
            card = cards[turn % len(cards)]
            times.append(seconds(lambda c=card: fresh(store, learner.id, c)))  # type: ignore[misc]
        return line("draw", statistics.median(times), None, None, "≤ 2 ms")


def _card(store: Store, model: str) -> Any:
    with store.write() as db:
        row = {"key": model, "note": model, "kind": Kind.ITEM.value, "deck": "d", "typed": False, "orphaned": None}
        card_id = db.decks.add_cards([{**row, "created": NOW.date()}])[model]
        source = db.decks.put_source(Source(0, f"/{model}.md", "d", "", 0, 0, "", "1"))
        text = {"card_id": card_id, "lang": "", "source_id": source, "line": 1, "end_line": 2, "breadcrumb": []}
        extra = {"item": {"model": model, "level": None}}
        db.decks.add_texts([{**text, "front": "", "back": "", "hint": "", "extra": extra, "changed": 0}])
        return db.cards.get(card_id)
