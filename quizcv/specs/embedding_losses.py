"""Margins, distances and similarities of embeddings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.activations import MOST, Numbers, listed, within
from quizcv.specs.spec import Spec


def margin_rules(margin: float) -> Iterator[str]:
    """For margins that must be positive."""
    if not 0 < margin <= MOST:
        yield f"margin must be positive and {MOST} at most"


def same_length(**vectors: Numbers) -> Iterator[str]:
    """For vectors of one space."""
    yield from listed(1, **vectors)
    if len({len(vector) for vector in vectors.values()}) > 1:
        yield f"{', '.join(vectors)} must be equally long"


@dataclass(frozen=True, slots=True)
class MultiMargin(Spec):
    """Multi-class hinge loss of one sample, as `nn.MultiMarginLoss` computes it."""

    scores: Numbers
    target: int
    margin: float = 1.0
    p: Literal[1, 2] = 1

    meaning: ClassVar[Mapping[str, str]] = {"target": "class, from 0", "p": "exponent"}

    def rules(self) -> Iterator[str]:
        yield from listed(2, scores=self.scores)
        yield from margin_rules(self.margin)
        if not 0 <= self.target < len(self.scores):
            yield "target must be a class"


@dataclass(frozen=True, slots=True)
class BinaryHinge(Spec):
    """Mean hinge loss max(0, 1 − y·f) of binary scores."""

    scores: Numbers
    labels: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"labels": "1 or -1"}

    def rules(self) -> Iterator[str]:
        yield from listed(scores=self.scores)
        if len(self.scores) != len(self.labels):
            yield "scores and labels must be equally long"
        if not all(label in (-1, 1) for label in self.labels):
            yield "labels must be 1 or -1"


@dataclass(frozen=True, slots=True)
class HingeScore(Spec):
    """The smallest score of the target with which the multi-class hinge loss is 0."""

    others: Numbers
    margin: float = 1.0

    meaning: ClassVar[Mapping[str, str]] = {"others": "scores of the other classes"}

    def rules(self) -> Iterator[str]:
        yield from listed(others=self.others)
        yield from margin_rules(self.margin)


@dataclass(frozen=True, slots=True)
class Triplet(Spec):
    """Triplet margin loss."""

    anchor: Numbers
    positive: Numbers
    negative: Numbers
    margin: float = 1.0
    p: Literal[1, 2] = 2

    meaning: ClassVar[Mapping[str, str]] = {"p": "2 for Euclidean distance, 1 for the sum of absolute differences"}

    def rules(self) -> Iterator[str]:
        yield from same_length(anchor=self.anchor, positive=self.positive, negative=self.negative)
        yield from margin_rules(self.margin)


@dataclass(frozen=True, slots=True)
class SemiHard(Spec):
    """The negatives that are semi-hard for an anchor and its positive."""

    positive: float
    negatives: Numbers
    margin: float

    meaning: ClassVar[Mapping[str, str]] = {
        "positive": "distance from the anchor",
        "negatives": "distances from the anchor",
    }

    def rules(self) -> Iterator[str]:
        yield from listed(negatives=self.negatives)
        yield from margin_rules(self.margin)
        if not 0 <= self.positive <= MOST or any(distance < 0 for distance in self.negatives):
            yield "distances must not be negative"
        bounds = self.positive, self.positive + self.margin
        if any(abs(distance - bound) < 1e-9 for distance in self.negatives for bound in bounds):
            yield "no negative may lie exactly on a bound"


@dataclass(frozen=True, slots=True)
class Contrastive(Spec):
    """Contrastive loss of a pair: D²/2 for similar ones, max(0, margin − D)²/2 for others."""

    x1: Numbers
    x2: Numbers
    similar: bool
    margin: float = 1.0

    def rules(self) -> Iterator[str]:
        yield from same_length(x1=self.x1, x2=self.x2)
        yield from margin_rules(self.margin)


@dataclass(frozen=True, slots=True)
class ContrastiveDistance(Spec):
    """The distance behind the contrastive loss of a dissimilar pair."""

    loss: float
    margin: float

    def rules(self) -> Iterator[str]:
        yield from margin_rules(self.margin)
        if not 0 < self.loss <= self.margin**2 / 2:
            yield "loss must be positive, and margin²/2 at most"


@dataclass(frozen=True, slots=True)
class CosineSimilarity(Spec):
    """Cosine of the angle between two vectors."""

    x1: Numbers
    x2: Numbers

    def rules(self) -> Iterator[str]:
        yield from same_length(x1=self.x1, x2=self.x2)
        for vector in (self.x1, self.x2):
            if not sum(one * one for one in vector) > 0.01:
                yield "x1 and x2 must be longer than 0.1"


@dataclass(frozen=True, slots=True)
class CosineEmbedding(CosineSimilarity):
    """Cosine embedding loss of a pair."""

    similar: bool
    margin: float = 0.0

    def rules(self) -> Iterator[str]:
        yield from CosineSimilarity.rules(self)
        if not -1 <= self.margin <= 1:
            yield "margin must lie between -1 and 1"


@dataclass(frozen=True, slots=True)
class InfoNce(Spec):
    """InfoNCE of one query: cross-entropy of its similarities divided by a temperature."""

    similarities: Numbers
    positive: int
    temperature: float

    meaning: ClassVar[Mapping[str, str]] = {"similarities": "to each key", "positive": "key, from 0"}

    def rules(self) -> Iterator[str]:
        yield from listed(2, similarities=self.similarities)
        if not 0 <= self.positive < len(self.similarities):
            yield "positive must be one of the keys"
        if not 0.01 <= self.temperature <= MOST:
            yield f"temperature must lie between 0.01 and {MOST}"
        elif any(abs(one) > MOST * self.temperature for one in self.similarities):
            yield f"similarities divided by the temperature may be {MOST} at most in size"


@dataclass(frozen=True, slots=True)
class InfoNceGradient(InfoNce):
    """The derivative of InfoNCE by the similarity of the positive."""


@dataclass(frozen=True, slots=True)
class InfoNceGap(Spec):
    """How far the positive's similarity must lie above all others, all alike, for a wanted InfoNCE."""

    negatives: int
    temperature: float
    loss: float

    def rules(self) -> Iterator[str]:
        yield from within(temperature=self.temperature)
        if not 1 <= self.negatives <= 1000:
            yield "negatives must lie between 1 and 1,000"
        if not 0.01 <= self.temperature <= MOST:
            yield f"temperature must lie between 0.01 and {MOST}"
        if not 0.001 <= self.loss <= 20:
            yield "loss must lie between 0.001 and 20"
