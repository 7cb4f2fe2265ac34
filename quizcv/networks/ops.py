"""What a layer of a network does: frozen types, data only. `quizcv.networks.shapes` and `counting` have the formulas for them, and
`quizcv.reference` runs them.

A shape is `(channels, height, width)` of maps, `(tokens, width)` of a sequence, or `(features,)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = tuple[int, ...]
#: Height and width.
Pair = tuple[int, int]

PoolKind = Literal["max", "average"]
NormKind = Literal["batch", "layer", "local response", "L2"]
ActivationKind = Literal[
    "relu",
    "relu6",
    "leaky relu",
    "tanh",
    "sigmoid",
    "hard sigmoid",
    "swish",
    "hard swish",
    "gelu",
    "softmax",
    "softmax over branches",
]


@dataclass(frozen=True, slots=True)
class Op:
    """Base of all."""


@dataclass(frozen=True, slots=True)
class Conv(Op):
    """Cross-correlation with zero padding on both sides of each axis."""

    channels: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True


@dataclass(frozen=True, slots=True)
class SparseConv(Op):
    """A convolution whose output maps read only some input maps: `table[o]` lists those of output map `o`. With biases, no padding."""

    table: tuple[tuple[int, ...], ...]
    kernel: Pair


@dataclass(frozen=True, slots=True)
class ConvTranspose(Op):
    """The transposed convolution."""

    channels: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    output_padding: Pair = (0, 0)
    groups: int = 1
    bias: bool = True


@dataclass(frozen=True, slots=True)
class Pool(Op):
    """Pooling; `ceil` keeps a last window that hangs over the edge, by PyTorch's rule."""

    kind: PoolKind
    kernel: Pair
    stride: Pair
    padding: Pair = (0, 0)
    ceil: bool = False


@dataclass(frozen=True, slots=True)
class Subsample(Op):
    """LeNet's pooling: the sum of a window times one trained coefficient plus one trained bias a map; windows do not overlap."""

    kernel: Pair


@dataclass(frozen=True, slots=True)
class AdaptivePool(Op):
    """Pooling to a stated size; `(1, 1)` is global pooling."""

    size: Pair
    kind: PoolKind = "average"


@dataclass(frozen=True, slots=True)
class Unpool(Op):
    """Max unpooling: reads a map, and the pooling whose places (and size before it) it restores."""


@dataclass(frozen=True, slots=True)
class Upsample(Op):
    """To a multiple of the size, or to the size of a second input where `factor` is 0."""

    factor: int
    mode: Literal["nearest", "bilinear"] = "nearest"


@dataclass(frozen=True, slots=True)
class Linear(Op):
    """On all features, or on every token alike."""

    features: int
    bias: bool = True


@dataclass(frozen=True, slots=True)
class RadialBasis(Op):
    """LeNet's output: squared distances to fixed codes; nothing is trained."""

    features: int


@dataclass(frozen=True, slots=True)
class Norm(Op):
    """Batch, layer (over the channels), local response, or L2 with a trained scale a channel (SSD)."""

    kind: NormKind = "batch"


@dataclass(frozen=True, slots=True)
class Activation(Op):
    """Elementwise; "softmax over branches" is over that many equal parts of the channels."""

    kind: ActivationKind
    branches: int = 1


@dataclass(frozen=True, slots=True)
class Dropout(Op):
    """`p` is the probability to drop."""

    p: float = 0.5


@dataclass(frozen=True, slots=True)
class Scale(Op):
    """One trained factor a channel (ConvNeXt's layer scale)."""


@dataclass(frozen=True, slots=True)
class Add(Op):
    """Elementwise sum of equal shapes."""


@dataclass(frozen=True, slots=True)
class Gate(Op):
    """Reads maps and one weight a channel `(C, 1, 1)`, and multiplies."""


@dataclass(frozen=True, slots=True)
class Concat(Op):
    """Along the channels."""


@dataclass(frozen=True, slots=True)
class Slice(Op):
    """Channels from `start` to `stop` (excluded)."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Shuffle(Op):
    """Channel shuffle between groups (ShuffleNet)."""

    groups: int


@dataclass(frozen=True, slots=True)
class SpaceToDepth(Op):
    """Blocks of pixels become channels (YOLOv2's passthrough)."""

    block: int


@dataclass(frozen=True, slots=True)
class Crop(Op):
    """The first input cut to the height and width of the second: `offset` from the top left, or centred where it is None."""

    offset: int | None = None


@dataclass(frozen=True, slots=True)
class PadShortcut(Op):
    """ResNet's option A: every `stride`-th pixel, and zeros for the channels that are missing."""

    channels: int
    stride: int


@dataclass(frozen=True, slots=True)
class Flatten(Op):
    """Maps become features."""


@dataclass(frozen=True, slots=True)
class Reshape(Op):
    """The same values in a stated shape."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class ToTokens(Op):
    """`(C, H, W)` becomes a sequence of H·W tokens of width C."""


@dataclass(frozen=True, slots=True)
class ClassToken(Op):
    """A trained token before all others."""


@dataclass(frozen=True, slots=True)
class PositionTable(Op):
    """A trained vector a token, added."""


@dataclass(frozen=True, slots=True)
class Attention(Op):
    """Multi-head self-attention with biases: projections to queries, keys, values, and out again."""

    heads: int


@dataclass(frozen=True, slots=True)
class FirstToken(Op):
    """The class token alone."""
