"""Penalties on the weights: L2 and L1."""

from __future__ import annotations

from typing import Any

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.penalties import L1Found, L1Penalty, L2Found, L2Penalty

DECAYS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
MANY = Number(decimals=4)


def squares(s: Any) -> float:
    return float(sum([w * w for w in s.weights]))


def magnitudes(s: Any) -> float:
    return float(sum([abs(w) for w in s.weights]))


def squares_worked(s: Any) -> str:
    return " + ".join(f"{signed(w)}^2" for w in s.weights) + f" = {num(squares(s))}"


def magnitudes_worked(s: Any) -> str:
    return " + ".join(num(abs(w)) for w in s.weights) + f" = {num(magnitudes(s))}"


def draw_weights(draw: Draw, level: int) -> tuple[float, ...] | None:
    """Some weights with signs of both kinds, none of them 0."""
    weights = draw.decimals(3 if level == 1 else draw.integer(3, 5), -3, 3, 0 if level == 1 else 1)
    return weights if all(weights) and min(weights) < 0 < max(weights) and abs(sum(weights)) > 0.05 else None


def l2_form(s: Any) -> str:
    return r"\frac{\lambda}{2} \sum_i w_i^2" if s.half else r"\lambda \sum_i w_i^2"


HALF = (
    "The factor 1/2 stands in the formula only where the stem writes it.",
    "是否带系数 1/2，以题目所写的形式为准。",
)
SQUARE = ("The squares of the weights are summed, not their magnitudes.", "求和的是权重的平方，不是绝对值。")
MAGNITUDE = ("The magnitudes of the weights are summed, not their squares.", "求和的是权重的绝对值，不是平方。")


class L2(Question[L2Penalty]):
    """Source: Krogh and Hertz 1991 (with 1/2); both forms are in use."""

    spec = L2Penalty
    answer = MANY
    levels = (1, 2)
    rule = Text(
        r"$\frac{\lambda}{2} \sum_i w_i^2$ or $\lambda \sum_i w_i^2$, as stated",
        r"$\frac{\lambda}{2} \sum_i w_i^2$ 或 $\lambda \sum_i w_i^2$，以题目所写为准",
    )
    mistakes = (
        Mistake(*HALF, lambda s: s.decay * squares(s) * (1 if s.half else 0.5)),
        Mistake(*SQUARE, lambda s: s.decay * magnitudes(s) * (0.5 if s.half else 1)),
        Mistake(
            "The penalty has the squares, not the root of their sum.",
            "惩罚项是平方和，不是其平方根。",
            lambda s: s.decay * squares(s) ** 0.5 * (0.5 if s.half else 1),
        ),
        Mistake(
            "Each weight is squared first, then summed.",
            "应先对每个权重平方，再求和。",
            lambda s: s.decay * sum(s.weights) ** 2 * (0.5 if s.half else 1),
        ),
        Mistake(
            "The penalty is a sum over the weights, not a mean.",
            "惩罚项是对权重求和，不是求平均。",
            lambda s: s.decay * squares(s) * (0.5 if s.half else 1) / len(s.weights),
        ),
        Mistake("λ was left out.", "漏掉了 λ。", lambda s: squares(s) * (0.5 if s.half else 1)),
    )

    def sample(self, draw: Draw, level: int) -> L2Penalty | None:
        weights = draw_weights(draw, level)
        return L2Penalty(weights, draw.choice(DECAYS), level == 1 or draw.chance(0.5)) if weights else None

    def formula(self, s: L2Penalty) -> float:
        return (s.decay / 2 if s.half else s.decay) * sum([w**2 for w in s.weights])

    def stem(self, s: L2Penalty) -> Text:
        return Text(
            f"A layer has the weights {vector(s.weights)}. What is its L2 penalty ${l2_form(s)}$ for λ = {num(s.decay)}?",
            f"某层的权重为 {vector(s.weights)}。λ = {num(s.decay)} 时，L2 惩罚项 ${l2_form(s)}$ 是多少？",
        )

    def solution(self, s: L2Penalty) -> Text:
        factor = f"{num(s.decay)}/2" if s.half else num(s.decay)
        last = rf"{factor} \cdot {num(squares(s))} = {num(self.formula(s))}"
        return Text(
            f"Sum of squares: ${squares_worked(s)}$. Penalty: ${last}$.",
            f"平方和：${squares_worked(s)}$。惩罚项：${last}$。",
        )


def _losses(s: Any, form: str) -> Text:
    return Text(
        f"A model has the weights {vector(s.weights)}. Its data loss is {num(s.loss)}; with the penalty ${form}$ the loss is "
        f"{num(s.total)}. What is λ?",
        f"某模型的权重为 {vector(s.weights)}。数据损失为 {num(s.loss)}；加上惩罚项 ${form}$ 后，损失为 {num(s.total)}。λ 是多少？",
    )


def _found(s: Any, summed: str, factor: str, value: float) -> Text:
    gap = f"{num(s.total)} - {num(s.loss)} = {num(s.total - s.loss)}"
    last = rf"\lambda = {factor}{num(s.total - s.loss)} / {num(value)}"
    key = f"{last} = {num((2 if factor else 1) * (s.total - s.loss) / value)}"
    return Text(
        f"The penalty is ${gap}$; the sum is ${summed}$. So ${key}$.",
        f"惩罚项为 ${gap}$；求和得 ${summed}$。故 ${key}$。",
    )


class L2Decay(Question[L2Found]):
    """The penalty solved for λ."""

    spec = L2Found
    answer = MANY
    levels = (3,)
    find = "decay"
    rule = Text(
        r"$\lambda = 2 (L - L_0)/\sum_i w_i^2$, without the 2 where the penalty has no 1/2",
        r"$\lambda = 2 (L - L_0)/\sum_i w_i^2$；惩罚项不带 1/2 时没有系数 2",
    )
    mistakes = (
        Mistake(*HALF, lambda s: (s.total - s.loss) / squares(s) * (1 if s.half else 2)),
        Mistake(*SQUARE, lambda s: (s.total - s.loss) / magnitudes(s) * (2 if s.half else 1)),
        Mistake(
            "The data loss is not part of the penalty.",
            "惩罚项不包含数据损失。",
            lambda s: s.total / squares(s) * (2 if s.half else 1),
        ),
        Mistake(
            "The penalty has the squares, not the root of their sum.",
            "惩罚项是平方和，不是其平方根。",
            lambda s: (s.total - s.loss) / squares(s) ** 0.5 * (2 if s.half else 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> L2Found | None:
        weights = draw_weights(draw, level)
        if weights is None:
            return None
        half, loss, decay = draw.chance(0.5), draw.decimal(0.2, 2, 2), draw.choice(DECAYS)
        penalty = decay * sum(w * w for w in weights) * (0.5 if half else 1)
        return L2Found(weights, loss, round(loss + penalty, 4), half)

    def formula(self, s: L2Found) -> float:
        return (2 if s.half else 1) * (s.total - s.loss) / sum([w**2 for w in s.weights])

    def stem(self, s: L2Found) -> Text:
        return _losses(s, l2_form(s))

    def solution(self, s: L2Found) -> Text:
        return _found(s, squares_worked(s), r"2 \cdot " if s.half else "", squares(s))


class L1(Question[L1Penalty]):
    """Source: Tibshirani 1996."""

    spec = L1Penalty
    answer = MANY
    levels = (1, 2)
    rule = r"$\lambda \sum_i |w_i|$"
    mistakes = (
        Mistake(*MAGNITUDE, lambda s: s.decay * squares(s)),
        Mistake(
            "Negative weights count with their magnitude.",
            "负的权重按绝对值计算。",
            lambda s: s.decay * abs(sum(s.weights)),
        ),
        Mistake("There is no factor 1/2 in it.", "没有系数 1/2。", lambda s: s.decay * magnitudes(s) / 2),
        Mistake(
            "The penalty is a sum over the weights, not a mean.",
            "惩罚项是对权重求和，不是求平均。",
            lambda s: s.decay * magnitudes(s) / len(s.weights),
        ),
        Mistake("λ was left out.", "漏掉了 λ。", lambda s: magnitudes(s)),
        Mistake(
            "Only the largest magnitude was taken.",
            "只取了最大的绝对值。",
            lambda s: s.decay * max(abs(w) for w in s.weights),
        ),
    )

    def sample(self, draw: Draw, level: int) -> L1Penalty | None:
        weights = draw_weights(draw, level)
        return L1Penalty(weights, draw.choice(DECAYS)) if weights else None

    def formula(self, s: L1Penalty) -> float:
        return s.decay * sum([abs(w) for w in s.weights])

    def stem(self, s: L1Penalty) -> Text:
        form = r"\lambda \sum_i |w_i|"
        return Text(
            f"A layer has the weights {vector(s.weights)}. What is its L1 penalty ${form}$ for λ = {num(s.decay)}?",
            f"某层的权重为 {vector(s.weights)}。λ = {num(s.decay)} 时，L1 惩罚项 ${form}$ 是多少？",
        )

    def solution(self, s: L1Penalty) -> Text:
        last = rf"{num(s.decay)} \cdot {num(magnitudes(s))} = {num(self.formula(s))}"
        return Text(
            f"Sum of magnitudes: ${magnitudes_worked(s)}$. Penalty: ${last}$.",
            f"绝对值之和：${magnitudes_worked(s)}$。惩罚项：${last}$。",
        )


class L1Decay(Question[L1Found]):
    """The penalty solved for λ."""

    spec = L1Found
    answer = MANY
    levels = (3,)
    find = "decay"
    rule = r"$\lambda = (L - L_0)/\sum_i |w_i|$"
    mistakes = (
        Mistake(*MAGNITUDE, lambda s: (s.total - s.loss) / squares(s)),
        Mistake(
            "The data loss is not part of the penalty.", "惩罚项不包含数据损失。", lambda s: s.total / magnitudes(s)
        ),
        Mistake("There is no factor 1/2 in it.", "没有系数 1/2。", lambda s: 2 * (s.total - s.loss) / magnitudes(s)),
        Mistake(
            "Negative weights count with their magnitude.",
            "负的权重按绝对值计算。",
            lambda s: (s.total - s.loss) / abs(sum(s.weights)) if sum(s.weights) else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> L1Found | None:
        weights = draw_weights(draw, level)
        if weights is None:
            return None
        loss, decay = draw.decimal(0.2, 2, 2), draw.choice(DECAYS)
        return L1Found(weights, loss, round(loss + decay * sum(abs(w) for w in weights), 4))

    def formula(self, s: L1Found) -> float:
        return (s.total - s.loss) / sum([abs(w) for w in s.weights])

    def stem(self, s: L1Found) -> Text:
        return _losses(s, r"\lambda \sum_i |w_i|")

    def solution(self, s: L1Found) -> Text:
        return _found(s, magnitudes_worked(s), "", magnitudes(s))


L2_MODEL = ItemModel(
    name="l2_penalty",
    version=1,
    topic="regularisation",
    title=Text("L2 penalty", "L2 惩罚项"),
    questions=(L2(), L2Decay()),
)
L1_MODEL = ItemModel(
    name="l1_penalty",
    version=1,
    topic="regularisation",
    title=Text("L1 penalty", "L1 惩罚项"),
    questions=(L1(), L1Decay()),
)
