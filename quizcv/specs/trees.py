"""Impurity and what a split of a decision tree gains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.probability import Counts
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class Split(Spec):
    """Class counts on the two sides of a split."""

    left: Counts
    right: Counts

    def rules(self) -> Iterator[str]:
        if len(self.left) != len(self.right) or len(self.left) < 2:
            yield "left and right must be equally long, with two classes at least"
        elif min(*self.left, *self.right) < 0:
            yield "counts must not be negative"
        elif not (sum(self.left) and sum(self.right)):
            yield "neither side may be empty"
        elif sum(self.left) + sum(self.right) > 2000:
            yield "this is too large to be run (more than 2,000 samples)"


@dataclass(frozen=True, slots=True)
class InformationGain(Split):
    """Information gain of a split, in bits."""


@dataclass(frozen=True, slots=True)
class GainRatio(Split):
    """Gain ratio of a split."""


@dataclass(frozen=True, slots=True)
class Gini(Spec):
    """Gini impurity of a node."""

    counts: Counts

    meaning: ClassVar[Mapping[str, str]] = {"counts": "samples of each class"}

    def rules(self) -> Iterator[str]:
        if not self.counts or min(self.counts) < 0 or not sum(self.counts):
            yield "counts must not be negative, nor all 0"
        elif sum(self.counts) > 2000:
            yield "this is too large to be run (more than 2,000 samples)"


@dataclass(frozen=True, slots=True)
class GiniSplit(Split):
    """Weighted Gini impurity after a split."""


@dataclass(frozen=True, slots=True)
class GiniDecrease(Split):
    """How much a split lowers the Gini impurity."""
