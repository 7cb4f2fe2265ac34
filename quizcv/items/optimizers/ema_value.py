"""Exponential moving averages."""

from __future__ import annotations

from math import ceil, log

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import numbered
from quizcv.items.optimizers.ema_window import RECURSION
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.averages import EmaReached, EmaValue


def _value(
    s: EmaValue, *, beta: float = 0, gain: float = 0, first: bool = False, corrected: bool | None = None, late: int = 0
) -> float:
    """The average with parts of the rule replaced."""
    beta = beta or s.beta
    gain = gain or 1 - beta
    average = s.values[0] if first else gain * s.values[0]
    for value in s.values[1:]:
        average = beta * average + gain * value
    corrected = s.corrected if corrected is None else corrected
    return average / (1 - beta ** (len(s.values) - late)) if corrected else average


class Value(Question[EmaValue]):
    """The average itself."""

    spec = EmaValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$m_t = \beta m_{t-1} + (1 - \beta) x_t$, $m_0 = 0$; with bias correction $m_t/(1 - \beta^t)$",
        r"$m_t = \beta m_{t-1} + (1 - \beta) x_t$，$m_0 = 0$；做偏差修正时 $m_t/(1 - \beta^t)$",
    )
    mistakes = (
        Mistake(
            "Mind the bias correction: only with it is the average divided by 1 − βᵗ.",
            "注意偏差修正：只有做修正时均值才除以 1 − βᵗ。",
            lambda s: _value(s, corrected=not s.corrected),
        ),
        Mistake(
            "β belongs to the old average, 1 − β to the new value.",
            "β 乘旧均值，1 − β 乘新值。",
            lambda s: _value(s, beta=1 - s.beta),
        ),
        Mistake(
            "The average starts at 0, not at the first value.",
            "均值从 0 开始，而不是从第一个值开始。",
            lambda s: _value(s, first=True, corrected=False),
        ),
        Mistake("That is the plain mean.", "这是简单平均。", lambda s: sum(s.values) / len(s.values)),
        Mistake(
            "New values enter with 1 − β, not with 1.",
            "新值以 1 − β 进入，而不是 1。",
            lambda s: _value(s, gain=1, corrected=False),
        ),
        Mistake(
            "The correction is 1 − βᵗ with t counted from 1.",
            "修正为 1 − βᵗ，其中 t 从 1 数起。",
            lambda s: _value(s, late=1) if s.corrected and len(s.values) > 1 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> EmaValue | None:
        values = draw.decimals(draw.integer(2, 3) if level == 1 else draw.integer(3, 4), -5, 10, 0 if level == 1 else 1)
        beta = draw.choice((0.5, 0.8, 0.9) if level == 1 else (0.6, 0.7, 0.8, 0.9, 0.95))
        return EmaValue(values, beta, level == 2 and draw.chance(0.7)) if any(values) else None

    def formula(self, s: EmaValue) -> float:
        return _value(s)

    def stem(self, s: EmaValue) -> Text:
        en, zh = (
            ("divided by its bias correction $1 - \\beta^t$", "除以偏差修正 $1 - \\beta^t$ 后")
            if s.corrected
            else ("without bias correction", "不做偏差修正时")
        )
        rule = r"$m_t = \beta m_{t-1} + (1 - \beta) x_t$, $m_0 = 0$"
        rule_zh = rule.replace("$, $", "$，$")
        return Text(
            f"The values {vector(s.values)} enter, in this order, an exponential moving average ({rule}) with "
            f"$\\beta = {num(s.beta)}$. What is the average after the last one, {en}?",
            f"数值 {vector(s.values)} 依次进入指数移动平均（{rule_zh}，$\\beta = {num(s.beta)}$）。最后一个值之后，{zh}的均值是多少？",
        )

    def solution(self, s: EmaValue) -> Text:
        average = 0.0
        lines: list[tuple[str, ...]] = []
        for value in s.values:
            new = s.beta * average + (1 - s.beta) * value
            lines.append(
                (rf"m = {num(s.beta)} \cdot {signed(average)} + {num(1 - s.beta)} \cdot {signed(value)} = {num(new)}",)
            )
            average = new
        if not s.corrected:
            return numbered(lines)
        last = rf"{num(average)}/(1 - {num(s.beta)}^{len(s.values)}) = {num(_value(s))}"
        return numbered(lines, Text(f"Corrected: ${last}$.", f"修正后：${last}$。"))


class Reached(Question[EmaReached]):
    """How long the start at 0 is felt."""

    spec = EmaReached
    answer = Integer("steps")
    levels = (3,)
    find = "steps"
    rule = Text(
        r"the smallest $t$ with $1 - \beta^t \ge q$: $\lceil \ln(1 - q)/\ln \beta \rceil$",
        r"满足 $1 - \beta^t \ge q$ 的最小 $t$：$\lceil \ln(1 - q)/\ln \beta \rceil$",
    )
    mistakes = (
        Mistake(
            "Rounded down, the average is still too small.", "向下取整时均值仍不够大。", lambda s: ceil(_until(s)) - 1
        ),
        Mistake(
            "The missing part is βᵗ, so 1 − q stands in the logarithm, not q.",
            "缺少的部分是 βᵗ，对数里应为 1 − q，而不是 q。",
            lambda s: ceil(log(s.fraction) / log(s.beta)),
        ),
        Mistake(
            "That is the effective window 1/(1 − β), which leaves the fraction out.",
            "这是有效窗口 1/(1 − β)，没有考虑比例。",
            lambda s: round(1 / (1 - s.beta)),
        ),
        Mistake(
            "The average does not grow linearly.", "均值不是线性增长的。", lambda s: ceil(s.fraction / (1 - s.beta))
        ),
    )

    def sample(self, draw: Draw, level: int) -> EmaReached | None:
        s = EmaReached(draw.choice((0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)), draw.decimal(0.2, 0.97, 2))
        return s if 0.01 < _until(s) % 1 < 0.99 and _until(s) > 1 else None

    def formula(self, s: EmaReached) -> int:
        return ceil(_until(s))

    def stem(self, s: EmaReached) -> Text:
        return Text(
            f"An exponential moving average ({RECURSION.en}) with $\\beta = {num(s.beta)}$ and without bias correction sees the value 1 "
            f"in every step. After how many steps is it at least {num(s.fraction)} for the first time?",
            f"指数移动平均（{RECURSION.zh}，$\\beta = {num(s.beta)}$，不做偏差修正）每一步输入的值都是 "
            f"1。多少步之后它首次不小于 {num(s.fraction)}？",
        )

    def solution(self, s: EmaReached) -> Text:
        steps = rf"t \ge \ln(1 - {num(s.fraction)})/\ln {num(s.beta)} = {num(_until(s))}"
        return Text(
            f"After t steps the average is $1 - {num(s.beta)}^t$: ${steps}$, so {self.formula(s)}.",
            f"t 步之后均值为 $1 - {num(s.beta)}^t$：${steps}$，故为 {self.formula(s)}。",
        )


def _until(s: EmaReached) -> float:
    return log(1 - s.fraction) / log(s.beta)


MODEL = ItemModel(
    "ema_value", 1, "optimizers", Text("Exponential moving average", "指数移动平均"), (Value(), Reached())
)
