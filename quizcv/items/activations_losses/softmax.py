"""Softmax with a temperature. Source: documentation of torch.softmax; Hinton et al. 2015 for the temperature."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.softmax import SoftmaxDerivative, SoftmaxTemperature, SoftmaxValue


def _softmax(logits: Sequence[float], temperature: float = 1.0) -> list[float]:
    powers = [math.exp(z / temperature) for z in logits]
    return [power / sum(powers) for power in powers]


def _p(s: SoftmaxDerivative, at: int) -> float:
    return _softmax(s.logits)[at]


def _logits(draw: Draw, count: int) -> tuple[float, ...] | None:
    logits = draw.decimals(count, -2, 3, 1)
    return logits if len(set(logits)) == count else None


class SoftmaxAt(Worked[SoftmaxValue]):
    spec = SoftmaxValue
    levels = (1, 2)
    rule = r"$p_i = e^{z_i/T} / \sum_j e^{z_j/T}$"
    mistakes = (
        Mistake(
            "The exponentials are missing: shares of the logits are no softmax.",
            "漏了指数：logit 的占比不是 softmax。",
            lambda s: s.logits[s.index] / sum(s.logits) if abs(sum(s.logits)) > 0.05 else None,
        ),
        Mistake(
            "That is the sigmoid of the logit alone.",
            "这只是该 logit 的 sigmoid。",
            lambda s: 1 / (1 + math.exp(-s.logits[s.index] / s.temperature)),
        ),
        Mistake(
            "The logits are divided by T, not multiplied.",
            "logit 要除以 T，而不是乘以 T。",
            lambda s: _softmax(s.logits, 1 / s.temperature)[s.index],
        ),
        Mistake("The temperature was left out.", "漏了温度。", lambda s: _softmax(s.logits)[s.index]),
        Mistake(
            "That is the exponential; it has to be divided by the sum.",
            "这只是指数；还要除以总和。",
            lambda s: math.exp(s.logits[s.index] / s.temperature),
        ),
        Mistake(
            "The sum in the denominator has the class itself in it.",
            "分母的和包含该类别本身。",
            lambda s: (
                math.exp(s.logits[s.index] / s.temperature)
                / sum(math.exp(z / s.temperature) for at, z in enumerate(s.logits) if at != s.index)
            ),
        ),
        Mistake(
            "The temperature divides the logits, not the probability.",
            "温度除的是 logit，不是概率。",
            lambda s: _softmax(s.logits)[s.index] / s.temperature,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftmaxValue | None:
        count = 3 if level == 1 else 4
        logits = _logits(draw, count)
        temperature = 1.0 if level == 1 else draw.choice((0.5, 2.0, 4.0))
        return SoftmaxValue(logits, draw.integer(0, count - 1), temperature) if logits else None

    def formula(self, s: SoftmaxValue) -> float:
        return 1 / sum(math.exp((z - s.logits[s.index]) / s.temperature) for z in s.logits)

    def stem(self, s: SoftmaxValue) -> Text:
        return Text(
            f"The logits are $z = {vector(s.logits)}$. What probability does a softmax with temperature {num(s.temperature)} give "
            f"class {s.index} (counted from 0)?",
            f"logit 为 $z = {vector(s.logits)}$。温度为 {num(s.temperature)} 的 softmax 给类别 {s.index}（从 0 起）的概率是多少？",
        )

    def why(self, s: SoftmaxValue) -> Text:
        powers = vector(math.exp(z / s.temperature) for z in s.logits)
        return Text(
            f"$e^{{z/{num(s.temperature)}}}$ is {powers}; class {s.index}:",
            f"$e^{{z/{num(s.temperature)}}}$ 为 {powers}；类别 {s.index}：",
        )

    def steps(self, s: SoftmaxValue) -> str:
        powers = [math.exp(z / s.temperature) for z in s.logits]
        return f"{num(powers[s.index])}/{num(sum(powers))} = {num(self.formula(s))}"


class SoftmaxSlope(Worked[SoftmaxDerivative]):
    spec = SoftmaxDerivative
    levels = (2,)
    find = "derivative"
    rule = r"$\partial p_i/\partial z_j = p_i(\delta_{ij} - p_j)$"
    mistakes = (
        Mistake(
            "p(1 − p) is for the logit of the same class; for another it is −p_i·p_j.",
            "p(1 − p) 用于同一类别的 logit；不同类别为 −p_i·p_j。",
            lambda s: _p(s, s.index) * (1 - _p(s, s.index)) if s.by != s.index else -(_p(s, s.index) ** 2),
        ),
        Mistake(
            "The sign is wrong: a larger logit lowers the other classes and lifts its own.",
            "符号错了：logit 增大会压低其他类别、抬高自身。",
            lambda s: -_p(s, s.index) * ((s.index == s.by) - _p(s, s.by)),
        ),
        Mistake("That is the probability itself.", "这是概率本身。", lambda s: _p(s, s.index)),
        Mistake(
            "p − 1 or p is the gradient of the cross-entropy, not of softmax.",
            "p − 1 或 p 是交叉熵的梯度，不是 softmax 的导数。",
            lambda s: _p(s, s.by) - (s.index == s.by),
        ),
        Mistake(
            "Softmax is coupled: other logits do matter.",
            "softmax 各类别是耦合的：其他 logit 也有影响。",
            lambda s: 0.0 if s.index != s.by else 1.0,
        ),
        Mistake(
            "The roles of the two classes were mixed up.",
            "混淆了两个类别。",
            lambda s: _p(s, s.by) * (1 - _p(s, s.by)) if s.index != s.by else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftmaxDerivative | None:
        logits = _logits(draw, 3)
        if logits is None:
            return None
        index = draw.integer(0, 2)
        return SoftmaxDerivative(
            logits, index, index if draw.chance(0.4) else draw.choice([at for at in range(3) if at != index])
        )

    def formula(self, s: SoftmaxDerivative) -> float:
        powers = [math.exp(z) for z in s.logits]
        p, q = powers[s.index] / sum(powers), powers[s.by] / sum(powers)
        return p * (1 - p) if s.index == s.by else -p * q

    def stem(self, s: SoftmaxDerivative) -> Text:
        by = "of the same class" if s.index == s.by else f"of class {s.by}"
        by_zh = "同一类别" if s.index == s.by else f"类别 {s.by} "
        return Text(
            f"$p$ is the softmax of the logits $z = {vector(s.logits)}$. What is the derivative of $p_{s.index}$, the probability of "
            f"class {s.index} (counted from 0), with respect to the logit $z_{s.by}$ {by}?",
            f"$p$ 是 logit $z = {vector(s.logits)}$ 的 softmax。类别 {s.index}（从 0 起）的概率 $p_{s.index}$ "
            f"对{by_zh}的 logit $z_{s.by}$ "
            "的导数是多少？",
        )

    def why(self, s: SoftmaxDerivative) -> Text:
        p = vector(_softmax(s.logits))
        i, j = s.index, s.by
        return Text(
            rf"$p = {p}$. $\partial p_{i}/\partial z_{j}$ is", rf"$p = {p}$。$\partial p_{i}/\partial z_{j}$ 等于 "
        )

    def steps(self, s: SoftmaxDerivative) -> str:
        p, q = num(_p(s, s.index)), num(_p(s, s.by))
        product = rf"{p} \cdot (1 - {p})" if s.index == s.by else rf"-{p} \cdot {q}"
        return f"{product} = {num(self.formula(s))}"


class Temperature(Worked[SoftmaxTemperature]):
    spec = SoftmaxTemperature
    answer = Number(decimals=3)
    levels = (3,)
    find = "temperature"
    rule = r"$T = (z_0 - z_1)/\ln(p/(1 - p))$"
    mistakes = (
        Mistake(
            "The fraction is upside down: that is 1/T.",
            "分式上下颠倒了：这是 1/T。",
            lambda s: math.log(s.p / (1 - s.p)) / (s.logits[0] - s.logits[1]),
        ),
        Mistake(
            "The odds p/(1 − p) stand in the logarithm, not p.",
            "对数中是几率 p/(1 − p)，不是 p。",
            lambda s: (s.logits[0] - s.logits[1]) / -math.log(s.p),
        ),
        Mistake(
            "The logarithm of the odds is missing.",
            "漏了对几率取对数。",
            lambda s: (s.logits[0] - s.logits[1]) / (s.p / (1 - s.p)),
        ),
        Mistake(
            "Only the difference of the logits matters, not the first one.",
            "只有 logit 之差起作用，而不是第一个 logit。",
            lambda s: s.logits[0] / math.log(s.p / (1 - s.p)),
        ),
        Mistake(
            "The natural logarithm is meant, not base 10.",
            "应取自然对数，而不是以 10 为底。",
            lambda s: (s.logits[0] - s.logits[1]) / math.log10(s.p / (1 - s.p)),
        ),
        Mistake(
            "The ratio of p to its present value is not the temperature.",
            "p 与当前概率之比不是温度。",
            lambda s: _softmax(s.logits)[0] / s.p,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftmaxTemperature | None:
        z = draw.decimal(-2, 5, 1), draw.decimal(-2, 5, 1)
        return SoftmaxTemperature(z, draw.decimal(0.55, 0.95, 2)) if z[0] - z[1] >= 0.5 and 0 not in z else None

    def formula(self, s: SoftmaxTemperature) -> float:
        return (s.logits[0] - s.logits[1]) / math.log(s.p / (1 - s.p))

    def stem(self, s: SoftmaxTemperature) -> Text:
        return Text(
            f"Two classes have the logits {vector(s.logits)}. At which temperature does their softmax give the first class the "
            f"probability {num(s.p)}?",
            f"两个类别的 logit 为 {vector(s.logits)}。温度为多少时，softmax 给第一个类别的概率为 {num(s.p)}？",
        )

    def why(self, s: SoftmaxTemperature) -> Text:
        return Text(r"From $p/(1 - p) = e^{(z_0 - z_1)/T}$:", r"由 $p/(1 - p) = e^{(z_0 - z_1)/T}$：")

    def steps(self, s: SoftmaxTemperature) -> str:
        odds = f"{num(s.p)}/(1 - {num(s.p)})"
        gap = f"({num(s.logits[0])} - {signed(s.logits[1])})"
        log = num(math.log(s.p / (1 - s.p)))
        return rf"T = {gap}/\ln({odds}) = {num(round(s.logits[0] - s.logits[1], 9))}/{log} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="softmax_value",
    version=1,
    topic="activations-losses",
    title=Text("Softmax", "softmax 函数"),
    questions=(SoftmaxAt(), SoftmaxSlope(), Temperature()),
)
