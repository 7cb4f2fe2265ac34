"""What ELU and SELU share."""

from __future__ import annotations

from quizcv.seeds import Draw


def mostly_negative(draw: Draw) -> float:
    return -draw.decimal(0.3, 3, 1) if draw.chance(0.85) else draw.decimal(0.3, 4, 1)
