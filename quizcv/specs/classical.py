"""Classical machine learning on points: neighbours, clusters, distances, scaling, projections, linear models."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

from quizcv.specs.spec import Spec

#: Larger numbers lose digits in squares and sums.
MOST = 1000

Numbers = tuple[float, ...]
Rows = tuple[Numbers, ...]
Metric = Literal["euclidean", "manhattan"]


def numbers(least: int = 1, **lists: Numbers) -> Iterator[str]:
    """For lists of numbers."""
    for name, values in lists.items():
        if len(values) < least:
            yield f"{name} needs {least} entries at least"
        if any(abs(value) > MOST for value in values):
            yield f"the entries of {name} may be {MOST:,} at most in size"


def equally_long(**lists: Sequence[object]) -> Iterator[str]:
    """For lists that belong together."""
    if len({len(values) for values in lists.values()}) > 1:
        yield f"{', '.join(lists)} must be equally long"


def spread(name: str, values: Numbers) -> Iterator[str]:
    """For values whose standard deviation or range divides."""
    if values and max(values) - min(values) < 1e-3:
        yield f"the entries of {name} must differ"


def apart(one: Numbers, other: Numbers, metric: str = "euclidean") -> float:
    """A distance, to see whether two are equal."""
    gaps = [abs(a - b) for a, b in zip(one, other, strict=True)]
    return sum(gaps) if metric == "manhattan" else math.hypot(*gaps)


@dataclass(frozen=True, slots=True)
class KnnVote(Spec):
    """The class that a majority of the k nearest neighbours has."""

    points: Rows
    labels: tuple[int, ...]
    query: Numbers
    k: int
    metric: Metric = "euclidean"

    def rules(self) -> Iterator[str]:
        yield from numbers(query=self.query)
        yield from equally_long(points=self.points, labels=self.labels)
        if any(len(point) != len(self.query) for point in self.points):
            yield "points and query must have the same number of coordinates"
        elif not 1 <= self.k <= len(self.points):
            yield "k must lie between 1 and the number of points"
        elif not all(0 <= label <= MOST for label in self.labels):
            yield f"labels must lie between 0 and {MOST:,}"
        elif len(self.points) == len(self.labels):
            yield from self._ties()

    def _ties(self) -> Iterator[str]:
        order = sorted(
            (apart(point, self.query, self.metric), label)
            for point, label in zip(self.points, self.labels, strict=True)
        )
        if self.k < len(order) and order[self.k][0] - order[self.k - 1][0] < 1e-9:
            yield "two points tie for the last place among the neighbours"
        near = [label for _, label in order[: self.k]]
        votes = sorted(near.count(label) for label in set(near))
        if len(votes) > 1 and votes[-1] == votes[-2]:
            yield "two classes tie"


@dataclass(frozen=True, slots=True)
class KnnSmallest(Spec):
    """The smallest odd k with which the vote of two classes goes to a wanted one."""

    points: Numbers
    labels: tuple[int, ...]
    query: float
    target: int

    meaning: ClassVar[Mapping[str, str]] = {"points": "on a line", "labels": "0 or 1", "target": "the wanted class"}

    def rules(self) -> Iterator[str]:
        yield from numbers(points=self.points, query=(self.query,))
        yield from equally_long(points=self.points, labels=self.labels)
        if not all(label in (0, 1) for label in (*self.labels, self.target)):
            yield "labels and target must be 0 or 1"
        distances = sorted(abs(point - self.query) for point in self.points)
        if any(far - near < 1e-9 for near, far in pairwise(distances)):
            yield "no two points may be equally far away"
        elif len(self.points) == len(self.labels):
            order = sorted(zip((abs(point - self.query) for point in self.points), self.labels, strict=True))
            near = [int(label == self.target) for _, label in order]
            if not any(2 * sum(near[:k]) > k for k in range(1, len(near) + 1, 2)):
                yield "no odd k gives this class"


@dataclass(frozen=True, slots=True)
class KmeansStep(Spec):
    """The new centre of a cluster after one step of k-means on a line."""

    points: Numbers
    centres: Numbers
    cluster: int

    meaning: ClassVar[Mapping[str, str]] = {"cluster": "which centre, from 0"}

    def rules(self) -> Iterator[str]:
        yield from numbers(points=self.points, centres=self.centres)
        yield from self._checked()

    def _checked(self) -> Iterator[str]:
        if not 0 <= self.cluster < len(self.centres):
            yield "cluster must be one of the centres"
        yield from clusters(tuple((x,) for x in self.points), tuple((x,) for x in self.centres))


@dataclass(frozen=True, slots=True)
class KmeansPlane(Spec):
    """One coordinate of the new centre of a cluster after one step of k-means in the plane."""

    points: Rows
    centres: Rows
    cluster: int
    axis: int

    meaning: ClassVar[Mapping[str, str]] = {"cluster": "which centre, from 0", "axis": "0 for x, 1 for y"}

    def rules(self) -> Iterator[str]:
        if any(len(row) != 2 for row in (*self.points, *self.centres)):
            yield "points and centres must have two coordinates"
            return
        for row in (*self.points, *self.centres):
            yield from numbers(points=row)
        if not 0 <= self.cluster < len(self.centres) or self.axis not in (0, 1):
            yield "cluster must be one of the centres, axis 0 or 1"
        yield from clusters(self.points, self.centres)


@dataclass(frozen=True, slots=True)
class KmeansTwice(KmeansStep):
    """The same after two steps."""

    def rules(self) -> Iterator[str]:
        broken = list(KmeansStep.rules(self))
        yield from broken
        if not broken:
            groups: dict[int, list[float]] = {}
            for x in self.points:
                at = min(range(len(self.centres)), key=lambda c: abs(x - self.centres[c]))
                groups.setdefault(at, []).append(x)
            moved = tuple((sum(groups[at]) / len(groups[at]),) for at in range(len(self.centres)))
            yield from clusters(tuple((x,) for x in self.points), moved)


def clusters(points: Rows, centres: Rows) -> Iterator[str]:
    """For points of which each must have one nearest centre, and none of these remain alone."""
    if not points or len(centres) < 2:
        yield "there must be points, and two centres at least"
        return
    taken = set()
    for point in points:
        gaps = [apart(point, centre) for centre in centres]
        nearest = min(gaps)
        if sum(gap - nearest < 1e-6 for gap in gaps) > 1:
            yield "no point may be equally far from two centres"
        taken.add(gaps.index(nearest))
    if len(taken) < len(centres):
        yield "a centre has no points"


@dataclass(frozen=True, slots=True)
class DistributedMean(Spec):
    """The mean of samples that are spread over machines, from the machines' means."""

    counts: tuple[int, ...]
    means: Numbers

    meaning: ClassVar[Mapping[str, str]] = {"counts": "samples on each machine"}

    def rules(self) -> Iterator[str]:
        yield from numbers(means=self.means)
        yield from equally_long(counts=self.counts, means=self.means)
        if not all(count >= 1 for count in self.counts):
            yield "counts must be at least 1"
        if sum(self.counts) > 1_000_000:
            yield "this is too large to be run (more than 1,000,000 samples)"


@dataclass(frozen=True, slots=True)
class DistributedMissing(Spec):
    """The mean of the last machine, from those of the others and of all samples."""

    counts: tuple[int, ...]
    means: Numbers
    total: float

    meaning: ClassVar[Mapping[str, str]] = {
        "counts": "samples on each machine, the last one included",
        "means": "of all machines but the last",
        "total": "mean of all samples",
    }

    def rules(self) -> Iterator[str]:
        yield from numbers(means=self.means, total=(self.total,))
        if len(self.counts) != len(self.means) + 1:
            yield "counts needs one entry more than means"
        if not all(count >= 1 for count in self.counts):
            yield "counts must be at least 1"
        if sum(self.counts) > 10_000:
            yield "this is too large to be run (more than 10,000 samples)"


@dataclass(frozen=True, slots=True)
class DistanceValue(Spec):
    """A distance between two points."""

    x1: Numbers
    x2: Numbers
    metric: Literal["euclidean", "manhattan", "chebyshev"] = "euclidean"

    def rules(self) -> Iterator[str]:
        yield from numbers(x1=self.x1, x2=self.x2)
        yield from equally_long(x1=self.x1, x2=self.x2)


@dataclass(frozen=True, slots=True)
class Mahalanobis(Spec):
    """The Mahalanobis distance between two points of the plane."""

    x1: tuple[float, float]
    x2: tuple[float, float]
    variance1: float
    variance2: float
    covariance: float

    def rules(self) -> Iterator[str]:
        yield from numbers(x1=self.x1, x2=self.x2)
        if not (0.01 <= self.variance1 <= MOST and 0.01 <= self.variance2 <= MOST):
            yield f"the variances must lie between 0.01 and {MOST:,}"
        elif self.covariance**2 > 0.98 * self.variance1 * self.variance2:
            yield "the covariance is too large for these variances: the matrix must be positive definite"
