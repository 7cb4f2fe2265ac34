"""Anchors: laid out and counted, solved for, searched among thresholds."""

from __future__ import annotations

import torch
from torch import Tensor

from quizcv.reference._canvas import iou_matrix
from quizcv.reference.engine import How, witness
from quizcv.specs.anchors import (
    AnchorCount,
    AnchorCountPyramid,
    AnchorCountStride,
    AnchorMatching,
    AnchorMatchingBoxes,
    AnchorScale,
    AnchorSize,
    AnchorSizeOctave,
    FpnLevel,
    FpnLevelBox,
    FpnSmallest,
)


def _laid_out(rows: Tensor, columns: Tensor, scales: int, ratios: int) -> int:
    """Every combination of a place, a scale and a ratio."""
    grid = torch.meshgrid(rows, columns, torch.arange(scales), torch.arange(ratios), indexing="ij")
    return grid[0].numel()


@witness(AnchorCount, How.BRUTE_FORCE)
def every_anchor(s: AnchorCount) -> int:
    return _laid_out(torch.arange(s.height), torch.arange(s.width), s.scales, s.ratios)


@witness(AnchorCountStride, How.BRUTE_FORCE)
def every_anchor_of_the_image(s: AnchorCountStride) -> int:
    return _laid_out(torch.arange(0, s.height, s.stride), torch.arange(0, s.width, s.stride), s.scales, s.ratios)


@witness(AnchorCountPyramid, How.BRUTE_FORCE)
def every_anchor_of_every_level(s: AnchorCountPyramid) -> int:
    return sum(
        _laid_out(torch.arange(0, s.height, stride), torch.arange(0, s.width, stride), s.scales, s.ratios)
        for stride in s.strides
    )


def _side(log_scale: Tensor, ratio: float, side: str) -> float:
    """log w + log h is twice the log of the scale, log h - log w the log of the ratio: two equations solved."""
    sides = torch.linalg.solve(
        torch.tensor(((1.0, 1.0), (-1.0, 1.0))), torch.stack((2 * log_scale, torch.tensor(ratio).log()))
    )
    return float(sides[0 if side == "width" else 1].exp())


@witness(AnchorSize, How.OPERATION)
def solved_sides(s: AnchorSize) -> float:
    return _side(torch.tensor(float(s.scale)).log(), s.ratio, s.side)


@witness(AnchorSizeOctave, How.OPERATION)
def solved_sides_of_octave(s: AnchorSizeOctave) -> float:
    """The scales divide an octave evenly: on a logarithmic axis they are equidistant."""
    scales = torch.logspace(0, 1, s.octaves + 1, base=2.0) * s.base
    return _side(scales[s.octave].log(), s.ratio, s.side)


@witness(AnchorScale, How.OPERATION)
def solved_area(s: AnchorScale) -> float:
    """The unknowns are the log of the other side and of the scale."""
    known, slope = torch.tensor(s.length).log(), torch.tensor(s.ratio).log()
    sign = 1.0 if s.side == "width" else -1.0
    solution = torch.linalg.solve(torch.tensor(((sign, 0.0), (1.0, -2.0))), torch.stack((slope + sign * known, -known)))
    return float(solution[1].exp())


def _level(width: int, height: int) -> int:
    """The last power of two times 224 whose square has no larger area; level 4 is that of 224 itself."""
    steps = torch.arange(-8, 9)
    areas = (224 * torch.exp2(steps.double())).square()
    place = torch.bucketize(torch.tensor(float(width * height)), areas, right=True)
    return int(steps[place - 1].item()) + 4


@witness(FpnLevel, How.BRUTE_FORCE)
def every_power_of_two(s: FpnLevel) -> int:
    return max(s.lowest, min(s.highest, _level(s.width, s.height)))


@witness(FpnLevelBox, How.BRUTE_FORCE)
def every_power_of_two_for_box(s: FpnLevelBox) -> int:
    x1, y1, x2, y2 = s.box
    return max(s.lowest, min(s.highest, _level(x2 - x1, y2 - y1)))


@witness(FpnSmallest, How.BRUTE_FORCE)
def every_height(s: FpnSmallest) -> int:
    """Double the height until it is enough, then halve the gap."""
    low, high = 0, 1
    while _level(s.width, high) < s.level:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _level(s.width, middle) >= s.level else (middle, high)
    return high


def _matched(ious: Tensor, high: float, low: float, wanted: str, *, best: bool) -> list[int]:
    top = ious.amax(1)
    positive = top >= high
    if best:
        positive = positive | (ious == ious.amax(0)).logical_and(ious > 0).any(1)
    chosen = {"positive": positive, "negative": ~positive & (top < low), "ignored": ~positive & (top >= low)}[wanted]
    found: list[int] = chosen.nonzero().flatten().tolist()
    return found


@witness(AnchorMatching, How.BRUTE_FORCE)
def every_pair(s: AnchorMatching) -> tuple[int, ...]:
    return tuple(_matched(torch.tensor(s.ious), s.high, s.low, s.wanted, best=s.best))


@witness(AnchorMatchingBoxes, How.BRUTE_FORCE)
def every_painted_pair(s: AnchorMatchingBoxes) -> int:
    return len(_matched(iou_matrix(s.anchors, s.targets), s.high, s.low, s.wanted, best=False))
