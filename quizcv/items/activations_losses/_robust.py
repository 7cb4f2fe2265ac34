"""What smooth L1 and Huber loss share: how they are asked, and where they are quadratic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quizcv.items.model import Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw


def smooth_loss(e: float, beta: float) -> float:
    e = abs(e)
    return e * e / 2 / beta if e < beta else e - beta / 2


def huber_loss(e: float, delta: float) -> float:
    e = abs(e)
    return e * e / 2 if e < delta else delta * (e - delta / 2)


Loss = Callable[[float, float], float]


def error_of(s: Any) -> float:
    return float(round(s.prediction - s.target, 9))


def errors_of(s: Any) -> list[float]:
    return [round(p - y, 9) for p, y in zip(s.predictions, s.targets, strict=True)]


def drawn(draw: Draw, threshold: float) -> tuple[float, float]:
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
        return self.spec(*drawn(draw, 1.0))

    def stem(self, s: Any) -> Text:
        call = f"`{self.name}({self.option}={num(self.threshold(s))})`"
        return Text(
            f"What does {call} give for the prediction {num(s.prediction)} and the target {num(s.target)}?",
            f"预测为 {num(s.prediction)}，目标为 {num(s.target)}。{call} 给出多少？",
        )

    def why(self, s: Any) -> Text:
        e, t = num(abs(error_of(s))), num(self.threshold(s))
        error = f"$|{num(s.prediction)} - {signed(s.target)}| = {e}$"
        if abs(error_of(s)) < self.threshold(s):
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
        return [self.loss(e, self.threshold(s)) for e in errors_of(s)]

    def sample(self, draw: Draw, level: int) -> Any:
        threshold = draw.choice((0.5, 1.5, 2.0, 3.0))
        predictions, targets = zip(*(drawn(draw, threshold) for _ in range(3)), strict=True)
        return self.spec(predictions, targets, threshold)

    def stem(self, s: Any) -> Text:
        call = f"`{self.name}({self.option}={num(self.threshold(s))})`"
        return Text(
            f"What does {call} give with the default reduction for the predictions {vector(s.predictions)} and "
            f"the targets {vector(s.targets)}?",
            f"预测为 {vector(s.predictions)}，目标为 {vector(s.targets)}。默认 reduction 的 {call} 给出多少？",
        )

    def why(self, s: Any) -> Text:
        errors, each, t = vector(map(abs, errors_of(s))), vector(self.each(s)), num(self.threshold(s))
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
            f"For one prediction $p$ with the target $y$, {call} gives {num(s.loss)}. What is the size of the error $|p - y|$?",
            f"{call} 对某个预测给出 {num(s.loss)}。误差的绝对值 $|p - y|$（$p$ 为预测，$y$ 为目标）是多少？",
        )

    def why(self, s: Any) -> Text:
        t, at = num(self.threshold(s)), num(self.loss(self.threshold(s), self.threshold(s)))
        if self.quadratic(s):
            return Text(
                f"At the bound {t} the loss is {at}; {num(s.loss)} is below, quadratic:",
                f"在界 {t} 处损失为 {at}；{num(s.loss)} 小于它，属二次部分：",
            )
        return Text(
            f"At the bound {t} the loss is {at}; {num(s.loss)} is not below, linear:",
            f"在界 {t} 处损失为 {at}；{num(s.loss)} 不小于它，属线性部分：",
        )


def mean_loss(loss: Loss, option: str) -> Callable[[Any], float]:
    return lambda s: sum(loss(e, getattr(s, option)) for e in errors_of(s)) / len(s.targets)


ONE: tuple[Mistake[Any], ...] = (
    Mistake("That is the error itself, L1.", "这是误差本身，即 L1。", lambda s: abs(error_of(s))),
    Mistake("That is the squared error.", "这是平方误差。", lambda s: error_of(s) ** 2),
    Mistake(
        "The factor 1/2 is missing in the quadratic part.",
        "二次部分漏了系数 1/2。",
        lambda s: error_of(s) ** 2 if abs(error_of(s)) < 1 else None,
    ),
    Mistake(
        "Large errors belong to the linear part.",
        "较大的误差属于线性部分。",
        lambda s: error_of(s) ** 2 / 2 if abs(error_of(s)) > 1 else None,
    ),
    Mistake(
        "Small errors belong to the quadratic part.",
        "较小的误差属于二次部分。",
        lambda s: abs(error_of(s)) - 0.5 if abs(error_of(s)) < 1 else None,
    ),
    Mistake(
        "In the linear part half the bound is subtracted, not added.",
        "线性部分应减去界的一半，不是加上。",
        lambda s: abs(error_of(s)) + 0.5 if abs(error_of(s)) > 1 else None,
    ),
)
