"""Swish with β = 1, which is SiLU. Source: documentation of torch.nn.SiLU; Ramachandran et al. 2017."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._pointwise import ChainRule, Derivative, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.specs.activations import SwishChain, SwishDerivative, SwishValue

NAME = Text(r"swish with $\beta = 1$ (SiLU)", r" $\beta = 1$ 的 swish（SiLU）")


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _slope(x: float) -> float:
    return _sigmoid(x) * (1 + x * (1 - _sigmoid(x)))


class SwishAt(Value[SwishValue]):
    spec = SwishValue
    rule = r"$x \sigma(x)$"
    mistakes = (
        Mistake(
            "That is the sigmoid; swish multiplies it by x.",
            "这是 sigmoid；swish 还要乘以 x。",
            lambda s: _sigmoid(s.x),
        ),
        Mistake("That is ReLU.", "这是 ReLU。", lambda s: max(s.x, 0.0)),
        Mistake(
            "The exponent of the sigmoid is −x, not x.", "sigmoid 的指数是 −x，不是 x。", lambda s: s.x * _sigmoid(-s.x)
        ),
        Mistake(
            "That is hard swish, its piecewise approximation.",
            "这是分段近似的 hard swish。",
            lambda s: s.x * min(max(s.x + 3, 0.0), 6.0) / 6,
        ),
        Mistake(
            "x multiplies the sigmoid, not tanh.", "与 x 相乘的是 sigmoid，不是 tanh。", lambda s: s.x * math.tanh(s.x)
        ),
        Mistake(
            "That is GELU, which multiplies x by Φ(x).",
            "这是 GELU，它把 x 乘以 Φ(x)。",
            lambda s: s.x * 0.5 * (1 + math.erf(s.x / math.sqrt(2))),
        ),
    )

    def function(self, s: SwishValue) -> Text:
        return NAME

    def formula(self, s: SwishValue) -> float:
        return s.x / (1 + math.exp(-s.x))

    def steps(self, s: SwishValue) -> str:
        return (
            rf"{num(s.x)} \cdot \sigma({num(s.x)}) = {num(s.x)} \cdot {num(_sigmoid(s.x))} = {num(self.formula(s))}, "
            r"\quad \beta = 1"
        )


class SwishSlope(Derivative[SwishDerivative]):
    spec = SwishDerivative
    rule = r"$\sigma(x) + x \sigma(x)(1 - \sigma(x))$"
    mistakes = (
        Mistake(
            "The product rule has a second term, x·σ(1 − σ).",
            "乘积法则还有第二项 x·σ(1 − σ)。",
            lambda s: _sigmoid(s.x),
        ),
        Mistake(
            "The product rule has a first term, σ(x).",
            "乘积法则还有第一项 σ(x)。",
            lambda s: s.x * _sigmoid(s.x) * (1 - _sigmoid(s.x)),
        ),
        Mistake(
            "The second term is x·σ(1 − σ): the x is missing.",
            "第二项是 x·σ(1 − σ)：漏了 x。",
            lambda s: _sigmoid(s.x) * (2 - _sigmoid(s.x)),
        ),
        Mistake("That is the value x·σ(x).", "这是函数值 x·σ(x)。", lambda s: s.x * _sigmoid(s.x)),
        Mistake(
            "That is the derivative of the sigmoid.",
            "这是 sigmoid 的导数。",
            lambda s: _sigmoid(s.x) * (1 - _sigmoid(s.x)),
        ),
        Mistake("That is the derivative of ReLU.", "这是 ReLU 的导数。", lambda s: 1.0 if s.x > 0 else 0.0),
    )

    def function(self, s: SwishDerivative) -> Text:
        return NAME

    def formula(self, s: SwishDerivative) -> float:
        y = 1 / (1 + math.exp(-s.x))
        return y + s.x * y * (1 - y)

    def steps(self, s: SwishDerivative) -> str:
        y = num(_sigmoid(s.x))
        return rf"\sigma = {y}, \quad {y} + {signed(s.x)} \cdot {y} \cdot (1 - {y}) = {num(self.formula(s))}"


class SwishNeuron(ChainRule[SwishChain]):
    spec = SwishChain
    rule = r"$dy/dx = w(\sigma(z) + z \sigma(z)(1 - \sigma(z)))$"
    mistakes = (
        Mistake(
            "The chain rule's factor w is missing.",
            "漏了链式法则中的因子 w。",
            lambda s: _slope(s.weight * s.x + s.bias),
        ),
        Mistake(
            "The derivative is taken at z, not at x.",
            "导数应在 z 处取，而不是在 x 处。",
            lambda s: s.weight * _slope(s.x),
        ),
        Mistake(
            "The product rule has a second term, z·σ(1 − σ).",
            "乘积法则还有第二项 z·σ(1 − σ)。",
            lambda s: s.weight * _sigmoid(s.weight * s.x + s.bias),
        ),
        Mistake(
            "That is the derivative with respect to the weight, f′(z)·x.",
            "这是对权重的导数 f′(z)·x。",
            lambda s: s.x * _slope(s.weight * s.x + s.bias),
        ),
        Mistake(
            "That is the output y, not its derivative.",
            "这是输出 y，不是导数。",
            lambda s: (s.weight * s.x + s.bias) * _sigmoid(s.weight * s.x + s.bias),
        ),
        Mistake(
            "That is the derivative with ReLU.",
            "这是用 ReLU 时的导数。",
            lambda s: s.weight if s.weight * s.x + s.bias > 0 else 0.0,
        ),
    )

    def function(self, s: SwishChain) -> Text:
        return NAME

    def formula(self, s: SwishChain) -> float:
        z = s.weight * s.x + s.bias
        y = 1 / (1 + math.exp(-z))
        return s.weight * (y + z * y * (1 - y))

    def steps(self, s: SwishChain) -> str:
        y, z = num(_sigmoid(self.z(s))), signed(round(self.z(s), 9))
        slope = num(_slope(self.z(s)))
        return (
            rf"f'(z) = {y} + {z} \cdot {y} \cdot (1 - {y}) = {slope}, "
            rf"\quad {slope} \cdot {signed(s.weight)} = {num(self.formula(s))}"
        )


MODEL = ItemModel(
    name="swish_value",
    version=1,
    topic="activations-losses",
    title=Text("Swish (SiLU)", "swish 激活（SiLU）"),
    questions=(SwishAt(), SwishSlope(), SwishNeuron()),
)
