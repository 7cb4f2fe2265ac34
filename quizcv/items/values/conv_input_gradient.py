"""The gradient of one input cell of a convolution, from upstream gradients and from a loss."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid
from quizcv.items.values._matrices import (
    FROM_0,
    correlated,
    draw_matrix,
    flipped,
    place,
    stamped,
    sum_of,
    total,
)
from quizcv.items.values.conv_weight_gradient import draw_loss, loss_solution, loss_stem, residuals
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.gradients import ConvInputGradient, ConvLossInput


def _pairs(s: ConvInputGradient, stride: int | None = None, padding: int | None = None) -> list[tuple[int, int]]:
    """(upstream gradient, the weight through which the cell acted on that output)."""
    return stamped(s.grad, s.weight, s.row, s.col, stride or s.stride, s.padding if padding is None else padding)


class InputGradient(Question[ConvInputGradient]):
    """Source: the chain rule on the definition of torch.nn.Conv2d: the transposed convolution of the upstream gradients."""

    spec = ConvInputGradient
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$\partial L/\partial x_{r,c} = \sum_{i,j} g_{i,j} \, w_{r+p-is, c+p-js}$"
    mistakes = (
        Mistake(
            "The kernel was slid over the upstream gradients as it is; on the way back it acts rotated by 180°.",
            "直接用原卷积核在上游梯度上滑动；反向时卷积核相当于旋转了 180°。",
            lambda s: total(stamped(s.grad, flipped(s.weight), s.row, s.col, s.stride, s.padding)),
        ),
        Mistake(
            "Only one output was taken; every window that covers the cell contributes.",
            "只算了一个输出；所有覆盖该像素的窗口都有贡献。",
            lambda s: total(_pairs(s)[:1]) if len(_pairs(s)) > 1 else None,
        ),
        Mistake(
            "The weights were left out: an upstream gradient comes back times the weight it went through.",
            "漏乘了权重：上游梯度要乘以经过的权重。",
            lambda s: sum(one for one, _ in _pairs(s)),
        ),
        Mistake(
            "The stride was ignored: output (i, j) starts at input row i·s − p.",
            "忽略了步长：输出 (i, j) 对应的窗口从输入第 i·s − p 行开始。",
            lambda s: total(_pairs(s, stride=1)),
        ),
        Mistake(
            "The padding was left out: output (i, j) starts at input row i·s − p.",
            "没有算上填充：输出 (i, j) 对应的窗口从输入第 i·s − p 行开始。",
            lambda s: total(_pairs(s, padding=0)),
        ),
        Mistake(
            "The weights were only added up, without the upstream gradients.",
            "只把权重相加了，没有乘以上游梯度。",
            lambda s: sum(weight for _, weight in _pairs(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvInputGradient | None:
        if level == 1:
            size, kernel, stride, padding = draw.choice(((3, 2, 1, 0), (4, 3, 1, 0), (4, 2, 1, 0)))
        else:
            size, kernel, stride, padding = draw.choice(((5, 3, 2, 0), (5, 3, 2, 1), (3, 3, 1, 1), (4, 3, 1, 1)))
        out = (size + 2 * padding - kernel) // stride + 1
        weight, grad = draw_matrix(draw, kernel, kernel, -3, 3), draw_matrix(draw, out, out, -3, 4)
        s = ConvInputGradient(weight, grad, size, draw.integer(0, size - 1), draw.integer(0, size - 1), stride, padding)
        return s if len(_pairs(s)) > 1 else None

    def formula(self, s: ConvInputGradient) -> int:
        return total(_pairs(s))

    def stem(self, s: ConvInputGradient) -> Text:
        at, size = place(s.row, s.col), by(s.size, s.size)
        return Text(
            f"`nn.Conv2d` with one input and one output channel (stride {s.stride}, padding {s.padding}) reads an input of "
            f"{size}. Its kernel is{grid(s.weight)}The gradient of the loss with respect to its output is{grid(s.grad)}What "
            f"is the gradient of the loss with respect to the input cell at {at.en} {FROM_0.en}?",
            f"单输入、单输出通道的 `nn.Conv2d`（步长 {s.stride}，填充 {s.padding}）的输入大小为 {size}。卷积核为：{grid(s.weight)}"
            f"损失对其输出的梯度为：{grid(s.grad)}损失对输入{at.zh}的像素的梯度是多少{FROM_0.zh}？",
        )

    def solution(self, s: ConvInputGradient) -> Text:
        steps = f"{sum_of(_pairs(s))} = {self.formula(s)}"
        return Text(
            f"Cell ({s.row}, {s.col}) of the {s.size}-wide input acts on output (i, j) through the weight ({s.row} + {s.padding} − "
            f"{s.stride}·i, {s.col} + {s.padding} − {s.stride}·j), where there is one.\n\nUpstream gradients times these "
            f"weights: ${steps}$.",
            f"宽为 {s.size} 的输入的像素 ({s.row}, {s.col}) 通过权重 ({s.row} + {s.padding} − {s.stride}·i, {s.col} + {s.padding} − "
            f"{s.stride}·j)（若存在）影响输出 (i, j)。\n\n上游梯度乘以这些权重再求和：${steps}$。",
        )


class UnderLoss(Question[ConvLossInput]):
    """Forwards, the loss, and backwards to the input."""

    spec = ConvLossInput
    answer = Integer(signed=True)
    levels = (3,)
    find = "loss"
    rule = r"$\partial L/\partial x_{r,c} = \sum_{i,j} (y_{i,j} - t_{i,j}) \, w_{r-i, c-j}$"
    mistakes = (
        Mistake(
            "The sign is wrong: the derivative of ½(y − t)² is y − t.",
            "符号错了：½(y − t)² 的导数是 y − t。",
            lambda s: -_input(s),
        ),
        Mistake(
            "The factor ½ was forgotten: it cancels the 2 of the square.",
            "忘了系数 ½：它与平方的 2 相消。",
            lambda s: 2 * _input(s),
        ),
        Mistake(
            "The kernel was slid as it is; on the way back it acts rotated by 180°.",
            "直接用原卷积核滑动；反向时卷积核相当于旋转了 180°。",
            lambda s: total(stamped(residuals(s), flipped(s.weight), s.row, s.col)),
        ),
        Mistake(
            "The targets were not subtracted from the outputs.",
            "没有从输出中减去目标值。",
            lambda s: total(stamped(correlated(s.x, s.weight), s.weight, s.row, s.col)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvLossInput | None:
        s = ConvLossInput(*draw_loss(draw), draw.integer(0, 2), draw.integer(0, 2))
        return s if _input(s) else None

    def formula(self, s: ConvLossInput) -> int:
        return _input(s)

    def stem(self, s: ConvLossInput) -> Text:
        before, at = loss_stem(s), place(s.row, s.col)
        return Text(
            f"{before.en}What is the gradient of $L$ with respect to the input cell at {at.en} {FROM_0.en}?",
            f"{before.zh}$L$ 对输入{at.zh}的像素的梯度是多少{FROM_0.zh}？",
        )

    def solution(self, s: ConvLossInput) -> Text:
        before, steps = loss_solution(s), f"{sum_of(stamped(residuals(s), s.weight, s.row, s.col))} = {_input(s)}"
        return Text(
            f"{before.en}Times the weights through which the cell ({s.row}, {s.col}) acted: ${steps}$.",
            f"{before.zh}乘以像素 ({s.row}, {s.col}) 所经过的权重：${steps}$。",
        )


def _input(s: ConvLossInput) -> int:
    return total(stamped(residuals(s), s.weight, s.row, s.col))


MODEL = ItemModel(
    name="conv_input_gradient",
    version=1,
    topic="values",
    title=Text("Gradient of one input cell of a convolution", "卷积的一个输入像素的梯度"),
    questions=(InputGradient(), UnderLoss()),
)
