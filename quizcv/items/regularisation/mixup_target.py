"""Mixup of targets: the labels are interpolated like the images."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._logits import draw_logits, exps_worked, log_sum, nll
from quizcv.items.regularisation.mixup_value import SWAPPED, draw_share
from quizcv.items.text import num, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mixing import Logits, MixupLoss, MixupSmoothed, MixupTarget

FOUR = Number(decimals=4)


def _target(s: MixupTarget | MixupSmoothed, lam: float) -> float:
    return (lam if s.index == s.label1 else 0.0) + (1 - lam if s.index == s.label2 else 0.0)


class Target(Question[MixupTarget]):
    """The labels as one-hot vectors, mixed like the images."""

    spec = MixupTarget
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$\lambda y_1 + (1 - \lambda) y_2$"
    mistakes = (
        Mistake(*SWAPPED, lambda s: _target(s, 1 - s.lam)),
        Mistake(
            "The label is mixed too; it is not that of the larger share.",
            "标签也要混合；并不是取比例大的那一个。",
            lambda s: float(s.index == (s.label1 if s.lam > 0.5 else s.label2)),
        ),
        Mistake(
            "The two labels do not count equally.",
            "两个标签的权重并不相等。",
            lambda s: 0.5 if _target(s, s.lam) else None,
        ),
        Mistake(
            "That is the mixture of the class numbers; the one-hot vectors are mixed.",
            "这是类别编号的混合；应混合 one-hot 向量。",
            lambda s: s.lam * s.label1 + (1 - s.lam) * s.label2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> MixupTarget | None:
        one, other = draw.sample(range(10), 2)
        return MixupTarget(one, other, draw_share(draw), other)

    def formula(self, s: MixupTarget) -> float:
        if s.label1 == s.label2:
            return 1.0 if s.index == s.label1 else 0.0
        return {s.label1: s.lam, s.label2: 1 - s.lam}.get(s.index, 0.0)

    def stem(self, s: MixupTarget) -> Text:
        return Text(
            f"Mixup combines an example of class {s.label1} with one of class {s.label2}; λ = {num(s.lam)} is the share of the "
            "first. What is "
            f"the target of class {s.index} (one-hot labels mixed)?",
            f"Mixup 把类别 {s.label1} 的样本与类别 {s.label2} 的样本混合，λ = {num(s.lam)} 是前者的比例。类别 {s.index} "
            "的目标值是多少（混合 one-hot 标签）？",
        )

    def solution(self, s: MixupTarget) -> Text:
        parts = f"λ = {num(s.lam)}", f"1 − λ = {num(1 - s.lam)}"
        return Text(
            f"Class {s.label1} gets {parts[0]}, class {s.label2} gets {parts[1]}, all others 0. Class {s.index}: {num(self.formula(s))}.",
            f"类别 {s.label1} 得 {parts[0]}，类别 {s.label2} 得 {parts[1]}，其余为 0；故类别 {s.index} 为 {num(self.formula(s))}。",
        )


def _mixed(logits: Logits, label1: int, label2: int, lam: float) -> float:
    return lam * nll(logits, label1) + (1 - lam) * nll(logits, label2)


class Loss(Question[MixupLoss]):
    """Cross-entropy is linear in the target: the losses for both labels are mixed."""

    spec = MixupLoss
    answer = Number(decimals=3)
    levels = (2,)
    find = "loss"
    rule = r"$\lambda (-\ln p_1) + (1 - \lambda)(-\ln p_2)$"
    mistakes = (
        Mistake(*SWAPPED, lambda s: _mixed(s.logits, s.label1, s.label2, 1 - s.lam)),
        Mistake("The second label was left out.", "漏掉了第二个标签。", lambda s: nll(s.logits, s.label1)),
        Mistake("The first label was left out.", "漏掉了第一个标签。", lambda s: nll(s.logits, s.label2)),
        Mistake(
            "Both losses count with their shares, not fully.",
            "两个损失按比例加权，而不是直接相加。",
            lambda s: nll(s.logits, s.label1) + nll(s.logits, s.label2),
        ),
        Mistake(
            "The two labels do not count equally.",
            "两个标签的权重并不相等。",
            lambda s: _mixed(s.logits, s.label1, s.label2, 0.5),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MixupLoss | None:
        logits = draw_logits(draw, level)
        if logits is None:
            return None
        one, other = draw.sample(range(len(logits)), 2)
        return MixupLoss(logits, one, other, draw_share(draw)) if logits[one] != logits[other] else None

    def formula(self, s: MixupLoss) -> float:
        return log_sum(s.logits) - s.lam * s.logits[s.label1] - (1 - s.lam) * s.logits[s.label2]

    def stem(self, s: MixupLoss) -> Text:
        return Text(
            f"Mixup combined an example of class {s.label1} (share λ = {num(s.lam)}) with one of class {s.label2} (classes from "
            "0). The network "
            f"gives the logits {vector(s.logits)}. What is the cross-entropy with the mixed target (natural logarithm)?",
            f"Mixup 把类别 {s.label1} 的样本（比例 λ = {num(s.lam)}）与类别 {s.label2} 的样本混合（类别从 0 起）。网络给出的 "
            f"logits 为 {vector(s.logits)}。"
            "以混合标签为目标的交叉熵（自然对数）是多少？",
        )

    def solution(self, s: MixupLoss) -> Text:
        one, other = nll(s.logits, s.label1), nll(s.logits, s.label2)
        last = rf"{num(s.lam)} \cdot {num(one)} + {num(1 - s.lam)} \cdot {num(other)} = {num(self.formula(s))}"
        return Text(
            f"${exps_worked(s.logits)}$; $-\\ln p$ is {num(one)} for class {s.label1} and {num(other)} for class {s.label2}.\n\n${last}$",
            f"${exps_worked(s.logits)}$；类别 {s.label1} 的 $-\\ln p$ 为 {num(one)}，类别 {s.label2} 的为 {num(other)}。\n\n${last}$",
        )


class Smoothed(Question[MixupSmoothed]):
    """Both at once, as PyTorch smooths targets that are probabilities."""

    spec = MixupSmoothed
    answer = FOUR
    levels = (3,)
    find = "smoothed"
    rule = Text(
        r"$(1 - \varepsilon) t + \varepsilon/K$ with $t = \lambda y_1 + (1 - \lambda) y_2$",
        r"$(1 - \varepsilon) t + \varepsilon/K$，其中 $t = \lambda y_1 + (1 - \lambda) y_2$",
    )
    mistakes = (
        Mistake("The smoothing was left out.", "漏掉了标签平滑。", lambda s: _target(s, s.lam)),
        Mistake(
            "The share ε/K that every class gets was left out.",
            "漏掉了每个类别都得到的 ε/K。",
            lambda s: (1 - s.epsilon) * _target(s, s.lam),
        ),
        Mistake(
            "The mixed target is scaled by 1 − ε before ε/K is added.",
            "应先把混合目标乘以 1 − ε，再加 ε/K。",
            lambda s: _target(s, s.lam) + s.epsilon / s.classes,
        ),
        Mistake(*SWAPPED, lambda s: (1 - s.epsilon) * _target(s, 1 - s.lam) + s.epsilon / s.classes),
        Mistake(
            "PyTorch spreads ε over all K classes, not over K − 1.",
            "PyTorch 把 ε 分给全部 K 个类别，不是 K − 1 个。",
            lambda s: (1 - s.epsilon) * _target(s, s.lam) + s.epsilon / (s.classes - 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MixupSmoothed | None:
        classes = draw.choice((4, 5, 8, 10, 20))
        one, other = draw.sample(range(classes), 2)
        return MixupSmoothed(
            classes,
            one,
            other,
            draw_share(draw),
            draw.choice((0.05, 0.1, 0.2, 0.3)),
            draw.choice((one, one, other, other)),
        )

    def formula(self, s: MixupSmoothed) -> float:
        return (1 - s.epsilon) * _target(s, s.lam) + s.epsilon / s.classes

    def stem(self, s: MixupSmoothed) -> Text:
        return Text(
            f"Of {s.classes} classes, mixup combines an example of class {s.label1} (share λ = {num(s.lam)}) with one of class "
            f"{s.label2}; the "
            f"mixed one-hot target is given to PyTorch's `CrossEntropyLoss(label_smoothing={num(s.epsilon)})`. Which target does "
            f"class {s.index} "
            "have in the loss?",
            f"共 {s.classes} 个类别，Mixup 把类别 {s.label1} 的样本（比例 λ = {num(s.lam)}）与类别 {s.label2} 的样本混合；"
            "混合后的 one-hot 目标交给 PyTorch 的 "
            f"`CrossEntropyLoss(label_smoothing={num(s.epsilon)})`。损失中类别 {s.index} 的目标值是多少？",
        )

    def solution(self, s: MixupSmoothed) -> Text:
        t = _target(s, s.lam)
        last = rf"(1 - {num(s.epsilon)}) \cdot {num(t)} + {num(s.epsilon)}/{s.classes} = {num(self.formula(s))}"
        return Text(
            f"Mixing (λ = {num(s.lam)}, classes {s.label1} and {s.label2}) gives class {s.index} the target "
            f"{num(t)}.\n\nSmoothing: ${last}$.",
            f"混合（λ = {num(s.lam)}，类别 {s.label1} 和 {s.label2}）后类别 {s.index} 的目标为 {num(t)}。\n\n平滑：${last}$。",
        )


MODEL = ItemModel(
    name="mixup_target",
    version=1,
    topic="regularisation",
    title=Text("Mixup of targets", "Mixup 的目标"),
    questions=(Target(), Loss(), Smoothed()),
)
