"""Anchors: how many, how large, on which level, matched with what."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.boxes import CORNERS, Box, box_rules
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

Overlaps = tuple[tuple[float, ...], ...]

#: Levels of a pyramid and their sizes: P2 … P6 are what pyramids have, more are refused.
HIGHEST_LEVEL = 10


@dataclass(frozen=True, slots=True)
class AnchorCount(Spec):
    """Anchors of one feature map."""

    height: int
    width: int
    scales: int
    ratios: int

    meaning: ClassVar[Mapping[str, str]] = {
        "height": "of the map, cells",
        "width": "of the map, cells",
        "scales": "scales per cell",
        "ratios": "aspect ratios per scale",
    }

    def rules(self) -> Iterator[str]:
        if min(self.height, self.width, self.scales, self.ratios) < 1:
            yield "all must be at least 1"
        else:
            yield from too_large(self.height, self.width, self.scales, self.ratios)


@dataclass(frozen=True, slots=True)
class AnchorCountPyramid(Spec):
    """Anchors of all levels of a pyramid."""

    height: int
    width: int
    strides: tuple[int, ...]
    scales: int
    ratios: int

    meaning: ClassVar[Mapping[str, str]] = {
        "height": "of the image, pixels",
        "width": "of the image, pixels",
        "strides": "of the levels",
        "scales": "scales per cell",
        "ratios": "aspect ratios per scale",
    }

    def rules(self) -> Iterator[str]:
        if not self.strides or min(self.height, self.width, self.scales, self.ratios, *self.strides) < 1:
            yield "all must be at least 1"
        elif any(side % stride for side in (self.height, self.width) for stride in self.strides):
            yield "height and width must be multiples of every stride"
        else:
            finest = min(self.strides)
            yield from too_large(
                len(self.strides), self.height // finest, self.width // finest, self.scales, self.ratios
            )


@dataclass(frozen=True, slots=True)
class AnchorCountStride(Spec):
    """Anchors of the map that a backbone of some stride makes of an image."""

    height: int
    width: int
    stride: int
    scales: int
    ratios: int

    meaning: ClassVar[Mapping[str, str]] = {"height": "of the image, pixels", "width": "of the image, pixels"}

    def rules(self) -> Iterator[str]:
        if self.stride < 1:
            yield "stride must be at least 1"
        else:
            yield from AnchorCountPyramid(self.height, self.width, (self.stride,), self.scales, self.ratios).rules()


@dataclass(frozen=True, slots=True)
class AnchorSize(Spec):
    """Width or height of an anchor of a given area and aspect ratio."""

    scale: int
    ratio: float
    side: Literal["width", "height"]

    meaning: ClassVar[Mapping[str, str]] = {"scale": "square root of the area, pixels", "ratio": "height / width"}

    def rules(self) -> Iterator[str]:
        if self.scale < 1 or not 1e-3 <= self.ratio <= 1e3:
            yield "scale must be at least 1, ratio between 0.001 and 1000"


@dataclass(frozen=True, slots=True)
class AnchorSizeOctave(Spec):
    """The same for one of several scales per octave, as in RetinaNet."""

    base: int
    octave: int
    octaves: int
    ratio: float
    side: Literal["width", "height"]

    meaning: ClassVar[Mapping[str, str]] = {
        "base": "size of the level, pixels",
        "octave": "which scale, from 0",
        "octaves": "scales per octave",
        "ratio": "height / width",
    }

    def rules(self) -> Iterator[str]:
        yield from AnchorSize(self.base, self.ratio, self.side).rules()
        if not 0 <= self.octave < self.octaves <= 64:
            yield "octave must be one of at most 64 octaves, from 0"


@dataclass(frozen=True, slots=True)
class AnchorScale(Spec):
    """Scale of an anchor of which one side is known."""

    length: float
    ratio: float
    side: Literal["width", "height"]

    meaning: ClassVar[Mapping[str, str]] = {"length": "of the side, pixels", "ratio": "height / width"}

    def rules(self) -> Iterator[str]:
        if not 1e-3 <= self.length <= 1e6 or not 1e-3 <= self.ratio <= 1e3:
            yield "length and ratio must be positive and of a size that anchors have"


@dataclass(frozen=True, slots=True)
class FpnLevel(Spec):
    """Pyramid level from which a region of interest is pooled."""

    width: int
    height: int
    lowest: int = 2
    highest: int = 5

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "of the region, pixels of the image",
        "lowest": "level of the pyramid",
        "highest": "level of the pyramid",
    }

    def rules(self) -> Iterator[str]:
        if min(self.width, self.height) < 1:
            yield "width and height must be at least 1"
        if not 0 <= self.lowest <= self.highest <= HIGHEST_LEVEL:
            yield f"levels must lie between 0 and {HIGHEST_LEVEL}"


@dataclass(frozen=True, slots=True)
class FpnLevelBox(Spec):
    """The same for a box."""

    box: Box
    lowest: int = 2
    highest: int = 5

    meaning: ClassVar[Mapping[str, str]] = {"box": CORNERS}

    def rules(self) -> Iterator[str]:
        x1, y1, x2, y2 = self.box
        yield from FpnLevel(x2 - x1, y2 - y1, self.lowest, self.highest).rules()


@dataclass(frozen=True, slots=True)
class FpnSmallest(Spec):
    """The smallest height with which a region of some width goes to a level."""

    width: int
    level: int

    meaning: ClassVar[Mapping[str, str]] = {"width": "of the region, pixels"}

    def rules(self) -> Iterator[str]:
        if self.width < 1 or not 1 <= self.level <= HIGHEST_LEVEL:
            yield f"width must be at least 1, level between 1 and {HIGHEST_LEVEL}"
        else:
            yield from too_large(math.ceil((224 * 2 ** (self.level - 4)) ** 2 / self.width), most=2_000_000)


@dataclass(frozen=True, slots=True)
class AnchorMatching(Spec):
    """Which anchors of a table of IoUs become positive, negative or neither."""

    ious: Overlaps
    high: float
    low: float
    wanted: Literal["positive", "negative", "ignored"]
    best: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "ious": "one row per anchor, one column per ground truth",
        "high": "positive from this IoU on",
        "low": "negative below this IoU",
        "best": "each ground truth's best anchor is positive, too",
    }

    def rules(self) -> Iterator[str]:
        if not self.ious or not self.ious[0] or len({len(row) for row in self.ious}) > 1:
            yield "ious must have rows of equal length"
        elif not all(0 <= iou <= 1 for row in self.ious for iou in row):
            yield "an IoU lies between 0 and 1"
        if not 0 < self.low <= self.high <= 1:
            yield "0 < low <= high <= 1"


@dataclass(frozen=True, slots=True)
class AnchorMatchingBoxes(Spec):
    """How many anchors are positive, negative or neither, from the boxes."""

    anchors: tuple[Box, ...]
    targets: tuple[Box, ...]
    high: float
    low: float
    wanted: Literal["positive", "negative", "ignored"]

    meaning: ClassVar[Mapping[str, str]] = {"anchors": CORNERS, "targets": f"ground truths: {CORNERS}"}

    def rules(self) -> Iterator[str]:
        if not self.anchors or not self.targets:
            yield "there must be anchors and targets"
        else:
            yield from box_rules((*self.anchors, *self.targets))
        if not 0 < self.low <= self.high <= 1:
            yield "0 < low <= high <= 1"
