"""Maps cut up, laid out and put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.shapes import ConvOutput, too_large
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class UnfoldShape(Spec):
    """Rows and columns of the matrix that `F.unfold` makes of one C×H×W map."""

    in_channels: int
    height: int
    width: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    meaning: ClassVar[Mapping[str, str]] = {"kernel": "window side, taps", "padding": "zeros on each side"}

    @property
    def axes(self) -> tuple[ConvOutput, ConvOutput]:
        """The windows along each axis."""
        return (
            ConvOutput(self.height, self.kernel, self.stride, self.padding, self.dilation),
            ConvOutput(self.width, self.kernel, self.stride, self.padding, self.dilation),
        )

    def rules(self) -> Iterator[str]:
        if self.in_channels < 1:
            yield "in_channels must be at least 1"
            return
        for name, axis in zip(("height", "width"), self.axes, strict=True):
            yield from (f"{name}: {broken}" for broken in axis.rules())
        padded = (self.height + 2 * self.padding, self.width + 2 * self.padding)
        yield from too_large(self.in_channels, self.kernel, self.kernel, *padded)


@dataclass(frozen=True, slots=True)
class UnfoldElements(UnfoldShape):
    """Numbers in the matrices that `F.unfold` makes of a batch."""

    batch: int = 1

    def rules(self) -> Iterator[str]:
        yield from UnfoldShape.rules(self)
        if self.batch < 1:
            yield "batch must be at least 1"


@dataclass(frozen=True, slots=True)
class CatShape(Spec):
    """Shape C×H×W after maps are concatenated along the channels."""

    channels: tuple[int, ...]
    height: int
    width: int

    meaning: ClassVar[Mapping[str, str]] = {"channels": "of each branch"}

    def rules(self) -> Iterator[str]:
        if not self.channels or min(*self.channels, self.height, self.width) < 1:
            yield "every size must be at least 1, and there must be a branch"
        else:
            yield from too_large(sum(self.channels), self.height, self.width)


@dataclass(frozen=True, slots=True)
class AddShape(Spec):
    """Shape of `x + y` by the rules of broadcasting."""

    x: tuple[int, int, int]
    y: tuple[int, int, int]

    meaning: ClassVar[Mapping[str, str]] = {"x": "shape C, H, W", "y": "shape C, H, W"}

    def rules(self) -> Iterator[str]:
        if min(*self.x, *self.y) < 1:
            yield "every size must be at least 1"
        elif any(one != other and 1 not in (one, other) for one, other in zip(self.x, self.y, strict=True)):
            yield "sizes must be equal or 1 (PyTorch: the size of tensor a must match the size of tensor b)"
        else:
            yield from too_large(*(max(pair) for pair in zip(self.x, self.y, strict=True)))


@dataclass(frozen=True, slots=True)
class DenseChannels(Spec):
    """Channels behind a dense block: each layer's maps are concatenated to its input."""

    in_channels: int
    growth: int
    layers: int

    meaning: ClassVar[Mapping[str, str]] = {"growth": "channels each layer makes", "layers": "number of layers"}

    def rules(self) -> Iterator[str]:
        if min(self.in_channels, self.growth, self.layers) < 1:
            yield "in_channels, growth and layers must be at least 1"
        else:
            yield from too_large(self.layers, most=500)
            yield from too_large(self.growth, self.in_channels + self.growth * self.layers)


@dataclass(frozen=True, slots=True)
class DenseBlocks(DenseChannels):
    """Channels behind a dense block, a transition that halves them, and a second dense block."""

    layers2: int = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "growth": "channels each layer makes",
        "layers": "number of layers of the first block",
        "layers2": "number of layers of the second block",
    }

    def rules(self) -> Iterator[str]:
        yield from DenseChannels.rules(self)
        if (self.in_channels + self.growth * self.layers) % 2:
            yield "the transition needs an even number of channels"
        yield from DenseChannels(self.in_channels + self.growth * self.layers, self.growth, self.layers2).rules()


@dataclass(frozen=True, slots=True)
class PatchTokens(Spec):
    """Tokens that a vision transformer makes of an image: a convolution with kernel `patch`, and a class token or none."""

    height: int
    width: int
    patch: int
    stride: int | None = None
    class_token: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "patch": "side of a patch, pixels",
        "stride": "from patch to patch; the patch size if left out",
        "class_token": "whether a class token is put in front",
    }

    @property
    def step(self) -> int:
        """The stride in force."""
        return self.patch if self.stride is None else self.stride

    def rules(self) -> Iterator[str]:
        if min(self.height, self.width, self.patch, self.step) < 1:
            yield "height, width, patch and stride must be at least 1"
        elif self.patch > min(self.height, self.width):
            yield "the patch is larger than the image"
        else:
            yield from too_large(self.height, self.width, max(1, self.patch // self.step) ** 2)


@dataclass(frozen=True, slots=True)
class PatchSide(Spec):
    """The largest patch with which a square image still gives so many patches."""

    size: int
    tokens: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the image, pixels", "tokens": "patches wanted at least"}

    def rules(self) -> Iterator[str]:
        if min(self.size, self.tokens) < 1:
            yield "size and tokens must be at least 1"
        elif self.tokens > self.size**2:
            yield "there are not so many pixels"
        else:
            yield from too_large(self.size, most=2000)


@dataclass(frozen=True, slots=True)
class PatchScores(Spec):
    """Attention scores of one layer over the patches of a square image and a class token."""

    size: int
    patch: int
    heads: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "side of the image, pixels", "patch": "side of a patch, pixels"}

    def rules(self) -> Iterator[str]:
        if min(self.size, self.patch, self.heads) < 1:
            yield "size, patch and heads must be at least 1"
        elif self.size % self.patch:
            yield "size must be divisible by patch"
        else:
            yield from too_large(self.size, self.size)
            yield from too_large(self.heads, ((self.size // self.patch) ** 2 + 1) ** 2)
