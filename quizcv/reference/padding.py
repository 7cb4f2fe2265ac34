"""Zeros that differ from side to side: put there by the operation, and seen in what comes out."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.reference.shapes import conv_size, first
from quizcv.specs.padding import ConvAsymmetric, RightPadding, SameKernel, SameLeft, SamePadding, SameRight


def _padded(size: int, left: int, right: int, kernel: int, stride: int, dilation: int) -> int:
    x = F.pad(torch.zeros(1, 1, size), (left, right))
    return F.conv1d(x, torch.zeros(1, 1, kernel), None, stride, 0, dilation).shape[2]


@witness(ConvAsymmetric, How.OPERATION)
def pad_and_conv1d(s: ConvAsymmetric) -> int:
    return _padded(s.size, s.left, s.right, s.kernel, s.stride, s.dilation)


@witness(ConvAsymmetric, How.META)
def pad_and_conv2d(s: ConvAsymmetric) -> int:
    layers = torch.nn.Sequential(
        torch.nn.ZeroPad2d((s.left, s.right, 0, 0)),
        torch.nn.Conv2d(1, 1, (1, s.kernel), (1, s.stride), 0, (1, s.dilation), device="meta"),
    )
    width: int = layers(torch.empty(1, 1, 1, s.size, device="meta")).shape[3]
    return width


@witness(RightPadding, How.BRUTE_FORCE)
def every_right(s: RightPadding) -> int:
    """From none on; windows that do not fit give no output at all."""
    spans = s.dilation * (s.kernel - 1) + 1
    start = max(0, spans - s.size - s.left)
    return first(
        range(start, start + s.out * s.stride + spans),
        lambda right: _padded(s.size, s.left, right, s.kernel, s.stride, s.dilation) == s.out,
    )


def _same(kernel: int, dilation: int, tap: int) -> Tensor:
    """Ones, longer than the kernel, through a `padding='same'` convolution of which one tap is 1: where that tap reads padding
    there are zeros in the output."""
    weight = torch.zeros(1, 1, kernel)
    weight[0, 0, tap] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an even kernel torch warns that it copies
        return F.conv1d(torch.ones(1, 1, kernel * dilation + 1), weight, None, 1, "same", dilation)[0, 0]


def _zeros(x: Tensor) -> int:
    return int((x == 0).sum().item())


@witness(SameLeft, How.OPERATION)
def zeros_left(s: SameLeft) -> int:
    return _zeros(_same(s.kernel, s.dilation, 0))


@witness(SameRight, How.OPERATION)
def zeros_right(s: SameRight) -> int:
    return _zeros(_same(s.kernel, s.dilation, s.kernel - 1))


@witness(SamePadding, How.OPERATION)
def zeros_on_both(s: SamePadding) -> int:
    return _zeros(_same(s.kernel, s.dilation, 0)) + _zeros(_same(s.kernel, s.dilation, s.kernel - 1))


@witness(SamePadding, How.BRUTE_FORCE)
def missing_without(s: SamePadding) -> int:
    """How many pixels the same convolution without padding loses."""
    size = s.kernel * s.dilation + 1
    return size - conv_size(size, s.kernel, 1, 0, s.dilation)


@witness(SameKernel, How.BRUTE_FORCE)
def every_same_kernel(s: SameKernel) -> int:
    """The kernel that is padded so on both sides."""
    return first(
        range(1, s.left + s.right + 2),
        lambda kernel: (
            _zeros(_same(kernel, s.dilation, 0)) == s.left and _zeros(_same(kernel, s.dilation, kernel - 1)) == s.right
        ),
    )
