"""ReLU and its kin, and maxout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.activations import MOST, Chain, Numbers, Output, Point, listed, within
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class ListSum(Spec):
    """The sum over the outputs of an activation for a list of inputs."""

    x: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(x=self.x)


@dataclass(frozen=True, slots=True)
class ReluSum(ListSum):
    """The sum over the outputs of ReLU."""


@dataclass(frozen=True, slots=True)
class Relu6Sum(ListSum):
    """The sum over the outputs of ReLU6."""


@dataclass(frozen=True, slots=True)
class Upstream(Spec):
    """The sum of the gradients that come back through an activation, of those that arrive at its outputs."""

    x: Numbers
    gradient: Numbers

    meaning: ClassVar[Mapping[str, str]] = {"gradient": "of the loss by the outputs"}

    def rules(self) -> Iterator[str]:
        yield from listed(x=self.x, gradient=self.gradient)
        if len(self.x) != len(self.gradient):
            yield "x and gradient must be equally long"


@dataclass(frozen=True, slots=True)
class ReluBackward(Upstream):
    """Gradients through ReLU."""


@dataclass(frozen=True, slots=True)
class Relu6Backward(Upstream):
    """Gradients through ReLU6."""


@dataclass(frozen=True, slots=True)
class TwoNeurons(Spec):
    """The output of two neurons, one behind the other."""

    x: float
    weight1: float
    bias1: float
    weight2: float
    bias2: float

    def rules(self) -> Iterator[str]:
        yield from within(x=self.x, weight1=self.weight1, bias1=self.bias1, weight2=self.weight2, bias2=self.bias2)


@dataclass(frozen=True, slots=True)
class ReluTwice(TwoNeurons):
    """Two neurons with ReLU."""


@dataclass(frozen=True, slots=True)
class Relu6Twice(TwoNeurons):
    """Two neurons with ReLU6."""


@dataclass(frozen=True, slots=True)
class LeakyReluValue(Point):
    """Leaky ReLU."""

    negative_slope: float = 0.01

    def rules(self) -> Iterator[str]:
        yield from Point.rules(self)
        yield from within(negative_slope=self.negative_slope)


@dataclass(frozen=True, slots=True)
class LeakyReluChain(Chain):
    """The derivative of leaky_relu(weight · x + bias) by x."""

    negative_slope: float = 0.01

    def rules(self) -> Iterator[str]:
        yield from Chain.rules(self)
        yield from within(negative_slope=self.negative_slope)


@dataclass(frozen=True, slots=True)
class LeakyReluInverse(Output):
    """Where leaky ReLU is y."""

    negative_slope: float = 0.01

    lowest = -10
    highest = 10

    def rules(self) -> Iterator[str]:
        yield from Output.rules(self)
        if not 0.001 <= self.negative_slope <= MOST:
            yield f"negative_slope must lie between 0.001 and {MOST}"


@dataclass(frozen=True, slots=True)
class PreluSum(ListSum):
    """The sum over the outputs of PReLU with one slope."""

    a: float = 0.25

    meaning: ClassVar[Mapping[str, str]] = {"a": "learned slope for negative inputs"}

    def rules(self) -> Iterator[str]:
        yield from ListSum.rules(self)
        yield from within(a=self.a)


@dataclass(frozen=True, slots=True)
class PreluSlopeGradient(Upstream):
    """The gradient of the loss by the slope of a PReLU."""

    a: float = 0.25

    def rules(self) -> Iterator[str]:
        yield from Upstream.rules(self)
        yield from within(a=self.a)


@dataclass(frozen=True, slots=True)
class PreluSlopeStep(PreluSlopeGradient):
    """The slope of a PReLU after one step of SGD."""

    lr: float = 0.1

    def rules(self) -> Iterator[str]:
        yield from PreluSlopeGradient.rules(self)
        if not 0 <= self.lr <= MOST:
            yield f"lr must lie between 0 and {MOST}"


@dataclass(frozen=True, slots=True)
class MaxoutValue(Point):
    """The output of a maxout unit with one input."""

    weights: Numbers
    biases: Numbers

    meaning: ClassVar[Mapping[str, str]] = {"weights": "one for each piece", "biases": "one for each piece"}

    def rules(self) -> Iterator[str]:
        yield from Point.rules(self)
        yield from listed(weights=self.weights, biases=self.biases)
        if len(self.weights) != len(self.biases):
            yield "weights and biases must be equally long"


@dataclass(frozen=True, slots=True)
class MaxoutDerivative(MaxoutValue):
    """The derivative of a maxout unit by its input."""

    def rules(self) -> Iterator[str]:
        broken = list(MaxoutValue.rules(self))
        yield from broken
        if not broken:
            pieces = sorted((w * self.x + b, w) for w, b in zip(self.weights, self.biases, strict=True))
            if any(pieces[-1][0] - value < 1e-9 and weight != pieces[-1][1] for value, weight in pieces):
                yield "two pieces tie for the largest: there is no derivative"


@dataclass(frozen=True, slots=True)
class MaxoutDifference(MaxoutValue):
    """A maxout unit minus another: any continuous function can be approximated so."""

    weights2: Numbers
    biases2: Numbers

    def rules(self) -> Iterator[str]:
        yield from MaxoutValue.rules(self)
        yield from listed(weights2=self.weights2, biases2=self.biases2)
        if len(self.weights2) != len(self.biases2):
            yield "weights2 and biases2 must be equally long"
