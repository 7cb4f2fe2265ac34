"""Scaling, variance and principal components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.classical import MOST, Numbers, equally_long, numbers, spread
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class Standardise(Spec):
    """A value after subtracting the mean and dividing by the standard deviation."""

    values: Numbers
    index: int
    unbiased: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"index": "which value, from 0", "unbiased": "variance divided by n − 1"}

    def rules(self) -> Iterator[str]:
        yield from numbers(2, values=self.values)
        yield from spread("values", self.values)
        if not 0 <= self.index < len(self.values):
            yield "index must be a value"


@dataclass(frozen=True, slots=True)
class StandardiseInverse(Spec):
    """The raw value behind a standardised one."""

    values: Numbers
    z: float
    unbiased: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"values": "that the scaler was fitted to", "z": "the standardised value"}

    def rules(self) -> Iterator[str]:
        yield from numbers(2, values=self.values)
        yield from spread("values", self.values)
        if abs(self.z) > 20:
            yield "z may be 20 at most in size"


@dataclass(frozen=True, slots=True)
class MinMaxScale(Spec):
    """A value after scaling all values to a range."""

    values: Numbers
    index: int
    low: float = 0.0
    high: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {"index": "which value, from 0"}

    def rules(self) -> Iterator[str]:
        yield from numbers(2, values=self.values, range=(self.low, self.high))
        yield from spread("values", self.values)
        if not 0 <= self.index < len(self.values):
            yield "index must be a value"
        if self.high - self.low < 0.01:
            yield "high must be above low"


@dataclass(frozen=True, slots=True)
class MinMaxInverse(Spec):
    """The raw value behind a scaled one."""

    values: Numbers
    scaled: float
    low: float = 0.0
    high: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {"values": "that the scaler was fitted to"}

    def rules(self) -> Iterator[str]:
        yield from numbers(2, values=self.values, range=(self.low, self.high))
        yield from numbers(scaled=(self.scaled,))
        yield from spread("values", self.values)
        if self.high - self.low < 0.01:
            yield "high must be above low"


@dataclass(frozen=True, slots=True)
class Covariance(Spec):
    """Covariance of two variables."""

    x: Numbers
    y: Numbers
    unbiased: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"unbiased": "divided by n − 1"}

    def rules(self) -> Iterator[str]:
        yield from numbers(2, x=self.x, y=self.y)
        yield from equally_long(x=self.x, y=self.y)


@dataclass(frozen=True, slots=True)
class Correlation(Spec):
    """Pearson's correlation of two variables."""

    x: Numbers
    y: Numbers

    def rules(self) -> Iterator[str]:
        yield from numbers(2, x=self.x, y=self.y)
        yield from equally_long(x=self.x, y=self.y)
        yield from spread("x", self.x)
        yield from spread("y", self.y)


@dataclass(frozen=True, slots=True)
class SumVariance(Spec):
    """Variance, divided by n − 1, of a · x + b · y."""

    x: Numbers
    y: Numbers
    a: float
    b: float

    def rules(self) -> Iterator[str]:
        yield from numbers(2, x=self.x, y=self.y)
        yield from equally_long(x=self.x, y=self.y)
        if max(abs(self.a), abs(self.b)) > 20:
            yield "a and b may be 20 at most in size"


@dataclass(frozen=True, slots=True)
class PcaShare(Spec):
    """The share of variance that the first principal component explains, from a 2 × 2 covariance matrix."""

    variance1: float
    variance2: float
    covariance: float

    def rules(self) -> Iterator[str]:
        if not (0 < self.variance1 <= MOST and 0 < self.variance2 <= MOST):
            yield f"the variances must be positive and {MOST:,} at most"
        elif self.covariance**2 > self.variance1 * self.variance2:
            yield "the covariance is too large for these variances"


@dataclass(frozen=True, slots=True)
class PcaData(Spec):
    """The same from data in the plane."""

    x: Numbers
    y: Numbers

    def rules(self) -> Iterator[str]:
        yield from numbers(2, x=self.x, y=self.y)
        yield from equally_long(x=self.x, y=self.y)
        yield from spread("x and y", (*self.x, *self.y))
        if len(set(zip(self.x, self.y, strict=False))) < 2:
            yield "the points must differ"


@dataclass(frozen=True, slots=True)
class PcaComponents(Spec):
    """The smallest number of principal components that explain a wanted share of variance."""

    eigenvalues: Numbers
    share: float

    meaning: ClassVar[Mapping[str, str]] = {"eigenvalues": "of the covariance matrix, in any order"}

    def rules(self) -> Iterator[str]:
        yield from numbers(eigenvalues=self.eigenvalues)
        if not all(value > 0 for value in self.eigenvalues):
            yield "eigenvalues must be positive"
        elif not 0 < self.share < 1:
            yield "share must lie between 0 and 1"
        else:
            reached, total = 0.0, sum(self.eigenvalues)
            for value in sorted(self.eigenvalues, reverse=True):
                reached += value
                if abs(reached / total - self.share) < 1e-6:
                    yield "share must not be hit exactly"
