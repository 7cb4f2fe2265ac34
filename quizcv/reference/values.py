"""Values of 2-D convolutions: the layers run on the numbers of the question."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.matrices import Matrix, Stack
from quizcv.specs.values import (
    SOUGHT,
    ConvMissingWeight,
    ConvTransposeValue,
    ConvValue,
    DepthwiseValue,
    DilatedValue,
    FoundDilation,
    SeparableValue,
    StackedConv,
    TransposeMissingWeight,
)


def _plane(matrix: Matrix) -> Tensor:
    """A matrix as a batch of one image with one channel."""
    return torch.tensor(matrix)[None, None]


def _planes(stack: Stack) -> Tensor:
    return torch.tensor(stack)[None]


def _conv(s: ConvValue) -> Tensor:
    x, weight, bias = _plane(s.x), _plane(s.weight), torch.tensor([s.bias])
    return F.conv2d(x, weight, bias, s.stride, s.padding, s.dilation)


def _patch(s: ConvValue) -> Tensor:
    """The cells below the kernel, cut out of the padded input, against the kernel."""
    x = F.pad(torch.tensor(s.x), (s.padding,) * 4)
    weight = torch.tensor(s.weight)
    top, left = s.row * s.stride, s.col * s.stride
    high, wide = weight.shape
    cells = x[top : top + high * s.dilation : s.dilation, left : left + wide * s.dilation : s.dilation]
    return (cells[:high, :wide] * weight).sum() + s.bias


@witness(ConvValue, How.OPERATION)
def conv2d(s: ConvValue) -> int:
    return int(_conv(s)[0, 0, s.row, s.col])


@witness(ConvValue, How.BRUTE_FORCE)
def patch(s: ConvValue) -> int:
    return int(_patch(s))


@witness(DilatedValue, How.OPERATION)
def dilated(s: DilatedValue) -> int:
    return int(_conv(s)[0, 0, s.row, s.col])


@witness(DilatedValue, How.BRUTE_FORCE)
def dilated_patch(s: DilatedValue) -> int:
    return int(_patch(s))


def _candidates(weight: Matrix, row: int, col: int, y: int, run: Callable[[Tensor], Tensor]) -> int:
    """The whole number that stands in the kernel's hole, tried one after the other in one batch of output channels."""
    tried = torch.arange(-SOUGHT, SOUGHT + 1)
    kernels = torch.tensor(weight).repeat(len(tried), 1, 1)
    kernels[:, row, col] = tried
    found = tried[run(kernels) == y]
    if len(found) == 1:
        return int(found)
    raise ValueError("no whole number gives that output")


@witness(ConvMissingWeight, How.BRUTE_FORCE)
def every_weight(s: ConvMissingWeight) -> int:
    """Each candidate is one output channel of the real convolution."""

    def run(kernels: Tensor) -> Tensor:
        bias = torch.full((len(kernels),), s.bias)
        x = _plane(s.x)
        return F.conv2d(x, kernels[:, None], bias, s.stride, s.padding, s.dilation)[0, :, s.row, s.col]

    return _candidates(s.weight, s.hole_row, s.hole_col, s.y, run)


@witness(FoundDilation, How.BRUTE_FORCE)
def every_dilation(s: FoundDilation) -> int:
    x, weight = _plane(s.x), _plane(s.weight)
    fitting = [d for d in (1, 2, 3) if F.conv2d(x, weight, dilation=d)[0, 0, s.row, s.col] == s.y]
    if len(fitting) != 1:
        raise ValueError(f"{len(fitting)} dilations give that output")
    return fitting[0]


@witness(StackedConv, How.OPERATION)
def two_convs(s: StackedConv) -> int:
    between = F.conv2d(_plane(s.x), _plane(s.weight1))
    if s.relu:
        between = F.relu(between)
    return int(F.conv2d(between, _plane(s.weight2))[0, 0, s.row, s.col])


def _depthwise(x: Stack, weight: Stack, stride: int = 1, padding: int = 0) -> Tensor:
    return F.conv2d(_planes(x), torch.tensor(weight)[:, None], None, stride, padding, groups=len(x))


@witness(DepthwiseValue, How.OPERATION)
def grouped_conv(s: DepthwiseValue) -> int:
    return int(_depthwise(s.x, s.weight, s.stride, s.padding)[0, s.channel, s.row, s.col])


@witness(SeparableValue, How.OPERATION)
def grouped_then_pointwise(s: SeparableValue) -> int:
    between = _depthwise(s.x, s.weight)
    if s.relu:
        between = F.relu(between)
    return int(F.conv2d(between, torch.tensor(s.pointwise)[None, :, None, None])[0, 0, s.row, s.col])


@witness(ConvTransposeValue, How.OPERATION)
def conv_transpose2d(s: ConvTransposeValue) -> int:
    out = F.conv_transpose2d(_plane(s.x), _plane(s.weight), None, s.stride, s.padding)
    return int(out[0, 0, s.row, s.col])


@witness(ConvTransposeValue, How.BRUTE_FORCE)
def stamps(s: ConvTransposeValue) -> int:
    """Every input cell stamps the kernel, times its value, onto a canvas."""
    x, weight = torch.tensor(s.x), torch.tensor(s.weight)
    high, wide = weight.shape
    canvas = torch.zeros((len(s.x) - 1) * s.stride + high, (len(s.x[0]) - 1) * s.stride + wide, dtype=torch.int64)
    for row in range(x.shape[0]):
        for col in range(x.shape[1]):
            top, left = row * s.stride, col * s.stride
            canvas[top : top + high, left : left + wide] += x[row, col] * weight
    return int(canvas[s.row + s.padding, s.col + s.padding])


@witness(TransposeMissingWeight, How.BRUTE_FORCE)
def every_transposed_weight(s: TransposeMissingWeight) -> int:
    """Each candidate is one output channel of the real transposed convolution."""

    def run(kernels: Tensor) -> Tensor:
        out = F.conv_transpose2d(_plane(s.x), kernels[None], None, s.stride, s.padding)
        return out[0, :, s.row, s.col]

    return _candidates(s.weight, s.hole_row, s.hole_col, s.y, run)
