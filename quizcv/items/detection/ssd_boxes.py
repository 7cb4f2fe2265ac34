"""Default boxes of SSD over all its maps: 8732 for SSD300 (Liu et al. 2016)."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.detection._text import table
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.heads import SsdBoxes, SsdMissing, SsdOutputs


def _total(s: SsdBoxes) -> int:
    return sum(size**2 * boxes for size, boxes in zip(s.sizes, s.boxes, strict=True))


def _shown(sizes: tuple[int, ...], boxes: list[str]) -> str:
    return table(
        ("map", "boxes per cell"), [(f"{size}×{size}", count) for size, count in zip(sizes, boxes, strict=True)]
    )


def _sum(s: SsdBoxes) -> str:
    return " + ".join(rf"{size}^2 \cdot {boxes}" for size, boxes in zip(s.sizes, s.boxes, strict=True))


def _draw(draw: Draw, count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    first = draw.choice(
        (
            (38, 19, 10, 5, 3, 1),
            (64, 32, 16, 8, 4, 2),
            (40, 20, 10, 5, 3, 1),
            (32, 16, 8, 4, 2, 1),
            (28, 14, 7, 4, 2, 1),
        )
    )
    start = draw.integer(0, min(2, len(first) - count))
    return first[start : start + count], tuple(draw.choice((3, 4, 4, 5, 6, 6)) for _ in range(count))


class Total(Question[SsdBoxes]):
    """All default boxes."""

    spec = SsdBoxes
    answer = Integer()
    levels = (1, 2)
    rule = r"$\sum_m f_m^2 k_m$"
    mistakes = (
        Mistake(
            "A map has the square of its side in cells.",
            "特征图的格子数是边长的平方。",
            lambda s: sum(f * k for f, k in zip(s.sizes, s.boxes, strict=True)),
        ),
        Mistake(
            "Those are the cells: each has several boxes.",
            "这是格子数：每格有多个默认框。",
            lambda s: sum(f**2 for f in s.sizes),
        ),
        Mistake("That is the first map only.", "这只是第一个特征图。", lambda s: s.sizes[0] ** 2 * s.boxes[0]),
        Mistake(
            "Every map has a number of boxes of its own, not all that of the first.",
            "各特征图每格的框数不同，并非都与第一个相同。",
            lambda s: sum(f**2 * s.boxes[0] for f in s.sizes),
        ),
        Mistake(
            "Every map has a number of boxes of its own, not all the largest one.",
            "各特征图每格的框数不同，并非都取最大值。",
            lambda s: sum(f**2 * max(s.boxes) for f in s.sizes),
        ),
        Mistake(
            "A default box counts once, not with its 4 offsets.",
            "默认框按个数计，不计 4 个偏移量。",
            lambda s: 4 * _total(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SsdBoxes | None:
        return SsdBoxes(*_draw(draw, 2 if level == 1 else draw.choice((4, 5, 6))))

    def formula(self, s: SsdBoxes) -> int:
        return _total(s)

    def stem(self, s: SsdBoxes) -> Text:
        shown = _shown(s.sizes, list(map(str, s.boxes)))
        return Text(
            f"A single-shot detector (SSD) predicts on these maps:{shown}How many default boxes does it have in all?",
            f"单阶段检测器 SSD 在以下特征图上预测（map 为尺寸，boxes per cell 为每格默认框数）：{shown}默认框共有多少个？",
        )

    def solution(self, s: SsdBoxes) -> Text:
        return Text(
            f"Cells times boxes per cell: ${_sum(s)} = {_total(s)}$.",
            f"格子数乘以每格框数：${_sum(s)} = {_total(s)}$。",
        )


class Outputs(Question[SsdOutputs]):
    """All numbers."""

    spec = SsdOutputs
    answer = Integer()
    levels = (3,)
    find = "outputs"
    rule = r"$(C + 4) \sum_m f_m^2 k_m$"
    mistakes = (
        Mistake("That is the number of boxes.", "这是默认框的个数。", lambda s: _total(s)),
        Mistake(
            "The 4 offsets of each box were left out.", "漏了每个框的 4 个偏移量。", lambda s: _total(s) * s.classes
        ),
        Mistake(
            "The classes given include the background: no + 1.",
            "给出的类别数已含背景，不再加 1。",
            lambda s: _total(s) * (s.classes + 5),
        ),
        Mistake(
            "The background is one of the classes: its score was left out.",
            "背景也是其中一类：漏了它的得分。",
            lambda s: _total(s) * (s.classes + 3),
        ),
        Mistake(
            "Offsets and scores add up; they do not multiply.",
            "偏移量数与得分数相加，而不是相乘。",
            lambda s: _total(s) * s.classes * 4,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SsdOutputs | None:
        sizes, boxes = _draw(draw, draw.choice((3, 4, 6)))
        return SsdOutputs(sizes, boxes, draw.choice((21, 81, draw.integer(3, 90))))

    def formula(self, s: SsdOutputs) -> int:
        return _total(s) * (s.classes + 4)

    def stem(self, s: SsdOutputs) -> Text:
        shown = _shown(s.sizes, list(map(str, s.boxes)))
        return Text(
            f"A single-shot detector (SSD) predicts on these maps, for {s.classes} classes with the background included:{shown}For every "
            "default box it gives a score per class and the offsets of the box. How many numbers does it put out for one image?",
            f"单阶段检测器 SSD 在以下特征图上预测（map 为尺寸，boxes per cell 为每格默认框数），共 {s.classes} 个类别（含背景）：{shown}"
            "对每个默认框给出各类别的得分和框的偏移量。对一幅图像共输出多少个数？",
        )

    def solution(self, s: SsdOutputs) -> Text:
        steps = rf"{_total(s)} \cdot ({s.classes} + 4) = {self.formula(s)}"
        return Text(
            f"Default boxes: ${_sum(s)} = {_total(s)}$.\n\nNumbers: ${steps}$.",
            f"默认框：${_sum(s)} = {_total(s)}$。\n\n输出的数：${steps}$。",
        )


def _rest(s: SsdMissing) -> int:
    """Boxes of the maps that are known."""
    return sum(size**2 * boxes for size, boxes in zip(s.sizes[1:], s.boxes, strict=True))


class Missing(Question[SsdMissing]):
    """The inverse."""

    spec = SsdMissing
    answer = Integer()
    levels = (3,)
    find = "first"
    rule = r"$k_1 = (N - \sum_{m > 1} f_m^2 k_m)/f_1^2$"
    mistakes = (
        Mistake(
            "The boxes of the other maps were not taken off.",
            "没有减去其他特征图的框。",
            lambda s: s.total // s.sizes[0] ** 2,
        ),
        Mistake(
            "The first map has the square of its side in cells.",
            "第一个特征图的格子数是边长的平方。",
            lambda s: (s.total - _rest(s)) // s.sizes[0],
        ),
        Mistake(
            "That is the mean over all cells of all maps.",
            "这是所有格子的平均框数。",
            lambda s: round(s.total / sum(f**2 for f in s.sizes)),
        ),
        Mistake(
            "That is the sum of the boxes per cell over the maps.",
            "这是各特征图每格框数之和。",
            lambda s: (s.total - _rest(s)) // s.sizes[0] ** 2 + sum(s.boxes),
        ),
        Mistake(
            "Maps have the square of their side in cells, the others, too.",
            "其他特征图的格子数也是边长的平方。",
            lambda s: (s.total - sum(f * k for f, k in zip(s.sizes[1:], s.boxes, strict=True))) // s.sizes[0] ** 2,
        ),
        Mistake(
            "One box too few: all boxes of a cell count, the square one, too.",
            "少算了一个：每格的所有框都计入，正方形框也不例外。",
            lambda s: (s.total - _rest(s)) // s.sizes[0] ** 2 - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SsdMissing | None:
        sizes, boxes = _draw(draw, draw.choice((3, 4, 6)))
        s = SsdBoxes(sizes, boxes)
        return SsdMissing(sizes, boxes[1:], _total(s))

    def formula(self, s: SsdMissing) -> int:
        return (s.total - _rest(s)) // s.sizes[0] ** 2

    def stem(self, s: SsdMissing) -> Text:
        shown = _shown(s.sizes, ["?", *map(str, s.boxes)])
        return Text(
            f"A single-shot detector (SSD) has {s.total} default boxes in all, on these maps:{shown}How many default boxes per cell has "
            "the first map?",
            f"单阶段检测器 SSD 共有 {s.total} 个默认框，分布在以下特征图上（map 为尺寸，boxes per cell 为每格默认框数）：{shown}"
            "第一个特征图每格有多少个默认框？",
        )

    def solution(self, s: SsdMissing) -> Text:
        cells = s.sizes[0] ** 2
        steps = rf"({s.total} - {_rest(s)})/{s.sizes[0]}^2 = {s.total - _rest(s)}/{cells} = {self.formula(s)}"
        return Text(
            f"The other maps have {_rest(s)} boxes.\n\n${steps}$.", f"其他特征图共有 {_rest(s)} 个框。\n\n${steps}$。"
        )


MODEL = ItemModel(
    name="ssd_boxes",
    version=1,
    topic="detection",
    title=Text("Default boxes of SSD", "SSD 的默认框"),
    questions=(Total(), Outputs(), Missing()),
)
