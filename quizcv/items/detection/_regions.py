"""Bins of RoI pooling along one axis, and bilinear interpolation between cells."""

from __future__ import annotations

import math

from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix


def bin_start(size: int, bins: int, index: int) -> int:
    """First cell of a bin, counted from the region's first one."""
    return index * size // bins


def bin_end(size: int, bins: int, index: int) -> int:
    """The cell behind the bin's last one."""
    return -(-(index + 1) * size // bins)


def nearest(pixel: int, stride: int) -> int:
    """The cell to which an image coordinate is rounded."""
    return (2 * pixel + stride) // (2 * stride)


def draw_map(draw: Draw, height: int, width: int, high: int) -> Matrix:
    return tuple(tuple(draw.integer(0, high) for _ in range(width)) for _ in range(height))


def corners(x: Matrix, row: float, col: float) -> list[tuple[float, int]]:
    """Weight and value of the four cells around a point."""
    top, left = min(math.floor(row), len(x) - 2), min(math.floor(col), len(x[0]) - 2)
    down, across = row - top, col - left
    return [
        ((1 - down) * (1 - across), x[top][left]),
        ((1 - down) * across, x[top][left + 1]),
        (down * (1 - across), x[top + 1][left]),
        (down * across, x[top + 1][left + 1]),
    ]


def bilinear(x: Matrix, row: float, col: float) -> float:
    return sum(weight * value for weight, value in corners(x, row, col))
