"""What losses of regression share: predictions and targets, drawn and written."""

from __future__ import annotations

from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regression_losses import Pairs


def errors_of(s: Pairs) -> list[float]:
    return [round(p - y, 9) for p, y in zip(s.predictions, s.targets, strict=True)]


def sum_of_squares(s: Pairs) -> float:
    return sum(e * e for e in errors_of(s))


def drawn_pairs(draw: Draw, count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    while True:
        predictions, targets = draw.decimals(count, -5, 5, 1), draw.decimals(count, -5, 5, 1)
        if all(abs(p - y) >= 0.2 for p, y in zip(predictions, targets, strict=True)):
            return predictions, targets


def given(s: Pairs) -> Text:
    return Text(
        f"the predictions {vector(s.predictions)} and the targets {vector(s.targets)}",
        f"预测为 {vector(s.predictions)}，目标为 {vector(s.targets)}",
    )
