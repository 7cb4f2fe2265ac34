"""One output of a median filter, in one pass or in two."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid
from quizcv.items.values._matrices import FROM_0, cell, draw_matrix, place
from quizcv.items.values.max_pool_value import cells
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.filters import MedianValue, SeparableMedian


def _rows(s: MedianValue) -> list[list[int]]:
    """The window, row by row, zeros outside."""
    top, left = s.row - s.padding, s.col - s.padding
    return [[cell(s.x, top + i, left + j) for j in range(s.kernel)] for i in range(s.kernel)]


def _all(s: MedianValue) -> list[int]:
    return [value for row in _rows(s) for value in row]


def _middle(values: list[int]) -> int:
    """The middle of the sorted values; of two the lower, like torch."""
    return sorted(values)[(len(values) - 1) // 2]


def _mean(s: MedianValue) -> int | None:
    return sum(_all(s)) // s.kernel**2 if sum(_all(s)) % s.kernel**2 == 0 else None


def _padding(s: MedianValue) -> Text:
    zeros = (" with zeros", "（补 0）") if s.padding else ("", "")
    return Text(f"padding {s.padding}{zeros[0]}", f"填充 {s.padding}{zeros[1]}")


class Median(Question[MedianValue]):
    """Source: Tukey 1971; windows by Tensor.unfold, Tensor.median."""

    spec = MedianValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = Text("number $(k^2 + 1)/2$ of the $k^2$ sorted values", "$k^2$ 个值排序后的第 $(k^2 + 1)/2$ 个")
    mistakes = (
        Mistake(
            "The values were not sorted: that is the centre of the window.",
            "没有排序：这是窗口中心的值。",
            lambda s: _all(s)[s.kernel**2 // 2],
        ),
        Mistake("That is the maximum of the window.", "这是窗口的最大值。", lambda s: max(_all(s))),
        Mistake("That is the mean of the window.", "这是窗口的均值。", _mean),
        Mistake(
            "The padded zeros were left out; they are sorted with the others.",
            "漏了填充的零；它们也参与排序。",
            lambda s: _middle(cells(s.x, s.kernel, s.row, s.col, 1, s.padding)),
        ),
        Mistake(
            "One place too high in the sorted row: the middle of k² values is number (k² + 1)/2.",
            "在排序中多数了一位：k² 个值的中间是第 (k² + 1)/2 个。",
            lambda s: sorted(_all(s))[s.kernel**2 // 2 + 1],
        ),
        Mistake(
            "One place too low in the sorted row: the middle of k² values is number (k² + 1)/2.",
            "在排序中少数了一位：k² 个值的中间是第 (k² + 1)/2 个。",
            lambda s: sorted(_all(s))[s.kernel**2 // 2 - 1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> MedianValue | None:
        size, padding = (4, 0) if level == 1 else (4, 1)
        last = size + 2 * padding - 3
        x = draw_matrix(draw, size, size, -9 if level == 2 else 0, 20)
        return MedianValue(x, 3, draw.integer(0, last), draw.integer(0, last), padding)

    def formula(self, s: MedianValue) -> int:
        return _middle(_all(s))

    def stem(self, s: MedianValue) -> Text:
        at, size, padding = place(s.row, s.col), by(s.kernel, s.kernel), _padding(s)
        return Text(
            f"A median filter (window {size}, stride 1, {padding.en}) reads this image:{grid(s.x)}Its first window lies "
            f"in the top left corner of the padded image. What is the output at {at.en} {FROM_0.en}?",
            f"中值滤波（窗口 {size}，步长 1，{padding.zh}）的输入图像为：{grid(s.x)}第一个窗口位于填充后图像的左上角。"
            f"输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: MedianValue) -> Text:
        listed = ", ".join(map(str, sorted(_all(s))))
        place_ = s.kernel**2 // 2 + 1
        return Text(
            f"With padding {s.padding} the {by(s.kernel, s.kernel)} window (kernel {s.kernel}) of ({s.row}, {s.col}) holds, "
            f"sorted: {listed}.\n\n"
            f"Number {place_} of {s.kernel**2}: {self.formula(s)}.",
            f"填充 {s.padding}，({s.row}, {s.col}) 的 {by(s.kernel, s.kernel)} 窗口（核大小 {s.kernel}）排序后为：{listed}。\n\n"
            f"{s.kernel**2} 个中的第 {place_} 个：{self.formula(s)}。",
        )


def _twice(rows: list[list[int]]) -> int:
    return _middle([_middle(row) for row in rows])


class Separable(Question[SeparableMedian]):
    """A cheaper filter that is not the same: the median does not separate."""

    spec = SeparableMedian
    answer = Integer(signed=True)
    levels = (3,)
    find = "separable"
    rule = Text("the median of the medians of the window's rows", "窗口各行中值的中值")
    mistakes = (
        Mistake(
            "That is the median of the whole window; the median of the rows' medians need not be the same.",
            "这是整个窗口的中值；各行中值的中值不一定相同。",
            lambda s: _middle(_all(s)),
        ),
        Mistake(
            "The columns were taken first; the order matters.",
            "先沿列取了中值；顺序会影响结果。",
            lambda s: _twice([list(column) for column in zip(*_rows(s), strict=True)]),
        ),
        Mistake(
            "Only the pass along the rows was made; one along the columns follows.",
            "只做了沿行的一遍；还要沿列再做一遍。",
            lambda s: _middle(_rows(s)[s.kernel // 2]),
        ),
        Mistake(
            "That is the mean of the rows' medians; the second pass takes their median.",
            "这是各行中值的均值；第二遍应取它们的中值。",
            lambda s: total // s.kernel if (total := sum(_middle(row) for row in _rows(s))) % s.kernel == 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeparableMedian | None:
        padding = draw.integer(0, 1)
        last = 4 + 2 * padding - 3
        s = SeparableMedian(draw_matrix(draw, 4, 4, 0, 30), 3, draw.integer(0, last), draw.integer(0, last), padding)
        return s if _twice(_rows(s)) != _middle(_all(s)) else None

    def formula(self, s: SeparableMedian) -> int:
        return _twice(_rows(s))

    def stem(self, s: SeparableMedian) -> Text:
        at, wide, high, padding = place(s.row, s.col), by(1, s.kernel), by(s.kernel, 1), _padding(s)
        return Text(
            f"An image ({padding.en}) is filtered twice with stride 1: first with the median of {wide} windows (along "
            f"the rows), then the result with the median of {high} windows (along the columns). The image is{grid(s.x)}What is the "
            f"output at {at.en} {FROM_0.en}?",
            f"对图像（{padding.zh}）以步长 1 做两遍滤波：先取 {wide} 窗口（沿行）的中值，再对结果取 {high} 窗口"
            f"（沿列）的中值。图像为：{grid(s.x)}输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: SeparableMedian) -> Text:
        medians = [_middle(row) for row in _rows(s)]
        listed = ", ".join(map(str, medians))
        return Text(
            f"The rows of the window at ({s.row}, {s.col}) (kernel {s.kernel}, padding {s.padding}) have the medians "
            f"{listed}.\n\nTheir median: "
            f"{self.formula(s)}.",
            f"({s.row}, {s.col}) 处窗口（核大小 {s.kernel}，填充 {s.padding}）各行的中值为 {listed}。\n\n它们的中值：{self.formula(s)}。",
        )


MODEL = ItemModel(
    name="median_filter_value",
    version=1,
    topic="values",
    title=Text("Median filter", "中值滤波"),
    questions=(Median(), Separable()),
)
