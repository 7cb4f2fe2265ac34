"""Filters, masks and grey levels by hand, pixel by pixel."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Iterator
from typing import Any

import torch

from tests.library.code_cards import check, randn, same

SHAPES = [(1, 1), (1, 5), (4, 3), (8, 7)]


def pixels(x: torch.Tensor) -> Iterator[tuple[int, int]]:
    return itertools.product(range(x.shape[0]), range(x.shape[1]))


def filtered(x: torch.Tensor, k: int, rule: Callable[[list[Any]], float], outside: float | None = None) -> torch.Tensor:
    """A rule for the values of every k×k window in row order; beyond the border the nearest pixel, or a value."""
    height, width = x.shape

    def value(r: int, c: int) -> Any:
        if outside is not None and not (0 <= r < height and 0 <= c < width):
            return outside
        return x[min(max(r, 0), height - 1), min(max(c, 0), width - 1)].item()

    y = torch.zeros_like(x)
    reach = range(-(k // 2), k // 2 + 1)
    for r, c in pixels(x):
        y[r, c] = rule([value(r + u, c + v) for u in reach for v in reach])
    return y


@check("vhand-gaussian", [(1, 0), (3, 0), (7, 0), (1, 2.0), (5, 0.8), (3, 10.0)])
def gaussian_kernel(f: Any, size: int, sigma: float) -> None:
    spread = sigma or 0.3 * ((size - 1) * 0.5 - 1) + 0.8
    reach = range(-(size // 2), size // 2 + 1)
    bell = [[math.exp(-(u * u + v * v) / (2 * spread**2)) for v in reach] for u in reach]
    expected = torch.tensor(bell, dtype=torch.float64)
    same(f(size, sigma), expected / sum(map(sum, bell)))


@check("vhand-median", [(shape, k) for shape in SHAPES for k in (1, 3, 5)])
def median_filter(f: Any, shape: tuple[int, int], k: int) -> None:
    for x in (randn(*shape), torch.randint(0, 3, shape)):
        same(f(x, k), filtered(x, k, statistics.median))


@check("vhand-sobel", SHAPES)
def sobel(f: Any, *shape: int) -> None:
    x = randn(*shape)
    across = filtered(x, 3, lambda w: w[2] + 2 * w[5] + w[8] - w[0] - 2 * w[3] - w[6], outside=0.0)
    down = filtered(x, 3, lambda w: w[6] + 2 * w[7] + w[8] - w[0] - 2 * w[1] - w[2], outside=0.0)
    same(f(x), (across, down))
    same(f(x.float()), (across.float(), down.float()), rtol=1e-4, atol=1e-4)


@check("vhand-integral", SHAPES)
def box_sum(f: Any, *shape: int) -> None:
    x, counts = randn(*shape), torch.randint(0, 256, shape).to(torch.uint8)
    for top, left in pixels(torch.zeros(shape[0] + 1, shape[1] + 1)):
        for bottom, right in itertools.product(range(top, shape[0] + 1), range(left, shape[1] + 1)):
            same(f(x, top, left, bottom, right), x[top:bottom, left:right].sum())
            assert f(counts, top, left, bottom, right) == counts[top:bottom, left:right].sum()


def masks(shape: tuple[int, ...]) -> list[torch.Tensor]:
    blob = (torch.rand(shape) < 0.85).long()
    return [blob, blob.to(torch.uint8), blob.double(), torch.zeros(shape), torch.ones(shape)]


@check("vhand-erode", [(shape, k) for shape in SHAPES for k in (1, 3, 5)])
def erode(f: Any, shape: tuple[int, int], k: int) -> None:
    for mask in masks(shape):
        same(f(mask, k), filtered(mask, k, min, outside=1))


@check("vhand-opening", [(shape, k) for shape in SHAPES for k in (1, 3, 5)])
def opening(f: Any, shape: tuple[int, int], k: int) -> None:
    for mask in masks(shape):
        same(f(mask, k), filtered(filtered(mask, k, min, outside=1), k, max, outside=0))


@check("vhand-mean-iou", [(2, 3), (3, 40), (5, 4), (21, 200), (100, 200)])
def mean_iou(f: Any, classes: int, count: int) -> None:
    for kind in (torch.int64, torch.uint8):
        pred, target = (torch.randint(classes, (2, count)).to(kind) for _ in range(2))
        shares = []
        for k in range(classes):
            mine = {(k, i) for i, v in enumerate(pred.flatten().tolist()) if v == k}
            true = {(k, i) for i, v in enumerate(target.flatten().tolist()) if v == k}
            if mine | true:
                shares.append(len(mine & true) / len(mine | true))
        same(f(pred, target, classes), sum(shares) / len(shares))
        assert f(target, target, classes) == 1.0
    assert f(torch.tensor([0]), torch.tensor([1]), 5) == 0.0


@check("vhand-dice-loss", [1.0, 1e-6])
def dice_loss(f: Any, eps: float) -> None:
    probs, target = torch.rand(3, 4, 5, dtype=torch.float64), torch.randint(0, 2, (3, 4, 5))
    target[1] = 0
    losses = []
    for p, g in zip(probs.flatten(1).tolist(), target.flatten(1).tolist(), strict=True):
        both = sum(a for a, b in zip(p, g, strict=True) if b)
        losses.append(1 - (2 * both + eps) / (sum(p) + sum(g) + eps))
    same(f(probs, target, eps).item(), sum(losses) / 3)
    same(f(torch.zeros(1, 2, 2), torch.zeros(1, 2, 2), eps).item(), 0.0)


@check("vhand-histogram", [(1, 1), (4, 8), (7, 9)])
def histogram_equalise(f: Any, *shape: int) -> None:
    for most in (2, 20, 256):
        x = torch.randint(0, most, shape).to(torch.uint8)
        values = x.flatten().tolist()
        table = {k: round(255 * sum(v <= k for v in values) / len(values)) for k in values}
        same(f(x), torch.tensor([table[v] for v in values], dtype=torch.uint8).view(shape))
    assert f(torch.tensor([[0, 255]], dtype=torch.uint8)).tolist() == [[128, 255]]
