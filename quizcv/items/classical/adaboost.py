"""One round of AdaBoost. Source: Freund and Schapire 1997, in the form with α = ½ ln((1 − ε)/ε)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.probability import AdaBoostAlpha, AdaBoostSecond, AdaBoostWeight


def _alpha(error: float) -> float:
    return math.log((1 - error) / error) / 2


def _error(s: AdaBoostAlpha) -> float:
    return s.wrong / s.samples


class Alpha(Worked[AdaBoostAlpha]):
    spec = AdaBoostAlpha
    levels = (1,)
    rule = r"$\alpha = \frac{1}{2} \ln((1 - \varepsilon)/\varepsilon)$"
    mistakes = (
        Mistake("The factor 1/2 is missing.", "漏了系数 1/2。", lambda s: 2 * _alpha(_error(s))),
        Mistake(
            "The fraction is upside down: a good learner has a positive weight.",
            "分式上下颠倒了：好的学习器权重为正。",
            lambda s: -_alpha(_error(s)),
        ),
        Mistake(
            "The logarithm is natural, not base 2.",
            "应取自然对数，不是以 2 为底。",
            lambda s: _alpha(_error(s)) / math.log(2),
        ),
        Mistake(
            "The logarithm is natural, not base 10.",
            "应取自然对数，不是以 10 为底。",
            lambda s: _alpha(_error(s)) / math.log(10),
        ),
        Mistake("That is the accuracy.", "这是准确率。", lambda s: 1 - _error(s)),
        Mistake("The numerator is 1 − ε, not 1.", "分子是 1 − ε，不是 1。", lambda s: math.log(1 / _error(s)) / 2),
    )

    def sample(self, draw: Draw, level: int) -> AdaBoostAlpha | None:
        samples = draw.choice((8, 10, 12, 20, 25, 40, 50, 100))
        return AdaBoostAlpha(samples, draw.integer(1, (samples - 1) // 2))

    def formula(self, s: AdaBoostAlpha) -> float:
        return 0.5 * math.log((s.samples - s.wrong) / s.wrong)

    def stem(self, s: AdaBoostAlpha) -> Text:
        return Text(
            f"AdaBoost starts with equal weights on {s.samples} samples. Its first weak learner gets {s.wrong} of "
            "them wrong. What is the learner's "
            "weight α (discrete AdaBoost with labels ±1, update $e^{\\mp\\alpha}$, natural logarithm)?",
            f"AdaBoost 在 {s.samples} 个样本上以相同权重开始，第一个弱学习器分错了 {s.wrong} 个。该学习器的权重 "
            "α（标签为 ±1 的离散 AdaBoost，权重更新为 "
            "$e^{\\mp\\alpha}$，自然对数）是多少？",
        )

    def why(self, s: AdaBoostAlpha) -> Text:
        error = rf"$\varepsilon = {s.wrong}/{s.samples} = {num(_error(s))}$"
        return Text(f"The error is {error}:", f"错误率为 {error}：")

    def steps(self, s: AdaBoostAlpha) -> str:
        odds = f"{num(1 - _error(s))}/{num(_error(s))}"
        return rf"\frac{{1}}{{2}} \ln({odds}) = {num(self.formula(s))}"


def _missed(s: AdaBoostWeight) -> float:
    return sum(s.weights[at] for at in s.wrong)


def _raised(s: AdaBoostWeight, alpha: float | None = None, *, wrong: bool | None = None) -> float:
    """The weight before it is normalised."""
    a = _alpha(_missed(s)) if alpha is None else alpha
    up = s.index in s.wrong if wrong is None else wrong
    return s.weights[s.index] * math.exp(a if up else -a)


def _all(s: AdaBoostWeight, alpha: float | None = None) -> float:
    a = _alpha(_missed(s)) if alpha is None else alpha
    return sum(w * math.exp(a if at in s.wrong else -a) for at, w in enumerate(s.weights))


class NewWeight(Worked[AdaBoostWeight]):
    spec = AdaBoostWeight
    answer = Number(decimals=4)
    levels = (2,)
    find = "weight"
    rule = Text(
        r"$w e^{\pm\alpha}$, normalised: $w/(2\varepsilon)$ if wrong, $w/(2(1 - \varepsilon))$ if right",
        r"$w e^{\pm\alpha}$ 再归一化：分错为 $w/(2\varepsilon)$，分对为 $w/(2(1 - \varepsilon))$",
    )
    mistakes = (
        Mistake("The weights have to be normalised to sum 1.", "权重还要归一化，使总和为 1。", _raised),
        Mistake(
            "Wrong samples get heavier, right ones lighter.",
            "分错的样本变重，分对的变轻。",
            lambda s: s.weights[s.index] / 2 / ((1 - _missed(s)) if s.index in s.wrong else _missed(s)),
        ),
        Mistake("That is the weight of before.", "这是更新前的权重。", lambda s: s.weights[s.index]),
        Mistake(
            "α has the factor 1/2.",
            "α 带有系数 1/2。",
            lambda s: _raised(s, 2 * _alpha(_missed(s))) / _all(s, 2 * _alpha(_missed(s))),
        ),
        Mistake(
            "The error is the sum of the weights, not the share of samples.",
            "错误率是权重之和，不是样本比例。",
            lambda s: (
                _raised(s, _alpha(len(s.wrong) / len(s.weights))) / _all(s, _alpha(len(s.wrong) / len(s.weights)))
            ),
        ),
        Mistake(
            "The factor 2 is missing: the wrong ones make up one half of the weight.",
            "漏了系数 2：分错的样本占总权重的一半。",
            lambda s: s.weights[s.index] / (_missed(s) if s.index in s.wrong else 1 - _missed(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdaBoostWeight | None:
        cuts = sorted(draw.sample(range(5, 100, 5), 4))
        weights = tuple((high - low) / 100 for low, high in zip([0, *cuts], [*cuts, 100], strict=True))
        s = AdaBoostWeight(weights, tuple(sorted(draw.sample(range(5), draw.integer(1, 2)))), draw.integer(0, 4))
        return s if _missed(s) < 0.46 else None

    def formula(self, s: AdaBoostWeight) -> float:
        error = sum(s.weights[at] for at in s.wrong)
        return s.weights[s.index] / (2 * error if s.index in s.wrong else 2 * (1 - error))

    def stem(self, s: AdaBoostWeight) -> Text:
        wrong = vector(s.wrong)
        return Text(
            f"In a round of AdaBoost the samples have the weights {vector(s.weights)}; the weak learner gets the "
            f"samples {wrong} (counted from 0) "
            f"wrong. What is the weight of sample {s.index} after the update, normalised to sum 1?",
            f"AdaBoost 某轮中样本权重为 {vector(s.weights)}，弱学习器分错了样本 {wrong}（从 0 起）。"
            f"更新并归一化（总和为 1）后，样本 {s.index} 的权重是多少？",
        )

    def why(self, s: AdaBoostWeight) -> Text:
        error, alpha = num(round(_missed(s), 9)), num(_alpha(_missed(s)))
        right = s.index not in s.wrong
        return Text(
            f"$\\varepsilon = {error}$, $\\alpha = {alpha}$; sample {s.index} is {'right' if right else 'wrong'}, "
            "and each group ends with half of the "
            "weight:",
            f"$\\varepsilon = {error}$，$\\alpha = {alpha}$；样本 {s.index} 被分{'对' if right else '错'}，更新后对错两组各占一半权重：",
        )

    def steps(self, s: AdaBoostWeight) -> str:
        share = num(round(_missed(s) if s.index in s.wrong else 1 - _missed(s), 9))
        return rf"{num(s.weights[s.index])}/(2 \cdot {share}) = {num(self.formula(s))}"


def _weights(s: AdaBoostSecond) -> list[float]:
    error = len(s.wrong1) / s.samples
    return [1 / s.samples / 2 / (error if at in s.wrong1 else 1 - error) for at in range(s.samples)]


def _second(s: AdaBoostSecond) -> float:
    weights = _weights(s)
    return sum(weights[at] for at in s.wrong2)


def _pick(draw: Draw, samples: int) -> tuple[int, ...]:
    return tuple(sorted(draw.sample(range(samples), draw.integer(1, (samples - 1) // 2))))


class SecondAlpha(Worked[AdaBoostSecond]):
    spec = AdaBoostSecond
    levels = (3,)
    find = "second"
    rule = Text(
        r"$\frac{1}{2} \ln((1 - \varepsilon_2)/\varepsilon_2)$ with $\varepsilon_2$ the new weight of its errors",
        r"$\frac{1}{2} \ln((1 - \varepsilon_2)/\varepsilon_2)$，$\varepsilon_2$ 为其错分样本的新权重之和",
    )
    mistakes = (
        Mistake(
            "The second error is counted with the new weights.",
            "第二个错误率要用新权重计算。",
            lambda s: _alpha(len(s.wrong2) / s.samples),
        ),
        Mistake(
            "That is the weight of the first learner.",
            "这是第一个学习器的权重。",
            lambda s: _alpha(len(s.wrong1) / s.samples),
        ),
        Mistake("The factor 1/2 is missing.", "漏了系数 1/2。", lambda s: 2 * _alpha(_second(s))),
        Mistake("The fraction is upside down.", "分式上下颠倒了。", lambda s: -_alpha(_second(s))),
        Mistake("That is the weighted error itself.", "这是加权错误率本身。", _second),
        Mistake(
            "Wrong samples get heavier, not lighter.",
            "分错的样本变重，不是变轻。",
            lambda s: _alpha(_flipped(s)) if 0 < _flipped(s) < 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdaBoostSecond | None:
        samples = draw.choice((6, 8, 10))
        s = AdaBoostSecond(samples, _pick(draw, samples), _pick(draw, samples))
        return s if 0.02 < _second(s) < 0.48 and len(s.wrong1) * 2 != samples else None

    def formula(self, s: AdaBoostSecond) -> float:
        both = len(set(s.wrong1) & set(s.wrong2))
        error = both / (2 * len(s.wrong1)) + (len(s.wrong2) - both) / (2 * (s.samples - len(s.wrong1)))
        return 0.5 * math.log((1 - error) / error)

    def stem(self, s: AdaBoostSecond) -> Text:
        return Text(
            f"AdaBoost starts with equal weights on {s.samples} samples. The first weak learner gets the samples "
            f"{vector(s.wrong1)} wrong, the second "
            f"one {vector(s.wrong2)} (counted from 0). What is the second learner's weight α (discrete AdaBoost, "
            "labels ±1, update $e^{\\mp\\alpha}$, natural logarithm)?",
            f"AdaBoost 在 {s.samples} 个样本上以相同权重开始。第一个弱学习器分错样本 {vector(s.wrong1)}，"
            f"第二个分错 {vector(s.wrong2)}（从 0 起）。"
            "第二个学习器的权重 α（离散 AdaBoost，标签 ±1，权重更新为 $e^{\\mp\\alpha}$，自然对数）是多少？",
        )

    def why(self, s: AdaBoostSecond) -> Text:
        heavy, light = num(0.5 / len(s.wrong1)), num(0.5 / (s.samples - len(s.wrong1)))
        error = rf"$\varepsilon_2 = {num(_second(s))}$"
        return Text(
            f"Of the {s.samples} samples those wrong before weigh {heavy} each, the others {light}, so {error}:",
            f"{s.samples} 个样本中，先前分错的各重 {heavy}，其余各重 {light}，故 {error}：",
        )

    def steps(self, s: AdaBoostSecond) -> str:
        return rf"\frac{{1}}{{2}} \ln({num(1 - _second(s))}/{num(_second(s))}) = {num(self.formula(s))}"


def _flipped(s: AdaBoostSecond) -> float:
    """The second error where right samples were made heavier."""
    error = len(s.wrong1) / s.samples
    weights: Sequence[float] = [1 / s.samples * (error if at in s.wrong1 else 1 - error) for at in range(s.samples)]
    return sum(weights[at] for at in s.wrong2) / sum(weights)


MODEL = ItemModel(
    name="adaboost_weights",
    version=1,
    topic="classical",
    title=Text("A round of AdaBoost", "AdaBoost 的一轮"),
    questions=(Alpha(), NewWeight(), SecondAlpha()),
)
