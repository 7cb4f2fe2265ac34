"""Sizes and shapes: convolutions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.spec import Spec

#: How many numbers a reference may hold at once, and how long an axis may be where every candidate is tried on it.
MOST_NUMBERS = 20_000_000
LONGEST_SEARCH = 2000


def too_large(*sizes: int, most: int = MOST_NUMBERS) -> Iterator[str]:
    """The rule for what is possible but cannot be run here."""
    if math.prod(sizes) > most:
        yield f"this is too large to be run ({' · '.join(map(str, sizes))} is more than {most:,})"


@dataclass(frozen=True, slots=True)
class ConvOutput(Spec):
    """Output size of a convolution along one axis."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "input size, pixels",
        "kernel": "kernel size, taps",
        "padding": "zeros on each side",
    }

    @property
    def extent(self) -> int:
        """Pixels that the dilated kernel spans."""
        return self.dilation * (self.kernel - 1) + 1

    def rules(self) -> Iterator[str]:
        if min(self.size, self.kernel, self.stride, self.dilation) < 1:
            yield "size, kernel, stride and dilation must be at least 1"
        elif self.padding < 0:
            yield "padding must not be negative"
        elif self.extent > self.size + 2 * self.padding:
            yield (
                f"the kernel spans {self.extent} pixels, more than the padded input's {self.size + 2 * self.padding} "
                "(PyTorch: kernel size can't be greater than actual input size)"
            )
        else:
            yield from too_large(self.size + 2 * self.padding, self.kernel)


@dataclass(frozen=True, slots=True)
class ConvPadding(Spec):
    """The smallest padding with which a convolution gives a wanted output size."""

    size: int
    kernel: int
    out: int
    stride: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"out": "output size wanted, pixels"}

    def rules(self) -> Iterator[str]:
        if min(self.size, self.kernel, self.stride, self.out) < 1:
            yield "size, kernel, stride and out must be at least 1"
            return
        padding = max(0, -((self.size - self.kernel - (self.out - 1) * self.stride) // 2))
        if (
            self.size + 2 * padding < self.kernel
            or (self.size + 2 * padding - self.kernel) // self.stride + 1 != self.out
        ):
            yield f"no padding gives {self.out} pixels"
        yield from too_large(max(self.size, self.kernel + self.out * self.stride), most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class ConvKernel(Spec):
    """The smallest kernel with which a convolution gives a wanted output size."""

    size: int
    out: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"out": "output size wanted, pixels", "padding": "zeros on each side"}

    def rules(self) -> Iterator[str]:
        if min(self.size, self.stride, self.out) < 1 or self.padding < 0:
            yield "size, stride and out must be at least 1, padding at least 0"
            return
        padded = self.size + 2 * self.padding
        if (self.out - 1) * self.stride >= padded:
            yield f"no kernel gives {self.out} pixels"
        yield from too_large(padded, most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class ConvStride(Spec):
    """The largest stride with which a convolution gives a wanted output size."""

    size: int
    kernel: int
    out: int
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"out": "output size wanted, pixels", "padding": "zeros on each side"}

    def rules(self) -> Iterator[str]:
        if min(self.size, self.kernel) < 1 or self.padding < 0:
            yield "size and kernel must be at least 1, padding at least 0"
        elif self.out < 2:
            yield "out must be at least 2: one pixel comes out of every large stride"
        else:
            room = self.size + 2 * self.padding - self.kernel
            if room < self.out - 1 or room // (room // (self.out - 1)) + 1 != self.out:
                yield f"no stride gives {self.out} pixels"
            yield from too_large(self.size + 2 * self.padding, most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class ConvInput(Spec):
    """The largest input that a convolution turns into a wanted output size."""

    out: int
    kernel: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"out": "output size wanted, pixels", "padding": "zeros on each side"}

    def rules(self) -> Iterator[str]:
        if min(self.out, self.kernel, self.stride) < 1 or self.padding < 0:
            yield "out, kernel and stride must be at least 1, padding at least 0"
        elif self.out * self.stride + self.kernel - 1 <= 2 * self.padding:
            yield f"every input gives more than {self.out} pixels: the padding alone does"
        else:
            yield from too_large(self.out * self.stride + self.kernel, most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class ConvPair(Spec):
    """Output size of two convolutions, one after the other, along one axis."""

    size: int
    kernel: int
    kernel2: int
    stride: int = 1
    padding: int = 0
    stride2: int = 1
    padding2: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "kernel": "of the first layer",
        "kernel2": "of the second layer",
        "padding": "zeros on each side, first layer",
        "padding2": "zeros on each side, second layer",
    }

    def rules(self) -> Iterator[str]:
        first = ConvOutput(self.size, self.kernel, self.stride, self.padding)
        broken = list(first.rules())
        yield from broken
        if not broken:
            between = (self.size + 2 * self.padding - self.kernel) // self.stride + 1
            yield from ConvOutput(between, self.kernel2, self.stride2, self.padding2).rules()


@dataclass(frozen=True, slots=True)
class ConvShape(Spec):
    """Shape C×H×W that `nn.Conv2d` gives."""

    in_channels: int
    out_channels: int
    height: int
    width: int
    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)

    meaning: ClassVar[Mapping[str, str]] = {
        "kernel": "height, width",
        "stride": "along height, along width",
        "padding": "zeros above and below each, left and right each",
        "dilation": "along height, along width",
    }

    @property
    def axes(self) -> tuple[ConvOutput, ConvOutput]:
        """The same along each axis alone."""
        down, across = zip(self.kernel, self.stride, self.padding, self.dilation, strict=True)
        return ConvOutput(self.height, *down), ConvOutput(self.width, *across)

    def rules(self) -> Iterator[str]:
        if min(self.in_channels, self.out_channels) < 1:
            yield "in_channels and out_channels must be at least 1"
        for name, axis in zip(("height", "width"), self.axes, strict=True):
            yield from (f"{name}: {broken}" for broken in axis.rules())
        yield from too_large(self.out_channels, max(self.height, self.width) + 2 * max(self.padding))


@dataclass(frozen=True, slots=True)
class ConvPoolShape(ConvShape):
    """Shape C×H×W after `nn.Conv2d` and `nn.MaxPool2d(pool)`."""

    pool: int = 2

    def rules(self) -> Iterator[str]:
        broken = list(ConvShape.rules(self))
        yield from broken
        if broken:
            return
        if self.pool < 1:
            yield "pool must be at least 1"
        elif any((a.size + 2 * a.padding - a.extent) // a.stride + 1 < self.pool for a in self.axes):
            yield "the pooling window is larger than the map it reads"
