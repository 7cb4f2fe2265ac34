"""Dropout, decay, smoothing, normalisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class DropoutScale(Spec):
    """The factor by which inverted dropout multiplies a kept activation in training."""

    p: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability to drop"}

    def rules(self) -> Iterator[str]:
        if not 0 <= self.p < 1:
            yield "p must lie in [0, 1): with p = 1 nothing is kept"


@dataclass(frozen=True, slots=True)
class DropoutValue(Spec):
    """A kept activation after inverted dropout in training, or in evaluation."""

    p: float
    x: float
    training: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability to drop", "x": "the activation before"}

    def rules(self) -> Iterator[str]:
        if not 0 <= self.p < 1:
            yield "p must lie in [0, 1): with p = 1 nothing is kept"


@dataclass(frozen=True, slots=True)
class DropoutRate(Spec):
    """The drop probability behind an observed pair of kept activation and its value before."""

    x: float
    y: float

    meaning: ClassVar[Mapping[str, str]] = {"x": "the activation before", "y": "the kept activation after"}

    def rules(self) -> Iterator[str]:
        if self.x <= 0 or self.y < self.x:
            yield "x must be positive and y at least x"
