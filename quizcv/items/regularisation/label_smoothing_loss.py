"""Cross-entropy with label smoothing, and its gradient."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._logits import draw_logits, exps_worked, log_sum, mean_nll, nll, probabilities
from quizcv.items.regularisation.label_smoothing_target import EPSILONS, FOUR, OTHERS
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mixing import SmoothedGradient, SmoothedLoss


class Loss(Question[SmoothedLoss]):
    """Source: documentation of torch.nn.CrossEntropyLoss."""

    spec = SmoothedLoss
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$(1 - \varepsilon)(-\ln p_y) + \frac{\varepsilon}{K} \sum_k (-\ln p_k)$"
    mistakes = (
        Mistake("That is the loss without smoothing.", "这是没有平滑时的损失。", lambda s: nll(s.logits, s.label)),
        Mistake(*OTHERS, lambda s: _over_others(s)),
        Mistake(
            "The sum over the classes has the weight ε/K, not ε.",
            "对各类别求和的权重是 ε/K，不是 ε。",
            lambda s: (1 - s.epsilon) * nll(s.logits, s.label) + s.epsilon * mean_nll(s.logits) * len(s.logits),
        ),
        Mistake(
            "The labelled class keeps only 1 − ε of its own weight.",
            "标注类别自身的权重只剩 1 − ε。",
            lambda s: nll(s.logits, s.label) + s.epsilon * mean_nll(s.logits),
        ),
        Mistake(
            "Natural logarithms, not those to base 2.",
            "应取自然对数，而不是以 2 为底。",
            lambda s: ((1 - s.epsilon) * nll(s.logits, s.label) + s.epsilon * mean_nll(s.logits)) / math.log(2),
        ),
        Mistake(
            "The share ε/K that every class gets was left out.",
            "漏掉了每个类别都得到的 ε/K。",
            lambda s: (1 - s.epsilon) * nll(s.logits, s.label),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SmoothedLoss | None:
        logits = draw_logits(draw, level)
        if logits is None:
            return None
        return SmoothedLoss(logits, draw.integer(0, len(logits) - 1), draw.choice(EPSILONS))

    def formula(self, s: SmoothedLoss) -> float:
        return (1 - s.epsilon) * nll(s.logits, s.label) + s.epsilon * mean_nll(s.logits)

    def stem(self, s: SmoothedLoss) -> Text:
        return Text(
            f"For one example a classifier gives the logits {vector(s.logits)}; the label is class {s.label} (from 0). What is PyTorch's "
            f"`CrossEntropyLoss(label_smoothing={num(s.epsilon)})`?",
            f"某样本的 logits 为 {vector(s.logits)}，标签为类别 {s.label}（从 0 起）。PyTorch 的 "
            f"`CrossEntropyLoss(label_smoothing={num(s.epsilon)})` "
            "是多少？",
        )

    def solution(self, s: SmoothedLoss) -> Text:
        each = [log_sum(s.logits) - z for z in s.logits]
        keep, share = 1 - s.epsilon, f"{num(s.epsilon)}/{len(s.logits)}"
        last = rf"{num(keep)} \cdot {num(each[s.label])} + {share} \cdot {num(sum(each))} = {num(self.formula(s))}"
        return Text(
            f"${exps_worked(s.logits)}$; minus each logit that gives $-\\ln p_k$: {vector(each)}.\n\nLabel {s.label}: ${last}$.",
            f"${exps_worked(s.logits)}$，减去各 logit 得 $-\\ln p_k$：{vector(each)}。\n\n标签 {s.label}：${last}$。",
        )


def _over_others(s: SmoothedLoss) -> float:
    others = [z for at, z in enumerate(s.logits) if at != s.label]
    total = sum([log_sum(s.logits) - z for z in others])
    return float((1 - s.epsilon) * nll(s.logits, s.label) + s.epsilon / len(others) * total)


def _smoothed(s: SmoothedGradient) -> float:
    return (1 - s.epsilon if s.index == s.label else 0.0) + s.epsilon / len(s.logits)


class Gradient(Question[SmoothedGradient]):
    """The gradient of cross-entropy is probability minus target, whatever the target is."""

    spec = SmoothedGradient
    answer = FOUR
    levels = (3,)
    find = "gradient"
    rule = r"$\partial L/\partial z_k = p_k - t_k$"
    mistakes = (
        Mistake(
            "That is the gradient without smoothing.",
            "这是没有平滑时的梯度。",
            lambda s: probabilities(s.logits)[s.index] - (1.0 if s.index == s.label else 0.0),
        ),
        Mistake(
            "The gradient is probability minus target, not the other way round.",
            "梯度是概率减去目标，而不是反过来。",
            lambda s: _smoothed(s) - probabilities(s.logits)[s.index],
        ),
        Mistake(
            *OTHERS,
            lambda s: (
                probabilities(s.logits)[s.index]
                - (1 - s.epsilon if s.index == s.label else s.epsilon / (len(s.logits) - 1))
            ),
        ),
        Mistake("That is the probability alone.", "这只是概率。", lambda s: probabilities(s.logits)[s.index]),
        Mistake(
            "That is the gradient with respect to the probability, −t/p; the logit was asked for.",
            "这是对概率的梯度 −t/p；所问的是对 logit 的梯度。",
            lambda s: -_smoothed(s) / probabilities(s.logits)[s.index],
        ),
    )

    def sample(self, draw: Draw, level: int) -> SmoothedGradient | None:
        logits = draw_logits(draw, level)
        if logits is None:
            return None
        label, index = draw.integer(0, len(logits) - 1), draw.integer(0, len(logits) - 1)
        return SmoothedGradient(logits, label, draw.choice(EPSILONS), index)

    def formula(self, s: SmoothedGradient) -> float:
        total = sum([math.exp(z) for z in s.logits])
        target = (1 - s.epsilon if s.index == s.label else 0.0) + s.epsilon / len(s.logits)
        return math.exp(s.logits[s.index]) / total - target

    def stem(self, s: SmoothedGradient) -> Text:
        return Text(
            f"For one example a classifier gives the logits {vector(s.logits)}; the label is class {s.label}. What is the "
            "gradient of PyTorch's "
            f"`CrossEntropyLoss(label_smoothing={num(s.epsilon)})` with respect to the logit of class {s.index} (classes from 0)?",
            f"某样本的 logits 为 {vector(s.logits)}，标签为类别 {s.label}。PyTorch 的 "
            f"`CrossEntropyLoss(label_smoothing={num(s.epsilon)})` 对类别 "
            f"{s.index} 的 logit 的梯度是多少（类别从 0 起）？",
        )

    def solution(self, s: SmoothedGradient) -> Text:
        p, t = probabilities(s.logits)[s.index], _smoothed(s)
        share = f"{num(s.epsilon)}/{len(s.logits)}"
        target = rf"t = {f'1 - {num(s.epsilon)} + ' if s.index == s.label else ''}{share} = {num(t)}"
        prob = rf"p = e^{{z_k}} / \sum_j e^{{z_j}} = e^{{{num(s.logits[s.index])}}} / {num(sum(math.exp(z) for z in s.logits))} = {num(p)}"
        return Text(
            f"Class {s.index} (label: {s.label}): ${prob}$, ${target}$.\n\n$p - t = {num(self.formula(s))}$",
            f"类别 {s.index}（标签为 {s.label}）：${prob}$，${target}$。\n\n$p - t = {num(self.formula(s))}$",
        )


MODEL = ItemModel(
    name="label_smoothing_loss",
    version=1,
    topic="regularisation",
    title=Text("Cross-entropy with label smoothing", "带标签平滑的交叉熵"),
    questions=(Loss(), Gradient()),
)
