"""Targets that are smoothed or mixed, images that are mixed or cut, predictions that are averaged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import size_rules, vector_rules
from quizcv.specs.spec import Spec

Logits = tuple[float, ...]

_EPSILON = {"epsilon": "label smoothing"}
#: So large logits leave nothing of the others.
STEEPEST = 50


def _logits(logits: Logits, *labels: int) -> Iterator[str]:
    yield from vector_rules(logits=logits)
    if any(abs(logit) > STEEPEST for logit in logits):
        yield f"no logit may be larger than {STEEPEST}"
    if len(logits) < 2 or any(not 0 <= label < len(logits) for label in labels):
        yield "there must be two logits at least, and the classes must be among them"


def _smoothing(epsilon: float) -> Iterator[str]:
    if not 0 <= epsilon <= 1:
        yield "epsilon must lie in [0, 1]"


@dataclass(frozen=True, slots=True)
class SmoothedTarget(Spec):
    """The smoothed target of a class."""

    classes: int
    epsilon: float
    true_class: bool = True

    meaning: ClassVar[Mapping[str, str]] = {**_EPSILON, "true_class": "whether the class is the labelled one"}

    def rules(self) -> Iterator[str]:
        if not 2 <= self.classes <= 100_000:
            yield "classes must lie between 2 and 100,000"
        yield from _smoothing(self.epsilon)


@dataclass(frozen=True, slots=True)
class SmoothingFound(Spec):
    """The smoothing behind the target of the labelled class."""

    classes: int
    target: float

    meaning: ClassVar[Mapping[str, str]] = {"target": "of the labelled class"}

    def rules(self) -> Iterator[str]:
        if not 2 <= self.classes <= 100_000:
            yield "classes must lie between 2 and 100,000"
        elif not 1 / self.classes <= self.target <= 1:
            yield "target must lie between 1/classes and 1"


@dataclass(frozen=True, slots=True)
class SmoothedLoss(Spec):
    """Cross-entropy with label smoothing for one example."""

    logits: Logits
    label: int
    epsilon: float

    meaning: ClassVar[Mapping[str, str]] = {**_EPSILON, "label": "the labelled class, from 0"}

    def rules(self) -> Iterator[str]:
        yield from _logits(self.logits, self.label)
        yield from _smoothing(self.epsilon)


@dataclass(frozen=True, slots=True)
class SmoothedGradient(Spec):
    """The gradient of cross-entropy with label smoothing with respect to a logit."""

    logits: Logits
    label: int
    epsilon: float
    index: int

    meaning: ClassVar[Mapping[str, str]] = {**SmoothedLoss.meaning, "index": "the logit, from 0"}

    def rules(self) -> Iterator[str]:
        yield from _logits(self.logits, self.label, self.index)
        yield from _smoothing(self.epsilon)


def _share(lam: float) -> Iterator[str]:
    if not 0 <= lam <= 1:
        yield "lam must lie in [0, 1]"


@dataclass(frozen=True, slots=True)
class MixupValue(Spec):
    """A pixel of two images mixed."""

    x1: float
    x2: float
    lam: float

    meaning: ClassVar[Mapping[str, str]] = {"lam": "λ, the share of x1"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.x1, self.x2)
        yield from _share(self.lam)


@dataclass(frozen=True, slots=True)
class MixupBatch(Spec):
    """An example of a batch mixed with a permutation of itself."""

    x: tuple[float, ...]
    order: tuple[int, ...]
    index: int
    lam: float

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "one value per example",
        "order": "the permutation: example i is mixed with example order[i]",
        "lam": "λ, the share of the example itself",
    }

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x)
        yield from _share(self.lam)
        if sorted(self.order) != list(range(len(self.x))):
            yield "order must be a permutation of the indices of x"
        if not 0 <= self.index < len(self.x):
            yield "index must lie within x"


@dataclass(frozen=True, slots=True)
class MixupShare(Spec):
    """The λ behind a mixed pixel."""

    x1: float
    x2: float
    mixed: float

    meaning: ClassVar[Mapping[str, str]] = {"mixed": "λ·x1 + (1 − λ)·x2"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.x1, self.x2)
        if abs(self.x1 - self.x2) < 1e-3:
            yield "x1 and x2 must differ"
        elif not min(self.x1, self.x2) <= self.mixed <= max(self.x1, self.x2):
            yield "mixed must lie between x1 and x2"


@dataclass(frozen=True, slots=True)
class MixupTarget(Spec):
    """The target of a class for two mixed examples."""

    label1: int
    label2: int
    lam: float
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"lam": "λ, the share of the first", "index": "the class, from 0"}

    def rules(self) -> Iterator[str]:
        yield from _share(self.lam)
        if not all(0 <= label < 1000 for label in (self.label1, self.label2, self.index)):
            yield "classes must lie between 0 and 999"


@dataclass(frozen=True, slots=True)
class MixupLoss(Spec):
    """Cross-entropy of two mixed examples."""

    logits: Logits
    label1: int
    label2: int
    lam: float

    meaning: ClassVar[Mapping[str, str]] = {"lam": "λ, the share of the first"}

    def rules(self) -> Iterator[str]:
        yield from _logits(self.logits, self.label1, self.label2)
        yield from _share(self.lam)


@dataclass(frozen=True, slots=True)
class MixupSmoothed(Spec):
    """The target of a class for two mixed examples with label smoothing."""

    classes: int
    label1: int
    label2: int
    lam: float
    epsilon: float
    index: int

    meaning: ClassVar[Mapping[str, str]] = {
        **_EPSILON,
        "lam": "λ, the share of the first",
        "index": "the class, from 0",
    }

    def rules(self) -> Iterator[str]:
        yield from _share(self.lam)
        yield from _smoothing(self.epsilon)
        if not 2 <= self.classes <= 1000:
            yield "classes must lie between 2 and 1000"
        elif not all(0 <= label < self.classes for label in (self.label1, self.label2, self.index)):
            yield "label1, label2 and index must be among the classes"


@dataclass(frozen=True, slots=True)
class CutoutArea(Spec):
    """How many pixels a square cut out around a centre removes."""

    height: int
    width: int
    size: int
    row: int
    col: int

    meaning: ClassVar[Mapping[str, str]] = {
        "size": "side of the square, even",
        "row": "of the centre: the square covers rows row − size/2 to row + size/2 − 1",
        "col": "of the centre",
    }

    def rules(self) -> Iterator[str]:
        if not (1 <= self.height <= 2000 and 1 <= self.width <= 2000):
            yield "height and width must lie between 1 and 2000"
        if self.size < 2 or self.size % 2:
            yield "size must be even and at least 2"
        if not (0 <= self.row < self.height and 0 <= self.col < self.width):
            yield "the centre must lie within the image"


@dataclass(frozen=True, slots=True)
class CutmixShare(CutoutArea):
    """The share λ that the first image keeps in CutMix, from the pasted box after clipping."""


@dataclass(frozen=True, slots=True)
class CutmixSide(Spec):
    """The side of the box that CutMix draws for a λ, before clipping, for a square image."""

    image: int
    lam: float

    meaning: ClassVar[Mapping[str, str]] = {"image": "side of the image", "lam": "λ drawn"}

    def rules(self) -> Iterator[str]:
        if not 2 <= self.image <= 2000:
            yield "image must lie between 2 and 2000"
        yield from _share(self.lam)
        if round(self.lam, 6) != self.lam:
            yield "lam may have 6 decimals at most"


@dataclass(frozen=True, slots=True)
class EnsembleAverage(Spec):
    """The probability of a class, averaged over the models of an ensemble."""

    logits: tuple[Logits, ...]
    index: int

    meaning: ClassVar[Mapping[str, str]] = {"logits": "one model per row", "index": "the class, from 0"}

    def rules(self) -> Iterator[str]:
        if not self.logits or len({len(row) for row in self.logits}) > 1:
            yield "the rows of logits must be equally long"
            return
        for row in self.logits:
            yield from _logits(row, self.index)


@dataclass(frozen=True, slots=True)
class EnsembleLogits(EnsembleAverage):
    """The probability of a class from the averaged logits of an ensemble."""


@dataclass(frozen=True, slots=True)
class EnsembleProbs(Spec):
    """The mean of the probabilities that the models of an ensemble give for a class."""

    probabilities: tuple[float, ...]

    def rules(self) -> Iterator[str]:
        if not self.probabilities or not all(0 <= p <= 1 for p in self.probabilities):
            yield "probabilities must lie in [0, 1]"
