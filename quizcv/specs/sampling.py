"""Values of resized images, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import Matrix, matrix_rules, window_rules
from quizcv.specs.spec import LONGEST, Spec

Mode = Literal["nearest", "nearest-exact"]
MODES: tuple[Mode, ...] = ("nearest", "nearest-exact")


@dataclass(frozen=True, slots=True)
class Resized(Spec):
    """A pixel of an image resized to height × width by F.interpolate."""

    x: Matrix
    height: int
    width: int
    row: int
    col: int

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "the image, row by row",
        "height": "rows of the output",
        "width": "columns of the output",
        "row": "row of the output, from 0",
        "col": "column of the output, from 0",
    }

    def rules(self) -> Iterator[str]:
        yield from matrix_rules(x=self.x)
        if not min(self.height, self.width) >= 1 or max(self.height, self.width) > LONGEST:
            yield f"height and width must lie between 1 and {LONGEST}; more is too large to be run"
        if not 0 <= self.row < self.height or not 0 <= self.col < self.width:
            yield "row and col must lie within the output"


@dataclass(frozen=True, slots=True)
class NearestValue(Resized):
    """The same with the nearest pixel."""

    mode: Mode = "nearest"


@dataclass(frozen=True, slots=True)
class BilinearSample(Resized):
    """The same by bilinear interpolation."""

    align_corners: bool = False

    def rules(self) -> Iterator[str]:
        yield from Resized.rules(self)
        if self.align_corners and min(self.height, self.width) == 1:
            yield "with align_corners height and width must be at least 2: one row or column has no two corners"


@dataclass(frozen=True, slots=True)
class GridSample(Spec):
    """The value at a point (u to the right, v down, the image from -1 to 1), as F.grid_sample reads it bilinearly with zeros
    outside."""

    x: Matrix
    u: float
    v: float
    align_corners: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"u": "horizontal coordinate", "v": "vertical coordinate"}

    def rules(self) -> Iterator[str]:
        yield from matrix_rules(x=self.x)
        if max(abs(self.u), abs(self.v)) > 2:
            yield "u and v must lie between -2 and 2"


@dataclass(frozen=True, slots=True)
class ResizeConv(Spec):
    """One output of a convolution (stride 1, no padding, no bias) on an image enlarged by a whole factor with the nearest pixel."""

    x: Matrix
    scale: int
    weight: Matrix
    row: int
    col: int

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x, weight=self.weight)):
            yield from faults
        elif not 1 <= self.scale <= 16:
            yield "scale must lie between 1 and 16; more is too large to be run"
        else:
            yield from window_rules(len(self.x) * self.scale, len(self.weight), self.row, "row")
            yield from window_rules(len(self.x[0]) * self.scale, len(self.weight[0]), self.col, "col")
