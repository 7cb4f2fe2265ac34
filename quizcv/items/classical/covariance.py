"""Covariance, correlation, and the variance of a sum. Source: documentation of torch.cov and torch.corrcoef."""

from __future__ import annotations

import math

from quizcv.items.classical._data import mean, products, squares
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.scaling import Correlation, Covariance, SumVariance


def _draw(draw: Draw, count: int) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    x, y = (tuple(float(draw.integer(-3, 9)) for _ in range(count)) for _ in range(2))
    return (x, y) if len(set(x)) > 2 and len(set(y)) > 2 and abs(products(x, y)) > 0.5 else None


class Cov(Worked[Covariance]):
    spec = Covariance
    levels = (1, 2)
    rule = Text(
        r"$\sum_i (x_i - \bar{x})(y_i - \bar{y})/(n - 1)$, biased: $/n$",
        r"$\sum_i (x_i - \bar{x})(y_i - \bar{y})/(n - 1)$，有偏时除以 $n$",
    )
    mistakes = (
        Mistake(
            "The divisor is wrong: n − 1 for the unbiased covariance, n for the biased one.",
            "除数错了：无偏除以 n − 1，有偏除以 n。",
            lambda s: products(s.x, s.y) / (len(s.x) - (not s.unbiased)),
        ),
        Mistake("That is the sum; it has to be divided.", "这是总和；还要作除法。", lambda s: products(s.x, s.y)),
        Mistake(
            "The means have to be subtracted.",
            "要先减去均值。",
            lambda s: sum(a * b for a, b in zip(s.x, s.y, strict=True)) / (len(s.x) - s.unbiased),
        ),
        Mistake(
            "That is the correlation.",
            "这是相关系数。",
            lambda s: products(s.x, s.y) / math.sqrt(squares(s.x) * squares(s.y)),
        ),
        Mistake(
            "That is the variance of the first variable.",
            "这是第一个变量的方差。",
            lambda s: squares(s.x) / (len(s.x) - s.unbiased),
        ),
        Mistake(
            "The sign matters: the covariance may be negative.",
            "要保留符号：协方差可以为负。",
            lambda s: -products(s.x, s.y) / (len(s.x) - s.unbiased),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Covariance | None:
        drawn = _draw(draw, 4 if level == 1 else 5)
        return Covariance(*drawn, level == 1 or draw.chance(0.5)) if drawn else None

    def formula(self, s: Covariance) -> float:
        n = len(s.x)
        total = sum(a * b for a, b in zip(s.x, s.y, strict=True)) - sum(s.x) * sum(s.y) / n
        return total / (n - 1 if s.unbiased else n)

    def stem(self, s: Covariance) -> Text:
        kind = (
            ("unbiased (divided by n − 1)", "无偏（除以 n − 1）")
            if s.unbiased
            else ("biased (divided by n)", "有偏（除以 n）")
        )
        x, y = vector(s.x), vector(s.y)
        return Text(
            f"What is the {kind[0]} covariance of $x = {x}$ and $y = {y}$?",
            f"$x = {x}$ 与 $y = {y}$ 的{kind[1]}协方差是多少？",
        )

    def why(self, s: Covariance) -> Text:
        means = num(mean(s.x)), num(mean(s.y))
        total = num(products(s.x, s.y))
        return Text(
            f"The means are ${means[0]}$ and ${means[1]}$, the products of the deviations sum to ${total}$:",
            f"均值为 ${means[0]}$ 与 ${means[1]}$，偏差乘积之和为 ${total}$：",
        )

    def steps(self, s: Covariance) -> str:
        return f"{num(products(s.x, s.y))}/{len(s.x) - s.unbiased} = {num(self.formula(s))}"


class Pearson(Worked[Correlation]):
    spec = Correlation
    levels = (2,)
    find = "correlation"
    rule = r"$\sum (x - \bar{x})(y - \bar{y})/\sqrt{\sum (x - \bar{x})^2 \sum (y - \bar{y})^2}$"
    mistakes = (
        Mistake(
            "That is r², the share of variance explained.",
            "这是 r²，即解释的方差比例。",
            lambda s: products(s.x, s.y) ** 2 / squares(s.x) / squares(s.y),
        ),
        Mistake(
            "That is the slope of the regression line.",
            "这是回归直线的斜率。",
            lambda s: products(s.x, s.y) / squares(s.x),
        ),
        Mistake("That is the covariance.", "这是协方差。", lambda s: products(s.x, s.y) / (len(s.x) - 1)),
        Mistake(
            "Without subtracting the means that is the cosine similarity.",
            "没有减去均值，这是余弦相似度。",
            lambda s: (
                sum(a * b for a, b in zip(s.x, s.y, strict=True))
                / math.sqrt(sum(a * a for a in s.x) * sum(b * b for b in s.y))
            ),
        ),
        Mistake(
            "The sign matters.", "要保留符号。", lambda s: -products(s.x, s.y) / math.sqrt(squares(s.x) * squares(s.y))
        ),
        Mistake(
            "The root is missing in the denominator.",
            "分母漏了开方。",
            lambda s: products(s.x, s.y) / (squares(s.x) * squares(s.y)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Correlation | None:
        drawn = _draw(draw, 4)
        return Correlation(*drawn) if drawn else None

    def formula(self, s: Correlation) -> float:
        n = len(s.x)
        sxy = n * sum(a * b for a, b in zip(s.x, s.y, strict=True)) - sum(s.x) * sum(s.y)
        sxx = n * sum(a * a for a in s.x) - sum(s.x) ** 2
        syy = n * sum(b * b for b in s.y) - sum(s.y) ** 2
        return sxy / math.sqrt(sxx * syy)

    def stem(self, s: Correlation) -> Text:
        x, y = vector(s.x), vector(s.y)
        return Text(
            f"What is Pearson's correlation of $x = {x}$ and $y = {y}$?",
            f"$x = {x}$ 与 $y = {y}$ 的皮尔逊相关系数是多少？",
        )

    def steps(self, s: Correlation) -> str:
        return rf"{num(products(s.x, s.y))}/\sqrt{{{num(squares(s.x))} \cdot {num(squares(s.y))}}} = {num(self.formula(s))}"


def _parts(s: SumVariance) -> tuple[float, float, float]:
    """Both variances and the covariance."""
    n = len(s.x) - 1
    return squares(s.x) / n, squares(s.y) / n, products(s.x, s.y) / n


class OfSum(Worked[SumVariance]):
    spec = SumVariance
    levels = (3,)
    find = "sum"
    rule = r"$a^2 \mathrm{Var}(x) + b^2 \mathrm{Var}(y) + 2ab\,\mathrm{Cov}(x, y)$"
    mistakes = (
        Mistake(
            "The covariance is missing: the variables are not independent.",
            "漏了协方差项：两个变量并不独立。",
            lambda s: s.a**2 * _parts(s)[0] + s.b**2 * _parts(s)[1],
        ),
        Mistake(
            "Factors come out squared.",
            "系数提出来要平方。",
            lambda s: s.a * _parts(s)[0] + s.b * _parts(s)[1] + 2 * s.a * s.b * _parts(s)[2],
        ),
        Mistake(
            "The factor 2 of the covariance is missing.",
            "协方差项漏了系数 2。",
            lambda s: s.a**2 * _parts(s)[0] + s.b**2 * _parts(s)[1] + s.a * s.b * _parts(s)[2],
        ),
        Mistake(
            "The sign of the covariance term is that of a·b·Cov.",
            "协方差项的符号由 a·b·Cov 决定。",
            lambda s: s.a**2 * _parts(s)[0] + s.b**2 * _parts(s)[1] - 2 * s.a * s.b * _parts(s)[2],
        ),
        Mistake(
            "The divisor is n − 1.",
            "除数是 n − 1。",
            lambda s: squares([s.a * p + s.b * q for p, q in zip(s.x, s.y, strict=True)]) / len(s.x),
        ),
        Mistake(
            "That is the standard deviation.",
            "这是标准差。",
            lambda s: math.sqrt(squares([s.a * p + s.b * q for p, q in zip(s.x, s.y, strict=True)]) / (len(s.x) - 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SumVariance | None:
        drawn = _draw(draw, 4)
        a, b = draw.choice((1.0, 2.0, 3.0, -1.0, -2.0)), draw.choice((1.0, 2.0, -1.0, -2.0, -3.0))
        return SumVariance(*drawn, a, b) if drawn and (a, b) != (1, 1) else None

    def formula(self, s: SumVariance) -> float:
        one, other, both = _parts(s)
        return s.a**2 * one + s.b**2 * other + 2 * s.a * s.b * both

    def stem(self, s: SumVariance) -> Text:
        x, y = vector(s.x), vector(s.y)
        return Text(
            f"$x = {x}$ and $y = {y}$ are observed together. What is the unbiased variance (divided by n − 1) of "
            f"$a x + b y$ with $a = {num(s.a)}$ and "
            f"$b = {num(s.b)}$?",
            f"$x = {x}$ 与 $y = {y}$ 为成对观测。$a = {num(s.a)}$，$b = {num(s.b)}$ 时，$a x + b y$ 的无偏方差（除以 n − 1）是多少？",
        )

    def why(self, s: SumVariance) -> Text:
        one, other, both = map(num, _parts(s))
        return Text(
            f"The variances are ${one}$ and ${other}$, the covariance ${both}$:",
            f"方差为 ${one}$ 与 ${other}$，协方差为 ${both}$：",
        )

    def steps(self, s: SumVariance) -> str:
        one, other, both = _parts(s)
        a, b = signed(s.a), signed(s.b)
        return rf"{a}^2 \cdot {num(one)} + {b}^2 \cdot {num(other)} + 2 \cdot {a} \cdot {b} \cdot {signed(both)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="covariance_correlation",
    version=1,
    topic="classical",
    title=Text("Covariance and correlation", "协方差与相关系数"),
    questions=(Cov(), Pearson(), OfSum()),
)
