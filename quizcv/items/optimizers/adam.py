"""Adam: a running mean of the gradients over a running root mean square, both corrected for their start at 0."""

from __future__ import annotations

from math import sqrt

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers import _adam
from quizcv.items.optimizers._adam import end, path
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import (
    EPS_SHOWS,
    WeightQuestion,
    asked_rate,
    epsilon,
    numbered,
    small_eps,
    some_grads,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adam import Adam, AdamRate

RULE = (
    r"$m = \beta_1 m + (1 - \beta_1) g$, $v = \beta_2 v + (1 - \beta_2) g^2$, $\hat m = m/(1 - \beta_1^t)$, "
    r"$\hat v = v/(1 - \beta_2^t)$, $w \leftarrow w - \eta \hat m/(\sqrt{\hat v} + \epsilon)$"
)


UNCORRECTED: Mistake[Adam] = Mistake(
    "The bias correction is missing: m and v start at 0 and are divided by 1 − βᵗ.",
    "漏了偏差修正：m 和 v 从 0 开始，要除以 1 − βᵗ。",
    lambda s: end(s, corrected=False),
)


NO_ROOT: Mistake[Adam] = Mistake("The root of v was left out.", "漏了对 v 开方。", lambda s: end(s, root=False))


class Weight(WeightQuestion):
    """Source: Kingma and Ba 2015, algorithm 1; documentation of torch.optim.Adam."""

    spec = Adam
    optimizer = "Adam"
    rule = RULE
    mistakes = (
        UNCORRECTED,
        NO_ROOT,
        Mistake(
            "ε is added to the root, not under it.",
            "ε 加在根号外，而不是根号内。",
            lambda s: end(s, inside=True) if s.eps >= EPS_SHOWS else None,
        ),
        Mistake(
            "The betas were exchanged: β₁ belongs to the mean, β₂ to the mean square.",
            "两个 β 弄反了：β₁ 用于均值，β₂ 用于平方均值。",
            lambda s: end(s, swapped=True),
        ),
        Mistake("That is plain SGD.", "这是普通 SGD。", lambda s: s.w - s.lr * sum(s.grads)),
        Mistake(
            "The numerator is the mean m̂, not the last gradient.",
            "分子是均值 m̂，而不是最新的梯度。",
            lambda s: end(s, first=False),
        ),
        Mistake(
            "The sign: the step goes against the gradient.", "符号错误：应沿负梯度方向。", lambda s: 2 * s.w - end(s)
        ),
    )

    def sample(self, draw: Draw, level: int) -> Adam | None:
        grads, w = some_grads(draw, 1 if level == 1 else draw.integer(2, 3)), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        if level == 1:
            return Adam(w, grads, draw.choice((0.001, 0.01, 0.02, 0.05, 0.1)))
        eps, betas = small_eps(draw, level), draw.choice(((0.9, 0.999), (0.9, 0.99), (0.8, 0.9), (0.5, 0.999)))
        return Adam(w, grads, draw.choice((0.05, 0.1, 0.2)), *betas, eps)

    def formula(self, s: Adam) -> float:
        return end(s)

    def code(self, s: Adam) -> str:
        return _adam.code(s)

    def math(self, s: Adam) -> str:
        return epsilon(s.eps)

    def lines(self, s: Adam) -> list[tuple[str, ...]]:
        return _adam.lines(s)


class Rate(Question[AdamRate]):
    """Two steps solved for the rate, which only multiplies them."""

    spec = AdamRate
    answer = Number(decimals=3)
    levels = (3,)
    find = "lr"
    rule = r"$\eta = (w - w')/\sum_t \hat m_t/(\sqrt{\hat v_t} + \epsilon)$"
    mistakes = (
        Mistake("The bias correction is missing.", "漏了偏差修正。", lambda s: _rate(s, corrected=False)),
        Mistake(
            "The change was divided by the gradients, as for SGD.",
            "像 SGD 那样除以了梯度。",
            lambda s: (s.w - s.w_new) / sum(s.grads),
        ),
        Mistake(
            "A step of Adam is the rate itself only if the gradients are all equal.",
            "只有梯度都相同时，Adam 每步的更新量才等于学习率。",
            lambda s: (s.w - s.w_new) / len(s.grads),
        ),
        Mistake(
            "Both steps move the weight, not only the last one.",
            "两步都会移动权重，而不只是最后一步。",
            lambda s: _rate(s, last=True),
        ),
        Mistake("The root of v was left out.", "漏了对 v 开方。", lambda s: _rate(s, root=False)),
    )

    def sample(self, draw: Draw, level: int) -> AdamRate | None:
        w, lr, grads = draw.decimal(-3, 3, 1), draw.decimal(0.03, 0.5, 2), draw.decimals(2, 0.2, 4, 1)
        beta1, beta2 = draw.choice(((0.9, 0.999), (0.9, 0.99), (0.8, 0.9)))
        if abs(grads[1] - grads[0]) < 0.5:
            return None
        return AdamRate(w, grads, round(end(Adam(w, grads, lr, beta1, beta2)), 4), beta1, beta2)

    def formula(self, s: AdamRate) -> float:
        return _rate(s)

    def stem(self, s: AdamRate) -> Text:
        return asked_rate("Adam", f"betas=({num(s.beta1)}, {num(s.beta2)})", epsilon(s.eps), s)

    def solution(self, s: AdamRate) -> Text:
        unit = Adam(0.0, s.grads, 1.0, s.beta1, s.beta2, s.eps)
        before = None
        found: list[tuple[str, ...]] = []
        for t, now in enumerate(path(unit), 1):
            share = now.m_hat / (sqrt(now.v_hat) + s.eps)
            step = rf"{signed(now.m_hat)}/(\sqrt{{{num(now.v_hat)}}} + {num(s.eps)}) = {num(share)}"
            found.append((*_adam.moments(unit, t, now, before), *_adam.corrections(unit, t, now), step))
            before = now
        rate = rf"\eta = ({num(s.w)} - {signed(s.w_new)})/{num(-end(unit))} = {num(_rate(s))}"
        return numbered(
            found, Text(f"The rate multiplies the sum of both: ${rate}$.", f"学习率乘在两步之和上：${rate}$。")
        )


def _rate(s: AdamRate, *, last: bool = False, **parts: bool) -> float:
    steps = path(Adam(0.0, s.grads, 1.0, s.beta1, s.beta2, s.eps), **parts)
    return (s.w - s.w_new) / ((steps[-2].w if last and len(steps) > 1 else 0.0) - steps[-1].w)


MODEL = ItemModel("adam_step", 1, "optimizers", Text("Steps of Adam", "Adam 的更新"), (Weight(), Rate()))
