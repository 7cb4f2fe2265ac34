"""Values worked out by hand."""

from __future__ import annotations
