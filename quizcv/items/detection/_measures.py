"""GIoU (Rezatofighi et al. 2019), DIoU and CIoU (Zheng et al. 2020): values, worked steps and what goes wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from quizcv.items.detection._geometry import area, centre, hull, intersection, iou, larger, union
from quizcv.items.detection._text import short
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.specs.boxes import Box


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the three: its value, the worked steps, and what goes wrong with it."""

    name: str
    convention: Text
    value: Callable[[Box, Box], float]
    steps: Callable[[Box, Box], Text]
    wrong: tuple[tuple[str, str, Callable[[Box, Box], float]], ...]

    @property
    def zh(self) -> str:
        """Its name within a Chinese sentence, with the convention behind it."""
        return self.name + (self.convention.zh or " ")


def _giou(box: Box, target: Box) -> float:
    either, around = union(box, target), area(hull(box, target))
    return intersection(box, target) / either - (around - either) / around


def _distance(box: Box, target: Box) -> float:
    """Squared distance of the centres."""
    return ((box[0] + box[2] - target[0] - target[2]) ** 2 + (box[1] + box[3] - target[1] - target[3]) ** 2) / 4


def _diagonal(box: Box, target: Box) -> int:
    """Squared diagonal of the enclosing box."""
    x1, y1, x2, y2 = hull(box, target)
    return (x2 - x1) ** 2 + (y2 - y1) ** 2


def _diou(box: Box, target: Box) -> float:
    return iou(box, target) - _distance(box, target) / _diagonal(box, target)


def _aspect(box: Box, target: Box) -> float:
    """v: how far the aspect ratios differ."""
    _, _, width, height = centre(box)
    _, _, target_width, target_height = centre(target)
    return 4 / math.pi**2 * (math.atan(target_width / target_height) - math.atan(width / height)) ** 2


def _weight(box: Box, target: Box) -> float:
    """α: how much v counts."""
    v = _aspect(box, target)
    return v / (1 - iou(box, target) + v) if v else 0.0


def _ciou(box: Box, target: Box) -> float:
    return _diou(box, target) - _weight(box, target) * _aspect(box, target)


def _giou_steps(box: Box, target: Box) -> Text:
    cut, either, around = intersection(box, target), union(box, target), area(hull(box, target))
    steps = rf"{num(cut)}/{num(either)} - ({num(around)} - {num(either)})/{num(around)} = {short(_giou(box, target))}"
    areas = rf"$|A \cap B| = {num(cut)}$, $|A \cup B| = {num(either)}$, $|C| = {num(around)}$"
    return Text(
        f"{areas} ($C$ is the enclosing box).\n\nGIoU: ${steps}$.",
        f"{areas}（$C$ 为最小外接框）。\n\nGIoU：${steps}$。",
    )


def _diou_steps(box: Box, target: Box) -> Text:
    ratio = f"{num(intersection(box, target))}/{num(union(box, target))} = {short(iou(box, target))}"
    apart, across = num(_distance(box, target)), num(_diagonal(box, target))
    steps = rf"{short(iou(box, target))} - {apart}/{across} = {short(_diou(box, target))}"
    return Text(
        f"IoU: ${ratio}$. Squared distance of the centres: {apart}; squared diagonal of the enclosing box: {across}.\n\n"
        f"DIoU: ${steps}$.",
        f"IoU：${ratio}$。中心距离的平方：{apart}；最小外接框对角线的平方：{across}。\n\nDIoU：${steps}$。",
    )


def _ciou_steps(box: Box, target: Box) -> Text:
    start = _diou_steps(box, target)
    v, alpha = num(_aspect(box, target), 4), num(_weight(box, target), 4)
    steps = rf"{short(_diou(box, target))} - {alpha} \cdot {v} = {short(_ciou(box, target))}"
    terms = rf"$v = {v}$, $\alpha = {alpha}$"
    return Text(f"{start.en}\n\n{terms}. CIoU: ${steps}$.", f"{start.zh}\n\n{terms}。CIoU：${steps}$。")


ONLY_IOU = ("That is the plain IoU, without the penalty.", "这只是 IoU，没有惩罚项。", iou)

GIOU = Measure(
    "GIoU",
    Text("", ""),
    _giou,
    _giou_steps,
    (
        ONLY_IOU,
        (
            "The penalty is what neither box covers, (|C| − |union|)/|C|; the intersection was taken for the union.",
            "惩罚项是两框都未覆盖的部分 (|C| − |并集|)/|C|；误把交集当成了并集。",
            lambda a, b: iou(a, b) - 1 + intersection(a, b) / area(hull(a, b)),
        ),
        (
            "The penalty is subtracted, not added.",
            "惩罚项应减去，而不是加上。",
            lambda a, b: 2 * iou(a, b) - _giou(a, b),
        ),
        (
            "The penalty is relative to the enclosing box, not to the union.",
            "惩罚项除以外接框面积，而不是并集面积。",
            lambda a, b: iou(a, b) - area(hull(a, b)) / union(a, b) + 1,
        ),
        ("Continuous coordinates: no + 1.", "坐标连续：不加 1。", lambda a, b: _giou(larger(a), larger(b))),
    ),
)

DIOU = Measure(
    "DIoU",
    Text("", ""),
    _diou,
    _diou_steps,
    (
        ONLY_IOU,
        (
            "Distance and diagonal are both squared.",
            "中心距离与对角线都要平方。",
            lambda a, b: iou(a, b) - math.sqrt(_distance(a, b) / _diagonal(a, b)),
        ),
        (
            "The penalty is subtracted, not added.",
            "惩罚项应减去，而不是加上。",
            lambda a, b: iou(a, b) + _distance(a, b) / _diagonal(a, b),
        ),
        (
            "The distance is measured against the enclosing box's squared diagonal, not its area.",
            "距离除以外接框对角线的平方，而不是外接框面积。",
            lambda a, b: iou(a, b) - _distance(a, b) / area(hull(a, b)),
        ),
        ("That is GIoU: its penalty is the empty area.", "这是 GIoU：其惩罚项为空白面积。", _giou),
    ),
)

CIOU = Measure(
    "CIoU",
    Text(
        r"(with the weight $\alpha = v/((1 - \mathrm{IoU}) + v)$ at every IoU) ",
        r"（权重 $\alpha = v/((1 - \mathrm{IoU}) + v)$，任何 IoU 下都如此）",
    ),
    _ciou,
    _ciou_steps,
    (
        ONLY_IOU,
        ("That is DIoU: the aspect ratio is missing.", "这是 DIoU：缺少长宽比项。", _diou),
        (
            "The aspect term v is weighted by α.",
            "长宽比项 v 要乘以权重 α。",
            lambda a, b: _diou(a, b) - _aspect(a, b),
        ),
        (
            "The distance of the centres belongs to CIoU, too.",
            "CIoU 也包含中心距离项。",
            lambda a, b: iou(a, b) - _weight(a, b) * _aspect(a, b),
        ),
        (
            "Distance and diagonal are both squared.",
            "中心距离与对角线都要平方。",
            lambda a, b: _ciou(a, b) + _distance(a, b) / _diagonal(a, b) - math.sqrt(_distance(a, b) / _diagonal(a, b)),
        ),
        (
            "The penalties are subtracted, not added.",
            "惩罚项应减去，而不是加上。",
            lambda a, b: 2 * iou(a, b) - _ciou(a, b),
        ),
    ),
)
