"""Losses of regression, run; gradients by autograd, the best constants by trying them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._numerics import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import regression_losses as r


def _pair(s: r.Pairs) -> tuple[Tensor, Tensor]:
    return torch.tensor(s.predictions), torch.tensor(s.targets)


@witness(r.Mse, How.OPERATION)
def mse(s: r.Mse) -> float:
    return F.mse_loss(*_pair(s)).item()


@witness(r.MseGradient, How.AUTOGRAD)
def mse_gradient(s: r.MseGradient) -> float:
    predictions, targets = _pair(s)
    predictions.requires_grad_()
    return torch.autograd.grad(F.mse_loss(predictions, targets), predictions)[0][s.index].item()


@witness(r.BestMse, How.BRUTE_FORCE)
def least_mse(s: r.BestMse) -> float:
    """The constant where the gradient by it vanishes, found by trying; then its loss."""
    targets = torch.tensor(s.targets)

    def gradient(constants: Tensor) -> Tensor:
        tried = constants.clone().requires_grad_()
        spread = tried.unsqueeze(1).expand(-1, len(s.targets))
        loss = F.mse_loss(spread, targets.expand_as(spread), reduction="sum")
        return torch.autograd.grad(loss, tried)[0]

    best = solve(gradient, 0.0, -60.0, 60.0)
    return F.mse_loss(torch.full_like(targets, best), targets).item()


@witness(r.Mae, How.OPERATION)
def mae(s: r.Mae) -> float:
    return F.l1_loss(*_pair(s)).item()


@witness(r.MaeSlope, How.AUTOGRAD)
def mae_slope(s: r.MaeSlope) -> float:
    weight = torch.tensor(s.weight, requires_grad=True)
    return torch.autograd.grad(F.l1_loss(weight * torch.tensor(s.x), torch.tensor(s.targets)), weight)[0].item()


@witness(r.BestMae, How.BRUTE_FORCE)
def least_mae(s: r.BestMae) -> float:
    """The loss is piecewise linear with kinks at the targets: one of these is the best."""
    targets = torch.tensor(s.targets)
    tried = targets.unsqueeze(1).expand(-1, len(targets))
    losses = F.l1_loss(tried, targets.expand_as(tried), reduction="none").sum(1)
    return targets[losses.argmin()].item()


@witness(r.SmoothL1, How.OPERATION)
def smooth_l1(s: r.SmoothL1) -> float:
    return F.smooth_l1_loss(torch.tensor(s.prediction), torch.tensor(s.target), beta=s.beta).item()


@witness(r.SmoothL1Mean, How.OPERATION)
def smooth_l1_mean(s: r.SmoothL1Mean) -> float:
    return F.smooth_l1_loss(*_pair(s), beta=s.beta).item()


@witness(r.SmoothL1Error, How.BRUTE_FORCE)
def every_error_smooth_l1(s: r.SmoothL1Error) -> float:
    def loss(error: Tensor) -> Tensor:
        return F.smooth_l1_loss(error, torch.zeros_like(error), reduction="none", beta=s.beta)

    return solve(loss, s.loss, 0.0, s.loss + s.beta)


@witness(r.Huber, How.OPERATION)
def huber(s: r.Huber) -> float:
    return F.huber_loss(torch.tensor(s.prediction), torch.tensor(s.target), delta=s.delta).item()


@witness(r.HuberMean, How.OPERATION)
def huber_mean(s: r.HuberMean) -> float:
    return F.huber_loss(*_pair(s), delta=s.delta).item()


@witness(r.HuberError, How.BRUTE_FORCE)
def every_error_huber(s: r.HuberError) -> float:
    def loss(error: Tensor) -> Tensor:
        return F.huber_loss(error, torch.zeros_like(error), reduction="none", delta=s.delta)

    return solve(loss, s.loss, 0.0, s.loss / s.delta + s.delta)
