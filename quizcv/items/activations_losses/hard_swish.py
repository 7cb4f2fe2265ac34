"""Hard swish and hard sigmoid. Source: documentation of torch.nn.Hardswish and torch.nn.Hardsigmoid; Howard et al. 2019."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._pointwise import ChainRule, Derivative, Inverse, Value
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.activations import (
    HardSigmoidChain,
    HardSigmoidInverse,
    HardSigmoidValue,
    HardSwishDerivative,
    HardSwishInverse,
    HardSwishValue,
)

SWISH = Text("hard swish", " hard swish ")
SIGMOID = Text("PyTorch's `nn.Hardsigmoid`", " PyTorch 的 `nn.Hardsigmoid` ")


def _hard(x: float) -> float:
    """Hard sigmoid."""
    return min(max(x / 6 + 0.5, 0.0), 1.0)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _slope(x: float) -> float:
    """Of hard swish."""
    if x <= -3:
        return 0.0
    return 1.0 if x >= 3 else (2 * x + 3) / 6


class HardSwishAt(Value[HardSwishValue]):
    spec = HardSwishValue
    low, high = -4.0, 4.5
    rule = r"$x \cdot \min(\max(x + 3, 0), 6)/6$"
    mistakes = (
        Mistake(
            "That is hard sigmoid; it still has to be multiplied by x.",
            "这是 hard sigmoid；还要乘以 x。",
            lambda s: _hard(s.x),
        ),
        Mistake("That is swish itself, x·σ(x).", "这是 swish 本身，即 x·σ(x)。", lambda s: s.x * _sigmoid(s.x)),
        Mistake("That is ReLU.", "这是 ReLU。", lambda s: max(s.x, 0.0)),
        Mistake("The division by 6 is missing.", "漏了除以 6。", lambda s: 6 * s.x * _hard(s.x)),
        Mistake("The cut at 0 and 6 is missing.", "漏了在 0 和 6 处的截断。", lambda s: s.x * (s.x + 3) / 6),
        Mistake("3 is added to x before the cut.", "截断前要先加 3。", lambda s: s.x * min(max(s.x, 0.0), 6.0) / 6),
    )

    def function(self, s: HardSwishValue) -> Text:
        return SWISH

    def formula(self, s: HardSwishValue) -> float:
        return s.x * min(max(s.x + 3, 0.0), 6.0) / 6

    def steps(self, s: HardSwishValue) -> str:
        cut = num(min(max(round(s.x + 3, 9), 0.0), 6.0))
        return (
            rf"{num(s.x)} \cdot \min(\max({num(s.x)} + 3, 0), 6)/6 = {num(s.x)} \cdot {cut}/6 = {num(self.formula(s))}"
        )


class HardSwishSlope(Derivative[HardSwishDerivative]):
    spec = HardSwishDerivative
    low, high = -4.0, 4.5
    rule = Text(
        "0 for $x < -3$, 1 for $x > 3$, between them $(2x + 3)/6$",
        "$x < -3$ 时为 0，$x > 3$ 时为 1，其间为 $(2x + 3)/6$",
    )
    mistakes = (
        Mistake(
            "That is the hard sigmoid factor: the product rule has a second term.",
            "这只是 hard sigmoid 因子：乘积法则还有第二项。",
            lambda s: _hard(s.x),
        ),
        Mistake("The slope of 3x is missing.", "漏了 3x 的斜率。", lambda s: s.x / 3 if abs(s.x) < 3 else None),
        Mistake("1/6 is the slope of hard sigmoid.", "1/6 是 hard sigmoid 的斜率。", lambda s: 1 / 6),
        Mistake("That is the value.", "这是函数值。", lambda s: s.x * _hard(s.x)),
        Mistake("Outside of −3…3 the slope is 0 or 1.", "在 −3…3 之外斜率为 0 或 1。", lambda s: (2 * s.x + 3) / 6),
        Mistake("That is the derivative of ReLU.", "这是 ReLU 的导数。", lambda s: 1.0 if s.x > 0 else 0.0),
    )

    def sample(self, draw: Draw, level: int) -> HardSwishDerivative | None:
        s = Derivative.sample(self, draw, level)
        return None if s is None or abs(s.x) == 3 else s

    def function(self, s: HardSwishDerivative) -> Text:
        return SWISH

    def formula(self, s: HardSwishDerivative) -> float:
        if abs(s.x) < 3:
            return (2 * s.x + 3) / 6
        return 1.0 if s.x > 0 else 0.0

    def why(self, s: HardSwishDerivative) -> Text:
        x = num(s.x)
        if abs(s.x) < 3:
            return Text("Between −3 and 3 the function is (x² + 3x)/6:", "在 −3 与 3 之间函数为 (x² + 3x)/6：")
        if s.x > 0:
            return Text(f"At {x}, above 3, the function is x itself:", f"{x} 大于 3，函数即 x 本身：")
        return Text(f"At {x}, below −3, the function is 0:", f"{x} 小于 −3，函数恒为 0：")

    def steps(self, s: HardSwishDerivative) -> str:
        if abs(s.x) < 3:
            return rf"(2 \cdot {signed(s.x)} + 3)/6 = {num(self.formula(s))}"
        return f"y' = {num(self.formula(s))}"


class HardSwishBack(Inverse[HardSwishInverse]):
    spec = HardSwishInverse
    rule = Text(
        r"$x = (-3 + \sqrt{9 + 24 y})/2$ for $0 < y < 3$, else $y$",
        r"$0 < y < 3$ 时为 $x = (-3 + \sqrt{9 + 24 y})/2$，否则为 $y$",
    )
    mistakes = (
        Mistake(
            "That is the other root, where hard swish is cut to 0.",
            "这是另一个根，hard swish 在那里被截断为 0。",
            lambda s: (-3 - math.sqrt(9 + 24 * s.y)) / 2 if s.y < 3 else None,
        ),
        Mistake("That inverts hard sigmoid.", "这是 hard sigmoid 的反函数。", lambda s: 6 * s.y - 3),
        Mistake("Only above 3 is the output its input.", "只有大于 3 时输出才等于输入。", lambda s: s.y),
        Mistake(
            "Above 3 the output is its input.", "大于 3 时输出等于输入。", lambda s: (-3 + math.sqrt(9 + 24 * s.y)) / 2
        ),
        Mistake(
            "x² + 3x = 6y: the 6 is missing.",
            "x² + 3x = 6y：漏了 6。",
            lambda s: (-3 + math.sqrt(9 + 4 * s.y)) / 2 if s.y < 3 else None,
        ),
        Mistake(
            "x² + 3x = 6y: the 3x is missing.",
            "x² + 3x = 6y：漏了 3x。",
            lambda s: math.sqrt(6 * s.y) if s.y < 3 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> HardSwishInverse | None:
        return HardSwishInverse(draw.decimal(0.05, 3.5, 2))

    def function(self, s: HardSwishInverse) -> Text:
        return SWISH

    def stem(self, s: HardSwishInverse) -> Text:
        return Text(
            f"For which $x > 0$ does hard swish give {num(s.y)}?", f"hard swish 在哪个正的 $x$ 处的值为 {num(s.y)}？"
        )

    def formula(self, s: HardSwishInverse) -> float:
        return (-3 + math.sqrt(9 + 24 * s.y)) / 2 if s.y < 3 else s.y

    def why(self, s: HardSwishInverse) -> Text:
        if s.y >= 3:
            return Text("From 3 on the output is the input:", "从 3 起输出等于输入：")
        return Text("Solve $x^2 + 3x - 6y = 0$ for the positive root:", "解 $x^2 + 3x - 6y = 0$ 的正根：")

    def steps(self, s: HardSwishInverse) -> str:
        if s.y >= 3:
            return f"x = {num(s.y)}"
        return rf"(-3 + \sqrt{{9 + 24 \cdot {num(s.y)}}})/2 = {num(self.formula(s))}"


class HardSigmoidAt(Value[HardSigmoidValue]):
    spec = HardSigmoidValue
    low, high = -4.0, 4.0
    rule = r"$\min(\max(x + 3, 0), 6)/6$"
    mistakes = (
        Mistake("That is the sigmoid itself.", "这是 sigmoid 本身。", lambda s: _sigmoid(s.x)),
        Mistake(
            "0.2x + 0.5 is another library's hard sigmoid; PyTorch's is x/6 + 0.5.",
            "0.2x + 0.5 是别的库的 hard sigmoid；PyTorch 用 x/6 + 0.5。",
            lambda s: min(max(0.2 * s.x + 0.5, 0.0), 1.0),
        ),
        Mistake("That is hard swish.", "这是 hard swish。", lambda s: s.x * _hard(s.x)),
        Mistake("The cut at 0 and 1 is missing.", "漏了在 0 和 1 处的截断。", lambda s: s.x / 6 + 0.5),
        Mistake("3 is added to x before the cut.", "截断前要先加 3。", lambda s: min(max(s.x, 0.0), 6.0) / 6),
        Mistake("The division by 6 is missing.", "漏了除以 6。", lambda s: 6 * _hard(s.x)),
    )

    def function(self, s: HardSigmoidValue) -> Text:
        return SIGMOID

    def formula(self, s: HardSigmoidValue) -> float:
        return min(max(s.x + 3, 0.0), 6.0) / 6

    def steps(self, s: HardSigmoidValue) -> str:
        cut = num(min(max(round(s.x + 3, 9), 0.0), 6.0))
        return rf"\min(\max({num(s.x)} + 3, 0), 6)/6 = {cut}/6 = {num(self.formula(s))}"


class HardSigmoidNeuron(ChainRule[HardSigmoidChain]):
    spec = HardSigmoidChain
    levels = (2,)
    find = "derivative"
    rule = Text("$w/6$ for $-3 < z < 3$, else 0", "$-3 < z < 3$ 时为 $w/6$，否则为 0")
    mistakes = (
        Mistake(
            "The chain rule's factor w is missing.",
            "漏了链式法则中的因子 w。",
            lambda s: 1 / 6 if abs(s.weight * s.x + s.bias) < 3 else None,
        ),
        Mistake(
            "That is the derivative with the sigmoid itself, σ(1 − σ)·w.",
            "这是用 sigmoid 本身时的导数 σ(1 − σ)·w。",
            lambda s: s.weight * _sigmoid(s.weight * s.x + s.bias) * (1 - _sigmoid(s.weight * s.x + s.bias)),
        ),
        Mistake("Outside of −3…3 the slope is 0.", "在 −3…3 之外斜率为 0。", lambda s: s.weight / 6),
        Mistake(
            "The slope between −3 and 3 is 1/6, not 1.",
            "在 −3 与 3 之间斜率为 1/6，不是 1。",
            lambda s: s.weight if abs(s.weight * s.x + s.bias) < 3 else None,
        ),
        Mistake(
            "That is the derivative with respect to the weight, f′(z)·x.",
            "这是对权重的导数 f′(z)·x。",
            lambda s: s.x / 6 if abs(s.weight * s.x + s.bias) < 3 else None,
        ),
        Mistake("That is the output y.", "这是输出 y。", lambda s: _hard(s.weight * s.x + s.bias)),
    )

    def sample(self, draw: Draw, level: int) -> HardSigmoidChain | None:
        s = HardSigmoidChain(draw.decimal(-3, 3, 1), draw.decimal(-4, 4, 1), draw.decimal(-3, 3, 1))
        z = abs(self.z(s))
        if 0 in (s.x, s.weight, s.bias) or abs(z - 3) < 0.05 or (z > 3 and draw.chance(0.7)):
            return None
        return s

    def function(self, s: HardSigmoidChain) -> Text:
        return SIGMOID

    def formula(self, s: HardSigmoidChain) -> float:
        return s.weight / 6 if -3 < s.weight * s.x + s.bias < 3 else 0.0

    def steps(self, s: HardSigmoidChain) -> str:
        flat = abs(self.z(s)) >= 3
        return rf"{'0' if flat else '1/6'} \cdot {signed(s.weight)} = {num(self.formula(s))}"


class HardSigmoidBack(Inverse[HardSigmoidInverse]):
    spec = HardSigmoidInverse
    rule = Text("$x = 6y - 3$ for $0 < y < 1$", "$0 < y < 1$ 时 $x = 6y - 3$")
    mistakes = (
        Mistake(
            "That is the logit, which inverts the sigmoid itself.",
            "这是 logit，即 sigmoid 的反函数。",
            lambda s: math.log(s.y / (1 - s.y)),
        ),
        Mistake("The 3 has to be subtracted.", "还要减去 3。", lambda s: 6 * s.y),
        Mistake("3 is subtracted, not added.", "应减去 3，不是加上。", lambda s: 6 * s.y + 3),
        Mistake(
            "That inverts 0.2x + 0.5, another library's hard sigmoid.",
            "这是 0.2x + 0.5（别的库的 hard sigmoid）的反函数。",
            lambda s: 5 * s.y - 2.5,
        ),
        Mistake("That is hard sigmoid of the given value.", "这是对给定值再求 hard sigmoid。", lambda s: _hard(s.y)),
    )

    def sample(self, draw: Draw, level: int) -> HardSigmoidInverse | None:
        return HardSigmoidInverse(draw.decimal(0.02, 0.98, 2))

    def function(self, s: HardSigmoidInverse) -> Text:
        return SIGMOID

    def formula(self, s: HardSigmoidInverse) -> float:
        return 6 * s.y - 3

    def why(self, s: HardSigmoidInverse) -> Text:
        return Text("From $(x + 3)/6 = y$:", "由 $(x + 3)/6 = y$：")

    def steps(self, s: HardSigmoidInverse) -> str:
        return rf"x = 6 \cdot {num(s.y)} - 3 = {num(round(self.formula(s), 9))}"


MODELS = (
    ItemModel(
        name="hard_sigmoid_value",
        version=1,
        topic="activations-losses",
        title=Text("Hard sigmoid", "hard sigmoid 激活"),
        questions=(HardSigmoidAt(), HardSigmoidNeuron(), HardSigmoidBack()),
    ),
    ItemModel(
        name="hard_swish_value",
        version=1,
        topic="activations-losses",
        title=Text("Hard swish", "hard swish 激活"),
        questions=(HardSwishAt(), HardSwishSlope(), HardSwishBack()),
    ),
)
