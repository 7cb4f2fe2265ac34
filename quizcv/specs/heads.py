"""Outputs of detection heads: how many channels, boxes and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

#: Anchors that get a convolution of their own when a head is built.
MOST_ANCHORS = 200


def positive(**sizes: int) -> Iterator[str]:
    if min(sizes.values()) < 1:
        yield f"{', '.join(sizes)} must be at least 1"


@dataclass(frozen=True, slots=True)
class RpnChannels(Spec):
    """Output channels of a region proposal network's 1×1 convolutions."""

    anchors: int
    head: Literal["cls", "reg", "both"]
    scores: Literal[1, 2] = 2

    meaning: ClassVar[Mapping[str, str]] = {
        "anchors": "per place",
        "head": "classification, regression, or both together",
        "scores": "per anchor: 2 for a softmax, 1 for a sigmoid",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(anchors=self.anchors)
        yield from too_large(self.anchors, most=MOST_ANCHORS)


@dataclass(frozen=True, slots=True)
class RpnOutputs(Spec):
    """Numbers that a region proposal network puts out for a map."""

    height: int
    width: int
    anchors: int
    scores: Literal[1, 2] = 2

    meaning: ClassVar[Mapping[str, str]] = {
        "height": "of the map, cells",
        "width": "of the map, cells",
        "anchors": "per place",
        "scores": "per anchor: 2 for a softmax, 1 for a sigmoid",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(height=self.height, width=self.width, anchors=self.anchors)
        yield from too_large(self.anchors, most=MOST_ANCHORS)
        yield from too_large(self.height, self.width, self.anchors)


@dataclass(frozen=True, slots=True)
class RpnParams(Spec):
    """Parameters of a region proposal network: a 3×3 convolution and two of 1×1, all with biases."""

    in_channels: int
    hidden: int
    anchors: int
    scores: Literal[1, 2] = 2

    meaning: ClassVar[Mapping[str, str]] = {
        "hidden": "channels between the 3×3 convolution and the others",
        "anchors": "per place",
        "scores": "per anchor: 2 for a softmax, 1 for a sigmoid",
    }

    def rules(self) -> Iterator[str]:
        yield from positive(in_channels=self.in_channels, hidden=self.hidden, anchors=self.anchors)
        yield from too_large(self.anchors, most=MOST_ANCHORS)


@dataclass(frozen=True, slots=True)
class YoloV1Tensor(Spec):
    """Shape of YOLOv1's output."""

    grid: int
    boxes: int
    classes: int

    meaning: ClassVar[Mapping[str, str]] = {"grid": "cells per side", "boxes": "per cell"}

    def rules(self) -> Iterator[str]:
        yield from positive(grid=self.grid, boxes=self.boxes, classes=self.classes)
        yield from too_large(self.grid, self.grid, most=1_000_000)
        yield from too_large(self.boxes, most=MOST_ANCHORS)


class YoloV1Outputs(YoloV1Tensor):
    """How many numbers YOLOv1's last layer puts out."""


@dataclass(frozen=True, slots=True)
class YoloV1Classes(Spec):
    """Number of classes behind a depth of YOLOv1's output."""

    depth: int
    boxes: int

    meaning: ClassVar[Mapping[str, str]] = {"depth": "numbers per cell", "boxes": "per cell"}

    def rules(self) -> Iterator[str]:
        yield from positive(depth=self.depth, boxes=self.boxes)
        if self.depth <= 5 * self.boxes:
            yield "depth leaves no room for classes"
        yield from too_large(self.depth, most=2000)


@dataclass(frozen=True, slots=True)
class YoloV2Tensor(Spec):
    """Shape of YOLOv2's output (stride 32)."""

    size: int
    anchors: int
    classes: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "of the square input, pixels", "anchors": "per cell"}

    def rules(self) -> Iterator[str]:
        yield from positive(size=self.size, anchors=self.anchors, classes=self.classes)
        if self.size % 32:
            yield "size must be a multiple of 32"
        yield from too_large(self.anchors, most=MOST_ANCHORS)
        yield from too_large(self.size, self.size)


class YoloV2Outputs(YoloV2Tensor):
    """How many numbers YOLOv2 puts out."""


@dataclass(frozen=True, slots=True)
class YoloV2Classes(Spec):
    """Number of classes behind the channels of YOLOv2's last convolution."""

    channels: int
    anchors: int

    meaning: ClassVar[Mapping[str, str]] = {"channels": "of the last convolution", "anchors": "per cell"}

    def rules(self) -> Iterator[str]:
        yield from positive(channels=self.channels, anchors=self.anchors)
        if not self.anchors or self.channels % self.anchors or self.channels <= 5 * self.anchors:
            yield "channels must be a multiple of anchors, with more than 5 for each"
        yield from too_large(self.channels, most=5000)


@dataclass(frozen=True, slots=True)
class YoloV3Tensor(Spec):
    """Shape of one of YOLOv3's outputs."""

    size: int
    stride: Literal[8, 16, 32]
    anchors: int
    classes: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "of the square input, pixels", "anchors": "per cell of a scale"}

    def rules(self) -> Iterator[str]:
        yield from YoloV2Tensor(self.size, self.anchors, self.classes).rules()


@dataclass(frozen=True, slots=True)
class YoloV3Boxes(Spec):
    """Boxes that YOLOv3 predicts on its three scales together."""

    size: int
    anchors: int = 3

    meaning: ClassVar[Mapping[str, str]] = {"size": "of the square input, pixels", "anchors": "per cell of a scale"}

    def rules(self) -> Iterator[str]:
        yield from YoloV2Tensor(self.size, self.anchors, 1).rules()


@dataclass(frozen=True, slots=True)
class YoloV3Outputs(Spec):
    """Numbers that YOLOv3 puts out on its three scales together."""

    size: int
    classes: int
    anchors: int = 3

    meaning: ClassVar[Mapping[str, str]] = {"size": "of the square input, pixels", "anchors": "per cell of a scale"}

    def rules(self) -> Iterator[str]:
        yield from YoloV2Tensor(self.size, self.anchors, self.classes).rules()


@dataclass(frozen=True, slots=True)
class SsdBoxes(Spec):
    """Default boxes of a single-shot detector over all its maps."""

    sizes: tuple[int, ...]
    boxes: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"sizes": "of the square maps, cells", "boxes": "per cell of each map"}

    def rules(self) -> Iterator[str]:
        if not self.sizes or len(self.sizes) != len(self.boxes):
            yield "sizes and boxes must be equally long lists"
        elif min(*self.sizes, *self.boxes) < 1:
            yield "sizes and boxes must be at least 1"
        else:
            for size, boxes in zip(self.sizes, self.boxes, strict=True):
                yield from too_large(boxes, most=MOST_ANCHORS)
                yield from too_large(size, size, boxes, most=1_000_000)


@dataclass(frozen=True, slots=True)
class SsdOutputs(SsdBoxes):
    """Numbers that it puts out: class scores and offsets of every default box."""

    classes: int

    meaning: ClassVar[Mapping[str, str]] = {
        "sizes": "of the square maps, cells",
        "boxes": "per cell of each map",
        "classes": "background included",
    }

    def rules(self) -> Iterator[str]:
        yield from SsdBoxes.rules(self)
        yield from positive(classes=self.classes)
        yield from too_large(self.classes, most=10_000)


@dataclass(frozen=True, slots=True)
class SsdMissing(Spec):
    """Default boxes per cell of the first map, given the total."""

    sizes: tuple[int, ...]
    boxes: tuple[int, ...]
    total: int

    meaning: ClassVar[Mapping[str, str]] = {
        "sizes": "of the square maps, cells",
        "boxes": "per cell of each map but the first",
        "total": "default boxes of all maps",
    }

    def rules(self) -> Iterator[str]:
        if len(self.sizes) != len(self.boxes) + 1:
            yield "boxes must have one entry less than sizes"
        elif min(*self.sizes, *self.boxes, 1) < 1:
            yield "sizes and boxes must be at least 1"
        else:
            rest = self.total - sum(size**2 * boxes for size, boxes in zip(self.sizes[1:], self.boxes, strict=True))
            if rest < self.sizes[0] ** 2 or rest % self.sizes[0] ** 2:
                yield "no whole number of boxes per cell of the first map gives that total"
            yield from too_large(self.total, most=1_000_000)
