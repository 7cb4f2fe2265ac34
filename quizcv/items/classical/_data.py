"""What questions about data share: statistics for mistakes and solutions, and points written."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.text import num


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def squares(values: Sequence[float]) -> float:
    """Sum of squared deviations from the mean."""
    centre = mean(values)
    return sum((value - centre) ** 2 for value in values)


def products(x: Sequence[float], y: Sequence[float]) -> float:
    """Sum of the products of the deviations."""
    a, b = mean(x), mean(y)
    return sum((one - a) * (other - b) for one, other in zip(x, y, strict=True))


def distance(one: Sequence[float], other: Sequence[float], metric: str = "euclidean") -> float:
    gaps = [abs(a - b) for a, b in zip(one, other, strict=True)]
    if metric == "manhattan":
        return sum(gaps)
    return max(gaps) if metric == "chebyshev" else math.sqrt(sum(gap * gap for gap in gaps))


def points(rows: Sequence[Sequence[float]]) -> str:
    """`(1, 2), (3, 4)`."""
    return ", ".join(f"({', '.join(map(num, row))})" for row in rows)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def entropy(counts: Sequence[int]) -> float:
    """In bits."""
    total = sum(counts)
    return -sum(count / total * math.log2(count / total) for count in counts if count)
