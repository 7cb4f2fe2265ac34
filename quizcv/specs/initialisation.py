"""How weights begin."""

from __future__ import annotations
