"""Losses of classification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.activations import Numbers, listed, within
from quizcv.specs.spec import Spec

Rows = tuple[Numbers, ...]


def batch_rules(logits: Rows, targets: tuple[int, ...]) -> Iterator[str]:
    """For logits, one row per sample, and the class of each."""
    if not logits or len(logits) != len(targets):
        yield "logits and targets need one entry per sample"
        return
    for row in logits:
        yield from listed(2, logits=row)
    if len({len(row) for row in logits}) > 1:
        yield "the rows of logits must be equally long"
    elif not all(0 <= target < len(logits[0]) for target in targets):
        yield "targets must be classes, from 0"


def probabilities(**numbers: float) -> Iterator[str]:
    """For probabilities of which the logarithm is taken."""
    yield from (f"{name} must lie between 0.0001 and 0.9999" for name, p in numbers.items() if not 1e-4 <= p <= 0.9999)


@dataclass(frozen=True, slots=True)
class CrossEntropy(Spec):
    """Cross-entropy of one sample."""

    logits: Numbers
    target: int

    meaning: ClassVar[Mapping[str, str]] = {"target": "class, from 0"}

    def rules(self) -> Iterator[str]:
        yield from batch_rules((self.logits,), (self.target,))


@dataclass(frozen=True, slots=True)
class CrossEntropyBatch(Spec):
    """Mean cross-entropy of a batch."""

    logits: Rows
    targets: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"logits": "one row per sample", "targets": "classes, from 0"}

    def rules(self) -> Iterator[str]:
        yield from batch_rules(self.logits, self.targets)


@dataclass(frozen=True, slots=True)
class CrossEntropyLogit(Spec):
    """The target's logit with which a cross-entropy has a wanted value if all others are 0."""

    classes: int
    loss: float

    def rules(self) -> Iterator[str]:
        if not 2 <= self.classes <= 1000:
            yield "classes must lie between 2 and 1,000"
        if not 0.001 <= self.loss <= 20:
            yield "loss must lie between 0.001 and 20"


@dataclass(frozen=True, slots=True)
class CrossEntropyGradient(CrossEntropy):
    """The gradient of the cross-entropy of one sample by one logit."""

    index: int

    meaning: ClassVar[Mapping[str, str]] = {"target": "class, from 0", "index": "logit, from 0"}

    def rules(self) -> Iterator[str]:
        yield from CrossEntropy.rules(self)
        if not 0 <= self.index < len(self.logits):
            yield "index must be a class"


@dataclass(frozen=True, slots=True)
class CrossEntropyBatchGradient(CrossEntropyBatch):
    """The gradient of the mean cross-entropy of a batch by one logit of one sample."""

    sample: int
    index: int

    def rules(self) -> Iterator[str]:
        yield from CrossEntropyBatch.rules(self)
        if self.logits and not (0 <= self.sample < len(self.logits) and 0 <= self.index < len(self.logits[0])):
            yield "sample and index must exist"


@dataclass(frozen=True, slots=True)
class CrossEntropyWeightGradient(CrossEntropyGradient):
    """The gradient of the cross-entropy by one weight of the linear layer that gave the logits."""

    x: float

    meaning: ClassVar[Mapping[str, str]] = {"x": "the input that the weight multiplies", "index": "logit, from 0"}

    def rules(self) -> Iterator[str]:
        yield from CrossEntropyGradient.rules(self)
        yield from within(x=self.x)


@dataclass(frozen=True, slots=True)
class WeightedCrossEntropy(Spec):
    """Mean cross-entropy with class weights."""

    p: Numbers
    targets: tuple[int, ...]
    weight: Numbers

    meaning: ClassVar[Mapping[str, str]] = {
        "p": "probability that each sample's own class is given",
        "targets": "classes, from 0",
        "weight": "one for each class",
    }

    def rules(self) -> Iterator[str]:
        yield from listed(p=self.p, weight=self.weight)
        for p in self.p:
            yield from probabilities(p=p)
        if len(self.p) != len(self.targets):
            yield "p and targets need one entry per sample"
        elif not all(0 <= target < len(self.weight) for target in self.targets):
            yield "weight needs an entry for each class"
        elif any(weight < 0 for weight in self.weight) or not sum(self.weight[target] for target in self.targets) > 0:
            yield "weight must not be negative, nor 0 for all samples"


@dataclass(frozen=True, slots=True)
class WeightedCrossEntropyGradient(CrossEntropyBatchGradient):
    """The gradient of the mean cross-entropy with class weights by one logit of one sample."""

    weight: Numbers

    def rules(self) -> Iterator[str]:
        broken = list(CrossEntropyBatchGradient.rules(self))
        yield from broken
        yield from listed(weight=self.weight)
        if broken:
            return
        if len(self.weight) != len(self.logits[0]):
            yield "weight needs an entry for each class"
        elif any(weight < 0 for weight in self.weight) or not sum(self.weight[target] for target in self.targets) > 0:
            yield "weight must not be negative, nor 0 for all samples"


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropy(Spec):
    """Binary cross-entropy of a probability."""

    p: float
    target: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability of class 1", "target": "0 or 1, or between them"}

    def rules(self) -> Iterator[str]:
        yield from probabilities(p=self.p)
        if not 0 <= self.target <= 1:
            yield "target must lie between 0 and 1"


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropyBatch(Spec):
    """Mean binary cross-entropy of probabilities."""

    p: Numbers
    targets: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"p": "probabilities of class 1"}

    def rules(self) -> Iterator[str]:
        for p in self.p:
            yield from probabilities(p=p)
        if not self.p or len(self.p) != len(self.targets):
            yield "p and targets need one entry per sample"
        if not all(target in (0, 1) for target in self.targets):
            yield "targets must be 0 or 1"


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropyInverse(Spec):
    """The probability of class 1 with which the binary cross-entropy has a wanted value."""

    loss: float
    target: int

    def rules(self) -> Iterator[str]:
        if not 0.001 <= self.loss <= 9:
            yield "loss must lie between 0.001 and 9"
        if self.target not in (0, 1):
            yield "target must be 0 or 1"


@dataclass(frozen=True, slots=True)
class BceWithLogits(Spec):
    """Binary cross-entropy of a logit, with a weight for positives."""

    x: float
    target: int
    pos_weight: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {"x": "logit", "target": "0 or 1"}

    def rules(self) -> Iterator[str]:
        yield from within(x=self.x, pos_weight=self.pos_weight)
        if self.target not in (0, 1):
            yield "target must be 0 or 1"
        if self.pos_weight <= 0:
            yield "pos_weight must be positive"


@dataclass(frozen=True, slots=True)
class BceWithLogitsGradient(BceWithLogits):
    """The derivative of binary cross-entropy by the logit."""


@dataclass(frozen=True, slots=True)
class MultiLabel(Spec):
    """The labels that are predicted: those whose sigmoid reaches the threshold."""

    logits: Numbers
    threshold: float = 0.5

    def rules(self) -> Iterator[str]:
        yield from listed(logits=self.logits)
        yield from probabilities(threshold=self.threshold)


@dataclass(frozen=True, slots=True)
class MultiLabelThresholds(Spec):
    """The same with a threshold for each label."""

    logits: Numbers
    thresholds: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(logits=self.logits)
        for threshold in self.thresholds:
            yield from probabilities(thresholds=threshold)
        if len(self.logits) != len(self.thresholds):
            yield "thresholds needs one entry per logit"


@dataclass(frozen=True, slots=True)
class FocalLoss(Spec):
    """Focal loss of one binary prediction, with α for class 1 and 1 − α for class 0."""

    p: float
    target: int
    gamma: float = 2.0
    alpha: float = 0.25

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability of class 1", "target": "0 or 1"}

    def rules(self) -> Iterator[str]:
        yield from probabilities(p=self.p)
        if self.target not in (0, 1):
            yield "target must be 0 or 1"
        if not 0 <= self.gamma <= 20:
            yield "gamma must lie between 0 and 20"
        if not 0 <= self.alpha <= 1:
            yield "alpha must lie between 0 and 1"


@dataclass(frozen=True, slots=True)
class FocalGamma(Spec):
    """The γ with which the focal loss of a prediction is a wanted fraction of its cross-entropy."""

    p: float
    fraction: float

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability of the true class"}

    def rules(self) -> Iterator[str]:
        if not 0.1 <= self.p <= 0.99:
            yield "p must lie between 0.1 and 0.99"
        if not 0.001 <= self.fraction <= 0.99:
            yield "fraction must lie between 0.001 and 0.99"
