"""Losses of regression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.activations import MOST, Numbers, listed, within
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class Pairs(Spec):
    """Predictions and targets."""

    predictions: Numbers
    targets: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(predictions=self.predictions, targets=self.targets)
        if len(self.predictions) != len(self.targets):
            yield "predictions and targets must be equally long"


@dataclass(frozen=True, slots=True)
class Mse(Pairs):
    """Mean squared error."""


@dataclass(frozen=True, slots=True)
class MseGradient(Pairs):
    """The derivative of the mean squared error by one prediction."""

    index: int

    meaning: ClassVar[Mapping[str, str]] = {"index": "prediction, from 0"}

    def rules(self) -> Iterator[str]:
        yield from Pairs.rules(self)
        if not 0 <= self.index < len(self.predictions):
            yield "index must be a prediction"


@dataclass(frozen=True, slots=True)
class BestMse(Spec):
    """The smallest mean squared error that one constant can have for all targets."""

    targets: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(targets=self.targets)


@dataclass(frozen=True, slots=True)
class Mae(Pairs):
    """Mean absolute error."""


@dataclass(frozen=True, slots=True)
class MaeSlope(Spec):
    """The derivative by w of the mean absolute error of the predictions w · x."""

    weight: float
    x: Numbers
    targets: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(x=self.x, targets=self.targets)
        yield from within(weight=self.weight)
        if len(self.x) != len(self.targets):
            yield "x and targets must be equally long"
        elif any(abs(self.weight * x - y) < 1e-9 for x, y in zip(self.x, self.targets, strict=True)):
            yield "no error may be 0: the absolute value has no derivative there"


@dataclass(frozen=True, slots=True)
class BestMae(Spec):
    """The constant with the smallest mean absolute error for all targets."""

    targets: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(targets=self.targets)
        if len(self.targets) % 2 == 0:
            yield "targets needs an odd number of entries: else the best constant is not unique"


@dataclass(frozen=True, slots=True)
class Robust(Spec):
    """A loss that is quadratic near 0 and linear beyond a threshold."""

    prediction: float
    target: float

    def rules(self) -> Iterator[str]:
        yield from within(prediction=self.prediction, target=self.target)


def threshold_rules(name: str, value: float) -> Iterator[str]:
    """For the threshold of such a loss."""
    if not 0.01 <= value <= MOST:
        yield f"{name} must lie between 0.01 and {MOST}"


@dataclass(frozen=True, slots=True)
class SmoothL1(Robust):
    """Smooth L1 loss."""

    beta: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from Robust.rules(self)
        yield from threshold_rules("beta", self.beta)


@dataclass(frozen=True, slots=True)
class SmoothL1Mean(Pairs):
    """Mean smooth L1 loss."""

    beta: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from Pairs.rules(self)
        yield from threshold_rules("beta", self.beta)


@dataclass(frozen=True, slots=True)
class SmoothL1Error(Spec):
    """The size of the error behind a smooth L1 loss."""

    loss: float
    beta: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from threshold_rules("beta", self.beta)
        if not 0.001 <= self.loss <= MOST:
            yield f"loss must lie between 0.001 and {MOST}"


@dataclass(frozen=True, slots=True)
class Huber(Robust):
    """Huber loss."""

    delta: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from Robust.rules(self)
        yield from threshold_rules("delta", self.delta)


@dataclass(frozen=True, slots=True)
class HuberMean(Pairs):
    """Mean Huber loss."""

    delta: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from Pairs.rules(self)
        yield from threshold_rules("delta", self.delta)


@dataclass(frozen=True, slots=True)
class HuberError(Spec):
    """The size of the error behind a Huber loss."""

    loss: float
    delta: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from threshold_rules("delta", self.delta)
        if not 0.001 <= self.loss <= MOST:
            yield f"loss must lie between 0.001 and {MOST}"
