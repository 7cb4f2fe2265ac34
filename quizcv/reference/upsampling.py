"""Transposed convolution, interpolation and pixel shuffle, run."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.reference.shapes import first, triple
from quizcv.specs.upsampling import (
    ConvTransposeOutput,
    InterpolateInput,
    InterpolateSize,
    InterpolateTwice,
    PixelShuffle,
    ShuffleChannels,
    TransposeOutputPadding,
    TransposePadding,
)


def transposed_size(
    size: int, kernel: int, stride: int, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """A one-channel transposed convolution along one axis."""
    x, weight = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel)
    return F.conv_transpose1d(x, weight, None, stride, padding, output_padding, 1, dilation).shape[2]


@witness(ConvTransposeOutput, How.OPERATION)
def conv_transpose1d(s: ConvTransposeOutput) -> int:
    return transposed_size(s.size, s.kernel, s.stride, s.padding, s.output_padding, s.dilation)


@witness(ConvTransposeOutput, How.META)
def conv_transpose2d(s: ConvTransposeOutput) -> int:
    x, weight = torch.empty(1, 1, s.size, s.size, device="meta"), torch.empty(1, 1, s.kernel, s.kernel, device="meta")
    return F.conv_transpose2d(x, weight, None, s.stride, s.padding, s.output_padding, 1, s.dilation).shape[3]


@witness(TransposeOutputPadding, How.BRUTE_FORCE)
def every_output_padding(s: TransposeOutputPadding) -> int:
    return first(range(s.stride), lambda extra: transposed_size(s.size, s.kernel, s.stride, s.padding, extra) == s.out)


@witness(TransposePadding, How.BRUTE_FORCE)
def every_transposed_padding(s: TransposePadding) -> int:
    return first(
        range(s.size * s.stride + s.kernel),
        lambda padding: transposed_size(s.size, s.kernel, s.stride, padding, s.output_padding) == s.out,
    )


@witness(InterpolateSize, How.OPERATION)
def nearest(s: InterpolateSize) -> int:
    return F.interpolate(torch.zeros(1, 1, s.size), scale_factor=s.scale, mode="nearest").shape[2]


@witness(InterpolateSize, How.OPERATION)
def linear(s: InterpolateSize) -> int:
    return F.interpolate(torch.zeros(1, 1, s.size), scale_factor=s.scale, mode="linear").shape[2]


@witness(InterpolateTwice, How.OPERATION)
def nearest_twice(s: InterpolateTwice) -> int:
    x = F.interpolate(torch.zeros(1, 1, s.size), scale_factor=s.scale, mode="nearest")
    return F.interpolate(x, scale_factor=s.scale2, mode="nearest").shape[2]


@witness(InterpolateInput, How.BRUTE_FORCE)
def every_interpolated(s: InterpolateInput) -> int:
    """Nothing comes out of an input that is scaled to less than a pixel; from there on one pixel more at a time, in strides
    while far off."""

    def scaled(size: int) -> int:
        return F.interpolate(torch.zeros(1, 1, size), scale_factor=s.scale, mode="nearest").shape[2]

    size = 1
    while size * s.scale < 1:
        size += 1
    step = 1024
    while step:
        while scaled(size + step) < s.out:
            size += step
        step //= 2
    return size if scaled(size) >= s.out else size + 1


@witness(PixelShuffle, How.OPERATION)
def shuffle(s: PixelShuffle) -> tuple[int, int, int]:
    layer = nn.PixelShuffle(s.factor) if s.layer == "PixelShuffle" else nn.PixelUnshuffle(s.factor)
    return triple(layer(torch.zeros(1, 1, 1, 1).expand(1, s.channels, s.height, s.width)))


@witness(PixelShuffle, How.META)
def shuffle_on_meta(s: PixelShuffle) -> tuple[int, int, int]:
    run = F.pixel_shuffle if s.layer == "PixelShuffle" else F.pixel_unshuffle
    return triple(run(torch.empty(1, s.channels, s.height, s.width, device="meta"), s.factor))


@witness(ShuffleChannels, How.OPERATION)
def unshuffle(s: ShuffleChannels) -> int:
    """The inverse layer, on a map of the wanted shape."""
    return F.pixel_unshuffle(torch.zeros(1, s.out_channels, s.factor, s.factor), s.factor).shape[1]


@witness(ShuffleChannels, How.BRUTE_FORCE)
def every_multiple(s: ShuffleChannels) -> int:
    """Channels in steps of the wanted number until the shuffle takes them and leaves that number."""

    def left(channels: int) -> int:
        try:
            return F.pixel_shuffle(torch.zeros(1, channels, 1, 1), s.factor).shape[1]
        except RuntimeError:
            return 0

    steps = range(s.out_channels, s.out_channels * s.factor**2 + 1, s.out_channels)
    return first(steps, lambda channels: left(channels) == s.out_channels)
