"""Distances between points. Source: documentation of torch.cdist; Mahalanobis 1936."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

from quizcv.items.classical._data import distance
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.classical import DistanceValue, Mahalanobis

Metric = Literal["euclidean", "manhattan", "chebyshev"]
METRICS: tuple[Metric, ...] = ("euclidean", "manhattan", "chebyshev")
NAMES = {
    "euclidean": Text("Euclidean distance (L2)", "欧氏距离（L2）"),
    "manhattan": Text("Manhattan distance (L1)", "曼哈顿距离（L1）"),
    "chebyshev": Text("Chebyshev distance (L∞)", "切比雪夫距离（L∞）"),
}


def _as(metric: str) -> Callable[[DistanceValue], float | None]:
    """The value by another metric."""
    return lambda s: distance(s.x1, s.x2, metric) if s.metric != metric else None


def _gaps(s: Any) -> list[float]:
    return [round(abs(a - b), 9) for a, b in zip(s.x1, s.x2, strict=True)]


class Distance(Worked[DistanceValue]):
    spec = DistanceValue
    levels = (1, 2)
    rule = r"L2: $\sqrt{\sum_i (a_i - b_i)^2}$, L1: $\sum_i |a_i - b_i|$, L∞: $\max_i |a_i - b_i|$"
    mistakes = (
        Mistake("That is the Euclidean distance.", "这是欧氏距离。", _as("euclidean")),
        Mistake("That is the Manhattan distance.", "这是曼哈顿距离。", _as("manhattan")),
        Mistake("That is the Chebyshev distance.", "这是切比雪夫距离。", _as("chebyshev")),
        Mistake(
            "The root is missing.",
            "漏了开方。",
            lambda s: distance(s.x1, s.x2) ** 2 if s.metric == "euclidean" else None,
        ),
        Mistake(
            "Differences of opposite sign do not cancel.",
            "正负差不抵消。",
            lambda s: abs(sum(a - b for a, b in zip(s.x1, s.x2, strict=True))),
        ),
        Mistake(
            "Signs were lost: a difference to a negative coordinate is a sum.",
            "丢了符号：与负坐标的差是和。",
            lambda s: distance([abs(a) for a in s.x1], [abs(b) for b in s.x2], s.metric),
        ),
        Mistake(
            "The distance is summed, not averaged over the axes.",
            "距离是求和，不对坐标轴取平均。",
            lambda s: distance(s.x1, s.x2, s.metric) / len(s.x1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DistanceValue | None:
        count = 2 if level == 1 else draw.choice((3, 4))
        x1, x2 = (tuple(float(draw.integer(-6, 9)) for _ in range(count)) for _ in range(2))
        metric: Metric = draw.choice(METRICS[:2] if level == 1 else METRICS)
        s = DistanceValue(x1, x2, metric)
        return s if min(_gaps(s)) > 0 else None

    def formula(self, s: DistanceValue) -> float:
        gaps = [abs(a - b) for a, b in zip(s.x1, s.x2, strict=True)]
        if s.metric == "euclidean":
            return math.hypot(*gaps)
        return sum(gaps) if s.metric == "manhattan" else max(gaps)

    def stem(self, s: DistanceValue) -> Text:
        name, x1, x2 = NAMES[s.metric], vector(s.x1), vector(s.x2)
        return Text(f"What is the {name.en} between {x1} and {x2}?", f"{x1} 与 {x2} 的{name.zh}是多少？")

    def why(self, s: DistanceValue) -> Text:
        gaps = vector(_gaps(s))
        return Text(f"The coordinates differ by {gaps}:", f"各坐标相差 {gaps}：")

    def steps(self, s: DistanceValue) -> str:
        gaps = [num(gap) for gap in _gaps(s)]
        if s.metric == "euclidean":
            return rf"\sqrt{{{' + '.join(f'{gap}^2' for gap in gaps)}}} = {num(self.formula(s))}"
        return (
            f"{' + '.join(gaps)} = {num(self.formula(s))}"
            if s.metric == "manhattan"
            else rf"\max = {num(self.formula(s))}"
        )


def _determinant(s: Mahalanobis) -> float:
    return s.variance1 * s.variance2 - s.covariance**2


def _form(s: Mahalanobis, covariance: float | None = None) -> float:
    """The quadratic form before the root."""
    a, b = (one - other for one, other in zip(s.x1, s.x2, strict=True))
    c = s.covariance if covariance is None else covariance
    return (s.variance2 * a * a - 2 * c * a * b + s.variance1 * b * b) / (s.variance1 * s.variance2 - c * c)


class Whitened(Worked[Mahalanobis]):
    spec = Mahalanobis
    levels = (3,)
    find = "mahalanobis"
    rule = r"$\sqrt{d^T \Sigma^{-1} d}$"
    mistakes = (
        Mistake(
            "That is the Euclidean distance, which ignores the covariance.",
            "这是欧氏距离，忽略了协方差。",
            lambda s: distance(s.x1, s.x2),
        ),
        Mistake("The root is missing.", "漏了开方。", _form),
        Mistake(
            "The covariance was ignored: only the variances divide.",
            "忽略了协方差：只除以了方差。",
            lambda s: math.sqrt(_form(s, 0.0)),
        ),
        Mistake(
            "The inverse of the matrix stands in the form, not the matrix.",
            "二次型中是协方差矩阵的逆，不是矩阵本身。",
            lambda s: math.sqrt(
                sum(v * (p - q) ** 2 for v, p, q in zip((s.variance1, s.variance2), s.x1, s.x2, strict=True))
                + 2 * s.covariance * (s.x1[0] - s.x2[0]) * (s.x1[1] - s.x2[1])
            ),
        ),
        Mistake(
            "The off-diagonal entries of the inverse are negative covariances.",
            "逆矩阵的非对角元素要取负号。",
            lambda s: math.sqrt(_form(s, -s.covariance)),
        ),
        Mistake(
            "The inverse is divided by the determinant.",
            "求逆要除以行列式。",
            lambda s: math.sqrt(_form(s) * _determinant(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Mahalanobis | None:
        v1, v2 = float(draw.integer(1, 6)), float(draw.integer(1, 6))
        c = draw.choice((-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0))
        ends = tuple(float(draw.integer(-4, 5)) for _ in range(4))
        s = Mahalanobis((ends[0], ends[1]), (ends[2], ends[3]), v1, v2, c)
        return s if c * c < 0.7 * v1 * v2 and min(_gaps(s)) > 0 else None

    def formula(self, s: Mahalanobis) -> float:
        a, b = s.x1[0] - s.x2[0], s.x1[1] - s.x2[1]
        rest = b - s.covariance / s.variance1 * a
        return math.sqrt(a * a / s.variance1 + rest * rest / (s.variance2 - s.covariance**2 / s.variance1))

    def stem(self, s: Mahalanobis) -> Text:
        return Text(
            f"Two features have the variances {num(s.variance1)} and {num(s.variance2)} and the covariance "
            f"{num(s.covariance)}. What is the "
            f"Mahalanobis distance between {vector(s.x1)} and {vector(s.x2)}?",
            f"两个特征的方差为 {num(s.variance1)} 与 {num(s.variance2)}，协方差为 {num(s.covariance)}。"
            f"{vector(s.x1)} 与 {vector(s.x2)} 的马氏距离是多少？",
        )

    def why(self, s: Mahalanobis) -> Text:
        a, b = (num(one - other) for one, other in zip(s.x1, s.x2, strict=True))
        det = rf"{num(s.variance1)} \cdot {num(s.variance2)} - {signed(s.covariance)}^2 = {num(_determinant(s))}"
        return Text(f"The difference is [{a}, {b}], the determinant ${det}$:", f"差向量为 [{a}, {b}]，行列式 ${det}$：")

    def steps(self, s: Mahalanobis) -> str:
        a, b = (one - other for one, other in zip(s.x1, s.x2, strict=True))
        parts = (
            rf"{num(s.variance2)} \cdot {signed(a)}^2 - 2 \cdot {signed(s.covariance)} \cdot {signed(a)} \cdot {signed(b)} "
            rf"+ {num(s.variance1)} \cdot {signed(b)}^2"
        )
        return rf"\sqrt{{({parts})/{num(_determinant(s))}}} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="distance_value",
    version=1,
    topic="classical",
    title=Text("Distances", "距离度量"),
    questions=(Distance(), Whitened()),
)
