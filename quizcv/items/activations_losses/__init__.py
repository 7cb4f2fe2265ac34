"""Activations and losses, their values and derivatives."""

from __future__ import annotations

from quizcv.items.model import ItemModel

MODELS: tuple[ItemModel, ...] = ()
