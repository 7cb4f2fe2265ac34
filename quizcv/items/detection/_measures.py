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
    """One of the three: its value, what a stem has to settle, the worked steps, and what goes wrong with it."""

    name: str
    convention: Text
    value: Callable[[Box, Box], float]
    steps: Callable[[Box, Box], Text]
    wrong: tuple[tuple[str, str, Callable[[Box, Box], float]], ...]


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
    angles = " - ".join(rf"\arctan({num(width)}/{num(height)})" for _, _, width, height in map(centre, (target, box)))
    share = rf"{v}/(1 - {short(iou(box, target))} + {v})" if _aspect(box, target) else "0"
    terms = (
        rf"$v = \frac{{4}}{{\pi^2}}({angles})^2 = {v}$",
        rf"$\alpha = {share if share == '0' else f'{share} = {alpha}'}$",
    )
    return Text(
        f"{start.en}\n\n{terms[0]}, {terms[1]}.\n\nCIoU: ${steps}$.",
        f"{start.zh}\n\n{terms[0]}，{terms[1]}。\n\nCIoU：${steps}$。",
    )


ONLY_IOU = ("Only the IoU was used: the penalty is missing.", "只用了 IoU，缺少惩罚项。", iou)
SIGN_EN = "The penalty has the wrong sign: it lowers the similarity, and so raises the loss."
SIGN_ZH = "惩罚项的符号反了：它使相似度降低，即损失升高。"
SQUARES_EN = "The squares were left out: the squared distance is divided by the squared diagonal."
SQUARES_ZH = "漏了平方：应为中心距离的平方除以对角线的平方。"

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
            SIGN_EN,
            SIGN_ZH,
            lambda a, b: 2 * iou(a, b) - _giou(a, b),
        ),
        (
            "The empty area is divided by the area of the enclosing box, not by that of the union.",
            "空白面积应除以外接框面积，而不是并集面积。",
            lambda a, b: iou(a, b) - area(hull(a, b)) / union(a, b) + 1,
        ),
        (
            "1 was added to widths and heights; the coordinates are continuous.",
            "宽高误加了 1；坐标是连续的。",
            lambda a, b: _giou(larger(a), larger(b)),
        ),
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
            SQUARES_EN,
            SQUARES_ZH,
            lambda a, b: iou(a, b) - math.sqrt(_distance(a, b) / _diagonal(a, b)),
        ),
        (
            SIGN_EN,
            SIGN_ZH,
            lambda a, b: iou(a, b) + _distance(a, b) / _diagonal(a, b),
        ),
        (
            "The squared distance is divided by the enclosing box's squared diagonal, not by its area.",
            "中心距离的平方应除以外接框对角线的平方，而不是外接框面积。",
            lambda a, b: iou(a, b) - _distance(a, b) / area(hull(a, b)),
        ),
        ("The penalty of GIoU was used, the empty area.", "误用了 GIoU 的惩罚项（空白面积）。", _giou),
    ),
)

CIOU = Measure(
    "CIoU",
    Text(
        r"The aspect term $v$ of CIoU has the weight $\alpha = v/((1 - \mathrm{IoU}) + v)$, also where the IoU is small. ",
        r"CIoU 的长宽比项 $v$ 的权重为 $\alpha = v/((1 - \mathrm{IoU}) + v)$（IoU 较小时也如此）。",
    ),
    _ciou,
    _ciou_steps,
    (
        ONLY_IOU,
        ("The aspect term is missing: that is DIoU.", "缺少长宽比项，这是 DIoU 的做法。", _diou),
        (
            "The aspect term v has to be multiplied by its weight α.",
            "长宽比项 v 要乘以权重 α。",
            lambda a, b: _diou(a, b) - _aspect(a, b),
        ),
        (
            "The distance of the centres is missing: it belongs to CIoU, too.",
            "缺少中心距离项：CIoU 也包含它。",
            lambda a, b: iou(a, b) - _weight(a, b) * _aspect(a, b),
        ),
        (
            SQUARES_EN,
            SQUARES_ZH,
            lambda a, b: _ciou(a, b) + _distance(a, b) / _diagonal(a, b) - math.sqrt(_distance(a, b) / _diagonal(a, b)),
        ),
        (
            "The penalties have the wrong sign: they lower the similarity, and so raise the loss.",
            "各惩罚项的符号反了：它们使相似度降低，即损失升高。",
            lambda a, b: 2 * iou(a, b) - _ciou(a, b),
        ),
    ),
)
