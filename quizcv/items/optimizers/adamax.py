"""Adamax: a decaying maximum of the gradients takes the place of Adam's root mean square."""

from __future__ import annotations

from math import ceil, log

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers import _adam
from quizcv.items.optimizers._numbers import num, signed, weight
from quizcv.items.optimizers._steps import WeightQuestion, epsilon, small_eps, some_grads
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adam import Adamax, AdamaxMemory


def _path(
    s: Adamax, *, corrected: bool = True, norm: bool = False, mean: bool = False, decays: bool = True
) -> list[tuple[float, float, float]]:
    """Per step the first moment, the norm and the new weight, with parts of the rule replaced."""
    w, m, u, path = s.w, 0.0, 0.0, []
    for t, grad in enumerate(s.grads, 1):
        m = s.beta1 * m + (1 - s.beta1) * grad
        kept = s.beta2 * u if decays else u
        u = kept + (1 - s.beta2) * (abs(grad) + s.eps) if mean else max(kept, abs(grad) + s.eps)
        below = u / (1 - s.beta2**t) if norm else u
        w -= s.lr / (1 - s.beta1**t if corrected else 1) * m / below
        path.append((m, u, w))
    return path


class Weight(WeightQuestion):
    """Source: Kingma and Ba 2015, section 7.1; documentation of torch.optim.Adamax."""

    spec = Adamax
    optimizer = "Adamax"
    rule = (
        r"$m = \beta_1 m + (1 - \beta_1) g$, $u = \max(\beta_2 u, |g| + \epsilon)$, "
        r"$w \leftarrow w - \frac{\eta}{1 - \beta_1^t} \cdot \frac{m}{u}$"
    )
    mistakes = (
        Mistake(
            "The bias correction of m is missing.", "漏了对 m 的偏差修正。", lambda s: _path(s, corrected=False)[-1][-1]
        ),
        Mistake(
            "Only m is corrected; the maximum u has no bias towards 0.",
            "只修正 m；最大值 u 没有偏向 0 的偏差。",
            lambda s: _path(s, norm=True)[-1][-1],
        ),
        Mistake("u is a maximum, not a mean.", "u 取最大值，而不是平均值。", lambda s: _path(s, mean=True)[-1][-1]),
        Mistake(
            "The old maximum decays by β₂ in every step.",
            "旧的最大值每步要乘以 β₂。",
            lambda s: _path(s, decays=False)[-1][-1],
        ),
        Mistake("That is plain SGD.", "这是普通 SGD。", lambda s: s.w - s.lr * sum(s.grads)),
        Mistake(
            "The sign: the step goes against the gradient.",
            "符号错误：应沿负梯度方向。",
            lambda s: 2 * s.w - _path(s)[-1][-1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> Adamax | None:
        grads, w = some_grads(draw, 1 if level == 1 else draw.integer(2, 3), 4), draw.decimal(-3, 3, 1)
        if grads is None:
            return None
        if level == 1:
            return Adamax(w, grads, draw.choice((0.002, 0.01, 0.05, 0.1)))
        betas = draw.choice(((0.9, 0.9), (0.8, 0.9), (0.9, 0.8), (0.5, 0.9)))
        return Adamax(w, grads, draw.choice((0.1, 0.2, 0.5)), *betas, small_eps(draw, level))

    def formula(self, s: Adamax) -> float:
        return _path(s)[-1][-1]

    def code(self, s: Adamax) -> str:
        return _adam.code(s)

    def math(self, s: Adamax) -> str:
        return epsilon(s.eps)

    def lines(self, s: Adamax) -> list[tuple[str, ...]]:
        w, m, u = s.w, 0.0, 0.0
        found: list[tuple[str, ...]] = []
        for t, (grad, (new, norm, moved)) in enumerate(zip(s.grads, _path(s), strict=True), 1):
            found.append(
                (
                    rf"m = {num(s.beta1)} \cdot {signed(m)} + {num(1 - s.beta1)} \cdot {signed(grad)} = {num(new)}",
                    rf"u = \max({num(s.beta2)} \cdot {num(u)}, {num(abs(grad))} + {num(s.eps)}) = {num(norm)}",
                    rf"w = {weight(w)} - {num(s.lr)}/(1 - {num(s.beta1)}^{t}) \cdot {signed(new)}/{num(norm)} = {weight(moved)}",
                )
            )
            w, m, u = moved, new, norm
        return found


class Memory(Question[AdamaxMemory]):
    """How long one large gradient holds the steps small."""

    spec = AdamaxMemory
    answer = Integer("steps")
    levels = (3,)
    find = "steps"
    rule = Text(
        r"the smallest $n$ with $\beta_2^n G \le g$: $n = \lceil \ln(G/g)/\ln(1/\beta_2) \rceil$",
        r"满足 $\beta_2^n G \le g$ 的最小 $n$：$n = \lceil \ln(G/g)/\ln(1/\beta_2) \rceil$",
    )
    mistakes = (
        Mistake(
            "Rounded down, the old maximum is still the larger one.",
            "向下取整时，旧的最大值仍然更大。",
            lambda s: ceil(_steps(s)) - 1,
        ),
        Mistake(
            "u holds gradients, not their squares: there is no factor 2.",
            "u 取的是梯度绝对值，不是平方：没有因子 2。",
            lambda s: ceil(2 * _steps(s)),
        ),
        Mistake(
            "There is no root: it does not take half as long.",
            "没有开方：所需步数不减半。",
            lambda s: ceil(_steps(s) / 2),
        ),
        Mistake(
            "That is the window 1/(1 − β₂), which leaves the gradients out.",
            "这是窗口长度 1/(1 − β₂)，没有考虑梯度的大小。",
            lambda s: round(1 / (1 - s.beta2)),
        ),
        Mistake(
            "The decay is geometric, not linear.",
            "是按比例（几何）衰减，而不是线性衰减。",
            lambda s: ceil((1 - s.grad / s.spike) / (1 - s.beta2)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdamaxMemory | None:
        s = AdamaxMemory(draw.decimal(1, 20, 1), draw.decimal(0.1, 1, 1), draw.choice((0.7, 0.8, 0.9, 0.95)))
        if s.spike < 2 * s.grad:
            return None
        return s if 0.01 < _steps(s) % 1 < 0.99 else None

    def formula(self, s: AdamaxMemory) -> int:
        return ceil(_steps(s))

    def stem(self, s: AdamaxMemory) -> Text:
        return Text(
            f"PyTorch's `optim.Adamax` with $\\beta_2 = {num(s.beta2)}$ and ${epsilon(s.eps)}$ divides by its norm "
            f"$u = \\max(\\beta_2 u, |g| + \\epsilon)$, which starts at 0. The first gradient is {num(s.spike)}, all later ones "
            f"are {num(s.grad)}. After how many of the later gradients is $u$ their own "
            "value $|g| + \\epsilon$ for the first time?",
            f"PyTorch 的 `optim.Adamax`（$\\beta_2 = {num(s.beta2)}$，${epsilon(s.eps)}$）除以范数 "
            f"$u = \\max(\\beta_2 u, |g| + \\epsilon)$，u 从 0 开始。第一个梯度为 {num(s.spike)}，之后的梯度都是 {num(s.grad)}。"
            "经过多少个这样的后续梯度之后，u 首次等于它们自身的 $|g| + \\epsilon$？",
        )

    def solution(self, s: AdamaxMemory) -> Text:
        steps = rf"n \ge \ln({num(s.spike)}/{num(s.grad)})/\ln(1/{num(s.beta2)}) = {num(_steps(s))}"
        n = self.formula(s)
        return Text(
            rf"After n small gradients the first one still contributes ${num(s.beta2)}^n \cdot {num(s.spike)}$ "
            f"($\\epsilon = {num(s.eps)}$ does not matter); it must not exceed {num(s.grad)}.\n\n${steps}$, so {n}.",
            rf"经过 n 个小梯度后，大梯度还剩 ${num(s.beta2)}^n \cdot {num(s.spike)}$（$\epsilon = {num(s.eps)}$ 可忽略），"
            f"它不得超过 {num(s.grad)}。\n\n${steps}$，故为 {n}。",
        )


def _steps(s: AdamaxMemory) -> float:
    return log((s.spike + s.eps) / (s.grad + s.eps)) / log(1 / s.beta2)


MODEL = ItemModel("adamax_step", 1, "optimizers", Text("Steps of Adamax", "Adamax 的更新"), (Weight(), Memory()))
