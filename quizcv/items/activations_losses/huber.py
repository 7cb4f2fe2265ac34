"""Smooth L1 and Huber loss. Source: documentation of torch.nn.SmoothL1Loss and torch.nn.HuberLoss."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regression_losses import Huber, HuberError, HuberMean, SmoothL1, SmoothL1Error, SmoothL1Mean


def _smooth(e: float, beta: float) -> float:
    e = abs(e)
    return e * e / 2 / beta if e < beta else e - beta / 2


def _huber(e: float, delta: float) -> float:
    e = abs(e)
    return e * e / 2 if e < delta else delta * (e - delta / 2)


Loss = Callable[[float, float], float]


def _error(s: Any) -> float:
    return float(round(s.prediction - s.target, 9))


def _errors(s: Any) -> list[float]:
    return [round(p - y, 9) for p, y in zip(s.predictions, s.targets, strict=True)]


def _draw(draw: Draw, threshold: float) -> tuple[float, float]:
    """Prediction and target: small errors and large ones alike often."""
    while True:
        error = draw.decimal(0.2, 2 * threshold + 1, 1) * (1 if draw.chance(0.5) else -1)
        target = draw.decimal(-3, 5, 1)
        if abs(error) != threshold:
            return round(target + error, 1), target


class OneError(Worked[Any]):
    """Of one prediction, at the default threshold."""

    levels = (1,)
    loss: Loss
    name: str
    option: str

    def threshold(self, s: Any) -> float:
        return float(getattr(s, self.option))

    def sample(self, draw: Draw, level: int) -> Any:
        return self.spec(*_draw(draw, 1.0))

    def stem(self, s: Any) -> Text:
        call = f"`{self.name}({self.option}={num(self.threshold(s))})`"
        return Text(
            f"What does {call} give for the prediction {num(s.prediction)} and the target {num(s.target)}?",
            f"预测为 {num(s.prediction)}，目标为 {num(s.target)}。{call} 给出多少？",
        )

    def why(self, s: Any) -> Text:
        e, t = num(abs(_error(s))), num(self.threshold(s))
        error = f"$|{num(s.prediction)} - {signed(s.target)}| = {e}$"
        if abs(_error(s)) < self.threshold(s):
            return Text(f"The error {error} is below {t}, the quadratic part:", f"误差 {error} 小于 {t}，用二次部分：")
        return Text(f"The error {error} is not below {t}, the linear part:", f"误差 {error} 不小于 {t}，用线性部分：")


class SeveralErrors(Worked[Any]):
    """The mean over several, with another threshold."""

    levels = (2,)
    find = "mean"
    loss: Loss
    name: str
    option: str

    def threshold(self, s: Any) -> float:
        return float(getattr(s, self.option))

    def formula(self, s: Any) -> float:
        raise NotImplementedError

    def each(self, s: Any) -> list[float]:
        return [self.loss(e, self.threshold(s)) for e in _errors(s)]

    def sample(self, draw: Draw, level: int) -> Any:
        threshold = draw.choice((0.5, 1.5, 2.0, 3.0))
        predictions, targets = zip(*(_draw(draw, threshold) for _ in range(3)), strict=True)
        return self.spec(predictions, targets, threshold)

    def stem(self, s: Any) -> Text:
        call = f"`{self.name}({self.option}={num(self.threshold(s))})`"
        return Text(
            f"What does {call} give with the default reduction for the predictions {vector(s.predictions)} and "
            f"the targets {vector(s.targets)}?",
            f"预测为 {vector(s.predictions)}，目标为 {vector(s.targets)}。默认 reduction 的 {call} 给出多少？",
        )

    def why(self, s: Any) -> Text:
        errors, each, t = vector(map(abs, _errors(s))), vector(self.each(s)), num(self.threshold(s))
        return Text(
            f"The sizes of the errors are {errors}, so with the bound {t} the losses are {each}. Their mean:",
            f"误差的绝对值为 {errors}，界为 {t} 时各损失为 {each}。平均：",
        )

    def steps(self, s: Any) -> str:
        return f"{num(sum(self.each(s)))}/{len(s.targets)} = {num(self.formula(s))}"


class ErrorBehind(Worked[Any]):
    """The size of the error with a given loss."""

    levels = (3,)
    find = "error"
    loss: Loss
    name: str
    option: str

    def threshold(self, s: Any) -> float:
        return float(getattr(s, self.option))

    def quadratic(self, s: Any) -> bool:
        """Whether the loss is one of the quadratic part."""
        return bool(s.loss < self.loss(self.threshold(s), self.threshold(s)))

    def sample(self, draw: Draw, level: int) -> Any:
        threshold = draw.choice((0.5, 1.0, 2.0, 3.0))
        loss = round(self.loss(draw.decimal(0.2, 2.5, 1) * threshold, threshold), 3)
        s = self.spec(loss, threshold)
        return None if loss < 0.01 else s

    def stem(self, s: Any) -> Text:
        call = f"`{self.name}({self.option}={num(self.threshold(s))})`"
        return Text(
            f"For one prediction {call} gives {num(s.loss)}. What is the size of its error $|\\hat{{y}} - y|$?".replace(
                "\\hat{y}", "p"
            ),
            f"{call} 对某个预测给出 {num(s.loss)}。误差的绝对值 $|p - y|$（$p$ 为预测，$y$ 为目标）是多少？",
        )

    def why(self, s: Any) -> Text:
        t, at = num(self.threshold(s)), num(self.loss(self.threshold(s), self.threshold(s)))
        if self.quadratic(s):
            return Text(
                f"At the bound {t} the loss is {at}; {num(s.loss)} is below, quadratic:",
                f"在界 {t} 处损失为 {at}；{num(s.loss)} 更小，属二次部分：",
            )
        return Text(
            f"At the bound {t} the loss is {at}; {num(s.loss)} is not below, linear:",
            f"在界 {t} 处损失为 {at}；{num(s.loss)} 不更小，属线性部分：",
        )


def _of(loss: Loss, option: str) -> Callable[[Any], float]:
    """A loss of one error with the threshold of this name."""
    return lambda s: loss(_error(s), getattr(s, option))


def _mean(loss: Loss, option: str) -> Callable[[Any], float]:
    return lambda s: sum(loss(e, getattr(s, option)) for e in _errors(s)) / len(s.targets)


ONE: tuple[Mistake[Any], ...] = (
    Mistake("That is the error itself, L1.", "这是误差本身，即 L1。", lambda s: abs(_error(s))),
    Mistake("That is the squared error.", "这是平方误差。", lambda s: _error(s) ** 2),
    Mistake(
        "The factor 1/2 is missing in the quadratic part.",
        "二次部分漏了系数 1/2。",
        lambda s: _error(s) ** 2 if abs(_error(s)) < 1 else None,
    ),
    Mistake(
        "Large errors belong to the linear part.",
        "较大的误差属于线性部分。",
        lambda s: _error(s) ** 2 / 2 if abs(_error(s)) > 1 else None,
    ),
    Mistake(
        "Small errors belong to the quadratic part.",
        "较小的误差属于二次部分。",
        lambda s: abs(_error(s)) - 0.5 if abs(_error(s)) < 1 else None,
    ),
    Mistake(
        "In the linear part half the bound is subtracted, not added.",
        "线性部分应减去界的一半，不是加上。",
        lambda s: abs(_error(s)) + 0.5 if abs(_error(s)) > 1 else None,
    ),
)


class SmoothL1One(OneError):
    spec = SmoothL1
    loss = staticmethod(_smooth)
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
        e, beta = num(abs(_error(s))), num(s.beta)
        part = rf"{e}^2/(2 \cdot {beta})" if abs(_error(s)) < s.beta else f"{e} - {beta}/2"
        return f"{part} = {num(self.formula(s))}"


class SmoothL1Several(SeveralErrors):
    spec = SmoothL1Mean
    loss = staticmethod(_smooth)
    name, option = "nn.SmoothL1Loss", "beta"
    rule = Text(
        r"the mean of $e^2/(2\beta)$ for $|e| < \beta$, else $|e| - \beta/2$",
        r"$|e| < \beta$ 时为 the mean of $e^2/(2\beta)$，否则为 $|e| - \beta/2$",
    )
    mistakes = (
        Mistake("That is Huber's loss, β times as large.", "这是 Huber 损失，是它的 β 倍。", _mean(_huber, "beta")),
        Mistake(
            "β was taken as 1.", "把 β 当成了 1。", lambda s: sum(_smooth(e, 1) for e in _errors(s)) / len(s.targets)
        ),
        Mistake(
            "That is the sum, not the mean.",
            "这是总和，不是平均。",
            lambda s: sum(_smooth(e, s.beta) for e in _errors(s)),
        ),
        Mistake(
            "That is the mean absolute error.",
            "这是平均绝对误差。",
            lambda s: sum(map(abs, _errors(s))) / len(s.targets),
        ),
        Mistake(
            "That is half the mean squared error.",
            "这是均方误差的一半。",
            lambda s: sum(e * e for e in _errors(s)) / len(s.targets) / 2,
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
    loss = staticmethod(_smooth)
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
        Mistake("In the linear part β/2 is added back.", "线性部分要加回 β/2。", lambda s: s.loss),
        Mistake(
            "In the linear part β/2 is added back, not subtracted.",
            "线性部分要加回 β/2，不是减去。",
            lambda s: s.loss - s.beta / 2 if s.loss > s.beta / 2 else None,
        ),
        Mistake("The factor 2 is missing under the root.", "根号下漏了系数 2。", lambda s: math.sqrt(s.beta * s.loss)),
        Mistake("β belongs under the root.", "根号下漏了 β。", lambda s: math.sqrt(2 * s.loss)),
    )

    def formula(self, s: SmoothL1Error) -> float:
        return math.sqrt(2 * s.beta * s.loss) if s.loss < s.beta / 2 else s.loss + s.beta / 2

    def steps(self, s: SmoothL1Error) -> str:
        loss, beta = num(s.loss), num(s.beta)
        part = rf"\sqrt{{2 \cdot {beta} \cdot {loss}}}" if self.quadratic(s) else f"{loss} + {beta}/2"
        return f"{part} = {num(self.formula(s))}"


class HuberOne(OneError):
    spec = Huber
    loss = staticmethod(_huber)
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
        e, delta = num(abs(_error(s))), num(s.delta)
        part = f"{e}^2/2" if abs(_error(s)) < s.delta else rf"{delta} \cdot ({e} - {delta}/2)"
        return f"{part} = {num(self.formula(s))}"


class HuberSeveral(SeveralErrors):
    spec = HuberMean
    loss = staticmethod(_huber)
    name, option = "nn.HuberLoss", "delta"
    rule = Text(
        r"the mean of $e^2/2$ for $|e| < \delta$, else $\delta(|e| - \delta/2)$",
        r"$|e| < \delta$ 时为 the mean of $e^2/2$，否则为 $\delta(|e| - \delta/2)$",
    )
    mistakes = (
        Mistake(
            "That is smooth L1; Huber's loss is δ times as large.",
            "这是 smooth L1；Huber 损失是它的 δ 倍。",
            _mean(_smooth, "delta"),
        ),
        Mistake(
            "δ was taken as 1.", "把 δ 当成了 1。", lambda s: sum(_huber(e, 1) for e in _errors(s)) / len(s.targets)
        ),
        Mistake(
            "That is the sum, not the mean.",
            "这是总和，不是平均。",
            lambda s: sum(_huber(e, s.delta) for e in _errors(s)),
        ),
        Mistake(
            "That is the mean absolute error.",
            "这是平均绝对误差。",
            lambda s: sum(map(abs, _errors(s))) / len(s.targets),
        ),
        Mistake(
            "That is half the mean squared error.",
            "这是均方误差的一半。",
            lambda s: sum(e * e for e in _errors(s)) / len(s.targets) / 2,
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
    loss = staticmethod(_huber)
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
            "In the linear part the loss is divided by δ first.", "线性部分要先除以 δ。", lambda s: s.loss + s.delta / 2
        ),
        Mistake("In the linear part δ/2 is added back.", "线性部分要加回 δ/2。", lambda s: s.loss / s.delta),
        Mistake("The factor 2 is missing under the root.", "根号下漏了系数 2。", lambda s: math.sqrt(s.loss)),
    )

    def formula(self, s: HuberError) -> float:
        return math.sqrt(2 * s.loss) if s.loss < s.delta**2 / 2 else s.loss / s.delta + s.delta / 2

    def steps(self, s: HuberError) -> str:
        loss, delta = num(s.loss), num(s.delta)
        part = rf"\sqrt{{2 \cdot {loss}}}" if self.quadratic(s) else f"{loss}/{delta} + {delta}/2"
        return f"{part} = {num(self.formula(s))}"


MODELS = (
    ItemModel(
        name="smooth_l1",
        version=1,
        topic="activations-losses",
        title=Text("Smooth L1 loss", "smooth L1 损失"),
        questions=(SmoothL1One(), SmoothL1Several(), SmoothL1Behind()),
    ),
    ItemModel(
        name="huber",
        version=1,
        topic="activations-losses",
        title=Text("Huber loss", "Huber 损失"),
        questions=(HuberOne(), HuberSeveral(), HuberBehind()),
    ),
)
