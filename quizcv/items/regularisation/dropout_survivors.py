"""How many units dropout keeps on average."""

from __future__ import annotations

import math
from fractions import Fraction

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regularisation import DropoutSum, DropoutSurvivors, DropoutWidth

DROP = ("p is the probability to drop, not to keep.", "p 是丢弃概率，不是保留概率。")


class Survivors(Question[DropoutSurvivors]):
    """The mean of a binomial distribution."""

    spec = DropoutSurvivors
    answer = Number(decimals=2)
    levels = (1,)
    rule = "$n (1 - p)$"
    mistakes = (
        Mistake(*DROP, lambda s: s.units * s.p),
        Mistake(
            "Kept values grow, their number does not.",
            "保留的值会放大，但个数不会变多。",
            lambda s: s.units / (1 - s.p),
        ),
        Mistake("That is the variance of the number.", "这是个数的方差。", lambda s: s.units * s.p * (1 - s.p)),
        Mistake("Some units are dropped.", "有一部分单元被丢弃。", lambda s: float(s.units)),
    )

    def sample(self, draw: Draw, level: int) -> DropoutSurvivors | None:
        p = draw.decimal(0.05, 0.9, 2)
        return DropoutSurvivors(draw.choice((32, 50, 64, 100, 128, 200, 256, 300, 400, 512, 1024)), p)

    def formula(self, s: DropoutSurvivors) -> float:
        return s.units * (1 - s.p)

    def stem(self, s: DropoutSurvivors) -> Text:
        return Text(
            f"In training `nn.Dropout(p={num(s.p)})` acts on a layer of {num(s.units)} units. How many of them are kept on average?",
            f"训练时对 {num(s.units)} 个单元的层施加 `nn.Dropout(p={num(s.p)})`。平均保留多少个单元？",
        )

    def solution(self, s: DropoutSurvivors) -> Text:
        steps = rf"{num(s.units)} \cdot (1 - {num(s.p)}) = {num(self.formula(s))}"
        return Text(f"Each is kept with probability $1 - p$: ${steps}$.", f"每个单元以概率 $1 - p$ 保留：${steps}$。")


class Total(Question[DropoutSum]):
    """The mean of the sum, with and without scaling."""

    spec = DropoutSum
    answer = Number(decimals=3)
    levels = (2,)
    find = "sum"
    rule = Text(
        r"inverted: $\sum_i x_i$; without scaling: $(1 - p) \sum_i x_i$",
        r"反向 dropout：$\sum_i x_i$；不缩放：$(1 - p) \sum_i x_i$",
    )
    mistakes = (
        Mistake(
            "Inverted dropout keeps the mean as it is; without scaling it is multiplied by 1 − p.",
            "反向 dropout 保持期望不变；不缩放则期望乘以 1 − p。",
            lambda s: sum(s.x) * ((1 - s.p) if s.scaled else 1),
        ),
        Mistake(*DROP, lambda s: sum(s.x) * s.p),
        Mistake(
            "Scaling only makes up for what is dropped; the expected sum never grows.",
            "缩放只是补偿被丢弃的部分；和的期望不会因此变大。",
            lambda s: sum(s.x) / (1 - s.p),
        ),
        Mistake("That is the mean of the values before.", "这是丢弃之前各值的平均。", lambda s: sum(s.x) / len(s.x)),
    )

    def sample(self, draw: Draw, level: int) -> DropoutSum | None:
        s = DropoutSum(draw.decimals(draw.integer(3, 5), -2, 5, 1), draw.decimal(0.1, 0.8, 2), draw.chance(0.5))
        return s if abs(sum(s.x)) >= 1 and all(s.x) and s.p != 0.5 else None

    def formula(self, s: DropoutSum) -> float:
        return sum(s.x) if s.scaled else (1 - s.p) * sum(s.x)

    def stem(self, s: DropoutSum) -> Text:
        how = (
            (f"inverted dropout as in `nn.Dropout(p={num(s.p)})`", f"反向 dropout（`nn.Dropout(p={num(s.p)})`）")
            if s.scaled
            else (
                f"classic dropout without scaling, dropping each with probability {num(s.p)}",
                f"不做缩放的经典 dropout（丢弃概率 {num(s.p)}）",
            )
        )
        return Text(
            f"In training the activations {vector(s.x)} pass {how[0]}. What is the expected sum of what comes out?",
            f"训练时激活 {vector(s.x)} 经过{how[1]}。输出之和的期望是多少？",
        )

    def solution(self, s: DropoutSum) -> Text:
        total = " + ".join(num(x) if x >= 0 else f"({num(x)})" for x in s.x) + f" = {num(sum(s.x))}"
        if s.scaled:
            keep = rf"(1 - {num(s.p)}) \cdot x / (1 - {num(s.p)}) = x"
            return Text(
                f"Each value is kept with probability 1 − p and then divided by it, so its mean stays: ${keep}$.\n\n${total}$",
                f"每个值以概率 1 − p 保留并除以 1 − p，期望不变：${keep}$。\n\n${total}$",
            )
        steps = rf"(1 - {num(s.p)}) \cdot {num(sum(s.x))} = {num(self.formula(s))}"
        return Text(
            f"Each value is kept with probability 1 − p. ${total}$, ${steps}$.",
            f"每个值以概率 1 − p 保留。${total}$，${steps}$。",
        )


def _width(s: DropoutWidth) -> int:
    return math.ceil(s.kept / (1 - Fraction(str(s.p))))


class Width(Question[DropoutWidth]):
    """The mean solved for the number of units."""

    spec = DropoutWidth
    answer = Integer()
    levels = (3,)
    find = "units"
    rule = r"$n = \lceil k/(1 - p) \rceil$"
    mistakes = (
        Mistake(*DROP, lambda s: math.ceil(s.kept / Fraction(str(s.p)))),
        Mistake(
            "One unit too few: too few are kept on average.", "少了一个单元：平均保留数不足。", lambda s: _width(s) - 1
        ),
        Mistake(
            "The share that is dropped refers to the whole layer, not to what is kept.",
            "丢弃的比例是相对于整层的，而不是相对于保留的单元。",
            lambda s: math.ceil(s.kept * (1 + Fraction(str(s.p)))),
        ),
        Mistake(
            "The number to be kept was taken for the size of the layer.",
            "把应保留的个数当成了该层的单元数。",
            lambda s: math.ceil(s.kept * (1 - Fraction(str(s.p)))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DropoutWidth | None:
        return DropoutWidth(draw.integer(20, 300), draw.decimal(0.1, 0.8, 2))

    def formula(self, s: DropoutWidth) -> int:
        return _width(s)

    def stem(self, s: DropoutWidth) -> Text:
        return Text(
            f"`nn.Dropout(p={num(s.p)})` is to keep at least {num(s.kept)} units of a layer on average in training. How many "
            "units must the layer have at least?",
            f"要使 `nn.Dropout(p={num(s.p)})` 在训练时平均至少保留 {num(s.kept)} 个单元，该层至少要有多少个单元？",
        )

    def solution(self, s: DropoutWidth) -> Text:
        steps = rf"{num(s.kept)}/(1 - {num(s.p)}) = {num(s.kept / (1 - s.p))}"
        return Text(
            f"From $n (1 - p) \\ge k$: $n \\ge {steps}$, so n = {num(_width(s))}.",
            f"由 $n (1 - p) \\ge k$ 得 $n \\ge {steps}$，故 n = {num(_width(s))}。",
        )


MODEL = ItemModel(
    name="dropout_survivors",
    version=1,
    topic="regularisation",
    title=Text("What dropout keeps on average", "dropout 平均保留多少"),
    questions=(Survivors(), Total(), Width()),
)
