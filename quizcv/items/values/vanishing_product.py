"""The product of derivatives that a gradient picks up on its way back."""

from __future__ import annotations

import math

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed, vector
from quizcv.items.values import _activations as act
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.gradients import SATURATING, VanishingChain, VanishingDepth, VanishingProduct


def _factor(s: VanishingProduct | VanishingDepth) -> float:
    """By what one layer multiplies the gradient."""
    return s.weight * act.slope(s.activation, s.z)


def _one(s: VanishingProduct | VanishingDepth) -> str:
    """The factor of one layer, worked out."""
    return rf"w f'(z) = {num(s.weight)} \cdot {num(act.slope(s.activation, s.z))} = {num(_factor(s))}"


def _layers(activation: str) -> Text:
    return Text(
        f"layers of one unit each, $h_i = f(w h_{{i-1}} + b)$ with $f$ = {activation}",
        f"每层只有一个单元：$h_i = f(w h_{{i-1}} + b)$，$f$ 为 {activation}",
    )


class Product(Question[VanishingProduct]):
    """Source: Glorot and Bengio 2010; Hochreiter 1991."""

    spec = VanishingProduct
    answer = Number(decimals=0, significant=3)
    levels = (1,)
    rule = Text(
        r"$\partial h_n/\partial h_0 = (w \, f'(z))^n$; sigmoid: $f' = a(1 - a)$, tanh: $f' = 1 - a^2$",
        r"$\partial h_n/\partial h_0 = (w \, f'(z))^n$；sigmoid：$f' = a(1 - a)$，tanh：$f' = 1 - a^2$",
    )
    mistakes = (
        Mistake(
            "The factors of the layers were added; along a chain they multiply.",
            "把各层的因子相加了；沿链应相乘。",
            lambda s: s.layers * _factor(s),
        ),
        Mistake(
            "The activation's value was taken instead of its derivative.",
            "用了激活值，而不是导数。",
            lambda s: (s.weight * act.value(s.activation, s.z)) ** s.layers,
        ),
        Mistake(
            "One layer is missing: each layer gives one factor.",
            "少算了一层：每层贡献一个因子。",
            lambda s: _factor(s) ** (s.layers - 1),
        ),
        Mistake(
            "One layer is too many: each layer gives one factor.",
            "多算了一层：每层贡献一个因子。",
            lambda s: _factor(s) ** (s.layers + 1),
        ),
        Mistake(
            "The derivative of another function was taken: that of the sigmoid is a(1 − a), that of tanh 1 − a².",
            "用错了导数：sigmoid 的导数为 a(1 − a)，tanh 的导数为 1 − a²。",
            lambda s: (s.weight * act.slope("tanh" if s.activation == "sigmoid" else "sigmoid", s.z)) ** s.layers,
        ),
    )

    def sample(self, draw: Draw, level: int) -> VanishingProduct | None:
        activation = draw.choice(SATURATING)
        z = draw.choice((0.0, 0.5, 1.0, 2.0)) if activation == "sigmoid" else draw.choice((0.5, 1.0, 1.5))
        return VanishingProduct(draw.integer(2, 10), z, 1.0, activation)

    def formula(self, s: VanishingProduct) -> float:
        return _factor(s) ** s.layers

    def stem(self, s: VanishingProduct) -> Text:
        net = _layers(s.activation)
        return Text(
            f"A network has {s.layers} {net.en}. All weights are $w = {num(s.weight)}$, and in every layer the pre-activation is "
            f"$z = {num(s.z)}$. By what factor is the gradient multiplied on its way from the output to the input, that is, what is "
            f"$\\partial h_{{{s.layers}}}/\\partial h_0$?",
            f"网络共 {s.layers} 层，{net.zh}。所有权重 $w = {num(s.weight)}$，每层的预激活值都是 $z = {num(s.z)}$。"
            f"梯度从输出传回输入时乘以多少，即 $\\partial h_{{{s.layers}}}/\\partial h_0$ 是多少？",
        )

    def solution(self, s: VanishingProduct) -> Text:
        steps = f"{signed(_factor(s))}^{{{s.layers}}} = {num(self.formula(s), 5)}"
        return Text(
            f"At $z = {num(s.z)}$ each {s.activation} layer multiplies by ${_one(s)}$.\n\n{s.layers} layers: ${steps}$",
            f"在 $z = {num(s.z)}$ 处，每个 {s.activation} 层乘以 ${_one(s)}$。\n\n共 {s.layers} 层：${steps}$",
        )


def _factors(s: VanishingChain) -> list[float]:
    return [w * act.slope(s.activation, z) for w, z in zip(s.weight, s.z, strict=True)]


class Chain(Question[VanishingChain]):
    """A pre-activation and a weight for each layer."""

    spec = VanishingChain
    answer = Number(decimals=0, significant=3)
    levels = (2,)
    find = "chain"
    rule = r"$\partial h_n/\partial h_0 = \prod_i w_i f'(z_i)$"
    mistakes = (
        Mistake(
            "The weights are missing: each layer multiplies by w f'(z).",
            "漏了权重：每层乘以 w f'(z)。",
            lambda s: math.prod(act.slope(s.activation, z) for z in s.z),
        ),
        Mistake(
            "The factors were added; along a chain they multiply.",
            "把各因子相加了；沿链应相乘。",
            lambda s: sum(_factors(s)),
        ),
        Mistake(
            "The activations' values were taken instead of their derivatives.",
            "用了激活值，而不是导数。",
            lambda s: math.prod(w * act.value(s.activation, z) for w, z in zip(s.weight, s.z, strict=True)),
        ),
        Mistake(
            "The last layer is missing: each layer gives one factor.",
            "漏了最后一层：每层贡献一个因子。",
            lambda s: math.prod(_factors(s)[:-1]),
        ),
        Mistake(
            "Only the weights were multiplied; the activations' derivatives belong to the chain too.",
            "只乘了权重；链式乘积中还有激活函数的导数。",
            lambda s: math.prod(s.weight),
        ),
    )

    def sample(self, draw: Draw, level: int) -> VanishingChain | None:
        count, activation = draw.choice((2, 3, 4)), draw.choice(SATURATING)
        z, weight = draw.decimals(count, -2, 2, 1), draw.decimals(count, -4, 4, 1)
        return VanishingChain(z, weight, activation) if min(map(abs, weight)) >= 0.3 else None

    def formula(self, s: VanishingChain) -> float:
        return math.prod(_factors(s))

    def stem(self, s: VanishingChain) -> Text:
        count, last = len(s.z), rf"$\partial h_{{{len(s.z)}}}/\partial h_0$"
        return Text(
            f"A network has {count} layers of one unit each, $z_i = w_i h_{{i-1}} + b_i$, $h_i = f(z_i)$ with $f$ = "
            f"{s.activation}. From the "
            f"first layer to the last the weights are {vector(s.weight)} and the pre-activations $z_i$ are {vector(s.z)}. What is {last}?",
            f"网络共 {count} 层，每层一个单元：$z_i = w_i h_{{i-1}} + b_i$，$h_i = f(z_i)$，$f$ 为 {s.activation}。"
            "从第一层到最后一层，权重依次为 "
            f"{vector(s.weight)}，预激活值 $z_i$ 依次为 {vector(s.z)}。{last} 是多少？",
        )

    def solution(self, s: VanishingChain) -> Text:
        slopes = vector(round(act.slope(s.activation, z), 6) for z in s.z)
        product = r" \cdot ".join(signed(factor) for factor in _factors(s))
        steps = f"{product} = {num(self.formula(s), 5)}"
        return Text(
            f"Derivatives of {s.activation} at the pre-activations: {slopes}. Times the weights, all multiplied: ${steps}$.",
            f"{s.activation} 在各预激活值处的导数：{slopes}。乘以各自的权重后全部相乘：${steps}$。",
        )


def _depth(s: VanishingDepth) -> int:
    """The smallest n with factorⁿ < threshold."""
    return math.floor(math.log(s.threshold) / math.log(abs(_factor(s)))) + 1


class Depth(Question[VanishingDepth]):
    """The product solved for the number of layers."""

    spec = VanishingDepth
    answer = Integer("layers")
    levels = (3,)
    find = "layers"
    rule = r"$n = \lfloor \ln \tau / \ln |w f'(z)| \rfloor + 1$"
    mistakes = (
        Mistake(
            "One layer too few: the gradient is still above the threshold.",
            "少了一层：此时梯度仍高于阈值。",
            lambda s: _depth(s) - 1,
        ),
        Mistake(
            "The weight was left out: each layer multiplies by w f'(z).",
            "漏了权重：每层乘以 w f'(z)。",
            lambda s: _depth_for(act.slope(s.activation, s.z), s.threshold),
        ),
        Mistake(
            "The gradient was taken to fall by the same amount in every layer; each layer multiplies it by the same factor.",
            "以为梯度每层减少同一数值；实际是每层乘以同一因子。",
            lambda s: math.ceil((1 - s.threshold) / (1 - abs(_factor(s)))),
        ),
        Mistake(
            "The derivative of another function was taken: that of the sigmoid is a(1 − a), that of tanh 1 − a².",
            "用错了导数：sigmoid 的导数为 a(1 − a)，tanh 的导数为 1 − a²。",
            lambda s: _other_depth(s),
        ),
        Mistake(
            "One layer more than needed: the gradient is below the threshold before.",
            "多了一层：前一层时梯度已低于阈值。",
            lambda s: _depth(s) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> VanishingDepth | None:
        activation = draw.choice(SATURATING)
        z = draw.decimal(0, 2, 1) if activation == "sigmoid" else draw.decimal(0.8, 2, 1)
        weight = draw.choice((0.5, 1.0, 1.5, 2.0)) if activation == "sigmoid" else draw.choice((0.5, 0.8, 1.0))
        s = VanishingDepth(z, draw.choice((0.01, 0.001, 0.0001)), weight, activation)
        exact = math.log(s.threshold) / math.log(abs(_factor(s))) if 0 < _factor(s) < 0.7 else 0.0
        return s if exact > 1.5 and abs(exact - round(exact)) > 0.01 else None

    def formula(self, s: VanishingDepth) -> int:
        return _depth(s)

    def stem(self, s: VanishingDepth) -> Text:
        net = _layers(s.activation)
        return Text(
            f"A network has {net.en}; all weights are $w = {num(s.weight)}$ and in every layer the pre-activation is $z = {num(s.z)}$. A "
            f"gradient of 1 enters at the output. What is the smallest number of layers after which its absolute value is below "
            f"${num(s.threshold)}$?",
            f"一个网络{net.zh}；所有权重 $w = {num(s.weight)}$，每层的预激活值都是 $z = {num(s.z)}$。输出处的梯度为 1。"
            f"至少经过多少层后，其绝对值低于 ${num(s.threshold)}$？",
        )

    def solution(self, s: VanishingDepth) -> Text:
        n = _depth(s)
        before, after = num(abs(_factor(s)) ** (n - 1), 5), num(abs(_factor(s)) ** n, 5)
        return Text(
            f"At $z = {num(s.z)}$ each {s.activation} layer multiplies by ${_one(s)}$.\n\nAfter {n - 1} layers ${before}$, "
            f"after {n} layers "
            f"${after} < {num(s.threshold)}$: {n}.",
            f"在 $z = {num(s.z)}$ 处，每个 {s.activation} 层乘以 ${_one(s)}$。\n\n{n - 1} 层后为 ${before}$，{n} 层后为 "
            f"${after} < {num(s.threshold)}$："
            f"{n} 层。",
        )


def _other_depth(s: VanishingDepth) -> int | None:
    return _depth_for(abs(s.weight) * act.slope("tanh" if s.activation == "sigmoid" else "sigmoid", s.z), s.threshold)


def _depth_for(factor: float, threshold: float) -> int | None:
    """For another factor per layer; None if the gradient hardly falls."""
    return math.floor(math.log(threshold) / math.log(factor)) + 1 if 0 < factor < 0.95 else None


MODEL = ItemModel(
    name="vanishing_product",
    version=1,
    topic="values",
    title=Text("Vanishing gradients", "梯度消失"),
    questions=(Product(), Chain(), Depth()),
)
