"""Boxes, suppression, evaluation and region features by hand, against painted pixels and torch."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
import torch
import torch.nn.functional as fn

from tests.library.code_cards import check, same

Box = tuple[int, int, int, int]

#: The same, apart, touching at a side, touching at a corner, inside, a cross, half over half.
PAIRS: list[tuple[Box, Box]] = [
    ((1, 1, 4, 5), (1, 1, 4, 5)),
    ((0, 0, 2, 2), (5, 6, 9, 9)),
    ((0, 0, 2, 2), (2, 0, 4, 2)),
    ((0, 0, 2, 2), (2, 2, 4, 4)),
    ((0, 0, 8, 8), (2, 3, 4, 5)),
    ((0, 3, 9, 5), (3, 0, 5, 9)),
    ((0, 0, 4, 2), (0, 0, 4, 4)),
    ((-5, -4, 1, 2), (-2, -2, 3, 3)),
]


def boxes(count: int, side: int = 9) -> list[Box]:
    """Whole corners, so that boxes can be painted."""
    corners = [(random.randrange(side), random.randrange(side)) for _ in range(count)]
    return [(x, y, x + random.randint(1, side), y + random.randint(1, side)) for x, y in corners]


def painted(box: Box) -> set[tuple[int, int]]:
    return set(itertools.product(range(box[0], box[2]), range(box[1], box[3])))


def overlap(a: Box, b: Box) -> Fraction:
    return Fraction(len(painted(a) & painted(b)), len(painted(a) | painted(b)))


def pairs() -> list[tuple[Box, Box]]:
    return PAIRS + list(itertools.pairwise(boxes(40)))


@check("byhand-iou")
def iou(f: Any) -> None:
    for a, b in pairs():
        assert f(a, b) == f(b, a) == pytest.approx(float(overlap(a, b)))
    assert f((0.0, 0.0, 0.5, 0.5), (0.25, 0.0, 0.75, 0.5)) == pytest.approx(1 / 3)


@check("byhand-giou")
def giou(f: Any) -> None:
    for a, b in pairs():
        hull = painted((min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])))
        empty = Fraction(len(hull - painted(a) - painted(b)), len(hull))
        assert f(a, b) == f(b, a) == pytest.approx(float(overlap(a, b) - empty))
    assert f((0, 0, 1, 1), (1e6, 0, 1e6 + 1, 1)) == pytest.approx(-1, abs=1e-5)


def random_box() -> tuple[float, float, float, float]:
    return random.gauss(0, 5), random.gauss(0, 5), random.uniform(0.1, 9), random.uniform(0.1, 9)


@check("byhand-encode")
def encode_box(f: Any) -> None:
    """The offsets are those that bring the anchor back to the box."""
    for _ in range(20):
        (xa, ya, wa, ha), box = anchor, _ = random_box(), random_box()
        tx, ty, tw, th = f(anchor, box)
        same([xa + wa * tx, ya + ha * ty, wa * math.e**tw, ha * math.e**th], list(box))
        same(list(f(anchor, anchor)), [0.0] * 4)


@check("byhand-decode")
def decode_box(f: Any) -> None:
    for _ in range(20):
        (xa, ya, wa, ha), (x, y, w, h) = random_box(), random_box()
        offsets = ((x - xa) / wa, (y - ya) / ha, math.log(w / wa), math.log(h / ha))
        same(list(f((xa, ya, wa, ha), offsets)), [x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    assert f((5, 6, 4, 2), (0, 0, 0, 0)) == (3, 5, 7, 7)


@check("byhand-kmeans", [(0, 1), (1, 1), (20, 3), (20, 6)])
def kmeans_iou(f: Any, count: int, k: int) -> None:
    sizes, anchors = ([(random.randint(1, 9), random.randint(1, 9)) for _ in range(n)] for n in (count, k))
    expected = []
    for w, h in sizes:
        near = [overlap((-w, -h, w, h), (-u, -v, u, v)) for u, v in anchors]
        expected.append(near.index(max(near)))
    assert f(sizes, anchors) == expected
    assert f([(2, 2), (4, 1)], [(4, 1), (2, 2), (4, 1)]) == [1, 0]


@check("byhand-kmeans-update", [1, 2, 5])
def update_anchors(f: Any, k: int) -> None:
    labels = [*range(k), *(random.randrange(k) for _ in range(12))]
    sizes = torch.rand(len(labels), 2, dtype=torch.float64)
    expected = torch.stack([sizes[torch.tensor(labels) == one].mean(dim=0) for one in range(k)])
    same(torch.tensor(f([tuple(size) for size in sizes.tolist()], labels, k), dtype=torch.float64), expected)


def suppressed(frames: Sequence[Box], scores: Sequence[float], threshold: Fraction) -> list[int]:
    """Take the best, strike out what overlaps it, until nothing is left."""
    left, kept = list(range(len(frames))), []
    while left:
        best = max(left, key=lambda i: (scores[i], -i))
        kept.append(best)
        left = [i for i in left if i != best and overlap(frames[i], frames[best]) <= threshold]
    return kept


@check("byhand-nms", [0, 1, 2, 8, 25])
def nms(f: Any, count: int) -> None:
    for threshold in (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1)):
        frames = boxes(count, 6)
        scores = [random.random() for _ in frames]
        assert f(frames, scores, float(threshold)) == suppressed(frames, scores, threshold)
    same_scores = [0.5] * count
    assert f(frames, same_scores, 0.5) == suppressed(frames, same_scores, Fraction(1, 2))
    # an IoU that equals the threshold, and a box that only a dropped one overlaps
    halves = [(0, 0, 4, 2), (0, 0, 4, 4)]
    assert f(halves, [0.9, 0.8], 0.5) == [0, 1]
    assert f(halves, [0.8, 0.9], 0.49) == [1]
    assert f([(0, 0, 4, 1), (2, 0, 6, 1), (4, 0, 8, 1)], [0.9, 0.8, 0.7], 0.3) == [0, 2]


@check("byhand-soft-nms", [0, 1, 2, 12])
def soft_nms(f: Any, count: int) -> None:
    """A box picked carries the decay of every box picked before it."""
    for sigma, threshold in [(0.5, 0.0), (0.5, 0.3), (0.1, 0.01), (0.5, 1.1)]:
        frames = boxes(count, 5)
        scores = [random.random() for _ in frames]

        def final(i: int, before: Sequence[int], frames: Any = frames, scores: Any = scores, s: float = sigma) -> float:
            return scores[i] * math.prod(math.exp(-float(overlap(frames[i], frames[j]) ** 2) / s) for j in before)

        expected: list[tuple[int, float]] = []
        for _ in frames:
            taken = [i for i, _ in expected]
            best = max(set(range(count)) - set(taken), key=lambda i: final(i, taken))
            if final(best, taken) < threshold:
                break
            expected.append((best, final(best, taken)))
        result = f(frames, scores, sigma, threshold)
        assert [i for i, _ in result] == [i for i, _ in expected]
        same([score for _, score in result], [score for _, score in expected])
    assert f([(0, 0, 1, 1)], [0.5], 0.5, 0.5) == [(0, 0.5)]


@check("byhand-linear-soft", [0.3, 0.5])
def linear_decay(f: Any, threshold: float) -> None:
    assert f(0.8, threshold - 1e-9, threshold) == 0.8
    assert f(0.8, threshold, threshold) == pytest.approx(0.8 * (1 - threshold))
    assert f(0.8, 0.9, threshold) == pytest.approx(0.08)
    assert f(0.8, 1.0, threshold) == 0
    assert f(0.8, 0.0, threshold) == 0.8


def detections(count: int) -> tuple[list[float], list[int], int]:
    """Scores without ties, hits, and as many ground truths as hits or some more."""
    scores = random.sample([i / 100 for i in range(100)], count)
    hits = [random.randint(0, 1) for _ in scores]
    return scores, hits, max(1, sum(hits) + random.randint(0, 3))


def curve(scores: Sequence[float], hits: Sequence[int], positives: int) -> list[tuple[float, float]]:
    """Recall and precision of the detections at or above each score."""
    points = []
    for least in sorted(scores, reverse=True):
        taken = [hit for score, hit in zip(scores, hits, strict=True) if score >= least]
        points.append((sum(taken) / positives, sum(taken) / len(taken)))
    return points


@check("byhand-pr-curve", [0, 1, 5, 30])
def pr_curve(f: Any, count: int) -> None:
    for _ in range(10):
        given = detections(count)
        same(f(*given), curve(*given))


@check("byhand-ap", [0, 1, 5, 30])
def average_precision(f: Any, count: int) -> None:
    """The area under the best precision at a recall of at least r, from one recall to the next."""
    for _ in range(10):
        scores, hits, positives = detections(count)
        points = curve(scores, hits, positives)
        area = 0.0
        for hit in range(1, sum(hits) + 1):
            area += max(p for r, p in points if r >= hit / positives) / positives
        same(f(scores, hits, positives), area)
    assert f([0.1, 0.9], [1, 1], 2) == 1
    assert f([0.1, 0.9], [0, 0], 2) == 0


@check("byhand-bilinear", [(2, 2), (4, 3)])
def sample(f: Any, height: int, width: int) -> None:
    x = torch.randn(height, width, dtype=torch.float64)
    inside = [(random.uniform(0, height - 1), random.uniform(0, width - 1)) for _ in range(20)]
    grid_points = [*itertools.product(range(height), range(width))]
    for row, col in inside + grid_points + [(height - 1, 0.5), (0.5, width - 1)]:
        grid = torch.tensor([[[[2 * col / (width - 1) - 1, 2 * row / (height - 1) - 1]]]], dtype=torch.float64)
        expected = fn.grid_sample(x[None, None], grid, align_corners=True, padding_mode="border").item()
        same(float(f(x.tolist(), row, col)), expected)


@check("byhand-roi-pool", [1, 2, 3, 5])
def roi_pool(f: Any, bins: int) -> None:
    x = torch.randn(7, 8, dtype=torch.float64)
    for top, left, bottom, right in [(0, 0, 6, 7), (2, 1, 5, 3), (3, 3, 3, 3), (1, 2, 2, 6)]:
        expected = fn.adaptive_max_pool2d(x[None, top : bottom + 1, left : right + 1], bins)[0]
        same(f(x.tolist(), top, left, bottom, right, bins), expected.tolist())
