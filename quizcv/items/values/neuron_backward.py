"""Back-propagation through one neuron."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import terms, vector
from quizcv.items.values import _activations as act
from quizcv.items.values._activations import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.gradients import SATURATING, Activation, NeuronBackward, NeuronStep


def _z(s: NeuronBackward) -> float:
    return sum(w * x for w, x in zip(s.weight, s.x, strict=True)) + s.bias


def _error(s: NeuronBackward) -> float:
    return act.value(s.activation, _z(s)) - s.target


def _gradient(s: NeuronBackward) -> float:
    return _error(s) * act.slope(s.activation, _z(s)) * s.x[s.index]


def _described(s: NeuronBackward) -> Text:
    f = act.name(s.activation)
    return Text(
        f"A neuron computes $z = w \\cdot x + b$ and $a = f(z)$ with $f$ = {f.en}; the loss is $L = \\frac{{1}}{{2}}(a - t)^2$. Here "
        f"$x$ = {vector(s.x)}, $w$ = {vector(s.weight)}, $b$ = {num(s.bias)} and $t$ = {num(s.target)}.",
        f"一个神经元计算 $z = w \\cdot x + b$、$a = f(z)$，其中 $f$ 为 {f.zh}；损失为 $L = \\frac{{1}}{{2}}(a - t)^2$。已知 "
        f"$x$ = {vector(s.x)}，$w$ = {vector(s.weight)}，$b$ = {num(s.bias)}，$t$ = {num(s.target)}。",
    )


def _worked(s: NeuronBackward) -> str:
    """The steps up to the gradient; the same in both languages."""
    z, a = _z(s), act.value(s.activation, _z(s))
    forward = f"$z = {terms(zip(s.weight, s.x, strict=True))} + {signed(s.bias)} = {num(z)}$, $a = {num(a)}$"
    back = f"$a - t = {num(a)} - {signed(s.target)} = {num(_error(s))}$, ${act.slope_steps(s.activation, z)}$"
    product = rf"{signed(_error(s))} \cdot {num(act.slope(s.activation, z))} \cdot {signed(s.x[s.index])} = {num(_gradient(s))}"
    return f"{forward}\n\n{back}\n\n$\\partial L/\\partial w_{{{s.index}}} = {product}$"


def _draw(draw: Draw, level: int) -> NeuronBackward | None:
    count = 2 if level == 1 else draw.choice((2, 3))
    among: tuple[Activation, ...] = ("sigmoid", "relu") if level == 1 else (*SATURATING, "relu")
    activation = draw.choice(among)
    places, bias = (0, 0.0) if level == 1 else (1, draw.decimal(-1, 1, 1))
    x = draw.decimals(count, -3, 3, places)
    weight = draw.decimals(count, -1.5, 1.5, 1)
    target = float(draw.integer(0, 1)) if activation == "sigmoid" else draw.decimal(-1, 1, 1)
    s = NeuronBackward(x, weight, bias, target, draw.integer(0, count - 1), activation)
    dead = activation == "relu" and draw.chance(0.1)
    if activation == "relu" and (_z(s) < 0) != dead:
        s = NeuronBackward(x, tuple(-w + 0.0 for w in weight), -bias + 0.0, target, s.index, activation)
    if abs(_z(s)) > 3 or (activation == "relu" and abs(_z(s)) < 0.05):
        return None
    return s if dead or abs(_gradient(s)) > 0.01 else None


class Gradient(Question[NeuronBackward]):
    """Source: the chain rule."""

    spec = NeuronBackward
    answer = Number(decimals=4)
    levels = (1, 2)
    rule = r"$\partial L/\partial w_i = (a - t) \, f'(z) \, x_i$"
    mistakes = (
        Mistake(
            "The derivative of the activation is missing from the chain.",
            "链式法则中漏了激活函数的导数。",
            lambda s: _error(s) * s.x[s.index],
        ),
        Mistake(
            "The sign is wrong: the derivative of ½(a − t)² with respect to a is a − t.",
            "符号错了：½(a − t)² 对 a 的导数是 a − t。",
            lambda s: -_gradient(s),
        ),
        Mistake(
            "A factor 2 is too much: the ½ of the loss cancels it.",
            "多乘了 2：损失里的 ½ 已与之相消。",
            lambda s: 2 * _gradient(s),
        ),
        Mistake(
            "The input is missing: dz/dw is x. That is the gradient of the bias.",
            "漏乘了输入：dz/dw 等于 x。这是偏置的梯度。",
            lambda s: _error(s) * act.slope(s.activation, _z(s)),
        ),
        Mistake(
            "It was multiplied by the weight, not by the input: that is the gradient of the input.",
            "误乘了权重而不是输入：那是对输入的梯度。",
            lambda s: _error(s) * act.slope(s.activation, _z(s)) * s.weight[s.index],
        ),
        Mistake(
            "z itself was put into the derivative of the sigmoid, a(1 − a); a = f(z) belongs there.",
            "在 sigmoid 的导数 a(1 − a) 中误代入了 z；应代入 a = f(z)。",
            lambda s: _error(s) * _z(s) * (1 - _z(s)) * s.x[s.index] if s.activation == "sigmoid" else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NeuronBackward | None:
        return _draw(draw, level)

    def formula(self, s: NeuronBackward) -> float:
        return _gradient(s)

    def stem(self, s: NeuronBackward) -> Text:
        given = _described(s)
        asked = rf"$\partial L/\partial w_{{{s.index}}}$"
        return Text(
            f"{given.en} What is {asked}, the gradient of the loss with respect to the weight with index {s.index} "
            "(from 0)?",
            f"{given.zh}损失对下标为 {s.index}（从 0 数起）的权重的梯度 {asked} 是多少？",
        )

    def solution(self, s: NeuronBackward) -> Text:
        f = act.name(s.activation)
        return Text(
            f"Forwards (f = {f.en}, b = {num(s.bias)}, t = {num(s.target)}), then the chain rule for index {s.index}:\n\n{_worked(s)}",
            f"先前向计算（f = {f.zh}，b = {num(s.bias)}，t = {num(s.target)}），再对下标 {s.index} 用链式法则：\n\n{act.zh(_worked(s))}",
        )


class Step(Question[NeuronStep]):
    """The weight after a step of gradient descent."""

    spec = NeuronStep
    answer = Number(decimals=4)
    levels = (3,)
    find = "step"
    rule = r"$w_i \leftarrow w_i - \eta \, (a - t) \, f'(z) \, x_i$"
    mistakes = (
        Mistake(
            "The step went up the gradient; descent subtracts it.",
            "沿梯度上升了；梯度下降要减去梯度。",
            lambda s: s.weight[s.index] + s.lr * _gradient(s),
        ),
        Mistake("The learning rate was left out.", "漏乘了学习率。", lambda s: s.weight[s.index] - _gradient(s)),
        Mistake(
            "The derivative of the activation is missing from the chain.",
            "链式法则中漏了激活函数的导数。",
            lambda s: s.weight[s.index] - s.lr * _error(s) * s.x[s.index],
        ),
        Mistake("That is the gradient, not the new weight.", "这是梯度，不是更新后的权重。", _gradient),
        Mistake(
            "The input is missing from the gradient: that is the step of the bias.",
            "梯度中漏乘了输入：那是偏置的更新量。",
            lambda s: s.weight[s.index] - s.lr * _error(s) * act.slope(s.activation, _z(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NeuronStep | None:
        s = _draw(draw, level)
        if s is None or abs(_gradient(s)) < 0.02:
            return None
        lr = draw.choice((0.1, 0.2, 0.5))
        return NeuronStep(s.x, s.weight, s.bias, s.target, s.index, s.activation, lr)

    def formula(self, s: NeuronStep) -> float:
        return s.weight[s.index] - s.lr * _gradient(s)

    def stem(self, s: NeuronStep) -> Text:
        given = _described(s)
        return Text(
            f"{given.en} What is the weight $w_{{{s.index}}}$ (index from 0) after one step of plain gradient descent with learning rate "
            f"{num(s.lr)}?",
            f"{given.zh}用学习率 {num(s.lr)} 做一步普通梯度下降后，权重 $w_{{{s.index}}}$（下标从 0 数起）是多少？",
        )

    def solution(self, s: NeuronStep) -> Text:
        f = act.name(s.activation)
        new = rf"$w_{{{s.index}}} = {num(s.weight[s.index])} - {num(s.lr)} \cdot {signed(_gradient(s))} = {num(self.formula(s))}$"
        return Text(
            f"The gradient (f = {f.en}, b = {num(s.bias)}, t = {num(s.target)}):\n\n{_worked(s)}\n\nThe step: {new}",
            f"梯度（f = {f.zh}，b = {num(s.bias)}，t = {num(s.target)}）：\n\n{act.zh(_worked(s))}\n\n更新：{new}",
        )


MODEL = ItemModel(
    name="neuron_backward",
    version=1,
    topic="values",
    title=Text("Back-propagation through one neuron", "单个神经元的反向传播"),
    questions=(Gradient(), Step()),
)
