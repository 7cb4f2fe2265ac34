"""Adam's moments and their bias correction."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import (
    given,
    gradients,
    joined,
    numbered,
    some_grads,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.adam import AdamGradient, AdamMoment, Moment

NAMES: dict[Moment, tuple[str, str, str]] = {
    "m": ("m", "the first moment (`exp_avg`), without bias correction", "一阶矩 `exp_avg`，不做偏差修正"),
    "v": ("v", "the second moment (`exp_avg_sq`), without bias correction", "二阶矩 `exp_avg_sq`，不做偏差修正"),
    "m_hat": (r"\hat m", "the first moment with bias correction", "经偏差修正的一阶矩"),
    "v_hat": (r"\hat v", "the second moment with bias correction", "经偏差修正的二阶矩"),
}


def _moment(
    s: AdamMoment,
    *,
    corrected: bool | None = None,
    beta: float | None = None,
    power: int = 0,
    gain: float | None = None,
    late: int = 0,
) -> float:
    """The moment, with parts of the rule replaced."""
    beta = (s.beta1 if s.of[0] == "m" else s.beta2) if beta is None else beta
    power = power or (1 if s.of[0] == "m" else 2)
    gain = 1 - beta if gain is None else gain
    value = 0.0
    for grad in s.grads:
        value = beta * value + gain * grad**power
    corrected = s.of.endswith("hat") if corrected is None else corrected
    return value / (1 - beta ** (len(s.grads) - late)) if corrected else value


class OneMoment(Question[AdamMoment]):
    """One of the four numbers behind a step."""

    spec = AdamMoment
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = (
        r"$m = \beta_1 m + (1 - \beta_1) g$, $v = \beta_2 v + (1 - \beta_2) g^2$, $\hat m = m/(1 - \beta_1^t)$, "
        r"$\hat v = v/(1 - \beta_2^t)$"
    )
    mistakes = (
        Mistake(
            "Mind the bias correction: m̂ and v̂ are divided by 1 − βᵗ, m and v are not.",
            "注意偏差修正：m̂ 和 v̂ 要除以 1 − βᵗ，m 和 v 不用。",
            lambda s: _moment(s, corrected=not s.of.endswith("hat")),
        ),
        Mistake(
            "This moment uses the other beta.",
            "这个矩用的是另一个 β。",
            lambda s: _moment(s, beta=s.beta2 if s.of[0] == "m" else s.beta1),
        ),
        Mistake(
            "The second moment averages squares, the first one the gradients themselves.",
            "二阶矩平均的是平方，一阶矩平均的是梯度本身。",
            lambda s: _moment(s, power=2 if s.of[0] == "m" else 1),
        ),
        Mistake(
            "The new gradient enters with 1 − β, not with 1.",
            "新的梯度以 1 − β 进入，而不是 1。",
            lambda s: _moment(s, gain=1, corrected=False),
        ),
        Mistake(
            "The correction counts steps from 1: after t steps it is 1 − βᵗ.",
            "修正中的步数从 1 数起：t 步之后为 1 − βᵗ。",
            lambda s: _moment(s, late=1) if s.of.endswith("hat") and len(s.grads) > 1 else None,
        ),
        Mistake(
            "That is the plain mean, in which all steps weigh the same.",
            "这是简单平均，各步权重相同。",
            lambda s: (
                sum(g ** (1 if s.of[0] == "m" else 2) for g in s.grads) / len(s.grads) if len(s.grads) > 1 else None
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdamMoment | None:
        grads = some_grads(draw, draw.integer(1, 2) if level == 1 else draw.integer(2, 3), 4)
        of: Moment = draw.choice(("m", "v") if level == 1 else ("m_hat", "v_hat", "m_hat", "v_hat", "v"))
        if grads is None:
            return None
        s = AdamMoment(
            grads, of, *((0.9, 0.999) if level == 1 else draw.choice(((0.9, 0.99), (0.8, 0.95), (0.9, 0.999))))
        )
        return s if abs(_moment(s)) > 1e-3 else None

    def formula(self, s: AdamMoment) -> float:
        return _moment(s)

    def stem(self, s: AdamMoment) -> Text:
        symbol, en, zh = NAMES[s.of]
        steps = f"{len(s.grads)} steps" if len(s.grads) > 1 else "1 step"
        return joined(
            given("Adam", f"betas=({num(s.beta1)}, {num(s.beta2)})"),
            gradients(s.grads),
            Text(f"What is ${symbol}$, {en}, after {steps}?", f"{len(s.grads)} 步之后，${symbol}$（{zh}）是多少？"),
        )

    def solution(self, s: AdamMoment) -> Text:
        first = s.of[0] == "m"
        beta = s.beta1 if first else s.beta2
        value = 0.0
        found: list[tuple[str, ...]] = []
        for grad in s.grads:
            new = beta * value + (1 - beta) * grad ** (1 if first else 2)
            square = signed(grad) + ("" if first else "^2")
            found.append(
                (rf"{s.of[0]} = {num(beta)} \cdot {signed(value)} + {num(1 - beta)} \cdot {square} = {num(new)}",)
            )
            value = new
        other = rf"\beta_{2 if first else 1} = {num(s.beta2 if first else s.beta1)}"
        en, zh = f"${other}$ plays no part here.", f"${other}$ 在这里用不到。"
        if s.of.endswith("hat"):
            last = rf"{NAMES[s.of][0]} = {num(value)}/(1 - {num(beta)}^{len(s.grads)}) = {num(_moment(s))}"
            en, zh = f"Corrected: ${last}$. {en}", f"修正后：${last}$。{zh}"
        return numbered(found, Text(en, zh))


class Gradient(Question[AdamGradient]):
    """The update of m solved for the gradient."""

    spec = AdamGradient
    answer = Number(decimals=2)
    levels = (3,)
    find = "grad"
    rule = r"$g = (m' - \beta_1 m)/(1 - \beta_1)$"
    mistakes = (
        Mistake(
            "The old moment is multiplied by β₁ before it is subtracted.",
            "旧的矩要先乘以 β₁ 再减去。",
            lambda s: (s.m_new - s.m_prev) / (1 - s.beta1),
        ),
        Mistake(
            "The gradient enters with 1 − β₁: divide by it.",
            "梯度以 1 − β₁ 进入：要除以它。",
            lambda s: s.m_new - s.beta1 * s.m_prev,
        ),
        Mistake(
            "β₁ and 1 − β₁ were exchanged.",
            "β₁ 与 1 − β₁ 弄反了。",
            lambda s: (s.m_new - (1 - s.beta1) * s.m_prev) / s.beta1,
        ),
        Mistake(
            "That is the new moment itself divided by 1 − β₁.",
            "这只是新的矩除以 1 − β₁。",
            lambda s: s.m_new / (1 - s.beta1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AdamGradient | None:
        beta, before, grad = draw.choice((0.8, 0.9, 0.95)), draw.decimal(-2, 2, 2), draw.decimal(-3, 3, 1)
        s = AdamGradient(before, round(beta * before + (1 - beta) * grad, 5), beta)
        return s if before != 0 and grad != 0 else None

    def formula(self, s: AdamGradient) -> float:
        return (s.m_new - s.beta1 * s.m_prev) / (1 - s.beta1)

    def stem(self, s: AdamGradient) -> Text:
        return Text(
            f"In one step of PyTorch's `optim.Adam` with $\\beta_1 = {num(s.beta1)}$, the first moment (`exp_avg`, before any bias "
            f"correction) went from {num(s.m_prev)} to {num(s.m_new)}. What was the gradient?",
            f"在 PyTorch 的 `optim.Adam`（$\\beta_1 = {num(s.beta1)}$）的某一步中，一阶矩（`exp_avg`，未做偏差修正）从 "
            f"{num(s.m_prev)} 变为 {num(s.m_new)}。该步的梯度是多少？",
        )

    def solution(self, s: AdamGradient) -> Text:
        steps = rf"g = ({num(s.m_new)} - {num(s.beta1)} \cdot {signed(s.m_prev)})/(1 - {num(s.beta1)}) = {num(self.formula(s))}"
        return Text(
            f"From $m' = \\beta_1 m + (1 - \\beta_1) g$: ${steps}$.",
            f"由 $m' = \\beta_1 m + (1 - \\beta_1) g$ 得 ${steps}$。",
        )


MODEL = ItemModel(
    "adam_moments", 1, "optimizers", Text("Moments of Adam", "Adam 的一阶矩与二阶矩"), (OneMoment(), Gradient())
)
