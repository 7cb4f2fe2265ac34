"""Boxes written as offsets from an anchor or a grid cell, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.boxes import CENTRED, CORNERS, Box
from quizcv.specs.spec import Spec

Offset = Literal["tx", "ty", "tw", "th"]
Offsets = tuple[float, float, float, float]
Centred = Literal["cx", "cy", "w", "h"]
Corner = Literal["x1", "y1", "x2", "y2"]

#: exp of more overflows in no sensible network.
LARGEST_OFFSET = 20


def size_rules(*boxes: Box) -> Iterator[str]:
    """For boxes by centre and size."""
    if any(min(box[2:]) < 1 for box in boxes):
        yield "width and height must be at least 1"


def corner_rules(*boxes: Box) -> Iterator[str]:
    """For boxes by corners."""
    if any(x1 >= x2 or y1 >= y2 for x1, y1, x2, y2 in boxes):
        yield "a box (x1, y1, x2, y2) needs x1 < x2 and y1 < y2"


def offset_rules(t: tuple[float, ...]) -> Iterator[str]:
    if any(abs(offset) > LARGEST_OFFSET for offset in t):
        yield f"the offsets may be {LARGEST_OFFSET} at most"


@dataclass(frozen=True, slots=True)
class BoxEncode(Spec):
    """One regression target of a box relative to an anchor, both by centre and size."""

    anchor: Box
    box: Box
    component: Offset

    meaning: ClassVar[Mapping[str, str]] = {"anchor": CENTRED, "box": CENTRED, "component": "which target"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.anchor, self.box)


@dataclass(frozen=True, slots=True)
class BoxEncodeCorners(Spec):
    """The same with both boxes by corners."""

    anchor: Box
    box: Box
    component: Offset

    meaning: ClassVar[Mapping[str, str]] = {"anchor": CORNERS, "box": CORNERS, "component": "which target"}

    def rules(self) -> Iterator[str]:
        yield from corner_rules(self.anchor, self.box)


@dataclass(frozen=True, slots=True)
class BoxEncodeScaled(BoxEncodeCorners):
    """The same, divided by a standard deviation as Fast R-CNN does."""

    std_centre: float = 0.1
    std_size: float = 0.2

    meaning: ClassVar[Mapping[str, str]] = {
        "anchor": CORNERS,
        "box": CORNERS,
        "std_centre": "divides tx and ty",
        "std_size": "divides tw and th",
    }

    def rules(self) -> Iterator[str]:
        yield from BoxEncodeCorners.rules(self)
        if min(self.std_centre, self.std_size) < 1e-6:
            yield "std_centre and std_size must be positive"


@dataclass(frozen=True, slots=True)
class BoxDecode(Spec):
    """One number of the box that offsets make of an anchor, both by centre and size."""

    anchor: Box
    t: Offsets
    component: Centred

    meaning: ClassVar[Mapping[str, str]] = {"anchor": CENTRED, "t": "tx, ty, tw, th", "component": "of the box"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.anchor)
        yield from offset_rules(self.t)


@dataclass(frozen=True, slots=True)
class BoxDecodeCorners(Spec):
    """The same with both boxes by corners."""

    anchor: Box
    t: Offsets
    component: Corner

    meaning: ClassVar[Mapping[str, str]] = {"anchor": CORNERS, "t": "tx, ty, tw, th", "component": "of the box"}

    def rules(self) -> Iterator[str]:
        yield from corner_rules(self.anchor)
        yield from offset_rules(self.t)


@dataclass(frozen=True, slots=True)
class BoxDecodeClipped(BoxDecodeCorners):
    """The same for normalized offsets, and clipped to the image."""

    width: int
    height: int
    std_centre: float = 0.1
    std_size: float = 0.2

    meaning: ClassVar[Mapping[str, str]] = {
        "anchor": CORNERS,
        "t": "tx, ty, tw, th, to be multiplied by the standard deviations",
        "width": "of the image",
        "height": "of the image",
    }

    def rules(self) -> Iterator[str]:
        yield from BoxDecodeCorners.rules(self)
        if min(self.width, self.height) < 1:
            yield "width and height must be at least 1"
        if not (0 < self.std_centre <= 1 and 0 < self.std_size <= 1):
            yield "std_centre and std_size must lie in (0, 1]"


@dataclass(frozen=True, slots=True)
class YoloDecode(Spec):
    """One number of a YOLOv2 or v3 box, in grid cells."""

    t: Offsets
    cell: tuple[int, int]
    prior: tuple[float, float]
    component: Literal["bx", "by", "bw", "bh"]

    meaning: ClassVar[Mapping[str, str]] = {
        "t": "raw outputs tx, ty, tw, th",
        "cell": "column, row of the cell, from 0",
        "prior": "width and height of the anchor, in cells",
    }

    def rules(self) -> Iterator[str]:
        yield from offset_rules(self.t)
        if min(self.cell) < 0 or not min(self.prior) > 0:
            yield "cells are counted from 0, priors must be positive"


@dataclass(frozen=True, slots=True)
class YoloDecodePixels(YoloDecode):
    """The same in pixels: the centre times the stride, the prior in pixels."""

    stride: int

    meaning: ClassVar[Mapping[str, str]] = {
        "t": "raw outputs tx, ty, tw, th",
        "cell": "column, row of the cell, from 0",
        "prior": "width and height of the anchor, in pixels",
        "stride": "pixels per cell",
    }

    def rules(self) -> Iterator[str]:
        yield from YoloDecode.rules(self)
        if self.stride < 1:
            yield "stride must be at least 1"


@dataclass(frozen=True, slots=True)
class YoloTarget(Spec):
    """The raw output with which YOLOv3 would predict a ground truth exactly."""

    box: Box
    stride: int
    prior: tuple[int, int]
    component: Offset

    meaning: ClassVar[Mapping[str, str]] = {
        "box": f"in pixels: {CENTRED}",
        "stride": "pixels per cell",
        "prior": "width and height of the anchor, in pixels",
        "component": "which raw output",
    }

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.box)
        if self.stride < 1 or min(self.prior) < 1 or min(self.box) < 0:
            yield "stride and prior must be at least 1, the centre must not be negative"
        elif any(at % self.stride == 0 for at in self.box[:2]):
            yield "a centre on the border of a cell is out of the sigmoid's reach"
