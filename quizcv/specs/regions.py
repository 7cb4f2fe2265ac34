"""Pooling of regions of interest: bins, maxima, bilinear samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import Matrix, matrix_rules
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec


def bin_rules(size: int, bins: int, index: int) -> Iterator[str]:
    """For bins along one axis."""
    if size < 1 or bins < 1:
        yield "there must be at least one cell and one bin"
    elif not 0 <= index < bins:
        yield f"index must lie between 0 and {bins - 1}"
    else:
        yield from too_large(size, most=100_000)
        yield from too_large(bins, most=100_000)


@dataclass(frozen=True, slots=True)
class RoiBin(Spec):
    """Cells along one axis in a bin of RoI pooling."""

    size: int
    bins: int
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"size": "of the region, cells", "index": "of the bin, from 0"}

    def rules(self) -> Iterator[str]:
        yield from bin_rules(self.size, self.bins, self.index)


@dataclass(frozen=True, slots=True)
class RoiBinEdge(Spec):
    """First or last cell, along one axis, of a bin of a region that begins at some cell."""

    first: int
    last: int
    bins: int
    index: int
    edge: Literal["first", "last"]

    meaning: ClassVar[Mapping[str, str]] = {
        "first": "cell of the region",
        "last": "cell of the region, included",
        "index": "of the bin, from 0",
    }

    def rules(self) -> Iterator[str]:
        if self.first < 0:
            yield "first must not be negative"
        yield from bin_rules(self.last - self.first + 1, self.bins, self.index)


@dataclass(frozen=True, slots=True)
class RoiBinImage(Spec):
    """The same for a region in pixels of the image."""

    start: int
    end: int
    stride: int
    bins: int
    index: int
    edge: Literal["first", "last"]

    meaning: ClassVar[Mapping[str, str]] = {
        "start": "of the region, pixels",
        "end": "of the region, pixels",
        "stride": "of the map",
        "index": "of the bin, from 0",
    }

    def rules(self) -> Iterator[str]:
        if not 0 <= self.start < self.end or self.stride < 1:
            yield "0 <= start < end, and stride must be at least 1"
            return
        if any(2 * at % self.stride == 0 and at % self.stride for at in (self.start, self.end)):
            yield "an end half way between two cells is rounded differently by different programs"
        yield from bin_rules(self.end // self.stride - self.start // self.stride + 1, self.bins, self.index)


@dataclass(frozen=True, slots=True)
class RoiPoolValue(Spec):
    """One output of RoI max pooling for a region of whole cells."""

    x: Matrix
    top: int
    left: int
    bottom: int
    right: int
    bins: int
    row: int
    col: int

    meaning: ClassVar[Mapping[str, str]] = {
        "top": "first row of the region, from 0",
        "left": "first column",
        "bottom": "last row, included",
        "right": "last column, included",
        "bins": "per side of the output",
        "row": "of the output, from 0",
        "col": "of the output, from 0",
    }

    def rules(self) -> Iterator[str]:
        faults = list(matrix_rules(x=self.x))
        yield from faults
        if faults:
            return
        if not (0 <= self.top <= self.bottom < len(self.x) and 0 <= self.left <= self.right < len(self.x[0])):
            yield "the region must lie within x"
        yield from too_large(self.bins, most=1000)  # the pooled map has bins² cells
        yield from bin_rules(self.bottom - self.top + 1, self.bins, self.row)
        yield from bin_rules(self.right - self.left + 1, self.bins, self.col)


@dataclass(frozen=True, slots=True)
class RoiPoolImage(Spec):
    """The same for a region in pixels of the image."""

    x: Matrix
    region: tuple[int, int, int, int]
    stride: int
    bins: int
    row: int
    col: int

    meaning: ClassVar[Mapping[str, str]] = {
        "region": "x1, y1, x2, y2 in pixels",
        "stride": "of the map",
        "bins": "per side of the output",
    }

    def rules(self) -> Iterator[str]:
        faults = list(matrix_rules(x=self.x))
        yield from faults
        if faults:
            return
        x1, y1, x2, y2 = self.region
        yield from too_large(self.bins, most=1000)
        yield from RoiBinImage(x1, x2, self.stride, self.bins, self.col, "first").rules()
        yield from RoiBinImage(y1, y2, self.stride, self.bins, self.row, "first").rules()
        if self.stride >= 1 and (
            2 * x2 + self.stride > 2 * self.stride * len(self.x[0])
            or 2 * y2 + self.stride > 2 * self.stride * len(self.x)
        ):
            yield "the region must lie within x"


@dataclass(frozen=True, slots=True)
class RoiAlignValue(Spec):
    """Bilinear interpolation at one sampling point, in cells: the value of cell (i, j) sits at the point (i, j)."""

    x: Matrix
    row: float
    col: float

    meaning: ClassVar[Mapping[str, str]] = {"row": "of the point, cells", "col": "of the point, cells"}

    def rules(self) -> Iterator[str]:
        faults = list(matrix_rules(x=self.x))
        yield from faults
        if not faults:
            if min(len(self.x), len(self.x[0])) < 2:
                yield "x must have at least two rows and columns"
            elif not (0 <= self.row <= len(self.x) - 1 and 0 <= self.col <= len(self.x[0]) - 1):
                yield "the point must lie between the first and the last cell"


@dataclass(frozen=True, slots=True)
class RoiAlignImage(Spec):
    """The same for a point of the image, half a cell off as with `aligned=True`."""

    x: Matrix
    px: float
    py: float
    stride: int

    meaning: ClassVar[Mapping[str, str]] = {"px": "x of the point, pixels", "py": "y of the point, pixels"}

    def rules(self) -> Iterator[str]:
        if self.stride < 1:
            yield "stride must be at least 1"
        else:
            yield from RoiAlignValue(self.x, self.py / self.stride - 0.5, self.px / self.stride - 0.5).rules()


@dataclass(frozen=True, slots=True)
class RoiAlignBin(Spec):
    """Mean of 2×2 sampling points in a bin, in cells."""

    x: Matrix
    top: float
    left: float
    bottom: float
    right: float

    meaning: ClassVar[Mapping[str, str]] = {"top": "of the bin, cells", "bottom": "of the bin, cells"}

    def rules(self) -> Iterator[str]:
        if not (self.top < self.bottom and self.left < self.right):
            yield "top < bottom and left < right"
        for row, col in ((self.top, self.left), (self.bottom, self.right)):
            yield from RoiAlignValue(self.x, row, col).rules()
