"""Units and connections of convolutional layers, and fully connected layers written as such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.counting import MOST_COUNTED, FlattenLinear, positive
from quizcv.specs.shapes import ConvOutput, too_large
from quizcv.specs.spec import Spec

#: Products that may really be computed, where ones are convolved with ones.
MOST_PRODUCTS = 20_000_000


@dataclass(frozen=True, slots=True)
class ConvNeurons(Spec):
    """Units of the map that a convolution gives."""

    out_channels: int
    size: int
    kernel: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the input map, pixels", "padding": "zeros on each side"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "out_channels")
        yield from ConvOutput(self.size, self.kernel, self.stride, self.padding).rules()
        yield from too_large(self.out_channels, (self.size + 2 * self.padding) ** 2, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class ConvPoolNeurons(ConvNeurons):
    """Units of the map of a convolution and of the map that pooling makes of it, together."""

    pool: int = 2

    meaning: ClassVar[Mapping[str, str]] = {"pool": "window and stride of the pooling"}

    def rules(self) -> Iterator[str]:
        broken = list(ConvNeurons.rules(self))
        yield from broken
        if self.pool < 1:
            yield "pool must be at least 1"
        elif not broken and (self.size + 2 * self.padding - self.kernel) // self.stride + 1 < self.pool:
            yield "the pooling window is larger than the map it reads"


@dataclass(frozen=True, slots=True)
class ConvConnections(Spec):
    """Connections of a convolutional layer to its input, to padding zeros as well."""

    in_channels: int
    out_channels: int
    kernel: int
    size: int
    stride: int = 1
    padding: int = 0
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "side of the input map, pixels",
        "padding": "zeros on each side",
        "bias": "whether every unit has a connection to a bias",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels")
        broken = list(ConvOutput(self.size, self.kernel, self.stride, self.padding).rules())
        yield from broken
        if not broken:
            out = (self.size + 2 * self.padding - self.kernel) // self.stride + 1
            yield from too_large(self.in_channels, self.out_channels, self.kernel**2, out**2, most=MOST_PRODUCTS)
            yield from too_large(self.in_channels, (self.size + 2 * self.padding) ** 2)


@dataclass(frozen=True, slots=True)
class RealConnections(Spec):
    """Connections of a convolutional layer of stride 1 to pixels that are not padding, without biases."""

    in_channels: int
    out_channels: int
    kernel: int
    size: int
    padding: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the input map, pixels", "padding": "zeros on each side"}

    def rules(self) -> Iterator[str]:
        sizes = (self.in_channels, self.out_channels, self.kernel, self.size)
        yield from ConvConnections(*sizes, padding=self.padding).rules()
        if self.kernel > self.size:
            yield "the kernel may not be larger than the input here"
        if self.padding >= self.kernel:
            yield "padding must be smaller than the kernel here: some windows would see nothing else"


@dataclass(frozen=True, slots=True)
class LinearAsConv(Spec):
    """Shape of the weight of the convolution that equals a fully connected layer on a flattened map."""

    channels: int
    height: int
    width: int
    out_features: int

    meaning: ClassVar[Mapping[str, str]] = {"height": "of the map, pixels", "width": "of the map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from FlattenLinear(self.channels, self.height, self.width, self.out_features).rules()


@dataclass(frozen=True, slots=True)
class LinearAsConvParams(FlattenLinear):
    """Learnable parameters of that convolution."""


@dataclass(frozen=True, slots=True)
class LinearAsConvMap(Spec):
    """Shape of the output of two fully connected layers, written as convolutions, on a larger map than they were made for."""

    channels: int
    size: int
    hidden: int
    out_features: int
    larger: int

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "side of the map that the first layer was made for",
        "hidden": "outputs of the first layer",
        "out_features": "outputs of the second layer",
        "larger": "side of the map that is now given",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels", "size", "hidden", "out_features")
        if self.larger < self.size:
            yield "larger must not be smaller than size"
        yield from too_large(self.channels, self.hidden, max(1, self.larger) ** 2, most=MOST_COUNTED)
        yield from too_large(self.out_features, self.hidden, max(1, self.larger) ** 2, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class OneByOne(Spec):
    """Learnable parameters of the fully connected layer that a 1×1 convolution applies at every pixel."""

    in_channels: int
    out_channels: int
    size: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels", "size")
        yield from too_large(self.in_channels, self.out_channels, self.size**2, most=MOST_COUNTED)
