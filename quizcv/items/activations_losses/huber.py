"""Huber loss. Source: documentation of torch.nn.HuberLoss; Huber 1964."""

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
from quizcv.specs.regression_losses import Huber, HuberError, HuberMean


class HuberOne(OneError):
    spec = Huber
    loss = staticmethod(huber_loss)
    name, option = "nn.HuberLoss", "delta"
    rule = Text(
        r"$e^2/2$ for $|e| < \delta$, else $\delta(|e| - \delta/2)$",
        r"$|e| < \delta$ 时为 $e^2/2$，否则为 $\delta(|e| - \delta/2)$",
    )
    mistakes = ONE

    def formula(self, s: Huber) -> float:
        e = abs(s.prediction - s.target)
        return 0.5 * e * e if e < s.delta else s.delta * (e - 0.5 * s.delta)

    def steps(self, s: Huber) -> str:
        e, delta = num(abs(error_of(s))), num(s.delta)
        part = f"{e}^2/2" if abs(error_of(s)) < s.delta else rf"{delta} \cdot ({e} - {delta}/2)"
        return f"{part} = {num(self.formula(s))}"


class HuberSeveral(SeveralErrors):
    spec = HuberMean
    loss = staticmethod(huber_loss)
    name, option = "nn.HuberLoss", "delta"
    rule = Text(
        r"$e^2/2$ for $|e| < \delta$, else $\delta(|e| - \delta/2)$; then the mean",
        r"$|e| < \delta$ 时为 $e^2/2$，否则为 $\delta(|e| - \delta/2)$；再取平均",
    )
    mistakes = (
        Mistake(
            "That is smooth L1; Huber's loss is δ times as large.",
            "这是 smooth L1；Huber 损失是它的 δ 倍。",
            mean_loss(smooth_loss, "delta"),
        ),
        Mistake(
            "δ was taken as 1.",
            "把 δ 当成了 1。",
            lambda s: sum(huber_loss(e, 1) for e in errors_of(s)) / len(s.targets),
        ),
        Mistake(
            "That is the sum, not the mean.",
            "这是总和，不是平均。",
            lambda s: sum(huber_loss(e, s.delta) for e in errors_of(s)),
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

    def formula(self, s: HuberMean) -> float:
        total = 0.0
        for p, y in zip(s.predictions, s.targets, strict=True):
            e = abs(p - y)
            total += e**2 / 2 if e < s.delta else s.delta * (e - s.delta / 2)
        return total / len(s.targets)


class HuberBehind(ErrorBehind):
    spec = HuberError
    loss = staticmethod(huber_loss)
    name, option = "nn.HuberLoss", "delta"
    rule = Text(
        r"$|e| = \sqrt{2 L}$ for $L < \delta^2/2$, else $L/\delta + \delta/2$",
        r"$L < \delta^2/2$ 时为 $|e| = \sqrt{2 L}$，否则为 $L/\delta + \delta/2$",
    )
    mistakes = (
        Mistake(
            "That inverts the linear part; the loss is below δ²/2.",
            "这是线性部分的反函数；损失小于 δ²/2。",
            lambda s: s.loss / s.delta + s.delta / 2 if s.loss < s.delta**2 / 2 else None,
        ),
        Mistake(
            "That inverts the quadratic part; the loss is not below δ²/2.",
            "这是二次部分的反函数；损失不小于 δ²/2。",
            lambda s: math.sqrt(2 * s.loss) if s.loss >= s.delta**2 / 2 else None,
        ),
        Mistake(
            "In the linear part the loss is divided by δ first.",
            "线性部分要先除以 δ。",
            lambda s: s.loss + s.delta / 2 if s.loss >= s.delta**2 / 2 else None,
        ),
        Mistake(
            "In the linear part δ/2 is added back.",
            "线性部分要加回 δ/2。",
            lambda s: s.loss / s.delta if s.loss >= s.delta**2 / 2 else None,
        ),
        Mistake(
            "The factor 2 is missing under the root.",
            "根号下漏了系数 2。",
            lambda s: math.sqrt(s.loss) if s.loss < s.delta**2 / 2 else None,
        ),
        Mistake(
            "A loss is not the error: with small errors it is quadratic in it.",
            "损失不等于误差：误差较小时损失是它的二次函数。",
            lambda s: s.loss if s.loss < s.delta**2 / 2 else None,
        ),
        Mistake(
            "That is smooth L1 with β = δ; Huber's quadratic part has no division by δ.",
            "这是 β = δ 的 smooth L1；Huber 的二次部分不除以 δ。",
            lambda s: math.sqrt(2 * s.delta * s.loss) if s.loss < s.delta**2 / 2 else None,
        ),
    )

    def formula(self, s: HuberError) -> float:
        return math.sqrt(2 * s.loss) if s.loss < s.delta**2 / 2 else s.loss / s.delta + s.delta / 2

    def steps(self, s: HuberError) -> str:
        loss, delta = num(s.loss), num(s.delta)
        part = rf"\sqrt{{2 \cdot {loss}}}" if self.quadratic(s) else f"{loss}/{delta} + {delta}/2"
        return f"{part} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="huber",
    version=1,
    topic="activations-losses",
    title=Text("Huber loss", "Huber 损失"),
    questions=(HuberOne(), HuberSeveral(), HuberBehind()),
)
