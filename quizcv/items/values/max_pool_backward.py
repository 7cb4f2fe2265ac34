"""The gradient that max pooling passes to one input cell."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, signed
from quizcv.items.values._matrices import FROM_0, draw_matrix, place
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.pools import MaxPoolBackward, MaxPoolRouted


def _winner(x: Matrix, kernel: int, stride: int, row: int, col: int) -> tuple[int, int]:
    """Where the largest cell of a window stands."""
    places = ((row * stride + i, col * stride + j) for i in range(kernel) for j in range(kernel))
    return max(places, key=lambda at: x[at[0]][at[1]])


def _arriving(s: MaxPoolBackward) -> list[int]:
    """The upstream gradients whose window the cell wins."""
    return [
        grad
        for i, line in enumerate(s.grad)
        for j, grad in enumerate(line)
        if _winner(s.x, s.kernel, s.stride, i, j) == (s.row, s.col)
    ]


def _covering(s: MaxPoolBackward) -> list[int]:
    """The upstream gradients whose window covers the cell."""
    return [
        grad
        for i, line in enumerate(s.grad)
        for j, grad in enumerate(line)
        if 0 <= s.row - i * s.stride < s.kernel and 0 <= s.col - j * s.stride < s.kernel
    ]


def _distinct(draw: Draw, size: int) -> Matrix:
    values = draw.sample(range(-9, 31), size * size)
    return tuple(values[row * size : (row + 1) * size] for row in range(size))


class Routed(Question[MaxPoolBackward]):
    """Source: the derivative of the maximum: 1 for the cell that wins, 0 for the others."""

    spec = MaxPoolBackward
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = Text(
        r"$\partial L/\partial x = \sum g$ over the windows whose maximum the cell is",
        r"$\partial L/\partial x = \sum g$，对以该像素为最大值的窗口求和",
    )
    mistakes = (
        Mistake(
            "Every window that covers the cell was counted; only those whose maximum it is pass their gradient on.",
            "把所有覆盖该像素的窗口都算上了；只有以它为最大值的窗口才把梯度传给它。",
            lambda s: sum(_covering(s)),
        ),
        Mistake(
            "Only one window was counted; the gradients of all windows whose maximum the cell is add up.",
            "只算了一个窗口；所有以该像素为最大值的窗口的梯度要相加。",
            lambda s: _arriving(s)[0] if len(_arriving(s)) > 1 else None,
        ),
        Mistake(
            "Only a cell that is the maximum of no window gets 0; this one is the maximum of a window.",
            "只有不是任何窗口最大值的像素，梯度才为 0；这个像素是窗口的最大值。",
            lambda s: 0,
        ),
        Mistake(
            "The gradient was shared out as in average pooling; max pooling gives all of it to the maximum.",
            "像平均池化那样分摊了梯度；最大池化把梯度全部传给最大值。",
            lambda s: sum(_covering(s)) // s.kernel**2 if sum(_covering(s)) % s.kernel**2 == 0 else None,
        ),
        Mistake(
            "The gradient was multiplied by the cell's value; the derivative of the maximum is 1.",
            "乘上了该像素的值；最大值的导数是 1。",
            lambda s: s.x[s.row][s.col] * sum(_arriving(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MaxPoolBackward | None:
        size, kernel, stride = (4, 2, 2) if level == 1 else draw.choice(((3, 2, 1), (4, 2, 1), (5, 3, 1), (5, 3, 2)))
        x, out = _distinct(draw, size), (size - kernel) // stride + 1
        grad = draw_matrix(draw, out, out, -5, 9)
        if level == 1 and draw.chance(0.2):
            at = draw.integer(0, size - 1), draw.integer(0, size - 1)
        else:
            at = _winner(x, kernel, stride, draw.integer(0, out - 1), draw.integer(0, out - 1))
        s = MaxPoolBackward(x, grad, kernel, *at, stride)
        return s if level == 1 or len(_arriving(s)) > 1 else None

    def formula(self, s: MaxPoolBackward) -> int:
        return sum(_arriving(s))

    def stem(self, s: MaxPoolBackward) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"`nn.MaxPool2d({s.kernel}, stride={s.stride})` reads this input:{grid(s.x)}The gradient of the loss with respect to its "
            f"output is{grid(s.grad)}What is the gradient of the loss with respect to the input cell at "
            f"{at.en} {FROM_0.en}?",
            f"`nn.MaxPool2d({s.kernel}, stride={s.stride})` 的输入为：{grid(s.x)}损失对其输出的梯度为：{grid(s.grad)}"
            f"损失对输入{at.zh}的像素的梯度是多少{FROM_0.zh}？",
        )

    def solution(self, s: MaxPoolBackward) -> Text:
        arriving, value = _arriving(s), s.x[s.row][s.col]
        key = self.formula(s)
        steps = f"{' + '.join(map(signed, arriving))} = {key}" if len(arriving) > 1 else str(key)
        return Text(
            f"Windows (kernel {s.kernel}, stride {s.stride}) that cover the cell ({s.row}, {s.col}), value {value}: "
            f"{len(_covering(s))}. It is the largest in {len(arriving)} of them.\n\nThe upstream gradients of these add up to ${steps}$.",
            f"覆盖像素 ({s.row}, {s.col})（值 {value}）的窗口（核大小 {s.kernel}，步长 {s.stride}）有 {len(_covering(s))} 个，"
            f"它在其中 {len(arriving)} 个里是最大值。\n\n后者的上游梯度之和为 ${steps}$。",
        )


def _places(s: MaxPoolRouted) -> list[tuple[int, int]]:
    """The winner of every window."""
    high, wide = (len(s.x) - s.kernel) // s.stride + 1, (len(s.x[0]) - s.kernel) // s.stride + 1
    return [_winner(s.x, s.kernel, s.stride, row, col) for row in range(high) for col in range(wide)]


class Count(Question[MaxPoolRouted]):
    """How many cells win at least one window."""

    spec = MaxPoolRouted
    answer = Integer()
    levels = (3,)
    find = "cells"
    rule = Text("the number of different cells that are the maximum of a window", "作为某个窗口最大值的不同像素的个数")
    mistakes = (
        Mistake(
            "That is the number of windows; where they overlap one cell may be the maximum of several.",
            "这是窗口的个数；窗口重叠时，同一像素可能是多个窗口的最大值。",
            lambda s: len(_places(s)),
        ),
        Mistake(
            "That is the number of all cells; those that are the maximum of no window get nothing.",
            "这是全部像素的个数；不是任何窗口最大值的像素得不到梯度。",
            lambda s: len(s.x) * len(s.x[0]),
        ),
        Mistake(
            "Cells that are the maximum of several windows were not counted; they get the sum.",
            "漏数了同时是多个窗口最大值的像素；它们得到梯度之和。",
            lambda s: sum(_places(s).count(at) == 1 for at in set(_places(s))),
        ),
        Mistake(
            "Only cells that are the maximum of several windows were counted; one window is enough.",
            "只数了同时是多个窗口最大值的像素；是一个窗口的最大值就有梯度。",
            lambda s: sum(_places(s).count(at) > 1 for at in set(_places(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MaxPoolRouted | None:
        size, kernel, stride = draw.choice(((4, 2, 1), (4, 3, 1), (5, 3, 1), (5, 3, 2)))
        s = MaxPoolRouted(_distinct(draw, size), kernel, stride)
        return s if len(set(_places(s))) < len(_places(s)) else None

    def formula(self, s: MaxPoolRouted) -> int:
        return len(set(_places(s)))

    def stem(self, s: MaxPoolRouted) -> Text:
        return Text(
            f"`nn.MaxPool2d({s.kernel}, stride={s.stride})` reads this input:{grid(s.x)}The gradient of the loss with respect to every "
            "one of its outputs is 1. How many input cells get a gradient other than 0?",
            f"`nn.MaxPool2d({s.kernel}, stride={s.stride})` 的输入为：{grid(s.x)}损失对它的每个输出的梯度都是 1。"
            "有多少个输入像素得到非零的梯度？",
        )

    def solution(self, s: MaxPoolRouted) -> Text:
        values = ", ".join(str(s.x[row][col]) for row, col in _places(s))
        return Text(
            f"Maxima of the {len(_places(s))} windows (kernel {s.kernel}, stride {s.stride}), row by row: {values}.\n\n"
            f"Different cells among them: {self.formula(s)}.",
            f"{len(_places(s))} 个窗口（核大小 {s.kernel}，步长 {s.stride}）逐行的最大值：{values}。\n\n其中不同的像素有 "
            f"{self.formula(s)} 个。",
        )


MODEL = ItemModel(
    name="max_pool_backward",
    version=1,
    topic="values",
    title=Text("Gradient through max pooling", "最大池化的反向传播"),
    questions=(Routed(), Count()),
)
