"""Steps of SGD on a single weight whose gradients are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.spec import Spec

GIVEN = {
    "w": "the weight before the first step",
    "grads": "the gradients of the steps, in order, whatever the weight is then",
    "grad": "the gradient",
    "lr": "learning rate",
    "w_new": "the weight after the last step",
    "weight_decay": "coefficient of weight decay",
    "eps": "added to the denominator",
    "initial": "initial_accumulator_value",
}


def fractions(**values: float) -> Iterator[str]:
    """What must lie in [0, 1)."""
    yield from (f"{name} must lie in [0, 1)" for name, value in values.items() if not 0 <= value < 1)


def natural(**values: float) -> Iterator[str]:
    """What must not be negative."""
    yield from (f"{name} must not be negative" for name, value in values.items() if value < 0)


@dataclass(frozen=True, slots=True)
class Steps(Spec):
    """A weight and the gradients of its steps."""

    w: float
    grads: tuple[float, ...]
    lr: float

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        yield from () if self.grads else ("grads must have one entry at least",)
        yield from natural(lr=self.lr)
        yield from self.options()

    def options(self) -> Iterator[str]:
        """What is broken among the options of the optimizer."""
        yield from ()


@dataclass(frozen=True, slots=True)
class SgdStep(Steps):
    """A weight after steps of plain SGD."""

    maximize: bool = False


@dataclass(frozen=True, slots=True)
class SgdRate(Spec):
    """The learning rate behind one step of plain SGD."""

    w: float
    grad: float
    w_new: float

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        if (self.w - self.w_new) * self.grad <= 0:
            yield "no positive learning rate leads to w_new"


@dataclass(frozen=True, slots=True)
class SgdDecay(Steps):
    """A weight after steps of SGD with weight decay."""

    weight_decay: float = 0.01

    def options(self) -> Iterator[str]:
        yield from natural(weight_decay=self.weight_decay)


@dataclass(frozen=True, slots=True)
class SgdDecayFound(Spec):
    """The weight decay behind one step of SGD."""

    w: float
    grad: float
    lr: float
    w_new: float

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        if self.lr <= 0 or self.w == 0:
            yield "lr must be positive and w not 0"
        elif (self.w - self.w_new - self.lr * self.grad) * self.w <= 0:
            yield "no positive weight decay leads to w_new"


@dataclass(frozen=True, slots=True)
class Momentum(Steps):
    """A weight after steps of SGD with momentum."""

    momentum: float = 0.9
    dampening: float = 0.0

    def options(self) -> Iterator[str]:
        yield from fractions(momentum=self.momentum, dampening=self.dampening)
        if self.momentum == 0:
            yield "momentum must not be 0: there is no buffer then"


@dataclass(frozen=True, slots=True)
class MomentumBuffer(Spec):
    """The momentum buffer of SGD after some steps."""

    grads: tuple[float, ...]
    momentum: float = 0.9
    dampening: float = 0.0

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        yield from () if self.grads else ("grads must have one entry at least",)
        yield from fractions(momentum=self.momentum, dampening=self.dampening)
        if self.momentum == 0:
            yield "momentum must not be 0: there is no buffer then"


@dataclass(frozen=True, slots=True)
class MomentumFound(Spec):
    """The momentum behind two steps of SGD."""

    w: float
    grads: tuple[float, float]
    lr: float
    w_new: float

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        if self.lr <= 0 or self.grads[0] == 0:
            yield "lr must be positive and the first gradient not 0"
        elif not 0 < ((self.w - self.w_new) / self.lr - sum(self.grads)) / self.grads[0] < 1:
            yield "no momentum in (0, 1) leads to w_new"


@dataclass(frozen=True, slots=True)
class Nesterov(Steps):
    """A weight after steps of SGD with Nesterov momentum."""

    momentum: float = 0.9
    weight_decay: float = 0.0

    def options(self) -> Iterator[str]:
        yield from natural(weight_decay=self.weight_decay)
        if not 0 < self.momentum < 1:
            yield "momentum must lie in (0, 1) (PyTorch: Nesterov momentum requires a momentum)"


@dataclass(frozen=True, slots=True)
class NesterovGap(Spec):
    """How much further Nesterov momentum takes a weight than ordinary momentum."""

    grads: tuple[float, ...]
    lr: float
    momentum: float = 0.9

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        yield from () if self.grads else ("grads must have one entry at least",)
        yield from natural(lr=self.lr)
        if not 0 < self.momentum < 1:
            yield "momentum must lie in (0, 1) (PyTorch: Nesterov momentum requires a momentum)"
