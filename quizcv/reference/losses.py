"""Losses of classification, run; gradients by autograd."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._numerics import slope, solve
from quizcv.reference.engine import How, witness
from quizcv.specs import losses as s_


@witness(s_.CrossEntropy, How.OPERATION)
def cross_entropy(s: s_.CrossEntropy) -> float:
    return F.cross_entropy(torch.tensor(s.logits), torch.tensor(s.target)).item()


@witness(s_.CrossEntropyBatch, How.OPERATION)
def cross_entropy_batch(s: s_.CrossEntropyBatch) -> float:
    return F.cross_entropy(torch.tensor(s.logits), torch.tensor(s.targets)).item()


@witness(s_.CrossEntropyLogit, How.BRUTE_FORCE)
def every_target_logit(s: s_.CrossEntropyLogit) -> float:
    def fit(logit: Tensor) -> Tensor:
        rows = torch.cat([logit.unsqueeze(1), torch.zeros(len(logit), s.classes - 1)], 1)
        return -F.cross_entropy(rows, torch.zeros(len(logit), dtype=torch.long), reduction="none")

    return solve(fit, -s.loss, -30.0, 30.0)


@witness(s_.CrossEntropyGradient, How.AUTOGRAD)
def cross_entropy_gradient(s: s_.CrossEntropyGradient) -> float:
    z = torch.tensor(s.logits, requires_grad=True)
    return torch.autograd.grad(F.cross_entropy(z, torch.tensor(s.target)), z)[0][s.index].item()


def _batch_gradient(s: s_.CrossEntropyBatchGradient, weight: Tensor | None = None) -> float:
    z = torch.tensor(s.logits, requires_grad=True)
    loss = F.cross_entropy(z, torch.tensor(s.targets), weight)
    return torch.autograd.grad(loss, z)[0][s.sample, s.index].item()


@witness(s_.CrossEntropyBatchGradient, How.AUTOGRAD)
def batch_gradient(s: s_.CrossEntropyBatchGradient) -> float:
    return _batch_gradient(s)


@witness(s_.CrossEntropyWeightGradient, How.AUTOGRAD)
def weight_gradient(s: s_.CrossEntropyWeightGradient) -> float:
    """A linear layer whose bias makes the logits, whatever its weights."""
    weight = torch.zeros(len(s.logits), 1, requires_grad=True)
    z = F.linear(torch.tensor([s.x]), weight, torch.tensor(s.logits))
    return torch.autograd.grad(F.cross_entropy(z, torch.tensor(s.target)), weight)[0][s.index, 0].item()


@witness(s_.WeightedCrossEntropy, How.OPERATION)
def weighted_nll(s: s_.WeightedCrossEntropy) -> float:
    targets = torch.tensor(s.targets)
    log = torch.zeros(len(s.p), len(s.weight)).scatter(1, targets.unsqueeze(1), torch.tensor(s.p).log().unsqueeze(1))
    return F.nll_loss(log, targets, torch.tensor(s.weight)).item()


@witness(s_.WeightedCrossEntropyGradient, How.AUTOGRAD)
def weighted_gradient(s: s_.WeightedCrossEntropyGradient) -> float:
    return _batch_gradient(s, torch.tensor(s.weight))


@witness(s_.BinaryCrossEntropy, How.OPERATION)
def bce(s: s_.BinaryCrossEntropy) -> float:
    return F.binary_cross_entropy(torch.tensor(s.p), torch.tensor(s.target)).item()


@witness(s_.BinaryCrossEntropyBatch, How.OPERATION)
def bce_batch(s: s_.BinaryCrossEntropyBatch) -> float:
    return F.binary_cross_entropy(torch.tensor(s.p), torch.tensor(s.targets, dtype=torch.double)).item()


@witness(s_.BinaryCrossEntropyInverse, How.BRUTE_FORCE)
def every_probability(s: s_.BinaryCrossEntropyInverse) -> float:
    sign = 1 - 2 * s.target

    def loss(p: Tensor) -> Tensor:
        return sign * F.binary_cross_entropy(p, torch.full_like(p, s.target), reduction="none")

    return solve(loss, sign * s.loss, 0.0, 1.0)


def _bce_with_logits(s: s_.BceWithLogits, x: Tensor) -> Tensor:
    target = torch.tensor(float(s.target))
    return F.binary_cross_entropy_with_logits(x, target, pos_weight=torch.tensor(s.pos_weight))


@witness(s_.BceWithLogits, How.OPERATION)
def bce_with_logits(s: s_.BceWithLogits) -> float:
    return _bce_with_logits(s, torch.tensor(s.x)).item()


@witness(s_.BceWithLogitsGradient, How.AUTOGRAD)
def bce_with_logits_gradient(s: s_.BceWithLogitsGradient) -> float:
    return slope(lambda x: _bce_with_logits(s, x), s.x)


def _chosen(logits: Tensor, threshold: Tensor) -> tuple[int, ...]:
    return tuple(torch.nonzero(torch.sigmoid(logits) >= threshold).flatten().tolist())


@witness(s_.MultiLabel, How.OPERATION)
def sigmoid_threshold(s: s_.MultiLabel) -> tuple[int, ...]:
    return _chosen(torch.tensor(s.logits), torch.tensor(s.threshold))


@witness(s_.MultiLabelThresholds, How.OPERATION)
def sigmoid_thresholds(s: s_.MultiLabelThresholds) -> tuple[int, ...]:
    return _chosen(torch.tensor(s.logits), torch.tensor(s.thresholds))


def _focal(p: Tensor, target: Tensor, gamma: float | Tensor) -> Tensor:
    """From logits, as detectors compute it: the probability of the true class is exp(−bce)."""
    bce = F.binary_cross_entropy_with_logits(torch.logit(p), target, reduction="none")
    return (-torch.expm1(-bce)) ** gamma * bce


@witness(s_.FocalLoss, How.OPERATION)
def focal(s: s_.FocalLoss) -> float:
    target = torch.tensor(float(s.target))
    balance = torch.lerp(torch.tensor(1 - s.alpha), torch.tensor(s.alpha), target)
    return (balance * _focal(torch.tensor(s.p), target, s.gamma)).item()


@witness(s_.FocalGamma, How.BRUTE_FORCE)
def every_gamma(s: s_.FocalGamma) -> float:
    p, one = torch.tensor(s.p), torch.tensor(1.0)
    plain = F.binary_cross_entropy(p, one)
    return solve(lambda gamma: -_focal(p, one, gamma) / plain, -s.fraction, 0.0, 70.0)
