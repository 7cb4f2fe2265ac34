"""What one unit sees of the input."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

_LAYERS: Mapping[str, str] = {"layers": "[kernel, stride] or [kernel, stride, dilation] each, from the input on"}


def _chain(layers: tuple[tuple[int, ...], ...], most: int = 200_000) -> Iterator[str]:
    """The rules for layers; what they reach is not larger than the bound that is held against `most`."""
    if not layers:
        yield "there must be a layer"
    elif any(len(layer) not in (2, 3) for layer in layers):
        yield "every layer must be [kernel, stride] or [kernel, stride, dilation]"
    elif min(min(layer) for layer in layers) < 1:
        yield "kernel, stride and dilation must be at least 1"
    else:
        reach = sum(layer[0] * (layer[2] if len(layer) == 3 else 1) for layer in layers)
        reach *= math.prod(layer[1] for layer in layers)
        yield from too_large(reach, most=most)
        yield from too_large(reach, max(layer[0] for layer in layers))


@dataclass(frozen=True, slots=True)
class ReceptiveField(Spec):
    """Receptive field of one unit behind a chain of layers, along one axis."""

    layers: tuple[tuple[int, ...], ...]

    meaning: ClassVar[Mapping[str, str]] = _LAYERS

    def rules(self) -> Iterator[str]:
        yield from _chain(self.layers)


@dataclass(frozen=True, slots=True)
class LastKernel(Spec):
    """The smallest kernel of one more layer with which the receptive field is at least so large."""

    layers: tuple[tuple[int, ...], ...]
    field: int

    meaning: ClassVar[Mapping[str, str]] = {**_LAYERS, "field": "wanted at least, pixels"}

    def rules(self) -> Iterator[str]:
        yield from _chain(self.layers, most=20_000)
        if not 1 <= self.field <= 2000:
            yield "field must be from 1 to 2,000"


@dataclass(frozen=True, slots=True)
class DilatedField(Spec):
    """Receptive field behind convolutions of one kernel size and stride 1 with these dilations."""

    kernel: int
    dilations: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"dilations": "of each layer, from the input on"}

    def rules(self) -> Iterator[str]:
        if not self.dilations or min(*self.dilations, self.kernel) < 1:
            yield "there must be a dilation, and all must be at least 1"
        else:
            yield from too_large(self.kernel, sum(self.dilations), most=200_000)
            yield from too_large(self.kernel, self.kernel, sum(self.dilations))


@dataclass(frozen=True, slots=True)
class LastDilation(DilatedField):
    """The smallest dilation of one more layer with which the receptive field is at least so large."""

    field: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "dilations": "of each layer, from the input on",
        "field": "wanted at least, pixels",
    }

    def rules(self) -> Iterator[str]:
        yield from DilatedField.rules(self)
        if self.kernel < 2:
            yield "kernel must be at least 2: with one tap nothing grows"
        if not 1 <= self.field <= 2000:
            yield "field must be from 1 to 2,000"


@dataclass(frozen=True, slots=True)
class Jump(Spec):
    """Input pixels between neighbouring units behind a chain of layers."""

    layers: tuple[tuple[int, ...], ...]

    meaning: ClassVar[Mapping[str, str]] = _LAYERS

    def rules(self) -> Iterator[str]:
        yield from _chain(self.layers)


@dataclass(frozen=True, slots=True)
class UnitDistance(Jump):
    """Input pixels between two units that are `apart` units from each other."""

    apart: int = 1

    def rules(self) -> Iterator[str]:
        yield from Jump.rules(self)
        if not 1 <= self.apart <= 1000:
            yield "apart must be from 1 to 1,000"


@dataclass(frozen=True, slots=True)
class SharedField(Jump):
    """Input pixels, along one axis, that lie within the receptive fields of two neighbouring units."""


@dataclass(frozen=True, slots=True)
class UnitCentre(Spec):
    """Coordinate, along one axis, of the centre of a unit's receptive field; pixel 0 has its centre at 0."""

    layers: tuple[tuple[int, int, int], ...]
    unit: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "layers": "[kernel, stride, padding] each, from the input on",
        "unit": "index of the unit, from 0",
    }

    def rules(self) -> Iterator[str]:
        if not self.layers or any(min(kernel, stride) < 1 or padding < 0 for kernel, stride, padding in self.layers):
            yield "there must be a layer; kernel and stride must be at least 1, padding at least 0"
        elif any(padding > (kernel - 1) // 2 for kernel, _, padding in self.layers):
            yield "padding may be (kernel − 1)/2 at most, or the first unit would see nothing but zeros"
        elif not 0 <= self.unit <= 1000:
            yield "unit must be from 0 to 1,000"
        else:
            reach = sum(kernel for kernel, _, _ in self.layers) + self.unit
            reach *= math.prod(stride for _, stride, _ in self.layers)
            yield from too_large(reach, most=50_000)
            yield from too_large(reach, max(kernel for kernel, _, _ in self.layers), most=2_000_000)


@dataclass(frozen=True, slots=True)
class UnitStart(UnitCentre):
    """First pixel of a unit's receptive field; negative where it lies in the padding."""


@dataclass(frozen=True, slots=True)
class LayersForField(Spec):
    """How many layers of one kernel size it takes until a unit sees at least so many pixels."""

    field: int
    kernel: int
    growth: Literal["none", "dilation", "stride"] = "none"

    meaning: ClassVar[Mapping[str, str]] = {
        "field": "wanted at least, pixels",
        "growth": "none: stride and dilation 1; dilation: 1, 2, 4, …; stride: 2 in every layer",
    }

    def rules(self) -> Iterator[str]:
        if self.kernel < 2:
            yield "kernel must be at least 2: with one tap nothing grows"
        elif not 1 <= self.field <= 5000:
            yield "field must be from 1 to 5,000"
        elif self.kernel > 500:
            yield "this is too large to be run (kernels of 500 at most)"
        elif self.growth == "none" and self.field > 500 * (self.kernel - 1):
            yield "this is too large to be run (500 layers at most)"


@dataclass(frozen=True, slots=True)
class CyclesForField(Spec):
    """How many times the dilations 1, 2, 4, … `largest` must be gone through until a unit sees so many pixels."""

    field: int
    kernel: int
    largest: int

    meaning: ClassVar[Mapping[str, str]] = {
        "field": "wanted at least, pixels",
        "largest": "last dilation of a cycle, a power of two",
    }

    def rules(self) -> Iterator[str]:
        if self.kernel < 2:
            yield "kernel must be at least 2: with one tap nothing grows"
        elif not 1 <= self.field <= 20_000 or self.kernel > 500:
            yield "field must be from 1 to 20,000 and kernel 500 at most"
        elif self.largest < 1 or self.largest & (self.largest - 1) or self.largest > 4096:
            yield "largest must be a power of two, 4,096 at most"
        elif self.field > 50 * self.largest * (self.kernel - 1):
            yield "this is too large to be run (50 cycles at most)"


@dataclass(frozen=True, slots=True)
class PooledField(Spec):
    """Receptive field behind blocks of convolutions (stride 1), each block ended by a pooling."""

    blocks: tuple[int, ...]
    kernel: int = 3
    pool: int = 2
    pool_stride: int = 2
    last_pool: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "blocks": "number of convolutions of each block",
        "pool": "window of the poolings",
        "last_pool": "whether the last block's pooling counts too",
    }

    def rules(self) -> Iterator[str]:
        if not 1 <= len(self.blocks) <= 12 or min(*self.blocks, 1) < 1:
            yield "there must be 1 to 12 blocks of at least one convolution each"
        elif min(self.kernel, self.pool, self.pool_stride) < 1:
            yield "kernel, pool and pool_stride must be at least 1"
        else:
            reach = sum(self.blocks) * self.kernel + len(self.blocks) * self.pool
            reach *= self.pool_stride ** len(self.blocks)
            yield from too_large(reach, most=200_000)
            yield from too_large(reach, max(self.kernel, self.pool))
            yield from too_large(sum(self.blocks), most=200)


@dataclass(frozen=True, slots=True)
class LastBlock(Spec):
    """How many convolutions the last block needs, behind pooled ones, until a unit sees at least so many pixels."""

    blocks: tuple[int, ...]
    field: int
    kernel: int = 3
    pool: int = 2

    meaning: ClassVar[Mapping[str, str]] = {
        "blocks": "number of convolutions of each block before, all pooled",
        "field": "wanted at least, pixels",
        "pool": "window and stride of the poolings",
    }

    def rules(self) -> Iterator[str]:
        yield from PooledField(self.blocks, self.kernel, self.pool, self.pool).rules()
        if self.kernel < 2:
            yield "kernel must be at least 2: with one tap nothing grows"
        if not 1 <= self.field <= 1000:
            yield "field must be from 1 to 1,000"
        if self.field > 100 * (self.kernel - 1) * self.pool ** len(self.blocks):
            yield "this is too large to be run (100 convolutions at most)"
