"""One output of a dilated convolution, and the dilation behind a given one."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid
from quizcv.items.values._conv import conv, options, unpadded, window
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
from quizcv.specs.values import ConvValue, DilatedValue, FoundDilation

DILATIONS = (1, 2, 3)


def _with(s: ConvValue, dilation: int) -> int:
    return s.bias + correlate(s.x, s.weight, s.row, s.col, s.stride, s.padding, dilation)


class Dilated(Question[DilatedValue]):
    """Source: documentation of torch.nn.Conv2d; Yu and Koltun 2016."""

    spec = DilatedValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$y_{r,c} = b + \sum_{i,j} w_{i,j} \, x_{rs-p+di, cs-p+dj}$"
    mistakes = (
        Mistake(
            "The dilation was ignored: neighbouring weights meet cells d apart.",
            "忽略了膨胀率：相邻的权重对应相隔 d 的像素。",
            lambda s: _with(s, 1),
        ),
        Mistake(
            "d cells were put between the weights; dilation d leaves d − 1 between them.",
            "在权重之间空了 d 格；膨胀率 d 只空 d − 1 格。",
            lambda s: _with(s, s.dilation + 1),
        ),
        Mistake(FLIP_EN, FLIP_ZH, lambda s: conv(s, weight=flipped(s.weight))),
        Mistake(
            "The dilation was taken for the stride: it spreads the kernel, not the windows.",
            "把膨胀率当成了步长：它拉开的是卷积核，而不是窗口。",
            lambda s: s.bias + correlate(s.x, s.weight, s.row, s.col, s.dilation, s.padding),
        ),
        Mistake(
            "The padding was left out: the first windows begin in the zeros.",
            "没有算上填充：最前面的窗口从填充的 0 开始。",
            unpadded,
        ),
        Mistake("The bias was left out.", "漏加了偏置。", lambda s: conv(s) - s.bias),
    )

    def sample(self, draw: Draw, level: int) -> DilatedValue | None:
        if level == 1:
            size, kernel, stride, padding, bias, dilation = draw.choice((4, 5)), 2, 1, 0, 0, 2
        else:
            size, kernel, dilation = draw.choice(((5, 3, 2), (5, 2, 2), (5, 2, 3)))
            stride, padding, bias = draw.integer(1, 2), draw.integer(0, 2), draw.integer(-3, 3)
        x = draw_matrix(draw, size, size, 0 if level == 1 else -3, 5)
        last = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride
        at = draw.integer(0, last), draw.integer(0, last)
        s = DilatedValue(x, draw_matrix(draw, kernel, kernel, -3, 3), *at, stride, padding, dilation, bias)
        return s if conv(s) != _with(s, 1) else None

    def formula(self, s: DilatedValue) -> int:
        return conv(s)

    def stem(self, s: DilatedValue) -> Text:
        set_, at = options(s), place(s.row, s.col)
        return Text(
            f"`nn.Conv2d` with one input and one output channel (dilation {s.dilation}, {set_.en}) reads this input:{grid(s.x)}"
            f"Its kernel is{grid(s.weight)}What is the output at {at.en} {FROM_0.en}?",
            f"单输入、单输出通道的 `nn.Conv2d`（膨胀率 {s.dilation}，{set_.zh}）的输入为：{grid(s.x)}卷积核为：{grid(s.weight)}"
            f"输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: DilatedValue) -> Text:
        where = window(s)
        pairs = products(s.x, s.weight, s.row, s.col, s.stride, s.padding, s.dilation)
        steps = f"{sum_of(pairs)} + {s.bias if s.bias >= 0 else f'({s.bias})'} = {conv(s)}"
        return Text(
            f"{where.en}\n\nWith dilation {s.dilation} the weights meet cells {s.dilation} apart; plus the bias {s.bias}: ${steps}$.",
            f"{where.zh}\n\n膨胀率 {s.dilation}：相邻权重对应的像素相隔 {s.dilation}；再加偏置 {s.bias}：${steps}$。",
        )


class WhichDilation(Question[FoundDilation]):
    """The dilation, out of three, that gives an output."""

    spec = FoundDilation
    answer = Integer()
    levels = (3,)
    find = "dilation"
    rule = r"$y_{r,c} = \sum_{i,j} w_{i,j} \, x_{r+di, c+dj}$, $d = 1, 2, 3$"
    mistakes = (
        Mistake(
            "That is the number of cells left between two weights; dilation d leaves d − 1.",
            "这是两个权重之间空出的格数；膨胀率 d 空出 d − 1 格。",
            lambda s: _fitting(s) - 1,
        ),
        Mistake(
            "That is the width the kernel spans, d(k − 1) + 1.",
            "这是卷积核跨越的宽度 d(k − 1) + 1。",
            lambda s: _fitting(s) * (len(s.weight) - 1) + 1,
        ),
        Mistake(
            "This dilation gives another output; neighbouring weights meet cells d rows or columns apart.",
            "这个膨胀率得到的是另一个输出值；相邻权重对应的像素相隔 d 行或 d 列。",
            lambda s: _fitting(s) % 3 + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> FoundDilation | None:
        x, weight = draw_matrix(draw, 5, 5, -3, 5), draw_matrix(draw, 2, 2, -3, 3)
        row, col = draw.integer(0, 1), draw.integer(0, 1)
        outputs = [correlate(x, weight, row, col, dilation=d) for d in DILATIONS]
        s = FoundDilation(x, weight, row, col, draw.choice(outputs))
        return s if len(set(outputs)) == len(outputs) else None

    def formula(self, s: FoundDilation) -> int:
        return _fitting(s)

    def stem(self, s: FoundDilation) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"A convolution (cross-correlation, one channel, stride 1, no padding, no bias) reads this input:{grid(s.x)}Its kernel "
            f"is{grid(s.weight)}Its output at {at.en} is {s.y} {FROM_0.en}. The dilation is 1, 2 or 3: which one?",
            f"卷积（互相关，单通道，步长 1，无填充，无偏置）的输入为：{grid(s.x)}卷积核为：{grid(s.weight)}"
            f"输出{at.zh}的值为 {s.y}{FROM_0.zh}。膨胀率是 1、2、3 中的哪一个？",
        )

    def solution(self, s: FoundDilation) -> Text:
        lines = [
            f"$d = {d}$: ${sum_of(products(s.x, s.weight, s.row, s.col, dilation=d))} "
            f"= {correlate(s.x, s.weight, s.row, s.col, dilation=d)}$"
            for d in DILATIONS
        ]
        listed = "\n\n".join(lines)
        return Text(
            f"The output at ({s.row}, {s.col}) with each dilation:\n\n{listed}\n\n{s.y} comes from dilation {_fitting(s)}.",
            f"各膨胀率在 ({s.row}, {s.col}) 处的输出：\n\n{listed.replace('$: $', '$：$')}\n\n{s.y} 对应膨胀率 {_fitting(s)}。",
        )


def _fitting(s: FoundDilation) -> int:
    return next((d for d in DILATIONS if correlate(s.x, s.weight, s.row, s.col, dilation=d) == s.y), 0)


MODEL = ItemModel(
    name="dilated_value",
    version=1,
    topic="values",
    title=Text("One output of a dilated convolution", "膨胀卷积的一个输出值"),
    questions=(Dilated(), WhichDilation()),
)
