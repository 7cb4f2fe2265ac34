"""Metrics of rankings: average precision in its variants, and the area under the ROC curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

Hits = tuple[int, ...]


def hit_rules(hits: Hits, truths: int) -> Iterator[str]:
    if not hits or not set(hits) <= {0, 1}:
        yield "hits must be a list of 1 (true positive) and 0 (false positive)"
    elif truths < max(1, sum(hits)):
        yield "truths must be at least the number of true positives, and at least 1"
    else:
        yield from too_large(truths, len(hits), most=1_000_000)


def distinct_rules(scores: Sequence[float]) -> Iterator[str]:
    if len(set(scores)) < len(scores):
        yield "the scores must differ"


@dataclass(frozen=True, slots=True)
class Ranked(Spec):
    """Detections of one class, the best score first."""

    hits: Hits
    truths: int

    meaning: ClassVar[Mapping[str, str]] = {
        "hits": "1 for a true positive, 0 for a false one; the best score first",
        "truths": "ground truths",
    }

    def rules(self) -> Iterator[str]:
        yield from hit_rules(self.hits, self.truths)


class Ap11Point(Ranked):
    """11-point interpolated average precision (PASCAL VOC until 2009)."""


class ApAllPoint(Ranked):
    """Area under the interpolated precision-recall curve (PASCAL VOC from 2010 on)."""


class ApCoco101(Ranked):
    """101-point interpolated average precision (COCO) at one IoU threshold."""


@dataclass(frozen=True, slots=True)
class Scored(Spec):
    """Detections of one class in any order."""

    hits: Hits
    scores: tuple[float, ...]
    truths: int

    meaning: ClassVar[Mapping[str, str]] = {
        "hits": "1 for a true positive, 0 for a false one",
        "scores": "of the detections, in the same order",
        "truths": "ground truths",
    }

    def rules(self) -> Iterator[str]:
        yield from hit_rules(self.hits, self.truths)
        yield from distinct_rules(self.scores)
        if len(self.scores) != len(self.hits):
            yield "there must be one score per detection"


class Ap11PointScored(Scored):
    """The 11-point form, from scores."""


class ApAllPointScored(Scored):
    """The all-point form, from scores."""


class ApCoco101Scored(Scored):
    """The 101-point form, from scores."""


@dataclass(frozen=True, slots=True)
class MeanAp(Spec):
    """Mean over classes or thresholds of average precisions."""

    aps: tuple[float, ...]

    meaning: ClassVar[Mapping[str, str]] = {"aps": "average precision of each class"}

    def rules(self) -> Iterator[str]:
        if not self.aps or not all(0 <= ap <= 1 for ap in self.aps):
            yield "an average precision lies between 0 and 1"


@dataclass(frozen=True, slots=True)
class MeanApCoco(Spec):
    """COCO's AP of two classes: the mean over classes and over ten IoU thresholds."""

    first: tuple[float, ...]
    second: tuple[float, ...]

    meaning: ClassVar[Mapping[str, str]] = {"first": "AP of one class at each threshold", "second": "of the other"}

    def rules(self) -> Iterator[str]:
        if not len(self.first) == len(self.second) == 10:
            yield "there must be ten thresholds"
        if not all(0 <= ap <= 1 for ap in (*self.first, *self.second)):
            yield "an average precision lies between 0 and 1"


@dataclass(frozen=True, slots=True)
class MeanApLists(Spec):
    """Mean over classes of all-point average precisions, from ranked detections."""

    hits: tuple[Hits, ...]
    truths: tuple[int, ...]

    meaning: ClassVar[Mapping[str, str]] = {"hits": "of each class, the best score first", "truths": "of each class"}

    def rules(self) -> Iterator[str]:
        if not self.hits or len(self.hits) != len(self.truths):
            yield "there must be one number of truths per class"
        else:
            for hits, truths in zip(self.hits, self.truths, strict=True):
                yield from hit_rules(hits, truths)


@dataclass(frozen=True, slots=True)
class CocoThresholds(Spec):
    """How many IoU thresholds there are from one to another, both included."""

    low: float
    high: float
    step: float

    def rules(self) -> Iterator[str]:
        if not 0 < self.low <= self.high <= 1 or not 1e-4 <= self.step <= 1:
            yield "0 < low <= high <= 1, and step must be positive"
        elif abs((self.high - self.low) / self.step - round((self.high - self.low) / self.step)) > 1e-6:
            yield "the steps must lead exactly from low to high"


@dataclass(frozen=True, slots=True)
class CocoHits(Spec):
    """At how many of COCO's ten IoU thresholds a detection counts as right."""

    iou: float

    meaning: ClassVar[Mapping[str, str]] = {"iou": "with its ground truth"}

    def rules(self) -> Iterator[str]:
        if not 0 <= self.iou <= 1:
            yield "an IoU lies between 0 and 1"


@dataclass(frozen=True, slots=True)
class CocoRecall(Spec):
    """Average recall over COCO's ten IoU thresholds."""

    ious: tuple[float, ...]

    meaning: ClassVar[Mapping[str, str]] = {"ious": "of each ground truth with its detection, 0 if there is none"}

    def rules(self) -> Iterator[str]:
        if not self.ious or not all(0 <= iou <= 1 for iou in self.ious):
            yield "an IoU lies between 0 and 1"


@dataclass(frozen=True, slots=True)
class RocAuc(Spec):
    """Area under the ROC curve, from the scores of positives and of negatives."""

    positives: tuple[float, ...]
    negatives: tuple[float, ...]

    meaning: ClassVar[Mapping[str, str]] = {"positives": "scores of the positives"}

    def rules(self) -> Iterator[str]:
        if not self.positives or not self.negatives:
            yield "there must be positives and negatives"
        yield from distinct_rules((*self.positives, *self.negatives))


@dataclass(frozen=True, slots=True)
class RocAucLabels(Spec):
    """The same from one list of scores with labels."""

    scores: tuple[float, ...]
    labels: Hits

    meaning: ClassVar[Mapping[str, str]] = {"labels": "1 for a positive, 0 for a negative"}

    def rules(self) -> Iterator[str]:
        if len(self.labels) != len(self.scores) or set(self.labels) != {0, 1}:
            yield "there must be one label per score, 0 or 1, and both of them"
        yield from distinct_rules(self.scores)


@dataclass(frozen=True, slots=True)
class RocPairs(Spec):
    """Pairs of a positive and a negative that are ranked wrongly, given the AUC."""

    positives: int
    negatives: int
    auc: float

    meaning: ClassVar[Mapping[str, str]] = {"positives": "how many", "negatives": "how many"}

    def rules(self) -> Iterator[str]:
        if min(self.positives, self.negatives) < 1 or not 0 <= self.auc <= 1:
            yield "there must be positives and negatives, and auc must lie between 0 and 1"
            return
        yield from too_large(self.positives, self.negatives, most=400)
        right = self.auc * self.positives * self.negatives
        if abs(right - round(right)) > 1e-6:
            yield "auc must be a whole number of pairs"
