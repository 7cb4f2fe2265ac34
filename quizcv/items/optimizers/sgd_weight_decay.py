"""SGD with weight decay, which PyTorch adds to the gradient."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import WeightQuestion, given, gradients, joined, numbered, some_grads
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.optimizers import SgdDecay, SgdDecayFound


class Decayed(WeightQuestion):
    """Source: documentation of torch.optim.SGD; the decay is added to the gradient."""

    spec = SgdDecay
    optimizer = "SGD"
    rule = r"$g' = g + \lambda w$, $w \leftarrow w - \eta g'$"
    mistakes = (
        Mistake("The weight decay was left out.", "漏掉了权重衰减。", lambda s: s.w - s.lr * sum(s.grads)),
        Mistake(
            "The decay is part of the gradient, so it is multiplied by the learning rate too.",
            "衰减是梯度的一部分，也要乘以学习率。",
            lambda s: _decayed(s, scale=1 / s.lr),
        ),
        Mistake(
            "PyTorch adds λw to the gradient, not 2λw: its penalty is λw²/2.",
            "PyTorch 在梯度上加的是 λw，不是 2λw：对应的惩罚项为 λw²/2。",
            lambda s: _decayed(s, scale=2),
        ),
        Mistake(
            "The decay pulls the weight towards 0; here it pushed it away.",
            "衰减把权重拉向 0；这里却推远了。",
            lambda s: _decayed(s, scale=-1),
        ),
        Mistake(
            "The decay is proportional to the weight, not to its sign: that would be L1.",
            "衰减正比于权重本身，而不是其符号；后者是 L1。",
            lambda s: (
                s.w - s.lr * (s.grads[0] + (s.weight_decay if s.w > 0 else -s.weight_decay))
                if len(s.grads) == 1
                else None
            ),
        ),
        Mistake(
            "In later steps the decay follows the weight as it is by then, not the first one.",
            "后面各步的衰减按当时的权重计算，而不是初始权重。",
            lambda s: s.w - s.lr * sum(grad + s.weight_decay * s.w for grad in s.grads),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SgdDecay | None:
        grads, w = some_grads(draw, level), draw.decimal(-5, 5, 1)
        if grads is None or abs(w) < 1:
            return None
        if level == 1:
            return SgdDecay(w, grads, draw.choice((0.1, 0.2, 0.5)), draw.choice((0.01, 0.05, 0.1)))
        return SgdDecay(w, grads, draw.decimal(0.05, 0.8, 2), draw.decimal(0.02, 0.3, 2))

    def formula(self, s: SgdDecay) -> float:
        return _decayed(s)

    def code(self, s: SgdDecay) -> str:
        return f"lr={num(s.lr)}, weight_decay={num(s.weight_decay)}"

    def lines(self, s: SgdDecay) -> list[tuple[str, ...]]:
        w = s.w
        lines: list[tuple[str, ...]] = []
        for grad in s.grads:
            full = grad + s.weight_decay * w
            new = w - s.lr * full
            lines.append(
                (
                    rf"g' = {num(grad)} + {num(s.weight_decay)} \cdot {signed(w)} = {num(full)}",
                    rf"w = {num(w)} - {num(s.lr)} \cdot {signed(full)} = {num(new)}",
                )
            )
            w = new
        return lines


def _decayed(s: SgdDecay, scale: float = 1) -> float:
    w = s.w
    for grad in s.grads:
        w -= s.lr * (grad + scale * s.weight_decay * w)
    return w


class Decay(Question[SgdDecayFound]):
    """One step solved for the decay."""

    spec = SgdDecayFound
    answer = Number(decimals=3)
    levels = (3,)
    find = "weight_decay"
    rule = r"$\lambda = ((w - w')/\eta - g)/w$"
    mistakes = (
        Mistake(
            "The decay is multiplied by the learning rate as well: divide by it.",
            "衰减也乘了学习率：应再除以学习率。",
            lambda s: (s.w - s.w_new - s.lr * s.grad) / s.w,
        ),
        Mistake(
            "That is λw, the share of the decay in the gradient.",
            "这是 λw，即衰减在梯度中的部分。",
            lambda s: (s.w - s.w_new) / s.lr - s.grad,
        ),
        Mistake(
            "The gradient of the loss was not subtracted first.",
            "没有先减去损失的梯度。",
            lambda s: (s.w - s.w_new) / s.lr / s.w,
        ),
        Mistake(
            "PyTorch adds λw to the gradient, not 2λw.",
            "PyTorch 在梯度上加的是 λw，不是 2λw。",
            lambda s: ((s.w - s.w_new) / s.lr - s.grad) / s.w / 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SgdDecayFound | None:
        w, grad, lr, decay = (
            draw.decimal(-5, 5, 1),
            draw.decimal(-2, 2, 1),
            draw.choice((0.1, 0.2, 0.5)),
            draw.decimal(0.02, 0.4, 2),
        )
        w_new = round(w - lr * (grad + decay * w), 5)
        return SgdDecayFound(w, grad, lr, w_new) if abs(w) >= 1 and grad != 0 else None

    def formula(self, s: SgdDecayFound) -> float:
        return ((s.w - s.w_new) / s.lr - s.grad) / s.w

    def stem(self, s: SgdDecayFound) -> Text:
        return joined(
            given("SGD", f"lr={num(s.lr)}, weight_decay=?", w=s.w),
            gradients([s.grad]),
            Text(
                f"After this step w is {num(s.w_new)}. What is the weight decay?",
                f"这一步之后 w 为 {num(s.w_new)}。权重衰减系数是多少？",
            ),
        )

    def solution(self, s: SgdDecayFound) -> Text:
        full = (s.w - s.w_new) / s.lr
        return numbered(
            [
                (
                    rf"g + \lambda w = ({num(s.w)} - {signed(s.w_new)})/{num(s.lr)} = {num(full)}",
                    rf"\lambda = ({num(full)} - {signed(s.grad)})/{signed(s.w)} = {num(self.formula(s))}",
                )
            ]
        )


MODEL = ItemModel(
    "sgd_weight_decay_step", 1, "optimizers", Text("SGD with weight decay", "带权重衰减的 SGD"), (Decayed(), Decay())
)
