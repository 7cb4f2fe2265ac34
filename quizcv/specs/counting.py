"""Parameters of convolutions and linear layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

#: More than this is not built, not even as shapes without memory.
MOST_COUNTED = 10**15

#: Kernels that are tried where one is looked for.
LARGEST_KERNEL = 31

#: Channels or features up to which a number of them is looked for.
WIDEST = 32_768


def positive(spec: Spec, *names: str) -> Iterator[str]:
    """The rule that each of these is at least 1."""
    low = [name for name in names if getattr(spec, name) < 1]
    if low:
        yield f"{', '.join(low)} must be at least 1"


def grouped(in_channels: int, out_channels: int, groups: int) -> Iterator[str]:
    """The rules of groups, as `nn.Conv2d` states them."""
    if groups < 1:
        yield "groups must be at least 1"
        return
    if in_channels % groups:
        yield f"in_channels must be divisible by groups ({in_channels} is not by {groups})"
    if out_channels % groups:
        yield f"out_channels must be divisible by groups ({out_channels} is not by {groups})"


@dataclass(frozen=True, slots=True)
class ConvParams(Spec):
    """Learnable parameters of `nn.Conv2d` with a square kernel."""

    in_channels: int
    out_channels: int
    kernel: int
    groups: int = 1
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"kernel": "side of the kernel, taps", "bias": "one for each output channel"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels", "kernel")
        yield from grouped(self.in_channels, self.out_channels, self.groups)
        yield from too_large(self.in_channels, self.out_channels, self.kernel, self.kernel, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class ConvParamsKernel(Spec):
    """The square kernel with which an ungrouped `nn.Conv2d` has a known number of parameters."""

    in_channels: int
    out_channels: int
    params: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"params": "learnable parameters, biases included if there are any"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels", "params")
        weights = self.params - (self.out_channels if self.bias else 0)
        per_tap = self.in_channels * self.out_channels
        if all(kernel * kernel * per_tap != weights for kernel in range(1, LARGEST_KERNEL + 1)):
            yield f"no square kernel up to {LARGEST_KERNEL} gives {self.params:,} parameters"


@dataclass(frozen=True, slots=True)
class RectConvParams(Spec):
    """Learnable parameters of `nn.Conv2d` with a rectangular kernel."""

    in_channels: int
    out_channels: int
    kernel: tuple[int, int]
    groups: int = 1
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"kernel": "height, width", "bias": "one for each output channel"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels")
        if min(self.kernel) < 1:
            yield "kernel must be at least 1 along each axis"
        yield from grouped(self.in_channels, self.out_channels, self.groups)
        yield from too_large(self.in_channels, self.out_channels, *self.kernel, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class RectPairParams(Spec):
    """Learnable parameters of a 1×k convolution and the k×1 convolution behind it."""

    in_channels: int
    mid_channels: int
    out_channels: int
    kernel: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "mid_channels": "between the two layers",
        "kernel": "k",
        "bias": "in both layers",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "mid_channels", "out_channels", "kernel")
        yield from too_large(self.mid_channels, self.in_channels + self.out_channels, self.kernel, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class GroupedConvParams(Spec):
    """Learnable parameters of a grouped `nn.Conv2d`."""

    in_channels: int
    out_channels: int
    kernel: int
    groups: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"kernel": "side of the kernel, taps"}

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, self.kernel, self.groups).rules()
        yield from too_large(self.groups, most=WIDEST)


@dataclass(frozen=True, slots=True)
class GroupsFromParams(Spec):
    """The number of groups with which an `nn.Conv2d` has a known number of parameters."""

    in_channels: int
    out_channels: int
    kernel: int
    params: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"params": "learnable parameters, biases included if there are any"}

    def rules(self) -> Iterator[str]:
        broken = list(ConvParams(self.in_channels, self.out_channels, self.kernel).rules())
        yield from broken
        if broken:
            return
        weights = self.params - (self.out_channels if self.bias else 0)
        full = self.kernel**2 * self.in_channels * self.out_channels
        if weights < 1 or full % weights or any(grouped(self.in_channels, self.out_channels, full // weights)):
            yield f"no number of groups gives {self.params:,} parameters"
        yield from too_large(self.in_channels, most=WIDEST)
        yield from too_large(self.out_channels, most=WIDEST)


@dataclass(frozen=True, slots=True)
class ConvTransposeParams(ConvParams):
    """Learnable parameters of `nn.ConvTranspose2d` with a square kernel."""


@dataclass(frozen=True, slots=True)
class ConvTransposeOut(Spec):
    """The number of output channels with which an ungrouped `nn.ConvTranspose2d` has a known number of parameters."""

    in_channels: int
    kernel: int
    params: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"params": "learnable parameters, biases included if there are any"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "kernel", "params")
        per_channel = self.in_channels * self.kernel**2 + self.bias
        if self.params < 1 or per_channel < 1 or self.params % per_channel:
            yield f"no number of output channels gives {self.params:,} parameters"
        else:
            yield from too_large(self.params // per_channel, most=WIDEST)


@dataclass(frozen=True, slots=True)
class LinearParams(Spec):
    """Learnable parameters of `nn.Linear`."""

    in_features: int
    out_features: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"bias": "one for each output"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_features", "out_features")
        yield from too_large(self.in_features, self.out_features, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class FlattenLinear(Spec):
    """Learnable parameters of the `nn.Linear` that reads a flattened map."""

    channels: int
    height: int
    width: int
    out_features: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"height": "of the map, pixels", "width": "of the map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels", "height", "width", "out_features")
        yield from too_large(self.channels, self.height, self.width, self.out_features, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class LinearInput(Spec):
    """The number of inputs with which an `nn.Linear` has a known number of parameters."""

    out_features: int
    params: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"params": "learnable parameters, biases included if there are any"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "out_features", "params")
        if self.out_features < 1:
            return
        per_output, rest = divmod(self.params, self.out_features)
        if rest or per_output - self.bias < 1:
            yield f"no number of inputs gives {self.params:,} parameters"
        yield from too_large(per_output, most=WIDEST)
