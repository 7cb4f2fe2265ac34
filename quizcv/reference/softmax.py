"""Softmax and logsumexp, run."""

from __future__ import annotations

import torch
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._numerics import solve
from quizcv.reference.engine import How, witness
from quizcv.specs.softmax import (
    LogSoftmax,
    LogSumExp,
    MissingLogit,
    SoftmaxDerivative,
    SoftmaxTemperature,
    SoftmaxValue,
)


@witness(SoftmaxValue, How.OPERATION)
def softmax(s: SoftmaxValue) -> float:
    return torch.softmax(torch.tensor(s.logits) / s.temperature, 0)[s.index].item()


@witness(SoftmaxDerivative, How.AUTOGRAD)
def softmax_slope(s: SoftmaxDerivative) -> float:
    z = torch.tensor(s.logits, requires_grad=True)
    return torch.autograd.grad(torch.softmax(z, 0)[s.index], z)[0][s.by].item()


@witness(SoftmaxTemperature, How.BRUTE_FORCE)
def every_sharpness(s: SoftmaxTemperature) -> float:
    """The probability rises with 1/T."""
    z = torch.tensor(s.logits)
    return 1 / solve(lambda sharpness: torch.softmax(sharpness.unsqueeze(1) * z, 1)[:, 0], s.p, 0.0, 60.0)


@witness(LogSumExp, How.OPERATION)
def logsumexp(s: LogSumExp) -> float:
    return torch.logsumexp(torch.tensor(s.logits), 0).item()


@witness(LogSoftmax, How.OPERATION)
def log_softmax(s: LogSoftmax) -> float:
    return F.log_softmax(torch.tensor(s.logits), 0)[s.index].item()


@witness(MissingLogit, How.BRUTE_FORCE)
def every_logit(s: MissingLogit) -> float:
    known = torch.tensor(s.logits)

    def total(logit: torch.Tensor) -> torch.Tensor:
        rows = torch.cat([known.expand(len(logit), -1), logit.unsqueeze(1)], 1)
        return torch.logsumexp(rows, 1)

    return solve(total, s.total, -60.0, 60.0)
