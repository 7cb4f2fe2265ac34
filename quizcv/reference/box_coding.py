"""Boxes from offsets by affine grids and matrix exponentials; offsets from boxes by transforms run backwards."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.distributions.transforms import AffineTransform, ComposeTransform, ExpTransform, SigmoidTransform
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.box_coding import (
    BoxDecode,
    BoxDecodeClipped,
    BoxDecodeCorners,
    BoxEncode,
    BoxEncodeCorners,
    BoxEncodeScaled,
    YoloDecode,
    YoloDecodePixels,
    YoloTarget,
)

OFFSETS = ("tx", "ty", "tw", "th")


def _corners(box: Sequence[int]) -> Tensor:
    """From centre and size."""
    at, half = torch.tensor(box[:2]).double(), torch.tensor(box[2:]).double() / 2
    return torch.cat((at - half, at + half))


def _encoded(anchor: Tensor, box: Tensor, component: str) -> float:
    """The input with which the decoding (a shift by anchor sizes; an exponential stretch) gives the box, by corners."""
    axis = OFFSETS.index(component) % 2
    low, high = anchor[axis], anchor[axis + 2]
    if component in ("tx", "ty"):
        middle = torch.stack((box[axis], box[axis + 2])).mean()
        return float(AffineTransform((low + high) / 2, high - low).inv(middle))
    stretch = ComposeTransform([ExpTransform(), AffineTransform(0.0, high - low)])
    return float(stretch.inv(box[axis + 2] - box[axis]))


def _decoded(anchor: Tensor, t: Tensor) -> Tensor:
    """Corners of the box: an affine map of the anchor, which spans [-1, 1] on both axes, put back among the pixels."""
    stretch = torch.matrix_exp(torch.diag(t[2:]))
    theta = torch.cat((stretch, 2 * t[:2].unsqueeze(1)), dim=1)
    grid = F.affine_grid(theta.unsqueeze(0), [1, 1, 2, 2], align_corners=True)
    ends = torch.stack((grid[0, 0, 0], grid[0, 1, 1]))
    return torch.lerp(anchor[:2], anchor[2:], (ends + 1) / 2).flatten()


def _corner(box: Tensor, component: str) -> float:
    return float(box[("x1", "y1", "x2", "y2").index(component)])


@witness(BoxEncode, How.OPERATION)
def transforms_backwards(s: BoxEncode) -> float:
    return _encoded(_corners(s.anchor), _corners(s.box), s.component)


@witness(BoxEncodeCorners, How.OPERATION)
def transforms_backwards_from_corners(s: BoxEncodeCorners) -> float:
    return _encoded(torch.tensor(s.anchor).double(), torch.tensor(s.box).double(), s.component)


@witness(BoxEncodeScaled, How.OPERATION)
def normalized_transforms_backwards(s: BoxEncodeScaled) -> float:
    plain = _encoded(torch.tensor(s.anchor).double(), torch.tensor(s.box).double(), s.component)
    std = s.std_centre if s.component in ("tx", "ty") else s.std_size
    return float(AffineTransform(0.0, std).inv(torch.tensor(plain)))


@witness(BoxDecode, How.OPERATION)
def affine_grid_of_centred(s: BoxDecode) -> float:
    ends = _decoded(_corners(s.anchor), torch.tensor(s.t)).view(2, 2)
    measured = torch.cat((ends.mean(0), ends.diff(dim=0)[0]))
    return float(measured[("cx", "cy", "w", "h").index(s.component)])


@witness(BoxDecodeCorners, How.OPERATION)
def affine_grid_of_corners(s: BoxDecodeCorners) -> float:
    return _corner(_decoded(torch.tensor(s.anchor).double(), torch.tensor(s.t)), s.component)


@witness(BoxDecodeClipped, How.OPERATION)
def affine_grid_clipped(s: BoxDecodeClipped) -> float:
    std = torch.tensor((s.std_centre, s.std_size)).repeat_interleave(2)
    box = _decoded(torch.tensor(s.anchor).double(), torch.tensor(s.t) * std)
    size = torch.tensor((s.width, s.height)).double().repeat(2)
    return _corner(torch.minimum(box.relu(), size), s.component)


def _yolo(s: YoloDecode, stride: int = 1) -> float:
    """The centre is the mean of the cell's two edges under a softmax; the size is an exponential stretch of the prior."""
    axis = ("bx", "by", "bw", "bh").index(s.component)
    if axis < 2:
        edges = torch.arange(s.cell[axis], s.cell[axis] + 2).double() * stride
        return float(torch.softmax(torch.tensor((0.0, s.t[axis])), 0).dot(edges))
    stretch = torch.matrix_exp(torch.diag(torch.tensor(s.t[2:])))
    return float((stretch @ torch.tensor(s.prior).double())[axis - 2])


@witness(YoloDecode, How.OPERATION)
def softmax_between_edges(s: YoloDecode) -> float:
    return _yolo(s)


@witness(YoloDecodePixels, How.OPERATION)
def softmax_between_pixel_edges(s: YoloDecodePixels) -> float:
    return _yolo(s, s.stride)


@witness(YoloTarget, How.OPERATION)
def yolo_transforms_backwards(s: YoloTarget) -> float:
    axis = OFFSETS.index(s.component)
    if axis >= 2:
        stretch = ComposeTransform([ExpTransform(), AffineTransform(0.0, s.prior[axis - 2])])
        return float(stretch.inv(torch.tensor(s.box[axis]).double()))
    at = torch.tensor(s.box[axis]).double()
    edges = torch.arange(0, s.box[axis] + s.stride, s.stride).double()
    cell = edges[edges <= at].max()
    return float(ComposeTransform([SigmoidTransform(), AffineTransform(cell, s.stride)]).inv(at))
