"""Averaging the predictions of an ensemble."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._logits import draw_logits, probabilities
from quizcv.items.text import grid, num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mixing import EnsembleAverage, EnsembleLogits, EnsembleProbs

FOUR = Number(decimals=4)


class Mean(Question[EnsembleProbs]):
    """Soft voting."""

    spec = EnsembleProbs
    answer = FOUR
    levels = (1,)
    rule = r"$\bar p = \frac{1}{M} \sum_m p_m$"
    mistakes = (
        Mistake(
            "That is the geometric mean.",
            "这是几何平均。",
            lambda s: math.prod(s.probabilities) ** (1 / len(s.probabilities)),
        ),
        Mistake(
            "That is the share of models that vote for the class.",
            "这是投票给该类别的模型所占的比例。",
            lambda s: sum(p > 0.5 for p in s.probabilities) / len(s.probabilities),
        ),
        Mistake("That is the largest of them.", "这是其中的最大值。", lambda s: max(s.probabilities)),
        Mistake(
            "That is their product: they are not independent events.",
            "这是乘积；它们不是相互独立的事件。",
            lambda s: math.prod(s.probabilities),
        ),
        Mistake("That is the median.", "这是中位数。", lambda s: sorted(s.probabilities)[len(s.probabilities) // 2]),
    )

    def sample(self, draw: Draw, level: int) -> EnsembleProbs | None:
        return EnsembleProbs(draw.decimals(draw.choice((3, 5)), 0.05, 0.95, 2))

    def formula(self, s: EnsembleProbs) -> float:
        return sum(s.probabilities) / len(s.probabilities)

    def stem(self, s: EnsembleProbs) -> Text:
        count = len(s.probabilities)
        return Text(
            f"{count} models of an ensemble give a class the probabilities {vector(s.probabilities)}. Which probability does the "
            "ensemble give, "
            "if the probabilities are averaged?",
            f"集成的 {count} 个模型对某类别给出的概率为 {vector(s.probabilities)}。对概率取平均时，集成给出的概率是多少？",
        )

    def solution(self, s: EnsembleProbs) -> Text:
        total, count = " + ".join(map(num, s.probabilities)), len(s.probabilities)
        steps = rf"({total})/{count} = {num(self.formula(s))}"
        return Text(f"The mean: ${steps}$.", f"平均：${steps}$。")


def _each(s: EnsembleAverage) -> list[float]:
    return [probabilities(row)[s.index] for row in s.logits]


def _averaged(s: EnsembleAverage) -> tuple[float, ...]:
    return tuple(sum(column) / len(s.logits) for column in zip(*s.logits, strict=True))


def _mean(s: EnsembleAverage) -> float:
    return sum(_each(s)) / len(s.logits)


def _draw(draw: Draw) -> tuple[tuple[tuple[float, ...], ...], int] | None:
    first, second = draw_logits(draw, 1), draw_logits(draw, 1)
    return ((first, second), draw.integer(0, 2)) if first and second and first != second else None


def _given(s: EnsembleAverage) -> Text:
    return Text(
        f"{len(s.logits)} models of an ensemble give these logits for one example, one model per row:{grid(s.logits)}",
        f"集成的 {len(s.logits)} 个模型对某样本给出如下 logits，每行一个模型：{grid(s.logits)}",
    )


BEST = ("That is the probability of the first model alone.", "这只是第一个模型的概率。")


class Soft(Question[EnsembleAverage]):
    """Softmax first, then the mean."""

    spec = EnsembleAverage
    answer = FOUR
    levels = (2,)
    find = "softmax"
    rule = r"$\bar p_k = \frac{1}{M} \sum_m \mathrm{softmax}(z_m)_k$"
    mistakes = (
        Mistake(
            "The probabilities are averaged, not the logits.",
            "应对概率取平均，而不是对 logits。",
            lambda s: probabilities(_averaged(s))[s.index],
        ),
        Mistake(*BEST, lambda s: _each(s)[0]),
        Mistake("The mean divides by the number of models.", "平均要除以模型个数。", lambda s: min(1.0, sum(_each(s)))),
        Mistake(
            "That is the geometric mean of the probabilities.",
            "这是概率的几何平均。",
            lambda s: math.prod(_each(s)) ** (1 / len(s.logits)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> EnsembleAverage | None:
        drawn = _draw(draw)
        return EnsembleAverage(*drawn) if drawn else None

    def formula(self, s: EnsembleAverage) -> float:
        shares = [math.exp(row[s.index]) / sum([math.exp(z) for z in row]) for row in s.logits]
        return sum(shares) / len(shares)

    def stem(self, s: EnsembleAverage) -> Text:
        given = _given(s)
        return Text(
            f"{given.en}The ensemble averages the softmax probabilities. Which probability does it give class {s.index} (from 0)?",
            f"{given.zh}集成对 softmax 概率取平均。它给类别 {s.index}（从 0 起）的概率是多少？",
        )

    def solution(self, s: EnsembleAverage) -> Text:
        each = _each(s)
        steps = rf"({' + '.join(map(num, each))})/{len(each)} = {num(self.formula(s))}"
        return Text(
            f"The models give class {s.index} the probabilities {vector(each)}: ${steps}$.",
            f"各模型给类别 {s.index} 的概率为 {vector(each)}：${steps}$。",
        )


class Logit(Question[EnsembleLogits]):
    """The mean first, then softmax: the renormalised geometric mean of the probabilities."""

    spec = EnsembleLogits
    answer = FOUR
    levels = (3,)
    find = "logits"
    rule = r"$\mathrm{softmax}(\frac{1}{M} \sum_m z_m)_k$"
    mistakes = (
        Mistake("The logits are averaged, not the probabilities.", "应对 logits 取平均，而不是对概率。", _mean),
        Mistake(
            "The logits were summed: the mean divides by the number of models.",
            "把 logits 相加了；平均要除以模型个数。",
            lambda s: probabilities(tuple(sum(column) for column in zip(*s.logits, strict=True)))[s.index],
        ),
        Mistake(*BEST, lambda s: _each(s)[0]),
        Mistake(
            "The geometric mean of the probabilities has to be normalised again.",
            "概率的几何平均还要重新归一化。",
            lambda s: math.prod(_each(s)) ** (1 / len(s.logits)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> EnsembleLogits | None:
        drawn = _draw(draw)
        return EnsembleLogits(*drawn) if drawn else None

    def formula(self, s: EnsembleLogits) -> float:
        means = [sum(column) / len(s.logits) for column in zip(*s.logits, strict=True)]
        return math.exp(means[s.index]) / sum([math.exp(z) for z in means])

    def stem(self, s: EnsembleLogits) -> Text:
        given = _given(s)
        return Text(
            f"{given.en}The ensemble averages the logits and applies softmax once. Which probability does it give class "
            f"{s.index} (from 0)?",
            f"{given.zh}集成先对 logits 取平均，再做一次 softmax。它给类别 {s.index}（从 0 起）的概率是多少？",
        )

    def solution(self, s: EnsembleLogits) -> Text:
        means = _averaged(s)
        inner = " + ".join(f"e^{{{num(z)}}}" for z in means)
        steps = rf"e^{{{num(means[s.index])}}} / ({inner}) = {num(self.formula(s))}"
        return Text(
            f"The mean logits are {vector(means)}; for class {s.index}: ${steps}$.",
            f"平均 logits 为 {vector(means)}；类别 {s.index}：${steps}$。",
        )


MODEL = ItemModel(
    name="ensemble_average",
    version=1,
    topic="regularisation",
    title=Text("Averaging an ensemble", "集成的平均"),
    questions=(Mean(), Soft(), Logit()),
)
