"""What losses share: softmax, and batches drawn and written."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.text import vector
from quizcv.seeds import Draw


def softmax(logits: Sequence[float], temperature: float = 1.0) -> list[float]:
    powers = [math.exp(z / temperature) for z in logits]
    return [power / sum(powers) for power in powers]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def rows(matrix: Sequence[Sequence[float]]) -> str:
    """`[[1, 2], [0, -1]]`."""
    return "[" + ", ".join(vector(row) for row in matrix) + "]"


def distinct(draw: Draw, count: int) -> tuple[float, ...]:
    """Logits, no two alike."""
    while True:
        logits = draw.decimals(count, -2, 3, 1)
        if len(set(logits)) == count:
            return logits


def shares(draw: Draw, count: int) -> tuple[float, ...]:
    """Probabilities in steps of 0.05 that sum to 1, none of them 0."""
    cuts = sorted(draw.sample(range(5, 100, 5), count - 1))
    return tuple((high - low) / 100 for low, high in zip([0, *cuts], [*cuts, 100], strict=True))
