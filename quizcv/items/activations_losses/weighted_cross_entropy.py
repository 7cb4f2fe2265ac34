"""Cross-entropy with class weights: the mean divides by the weights. Source: documentation of torch.nn.CrossEntropyLoss."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._batches import distinct, rows, softmax
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, terms, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.losses import WeightedCrossEntropy, WeightedCrossEntropyGradient

WEIGHTS = (0.2, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0)


def _weights(s: WeightedCrossEntropy | WeightedCrossEntropyGradient) -> list[float]:
    """Of the samples."""
    return [s.weight[target] for target in s.targets]


def _sum(s: WeightedCrossEntropy) -> float:
    return -sum(w * math.log(p) for w, p in zip(_weights(s), s.p, strict=True))


def _difference(s: WeightedCrossEntropyGradient) -> float:
    return softmax(s.logits[s.sample])[s.index] - (s.targets[s.sample] == s.index)


class WeightedMean(Worked[WeightedCrossEntropy]):
    spec = WeightedCrossEntropy
    levels = (1, 2)
    rule = r"$-\sum_n w_{t_n} \ln p_n / \sum_n w_{t_n}$"
    mistakes = (
        Mistake(
            "PyTorch divides by the sum of the samples' weights, not by their number.",
            "PyTorch 除以各样本权重之和，而不是样本数。",
            lambda s: _sum(s) / len(s.p),
        ),
        Mistake(
            "It is the weights of the samples that are summed, not of the classes.",
            "求和的是样本的权重，不是类别的权重。",
            lambda s: _sum(s) / sum(s.weight),
        ),
        Mistake("The weights were left out.", "漏了权重。", lambda s: -sum(map(math.log, s.p)) / len(s.p)),
        Mistake("That is the sum; the default is a weighted mean.", "这是总和；默认取加权平均。", _sum),
        Mistake(
            "The logarithm is natural, not base 10.",
            "应取自然对数，不是以 10 为底。",
            lambda s: _sum(s) / sum(_weights(s)) / math.log(10),
        ),
        Mistake(
            "The weighted mean is taken of the logarithms, not of the probabilities.",
            "加权平均的是对数，不是概率。",
            lambda s: -math.log(sum(w * p for w, p in zip(_weights(s), s.p, strict=True)) / sum(_weights(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> WeightedCrossEntropy | None:
        classes, count = (2, 3) if level == 1 else (3, 4)
        targets = tuple(draw.integer(0, classes - 1) for _ in range(count))
        weight = draw.sample(WEIGHTS, classes)
        return (
            WeightedCrossEntropy(draw.decimals(count, 0.1, 0.9, 1), targets, weight) if len(set(targets)) > 1 else None
        )

    def formula(self, s: WeightedCrossEntropy) -> float:
        total = sum(s.weight[target] * math.log(1 / p) for p, target in zip(s.p, s.targets, strict=True))
        return total / sum(s.weight[target] for target in s.targets)

    def stem(self, s: WeightedCrossEntropy) -> Text:
        return Text(
            f"`nn.CrossEntropyLoss` with the class weights {vector(s.weight)} reads {len(s.p)} samples of the classes "
            f"{vector(s.targets)} (counted from 0). After the softmax each sample's own class has the probability {vector(s.p)}. What is "
            "the loss (default reduction, natural logarithm)?",
            f"类别权重为 {vector(s.weight)} 的 `nn.CrossEntropyLoss` 的输入有 {len(s.p)} 个样本，类别为 "
            f"{vector(s.targets)}（从 0 起）。"
            f"softmax 之后各样本真实类别的概率为 {vector(s.p)}。损失（默认 reduction，自然对数）是多少？",
        )

    def why(self, s: WeightedCrossEntropy) -> Text:
        logs = vector(-math.log(p) for p in s.p)
        return Text(
            f"$-\\ln p$ is {logs}, the samples' weights are {vector(_weights(s))}:",
            f"$-\\ln p$ 为 {logs}，各样本的权重为 {vector(_weights(s))}：",
        )

    def steps(self, s: WeightedCrossEntropy) -> str:
        products = terms((w, -math.log(p)) for w, p in zip(_weights(s), s.p, strict=True))
        return f"({products})/({' + '.join(map(num, _weights(s)))}) = {num(_sum(s))}/{num(sum(_weights(s)))} = {num(self.formula(s))}"


class WeightedGradient(Worked[WeightedCrossEntropyGradient]):
    spec = WeightedCrossEntropyGradient
    levels = (3,)
    find = "gradient"
    rule = r"$\partial L/\partial z_{ni} = (w_{t_n}/\sum_m w_{t_m})(p_{ni} - y_{ni})$"
    mistakes = (
        Mistake(
            "PyTorch divides by the sum of the samples' weights, not by their number.",
            "PyTorch 除以各样本权重之和，而不是样本数。",
            lambda s: _weights(s)[s.sample] * _difference(s) / len(s.targets),
        ),
        Mistake("The weights were left out.", "漏了权重。", lambda s: _difference(s) / len(s.targets)),
        Mistake(
            "The weight is that of the sample's own class, not of the logit's class.",
            "权重取样本真实类别的，而不是该 logit 类别的。",
            lambda s: s.weight[s.index] * _difference(s) / sum(_weights(s)),
        ),
        Mistake(
            "The division by the sum of the weights is missing.",
            "漏了除以权重之和。",
            lambda s: _weights(s)[s.sample] * _difference(s),
        ),
        Mistake(
            "The sign is wrong: softmax minus one-hot.",
            "符号错了：应为 softmax 减 one-hot。",
            lambda s: -_weights(s)[s.sample] * _difference(s) / sum(_weights(s)),
        ),
        Mistake(
            "The sum is over the samples, not over the classes.",
            "权重之和对样本求，不是对类别求。",
            lambda s: _weights(s)[s.sample] * _difference(s) / sum(s.weight),
        ),
    )

    def sample(self, draw: Draw, level: int) -> WeightedCrossEntropyGradient | None:
        targets, sample = draw.sample((0, 1, 2), 2), draw.integer(0, 1)
        index = targets[sample] if draw.chance(0.4) else draw.integer(0, 2)
        logits = distinct(draw, 3), distinct(draw, 3)
        return WeightedCrossEntropyGradient(logits, targets, sample, index, draw.sample(WEIGHTS, 3))

    def formula(self, s: WeightedCrossEntropyGradient) -> float:
        powers, target = [math.exp(z) for z in s.logits[s.sample]], s.targets[s.sample]
        share = s.weight[target] / sum(s.weight[t] for t in s.targets)
        return share * (powers[s.index] / sum(powers) - (target == s.index))

    def stem(self, s: WeightedCrossEntropyGradient) -> Text:
        return Text(
            f"`nn.CrossEntropyLoss` with the class weights {vector(s.weight)} (default reduction) reads the logits {rows(s.logits)} of "
            f"{len(s.targets)} samples of the classes {vector(s.targets)}. What is the derivative of the loss with respect to "
            "the logit of class "
            f"{s.index} of sample {s.sample} (both counted from 0)?",
            f"类别权重为 {vector(s.weight)} 的 `nn.CrossEntropyLoss`（默认 reduction）的输入为 {len(s.targets)} 个样本的 logit "
            f"{rows(s.logits)}，类别为 {vector(s.targets)}。损失对样本 {s.sample} 的类别 {s.index}（均从 0 起）的 logit 的导数是多少？",
        )

    def why(self, s: WeightedCrossEntropyGradient) -> Text:
        p, w = vector(softmax(s.logits[s.sample])), vector(_weights(s))
        return Text(
            f"The softmax of sample {s.sample} is {p}, the samples' weights are {w}; class {s.index}:",
            f"样本 {s.sample} 的 softmax 为 {p}，各样本的权重为 {w}；类别 {s.index}：",
        )

    def steps(self, s: WeightedCrossEntropyGradient) -> str:
        share = f"{num(_weights(s)[s.sample])}/({' + '.join(map(num, _weights(s)))})"
        return rf"{share} \cdot ({num(_difference(s))}) = {num(self.formula(s))}"


MODEL = ItemModel(
    name="weighted_cross_entropy",
    version=1,
    topic="activations-losses",
    title=Text("Cross-entropy with class weights", "带类别权重的交叉熵"),
    questions=(WeightedMean(), WeightedGradient()),
)
