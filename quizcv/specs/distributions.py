"""Entropy, divergence and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.activations import MOST, Numbers, listed
from quizcv.specs.losses import probabilities
from quizcv.specs.spec import Spec


def distribution(**lists: Numbers) -> Iterator[str]:
    """For probabilities that sum to 1, none of them 0."""
    for name, p in lists.items():
        if len(p) < 2:
            yield f"{name} needs 2 entries at least"
        if not all(1e-4 <= one <= 1 for one in p):
            yield f"the entries of {name} must lie between 0.0001 and 1"
        elif abs(sum(p) - 1) > 1e-10:
            yield f"{name} must sum to 1"


@dataclass(frozen=True, slots=True)
class Entropy(Spec):
    """Entropy of a distribution."""

    p: Numbers
    unit: Literal["bits", "nats"] = "bits"

    meaning: ClassVar[Mapping[str, str]] = {"unit": "bits: logarithm to base 2; nats: natural logarithm"}

    def rules(self) -> Iterator[str]:
        yield from distribution(p=self.p)


@dataclass(frozen=True, slots=True)
class SoftmaxEntropy(Spec):
    """Entropy, in nats, of the softmax of logits."""

    logits: Numbers

    def rules(self) -> Iterator[str]:
        yield from listed(2, logits=self.logits)


@dataclass(frozen=True, slots=True)
class KlDivergence(Spec):
    """Kullback-Leibler divergence KL(p‖q), in nats."""

    p: Numbers
    q: Numbers

    def rules(self) -> Iterator[str]:
        yield from distribution(p=self.p, q=self.q)
        if len(self.p) != len(self.q):
            yield "p and q must be equally long"


@dataclass(frozen=True, slots=True)
class GaussianKl(Spec):
    """KL divergence of a normal distribution from the standard one, in nats."""

    mean: float
    std: float

    def rules(self) -> Iterator[str]:
        if abs(self.mean) > MOST:
            yield f"mean may be {MOST} at most in size"
        if not 0.05 <= self.std <= 20:
            yield "std must lie between 0.05 and 20"


@dataclass(frozen=True, slots=True)
class KlDistillation(Spec):
    """T² · KL(teacher‖student) of softened softmaxes."""

    student: Numbers
    teacher: Numbers
    temperature: float

    meaning: ClassVar[Mapping[str, str]] = {"student": "logits", "teacher": "logits"}

    def rules(self) -> Iterator[str]:
        yield from listed(2, student=self.student, teacher=self.teacher)
        if len(self.student) != len(self.teacher):
            yield "student and teacher must be equally long"
        if not 0.5 <= self.temperature <= 100:
            yield "temperature must lie between 0.5 and 100"


@dataclass(frozen=True, slots=True)
class DistillationLoss(KlDistillation):
    """alpha · T² · KL + (1 − alpha) · cross-entropy with the label."""

    target: int
    alpha: float

    meaning: ClassVar[Mapping[str, str]] = {"target": "class, from 0", "alpha": "weight of the soft loss"}

    def rules(self) -> Iterator[str]:
        yield from KlDistillation.rules(self)
        if not 0 <= self.target < len(self.student):
            yield "target must be a class"
        if not 0 <= self.alpha <= 1:
            yield "alpha must lie between 0 and 1"


@dataclass(frozen=True, slots=True)
class Perplexity(Spec):
    """Perplexity of a text, from the probabilities given to its tokens."""

    p: Numbers

    meaning: ClassVar[Mapping[str, str]] = {"p": "probability of each token that came"}

    def rules(self) -> Iterator[str]:
        if not self.p:
            yield "p needs an entry"
        for p in self.p:
            yield from probabilities(p=p)


@dataclass(frozen=True, slots=True)
class PerplexityMerged(Spec):
    """Perplexity of two texts taken together."""

    tokens: tuple[int, int]
    perplexities: tuple[float, float]

    meaning: ClassVar[Mapping[str, str]] = {"tokens": "number of tokens of each text"}

    def rules(self) -> Iterator[str]:
        if not all(1 <= count <= 100_000 for count in self.tokens):
            yield "tokens must lie between 1 and 100,000"
        if not all(1 <= one <= 10_000 for one in self.perplexities):
            yield "perplexities must lie between 1 and 10,000"
