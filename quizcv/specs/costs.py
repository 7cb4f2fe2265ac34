"""Multiply-accumulates and FLOPs of single layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.counting import MOST_COUNTED, grouped, positive
from quizcv.specs.layer_params import AttentionParams
from quizcv.specs.shapes import ConvOutput, too_large
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class ConvMacs(Spec):
    """Multiply-accumulates of a convolution for one image: padding taps counted, biases not."""

    in_channels: int
    out_channels: int
    kernel: int
    out_size: int
    groups: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"out_size": "side of the output map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels", "kernel", "out_size")
        yield from grouped(self.in_channels, self.out_channels, self.groups)
        sizes = (self.in_channels, self.out_channels, self.kernel, self.kernel, self.out_size, self.out_size)
        yield from too_large(*sizes, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class ConvMacsInput(Spec):
    """The same where the size of the input is known."""

    in_channels: int
    out_channels: int
    kernel: int
    size: int
    stride: int = 1
    padding: int = 0
    groups: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "side of the input map, pixels",
        "padding": "zeros on each side",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels")
        yield from grouped(self.in_channels, self.out_channels, self.groups)
        yield from ConvOutput(self.size, self.kernel, self.stride, self.padding).rules()
        padded = self.size + 2 * self.padding
        sizes = (self.in_channels, self.out_channels, self.kernel, self.kernel, padded, padded)
        yield from too_large(*sizes, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class ConvFlops(ConvMacs):
    """FLOPs of a convolution for one image: 2 for each multiply-accumulate, 1 for each bias added."""

    bias: bool = False


@dataclass(frozen=True, slots=True)
class ConvTraining(Spec):
    """FLOPs of forward and backward pass of an ungrouped convolution without bias."""

    in_channels: int
    out_channels: int
    kernel: int
    out_size: int
    batch: int = 1
    first: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "out_size": "side of the output map, pixels",
        "first": "whether the layer reads the image, which needs no gradient",
    }

    def rules(self) -> Iterator[str]:
        yield from ConvMacs(self.in_channels, self.out_channels, self.kernel, self.out_size).rules()
        yield from positive(self, "batch")
        sizes = (self.in_channels, self.out_channels, self.kernel, self.kernel, self.out_size, self.out_size)
        yield from too_large(self.batch, *sizes, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class DepthwiseMacs(Spec):
    """Multiply-accumulates of a depthwise convolution for one image."""

    in_channels: int
    kernel: int
    out_size: int
    multiplier: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "out_size": "side of the output map, pixels",
        "multiplier": "output channels for each input channel",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "kernel", "out_size", "multiplier")
        sizes = (self.in_channels, self.multiplier, self.kernel, self.kernel, self.out_size, self.out_size)
        yield from too_large(*sizes, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class DepthwiseMacsInput(Spec):
    """The same where the size of the input is known."""

    in_channels: int
    kernel: int
    size: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the input map, pixels", "padding": "zeros on each side"}

    def rules(self) -> Iterator[str]:
        channels = self.in_channels
        yield from ConvMacsInput(
            channels, channels, self.kernel, self.size, self.stride, self.padding, channels
        ).rules()


@dataclass(frozen=True, slots=True)
class PointwiseMacs(Spec):
    """Multiply-accumulates of a 1×1 convolution for one image."""

    in_channels: int
    out_channels: int
    size: int
    groups: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from ConvMacsInput(self.in_channels, self.out_channels, 1, self.size, groups=self.groups).rules()


@dataclass(frozen=True, slots=True)
class PointwiseStride(Spec):
    """Multiply-accumulates of a 1×1 convolution with a stride, for one image."""

    in_channels: int
    out_channels: int
    size: int
    stride: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the input map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from ConvMacsInput(self.in_channels, self.out_channels, 1, self.size, self.stride).rules()


@dataclass(frozen=True, slots=True)
class ConvTransposeMacs(Spec):
    """Multiply-accumulates of a transposed convolution for one image: every input unit times every tap."""

    in_channels: int
    out_channels: int
    kernel: int
    size: int
    stride: int = 1
    groups: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the input map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_channels", "out_channels", "kernel", "size", "stride")
        yield from grouped(self.in_channels, self.out_channels, self.groups)
        full = max(1, self.size * self.stride + self.kernel)
        yield from too_large(self.in_channels, self.out_channels, self.kernel**2, full**2, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class ConvTransposeMacsOut(Spec):
    """The same where the size of the output is known: no groups, no output padding."""

    in_channels: int
    out_channels: int
    kernel: int
    out_size: int
    stride: int
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "out_size": "side of the output map, pixels",
        "padding": "the `padding` of `nn.ConvTranspose2d`, cut off on each side",
    }

    def rules(self) -> Iterator[str]:
        yield from ConvMacs(self.in_channels, self.out_channels, self.kernel, self.out_size).rules()
        yield from positive(self, "stride")
        if self.padding < 0:
            yield "padding must not be negative"
        room = self.out_size + 2 * self.padding - self.kernel
        if self.stride > 0 and (room < 0 or room % self.stride):
            yield f"no input gives {self.out_size} pixels"
        yield from too_large(self.out_size + 2 * self.padding, most=2000)


@dataclass(frozen=True, slots=True)
class LinearMacs(Spec):
    """Multiply-accumulates of a fully connected layer."""

    in_features: int
    out_features: int
    batch: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"batch": "vectors that pass"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_features", "out_features", "batch")
        yield from too_large(self.in_features, self.out_features, self.batch, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class HiddenMacs(Spec):
    """Multiply-accumulates of two fully connected layers, applied to every token."""

    in_features: int
    hidden: int
    out_features: int
    tokens: int

    meaning: ClassVar[Mapping[str, str]] = {"hidden": "units between the two layers", "tokens": "vectors that pass"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "in_features", "hidden", "out_features", "tokens")
        yield from too_large(self.in_features + self.out_features, self.hidden, self.tokens, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class AttentionMacs(Spec):
    """Multiply-accumulates of multi-head self-attention: scores and weighted sum, with or without the four projections."""

    tokens: int
    dim: int
    heads: int = 1
    projections: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "dim": "features of a token, of all heads together",
        "projections": "whether those of queries, keys, values and output are counted",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "tokens")
        yield from (
            broken.replace("embed_dim", "dim").replace("num_heads", "heads")
            for broken in AttentionParams(self.dim, self.heads).rules()
        )
        yield from too_large(self.tokens, self.tokens + self.dim, self.dim, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class WindowMacs(Spec):
    """The same for attention within windows of a square map of tokens."""

    size: int
    window: int
    dim: int
    projections: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "side of the map, tokens",
        "window": "side of a window, tokens",
        "dim": "features of a token, of all heads together",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "size", "window", "dim")
        if self.window > 0 and self.size % self.window:
            yield "size must be divisible by window"
        yield from too_large(self.size**2, self.window**2 + self.dim, self.dim, most=MOST_COUNTED)
