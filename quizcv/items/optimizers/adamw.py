"""AdamW: weight decay decoupled from the gradient."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers import _adam
from quizcv.items.optimizers._adam import end, path
from quizcv.items.optimizers._decay import NO_DECAY, Decayed
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import (
    EPS_SHOWS,
    epsilon,
    given,
    gradients,
    joined,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adam import AdamW, AdamWDecay


class Decoupled(Decayed):
    """Source: Loshchilov and Hutter 2019; documentation of torch.optim.AdamW."""

    spec = AdamW
    optimizer = "AdamW"
    rule = Text(
        (
            r"$w \leftarrow w (1 - \eta \lambda)$, then Adam's step: $w \leftarrow w - \eta \hat m/(\sqrt{\hat v} "
            r"+ \epsilon)$"
        ),
        (
            r"先 $w \leftarrow w (1 - \eta \lambda)$，再做 Adam 更新：$w \leftarrow w - \eta \hat m/(\sqrt{\hat v} + "
            r"\epsilon)$"
        ),
    )
    mistakes = (
        Mistake(
            "That is L2 in the gradient, which Adam's denominator rescales; AdamW shrinks the weight itself.",
            "这是加在梯度里的 L2，会被 Adam 的分母一并缩放；AdamW 直接缩小权重。",
            lambda s: end(s, l2=s.weight_decay),
        ),
        NO_DECAY,
        Mistake(
            "In PyTorch the decay is multiplied by the learning rate too: 1 − ηλ.",
            "PyTorch 中衰减也乘以学习率：1 − ηλ。",
            lambda s: end(s, decay=s.weight_decay / s.lr),
        ),
        Mistake(
            "The bias correction is missing.", "漏了偏差修正。", lambda s: end(s, decay=s.weight_decay, corrected=False)
        ),
        Mistake(
            "The decay shrinks the weight; here it grew.",
            "衰减使权重变小；这里变大了。",
            lambda s: end(s, decay=-s.weight_decay),
        ),
        Mistake("The root of v was left out.", "漏了对 v 开方。", lambda s: end(s, decay=s.weight_decay, root=False)),
        Mistake(
            "ε is added to the root, not under it.",
            "ε 加在根号外，而不是根号内。",
            lambda s: end(s, decay=s.weight_decay, inside=True) if s.eps >= EPS_SHOWS else None,
        ),
    )

    def formula(self, s: AdamW) -> float:
        return end(s, decay=s.weight_decay)

    def lines(self, s: AdamW) -> list[tuple[str, ...]]:
        before, w = None, s.w
        found: list[tuple[str, ...]] = []
        for t, now in enumerate(path(s, decay=s.weight_decay), 1):
            shrunk = rf"w = {signed(w)} \cdot (1 - {num(s.lr)} \cdot {num(s.weight_decay)}) = {num(now.start)}"
            found.append((shrunk, *_adam.moments(s, t, now, before), *_adam.corrections(s, t, now), _adam.move(s, now)))
            before, w = now, now.w
        return found


class Found(Question[AdamWDecay]):
    """The first step, of which Adam's share is known, solved for the decay."""

    spec = AdamWDecay
    answer = Number(decimals=3)
    levels = (3,)
    find = "weight_decay"
    rule = Text(
        r"$w' = w(1 - \eta\lambda) - \eta \hat g$ with $\hat g = g/(|g| + \epsilon)$ in the first step",
        r"$w' = w(1 - \eta\lambda) - \eta \hat g$，第一步中 $\hat g = g/(|g| + \epsilon)$",
    )
    mistakes = (
        Mistake(
            "Adam's own step, which has the size of the learning rate here, was not subtracted.",
            "没有减去 Adam 自身的更新量（这里等于学习率）。",
            lambda s: (s.w - s.w_new) / (s.lr * s.w),
        ),
        Mistake(
            "The learning rate multiplies the decay: divide by it.",
            "衰减乘了学习率：要除以它。",
            lambda s: (s.w - s.w_new - s.lr) / s.w,
        ),
        Mistake(
            "The decay is proportional to the weight: divide by w.",
            "衰减与权重成正比：要除以 w。",
            lambda s: (s.w - s.w_new - s.lr) / s.lr,
        ),
        Mistake(
            "Adam's first step is η·sign(g), not ηg.",
            "Adam 第一步的更新量是 η·sign(g)，而不是 ηg。",
            lambda s: (s.w - s.w_new - s.lr * s.grad) / (s.lr * s.w),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdamWDecay | None:
        w, grad, lr, decay = (
            draw.decimal(1, 5, 1),
            draw.decimal(0.2, 3, 1),
            draw.choice((0.01, 0.02, 0.05, 0.1)),
            draw.decimal(0.02, 0.4, 2),
        )
        return AdamWDecay(w, grad, lr, round(w - lr * decay * w - lr, 6)) if grad != 1 else None

    def formula(self, s: AdamWDecay) -> float:
        return (s.w - s.w_new - s.lr * s.grad / (s.grad + s.eps)) / (s.lr * s.w)

    def stem(self, s: AdamWDecay) -> Text:
        return joined(
            given(
                "AdamW", f"lr={num(s.lr)}, betas=({num(s.beta1)}, {num(s.beta2)}), weight_decay=?", epsilon(s.eps), s.w
            ),
            gradients([s.grad]),
            Text(
                f"After this step w is {num(s.w_new, 8)}. What is the weight decay?",
                f"这一步之后 w 为 {num(s.w_new, 8)}。权重衰减系数是多少？",
            ),
        )

    def solution(self, s: AdamWDecay) -> Text:
        m_hat = rf"\hat m = (1 - {num(s.beta1)}) \cdot {num(s.grad)}/(1 - {num(s.beta1)}) = {num(s.grad)}"
        v_hat = rf"\sqrt{{\hat v}} = \sqrt{{(1 - {num(s.beta2)}) \cdot {num(s.grad)}^2/(1 - {num(s.beta2)})}} = {num(s.grad)}"
        own = (
            rf"{num(s.lr)} \cdot {num(s.grad)}/({num(s.grad)} + {num(s.eps)}) = {num(s.lr * s.grad / (s.grad + s.eps))}"
        )
        rest = s.w - s.w_new - s.lr * s.grad / (s.grad + s.eps)
        decay = rf"\lambda = {num(rest)}/({num(s.lr)} \cdot {num(s.w)}) = {num(self.formula(s))}"
        left = f"{num(s.w)} - {signed(s.w_new, 8)} - {num(s.lr)} = {num(rest)}"
        return Text(
            f"First step: ${m_hat}$, ${v_hat}$; Adam's share is ${own}$.\n\nThe decay's share: ${left}$, so ${decay}$.",
            f"第一步：${m_hat}$，${v_hat}$；Adam 的更新量为 ${own}$。\n\n衰减的部分：${left}$，故 ${decay}$。",
        )


MODEL = ItemModel("adamw_step", 1, "optimizers", Text("Steps of AdamW", "AdamW 的更新"), (Decoupled(), Found()))
