"""Regions pooled by torch's adaptive pooling and sampled by its grids."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.matrices import Matrix
from quizcv.specs.regions import (
    RoiAlignBin,
    RoiAlignImage,
    RoiAlignValue,
    RoiBin,
    RoiBinEdge,
    RoiBinImage,
    RoiPoolImage,
    RoiPoolValue,
)


def _image(x: Matrix) -> Tensor:
    return torch.tensor(x).double().view(1, 1, len(x), len(x[0]))


@witness(RoiBin, How.AUTOGRAD)
def cells_with_gradient(s: RoiBin) -> int:
    """Average pooling of the region; the cells that the bin's output depends on."""
    cells = torch.zeros(1, 1, s.size, requires_grad=True)
    (gradient,) = torch.autograd.grad(F.adaptive_avg_pool1d(cells, s.bins)[0, 0, s.index], cells)
    return int((gradient != 0).sum().item())


def _edge(first: int, last: int, bins: int, index: int, edge: str) -> int:
    """Max pooling of the cells' own numbers gives the last one of a bin, of their negatives the first."""
    cells = torch.arange(first, last + 1).double().view(1, 1, -1)
    if edge == "last":
        return int(F.adaptive_max_pool1d(cells, bins)[0, 0, index].item())
    return -int(F.adaptive_max_pool1d(-cells, bins)[0, 0, index].item())


def _nearest(pixel: int, stride: int) -> int:
    """The cell whose multiple of the stride is nearest."""
    cells = torch.arange(pixel // stride + 2)
    return int((cells * stride - pixel).abs().argmin().item())


@witness(RoiBinEdge, How.OPERATION)
def pooled_numbers(s: RoiBinEdge) -> int:
    return _edge(s.first, s.last, s.bins, s.index, s.edge)


@witness(RoiBinImage, How.OPERATION)
def pooled_numbers_of_pixels(s: RoiBinImage) -> int:
    return _edge(_nearest(s.start, s.stride), _nearest(s.end, s.stride), s.bins, s.index, s.edge)


def _pooled(x: Matrix, left: int, top: int, right: int, bottom: int, bins: int) -> Tensor:
    crop = _image(x)[..., top : bottom + 1, left : right + 1]
    pooled: Tensor = F.adaptive_max_pool2d(crop, bins)[0, 0]
    return pooled


@witness(RoiPoolValue, How.OPERATION)
def adaptive_max_pool(s: RoiPoolValue) -> int:
    return int(_pooled(s.x, s.left, s.top, s.right, s.bottom, s.bins)[s.row, s.col].item())


@witness(RoiPoolImage, How.OPERATION)
def adaptive_max_pool_of_pixels(s: RoiPoolImage) -> int:
    left, top, right, bottom = (_nearest(edge, s.stride) for edge in s.region)
    return int(_pooled(s.x, left, top, right, bottom, s.bins)[s.row, s.col].item())


@witness(RoiAlignValue, How.OPERATION)
def grid_sample_on_cells(s: RoiAlignValue) -> float:
    """-1 and 1 are the middles of the first and the last cell."""
    x, y = 2 * s.col / (len(s.x[0]) - 1) - 1, 2 * s.row / (len(s.x) - 1) - 1
    return float(F.grid_sample(_image(s.x), torch.tensor([[[[x, y]]]]), align_corners=True))


@witness(RoiAlignImage, How.OPERATION)
def grid_sample_on_pixels(s: RoiAlignImage) -> float:
    """-1 and 1 are the borders of the image."""
    x, y = 2 * s.px / (s.stride * len(s.x[0])) - 1, 2 * s.py / (s.stride * len(s.x)) - 1
    return float(F.grid_sample(_image(s.x), torch.tensor([[[[x, y]]]]), align_corners=False))


@witness(RoiAlignBin, How.OPERATION)
def affine_grid_in_the_bin(s: RoiAlignBin) -> float:
    """A 2×2 grid over the bin, at the middles of its quarters; the mean of what is sampled there."""
    height, width = len(s.x) - 1, len(s.x[0]) - 1
    theta = torch.tensor(
        [
            [
                [(s.right - s.left) / width, 0.0, (s.left + s.right) / width - 1],
                [0.0, (s.bottom - s.top) / height, (s.top + s.bottom) / height - 1],
            ]
        ]
    )
    grid = F.affine_grid(theta, [1, 1, 2, 2], align_corners=False)
    return float(F.grid_sample(_image(s.x), grid, align_corners=True).mean())
