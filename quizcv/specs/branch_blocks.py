"""Parameters of blocks of parallel branches: fire and inception modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.blocks import Block, sizes


@dataclass(frozen=True, slots=True)
class FireParams(Block):
    """Parameters of a fire module."""

    in_channels: int
    squeeze: int
    expand1: int
    expand3: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "squeeze": "1×1 filters that squeeze",
        "expand1": "1×1 filters that expand",
        "expand3": "3×3 filters that expand",
    }


@dataclass(frozen=True, slots=True)
class FireSqueeze(Block):
    """The largest squeeze layer with which a fire module keeps to this many weights (no biases)."""

    in_channels: int
    expand1: int
    expand3: int
    params: int

    meaning: ClassVar[Mapping[str, str]] = {
        "expand1": "1×1 filters that expand",
        "expand3": "3×3 filters that expand",
        "params": "weights allowed",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.in_channels + self.expand1 + 9 * self.expand3 > self.params:
            yield "even one filter that squeezes needs more weights"


@dataclass(frozen=True, slots=True)
class InceptionChannels(Block):
    """Output channels of an inception module."""

    in_channels: int
    out1: int
    reduce3: int
    out3: int
    reduce5: int
    out5: int
    pool_proj: int

    meaning: ClassVar[Mapping[str, str]] = {
        "out1": "filters of the 1×1 branch",
        "reduce3": "1×1 filters before the 3×3",
        "out3": "3×3 filters",
        "reduce5": "1×1 filters before the 5×5",
        "out5": "5×5 filters",
        "pool_proj": "1×1 filters behind the pooling",
    }


@dataclass(frozen=True, slots=True)
class InceptionParams(InceptionChannels):
    """Parameters of an inception module with 1×1 reductions."""

    bias: bool = True


@dataclass(frozen=True, slots=True)
class InceptionMacs(InceptionChannels):
    """Multiply-accumulates of an inception module, all of it at stride 1 with the size kept."""

    size: int = 28


@dataclass(frozen=True, slots=True)
class ReducedMacs(Block):
    """Multiply-accumulates of a k×k convolution behind a 1×1 reduction, the size kept."""

    in_channels: int
    reduce: int
    out_channels: int
    kernel: int
    size: int

    meaning: ClassVar[Mapping[str, str]] = {"reduce": "1×1 filters", "size": "height and width of the map"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.kernel % 2 == 0:
            yield "kernel must be odd, so that padding can keep the size"


@dataclass(frozen=True, slots=True)
class ReductionSaving(ReducedMacs):
    """Multiply-accumulates that a 1×1 reduction before a k×k convolution saves."""


@dataclass(frozen=True, slots=True)
class ReductionWidth(Block):
    """The largest 1×1 reduction with which the two convolutions cost at most 1/factor of the k×k alone."""

    in_channels: int
    out_channels: int
    kernel: int
    factor: int

    meaning: ClassVar[Mapping[str, str]] = {"factor": "the cost is to be at most 1/factor of that without reduction"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.kernel % 2 == 0:
            yield "kernel must be odd, so that padding can keep the size"
        area = self.kernel**2
        if self.factor * (self.in_channels + area * self.out_channels) > area * self.in_channels * self.out_channels:
            yield "even a reduction to one channel costs more"
