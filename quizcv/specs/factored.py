"""Depthwise, pointwise and separable convolutions: their parameters, and what they save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.counting import LARGEST_KERNEL, MOST_COUNTED, WIDEST, ConvParams, positive
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class DepthwiseParams(Spec):
    """Learnable parameters of a depthwise convolution: as many groups as input channels."""

    in_channels: int
    kernel: int
    multiplier: int = 1
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"multiplier": "output channels for each input channel"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "kernel", "multiplier")
        yield from too_large(self.in_channels, self.multiplier, self.kernel, self.kernel, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class DepthwiseKernel(Spec):
    """The square kernel with which a depthwise convolution has a known number of parameters."""

    in_channels: int
    params: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"params": "learnable parameters, biases included if there are any"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "params")
        weights = self.params - (self.in_channels if self.bias else 0)
        if all(kernel * kernel * self.in_channels != weights for kernel in range(1, LARGEST_KERNEL + 1)):
            yield f"no square kernel up to {LARGEST_KERNEL} gives {self.params:,} parameters"


@dataclass(frozen=True, slots=True)
class PointwiseParams(Spec):
    """Learnable parameters of a 1×1 convolution."""

    in_channels: int
    out_channels: int
    groups: int = 1
    bias: bool = True

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, 1, self.groups).rules()


@dataclass(frozen=True, slots=True)
class PointwiseInput(Spec):
    """The number of input channels with which a 1×1 convolution has a known number of parameters."""

    out_channels: int
    params: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"params": "learnable parameters, biases included if there are any"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "out_channels", "params")
        if self.out_channels < 1:
            return
        per_channel, rest = divmod(self.params, self.out_channels)
        if rest or per_channel - self.bias < 1:
            yield f"no number of input channels gives {self.params:,} parameters"
        yield from too_large(per_channel, most=WIDEST)


@dataclass(frozen=True, slots=True)
class SeparableParams(Spec):
    """Learnable parameters of a depthwise separable convolution: depthwise k×k, then 1×1."""

    in_channels: int
    out_channels: int
    kernel: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"bias": "in both layers"}

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, self.kernel).rules()


@dataclass(frozen=True, slots=True)
class SeparableSaved(SeparableParams):
    """Parameters that a depthwise separable convolution has less than the ordinary one."""


@dataclass(frozen=True, slots=True)
class SeparableRatio(Spec):
    """Weights of a depthwise separable convolution divided by those of the ordinary one."""

    in_channels: int
    out_channels: int
    kernel: int

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, self.kernel).rules()


@dataclass(frozen=True, slots=True)
class SeparableFactor(SeparableRatio):
    """How many times the multiply-accumulates of a depthwise separable convolution the ordinary one needs."""

    out_size: int

    meaning: ClassVar[Mapping[str, str]] = {"out_size": "side of the output map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels", "kernel", "out_size")
        sizes = (self.in_channels, self.out_channels, self.kernel, self.kernel, self.out_size, self.out_size)
        yield from too_large(*sizes, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class SeparableWidth(SeparableRatio):
    """Weights of a depthwise separable convolution thinned by a width multiplier, divided by those of the ordinary
    convolution of full width."""

    width: float

    meaning: ClassVar[Mapping[str, str]] = {"width": "factor for the input and the output channels"}

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, self.kernel).rules()
        if not 0 < self.width <= 1:
            yield "width must lie in (0, 1]"
        elif any(not (self.width * channels).is_integer() for channels in (self.in_channels, self.out_channels)):
            yield "width must leave whole numbers of channels"
