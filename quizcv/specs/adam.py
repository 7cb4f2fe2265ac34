"""Steps of Adam and its kin on a single weight whose gradients are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log
from typing import ClassVar, Literal

from quizcv.specs.optimizers import Steps
from quizcv.specs.spec import Spec
from quizcv.specs.ties import tied

Moment = Literal["m", "v", "m_hat", "v_hat"]

#: After so many steps of a decay the reference would run too long.
MOST_STEPS = 2000

_BETAS = "beta1 and beta2 must lie in [0, 1) (PyTorch: invalid beta parameter)"
_MEANING = {
    **Steps.meaning,
    "beta1": "decay of the first moment",
    "beta2": "decay of the second moment",
    "momentum_decay": "how fast NAdam's momentum grows towards beta1",
    "of": "which moment",
    "m_prev": "first moment before the step",
    "m_new": "first moment after the step",
    "spike": "a single large gradient, followed by small ones",
}


@dataclass(frozen=True, slots=True)
class Adam(Steps):
    """A weight after steps of Adam."""

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def options(self) -> Iterator[str]:
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            yield _BETAS
        if self.eps < 0:
            yield "eps must not be negative"


@dataclass(frozen=True, slots=True)
class AdamRate(Spec):
    """The learning rate behind steps of Adam."""

    w: float
    grads: tuple[float, ...]
    w_new: float
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            yield _BETAS
        if self.eps < 0:
            yield "eps must not be negative"
        if not self.grads or min(self.grads) <= 0:
            yield "grads must be positive"
        if self.w_new >= self.w:
            yield "no positive learning rate leads to w_new"


@dataclass(frozen=True, slots=True)
class AdamMoment(Spec):
    """A moment of Adam after some steps, as it is kept or divided by its bias correction (`_hat`)."""

    grads: tuple[float, ...]
    of: Moment
    beta1: float = 0.9
    beta2: float = 0.999

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            yield _BETAS
        if not self.grads:
            yield "grads must have one entry at least"


@dataclass(frozen=True, slots=True)
class AdamGradient(Spec):
    """The gradient that led from one first moment to the next."""

    m_prev: float
    m_new: float
    beta1: float = 0.9

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        if not 0 <= self.beta1 < 1:
            yield "beta1 must lie in [0, 1) (PyTorch: invalid beta parameter)"


@dataclass(frozen=True, slots=True)
class AmsGrad(Adam):
    """A weight after steps of Adam with amsgrad."""


@dataclass(frozen=True, slots=True)
class AmsGradGap(Adam):
    """The weight after Adam with amsgrad less the weight after plain Adam."""


@dataclass(frozen=True, slots=True)
class AdamW(Adam):
    """A weight after steps of AdamW."""

    weight_decay: float = 0.01

    def options(self) -> Iterator[str]:
        yield from Adam.options(self)
        if self.weight_decay < 0:
            yield "weight_decay must not be negative"


@dataclass(frozen=True, slots=True)
class AdamWDecay(Spec):
    """The weight decay behind the first step of AdamW."""

    w: float
    grad: float
    lr: float
    w_new: float
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            yield _BETAS
        if self.eps < 0:
            yield "eps must not be negative"
        if self.grad <= 0 or self.lr <= 0 or self.w <= 0:
            yield "w, grad and lr must be positive"
        elif self.w - self.w_new < self.lr:
            yield "no positive weight decay leads to w_new"


@dataclass(frozen=True, slots=True)
class AdamL2(AdamW):
    """A weight after steps of Adam whose weight decay is added to the gradient."""


@dataclass(frozen=True, slots=True)
class DecayGap(AdamW):
    """The weight after AdamW less the weight after Adam with the same weight decay."""


@dataclass(frozen=True, slots=True)
class Adamax(Adam):
    """A weight after steps of Adamax."""


@dataclass(frozen=True, slots=True)
class AdamaxMemory(Spec):
    """After how many small gradients Adamax's norm has forgotten a large one."""

    spike: float
    grad: float
    beta2: float = 0.999
    eps: float = 1e-8

    meaning: ClassVar[Mapping[str, str]] = _MEANING

    def rules(self) -> Iterator[str]:
        if not 0 < self.beta2 < 1:
            yield "beta2 must lie in (0, 1)"
        elif self.eps < 0 or self.grad <= 0 or self.spike <= self.grad:
            yield "eps must not be negative, grad must be positive and spike larger than grad"
        elif self.spike * self.beta2**MOST_STEPS > self.grad:
            yield "beta2 is too large to be run"
        else:
            yield from tied(log((self.spike + self.eps) / (self.grad + self.eps)) / -log(self.beta2))


@dataclass(frozen=True, slots=True)
class NAdam(Adam):
    """A weight after steps of NAdam."""

    momentum_decay: float = 0.004

    def options(self) -> Iterator[str]:
        yield from Adam.options(self)
        if self.momentum_decay < 0:
            yield "momentum_decay must not be negative"


@dataclass(frozen=True, slots=True)
class NAdamGap(NAdam):
    """The weight after NAdam less the weight after Adam."""
