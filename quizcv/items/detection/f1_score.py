"""F1 and F-beta, harmonic means of precision and recall (van Rijsbergen 1979)."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.metrics import F1Recall, F1Score, FBeta


def _precision(s: F1Score) -> float:
    return s.tp / (s.tp + s.fp)


def _recall(s: F1Score) -> float:
    return s.tp / (s.tp + s.fn)


def _f(s: F1Score, beta: float = 1.0) -> float:
    weight = beta**2
    return (1 + weight) * s.tp / ((1 + weight) * s.tp + weight * s.fn + s.fp)


MEAN_EN = "The mean is the harmonic one, not the arithmetic one."
MEAN_ZH = "应取调和平均，而不是算术平均。"


class F1(Question[F1Score]):
    """From the counts."""

    spec = F1Score
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$F_1 = 2pr/(p + r) = 2TP/(2TP + FP + FN)$"
    mistakes = (
        Mistake(MEAN_EN, MEAN_ZH, lambda s: (_precision(s) + _recall(s)) / 2),
        Mistake(
            "The mean is the harmonic one, not the geometric one.",
            "应取调和平均，而不是几何平均。",
            lambda s: math.sqrt(_precision(s) * _recall(s)),
        ),
        Mistake("The factor 2 is missing.", "漏了系数 2。", lambda s: _f(s) / 2),
        Mistake(
            "That is the IoU of the two sets, TP/(TP + FP + FN).",
            "这是两个集合的交并比 TP/(TP + FP + FN)。",
            lambda s: s.tp / (s.tp + s.fp + s.fn),
        ),
        Mistake("That is the precision.", "这是精确率。", _precision),
        Mistake("That is the recall.", "这是召回率。", _recall),
    )

    def sample(self, draw: Draw, level: int) -> F1Score | None:
        s = F1Score(draw.integer(10, 90), draw.integer(2, 90), draw.integer(2, 90))
        return s if abs(s.fp - s.fn) > 5 else None

    def formula(self, s: F1Score) -> float:
        return _f(s)

    def stem(self, s: F1Score) -> Text:
        return Text(
            f"A classifier has {s.tp} true positives, {s.fp} false positives and {s.fn} false negatives. What is its F1 score?",
            f"某分类器有 {s.tp} 个真阳性、{s.fp} 个假阳性、{s.fn} 个假阴性。其 F1 分数是多少？",
        )

    def solution(self, s: F1Score) -> Text:
        rates = f"p = {s.tp}/{s.tp + s.fp} = {short(_precision(s))}$, $r = {s.tp}/{s.tp + s.fn} = {short(_recall(s))}"
        steps = rf"2 \cdot {s.tp}/(2 \cdot {s.tp} + {s.fp} + {s.fn}) = {short(_f(s))}"
        return Text(f"${rates}$.\n\nTheir harmonic mean: ${steps}$.", f"${rates}$。\n\n调和平均：${steps}$。")


class OfBeta(Question[FBeta]):
    """Weighted."""

    spec = FBeta
    answer = Number(decimals=3)
    levels = (2,)
    find = "beta"
    rule = r"$F_\beta = (1 + \beta^2)pr/(\beta^2 p + r)$"
    mistakes = (
        Mistake("That is F1: beta was left out.", "这是 F1：没有用到 beta。", lambda s: _f(s)),
        Mistake(
            "Beta weights the recall: false negatives, not false positives, get the factor.",
            "beta 加权的是召回率：乘在假阴性上，而不是假阳性上。",
            lambda s: _f(s, 1 / s.beta),
        ),
        Mistake("Beta enters squared.", "beta 要平方。", lambda s: _f(s, math.sqrt(s.beta))),
        Mistake(
            MEAN_EN,
            MEAN_ZH,
            lambda s: (_precision(s) + s.beta**2 * _recall(s)) / (1 + s.beta**2),
        ),
        Mistake("That is the recall.", "这是召回率。", _recall),
        Mistake("That is the precision.", "这是精确率。", _precision),
    )

    def sample(self, draw: Draw, level: int) -> FBeta | None:
        s = FBeta(draw.integer(10, 90), draw.integer(2, 90), draw.integer(2, 90), draw.choice((0.5, 2.0, 2.0, 3.0)))
        return s if abs(s.fp - s.fn) > 8 else None

    def formula(self, s: FBeta) -> float:
        return _f(s, s.beta)

    def stem(self, s: FBeta) -> Text:
        return Text(
            f"A classifier has {s.tp} true positives, {s.fp} false positives "
            f"and {s.fn} false negatives. What is its $F_\\beta$ score with "
            f"$\\beta$ = {num(s.beta)} (recall counts $\\beta$ times as much as precision)?",
            f"某分类器有 {s.tp} 个真阳性、{s.fp} 个假阳性、{s.fn} 个假阴性。"
            f"$\\beta$ = {num(s.beta)}（召回率的重要性为精确率的 $\\beta$ 倍）时，"
            "其 $F_\\beta$ 分数是多少？",
        )

    def solution(self, s: FBeta) -> Text:
        w = s.beta**2
        below = rf"{num(1 + w)} \cdot {s.tp} + {num(w)} \cdot {s.fn} + {s.fp}"
        steps = rf"{num(1 + w)} \cdot {s.tp}/({below}) = {short(_f(s, s.beta))}"
        return Text(
            f"With $\\beta^2 = {num(s.beta)}^2 = {num(w)}$: ${steps}$.",
            f"由 $\\beta^2 = {num(s.beta)}^2 = {num(w)}$：${steps}$。",
        )


class RecallBehind(Question[F1Recall]):
    """The inverse."""

    spec = F1Recall
    answer = Number(decimals=3)
    levels = (3,)
    find = "recall"
    rule = r"$r = F_1 p/(2p - F_1)$"
    mistakes = (
        Mistake(MEAN_EN, MEAN_ZH, lambda s: _within(2 * s.f1 - s.precision)),
        Mistake(
            "The mean is the harmonic one, not the geometric one.",
            "应取调和平均，而不是几何平均。",
            lambda s: _within(s.f1**2 / s.precision),
        ),
        Mistake(
            "The factor 2 is missing.",
            "漏了系数 2。",
            lambda s: _within(s.f1 * s.precision / (s.precision - s.f1)) if s.precision > s.f1 else None,
        ),
        Mistake(
            "That is the F1 of what is given, not the recall behind it.",
            "这是用已知两数再求 F1，而不是求召回率。",
            lambda s: 2 * s.f1 * s.precision / (s.f1 + s.precision),
        ),
        Mistake(
            "That is the ratio of F1 to precision.", "这是 F1 与精确率之比。", lambda s: _within(s.f1 / s.precision)
        ),
    )

    def sample(self, draw: Draw, level: int) -> F1Recall | None:
        precision, f1 = draw.decimal(0.4, 0.98, 2), draw.decimal(0.3, 0.95, 2)
        s = F1Recall(f1, precision)
        if abs(f1 - precision) < 0.03 or 2 * precision - f1 <= 0.05:
            return None
        return s if 0.1 < self.formula(s) < 0.99 else None

    def formula(self, s: F1Recall) -> float:
        return s.f1 * s.precision / (2 * s.precision - s.f1)

    def stem(self, s: F1Recall) -> Text:
        return Text(
            f"A detector has a precision of {num(s.precision)} and an F1 score of {num(s.f1)}. What is its recall?",
            f"某检测器的精确率为 {num(s.precision)}，F1 分数为 {num(s.f1)}。其召回率是多少？",
        )

    def solution(self, s: F1Recall) -> Text:
        p, f = num(s.precision), num(s.f1)
        steps = rf"r = {f} \cdot {p}/(2 \cdot {p} - {f}) = {short(self.formula(s))}"
        return Text(f"$F_1 = 2pr/(p + r)$ solved for $r$: ${steps}$.", f"由 $F_1 = 2pr/(p + r)$ 解出 $r$：${steps}$。")


def _within(rate: float) -> float | None:
    return rate if 0 <= rate <= 1 else None


MODEL = ItemModel(
    name="f1_score",
    version=1,
    topic="detection",
    title=Text("F1 and F-beta", "F1 与 F-beta 分数"),
    questions=(F1(), OfBeta(), RecallBehind()),
)
