"""The gradient of cross-entropy by the logits: softmax minus one-hot. Source: Bishop 2006, section 4.3.4."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._batches import distinct, rows, softmax
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.losses import CrossEntropyBatchGradient, CrossEntropyGradient, CrossEntropyWeightGradient


def _p(s: CrossEntropyGradient) -> float:
    return softmax(s.logits)[s.index]


def _hot(s: CrossEntropyGradient) -> int:
    return int(s.index == s.target)


def _row(s: CrossEntropyBatchGradient) -> tuple[float, int]:
    """Probability and one-hot entry."""
    return softmax(s.logits[s.sample])[s.index], int(s.targets[s.sample] == s.index)


def _draw(draw: Draw, count: int) -> tuple[tuple[float, ...], int, int]:
    """Logits, a target, and an index that is the target in half of the items."""
    target = draw.integer(0, count - 1)
    return distinct(draw, count), target, target if draw.chance(0.4) else draw.integer(0, count - 1)


class ByLogit(Worked[CrossEntropyGradient]):
    spec = CrossEntropyGradient
    levels = (1,)
    rule = Text(
        r"$\partial L/\partial z_i = p_i - y_i$ with $p = \mathrm{softmax}(z)$",
        r"$\partial L/\partial z_i = p_i - y_i$，其中 $p = \mathrm{softmax}(z)$",
    )
    mistakes = (
        Mistake(
            "The sign is wrong: softmax minus one-hot.",
            "符号错了：应为 softmax 减 one-hot。",
            lambda s: _hot(s) - _p(s),
        ),
        Mistake(
            "For the target's own logit 1 has to be subtracted.",
            "对目标自身的 logit 还要减 1。",
            lambda s: _p(s) if _hot(s) else None,
        ),
        Mistake("1 is subtracted for the target's logit only.", "只有目标的 logit 才减 1。", lambda s: _p(s) - 1),
        Mistake(
            "Other logits do get a gradient: they stand in the denominator of the softmax.",
            "其他 logit 也有梯度：它们在 softmax 的分母中。",
            lambda s: 0.0 if not _hot(s) else None,
        ),
        Mistake(
            "p(1 − p) is the derivative of softmax; the logarithm cancels one factor.",
            "p(1 − p) 是 softmax 的导数；取对数后约去了一个因子。",
            lambda s: _p(s) * (1 - _p(s)),
        ),
        Mistake(
            "−1/p is the gradient with respect to the probability, not the logit.",
            "−1/p 是对概率的梯度，不是对 logit。",
            lambda s: -1 / _p(s) if _hot(s) else None,
        ),
        Mistake(
            "The logit was not put through the softmax.",
            "logit 没有先经过 softmax。",
            lambda s: s.logits[s.index] - _hot(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossEntropyGradient | None:
        return CrossEntropyGradient(*_draw(draw, 3))

    def formula(self, s: CrossEntropyGradient) -> float:
        powers = [math.exp(z) for z in s.logits]
        return powers[s.index] / sum(powers) - (s.index == s.target)

    def stem(self, s: CrossEntropyGradient) -> Text:
        return Text(
            f"The logits are $z = {vector(s.logits)}$, the target is class {s.target} (counted from 0). What is the derivative of the "
            f"cross-entropy (natural logarithm) with respect to the logit $z_{s.index}$?",
            f"logit 为 $z = {vector(s.logits)}$，目标为类别 {s.target}（从 0 起）。交叉熵（自然对数）对 logit "
            f"$z_{s.index}$ 的导数是多少？",
        )

    def why(self, s: CrossEntropyGradient) -> Text:
        p = vector(softmax(s.logits))
        return Text(
            f"$p = {p}$; the one-hot target has its 1 at {s.target}. For $z_{s.index}$:",
            f"$p = {p}$；one-hot 目标在 {s.target} 处为 1。对 $z_{s.index}$：",
        )

    def steps(self, s: CrossEntropyGradient) -> str:
        return f"{num(_p(s))} - {_hot(s)} = {num(self.formula(s))}"


class InBatch(Worked[CrossEntropyBatchGradient]):
    spec = CrossEntropyBatchGradient
    levels = (2,)
    find = "batch"
    rule = r"$\partial L/\partial z_{ni} = (p_{ni} - y_{ni})/N$"
    mistakes = (
        Mistake(
            "The loss is a mean: the gradient is divided by the number of samples.",
            "损失取平均：梯度要除以样本数。",
            lambda s: _row(s)[0] - _row(s)[1],
        ),
        Mistake(
            "The sign is wrong: softmax minus one-hot.",
            "符号错了：应为 softmax 减 one-hot。",
            lambda s: (_row(s)[1] - _row(s)[0]) / len(s.targets),
        ),
        Mistake(
            "For the target's own logit 1 has to be subtracted.",
            "对目标自身的 logit 还要减 1。",
            lambda s: _row(s)[0] / len(s.targets),
        ),
        Mistake(
            "1 is subtracted for the target's logit only.",
            "只有目标的 logit 才减 1。",
            lambda s: (_row(s)[0] - 1) / len(s.targets),
        ),
        Mistake(
            "It is divided by the number of samples, not of classes.",
            "除以样本数，不是类别数。",
            lambda s: (_row(s)[0] - _row(s)[1]) / len(s.logits[0]),
        ),
        Mistake(
            "p(1 − p) is the derivative of softmax; the logarithm cancels one factor.",
            "p(1 − p) 是 softmax 的导数；取对数后约去了一个因子。",
            lambda s: _row(s)[0] * (1 - _row(s)[0]) / len(s.targets),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossEntropyBatchGradient | None:
        count, sample = 2, draw.integer(0, 1)
        targets = tuple(draw.integer(0, 2) for _ in range(count))
        index = targets[sample] if draw.chance(0.4) else draw.integer(0, 2)
        return CrossEntropyBatchGradient(tuple(distinct(draw, 3) for _ in range(count)), targets, sample, index)

    def formula(self, s: CrossEntropyBatchGradient) -> float:
        powers = [math.exp(z) for z in s.logits[s.sample]]
        return (powers[s.index] / sum(powers) - (s.targets[s.sample] == s.index)) / len(s.targets)

    def stem(self, s: CrossEntropyBatchGradient) -> Text:
        n = len(s.targets)
        return Text(
            f"The logits of {n} samples are {rows(s.logits)}, the targets the classes {vector(s.targets)}. The loss is the mean "
            f"cross-entropy over the {n} samples. What is its derivative with respect to "
            f"the logit of class {s.index} of sample {s.sample} (both "
            "counted from 0)?",
            f"{n} 个样本的 logit 为 {rows(s.logits)}，目标类别为 {vector(s.targets)}，损失为 {n} 个样本交叉熵的平均。"
            f"损失对样本 {s.sample} 的类别 {s.index}（均从 0 起）的 logit 的导数是多少？",
        )

    def why(self, s: CrossEntropyBatchGradient) -> Text:
        p = vector(softmax(s.logits[s.sample]))
        return Text(
            f"The softmax of sample {s.sample} is {p}; class {s.index}:",
            f"样本 {s.sample} 的 softmax 为 {p}；类别 {s.index}：",
        )

    def steps(self, s: CrossEntropyBatchGradient) -> str:
        p, hot = _row(s)
        return f"({num(p)} - {hot})/{len(s.targets)} = {num(self.formula(s))}"


class ByWeight(Worked[CrossEntropyWeightGradient]):
    spec = CrossEntropyWeightGradient
    levels = (3,)
    find = "weight"
    rule = r"$\partial L/\partial w_{ij} = (p_i - y_i) x_j$"
    mistakes = (
        Mistake(
            "That is the gradient with respect to the logit; the input multiplies it.",
            "这是对 logit 的梯度；还要乘以输入。",
            lambda s: _p(s) - _hot(s),
        ),
        Mistake(
            "The sign is wrong: softmax minus one-hot.",
            "符号错了：应为 softmax 减 one-hot。",
            lambda s: (_hot(s) - _p(s)) * s.x,
        ),
        Mistake("The one-hot entry was forgotten.", "忘了减 one-hot 项。", lambda s: _p(s) * s.x),
        Mistake("1 is subtracted for the target's row only.", "只有目标那一行才减 1。", lambda s: (_p(s) - 1) * s.x),
        Mistake(
            "p(1 − p) is the derivative of softmax; the logarithm cancels one factor.",
            "p(1 − p) 是 softmax 的导数；取对数后约去了一个因子。",
            lambda s: _p(s) * (1 - _p(s)) * s.x,
        ),
        Mistake(
            "The input multiplies the difference, it is not added.",
            "输入与差相乘，不是相加。",
            lambda s: _p(s) - _hot(s) + s.x,
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossEntropyWeightGradient | None:
        x = draw.decimal(-3, 3, 1)
        return CrossEntropyWeightGradient(*_draw(draw, 3), x) if abs(x) >= 0.5 and abs(x) != 1 else None

    def formula(self, s: CrossEntropyWeightGradient) -> float:
        powers = [math.exp(z) for z in s.logits]
        return (powers[s.index] / sum(powers) - (s.index == s.target)) * s.x

    def stem(self, s: CrossEntropyWeightGradient) -> Text:
        return Text(
            f"A linear layer gives the logits $z = {vector(s.logits)}$ for one sample; its target is class {s.target} (counted from "
            "0). What is the derivative of the cross-entropy with respect to the weight that multiplies an input of "
            f"{num(s.x)} on the way to the logit "
            f"$z_{s.index}$?",
            f"线性层对某样本给出 logit $z = {vector(s.logits)}$，目标为类别 {s.target}（从 0 起）。连接值为 {num(s.x)} 的输入与 logit "
            f"$z_{s.index}$ 的那个权重，交叉熵对它的导数是多少？",
        )

    def why(self, s: CrossEntropyWeightGradient) -> Text:
        p = vector(softmax(s.logits))
        return Text(
            f"$p = {p}$ with the target {s.target}; for $z_{s.index}$ the difference times the input:",
            f"$p = {p}$，目标为 {s.target}；对 $z_{s.index}$，差乘以输入：",
        )

    def steps(self, s: CrossEntropyWeightGradient) -> str:
        return rf"({num(_p(s))} - {_hot(s)}) \cdot {signed(s.x)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="cross_entropy_gradient",
    version=1,
    topic="activations-losses",
    title=Text("Gradient of cross-entropy", "交叉熵的梯度"),
    questions=(ByLogit(), InBatch(), ByWeight()),
)
