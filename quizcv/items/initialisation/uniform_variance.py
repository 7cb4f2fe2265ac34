"""Variance, standard deviation and bound of uniform distributions."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.initialisation._layers import THREE
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.variance import UniformBound, UniformStd, UniformVariance

WIDTH_SQUARED = (
    "The width of U(−a, a) is 2a: its variance is (2a)²/12 = a²/3.",
    "U(−a, a) 的宽度是 2a：方差为 (2a)²/12 = a²/3。",
)


class Variance(Question[UniformVariance]):
    """The second moment of a symmetric uniform distribution."""

    spec = UniformVariance
    answer = THREE
    levels = (1,)
    rule = r"$\sigma^2 = a^2/3$"
    mistakes = (
        Mistake(*WIDTH_SQUARED, lambda s: s.bound**2 / 12),
        Mistake(
            "That is the standard deviation; the variance is its square.",
            "这是标准差；方差是它的平方。",
            lambda s: s.bound / math.sqrt(3),
        ),
        Mistake("The bound has to be squared.", "上界要平方。", lambda s: s.bound / 3),
        Mistake("That is the largest possible square, a².", "这是可能的最大平方值 a²。", lambda s: s.bound**2),
        Mistake("The factor is 1/3, not 1/2.", "系数是 1/3，不是 1/2。", lambda s: s.bound**2 / 2),
    )

    def sample(self, draw: Draw, level: int) -> UniformVariance | None:
        return UniformVariance(draw.decimal(0.02, 3, 2))

    def formula(self, s: UniformVariance) -> float:
        return s.bound**2 / 3

    def stem(self, s: UniformVariance) -> Text:
        a = num(s.bound)
        return Text(
            f"Weights are drawn from the uniform distribution U(−{a}, {a}). What is their variance?",
            f"权重从均匀分布 U(−{a}, {a}) 中抽取。方差是多少？",
        )

    def solution(self, s: UniformVariance) -> Text:
        steps = f"{num(s.bound)}^2 / 3 = {num(self.formula(s), 5)}"
        return Text(
            f"The width is 2a, the variance $(2a)^2/12 = a^2/3$: ${steps}$.",
            f"宽度为 2a，方差 $(2a)^2/12 = a^2/3$：${steps}$。",
        )


class Std(Question[UniformStd]):
    """The same for any interval."""

    spec = UniformStd
    answer = Number(decimals=3)
    levels = (2,)
    find = "std"
    rule = r"$\sigma = (b - a)/\sqrt{12}$"
    mistakes = (
        Mistake("That is the variance.", "这是方差。", lambda s: (s.high - s.low) ** 2 / 12),
        Mistake(
            "Only half the width over √3 gives the standard deviation, not the whole width.",
            "应是半宽除以 √3，而不是整个宽度除以 √3。",
            lambda s: (s.high - s.low) / math.sqrt(3),
        ),
        Mistake(
            "The mean is not 0: the root of the mean square is not the standard deviation.",
            "均值不为 0：均方根不是标准差。",
            lambda s: math.sqrt((s.high**2 + s.high * s.low + s.low**2) / 3),
        ),
        Mistake("The root of 12 was not taken.", "没有对 12 开方。", lambda s: (s.high - s.low) / 12),
        Mistake("That is half the width.", "这是半宽。", lambda s: (s.high - s.low) / 2),
    )

    def sample(self, draw: Draw, level: int) -> UniformStd | None:
        low, high = draw.decimal(-3, 2, 1), draw.decimal(-2, 4, 1)
        return UniformStd(low, high) if high - low >= 0.5 and low != -high else None

    def formula(self, s: UniformStd) -> float:
        return (s.high - s.low) / math.sqrt(12)

    def stem(self, s: UniformStd) -> Text:
        return Text(
            f"What is the standard deviation of the uniform distribution between {num(s.low)} and {num(s.high)}?",
            f"{num(s.low)} 与 {num(s.high)} 之间的均匀分布的标准差是多少？",
        )

    def solution(self, s: UniformStd) -> Text:
        steps = rf"({num(s.high)} - {signed(s.low)})/\sqrt{{12}} = {num(self.formula(s), 5)}"
        return Text(f"The width over the root of 12: ${steps}$.", f"宽度除以 12 的平方根：${steps}$。")


class Bound(Question[UniformBound]):
    """The standard deviation solved for the bound."""

    spec = UniformBound
    answer = THREE
    levels = (3,)
    find = "bound"
    rule = r"$a = \sqrt{3} \sigma$"
    mistakes = (
        Mistake(
            "The bound is larger than the standard deviation: multiply by √3.",
            "上界大于标准差：应乘以 √3。",
            lambda s: s.std / math.sqrt(3),
        ),
        Mistake(
            "√12 belongs to the whole width; the bound is half of it.",
            "√12 对应整个宽度；上界是其一半。",
            lambda s: s.std * math.sqrt(12),
        ),
        Mistake("The factor is √3, not 3.", "系数是 √3，不是 3。", lambda s: 3 * s.std),
        Mistake(
            "The given value is the standard deviation, not the variance.",
            "给出的是标准差，不是方差。",
            lambda s: math.sqrt(3 * s.std),
        ),
        Mistake("The bound is not the standard deviation itself.", "上界不等于标准差本身。", lambda s: s.std),
    )

    def sample(self, draw: Draw, level: int) -> UniformBound | None:
        return UniformBound(draw.decimal(0.01, 1.5, 2))

    def formula(self, s: UniformBound) -> float:
        return math.sqrt(3) * s.std

    def stem(self, s: UniformBound) -> Text:
        return Text(
            f"Weights with standard deviation {num(s.std)} are to be drawn from a uniform distribution U(−a, a). What must a be?",
            f"要从均匀分布 U(−a, a) 中抽取标准差为 {num(s.std)} 的权重。a 应取多少？",
        )

    def solution(self, s: UniformBound) -> Text:
        steps = rf"a = \sqrt{{3}} \cdot {num(s.std)} = {num(self.formula(s), 5)}"
        return Text(rf"From $\sigma^2 = a^2/3$: ${steps}$.", rf"由 $\sigma^2 = a^2/3$ 得 ${steps}$。")


MODEL = ItemModel(
    name="uniform_variance",
    version=1,
    topic="initialisation",
    title=Text("Variance and bound of uniform weights", "均匀分布权重的方差与上界"),
    questions=(Variance(), Std(), Bound()),
)
