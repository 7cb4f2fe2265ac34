"""RoIAlign: bilinear interpolation at exact points, nothing rounded (He et al. 2017, Mask R-CNN)."""

from __future__ import annotations

import math
from typing import Any

from quizcv.answers import Number
from quizcv.items.detection._regions import bilinear, corners, draw_map
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.regions import RoiAlignBin, RoiAlignImage, RoiAlignValue


def _nearest(x: Matrix, row: float, col: float) -> float:
    return float(x[math.floor(row + 0.5)][math.floor(col + 0.5)])


def _mean(x: Matrix, row: float, col: float) -> float:
    return sum(value for _, value in corners(x, row, col)) / 4


def _max(x: Matrix, row: float, col: float) -> float:
    return float(max(value for _, value in corners(x, row, col)))


def _mirrored(x: Matrix, row: float, col: float) -> float:
    """The weights of the opposite cells."""
    parts = corners(x, row, col)
    return sum(weight * value for (weight, _), (_, value) in zip(parts, reversed(parts), strict=True))


def _inside(x: Matrix, row: float, col: float) -> bool:
    return 0 <= row <= len(x) - 1 and 0 <= col <= len(x[0]) - 1


def _swapped(x: Matrix, row: float, col: float) -> float | None:
    return bilinear(x, col, row) if _inside(x, col, row) else None


def _steps(x: Matrix, row: float, col: float) -> str:
    parts = " + ".join(rf"{short(weight)} \cdot {value}" for weight, value in corners(x, row, col))
    return f"{parts} = {short(bilinear(x, row, col))}"


OF_POINT: tuple[tuple[str, str, Any], ...] = (
    ("RoIAlign interpolates; it does not take the nearest cell.", "RoIAlign 做插值，而不是取最近的格子。", _nearest),
    ("The four cells are weighted by nearness, not equally.", "四个格子按远近加权，而不是等权平均。", _mean),
    ("The weights are reversed: the nearer cell has the larger one.", "权重弄反了：越近的格子权重越大。", _mirrored),
    ("Row and column were swapped.", "行和列弄反了。", _swapped),
    ("The four cells are interpolated; their maximum is not taken.", "对四个格子做插值，而不是取最大值。", _max),
)


def _of_point(of: Any) -> Any:
    return lambda s: of(s.x, s.row, s.col)


def _of_image_point(of: Any) -> Any:
    return lambda s: of(s.x, *_at(s))


class Point(Question[RoiAlignValue]):
    """At one point of the map."""

    spec = RoiAlignValue
    answer = Number(decimals=2)
    levels = (1,)
    rule = Text(
        r"$(1 - d)(1 - a)x_{00} + (1 - d)a x_{01} + d(1 - a)x_{10} + d a "
        r"x_{11}$ with the fractional parts $d$ of the row, $a$ of the column",
        r"$(1 - d)(1 - a)x_{00} + (1 - d)a x_{01} + d(1 - a)x_{10} + d a x_{11}$，$d$、$a$ 为行、列坐标的小数部分",
    )
    mistakes = tuple(Mistake(en, zh, _of_point(of)) for en, zh, of in OF_POINT)

    def sample(self, draw: Draw, level: int) -> RoiAlignValue | None:
        row, col = draw.decimal(0.1, 1.9, 2), draw.decimal(0.1, 2.9, 2)
        row, col = (round(row * 4) / 4, round(col * 4) / 4) if draw.chance(0.5) else (round(row, 1), round(col, 1))
        s = RoiAlignValue(draw_map(draw, 3, 4, 20), row, col)
        return s if row % 1 and col % 1 and (row % 1, col % 1) != (0.5, 0.5) else None

    def formula(self, s: RoiAlignValue) -> float:
        return bilinear(s.x, s.row, s.col)

    def stem(self, s: RoiAlignValue) -> Text:
        return Text(
            f"A feature map:{grid(s.x)}The value in row i, column j (from 0) "
            "sits at the point (i, j). Which value does RoIAlign sample at row "
            f"{num(s.row)}, column {num(s.col)}?",
            f"特征图：{grid(s.x)}第 i 行第 j 列（从 0 起）的值位于点 (i, j)。"
            f"RoIAlign 在行坐标 {num(s.row)}、列坐标 {num(s.col)} 处的采样值是多少？",
        )

    def solution(self, s: RoiAlignValue) -> Text:
        return Text(
            f"Bilinear weights of the four cells around ({num(s.row)}, {num(s.col)}): ${_steps(s.x, s.row, s.col)}$.",
            f"({num(s.row)}, {num(s.col)}) 周围四个格子的双线性权重：${_steps(s.x, s.row, s.col)}$。",
        )


def _at(s: RoiAlignImage, shift: float = 0.5) -> tuple[float, float]:
    """Row and column of the point, in cells."""
    return s.py / s.stride - shift, s.px / s.stride - shift


def _unshifted(s: RoiAlignImage) -> float | None:
    point = _at(s, 0)
    return bilinear(s.x, *point) if _inside(s.x, *point) else None


class PointOfImage(Question[RoiAlignImage]):
    """At a point of the image."""

    spec = RoiAlignImage
    answer = Number(decimals=2)
    levels = (2,)
    find = "image"
    rule = Text(
        r"$\mathrm{row} = y/s - 1/2$, $\mathrm{col} = x/s - 1/2$; then bilinear",
        r"行 $= y/s - 1/2$，列 $= x/s - 1/2$；再做双线性插值",
    )
    mistakes = (
        Mistake(
            "With `aligned=True` half a cell is subtracted: a value sits in the middle of its cell.",
            "`aligned=True` 时要减去半个格子：值位于格子中心。",
            _unshifted,
        ),
        *(Mistake(en, zh, _of_image_point(of)) for en, zh, of in OF_POINT),
    )

    def sample(self, draw: Draw, level: int) -> RoiAlignImage | None:
        stride = draw.choice((4, 8, 16))
        px, py = (
            float(draw.integer(stride // 2 + 1, 7 * stride // 2 - 1)),
            float(draw.integer(stride // 2 + 1, 5 * stride // 2 - 1)),
        )
        s = RoiAlignImage(draw_map(draw, 3, 4, 20), px, py, stride)
        row, col = _at(s)
        return s if row % 1 and col % 1 and (row % 1, col % 1) != (0.5, 0.5) else None

    def formula(self, s: RoiAlignImage) -> float:
        return bilinear(s.x, *_at(s))

    def stem(self, s: RoiAlignImage) -> Text:
        return Text(
            f"A feature map of stride {s.stride}:{grid(s.x)}A cell covers {s.stride}×{s.stride} "
            "pixels, the first one from the image's corner (0, 0) on, and its "
            "value sits in the middle of that square (`aligned=True`). Which "
            f"value does RoIAlign sample at the image point x = {num(s.px)}, "
            f"y = {num(s.py)}?",
            f"步长为 {s.stride} 的特征图：{grid(s.x)}每个格子覆盖 {s.stride}×{s.stride} "
            "个像素，第一个格子从图像角点 (0, 0) 开始，其值位于该方块的中心"
            f"（`aligned=True`）。RoIAlign 在图像点 x = {num(s.px)}, y = {num(s.py)} 处的采样值是多少？",
        )

    def solution(self, s: RoiAlignImage) -> Text:
        row, col = _at(s)
        place = f"{num(s.py)}/{s.stride} - 0.5 = {short(row)}$, ${num(s.px)}/{s.stride} - 0.5 = {short(col)}"
        return Text(
            f"Row and column: ${place}$.\n\n${_steps(s.x, row, col)}$.",
            f"行、列坐标：${place}$。\n\n${_steps(s.x, row, col)}$。",
        )


def _points(s: RoiAlignBin) -> list[tuple[float, float]]:
    """The four sampling points."""
    rows = [s.top + share * (s.bottom - s.top) for share in (0.25, 0.75)]
    cols = [s.left + share * (s.right - s.left) for share in (0.25, 0.75)]
    return [(row, col) for row in rows for col in cols]


def _average(s: RoiAlignBin, points: list[tuple[float, float]]) -> float:
    return sum(bilinear(s.x, *point) for point in points) / len(points)


class Bin(Question[RoiAlignBin]):
    """The mean over the sampling points of a bin."""

    spec = RoiAlignBin
    answer = Number(decimals=2)
    levels = (3,)
    find = "bin"
    rule = Text(
        r"mean of the bilinear samples at $1/4$ and $3/4$ of the bin along each axis",
        r"沿每个轴在区间的 $1/4$ 和 $3/4$ 处做双线性采样，再取平均",
    )
    mistakes = (
        Mistake(
            "Four points are sampled, at a quarter and three quarters, not only the middle.",
            "应在四分之一和四分之三处采样四个点，而不是只取中心。",
            lambda s: bilinear(s.x, (s.top + s.bottom) / 2, (s.left + s.right) / 2),
        ),
        Mistake(
            "The points are at a quarter and three quarters of the bin, not at its corners.",
            "采样点位于区间的四分之一和四分之三处，而不是角点。",
            lambda s: _average(s, [(row, col) for row in (s.top, s.bottom) for col in (s.left, s.right)]),
        ),
        Mistake(
            "The samples are averaged here; their maximum is not taken.",
            "这里对采样值取平均，而不是取最大值。",
            lambda s: max(bilinear(s.x, *point) for point in _points(s)),
        ),
        Mistake(
            "The samples are averaged, not added.",
            "采样值要取平均，而不是求和。",
            lambda s: 4 * _average(s, _points(s)),
        ),
        Mistake(
            "The points were rounded to cells; RoIAlign interpolates.",
            "采样点被取整到格子；RoIAlign 应做插值。",
            lambda s: sum(_nearest(s.x, *point) for point in _points(s)) / 4,
        ),
        Mistake(
            "That is the first sampling point only.", "这只是第一个采样点。", lambda s: bilinear(s.x, *_points(s)[0])
        ),
    )

    def sample(self, draw: Draw, level: int) -> RoiAlignBin | None:
        top, left = draw.choice((0.0, 0.2, 0.4, 0.5)), draw.choice((0.0, 0.2, 0.4, 0.5, 0.8, 1.0))
        bottom, right = top + draw.choice((0.8, 1.0, 1.2)), left + draw.choice((0.8, 1.2, 1.6))
        return RoiAlignBin(draw_map(draw, 3, 4, 20), top, left, round(bottom, 1), round(right, 1))

    def formula(self, s: RoiAlignBin) -> float:
        return _average(s, _points(s))

    def stem(self, s: RoiAlignBin) -> Text:
        rows, cols = f"{num(s.top)} to {num(s.bottom)}", f"{num(s.left)} to {num(s.right)}"
        return Text(
            f"A feature map:{grid(s.x)}The value in row i, column j (from 0) "
            f"sits at the point (i, j). A bin of RoIAlign reaches from row {rows} "
            f"and from column {cols}. It is sampled at 2×2 points, the middles of its quarters, and averaged. What is its value?",
            f"特征图：{grid(s.x)}第 i 行第 j 列（从 0 起）的值位于点 (i, j)。"
            f"RoIAlign 的一个区间的行坐标从 {num(s.top)} 到 {num(s.bottom)}，"
            f"列坐标从 {num(s.left)} 到 {num(s.right)}。在其 2×2 个采样点（四个子块的中心）处采样并取平均。该区间的值是多少？",
        )

    def solution(self, s: RoiAlignBin) -> Text:
        samples = ", ".join(
            f"({short(row)}, {short(col)}): {short(bilinear(s.x, row, col))}" for row, col in _points(s)
        )
        return Text(
            f"Rows {num(s.top)} to {num(s.bottom)}, columns {num(s.left)} to "
            f"{num(s.right)}, at 1/4 and 3/4 each. Samples: {samples}.\n\nTheir mean: "
            f"{short(self.formula(s))}.",
            f"行 {num(s.top)} 到 {num(s.bottom)}，列 {num(s.left)} 到 {num(s.right)}，各取 1/4 和 3/4 处。采样值：{samples}。\n\n平均："
            f"{short(self.formula(s))}。",
        )


MODEL = ItemModel(
    name="roi_align_value",
    version=1,
    topic="detection",
    title=Text("Values of RoIAlign", "RoIAlign 的值"),
    questions=(Point(), PointOfImage(), Bin()),
)
