"""The registry of item models: built-in topics, and models of other packages (entry points `quizcv.item_models`).

for model in models().values(): model.item(seed=7, index=0, level=1)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from quizcv.errors import ItemError, NotFound
from quizcv.items.model import Item, ItemModel, Mistake, Question

__all__ = ["TOPICS", "Item", "ItemModel", "Mistake", "Question", "model_named", "models"]

#: Public names of the topics, in the order of study; each is a package here, with `MODELS` in it.
TOPICS = (
    "shapes",
    "receptive-field",
    "counting",
    "networks",
    "values",
    "regularisation",
    "optimizers",
    "initialisation",
    "activations-losses",
    "detection",
    "classical",
)

ENTRY_POINTS = "quizcv.item_models"


@cache
def models() -> Mapping[str, ItemModel]:
    """Every item model by name.

    Raises:
        ItemError: another package's entry point cannot be loaded or repeats a name.
    """
    found: dict[str, ItemModel] = {}
    for model in (*_built_in(), *_installed()):
        if model.name in found:
            raise ItemError(f"two item models are called {model.name!r}.", "Uninstall or rename one of them.")
        found[model.name] = model
    return found


def model_named(name: str) -> ItemModel:
    """Raises NotFound, with the nearest name."""
    known = models()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 1)
    hint = f"Did you mean {near[0]!r}?" if near else "`quizcv items list` shows them all."
    raise NotFound(f"there is no item model {name!r}.", hint)


def _built_in() -> Iterator[ItemModel]:
    for topic in TOPICS:
        yield from import_module(f"quizcv.items.{topic.replace('-', '_')}").MODELS


def _installed() -> Iterator[ItemModel]:
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
        except Exception as error:
            raise ItemError(
                f"the item models of {point.value} cannot be loaded: {error}.", "Uninstall them."
            ) from error
        yield from (loaded,) if isinstance(loaded, ItemModel) else loaded
