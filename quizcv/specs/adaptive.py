"""Steps of Adagrad, Adadelta and RMSprop on a single weight whose gradients are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.optimizers import GIVEN, Steps, fractions, natural
from quizcv.specs.spec import Spec


@dataclass(frozen=True, slots=True)
class Adagrad(Steps):
    """A weight after steps of Adagrad."""

    lr_decay: float = 0.0
    initial: float = 0.0
    eps: float = 1e-10

    def options(self) -> Iterator[str]:
        yield from natural(lr_decay=self.lr_decay, initial=self.initial, eps=self.eps)


@dataclass(frozen=True, slots=True)
class AdagradLater(Spec):
    """By how much the n-th step of Adagrad moves the weight if the gradient never changes."""

    grad: float
    lr: float
    step: int
    eps: float = 1e-10

    meaning: ClassVar[Mapping[str, str]] = {**GIVEN, "step": "which step, the first one is 1"}

    def rules(self) -> Iterator[str]:
        yield from natural(lr=self.lr, eps=self.eps)
        if self.grad <= 0:
            yield "grad must be positive"
        if self.step < 1:
            yield "step must be at least 1"
        elif self.step > 2000:
            yield "step is too large to be run"


@dataclass(frozen=True, slots=True)
class Adadelta(Steps):
    """A weight after steps of Adadelta."""

    rho: float = 0.9
    eps: float = 1e-6

    def options(self) -> Iterator[str]:
        yield from fractions(rho=self.rho)
        if self.eps <= 0:
            yield "eps must be positive: no step would ever be made"


@dataclass(frozen=True, slots=True)
class AdadeltaRate(Spec):
    """The learning rate behind steps of Adadelta."""

    w: float
    grads: tuple[float, ...]
    w_new: float
    rho: float = 0.9
    eps: float = 1e-6

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        yield from fractions(rho=self.rho)
        if self.eps <= 0:
            yield "eps must be positive: no step would ever be made"
        if not self.grads or min(self.grads) <= 0:
            yield "grads must be positive"
        if self.w_new >= self.w:
            yield "no positive learning rate leads to w_new"


@dataclass(frozen=True, slots=True)
class RmsProp(Steps):
    """A weight after steps of RMSprop."""

    alpha: float = 0.99
    eps: float = 1e-8
    momentum: float = 0.0

    def options(self) -> Iterator[str]:
        yield from fractions(alpha=self.alpha, momentum=self.momentum)
        yield from natural(eps=self.eps)


@dataclass(frozen=True, slots=True)
class RmsPropAlpha(Spec):
    """The smoothing constant behind the first step of RMSprop."""

    w: float
    grad: float
    lr: float
    w_new: float
    eps: float = 1e-8

    meaning: ClassVar[Mapping[str, str]] = GIVEN

    def rules(self) -> Iterator[str]:
        yield from natural(eps=self.eps)
        if self.lr <= 0 or self.grad == 0:
            yield "lr must be positive and grad not 0"
        elif not self.lr * abs(self.grad) / (abs(self.grad) + self.eps) <= self._way < 1000 * self.lr:
            yield "no alpha from 0 to 0.999999 leads to w_new"
        elif self._way * self.eps >= self.lr * abs(self.grad) * 0.999:
            yield "eps is too large for such a step"

    @property
    def _way(self) -> float:
        """How far the weight goes against the gradient."""
        return self.w - self.w_new if self.grad > 0 else self.w_new - self.w


@dataclass(frozen=True, slots=True)
class RmsPropCentered(Steps):
    """A weight after steps of centered RMSprop."""

    alpha: float = 0.99
    eps: float = 1e-8

    def options(self) -> Iterator[str]:
        yield from natural(eps=self.eps)
        if not 0.001 <= self.alpha < 1:
            yield "alpha must lie in [0.001, 1): with 0 the variance is always 0, nearby it is lost in rounding"


@dataclass(frozen=True, slots=True)
class CenteredGap(RmsPropCentered):
    """The weight after centered RMSprop less the weight after plain RMSprop."""
