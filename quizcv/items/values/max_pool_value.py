"""One output of max pooling, alone and behind a convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid, vector
from quizcv.items.values._matrices import (
    FLIP_EN,
    FLIP_ZH,
    FROM_0,
    correlate,
    draw_matrix,
    flipped,
    place,
    relu,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix
from quizcv.specs.pools import ConvPool, MaxPoolValue


def cells(x: Matrix, kernel: int, row: int, col: int, stride: int, padding: int = 0) -> list[int]:
    """The real cells below a window."""
    top, left = row * stride - padding, col * stride - padding
    lines = x[max(0, top) : max(0, top + kernel)]
    return [cell for line in lines for cell in line[max(0, left) : max(0, left + kernel)]]


def _max(s: MaxPoolValue, stride: int) -> int | None:
    found = cells(s.x, s.kernel, s.row, s.col, stride, s.padding)
    return max(found) if found else None


def _unpadded(s: MaxPoolValue) -> int | None:
    """Without the padding; None where there is no such output."""
    found = cells(s.x, s.kernel, s.row, s.col, s.stride)
    return max(found) if s.padding and len(found) == s.kernel**2 else None


class MaxPool(Question[MaxPoolValue]):
    """Source: documentation of torch.nn.MaxPool2d: the padding is minus infinity."""

    spec = MaxPoolValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$y_{r,c} = \max_{0 \le i,j < k} x_{rs-p+i, cs-p+j}$"
    mistakes = (
        Mistake(
            "The padding was counted as zeros; max pooling pads with minus infinity, so it never wins.",
            "把填充当成了 0；最大池化用负无穷填充，填充永远不会被选中。",
            lambda s: max(0, *_real(s)) if len(_real(s)) < s.kernel**2 else None,
        ),
        Mistake(
            "Windows of stride 1 were taken; the layer moves by its stride.",
            "按步长 1 取了窗口；该层按自己的步长移动。",
            lambda s: _max(s, 1),
        ),
        Mistake(
            "The padding was left out: the first window begins before the image.",
            "没有算上填充：第一个窗口从图像之外开始。",
            _unpadded,
        ),
        Mistake("That is the minimum of the window.", "这是窗口的最小值。", lambda s: min(_real(s))),
        Mistake("That is the sum of the window.", "这是窗口的和。", lambda s: sum(_real(s))),
        Mistake(
            "That is the largest of all cells, not of the window.",
            "这是整张图的最大值，不是窗口内的。",
            lambda s: max(max(line) for line in s.x),
        ),
        Mistake(
            "The sign was dropped: the largest value is not the largest absolute value.",
            "忽略了符号：最大值不是绝对值最大的。",
            lambda s: max(map(abs, _real(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MaxPoolValue | None:
        if level == 1:
            size, kernel, stride, padding = draw.choice(((4, 2, 2, 0), (6, 3, 3, 0), (4, 2, 1, 0)))
            x = draw_matrix(draw, size, size, -9, 9)
        else:
            size, kernel, stride, padding = draw.choice(((5, 3, 2, 1), (4, 2, 2, 1), (5, 3, 1, 1), (5, 2, 1, 0)))
            x = draw_matrix(draw, size, size, -9, 2)
        last = (size + 2 * padding - kernel) // stride
        return MaxPoolValue(x, kernel, draw.integer(0, last), draw.integer(0, last), stride, padding)

    def formula(self, s: MaxPoolValue) -> int:
        return max(_real(s))

    def stem(self, s: MaxPoolValue) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"`nn.MaxPool2d({s.kernel}, stride={s.stride}, padding={s.padding})` reads this input:{grid(s.x)}What is its output at "
            f"{at.en} {FROM_0.en}?",
            f"`nn.MaxPool2d({s.kernel}, stride={s.stride}, padding={s.padding})` 的输入为：{grid(s.x)}输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: MaxPoolValue) -> Text:
        top, left, size = s.row * s.stride - s.padding, s.col * s.stride - s.padding, by(s.kernel, s.kernel)
        steps = rf"\max({', '.join(map(str, _real(s)))}) = {self.formula(s)}"
        return Text(
            f"With stride {s.stride} and padding {s.padding} the {size} window of ({s.row}, {s.col}) starts at input row {top}, column "
            f"{left} (kernel {s.kernel}). The cells of it that lie in the image: ${steps}$.",
            f"步长 {s.stride}、填充 {s.padding}，({s.row}, {s.col}) 的 {size} 窗口从输入第 {top} 行、第 {left} 列开始（核大小 "
            f"{s.kernel}）。"
            f"窗口内属于图像的像素：${steps}$。",
        )


def _real(s: MaxPoolValue) -> list[int]:
    return cells(s.x, s.kernel, s.row, s.col, s.stride, s.padding)


def _four(s: ConvPool, *, turn: bool = False) -> list[int]:
    """The four convolution outputs that one pooling window covers."""
    weight = flipped(s.weight) if turn else s.weight
    top, left = 2 * s.row, 2 * s.col
    return [correlate(s.x, weight, top + i, left + j) for i in (0, 1) for j in (0, 1)]


def _ended(s: ConvPool, value: int) -> int:
    return relu(value) if s.relu else value


class Pooled(Question[ConvPool]):
    """A convolution and the pooling behind it."""

    spec = ConvPool
    answer = Integer(signed=True)
    levels = (3,)
    find = "conv_pool"
    rule = r"$y_{r,c} = \max(f(z_{2r,2c}), f(z_{2r,2c+1}), f(z_{2r+1,2c}), f(z_{2r+1,2c+1}))$"
    mistakes = (
        Mistake(
            "Only the window's first output was taken; pooling takes the largest of the four.",
            "只取了窗口的第一个输出；池化取四个中最大的。",
            lambda s: _ended(s, _four(s)[0]),
        ),
        Mistake(
            "The ReLU was left out: it turns a negative value into 0.",
            "漏了 ReLU：它会把负值变为 0。",
            lambda s: max(_four(s)) if s.relu else None,
        ),
        Mistake(
            "A ReLU was applied; there is none, so a negative value stays.",
            "用了 ReLU；题中没有 ReLU，负值应保留。",
            lambda s: None if s.relu else relu(max(_four(s))),
        ),
        Mistake(
            FLIP_EN,
            FLIP_ZH,
            lambda s: _ended(s, max(_four(s, turn=True))),
        ),
        Mistake(
            "The four outputs were added up; max pooling takes the largest.",
            "把四个输出相加了；最大池化取最大值。",
            lambda s: sum(_ended(s, v) for v in _four(s)),
        ),
        Mistake("That is the smallest of the four.", "这是四个中最小的。", lambda s: _ended(s, min(_four(s)))),
    )

    def sample(self, draw: Draw, level: int) -> ConvPool | None:
        size, kernel = draw.choice(((3, 2), (4, 3), (5, 2)))
        last = (size - kernel + 1) // 2 - 1
        x, weight = draw_matrix(draw, size, size, -3, 4), draw_matrix(draw, kernel, kernel, -2, 2)
        s = ConvPool(x, weight, draw.integer(0, last), draw.integer(0, last), draw.chance(0.5))
        return s if max(_four(s)) > 0 or draw.chance(0.3) else None

    def formula(self, s: ConvPool) -> int:
        return _ended(s, max(_four(s)))

    def stem(self, s: ConvPool) -> Text:
        at = place(s.row, s.col)
        then = ("by a ReLU, then", "先经过 ReLU，再经过") if s.relu else ("directly", "直接经过")
        return Text(
            f"A convolution (`nn.Conv2d`, one channel, stride 1, no padding, no bias) is followed {then[0]} by `nn.MaxPool2d(2)`. The "
            f"input is{grid(s.x)}The kernel is{grid(s.weight)}What is the output of the pooling at {at.en} {FROM_0.en}?",
            f"卷积（`nn.Conv2d`，单通道，步长 1，无填充，无偏置）之后{then[1]} `nn.MaxPool2d(2)`。输入为：{grid(s.x)}卷积核为："
            f"{grid(s.weight)}池化输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: ConvPool) -> Text:
        four, key = _four(s), self.formula(s)
        rows = f"{2 * s.row}–{2 * s.row + 1}", f"{2 * s.col}–{2 * s.col + 1}"
        after = (
            ("after the ReLU it is", "经过 ReLU 后为")
            if s.relu
            else ("there is no ReLU, so the output is", "没有 ReLU，故输出为")
        )
        return Text(
            f"Pooling output ({s.row}, {s.col}) covers rows {rows[0]} and columns {rows[1]} of the convolution: {vector(four)}.\n\n"
            f"The largest is {max(four)}; {after[0]} {key}.",
            f"池化输出 ({s.row}, {s.col}) 覆盖卷积输出的第 {rows[0]} 行、第 {rows[1]} 列：{vector(four)}。\n\n"
            f"最大值为 {max(four)}；{after[1]} {key}。",
        )


MODEL = ItemModel(
    name="max_pool_value",
    version=1,
    topic="values",
    title=Text("One output of max pooling", "最大池化的一个输出值"),
    questions=(MaxPool(), Pooled()),
)
