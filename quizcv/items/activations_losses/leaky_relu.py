"""Leaky ReLU: a fixed slope for negative inputs. Source: documentation of torch.nn.LeakyReLU."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.activations_losses._pointwise import ChainRule, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.rectifiers import LeakyReluChain, LeakyReluInverse, LeakyReluValue

SLOPES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)


def _name(slope: float) -> Text:
    return Text(f"`nn.LeakyReLU(negative_slope={num(slope)})`", f" `nn.LeakyReLU(negative_slope={num(slope)})` ")


def _slope(s: LeakyReluChain) -> float:
    return 1.0 if s.weight * s.x + s.bias > 0 else s.negative_slope


class LeakyAt(Value[LeakyReluValue]):
    spec = LeakyReluValue
    rule = Text(
        "$x$ for $x > 0$, else $a x$, with $a$ the negative slope", "$x > 0$ 时为 $x$，否则为 $a x$，$a$ 为负半轴斜率"
    )
    answer = Number(decimals=3)
    mistakes = (
        Mistake(
            "That is ReLU: leaky ReLU keeps a little of a negative input.",
            "这是 ReLU；Leaky ReLU 会保留一点负输入。",
            lambda s: 0.0 if s.x < 0 else None,
        ),
        Mistake(
            "The slope is for negative inputs only.",
            "负半轴斜率只用于负输入。",
            lambda s: s.x * s.negative_slope if s.x > 0 else s.x,
        ),
        Mistake(
            "The output has the sign of the input.",
            "输出与输入同号。",
            lambda s: -s.x * (s.negative_slope if s.x < 0 else 1),
        ),
        Mistake(
            "1 − slope is not the factor: the slope itself is.",
            "系数是斜率本身，不是 1 − 斜率。",
            lambda s: s.x * (1 - s.negative_slope) if s.x < 0 else None,
        ),
        Mistake(
            "A negative input is multiplied by the slope, not divided.",
            "负输入乘以斜率，而不是除以。",
            lambda s: s.x / s.negative_slope if s.x < 0 else None,
        ),
        Mistake(
            "That is the slope, the derivative; the value is slope times x.",
            "这是斜率，即导数；函数值是斜率乘 x。",
            lambda s: s.negative_slope if s.x < 0 else None,
        ),
        Mistake(
            "That is the derivative for a positive input; the value is x.",
            "这是正输入处的导数；函数值是 x。",
            lambda s: 1.0 if s.x > 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LeakyReluValue | None:
        x = draw.decimal(-9, -0.5, 1) if draw.chance(0.8) else draw.decimal(0.5, 9, 1)
        return LeakyReluValue(x, draw.choice((0.01, *SLOPES)))

    def function(self, s: LeakyReluValue) -> Text:
        return _name(s.negative_slope)

    def formula(self, s: LeakyReluValue) -> float:
        return s.x if s.x > 0 else s.negative_slope * s.x

    def why(self, s: LeakyReluValue) -> Text:
        if s.x > 0:
            return Text(
                f"A positive input passes unchanged, whatever the slope {num(s.negative_slope)} is:",
                f"正输入原样通过，与斜率 {num(s.negative_slope)} 无关：",
            )
        return Text("A negative input is multiplied by the slope:", "负输入乘以斜率：")

    def steps(self, s: LeakyReluValue) -> str:
        y = num(round(self.formula(s), 9))
        return f"y = {y}" if s.x > 0 else rf"{num(s.negative_slope)} \cdot {signed(s.x)} = {y}"


class LeakyChain(ChainRule[LeakyReluChain]):
    spec = LeakyReluChain
    levels = (2,)
    find = "derivative"
    rule = Text(
        "$dy/dx = w$ for $z > 0$, else $a w$, with $a$ the negative slope",
        "$z > 0$ 时 $dy/dx = w$，否则为 $a w$，$a$ 为负半轴斜率",
    )
    mistakes = (
        Mistake("The slope of the activation alone: the weight is missing.", "只是激活函数的斜率：漏了权重。", _slope),
        Mistake(
            "That is the derivative with ReLU.",
            "这是用 ReLU 时的导数。",
            lambda s: 0.0 if s.weight * s.x + s.bias < 0 else None,
        ),
        Mistake(
            "That is the weight: for negative z it is multiplied by the slope.",
            "这是权重本身；z 为负时还要乘以斜率。",
            lambda s: s.weight,
        ),
        Mistake(
            "For positive z the slope of the activation is 1.",
            "z 为正时激活函数的斜率为 1。",
            lambda s: s.weight * s.negative_slope,
        ),
        Mistake(
            "That is the derivative with respect to the weight, f′(z)·x.",
            "这是对权重的导数 f′(z)·x。",
            lambda s: _slope(s) * s.x,
        ),
        Mistake(
            "That is the output y, not its derivative.",
            "这是输出 y，不是导数。",
            lambda s: _slope(s) * (s.weight * s.x + s.bias),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LeakyReluChain | None:
        x, weight, bias = draw.decimal(-3, 3, 1), draw.decimal(-4, 4, 1), draw.decimal(-3, 3, 1)
        z = weight * x + bias
        if abs(z) < 0.1 or 0 in (x, weight, bias) or (z > 0 and draw.chance(0.6)):
            return None
        return LeakyReluChain(x, weight, bias, draw.choice(SLOPES))

    def function(self, s: LeakyReluChain) -> Text:
        return _name(s.negative_slope)

    def formula(self, s: LeakyReluChain) -> float:
        return s.weight if s.weight * s.x + s.bias > 0 else s.negative_slope * s.weight

    def why(self, s: LeakyReluChain) -> Text:
        z = f"$z = {num(round(self.z(s), 9))}$"
        one = self.z(s) > 0
        return Text(
            f"At $x = {num(s.x)}$ and with the bias {num(s.bias)}, {z}: the slope is "
            f"{'1, not' if one else 'the negative one,'} {num(s.negative_slope)}, and the weight multiplies it:",
            f"$x = {num(s.x)}$、偏置 {num(s.bias)} 时 {z}，斜率为"
            f"{' 1，而不是' if one else '负半轴斜率'} {num(s.negative_slope)}，再乘以权重：",
        )

    def steps(self, s: LeakyReluChain) -> str:
        if self.z(s) > 0:
            return rf"1 \cdot {signed(s.weight)} = {num(s.weight)}"
        return rf"{num(s.negative_slope)} \cdot {signed(s.weight)} = {num(round(self.formula(s), 9))}"


class LeakyBack(Inverse[LeakyReluInverse]):
    spec = LeakyReluInverse
    rule = Text("$y$ for $y > 0$, else $y/a$", "$y > 0$ 时为 $y$，否则为 $y/a$")
    mistakes = (
        Mistake(
            "The inverse divides by the slope.",
            "求逆时要除以斜率。",
            lambda s: s.y * s.negative_slope if s.y < 0 else None,
        ),
        Mistake(
            "A positive output is its input: the slope does not enter.",
            "正输出等于其输入，与斜率无关。",
            lambda s: s.y * s.negative_slope if s.y > 0 else None,
        ),
        Mistake("For a negative output the input was larger in size.", "输出为负时，输入的绝对值更大。", lambda s: s.y),
        Mistake(
            "The input has the sign of the output.",
            "输入与输出同号。",
            lambda s: -s.y / s.negative_slope if s.y < 0 else -s.y,
        ),
        Mistake(
            "The slope is for negative values only.",
            "斜率只用于负值。",
            lambda s: s.y / s.negative_slope if s.y > 0 else None,
        ),
        Mistake(
            "The factor is the slope, not 1 − slope.",
            "系数是斜率，不是 1 − 斜率。",
            lambda s: s.y / (1 - s.negative_slope) if s.y < 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LeakyReluInverse | None:
        slope = draw.choice(SLOPES)
        y = round(-draw.decimal(0.5, 9, 1) * slope, 3) if draw.chance(0.8) else draw.decimal(0.5, 3, 1)
        return LeakyReluInverse(y, slope)

    def function(self, s: LeakyReluInverse) -> Text:
        return _name(s.negative_slope)

    def formula(self, s: LeakyReluInverse) -> float:
        return s.y if s.y > 0 else s.y / s.negative_slope

    def why(self, s: LeakyReluInverse) -> Text:
        if s.y > 0:
            return Text(
                f"A positive output is its input, whatever the slope {num(s.negative_slope)} is:",
                f"正输出等于其输入，与斜率 {num(s.negative_slope)} 无关：",
            )
        return Text("A negative output came from the negative side:", "负输出来自负半轴：")

    def steps(self, s: LeakyReluInverse) -> str:
        return f"x = {num(s.y)}" if s.y > 0 else f"{num(s.y)}/{num(s.negative_slope)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="leaky_relu_value",
    version=1,
    topic="activations-losses",
    title=Text("Leaky ReLU", "Leaky ReLU 激活"),
    questions=(LeakyAt(), LeakyChain(), LeakyBack()),
)
