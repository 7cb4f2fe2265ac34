"""The hyperbolic tangent, its derivative and its inverse. Source: documentation of torch.tanh and torch.atanh."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._pointwise import Derivative, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import TanhDerivative, TanhInverse, TanhValue

NAME = Text("tanh", "tanh 函数")


class TanhAt(Value[TanhValue]):
    spec = TanhValue
    rule = r"$\tanh x = (e^{x} - e^{-x})/(e^{x} + e^{-x}) = 2\sigma(2x) - 1$"
    low, high = -2.5, 2.5
    mistakes = (
        Mistake(
            "That is the sigmoid; tanh lies between −1 and 1.",
            "这是 sigmoid；tanh 的值在 −1 与 1 之间。",
            lambda s: 1 / (1 + math.exp(-s.x)),
        ),
        Mistake(
            "2σ(x) − 1 is tanh(x/2): tanh x is 2σ(2x) − 1.",
            "2σ(x) − 1 是 tanh(x/2)；tanh x 等于 2σ(2x) − 1。",
            lambda s: math.tanh(s.x / 2),
        ),
        Mistake(
            "In 2σ(2x) − 1 the subtraction was forgotten.", "2σ(2x) − 1 中漏减了 1。", lambda s: math.tanh(s.x) + 1
        ),
        Mistake(
            "That is the derivative 1 − tanh², not the value.",
            "这是导数 1 − tanh²，不是函数值。",
            lambda s: 1 - math.tanh(s.x) ** 2,
        ),
        Mistake(
            "The sign is wrong: tanh has the sign of its input.",
            "符号错了：tanh 与输入同号。",
            lambda s: -math.tanh(s.x),
        ),
    )

    def function(self, s: TanhValue) -> Text:
        return NAME

    def formula(self, s: TanhValue) -> float:
        return (math.exp(2 * s.x) - 1) / (math.exp(2 * s.x) + 1)

    def steps(self, s: TanhValue) -> str:
        up, down = math.exp(s.x), math.exp(-s.x)
        return (
            rf"\tanh {signed(s.x)} = ({num(up)} - {num(down)})/({num(up)} + {num(down)}) "
            rf"= {num(up - down)}/{num(up + down)} = {num(self.formula(s))}"
        )


class TanhSlope(Derivative[TanhDerivative]):
    spec = TanhDerivative
    rule = r"$\tanh' x = 1 - \tanh^2 x$"
    low, high = -2.5, 2.5
    mistakes = (
        Mistake(
            "t(1 − t) is the rule of the sigmoid; for tanh it is 1 − t².",
            "t(1 − t) 是 sigmoid 的规则；tanh 应为 1 − t²。",
            lambda s: math.tanh(s.x) * (1 - math.tanh(s.x)),
        ),
        Mistake("The square is missing: 1 − tanh² x.", "漏了平方：应为 1 − tanh² x。", lambda s: 1 - math.tanh(s.x)),
        Mistake("That is tanh x itself.", "这是 tanh x 本身。", lambda s: math.tanh(s.x)),
        Mistake(
            "The rule takes the output, not the input: 1 − tanh² x, not 1 − x².",
            "公式用的是输出而不是输入：1 − tanh² x，而非 1 − x²。",
            lambda s: 1 - s.x**2,
        ),
        Mistake(
            "The sign in 1 − tanh² x is a minus: the slope is never above 1.",
            "1 − tanh² x 中是减号：斜率不会超过 1。",
            lambda s: 1 + math.tanh(s.x) ** 2,
        ),
    )

    def function(self, s: TanhDerivative) -> Text:
        return NAME

    def formula(self, s: TanhDerivative) -> float:
        return 1 / math.cosh(s.x) ** 2

    def steps(self, s: TanhDerivative) -> str:
        y = math.tanh(s.x)
        return rf"\tanh {signed(s.x)} = {num(y)}, \tanh' = 1 - {num(abs(y))}^2 = {num(self.formula(s))}"


class Atanh(Inverse[TanhInverse]):
    spec = TanhInverse
    rule = r"$x = \frac{1}{2} \ln((1 + y)/(1 - y))$"
    mistakes = (
        Mistake("The factor 1/2 is missing.", "漏了系数 1/2。", lambda s: math.log((1 + s.y) / (1 - s.y))),
        Mistake("The fraction is upside down.", "分式上下颠倒了。", lambda s: -math.atanh(s.y)),
        Mistake(
            "That is tanh of the given value, not its inverse.",
            "这是对给定值再求 tanh，而不是求逆。",
            lambda s: math.tanh(s.y),
        ),
        Mistake(
            "That is the logit, the inverse of the sigmoid.",
            "这是 logit，即 sigmoid 的反函数。",
            lambda s: math.log(s.y / (1 - s.y)) if s.y > 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> TanhInverse | None:
        y = draw.decimal(-0.96, 0.96, 2)
        return TanhInverse(y) if abs(y) >= 0.1 else None

    def function(self, s: TanhInverse) -> Text:
        return NAME

    def formula(self, s: TanhInverse) -> float:
        return math.log((1 + s.y) / (1 - s.y)) / 2

    def why(self, s: TanhInverse) -> Text:
        return Text(f"Solve $\\tanh x = {num(s.y)}$ for $x$:", f"由 $\\tanh x = {num(s.y)}$ 解出 $x$：")

    def steps(self, s: TanhInverse) -> str:
        up, down = num(1 + s.y), num(1 - s.y)
        return rf"x = \frac{{1}}{{2}} \ln({up}/{down}) = \frac{{1}}{{2}} \cdot {num(2 * self.formula(s))} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="tanh_value",
    version=1,
    topic="activations-losses",
    title=Text("tanh", "tanh 函数"),
    questions=(TanhAt(), TanhSlope(), Atanh()),
)
