"""Binary cross-entropy of probabilities. Source: documentation of torch.nn.BCELoss."""

from __future__ import annotations

import math

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.losses import BinaryCrossEntropy, BinaryCrossEntropyBatch, BinaryCrossEntropyInverse


def _bce(p: float, target: float) -> float:
    return -target * math.log(p) - (1 - target) * math.log(1 - p)


def _each(s: BinaryCrossEntropyBatch) -> list[float]:
    return [_bce(p, target) for p, target in zip(s.p, s.targets, strict=True)]


def _probability(draw: Draw) -> float:
    p = draw.decimal(0.05, 0.95, 2)
    return p if p != 0.5 else 0.4


class OneProbability(Worked[BinaryCrossEntropy]):
    spec = BinaryCrossEntropy
    levels = (1, 2)
    rule = r"$-y \ln p - (1 - y) \ln(1 - p)$"
    mistakes = (
        Mistake(
            "The terms are swapped: ln p goes with y, ln(1 − p) with 1 − y.",
            "两项颠倒了：ln p 配 y，ln(1 − p) 配 1 − y。",
            lambda s: _bce(1 - s.p, s.target),
        ),
        Mistake(
            "Both terms were added in full: they are weighted with y and 1 − y.",
            "两项都被全部计入：应以 y 和 1 − y 加权。",
            lambda s: -math.log(s.p) - math.log(1 - s.p),
        ),
        Mistake(
            "The logarithm is natural, not base 10.",
            "应取自然对数，不是以 10 为底。",
            lambda s: _bce(s.p, s.target) / math.log(10),
        ),
        Mistake(
            "The logarithm is natural, not base 2.",
            "应取自然对数，不是以 2 为底。",
            lambda s: _bce(s.p, s.target) / math.log(2),
        ),
        Mistake(
            "p is a probability already: no sigmoid is applied to it.",
            "p 已经是概率，不再做 sigmoid。",
            lambda s: math.log1p(math.exp(s.p)) - s.target * s.p,
        ),
        Mistake("That is the squared error.", "这是平方误差。", lambda s: (s.p - s.target) ** 2),
        Mistake(
            "The second term, (1 − y)·ln(1 − p), is missing.",
            "漏了第二项 (1 − y)·ln(1 − p)。",
            lambda s: -s.target * math.log(s.p) if 0 < s.target < 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BinaryCrossEntropy | None:
        target = float(draw.integer(0, 1)) if level == 1 else draw.choice((0.1, 0.2, 0.3, 0.7, 0.8, 0.9))
        return BinaryCrossEntropy(_probability(draw), target)

    def formula(self, s: BinaryCrossEntropy) -> float:
        return -(s.target * math.log(s.p) + (1 - s.target) * math.log(1 - s.p))

    def stem(self, s: BinaryCrossEntropy) -> Text:
        return Text(
            f"What is the binary cross-entropy (natural logarithm) of the predicted probability {num(s.p)} with "
            f"the target {num(s.target)}?",
            f"预测概率为 {num(s.p)}，目标为 {num(s.target)}。二元交叉熵（自然对数）是多少？",
        )

    def steps(self, s: BinaryCrossEntropy) -> str:
        p, y = num(s.p), num(s.target)
        return rf"-{y} \cdot \ln {p} - (1 - {y}) \cdot \ln(1 - {p}) = {num(self.formula(s))}"


class MeanOfSeveral(Worked[BinaryCrossEntropyBatch]):
    spec = BinaryCrossEntropyBatch
    levels = (2,)
    find = "batch"
    rule = Text(r"the mean of $-y \ln p - (1 - y) \ln(1 - p)$", r"$-y \ln p - (1 - y) \ln(1 - p)$ 的平均")
    mistakes = (
        Mistake("The default is the mean, not the sum.", "默认取平均，不是求和。", lambda s: sum(_each(s))),
        Mistake(
            "Negatives count too, with −ln(1 − p).",
            "负样本也要计入，为 −ln(1 − p)。",
            lambda s: -sum(math.log(p) for p, y in zip(s.p, s.targets, strict=True) if y) / len(s.p),
        ),
        Mistake(
            "For the target 0 it is −ln(1 − p).",
            "目标为 0 时是 −ln(1 − p)。",
            lambda s: -sum(map(math.log, s.p)) / len(s.p),
        ),
        Mistake(
            "The classes were swapped.",
            "正负类颠倒了。",
            lambda s: sum(_bce(1 - p, y) for p, y in zip(s.p, s.targets, strict=True)) / len(s.p),
        ),
        Mistake(
            "The logarithm is natural, not base 10.",
            "应取自然对数，不是以 10 为底。",
            lambda s: sum(_each(s)) / len(s.p) / math.log(10),
        ),
        Mistake(
            "Logarithms are averaged, not probabilities.",
            "平均的是对数，不是概率。",
            lambda s: -math.log(sum(math.exp(-loss) for loss in _each(s)) / len(s.p)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BinaryCrossEntropyBatch | None:
        targets = tuple(draw.integer(0, 1) for _ in range(3))
        return (
            BinaryCrossEntropyBatch(tuple(_probability(draw) for _ in targets), targets)
            if len(set(targets)) == 2
            else None
        )

    def formula(self, s: BinaryCrossEntropyBatch) -> float:
        return -sum(math.log(p if y else 1 - p) for p, y in zip(s.p, s.targets, strict=True)) / len(s.p)

    def stem(self, s: BinaryCrossEntropyBatch) -> Text:
        return Text(
            f"What does `nn.BCELoss()` give with its defaults for the probabilities {vector(s.p)} and the targets {vector(s.targets)}?",
            f"概率为 {vector(s.p)}，目标为 {vector(s.targets)}。默认设置的 `nn.BCELoss()` 给出多少？",
        )

    def why(self, s: BinaryCrossEntropyBatch) -> Text:
        return Text(f"The losses are {vector(_each(s))}, and their mean is", f"各损失为 {vector(_each(s))}，平均为 ")

    def steps(self, s: BinaryCrossEntropyBatch) -> str:
        return f"{num(sum(_each(s)))}/{len(s.p)} = {num(self.formula(s))}"


class ProbabilityFor(Worked[BinaryCrossEntropyInverse]):
    spec = BinaryCrossEntropyInverse
    levels = (3,)
    find = "p"
    rule = Text(
        "$p = e^{-L}$ for target 1, $1 - e^{-L}$ for target 0", "目标为 1 时 $p = e^{-L}$，为 0 时 $p = 1 - e^{-L}$"
    )
    mistakes = (
        Mistake(
            "That is the probability of the other class.",
            "这是另一类的概率。",
            lambda s: 1 - math.exp(-s.loss) if s.target else math.exp(-s.loss),
        ),
        Mistake(
            "The exponential is e^(−L), not 10^(−L).",
            "应为 e^(−L)，不是 10^(−L)。",
            lambda s: 10**-s.loss if s.target else 1 - 10**-s.loss,
        ),
        Mistake(
            "The exponential is e^(−L), not 2^(−L).",
            "应为 e^(−L)，不是 2^(−L)。",
            lambda s: 2**-s.loss if s.target else 1 - 2**-s.loss,
        ),
        Mistake(
            "e^(−L) ≈ 1 − L holds for small losses only.",
            "e^(−L) ≈ 1 − L 只在损失很小时成立。",
            lambda s: 1 - s.loss if s.target else s.loss,
        ),
        Mistake(
            "The sigmoid takes a logit, not a loss.",
            "sigmoid 的输入是 logit，不是损失。",
            lambda s: 1 / (1 + math.exp(s.loss if s.target else -s.loss)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BinaryCrossEntropyInverse | None:
        return BinaryCrossEntropyInverse(draw.decimal(0.05, 2.5, 2), draw.integer(0, 1))

    def formula(self, s: BinaryCrossEntropyInverse) -> float:
        return math.exp(-s.loss) if s.target == 1 else 1 - math.exp(-s.loss)

    def stem(self, s: BinaryCrossEntropyInverse) -> Text:
        return Text(
            f"The binary cross-entropy (natural logarithm) of one sample with the target {s.target} is {num(s.loss)}. Which probability "
            "of class 1 was predicted?",
            f"某样本目标为 {s.target}，二元交叉熵（自然对数）为 {num(s.loss)}。预测的类别 1 的概率是多少？",
        )

    def why(self, s: BinaryCrossEntropyInverse) -> Text:
        side = r"-\ln p" if s.target else r"-\ln(1 - p)"
        return Text(
            f"With the target {s.target} the loss is ${side}$, so", f"目标为 {s.target} 时损失为 ${side}$，因此 "
        )

    def steps(self, s: BinaryCrossEntropyInverse) -> str:
        return f"p = {'' if s.target else '1 - '}e^{{-{num(s.loss)}}} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="binary_cross_entropy",
    version=1,
    topic="activations-losses",
    title=Text("Binary cross-entropy", "二元交叉熵"),
    questions=(OneProbability(), MeanOfSeveral(), ProbabilityFor()),
)
