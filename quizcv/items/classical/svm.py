"""Margin of a linear support vector machine. Source: Cortes and Vapnik 1995."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, terms, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.linear_models import PlaneDistance, SvmMargin, SvmObjective


def _length(w: Sequence[float]) -> float:
    return math.sqrt(sum(one * one for one in w))


def _squared(w: Sequence[float]) -> str:
    return " + ".join(f"{signed(one)}^2" for one in w)


class Margin(Worked[SvmMargin]):
    spec = SvmMargin
    levels = (1, 2)
    rule = r"$2/|w|$"
    mistakes = (
        Mistake(
            "That is the distance from the boundary to one side; the margin has two.",
            "这是从决策面到一侧的距离；间隔有两侧。",
            lambda s: 1 / _length(s.weight),
        ),
        Mistake(
            "The length divides, not its square.", "应除以长度，不是长度的平方。", lambda s: 2 / _length(s.weight) ** 2
        ),
        Mistake(
            "That is the length of w; a longer w means a smaller margin.",
            "这是 w 的长度；w 越长间隔越小。",
            lambda s: _length(s.weight),
        ),
        Mistake(
            "The length is Euclidean, not the sum of sizes.",
            "长度是欧氏范数，不是绝对值之和。",
            lambda s: 2 / sum(map(abs, s.weight)),
        ),
        Mistake("The fraction is upside down.", "分式上下颠倒了。", lambda s: _length(s.weight) / 2),
        Mistake(
            "The length is Euclidean, not the largest entry.",
            "长度是欧氏范数，不是最大分量。",
            lambda s: 2 / max(map(abs, s.weight)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SvmMargin | None:
        if level == 1:
            a, b = draw.choice(
                (
                    (3, 4),
                    (4, 3),
                    (0.6, 0.8),
                    (0.3, 0.4),
                    (1.2, 0.5),
                    (0.5, 1.2),
                    (1.5, 2),
                    (0.8, 1.5),
                    (0.9, 1.2),
                    (2.4, 1),
                )
            )
            return SvmMargin((float(a * draw.choice((-1, 1))), float(b * draw.choice((-1, 1)))))
        weight = draw.decimals(draw.choice((2, 3)), -3, 3, 1)
        return SvmMargin(weight) if 0 not in weight else None

    def formula(self, s: SvmMargin) -> float:
        return 2 / math.hypot(*s.weight)

    def stem(self, s: SvmMargin) -> Text:
        w = vector(s.weight)
        return Text(
            f"A linear SVM in canonical form ($w \\cdot x + b = \\pm 1$ on the support vectors) has $w = {w}$. "
            "How wide is its margin, from one side to the "
            "other?",
            f"规范形式的线性 SVM（支持向量满足 $w \\cdot x + b = \\pm 1$）的 $w = {w}$。其间隔（两侧边界之间的距离）是多少？",
        )

    def steps(self, s: SvmMargin) -> str:
        return rf"2/\sqrt{{{_squared(s.weight)}}} = 2/{num(_length(s.weight))} = {num(self.formula(s))}"


def _score(s: PlaneDistance) -> float:
    return sum(w * x for w, x in zip(s.weight, s.x, strict=True)) + s.bias


class ToPlane(Worked[PlaneDistance]):
    spec = PlaneDistance
    levels = (2,)
    find = "distance"
    rule = r"$|w \cdot x + b|/|w|$"
    mistakes = (
        Mistake(
            "That is the functional margin; the length of w divides it.",
            "这是函数间隔；还要除以 w 的长度。",
            lambda s: abs(_score(s)),
        ),
        Mistake("A distance has no sign.", "距离没有符号。", lambda s: _score(s) / _length(s.weight)),
        Mistake("The bias is missing.", "漏了偏置。", lambda s: abs(_score(s) - s.bias) / _length(s.weight)),
        Mistake(
            "The length divides, not its square.",
            "应除以长度，不是长度的平方。",
            lambda s: abs(_score(s)) / _length(s.weight) ** 2,
        ),
        Mistake(
            "The bias is added, not subtracted.",
            "偏置应加上，不是减去。",
            lambda s: abs(_score(s) - 2 * s.bias) / _length(s.weight),
        ),
        Mistake(
            "That is the distance from the margin's edge.",
            "这是到间隔边界的距离。",
            lambda s: abs(abs(_score(s)) - 1) / _length(s.weight),
        ),
    )

    def sample(self, draw: Draw, level: int) -> PlaneDistance | None:
        weight, bias = draw.decimals(2, -3, 3, 1), draw.decimal(-4, 4, 1)
        s = PlaneDistance(weight, bias, tuple(float(draw.integer(-4, 5)) for _ in range(2)))
        return s if 0 not in weight and bias and abs(_score(s)) > 0.2 else None

    def formula(self, s: PlaneDistance) -> float:
        return abs(s.bias + sum(w * x for w, x in zip(s.weight, s.x, strict=True))) / math.hypot(*s.weight)

    def stem(self, s: PlaneDistance) -> Text:
        return Text(
            f"A linear SVM has $w = {vector(s.weight)}$ and $b = {num(s.bias)}$. How far is the point "
            f"{vector(s.x)} from the decision boundary "
            "$w \\cdot x + b = 0$?",
            f"线性 SVM 的 $w = {vector(s.weight)}$，$b = {num(s.bias)}$。点 {vector(s.x)} 到决策面 $w \\cdot x + b = 0$ 的距离是多少？",
        )

    def steps(self, s: PlaneDistance) -> str:
        top = f"|{terms(zip(s.weight, s.x, strict=True))} + {signed(s.bias)}|"
        return rf"{top}/\sqrt{{{_squared(s.weight)}}} = {num(abs(round(_score(s), 9)))}/{num(_length(s.weight))} = {num(self.formula(s))}"


def _slacks(s: SvmObjective) -> list[float]:
    return [round(max(0.0, 1 - f * y), 9) for f, y in zip(s.scores, s.labels, strict=True)]


def _half(s: SvmObjective) -> float:
    return sum(w * w for w in s.weight) / 2


class Objective(Worked[SvmObjective]):
    spec = SvmObjective
    levels = (3,)
    find = "objective"
    rule = r"$\frac{1}{2} |w|^2 + C \sum_i \max(0, 1 - y_i f_i)$"
    mistakes = (
        Mistake("The factor 1/2 is missing.", "漏了系数 1/2。", lambda s: 2 * _half(s) + s.c * sum(_slacks(s))),
        Mistake(
            "C multiplies the hinge losses, not the weights.",
            "C 乘的是 hinge 损失，不是权重项。",
            lambda s: s.c * _half(s) + sum(_slacks(s)),
        ),
        Mistake(
            "The hinge losses are summed, not averaged.",
            "hinge 损失求和，不取平均。",
            lambda s: _half(s) + s.c * sum(_slacks(s)) / len(s.scores),
        ),
        Mistake(
            "The length of w is squared.",
            "w 的长度要平方。",
            lambda s: math.sqrt(2 * _half(s)) / 2 + s.c * sum(_slacks(s)),
        ),
        Mistake(
            "Samples beyond the margin count 0, not less.",
            "超出间隔的样本计 0，不计负值。",
            lambda s: _half(s) + s.c * sum(1 - f * y for f, y in zip(s.scores, s.labels, strict=True)),
        ),
        Mistake(
            "That is the number of violations, not the hinge loss.",
            "这是违反间隔的个数，不是 hinge 损失。",
            lambda s: _half(s) + s.c * sum(slack > 0 for slack in _slacks(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SvmObjective | None:
        weight, labels = draw.decimals(2, -2, 2, 1), tuple(draw.choice((-1, 1)) for _ in range(4))
        s = SvmObjective(weight, draw.choice((0.5, 2.0, 5.0, 10.0)), draw.decimals(4, -2.5, 2.5, 1), labels)
        return s if 0 not in weight and 0 not in s.scores and 0 in _slacks(s) and sum(_slacks(s)) > 0.2 else None

    def formula(self, s: SvmObjective) -> float:
        hinge = sum(max(0.0, 1 - y * f) for f, y in zip(s.scores, s.labels, strict=True))
        return 0.5 * sum(w**2 for w in s.weight) + s.c * hinge

    def stem(self, s: SvmObjective) -> Text:
        return Text(
            f"A soft-margin SVM with $C = {num(s.c)}$ has $w = {vector(s.weight)}$ and gives samples with the "
            f"labels {vector(s.labels)} the scores "
            f"{vector(s.scores)}. How large is its objective, $\\frac{{1}}{{2}}|w|^2$ plus $C$ times the sum of the hinge losses?",
            f"软间隔 SVM 的 $C = {num(s.c)}$，$w = {vector(s.weight)}$，对标签为 {vector(s.labels)} "
            f"的样本给出得分 {vector(s.scores)}。目标函数（"
            "$\\frac{1}{2}|w|^2$ 加 $C$ 倍的 hinge 损失之和）是多少？",
        )

    def why(self, s: SvmObjective) -> Text:
        return Text(f"The hinge losses are {vector(_slacks(s))}:", f"各 hinge 损失为 {vector(_slacks(s))}：")

    def steps(self, s: SvmObjective) -> str:
        return rf"({_squared(s.weight)})/2 + {num(s.c)} \cdot {num(round(sum(_slacks(s)), 9))} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="svm_margin",
    version=1,
    topic="classical",
    title=Text("Margin of an SVM", "SVM 的间隔"),
    questions=(Margin(), ToPlane(), Objective()),
)
