"""Parameters of cheap blocks: depthwise, grouped, shuffled, scaled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.blocks import Block, grouped, sizes


@dataclass(frozen=True, slots=True)
class InvertedResidual(Block):
    """Parameters of an inverted residual block: 1×1 up, depthwise k×k, 1×1 down."""

    in_channels: int
    out_channels: int
    expansion: int
    kernel: int = 3
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "expansion": "the hidden width is expansion · in_channels",
        "norm": "a batch normalization behind every convolution, and it counts",
    }


@dataclass(frozen=True, slots=True)
class InvertedMacs(Block):
    """Multiply-accumulates of an inverted residual block, its depthwise convolution strided and padded by (k − 1)/2."""

    in_channels: int
    out_channels: int
    expansion: int
    size: int
    kernel: int = 3
    stride: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "expansion": "the hidden width is expansion · in_channels",
        "size": "height and width of the input",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.kernel % 2 == 0:
            yield "kernel must be odd"


@dataclass(frozen=True, slots=True)
class ShuffleUnit(Block):
    """Parameters of a ShuffleNet unit: grouped 1×1 to `width`, depthwise 3×3, grouped 1×1 back."""

    channels: int
    width: int
    groups: int
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "channels of the depthwise convolution",
        "norm": "a batch normalization behind every convolution, and it counts",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        yield from grouped(self.groups, self.channels, self.width)


@dataclass(frozen=True, slots=True)
class ShuffleDown(Block):
    """Weights of a ShuffleNet unit of stride 2, whose pooled input is concatenated to what the branch gives."""

    in_channels: int
    out_channels: int
    width: int
    groups: int

    meaning: ClassVar[Mapping[str, str]] = {
        "out_channels": "of the whole unit, the concatenated input among them",
        "width": "channels of the depthwise convolution",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.out_channels <= self.in_channels:
            yield "out_channels must be more than in_channels"
        yield from grouped(self.groups, self.in_channels, self.width, self.out_channels - self.in_channels)


@dataclass(frozen=True, slots=True)
class ScaledConv(Block):
    """Weights of a convolution whose channels are both multiplied by a width multiplier."""

    in_channels: int
    out_channels: int
    kernel: int
    width: float

    meaning: ClassVar[Mapping[str, str]] = {"width": "width multiplier"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        yield from _scaled("width", self.width, self.in_channels, self.out_channels)


@dataclass(frozen=True, slots=True)
class ScaledSeparable(ScaledConv):
    """Weights of a depthwise separable convolution under a width multiplier."""


@dataclass(frozen=True, slots=True)
class ScaledMacs(ScaledConv):
    """Multiply-accumulates of a depthwise separable convolution under a width and a resolution multiplier, size kept."""

    size: int
    resolution: float

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "width multiplier",
        "size": "height and width of the map at resolution 1",
        "resolution": "resolution multiplier",
    }

    def rules(self) -> Iterator[str]:
        yield from ScaledConv.rules(self)
        yield from _scaled("resolution", self.resolution, self.size)
        if self.kernel % 2 == 0:
            yield "kernel must be odd, so that padding can keep the size"


def _scaled(name: str, factor: float, *values: int) -> Iterator[str]:
    if not 0 < factor <= 8:
        yield f"{name} must be more than 0 and at most 8"
    elif any(value * factor != round(value * factor) for value in values):
        yield f"{name} must give whole numbers"


@dataclass(frozen=True, slots=True)
class SeparableStack(Block):
    """Parameters of depthwise separable convolutions, one behind the other."""

    channels: tuple[int, ...]
    kernel: int = 3
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of the input, then behind every layer",
        "norm": "a batch normalization behind every convolution (depthwise and pointwise), and it counts",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if not 2 <= len(self.channels) <= 16:
            yield "channels must be 2 to 16 numbers"


@dataclass(frozen=True, slots=True)
class SeparableFactor(Block):
    """How many times the weights of depthwise separable convolutions the plain ones have."""

    channels: tuple[int, ...]
    kernel: int = 3

    meaning: ClassVar[Mapping[str, str]] = {"channels": "of the input, then behind every layer"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if not 2 <= len(self.channels) <= 16:
            yield "channels must be 2 to 16 numbers"
