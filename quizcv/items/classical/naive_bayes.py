"""Naive Bayes with binary features and Laplace smoothing. Source: Manning, Raghavan and Schütze 2008, chapter 13."""

from __future__ import annotations

import math

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.probability import NaiveBayes, NaiveBayesOdds


def _product(
    s: NaiveBayes, label: int, *, alpha: float | None = None, values: int = 2, prior: bool = True, absent: bool = True
) -> float:
    """Prior times likelihoods, with one part replaced."""
    a = s.alpha if alpha is None else alpha
    total = s.totals[label]
    found = total / sum(s.totals) if prior else 1.0
    for count, flag in zip((s.counts0, s.counts1)[label], s.present, strict=True):
        chance = (count + a) / (total + values * a)
        if flag:
            found *= chance
        elif absent:
            found *= 1 - chance
    return found


def _posterior(one: float, other: float) -> float:
    return one / (one + other)


def _sample(draw: Draw, features: int, alpha: int, *, absent: bool) -> NaiveBayes | None:
    totals = draw.integer(5, 12) * 2, draw.integer(5, 12) * 2
    counts = [tuple(draw.integer(1, total - 1) for _ in range(features)) for total in totals]
    present = tuple(int(not absent or draw.chance(0.6)) for _ in range(features))
    return NaiveBayes(totals, counts[0], counts[1], present, alpha) if any(present) and totals[0] != totals[1] else None


def _told(s: NaiveBayes) -> Text:
    smoothing = (
        Text(
            f"Laplace smoothing with α = {s.alpha} for the features, none for the prior",
            f"特征用 α = {s.alpha} 的拉普拉斯平滑，先验不平滑",
        )
        if s.alpha
        else Text("no smoothing (α = 0)", "不做平滑（α = 0）")
    )
    return Text(
        f"Naive Bayes with binary features (Bernoulli) was trained on {s.totals[0]} samples of class 0 and "
        f"{s.totals[1]} of class 1, with the prior from these counts. The features are present in {vector(s.counts0)} samples of "
        f"class 0 and in {vector(s.counts1)} of class 1. There is {smoothing.en}. A new sample has "
        f"the features {vector(s.present)} (1 present, 0 absent).",
        f"二值特征的朴素贝叶斯（伯努利）用类别 0 的 {s.totals[0]} 个样本和类别 1 的 {s.totals[1]} 个样本训练，"
        "先验取自样本数。类别 0 中具有各特征的样本数为 "
        f"{vector(s.counts0)}，类别 1 中为 {vector(s.counts1)}。{smoothing.zh}。新样本的特征为 {vector(s.present)}（1 有，0 无）。",
    )


def _worked(s: NaiveBayes) -> Text:
    one, other = (_factors(s, label) for label in (0, 1))
    return Text(
        f"With α = {s.alpha} and {s.totals[0]} and {s.totals[1]} samples:\n\nclass 0: ${one}$\n\nclass 1: ${other}$\n\nThen",
        f"α = {s.alpha}，样本数 {s.totals[0]} 与 {s.totals[1]}：\n\n类别 0：${one}$\n\n类别 1：${other}$\n\n于是 ",
    )


def _factors(s: NaiveBayes, label: int) -> str:
    total = s.totals[label]
    parts = [rf"\frac{{{total}}}{{{sum(s.totals)}}}"]
    for count, flag in zip((s.counts0, s.counts1)[label], s.present, strict=True):
        top = count + s.alpha if flag else total - count + s.alpha
        parts.append(rf"\frac{{{top}}}{{{total + 2 * s.alpha}}}")
    product = r" \cdot ".join(parts)
    return f"{product} = {num(_product(s, label))}"


class Posterior(Worked[NaiveBayes]):
    spec = NaiveBayes
    levels = (1, 2)
    rule = r"$P(1|f) \propto P(1) \prod_i P(f_i|1)$, $P(f_i = 1|c) = (n_{ci} + \alpha)/(n_c + 2\alpha)$"
    mistakes = (
        Mistake(
            "That is the posterior of class 0.",
            "这是类别 0 的后验概率。",
            lambda s: _posterior(_product(s, 0), _product(s, 1)),
        ),
        Mistake(
            "The product has to be normalised by both classes.", "乘积还要用两类之和归一化。", lambda s: _product(s, 1)
        ),
        Mistake(
            "The prior was left out.",
            "漏了先验。",
            lambda s: _posterior(_product(s, 1, prior=False), _product(s, 0, prior=False)),
        ),
        Mistake(
            "The smoothing was left out.",
            "漏了平滑。",
            lambda s: _posterior(_product(s, 1, alpha=0), _product(s, 0, alpha=0)) if s.alpha else None,
        ),
        Mistake(
            "A binary feature has two values: the denominator grows by 2α, not α.",
            "二值特征有两个取值：分母加 2α，不是 α。",
            lambda s: _posterior(_product(s, 1, values=1), _product(s, 0, values=1)) if s.alpha else None,
        ),
        Mistake(
            "An absent feature counts too, with 1 − P.",
            "不存在的特征也要计入，概率为 1 − P。",
            lambda s: (
                _posterior(_product(s, 1, absent=False), _product(s, 0, absent=False)) if 0 in s.present else None
            ),
        ),
        Mistake("That is the prior alone.", "这只是先验。", lambda s: s.totals[1] / sum(s.totals)),
    )

    def sample(self, draw: Draw, level: int) -> NaiveBayes | None:
        return (
            _sample(draw, 2, 0, absent=False)
            if level == 1
            else _sample(draw, draw.choice((2, 3)), draw.choice((0, 1, 1, 2)), absent=True)
        )

    def formula(self, s: NaiveBayes) -> float:
        odds = s.totals[0] / s.totals[1]
        for zero, one, flag in zip(s.counts0, s.counts1, s.present, strict=True):
            top, bottom = (zero, one) if flag else (s.totals[0] - zero, s.totals[1] - one)
            odds *= (top + s.alpha) / (s.totals[0] + 2 * s.alpha) / ((bottom + s.alpha) / (s.totals[1] + 2 * s.alpha))
        return 1 / (1 + odds)

    def stem(self, s: NaiveBayes) -> Text:
        told = _told(s)
        return Text(f"{told.en} What is its probability of class 1?", f"{told.zh}它属于类别 1 的概率是多少？")

    def why(self, s: NaiveBayes) -> Text:
        return _worked(s)

    def steps(self, s: NaiveBayes) -> str:
        one, other = num(_product(s, 1)), num(_product(s, 0))
        return f"{one}/({one} + {other}) = {num(self.formula(s))}"


class Odds(Worked[NaiveBayesOdds]):
    spec = NaiveBayesOdds
    levels = (3,)
    find = "log_odds"
    rule = r"$\ln \frac{P(1)}{P(0)} + \sum_i \ln \frac{P(f_i|1)}{P(f_i|0)}$"
    mistakes = (
        Mistake(
            "The sign is wrong: class 1 stands in the numerator.",
            "符号错了：分子是类别 1。",
            lambda s: math.log(_product(s, 0) / _product(s, 1)),
        ),
        Mistake(
            "These are the odds; their logarithm is missing.",
            "这是几率；还要取对数。",
            lambda s: _product(s, 1) / _product(s, 0),
        ),
        Mistake(
            "The prior was left out.",
            "漏了先验。",
            lambda s: math.log(_product(s, 1, prior=False) / _product(s, 0, prior=False)),
        ),
        Mistake(
            "The smoothing was left out.",
            "漏了平滑。",
            lambda s: math.log(_product(s, 1, alpha=0) / _product(s, 0, alpha=0)) if s.alpha else None,
        ),
        Mistake(
            "An absent feature counts too, with 1 − P.",
            "不存在的特征也要计入，概率为 1 − P。",
            lambda s: math.log(_product(s, 1, absent=False) / _product(s, 0, absent=False)) if 0 in s.present else None,
        ),
        Mistake(
            "That is the logarithm of the posterior of class 1.",
            "这是类别 1 后验概率的对数。",
            lambda s: math.log(_posterior(_product(s, 1), _product(s, 0))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NaiveBayesOdds | None:
        s = _sample(draw, 3, 1, absent=True)
        return NaiveBayesOdds(s.totals, s.counts0, s.counts1, s.present, s.alpha) if s else None

    def formula(self, s: NaiveBayesOdds) -> float:
        found = math.log(s.totals[1]) - math.log(s.totals[0])
        for zero, one, flag in zip(s.counts0, s.counts1, s.present, strict=True):
            top, bottom = (one, zero) if flag else (s.totals[1] - one, s.totals[0] - zero)
            found += math.log(top + s.alpha) - math.log(bottom + s.alpha)
            found += math.log(s.totals[0] + 2 * s.alpha) - math.log(s.totals[1] + 2 * s.alpha)
        return found

    def stem(self, s: NaiveBayesOdds) -> Text:
        told = _told(s)
        return Text(
            f"{told.en} What are its log-odds of class 1 against class 0 (natural logarithm)?",
            f"{told.zh}它属于类别 1 相对于类别 0 的对数几率（自然对数）是多少？",
        )

    def why(self, s: NaiveBayesOdds) -> Text:
        return _worked(s)

    def steps(self, s: NaiveBayesOdds) -> str:
        return rf"\ln({num(_product(s, 1))}/{num(_product(s, 0))}) = {num(self.formula(s))}"


MODEL = ItemModel(
    name="naive_bayes",
    version=1,
    topic="classical",
    title=Text("Naive Bayes", "朴素贝叶斯"),
    questions=(Posterior(), Odds()),
)
