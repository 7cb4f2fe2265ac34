"""Activations and losses, their values and derivatives."""

from __future__ import annotations
