"""Bytes of weights, activations and training; where the parameters of small networks sit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.counting import MOST_COUNTED, ConvParams, FlattenLinear, LinearParams, positive
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

Dtype = Literal["float32", "float16", "bfloat16", "int8"]
Optimizer = Literal["SGD", "SGD with momentum", "Adam", "AdamW", "Adam with amsgrad"]

#: Weights that are really trained for a step.
MOST_TRAINED = 4_000_000


@dataclass(frozen=True, slots=True)
class FeatureBytes(Spec):
    """Bytes of a feature map."""

    channels: int
    size: int
    batch: int = 1
    dtype: Dtype = "float32"

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the map, pixels", "batch": "images"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels", "size", "batch")
        yield from too_large(self.channels, self.size, self.size, self.batch, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class FeatureMib(FeatureBytes):
    """The same in MiB, 2^20 bytes."""


@dataclass(frozen=True, slots=True)
class FeatureBatch(Spec):
    """The largest batch whose feature map fits into so many MiB."""

    channels: int
    size: int
    mib: int
    dtype: Dtype = "float32"

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the map, pixels", "mib": "2^20 bytes each"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels", "size", "mib")
        yield from too_large(self.channels, self.size, self.size, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class WeightBytes(Spec):
    """Bytes of the parameters of a convolution."""

    in_channels: int
    out_channels: int
    kernel: int
    bias: bool = True
    dtype: Dtype = "float32"

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, self.kernel).rules()


@dataclass(frozen=True, slots=True)
class WeightMegabytes(Spec):
    """Parameters of a fully connected layer in MB, 10^6 bytes."""

    in_features: int
    out_features: int
    bias: bool = True
    dtype: Dtype = "float32"

    def rules(self) -> Iterator[str]:
        yield from LinearParams(self.in_features, self.out_features).rules()


@dataclass(frozen=True, slots=True)
class QuantizedSaved(Spec):
    """Bytes that a convolution gets smaller when its float32 weights become int8 with a float32 scale for each output channel;
    the biases stay float32."""

    in_channels: int
    out_channels: int
    kernel: int
    bias: bool = True

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, self.kernel).rules()


@dataclass(frozen=True, slots=True)
class TrainingBytes(Spec):
    """Bytes of weights, gradients and optimizer state of a fully connected layer, all in float32."""

    in_features: int
    out_features: int
    bias: bool = True
    optimizer: Optimizer = "Adam"

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_features", "out_features")
        yield from too_large(self.in_features + 1, self.out_features, most=MOST_TRAINED)


@dataclass(frozen=True, slots=True)
class MixedBytes(TrainingBytes):
    """The same in mixed precision: float16 weights and gradients beside a float32 copy of the weights and a float32 state."""


@dataclass(frozen=True, slots=True)
class GapSaving(FlattenLinear):
    """Parameters that global average pooling before the fully connected layer saves, against flattening the map."""


@dataclass(frozen=True, slots=True)
class GapHiddenSaving(Spec):
    """The same where flattening needs a hidden fully connected layer, and average pooling leads to the classes at once."""

    channels: int
    size: int
    hidden: int
    classes: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "side of the map, pixels",
        "hidden": "units of the hidden layer behind the flattened map",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels", "size", "hidden", "classes")
        yield from too_large(self.channels, self.size, self.size, self.hidden + self.classes, most=MOST_COUNTED)
        if self.hidden * (self.channels * self.size**2 + self.classes) < self.channels * self.classes:
            yield "average pooling saves nothing here"


@dataclass(frozen=True, slots=True)
class FirstFcShare(Spec):
    """Share of the first fully connected layer in the parameters of a small network, percent. Each convolution keeps the size,
    and a 2×2 max pooling with stride 2 follows it; two fully connected layers end the network. Every layer has biases."""

    in_channels: int
    channels: tuple[int, ...]
    kernel: int
    size: int
    hidden: int
    classes: int

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "output channels of the convolutions, in order",
        "size": "side of the image, pixels",
        "hidden": "outputs of the first fully connected layer",
        "classes": "outputs of the second one",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "kernel", "size", "hidden", "classes")
        if not self.channels or min(self.channels) < 1:
            yield "channels must list at least one layer, each with at least 1 channel"
            return
        if len(self.channels) > 8:
            yield "8 convolutions at most"
        if self.kernel % 2 == 0:
            yield "kernel must be odd, so that the same padding on each side keeps the size"
        if self.size < 2 ** len(self.channels):
            yield "the poolings leave nothing of the image"
        widest = max(self.in_channels, self.hidden, *self.channels)
        yield from too_large(widest, widest, max(1, self.kernel, self.size) ** 2, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class FirstFcShareGap(FirstFcShare):
    """The same with global average pooling instead of flattening."""
