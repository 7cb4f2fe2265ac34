"""Classical machine learning."""

from __future__ import annotations
