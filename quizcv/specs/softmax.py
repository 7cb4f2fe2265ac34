"""Softmax and the logarithm of its denominator."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.activations import Numbers, listed
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class SoftmaxValue(Spec):
    """One entry of a softmax."""

    logits: Numbers
    index: int
    temperature: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {"index": "class, from 0", "temperature": "the logits are divided by it"}

    def rules(self) -> Iterator[str]:
        yield from listed(2, logits=self.logits)
        if not 0 <= self.index < len(self.logits):
            yield "index must be a class"
        if not 0.1 <= self.temperature <= 100:
            yield "temperature must lie between 0.1 and 100"


@dataclass(frozen=True, slots=True)
class SoftmaxDerivative(Spec):
    """The derivative of one entry of a softmax by one logit."""

    logits: Numbers
    index: int
    by: int

    meaning: ClassVar[Mapping[str, str]] = {"index": "output, from 0", "by": "logit, from 0"}

    def rules(self) -> Iterator[str]:
        yield from listed(2, logits=self.logits)
        if not (0 <= self.index < len(self.logits) and 0 <= self.by < len(self.logits)):
            yield "index and by must be classes"


@dataclass(frozen=True, slots=True)
class SoftmaxTemperature(Spec):
    """The temperature with which a softmax of two logits gives the larger one a wanted probability."""

    logits: tuple[float, float]
    p: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability of the first logit, the larger one"}

    def rules(self) -> Iterator[str]:
        yield from listed(logits=self.logits)
        if self.logits[0] - self.logits[1] < 0.1:
            yield "the first logit must be larger than the second by 0.1 at least"
        if not 0.51 <= self.p <= 0.99:
            yield "p must lie between 0.51 and 0.99"


@dataclass(frozen=True, slots=True)
class LogSumExp(Spec):
    """log Σ exp of a list."""

    logits: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(2, logits=self.logits)


@dataclass(frozen=True, slots=True)
class LogSoftmax(Spec):
    """One entry of log-softmax."""

    logits: Numbers
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"index": "class, from 0"}

    def rules(self) -> Iterator[str]:
        yield from listed(2, logits=self.logits)
        if not 0 <= self.index < len(self.logits):
            yield "index must be a class"


@dataclass(frozen=True, slots=True)
class MissingLogit(Spec):
    """The logit that raises log Σ exp of a list to a wanted value."""

    logits: Numbers
    total: float

    meaning: ClassVar[Mapping[str, str]] = {"total": "log Σ exp of all logits, the missing one included"}

    def rules(self) -> Iterator[str]:
        yield from listed(logits=self.logits)
        if not -40 <= self.total <= 40:
            yield "total must lie between -40 and 40"
        elif sum(math.exp(min(logit - self.total, 1.0)) for logit in self.logits) > 0.999:
            yield "total must be larger than logsumexp of the logits given"
