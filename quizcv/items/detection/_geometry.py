"""Arithmetic on boxes (x1, y1, x2, y2), and their drawing."""

from __future__ import annotations

from quizcv.seeds import Draw
from quizcv.specs.boxes import Box


def area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def common_sides(a: Box, b: Box) -> tuple[int, int]:
    """Width and height of the intersection, 0 if there is none."""
    return max(0, min(a[2], b[2]) - max(a[0], b[0])), max(0, min(a[3], b[3]) - max(a[1], b[1]))


def intersection(a: Box, b: Box) -> int:
    width, height = common_sides(a, b)
    return width * height


def union(a: Box, b: Box) -> int:
    return area(a) + area(b) - intersection(a, b)


def iou(a: Box, b: Box) -> float:
    return intersection(a, b) / union(a, b)


def hull(a: Box, b: Box) -> Box:
    """The smallest box around both."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def larger(box: Box) -> Box:
    """The box as whoever counts pixels inclusively measures it."""
    return box[0], box[1], box[2] + 1, box[3] + 1


def corners(box: Box) -> Box:
    """From centre and (even) size."""
    x, y, width, height = box
    return x - width // 2, y - height // 2, x + width // 2, y + height // 2


def centre(box: Box) -> tuple[float, float, int, int]:
    """Centre and size from corners."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]


def draw_box(draw: Draw, extent: int, low: int, high: int, step: int = 1, margin: int = 0) -> Box:
    """A box within [margin, extent - margin]², with sides from `low` to `high`; all multiples of `step`."""
    width, height = step * draw.integer(low // step, high // step), step * draw.integer(low // step, high // step)
    x1 = margin + step * draw.integer(0, (extent - 2 * margin - width) // step)
    y1 = margin + step * draw.integer(0, (extent - 2 * margin - height) // step)
    return x1, y1, x1 + width, y1 + height


def draw_near(draw: Draw, box: Box, extent: int, reach: int, step: int = 1) -> Box | None:
    """The box with each corner moved by up to `reach`; None if that makes it tiny or leaves [0, extent]²."""
    x1, y1, x2, y2 = (edge + step * draw.integer(-(reach // step), reach // step) for edge in box)
    if x2 - x1 < 2 * step or y2 - y1 < 2 * step or min(x1, y1) < 0 or max(x2, y2) > extent:
        return None
    return x1, y1, x2, y2
