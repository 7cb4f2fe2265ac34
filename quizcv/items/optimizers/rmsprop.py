"""RMSprop as PyTorch has it: ε is added to the root; centered, the variance takes the place of the mean square."""

from __future__ import annotations

from math import sqrt

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed, weight
from quizcv.items.optimizers._steps import (
    EPS_SHOWS,
    WeightQuestion,
    epsilon,
    given,
    gradients,
    joined,
    numbered,
    small_eps,
    some_grads,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adaptive import RmsProp, RmsPropAlpha


def _path(
    s: RmsProp,
    *,
    root: bool = True,
    inside: bool = False,
    swapped: bool = False,
    momentum: float | None = None,
    start: bool = False,
) -> list[tuple[float, float, float]]:
    """Per step the mean square, the buffer and the new weight, with parts of the rule replaced."""
    momentum = s.momentum if momentum is None else momentum
    keep = 1 - s.alpha if swapped else s.alpha
    w, square, buffer = s.w, 0.0, 0.0
    path: list[tuple[float, float, float]] = []
    for grad in s.grads:
        square = grad * grad if start and not path else keep * square + (1 - keep) * grad * grad
        below = sqrt(square + s.eps) if inside else (sqrt(square) if root else square) + s.eps
        buffer = momentum * buffer + grad / below
        w -= s.lr * buffer
        path.append((square, buffer, w))
    return path


class Weight(WeightQuestion):
    """Source: Hinton's lecture 6e; documentation of torch.optim.RMSprop."""

    spec = RmsProp
    optimizer = "RMSprop"
    rule = Text(
        (
            r"$v = \alpha v + (1 - \alpha) g^2$ from $v = 0$, $b = \mu b + g/(\sqrt{v} + \epsilon)$, $w "
            r"\leftarrow w - \eta b$"
        ),
        (
            r"$v = \alpha v + (1 - \alpha) g^2$（$v$ 从 0 开始），$b = \mu b + g/(\sqrt{v} + \epsilon)$，$w \leftarrow w "
            r"- \eta b$"
        ),
    )
    mistakes = (
        Mistake(
            "The root was left out: divide by √v.", "漏了开方：应除以 √v。", lambda s: _path(s, root=False)[-1][-1]
        ),
        Mistake(
            "α keeps the old mean; the new square enters with 1 − α.",
            "α 是旧均值的权重；新的平方以 1 − α 进入。",
            lambda s: _path(s, swapped=True)[-1][-1],
        ),
        Mistake(
            "PyTorch adds ε to the root, not under it.",
            "PyTorch 把 ε 加在根号外，而不是根号内。",
            lambda s: _path(s, inside=True)[-1][-1] if s.eps >= EPS_SHOWS else None,
        ),
        Mistake(
            "That is plain SGD: RMSprop divides by √v.",
            "这是普通 SGD：RMSprop 还要除以 √v。",
            lambda s: s.w - s.lr * sum(s.grads),
        ),
        Mistake(
            "The mean square starts at 0, not at the first square: RMSprop corrects no bias.",
            "平方均值从 0 开始，而不是第一个平方：RMSprop 不做偏差修正。",
            lambda s: _path(s, start=True)[-1][-1],
        ),
        Mistake("The momentum was left out.", "漏掉了动量。", lambda s: _path(s, momentum=0)[-1][-1]),
    )

    def sample(self, draw: Draw, level: int) -> RmsProp | None:
        grads, w = some_grads(draw, level, 4), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        alpha, eps = draw.choice((0.9, 0.99)), small_eps(draw, level)
        if level == 1:
            return RmsProp(w, grads, draw.choice((0.01, 0.02, 0.05, 0.1)), alpha, eps)
        return RmsProp(w, grads, draw.decimal(0.01, 0.2, 2), alpha, eps, draw.choice((0.0, 0.5, 0.9)))

    def formula(self, s: RmsProp) -> float:
        return _path(s)[-1][-1]

    def code(self, s: RmsProp) -> str:
        return f"lr={num(s.lr)}, alpha={num(s.alpha)}, momentum={num(s.momentum)}"

    def math(self, s: RmsProp) -> str:
        return epsilon(s.eps)

    def lines(self, s: RmsProp) -> list[tuple[str, ...]]:
        w, square, buffer = s.w, 0.0, 0.0
        lines: list[tuple[str, ...]] = []
        for grad, (new, after, moved) in zip(s.grads, _path(s), strict=True):
            lines.append(
                (
                    rf"v = {num(s.alpha)} \cdot {num(square)} + {num(1 - s.alpha)} \cdot {signed(grad)}^2 = {num(new)}",
                    rf"b = {num(s.momentum)} \cdot {signed(buffer)} + {signed(grad)}/(\sqrt{{{num(new)}}} + {num(s.eps)}) "
                    rf"= {num(after)}",
                    rf"w = {weight(w)} - {num(s.lr)} \cdot {signed(after)} = {weight(moved)}",
                )
            )
            w, square, buffer = moved, new, after
        return lines


class Alpha(Question[RmsPropAlpha]):
    """The first step solved for α."""

    spec = RmsPropAlpha
    answer = Number(decimals=3)
    levels = (3,)
    find = "alpha"
    rule = r"$\sqrt{(1 - \alpha) g^2} = \eta |g|/|w - w'| - \epsilon$"
    mistakes = (
        Mistake("That is 1 − α.", "这是 1 − α。", lambda s: 1 - _alpha(s)),
        Mistake(
            "The square was left out: 1 − α is the square of η/|w − w′|.",
            "漏了平方：1 − α 等于 η/|w − w′| 的平方。",
            lambda s: 1 - s.lr / abs(s.w - s.w_new),
        ),
        Mistake(
            "The gradient cancels; it must not divide once more.",
            "梯度会约掉；不应再除一次。",
            lambda s: 1 - (s.lr / ((s.w - s.w_new) * s.grad)) ** 2,
        ),
        Mistake("That is the root of 1 − α.", "这是 1 − α 的平方根。", lambda s: s.lr / abs(s.w - s.w_new)),
    )

    def sample(self, draw: Draw, level: int) -> RmsPropAlpha | None:
        w, grad, lr = draw.decimal(-3, 3, 1), draw.decimal(-4, 4, 1), draw.choice((0.05, 0.1, 0.2))
        alpha = draw.decimal(0.6, 0.98, 2)
        if abs(grad) < 0.2:
            return None
        w_new = round(w - lr * (1 if grad > 0 else -1) / sqrt(1 - alpha), 4)
        return RmsPropAlpha(w, grad, lr, w_new)

    def formula(self, s: RmsPropAlpha) -> float:
        return _alpha(s)

    def stem(self, s: RmsPropAlpha) -> Text:
        return joined(
            given("RMSprop", f"lr={num(s.lr)}, alpha=?", epsilon(s.eps), s.w),
            gradients([s.grad]),
            Text(
                f"After this step w is {num(s.w_new)}. What is `alpha`?",
                f"这一步之后 w 为 {num(s.w_new)}。`alpha` 是多少？",
            ),
        )

    def solution(self, s: RmsPropAlpha) -> Text:
        way = abs(s.w - s.w_new)
        root = s.lr * abs(s.grad) / way - s.eps
        return numbered(
            [
                (
                    rf"|w' - w| = |{num(s.w_new)} - {signed(s.w)}| = {num(way)}",
                    rf"\sqrt v = {num(s.lr)} \cdot {num(abs(s.grad))}/{num(way)} - {num(s.eps)} = {num(root)}",
                    rf"1 - \alpha = v/g^2 = {num(root)}^2/{num(abs(s.grad))}^2 = {num(1 - _alpha(s))}",
                    rf"\alpha = {num(_alpha(s))}",
                )
            ]
        )


def _alpha(s: RmsPropAlpha) -> float:
    root = s.lr * abs(s.grad) / abs(s.w - s.w_new) - s.eps
    return 1 - (root / s.grad) ** 2


MODEL = ItemModel("rmsprop_step", 1, "optimizers", Text("Steps of RMSprop", "RMSprop 的更新"), (Weight(), Alpha()))
