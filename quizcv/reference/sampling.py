"""Resized images: F.interpolate and F.grid_sample run on the numbers of the question."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.matrices import Matrix
from quizcv.specs.sampling import BilinearSample, GridSample, NearestValue, ResizeConv


def _image(matrix: Matrix) -> Tensor:
    return torch.tensor(matrix, dtype=torch.float64)[None, None]


def _whole(value: Tensor) -> int:
    number = float(value)
    if number != int(number):
        raise ValueError(f"{number} is not whole")
    return int(number)


@witness(NearestValue, How.OPERATION)
def nearest(s: NearestValue) -> int:
    out = F.interpolate(_image(s.x), (s.height, s.width), mode=s.mode)
    return _whole(out[0, 0, s.row, s.col])


@witness(BilinearSample, How.OPERATION)
def bilinear(s: BilinearSample) -> float:
    out = F.interpolate(_image(s.x), (s.height, s.width), mode="bilinear", align_corners=s.align_corners)
    return float(out[0, 0, s.row, s.col])


@witness(BilinearSample, How.BRUTE_FORCE)
def affine_grid(s: BilinearSample) -> float:
    """The identity as an affine map, sampled with the border repeated."""
    identity = torch.eye(2, 3)[None]
    grid = F.affine_grid(identity, [1, 1, s.height, s.width], align_corners=s.align_corners)
    out = F.grid_sample(_image(s.x), grid, padding_mode="border", align_corners=s.align_corners)
    return float(out[0, 0, s.row, s.col])


@witness(GridSample, How.OPERATION)
def grid_sample(s: GridSample) -> float:
    grid = torch.tensor([[[[s.u, s.v]]]], dtype=torch.float64)
    return float(F.grid_sample(_image(s.x), grid, align_corners=s.align_corners))


@witness(ResizeConv, How.OPERATION)
def enlarged_then_conv(s: ResizeConv) -> int:
    large = F.interpolate(_image(s.x), scale_factor=s.scale, mode="nearest")
    return _whole(F.conv2d(large, _image(s.weight))[0, 0, s.row, s.col])
