"""Sizes and shapes, read off the output of the operation."""

from __future__ import annotations

import torch
from torch.nn import functional as F  # noqa: N812 - the name everybody knows it by

from quizcv.reference.engine import How, witness
from quizcv.specs.shapes import ConvOutput, ConvPadding


def _conv1d(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """A one-channel convolution along one axis."""
    out = F.conv1d(torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), None, stride, padding, dilation)
    return out.shape[2]


@witness(ConvOutput, How.OPERATION)
def conv1d(s: ConvOutput) -> int:
    return _conv1d(s.size, s.kernel, s.stride, s.padding, s.dilation)


@witness(ConvOutput, How.META)
def conv2d(s: ConvOutput) -> int:
    x, w = torch.empty(1, 1, s.size, s.size, device="meta"), torch.empty(1, 1, s.kernel, s.kernel, device="meta")
    return F.conv2d(x, w, None, s.stride, s.padding, s.dilation).shape[3]


@witness(ConvPadding, How.BRUTE_FORCE)
def every_padding(s: ConvPadding) -> int:
    """The first padding, from 0 on, with which the convolution gives that size."""
    for padding in range(s.size + s.kernel + s.out * s.stride):
        if s.size + 2 * padding >= s.kernel and _conv1d(s.size, s.kernel, s.stride, padding, 1) == s.out:
            return padding
    raise ValueError("no padding gives that size")
