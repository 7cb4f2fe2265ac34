"""Many verified items of one model at once, for an exam or an export."""

from __future__ import annotations

from quizcv.items import model_named
from quizcv.model import LEVELS
from quizcv.published import PublishedItem
from quizcv.verify.item import verified

#: Draws for each item that is wanted, after which a model with few different questions gives what it has.
PATIENCE = 4


def batch(model: str, seed: int, count: int, level: int | None = None) -> list[PublishedItem]:
    """Up to `count` verified items with different questions; of one level, or of all three in turns. The same seed gives the same.

    Raises:
        NotFound: there is no such model.
        ItemError: it gives no item, or formula and reference disagree.
    """
    found: dict[str, PublishedItem] = {}
    asked = model_named(model)
    for index in range(count * PATIENCE):
        if len(found) == count:
            break
        item = asked.item(seed, index, level or LEVELS[index % len(LEVELS)])
        if item.stem.en not in found:
            found[item.stem.en] = verified(item).published()
    return list(found.values())
