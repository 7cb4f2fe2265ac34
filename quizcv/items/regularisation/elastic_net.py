"""The elastic net: both penalties at once."""

from __future__ import annotations

from typing import Any

from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation.penalties import (
    DECAYS,
    HALF,
    MANY,
    draw_weights,
    l2_form,
    magnitudes,
    magnitudes_worked,
    squares,
    squares_worked,
)
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.penalties import ElasticNet, ElasticRatio


def _net(s: ElasticNet, l1: float, l2: float, *, half: bool) -> float:
    return l1 * magnitudes(s) + l2 * squares(s) * (0.5 if half else 1)


def _sums_worked(s: Any) -> Text:
    return Text(
        f"Magnitudes: ${magnitudes_worked(s)}$. Squares: ${squares_worked(s)}$.",
        f"绝对值之和：${magnitudes_worked(s)}$。平方和：${squares_worked(s)}$。",
    )


class Net(Question[ElasticNet]):
    """Source: Zou and Hastie 2005."""

    spec = ElasticNet
    answer = MANY
    levels = (1, 2)
    rule = Text(
        r"$\lambda_1 \sum_i |w_i| + \lambda_2 \sum_i w_i^2$, the latter with 1/2 where stated",
        r"$\lambda_1 \sum_i |w_i| + \lambda_2 \sum_i w_i^2$，后一项按题目所写可带 1/2",
    )
    mistakes = (
        Mistake("The two strengths were swapped.", "两个系数弄反了。", lambda s: _net(s, s.l2, s.l1, half=s.half)),
        Mistake(*HALF, lambda s: _net(s, s.l1, s.l2, half=not s.half)),
        Mistake("The L2 part was left out.", "漏掉了 L2 部分。", lambda s: s.l1 * magnitudes(s)),
        Mistake("The L1 part was left out.", "漏掉了 L1 部分。", lambda s: _net(s, 0, s.l2, half=s.half)),
        Mistake(
            "The L2 part has the squares, not the root of their sum.",
            "L2 部分是平方和，不是其平方根。",
            lambda s: s.l1 * magnitudes(s) + s.l2 * squares(s) ** 0.5 * (0.5 if s.half else 1),
        ),
        Mistake(
            "Negative weights count with their magnitude in the L1 part.",
            "L1 部分中负的权重按绝对值计算。",
            lambda s: s.l1 * sum(s.weights) + _net(s, 0, s.l2, half=s.half),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ElasticNet | None:
        weights = draw_weights(draw, level)
        if weights is None:
            return None
        l1, l2 = draw.sample(DECAYS, 2)
        return ElasticNet(weights, l1, l2, level == 2 and draw.chance(0.6))

    def formula(self, s: ElasticNet) -> float:
        l2 = s.l2 / 2 if s.half else s.l2
        return sum([s.l1 * abs(w) + l2 * w**2 for w in s.weights])

    def stem(self, s: ElasticNet) -> Text:
        form = r"\lambda_1 \sum_i |w_i| + " + l2_form(s).replace(r"\lambda", r"\lambda_2")
        given = rf"$\lambda_1$ = {num(s.l1)}", rf"$\lambda_2$ = {num(s.l2)}"
        return Text(
            f"A layer has the weights {vector(s.weights)}. What is the elastic-net penalty ${form}$ for {given[0]} and {given[1]}?",
            f"某层的权重为 {vector(s.weights)}。{given[0]}、{given[1]} 时，弹性网络惩罚项 ${form}$ 是多少？",
        )

    def solution(self, s: ElasticNet) -> Text:
        sums, l2 = _sums_worked(s), f"{num(s.l2)}/2" if s.half else num(s.l2)
        last = rf"{num(s.l1)} \cdot {num(magnitudes(s))} + {l2} \cdot {num(squares(s))} = {num(self.formula(s))}"
        return Text(f"{sums.en}\n\n${last}$", f"{sums.zh}\n\n${last}$")


def _mix(s: ElasticRatio, ratio: float, *, half: bool = True) -> float:
    return s.alpha * (ratio * magnitudes(s) + (1 - ratio) * squares(s) * (0.5 if half else 1))


class Ratio(Question[ElasticRatio]):
    """Source: documentation of sklearn.linear_model.ElasticNet."""

    spec = ElasticRatio
    answer = MANY
    levels = (3,)
    find = "ratio"
    rule = r"$\alpha (\rho \sum_i |w_i| + \frac{1 - \rho}{2} \sum_i w_i^2)$"
    mistakes = (
        Mistake(
            "ρ is the share of the L1 part, not of the L2 part.",
            "ρ 是 L1 部分的比例，不是 L2 部分的。",
            lambda s: _mix(s, 1 - s.l1_ratio),
        ),
        Mistake(
            "The L2 part has a factor 1/2 here.", "这里 L2 部分带系数 1/2。", lambda s: _mix(s, s.l1_ratio, half=False)
        ),
        Mistake(
            "α multiplies both parts.",
            "α 乘在两部分上。",
            lambda s: s.alpha * s.l1_ratio * magnitudes(s) + (1 - s.l1_ratio) / 2 * squares(s),
        ),
        Mistake(
            "The L1 part was left out.",
            "漏掉了 L1 部分。",
            lambda s: s.alpha * (1 - s.l1_ratio) / 2 * squares(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ElasticRatio | None:
        weights, ratio = draw_weights(draw, level), draw.choice((0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9))
        return ElasticRatio(weights, draw.choice(DECAYS), ratio) if weights else None

    def formula(self, s: ElasticRatio) -> float:
        l1, l2 = s.alpha * s.l1_ratio, s.alpha * (1 - s.l1_ratio) / 2
        return sum([l1 * abs(w) + l2 * w**2 for w in s.weights])

    def stem(self, s: ElasticRatio) -> Text:
        form = r"\alpha (\rho \sum_i |w_i| + \frac{1 - \rho}{2} \sum_i w_i^2)"
        return Text(
            f"A linear model has the weights {vector(s.weights)}. What is the elastic-net penalty ${form}$ for α = {num(s.alpha)} and the "
            f"L1 ratio ρ = {num(s.l1_ratio)}?",
            f"某线性模型的权重为 {vector(s.weights)}。α = {num(s.alpha)}、L1 比例 ρ = {num(s.l1_ratio)} 时，弹性网络惩罚项 "
            f"${form}$ 是多少？",
        )

    def solution(self, s: ElasticRatio) -> Text:
        sums = _sums_worked(s)
        last = (
            rf"{num(s.alpha)} \cdot ({num(s.l1_ratio)} \cdot {num(magnitudes(s))} + "
            rf"{num(1 - s.l1_ratio)}/2 \cdot {num(squares(s))}) = {num(self.formula(s))}"
        )
        return Text(f"{sums.en}\n\n${last}$", f"{sums.zh}\n\n${last}$")


MODEL = ItemModel(
    name="elastic_net",
    version=1,
    topic="regularisation",
    title=Text("Elastic net", "弹性网络"),
    questions=(Net(), Ratio()),
)
