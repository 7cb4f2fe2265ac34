"""Boxes painted on a grid of cells, and counted. Cells are as large as the corners allow: only ratios of counts mean anything."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from quizcv.specs.boxes import Box


def painted(boxes: Sequence[Box]) -> Tensor:
    """One boolean canvas per box, all of the same extent: just large enough for the boxes."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    edges = [(x1 - left, y1 - top, x2 - left, y2 - top) for x1, y1, x2, y2 in boxes]
    cell = math.gcd(*(edge for box in edges for edge in box))
    right, bottom = max(box[2] for box in edges), max(box[3] for box in edges)
    canvas = torch.zeros(len(boxes), bottom // cell, right // cell, dtype=torch.bool)
    for layer, (x1, y1, x2, y2) in zip(canvas, edges, strict=True):
        layer[y1 // cell : y2 // cell, x1 // cell : x2 // cell] = True
    return canvas


def overlaps(a: Sequence[Box], b: Sequence[Box]) -> tuple[Tensor, Tensor]:
    """Cells in common and cells in either, for every pair of a box of `a` and a box of `b`."""
    both = painted((*a, *b)).flatten(1).double()
    one, other = both[: len(a)], both[len(a) :]
    common = one @ other.T
    missed = (1 - one) @ (1 - other).T
    return common, both.shape[1] - missed


def iou_matrix(a: Sequence[Box], b: Sequence[Box]) -> Tensor:
    """IoU of every pair."""
    common, either = overlaps(a, b)
    return common / either


def one_iou(a: Box, b: Box) -> float:
    """IoU of two boxes."""
    one, other = painted((a, b))
    ratio: float = (one & other).sum().item() / (one | other).sum().item()
    return ratio
