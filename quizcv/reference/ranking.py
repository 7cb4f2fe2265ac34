"""Average precision over every threshold, the area under the ROC curve over every pair."""

from __future__ import annotations

import torch
from torch import Tensor

from quizcv.reference.engine import How, witness
from quizcv.specs.ranking import (
    Ap11Point,
    Ap11PointScored,
    ApAllPoint,
    ApAllPointScored,
    ApCoco101,
    ApCoco101Scored,
    CocoHits,
    CocoRecall,
    CocoThresholds,
    MeanAp,
    MeanApCoco,
    MeanApLists,
    RocAuc,
    RocAucLabels,
    RocPairs,
    Scored,
)

#: COCO's IoU thresholds, as decimals.
COCO = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def _curve(hits: Tensor) -> tuple[Tensor, Tensor]:
    """True positives so far, and precision so far, at every rank."""
    found = hits.cumsum(0)
    return found, found / torch.arange(1, len(hits) + 1)


def _interpolated(hits: Tensor, truths: int, parts: int) -> float:
    """At every recall j/parts, the best precision at this recall or a larger one. Whole numbers are compared, not fractions."""
    found, precision = _curve(hits)
    needed = torch.arange(parts + 1) * truths
    reached = found.unsqueeze(0) * parts >= needed.unsqueeze(1)
    return float(torch.where(reached, precision, 0.0).amax(1).mean())


def _all_points(hits: Tensor, truths: int) -> float:
    """The same at every recall that can be reached: one, two, … ground truths found."""
    found, precision = _curve(hits)
    reached = found.unsqueeze(0) >= torch.arange(1, truths + 1).unsqueeze(1)
    return float(torch.where(reached, precision, 0.0).amax(1).mean())


def _area(hits: Tensor, truths: int) -> float:
    """The area of steps: the precision curve with every dip filled from the right, times the steps of recall."""
    found, precision = _curve(hits)
    envelope = precision.flip(0).cummax(0).values.flip(0)
    steps = torch.diff(found / truths, prepend=torch.zeros(1))
    return float(envelope @ steps)


def _sorted(s: Scored) -> Tensor:
    return torch.tensor(s.hits)[torch.tensor(s.scores).argsort(descending=True)]


@witness(Ap11Point, How.BRUTE_FORCE)
def eleven_recalls(s: Ap11Point) -> float:
    return _interpolated(torch.tensor(s.hits), s.truths, 10)


@witness(Ap11PointScored, How.BRUTE_FORCE)
def eleven_recalls_sorted(s: Ap11PointScored) -> float:
    return _interpolated(_sorted(s), s.truths, 10)


@witness(ApCoco101, How.BRUTE_FORCE)
def hundred_and_one_recalls(s: ApCoco101) -> float:
    return _interpolated(torch.tensor(s.hits), s.truths, 100)


@witness(ApCoco101Scored, How.BRUTE_FORCE)
def hundred_and_one_recalls_sorted(s: ApCoco101Scored) -> float:
    return _interpolated(_sorted(s), s.truths, 100)


@witness(ApAllPoint, How.BRUTE_FORCE)
def every_recall(s: ApAllPoint) -> float:
    return _all_points(torch.tensor(s.hits), s.truths)


@witness(ApAllPoint, How.OPERATION)
def area_of_steps(s: ApAllPoint) -> float:
    return _area(torch.tensor(s.hits), s.truths)


@witness(ApAllPointScored, How.BRUTE_FORCE)
def every_recall_sorted(s: ApAllPointScored) -> float:
    return _all_points(_sorted(s), s.truths)


@witness(MeanAp, How.OPERATION)
def tensor_mean(s: MeanAp) -> float:
    return float(torch.tensor(s.aps).mean())


@witness(MeanApCoco, How.OPERATION)
def tensor_mean_of_both(s: MeanApCoco) -> float:
    return float(torch.tensor((s.first, s.second)).mean())


@witness(MeanApLists, How.BRUTE_FORCE)
def every_recall_of_every_class(s: MeanApLists) -> float:
    aps = [_all_points(torch.tensor(hits), truths) for hits, truths in zip(s.hits, s.truths, strict=True)]
    return float(torch.tensor(aps).mean())


@witness(CocoThresholds, How.BRUTE_FORCE)
def every_threshold(s: CocoThresholds) -> int:
    return len(torch.arange(s.low, s.high + s.step / 2, s.step))


@witness(CocoHits, How.BRUTE_FORCE)
def thresholds_passed(s: CocoHits) -> int:
    return int((torch.tensor(s.iou) >= torch.tensor(COCO)).sum().item())


@witness(CocoRecall, How.BRUTE_FORCE)
def recall_at_every_threshold(s: CocoRecall) -> float:
    ious = torch.tensor(s.ious)
    recalls = [float((ious >= threshold).double().mean()) for threshold in COCO]
    return float(torch.tensor(recalls).mean())


def _pairs(positives: Tensor, negatives: Tensor) -> float:
    """Of every pair, the share in which the positive has the higher score."""
    return float((positives.unsqueeze(1) > negatives.unsqueeze(0)).double().mean())


def _trapezoids(scores: Tensor, labels: Tensor) -> float:
    """The ROC curve drawn threshold by threshold, and the area under it."""
    called = scores.unsqueeze(0) >= torch.cat(
        (torch.tensor([torch.inf]), scores.sort(descending=True).values)
    ).unsqueeze(1)
    rates = [called[:, labels == label].double().mean(1) for label in (0, 1)]
    return float(torch.trapezoid(rates[1], rates[0]))


@witness(RocAuc, How.BRUTE_FORCE)
def every_pair(s: RocAuc) -> float:
    return _pairs(torch.tensor(s.positives), torch.tensor(s.negatives))


@witness(RocAucLabels, How.BRUTE_FORCE)
def every_labelled_pair(s: RocAucLabels) -> float:
    scores, labels = torch.tensor(s.scores), torch.tensor(s.labels)
    return _pairs(scores[labels == 1], scores[labels == 0])


@witness(RocAuc, How.OPERATION)
def area_under_curve(s: RocAuc) -> float:
    labels = torch.cat((torch.ones(len(s.positives)), torch.zeros(len(s.negatives))))
    return _trapezoids(torch.tensor((*s.positives, *s.negatives)), labels)


@witness(RocAucLabels, How.OPERATION)
def area_under_labelled_curve(s: RocAucLabels) -> float:
    return _trapezoids(torch.tensor(s.scores), torch.tensor(s.labels))


@witness(RocPairs, How.BRUTE_FORCE)
def pairs_spoiled_one_by_one(s: RocPairs) -> int:
    """Spoil a perfect ranking pair by pair until the area has fallen to the value."""
    ranking = [1] * s.positives + [0] * s.negatives
    scores = torch.arange(len(ranking), 0, -1).double()
    for wrong in range(s.positives * s.negatives + 1):
        labels = torch.tensor(ranking)
        if _pairs(scores[labels == 1], scores[labels == 0]) <= s.auc + 1e-9:
            return wrong
        at = next(at for at in range(len(ranking) - 1) if ranking[at : at + 2] == [1, 0])
        ranking[at : at + 2] = [0, 1]
    raise ValueError("no ranking has that area")
