"""Several layers, one behind the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.shapes import ConvOutput, too_large
from quizcv.specs.spec import Spec

#: Kind, kernel, stride, padding.
Layer = tuple[Literal["conv", "pool"], int, int, int]


def _layer_rules(layers: tuple[Layer, ...]) -> Iterator[str]:
    if not 1 <= len(layers) <= 32:
        yield "there must be 1 to 32 layers"
    for kind, kernel, stride, padding in layers:
        if min(kernel, stride) < 1 or padding < 0:
            yield "kernel and stride must be at least 1, padding at least 0"
        elif kind == "pool" and padding > kernel // 2:
            yield "a pooling's padding may be half of its kernel at most"


@dataclass(frozen=True, slots=True)
class StackOutput(Spec):
    """Output size of a chain of convolutions and poolings, along one axis."""

    size: int
    layers: tuple[Layer, ...]

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "input size, pixels",
        "layers": "[conv or pool, kernel, stride, padding] each",
    }

    def rules(self) -> Iterator[str]:
        broken = list(_layer_rules(self.layers))
        size = self.size
        for at, (_, kernel, stride, padding) in enumerate(self.layers if not broken else ()):
            faults = [f"layer {at + 1}: {fault}" for fault in ConvOutput(size, kernel, stride, padding).rules()]
            if faults:
                broken += faults
                break
            size = (size + 2 * padding - kernel) // stride + 1
        yield from broken


@dataclass(frozen=True, slots=True)
class StackInput(Spec):
    """The smallest input from which a chain of layers gives at least so many pixels."""

    out: int
    layers: tuple[Layer, ...]

    meaning: ClassVar[Mapping[str, str]] = {
        "out": "output size wanted at least, pixels",
        "layers": "[conv or pool, kernel, stride, padding] each",
    }

    def rules(self) -> Iterator[str]:
        yield from _layer_rules(self.layers)
        if self.out < 1:
            yield "out must be at least 1"
        else:
            reach = math.prod(stride for _, _, stride, _ in self.layers)
            longest = sum(kernel + 2 * padding for _, kernel, _, padding in self.layers) + self.out
            yield from too_large(longest, reach, most=20_000)


@dataclass(frozen=True, slots=True)
class TotalStride(Spec):
    """Input pixels by which the window moves from one output unit to the next."""

    layers: tuple[tuple[int, int], ...]

    meaning: ClassVar[Mapping[str, str]] = {"layers": "[kernel, stride] each"}

    def rules(self) -> Iterator[str]:
        if not self.layers or min(min(layer) for layer in self.layers) < 1:
            yield "there must be a layer, and every kernel and stride must be at least 1"
        else:
            reach = math.prod(stride for _, stride in self.layers)
            yield from too_large(2 * sum(kernel for kernel, _ in self.layers), reach, most=1_000_000)


@dataclass(frozen=True, slots=True)
class DilatedStride(TotalStride):
    """The total stride when the last strided layers get stride 1 (and dilation) instead."""

    kept: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "layers": "[kernel, stride] each",
        "kept": "layers that keep their stride, from the first on",
    }

    def rules(self) -> Iterator[str]:
        yield from TotalStride.rules(self)
        if not 0 <= self.kept <= len(self.layers):
            yield "kept must be from 0 to the number of layers"


@dataclass(frozen=True, slots=True)
class UndoStride(Spec):
    """The padding of a transposed convolution that undoes a network's total stride exactly."""

    strides: tuple[int, ...]
    kernel: int

    meaning: ClassVar[Mapping[str, str]] = {"strides": "of the network", "kernel": "of the transposed convolution"}

    def rules(self) -> Iterator[str]:
        if not self.strides or min(*self.strides, self.kernel) < 1:
            yield "there must be a stride, and all must be at least 1"
            return
        total = math.prod(self.strides)
        if self.kernel < total or (self.kernel - total) % 2:
            yield "no padding does it: kernel − total stride must be even and not negative"
        yield from too_large(total + self.kernel, most=2000)


@dataclass(frozen=True, slots=True)
class EffectiveKernel(Spec):
    """Pixels that a dilated kernel spans along one axis."""

    kernel: int
    dilation: int

    meaning: ClassVar[Mapping[str, str]] = {"kernel": "kernel size, taps"}

    def rules(self) -> Iterator[str]:
        if min(self.kernel, self.dilation) < 1:
            yield "kernel and dilation must be at least 1"
        else:
            yield from too_large(self.kernel, self.dilation, most=1_000_000)


@dataclass(frozen=True, slots=True)
class KernelHoles(EffectiveKernel):
    """Pixels within a dilated square kernel that no tap reads."""

    def rules(self) -> Iterator[str]:
        yield from EffectiveKernel.rules(self)
        yield from too_large(self.kernel, self.dilation, most=4000)


@dataclass(frozen=True, slots=True)
class LargestDilation(Spec):
    """The largest dilation with which a kernel spans no more than so many pixels."""

    kernel: int
    span: int

    meaning: ClassVar[Mapping[str, str]] = {"kernel": "kernel size, taps", "span": "pixels at most"}

    def rules(self) -> Iterator[str]:
        if self.kernel < 2:
            yield "kernel must be at least 2: one tap spans one pixel at any dilation"
        elif self.span < self.kernel:
            yield "span must be at least kernel"
        else:
            yield from too_large(self.span, most=2000)


@dataclass(frozen=True, slots=True)
class StackOfThrees(Spec):
    """How many small convolutions (stride 1) see as much as one large kernel."""

    kernel: int
    small: int = 3

    meaning: ClassVar[Mapping[str, str]] = {"kernel": "side of the large kernel", "small": "side of the small kernels"}

    def rules(self) -> Iterator[str]:
        if self.small < 2 or self.kernel < self.small:
            yield "small must be at least 2, kernel at least small"
        elif (self.kernel - 1) % (self.small - 1):
            yield "no number of the small kernels gives exactly the large one"
        else:
            yield from too_large(self.kernel, most=500)


@dataclass(frozen=True, slots=True)
class StackSaving(StackOfThrees):
    """Weights that a chain of small convolutions saves against one large kernel, all with the same channels, without biases."""

    channels: int = 1

    def rules(self) -> Iterator[str]:
        yield from StackOfThrees.rules(self)
        if self.channels < 1:
            yield "channels must be at least 1"
