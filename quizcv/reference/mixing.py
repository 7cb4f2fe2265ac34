"""Smoothed and mixed targets are read off the gradients of cross-entropy; mixed and cut images are rasterised."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.specs import mixing as of


def _targets(logits: Tensor, target: Tensor, epsilon: float) -> Tensor:
    """What cross-entropy pulls the probabilities towards: its gradient is their difference."""
    logits = logits.clone().requires_grad_()
    torch.autograd.backward(F.cross_entropy(logits[None], target[None], label_smoothing=epsilon))
    assert logits.grad is not None
    return F.softmax(logits.detach(), 0) - logits.grad


@witness(of.SmoothedTarget, How.AUTOGRAD)
def pulled_target(s: of.SmoothedTarget) -> float:
    return _targets(torch.zeros(s.classes), torch.tensor(0), s.epsilon)[0 if s.true_class else 1].item()


@witness(of.SmoothingFound, How.BRUTE_FORCE)
def targets_at_smoothings(s: of.SmoothingFound) -> float:
    logits, label = torch.zeros(s.classes), torch.tensor(0)
    return solve(lambda epsilon: _targets(logits, label, min(1.0, max(0.0, epsilon)))[0].item(), s.target, 0.0, 1.0)


@witness(of.SmoothedLoss, How.OPERATION)
def smoothed_loss(s: of.SmoothedLoss) -> float:
    return F.cross_entropy(torch.tensor([s.logits]), torch.tensor([s.label]), label_smoothing=s.epsilon).item()


@witness(of.SmoothedGradient, How.AUTOGRAD)
def smoothed_gradient(s: of.SmoothedGradient) -> float:
    logits = torch.tensor([s.logits], requires_grad=True)
    torch.autograd.backward(F.cross_entropy(logits, torch.tensor([s.label]), label_smoothing=s.epsilon))
    assert logits.grad is not None
    return logits.grad[0, s.index].item()


@witness(of.MixupValue, How.OPERATION)
def interpolated(s: of.MixupValue) -> float:
    return torch.lerp(torch.tensor(s.x2), torch.tensor(s.x1), s.lam).item()


@witness(of.MixupBatch, How.OPERATION)
def interpolated_batch(s: of.MixupBatch) -> float:
    x = torch.tensor(s.x)
    return torch.lerp(x[list(s.order)], x, s.lam)[s.index].item()


@witness(of.MixupShare, How.BRUTE_FORCE)
def interpolated_at_shares(s: of.MixupShare) -> float:
    one, other = torch.tensor(s.x1), torch.tensor(s.x2)
    return solve(lambda lam: torch.lerp(other, one, lam).item(), s.mixed, 0.0, 1.0)


def _mixed(label1: int, label2: int, lam: float, classes: int) -> Tensor:
    """The labels as vectors, interpolated."""
    one, other = F.one_hot(torch.tensor([label1, label2]), classes).double()
    return torch.lerp(other, one, lam)


@witness(of.MixupTarget, How.OPERATION)
def mixed_target(s: of.MixupTarget) -> float:
    classes = max(s.label1, s.label2, s.index) + 1
    return _mixed(s.label1, s.label2, s.lam, classes)[s.index].item()


@witness(of.MixupLoss, How.OPERATION)
def mixed_loss(s: of.MixupLoss) -> float:
    target = _mixed(s.label1, s.label2, s.lam, len(s.logits))
    return F.cross_entropy(torch.tensor([s.logits]), target[None]).item()


@witness(of.MixupSmoothed, How.AUTOGRAD)
def mixed_and_smoothed(s: of.MixupSmoothed) -> float:
    target = _mixed(s.label1, s.label2, s.lam, s.classes)
    return _targets(torch.zeros(s.classes), target, s.epsilon)[s.index].item()


def _hole(s: of.CutoutArea) -> Tensor:
    """Every pixel: whether it lies within the square."""
    rows, cols = torch.arange(s.height) - s.row, torch.arange(s.width) - s.col
    inside = [(-s.size <= 2 * side) & (2 * side < s.size) for side in (rows, cols)]
    return inside[0][:, None] & inside[1]


@witness(of.CutoutArea, How.BRUTE_FORCE)
def hole_pixels(s: of.CutoutArea) -> int:
    return int(torch.count_nonzero(_hole(s)).item())


@witness(of.CutmixShare, How.BRUTE_FORCE)
def pixels_left(s: of.CutmixShare) -> float:
    """Paste zeros into ones."""
    return torch.ones(s.height, s.width).masked_fill(_hole(s), 0.0).mean().item()


@witness(of.CutmixSide, How.BRUTE_FORCE)
def every_side(s: of.CutmixSide) -> int:
    """The largest box that does not cover more than 1 − λ of the image."""
    sides = torch.arange(s.image + 1)
    covered = sides.double() * sides <= (1 - s.lam) * s.image**2 + 1e-6
    return int(sides[covered].max().item())


@witness(of.EnsembleProbs, How.OPERATION)
def mean_probability(s: of.EnsembleProbs) -> float:
    return F.adaptive_avg_pool1d(torch.tensor([[s.probabilities]]), 1).item()


@witness(of.EnsembleAverage, How.OPERATION)
def mean_softmax(s: of.EnsembleAverage) -> float:
    return F.softmax(torch.tensor(s.logits), 1).mean(0)[s.index].item()


@witness(of.EnsembleLogits, How.OPERATION)
def softmax_of_mean(s: of.EnsembleLogits) -> float:
    return F.softmax(torch.tensor(s.logits).mean(0), 0)[s.index].item()
