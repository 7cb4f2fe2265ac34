"""NAdam: Adam with Nesterov momentum, whose momentum grows from step to step."""

from __future__ import annotations

from math import sqrt
from typing import Any, ClassVar

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.optimizers import _adam
from quizcv.items.optimizers._adam import end
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
from quizcv.specs.adam import NAdam, NAdamGap


def _mu(s: NAdam, t: int) -> float:
    """The momentum of step t."""
    mu: float = s.beta1 * (1 - 0.5 * 0.96 ** (t * s.momentum_decay))
    return mu


def _path(s: NAdam, *, constant: bool = False, inside: bool = False, plain: bool = False) -> list[tuple[float, ...]]:
    """Per step m, v, the root below, the shares of g and of m, the new weight; with parts of the rule replaced."""
    w, m, v, product = s.w, 0.0, 0.0, 1.0
    path: list[tuple[float, ...]] = []
    for t, grad in enumerate(s.grads, 1):
        now, ahead = (s.beta1, s.beta1) if constant else (_mu(s, t), _mu(s, t + 1))
        product *= now
        m = s.beta1 * m + (1 - s.beta1) * grad
        v = s.beta2 * v + (1 - s.beta2) * grad * grad
        v_hat = v / (1 - s.beta2**t)
        below = sqrt(v_hat + s.eps) if inside else sqrt(v_hat) + s.eps
        share, keep = (1 - now) / (1 - product), ahead / (1 - product * ahead)
        w -= s.lr * (keep * m if plain else share * grad + keep * m) / below
        path.append((m, v, below, share, keep, w))
    return path


class Weight(WeightQuestion):
    """Source: Dozat 2016; documentation of torch.optim.NAdam."""

    spec: ClassVar[type[Any]] = NAdam
    optimizer = "NAdam"
    rule = (
        r"$\mu_t = \beta_1 (1 - 0.5 \cdot 0.96^{t\psi})$, $\hat v = v/(1 - \beta_2^t)$, $w \leftarrow w - \eta \left("
        r"\frac{1 - \mu_t}{1 - \prod_{i \le t} \mu_i} g + \frac{\mu_{t+1}}{1 - "
        r"\prod_{i \le t+1} \mu_i} m\right)/(\sqrt{\hat v} + \epsilon)$"
    )
    mistakes: ClassVar[tuple[Mistake[Any], ...]] = (
        Mistake("That is Adam, without the look-ahead.", "这是 Adam，没有向前看的一步。", lambda s: end(s)),
        Mistake(
            "The momentum is not constant: μ grows from half of β₁ towards β₁.",
            "动量不是常数：μ 从约一半的 β₁ 逐渐增大到 β₁。",
            lambda s: _path(s, constant=True)[-1][-1],
        ),
        Mistake(
            "The gradient's own share of the step was left out.",
            "漏了梯度自身的那一部分。",
            lambda s: _path(s, plain=True)[-1][-1],
        ),
        Mistake(
            "ε is added to the root, not under it.",
            "ε 加在根号外，而不是根号内。",
            lambda s: _path(s, inside=True)[-1][-1] if s.eps >= EPS_SHOWS else None,
        ),
        Mistake("That is plain SGD.", "这是普通 SGD。", lambda s: s.w - s.lr * sum(s.grads)),
        Mistake(
            "The sign: the step goes against the gradient.",
            "符号错误：应沿负梯度方向。",
            lambda s: 2 * s.w - _path(s)[-1][-1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> NAdam | None:
        grads, w = some_grads(draw, level), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        if level == 1:
            return NAdam(w, grads, draw.choice((0.02, 0.05, 0.1, 0.2)))
        betas = draw.choice(((0.9, 0.999), (0.9, 0.99), (0.8, 0.9)))
        return NAdam(
            w, grads, draw.choice((0.1, 0.2, 0.5)), *betas, small_eps(draw, level), draw.choice((0.004, 0.01, 0.1))
        )

    def formula(self, s: NAdam) -> float:
        return _path(s)[-1][-1]

    def code(self, s: NAdam) -> str:
        return f"{_adam.code(s)}, momentum_decay={num(s.momentum_decay)}"

    def math(self, s: NAdam) -> str:
        return epsilon(s.eps)

    def stem(self, s: NAdam) -> Text:
        asked = super().stem(s)
        return joined(
            Text(
                r"NAdam's momentum in step t is $\mu_t = \beta_1 (1 - 0.5 \cdot 0.96^{t\psi})$, where $\psi$ is `momentum_decay`.",
                r"NAdam 第 t 步的动量为 $\mu_t = \beta_1 (1 - 0.5 \cdot 0.96^{t\psi})$，其中 $\psi$ 为 `momentum_decay`。",
            ),
            asked,
        )

    def lines(self, s: NAdam) -> list[tuple[str, ...]]:
        w, m, v = s.w, 0.0, 0.0
        found: list[tuple[str, ...]] = []
        for t, (grad, (new, square, below, share, keep, moved)) in enumerate(zip(s.grads, _path(s), strict=True), 1):
            products = [" ".join(rf"\mu_{i}" for i in range(1, last + 1)) for last in (t, t + 1)]
            found.append(
                (
                    rf"\mu_{t} = {num(s.beta1)} (1 - 0.5 \cdot 0.96^{{{t} \cdot {num(s.momentum_decay)}}}) = {num(_mu(s, t))}",
                    rf"\mu_{t + 1} = {num(_mu(s, t + 1))}",
                    rf"m = {num(s.beta1)} \cdot {signed(m)} + {num(1 - s.beta1)} \cdot {signed(grad)} = {num(new)}",
                    rf"v = {num(s.beta2)} \cdot {num(v)} + {num(1 - s.beta2)} \cdot {signed(grad)}^2 = {num(square)}",
                    rf"\sqrt{{{num(square)}/(1 - {num(s.beta2)}^{t})}} + {num(s.eps)} = {num(below)}",
                    rf"a = (1 - \mu_{t})/(1 - {products[0]}) = {num(share)}",
                    rf"c = \mu_{t + 1}/(1 - {products[1]}) = {num(keep)}",
                    rf"w = {weight(w)} - {num(s.lr)} \cdot ({num(share)} \cdot {signed(grad)} + {num(keep)} \cdot {signed(new)})"
                    rf"/{num(below)} = {weight(moved)}",
                )
            )
            w, m, v = moved, new, square
        return found


class Gap(Weight):
    """What the look ahead changes."""

    spec = NAdamGap
    answer = Number(decimals=4)
    levels = (3,)
    find = "gap"
    mistakes = (
        Mistake(
            "The sign: Adam's weight is subtracted from NAdam's.",
            "符号错误：应为 NAdam 的权重减去 Adam 的权重。",
            lambda s: end(s) - _path(s)[-1][-1],
        ),
        Mistake(
            "The momentum is not constant: μ grows from half of β₁ towards β₁.",
            "动量不是常数：μ 从约一半的 β₁ 逐渐增大到 β₁。",
            lambda s: _path(s, constant=True)[-1][-1] - end(s),
        ),
        Mistake("That is the whole change by NAdam.", "这是 NAdam 的全部改变量。", lambda s: _path(s)[-1][-1] - s.w),
        Mistake(
            "The gradient's own share of the step was left out.",
            "漏了梯度自身的那一部分。",
            lambda s: _path(s, plain=True)[-1][-1] - end(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NAdam | None:
        grads, w = some_grads(draw, draw.integer(1, 2)), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        return NAdamGap(w, grads, draw.choice((0.1, 0.2, 0.5, 1.0)))

    def formula(self, s: NAdam) -> float:
        return _path(s)[-1][-1] - end(s)

    def stem(self, s: NAdam) -> Text:
        return joined(
            Text(
                f"PyTorch's `optim.NAdam(momentum_decay={num(s.momentum_decay)})`, whose momentum in step t is "
                r"$\mu_t = \beta_1 (1 - 0.5 \cdot 0.96^{t\psi})$ with $\psi$ = `momentum_decay`, "
                f"and `optim.Adam`, both new, with `{_adam.code(s)}`, ${epsilon(s.eps)}$ and without weight decay, each update a "
                f"copy of the weight w = {num(s.w)}.",
                f"新建 PyTorch 的 `optim.NAdam(momentum_decay={num(s.momentum_decay)})`（第 t 步的动量为 "
                r"$\mu_t = \beta_1 (1 - 0.5 \cdot 0.96^{t\psi})$，$\psi$ 即 `momentum_decay`）"
                f"和 `optim.Adam`，都设 `{_adam.code(s)}`、${epsilon(s.eps)}$，无权重衰减，各自更新权重 w = {num(s.w)} 的一个副本。",
            ),
            gradients(s.grads),
            Text("What is NAdam's weight minus Adam's after that?", "之后 NAdam 的权重减去 Adam 的权重等于多少？"),
        )

    def solution(self, s: NAdam) -> Text:
        moves = "$; $".join(_adam.move(s, now) for now in _adam.path(s))
        gap = f"{weight(_path(s)[-1][-1])} - {signed(round(end(s), 6))} = {weight(self.formula(s))}"
        return numbered(
            self.lines(s),
            Text(
                f"Adam: ${moves}$.\n\nThe difference: ${gap}$.",
                f"Adam：${moves.replace('; ', '；')}$。\n\n差值：${gap}$。",
            ),
        )


MODEL = ItemModel("nadam_step", 1, "optimizers", Text("Steps of NAdam", "NAdam 的更新"), (Weight(), Gap()))
