"""Running averages, clipped and accumulated gradients, gradient descent on a parabola."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log
from typing import ClassVar, Literal

from quizcv.specs.spec import Spec
from quizcv.specs.ties import tied

#: So many steps the reference runs at most.
MOST_STEPS = 5000


def _beta(beta: float) -> Iterator[str]:
    if not 0 < beta < 1:
        yield "beta must lie in (0, 1)"
    elif beta > 0.9999:
        yield "beta is too large to be run"


@dataclass(frozen=True, slots=True)
class EmaWindow(Spec):
    """Over how many values an exponential moving average averages in effect."""

    beta: float

    def rules(self) -> Iterator[str]:
        yield from _beta(self.beta)


@dataclass(frozen=True, slots=True)
class EmaWeight(Spec):
    """The weight of the value of some steps ago in an exponential moving average."""

    beta: float
    age: int
    steps: int
    corrected: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "age": "how many steps ago the value came; 0 is the newest",
        "steps": "values averaged so far",
        "corrected": "whether the average is divided by its bias correction",
    }

    def rules(self) -> Iterator[str]:
        yield from _beta(self.beta)
        if not 0 <= self.age < self.steps:
            yield "age must lie in [0, steps)"
        elif self.steps > MOST_STEPS:
            yield "steps is too large to be run"


@dataclass(frozen=True, slots=True)
class EmaForgotten(Spec):
    """After how many further steps a value's weight is at most some fraction of what it was when it was new."""

    beta: float
    fraction: float

    def rules(self) -> Iterator[str]:
        yield from _beta(self.beta)
        if not 0 < self.fraction < 1:
            yield "fraction must lie in (0, 1)"
        elif 0 < self.beta < 1 and self.beta**MOST_STEPS > self.fraction:
            yield "the number of steps is too large to be run"
        elif 0 < self.beta < 1:
            yield from tied(log(self.fraction) / log(self.beta))


@dataclass(frozen=True, slots=True)
class EmaValue(Spec):
    """The exponential moving average of some values, from 0."""

    values: tuple[float, ...]
    beta: float
    corrected: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"corrected": "whether the average is divided by its bias correction"}

    def rules(self) -> Iterator[str]:
        yield from _beta(self.beta)
        if not self.values:
            yield "values must have one entry at least"


@dataclass(frozen=True, slots=True)
class EmaReached(Spec):
    """After how many steps the uncorrected average of a constant is at least some fraction of it."""

    beta: float
    fraction: float

    def rules(self) -> Iterator[str]:
        yield from _beta(self.beta)
        if not 0 < self.fraction < 1:
            yield "fraction must lie in (0, 1)"
        elif 0 < self.beta < 1 and self.beta**MOST_STEPS > 1 - self.fraction:
            yield "the number of steps is too large to be run"
        elif 0 < self.beta < 1:
            yield from tied(log(1 - self.fraction) / log(self.beta))


@dataclass(frozen=True, slots=True)
class ClipNorm(Spec):
    """The first gradient of the first tensor after `clip_grad_norm_` over all tensors."""

    grads: tuple[tuple[float, ...], ...]
    max_norm: float
    norm_type: Literal[1, 2] = 2

    meaning: ClassVar[Mapping[str, str]] = {
        "grads": "the gradients of each parameter tensor",
        "max_norm": "largest norm of all gradients together",
        "norm_type": "1: sum of absolute values, 2: Euclidean",
    }

    def rules(self) -> Iterator[str]:
        if not self.grads or not all(self.grads):
            yield "grads must have one tensor at least, none of them empty"
        if self.max_norm < 0:
            yield "max_norm must not be negative"


@dataclass(frozen=True, slots=True)
class ClipNormFound(Spec):
    """The `max_norm` that made the first gradient what it is after clipping."""

    grads: tuple[float, ...]
    after: float

    meaning: ClassVar[Mapping[str, str]] = {"after": "the first gradient after clipping"}

    def rules(self) -> Iterator[str]:
        if not self.grads or not 0 < self.after < self.grads[0]:
            yield "after must lie between 0 and the first of the grads: else nothing was clipped"


@dataclass(frozen=True, slots=True)
class ClipValue(Spec):
    """The Euclidean norm of a gradient after `clip_grad_value_`."""

    grads: tuple[float, ...]
    clip_value: float

    meaning: ClassVar[Mapping[str, str]] = {"clip_value": "largest absolute value of a component"}

    def rules(self) -> Iterator[str]:
        if not any(self.grads):
            yield "one of the grads at least must differ from 0"
        if self.clip_value <= 0:
            yield "clip_value must be positive"


@dataclass(frozen=True, slots=True)
class ClipAngle(ClipValue):
    """The cosine between a gradient before and after `clip_grad_value_`."""


@dataclass(frozen=True, slots=True)
class SwaAverage(Spec):
    """The average that `AveragedModel` keeps of the values a weight has had."""

    weights: tuple[float, ...]

    def rules(self) -> Iterator[str]:
        if not self.weights:
            yield "weights must have one entry at least"


@dataclass(frozen=True, slots=True)
class EmaOfWeights(Spec):
    """The exponential moving average that `AveragedModel` keeps, with `get_ema_multi_avg_fn(decay)`."""

    weights: tuple[float, ...]
    decay: float = 0.999

    def rules(self) -> Iterator[str]:
        if not self.weights:
            yield "weights must have one entry at least"
        if not 0 <= self.decay <= 1:
            yield "decay must lie in [0, 1] (PyTorch: invalid decay value)"


@dataclass(frozen=True, slots=True)
class SwaNext(Spec):
    """The value that took an average of so many values from one number to another."""

    before: float
    after: float
    count: int

    meaning: ClassVar[Mapping[str, str]] = {"count": "values averaged before"}

    def rules(self) -> Iterator[str]:
        if not 1 <= self.count <= 10**6:
            yield "count must lie between 1 and a million"


@dataclass(frozen=True, slots=True)
class GdQuadratic(Spec):
    """The place after steps of gradient descent on a (x − center)²."""

    a: float
    x: float
    lr: float
    steps: int
    center: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = {"x": "where the descent starts", "lr": "learning rate"}

    def rules(self) -> Iterator[str]:
        if self.lr < 0:
            yield "lr must not be negative"
        if self.steps < 0:
            yield "steps must not be negative"
        elif self.steps > 200:
            yield "steps is too large to be run"
        elif abs(1 - 2 * self.a * self.lr) > 1e3:
            yield "a and lr are too large to be run: the steps grow beyond all numbers"


@dataclass(frozen=True, slots=True)
class GdLimit(Spec):
    """The learning rate beyond which gradient descent on a x² + b x diverges."""

    a: float
    b: float

    def rules(self) -> Iterator[str]:
        if self.a <= 0:
            yield "a must be positive: without a minimum there is no limit"


@dataclass(frozen=True, slots=True)
class Accumulated(Spec):
    """The gradient after several micro-batches of `backward()` on mean losses, from the gradient of each sample's own loss."""

    grads: tuple[tuple[float, ...], ...]
    divided: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "grads": "the samples' gradients, by micro-batch",
        "divided": "whether each loss is divided by the number of micro-batches",
    }

    def rules(self) -> Iterator[str]:
        if not self.grads or not all(self.grads):
            yield "grads must have one micro-batch at least, none of them empty"


@dataclass(frozen=True, slots=True)
class AccumulatedGap(Accumulated):
    """The accumulated gradient less that of one batch of all samples."""
