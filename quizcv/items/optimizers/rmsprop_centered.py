"""Centered RMSprop: the running variance of the gradients takes the place of their mean square."""

from __future__ import annotations

from math import sqrt
from typing import Any, ClassVar

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.optimizers._numbers import num, signed, weight
from quizcv.items.optimizers._steps import (
    EPS_SHOWS,
    WeightQuestion,
    epsilon,
    gradients,
    joined,
    numbered,
    small_eps,
    some_grads,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adaptive import CenteredGap, RmsPropCentered


def _path(
    s: RmsPropCentered, *, center: float = 1, root: bool = True, inside: bool = False, squared: bool = True
) -> list[tuple[float, float, float, float]]:
    """Per step the mean square, the mean, the variance and the new weight, with parts of the rule replaced."""
    w, square, mean, path = s.w, 0.0, 0.0, []
    for grad in s.grads:
        square = s.alpha * square + (1 - s.alpha) * grad * grad
        mean = s.alpha * mean + (1 - s.alpha) * grad
        variance = square - center * (mean * mean if squared else abs(mean))
        if variance < 0:
            return []
        below = sqrt(variance + s.eps) if inside else (sqrt(variance) if root else variance) + s.eps
        w -= s.lr * grad / below
        path.append((square, mean, variance, w))
    return path


def _end(s: RmsPropCentered, **parts: float | bool) -> float | None:
    path = _path(s, **parts)  # type: ignore[arg-type]
    return path[-1][-1] if path else None


def _weight(s: RmsPropCentered) -> float:
    path = _path(s)
    if not path:
        raise ValueError("the variance is negative by rounding")
    return path[-1][-1]


class Weight(WeightQuestion):
    """Source: Graves 2013, equations 38-45; documentation of torch.optim.RMSprop, `centered`."""

    spec: ClassVar[type[Any]] = RmsPropCentered
    optimizer = "RMSprop"
    rule = (
        r"$v = \alpha v + (1 - \alpha) g^2$, $\bar g = \alpha \bar g + (1 - \alpha) g$, "
        r"$w \leftarrow w - \eta g/(\sqrt{v - \bar g^2} + \epsilon)$"
    )
    mistakes: ClassVar[tuple[Mistake[Any], ...]] = (
        Mistake(
            "That is plain RMSprop: the squared mean was not subtracted.",
            "这是普通 RMSprop：没有减去均值的平方。",
            lambda s: _end(s, center=0),
        ),
        Mistake("The root was left out.", "漏了开方。", lambda s: _end(s, root=False)),
        Mistake(
            "The squared mean is subtracted, not added.", "均值的平方应减去，而不是加上。", lambda s: _end(s, center=-1)
        ),
        Mistake(
            "The mean is squared before it is subtracted.", "均值要先平方再减去。", lambda s: _end(s, squared=False)
        ),
        Mistake(
            "PyTorch adds ε to the root, not under it.",
            "PyTorch 把 ε 加在根号外，而不是根号内。",
            lambda s: _end(s, inside=True) if s.eps >= EPS_SHOWS else None,
        ),
        Mistake(
            "That is plain SGD: the step is divided by a standard deviation.",
            "这是普通 SGD：更新量还要除以标准差。",
            lambda s: s.w - s.lr * sum(s.grads),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RmsPropCentered | None:
        grads, w = some_grads(draw, level, 4), draw.decimal(-3, 3, 1)
        if grads is None or (level == 2 and grads[0] == grads[-1]):
            return None
        alpha, eps = draw.choice((0.5, 0.8, 0.9)), small_eps(draw, level)
        return RmsPropCentered(w, grads, draw.choice((0.05, 0.1, 0.2, 0.5)), alpha, eps)

    def formula(self, s: RmsPropCentered) -> float:
        return _weight(s)

    def code(self, s: RmsPropCentered) -> str:
        return f"lr={num(s.lr)}, alpha={num(s.alpha)}, centered=True"

    def math(self, s: RmsPropCentered) -> str:
        return epsilon(s.eps)

    def lines(self, s: RmsPropCentered) -> list[tuple[str, ...]]:
        w, square, mean = s.w, 0.0, 0.0
        lines: list[tuple[str, ...]] = []
        for grad, (new, middle, variance, moved) in zip(s.grads, _path(s), strict=True):
            old, share = num(s.alpha), num(1 - s.alpha)
            lines.append(
                (
                    rf"v = {old} \cdot {num(square)} + {share} \cdot {signed(grad)}^2 = {num(new)}",
                    rf"\bar g = {old} \cdot {signed(mean)} + {share} \cdot {signed(grad)} = {num(middle)}",
                    rf"v - \bar g^2 = {num(new)} - {signed(middle)}^2 = {num(variance)}",
                    rf"w = {weight(w)} - {num(s.lr)} \cdot {signed(grad)}/(\sqrt{{{num(variance)}}} + {num(s.eps)}) = {weight(moved)}",
                )
            )
            w, square, mean = moved, new, middle
        return lines


class Gap(Weight):
    """What centering changes."""

    spec = CenteredGap
    answer = Number(decimals=4)
    levels = (3,)
    find = "gap"
    rule = r"$w_c - w_p = -\eta \sum_t g_t (1/(\sqrt{v_t - \bar g_t^2} + \epsilon) - 1/(\sqrt{v_t} + \epsilon))$"
    mistakes = (
        Mistake(
            "The sign: plain RMSprop's weight is subtracted from the centered one's.",
            "符号错误：应为中心化 RMSprop 的权重减去普通 RMSprop 的权重。",
            lambda s: _plain(s) - _path(s)[-1][-1],
        ),
        Mistake(
            "That is the whole displacement of the centered steps, not the difference.",
            "这是中心化更新的总位移，而不是差值。",
            lambda s: _path(s)[-1][-1] - s.w,
        ),
        Mistake(
            "That is the whole displacement of the plain steps, not the difference.",
            "这是普通更新的总位移，而不是差值。",
            lambda s: _plain(s) - s.w,
        ),
        Mistake(
            "The squared mean is subtracted, not added.",
            "均值的平方应减去，而不是加上。",
            lambda s: _path(s, center=-1)[-1][-1] - _plain(s),
        ),
        Mistake(
            "The roots were left out.",
            "漏了开方。",
            lambda s: _path(s, root=False)[-1][-1] - _path(s, root=False, center=0)[-1][-1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> CenteredGap | None:
        grads, w = some_grads(draw, draw.integer(1, 2), 4), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        return CenteredGap(w, grads, draw.choice((0.1, 0.2, 0.5)), draw.choice((0.5, 0.8, 0.9)), 1e-8)

    def formula(self, s: RmsPropCentered) -> float:
        return _weight(s) - _plain(s)

    def stem(self, s: RmsPropCentered) -> Text:
        options = f"lr={num(s.lr)}, alpha={num(s.alpha)}"
        return joined(
            Text(
                f"PyTorch's `optim.RMSprop({options})`, with ${epsilon(s.eps)}$, updates two copies of the weight w = {num(s.w)}, "
                "once with `centered=True` and once without; all other options are at their defaults. Both get the same gradients.",
                f"用 PyTorch 的 `optim.RMSprop({options})`（${epsilon(s.eps)}$）更新权重 w = {num(s.w)} 的两个副本，"
                "一个设 `centered=True`，一个不设，其余选项取默认值。两者梯度相同。",
            ),
            gradients(s.grads),
            Text(
                "What is the weight of the centered optimizer minus the other one after that?",
                "之后，用中心化 RMSprop 更新的权重减去另一个权重等于多少？",
            ),
        )

    def solution(self, s: RmsPropCentered) -> Text:
        plain, w = [], s.w
        for grad, (square, *_) in zip(s.grads, _path(s, center=0), strict=True):
            new = w - s.lr * grad / (sqrt(square) + s.eps)
            below = rf"\sqrt{{{num(square)}}} + {num(s.eps)}"
            plain.append(rf"w = {weight(w)} - {num(s.lr)} \cdot {signed(grad)}/({below}) = {weight(new)}")
            w = new
        listed = ", ".join(f"${line}$" for line in plain), "，".join(f"${line}$" for line in plain)
        gap = f"{weight(_path(s)[-1][-1])} - {signed(round(w, 6))} = {weight(self.formula(s))}"
        end = Text(
            f"Without centering: {listed[0]}.\n\nThe difference: ${gap}$.",
            f"不中心化时：{listed[1]}。\n\n差值：${gap}$。",
        )
        return numbered(self.lines(s), end)


def _plain(s: RmsPropCentered) -> float:
    return _path(s, center=0)[-1][-1]


MODEL = ItemModel(
    "rmsprop_centered_step", 1, "optimizers", Text("Centered RMSprop", "中心化的 RMSprop"), (Weight(), Gap())
)
