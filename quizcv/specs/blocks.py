"""Parameters of blocks that networks are made of: squeeze-and-excitation and residual ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.spec import Spec, fields_of

#: Wider layers and larger windows overflow what torch counts with, even where nothing is allocated.
WIDEST, LARGEST_WINDOW, MOST_LAYERS = 65_536, 256, 64
_WINDOWS = ("kernel", "kernel2", "kernels", "patch", "pool", "stride")
_REPEATED = ("layers", "blocks", "levels", "num_layers")


def sizes(spec: Spec) -> Iterator[str]:
    """The rule for every whole number of a block (lists too): at least 1, and not more than can be run."""
    for field in fields_of(type(spec)):
        value = getattr(spec, field.name)
        numbers = value if isinstance(value, tuple) else (value,)
        whole = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
        if not numbers or any(number < 1 for number in whole):
            yield f"{field.name} must be at least 1" if numbers else f"{field.name} must not be empty"
        most = WIDEST
        if field.name in _WINDOWS:
            most = LARGEST_WINDOW
        elif field.name in _REPEATED:
            most = MOST_LAYERS
        if field.name != "params" and any(number > most for number in whole):
            yield f"{field.name} is too large to be run (more than {most:,})"


def grouped(groups: int, *channels: int) -> Iterator[str]:
    """The rule for grouped convolutions."""
    if groups >= 1 and any(width % groups for width in channels):
        yield f"groups must divide the channels, and {groups} does not divide all of {', '.join(map(str, channels))}"


@dataclass(frozen=True, slots=True)
class Block(Spec):
    """Base of the blocks."""

    def rules(self) -> Iterator[str]:
        yield from sizes(self)


@dataclass(frozen=True, slots=True)
class SeParams(Block):
    """Parameters of a squeeze-and-excitation block."""

    channels: int
    reduction: int
    bias: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "reduction": "the hidden layer has channels / reduction units",
        "bias": "the two linear layers have biases",
    }

    def rules(self) -> Iterator[str]:
        broken = list(sizes(self))
        yield from broken
        if not broken and self.channels % self.reduction:
            yield "reduction must divide channels"


@dataclass(frozen=True, slots=True)
class SeReduction(Block):
    """The reduction with which a squeeze-and-excitation block without biases has this many parameters."""

    channels: int
    params: int

    meaning: ClassVar[Mapping[str, str]] = {"params": "parameters of the block"}

    def rules(self) -> Iterator[str]:
        broken = list(sizes(self))
        yield from broken
        if not broken and not any(
            self.channels % r == 0 and 2 * self.channels * (self.channels // r) == self.params for r in range(1, 65)
        ):
            yield f"no reduction up to 64 gives {self.params} parameters"


@dataclass(frozen=True, slots=True)
class BasicBlockParams(Block):
    """Parameters of a residual block of two 3×3 convolutions whose shortcut has none."""

    in_channels: int
    out_channels: int
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"norm": "a batch normalization behind every convolution, and it counts"}


@dataclass(frozen=True, slots=True)
class BasicStage(BasicBlockParams):
    """Parameters of a stage of basic residual blocks, the first of them with a 1×1 projection as its shortcut."""

    blocks: int = 2


@dataclass(frozen=True, slots=True)
class ProjectionBlock(BasicBlockParams):
    """Parameters of a basic residual block with a 1×1 projection as its shortcut."""


@dataclass(frozen=True, slots=True)
class ProjectionBottleneck(Block):
    """Parameters of a bottleneck residual block with a 1×1 projection as its shortcut."""

    in_channels: int
    width: int
    out_channels: int
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "channels of the 3×3 convolution",
        "norm": "a batch normalization behind every convolution, and it counts",
    }


@dataclass(frozen=True, slots=True)
class ProjectionMacs(Block):
    """Multiply-accumulates of a basic residual block with projection, the first 3×3 and the projection strided."""

    in_channels: int
    out_channels: int
    size: int
    stride: int = 2

    meaning: ClassVar[Mapping[str, str]] = {"size": "height and width of the input"}


@dataclass(frozen=True, slots=True)
class BottleneckParams(Block):
    """Parameters of a bottleneck block: 1×1 to `width`, 3×3, 1×1 back to `channels`."""

    channels: int
    width: int
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "channels of the 3×3 convolution",
        "norm": "a batch normalization behind every convolution, and it counts",
    }


@dataclass(frozen=True, slots=True)
class BottleneckSaving(Block):
    """Weights that a bottleneck block saves against two 3×3 convolutions of the same channels."""

    channels: int
    width: int

    meaning: ClassVar[Mapping[str, str]] = {"width": "channels of the bottleneck's 3×3 convolution"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if self.width > self.channels:
            yield "a bottleneck is not wider than the block"


@dataclass(frozen=True, slots=True)
class BottleneckWidth(Block):
    """The largest width of a bottleneck that has no more weights than a plain block of two 3×3 convolutions."""

    channels: int
    plain: int

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of the bottleneck's input and output",
        "plain": "channels of the plain block",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if 18 * self.plain**2 < 2 * self.channels + 9:
            yield "even a bottleneck of width 1 has more weights"


@dataclass(frozen=True, slots=True)
class ResnextParams(Block):
    """Parameters of a ResNeXt block: 1×1 to `width`, grouped 3×3, 1×1 back."""

    channels: int
    width: int
    groups: int
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "channels of the 3×3 convolution, all groups together",
        "groups": "cardinality",
        "norm": "a batch normalization behind every convolution, and it counts",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        yield from grouped(self.groups, self.width)


@dataclass(frozen=True, slots=True)
class ResnextWidth(Block):
    """The largest width per group with which a ResNeXt block has no more weights than a plain bottleneck."""

    channels: int
    width: int
    groups: int

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of input and output, both blocks",
        "width": "of the plain bottleneck's 3×3 convolution",
        "groups": "cardinality of the ResNeXt block",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if 2 * self.channels * self.width + 9 * self.width**2 < self.groups * (2 * self.channels + 9):
            yield "even one channel per group has more weights"
