"""Metrics of masks and label maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import Matrix, matrix_rules
from quizcv.specs.metrics import ROWS, ConfusionAccuracy, confusion_rules
from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

#: Cells that stand for a share with four decimals.
FINEST = 10_000


def pair_rules(target: Matrix, prediction: Matrix) -> Iterator[str]:
    """For two maps of the same size."""
    faults = list(matrix_rules(target=target, prediction=prediction))
    yield from faults
    if not faults and (len(target), len(target[0])) != (len(prediction), len(prediction[0])):
        yield "both maps must have the same size"


def label_rules(target: Matrix, prediction: Matrix, classes: int) -> Iterator[str]:
    """For label maps in which every class occurs."""
    yield from pair_rules(target, prediction)
    if not 1 <= classes <= 100 or any(not 0 <= v < classes for x in (target, prediction) for row in x for v in row):
        yield "labels must lie between 0 and classes - 1, with at most 100 classes"


@dataclass(frozen=True, slots=True)
class DiceCounts(Spec):
    """Dice coefficient of two masks from their sizes."""

    a: int
    b: int
    common: int

    meaning: ClassVar[Mapping[str, str]] = {"a": "pixels of one mask", "b": "of the other", "common": "of both"}

    def rules(self) -> Iterator[str]:
        if not 0 <= self.common <= min(self.a, self.b) or self.a + self.b < 1:
            yield "common must be at most a and b, and one of these positive"
        yield from too_large(max(1, self.a + self.b), most=5_000_000)


@dataclass(frozen=True, slots=True)
class DiceMasks(Spec):
    """Dice coefficient of two masks."""

    target: Matrix
    prediction: Matrix

    meaning: ClassVar[Mapping[str, str]] = {
        "target": "1 in the object, 0 outside",
        "prediction": "1 in the object, 0 outside",
    }

    def rules(self) -> Iterator[str]:
        yield from pair_rules(self.target, self.prediction)
        cells = {v for x in (self.target, self.prediction) for row in x for v in row}
        if not cells <= {0, 1} or 1 not in cells:
            yield "masks hold 0 and 1, and at least one 1"


@dataclass(frozen=True, slots=True)
class DiceFromIou(Spec):
    """Dice coefficient of masks with a given IoU."""

    iou: float

    def rules(self) -> Iterator[str]:
        if not 0 <= self.iou <= 1 or abs(self.iou * FINEST - round(self.iou * FINEST)) > 1e-6:
            yield "iou must lie between 0 and 1, with at most four decimals"


@dataclass(frozen=True, slots=True)
class IouFromDice(Spec):
    """IoU of masks with a given Dice coefficient."""

    dice: float

    def rules(self) -> Iterator[str]:
        if not 0 <= self.dice <= 1 or abs(self.dice * FINEST - round(self.dice * FINEST)) > 1e-6:
            yield "dice must lie between 0 and 1, with at most four decimals"


class MeanIou(ConfusionAccuracy):
    """Mean IoU over the classes, from a confusion matrix of pixels."""

    meaning: ClassVar[Mapping[str, str]] = {"matrix": f"of pixels: {ROWS}"}

    def rules(self) -> Iterator[str]:
        yield from confusion_rules(self.matrix)


@dataclass(frozen=True, slots=True)
class MeanIouMaps(Spec):
    """The same from label maps."""

    target: Matrix
    prediction: Matrix
    classes: int

    meaning: ClassVar[Mapping[str, str]] = {"target": "labels from 0", "prediction": "labels from 0"}

    def rules(self) -> Iterator[str]:
        faults = list(label_rules(self.target, self.prediction, self.classes))
        yield from faults
        labels = {v for x in (self.target, self.prediction) for row in x for v in row}
        if not faults and labels != set(range(self.classes)):
            yield "every class must occur in one of the maps"


@dataclass(frozen=True, slots=True)
class PixelAccuracy(Spec):
    """Share of pixels labelled right."""

    target: Matrix
    prediction: Matrix

    meaning: ClassVar[Mapping[str, str]] = {"target": "labels", "prediction": "labels"}

    def rules(self) -> Iterator[str]:
        yield from pair_rules(self.target, self.prediction)


@dataclass(frozen=True, slots=True)
class PixelAccuracyIgnored(PixelAccuracy):
    """The same where pixels of one label do not count."""

    ignore: int = 255

    meaning: ClassVar[Mapping[str, str]] = {"ignore": "label of the target whose pixels do not count"}

    def rules(self) -> Iterator[str]:
        yield from PixelAccuracy.rules(self)
        if all(value == self.ignore for row in self.target for value in row):
            yield "not all pixels may be ignored"


@dataclass(frozen=True, slots=True)
class MeanPixelAccuracy(Spec):
    """Mean over the classes of the share of their pixels labelled right."""

    target: Matrix
    prediction: Matrix
    classes: int

    meaning: ClassVar[Mapping[str, str]] = {"target": "labels from 0", "prediction": "labels from 0"}

    def rules(self) -> Iterator[str]:
        faults = list(label_rules(self.target, self.prediction, self.classes))
        yield from faults
        if not faults and {v for row in self.target for v in row} != set(range(self.classes)):
            yield "every class must occur in target"
