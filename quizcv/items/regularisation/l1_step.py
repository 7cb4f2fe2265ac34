"""What an L1 penalty does to a weight in a step of SGD."""

from __future__ import annotations

import math

from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation.l2_decay_step import FOUR, asked_for, draw_step, given
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.penalties import L1Step, SoftThreshold


def _sign(w: float) -> float:
    return math.copysign(1, w) if w else 0.0


def _l1(s: L1Step, *, sign: float = 1.0, scaled: bool = True) -> float:
    w = s.w
    for grad in s.grads:
        pull = sign * s.decay * _sign(w)
        w = w - s.lr * (grad + pull) if scaled else w - s.lr * grad - pull
    return w


def _as_l2(s: L1Step) -> float:
    w = s.w
    for grad in s.grads:
        w -= s.lr * (grad + s.decay * w)
    return w


class L1Subgradient(Question[L1Step]):
    """The subgradient of λ|w| is λ·sign(w)."""

    spec = L1Step
    answer = FOUR
    levels = (1, 2)
    rule = r"$w \leftarrow w - \eta (g + \lambda \, \mathrm{sign}(w))$"
    mistakes = (
        Mistake(
            "That is the L2 penalty: the pull of the L1 penalty does not depend on the size of the weight.",
            "这是 L2 惩罚；L1 惩罚的梯度大小恒为 λ，与权重大小无关。",
            _as_l2,
        ),
        Mistake("The penalty was left out.", "漏掉了惩罚项。", lambda s: s.w - s.lr * sum(s.grads)),
        Mistake(
            "The pull goes towards 0: for a negative weight its sign is −1.",
            "惩罚把权重拉向 0：权重为负时 sign(w) 为 −1。",
            lambda s: s.w - s.lr * sum(grad + s.decay for grad in s.grads),
        ),
        Mistake(
            "The penalty pulls towards 0, not away.", "惩罚把权重拉向 0，而不是推离 0。", lambda s: _l1(s, sign=-1.0)
        ),
        Mistake(
            "The learning rate multiplies the penalty too.", "惩罚项同样要乘以学习率。", lambda s: _l1(s, scaled=False)
        ),
    )

    def sample(self, draw: Draw, level: int) -> L1Step | None:
        drawn = draw_step(draw, level)
        if drawn is None or abs(drawn[0]) == 1:
            return None
        s = L1Step(*drawn)
        return None if s.undecided else s

    def formula(self, s: L1Step) -> float:
        w = s.w
        for grad in s.grads:
            w -= s.lr * (grad + s.decay * _sign(w))
        return w

    def stem(self, s: L1Step) -> Text:
        grads, asked = given(s.grads), asked_for(s.grads)
        return Text(
            f"Plain SGD with learning rate {num(s.lr)} minimises the data loss plus the L1 penalty λ|w| with λ = {num(s.decay)} "
            "(subgradient, "
            f"0 at w = 0). The weight is w = {num(s.w)}. {grads.en} {asked.en}",
            f"用普通 SGD（学习率 {num(s.lr)}）最小化数据损失与 L1 惩罚 λ|w| 之和，λ = {num(s.decay)}（取次梯度，w = 0 处为 0）。"
            f"权重为 w = {num(s.w)}。"
            f"{grads.zh}{asked.zh}",
        )

    def solution(self, s: L1Step) -> Text:
        w, lines = s.w, []
        for grad in s.grads:
            new = w - s.lr * (grad + s.decay * _sign(w))
            pull = rf"{signed(grad)} + {num(s.decay)} \cdot {signed(_sign(w))}"
            lines.append(rf"${num(w)} - {num(s.lr)} \cdot ({pull}) = {num(new)}$")
            w = new
        return Text(
            "The penalty adds λ·sign(w) to the gradient:\n\n" + "\n\n".join(lines),
            "惩罚项在梯度上加 λ·sign(w)：\n\n" + "\n\n".join(lines),
        )


def _soft(value: float, threshold: float) -> float:
    return _sign(value) * max(0.0, abs(value) - threshold)


class Proximal(Question[SoftThreshold]):
    """Source: Parikh and Boyd 2014, section 6.5.2; torch.nn.Softshrink."""

    spec = SoftThreshold
    answer = FOUR
    levels = (3,)
    find = "proximal"
    rule = r"$v = w - \eta g$, $w \leftarrow \mathrm{sign}(v) \max(0, |v| - \eta \lambda)$"
    mistakes = (
        Mistake("The threshold is ηλ, not λ.", "阈值是 ηλ，不是 λ。", lambda s: _soft(s.w - s.lr * s.grad, s.decay)),
        Mistake("The shrinking was left out.", "漏掉了收缩。", lambda s: s.w - s.lr * s.grad),
        Mistake(
            "What is left above the threshold is shrunk too (soft, not hard).",
            "超过阈值的部分也要收缩（软阈值，不是硬阈值）。",
            lambda s: s.w - s.lr * s.grad if abs(s.w - s.lr * s.grad) > s.lr * s.decay else 0.0,
        ),
        Mistake(
            "Shrinking stops at 0; the weight does not change its sign by it.",
            "收缩到 0 为止；权重不会因此变号。",
            lambda s: _crossed(s),
        ),
        Mistake(
            "Shrinking moves the weight towards 0, not away.",
            "收缩使权重靠近 0，而不是远离 0。",
            lambda s: s.w - s.lr * s.grad + s.lr * s.decay * _sign(s.w - s.lr * s.grad),
        ),
        Mistake(
            "Shrinking comes after the step, not before.",
            "应先走一步，再收缩。",
            lambda s: _soft(s.w, s.lr * s.decay) - s.lr * s.grad,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SoftThreshold | None:
        lr, decay = draw.choice((0.1, 0.2, 0.5)), draw.choice((0.2, 0.5, 0.8, 1.0))
        w, grad = draw.decimal(-0.6, 0.6, 2), draw.decimal(-2, 2, 1)
        moved = w - lr * grad
        return SoftThreshold(w, grad, lr, decay) if w and grad and abs(abs(moved) - lr * decay) > 0.001 else None

    def formula(self, s: SoftThreshold) -> float:
        v, threshold = s.w - s.lr * s.grad, s.lr * s.decay
        return v - threshold if v > threshold else v + threshold if v < -threshold else 0.0

    def stem(self, s: SoftThreshold) -> Text:
        return Text(
            f"One step of proximal gradient descent (ISTA: gradient step, then soft thresholding) with learning rate {num(s.lr)} minimises "
            f"the data loss plus λ|w| with λ = {num(s.decay)}. The weight is {num(s.w)}, the gradient of the data loss "
            f"{num(s.grad)}. What is "
            "the weight afterwards?",
            f"用近端梯度下降（ISTA：先走梯度步，再做软阈值）以学习率 {num(s.lr)} 走一步，最小化数据损失与 λ|w| 之和，λ = {num(s.decay)}。"
            f"权重为 {num(s.w)}，数据损失的梯度为 {num(s.grad)}。此后权重是多少？",
        )

    def solution(self, s: SoftThreshold) -> Text:
        moved = s.w - s.lr * s.grad
        step = rf"v = {num(s.w)} - {num(s.lr)} \cdot {signed(s.grad)} = {num(moved)}"
        threshold = rf"{num(s.lr)} \cdot {num(s.decay)} = {num(s.lr * s.decay)}"
        return Text(
            f"Gradient step: ${step}$. Threshold: ${threshold}$. The magnitude shrinks by it, to 0 at most: {num(self.formula(s))}.",
            f"梯度步：${step}$。阈值：${threshold}$。绝对值减去阈值，最多减到 0：{num(self.formula(s))}。",
        )


def _crossed(s: SoftThreshold) -> float:
    moved = s.w - s.lr * s.grad
    return float(moved - s.lr * s.decay * _sign(moved))


MODEL = ItemModel(
    name="l1_step",
    version=1,
    topic="regularisation",
    title=Text("A step with an L1 penalty", "带 L1 惩罚的一步"),
    questions=(L1Subgradient(), Proximal()),
)
