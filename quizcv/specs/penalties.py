"""Penalties on weights, the steps they lead to, and a bound on the norm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import size_rules, vector_rules
from quizcv.specs.spec import Spec

Weights = tuple[float, ...]

_DECAY = {"decay": "λ, the strength of the penalty"}
_HALF = {"half": "whether the L2 part has a factor 1/2"}


def _positive(**values: float) -> Iterator[str]:
    for name, value in values.items():
        if not 0 < value <= 1000:
            yield f"{name} must be positive, and 1000 at most"


@dataclass(frozen=True, slots=True)
class L2Penalty(Spec):
    """The L2 penalty λ·Σw² of some weights, or λ/2·Σw²."""

    weights: Weights
    decay: float
    half: bool = True

    meaning: ClassVar[Mapping[str, str]] = {**_DECAY, **_HALF}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(weights=self.weights)
        yield from _positive(decay=self.decay)


@dataclass(frozen=True, slots=True)
class L2Found(Spec):
    """The λ with which an L2 penalty turns the data loss into the total loss."""

    weights: Weights
    loss: float
    total: float
    half: bool = True

    meaning: ClassVar[Mapping[str, str]] = {"loss": "without the penalty", "total": "with the penalty", **_HALF}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(weights=self.weights)
        yield from size_rules(self.loss, self.total)
        if not any(self.weights) or self.total <= self.loss:
            yield "some weight must differ from 0, and total must be larger than loss"


@dataclass(frozen=True, slots=True)
class L1Penalty(Spec):
    """The L1 penalty λ·Σ|w| of some weights."""

    weights: Weights
    decay: float

    meaning: ClassVar[Mapping[str, str]] = _DECAY

    def rules(self) -> Iterator[str]:
        yield from vector_rules(weights=self.weights)
        yield from _positive(decay=self.decay)


@dataclass(frozen=True, slots=True)
class L1Found(Spec):
    """The λ with which an L1 penalty turns the data loss into the total loss."""

    weights: Weights
    loss: float
    total: float

    meaning: ClassVar[Mapping[str, str]] = {"loss": "without the penalty", "total": "with the penalty"}

    def rules(self) -> Iterator[str]:
        yield from L2Found(self.weights, self.loss, self.total).rules()


@dataclass(frozen=True, slots=True)
class ElasticNet(Spec):
    """The elastic-net penalty λ₁·Σ|w| + λ₂·Σw², or λ₂/2."""

    weights: Weights
    l1: float
    l2: float
    half: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"l1": "λ₁", "l2": "λ₂", **_HALF}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(weights=self.weights)
        yield from _positive(l1=self.l1, l2=self.l2)


@dataclass(frozen=True, slots=True)
class ElasticRatio(Spec):
    """The elastic-net penalty α·(ρ·Σ|w| + (1 − ρ)/2·Σw²), as scikit-learn writes it."""

    weights: Weights
    alpha: float
    l1_ratio: float

    meaning: ClassVar[Mapping[str, str]] = {"alpha": "α", "l1_ratio": "ρ"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(weights=self.weights)
        yield from _positive(alpha=self.alpha)
        if not 0 <= self.l1_ratio <= 1:
            yield "l1_ratio must lie in [0, 1]"


@dataclass(frozen=True, slots=True)
class L2DecayStep(Spec):
    """A weight after steps of SGD with weight decay, from its gradients."""

    w: float
    grads: Weights
    lr: float
    weight_decay: float

    meaning: ClassVar[Mapping[str, str]] = {"grads": "of the data loss, one per step"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(grads=self.grads)
        yield from size_rules(self.w)
        yield from _positive(lr=self.lr, weight_decay=self.weight_decay)
        if self.lr * self.weight_decay > 2:
            yield "lr · weight_decay may be 2 at most: with more the weight explodes"


@dataclass(frozen=True, slots=True)
class L2Shrink(Spec):
    """A weight after steps of SGD with weight decay alone."""

    w: float
    lr: float
    weight_decay: float
    steps: int

    def rules(self) -> Iterator[str]:
        yield from L2DecayStep(self.w, (0.0,), self.lr, self.weight_decay).rules()
        if not 1 <= self.steps <= 100:
            yield "steps must lie between 1 and 100; more are too many to be run"


@dataclass(frozen=True, slots=True)
class L1Step(Spec):
    """A weight after steps of SGD on a loss with an L1 penalty."""

    w: float
    grads: Weights
    lr: float
    decay: float

    meaning: ClassVar[Mapping[str, str]] = {"grads": "of the data loss, one per step", **_DECAY}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(grads=self.grads)
        yield from size_rules(self.w)
        yield from _positive(lr=self.lr, decay=self.decay)
        if self.undecided:
            yield "a step ends at 0, where rounding decides on the sign of the weight"

    @property
    def undecided(self) -> bool:
        """Whether a step before the last one leads to 0: which sign the next one sees is left to rounding."""
        w = self.w
        for grad in self.grads[:-1]:
            w -= self.lr * (grad + self.decay * ((w > 0) - (w < 0)))
            if abs(w) < 1e-9:
                return True
        return False


@dataclass(frozen=True, slots=True)
class SoftThreshold(Spec):
    """A weight after a step of proximal gradient descent with an L1 penalty."""

    w: float
    grad: float
    lr: float
    decay: float

    meaning: ClassVar[Mapping[str, str]] = {"grad": "of the data loss", **_DECAY}

    def rules(self) -> Iterator[str]:
        yield from L1Step(self.w, (self.grad,), self.lr, self.decay).rules()


@dataclass(frozen=True, slots=True)
class DecoupledDecay(Spec):
    """A weight after steps of AdamW in which its gradient is 0."""

    w: float
    lr: float
    weight_decay: float
    steps: int = 1

    def rules(self) -> Iterator[str]:
        yield from L2Shrink(self.w, self.lr, self.weight_decay, self.steps).rules()


@dataclass(frozen=True, slots=True)
class DecoupledStep(Spec):
    """A weight after the first step of AdamW."""

    w: float
    grad: float
    lr: float
    weight_decay: float

    def rules(self) -> Iterator[str]:
        yield from L2DecayStep(self.w, (self.grad,), self.lr, self.weight_decay).rules()
        if abs(self.grad) < 1e-3:
            yield "grad must not be 0, nor nearly"


@dataclass(frozen=True, slots=True)
class DecoupledGap(DecoupledStep):
    """The first step of AdamW against that of Adam with the same weight decay: the difference of the weights."""

    def rules(self) -> Iterator[str]:
        yield from DecoupledStep.rules(self)
        if abs(self.grad + self.weight_decay * self.w) < 1e-3:
            yield "grad + weight_decay · w must not be 0, nor nearly"


@dataclass(frozen=True, slots=True)
class MaxNorm(Spec):
    """A weight after the incoming weights of its unit were held to a largest norm."""

    weights: Weights
    max_norm: float
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"weights": "of one unit", "index": "from 0"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(weights=self.weights)
        yield from _positive(max_norm=self.max_norm)
        if not 0 <= self.index < len(self.weights):
            yield "index must lie within weights"


@dataclass(frozen=True, slots=True)
class MaxNormStep(Spec):
    """The same after a step of plain SGD."""

    weights: Weights
    grads: Weights
    lr: float
    max_norm: float
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"weights": "of one unit", "grads": "of these weights", "index": "from 0"}

    def rules(self) -> Iterator[str]:
        yield from MaxNorm(self.weights, self.max_norm, self.index).rules()
        yield from vector_rules(grads=self.grads)
        yield from _positive(lr=self.lr)
        if len(self.grads) != len(self.weights):
            yield "weights and grads must be equally long"


@dataclass(frozen=True, slots=True)
class MaxNormRows(Spec):
    """Which units a largest norm changes."""

    weights: tuple[tuple[int, ...], ...]
    max_norm: float

    meaning: ClassVar[Mapping[str, str]] = {"weights": "one unit per row"}

    def rules(self) -> Iterator[str]:
        for row in self.weights:
            yield from vector_rules(weights=row)
        if not self.weights or len({len(row) for row in self.weights}) > 1:
            yield "the rows of weights must be equally long"
        yield from _positive(max_norm=self.max_norm)
