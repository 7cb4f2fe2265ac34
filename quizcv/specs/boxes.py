"""Boxes and how well they overlap. A box is (x1, y1, x2, y2) in continuous coordinates; its corners are whole numbers here, so
that it can be painted on a grid of unit cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.shapes import too_large
from quizcv.specs.spec import Spec

Box = tuple[int, int, int, int]

CORNERS = "x1, y1, x2, y2 (whole numbers)"
CENTRED = "centre x, centre y, width, height (whole numbers)"

#: Cells of all canvases together.
MOST_CELLS = 5_000_000


def box_rules(boxes: Sequence[Box]) -> Iterator[str]:
    """What is wrong with boxes that are painted on one canvas."""
    if not boxes:
        yield "there must be a box"
    elif any(x1 >= x2 or y1 >= y2 for x1, y1, x2, y2 in boxes):
        yield "a box (x1, y1, x2, y2) needs x1 < x2 and y1 < y2"
    else:
        width = max(box[2] for box in boxes) - min(box[0] for box in boxes)
        height = max(box[3] for box in boxes) - min(box[1] for box in boxes)
        yield from too_large(len(boxes), width, height, most=MOST_CELLS)


@dataclass(frozen=True, slots=True)
class Iou(Spec):
    """Intersection over union of two boxes."""

    a: Box
    b: Box

    meaning: ClassVar[Mapping[str, str]] = {"a": CORNERS, "b": CORNERS}

    def rules(self) -> Iterator[str]:
        yield from box_rules((self.a, self.b))


@dataclass(frozen=True, slots=True)
class IouCentred(Spec):
    """Intersection over union of two boxes given by centre and size."""

    a: Box
    b: Box

    meaning: ClassVar[Mapping[str, str]] = {"a": CENTRED, "b": CENTRED}

    @property
    def corners(self) -> tuple[Box, Box]:
        """The same boxes by their corners."""
        one, other = ((x - w // 2, y - h // 2, x + w // 2, y + h // 2) for x, y, w, h in (self.a, self.b))
        return one, other

    def rules(self) -> Iterator[str]:
        if any(size % 2 for box in (self.a, self.b) for size in box[2:]):
            yield "width and height must be even: the corners must be whole numbers"
        else:
            yield from box_rules(self.corners)


@dataclass(frozen=True, slots=True)
class IouShift(Spec):
    """The largest whole number of pixels by which a box may be shifted sideways without its IoU falling below a threshold."""

    width: int
    height: int
    threshold: float

    meaning: ClassVar[Mapping[str, str]] = {"width": "of the box, pixels", "threshold": "IoU wanted at least"}

    def rules(self) -> Iterator[str]:
        if min(self.width, self.height) < 1:
            yield "width and height must be at least 1"
        elif not 0 < self.threshold <= 1:
            yield "threshold must lie in (0, 1]"
        else:
            yield from too_large(self.width, self.width, self.height, most=50_000_000)


@dataclass(frozen=True, slots=True)
class Predicted(Spec):
    """A predicted box and the ground truth it should match."""

    box: Box
    target: Box

    meaning: ClassVar[Mapping[str, str]] = {"box": CORNERS, "target": f"ground truth: {CORNERS}"}

    def rules(self) -> Iterator[str]:
        yield from box_rules((self.box, self.target))


class Giou(Predicted):
    """Generalized IoU."""


class GiouLoss(Predicted):
    """1 - GIoU."""


class Diou(Predicted):
    """Distance IoU."""


class DiouLoss(Predicted):
    """1 - DIoU."""


class Ciou(Predicted):
    """Complete IoU."""


class CiouLoss(Predicted):
    """1 - CIoU."""


@dataclass(frozen=True, slots=True)
class Moved(Spec):
    """A predicted box before and after a step of training, and its ground truth."""

    before: Box
    after: Box
    target: Box

    meaning: ClassVar[Mapping[str, str]] = {"before": CORNERS, "after": CORNERS, "target": f"ground truth: {CORNERS}"}

    def rules(self) -> Iterator[str]:
        yield from box_rules((self.before, self.after, self.target))


class GiouFall(Moved):
    """By how much the GIoU loss falls."""


class DiouFall(Moved):
    """By how much the DIoU loss falls."""


class CiouFall(Moved):
    """By how much the CIoU loss falls."""
