"""One output of a 2-D convolution, one missing weight of its kernel, and one output of two in a row."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import (
    ItemModel,
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
    unpadded,
    window,
)
from quizcv.items.values._matrices import (
    FLIP_EN,
    FLIP_ZH,
    FROM_0,
    correlate,
    draw_matrix,
    flipped,
    place,
    products,
    relu,
    sum_of,
    transposed,
)
from quizcv.items.values._missing_weight import MissingWeight
from quizcv.items.values._stacked_convs import Stacked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.values import (
    ConvValue,
)


class OutputPixel(Question[ConvValue]):
    """Source: documentation of torch.nn.Conv2d (the operator is the cross-correlation)."""

    spec = ConvValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$y_{r,c} = b + \sum_{i,j} w_{i,j} \, x_{rs-p+i, cs-p+j}$"
    mistakes = (
        Mistake(FLIP_EN, FLIP_ZH, lambda s: conv(s, weight=flipped(s.weight))),
        Mistake(
            "The kernel was transposed: its rows lie along the input's rows.",
            "把卷积核转置了；核的行与输入的行对应。",
            lambda s: conv(s, weight=transposed(s.weight)) if len(s.weight) == len(s.weight[0]) else None,
        ),
        Mistake(
            "The stride was ignored: output (r, c) starts at input row r·s − p.",
            "忽略了步长：输出 (r, c) 对应的窗口从输入第 r·s − p 行开始。",
            lambda s: conv(s, stride=1),
        ),
        Mistake(
            "The padding was left out: the first windows begin in the zeros.",
            "没有算上填充：最前面的窗口从填充的 0 开始。",
            unpadded,
        ),
        Mistake("The bias was left out.", "漏加了偏置。", lambda s: conv(s) - s.bias),
        Mistake("Row and column were swapped: the row comes first.", "行和列弄反了：先行后列。", lambda s: _swapped(s)),
        Mistake(
            "A ReLU was applied; the layer has none, so its output may be negative.",
            "用了 ReLU；该层没有激活函数，输出可以是负数。",
            lambda s: relu(conv(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvValue | None:
        if level == 1:
            size, kernel = draw.choice(((4, 2), (4, 3), (5, 3)))
            stride, padding, bias = 1, 0, 0
            x, weight = draw_matrix(draw, size, size, 0, 5), draw_matrix(draw, kernel, kernel, -2, 2)
        else:
            size, kernel = draw.choice(((4, 3), (5, 3), (5, 2)))
            stride, padding, bias = draw.integer(1, 2), draw.integer(0, 1), draw.integer(-3, 3)
            x, weight = draw_matrix(draw, size, size, -3, 5), draw_matrix(draw, kernel, kernel, -3, 3)
        last = (size + 2 * padding - kernel) // stride
        s = ConvValue(x, weight, draw.integer(0, last), draw.integer(0, last), stride, padding, 1, bias)
        return s if conv(s) != conv(s, weight=flipped(weight)) else None

    def formula(self, s: ConvValue) -> int:
        return conv(s)

    def stem(self, s: ConvValue) -> Text:
        en, zh = (option for option in (options(s).en, options(s).zh))
        at = place(s.row, s.col)
        return Text(
            f"`nn.Conv2d` with one input and one output channel ({en}, dilation {s.dilation}) reads this input:{grid(s.x)}"
            f"Its kernel is{grid(s.weight)}What is the output at {at.en} {FROM_0.en}?",
            f"单输入、单输出通道的 `nn.Conv2d`（{zh}，膨胀率 {s.dilation}）的输入为：{grid(s.x)}卷积核为：{grid(s.weight)}"
            f"输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: ConvValue) -> Text:
        where, pairs = window(s), products(s.x, s.weight, s.row, s.col, s.stride, s.padding, s.dilation)
        steps = f"{sum_of(pairs)} + {signed(s.bias)} = {conv(s)}"
        return Text(
            f"{where.en}\n\nWeights times cells (dilation {s.dilation}), plus the bias {s.bias}: ${steps}$.",
            f"{where.zh}\n\n权重与像素逐项相乘（膨胀率 {s.dilation}）再加偏置 {s.bias}：${steps}$。",
        )


def _swapped(s: ConvValue) -> int | None:
    """The output at (col, row), if there is one."""
    return s.bias + correlate(s.x, s.weight, s.col, s.row, s.stride, s.padding, s.dilation)


MODEL = ItemModel(
    name="conv_value",
    version=1,
    topic="values",
    title=Text("One output of a convolution", "卷积的一个输出值"),
    questions=(OutputPixel(), MissingWeight(), Stacked()),
)
