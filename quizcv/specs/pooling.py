"""Pooling: sizes, bins, and what is left for the layers behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.shapes import LONGEST_SEARCH, ConvOutput, too_large
from quizcv.specs.spec import Spec


def _pool_rules(kernel: int, stride: int, padding: int) -> Iterator[str]:
    if min(kernel, stride) < 1:
        yield "kernel and stride must be at least 1"
    elif padding < 0:
        yield "padding must not be negative"
    elif padding > kernel // 2:
        yield "padding may be half of the kernel at most (PyTorch: pad should be at most half of kernel size)"


@dataclass(frozen=True, slots=True)
class PoolOutput(Spec):
    """Output size of max or average pooling along one axis."""

    size: int
    kernel: int
    stride: int | None = None
    padding: int = 0
    ceil_mode: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "input size, pixels",
        "stride": "the kernel size if left out",
        "padding": "on each side",
        "ceil_mode": "whether a last, incomplete window counts",
    }

    @property
    def step(self) -> int:
        """The stride in force."""
        return self.kernel if self.stride is None else self.stride

    def rules(self) -> Iterator[str]:
        broken = list(_pool_rules(self.kernel, self.step, self.padding))
        yield from broken
        if self.size < 1:
            yield "size must be at least 1"
        elif not broken:
            if self.size + 2 * self.padding < self.kernel - (self.step - 1 if self.ceil_mode else 0):
                yield "the window is larger than the padded input (PyTorch: output size is too small)"
            yield from too_large(self.size, self.kernel)


@dataclass(frozen=True, slots=True)
class PoolInput(Spec):
    """The largest input that pooling turns into a wanted output size."""

    out: int
    kernel: int
    stride: int
    padding: int = 0
    ceil_mode: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "out": "output size wanted, pixels",
        "padding": "on each side",
        "ceil_mode": "whether a last, incomplete window counts",
    }

    def rules(self) -> Iterator[str]:
        broken = list(_pool_rules(self.kernel, self.stride, self.padding))
        yield from broken
        if self.out < 1:
            yield "out must be at least 1"
        elif not broken:
            if self.out * self.stride + self.kernel - 1 <= 2 * self.padding:
                yield f"every input gives more than {self.out} pixels: the padding alone does"
            yield from too_large(self.out * self.stride + self.kernel, most=LONGEST_SEARCH)


@dataclass(frozen=True, slots=True)
class AdaptiveBin(Spec):
    """How many input cells a bin of adaptive pooling covers, along one axis."""

    size: int
    bins: int
    index: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"bins": "output size", "index": "of the bin, from 0"}

    def rules(self) -> Iterator[str]:
        if min(self.size, self.bins) < 1:
            yield "size and bins must be at least 1"
        elif not 0 <= self.index < self.bins:
            yield "index must be from 0 to bins − 1"
        else:
            yield from too_large(self.size, max(self.size, self.bins), most=4_000_000)


@dataclass(frozen=True, slots=True)
class AdaptiveStart(AdaptiveBin):
    """The first input cell of a bin of adaptive pooling."""


@dataclass(frozen=True, slots=True)
class AdaptiveShared(Spec):
    """How many input cells two neighbouring bins of adaptive pooling share, over all bins."""

    size: int
    bins: int

    meaning: ClassVar[Mapping[str, str]] = {"bins": "output size"}

    def rules(self) -> Iterator[str]:
        if not 1 <= self.bins <= self.size:
            yield "bins must be from 1 to size"
        else:
            yield from too_large(self.size, self.size, most=4_000_000)


@dataclass(frozen=True, slots=True)
class PooledFeatures(Spec):
    """Features after adaptive average pooling to bins×bins and flattening."""

    channels: int
    height: int
    width: int
    bins: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"bins": "cells per side after pooling; 1 is global pooling"}

    def rules(self) -> Iterator[str]:
        if min(self.channels, self.height, self.width, self.bins) < 1:
            yield "channels, height, width and bins must be at least 1"
        else:
            yield from too_large(self.channels, max(self.height, self.bins), max(self.width, self.bins))


@dataclass(frozen=True, slots=True)
class PooledClassifier(PooledFeatures):
    """Parameters that a linear classifier saves by the pooling before it."""

    classes: int = 1000

    def rules(self) -> Iterator[str]:
        yield from PooledFeatures.rules(self)
        if self.classes < 1:
            yield "classes must be at least 1"
        elif self.bins > min(self.height, self.width):
            yield "bins must not be more than the map's sides"


@dataclass(frozen=True, slots=True)
class FlattenFeatures(Spec):
    """Features that enter a linear layer behind a convolution, a pooling of stride `pool` and a flattening."""

    height: int
    width: int
    out_channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    pool: int = 2

    meaning: ClassVar[Mapping[str, str]] = {
        "kernel": "of the convolution",
        "padding": "zeros on each side of the convolution's input",
        "pool": "window and stride of the max pooling",
    }

    @property
    def axes(self) -> tuple[ConvOutput, ConvOutput]:
        """The convolution along each axis."""
        return (
            ConvOutput(self.height, self.kernel, self.stride, self.padding),
            ConvOutput(self.width, self.kernel, self.stride, self.padding),
        )

    def rules(self) -> Iterator[str]:
        if min(self.out_channels, self.pool) < 1:
            yield "out_channels and pool must be at least 1"
            return
        broken = [
            f"{name}: {fault}"
            for name, axis in zip(("height", "width"), self.axes, strict=True)
            for fault in axis.rules()
        ]
        yield from broken
        if not broken:
            if any((a.size + 2 * a.padding - a.kernel) // a.stride + 1 < self.pool for a in self.axes):
                yield "the pooling window is larger than the map it reads"
            padded = max(self.height, self.width) + 2 * self.padding
            yield from too_large(self.out_channels, padded, padded)


@dataclass(frozen=True, slots=True)
class FlattenSide(Spec):
    """The largest square input for which a linear layer behind convolution, pooling and flattening has the right width."""

    in_features: int
    out_channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    pool: int = 2

    meaning: ClassVar[Mapping[str, str]] = {
        "in_features": "of the linear layer",
        "out_channels": "of the convolution",
        "pool": "window and stride of the max pooling",
    }

    def rules(self) -> Iterator[str]:
        if min(self.in_features, self.out_channels, self.kernel, self.stride, self.pool) < 1 or self.padding < 0:
            yield "padding must be at least 0, all others at least 1"
            return
        side = next((n for n in range(1, 65) if self.out_channels * n * n >= self.in_features), 65)
        if side > 64:
            yield "this is too large to be run (64 pixels per side at most before the linear layer)"
        elif self.out_channels * side * side != self.in_features:
            yield "in_features must be out_channels times a square"
        elif ((side + 1) * self.pool - 1) * self.stride + self.kernel - 1 <= 2 * self.padding:
            yield "every input gives more features: the padding alone does"
        yield from too_large(side * self.pool * self.stride + self.kernel + self.padding, most=LONGEST_SEARCH)
