"""A pixel of an image resized with the nearest pixel, and a convolution behind it."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid
from quizcv.items.values._matrices import (
    FLIP_EN,
    FLIP_ZH,
    FROM_0,
    correlate,
    draw_matrix,
    flipped,
    place,
    products,
    sum_of,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.sampling import MODES, NearestValue, ResizeConv


def _source(index: int, size: int, out: int, mode: str) -> int:
    return (2 * index + 1) * size // (2 * out) if mode == "nearest-exact" else index * size // out


def _at(s: NearestValue, mode: str) -> int:
    row, col = _source(s.row, len(s.x), s.height, mode), _source(s.col, len(s.x[0]), s.width, mode)
    return s.x[row][col]


def _corners(s: NearestValue) -> int | None:
    """With the corners aligned, as bilinear resizing may do."""
    if min(s.height, s.width) < 2:
        return None
    row = round(s.row * (len(s.x) - 1) / (s.height - 1))
    return s.x[row][round(s.col * (len(s.x[0]) - 1) / (s.width - 1))]


def _up(s: NearestValue) -> int:
    """Rounded up, at most to the last pixel."""
    half = int(s.mode == "nearest-exact")
    row, col = (
        -(-(2 * s.row + half) * len(s.x) // (2 * s.height)),
        -(-(2 * s.col + half) * len(s.x[0]) // (2 * s.width)),
    )
    return s.x[min(row, len(s.x) - 1)][min(col, len(s.x[0]) - 1)]


def _before(s: NearestValue) -> int:
    """The output one row and one column before."""
    return s.x[_source(s.row - 1, len(s.x), s.height, s.mode)][_source(s.col - 1, len(s.x[0]), s.width, s.mode)]


def _swapped(s: NearestValue) -> int | None:
    """The output at (col, row), if there is one."""
    if s.col >= s.height or s.row >= s.width:
        return None
    return s.x[_source(s.col, len(s.x), s.height, s.mode)][_source(s.row, len(s.x[0]), s.width, s.mode)]


class Nearest(Question[NearestValue]):
    """Source: documentation of torch.nn.functional.interpolate."""

    spec = NearestValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"`nearest`: $\lfloor i L / o \rfloor$; `nearest-exact`: $\lfloor (i + 0.5) L / o \rfloor$"
    mistakes = (
        Mistake(
            "`nearest` reads the source index ⌊i·L/o⌋, `nearest-exact` ⌊(i + 0.5)·L/o⌋; the one was taken for the other.",
            "两种模式混淆了：`nearest` 的源下标是 ⌊i·L/o⌋，`nearest-exact` 是 ⌊(i + 0.5)·L/o⌋。",
            lambda s: _at(s, "nearest" if s.mode == "nearest-exact" else "nearest-exact"),
        ),
        Mistake(
            "The source index was rounded up; it is rounded down.",
            "源下标向上取整了；应向下取整。",
            _up,
        ),
        Mistake(
            "The corners were aligned; nearest resizing does not do that.",
            "按对齐角点计算了；最近邻插值不对齐角点。",
            _corners,
        ),
        Mistake(
            "Row and column were swapped: the row comes first.",
            "行和列弄反了：先行后列。",
            _swapped,
        ),
        Mistake(
            "Row and column were counted from 1; both are counted from 0.",
            "行列从 1 数起了；都应从 0 数起。",
            lambda s: _before(s) if s.row and s.col else None,
        ),
        Mistake(
            "The output index was used as it is; it has to be scaled to the input.",
            "直接用了输出下标；要先换算到输入。",
            lambda s: s.x[s.row][s.col] if s.row < len(s.x) and s.col < len(s.x[0]) else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NearestValue | None:
        size = draw.integer(2, 4)
        height, width = (2 * size, 2 * size) if level == 1 else (draw.integer(2, 9), draw.integer(2, 9))
        values = draw.sample(range(-20, 60), size * size)
        x = tuple(values[row * size : (row + 1) * size] for row in range(size))
        mode = draw.choice(MODES) if level == 2 else MODES[0]
        s = NearestValue(x, height, width, draw.integer(0, height - 1), draw.integer(0, width - 1), mode)
        return s if s.row + s.col and (level == 1 or size not in (height, width)) else None

    def formula(self, s: NearestValue) -> int:
        return _at(s, s.mode)

    def stem(self, s: NearestValue) -> Text:
        at, sizes = place(s.row, s.col), (by(len(s.x), len(s.x[0])), by(s.height, s.width))
        return Text(
            f'`F.interpolate(x, size=({s.height}, {s.width}), mode="{s.mode}")` resizes this {sizes[0]} image to {sizes[1]}:{grid(s.x)}'
            f"What is the output at {at.en} {FROM_0.en}?",
            f'`F.interpolate(x, size=({s.height}, {s.width}), mode="{s.mode}")` 把这幅 {sizes[0]} 的图像缩放为 {sizes[1]}：{grid(s.x)}'
            f"输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: NearestValue) -> Text:
        def step(index: int, size: int, out: int) -> str:
            inner = f"({index} + 0.5)" if s.mode == "nearest-exact" else str(index)
            return rf"\lfloor {inner} \cdot {size} / {out} \rfloor = {_source(index, size, out, s.mode)}"

        rows, cols = step(s.row, len(s.x), s.height), step(s.col, len(s.x[0]), s.width)
        return Text(
            f"`{s.mode}`: source row ${rows}$, source column ${cols}$. The pixel there is {_at(s, s.mode)}.",
            f"`{s.mode}`：源行 ${rows}$，源列 ${cols}$。该处的值为 {_at(s, s.mode)}。",
        )


def _large(s: ResizeConv) -> Matrix:
    return tuple(
        tuple(s.x[row // s.scale][col // s.scale] for col in range(len(s.x[0]) * s.scale))
        for row in range(len(s.x) * s.scale)
    )


class Enlarged(Question[ResizeConv]):
    """Source: Odena et al. 2016: resize, then convolve, instead of a transposed convolution."""

    spec = ResizeConv
    answer = Integer(signed=True)
    levels = (3,)
    find = "resize_conv"
    rule = r"$y_{r,c} = \sum_{i,j} w_{i,j} \, x_{\lfloor (r+i)/s \rfloor, \lfloor (c+j)/s \rfloor}$"
    mistakes = (
        Mistake(FLIP_EN, FLIP_ZH, lambda s: correlate(_large(s), flipped(s.weight), s.row, s.col)),
        Mistake(
            "The convolution was applied to the small image; it reads the enlarged one.",
            "对原图做了卷积；应对放大后的图做。",
            lambda s: _small(s),
        ),
        Mistake(
            "Zeros were put between the pixels, as in a transposed convolution; nearest resizing repeats them.",
            "像转置卷积那样在像素之间插了零；最近邻放大是重复像素。",
            lambda s: correlate(_spread(s), s.weight, s.row, s.col),
        ),
        Mistake(
            "The source pixel of the window's corner was taken for the whole window.",
            "整个窗口都用了左上角的源像素。",
            lambda s: s.x[s.row // s.scale][s.col // s.scale] * sum(map(sum, s.weight)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ResizeConv | None:
        size, scale, kernel = draw.choice(((2, 2, 2), (3, 2, 2), (2, 2, 3), (3, 2, 3), (2, 3, 3)))
        last = size * scale - kernel
        x, weight = draw_matrix(draw, size, size, -3, 6), draw_matrix(draw, kernel, kernel, -3, 3)
        s = ResizeConv(x, scale, weight, draw.integer(0, last), draw.integer(0, last))
        straddles = s.row // scale != (s.row + kernel - 1) // scale and s.col // scale != (s.col + kernel - 1) // scale
        return s if straddles else None

    def formula(self, s: ResizeConv) -> int:
        return correlate(_large(s), s.weight, s.row, s.col)

    def stem(self, s: ResizeConv) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"An image is enlarged by a factor of {s.scale} in height and width (nearest neighbour), then convolved (`nn.Conv2d`, one "
            f"channel, stride 1, no padding, no bias). The image is{grid(s.x)}The kernel is{grid(s.weight)}What is the output at {at.en} "
            f"{FROM_0.en}?",
            f"图像先用最近邻插值把高、宽各放大 {s.scale} 倍，再做卷积（`nn.Conv2d`，单通道，步长 1，无填充，无偏置）。图像为：{grid(s.x)}"
            f"卷积核为：{grid(s.weight)}输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: ResizeConv) -> Text:
        steps = f"{sum_of(products(_large(s), s.weight, s.row, s.col))} = {self.formula(s)}"
        return Text(
            f"Enlarged by {s.scale}, each pixel fills {by(s.scale, s.scale)} cells; the window at ({s.row}, {s.col}): ${steps}$.",
            f"放大 {s.scale} 倍后，每个像素占 {by(s.scale, s.scale)} 格；({s.row}, {s.col}) 处的窗口：${steps}$。",
        )


def _small(s: ResizeConv) -> int | None:
    """The convolution of the small image at the corresponding place; None where the kernel does not fit."""
    row, col, size = s.row // s.scale, s.col // s.scale, len(s.weight)
    return correlate(s.x, s.weight, row, col) if row + size <= len(s.x) and col + size <= len(s.x[0]) else None


def _spread(s: ResizeConv) -> Matrix:
    """Zeros between the pixels."""
    return tuple(
        tuple(
            0 if row % s.scale or col % s.scale else s.x[row // s.scale][col // s.scale]
            for col in range(len(s.x[0]) * s.scale)
        )
        for row in range(len(s.x) * s.scale)
    )


MODEL = ItemModel(
    name="nearest_value",
    version=1,
    topic="values",
    title=Text("A pixel after nearest-neighbour resizing", "最近邻缩放后的一个像素"),
    questions=(Nearest(), Enlarged()),
)
