"""Suppression and matching of painted boxes: every pair, and decisions repeated until nothing changes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.distributions import Normal

from quizcv.reference._canvas import iou_matrix, one_iou, painted
from quizcv.reference.engine import How, witness
from quizcv.specs.boxes import Box
from quizcv.specs.suppression import (
    DetectionMatching,
    DetectionScore,
    Nms,
    NmsClasses,
    NmsClassesGain,
    NmsPipeline,
    SoftNmsGaussian,
    SoftNmsLinear,
    SoftNmsRun,
)


def _stable(ious: Tensor, scores: Tensor, threshold: float) -> Tensor:
    """The one set of boxes in which nobody overlaps a better member, and everybody outside does: from all boxes on, drop those
    that a better remaining one overlaps, until that set no longer changes."""
    beaten_by = (ious > threshold) & (scores.unsqueeze(0) > scores.unsqueeze(1))
    keep = torch.ones(len(scores), dtype=torch.bool)
    for _ in range(len(scores) + 1):
        again = ~(beaten_by & keep).any(1)
        if bool((again == keep).all()):
            return keep
        keep = again
    raise ValueError("suppression does not settle")


def _indices(mask: Tensor) -> tuple[int, ...]:
    return tuple(mask.nonzero().flatten().tolist())


@witness(Nms, How.BRUTE_FORCE)
def stable_set(s: Nms) -> tuple[int, ...]:
    return _indices(_stable(iou_matrix(s.boxes, s.boxes), torch.tensor(s.scores), s.threshold))


@witness(NmsPipeline, How.BRUTE_FORCE)
def stable_set_of_the_confident(s: NmsPipeline) -> tuple[int, ...]:
    scores = torch.tensor(s.scores)
    confident = (scores >= s.min_score).nonzero().flatten()
    if not len(confident):
        return ()
    ious = iou_matrix(s.boxes, s.boxes)[confident][:, confident]
    left = confident[_stable(ious, scores[confident], s.threshold)]
    best = left[scores[left].topk(min(s.most, len(left))).indices]
    return tuple(best.sort().values.tolist())


def _apart(boxes: Sequence[Box], classes: Sequence[int]) -> list[Box]:
    """Every class far from the others, so that boxes of different classes cannot overlap."""
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    places = {label: at * (right - left) for at, label in enumerate(dict.fromkeys(classes))}
    return [(x1 + places[c], y1, x2 + places[c], y2) for (x1, y1, x2, y2), c in zip(boxes, classes, strict=True)]


@witness(NmsClasses, How.BRUTE_FORCE)
def classes_apart(s: NmsClasses) -> tuple[int, ...]:
    boxes = _apart(s.boxes, s.classes)
    return _indices(_stable(iou_matrix(boxes, boxes), torch.tensor(s.scores), s.threshold))


@witness(NmsClassesGain, How.BRUTE_FORCE)
def classes_apart_and_together(s: NmsClassesGain) -> int:
    scores, boxes = torch.tensor(s.scores), _apart(s.boxes, s.classes)
    apart = _stable(iou_matrix(boxes, boxes), scores, s.threshold)
    together = _stable(iou_matrix(s.boxes, s.boxes), scores, s.threshold)
    return int((apart.sum() - together.sum()).item())


@witness(SoftNmsLinear, How.OPERATION)
def interpolated_score(s: SoftNmsLinear) -> float:
    """From the full score at no overlap to 0 at a full one."""
    score = torch.tensor(s.score)
    decayed = torch.lerp(score, torch.zeros(()), s.iou)
    return float(torch.where(torch.tensor(s.iou) >= s.threshold, decayed, score))


def _bell(ious: Tensor, sigma: float) -> Tensor:
    """The density of a normal distribution of variance sigma/2, relative to its peak."""
    bell = Normal(0.0, (torch.tensor(sigma) / 2).sqrt(), validate_args=False)
    height: Tensor = bell.log_prob(ious) - bell.log_prob(torch.zeros(()))  # type: ignore[no-untyped-call]
    return height.exp()


@witness(SoftNmsGaussian, How.OPERATION)
def bell_of_painted_overlap(s: SoftNmsGaussian) -> float:
    return float(s.score * _bell(torch.tensor(one_iou(s.box, s.better)), s.sigma))


@witness(SoftNmsRun, How.BRUTE_FORCE)
def rescored_until_done(s: SoftNmsRun) -> float:
    """Pick the best remaining box, decay the others, again and again."""
    scores, ious = torch.tensor(s.scores), torch.zeros(3, 3)
    rows, columns = torch.triu_indices(3, 3, 1)
    ious[rows, columns] = ious[columns, rows] = torch.tensor(s.ious)
    done, decay = torch.zeros(3, dtype=torch.bool), _bell(ious, s.sigma)
    for _ in range(3):
        best = int(scores.masked_fill(done, -1).argmax().item())
        done[best] = True
        scores = torch.where(done, scores, scores * decay[best])
    return float(scores[s.box])


def _true_positives(boxes: Sequence[Box], scores: Sequence[float], targets: Sequence[Box], threshold: float) -> Tensor:
    """Of the detections that reach the threshold with their best ground truth, the first one by score for each."""
    common = painted((*boxes, *targets)).flatten(1).double()
    inside = common @ common.T
    either = inside.diagonal().unsqueeze(1) + inside.diagonal() - inside
    ious = (inside / either)[: len(boxes), len(boxes) :]
    best, target = ious.max(1)
    candidate = (best >= threshold).double() * torch.tensor(scores).add(1)
    claims = torch.nn.functional.one_hot(target, len(targets)) * candidate.unsqueeze(1)
    first = claims.amax(0)
    return (claims == first).logical_and(claims > 0).any(1)


@witness(DetectionMatching, How.BRUTE_FORCE)
def first_claim(s: DetectionMatching) -> tuple[int, ...]:
    return _indices(_true_positives(s.boxes, s.scores, s.targets, s.threshold))


@witness(DetectionScore, How.BRUTE_FORCE)
def first_claims_counted(s: DetectionScore) -> float:
    hits = _true_positives(s.boxes, s.scores, s.targets, s.threshold)
    if s.metric == "precision":
        return float(hits.double().mean())
    found = torch.zeros(len(s.targets))
    found[: int(hits.sum().item())] = 1
    return float(found.mean())
