"""Softplus, a smooth ReLU. Source: documentation of torch.nn.Softplus."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._pointwise import Derivative, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import SoftplusDerivative, SoftplusInverse, SoftplusValue


def _name(beta: float) -> Text:
    return Text(f"softplus with $\\beta = {num(beta)}$", f"$\\beta = {num(beta)}$ 的 softplus ")


def _softplus(x: float, beta: float = 1.0) -> float:
    return math.log1p(math.exp(beta * x)) / beta


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


class SoftplusAt(Value[SoftplusValue]):
    spec = SoftplusValue
    levels = (1, 2)
    rule = r"$\ln(1 + e^{\beta x})/\beta$"
    mistakes = (
        Mistake(
            "That is ReLU, which softplus smooths.", "这是 ReLU；softplus 是它的光滑版本。", lambda s: max(s.x, 0.0)
        ),
        Mistake(
            "That is the sigmoid, the derivative of softplus.",
            "这是 sigmoid，即 softplus 的导数。",
            lambda s: _sigmoid(s.beta * s.x),
        ),
        Mistake(
            "The natural logarithm is meant, not base 10.",
            "应取自然对数，而不是以 10 为底。",
            lambda s: _softplus(s.x, s.beta) / math.log(10),
        ),
        Mistake("The division by β is missing.", "漏了除以 β。", lambda s: _softplus(s.x, s.beta) * s.beta),
        Mistake("β was left out.", "漏了 β。", lambda s: _softplus(s.x)),
        Mistake("The exponent is x, not −x.", "指数是 x，不是 −x。", lambda s: _softplus(-s.x, s.beta)),
    )

    def sample(self, draw: Draw, level: int) -> SoftplusValue | None:
        x = draw.decimal(-3, 3, 1)
        return SoftplusValue(x, 1.0 if level == 1 else draw.choice((0.5, 2.0, 3.0))) if abs(x) >= 0.2 else None

    def function(self, s: SoftplusValue) -> Text:
        return _name(s.beta)

    def formula(self, s: SoftplusValue) -> float:
        return math.log(1 + math.exp(s.beta * s.x)) / s.beta

    def steps(self, s: SoftplusValue) -> str:
        beta, power = num(s.beta), num(math.exp(s.beta * s.x))
        return rf"\ln(1 + e^{{{beta} \cdot {num(s.x)}}})/{beta} = \ln(1 + {power})/{beta} = {num(self.formula(s))}"


class SoftplusSlope(Derivative[SoftplusDerivative]):
    spec = SoftplusDerivative
    rule = r"$\sigma(\beta x)$"
    mistakes = (
        Mistake("That is the value of softplus.", "这是 softplus 的值。", lambda s: _softplus(s.x, s.beta)),
        Mistake(
            "The inner derivative β cancels the division by β.",
            "内层导数 β 与除以 β 抵消。",
            lambda s: s.beta * _sigmoid(s.beta * s.x),
        ),
        Mistake("β was left out of the sigmoid.", "sigmoid 中漏了 β。", lambda s: _sigmoid(s.x)),
        Mistake("That is the derivative of ReLU.", "这是 ReLU 的导数。", lambda s: 1.0 if s.x > 0 else 0.0),
        Mistake(
            "The numerator e^(βx) of the derivative is missing.",
            "导数的分子漏了 e^(βx)。",
            lambda s: _sigmoid(-s.beta * s.x),
        ),
        Mistake(
            "The inner derivative β cancels: nothing is divided by it.",
            "内层导数 β 已抵消：不再除以 β。",
            lambda s: _sigmoid(s.beta * s.x) / s.beta,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftplusDerivative | None:
        x = draw.decimal(-3, 3, 1)
        return SoftplusDerivative(x, draw.choice((0.5, 1.0, 2.0, 3.0))) if abs(x) >= 0.2 else None

    def function(self, s: SoftplusDerivative) -> Text:
        return _name(s.beta)

    def formula(self, s: SoftplusDerivative) -> float:
        return math.exp(s.beta * s.x) / (1 + math.exp(s.beta * s.x))

    def steps(self, s: SoftplusDerivative) -> str:
        return (
            rf"\sigma({num(s.beta)} \cdot {num(s.x)}) = 1/(1 + {num(math.exp(-s.beta * s.x))}) = {num(self.formula(s))}"
        )


class SoftplusBack(Inverse[SoftplusInverse]):
    spec = SoftplusInverse
    rule = r"$x = \ln(e^{\beta y} - 1)/\beta$"
    mistakes = (
        Mistake(
            "1 is subtracted, not added: that is softplus again.",
            "应减 1 而不是加 1：这又是 softplus。",
            lambda s: _softplus(s.y, s.beta),
        ),
        Mistake("The logarithm is missing.", "漏了取对数。", lambda s: math.expm1(s.beta * s.y) / s.beta),
        Mistake("The division by β is missing.", "漏了除以 β。", lambda s: math.log(math.expm1(s.beta * s.y))),
        Mistake("β was left out.", "漏了 β。", lambda s: math.log(math.expm1(s.y))),
        Mistake(
            "Only for large outputs is the input nearly the same.", "只有输出很大时输入才与之近似相等。", lambda s: s.y
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftplusInverse | None:
        return SoftplusInverse(draw.decimal(0.1, 2.5, 2), draw.choice((0.5, 1.0, 2.0)))

    def function(self, s: SoftplusInverse) -> Text:
        return _name(s.beta)

    def formula(self, s: SoftplusInverse) -> float:
        return math.log(math.exp(s.beta * s.y) - 1) / s.beta

    def why(self, s: SoftplusInverse) -> Text:
        return Text(r"From $e^{\beta y} = 1 + e^{\beta x}$:", r"由 $e^{\beta y} = 1 + e^{\beta x}$：")

    def steps(self, s: SoftplusInverse) -> str:
        beta = num(s.beta)
        inside = num(math.exp(s.beta * s.y) - 1)
        return rf"x = \ln(e^{{{beta} \cdot {num(s.y)}}} - 1)/{beta} = \ln({inside})/{beta} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="softplus_value",
    version=1,
    topic="activations-losses",
    title=Text("Softplus", "softplus 激活"),
    questions=(SoftplusAt(), SoftplusSlope(), SoftplusBack()),
)
