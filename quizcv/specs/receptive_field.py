"""What one unit sees of the input."""

from __future__ import annotations
