"""Parameters of densely connected blocks, and of stacks of small kernels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.blocks import MOST_LAYERS, Block, sizes


@dataclass(frozen=True, slots=True)
class DenseChannels(Block):
    """Output channels of a dense block."""

    channels: int
    growth: int
    layers: int

    meaning: ClassVar[Mapping[str, str]] = {"channels": "of the block's input", "growth": "channels every layer adds"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.channels > 8192 or self.growth > 1024:
            yield "channels (8192) or growth (1024) is too large to be run"


@dataclass(frozen=True, slots=True)
class DenseLayer(Block):
    """Parameters of one layer of a dense block: 1×1 to `bottleneck` · growth channels, 3×3 to growth channels."""

    channels: int
    growth: int
    layer: int
    bottleneck: int = 4
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of the block's input",
        "growth": "channels every layer adds",
        "layer": "which layer of the block, the first is 1",
        "bottleneck": "the 1×1 gives bottleneck · growth channels",
        "norm": "a batch normalization before each convolution, and it counts",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.layer > MOST_LAYERS:
            yield "layer is too large to be run"


@dataclass(frozen=True, slots=True)
class DenseParams(DenseChannels):
    """Weights of a whole dense block with bottleneck layers."""

    bottleneck: int = 4


@dataclass(frozen=True, slots=True)
class TransitionParams(Block):
    """Parameters of a transition layer: 1×1 convolution to ⌊compression · channels⌋, average pooling."""

    channels: int
    compression: float
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"norm": "a batch normalization before the convolution, and it counts"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        yield from _compressed(self.channels, self.compression)


@dataclass(frozen=True, slots=True)
class TransitionChannels(Block):
    """Channels behind dense blocks that each end in a transition layer."""

    channels: int
    growth: int
    depths: tuple[int, ...]
    compression: float

    meaning: ClassVar[Mapping[str, str]] = {"depths": "layers of each dense block"}

    def rules(self) -> Iterator[str]:
        broken = [*sizes(self), *_compressed(self.channels, self.compression)]
        if len(self.depths) > 8 or sum(self.depths) > MOST_LAYERS or self.channels > 8192 or self.growth > 1024:
            broken.append("this is too large to be run")
        yield from broken
        channels = self.channels
        for depth in () if broken else self.depths:
            channels = int((channels + depth * self.growth) * self.compression)
            if channels < 1:
                yield "no channel is left"
                return


def _compressed(channels: int, compression: float) -> Iterator[str]:
    if not 0 < compression <= 1:
        yield "compression must be more than 0 and at most 1"
    elif int(channels * compression) < 1:
        yield "no channel is left"


@dataclass(frozen=True, slots=True)
class ThreesParams(Block):
    """Parameters of a stack of 3×3 convolutions, all of the same channels."""

    channels: int
    layers: int
    bias: bool = False


@dataclass(frozen=True, slots=True)
class ThreesSaving(Block):
    """Weights that a stack of 3×3 convolutions saves against one convolution of the same receptive field."""

    channels: int
    layers: int


@dataclass(frozen=True, slots=True)
class ThreesWidth(Block):
    """The most channels that a stack of 3×3 convolutions may have without more weights than one large convolution."""

    channels: int
    layers: int

    meaning: ClassVar[Mapping[str, str]] = {"channels": "of the one large convolution"}


@dataclass(frozen=True, slots=True)
class FactorisedConv(Block):
    """Parameters of a 1×n convolution followed by an n×1 convolution."""

    in_channels: int
    mid_channels: int
    out_channels: int
    kernel: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"mid_channels": "between the two convolutions"}


@dataclass(frozen=True, slots=True)
class FactorisedSaving(Block):
    """Percentage of the weights of an n×n convolution that 1×n and n×1 save."""

    in_channels: int
    mid_channels: int
    out_channels: int
    kernel: int

    meaning: ClassVar[Mapping[str, str]] = {"mid_channels": "between the two convolutions"}
