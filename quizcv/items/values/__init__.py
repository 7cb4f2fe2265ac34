"""Values worked out by hand."""

from __future__ import annotations

from quizcv.items.model import ItemModel

MODELS: tuple[ItemModel, ...] = ()
