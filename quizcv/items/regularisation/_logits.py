"""Softmax and its logarithm by hand, and logits for questions on cross-entropy."""

from __future__ import annotations

import math

from quizcv.items.text import num
from quizcv.seeds import Draw
from quizcv.specs.mixing import Logits


def log_sum(logits: Logits) -> float:
    top = max(logits)
    return top + math.log(sum([math.exp(z - top) for z in logits]))


def nll(logits: Logits, label: int) -> float:
    return log_sum(logits) - logits[label]


def mean_nll(logits: Logits) -> float:
    return log_sum(logits) - sum(logits) / len(logits)


def probabilities(logits: Logits) -> list[float]:
    total = log_sum(logits)
    return [math.exp(z - total) for z in logits]


def draw_logits(draw: Draw, level: int) -> Logits | None:
    """Some logits, not all alike."""
    logits = draw.decimals(3 if level == 1 else draw.integer(3, 4), -1, 3, 0 if level == 1 else 1)
    return logits if max(logits) - min(logits) >= 1 else None


def exps_worked(logits: Logits) -> str:
    inner = " + ".join(f"e^{{{num(z)}}}" for z in logits)
    return rf"\ln({inner}) = {num(log_sum(logits))}"
