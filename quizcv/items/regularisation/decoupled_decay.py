"""Decoupled weight decay: AdamW shrinks the weight itself, not by way of the gradient."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.penalties import DecoupledDecay, DecoupledGap, DecoupledStep

FOUR = Number(decimals=4)
EPS = 1e-8


def _unit(grad: float) -> float:
    """Adam's first direction: m̂/(√v̂ + eps) with m̂ = g and v̂ = g²."""
    return grad / (abs(grad) + EPS)


class Decay(Question[DecoupledDecay]):
    """Source: Loshchilov and Hutter 2019, algorithm 2; documentation of torch.optim.AdamW."""

    spec = DecoupledDecay
    answer = FOUR
    levels = (1,)
    rule = Text(r"$w_n = w_0 (1 - \eta \lambda)^n$ without a gradient", r"没有梯度时 $w_n = w_0 (1 - \eta \lambda)^n$")
    mistakes = (
        Mistake(
            "That is Adam with L2: there the decay passes through the adaptive step, which makes it about lr whatever λ is.",
            "这是带 L2 的 Adam：衰减经过自适应缩放，每步约为 lr，与 λ 无关。",
            lambda s: s.w - s.steps * s.lr * (1 if s.w > 0 else -1) if abs(s.w) > s.steps * s.lr else None,
        ),
        Mistake(
            "PyTorch multiplies the decay by the learning rate.",
            "PyTorch 的衰减要乘以学习率。",
            lambda s: s.w * (1 - s.weight_decay) ** s.steps,
        ),
        Mistake("Without a gradient the weight still decays.", "没有梯度时权重仍会衰减。", lambda s: s.w),
        Mistake(
            "Each step shrinks what the step before left.",
            "每一步缩小的是上一步剩下的部分。",
            lambda s: s.w * (1 - s.steps * s.lr * s.weight_decay),
        ),
        Mistake(
            "The decay makes the weight smaller, not larger.",
            "衰减使权重变小，而不是变大。",
            lambda s: s.w * (1 + s.lr * s.weight_decay) ** s.steps,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DecoupledDecay | None:
        w, lr = draw.decimal(-4, 4, 1), draw.choice((0.01, 0.02, 0.05, 0.1))
        s = DecoupledDecay(w, lr, draw.choice((0.1, 0.2, 0.5)), draw.integer(1, 5))
        return s if abs(w) >= 1 else None

    def formula(self, s: DecoupledDecay) -> float:
        return float(s.w * (1 - s.lr * s.weight_decay) ** s.steps)

    def stem(self, s: DecoupledDecay) -> Text:
        steps = "1 step" if s.steps == 1 else f"{s.steps} steps"
        return Text(
            f"PyTorch's `AdamW(lr={num(s.lr)}, weight_decay={num(s.weight_decay)})` updates the weight w = {num(s.w)}, whose "
            "gradient is 0 in "
            f"every step from the start. What is w after {steps}?",
            f"用 PyTorch 的 `AdamW(lr={num(s.lr)}, weight_decay={num(s.weight_decay)})` 更新权重 w = {num(s.w)}，"
            f"从一开始每步的梯度都为 0。{s.steps} "
            "步之后 w 是多少？",
        )

    def solution(self, s: DecoupledDecay) -> Text:
        factor = 1 - s.lr * s.weight_decay
        steps = rf"1 - {num(s.lr)} \cdot {num(s.weight_decay)} = {num(factor)}"
        last = rf"{num(s.w)} \cdot {num(factor)}^{{{s.steps}}} = {num(self.formula(s))}"
        return Text(
            f"Both moments stay 0; every step multiplies the weight by ${steps}$: ${last}$.",
            f"两个矩都保持为 0；每一步把权重乘以 ${steps}$：${last}$。",
        )


def _given(s: DecoupledStep, name: str) -> str:
    return f"`{name}(lr={num(s.lr)}, weight_decay={num(s.weight_decay)})`"


def _draw(draw: Draw) -> tuple[float, float, float, float] | None:
    w, grad = draw.decimal(-3, 3, 1), draw.decimal(-2, 2, 1)
    rates = draw.choice((0.02, 0.05, 0.1, 0.2)), draw.choice((0.05, 0.1, 0.2, 0.3, 0.5))
    return (w, grad, *rates) if abs(w) >= 0.3 and abs(grad) >= 0.1 else None


class Step(Question[DecoupledStep]):
    """The first step, in which Adam's direction is the sign of the gradient."""

    spec = DecoupledStep
    answer = FOUR
    levels = (2,)
    find = "step"
    rule = Text(
        r"$w \leftarrow w (1 - \eta \lambda) - \eta \, g/(|g| + \epsilon)$ in the first step",
        r"第一步：$w \leftarrow w (1 - \eta \lambda) - \eta \, g/(|g| + \epsilon)$",
    )
    mistakes = (
        Mistake(
            "Adam's first step is lr in the direction of the gradient's sign, whatever its size.",
            "Adam 的第一步大小约为 lr，方向由梯度符号决定，与梯度大小无关。",
            lambda s: s.w * (1 - s.lr * s.weight_decay) - s.lr * s.grad,
        ),
        Mistake(
            "That is Adam with L2, where the decay is added to the gradient.",
            "这是带 L2 的 Adam：衰减加到了梯度上。",
            lambda s: (
                s.w - s.lr * _unit(s.grad + s.weight_decay * s.w) if abs(s.grad + s.weight_decay * s.w) > 1e-6 else None
            ),
        ),
        Mistake("The decay was left out.", "漏掉了权重衰减。", lambda s: s.w - s.lr * _unit(s.grad)),
        Mistake(
            "PyTorch multiplies the decay by the learning rate.",
            "PyTorch 的衰减要乘以学习率。",
            lambda s: s.w * (1 - s.weight_decay) - s.lr * _unit(s.grad),
        ),
        Mistake(
            "The moments are corrected for their start at 0: without that the step would be (1 − β₁)/√(1 − β₂) as long.",
            "两个矩要做偏差修正；不修正则步长变为 (1 − β₁)/√(1 − β₂) 倍。",
            lambda s: s.w * (1 - s.lr * s.weight_decay) - s.lr * _unit(s.grad) * 0.1 / 0.001**0.5,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DecoupledStep | None:
        drawn = _draw(draw)
        return DecoupledStep(*drawn) if drawn and abs(drawn[1]) != 1 else None

    def formula(self, s: DecoupledStep) -> float:
        return s.w * (1 - s.lr * s.weight_decay) - s.lr * s.grad / (abs(s.grad) + EPS)

    def stem(self, s: DecoupledStep) -> Text:
        return Text(
            f"A new {_given(s, 'AdamW')} of PyTorch (other options at their defaults, bias correction included) makes its first "
            "step on the "
            f"weight w = {num(s.w)} with the gradient {num(s.grad)}. What is w afterwards?",
            f"新建 PyTorch 的 {_given(s, 'AdamW')}（其余选项取默认值，含偏差修正），对权重 w = {num(s.w)} 走第一步，梯度为 "
            f"{num(s.grad)}。此后 w 是多少？",
        )

    def solution(self, s: DecoupledStep) -> Text:
        decayed = s.w * (1 - s.lr * s.weight_decay)
        decay = rf"{num(s.w)} \cdot (1 - {num(s.lr)} \cdot {num(s.weight_decay)}) = {num(decayed)}"
        sign = 1 if s.grad > 0 else -1
        last = rf"{num(decayed)} - {num(s.lr)} \cdot {signed(sign)} = {num(self.formula(s))}"
        return Text(
            f"Decay: ${decay}$.\n\nIn the first step $\\hat m/\\sqrt{{\\hat v}}$ is the sign of the gradient {num(s.grad)}: ${last}$.",
            f"衰减：${decay}$。\n\n第一步中 $\\hat m/\\sqrt{{\\hat v}}$ 等于梯度 {num(s.grad)} 的符号：${last}$。",
        )


def _adam(s: DecoupledGap) -> float:
    return s.w - s.lr * _unit(s.grad + s.weight_decay * s.w)


def _adamw(s: DecoupledGap) -> float:
    return s.w * (1 - s.lr * s.weight_decay) - s.lr * _unit(s.grad)


class Gap(Question[DecoupledGap]):
    """The same decay both ways."""

    spec = DecoupledGap
    answer = FOUR
    levels = (3,)
    find = "gap"
    rule = Text(
        r"AdamW $w (1 - \eta \lambda) - \eta \, \mathrm{sign}(g)$, Adam $w - \eta \, \mathrm{sign}(g + \lambda w)$",
        r"AdamW：$w (1 - \eta \lambda) - \eta \, \mathrm{sign}(g)$，Adam：$w - \eta \, \mathrm{sign}(g + \lambda w)$",
    )
    mistakes = (
        Mistake("The difference is asked for the other way round.", "差的方向反了。", lambda s: _adam(s) - _adamw(s)),
        Mistake(
            "The two are not the same: in Adam the decay passes through the adaptive step.",
            "二者并不相同：在 Adam 中衰减要经过自适应缩放。",
            lambda s: 0.0,
        ),
        Mistake(
            "In AdamW the decay is scaled by the learning rate.",
            "AdamW 的衰减要乘以学习率。",
            lambda s: s.w * (1 - s.weight_decay) - s.lr * _unit(s.grad) - _adam(s),
        ),
        Mistake("That is the weight after AdamW's step.", "这是 AdamW 走一步之后的权重。", lambda s: _adamw(s)),
        Mistake("That is the weight after Adam's step.", "这是 Adam 走一步之后的权重。", lambda s: _adam(s)),
    )

    def sample(self, draw: Draw, level: int) -> DecoupledGap | None:
        drawn = _draw(draw)
        if drawn is None:
            return None
        s = DecoupledGap(*drawn)
        return s if abs(s.grad + s.weight_decay * s.w) > 0.01 else None

    def formula(self, s: DecoupledGap) -> float:
        total = s.grad + s.weight_decay * s.w
        return s.lr * (total / (abs(total) + EPS) - s.grad / (abs(s.grad) + EPS) - s.weight_decay * s.w)

    def stem(self, s: DecoupledGap) -> Text:
        return Text(
            f"A new {_given(s, 'AdamW')} and a new {_given(s, 'Adam')} of PyTorch (other options at their defaults) each make "
            "their first step "
            f"on a weight of {num(s.w)} with the gradient {num(s.grad)}. What is the weight of AdamW minus that of Adam afterwards?",
            f"新建 PyTorch 的 {_given(s, 'AdamW')} 和 {_given(s, 'Adam')}（其余选项取默认值），各自对值为 {num(s.w)} "
            "的权重走第一步，梯度为 "
            f"{num(s.grad)}。此后 AdamW 的权重减去 Adam 的权重等于多少？",
        )

    def solution(self, s: DecoupledGap) -> Text:
        sign, total = (1 if s.grad > 0 else -1), s.grad + s.weight_decay * s.w
        adamw = rf"{num(s.w)} \cdot (1 - {num(s.lr)} \cdot {num(s.weight_decay)}) - {num(s.lr)} \cdot {signed(sign)} = {num(_adamw(s))}"
        both = rf"{num(s.grad)} + {num(s.weight_decay)} \cdot {signed(s.w)} = {num(total)}"
        adam = rf"{num(s.w)} - {num(s.lr)} \cdot {signed(1 if total > 0 else -1)} = {num(_adam(s))}"
        return Text(
            f"The first step of both is lr times a sign. AdamW: ${adamw}$.\n\nAdam takes the sign of ${both}$: ${adam}$.\n\n"
            f"Difference: {num(self.formula(s))}.",
            f"二者的第一步都是 lr 乘以符号。AdamW：${adamw}$。\n\nAdam 取 ${both}$ 的符号：${adam}$。\n\n差：{num(self.formula(s))}。",
        )


MODEL = ItemModel(
    name="decoupled_decay_step",
    version=1,
    topic="regularisation",
    title=Text("Decoupled weight decay", "解耦的权重衰减"),
    questions=(Decay(), Step(), Gap()),
)
