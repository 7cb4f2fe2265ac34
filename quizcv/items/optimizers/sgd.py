"""Steps of plain SGD."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import WeightQuestion, some_grads
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.optimizers import SgdRate, SgdStep


class Steps(WeightQuestion):
    """Source: documentation of torch.optim.SGD."""

    spec = SgdStep
    answer = Number(decimals=3)
    optimizer = "SGD"
    rule = Text(
        r"$w \leftarrow w - \eta g$; with `maximize` $w + \eta g$",
        r"$w \leftarrow w - \eta g$；设 `maximize` 时 $w + \eta g$",
    )
    mistakes = (
        Mistake(
            "The step goes against the gradient when minimising and along it when maximising.",
            "最小化时沿负梯度方向走，最大化时才沿梯度方向走。",
            lambda s: s.w + (-s.lr if s.maximize else s.lr) * sum(s.grads),
        ),
        Mistake("The gradient is multiplied by the learning rate.", "梯度要乘以学习率。", lambda s: s.w - sum(s.grads)),
        Mistake(
            "Only the last step was made; every step starts where the one before ended.",
            "只走了最后一步；每一步都从上一步的终点出发。",
            lambda s: s.w + (s.lr if s.maximize else -s.lr) * s.grads[-1],
        ),
        Mistake(
            "The gradients of separate steps are not averaged; each makes its own step.",
            "各步的梯度不取平均；每个梯度各走一步。",
            lambda s: s.w + (s.lr if s.maximize else -s.lr) * sum(s.grads) / len(s.grads),
        ),
        Mistake(
            "The step is subtracted from the weight; it does not scale the weight.",
            "更新量要从权重中减去，而不是缩放权重。",
            lambda s: s.w * (1 - s.lr * sum(s.grads)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SgdStep | None:
        grads = some_grads(draw, 1 if level == 1 else draw.integer(2, 3), 4)
        w = draw.decimal(-3, 3, 1)
        if grads is None or w == 0:
            return None
        if level == 1:
            return SgdStep(w, grads, draw.choice((0.01, 0.05, 0.1, 0.2, 0.5)))
        return SgdStep(w, grads, draw.decimal(0.02, 0.5, 2), draw.chance(0.4))

    def formula(self, s: SgdStep) -> float:
        step = s.lr * sum(s.grads)
        return s.w + step if s.maximize else s.w - step

    def code(self, s: SgdStep) -> str:
        return f"lr={num(s.lr)}" + (", maximize=True" if s.maximize else "")

    def lines(self, s: SgdStep) -> list[tuple[str, ...]]:
        w = s.w
        lines: list[tuple[str, ...]] = []
        for grad in s.grads:
            new = w + s.lr * grad if s.maximize else w - s.lr * grad
            lines.append((rf"w = {num(w)} {'+' if s.maximize else '-'} {num(s.lr)} \cdot {signed(grad)} = {num(new)}",))
            w = new
        return lines


class Rate(Question[SgdRate]):
    """One step solved for the rate."""

    spec = SgdRate
    answer = Number(decimals=3)
    levels = (3,)
    find = "lr"
    rule = r"$\eta = (w - w')/g$"
    mistakes = (
        Mistake(
            "The change of the weight was multiplied by the gradient instead of divided.",
            "权重的变化量应除以梯度，而不是乘以梯度。",
            lambda s: abs((s.w - s.w_new) * s.grad),
        ),
        Mistake(
            "That is the change itself, the rate times the gradient.",
            "这是变化量本身，即学习率乘以梯度。",
            lambda s: abs(s.w - s.w_new),
        ),
        Mistake("The fraction is upside down.", "分子和分母颠倒了。", lambda s: s.grad / (s.w - s.w_new)),
        Mistake(
            "That is the relative change of the weight.", "这是权重的相对变化。", lambda s: abs((s.w - s.w_new) / s.w)
        ),
    )

    def sample(self, draw: Draw, level: int) -> SgdRate | None:
        w, grad, lr = draw.decimal(-3, 3, 1), draw.decimal(-4, 4, 1), draw.decimal(0.02, 0.8, 2)
        return SgdRate(w, grad, round(w - lr * grad, 3)) if abs(grad) >= 0.2 and w != 0 else None

    def formula(self, s: SgdRate) -> float:
        return (s.w - s.w_new) / s.grad

    def stem(self, s: SgdRate) -> Text:
        return Text(
            f"One step of plain SGD (no momentum, no weight decay) with gradient {num(s.grad)} took a weight from {num(s.w)} to "
            f"{num(s.w_new)}. What was the learning rate?",
            f"普通 SGD（无动量、无权重衰减）走了一步，梯度为 {num(s.grad)}，权重从 {num(s.w)} 变为 {num(s.w_new)}。学习率是多少？",
        )

    def solution(self, s: SgdRate) -> Text:
        steps = rf"\eta = ({num(s.w)} - {signed(s.w_new)})/{signed(s.grad)} = {num(self.formula(s))}"
        return Text(f"From $w' = w - \\eta g$: ${steps}$.", f"由 $w' = w - \\eta g$ 得 ${steps}$。")


MODEL = ItemModel("sgd_step", 1, "optimizers", Text("Steps of plain SGD", "普通 SGD 的更新"), (Steps(), Rate()))
