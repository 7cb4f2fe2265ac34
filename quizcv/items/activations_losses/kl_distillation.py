"""Knowledge distillation. Source: Hinton et al. 2015, section 2."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._batches import distinct, softmax
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.distributions import DistillationLoss, KlDistillation


def _kl(p: list[float], q: list[float]) -> float:
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))


def _soft(s: KlDistillation, temperature: float | None = None) -> tuple[list[float], list[float]]:
    """Teacher and student."""
    t = temperature or s.temperature
    return softmax(s.teacher, t), softmax(s.student, t)


def _divergence(s: KlDistillation) -> float:
    return _kl(*_soft(s))


def _hard(s: DistillationLoss) -> float:
    return -math.log(softmax(s.student)[s.target])


class SoftLoss(Worked[KlDistillation]):
    spec = KlDistillation
    levels = (1, 2)
    rule = Text(
        r"$T^2 \sum_i p_i \ln(p_i/q_i)$, $p$ the teacher's and $q$ the student's softmax at temperature $T$",
        r"$T^2 \sum_i p_i \ln(p_i/q_i)$，$p$、$q$ 为教师、学生在温度 $T$ 下的 softmax",
    )
    mistakes = (
        Mistake("The factor T² is missing.", "漏了系数 T²。", _divergence),
        Mistake("The factor is T², not T.", "系数是 T²，不是 T。", lambda s: s.temperature * _divergence(s)),
        Mistake(
            "The temperature was left out of the softmax.",
            "softmax 中漏了温度。",
            lambda s: s.temperature**2 * _kl(*_soft(s, 1.0)),
        ),
        Mistake(
            "The roles are swapped: the teacher stands before the ‖.",
            "两者颠倒了：教师在 ‖ 之前。",
            lambda s: s.temperature**2 * _kl(*reversed(_soft(s))),
        ),
        Mistake(
            "That is the cross-entropy with the teacher; its entropy has to be subtracted.",
            "这是与教师的交叉熵；还要减去教师的熵。",
            lambda s: -(s.temperature**2) * sum(a * math.log(b) for a, b in zip(*_soft(s), strict=True)),
        ),
        Mistake(
            "`batchmean` divides by the batch, one sample here, not by the classes.",
            "`batchmean` 除以批大小（此处为 1），不是类别数。",
            lambda s: s.temperature**2 * _divergence(s) / len(s.teacher),
        ),
    )

    def sample(self, draw: Draw, level: int) -> KlDistillation | None:
        count = 2 if level == 1 else 3
        s = KlDistillation(
            distinct(draw, count), distinct(draw, count), 2.0 if level == 1 else draw.choice((2.0, 3.0, 4.0))
        )
        return s if _divergence(s) > 0.02 else None

    def formula(self, s: KlDistillation) -> float:
        teacher, student = [z / s.temperature for z in s.teacher], [z / s.temperature for z in s.student]
        gap = math.log(sum(map(math.exp, student))) - math.log(sum(map(math.exp, teacher)))
        weight = sum(map(math.exp, teacher))
        mean = sum(math.exp(a) / weight * (a - b) for a, b in zip(teacher, student, strict=True))
        return s.temperature**2 * (mean + gap)

    def stem(self, s: KlDistillation) -> Text:
        return Text(
            f"For one sample a teacher gives the logits {vector(s.teacher)}, the student {vector(s.student)}. "
            "What is the distillation loss "
            f"$T^2 \\cdot$ KL(teacher‖student), in nats, of their softmaxes at temperature $T = {num(s.temperature)}$?",
            f"对某样本，教师的 logit 为 {vector(s.teacher)}，学生的为 {vector(s.student)}。在温度 $T = "
            f"{num(s.temperature)}$ 下，蒸馏损失 "
            "$T^2 \\cdot$ KL(教师‖学生)（自然对数）是多少？",
        )

    def why(self, s: KlDistillation) -> Text:
        p, q = map(vector, _soft(s))
        return Text(
            f"At this temperature the teacher gives {p}, the student {q}:", f"在该温度下教师为 {p}，学生为 {q}："
        )

    def steps(self, s: KlDistillation) -> str:
        return rf"{num(s.temperature)}^2 \cdot {num(_divergence(s))} = {num(self.formula(s))}"


class BothLosses(Worked[DistillationLoss]):
    spec = DistillationLoss
    levels = (3,)
    find = "total"
    rule = Text(
        r"$\alpha T^2 \mathrm{KL} + (1 - \alpha) \mathrm{CE}$, the cross-entropy at temperature 1",
        r"$\alpha T^2 \mathrm{KL} + (1 - \alpha) \mathrm{CE}$，交叉熵的温度为 1",
    )
    mistakes = (
        Mistake(
            "The factor T² of the soft loss is missing.",
            "软损失漏了系数 T²。",
            lambda s: s.alpha * _divergence(s) + (1 - s.alpha) * _hard(s),
        ),
        Mistake(
            "The weights are swapped: α is that of the soft loss.",
            "权重颠倒了：α 是软损失的权重。",
            lambda s: (1 - s.alpha) * s.temperature**2 * _divergence(s) + s.alpha * _hard(s),
        ),
        Mistake(
            "The hard loss has no temperature.",
            "硬损失不用温度。",
            lambda s: (
                s.alpha * s.temperature**2 * _divergence(s)
                - (1 - s.alpha) * math.log(softmax(s.student, s.temperature)[s.target])
            ),
        ),
        Mistake(
            "T² concerns the soft loss only.",
            "T² 只用于软损失。",
            lambda s: s.temperature**2 * (s.alpha * _divergence(s) + (1 - s.alpha) * _hard(s)),
        ),
        Mistake("That is the soft loss alone.", "这只是软损失。", lambda s: s.temperature**2 * _divergence(s)),
        Mistake("That is the hard loss alone.", "这只是硬损失。", _hard),
    )

    def sample(self, draw: Draw, level: int) -> DistillationLoss | None:
        student, teacher = distinct(draw, 3), distinct(draw, 3)
        s = DistillationLoss(
            student, teacher, draw.choice((2.0, 3.0, 4.0)), draw.integer(0, 2), draw.choice((0.2, 0.3, 0.7, 0.8, 0.9))
        )
        return s if _divergence(s) > 0.02 else None

    def formula(self, s: DistillationLoss) -> float:
        p, q = softmax(s.teacher, s.temperature), softmax(s.student, s.temperature)
        soft = s.temperature**2 * sum(a * (math.log(a) - math.log(b)) for a, b in zip(p, q, strict=True))
        hard = math.log(sum(math.exp(z) for z in s.student)) - s.student[s.target]
        return s.alpha * soft + (1 - s.alpha) * hard

    def stem(self, s: DistillationLoss) -> Text:
        return Text(
            f"For one sample of class {s.target} (counted from 0) a teacher gives the logits {vector(s.teacher)}, "
            f"the student {vector(s.student)}. "
            f"The loss is $\\alpha T^2 \\cdot$ KL(teacher‖student) at temperature $T = {num(s.temperature)}$ plus "
            "$1 - \\alpha$ times the "
            f"student's cross-entropy with the label at temperature 1, with $\\alpha = {num(s.alpha)}$ and "
            "natural logarithms. How large is it?",
            f"某样本属于类别 {s.target}（从 0 起），教师的 logit 为 {vector(s.teacher)}，学生的为 {vector(s.student)}。损失为 "
            f"$\\alpha T^2 \\cdot$ KL(教师‖学生)（温度 $T = {num(s.temperature)}$）加上 $1 - \\alpha$ 倍的学生与标签的交叉熵（温度 1），"
            f"$\\alpha = {num(s.alpha)}$，均用自然对数。损失是多少？",
        )

    def why(self, s: DistillationLoss) -> Text:
        soft, hard = num(s.temperature**2 * _divergence(s)), num(_hard(s))
        kl = rf"{num(s.temperature)}^2 \cdot {num(_divergence(s))} = {soft}"
        return Text(
            f"The soft loss is ${kl}$, the hard loss for class {s.target} ${hard}$:",
            f"软损失为 ${kl}$，类别 {s.target} 的硬损失为 ${hard}$：",
        )

    def steps(self, s: DistillationLoss) -> str:
        soft = num(s.temperature**2 * _divergence(s))
        return rf"{num(s.alpha)} \cdot {soft} + (1 - {num(s.alpha)}) \cdot {num(_hard(s))} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="kl_distillation",
    version=1,
    topic="activations-losses",
    title=Text("Knowledge distillation", "知识蒸馏"),
    questions=(SoftLoss(), BothLosses()),
)
