"""The sigmoid, its derivative and its inverse. Source: documentation of torch.sigmoid and torch.logit."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._pointwise import Derivative, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import SigmoidDerivative, SigmoidInverse, SigmoidValue

NAME = Text("the sigmoid", "sigmoid 函数")


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


class SigmoidAt(Value[SigmoidValue]):
    spec = SigmoidValue
    rule = r"$\sigma(x) = 1/(1 + e^{-x})$"
    mistakes = (
        Mistake("The exponent is −x, not x.", "指数是 −x，不是 x。", lambda s: _sigmoid(-s.x)),
        Mistake(
            "That is tanh; the sigmoid lies between 0 and 1.",
            "这是 tanh；sigmoid 的值在 0 与 1 之间。",
            lambda s: math.tanh(s.x),
        ),
        Mistake(
            "That is the derivative σ(1 − σ), not the value.",
            "这是导数 σ(1 − σ)，不是函数值。",
            lambda s: _sigmoid(s.x) * (1 - _sigmoid(s.x)),
        ),
        Mistake(
            "The 1 in the denominator is missing: 1/e^(−x) is unbounded.",
            "分母漏了 1：1/e^(−x) 没有上界。",
            lambda s: math.exp(s.x),
        ),
    )

    def function(self, s: SigmoidValue) -> Text:
        return NAME

    def formula(self, s: SigmoidValue) -> float:
        return 1 / (1 + math.exp(-s.x))

    def steps(self, s: SigmoidValue) -> str:
        power = f"e^{{{num(-s.x)}}}"
        return rf"\sigma({num(s.x)}) = 1/(1 + {power}) = 1/(1 + {num(math.exp(-s.x))}) = {num(self.formula(s))}"


class SigmoidSlope(Derivative[SigmoidDerivative]):
    spec = SigmoidDerivative
    rule = r"$\sigma'(x) = \sigma(x)(1 - \sigma(x))$"
    mistakes = (
        Mistake("That is the value σ(x), not its derivative.", "这是 σ(x) 的值，不是导数。", lambda s: _sigmoid(s.x)),
        Mistake(
            "1 − σ² is the rule of tanh; for the sigmoid it is σ(1 − σ).",
            "1 − σ² 是 tanh 的规则；sigmoid 应为 σ(1 − σ)。",
            lambda s: 1 - _sigmoid(s.x) ** 2,
        ),
        Mistake(
            "The rule takes the output σ(x), not x itself: σ(1 − σ), not x(1 − x).",
            "公式用的是输出 σ(x)，而不是 x 本身：σ(1 − σ)，而非 x(1 − x)。",
            lambda s: s.x * (1 - s.x),
        ),
        Mistake("1/4 is the largest slope, at x = 0 only.", "1/4 是最大斜率，只在 x = 0 处取到。", lambda s: 0.25),
        Mistake(
            "The sign is wrong: the sigmoid rises everywhere.",
            "符号错了：sigmoid 处处递增。",
            lambda s: -_sigmoid(s.x) * (1 - _sigmoid(s.x)),
        ),
    )

    def function(self, s: SigmoidDerivative) -> Text:
        return NAME

    def formula(self, s: SigmoidDerivative) -> float:
        return math.exp(-s.x) / (1 + math.exp(-s.x)) ** 2

    def steps(self, s: SigmoidDerivative) -> str:
        y = _sigmoid(s.x)
        return rf"\sigma({num(s.x)}) = {num(y)}, \sigma' = {num(y)} \cdot (1 - {num(y)}) = {num(self.formula(s))}"


class Logit(Inverse[SigmoidInverse]):
    spec = SigmoidInverse
    rule = r"$x = \ln(y/(1 - y))$"
    mistakes = (
        Mistake("The fraction is upside down.", "分式上下颠倒了。", lambda s: math.log((1 - s.y) / s.y)),
        Mistake(
            "The natural logarithm is meant, not base 10.",
            "应取自然对数，而不是以 10 为底。",
            lambda s: math.log10(s.y / (1 - s.y)),
        ),
        Mistake(
            "ln y is the log-probability; the logit is ln of the odds y/(1 − y).",
            "ln y 是对数概率；logit 是几率 y/(1 − y) 的对数。",
            lambda s: math.log(s.y),
        ),
        Mistake("These are the odds; their logarithm is missing.", "这是几率；还要取对数。", lambda s: s.y / (1 - s.y)),
        Mistake(
            "That is the sigmoid of the given value, not its inverse.",
            "这是对给定值再求 sigmoid，而不是求逆。",
            lambda s: _sigmoid(s.y),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SigmoidInverse | None:
        return SigmoidInverse(draw.decimal(0.02, 0.98, 2))

    def function(self, s: SigmoidInverse) -> Text:
        return NAME

    def formula(self, s: SigmoidInverse) -> float:
        return math.log(s.y / (1 - s.y))

    def why(self, s: SigmoidInverse) -> Text:
        return Text("The inverse of the sigmoid is the logit:", "sigmoid 的反函数是 logit：")

    def steps(self, s: SigmoidInverse) -> str:
        return rf"\ln({num(s.y)}/(1 - {num(s.y)})) = \ln {num(s.y / (1 - s.y))} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="sigmoid_value",
    version=1,
    topic="activations-losses",
    title=Text("Sigmoid", "sigmoid 函数"),
    questions=(SigmoidAt(), SigmoidSlope(), Logit()),
)
