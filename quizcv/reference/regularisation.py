"""Dropout, decay, smoothing, normalisation: the layers and optimizers run."""

from __future__ import annotations

import torch
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.regularisation import DropoutRate, DropoutScale, DropoutValue


def _kept(x: float, p: float, *, training: bool = True) -> float:
    """Push copies of a value through dropout until one of them is kept."""
    while True:
        out = F.dropout(torch.full((32,), x), p, training)
        kept = out[out != 0]
        if len(kept):
            return kept[0].item()


@witness(DropoutScale, How.OPERATION)
def dropout_of_one(s: DropoutScale) -> float:
    return _kept(1.0, s.p)


@witness(DropoutValue, How.OPERATION)
def dropout(s: DropoutValue) -> float:
    return _kept(s.x, s.p, training=s.training)


@witness(DropoutRate, How.BRUTE_FORCE)
def every_percent(s: DropoutRate) -> float:
    """Of all rates in whole percents, the one whose layer comes nearest."""
    return min(range(100), key=lambda percent: abs(_kept(s.x, percent / 100) - s.y)) / 100
