"""Points and boxes between image, feature map and grid of cells."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.boxes import CORNERS, Box
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

#: Pixels of an axis that is really walked.
LONGEST_AXIS = 20_000


@dataclass(frozen=True, slots=True)
class GridCell(Spec):
    """Column of the YOLOv1 cell that is responsible for an object, along one axis."""

    size: int
    cells: int
    centre: float

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "of the image along the axis, pixels",
        "cells": "cells along the axis (S)",
        "centre": "of the object, pixels",
    }

    def rules(self) -> Iterator[str]:
        if self.size < 1 or not 1 <= self.cells <= LONGEST_AXIS:
            yield "size and cells must be at least 1 (and more cells are too large to be run)"
        elif not 0 <= self.centre < self.size:
            yield "centre must lie in the image"


@dataclass(frozen=True, slots=True)
class GridIndex(Spec):
    """Index of the responsible cell, counted row by row."""

    width: int
    height: int
    cells: int
    box: Box

    meaning: ClassVar[Mapping[str, str]] = {"width": "of the image", "height": "of the image", "box": CORNERS}

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    def rules(self) -> Iterator[str]:
        x1, y1, x2, y2 = self.box
        if min(self.width, self.height) < 1 or not 1 <= self.cells <= 1000:
            yield "width, height and cells must be at least 1 (and more than 1000 cells are too large to be run)"
        elif not (0 <= x1 < x2 <= self.width and 0 <= y1 < y2 <= self.height):
            yield "the box (x1, y1, x2, y2) must lie in the image, with x1 < x2 and y1 < y2"


@dataclass(frozen=True, slots=True)
class GridOffset(GridIndex):
    """Where in its cell an object's centre lies, as a fraction of the cell."""

    axis: Literal["x", "y"] = "x"


@dataclass(frozen=True, slots=True)
class MapCell(Spec):
    """Index of the feature cell whose patch of the image holds a pixel."""

    pixel: int
    stride: int

    meaning: ClassVar[Mapping[str, str]] = {"pixel": "index along one axis, from 0", "stride": "of the feature map"}

    def rules(self) -> Iterator[str]:
        if self.pixel < 0 or self.stride < 1:
            yield "pixel must not be negative, stride at least 1"
        else:
            yield from too_large(self.pixel + self.stride, most=1_000_000)


@dataclass(frozen=True, slots=True)
class MapPoint(Spec):
    """Image coordinate of a feature cell's middle."""

    cell: int
    strides: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"cell": "index along one axis, from 0", "strides": "of the layers"}

    def rules(self) -> Iterator[str]:
        if self.cell < 0 or not self.strides or min(self.strides) < 1:
            yield "cell must not be negative, strides must be at least 1"
        else:
            yield from too_large(self.cell + 1, math.prod(self.strides), most=1_000_000)


@dataclass(frozen=True, slots=True)
class PointsInside(Spec):
    """How many feature cells have their middle inside a box (the locations that FCOS trains on)."""

    width: int
    height: int
    stride: int
    box: Box

    meaning: ClassVar[Mapping[str, str]] = {"width": "of the map, cells", "height": "of the map, cells", "box": CORNERS}

    def rules(self) -> Iterator[str]:
        x1, y1, x2, y2 = self.box
        if min(self.width, self.height, self.stride) < 1:
            yield "width, height and stride must be at least 1"
        elif x1 >= x2 or y1 >= y2:
            yield "the box (x1, y1, x2, y2) needs x1 < x2 and y1 < y2"
        else:
            yield from too_large(self.width, self.height, most=4_000_000)


@dataclass(frozen=True, slots=True)
class LetterboxScale(Spec):
    """Factor by which an image is resized to fit into a square, its aspect ratio kept."""

    width: int
    height: int
    size: int

    meaning: ClassVar[Mapping[str, str]] = {"width": "of the image", "height": "of the image", "size": "of the square"}

    def rules(self) -> Iterator[str]:
        if min(self.width, self.height, self.size) < 1:
            yield "width, height and size must be at least 1"
        yield from too_large(max(self.width, self.height), most=LONGEST_AXIS)
        yield from too_large(self.size, most=LONGEST_AXIS)


@dataclass(frozen=True, slots=True)
class LetterboxPadding(LetterboxScale):
    """Padding on each of the two padded sides; sizes must come out whole."""

    def rules(self) -> Iterator[str]:
        faults = list(LetterboxScale.rules(self))
        yield from faults
        if not faults:
            long, short = max(self.width, self.height), min(self.width, self.height)
            if short * self.size % long or (self.size - short * self.size // long) % 2:
                yield "the resized image's shorter side must be a whole number that leaves equal padding on both sides"
            yield from too_large(self.size, self.size, most=4_000_000)


@dataclass(frozen=True, slots=True)
class LetterboxBack(LetterboxPadding):
    """Coordinate in the original image of a point of the letterboxed one."""

    x: float
    y: float
    axis: Literal["x", "y"] = "x"

    meaning: ClassVar[Mapping[str, str]] = {
        "width": "of the image",
        "height": "of the image",
        "size": "of the square",
        "x": "in the letterboxed image",
        "y": "in the letterboxed image",
        "axis": "which coordinate is asked for",
    }

    def rules(self) -> Iterator[str]:
        yield from LetterboxPadding.rules(self)
        if not (0 <= self.x <= self.size and 0 <= self.y <= self.size):
            yield "the point must lie in the square"
