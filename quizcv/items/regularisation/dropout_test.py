"""Classic dropout, which leaves what is kept as it is in training and scales at test time instead."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed, terms, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regularisation import DropoutTestRate, DropoutTestScale, DropoutTestSum

CLASSIC = Text(
    "In classic dropout (as in the paper, not as in PyTorch) nothing is scaled in training.",
    "经典 dropout（论文中的做法，不同于 PyTorch）训练时不做任何缩放。",
)


class Factor(Question[DropoutTestScale]):
    """Source: Srivastava et al. 2014, section 4 and figure 2; p there is the probability to keep."""

    spec = DropoutTestScale
    answer = Number(decimals=3)
    levels = (1,)
    rule = Text("$1 - p$, the probability to keep", "$1 - p$，即保留概率")
    mistakes = (
        Mistake(
            "p is the probability to drop here; at test time one multiplies by the probability to keep.",
            "这里的 p 是丢弃概率；测试时应乘以保留概率。",
            lambda s: s.p,
        ),
        Mistake(
            "That is the factor of inverted dropout in training.",
            "这是反向 dropout 在训练时的倍数。",
            lambda s: 1 / (1 - s.p),
        ),
        Mistake(
            "Without scaling the next layer would get more than in training.",
            "不缩放则下一层得到的输入会比训练时大。",
            lambda s: 1.0,
        ),
        Mistake(
            "The scaling is by the probability, not by its square.",
            "应乘以保留概率，而不是它的平方。",
            lambda s: (1 - s.p) ** 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DropoutTestScale | None:
        return DropoutTestScale(draw.decimal(0.05, 0.9, 2))

    def formula(self, s: DropoutTestScale) -> float:
        return 1 - s.p

    def stem(self, s: DropoutTestScale) -> Text:
        return Text(
            f"{CLASSIC.en} A unit is dropped with probability p = {num(s.p)}. By which factor are its outgoing weights multiplied at test "
            "time?",
            f"{CLASSIC.zh}某单元的丢弃概率为 p = {num(s.p)}。测试时它的输出权重要乘以多少？",
        )

    def solution(self, s: DropoutTestScale) -> Text:
        steps = f"1 - {num(s.p)} = {num(1 - s.p)}"
        return Text(
            f"In training the unit contributes with the probability to keep it; at test time the weights shrink by as much: ${steps}$.",
            f"训练时该单元以保留概率起作用；测试时权重按同样的比例缩小：${steps}$。",
        )


def _sum(s: DropoutTestSum) -> float:
    return sum([x * w for x, w in zip(s.x, s.weight, strict=True)])


class Sum(Question[DropoutTestSum]):
    """The same for the input of a unit."""

    spec = DropoutTestSum
    answer = Number(decimals=3)
    levels = (2,)
    find = "sum"
    rule = r"$z = (1 - p) \sum_i w_i x_i$"
    mistakes = (
        Mistake(
            "At test time the sum is multiplied by the probability to keep.",
            "测试时要乘以保留概率。",
            lambda s: _sum(s),
        ),
        Mistake("p is the probability to drop, not to keep.", "p 是丢弃概率，不是保留概率。", lambda s: s.p * _sum(s)),
        Mistake(
            "That is inverted dropout's scaling in training.",
            "这是反向 dropout 训练时的缩放。",
            lambda s: _sum(s) / (1 - s.p),
        ),
        Mistake(
            "The factor was applied to the activations and to the weights: once is enough.",
            "激活和权重都乘了一次；只应乘一次。",
            lambda s: _sum(s) * (1 - s.p) ** 2,
        ),
        Mistake("The weights were left out.", "漏掉了权重。", lambda s: (1 - s.p) * sum(s.x)),
    )

    def sample(self, draw: Draw, level: int) -> DropoutTestSum | None:
        count = draw.integer(3, 4)
        s = DropoutTestSum(draw.decimals(count, 0, 4, 1), draw.decimals(count, -2, 2, 1), draw.decimal(0.1, 0.8, 1))
        return s if abs(_sum(s)) >= 0.5 and s.p != 0.5 else None

    def formula(self, s: DropoutTestSum) -> float:
        return (1 - s.p) * sum([x * w for x, w in zip(s.x, s.weight, strict=True)])

    def stem(self, s: DropoutTestSum) -> Text:
        return Text(
            f"{CLASSIC.en} The activations {vector(s.x)} were each dropped with probability p = {num(s.p)} in training; a unit reads them "
            f"with the weights {vector(s.weight)} (learned in training, no bias). Which input does this unit get at test time?",
            f"{CLASSIC.zh}激活 {vector(s.x)} 在训练时各以概率 p = {num(s.p)} 被丢弃；某单元以权重 {vector(s.weight)}（训练所得，无偏置）"
            "读入它们。测试时该单元的输入是多少？",
        )

    def solution(self, s: DropoutTestSum) -> Text:
        steps = f"{terms(zip(s.weight, s.x, strict=True))} = {num(_sum(s))}"
        last = rf"(1 - {num(s.p)}) \cdot {signed(_sum(s))} = {num(self.formula(s))}"
        return Text(
            f"All activations are there: ${steps}$.\n\nTimes the probability to keep: ${last}$.",
            f"所有激活都参与：${steps}$。\n\n乘以保留概率：${last}$。",
        )


class Rate(Question[DropoutTestRate]):
    """The factor solved for p."""

    spec = DropoutTestRate
    answer = Number(decimals=3)
    levels = (3,)
    find = "p"
    rule = r"$p = 1 - w'/w$"
    mistakes = (
        Mistake("That is the probability to keep.", "这是保留概率。", lambda s: s.scaled / s.weight),
        Mistake(
            "That is by how much the weight in training is larger, w/w' − 1.",
            "这是训练时的权重多出的比例 w/w' − 1。",
            lambda s: s.weight / s.scaled - 1,
        ),
        Mistake("That is the change of the weight.", "这是权重的变化量。", lambda s: abs(s.weight - s.scaled)),
        Mistake("That is the fraction upside down.", "分子和分母颠倒了。", lambda s: s.weight / s.scaled),
    )

    def sample(self, draw: Draw, level: int) -> DropoutTestRate | None:
        weight, p = draw.choice((1, -1)) * draw.decimal(0.2, 3, 1), draw.choice((0.1, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7))
        return DropoutTestRate(weight, round(weight * (1 - p), 6))

    def formula(self, s: DropoutTestRate) -> float:
        return 1 - s.scaled / s.weight

    def stem(self, s: DropoutTestRate) -> Text:
        return Text(
            f"{CLASSIC.en} Training ended with a weight of {num(s.weight)} behind a unit under dropout; at test time "
            f"{num(s.scaled)} is used "
            "instead. With which probability was the unit dropped?",
            f"{CLASSIC.zh}训练结束时，某个被施加 dropout 的单元的输出权重为 {num(s.weight)}；测试时改用 {num(s.scaled)}。"
            "该单元的丢弃概率是多少？",
        )

    def solution(self, s: DropoutTestRate) -> Text:
        steps = f"1 - p = {num(s.scaled)} / {signed(s.weight)} = {num(s.scaled / s.weight)}"
        return Text(
            f"The weight is multiplied by the probability to keep: ${steps}$, so p = {num(self.formula(s))}.",
            f"权重乘以保留概率：${steps}$，故 p = {num(self.formula(s))}。",
        )


MODEL = ItemModel(
    name="dropout_test_scale",
    version=1,
    topic="regularisation",
    title=Text("Classic dropout at test time", "经典 dropout 在测试时的缩放"),
    questions=(Factor(), Sum(), Rate()),
)
