"""Metrics of classification, and of detections once they are matched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import Matrix, matrix_rules
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

Ratio = Literal["precision", "recall"]
Scores = tuple[tuple[float, ...], ...]

ROWS = "rows are true classes, columns predicted ones"


def count_rules(**counts: int) -> Iterator[str]:
    """For counts that are laid out as labels, one by one."""
    if min(counts.values()) < 0:
        yield f"{', '.join(counts)} must not be negative"
    else:
        yield from too_large(sum(counts.values()) or 1, most=5_000_000)


def confusion_rules(matrix: Matrix) -> Iterator[str]:
    faults = list(matrix_rules(matrix=matrix))
    yield from faults
    if faults:
        return
    if len(matrix) != len(matrix[0]):
        yield "matrix must be square"
    elif any(entry < 0 for row in matrix for entry in row):
        yield "matrix counts something: nothing in it is negative"
    elif any(sum(row) == 0 for row in matrix):
        yield "every class must occur: no row may be all 0"
    else:
        yield from too_large(sum(map(sum, matrix)), most=1_000_000)


def share_rules(**shares: float) -> Iterator[str]:
    """For shares that must be whole percents, so that whole numbers can be counted."""
    for name, share in shares.items():
        if not 0 < share <= 1:
            yield f"{name} must lie in (0, 1]"
        elif abs(share * 100 - round(share * 100)) > 1e-9:
            yield f"{name} must be a whole percent"


@dataclass(frozen=True, slots=True)
class PrecisionRecall(Spec):
    """Precision or recall from counts."""

    tp: int
    fp: int
    fn: int
    metric: Ratio

    meaning: ClassVar[Mapping[str, str]] = {"tp": "true positives", "fp": "false positives", "fn": "false negatives"}

    def rules(self) -> Iterator[str]:
        yield from count_rules(tp=self.tp, fp=self.fp, fn=self.fn)
        if self.tp + (self.fp if self.metric == "precision" else self.fn) < 1:
            yield f"{self.metric} of nothing is not defined"


@dataclass(frozen=True, slots=True)
class PrecisionRecallDetections(Spec):
    """The same from detections, ground truths and matches."""

    detections: int
    truths: int
    matched: int
    metric: Ratio

    meaning: ClassVar[Mapping[str, str]] = {
        "truths": "ground truths",
        "matched": "detections matched with a ground truth",
    }

    def rules(self) -> Iterator[str]:
        if not 0 <= self.matched <= min(self.detections, self.truths) or min(self.detections, self.truths) < 1:
            yield "matched must be at most detections and truths, and these at least 1"
        yield from too_large(max(1, self.detections + self.truths), most=5_000_000)


@dataclass(frozen=True, slots=True)
class FalsePositives(Spec):
    """False positives behind a recall and a precision."""

    positives: int
    recall: float
    precision: float

    meaning: ClassVar[Mapping[str, str]] = {"positives": "objects there are"}

    def rules(self) -> Iterator[str]:
        if self.positives < 1 or not 0 < self.recall <= 1 or not 0.001 <= self.precision <= 1:
            yield "positives must be at least 1, recall and precision lie in (0, 1]"
            return
        tp = self.recall * self.positives
        found = round(tp) / self.precision
        if abs(tp - round(tp)) > 1e-9 * tp or abs(found - round(found)) > 1e-9 * found:
            yield "recall and precision must come from whole numbers"
        yield from too_large(self.positives, most=100_000)
        yield from too_large(round(found), most=1_000_000)


@dataclass(frozen=True, slots=True)
class F1Score(Spec):
    """F1 from counts."""

    tp: int
    fp: int
    fn: int

    meaning: ClassVar[Mapping[str, str]] = PrecisionRecall.meaning

    def rules(self) -> Iterator[str]:
        yield from count_rules(tp=self.tp, fp=self.fp, fn=self.fn)
        if self.tp < 1:
            yield "tp must be at least 1"


@dataclass(frozen=True, slots=True)
class FBeta(F1Score):
    """F-beta from counts."""

    beta: float

    meaning: ClassVar[Mapping[str, str]] = {**PrecisionRecall.meaning, "beta": "weight of recall"}

    def rules(self) -> Iterator[str]:
        yield from F1Score.rules(self)
        if not 0.01 <= self.beta <= 100:
            yield "beta must lie between 0.01 and 100"


@dataclass(frozen=True, slots=True)
class F1Recall(Spec):
    """Recall behind an F1 and a precision."""

    f1: float
    precision: float

    def rules(self) -> Iterator[str]:
        if not 0 < self.f1 <= 1 or not 0 < self.precision <= 1:
            yield "f1 and precision lie in (0, 1]"
        elif self.f1 > 2 * self.precision / (1 + self.precision) + 1e-12:
            yield "no recall gives so large an f1 with this precision"


@dataclass(frozen=True, slots=True)
class Specificity(Spec):
    """True negative rate."""

    tp: int
    fp: int
    fn: int
    tn: int

    meaning: ClassVar[Mapping[str, str]] = {**PrecisionRecall.meaning, "tn": "true negatives"}

    def rules(self) -> Iterator[str]:
        yield from count_rules(tp=self.tp, fp=self.fp, fn=self.fn, tn=self.tn)
        if self.tn + self.fp < 1:
            yield "there must be negatives"


@dataclass(frozen=True, slots=True)
class SpecificityClass(Spec):
    """True negative rate of one class against the rest."""

    matrix: Matrix
    label: int

    meaning: ClassVar[Mapping[str, str]] = {"matrix": ROWS, "label": "class, from 0"}

    def rules(self) -> Iterator[str]:
        yield from confusion_rules(self.matrix)
        if not 0 <= self.label < len(self.matrix) or len(self.matrix) < 2:
            yield "label must be one of at least two classes"


@dataclass(frozen=True, slots=True)
class PositiveValue(Spec):
    """Share of positives among those that a test calls positive."""

    prevalence: float
    sensitivity: float
    specificity: float

    meaning: ClassVar[Mapping[str, str]] = {"prevalence": "share of positives"}

    def rules(self) -> Iterator[str]:
        yield from share_rules(prevalence=self.prevalence, sensitivity=self.sensitivity, specificity=self.specificity)


@dataclass(frozen=True, slots=True)
class ConfusionAccuracy(Spec):
    """Accuracy from a confusion matrix."""

    matrix: Matrix

    meaning: ClassVar[Mapping[str, str]] = {"matrix": ROWS}

    def rules(self) -> Iterator[str]:
        yield from confusion_rules(self.matrix)


class BalancedAccuracy(ConfusionAccuracy):
    """Mean recall over the classes."""


@dataclass(frozen=True, slots=True)
class ConfusionClass(Spec):
    """Precision or recall of one class."""

    matrix: Matrix
    label: int
    metric: Ratio

    meaning: ClassVar[Mapping[str, str]] = {"matrix": ROWS, "label": "class, from 0"}

    def rules(self) -> Iterator[str]:
        faults = list(confusion_rules(self.matrix))
        yield from faults
        if not 0 <= self.label < len(self.matrix):
            yield "label must be one of the classes"
        elif not faults and self.metric == "precision" and not sum(row[self.label] for row in self.matrix):
            yield "precision of a class that is never predicted is not defined"


def ranking_rules(scores: Scores, targets: tuple[int, ...]) -> Iterator[str]:
    if not scores or len({len(row) for row in scores}) > 1 or not scores[0]:
        yield "scores must have rows of equal length"
    elif any(len(set(row)) < len(row) for row in scores):
        yield "the scores of a sample must differ"
    elif len(targets) != len(scores) or not all(0 <= target < len(scores[0]) for target in targets):
        yield "targets must hold one class per sample"


@dataclass(frozen=True, slots=True)
class TopKAccuracy(Spec):
    """Share of samples whose class is among the k best."""

    scores: Scores
    targets: tuple[int, ...]
    k: int

    meaning: ClassVar[Mapping[str, str]] = {"scores": "one sample per row, one class per column", "targets": "from 0"}

    def rules(self) -> Iterator[str]:
        faults = list(ranking_rules(self.scores, self.targets))
        yield from faults
        if not faults and not 1 <= self.k <= len(self.scores[0]):
            yield "k must lie between 1 and the number of classes"


@dataclass(frozen=True, slots=True)
class TopKSmallest(Spec):
    """The smallest k whose accuracy reaches a value."""

    scores: Scores
    targets: tuple[int, ...]
    accuracy: float

    meaning: ClassVar[Mapping[str, str]] = TopKAccuracy.meaning

    def rules(self) -> Iterator[str]:
        yield from ranking_rules(self.scores, self.targets)
        if not 0 < self.accuracy <= 1:
            yield "accuracy must lie in (0, 1]"
