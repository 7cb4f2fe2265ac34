"""Smooth activations and their piecewise likenesses: values, derivatives, and what they are asked backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.spec import Spec

#: Beyond this the exponentials of all activations are 0 or ∞ for practical purposes.
MOST = 50

Numbers = tuple[float, ...]


def within(**numbers: float) -> Iterator[str]:
    """The rule for single numbers."""
    yield from (f"{name} may be {MOST} at most in size" for name, number in numbers.items() if abs(number) > MOST)


def listed(least: int = 1, **lists: Numbers) -> Iterator[str]:
    """The rule for lists of numbers."""
    for name, numbers in lists.items():
        if len(numbers) < least:
            yield f"{name} needs {least} entries at least"
        if any(abs(number) > MOST for number in numbers):
            yield f"the entries of {name} may be {MOST} at most in size"


@dataclass(frozen=True, slots=True)
class Point(Spec):
    """Something at one point x."""

    x: float

    def rules(self) -> Iterator[str]:
        yield from within(x=self.x)


@dataclass(frozen=True, slots=True)
class Output(Spec):
    """The point where an activation takes the value y."""

    y: float

    lowest: ClassVar[float] = -MOST
    highest: ClassVar[float] = MOST
    meaning: ClassVar[Mapping[str, str]] = {"y": "output of the activation"}

    def rules(self) -> Iterator[str]:
        if not self.lowest <= self.y <= self.highest:
            yield f"y must lie between {self.lowest} and {self.highest}"


@dataclass(frozen=True, slots=True)
class Chain(Spec):
    """The derivative of f(weight · x + bias) by x."""

    x: float
    weight: float
    bias: float

    def rules(self) -> Iterator[str]:
        yield from within(x=self.x, weight=self.weight, bias=self.bias)
        yield from within(**{"weight · x + bias": self.weight * self.x + self.bias})


@dataclass(frozen=True, slots=True)
class SigmoidValue(Point):
    """The sigmoid."""


@dataclass(frozen=True, slots=True)
class SigmoidDerivative(Point):
    """The derivative of the sigmoid."""


@dataclass(frozen=True, slots=True)
class SigmoidInverse(Output):
    """The logit: where the sigmoid is y."""

    lowest = 0.001
    highest = 0.999


@dataclass(frozen=True, slots=True)
class TanhValue(Point):
    """tanh."""


@dataclass(frozen=True, slots=True)
class TanhDerivative(Point):
    """The derivative of tanh."""


@dataclass(frozen=True, slots=True)
class TanhInverse(Output):
    """Where tanh is y."""

    lowest = -0.999
    highest = 0.999


@dataclass(frozen=True, slots=True)
class EluValue(Point):
    """ELU."""

    alpha: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from Point.rules(self)
        yield from within(alpha=self.alpha)


@dataclass(frozen=True, slots=True)
class EluDerivative(EluValue):
    """The derivative of ELU."""


@dataclass(frozen=True, slots=True)
class EluInverse(Output):
    """Where ELU is y."""

    alpha: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from Output.rules(self)
        if not 0 < self.alpha <= MOST:
            yield f"alpha must be positive and {MOST} at most"
        elif self.y < -0.999 * self.alpha:
            yield "y must be at least -0.999 · alpha: ELU stays above -alpha"


@dataclass(frozen=True, slots=True)
class SeluValue(Point):
    """SELU."""


@dataclass(frozen=True, slots=True)
class SeluDerivative(Point):
    """The derivative of SELU."""


@dataclass(frozen=True, slots=True)
class SeluInverse(Output):
    """Where SELU is y."""

    lowest = -1.75


@dataclass(frozen=True, slots=True)
class GeluValue(Point):
    """GELU, exact or in its tanh approximation."""

    approximate: Literal["none", "tanh"] = "none"


@dataclass(frozen=True, slots=True)
class GeluDerivative(Point):
    """The derivative of the exact GELU."""


@dataclass(frozen=True, slots=True)
class GeluChain(Chain):
    """The derivative of gelu(weight · x + bias) by x."""


@dataclass(frozen=True, slots=True)
class SwishValue(Point):
    """Swish with β = 1, SiLU."""


@dataclass(frozen=True, slots=True)
class SwishDerivative(Point):
    """The derivative of SiLU."""


@dataclass(frozen=True, slots=True)
class SwishChain(Chain):
    """The derivative of silu(weight · x + bias) by x."""


@dataclass(frozen=True, slots=True)
class HardSwishValue(Point):
    """Hard swish."""


@dataclass(frozen=True, slots=True)
class HardSwishDerivative(Point):
    """The derivative of hard swish."""

    def rules(self) -> Iterator[str]:
        yield from Point.rules(self)
        if abs(self.x) == 3:
            yield "hard swish has no derivative at -3 and 3"


@dataclass(frozen=True, slots=True)
class HardSwishInverse(Output):
    """The positive x where hard swish is y."""

    lowest = 0.01
    highest = 10


@dataclass(frozen=True, slots=True)
class HardSigmoidValue(Point):
    """Hard sigmoid."""


@dataclass(frozen=True, slots=True)
class HardSigmoidChain(Chain):
    """The derivative of hardsigmoid(weight · x + bias) by x."""


@dataclass(frozen=True, slots=True)
class HardSigmoidInverse(Output):
    """Where hard sigmoid is y."""

    lowest = 0.001
    highest = 0.999


@dataclass(frozen=True, slots=True)
class SoftplusValue(Point):
    """Softplus."""

    beta: float = 1.0

    def rules(self) -> Iterator[str]:
        if not 0.01 <= self.beta <= 100:
            yield "beta must lie between 0.01 and 100"
        elif abs(self.x * self.beta) > MOST:
            yield f"beta · x may be {MOST} at most in size"


@dataclass(frozen=True, slots=True)
class SoftplusDerivative(SoftplusValue):
    """The derivative of softplus."""


@dataclass(frozen=True, slots=True)
class SoftplusInverse(Output):
    """Where softplus is y."""

    beta: float = 1.0

    def rules(self) -> Iterator[str]:
        if not 0.01 <= self.beta <= 100:
            yield "beta must lie between 0.01 and 100"
        elif not 0.001 <= self.y * self.beta <= 15:
            yield "beta · y must lie between 0.001 and 15"
