"""Parameters of what networks of an era are made of: LeNet's table, AlexNet's groups, stacks, transformers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.blocks import Block, grouped, sizes


@dataclass(frozen=True, slots=True)
class SparseConnection(Block):
    """Parameters, biases included, of a convolution whose filters see only some of the input maps."""

    in_channels: int
    kernel: int
    units: tuple[int, ...]
    maps: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {
        "units": "number of filters of each kind",
        "maps": "input maps that each filter of the kind sees",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if len(self.units) != len(self.maps):
            yield "units and maps must be of one length"
        elif any(seen > self.in_channels for seen in self.maps):
            yield "no filter sees more maps than there are"
        if sum(self.units) > 256:
            yield "there may be 256 filters at most"


@dataclass(frozen=True, slots=True)
class SparseSaving(SparseConnection):
    """Parameters that the table of connections saves against a full convolution."""


@dataclass(frozen=True, slots=True)
class SparseConnections(SparseConnection):
    """Connections (bias among them) of such a layer on a square input, without padding, stride 1."""

    size: int

    def rules(self) -> Iterator[str]:
        yield from SparseConnection.rules(self)
        if self.size < self.kernel:
            yield "the kernel is larger than the input"
        if self.size**2 * self.in_channels * sum(self.units) > 2_000_000:
            yield "this is too large to be run"


@dataclass(frozen=True, slots=True)
class GroupSaving(Block):
    """Parameters that groups save in a convolution with biases."""

    in_channels: int
    out_channels: int
    kernel: int
    groups: int = 2

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        yield from grouped(self.groups, self.in_channels, self.out_channels)


@dataclass(frozen=True, slots=True)
class GroupStack(Block):
    """Parameters, biases included, of convolutions one behind the other, some of them in groups."""

    channels: tuple[int, ...]
    kernels: tuple[int, ...]
    groups: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of the input, then behind every layer",
        "kernels": "of each layer",
        "groups": "of each layer",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if not len(self.channels) - 1 == len(self.kernels) == len(self.groups) <= 8:
            yield "there must be one kernel and one number of groups per layer (8 at most), and one more channels"
            return
        for at, groups in enumerate(self.groups):
            yield from grouped(groups, self.channels[at], self.channels[at + 1])


@dataclass(frozen=True, slots=True)
class ConvBnStack(Block):
    """Parameters of convolution, batch normalization, ReLU, twice."""

    in_channels: int
    mid_channels: int
    out_channels: int
    kernel: int
    kernel2: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "mid_channels": "between the two convolutions",
        "bias": "the convolutions have biases",
    }


@dataclass(frozen=True, slots=True)
class ConvBnState(ConvBnStack):
    """Numbers in the state dict of such a stack: running statistics and counters too."""


@dataclass(frozen=True, slots=True)
class ConvBnFused(ConvBnStack):
    """Parameters of such a stack with the normalizations folded into the convolutions."""


@dataclass(frozen=True, slots=True)
class MlpParams(Block):
    """Parameters of a multilayer perceptron."""

    features: tuple[int, ...]
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"features": "of the input, then of every layer"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if not 2 <= len(self.features) <= 16:
            yield "features must be 2 to 16 numbers"


@dataclass(frozen=True, slots=True)
class MlpWidth(Block):
    """The widest two equal hidden layers with which a perceptron with biases keeps to this many parameters."""

    in_features: int
    out_features: int
    params: int

    meaning: ClassVar[Mapping[str, str]] = {"params": "parameters allowed"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.in_features + 2 * self.out_features + 3 > self.params:
            yield "even one unit per hidden layer needs more parameters"


@dataclass(frozen=True, slots=True)
class RnnStack(Block):
    """Parameters of a stacked recurrent network as PyTorch builds it (two bias vectors per gate)."""

    kind: Literal["LSTM", "GRU"]
    input_size: int
    hidden_size: int
    num_layers: int
    bidirectional: bool = False


@dataclass(frozen=True, slots=True)
class RnnClassifier(Block):
    """Parameters of a stacked bidirectional recurrent network and a linear layer on its output."""

    kind: Literal["LSTM", "GRU"]
    input_size: int
    hidden_size: int
    num_layers: int
    classes: int


@dataclass(frozen=True, slots=True)
class TransformerBlock(Block):
    """Parameters of a transformer's encoder layer: attention, two linear layers, two layer normalizations."""

    width: int
    heads: int
    mlp: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "of the embedding",
        "mlp": "units of the hidden layer",
        "bias": "linear layers and layer normalizations have biases",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.heads >= 1 and self.width % self.heads:
            yield "heads must divide width"


@dataclass(frozen=True, slots=True)
class TransformerDecoder(TransformerBlock):
    """Parameters of some decoder layers: self-attention, cross-attention, two linear layers, three normalizations."""

    layers: int = 1

    def rules(self) -> Iterator[str]:
        yield from TransformerBlock.rules(self)
        if self.layers > 12:
            yield "there may be 12 layers at most"


@dataclass(frozen=True, slots=True)
class AttentionMacs(Block):
    """Multiply-accumulates of the matrix products of a transformer's encoder layer."""

    tokens: int
    width: int
    mlp: int

    meaning: ClassVar[Mapping[str, str]] = {"width": "of the embedding", "mlp": "units of the hidden layer"}


@dataclass(frozen=True, slots=True)
class VitMacs(Block):
    """The same for a vision transformer, from image and patch; patches do not overlap, a class token is added."""

    size: int
    patch: int
    width: int
    mlp: int

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "height and width of the image",
        "patch": "height and width of a patch",
        "width": "of the embedding",
        "mlp": "units of the hidden layer",
    }

    def rules(self) -> Iterator[str]:
        yield from patched(self)


@dataclass(frozen=True, slots=True)
class PatchEmbedding(Block):
    """Parameters of a patch embedding: the linear projection alone."""

    in_channels: int
    patch: int
    width: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "patch": "height and width of a patch",
        "width": "of the embedding",
    }


@dataclass(frozen=True, slots=True)
class PatchTokens(Block):
    """Parameters of patch projection (with bias), learnt position embedding and, if there is one, class token."""

    size: int
    patch: int
    in_channels: int
    width: int
    cls: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "height and width of the image",
        "patch": "height and width of a patch",
        "width": "of the embedding",
        "cls": "there is a class token, with a position of its own",
    }

    def rules(self) -> Iterator[str]:
        yield from patched(self)


@dataclass(frozen=True, slots=True)
class PatchResized(Block):
    """Parameters that the position embedding gains when the image grows."""

    size: int
    larger: int
    patch: int
    width: int

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "height and width of the image",
        "larger": "those of the larger one",
    }

    def rules(self) -> Iterator[str]:
        yield from patched(self)
        if self.patch >= 1 and (self.larger <= self.size or self.larger % self.patch):
            yield "larger must be more than size and a multiple of patch"


def patched(spec: VitMacs | PatchTokens | PatchResized) -> Iterator[str]:
    """The rule for images cut into patches."""
    yield from sizes(spec)
    if spec.patch >= 1 and spec.size % spec.patch:
        yield "patch must divide size"
    if spec.patch >= 1 and spec.size // spec.patch > 1024:
        yield "there are more patches than can be run"
