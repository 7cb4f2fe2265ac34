"""The weight behind an output of a convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import (
    Mistake,
    Question,
)
from quizcv.items.text import (
    grid,
    signed,
)
from quizcv.items.values._conv import (
    conv,
    options,
    window,
)
from quizcv.items.values._matrices import (
    FLIP_EN,
    FLIP_ZH,
    FROM_0,
    correlate,
    draw_matrix,
    flipped,
    holed,
    place,
    products,
    sum_of,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.values import (
    ConvMissingWeight,
)


class MissingWeight(Question[ConvMissingWeight]):
    """The same sum solved for one weight."""

    spec = ConvMissingWeight
    answer = Integer(signed=True)
    levels = (3,)
    find = "weight"
    rule = Text(
        r"$w = (y - b - \sum_{\mathrm{known}} w_{i,j} x_{i,j}) / x$",
        r"$w = (y - b - \sum_{\text{已知}} w_{i,j} x_{i,j}) / x$",
    )
    mistakes = (
        Mistake(
            "That is what the missing weight has to contribute; it still has to be divided by its input cell.",
            "这是缺失权重应贡献的乘积；还要除以对应的输入值。",
            lambda s: s.y - conv(s),
        ),
        Mistake("The bias was not subtracted.", "没有减去偏置。", lambda s: _solved(s, s.y + s.bias)),
        Mistake("The sign is wrong: y minus the known part.", "符号错了：应为 y 减去已知部分。", lambda s: -_weight(s)),
        Mistake(
            "The known products were not subtracted from the output.",
            "没有从输出中减去已知的乘积。",
            lambda s: _whole(s.y - s.bias, _met(s)),
        ),
        Mistake(FLIP_EN, FLIP_ZH, lambda s: _flipped_weight(s)),
    )

    def sample(self, draw: Draw, level: int) -> ConvMissingWeight | None:
        size, kernel = draw.choice(((4, 2), (4, 3), (5, 3)))
        stride, padding, bias = draw.integer(1, 2), draw.integer(0, 1), draw.integer(-3, 3)
        x, weight = draw_matrix(draw, size, size, -3, 5), draw_matrix(draw, kernel, kernel, -4, 4)
        last = (size + 2 * padding - kernel) // stride
        row, col = draw.integer(0, last), draw.integer(0, last)
        hole = draw.integer(0, kernel - 1), draw.integer(0, kernel - 1)
        y = bias + correlate(x, weight, row, col, stride, padding)
        rest = tuple(tuple(0 if (i, j) == hole else w for j, w in enumerate(line)) for i, line in enumerate(weight))
        s = ConvMissingWeight(x, rest, row, col, stride, padding, 1, bias, *hole, y)
        return s if _met(s) else None

    def formula(self, s: ConvMissingWeight) -> int:
        return _weight(s)

    def stem(self, s: ConvMissingWeight) -> Text:
        set_, at = options(s), place(s.row, s.col)
        shown = holed(s.weight, s.hole_row, s.hole_col)
        return Text(
            f"`nn.Conv2d` with one input and one output channel ({set_.en}, dilation {s.dilation}) reads this input:{grid(s.x)}"
            f"One weight of its kernel, that at row {s.hole_row}, column {s.hole_col}, is unknown:{shown}The output at {at.en} "
            f"is {s.y} {FROM_0.en}. What is the unknown weight?",
            f"单输入、单输出通道的 `nn.Conv2d`（{set_.zh}，膨胀率 {s.dilation}）的输入为：{grid(s.x)}"
            f"卷积核第 {s.hole_row} 行第 {s.hole_col} 列的权重未知：{shown}已知输出{at.zh}的值为 {s.y}{FROM_0.zh}。未知的权重是多少？",
        )

    def solution(self, s: ConvMissingWeight) -> Text:
        where, hole = window(s), s.hole_row * len(s.weight[0]) + s.hole_col
        pairs = products(s.x, s.weight, s.row, s.col, s.stride, s.padding, s.dilation)
        known = f"{sum_of([p for at, p in enumerate(pairs) if at != hole])} + {signed(s.bias)} = {conv(s)}"
        steps = f"({s.y} - {signed(conv(s))}) / {signed(_met(s))} = {_weight(s)}"
        return Text(
            f"{where.en}\n\nThe known part (dilation {s.dilation}) with the bias {s.bias}: ${known}$. The weight at "
            f"({s.hole_row}, {s.hole_col}) meets the cell {_met(s)}: ${steps}$.",
            f"{where.zh}\n\n已知部分（膨胀率 {s.dilation}）加偏置 {s.bias}：${known}$。位于 ({s.hole_row}, {s.hole_col}) 的权重"
            f"对应的输入值为 {_met(s)}：${steps}$。",
        )


def _met(s: ConvMissingWeight) -> int:
    """The input cell that the missing weight meets."""
    pairs = products(s.x, s.weight, s.row, s.col, s.stride, s.padding, s.dilation)
    return pairs[s.hole_row * len(s.weight[0]) + s.hole_col][1]


def _whole(left: int, factor: int) -> int | None:
    return left // factor if factor and left % factor == 0 else None


def _solved(s: ConvMissingWeight, y: int) -> int | None:
    """The weight for another output."""
    return _whole(y - conv(s), _met(s))


def _weight(s: ConvMissingWeight) -> int:
    return (s.y - conv(s)) // _met(s)


def _flipped_weight(s: ConvMissingWeight) -> int | None:
    pairs = products(s.x, flipped(s.weight), s.row, s.col, s.stride, s.padding, s.dilation)
    met = pairs[len(pairs) - 1 - (s.hole_row * len(s.weight[0]) + s.hole_col)][1]
    return _whole(s.y - conv(s, weight=flipped(s.weight)), met)
