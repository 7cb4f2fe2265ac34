"""Least-squares line. Source: documentation of torch.linalg.lstsq."""

from __future__ import annotations

from quizcv.items.classical._data import mean, products, squares
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.linear_models import LinearFit, LinearIntercept, LinearPrediction


def _slope(s: LinearFit) -> float:
    return products(s.x, s.y) / squares(s.x)


def _intercept(s: LinearFit) -> float:
    return mean(s.y) - _slope(s) * mean(s.x)


def _draw(draw: Draw, count: int) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    x = tuple(map(float, sorted(draw.sample(range(0, 10), count))))
    y = tuple(float(draw.integer(-4, 12)) for _ in range(count))
    return (x, y) if len(set(y)) > 2 and abs(products(x, y)) > 0.5 else None


def _data(s: LinearFit) -> Text:
    x, y = vector(s.x), vector(s.y)
    return Text(
        f"A line is fitted by least squares to $x = {x}$ and $y = {y}$.",
        f"用最小二乘法对 $x = {x}$，$y = {y}$ 拟合直线。",
    )


def _through_zero(s: LinearFit) -> float:
    return sum(a * b for a, b in zip(s.x, s.y, strict=True)) / sum(a * a for a in s.x)


class Slope(Worked[LinearFit]):
    spec = LinearFit
    levels = (1, 2)
    rule = r"$\sum (x - \bar{x})(y - \bar{y})/\sum (x - \bar{x})^2$"
    mistakes = (
        Mistake(
            "That is the line through 0; this one has an intercept.", "这是过原点的直线；这里有截距。", _through_zero
        ),
        Mistake(
            "The variance of x divides, not that of y.",
            "应除以 x 的方差，不是 y 的方差。",
            lambda s: products(s.x, s.y) / squares(s.y),
        ),
        Mistake(
            "That is the covariance; it has to be divided by the variance of x.",
            "这是协方差；还要除以 x 的方差。",
            lambda s: products(s.x, s.y) / (len(s.x) - 1),
        ),
        Mistake(
            "That is the slope between the first and the last point.",
            "这是首末两点连线的斜率。",
            lambda s: (s.y[-1] - s.y[0]) / (s.x[-1] - s.x[0]) if s.x[-1] != s.x[0] else None,
        ),
        Mistake(
            "That is the correlation.",
            "这是相关系数。",
            lambda s: products(s.x, s.y) / (squares(s.x) * squares(s.y)) ** 0.5,
        ),
        Mistake("That is the intercept.", "这是截距。", _intercept),
        Mistake(
            "That is the ratio of the means.", "这是均值之比。", lambda s: mean(s.y) / mean(s.x) if mean(s.x) else None
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearFit | None:
        drawn = _draw(draw, 3 if level == 1 else 5)
        return LinearFit(*drawn) if drawn else None

    def formula(self, s: LinearFit) -> float:
        n = len(s.x)
        top = n * sum(a * b for a, b in zip(s.x, s.y, strict=True)) - sum(s.x) * sum(s.y)
        return top / (n * sum(a * a for a in s.x) - sum(s.x) ** 2)

    def stem(self, s: LinearFit) -> Text:
        data = _data(s)
        return Text(f"{data.en} What is its slope?", f"{data.zh}斜率是多少？")

    def why(self, s: LinearFit) -> Text:
        means = num(mean(s.x)), num(mean(s.y))
        return Text(f"The means are ${means[0]}$ and ${means[1]}$:", f"均值为 ${means[0]}$ 与 ${means[1]}$：")

    def steps(self, s: LinearFit) -> str:
        return f"{num(products(s.x, s.y))}/{num(squares(s.x))} = {num(self.formula(s))}"


class Intercept(Worked[LinearIntercept]):
    spec = LinearIntercept
    levels = (2,)
    find = "intercept"
    rule = Text(
        r"$\bar{y} - b \bar{x}$ with $b = \sum (x - \bar{x})(y - \bar{y})/\sum (x - \bar{x})^2$",
        r"$\bar{y} - b \bar{x}$，其中 $b = \sum (x - \bar{x})(y - \bar{y})/\sum (x - \bar{x})^2$",
    )
    mistakes = (
        Mistake("That is the slope.", "这是斜率。", _slope),
        Mistake("That is the mean of y.", "这是 y 的均值。", lambda s: mean(s.y)),
        Mistake(
            "The slope times the mean is subtracted, not added.",
            "应减去斜率乘均值，不是加上。",
            lambda s: mean(s.y) + _slope(s) * mean(s.x),
        ),
        Mistake(
            "The slope is that of the line with intercept, not through 0.",
            "斜率取自有截距的直线，而不是过原点的直线。",
            lambda s: mean(s.y) - _through_zero(s) * mean(s.x),
        ),
        Mistake("x and y were swapped.", "x 与 y 颠倒了。", lambda s: mean(s.x) - _slope(s) * mean(s.y)),
        Mistake(
            "The line passes through the means, not through the first point.",
            "直线过均值点，不一定过第一个点。",
            lambda s: s.y[0] - _slope(s) * s.x[0],
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearIntercept | None:
        drawn = _draw(draw, 4)
        return LinearIntercept(*drawn) if drawn else None

    def formula(self, s: LinearIntercept) -> float:
        n, xx = len(s.x), sum(a * a for a in s.x)
        top = sum(s.y) * xx - sum(s.x) * sum(a * b for a, b in zip(s.x, s.y, strict=True))
        return top / (n * xx - sum(s.x) ** 2)

    def stem(self, s: LinearIntercept) -> Text:
        data = _data(s)
        return Text(f"{data.en} What is its intercept?", f"{data.zh}截距是多少？")

    def why(self, s: LinearIntercept) -> Text:
        slope = f"{num(products(s.x, s.y))}/{num(squares(s.x))} = {num(_slope(s))}"
        return Text(
            f"The slope is ${slope}$, and the line passes through the means:", f"斜率为 ${slope}$，直线过均值点："
        )

    def steps(self, s: LinearIntercept) -> str:
        return rf"{num(mean(s.y))} - {signed(_slope(s))} \cdot {num(mean(s.x))} = {num(self.formula(s))}"


class Prediction(Worked[LinearPrediction]):
    spec = LinearPrediction
    levels = (3,)
    find = "prediction"
    rule = r"$\bar{y} + b(x - \bar{x})$"
    mistakes = (
        Mistake("The intercept is missing.", "漏了截距。", lambda s: _slope(s) * s.at),
        Mistake("That is the line through 0.", "这是过原点的直线。", lambda s: _through_zero(s) * s.at),
        Mistake(
            "The slope multiplies the distance from the mean of x, not x itself.",
            "斜率乘的是与 x 均值的差，不是 x 本身。",
            lambda s: mean(s.y) + _slope(s) * s.at,
        ),
        Mistake("That is the mean of y.", "这是 y 的均值。", lambda s: mean(s.y)),
        Mistake(
            "The sign of the slope was lost.", "斜率的符号错了。", lambda s: mean(s.y) - _slope(s) * (s.at - mean(s.x))
        ),
        Mistake(
            "The line is not continued from the last point.",
            "预测不是从最后一个点延伸。",
            lambda s: s.y[-1] + _slope(s) * (s.at - s.x[-1]),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearPrediction | None:
        drawn = _draw(draw, 4)
        return LinearPrediction(*drawn, draw.decimal(-2, 14, 1)) if drawn else None

    def formula(self, s: LinearPrediction) -> float:
        n = len(s.x)
        bottom = sum(a * a for a in s.x) - sum(s.x) ** 2 / n
        return sum(
            b * (1 / n + (s.at - sum(s.x) / n) * (a - sum(s.x) / n) / bottom) for a, b in zip(s.x, s.y, strict=True)
        )

    def stem(self, s: LinearPrediction) -> Text:
        data = _data(s)
        return Text(
            f"{data.en} What does it predict at $x = {num(s.at)}$?", f"{data.zh}在 $x = {num(s.at)}$ 处的预测值是多少？"
        )

    def why(self, s: LinearPrediction) -> Text:
        slope = f"{num(products(s.x, s.y))}/{num(squares(s.x))} = {num(_slope(s))}"
        return Text(
            f"The slope is ${slope}$, and the line passes through the means:", f"斜率为 ${slope}$，直线过均值点："
        )

    def steps(self, s: LinearPrediction) -> str:
        return (
            rf"{num(mean(s.y))} + {signed(_slope(s))} \cdot ({num(s.at)} - {num(mean(s.x))}) = {num(self.formula(s))}"
        )


MODEL = ItemModel(
    name="linear_regression_fit",
    version=1,
    topic="classical",
    title=Text("Least-squares line", "最小二乘直线"),
    questions=(Slope(), Intercept(), Prediction()),
)
