"""Values of RoI max pooling (Girshick 2015, Fast R-CNN)."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Integer
from quizcv.items.detection._regions import bin_end, bin_start, draw_map, nearest
from quizcv.items.detection._text import written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regions import RoiPoolImage, RoiPoolValue

BINS = Text(
    "Along each axis, bin i of P over n cells holds the cells from $\\lfloor "
    "in/P \\rfloor$ to before $\\lceil (i + 1)n/P \\rceil$ of the region.",
    "沿每个轴，n 格分为 P 个区间时，第 i 个区间包含区域中从 $\\lfloor in/P \\rfloor$ 到 $\\lceil (i + 1)n/P \\rceil$（不含）的格子。",
)


def _window(
    s: RoiPoolValue, *, row: int | None = None, col: int | None = None, extra: int = 1, up: bool = True
) -> list[int]:
    """The cells of a bin. `extra` = 0: the last row and column are left out; without `up` the bins do not overlap."""
    values = []
    high, wide = s.bottom - s.top + extra, s.right - s.left + extra
    i, j = s.row if row is None else row, s.col if col is None else col
    rows = range(bin_start(high, s.bins, i), bin_end(high, s.bins, i) if up else (i + 1) * high // s.bins)
    cols = range(bin_start(wide, s.bins, j), bin_end(wide, s.bins, j) if up else (j + 1) * wide // s.bins)
    for y in rows:
        values += [s.x[s.top + y][s.left + x] for x in cols]
    return values


def _max(values: list[int]) -> int | None:
    return max(values) if values else None


def _pooled(s: RoiPoolValue) -> int:
    return max(_window(s))


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "Row and column of the output were swapped.",
        "输出的行和列弄反了。",
        lambda s: _max(_window(s, row=s.col, col=s.row)),
    ),
    Mistake(
        "The region's last row and column belong to it.",
        "区域的最后一行和最后一列也属于它。",
        lambda s: _max(_window(s, extra=0)) if min(s.bottom - s.top, s.right - s.left) >= s.bins else None,
    ),
    Mistake(
        "The end of a bin is rounded up: bins may overlap.",
        "区间终点向上取整：区间可以重叠。",
        lambda s: _max(_window(s, up=False)),
    ),
    Mistake(
        "The mean was taken instead of the maximum (rounded).",
        "取了平均（四舍五入）而不是最大值。",
        lambda s: round(sum(_window(s)) / len(_window(s))),
    ),
    Mistake(
        "That is the smallest value of the bin, not the largest.",
        "这是区间中的最小值，不是最大值。",
        lambda s: min(_window(s)),
    ),
    Mistake(
        "That is the largest value of the whole region.",
        "这是整个区域的最大值。",
        lambda s: max(max(row[s.left : s.right + 1]) for row in s.x[s.top : s.bottom + 1]),
    ),
)


def _stem_end(s: RoiPoolValue | RoiPoolImage) -> Text:
    return Text(
        f"It is max-pooled to {s.bins}×{s.bins}. {BINS.en} What is the output at row {s.row}, column {s.col}, counted from 0?",
        f"将其最大池化为 {s.bins}×{s.bins}。{BINS.zh}第 {s.row} 行第 {s.col} 列（从 0 起）的输出是多少？",
    )


def _solution(s: RoiPoolValue) -> Text:
    high, wide = s.bottom - s.top + 1, s.right - s.left + 1
    rows = s.top + bin_start(high, s.bins, s.row), s.top + bin_end(high, s.bins, s.row) - 1
    cols = s.left + bin_start(wide, s.bins, s.col), s.left + bin_end(wide, s.bins, s.col) - 1
    values = ", ".join(map(str, _window(s)))
    return Text(
        f"The region has rows {s.top} to {s.bottom} and columns {s.left} to "
        f"{s.right}. Output ({s.row}, {s.col}) of {s.bins}×{s.bins} reads "
        f"rows {rows[0]} to {rows[1]} and columns {cols[0]} to {cols[1]}: {values}.\n\nThe largest: {_pooled(s)}.",
        f"区域为第 {s.top} 到 {s.bottom} 行、第 {s.left} 到 {s.right} 列。"
        f"{s.bins}×{s.bins} 输出的 ({s.row}, {s.col}) 读取第 {rows[0]} 到 {rows[1]} 行、"
        f"第 {cols[0]} 到 {cols[1]} 列：{values}。\n\n最大值：{_pooled(s)}。",
    )


class OfCells(Question[RoiPoolValue]):
    """For a region of whole cells."""

    spec = RoiPoolValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = Text(
        r"$\max$ over the rows $\lfloor i h/P \rfloor \ldots \lceil (i+1) h/P \rceil - 1$ and the columns alike",
        r"在第 $\lfloor i h/P \rfloor \ldots \lceil (i+1) h/P \rceil - 1$ 行及同样的列范围内取 $\max$",
    )
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> RoiPoolValue | None:
        size = 6 if level == 1 else 7
        x = draw_map(draw, size, size, 30)
        bins = 2 if level == 1 else draw.integer(2, 3)
        high, wide = (draw.choice((4, 6)), 4) if level == 1 else (draw.integer(3, 6), draw.integer(3, 6))
        top, left = draw.integer(0, size - high), draw.integer(0, size - wide)
        s = RoiPoolValue(
            x, top, left, top + high - 1, left + wide - 1, bins, draw.integer(0, bins - 1), draw.integer(0, bins - 1)
        )
        return s if level == 1 or high % bins or wide % bins else None

    def formula(self, s: RoiPoolValue) -> int:
        return _pooled(s)

    def stem(self, s: RoiPoolValue) -> Text:
        end = _stem_end(s)
        return Text(
            f"A feature map:{grid(s.x)}A region of interest covers the rows "
            f"{s.top} to {s.bottom} and the columns {s.left} to {s.right}, ends "
            f"included, counted from 0. {end.en}",
            f"特征图：{grid(s.x)}感兴趣区域（RoI）覆盖第 {s.top} 到 {s.bottom} "
            f"行、第 {s.left} 到 {s.right} 列（含两端，从 0 起）。{end.zh}",
        )

    def solution(self, s: RoiPoolValue) -> Text:
        return _solution(s)


def _cells(s: RoiPoolImage, *, down: bool = False) -> RoiPoolValue:
    """In cells; `down` rounds the ends down."""
    x1, y1, x2, y2 = (edge // s.stride if down else nearest(edge, s.stride) for edge in s.region)
    return RoiPoolValue(s.x, y1, x1, y2, x2, s.bins, s.row, s.col)


def _of_cells(mistake: Mistake[Any]) -> Mistake[Any]:
    return Mistake(mistake.en, mistake.zh, lambda s: mistake.value(_cells(s)))


class OfPixels(Question[RoiPoolImage]):
    """For a region in pixels."""

    spec = RoiPoolImage
    answer = Integer(signed=True)
    levels = (3,)
    find = "pixels"
    rule = Text(
        r"ends: $x/s$ rounded to the nearest cell; then $\max$ over the rows "
        r"$\lfloor i h/P \rfloor \ldots \lceil (i+1) h/P \rceil - 1$ and the columns alike",
        r"两端：$x/s$ 四舍五入到最近的格子；再在第 $\lfloor i h/P \rfloor "
        r"\ldots \lceil (i+1) h/P \rceil - 1$ 行及同样的列范围内取 $\max$",
    )
    mistakes = (
        Mistake(
            "The region's ends are rounded to the nearest cell, not down.",
            "区域两端四舍五入到最近的格子，而不是向下取整。",
            lambda s: _pooled(_cells(s, down=True)),
        ),
        *(_of_cells(mistake) for mistake in MISTAKES),
    )

    def sample(self, draw: Draw, level: int) -> RoiPoolImage | None:
        stride, bins = draw.choice((8, 16)), 2
        x1, y1 = draw.integer(0, 3 * stride), draw.integer(0, 3 * stride)
        region = x1, y1, draw.integer(x1 + 2 * stride, 6 * stride), draw.integer(y1 + 2 * stride, 6 * stride)
        if any(edge % stride == stride // 2 for edge in region):
            return None
        return RoiPoolImage(draw_map(draw, 7, 7, 30), region, stride, bins, draw.integer(0, 1), draw.integer(0, 1))

    def formula(self, s: RoiPoolImage) -> int:
        return _pooled(_cells(s))

    def stem(self, s: RoiPoolImage) -> Text:
        end = _stem_end(s)
        return Text(
            f"A feature map of stride {s.stride}:{grid(s.x)}A region of interest "
            f"is $(x_1, y_1, x_2, y_2)$ = {written(s.region)} in the image. As in "
            "Fast R-CNN its ends are divided by the stride and rounded to the nearest cell (from 0), and both end cells belong to the "
            f"region. {end.en}",
            f"步长为 {s.stride} 的特征图：{grid(s.x)}感兴趣区域（RoI）在图像中为 "
            f"$(x_1, y_1, x_2, y_2)$ = {written(s.region)}。与 Fast R-CNN 相同，"
            f"其两端除以步长后四舍五入到最近的格子（从 0 起），两端的格子都属于区域。{end.zh}",
        )

    def solution(self, s: RoiPoolImage) -> Text:
        rest = _solution(_cells(s))
        ends = ", ".join(rf"${edge}/{s.stride} \to {nearest(edge, s.stride)}$" for edge in s.region)
        return Text(f"The ends in cells: {ends}.\n\n{rest.en}", f"两端换算为格子：{ends}。\n\n{rest.zh}")


MODEL = ItemModel(
    name="roi_pool_value",
    version=1,
    topic="detection",
    title=Text("Values of RoI pooling", "RoI 池化的值"),
    questions=(OfCells(), OfPixels()),
)
