"""Sizes and shapes of convolutions, read off the output of the operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the name everybody knows it by

from quizcv.reference.engine import How, witness
from quizcv.specs.shapes import (
    ConvInput,
    ConvKernel,
    ConvOutput,
    ConvPadding,
    ConvPair,
    ConvPoolShape,
    ConvShape,
    ConvStride,
)


def first(candidates: Iterable[int], holds: Callable[[int], bool]) -> int:
    """The first candidate for which the operation does what is wanted."""
    for candidate in candidates:
        if holds(candidate):
            return candidate
    raise ValueError("no candidate gives that size")


def conv_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """A one-channel convolution along one axis."""
    out = F.conv1d(torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), None, stride, padding, dilation)
    return out.shape[2]


def triple(x: Tensor) -> tuple[int, int, int]:
    """C, H, W of a batch of maps."""
    _, channels, height, width = x.shape
    return channels, height, width


@witness(ConvOutput, How.OPERATION)
def conv1d(s: ConvOutput) -> int:
    return conv_size(s.size, s.kernel, s.stride, s.padding, s.dilation)


@witness(ConvOutput, How.META)
def conv2d(s: ConvOutput) -> int:
    x, w = torch.empty(1, 1, s.size, s.size, device="meta"), torch.empty(1, 1, s.kernel, s.kernel, device="meta")
    return F.conv2d(x, w, None, s.stride, s.padding, s.dilation).shape[3]


@witness(ConvPadding, How.BRUTE_FORCE)
def every_padding(s: ConvPadding) -> int:
    """The first padding, from 0 on, with which the convolution gives that size."""
    return first(
        range(s.size + s.kernel + s.out * s.stride),
        lambda p: s.size + 2 * p >= s.kernel and conv_size(s.size, s.kernel, s.stride, p) == s.out,
    )


@witness(ConvKernel, How.BRUTE_FORCE)
def every_kernel(s: ConvKernel) -> int:
    return first(
        range(1, s.size + 2 * s.padding + 1), lambda kernel: conv_size(s.size, kernel, s.stride, s.padding) == s.out
    )


@witness(ConvStride, How.BRUTE_FORCE)
def every_stride(s: ConvStride) -> int:
    """Up from stride 1 until too few pixels come out: the stride before that one was the last that could do."""
    too_large = first(
        range(1, s.size + 2 * s.padding + 2), lambda stride: conv_size(s.size, s.kernel, stride, s.padding) < s.out
    )
    if conv_size(s.size, s.kernel, too_large - 1, s.padding) != s.out:
        raise ValueError("no stride gives that size")
    return too_large - 1


@witness(ConvInput, How.BRUTE_FORCE)
def every_input(s: ConvInput) -> int:
    """Up from the smallest input that the kernel fits into, until too many pixels come out."""
    smallest = max(1, s.kernel - 2 * s.padding)
    too_large = first(
        range(smallest, smallest + (s.out + 1) * s.stride + 2 * s.padding + 1),
        lambda size: conv_size(size, s.kernel, s.stride, s.padding) > s.out,
    )
    if conv_size(too_large - 1, s.kernel, s.stride, s.padding) != s.out:
        raise ValueError("no input gives that size")
    return too_large - 1


@witness(ConvPair, How.OPERATION)
def two_convolutions(s: ConvPair) -> int:
    x = F.conv1d(torch.zeros(1, 1, s.size), torch.zeros(1, 1, s.kernel), None, s.stride, s.padding)
    return F.conv1d(x, torch.zeros(1, 1, s.kernel2), None, s.stride2, s.padding2).shape[2]


@witness(ConvPair, How.META)
def two_modules(s: ConvPair) -> int:
    pair = torch.nn.Sequential(
        torch.nn.Conv2d(1, 1, s.kernel, s.stride, s.padding, device="meta"),
        torch.nn.Conv2d(1, 1, s.kernel2, s.stride2, s.padding2, device="meta"),
    )
    height: int = pair(torch.empty(1, 1, s.size, s.size, device="meta")).shape[2]
    return height


def _conv(s: ConvShape) -> Tensor:
    """The map that the module gives, without numbers in it."""
    module = torch.nn.Conv2d(
        s.in_channels, s.out_channels, s.kernel, s.stride, s.padding, s.dilation, bias=False, device="meta"
    )
    out: Tensor = module(torch.empty(1, s.in_channels, s.height, s.width, device="meta"))
    return out


def _axes(s: ConvShape) -> tuple[Tensor, Tensor]:
    """The real operation from one channel to all, along the height and along the width."""
    down, across = (
        F.conv1d(
            torch.zeros(1, 1, axis.size),
            torch.zeros(s.out_channels, 1, axis.kernel),
            None,
            axis.stride,
            axis.padding,
            axis.dilation,
        )
        for axis in s.axes
    )
    return down, across


@witness(ConvShape, How.META)
def conv2d_shape(s: ConvShape) -> tuple[int, int, int]:
    return triple(_conv(s))


@witness(ConvShape, How.OPERATION)
def conv1d_shapes(s: ConvShape) -> tuple[int, int, int]:
    down, across = _axes(s)
    return down.shape[1], down.shape[2], across.shape[2]


@witness(ConvPoolShape, How.META)
def conv2d_and_pool(s: ConvPoolShape) -> tuple[int, int, int]:
    return triple(F.max_pool2d(_conv(s), s.pool))


@witness(ConvPoolShape, How.OPERATION)
def conv1d_and_pool(s: ConvPoolShape) -> tuple[int, int, int]:
    down, across = (F.max_pool1d(x, s.pool) for x in _axes(s))
    return down.shape[1], down.shape[2], across.shape[2]
