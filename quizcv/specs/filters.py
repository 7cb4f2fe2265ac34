"""Values of the classical filters and of local response normalisation, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import Matrix, Vector, matrix_rules, size_rules, vector_rules
from quizcv.specs.pools import pool_rules
from quizcv.specs.spec import LONGEST, Spec

Direction = Literal["x", "y"]
DIRECTIONS: tuple[Direction, ...] = ("x", "y")
Neighbours = Literal[4, 8]
NEIGHBOURS: tuple[Neighbours, ...] = (4, 8)


@dataclass(frozen=True, slots=True)
class FilteredPixel(Spec):
    """A pixel of an image that a 3×3 filter is centred on; outside the image there are zeros."""

    x: Matrix
    row: int
    col: int

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "the image, row by row",
        "row": "row of the pixel, from 0",
        "col": "column of the pixel, from 0",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x)):
            yield from faults
        elif not 0 <= self.row < len(self.x) or not 0 <= self.col < len(self.x[0]):
            yield "row and col must lie within x"


@dataclass(frozen=True, slots=True)
class SobelValue(FilteredPixel):
    """The response of a Sobel filter."""

    direction: Direction = "x"

    meaning: ClassVar[Mapping[str, str]] = {
        **FilteredPixel.meaning,
        "direction": "x: right minus left column, y: lower minus upper row",
    }


@dataclass(frozen=True, slots=True)
class SobelMagnitude(FilteredPixel):
    """The length of the Sobel gradient, the root of gx² + gy²."""


@dataclass(frozen=True, slots=True)
class LaplacianValue(FilteredPixel):
    """The response of the Laplacian with 4 or 8 neighbours, negative in the centre."""

    neighbours: Neighbours = 4


@dataclass(frozen=True, slots=True)
class SharpenedValue(LaplacianValue):
    """The pixel minus strength times its Laplacian."""

    strength: int = 1

    def rules(self) -> Iterator[str]:
        yield from FilteredPixel.rules(self)
        yield from size_rules(self.strength)


@dataclass(frozen=True, slots=True)
class MedianValue(Spec):
    """One output of a median filter with stride 1 on an image padded with zeros."""

    x: Matrix
    kernel: int
    row: int
    col: int
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "kernel": "height and width of the window, odd",
        "row": "row of the output, from 0",
        "col": "column of the output, from 0",
    }

    def rules(self) -> Iterator[str]:
        if self.kernel % 2 == 0 or self.kernel < 3:
            yield "kernel must be odd, since an even number of cells has no middle one, and at least 3"
        yield from pool_rules(self.x, self.kernel, self.row, self.col, 1, self.padding)


@dataclass(frozen=True, slots=True)
class SeparableMedian(MedianValue):
    """The same by a median along each row of the window, then along the column of these medians."""


@dataclass(frozen=True, slots=True)
class GaussianKernel(Spec):
    """One weight of a Gaussian kernel whose weights add up to 1."""

    size: int
    sigma: float
    row: int
    col: int

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "height and width of the kernel, odd",
        "sigma": "standard deviation, pixels",
    }

    def rules(self) -> Iterator[str]:
        if not 1 <= self.size <= LONGEST or self.size % 2 == 0:
            yield f"size must be odd and {LONGEST} at most; more is too large to be run"
        if not 0.1 <= self.sigma <= 1000:
            yield "sigma must lie between 0.1 and 1000"
        if not 0 <= self.row < self.size or not 0 <= self.col < self.size:
            yield "row and col must lie within the kernel"


@dataclass(frozen=True, slots=True)
class BlurredValue(Spec):
    """The centre of a square image after a Gaussian kernel as large as it, whose weights add up to 1."""

    x: Matrix
    sigma: float

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x)):
            yield from faults
        elif len(self.x) != len(self.x[0]):
            yield "x must be square"
        else:
            yield from GaussianKernel(len(self.x), self.sigma, 0, 0).rules()


@dataclass(frozen=True, slots=True)
class LrnValue(Spec):
    """One channel of a pixel after nn.LocalResponseNorm."""

    x: Vector
    channel: int
    size: int
    alpha: float
    beta: float
    k: float

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "the pixel, channel by channel",
        "size": "channels in the window",
    }

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x)
        yield from size_rules(self.alpha, self.beta, self.k)
        if not 1 <= self.size <= LONGEST:
            yield f"size must lie between 1 and {LONGEST}; more is too large to be run"
        if not 0 <= self.channel < len(self.x):
            yield "channel must exist"
        if self.alpha < 0 or self.k <= 0 or abs(self.beta) > 5:
            yield "alpha must not be negative, k must be positive and beta 5 at most"


@dataclass(frozen=True, slots=True)
class LrnAfterRelu(LrnValue):
    """The same behind a ReLU."""
