"""Parameters of normalisation, recurrent, attention, embedding and activation layers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.counting import MOST_COUNTED, ConvParams, grouped, positive
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

#: Widest hidden state that is looked for, and deepest stack that is built.
WIDEST_HIDDEN = 4096
DEEPEST = 64


@dataclass(frozen=True, slots=True)
class BatchNormParams(Spec):
    """Learnable parameters of `nn.BatchNorm2d`."""

    channels: int

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels")


@dataclass(frozen=True, slots=True)
class BatchNormBuffers(BatchNormParams):
    """Numbers in the buffers of `nn.BatchNorm2d`: running mean, running variance, and the counter of batches."""


@dataclass(frozen=True, slots=True)
class BatchNormState(BatchNormParams):
    """Numbers in the `state_dict` of `nn.BatchNorm2d`."""

    affine: bool = True
    track_running_stats: bool = True


@dataclass(frozen=True, slots=True)
class ConvBnParams(Spec):
    """Learnable parameters of a convolution and the batch norm behind it."""

    in_channels: int
    out_channels: int
    kernel: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"bias": "of the convolution"}

    def rules(self) -> Iterator[str]:
        yield from ConvParams(self.in_channels, self.out_channels, self.kernel).rules()


@dataclass(frozen=True, slots=True)
class FoldedParams(ConvParams):
    """Parameters of the convolution into which the batch norm behind it was folded. `bias`: before folding."""

    meaning: ClassVar[Mapping[str, str]] = {"bias": "of the convolution before the batch norm is folded in"}


@dataclass(frozen=True, slots=True)
class FoldedSaving(FoldedParams):
    """Numbers that folding saves: learnable parameters and running statistics before, parameters after."""


@dataclass(frozen=True, slots=True)
class LayerNormParams(Spec):
    """Learnable parameters of `nn.LayerNorm`."""

    shape: tuple[int, ...]
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"shape": "the last axes of the input, over which it normalises"}

    def rules(self) -> Iterator[str]:
        if not self.shape or min(self.shape) < 1:
            yield "shape must have at least one axis, each of size 1 at least"
        else:
            yield from too_large(*self.shape, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class LayerGroupDifference(Spec):
    """Learnable parameters that `nn.LayerNorm` over C×H×W has more than `nn.GroupNorm` over the same map."""

    channels: int
    size: int
    groups: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the map, pixels"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels", "size")
        yield from (
            broken.replace("in_channels", "channels") for broken in grouped(self.channels, self.groups, self.groups)
        )
        yield from too_large(self.channels, self.size, self.size, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class LstmParams(Spec):
    """Learnable parameters of `nn.LSTM`."""

    input_size: int
    hidden_size: int
    num_layers: int = 1
    bidirectional: bool = False
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"bias": "two vectors for each layer and direction"}
    gates: ClassVar[int] = 4

    def rules(self) -> Iterator[str]:
        yield from positive(self, "input_size", "hidden_size", "num_layers")
        yield from too_large(self.num_layers, most=DEEPEST)


@dataclass(frozen=True, slots=True)
class GruParams(LstmParams):
    """Learnable parameters of `nn.GRU`."""

    gates: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class LstmHidden(Spec):
    """The hidden size with which a one-layer `nn.LSTM` has a known number of parameters."""

    input_size: int
    params: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"bias": "two vectors"}
    gates: ClassVar[int] = 4

    def rules(self) -> Iterator[str]:
        yield from positive(self, "input_size", "params")
        if self.params % self.gates:
            yield f"no hidden size gives {self.params:,} parameters"
            return
        linear = self.input_size + (2 if self.bias else 0)
        hidden = (math.isqrt(max(0, linear**2 + 4 * (self.params // self.gates))) - linear) // 2
        if hidden < 1 or hidden * (hidden + linear) != self.params // self.gates:
            yield f"no hidden size gives {self.params:,} parameters"
        yield from too_large(hidden, most=WIDEST_HIDDEN)


@dataclass(frozen=True, slots=True)
class GruHidden(LstmHidden):
    """The hidden size with which a one-layer `nn.GRU` has a known number of parameters."""

    gates: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class AttentionParams(Spec):
    """Learnable parameters of `nn.MultiheadAttention`."""

    embed_dim: int
    num_heads: int
    bias: bool = True

    def rules(self) -> Iterator[str]:
        yield from positive(self, "embed_dim", "num_heads")
        if self.num_heads > 0 and self.embed_dim % self.num_heads:
            yield "embed_dim must be divisible by num_heads"


@dataclass(frozen=True, slots=True)
class CrossAttentionParams(Spec):
    """Learnable parameters of `nn.MultiheadAttention` whose keys and values have other widths."""

    embed_dim: int
    num_heads: int
    kdim: int
    vdim: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"kdim": "features of the keys", "vdim": "features of the values"}

    def rules(self) -> Iterator[str]:
        yield from AttentionParams(self.embed_dim, self.num_heads).rules()
        yield from positive(self, "kdim", "vdim")


@dataclass(frozen=True, slots=True)
class AttentionDim(Spec):
    """The `embed_dim` with which an `nn.MultiheadAttention` has a known number of parameters."""

    num_heads: int
    params: int
    bias: bool = True

    def rules(self) -> Iterator[str]:
        yield from positive(self, "num_heads", "params")
        extra = 1 if self.bias else 0
        dim = (math.isqrt(max(0, extra + self.params)) - extra) // 2
        if dim < 1 or 4 * dim * (dim + extra) != self.params or (self.num_heads > 0 and dim % self.num_heads):
            yield f"no embed_dim gives {self.params:,} parameters"
        yield from too_large(dim, most=WIDEST_HIDDEN)


@dataclass(frozen=True, slots=True)
class EmbeddingParams(Spec):
    """Learnable parameters of `nn.Embedding`."""

    num_embeddings: int
    embedding_dim: int
    padding: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"padding": "whether `padding_idx=0` is given"}

    def rules(self) -> Iterator[str]:
        yield from positive(self, "num_embeddings", "embedding_dim")
        yield from too_large(self.num_embeddings, self.embedding_dim, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class EmbeddingTied(Spec):
    """Learnable parameters of token embedding, position embedding and output layer of a language model."""

    num_embeddings: int
    embedding_dim: int
    positions: int
    tied: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "positions": "rows of the position embedding",
        "tied": "whether the output layer uses the weights of the token embedding",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "num_embeddings", "embedding_dim", "positions")
        yield from too_large(self.num_embeddings, self.embedding_dim, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class PreluParams(Spec):
    """Learnable parameters of the `nn.PReLU` behind a map."""

    channels: int
    size: int
    shared: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "side of the map, pixels",
        "shared": "one slope for all channels (`nn.PReLU()`), else one for each",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(self, "channels", "size")


@dataclass(frozen=True, slots=True)
class PreluNetwork(Spec):
    """Learnable parameters that a chain of convolutions gains when every ReLU becomes an `nn.PReLU`."""

    channels: tuple[int, ...]
    shared: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "output channels of the layers, in order",
        "shared": "one slope for all channels of a layer, else one for each",
    }

    def rules(self) -> Iterator[str]:
        if not self.channels or min(self.channels) < 1:
            yield "channels must list at least one layer, each with at least 1 channel"
