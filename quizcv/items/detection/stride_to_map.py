"""From image to feature map and back: cell j of a map of stride s covers the pixels [js, (j + 1)s) (FCOS: Tian et al. 2019)."""

from __future__ import annotations

import math

from quizcv.answers import Integer, Number
from quizcv.items.detection._text import BOXES, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.boxes import Box
from quizcv.specs.grids import MapCell, MapPoint, PointsInside


class Cell(Question[MapCell]):
    """From pixel to cell."""

    spec = MapCell
    answer = Integer()
    levels = (1,)
    rule = r"$\lfloor x/s \rfloor$"
    mistakes = (
        Mistake("Indices count from 0: no + 1.", "下标从 0 起计，不加 1。", lambda s: s.pixel // s.stride + 1),
        Mistake(
            "The quotient is rounded down, not to the nearest.",
            "商应向下取整，而不是四舍五入。",
            lambda s: (2 * s.pixel + s.stride) // (2 * s.stride),
        ),
        Mistake(
            "That is the place within the cell's patch, not the cell.",
            "这是块内的位置，不是格子的下标。",
            lambda s: s.pixel % s.stride,
        ),
        Mistake("The stride divides; it does not multiply.", "应除以步长，而不是乘以。", lambda s: s.pixel * s.stride),
    )

    def sample(self, draw: Draw, level: int) -> MapCell | None:
        stride = draw.choice((4, 8, 16, 32))
        pixel = draw.integer(2 * stride, 639)
        return MapCell(pixel, stride) if pixel % stride else None

    def formula(self, s: MapCell) -> int:
        return s.pixel // s.stride

    def stem(self, s: MapCell) -> Text:
        return Text(
            f"A feature map has stride {s.stride}: its cell 0 stands for the pixels 0 to {s.stride - 1} of a row, and so on. Which "
            f"cell (from 0) stands for the pixel with index {s.pixel}?",
            f"特征图的步长为 {s.stride}：第 0 个格子对应一行中下标 0 到 {s.stride - 1} 的像素，依此类推。"
            f"下标为 {s.pixel} 的像素对应第几个格子（从 0 起）？",
        )

    def solution(self, s: MapCell) -> Text:
        steps = rf"\lfloor {s.pixel}/{s.stride} \rfloor = {self.formula(s)}"
        return Text(f"Divide and round down: ${steps}$.", f"相除并向下取整：${steps}$。")


class Point(Question[MapPoint]):
    """From cell to image."""

    spec = MapPoint
    answer = Number(decimals=1, unit="px")
    levels = (2,)
    find = "point"
    rule = r"$(j + 1/2) \cdot \prod s_i$"
    mistakes = (
        Mistake(
            "That is the border of the patch, not its middle.",
            "这是对应块的边界，不是中心。",
            lambda s: float(s.cell * math.prod(s.strides)),
        ),
        Mistake(
            "That is the far border of the patch.",
            "这是对应块的另一侧边界。",
            lambda s: float((s.cell + 1) * math.prod(s.strides)),
        ),
        Mistake(
            "Strides of layers multiply; they do not add.",
            "各层步长相乘，而不是相加。",
            lambda s: (s.cell + 0.5) * sum(s.strides),
        ),
        Mistake(
            "Half a cell is half of the total stride, not half a pixel.",
            "半个格子是总步长的一半，不是半个像素。",
            lambda s: s.cell * math.prod(s.strides) + 0.5,
        ),
        Mistake(
            "That uses the stride of the last layer only.",
            "只用了最后一层的步长。",
            lambda s: (s.cell + 0.5) * s.strides[-1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> MapPoint | None:
        strides = tuple(draw.choice((1, 2, 2, 4)) for _ in range(draw.integer(3, 5)))
        return MapPoint(draw.integer(2, 30), strides) if 4 <= math.prod(strides) <= 64 else None

    def formula(self, s: MapPoint) -> float:
        return (s.cell + 0.5) * math.prod(s.strides)

    def stem(self, s: MapPoint) -> Text:
        strides = ", ".join(map(str, s.strides))
        return Text(
            f"Layers with the strides {strides} follow each other. Cell j of the last map stands for an equal patch of the image, and "
            f"the patches lie side by side from the image's border on. At which image coordinate (the border is 0, each pixel is 1 "
            f"wide) is the middle of the patch of cell {s.cell} (from 0)?",
            f"步长依次为 {strides} 的若干层相连。最后特征图的每个格子对应图像上一段等长的区域，这些区域从图像边界起依次相邻。"
            f"第 {s.cell} 个格子（从 0 起）对应区域的中心位于图像坐标多少处（边界为 0，每个像素宽 1）？",
        )

    def solution(self, s: MapPoint) -> Text:
        total = r" \cdot ".join(map(str, s.strides)) + f" = {math.prod(s.strides)}"
        steps = rf"({s.cell} + 0.5) \cdot {math.prod(s.strides)} = {num(self.formula(s))}"
        return Text(f"Total stride: ${total}$.\n\nMiddle: ${steps}$.", f"总步长：${total}$。\n\n中心：${steps}$。")


def _inside(low: int, high: int, stride: int, cells: int, *, shift: float = 0.5) -> int:
    """How many (j + shift)·stride, j < cells, lie strictly between two numbers."""
    first = max(0, math.floor(low / stride - shift) + 1)
    last = min(cells - 1, math.ceil(high / stride - shift) - 1)
    return max(0, last - first + 1)


def _count(s: PointsInside, *, shift: float = 0.5) -> int:
    x1, y1, x2, y2 = s.box
    return _inside(x1, x2, s.stride, s.width, shift=shift) * _inside(y1, y2, s.stride, s.height, shift=shift)


class Inside(Question[PointsInside]):
    """The locations of a map whose middle is in a box."""

    spec = PointsInside
    answer = Integer()
    levels = (3,)
    find = "inside"
    rule = Text(
        r"count $j$ with $x_1 < (j + 1/2)s < x_2$, the same along $y$; multiply",
        r"数出满足 $x_1 < (j + 1/2)s < x_2$ 的 $j$，$y$ 方向同理，再相乘",
    )
    mistakes = (
        Mistake(
            "The middle of a cell counts, at (j + 1/2)s, not its border js.",
            "应看格子中心 (j + 1/2)s，而不是边界 js。",
            lambda s: _count(s, shift=0.0),
        ),
        Mistake(
            "That is the box's size in whole cells, not the number of middles in it.",
            "这是把框的宽高换算成整格数再相乘，而不是框内的中心数。",
            lambda s: (s.box[2] - s.box[0]) // s.stride * ((s.box[3] - s.box[1]) // s.stride),
        ),
        Mistake(
            "Those are all cells that the box touches.",
            "这是框触及的所有格子。",
            lambda s: _touched(s.box, s.stride),
        ),
        Mistake(
            "Rows and columns multiply; they do not add.",
            "行数与列数相乘，而不是相加。",
            lambda s: _inside(s.box[0], s.box[2], s.stride, s.width) + _inside(s.box[1], s.box[3], s.stride, s.height),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PointsInside | None:
        stride, cells = draw.choice(((8, 40), (16, 20), (32, 20)))
        x1, y1 = draw.integer(0, 100), draw.integer(0, 100)
        box = x1, y1, x1 + draw.integer(2 * stride, 6 * stride), y1 + draw.integer(2 * stride, 6 * stride)
        s = PointsInside(cells, cells + draw.integer(-4, 4), stride, box)
        fits = box[2] < s.width * stride and box[3] < s.height * stride
        return s if fits and all(edge % stride not in (0, stride // 2) for edge in box) else None

    def formula(self, s: PointsInside) -> int:
        return _count(s)

    def stem(self, s: PointsInside) -> Text:
        return Text(
            f"{BOXES.en} A feature map {s.width} cells wide and {s.height} high has stride {s.stride}; the middle of cell (column i, "
            f"row j), from 0, is at the image point ((i + 1/2)·{s.stride}, (j + 1/2)·{s.stride}). How many of these middles lie inside "
            f"the ground truth {written(s.box)}?",
            f"{BOXES.zh}特征图宽 {s.width} 格、高 {s.height} 格，步长为 {s.stride}；第 i 列第 j 行（从 0 起）的格子中心位于图像点 "
            f"((i + 1/2)·{s.stride}, (j + 1/2)·{s.stride})。有多少个格子中心落在真实框 {written(s.box)} 内？",
        )

    def solution(self, s: PointsInside) -> Text:
        x1, y1, x2, y2 = s.box
        across, down = _inside(x1, x2, s.stride, s.width), _inside(y1, y2, s.stride, s.height)
        steps = rf"{across} \cdot {down} = {self.formula(s)}"
        return Text(
            f"{across} of the {s.width} columns have their middle between {x1} and {x2}, {down} of the {s.height} rows theirs between "
            f"{y1} and {y2} (stride {s.stride}).\n\n${steps}$.",
            f"{s.width} 列的中心中有 {across} 个位于 {x1} 与 {x2} 之间，{s.height} 行的中心中有 {down} 个位于 {y1} 与 {y2} 之间"
            f"（步长 {s.stride}）。\n\n${steps}$。",
        )


def _touched(box: Box, stride: int) -> int:
    x1, y1, x2, y2 = box
    return (-(-x2 // stride) - x1 // stride) * (-(-y2 // stride) - y1 // stride)


MODEL = ItemModel(
    name="stride_to_map",
    version=1,
    topic="detection",
    title=Text("Image points and feature cells", "图像坐标与特征格子"),
    questions=(Cell(), Point(), Inside()),
)
