"""Smooth L1 loss. Source: documentation of torch.nn.SmoothL1Loss."""

from __future__ import annotations

import math

from quizcv.items.activations_losses._robust import (
    ONE,
    ErrorBehind,
    OneError,
    SeveralErrors,
    error_of,
    errors_of,
    huber_loss,
    mean_loss,
    smooth_loss,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.specs.regression_losses import SmoothL1, SmoothL1Error, SmoothL1Mean


class SmoothL1One(OneError):
    spec = SmoothL1
    loss = staticmethod(smooth_loss)
    name, option = "nn.SmoothL1Loss", "beta"
    rule = Text(
        r"$e^2/(2\beta)$ for $|e| < \beta$, else $|e| - \beta/2$",
        r"$|e| < \beta$ 时为 $e^2/(2\beta)$，否则为 $|e| - \beta/2$",
    )
    mistakes = ONE

    def formula(self, s: SmoothL1) -> float:
        e = abs(s.prediction - s.target)
        return e * e / (2 * s.beta) if e < s.beta else e - s.beta / 2

    def steps(self, s: SmoothL1) -> str:
        e, beta = num(abs(error_of(s))), num(s.beta)
        part = rf"{e}^2/(2 \cdot {beta})" if abs(error_of(s)) < s.beta else f"{e} - {beta}/2"
        return f"{part} = {num(self.formula(s))}"


class SmoothL1Several(SeveralErrors):
    spec = SmoothL1Mean
    loss = staticmethod(smooth_loss)
    name, option = "nn.SmoothL1Loss", "beta"
    rule = Text(
        r"$e^2/(2\beta)$ for $|e| < \beta$, else $|e| - \beta/2$; then the mean",
        r"$|e| < \beta$ 时为 $e^2/(2\beta)$，否则为 $|e| - \beta/2$；再取平均",
    )
    mistakes = (
        Mistake(
            "That is Huber's loss, β times as large.", "这是 Huber 损失，是它的 β 倍。", mean_loss(huber_loss, "beta")
        ),
        Mistake(
            "β was taken as 1.",
            "把 β 当成了 1。",
            lambda s: sum(smooth_loss(e, 1) for e in errors_of(s)) / len(s.targets),
        ),
        Mistake(
            "That is the sum, not the mean.",
            "这是总和，不是平均。",
            lambda s: sum(smooth_loss(e, s.beta) for e in errors_of(s)),
        ),
        Mistake(
            "That is the mean absolute error.",
            "这是平均绝对误差。",
            lambda s: sum(map(abs, errors_of(s))) / len(s.targets),
        ),
        Mistake(
            "That is half the mean squared error.",
            "这是均方误差的一半。",
            lambda s: sum(e * e for e in errors_of(s)) / len(s.targets) / 2,
        ),
    )

    def formula(self, s: SmoothL1Mean) -> float:
        total = 0.0
        for p, y in zip(s.predictions, s.targets, strict=True):
            e = abs(p - y)
            total += e**2 / (2 * s.beta) if e < s.beta else e - s.beta / 2
        return total / len(s.targets)


class SmoothL1Behind(ErrorBehind):
    spec = SmoothL1Error
    loss = staticmethod(smooth_loss)
    name, option = "nn.SmoothL1Loss", "beta"
    rule = Text(
        r"$|e| = \sqrt{2 \beta L}$ for $L < \beta/2$, else $L + \beta/2$",
        r"$L < \beta/2$ 时为 $|e| = \sqrt{2 \beta L}$，否则为 $L + \beta/2$",
    )
    mistakes = (
        Mistake(
            "That inverts the linear part; the loss is below β/2.",
            "这是线性部分的反函数；损失小于 β/2。",
            lambda s: s.loss + s.beta / 2 if s.loss < s.beta / 2 else None,
        ),
        Mistake(
            "That inverts the quadratic part; the loss is not below β/2.",
            "这是二次部分的反函数；损失不小于 β/2。",
            lambda s: math.sqrt(2 * s.beta * s.loss) if s.loss >= s.beta / 2 else None,
        ),
        Mistake(
            "In the linear part β/2 is added back.",
            "线性部分要加回 β/2。",
            lambda s: s.loss if s.loss >= s.beta / 2 else None,
        ),
        Mistake(
            "In the linear part β/2 is added back, not subtracted.",
            "线性部分要加回 β/2，不是减去。",
            lambda s: s.loss - s.beta / 2 if s.loss > s.beta / 2 else None,
        ),
        Mistake(
            "The factor 2 is missing under the root.",
            "根号下漏了系数 2。",
            lambda s: math.sqrt(s.beta * s.loss) if s.loss < s.beta / 2 else None,
        ),
        Mistake(
            "β belongs under the root.",
            "根号下漏了 β。",
            lambda s: math.sqrt(2 * s.loss) if s.loss < s.beta / 2 else None,
        ),
        Mistake(
            "A loss is not the error: with small errors it is quadratic in it.",
            "损失不等于误差：误差较小时损失是它的二次函数。",
            lambda s: s.loss if s.loss < s.beta / 2 else None,
        ),
    )

    def formula(self, s: SmoothL1Error) -> float:
        return math.sqrt(2 * s.beta * s.loss) if s.loss < s.beta / 2 else s.loss + s.beta / 2

    def steps(self, s: SmoothL1Error) -> str:
        loss, beta = num(s.loss), num(s.beta)
        part = rf"\sqrt{{2 \cdot {beta} \cdot {loss}}}" if self.quadratic(s) else f"{loss} + {beta}/2"
        return f"{part} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="smooth_l1",
    version=1,
    topic="activations-losses",
    title=Text("Smooth L1 loss", "smooth L1 损失"),
    questions=(SmoothL1One(), SmoothL1Several(), SmoothL1Behind()),
)
