"""Bayes' rule for a diagnostic test."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.probability import BayesNegative, BayesRule, BayesTwice


def _sick(s: BayesRule) -> float:
    """Ill and positive."""
    return s.prior * s.sensitivity


def _false(s: BayesRule) -> float:
    """Healthy and positive."""
    return (1 - s.prior) * (1 - s.specificity)


def _positive(s: BayesRule) -> float:
    return _sick(s) / (_sick(s) + _false(s))


def _negative(s: BayesRule) -> float:
    missed = s.prior * (1 - s.sensitivity)
    return missed / (missed + (1 - s.prior) * s.specificity)


def _told(s: BayesRule) -> Text:
    return Text(
        f"The share of a population that is ill is {num(s.prior)}. A test is positive for {num(s.sensitivity)} of the ill "
        "(sensitivity) and negative for "
        f"{num(s.specificity)} of the healthy (specificity).",
        f"人群中患病比例为 {num(s.prior)}。某检测对患者呈阳性的概率（灵敏度）为 {num(s.sensitivity)}，"
        f"对健康者呈阴性的概率（特异度）为 {num(s.specificity)}。",
    )


def _draw(draw: Draw, level: int) -> tuple[float, float, float]:
    prior = draw.choice((0.1, 0.2, 0.3, 0.4)) if level == 1 else draw.choice((0.01, 0.02, 0.05, 0.08, 0.1, 0.15))
    return prior, draw.decimal(0.7, 0.98, 2), draw.decimal(0.7, 0.98, 2)


class Positive(Worked[BayesRule]):
    spec = BayesRule
    levels = (1, 2)
    rule = Text(
        r"$\frac{\pi s}{\pi s + (1 - \pi)(1 - c)}$, with $s$ sensitivity and $c$ specificity",
        r"$\frac{\pi s}{\pi s + (1 - \pi)(1 - c)}$，$s$ 为灵敏度，$c$ 为特异度",
    )
    mistakes = (
        Mistake(
            "That is the sensitivity, P(positive | ill), not P(ill | positive).",
            "这是灵敏度 P(阳性 | 患病)，不是 P(患病 | 阳性)。",
            lambda s: s.sensitivity,
        ),
        Mistake(
            "That is the share of people ill and positive; it has to be divided by all positives.",
            "这是患病且阳性的比例；还要除以所有阳性。",
            _sick,
        ),
        Mistake(
            "The healthy test positive with 1 − specificity, not with the specificity.",
            "健康者呈阳性的概率是 1 − 特异度，不是特异度。",
            lambda s: _sick(s) / (_sick(s) + (1 - s.prior) * s.specificity),
        ),
        Mistake("The prior was left out.", "漏了先验。", lambda s: s.sensitivity / (s.sensitivity + 1 - s.specificity)),
        Mistake(
            "That is the chance of being healthy after a positive test.",
            "这是阳性时健康的概率。",
            lambda s: 1 - _positive(s),
        ),
        Mistake("That is the share of all positives.", "这是所有阳性的比例。", lambda s: _sick(s) + _false(s)),
    )

    def sample(self, draw: Draw, level: int) -> BayesRule | None:
        return BayesRule(*_draw(draw, level))

    def formula(self, s: BayesRule) -> float:
        return 1 / (1 + (1 / s.prior - 1) * (1 - s.specificity) / s.sensitivity)

    def stem(self, s: BayesRule) -> Text:
        told = _told(s)
        return Text(
            f"{told.en} What is the probability of being ill after a positive test?",
            f"{told.zh}检测呈阳性时，患病的概率是多少？",
        )

    def why(self, s: BayesRule) -> Text:
        sick = rf"{num(s.prior)} \cdot {num(s.sensitivity)} = {num(_sick(s))}"
        false = rf"{num(1 - s.prior)} \cdot (1 - {num(s.specificity)}) = {num(_false(s))}"
        return Text(
            f"Ill and positive: ${sick}$; healthy and positive: ${false}$.\n\nSo",
            f"患病且阳性：${sick}$；健康而阳性：${false}$。\n\n因此 ",
        )

    def steps(self, s: BayesRule) -> str:
        return f"{num(_sick(s))}/({num(_sick(s))} + {num(_false(s))}) = {num(self.formula(s))}"


class Negative(Worked[BayesNegative]):
    spec = BayesNegative
    answer = Number(decimals=4)
    levels = (2,)
    find = "negative"
    rule = Text(
        r"$\frac{\pi (1 - s)}{\pi (1 - s) + (1 - \pi) c}$, with $s$ sensitivity and $c$ specificity",
        r"$\frac{\pi (1 - s)}{\pi (1 - s) + (1 - \pi) c}$，$s$ 为灵敏度，$c$ 为特异度",
    )
    mistakes = (
        Mistake("That is the chance after a positive test.", "这是阳性之后的概率。", _positive),
        Mistake(
            "That is 1 − sensitivity, P(negative | ill).",
            "这是 1 − 灵敏度，即 P(阴性 | 患病)。",
            lambda s: 1 - s.sensitivity,
        ),
        Mistake(
            "That is the share of people ill and negative; it has to be divided by all negatives.",
            "这是患病且阴性的比例；还要除以所有阴性。",
            lambda s: s.prior * (1 - s.sensitivity),
        ),
        Mistake(
            "The prior was left out.", "漏了先验。", lambda s: (1 - s.sensitivity) / (1 - s.sensitivity + s.specificity)
        ),
        Mistake(
            "That is the chance of being healthy after a negative test.",
            "这是阴性时健康的概率。",
            lambda s: 1 - _negative(s),
        ),
        Mistake(
            "The healthy test negative with the specificity, not with 1 − specificity.",
            "健康者呈阴性的概率是特异度，不是 1 − 特异度。",
            lambda s: s.prior * (1 - s.sensitivity) / (s.prior * (1 - s.sensitivity) + _false(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BayesNegative | None:
        return BayesNegative(*_draw(draw, level))

    def formula(self, s: BayesNegative) -> float:
        return 1 / (1 + (1 / s.prior - 1) * s.specificity / (1 - s.sensitivity))

    def stem(self, s: BayesNegative) -> Text:
        told = _told(s)
        return Text(
            f"{told.en} What is the probability of being ill in spite of a negative test?",
            f"{told.zh}检测呈阴性时，仍然患病的概率是多少？",
        )

    def why(self, s: BayesNegative) -> Text:
        missed = rf"{num(s.prior)} \cdot (1 - {num(s.sensitivity)}) = {num(round(s.prior * (1 - s.sensitivity), 7))}"
        right = rf"{num(1 - s.prior)} \cdot {num(s.specificity)} = {num((1 - s.prior) * s.specificity)}"
        return Text(
            f"Ill and negative: ${missed}$; healthy and negative: ${right}$.\n\nSo",
            f"患病而阴性：${missed}$；健康且阴性：${right}$。\n\n因此 ",
        )

    def steps(self, s: BayesNegative) -> str:
        missed = num(round(s.prior * (1 - s.sensitivity), 7))
        return f"{missed}/({missed} + {num((1 - s.prior) * s.specificity)}) = {num(round(self.formula(s), 7))}"


def _twice(s: BayesRule) -> tuple[float, float]:
    """Ill and healthy, both tests positive."""
    return s.prior * s.sensitivity**2, (1 - s.prior) * (1 - s.specificity) ** 2


class Twice(Worked[BayesTwice]):
    spec = BayesTwice
    levels = (3,)
    find = "twice"
    rule = Text(
        r"$\frac{\pi s^2}{\pi s^2 + (1 - \pi)(1 - c)^2}$, with $s$ sensitivity and $c$ specificity",
        r"$\frac{\pi s^2}{\pi s^2 + (1 - \pi)(1 - c)^2}$，$s$ 为灵敏度，$c$ 为特异度",
    )
    mistakes = (
        Mistake("That is the chance after one positive test.", "这是一次阳性之后的概率。", _positive),
        Mistake(
            "The posterior is not squared: it is the new prior.",
            "后验概率不是平方：它成为新的先验。",
            lambda s: _positive(s) ** 2,
        ),
        Mistake(
            "Only the chance to err twice was squared, not the sensitivity.",
            "只平方了误报概率，灵敏度也要平方。",
            lambda s: _sick(s) / (_sick(s) + _twice(s)[1]),
        ),
        Mistake(
            "1 − (1 − p)² would be the chance that one of two independent people is ill.",
            "1 − (1 − p)² 是两个独立的人中至少一人患病的概率。",
            lambda s: 1 - (1 - _positive(s)) ** 2,
        ),
        Mistake(
            "The prior was left out.",
            "漏了先验。",
            lambda s: s.sensitivity**2 / (s.sensitivity**2 + (1 - s.specificity) ** 2),
        ),
        Mistake(
            "That is the share of people ill and positive twice.", "这是患病且两次阳性的比例。", lambda s: _twice(s)[0]
        ),
    )

    def sample(self, draw: Draw, level: int) -> BayesTwice | None:
        return BayesTwice(*_draw(draw, level))

    def formula(self, s: BayesTwice) -> float:
        odds = s.prior / (1 - s.prior) * (s.sensitivity / (1 - s.specificity)) ** 2
        return odds / (1 + odds)

    def stem(self, s: BayesTwice) -> Text:
        told = _told(s)
        return Text(
            f"{told.en} Two tests, which err independently given the state of health, are both positive. What is "
            "the probability of being ill?",
            f"{told.zh}两次检测（给定健康状况时误差相互独立）均呈阳性。患病的概率是多少？",
        )

    def why(self, s: BayesTwice) -> Text:
        sick = rf"{num(s.prior)} \cdot {num(s.sensitivity)}^2 = {num(_twice(s)[0])}"
        false = rf"{num(1 - s.prior)} \cdot (1 - {num(s.specificity)})^2 = {num(round(_twice(s)[1], 7))}"
        return Text(
            f"Ill and twice positive: ${sick}$; healthy: ${false}$.\n\nSo",
            f"患病且两次阳性：${sick}$；健康者：${false}$。\n\n因此 ",
        )

    def steps(self, s: BayesTwice) -> str:
        sick, false = _twice(s)
        return f"{num(sick)}/({num(sick)} + {num(round(false, 7))}) = {num(self.formula(s))}"


MODEL = ItemModel(
    name="bayes_rule",
    version=1,
    topic="classical",
    title=Text("Bayes' rule", "贝叶斯公式"),
    questions=(Positive(), Negative(), Twice()),
)
