"""A pixel of an image resized bilinearly, and a point read by grid_sample."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid, num, signed
from quizcv.items.values._matrices import FROM_0, cell, draw_matrix, place
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.sampling import BilinearSample, GridSample


def _source(index: int, size: int, out: int, *, align: bool) -> float:
    """Where an output index lies in the input."""
    if align:
        return index * (size - 1) / (out - 1) if out > 1 else 0.0
    return max(0.0, (index + 0.5) * size / out - 0.5)


def _mixed(x: Matrix, row: float, col: float, *, zeros: bool = False) -> float:
    """Bilinear between the four cells around a point; outside the border is repeated, or zero."""

    def at(i: int, j: int) -> int:
        return cell(x, i, j) if zeros else x[min(max(i, 0), len(x) - 1)][min(max(j, 0), len(x[0]) - 1)]

    top, left = math.floor(row), math.floor(col)
    down, across = row - top, col - left
    return (
        at(top, left) * (1 - down) * (1 - across)
        + at(top, left + 1) * (1 - down) * across
        + at(top + 1, left) * down * (1 - across)
        + at(top + 1, left + 1) * down * across
    )


def _point(s: BilinearSample, *, align: bool) -> tuple[float, float]:
    return _source(s.row, len(s.x), s.height, align=align), _source(s.col, len(s.x[0]), s.width, align=align)


def _unshifted(s: BilinearSample) -> float:
    """With the sizes scaled and nothing else."""
    return _mixed(s.x, s.row * len(s.x) / s.height, s.col * len(s.x[0]) / s.width)


def _swapped(x: Matrix, row: float, col: float) -> float:
    """With each weight given to the opposite neighbour."""
    top, left = math.floor(row), math.floor(col)
    if row == top and col == left:
        return _mixed(x, row, col)
    return _mixed(x, 2 * top + 1 - row if row > top else row, 2 * left + 1 - col if col > left else col)


def _around(x: Matrix, row: float, col: float) -> float:
    """The plain mean of the four cells."""
    return _mixed(x, math.floor(row) + 0.5, math.floor(col) + 0.5)


class Resized(Question[BilinearSample]):
    """Source: documentation of torch.nn.functional.interpolate, `align_corners`."""

    spec = BilinearSample
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"`align_corners=True`: $i (L - 1)/(o - 1)$; `False`: $\max(0, (i + 0.5) L/o - 0.5)$"
    mistakes = (
        Mistake(
            "`align_corners` decides where an output pixel lies: i(L − 1)/(o − 1) with True, (i + 0.5)L/o − 0.5 with False.",
            "输出像素的位置由 `align_corners` 决定：为 True 时是 i(L − 1)/(o − 1)，为 False 时是 (i + 0.5)L/o − 0.5。",
            lambda s: _mixed(s.x, *_point(s, align=not s.align_corners)),
        ),
        Mistake(
            "The half pixel was forgotten: the source was taken at i·L/o, not at (i + 0.5)L/o − 0.5.",
            "忘了半个像素的偏移：把位置算成了 i·L/o，而不是 (i + 0.5)L/o − 0.5。",
            lambda s: None if s.align_corners else _unshifted(s),
        ),
        Mistake(
            "The source was taken at i·L/o; with aligned corners it is i(L − 1)/(o − 1).",
            "把位置算成了 i·L/o；对齐角点时应为 i(L − 1)/(o − 1)。",
            lambda s: _unshifted(s) if s.align_corners else None,
        ),
        Mistake(
            "The weights were swapped: the nearer pixel gets the larger one.",
            "权重弄反了：越近的像素权重越大。",
            lambda s: _swapped(s.x, *_point(s, align=s.align_corners)),
        ),
        Mistake(
            'The nearest pixel was taken, as `mode="nearest"` does.',
            '取了最近的像素，那是 `mode="nearest"` 的做法。',
            lambda s: float(s.x[s.row * len(s.x) // s.height][s.col * len(s.x[0]) // s.width]),
        ),
        Mistake(
            "The four neighbours were averaged without weights.",
            "对四个相邻像素取了简单平均。",
            lambda s: _around(s.x, *_point(s, align=s.align_corners)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BilinearSample | None:
        if level == 1:
            size, out, align = *draw.choice(((2, 3), (3, 5), (2, 5), (2, 4))), True
            height, width = out, out
        else:
            size, align = draw.integer(2, 4), draw.chance(0.4)
            height, width = draw.choice((3, 4, 5, 6, 8)), draw.choice((3, 4, 5, 6, 8))
        x = draw_matrix(draw, size, size, 0, 20)
        s = BilinearSample(x, height, width, draw.integer(0, height - 1), draw.integer(0, width - 1), align)
        row, col = _point(s, align=align)
        return s if row % 1 or col % 1 else None

    def formula(self, s: BilinearSample) -> float:
        return _mixed(s.x, *_point(s, align=s.align_corners))

    def stem(self, s: BilinearSample) -> Text:
        at, sizes = place(s.row, s.col), (by(len(s.x), len(s.x[0])), by(s.height, s.width))
        call = f'`F.interpolate(x, size=({s.height}, {s.width}), mode="bilinear", align_corners={s.align_corners})`'
        return Text(
            f"{call} resizes this {sizes[0]} image to {sizes[1]}:{grid(s.x)}What is the output at {at.en} {FROM_0.en}?",
            f"{call} 把这幅 {sizes[0]} 的图像缩放为 {sizes[1]}：{grid(s.x)}输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: BilinearSample) -> Text:
        def step(index: int, size: int, out: int) -> str:
            where = num(_source(index, size, out, align=s.align_corners))
            if s.align_corners:
                return rf"{index} \cdot {size - 1} / {out - 1} = {where}" if out > 1 else where
            return rf"\max(0, ({index} + 0.5) \cdot {size} / {out} - 0.5) = {where}"

        rows, cols = step(s.row, len(s.x), s.height), step(s.col, len(s.x[0]), s.width)
        row, col = _point(s, align=s.align_corners)
        mixed = _blend(s.x, row, col)
        beyond = row > len(s.x) - 1 or col > len(s.x[0]) - 1
        note = (
            (" Beyond the last row or column the border repeats.", "最后一行或一列之外重复边界像素。")
            if beyond
            else ("", "")
        )
        return Text(
            f"For an output of {by(s.height, s.width)}: source row ${rows}$, source column ${cols}$.{note[0]}\n\n{mixed}",
            f"输出为 {by(s.height, s.width)}：源行 ${rows}$，源列 ${cols}$。{note[1]}\n\n{mixed}",
        )


def _blend(x: Matrix, row: float, col: float, *, zeros: bool = False) -> str:
    """First along the rows, then between them; what does not change the value is left out."""
    top, left = math.floor(round(row, 9)), math.floor(round(col, 9))
    down, across = round(row - top, 9), round(col - left, 9)
    single = not across or (not zeros and left == len(x[0]) - 1)

    def along(i: int) -> tuple[str, float]:
        if single:
            return "", cell(x, i, left)
        one, two = cell(x, i, left), cell(x, i, left + 1)
        value = one * (1 - across) + two * across
        return rf"${signed(one)} \cdot {num(1 - across)} + {signed(two)} \cdot {num(across)} = {num(value)}$", value

    (first, upper), (second, lower) = along(top), along(top + 1)
    if not down or (not zeros and top == len(x) - 1):
        return first or f"${num(upper)}$"
    last = rf"{signed(upper)} \cdot {num(1 - down)} + {signed(lower)} \cdot {num(down)} = {num(upper * (1 - down) + lower * down)}"
    return f"{first}\n\n{second}\n\n${last}$" if first else f"${last}$"


def _pixel(coordinate: float, size: int, *, align: bool) -> float:
    """A coordinate from -1 to 1 in pixels."""
    return (coordinate + 1) / 2 * (size - 1) if align else ((coordinate + 1) * size - 1) / 2


def _sampled(s: GridSample, *, align: bool | None = None, swap: bool = False) -> float:
    u, v = (s.v, s.u) if swap else (s.u, s.v)
    corners = s.align_corners if align is None else align
    return _mixed(s.x, _pixel(v, len(s.x), align=corners), _pixel(u, len(s.x[0]), align=corners), zeros=True)


class Point(Question[GridSample]):
    """Source: documentation of torch.nn.functional.grid_sample."""

    spec = GridSample
    answer = Number(decimals=3)
    levels = (3,)
    find = "grid"
    rule = r"`align_corners=True`: $(u + 1)(W - 1)/2$; `False`: $((u + 1) W - 1)/2$"
    mistakes = (
        Mistake(
            "`align_corners` decides whether −1 and 1 are the centres of the corner pixels or the edges of the image.",
            "`align_corners` 决定 −1 和 1 是角上像素的中心还是图像的边缘。",
            lambda s: _sampled(s, align=not s.align_corners),
        ),
        Mistake(
            "Row and column were swapped: the first coordinate goes along the width.",
            "行和列弄反了：第一个坐标沿宽度方向。",
            lambda s: _sampled(s, swap=True),
        ),
        Mistake(
            "The border was repeated; `grid_sample` puts zeros outside by default.",
            "重复了边界像素；`grid_sample` 默认在图像之外取 0。",
            lambda s: _mixed(
                s.x,
                max(0.0, _pixel(s.v, len(s.x), align=s.align_corners)),
                max(0.0, _pixel(s.u, len(s.x[0]), align=s.align_corners)),
            ),
        ),
        Mistake(
            "The nearest pixel was taken; bilinear interpolation mixes the four around the point.",
            "只取了最近的像素；双线性插值要混合周围四个像素。",
            lambda s: float(
                cell(
                    s.x,
                    round(_pixel(s.v, len(s.x), align=s.align_corners)),
                    round(_pixel(s.u, len(s.x[0]), align=s.align_corners)),
                )
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GridSample | None:
        height, width = draw.integer(2, 4), draw.integer(2, 4)
        u, v = draw.decimals(2, -1, 1, 1)
        s = GridSample(draw_matrix(draw, height, width, 0, 20), u, v, draw.chance(0.5))
        return s if u != v and _sampled(s) else None

    def formula(self, s: GridSample) -> float:
        return _sampled(s)

    def stem(self, s: GridSample) -> Text:
        call = f"`F.grid_sample(x, grid, align_corners={s.align_corners})`"
        return Text(
            f"{call} (bilinear, zeros outside) reads this image at the point ({num(s.u)}, {num(s.v)}):{grid(s.x)}The first coordinate goes "
            "from left to right, the second from top to bottom. What is the result?",
            f"{call}（双线性插值，图像之外取 0）在点 ({num(s.u)}, {num(s.v)}) 处读取这幅图像：{grid(s.x)}第一个坐标从左到右，"
            "第二个从上到下。"
            "结果是多少？",
        )

    def solution(self, s: GridSample) -> Text:
        row, col = _pixel(s.v, len(s.x), align=s.align_corners), _pixel(s.u, len(s.x[0]), align=s.align_corners)

        def step(coordinate: float, size: int, where: float) -> str:
            if s.align_corners:
                return rf"({num(coordinate)} + 1) \cdot {size - 1} / 2 = {num(where)}"
            return rf"(({num(coordinate)} + 1) \cdot {size} - 1) / 2 = {num(where)}"

        cols, rows, mixed = step(s.u, len(s.x[0]), col), step(s.v, len(s.x), row), _blend(s.x, row, col, zeros=True)
        return Text(f"Column ${cols}$, row ${rows}$.\n\n{mixed}", f"列 ${cols}$，行 ${rows}$。\n\n{mixed}")


MODEL = ItemModel(
    name="bilinear_sample",
    version=1,
    topic="values",
    title=Text("A pixel after bilinear interpolation", "双线性插值的一个像素"),
    questions=(Resized(), Point()),
)
