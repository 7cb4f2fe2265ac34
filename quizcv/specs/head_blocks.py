"""Parameters of what stands behind a backbone: pyramids, detection heads, decoders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.blocks import Block, sizes


@dataclass(frozen=True, slots=True)
class AsppParams(Block):
    """Parameters of atrous spatial pyramid pooling: 1×1, dilated 3×3s, image pooling, 1×1 over all concatenated."""

    in_channels: int
    out_channels: int
    rates: tuple[int, ...]
    pooling: bool = True
    norm: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "rates": "dilation of each 3×3 branch",
        "pooling": "there is a branch of image pooling with a 1×1 convolution",
        "norm": "a batch normalization behind every convolution, and it counts",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if len(self.rates) > 8:
            yield "there may be 8 rates at most"


@dataclass(frozen=True, slots=True)
class AsppSeparable(Block):
    """Weights of atrous spatial pyramid pooling whose dilated convolutions are depthwise separable."""

    in_channels: int
    out_channels: int
    rates: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"rates": "dilation of each 3×3 branch"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if len(self.rates) > 8:
            yield "there may be 8 rates at most"


@dataclass(frozen=True, slots=True)
class UnetStep(Block):
    """Parameters of a decoder step of U-Net: 2×2 up-convolution, concatenation, two 3×3 convolutions."""

    in_channels: int
    skip_channels: int
    out_channels: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "skip_channels": "of the map that is concatenated",
        "out_channels": "of the up-convolution and of both 3×3 convolutions",
    }


@dataclass(frozen=True, slots=True)
class UnetMacs(Block):
    """Multiply-accumulates of a decoder step of U-Net, its 3×3 convolutions padded."""

    in_channels: int
    skip_channels: int
    out_channels: int
    size: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "height and width before the up-convolution"}


@dataclass(frozen=True, slots=True)
class FpnParams(Block):
    """Parameters of a feature pyramid network: a 1×1 lateral and a 3×3 smoothing convolution per level."""

    channels: tuple[int, ...]
    out_channels: int
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"channels": "of the backbone's maps"}

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if len(self.channels) > 8:
            yield "there may be 8 levels at most"


@dataclass(frozen=True, slots=True)
class FpnExtra(FpnParams):
    """Parameters of a feature pyramid with two more levels: 3×3, stride 2, from the last backbone map, and from that."""


@dataclass(frozen=True, slots=True)
class RpnHead(Block):
    """Parameters of a region proposal network's head."""

    channels: int
    anchors: int
    scores: Literal[1, 2] = 1
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of the map and of the 3×3 convolution",
        "anchors": "per position",
        "scores": "per anchor: 1 (sigmoid) or 2 (softmax)",
    }


@dataclass(frozen=True, slots=True)
class RpnAnchors(Block):
    """Anchors per position of a region proposal head with biases and this many parameters."""

    channels: int
    params: int
    scores: Literal[1, 2] = 1

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of the map and of the 3×3 convolution",
        "params": "parameters of the head",
        "scores": "per anchor: 1 (sigmoid) or 2 (softmax)",
    }

    def rules(self) -> Iterator[str]:
        broken = list(sizes(self))
        yield from broken
        if not broken:
            each = (self.scores + 4) * (self.channels + 1)
            rest = self.params - self.channels * (9 * self.channels + 1)
            if rest % each or not 1 <= rest // each <= 40:
                yield f"no number of anchors up to 40 gives {self.params} parameters"


@dataclass(frozen=True, slots=True)
class BoxHead(Block):
    """Parameters of Fast R-CNN's head: two fully connected layers, class scores, box offsets; all with biases."""

    channels: int
    pool: int
    hidden: int
    classes: int
    agnostic: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "pool": "height and width that every region is pooled to",
        "hidden": "units of each of the two layers",
        "classes": "of objects, without background",
        "agnostic": "one box for all classes instead of one per class",
    }


@dataclass(frozen=True, slots=True)
class SsdHead(Block):
    """Parameters of SSD's 3×3 predictors with biases on several maps."""

    channels: tuple[int, ...]
    anchors: tuple[int, ...]
    classes: int

    meaning: ClassVar[Mapping[str, str]] = {
        "channels": "of each map",
        "anchors": "default boxes per position of each map",
        "classes": "background among them",
    }

    def rules(self) -> Iterator[str]:
        yield from sizes(self)
        if len(self.channels) != len(self.anchors) or len(self.channels) > 8:
            yield "channels and anchors must be of one length, 8 at most"


@dataclass(frozen=True, slots=True)
class RetinaHead(Block):
    """Parameters of RetinaNet's classification subnet: 3×3 convolutions and a 3×3 predictor."""

    channels: int
    anchors: int
    classes: int
    layers: int = 4
    bias: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "anchors": "per position",
        "layers": "3×3 convolutions before the predictor",
    }


@dataclass(frozen=True, slots=True)
class RetinaBoth(Block):
    """Parameters of RetinaNet's two subnets with biases, shared by all levels of the pyramid."""

    channels: int
    anchors: int
    classes: int
    levels: int
    layers: int = 4

    meaning: ClassVar[Mapping[str, str]] = {
        "anchors": "per position",
        "levels": "of the pyramid; the subnets are shared",
        "layers": "3×3 convolutions before each predictor",
    }
