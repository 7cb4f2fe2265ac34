"""Boxes: painted on a grid, counted, measured."""

from __future__ import annotations

import torch
from torch import Tensor

from quizcv.reference._canvas import iou_matrix, one_iou, painted
from quizcv.reference.engine import How, witness
from quizcv.specs.boxes import (
    Box,
    Ciou,
    CiouFall,
    CiouLoss,
    Diou,
    DiouFall,
    DiouLoss,
    Giou,
    GiouFall,
    GiouLoss,
    Iou,
    IouCentred,
    IouShift,
)


@witness(Iou, How.BRUTE_FORCE)
def painted_cells(s: Iou) -> float:
    """Paint both boxes, count the cells in both and in either."""
    return one_iou(s.a, s.b)


@witness(Iou, How.OPERATION)
def products_of_masks(s: Iou) -> float:
    return iou_matrix((s.a,), (s.b,)).item()


@witness(IouCentred, How.BRUTE_FORCE)
def near_the_centre(s: IouCentred) -> float:
    """A cell belongs to a box if its middle is no further from the centre than half the size, on both axes."""
    corners = torch.tensor(s.corners)
    left, top = corners[:, 0].min().item(), corners[:, 1].min().item()
    right, bottom = corners[:, 2].max().item(), corners[:, 3].max().item()
    x, y = torch.arange(left, right) + 0.5, torch.arange(top, bottom) + 0.5
    one, other = (
        ((y - cy).abs() < h / 2).unsqueeze(1) & ((x - cx).abs() < w / 2).unsqueeze(0) for cx, cy, w, h in (s.a, s.b)
    )
    return (one & other).sum().item() / (one | other).sum().item()


@witness(IouShift, How.BRUTE_FORCE)
def every_shift(s: IouShift) -> int:
    """Paint the box further and further off until the IoU is too small: the shift before that one was the largest."""
    shift = 0
    while one_iou((0, 0, s.width, s.height), (shift + 1, 0, s.width + shift + 1, s.height)) >= s.threshold:
        shift += 1
    return shift


def _corners(mask: Tensor) -> Tensor:
    """The first and the last edge of what is painted, as points (y1, x1), (y2, x2)."""
    cells = mask.nonzero().double()
    return torch.stack((cells.amin(0), cells.amax(0) + 1))


def _measured(box: Box, target: Box) -> tuple[float, Tensor, Tensor, Tensor]:
    """IoU, the two masks, and the corners of all that is painted."""
    masks = painted((box, target))
    one, other = masks
    iou = (one & other).sum().item() / (one | other).sum().item()
    return iou, one, other, _corners(one | other)


def giou(box: Box, target: Box) -> float:
    """The share of the enclosing box's cells that neither box covers, taken off the IoU."""
    iou, one, other, (low, high) = _measured(box, target)
    hull = torch.ones(*(high - low).int().tolist(), dtype=torch.bool)
    idle = hull & ~(one | other)
    return iou - idle.sum().item() / hull.sum().item()


def _distance_penalty(one: Tensor, other: Tensor, hull: Tensor) -> float:
    """Distance of the mean painted cells, relative to the diagonal, squared."""
    centres = torch.stack([mask.nonzero().double().mean(0) for mask in (one, other)])
    return (torch.pdist(centres) / torch.pdist(hull)).square().item()


def diou(box: Box, target: Box) -> float:
    iou, one, other, hull = _measured(box, target)
    return iou - _distance_penalty(one, other, hull)


def ciou(box: Box, target: Box) -> float:
    """The angles between the boxes' diagonals and the vertical axis are the arguments of complex numbers."""
    iou, one, other, hull = _measured(box, target)
    sides = torch.stack([_corners(mask).diff(dim=0)[0] for mask in (one, other)])
    angles = torch.angle(torch.complex(sides[:, 0].contiguous(), sides[:, 1].contiguous()))
    aspect = (angles.diff() / (torch.pi / 2)).square().item()
    weight = aspect / (1 - iou + aspect) if aspect else 0.0
    return iou - _distance_penalty(one, other, hull) - weight * aspect


@witness(Giou, How.BRUTE_FORCE)
def painted_hull(s: Giou) -> float:
    return giou(s.box, s.target)


@witness(GiouLoss, How.BRUTE_FORCE)
def loss_by_painted_hull(s: GiouLoss) -> float:
    return 1 - giou(s.box, s.target)


@witness(GiouFall, How.BRUTE_FORCE)
def fall_by_painted_hull(s: GiouFall) -> float:
    return giou(s.after, s.target) - giou(s.before, s.target)


@witness(Diou, How.BRUTE_FORCE)
def painted_centres(s: Diou) -> float:
    return diou(s.box, s.target)


@witness(DiouLoss, How.BRUTE_FORCE)
def loss_by_painted_centres(s: DiouLoss) -> float:
    return 1 - diou(s.box, s.target)


@witness(DiouFall, How.BRUTE_FORCE)
def fall_by_painted_centres(s: DiouFall) -> float:
    return diou(s.after, s.target) - diou(s.before, s.target)


@witness(Ciou, How.BRUTE_FORCE)
def painted_angles(s: Ciou) -> float:
    return ciou(s.box, s.target)


@witness(CiouLoss, How.BRUTE_FORCE)
def loss_by_painted_angles(s: CiouLoss) -> float:
    return 1 - ciou(s.box, s.target)


@witness(CiouFall, How.BRUTE_FORCE)
def fall_by_painted_angles(s: CiouFall) -> float:
    return ciou(s.after, s.target) - ciou(s.before, s.target)
