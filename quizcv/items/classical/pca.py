"""Variance explained by principal components. Source: Hotelling 1933."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.answers import Integer
from quizcv.items.classical._data import products, squares
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.scaling import PcaComponents, PcaData, PcaShare


def _root(a: float, b: float, c: float) -> float:
    """Half the difference of the eigenvalues."""
    return math.sqrt(((a - b) / 2) ** 2 + c * c)


def _first(a: float, b: float, c: float) -> float:
    return (a + b) / 2 + _root(a, b, c)


class FromMatrix(Worked[PcaShare]):
    spec = PcaShare
    levels = (1,)
    rule = r"$\lambda_1/(\lambda_1 + \lambda_2)$, $\lambda = \frac{a + b}{2} \pm \sqrt{(\frac{a - b}{2})^2 + c^2}$"
    mistakes = (
        Mistake(
            "Principal components are eigenvectors, not the features: the covariance counts.",
            "主成分是特征向量，不是原始特征：协方差也起作用。",
            lambda s: max(s.variance1, s.variance2) / (s.variance1 + s.variance2),
        ),
        Mistake(
            "That is the eigenvalue itself, not its share.",
            "这是特征值本身，不是占比。",
            lambda s: _first(s.variance1, s.variance2, s.covariance),
        ),
        Mistake(
            "That is the share of the second component.",
            "这是第二主成分的占比。",
            lambda s: 1 - _first(s.variance1, s.variance2, s.covariance) / (s.variance1 + s.variance2),
        ),
        Mistake(
            "Shares are of variance, not of standard deviation.",
            "占比按方差计算，不是标准差。",
            lambda s: _share_of_roots(s.variance1, s.variance2, s.covariance),
        ),
        Mistake(
            "The covariance is squared under the root.",
            "根号下协方差要平方。",
            lambda s: (
                0.5
                + math.sqrt(((s.variance1 - s.variance2) / 2) ** 2 + abs(s.covariance)) / (s.variance1 + s.variance2)
            ),
        ),
        Mistake(
            "The singular values' squares are the eigenvalues of the covariance; these are eigenvalues already.",
            "奇异值的平方才是协方差的特征值；这里已是特征值，不再平方。",
            lambda s: _share_of_squares(s.variance1, s.variance2, s.covariance),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PcaShare | None:
        a, b, c = float(draw.integer(1, 12)), float(draw.integer(1, 12)), float(draw.integer(-6, 6))
        return PcaShare(a, b, c) if c and c * c < 0.95 * a * b else None

    def formula(self, s: PcaShare) -> float:
        trace, det = s.variance1 + s.variance2, s.variance1 * s.variance2 - s.covariance**2
        return (trace + math.sqrt(trace**2 - 4 * det)) / 2 / trace

    def stem(self, s: PcaShare) -> Text:
        return Text(
            f"Two features have the variances {num(s.variance1)} and {num(s.variance2)} and the covariance "
            f"{num(s.covariance)}. Which share of the "
            "variance does the first principal component explain (as a number between 0 and 1)?",
            f"两个特征的方差为 {num(s.variance1)} 与 {num(s.variance2)}，协方差为 {num(s.covariance)}。"
            "第一主成分解释的方差比例（0 到 1 之间的数）是多少？",
        )

    def why(self, s: PcaShare) -> Text:
        return _eigenvalues(s.variance1, s.variance2, s.covariance)

    def steps(self, s: PcaShare) -> str:
        return _steps(s.variance1, s.variance2, s.covariance, self.formula(s))


def _pair(a: float, b: float, c: float) -> tuple[float, float]:
    return _first(a, b, c), max(0.0, a + b - _first(a, b, c))


def _share_of_roots(a: float, b: float, c: float) -> float:
    one, other = map(math.sqrt, _pair(a, b, c))
    return one / (one + other)


def _share_of_squares(a: float, b: float, c: float) -> float:
    one, other = (value * value for value in _pair(a, b, c))
    return one / (one + other)


def _eigenvalues(a: float, b: float, c: float) -> Text:
    half = (
        rf"\lambda_1 = {num((a + b) / 2)} + \sqrt{{{signed((a - b) / 2)}^2 + {signed(c)}^2}} = {num(_first(a, b, c))}"
    )
    matrix = f"({num(a)}, {num(b)}; {num(c)})"
    return Text(
        f"With variances and covariance {matrix} the first eigenvalue is ${half}$; the sum is the sum of the variances:",
        f"由方差与协方差 {matrix} 得第一特征值 ${half}$；特征值之和等于方差之和：",
    )


def _steps(a: float, b: float, c: float, share: float) -> str:
    return f"{num(_first(a, b, c))}/{num(a + b)} = {num(share)}"


def _matrix(s: PcaData) -> tuple[float, float, float]:
    n = len(s.x) - 1
    return squares(s.x) / n, squares(s.y) / n, products(s.x, s.y) / n


class FromData(Worked[PcaData]):
    spec = PcaData
    levels = (2,)
    find = "data"
    rule = Text(
        r"$\lambda_1/(\lambda_1 + \lambda_2)$ of the covariance matrix of the centred data",
        r"中心化数据的协方差矩阵的 $\lambda_1/(\lambda_1 + \lambda_2)$",
    )
    mistakes = (
        Mistake(
            "Principal components are eigenvectors, not the features: the covariance counts.",
            "主成分是特征向量，不是原始特征：协方差也起作用。",
            lambda s: max(squares(s.x), squares(s.y)) / (squares(s.x) + squares(s.y)),
        ),
        Mistake("The data have to be centred first.", "数据要先中心化。", lambda s: _uncentred(s)),
        Mistake(
            "That is the share of the second component.",
            "这是第二主成分的占比。",
            lambda s: 1 - _first(*_matrix(s)) / sum(_matrix(s)[:2]),
        ),
        Mistake(
            "Singular values have to be squared before the share is taken.",
            "奇异值要先平方再求占比。",
            lambda s: _share_of_roots(*_matrix(s)),
        ),
        Mistake(
            "That is the first eigenvalue, not its share.", "这是第一特征值，不是占比。", lambda s: _first(*_matrix(s))
        ),
        Mistake(
            "PCA here is on the covariance, not on the correlation.",
            "这里对协方差做 PCA，不是对相关系数。",
            lambda s: (1 + abs(products(s.x, s.y)) / math.sqrt(squares(s.x) * squares(s.y))) / 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PcaData | None:
        x, y = (tuple(float(draw.integer(0, 9)) for _ in range(4)) for _ in range(2))
        return PcaData(x, y) if len(set(x)) > 2 and len(set(y)) > 2 and products(x, y) else None

    def formula(self, s: PcaData) -> float:
        n = len(s.x)
        sxx = sum(a * a for a in s.x) - sum(s.x) ** 2 / n
        syy = sum(b * b for b in s.y) - sum(s.y) ** 2 / n
        sxy = sum(a * b for a, b in zip(s.x, s.y, strict=True)) - sum(s.x) * sum(s.y) / n
        return 0.5 + math.hypot(sxx - syy, 2 * sxy) / (2 * (sxx + syy))

    def stem(self, s: PcaData) -> Text:
        x, y = vector(s.x), vector(s.y)
        return Text(
            f"PCA (centred, not scaled) of {len(s.x)} points with the coordinates $x = {x}$ and $y = {y}$: which "
            "share of the variance does the first "
            "component explain (as a number between 0 and 1)?",
            f"对 {len(s.x)} 个点（坐标 $x = {x}$，$y = {y}$）做 PCA（中心化，不缩放）。"
            "第一主成分解释的方差比例（0 到 1 之间的数）是多少？",
        )

    def why(self, s: PcaData) -> Text:
        return _eigenvalues(*_matrix(s))

    def steps(self, s: PcaData) -> str:
        return _steps(*_matrix(s), self.formula(s))


def _uncentred(s: PcaData) -> float:
    a, b = sum(x * x for x in s.x), sum(y * y for y in s.y)
    return _first(a, b, sum(x * y for x, y in zip(s.x, s.y, strict=True))) / (a + b)


def _count(values: Sequence[float], share: float) -> int:
    reached = 0.0
    for count, value in enumerate(values, 1):
        reached += value
        if reached >= share * sum(values):
            return count
    return len(values)


class Enough(Question[PcaComponents]):
    spec = PcaComponents
    answer = Integer()
    levels = (3,)
    find = "components"
    rule = Text(
        r"the smallest $k$ with $\sum_{i \le k} \lambda_i \ge s \sum_i \lambda_i$, the largest first",
        r"从大到小排列，满足 $\sum_{i \le k} \lambda_i \ge s \sum_i \lambda_i$ 的最小 $k$",
    )
    mistakes = (
        Mistake(
            "The eigenvalues have to be sorted, the largest first.",
            "特征值要先从大到小排序。",
            lambda s: _count(s.eigenvalues, s.share),
        ),
        Mistake(
            "One component more is needed to reach the share.",
            "还差一个主成分才达到该比例。",
            lambda s: _count(sorted(s.eigenvalues, reverse=True), s.share) - 1,
        ),
        Mistake(
            "Fewer components reach the share.",
            "更少的主成分就已达到。",
            lambda s: _count(sorted(s.eigenvalues, reverse=True), s.share) + 1,
        ),
        Mistake(
            "Eigenvalues are variances already: they are not squared.",
            "特征值已是方差，不再平方。",
            lambda s: _count(sorted((v * v for v in s.eigenvalues), reverse=True), s.share),
        ),
        Mistake(
            "Eigenvalues are variances: their roots are not what is summed.",
            "特征值即方差：求和的不是其平方根。",
            lambda s: _count(sorted((math.sqrt(v) for v in s.eigenvalues), reverse=True), s.share),
        ),
        Mistake(
            "The share is of variance, not of the number of components.",
            "比例指方差，不是主成分个数。",
            lambda s: math.ceil(s.share * len(s.eigenvalues)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PcaComponents | None:
        values = draw.decimals(6, 0.1, 4, 1)
        s = PcaComponents(tuple(round(v * v, 2) for v in values), draw.choice((0.7, 0.8, 0.9, 0.95)))
        return s if not any(s.rules()) else None

    def formula(self, s: PcaComponents) -> int:
        kept = sorted(s.eigenvalues)
        lost, most = 0.0, (1 - s.share) * sum(kept)
        for dropped, value in enumerate(kept):
            lost += value
            if lost > most:
                return len(kept) - dropped
        return 0

    def stem(self, s: PcaComponents) -> Text:
        return Text(
            f"The covariance matrix has the eigenvalues {vector(s.eigenvalues)}. How many principal components "
            "are at least needed to explain a share of "
            f"{num(s.share)} of the variance?",
            f"协方差矩阵的特征值为 {vector(s.eigenvalues)}。至少需要多少个主成分，才能解释 {num(s.share)} 的方差？",
        )

    def solution(self, s: PcaComponents) -> Text:
        order = sorted(s.eigenvalues, reverse=True)
        shares = vector(round(sum(order[: k + 1]) / sum(order), 4) for k in range(len(order)))
        k = self.formula(s)
        return Text(
            f"Sorted, the largest first: {vector(order)}. Together they explain {shares}: {num(s.share)} is reached with {k}.",
            f"从大到小排序：{vector(order)}。累计占比为 {shares}：{k} 个达到 {num(s.share)}。",
        )


MODEL = ItemModel(
    name="pca_explained_variance",
    version=1,
    topic="classical",
    title=Text("Variance explained by PCA", "PCA 的方差解释率"),
    questions=(FromMatrix(), FromData(), Enough()),
)
