"""The gradient of one weight of a convolution, from upstream gradients and from a loss."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid
from quizcv.items.values._matrices import (
    FROM_0,
    cell,
    correlate,
    correlated,
    draw_matrix,
    place,
    sum_of,
    total,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.gradients import ConvLossWeight, ConvWeightGradient
from quizcv.specs.matrices import Matrix


def pairs(s: ConvWeightGradient, stride: int | None = None, padding: int | None = None) -> list[tuple[int, int]]:
    """(upstream gradient, the cell that the weight met there) for every output."""
    step, room = stride or s.stride, s.padding if padding is None else padding
    return [
        (entry, cell(s.x, i * step + s.row - room, j * step + s.col - room))
        for i, line in enumerate(s.grad)
        for j, entry in enumerate(line)
    ]


def _turned(s: ConvWeightGradient) -> int:
    """For the weight on the other side of the kernel's centre."""
    return total(
        [
            (
                entry,
                cell(
                    s.x,
                    i * s.stride + s.kernel - 1 - s.row - s.padding,
                    j * s.stride + s.kernel - 1 - s.col - s.padding,
                ),
            )
            for i, line in enumerate(s.grad)
            for j, entry in enumerate(line)
        ]
    )


class WeightGradient(Question[ConvWeightGradient]):
    """Source: the chain rule on the definition of torch.nn.Conv2d: a weight is shared by all outputs."""

    spec = ConvWeightGradient
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$\partial L/\partial w_{i,j} = \sum_{r,c} g_{r,c} \, x_{rs-p+i, cs-p+j}$"
    mistakes = (
        Mistake(
            "Only one output was taken; the weight is shared by all of them, so their contributions add up.",
            "只算了一个输出；该权重被所有输出共享，贡献要相加。",
            lambda s: total(pairs(s)[:1]),
        ),
        Mistake(
            "The weight on the opposite side of the kernel was taken; nothing is flipped in the weight gradient.",
            "取成了卷积核中对称位置的权重；求权重的梯度不需要翻转。",
            _turned,
        ),
        Mistake(
            "The upstream gradients were only added up: that is the gradient of the bias.",
            "只把上游梯度相加了：那是偏置的梯度。",
            lambda s: sum(map(sum, s.grad)),
        ),
        Mistake(
            "The input cells were only added up, without the upstream gradients.",
            "只把输入相加了，没有乘以上游梯度。",
            lambda s: sum(x for _, x in pairs(s)),
        ),
        Mistake(
            "The stride was ignored: output (r, c) starts at input row r·s − p.",
            "忽略了步长：输出 (r, c) 对应的窗口从输入第 r·s − p 行开始。",
            lambda s: total(pairs(s, stride=1)),
        ),
        Mistake(
            "The padding was left out: output (r, c) starts at input row r·s − p.",
            "没有算上填充：输出 (r, c) 对应的窗口从输入第 r·s − p 行开始。",
            lambda s: total(pairs(s, padding=0)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvWeightGradient | None:
        if level == 1:
            size, kernel, stride, padding = draw.choice(((3, 2, 1, 0), (4, 3, 1, 0)))
        else:
            size, kernel, stride, padding = draw.choice(
                ((4, 2, 2, 0), (5, 3, 2, 0), (4, 2, 2, 1), (3, 3, 2, 1), (3, 3, 1, 1))
            )
        out = (size + 2 * padding - kernel) // stride + 1
        x, grad = draw_matrix(draw, size, size, -3, 5), draw_matrix(draw, out, out, -3, 3)
        s = ConvWeightGradient(
            x, grad, kernel, draw.integer(0, kernel - 1), draw.integer(0, kernel - 1), stride, padding
        )
        return s if total(pairs(s)) != _turned(s) else None

    def formula(self, s: ConvWeightGradient) -> int:
        return total(pairs(s))

    def stem(self, s: ConvWeightGradient) -> Text:
        at, size = place(s.row, s.col), by(s.kernel, s.kernel)
        return Text(
            f"`nn.Conv2d` with one input and one output channel (kernel {size}, stride {s.stride}, padding {s.padding}) reads this "
            f"input:{grid(s.x)}The gradient of the loss with respect to its output is{grid(s.grad)}What is the "
            f"gradient of the loss with respect to the weight at {at.en} of the kernel {FROM_0.en}?",
            f"单输入、单输出通道的 `nn.Conv2d`（卷积核 {size}，步长 {s.stride}，填充 {s.padding}）的输入为：{grid(s.x)}"
            f"损失对其输出的梯度为：{grid(s.grad)}损失对卷积核{at.zh}的权重的梯度是多少{FROM_0.zh}？",
        )

    def solution(self, s: ConvWeightGradient) -> Text:
        steps = f"{sum_of(pairs(s))} = {self.formula(s)}"
        return Text(
            f"The weight ({s.row}, {s.col}) of the {s.kernel}-wide kernel meets, at output (r, c), the input cell "
            f"({s.stride}·r − {s.padding} + {s.row}, {s.stride}·c − {s.padding} + {s.col}), 0 outside the input.\n\nUpstream "
            "gradients times these "
            f"cells: ${steps}$.",
            f"宽为 {s.kernel} 的卷积核的权重 ({s.row}, {s.col}) 在输出 (r, c) 处对应输入 ({s.stride}·r − {s.padding} + {s.row}, "
            f"{s.stride}·c − {s.padding} + {s.col})，输入之外为 0。\n\n上游梯度乘以这些输入再求和：${steps}$。",
        )


def residuals(s: ConvLossWeight) -> Matrix:
    """y − target: the upstream gradients of this loss."""
    out = correlated(s.x, s.weight)
    return tuple(
        tuple(y - t for y, t in zip(line, wanted, strict=True)) for line, wanted in zip(out, s.target, strict=True)
    )


def loss_stem(s: ConvLossWeight) -> Text:
    return Text(
        f"A convolution (`nn.Conv2d`, one channel, stride 1, no padding, no bias) reads the input{grid(s.x)}Its kernel is"
        f"{grid(s.weight)}The loss is $L = \\frac{{1}}{{2}} \\sum (y - t)^2$ over all outputs $y$, with the targets $t${grid(s.target)}",
        f"卷积（`nn.Conv2d`，单通道，步长 1，无填充，无偏置）的输入为：{grid(s.x)}卷积核为：{grid(s.weight)}"
        f"损失为 $L = \\frac{{1}}{{2}} \\sum (y - t)^2$，对所有输出 $y$ 求和，目标 $t$ 为：{grid(s.target)}",
    )


def loss_solution(s: ConvLossWeight) -> Text:
    return Text(
        f"Outputs:{grid(correlated(s.x, s.weight))}$\\partial L/\\partial y = y - t$:{grid(residuals(s))}",
        f"输出：{grid(correlated(s.x, s.weight))}$\\partial L/\\partial y = y - t$：{grid(residuals(s))}",
    )


def draw_loss(draw: Draw) -> tuple[Matrix, Matrix, Matrix]:
    """Input, kernel and targets that are not far from the outputs."""
    x, weight = draw_matrix(draw, 3, 3, -2, 3), draw_matrix(draw, 2, 2, -2, 2)
    target = tuple(tuple(y + draw.integer(-3, 3) for y in line) for line in correlated(x, weight))
    return x, weight, target


class UnderLoss(Question[ConvLossWeight]):
    """Forwards, the loss, and backwards."""

    spec = ConvLossWeight
    answer = Integer(signed=True)
    levels = (3,)
    find = "loss"
    rule = r"$\partial L/\partial w_{i,j} = \sum_{r,c} (y_{r,c} - t_{r,c}) \, x_{r+i, c+j}$"
    mistakes = (
        Mistake(
            "The sign is wrong: the derivative of ½(y − t)² is y − t.",
            "符号错了：½(y − t)² 的导数是 y − t。",
            lambda s: -_weight(s),
        ),
        Mistake(
            "The factor ½ was forgotten: it cancels the 2 of the square.",
            "忘了系数 ½：它与平方的 2 相消。",
            lambda s: 2 * _weight(s),
        ),
        Mistake(
            "The targets were not subtracted from the outputs.",
            "没有从输出中减去目标值。",
            lambda s: correlate(s.x, correlated(s.x, s.weight), s.row, s.col),
        ),
        Mistake(
            "Only the first output was taken; all outputs use the weight.",
            "只算了第一个输出；所有输出都用到该权重。",
            lambda s: residuals(s)[0][0] * s.x[s.row][s.col],
        ),
        Mistake(
            "That is the sum of y − t: the gradient of a bias.",
            "这是 y − t 之和：那是偏置的梯度。",
            lambda s: sum(map(sum, residuals(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvLossWeight | None:
        s = ConvLossWeight(*draw_loss(draw), draw.integer(0, 1), draw.integer(0, 1))
        return s if _weight(s) else None

    def formula(self, s: ConvLossWeight) -> int:
        return _weight(s)

    def stem(self, s: ConvLossWeight) -> Text:
        before, at = loss_stem(s), place(s.row, s.col)
        return Text(
            f"{before.en}What is the gradient of $L$ with respect to the weight at {at.en} of the kernel {FROM_0.en}?",
            f"{before.zh}$L$ 对卷积核{at.zh}的权重的梯度是多少{FROM_0.zh}？",
        )

    def solution(self, s: ConvLossWeight) -> Text:
        before = loss_solution(s)
        found = [(e, s.x[i + s.row][j + s.col]) for i, line in enumerate(residuals(s)) for j, e in enumerate(line)]
        steps = f"{sum_of(found)} = {_weight(s)}"
        return Text(
            f"{before.en}Times the input cells that the weight ({s.row}, {s.col}) met: ${steps}$.",
            f"{before.zh}乘以权重 ({s.row}, {s.col}) 对应的输入：${steps}$。",
        )


def _weight(s: ConvLossWeight) -> int:
    return correlate(s.x, residuals(s), s.row, s.col)


MODEL = ItemModel(
    name="conv_weight_gradient",
    version=1,
    topic="values",
    title=Text("Gradient of one weight of a convolution", "卷积的一个权重的梯度"),
    questions=(WeightGradient(), UnderLoss()),
)
