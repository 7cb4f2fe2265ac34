"""Intersection over union of two boxes (Everingham et al. 2010, the overlap criterion of PASCAL VOC)."""

from __future__ import annotations

import math

from quizcv.answers import Integer, Number
from quizcv.items.detection._geometry import (
    area,
    common_sides,
    corners,
    draw_box,
    draw_near,
    intersection,
    iou,
    larger,
    union,
)
from quizcv.items.detection._text import BOXES, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.boxes import Box, Iou, IouCentred, IouShift

UNION_EN = "The intersection was not taken off the sum of the areas: the union counts it once."
UNION_ZH = "面积之和没有减去交集：并集中交集只算一次。"


def _plus_one(a: Box, b: Box) -> float:
    return iou(larger(a), larger(b))


def _steps(a: Box, b: Box) -> Text:
    width, height = common_sides(a, b)
    cut, both = intersection(a, b), union(a, b)
    inside = rf"{width} \cdot {height} = {num(cut)}"
    either = f"{num(area(a))} + {num(area(b))} - {num(cut)} = {num(both)}"
    ratio = f"{num(cut)} / {num(both)} = {short(cut / both)}"
    return Text(
        f"Intersection: ${inside}$. Union: ${either}$.\n\nIoU: ${ratio}$.",
        f"交集：${inside}$。并集：${either}$。\n\n交并比：${ratio}$。",
    )


class OfCorners(Question[Iou]):
    """Source: the definition."""

    spec = Iou
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$\mathrm{IoU} = |A \cap B| / (|A| + |B| - |A \cap B|)$"
    mistakes = (
        Mistake(UNION_EN, UNION_ZH, lambda s: intersection(s.a, s.b) / (area(s.a) + area(s.b))),
        Mistake(
            "Continuous coordinates: a box is x2 − x1 wide, without + 1.",
            "坐标连续：框宽为 x2 − x1，不加 1。",
            lambda s: _plus_one(s.a, s.b),
        ),
        Mistake(
            "That is the intersection over the smaller box, not over the union.",
            "这是交集与较小框之比，不是与并集之比。",
            lambda s: intersection(s.a, s.b) / min(area(s.a), area(s.b)),
        ),
        Mistake(
            "That is Dice, twice the intersection over the sum of the areas.",
            "这是 Dice：两倍交集除以面积之和。",
            lambda s: 2 * intersection(s.a, s.b) / (area(s.a) + area(s.b)),
        ),
        Mistake(
            "That is 1 − IoU, the IoU loss (Jaccard distance).",
            "这是 1 − IoU，即 IoU 损失（Jaccard 距离）。",
            lambda s: 1 - iou(s.a, s.b),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Iou | None:
        extent, step = (20, 1) if level == 1 else (200, 5 if draw.chance(0.5) else 1)
        a = draw_box(draw, extent, extent // 4, extent // 2, step, margin=extent // 5)
        b = draw_near(draw, a, extent, extent // 5, step)
        return Iou(a, b) if b and b != a and 0.1 < iou(a, b) < 0.9 else None

    def formula(self, s: Iou) -> float:
        return iou(s.a, s.b)

    def stem(self, s: Iou) -> Text:
        a, b = written(s.a), written(s.b)
        return Text(f"{BOXES.en} What is the IoU of {a} and {b}?", f"{BOXES.zh}框 {a} 与 {b} 的交并比（IoU）是多少？")

    def solution(self, s: Iou) -> Text:
        return _steps(s.a, s.b)


class OfCentres(Question[IouCentred]):
    """The same from centre and size, as YOLO and COCO's relatives write boxes."""

    spec = IouCentred
    answer = Number(decimals=3)
    levels = (2,)
    find = "centred"
    rule = r"$x_{1,2} = c_x \mp w/2$, $y_{1,2} = c_y \mp h/2$; $\mathrm{IoU} = |A \cap B| / |A \cup B|$"
    mistakes = (
        Mistake(
            "The first two numbers are the centre, not the top left corner.",
            "前两个数是中心，不是左上角。",
            lambda s: iou(*(_from_top_left(box) for box in (s.a, s.b))),
        ),
        Mistake(UNION_EN, UNION_ZH, lambda s: _over_sum(*s.corners)),
        Mistake(
            "Half of the width lies on each side of the centre, not all of it.",
            "中心两侧各为宽的一半，而不是整个宽。",
            lambda s: iou(*(_doubled(box) for box in (s.a, s.b))),
        ),
        Mistake(
            "Continuous coordinates: no + 1 on widths and heights.",
            "坐标连续：宽和高不加 1。",
            lambda s: _plus_one(corners(s.a), corners(s.b)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> IouCentred | None:
        a, b = ((*draw_at, *size) for draw_at, size in (_centred(draw), _centred(draw)))
        s = IouCentred(a, b)
        one, other = corners(a), corners(b)
        return s if 0.1 < iou(one, other) < 0.9 else None

    def formula(self, s: IouCentred) -> float:
        return iou(corners(s.a), corners(s.b))

    def stem(self, s: IouCentred) -> Text:
        a, b = written(s.a), written(s.b)
        return Text(
            f"Boxes are (centre x, centre y, width, height) in continuous coordinates. What is the IoU of {a} and {b}?",
            f"框写作（中心 x, 中心 y, 宽, 高），坐标连续。框 {a} 与 {b} 的交并比（IoU）是多少？",
        )

    def solution(self, s: IouCentred) -> Text:
        a, b = corners(s.a), corners(s.b)
        steps = _steps(a, b)
        return Text(
            f"Corners: {written(a)} and {written(b)}.\n\n{steps.en}",
            f"角点：{written(a)} 与 {written(b)}。\n\n{steps.zh}",
        )


def _centred(draw: Draw) -> tuple[tuple[int, int], tuple[int, int]]:
    """A centre and a size."""
    return (draw.integer(30, 50), draw.integer(30, 50)), (2 * draw.integer(8, 25), 2 * draw.integer(8, 25))


def _from_top_left(box: Box) -> Box:
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


def _doubled(box: Box) -> Box:
    return box[0] - box[2], box[1] - box[3], box[0] + box[2], box[1] + box[3]


def _over_sum(a: Box, b: Box) -> float:
    return intersection(a, b) / (area(a) + area(b))


class LargestShift(Question[IouShift]):
    """(w − d)/(w + d) ≥ t, solved for d."""

    spec = IouShift
    answer = Integer("px")
    levels = (3,)
    find = "shift"
    rule = Text(
        r"$(w - d)/(w + d) \geq t$, so $d \leq w(1 - t)/(1 + t)$",
        r"$(w - d)/(w + d) \geq t$，故 $d \leq w(1 - t)/(1 + t)$",
    )
    mistakes = (
        Mistake(
            "The union grows as the boxes part: it is w + d wide, not w.",
            "两框错开时并集变宽：宽为 w + d，不是 w。",
            lambda s: math.floor(s.width * (1 - s.threshold) + 1e-9),
        ),
        Mistake(
            "The boxes shift along the width; the height does not matter.",
            "框沿宽度方向平移，与高无关。",
            lambda s: math.floor(s.height * (1 - s.threshold) / (1 + s.threshold) + 1e-9),
        ),
        Mistake(
            "That is rounded up: at this shift the IoU is already below the threshold.",
            "这是向上取整的结果：此时 IoU 已低于阈值。",
            lambda s: math.floor(s.width * (1 - s.threshold) / (1 + s.threshold) + 1e-9) + 1,
        ),
        Mistake(
            "The sum of the areas is not the union: (w − d)/(2w) was set to the threshold.",
            "面积之和不是并集：误用了 (w − d)/(2w)。",
            lambda s: math.floor(s.width * (1 - 2 * s.threshold) + 1e-9),
        ),
        Mistake(
            "That is the width still in common, not the shift.",
            "这是仍然重叠的宽度，不是平移量。",
            lambda s: s.width - math.floor(s.width * (1 - s.threshold) / (1 + s.threshold) + 1e-9),
        ),
    )

    def sample(self, draw: Draw, level: int) -> IouShift | None:
        s = IouShift(draw.integer(12, 120), draw.integer(12, 120), draw.integer(6, 18) / 20)
        exact = s.width * (1 - s.threshold) / (1 + s.threshold)
        return s if exact >= 2 and abs(s.width - s.height) > 5 else None

    def formula(self, s: IouShift) -> int:
        return math.floor(s.width * (1 - s.threshold) / (1 + s.threshold) + 1e-9)

    def stem(self, s: IouShift) -> Text:
        return Text(
            f"A predicted box has exactly the size of the ground truth, {s.width} pixels wide and {s.height} high, but is shifted "
            f"horizontally. By how many pixels at most (a whole number) may it be off so that the IoU is still at least "
            f"{num(s.threshold)}?",
            f"预测框与真实框大小完全相同，宽 {s.width} 像素、高 {s.height} 像素，但在水平方向上有偏移。"
            f"要使 IoU 不低于 {num(s.threshold)}，偏移最多为多少像素（整数）？",
        )

    def solution(self, s: IouShift) -> Text:
        t = num(s.threshold)
        exact = s.width * (1 - s.threshold) / (1 + s.threshold)
        steps = rf"d \leq {s.width} \cdot (1 - {t})/(1 + {t}) = {short(exact)}"
        return Text(
            f"Shifted by $d$, the boxes share $w - d$ of a union $w + d$ wide; the height {s.height} cancels out.\n\n"
            f"${steps}$, so at most {self.formula(s)}.",
            f"偏移 $d$ 时，交集宽 $w - d$，并集宽 $w + d$；高 {s.height} 约去。\n\n${steps}$，最多为 {self.formula(s)}。",
        )


MODEL = ItemModel(
    name="iou",
    version=1,
    topic="detection",
    title=Text("Intersection over union", "交并比"),
    questions=(OfCorners(), OfCentres(), LargestShift()),
)
