"""Which boxes survive suppression, and which detections match a ground truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.boxes import CORNERS, Box, box_rules
from quizcv.specs.spec import Spec


def score_rules(scores: Sequence[float], boxes: Sequence[object]) -> Iterator[str]:
    if len(scores) != len(boxes):
        yield "there must be one score per box"
    elif len(set(scores)) < len(scores):
        yield "the scores must differ"
    elif scores and not 0 <= min(scores) <= max(scores) <= 1:
        yield "scores lie between 0 and 1"


def threshold_rules(threshold: float) -> Iterator[str]:
    if not 0 < threshold <= 1:
        yield "threshold must lie in (0, 1]"


@dataclass(frozen=True, slots=True)
class Nms(Spec):
    """Boxes that greedy non-maximum suppression keeps."""

    boxes: tuple[Box, ...]
    scores: tuple[float, ...]
    threshold: float

    meaning: ClassVar[Mapping[str, str]] = {"boxes": CORNERS, "threshold": "boxes with a larger IoU are suppressed"}

    def rules(self) -> Iterator[str]:
        yield from box_rules(self.boxes)
        yield from score_rules(self.scores, self.boxes)
        yield from threshold_rules(self.threshold)


@dataclass(frozen=True, slots=True)
class NmsPipeline(Nms):
    """Boxes left after a score threshold, suppression, and a limit on their number."""

    min_score: float
    most: int

    meaning: ClassVar[Mapping[str, str]] = {
        "boxes": CORNERS,
        "threshold": "boxes with a larger IoU are suppressed",
        "min_score": "boxes with a smaller score are dropped first",
        "most": "boxes kept at the end, the best ones",
    }

    def rules(self) -> Iterator[str]:
        yield from Nms.rules(self)
        if self.most < 1:
            yield "most must be at least 1"


@dataclass(frozen=True, slots=True)
class NmsClasses(Spec):
    """Boxes that suppression within each class keeps."""

    boxes: tuple[Box, ...]
    scores: tuple[float, ...]
    classes: tuple[int, ...]
    threshold: float

    meaning: ClassVar[Mapping[str, str]] = {"boxes": CORNERS, "threshold": "boxes with a larger IoU are suppressed"}

    def rules(self) -> Iterator[str]:
        yield from Nms(self.boxes, self.scores, self.threshold).rules()
        if len(self.classes) != len(self.boxes):
            yield "there must be one class per box"


class NmsClassesGain(NmsClasses):
    """How many more boxes survive class by class than with all classes together."""


@dataclass(frozen=True, slots=True)
class SoftNmsLinear(Spec):
    """Score of a box after linear Soft-NMS against one better box."""

    score: float
    iou: float
    threshold: float

    meaning: ClassVar[Mapping[str, str]] = {"iou": "with the better box", "threshold": "from this IoU on scores decay"}

    def rules(self) -> Iterator[str]:
        yield from threshold_rules(self.threshold)
        if not (0 <= self.score <= 1 and 0 <= self.iou <= 1):
            yield "score and iou lie between 0 and 1"


@dataclass(frozen=True, slots=True)
class SoftNmsGaussian(Spec):
    """Score of a box after Gaussian Soft-NMS against one better box."""

    score: float
    box: Box
    better: Box
    sigma: float

    meaning: ClassVar[Mapping[str, str]] = {"box": CORNERS, "better": f"with the higher score: {CORNERS}"}

    def rules(self) -> Iterator[str]:
        yield from box_rules((self.box, self.better))
        if not 0 <= self.score <= 1 or not 1e-3 <= self.sigma <= 1e3:
            yield "score must lie between 0 and 1, sigma must be positive"


@dataclass(frozen=True, slots=True)
class SoftNmsRun(Spec):
    """Final score of one of three boxes after Gaussian Soft-NMS."""

    scores: tuple[float, float, float]
    ious: tuple[float, float, float]
    sigma: float
    box: int

    meaning: ClassVar[Mapping[str, str]] = {"ious": "of boxes 0 and 1, 0 and 2, 1 and 2", "box": "from 0"}

    def rules(self) -> Iterator[str]:
        yield from score_rules(self.scores, self.ious)
        if not all(0 <= iou <= 1 for iou in self.ious) or not 1e-3 <= self.sigma <= 1e3:
            yield "an IoU lies between 0 and 1, sigma must be positive"
        if not 0 <= self.box <= 2:
            yield "box must be 0, 1 or 2"


@dataclass(frozen=True, slots=True)
class DetectionMatching(Spec):
    """Detections that are true positives, by the rule of PASCAL VOC."""

    boxes: tuple[Box, ...]
    scores: tuple[float, ...]
    targets: tuple[Box, ...]
    threshold: float = 0.5

    meaning: ClassVar[Mapping[str, str]] = {
        "boxes": f"detections: {CORNERS}",
        "targets": f"ground truths: {CORNERS}",
        "threshold": "IoU needed at least",
    }

    def rules(self) -> Iterator[str]:
        if not self.boxes or not self.targets:
            yield "there must be boxes and targets"
        else:
            yield from box_rules((*self.boxes, *self.targets))
        yield from score_rules(self.scores, self.boxes)
        yield from threshold_rules(self.threshold)


@dataclass(frozen=True, slots=True)
class DetectionScore(Spec):
    """Precision or recall of detections after matching them by the rule of PASCAL VOC."""

    boxes: tuple[Box, ...]
    scores: tuple[float, ...]
    targets: tuple[Box, ...]
    metric: Literal["precision", "recall"]
    threshold: float = 0.5

    meaning: ClassVar[Mapping[str, str]] = DetectionMatching.meaning

    def rules(self) -> Iterator[str]:
        yield from DetectionMatching(self.boxes, self.scores, self.targets, self.threshold).rules()
