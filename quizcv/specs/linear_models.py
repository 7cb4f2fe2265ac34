"""Linear models: regression, support vector machines, logistic regression."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.classical import Numbers, equally_long, numbers, spread
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class LinearFit(Spec):
    """The slope of the least-squares line."""

    x: Numbers
    y: Numbers

    def rules(self) -> Iterator[str]:
        yield from numbers(2, x=self.x, y=self.y)
        yield from equally_long(x=self.x, y=self.y)
        yield from spread("x", self.x)


@dataclass(frozen=True, slots=True)
class LinearIntercept(LinearFit):
    """The intercept of the least-squares line."""


@dataclass(frozen=True, slots=True)
class LinearPrediction(LinearFit):
    """What the least-squares line predicts at a new point."""

    at: float

    meaning: ClassVar[Mapping[str, str]] = {"at": "the new x"}

    def rules(self) -> Iterator[str]:
        yield from LinearFit.rules(self)
        yield from numbers(at=(self.at,))


@dataclass(frozen=True, slots=True)
class SvmMargin(Spec):
    """The width of the margin of a linear SVM."""

    weight: Numbers

    def rules(self) -> Iterator[str]:
        yield from numbers(weight=self.weight)
        if not math.hypot(*self.weight) > 0.01:
            yield "weight must be longer than 0.01"


@dataclass(frozen=True, slots=True)
class PlaneDistance(SvmMargin):
    """The distance of a point from the plane weight · x + bias = 0."""

    bias: float
    x: Numbers

    def rules(self) -> Iterator[str]:
        yield from SvmMargin.rules(self)
        yield from numbers(bias=(self.bias,), x=self.x)
        yield from equally_long(weight=self.weight, x=self.x)


@dataclass(frozen=True, slots=True)
class SvmObjective(Spec):
    """What a soft-margin SVM minimises: half the squared weights plus C times the sum of hinge losses."""

    weight: Numbers
    c: float
    scores: Numbers
    labels: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"scores": "weight · x + bias of each sample", "labels": "1 or -1"}

    def rules(self) -> Iterator[str]:
        yield from numbers(weight=self.weight, scores=self.scores, c=(self.c,))
        yield from equally_long(scores=self.scores, labels=self.labels)
        if not all(label in (-1, 1) for label in self.labels):
            yield "labels must be 1 or -1"
        if not self.c >= 0:
            yield "c must not be negative"


@dataclass(frozen=True, slots=True)
class LogisticStep(Spec):
    """A weight of logistic regression after one step of gradient descent on one sample."""

    weight: Numbers
    bias: float
    x: Numbers
    target: int
    lr: float
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"target": "0 or 1", "index": "which weight, from 0"}

    def rules(self) -> Iterator[str]:
        yield from numbers(weight=self.weight, x=self.x, bias=(self.bias,), lr=(self.lr,))
        yield from equally_long(weight=self.weight, x=self.x)
        if self.target not in (0, 1):
            yield "target must be 0 or 1"
        if self.lr < 0:
            yield "lr must not be negative"
        if not 0 <= self.index < len(self.weight):
            yield "index must be a weight"
        elif (
            len(self.weight) == len(self.x)
            and abs(sum(w * x for w, x in zip(self.weight, self.x, strict=True)) + self.bias) > 50
        ):
            yield "weight · x + bias may be 50 at most in size"


@dataclass(frozen=True, slots=True)
class LogisticBatchStep(Spec):
    """The weight of a logistic regression with one input after one step of gradient descent on a batch."""

    weight: float
    bias: float
    x: Numbers
    targets: tuple[int, ...]
    lr: float

    meaning: ClassVar[Mapping[str, str]] = {"targets": "0 or 1"}

    def rules(self) -> Iterator[str]:
        yield from numbers(weight=(self.weight,), x=self.x, bias=(self.bias,), lr=(self.lr,))
        yield from equally_long(x=self.x, targets=self.targets)
        if not all(target in (0, 1) for target in self.targets):
            yield "targets must be 0 or 1"
        if self.lr < 0:
            yield "lr must not be negative"
        if any(abs(self.weight * x + self.bias) > 50 for x in self.x):
            yield "weight · x + bias may be 50 at most in size"
