"""What L2 weight decay does to a weight in a step of SGD."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.penalties import L2DecayStep, L2Shrink

RATES = (0.05, 0.1, 0.2, 0.5)
DECAYS = (0.01, 0.02, 0.05, 0.1, 0.2)
FOUR = Number(decimals=4)


def given(grads: tuple[float, ...]) -> Text:
    if len(grads) == 1:
        return Text(f"The gradient of the data loss is {num(grads[0])}.", f"数据损失的梯度为 {num(grads[0])}。")
    count = len(grads)
    return Text(
        f"The gradients of the data loss in the first {count} steps are {vector(grads)}.",
        f"前 {count} 步数据损失的梯度依次为 {vector(grads)}。",
    )


def asked_for(grads: tuple[float, ...]) -> Text:
    if len(grads) == 1:
        return Text("What is w after one step?", "走一步之后 w 是多少？")
    return Text(f"What is w after these {len(grads)} steps?", f"这 {len(grads)} 步之后 w 是多少？")


def draw_step(draw: Draw, level: int) -> tuple[float, tuple[float, ...], float, float] | None:
    """w, gradients, lr, decay."""
    w, grads = draw.decimal(-3, 3, 1), draw.decimals(1 if level == 1 else draw.integer(2, 3), -2, 2, 1)
    return (w, grads, draw.choice(RATES), draw.choice(DECAYS)) if abs(w) >= 0.3 and all(grads) else None


def _l2(s: L2DecayStep, factor: float = 1.0, *, scaled: bool = True) -> float:
    """The weight, with another strength of the decay, or with a decay that the rate does not scale."""
    w = s.w
    for grad in s.grads:
        pull = factor * s.weight_decay * w
        w = w - s.lr * (grad + pull) if scaled else w - s.lr * grad - pull
    return w


class L2Step(Question[L2DecayStep]):
    """Source: documentation of torch.optim.SGD: the decay is the gradient of λ/2·Σw²."""

    spec = L2DecayStep
    answer = FOUR
    levels = (1, 2)
    rule = r"$w \leftarrow w - \eta (g + \lambda w)$"
    mistakes = (
        Mistake("The weight decay was left out.", "漏掉了权重衰减。", lambda s: _l2(s, 0.0)),
        Mistake(
            "The learning rate multiplies the decay too.",
            "衰减项同样要乘以学习率。",
            lambda s: _l2(s, scaled=False),
        ),
        Mistake(
            "PyTorch's weight decay is the gradient of λ/2·w²: λw, not 2λw.",
            "PyTorch 的权重衰减是 λ/2·w² 的梯度：λw，不是 2λw。",
            lambda s: _l2(s, 2.0),
        ),
        Mistake(
            "The decay pulls the weight towards 0, not away.",
            "衰减把权重拉向 0，而不是推离 0。",
            lambda s: _l2(s, -1.0),
        ),
        Mistake(
            "Every step starts where the one before ended.",
            "每一步都从上一步的终点出发。",
            lambda s: s.w - s.lr * (s.grads[-1] + s.weight_decay * s.w),
        ),
    )

    def sample(self, draw: Draw, level: int) -> L2DecayStep | None:
        drawn = draw_step(draw, level)
        return L2DecayStep(*drawn) if drawn else None

    def formula(self, s: L2DecayStep) -> float:
        w = s.w
        for grad in s.grads:
            w = (1 - s.lr * s.weight_decay) * w - s.lr * grad
        return w

    def stem(self, s: L2DecayStep) -> Text:
        grads, asked = given(s.grads), asked_for(s.grads)
        return Text(
            f"PyTorch's `SGD(lr={num(s.lr)}, weight_decay={num(s.weight_decay)})` (no momentum) updates the weight w = {num(s.w)}. "
            f"{grads.en} {asked.en}",
            f"用 PyTorch 的 `SGD(lr={num(s.lr)}, weight_decay={num(s.weight_decay)})`（无动量）更新权重 w = {num(s.w)}。"
            f"{grads.zh}{asked.zh}",
        )

    def solution(self, s: L2DecayStep) -> Text:
        w, lines = s.w, []
        for grad in s.grads:
            new = w - s.lr * (grad + s.weight_decay * w)
            pull = rf"{signed(grad)} + {num(s.weight_decay)} \cdot {signed(w)}"
            lines.append(rf"${num(w)} - {num(s.lr)} \cdot ({pull}) = {num(new)}$")
            w = new
        return Text(
            "The decay is added to the gradient:\n\n" + "\n\n".join(lines),
            "衰减项加到梯度上：\n\n" + "\n\n".join(lines),
        )


class Shrink(Question[L2Shrink]):
    """Decay alone."""

    spec = L2Shrink
    answer = FOUR
    levels = (3,)
    find = "shrink"
    rule = r"$w_n = w_0 (1 - \eta \lambda)^n$"
    mistakes = (
        Mistake(
            "Each step shrinks what the step before left; it does not take away the same amount.",
            "每一步缩小的是上一步剩下的部分，而不是每次减去同样的量。",
            lambda s: s.w * (1 - s.steps * s.lr * s.weight_decay),
        ),
        Mistake(
            "The learning rate multiplies the decay.",
            "衰减要乘以学习率。",
            lambda s: s.w * (1 - s.weight_decay) ** s.steps,
        ),
        Mistake("One step is missing.", "少算了一步。", lambda s: s.w * (1 - s.lr * s.weight_decay) ** (s.steps - 1)),
        Mistake(
            "PyTorch's weight decay is the gradient of λ/2·w²: λw, not 2λw.",
            "PyTorch 的权重衰减是 λ/2·w² 的梯度：λw，不是 2λw。",
            lambda s: s.w * (1 - 2 * s.lr * s.weight_decay) ** s.steps,
        ),
        Mistake("Without a gradient the weight still decays.", "没有梯度时权重仍会衰减。", lambda s: s.w),
    )

    def sample(self, draw: Draw, level: int) -> L2Shrink | None:
        w, lr, decay = draw.decimal(-4, 4, 1), draw.choice((0.1, 0.2, 0.5)), draw.choice((0.05, 0.1, 0.2))
        return L2Shrink(w, lr, decay, draw.integer(5, 20)) if abs(w) >= 0.5 else None

    def formula(self, s: L2Shrink) -> float:
        return float(s.w * (1 - s.lr * s.weight_decay) ** s.steps)

    def stem(self, s: L2Shrink) -> Text:
        return Text(
            f"PyTorch's `SGD(lr={num(s.lr)}, weight_decay={num(s.weight_decay)})` (no momentum) updates the weight w = "
            f"{num(s.w)}, for which "
            f"the gradient of the data loss is 0 in every step. What is w after {s.steps} steps?",
            f"用 PyTorch 的 `SGD(lr={num(s.lr)}, weight_decay={num(s.weight_decay)})`（无动量）更新权重 w = {num(s.w)}，"
            "每一步中数据损失对它的梯度都为 0。"
            f"{s.steps} 步之后 w 是多少？",
        )

    def solution(self, s: L2Shrink) -> Text:
        factor = 1 - s.lr * s.weight_decay
        steps = rf"1 - {num(s.lr)} \cdot {num(s.weight_decay)} = {num(factor)}"
        last = rf"{num(s.w)} \cdot {num(factor)}^{{{s.steps}}} = {num(self.formula(s))}"
        return Text(
            f"Every step multiplies the weight by ${steps}$: ${last}$.", f"每一步把权重乘以 ${steps}$：${last}$。"
        )


MODEL = ItemModel(
    name="l2_decay_step",
    version=1,
    topic="regularisation",
    title=Text("A step with L2 weight decay", "带 L2 权重衰减的一步"),
    questions=(L2Step(), Shrink()),
)
