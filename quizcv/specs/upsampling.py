"""What makes maps larger: transposed convolution, interpolation, rearranged channels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.shapes import LONGEST_SEARCH, too_large
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class ConvTransposeOutput(Spec):
    """Output size of a transposed convolution along one axis."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    dilation: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "input size, pixels",
        "padding": "pixels taken off each side of the full output",
        "output_padding": "pixels added on one side of the output",
    }

    def rules(self) -> Iterator[str]:
        if min(self.size, self.kernel, self.stride, self.dilation) < 1:
            yield "size, kernel, stride and dilation must be at least 1"
            return
        if min(self.padding, self.output_padding) < 0:
            yield "padding and output_padding must not be negative"
        if self.output_padding >= max(self.stride, self.dilation):
            yield "output_padding must be smaller than stride or dilation (PyTorch: output padding must be smaller …)"
        full = (self.size - 1) * self.stride + self.dilation * (self.kernel - 1) + self.output_padding + 1
        if full <= 2 * self.padding:
            yield "the padding takes everything away"
        yield from too_large(full, 1, most=1_000_000)
        yield from too_large(self.size, self.kernel)


@dataclass(frozen=True, slots=True)
class TransposeOutputPadding(Spec):
    """The output padding with which a transposed convolution gives a wanted size."""

    size: int
    out: int
    kernel: int
    stride: int
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "out": "output size wanted, pixels",
        "padding": "pixels taken off each side of the full output",
    }

    @property
    def plain(self) -> int:
        """The size without output padding."""
        return (self.size - 1) * self.stride - 2 * self.padding + self.kernel

    def rules(self) -> Iterator[str]:
        if min(self.size, self.out, self.kernel, self.stride) < 1 or self.padding < 0:
            yield "padding must be at least 0, all others at least 1"
        elif self.plain < 1:
            yield "the padding takes everything away"
        elif not 0 <= self.out - self.plain < self.stride:
            yield f"no output padding (below the stride) gives {self.out} pixels"
        yield from too_large(self.size * self.stride + self.kernel, most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class TransposePadding(Spec):
    """The padding with which a transposed convolution gives a wanted size."""

    size: int
    out: int
    kernel: int
    stride: int
    output_padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "out": "output size wanted, pixels",
        "output_padding": "pixels added on one side of the output",
    }

    @property
    def full(self) -> int:
        """The size without padding."""
        return (self.size - 1) * self.stride + self.kernel + self.output_padding

    def rules(self) -> Iterator[str]:
        if min(self.size, self.out, self.kernel, self.stride) < 1:
            yield "size, out, kernel and stride must be at least 1"
        elif not 0 <= self.output_padding < self.stride:
            yield "output_padding must be at least 0 and smaller than the stride"
        elif self.full < self.out or (self.full - self.out) % 2:
            yield f"no padding gives {self.out} pixels"
        yield from too_large(self.size * self.stride + self.kernel, most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class InterpolateSize(Spec):
    """Output size of `F.interpolate` with a scale factor, along one axis."""

    size: int
    scale: float

    meaning: ClassVar[Mapping[str, str]] = {"size": "input size, pixels", "scale": "scale_factor"}

    def rules(self) -> Iterator[str]:
        if self.size < 1 or self.scale <= 0:
            yield "size must be at least 1 and scale positive"
        elif self.size * self.scale < 1:
            yield "nothing is left (PyTorch: input and output sizes should be greater than 0)"
        else:
            yield from too_large(self.size, math.ceil(self.scale), most=1_000_000)


@dataclass(frozen=True, slots=True)
class InterpolateTwice(InterpolateSize):
    """Output size of two interpolations, one after the other."""

    scale2: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "input size, pixels",
        "scale": "scale_factor of the first",
        "scale2": "scale_factor of the second",
    }

    def rules(self) -> Iterator[str]:
        broken = list(InterpolateSize.rules(self))
        yield from broken
        if not broken:
            yield from InterpolateSize(math.floor(self.size * self.scale), self.scale2).rules()


@dataclass(frozen=True, slots=True)
class InterpolateInput(Spec):
    """The smallest input that interpolation makes at least so large."""

    out: int
    scale: float

    meaning: ClassVar[Mapping[str, str]] = {"out": "output size wanted, pixels", "scale": "scale_factor"}

    def rules(self) -> Iterator[str]:
        if self.out < 1 or self.scale <= 0:
            yield "out must be at least 1 and scale positive"
        elif self.out > 10_000 or not 0.05 <= self.scale <= 100:
            yield "this is too large to be run (10,000 pixels and scales from 0.05 to 100 at most)"


@dataclass(frozen=True, slots=True)
class PixelShuffle(Spec):
    """Shape C×H×W that pixel shuffle, or its inverse, gives."""

    channels: int
    height: int
    width: int
    factor: int
    layer: Literal["PixelShuffle", "PixelUnshuffle"] = "PixelShuffle"

    meaning: ClassVar[Mapping[str, str]] = {"channels": "of the input", "factor": "upscale or downscale factor"}

    def rules(self) -> Iterator[str]:
        if min(self.channels, self.height, self.width, self.factor) < 1:
            yield "channels, height, width and factor must be at least 1"
        elif self.layer == "PixelShuffle" and self.channels % (self.factor * self.factor):
            yield "channels must be divisible by factor squared"
        elif self.layer == "PixelUnshuffle" and (self.height % self.factor or self.width % self.factor):
            yield "height and width must be divisible by factor"
        else:
            yield from too_large(self.channels, self.height, self.width)


@dataclass(frozen=True, slots=True)
class ShuffleChannels(Spec):
    """Channels that a convolution must give so that pixel shuffle makes a wanted shape."""

    out_channels: int
    factor: int

    meaning: ClassVar[Mapping[str, str]] = {"out_channels": "wanted after the shuffle", "factor": "upscale factor"}

    def rules(self) -> Iterator[str]:
        if min(self.out_channels, self.factor) < 1:
            yield "out_channels and factor must be at least 1"
        else:
            yield from too_large(self.out_channels, self.factor, self.factor, most=100_000)
