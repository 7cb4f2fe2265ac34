"""How many different samples a bootstrap draws. Source: Efron and Tibshirani 1993."""

from __future__ import annotations

import math

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.probability import BootstrapDraws, BootstrapShare, OutOfBag


def _missed(s: BootstrapShare) -> float:
    """The chance that a sample is never drawn."""
    return (1 - 1 / s.n) ** s.draws


class Share(Worked[BootstrapShare]):
    spec = BootstrapShare
    answer = Number(decimals=4)
    levels = (1, 2)
    rule = r"$1 - (1 - 1/N)^M$"
    mistakes = (
        Mistake("That is the share that is never drawn.", "这是从未被抽到的比例。", _missed),
        Mistake(
            "1 − 1/e is the limit for many samples only.",
            "1 − 1/e 只是样本很多时的极限。",
            lambda s: 1 - math.exp(-1) if s.n == s.draws else 1 - math.exp(-s.draws / s.n),
        ),
        Mistake("That holds without replacement.", "这是不放回抽样的结果。", lambda s: min(1.0, s.draws / s.n)),
        Mistake("That is the chance of a single draw.", "这是抽一次的概率。", lambda s: 1 / s.n),
        Mistake(
            "The chance to be drawn is not raised to a power: its complement is.",
            "取幂的是未被抽到的概率，不是被抽到的概率。",
            lambda s: (1 / s.n) ** s.draws if s.draws <= 4 else None,
        ),
        Mistake("One draw was left out.", "少算了一次抽取。", lambda s: 1 - (1 - 1 / s.n) ** (s.draws - 1)),
    )

    def sample(self, draw: Draw, level: int) -> BootstrapShare | None:
        if level == 1:
            n = draw.integer(2, 10)
            return BootstrapShare(n, n if n <= 5 and draw.chance(0.4) else draw.integer(2, 4))
        n = draw.integer(10, 150)
        return BootstrapShare(n, n if draw.chance(0.6) else draw.integer(5, 200))

    def formula(self, s: BootstrapShare) -> float:
        return 1 - (1 - 1 / s.n) ** s.draws

    def stem(self, s: BootstrapShare) -> Text:
        return Text(
            f"From {s.n} training samples {s.draws} are drawn with replacement. Which share of the {s.n} samples "
            "is expected to be drawn at least "
            "once (exactly, not the limit)?",
            f"从 {s.n} 个训练样本中有放回地抽取 {s.draws} 次。这 {s.n} 个样本中至少被抽到一次的比例的期望是多少（精确值，不取极限）？",
        )

    def why(self, s: BootstrapShare) -> Text:
        missed = rf"(1 - 1/{s.n})^{{{s.draws}}} = {_number(_missed(s))}"
        return Text(f"A sample is never drawn with the chance ${missed}$:", f"一个样本从未被抽到的概率为 ${missed}$：")

    def steps(self, s: BootstrapShare) -> str:
        return f"1 - {_number(_missed(s))} = {num(self.formula(s))}"


def _number(p: float) -> str:
    return num(round(p, 6))


class Left(Worked[OutOfBag]):
    spec = OutOfBag
    answer = Number(decimals=2)
    levels = (2,)
    find = "out_of_bag"
    rule = r"$N (1 - 1/N)^M$"
    mistakes = (
        Mistake("That is the number of samples drawn.", "这是被抽到的样本数。", lambda s: s.n * (1 - _missed(s))),
        Mistake(
            "N/e is the limit for many samples only.",
            "N/e 只是样本很多时的极限。",
            lambda s: s.n * math.exp(-s.draws / s.n),
        ),
        Mistake("That holds without replacement.", "这是不放回抽样的结果。", lambda s: float(max(0, s.n - s.draws))),
        Mistake("That is a share; the number is asked.", "这是比例；所求为个数。", _missed),
        Mistake("One draw was left out.", "少算了一次抽取。", lambda s: s.n * (1 - 1 / s.n) ** (s.draws - 1)),
    )

    def sample(self, draw: Draw, level: int) -> OutOfBag | None:
        n = draw.integer(10, 150)
        return OutOfBag(n, n if draw.chance(0.5) else draw.integer(5, 200))

    def formula(self, s: OutOfBag) -> float:
        return s.n * (1 - 1 / s.n) ** s.draws

    def stem(self, s: OutOfBag) -> Text:
        return Text(
            f"From {s.n} training samples {s.draws} are drawn with replacement. How many of the {s.n} are "
            "expected to be out of bag, never drawn "
            "(exactly, not the limit)?",
            f"从 {s.n} 个训练样本中有放回地抽取 {s.draws} 次。这 {s.n} "
            "个样本中从未被抽到（袋外）的个数的期望是多少（精确值，不取极限）？",
        )

    def steps(self, s: OutOfBag) -> str:
        return rf"{s.n} \cdot (1 - 1/{s.n})^{{{s.draws}}} = {s.n} \cdot {_number(_missed(s))} = {num(self.formula(s))}"


class Draws(Question[BootstrapDraws]):
    spec = BootstrapDraws
    answer = Integer()
    levels = (3,)
    find = "draws"
    rule = r"$M = \lceil \ln(1 - s)/\ln(1 - 1/N) \rceil$"
    mistakes = (
        Mistake(
            "That is rounded down: the share is not reached yet.",
            "这是向下取整：还没有达到该比例。",
            lambda s: math.floor(math.log(1 - s.share) / math.log(1 - 1 / s.n)),
        ),
        Mistake("That holds without replacement.", "这是不放回抽样的结果。", lambda s: math.ceil(s.share * s.n)),
        Mistake(
            "1 − s stands in the logarithm, not s.",
            "对数中是 1 − s，不是 s。",
            lambda s: math.ceil(math.log(s.share) / math.log(1 - 1 / s.n)),
        ),
        Mistake("That is the number of samples.", "这是样本个数。", lambda s: s.n),
        Mistake(
            "The expected number of draws until a share is seen (coupon collector) is another question.",
            "集齐一定比例所需次数的期望（集券问题）是另一个问题。",
            lambda s: round(sum(s.n / (s.n - seen) for seen in range(math.ceil(s.share * s.n)))),
        ),
        Mistake(
            "−N ln(1 − s) is the approximation for many samples.",
            "−N ln(1 − s) 是样本很多时的近似。",
            lambda s: math.ceil(-s.n * math.log(1 - s.share)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BootstrapDraws | None:
        s = BootstrapDraws(draw.integer(5, 100), draw.choice((0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95)))
        exact = math.log(1 - s.share) / math.log(1 - 1 / s.n)
        return s if abs(exact - round(exact)) > 1e-6 else None

    def formula(self, s: BootstrapDraws) -> int:
        return math.ceil(math.log(1 - s.share) / math.log(1 - 1 / s.n))

    def stem(self, s: BootstrapDraws) -> Text:
        return Text(
            f"Samples are drawn with replacement from {s.n}. What is the smallest number of draws for which the "
            "expected share of samples drawn at "
            f"least once is {num(s.share)} or more?",
            f"从 {s.n} 个样本中有放回地抽取。至少要抽多少次，至少被抽到一次的样本比例的期望才不低于 {num(s.share)}？",
        )

    def solution(self, s: BootstrapDraws) -> Text:
        top, bottom = math.log(1 - s.share), math.log(1 - 1 / s.n)
        steps = rf"M \ge \ln(1 - {num(s.share)})/\ln(1 - 1/{s.n}) = {num(top)}/({num(bottom)}) = {num(top / bottom)}"
        return Text(
            f"From $1 - (1 - 1/{s.n})^M \\ge {num(s.share)}$: ${steps}$, so {self.formula(s)}.",
            f"由 $1 - (1 - 1/{s.n})^M \\ge {num(s.share)}$：${steps}$，故为 {self.formula(s)}。",
        )


MODEL = ItemModel(
    name="bootstrap_share",
    version=1,
    topic="classical",
    title=Text("Samples in a bootstrap", "自助法抽到的样本"),
    questions=(Share(), Left(), Draws()),
)
