"""ReLU and ReLU6. Source: documentation of torch.nn.ReLU and torch.nn.ReLU6; Howard et al. 2017 for the bound 6."""

from __future__ import annotations

from quizcv.items.activations_losses._lists import Backward, InARow, Summed
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rectifiers import (
    Relu6Backward,
    Relu6Sum,
    Relu6Twice,
    ReluBackward,
    ReluSum,
    ReluTwice,
    TwoNeurons,
    Upstream,
)

RELU = Text("ReLU", " ReLU ")
RELU6 = Text("ReLU6", " ReLU6 ")


def _relu(x: float) -> float:
    return max(x, 0.0)


def _relu6(x: float) -> float:
    return min(max(x, 0.0), 6.0)


def _through(s: Upstream) -> list[tuple[float, float]]:
    return list(zip(s.x, s.gradient, strict=True))


def _linear(s: TwoNeurons) -> float:
    return s.weight2 * (s.weight1 * s.x + s.bias1) + s.bias2


class ReluOfList(Summed[ReluSum]):
    spec = ReluSum
    rule = Text(r"$\max(0, x)$ for each entry", r"逐元素 $\max(0, x)$")
    mistakes = (
        Mistake(
            "Negative inputs give 0; they are not added as they are.",
            "负输入的输出为 0，不能照原值相加。",
            lambda s: sum(s.x),
        ),
        Mistake(
            "Negative inputs give 0, not their absolute value.",
            "负输入的输出为 0，不是其绝对值。",
            lambda s: sum(map(abs, s.x)),
        ),
        Mistake(
            "ReLU acts on each entry before the sum, not on the sum.",
            "ReLU 先逐元素作用再求和，而不是作用于总和。",
            lambda s: _relu(sum(s.x)),
        ),
        Mistake(
            "That is the part ReLU removes: it keeps the positive entries.",
            "这是被 ReLU 去掉的部分：它保留正的元素。",
            lambda s: sum(min(x, 0.0) for x in s.x),
        ),
        Mistake(
            "ReLU has no upper bound; ReLU6 cuts at 6.",
            "ReLU 没有上界；在 6 处截断的是 ReLU6。",
            lambda s: sum(map(_relu6, s.x)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ReluSum | None:
        x = draw.decimals(5, -9, 9, 1)
        return ReluSum(x) if min(x) < 0 < max(x) and 0 not in x else None

    def function(self, s: ReluSum) -> Text:
        return RELU

    def outputs(self, s: ReluSum) -> list[float]:
        return [max(x, 0.0) for x in s.x]


class ReluGradient(Backward[ReluBackward]):
    spec = ReluBackward
    rule = Text(
        r"$\partial L/\partial x_i = \partial L/\partial y_i$ where $x_i > 0$, else 0",
        r"$x_i > 0$ 处 $\partial L/\partial x_i = \partial L/\partial y_i$，其余为 0",
    )
    mistakes = (
        Mistake(
            "Where the input was negative no gradient passes.", "输入为负处梯度不通过。", lambda s: sum(s.gradient)
        ),
        Mistake(
            "ReLU looks at the sign of its input, not of the gradient.",
            "ReLU 看的是输入的符号，而不是梯度的符号。",
            lambda s: sum(map(_relu, s.gradient)),
        ),
        Mistake(
            "That is the gradient that ReLU blocks.",
            "这是被 ReLU 挡住的梯度。",
            lambda s: sum(g for x, g in _through(s) if x <= 0),
        ),
        Mistake(
            "The slope is 1 for positive inputs, not x: the gradient is not multiplied by the output.",
            "正输入处斜率为 1 而不是 x：梯度不乘以输出。",
            lambda s: sum(x * g for x, g in _through(s) if x > 0),
        ),
        Mistake(
            "At x = 0 PyTorch takes the derivative as 0, not 1.",
            "在 x = 0 处，PyTorch 的导数取 0 而不是 1。",
            lambda s: sum(g for x, g in _through(s) if x >= 0),
        ),
        Mistake(
            "Only inputs decide; gradients below 0 pass too (dropping them is guided backpropagation).",
            "只由输入决定，负梯度同样通过（丢弃负梯度是引导反向传播）。",
            lambda s: sum(g for x, g in _through(s) if x > 0 and g > 0),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ReluBackward | None:
        x = tuple(float(draw.integer(-4, 5)) for _ in range(5))
        gradient = draw.decimals(5, -3, 3, 1)
        return ReluBackward(x, gradient) if min(x) < 0 < max(x) and 0 not in gradient else None

    def function(self, s: ReluBackward) -> Text:
        return RELU

    def passes(self, x: float) -> bool:
        return x > 0


class TwoRelus(InARow[ReluTwice]):
    spec = ReluTwice
    rule = r"$y = \max(0, w_2 \max(0, w_1 x + b_1) + b_2)$"
    mistakes = (
        Mistake("Both activations are missing.", "漏了两个激活函数。", _linear),
        Mistake("The first activation is missing.", "漏了第一个激活函数。", lambda s: _relu(_linear(s))),
        Mistake(
            "The second activation is missing.",
            "漏了第二个激活函数。",
            lambda s: s.weight2 * _relu(s.weight1 * s.x + s.bias1) + s.bias2,
        ),
        Mistake(
            "A neuron whose activation gives 0 still lets the next one's bias through.",
            "前一个神经元输出为 0 时，后一个的偏置仍然起作用。",
            lambda s: 0.0 if s.weight1 * s.x + s.bias1 <= 0 else None,
        ),
        Mistake(
            "The biases are missing.",
            "漏了偏置。",
            lambda s: _relu(s.weight2 * _relu(s.weight1 * s.x)),
        ),
        Mistake(
            "That is the output of the first neuron.",
            "这是第一个神经元的输出。",
            lambda s: _relu(s.weight1 * s.x + s.bias1),
        ),
    )

    def function(self, s: ReluTwice) -> Text:
        return RELU

    def f(self, z: float) -> float:
        return max(z, 0.0)


class Relu6OfList(Summed[Relu6Sum]):
    spec = Relu6Sum
    rule = Text(r"$\min(\max(0, x), 6)$ for each entry", r"逐元素 $\min(\max(0, x), 6)$")
    mistakes = (
        Mistake("Outputs above 6 are cut to 6.", "超过 6 的输出截断为 6。", lambda s: sum(map(_relu, s.x))),
        Mistake("Negative inputs give 0.", "负输入的输出为 0。", lambda s: sum(min(x, 6.0) for x in s.x)),
        Mistake(
            "ReLU6 acts on each entry before the sum, not on the sum.",
            "ReLU6 先逐元素作用再求和，而不是作用于总和。",
            lambda s: _relu6(sum(s.x)),
        ),
        Mistake(
            "Inputs above 6 give 6; they are not dropped.",
            "大于 6 的输入输出 6，而不是被丢弃。",
            lambda s: sum(x for x in s.x if 0 < x < 6),
        ),
        Mistake("Nothing was cut: that is the sum of the inputs.", "没有截断：这是输入之和。", lambda s: sum(s.x)),
    )

    def sample(self, draw: Draw, level: int) -> Relu6Sum | None:
        x = draw.decimals(5, -5, 12, 1)
        return Relu6Sum(x) if min(x) < 0 and max(x) > 6 and 0 not in x else None

    def function(self, s: Relu6Sum) -> Text:
        return RELU6

    def outputs(self, s: Relu6Sum) -> list[float]:
        return [min(max(x, 0.0), 6.0) for x in s.x]


class Relu6Gradient(Backward[Relu6Backward]):
    spec = Relu6Backward
    rule = Text(
        r"$\partial L/\partial x_i = \partial L/\partial y_i$ where $0 < x_i < 6$, else 0",
        r"$0 < x_i < 6$ 处 $\partial L/\partial x_i = \partial L/\partial y_i$，其余为 0",
    )
    mistakes = (
        Mistake(
            "No gradient passes where the output is 0 or cut.",
            "输出为 0 或被截断处梯度不通过。",
            lambda s: sum(s.gradient),
        ),
        Mistake(
            "Above 6 the output is constant: its gradient is 0.",
            "大于 6 时输出为常数，梯度为 0。",
            lambda s: sum(g for x, g in _through(s) if x > 0),
        ),
        Mistake(
            "Below 0 the output is constant: its gradient is 0.",
            "小于 0 时输出为常数，梯度为 0。",
            lambda s: sum(g for x, g in _through(s) if x < 6),
        ),
        Mistake(
            "That is the gradient that ReLU6 blocks.",
            "这是被 ReLU6 挡住的梯度。",
            lambda s: sum(g for x, g in _through(s) if not 0 < x < 6),
        ),
        Mistake(
            "At 0 and at 6 PyTorch takes the derivative as 0.",
            "在 0 和 6 处 PyTorch 的导数取 0。",
            lambda s: sum(g for x, g in _through(s) if 0 <= x <= 6),
        ),
        Mistake(
            "The gradients themselves are not cut: the inputs decide.",
            "截断的不是梯度本身：由输入决定。",
            lambda s: sum(_relu6(g) for g in s.gradient),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Relu6Backward | None:
        x = tuple(float(draw.integer(-4, 9)) for _ in range(5))
        gradient = draw.decimals(5, -3, 3, 1)
        return Relu6Backward(x, gradient) if min(x) < 0 and max(x) > 6 and 0 not in gradient else None

    def function(self, s: Relu6Backward) -> Text:
        return RELU6

    def passes(self, x: float) -> bool:
        return 0 < x < 6


class TwoRelu6s(InARow[Relu6Twice]):
    spec = Relu6Twice
    rule = Text(
        r"$y = f(w_2 f(w_1 x + b_1) + b_2)$ with $f(z) = \min(\max(0, z), 6)$",
        r"$y = f(w_2 f(w_1 x + b_1) + b_2)$，其中 $f(z) = \min(\max(0, z), 6)$",
    )
    mistakes = (
        Mistake("Both activations are missing.", "漏了两个激活函数。", _linear),
        Mistake("The first activation is missing.", "漏了第一个激活函数。", lambda s: _relu6(_linear(s))),
        Mistake(
            "The second activation is missing.",
            "漏了第二个激活函数。",
            lambda s: s.weight2 * _relu6(s.weight1 * s.x + s.bias1) + s.bias2,
        ),
        Mistake(
            "ReLU6 cuts at 6; that is the result with ReLU.",
            "ReLU6 在 6 处截断；这是用 ReLU 的结果。",
            lambda s: _relu(s.weight2 * _relu(s.weight1 * s.x + s.bias1) + s.bias2),
        ),
        Mistake(
            "That is the output of the first neuron.",
            "这是第一个神经元的输出。",
            lambda s: _relu6(s.weight1 * s.x + s.bias1),
        ),
        Mistake("The biases are missing.", "漏了偏置。", lambda s: _relu6(s.weight2 * _relu6(s.weight1 * s.x))),
    )

    def function(self, s: Relu6Twice) -> Text:
        return RELU6

    def f(self, z: float) -> float:
        return min(max(z, 0.0), 6.0)


MODELS = (
    ItemModel(
        name="relu_value",
        version=1,
        topic="activations-losses",
        title=Text("ReLU", "ReLU 激活"),
        questions=(ReluOfList(), ReluGradient(), TwoRelus()),
    ),
    ItemModel(
        name="relu6_value",
        version=1,
        topic="activations-losses",
        title=Text("ReLU6", "ReLU6 激活"),
        questions=(Relu6OfList(), Relu6Gradient(), TwoRelu6s()),
    ),
)
