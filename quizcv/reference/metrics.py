"""Metrics counted sample by sample."""

from __future__ import annotations

import torch

from quizcv.reference._labels import confused, outcomes, share
from quizcv.reference.engine import How, witness
from quizcv.specs.metrics import (
    BalancedAccuracy,
    ConfusionAccuracy,
    ConfusionClass,
    F1Recall,
    F1Score,
    FalsePositives,
    FBeta,
    PositiveValue,
    PrecisionRecall,
    PrecisionRecallDetections,
    Specificity,
    SpecificityClass,
    TopKAccuracy,
    TopKSmallest,
)


@witness(PrecisionRecall, How.BRUTE_FORCE)
def every_sample(s: PrecisionRecall) -> float:
    true, predicted = outcomes(s.tp, s.fp, s.fn)
    return share(true, predicted) if s.metric == "precision" else share(predicted, true)


@witness(PrecisionRecallDetections, How.BRUTE_FORCE)
def every_detection(s: PrecisionRecallDetections) -> float:
    marks = torch.zeros(s.detections if s.metric == "precision" else s.truths)
    marks[: s.matched] = 1
    return float(marks.mean())


@witness(FalsePositives, How.BRUTE_FORCE)
def false_alarms_one_by_one(s: FalsePositives) -> int:
    """Find objects one by one until the recall is reached, then raise false alarms until precision has fallen to the value."""
    recalls = torch.ones(s.positives).cumsum(0) / s.positives
    found = int((recalls - s.recall).abs().argmin().item()) + 1
    most = int(found / s.precision) + 2
    alarms = (torch.arange(most) < found).double()
    precisions = alarms.cumsum(0) / alarms.new_ones(most).cumsum(0)
    return int((precisions - s.precision).abs()[found - 1 :].argmin().item())


def _f(tp: int, fp: int, fn: int, beta: float) -> float:
    """The weighted harmonic mean of precision and recall, both counted."""
    true, predicted = outcomes(tp, fp, fn)
    rates = torch.tensor((share(true, predicted), share(predicted, true)))
    weights = torch.tensor((1.0, beta * beta))
    return float(1 / (weights / weights.sum()).dot(rates.reciprocal()))


@witness(F1Score, How.BRUTE_FORCE)
def harmonic_mean(s: F1Score) -> float:
    return _f(s.tp, s.fp, s.fn, 1.0)


@witness(FBeta, How.BRUTE_FORCE)
def weighted_harmonic_mean(s: FBeta) -> float:
    return _f(s.tp, s.fp, s.fn, s.beta)


@witness(F1Recall, How.BRUTE_FORCE)
def bisected_recall(s: F1Recall) -> float:
    """F1 rises with recall: try a thousand recalls, then a thousand between the two that are nearest, and so on."""
    low, high = 1e-9, 1.0
    for _ in range(5):
        recalls = torch.linspace(low, high, 1001)
        means = torch.stack((recalls, torch.full_like(recalls, s.precision))).reciprocal().mean(0).reciprocal()
        at = int(torch.searchsorted(means, torch.tensor(s.f1)).clamp(1, 1000).item())
        low, high = float(recalls[at - 1]), float(recalls[at])
    return (low + high) / 2


@witness(Specificity, How.BRUTE_FORCE)
def every_negative(s: Specificity) -> float:
    true, predicted = outcomes(s.tp, s.fp, s.fn, s.tn)
    return share(~predicted, ~true)


@witness(SpecificityClass, How.BRUTE_FORCE)
def every_other_sample(s: SpecificityClass) -> float:
    true, predicted = confused(s.matrix)
    return share(predicted != s.label, true != s.label)


@witness(PositiveValue, How.BRUTE_FORCE)
def ten_thousand_people(s: PositiveValue) -> float:
    """So many that every group is a whole number of people."""
    sick = torch.arange(10_000) < round(10_000 * s.prevalence)
    groups = sick.sum().item(), (~sick).sum().item()
    called = torch.cat(
        (
            torch.arange(int(groups[0])) < round(groups[0] * s.sensitivity),
            torch.arange(int(groups[1])) >= round(groups[1] * s.specificity),
        )
    )
    return share(sick, called)


@witness(ConfusionAccuracy, How.BRUTE_FORCE)
def right_samples(s: ConfusionAccuracy) -> float:
    true, predicted = confused(s.matrix)
    return float((true == predicted).double().mean())


@witness(BalancedAccuracy, How.BRUTE_FORCE)
def right_samples_by_class(s: BalancedAccuracy) -> float:
    true, predicted = confused(s.matrix)
    shares = [share(predicted == label, true == label) for label in range(len(s.matrix))]
    return float(torch.tensor(shares).mean())


@witness(ConfusionClass, How.BRUTE_FORCE)
def samples_of_the_class(s: ConfusionClass) -> float:
    true, predicted = (labels == s.label for labels in confused(s.matrix))
    return share(true, predicted) if s.metric == "precision" else share(predicted, true)


def _top(scores: torch.Tensor, targets: torch.Tensor, k: int) -> float:
    best = scores.topk(k, dim=1).indices
    return float((best == targets.unsqueeze(1)).any(1).double().mean())


@witness(TopKAccuracy, How.OPERATION)
def topk(s: TopKAccuracy) -> float:
    return _top(torch.tensor(s.scores), torch.tensor(s.targets), s.k)


@witness(TopKSmallest, How.BRUTE_FORCE)
def every_k(s: TopKSmallest) -> int:
    scores, targets = torch.tensor(s.scores), torch.tensor(s.targets)
    return next(k for k in range(1, scores.shape[1] + 1) if _top(scores, targets, k) >= s.accuracy)
