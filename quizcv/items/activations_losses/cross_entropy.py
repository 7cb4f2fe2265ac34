"""Cross-entropy of logits. Source: documentation of torch.nn.CrossEntropyLoss."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizcv.items.activations_losses._batches import distinct, rows, softmax
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.losses import CrossEntropy, CrossEntropyBatch, CrossEntropyLogit


def _loss(logits: Sequence[float], target: int) -> float:
    return -math.log(softmax(logits)[target])


def _each(s: CrossEntropyBatch) -> list[float]:
    return [_loss(row, target) for row, target in zip(s.logits, s.targets, strict=True)]


class OneSample(Worked[CrossEntropy]):
    spec = CrossEntropy
    levels = (1, 2)
    rule = Text(
        r"$-\ln p_t$ with $p = \mathrm{softmax}(z)$, so $\ln \sum_j e^{z_j} - z_t$",
        r"$-\ln p_t$，其中 $p = \mathrm{softmax}(z)$，即 $\ln \sum_j e^{z_j} - z_t$",
    )
    mistakes = (
        Mistake(
            "Deep learning's cross-entropy has the natural logarithm, not base 2.",
            "深度学习的交叉熵用自然对数，不是以 2 为底。",
            lambda s: _loss(s.logits, s.target) / math.log(2),
        ),
        Mistake(
            "The logarithm is natural, not base 10.",
            "应取自然对数，不是以 10 为底。",
            lambda s: _loss(s.logits, s.target) / math.log(10),
        ),
        Mistake(
            "That is the probability of the class; minus its logarithm is asked.",
            "这是该类别的概率；还要取负对数。",
            lambda s: softmax(s.logits)[s.target],
        ),
        Mistake("1 − p is not the cross-entropy.", "1 − p 不是交叉熵。", lambda s: 1 - softmax(s.logits)[s.target]),
        Mistake(
            "The logit is no probability: softmax comes first.",
            "logit 不是概率：要先做 softmax。",
            lambda s: -math.log(s.logits[s.target]) if s.logits[s.target] > 0 else None,
        ),
        Mistake(
            "Softmax was applied twice: `nn.CrossEntropyLoss` takes logits.",
            "softmax 做了两次：`nn.CrossEntropyLoss` 的输入是 logit。",
            lambda s: _loss(softmax(s.logits), s.target),
        ),
        Mistake(
            "Each class has its own sigmoid in multi-label losses; here it is softmax.",
            "多标签损失才对各类别用 sigmoid；这里用 softmax。",
            lambda s: math.log1p(math.exp(-s.logits[s.target])),
        ),
        Mistake(
            "Only the target's term counts; the others have weight 0.",
            "只有目标类别一项计入，其余权重为 0。",
            lambda s: -sum(math.log(p) for p in softmax(s.logits)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossEntropy | None:
        count = 3 if level == 1 else 5
        return CrossEntropy(distinct(draw, count), draw.integer(0, count - 1))

    def formula(self, s: CrossEntropy) -> float:
        return math.log(sum(math.exp(z) for z in s.logits)) - s.logits[s.target]

    def stem(self, s: CrossEntropy) -> Text:
        return Text(
            f"What is the cross-entropy loss (natural logarithm) of the logits {vector(s.logits)} if the target is class {s.target} "
            "(counted from 0)?",
            f"logit 为 {vector(s.logits)}，目标为类别 {s.target}（从 0 起）。交叉熵损失（自然对数）是多少？",
        )

    def why(self, s: CrossEntropy) -> Text:
        powers = [math.exp(z) for z in s.logits]
        p = f"p_{s.target} = {num(powers[s.target])}/{num(sum(powers))} = {num(powers[s.target] / sum(powers))}"
        return Text(f"The softmax gives the target ${p}$:", f"softmax 给目标类别 ${p}$：")

    def steps(self, s: CrossEntropy) -> str:
        return rf"-\ln {num(softmax(s.logits)[s.target])} = {num(self.formula(s))}"


class Batch(Worked[CrossEntropyBatch]):
    spec = CrossEntropyBatch
    levels = (2,)
    find = "batch"
    rule = Text(r"the mean over the samples of $\ln \sum_j e^{z_j} - z_t$", r"$\ln \sum_j e^{z_j} - z_t$ 对样本取平均")
    mistakes = (
        Mistake("The losses are averaged, not summed.", "各样本的损失取平均，不是求和。", lambda s: sum(_each(s))),
        Mistake(
            "The mean is over samples, not over samples and classes.",
            "平均只对样本，不对样本与类别。",
            lambda s: sum(_each(s)) / len(s.logits) / len(s.logits[0]),
        ),
        Mistake(
            "Logarithms are averaged, not probabilities.",
            "平均的是对数，不是概率。",
            lambda s: -math.log(sum(math.exp(-loss) for loss in _each(s)) / len(s.targets)),
        ),
        Mistake("That is the loss of the first sample alone.", "这只是第一个样本的损失。", lambda s: _each(s)[0]),
        Mistake("That is the loss of the last sample alone.", "这只是最后一个样本的损失。", lambda s: _each(s)[-1]),
        Mistake(
            "The logarithm is natural, not base 2.",
            "应取自然对数，不是以 2 为底。",
            lambda s: sum(_each(s)) / len(s.targets) / math.log(2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossEntropyBatch | None:
        return CrossEntropyBatch(tuple(distinct(draw, 3) for _ in range(2)), (draw.integer(0, 2), draw.integer(0, 2)))

    def formula(self, s: CrossEntropyBatch) -> float:
        lse = (math.log(sum(map(math.exp, row))) - row[target] for row, target in zip(s.logits, s.targets, strict=True))
        return sum(lse) / len(s.targets)

    def stem(self, s: CrossEntropyBatch) -> Text:
        return Text(
            f"The logits of {len(s.targets)} samples are {rows(s.logits)}, the targets the classes {vector(s.targets)} (counted from "
            "0). What does `nn.CrossEntropyLoss()` give with its defaults?",
            f"{len(s.targets)} 个样本的 logit 为 {rows(s.logits)}，目标类别为 {vector(s.targets)}（从 0 起）。"
            "默认设置的 `nn.CrossEntropyLoss()` 给出多少？",
        )

    def why(self, s: CrossEntropyBatch) -> Text:
        each = vector(_each(s))
        return Text(
            f"The samples' losses are {each}; the default is their mean:", f"各样本的损失为 {each}；默认取平均："
        )

    def steps(self, s: CrossEntropyBatch) -> str:
        return f"({' + '.join(map(num, _each(s)))})/{len(s.targets)} = {num(self.formula(s))}"


class TargetLogit(Worked[CrossEntropyLogit]):
    spec = CrossEntropyLogit
    levels = (3,)
    find = "logit"
    rule = r"$z = \ln((K - 1)/(e^L - 1))$"
    mistakes = (
        Mistake(
            "That is the probability of the target, not its logit.",
            "这是目标的概率，不是 logit。",
            lambda s: math.exp(-s.loss),
        ),
        Mistake(
            "The other logits are 0, but their exponentials are 1 each: K − 1 stands in the sum.",
            "其他 logit 为 0，但各自的指数为 1：和中有 K − 1。",
            lambda s: -math.log(math.expm1(s.loss)),
        ),
        Mistake(
            "There are K − 1 other classes, not K.",
            "其他类别有 K − 1 个，不是 K 个。",
            lambda s: math.log(s.classes / math.expm1(s.loss)),
        ),
        Mistake(
            "The −1 for the target's own exponential is missing.",
            "漏减目标自身的指数项 1。",
            lambda s: math.log((s.classes - 1) / math.exp(s.loss)),
        ),
        Mistake(
            "The sign is wrong: a small loss needs a large logit.",
            "符号错了：损失越小，logit 越大。",
            lambda s: math.log(math.expm1(s.loss) / (s.classes - 1)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CrossEntropyLogit | None:
        return CrossEntropyLogit(draw.choice((3, 5, 10, 20, 50, 100)), draw.decimal(0.05, 3, 2))

    def formula(self, s: CrossEntropyLogit) -> float:
        return math.log((s.classes - 1) / (math.exp(s.loss) - 1))

    def stem(self, s: CrossEntropyLogit) -> Text:
        return Text(
            f"There are {s.classes:,} classes, and all logits but the target's are 0. For which logit of the target is the "
            f"cross-entropy (natural logarithm) {num(s.loss)}?",
            f"共 {s.classes:,} 个类别，除目标外所有 logit 均为 0。目标的 logit 为多少时，交叉熵（自然对数）为 {num(s.loss)}？",
        )

    def why(self, s: CrossEntropyLogit) -> Text:
        return Text(
            f"$L = \\ln(1 + (K - 1) e^{{-z}})$ with $K = {s.classes:,}$, so",
            f"$L = \\ln(1 + (K - 1) e^{{-z}})$，$K = {s.classes:,}$，因此 ",
        )

    def steps(self, s: CrossEntropyLogit) -> str:
        return (
            rf"z = \ln({s.classes - 1:,}/(e^{{{num(s.loss)}}} - 1)) = \ln({s.classes - 1:,}/{num(math.expm1(s.loss))}) "
            f"= {num(self.formula(s))}"
        )


MODEL = ItemModel(
    name="cross_entropy",
    version=1,
    topic="activations-losses",
    title=Text("Cross-entropy", "交叉熵"),
    questions=(OneSample(), Batch(), TargetLogit()),
)
