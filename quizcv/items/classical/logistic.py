"""A step of gradient descent of logistic regression. Source: Bishop 2006, section 4.3.2."""

from __future__ import annotations

import math

from quizcv.items.classical._data import sigmoid
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, terms, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.linear_models import LogisticBatchStep, LogisticStep


def _score(s: LogisticStep) -> float:
    return sum(w * x for w, x in zip(s.weight, s.x, strict=True)) + s.bias


def _error(s: LogisticStep) -> float:
    return sigmoid(_score(s)) - s.target


def _stepped(s: LogisticStep, gradient: float) -> float:
    return s.weight[s.index] - s.lr * gradient


RATES = (0.1, 0.2, 0.5, 1.0)


class OneSample(Worked[LogisticStep]):
    spec = LogisticStep
    levels = (1, 2)
    rule = r"$w_j - \eta (\sigma(w \cdot x + b) - y) x_j$"
    mistakes = (
        Mistake(
            "The step goes against the gradient: subtract.",
            "沿负梯度方向更新：应为减。",
            lambda s: _stepped(s, -_error(s) * s.x[s.index]),
        ),
        Mistake(
            "The learning rate is missing.", "漏了学习率。", lambda s: s.weight[s.index] - _error(s) * s.x[s.index]
        ),
        Mistake("The error is multiplied by the input.", "误差要乘以输入。", lambda s: _stepped(s, _error(s))),
        Mistake(
            "σ(1 − σ) belongs to the squared error; cross-entropy cancels it.",
            "σ(1 − σ) 属于平方误差；交叉熵中已约去。",
            lambda s: _stepped(s, _error(s) * sigmoid(_score(s)) * (1 - sigmoid(_score(s))) * s.x[s.index]),
        ),
        Mistake(
            "The sigmoid is missing: that is linear regression.",
            "漏了 sigmoid：这是线性回归。",
            lambda s: _stepped(s, (_score(s) - s.target) * s.x[s.index]),
        ),
        Mistake(
            "That is the change of the weight alone.",
            "这只是权重的改变量。",
            lambda s: -s.lr * _error(s) * s.x[s.index],
        ),
        Mistake(
            "The target was not subtracted.", "没有减去目标。", lambda s: _stepped(s, sigmoid(_score(s)) * s.x[s.index])
        ),
    )

    def sample(self, draw: Draw, level: int) -> LogisticStep | None:
        count = 2 if level == 1 else 3
        weight, x = draw.decimals(count, -2, 2, 1), tuple(float(draw.integer(-3, 3)) for _ in range(count))
        s = LogisticStep(
            weight,
            0.0 if level == 1 else draw.decimal(-1, 1, 1),
            x,
            draw.integer(0, 1),
            draw.choice(RATES),
            draw.integer(0, count - 1),
        )
        return s if 0 not in (*weight, *x) and abs(_score(s)) < 4 and abs(_error(s) * s.lr) > 0.01 else None

    def formula(self, s: LogisticStep) -> float:
        z = s.bias + sum(w * x for w, x in zip(s.weight, s.x, strict=True))
        return s.weight[s.index] - s.lr * (1 / (1 + math.exp(-z)) - s.target) * s.x[s.index]

    def stem(self, s: LogisticStep) -> Text:
        return Text(
            f"Logistic regression with the weights {vector(s.weight)} and the bias {num(s.bias)} takes one step "
            "of gradient descent on the cross-entropy of "
            f"the sample $x = {vector(s.x)}$ with the target {s.target}; the learning rate is {num(s.lr)}. What "
            f"is weight {s.index} (counted from 0) "
            "afterwards?",
            f"逻辑回归的权重为 {vector(s.weight)}，偏置为 {num(s.bias)}，对样本 $x = {vector(s.x)}$（目标 "
            f"{s.target}）的交叉熵做一步梯度下降，学习率为 "
            f"{num(s.lr)}。更新后权重 {s.index}（从 0 起）是多少？",
        )

    def why(self, s: LogisticStep) -> Text:
        z = rf"{terms(zip(s.weight, s.x, strict=True))} + {signed(s.bias)} = {num(round(_score(s), 9))}"
        return Text(
            rf"$z = {z}$, $\sigma(z) = {num(sigmoid(_score(s)))}$; weight {s.index} with the target {s.target}:",
            rf"$z = {z}$，$\sigma(z) = {num(sigmoid(_score(s)))}$；权重 {s.index}，目标 {s.target}：",
        )

    def steps(self, s: LogisticStep) -> str:
        error = f"({num(sigmoid(_score(s)))} - {s.target})"
        return rf"{num(s.weight[s.index])} - {num(s.lr)} \cdot {error} \cdot {signed(s.x[s.index])} = {num(self.formula(s))}"


def _gradients(s: LogisticBatchStep) -> list[float]:
    return [(sigmoid(s.weight * x + s.bias) - y) * x for x, y in zip(s.x, s.targets, strict=True)]


class Batch(Worked[LogisticBatchStep]):
    spec = LogisticBatchStep
    levels = (3,)
    find = "batch"
    rule = r"$w - \frac{\eta}{n} \sum_i (\sigma(w x_i + b) - y_i) x_i$"
    mistakes = (
        Mistake(
            "The loss is a mean: the sum of the gradients is divided by n.",
            "损失取平均：梯度之和要除以 n。",
            lambda s: s.weight - s.lr * sum(_gradients(s)),
        ),
        Mistake(
            "The step goes against the gradient: subtract.",
            "沿负梯度方向更新：应为减。",
            lambda s: s.weight + s.lr * sum(_gradients(s)) / len(s.x),
        ),
        Mistake("The learning rate is missing.", "漏了学习率。", lambda s: s.weight - sum(_gradients(s)) / len(s.x)),
        Mistake("Only the first sample was used.", "只用了第一个样本。", lambda s: s.weight - s.lr * _gradients(s)[0]),
        Mistake(
            "Each error is multiplied by its input.",
            "每个误差要乘以其输入。",
            lambda s: (
                s.weight
                - s.lr * sum(sigmoid(s.weight * x + s.bias) - y for x, y in zip(s.x, s.targets, strict=True)) / len(s.x)
            ),
        ),
        Mistake(
            "The sigmoid is missing: that is linear regression.",
            "漏了 sigmoid：这是线性回归。",
            lambda s: (
                s.weight
                - s.lr * sum((s.weight * x + s.bias - y) * x for x, y in zip(s.x, s.targets, strict=True)) / len(s.x)
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LogisticBatchStep | None:
        x = tuple(float(draw.integer(-3, 3)) for _ in range(3))
        weight, bias = draw.decimal(-2, 2, 1), draw.decimal(-1, 1, 1)
        s = LogisticBatchStep(weight, bias, x, tuple(draw.integer(0, 1) for _ in x), draw.choice(RATES))
        return (
            s if weight and bias and 0 not in x and len(set(x)) > 1 and abs(sum(_gradients(s)) * s.lr) > 0.05 else None
        )

    def formula(self, s: LogisticBatchStep) -> float:
        total = sum(x / (1 + math.exp(-s.weight * x - s.bias)) for x in s.x)
        return s.weight - s.lr / len(s.x) * (total - sum(x for x, y in zip(s.x, s.targets, strict=True) if y))

    def stem(self, s: LogisticBatchStep) -> Text:
        return Text(
            f"Logistic regression with one input, weight {num(s.weight)} and bias {num(s.bias)}, takes one step "
            "of gradient descent on the mean cross-entropy of "
            f"the inputs {vector(s.x)} with the targets {vector(s.targets)}; the learning rate is {num(s.lr)}. "
            "What is the weight afterwards?",
            f"单输入逻辑回归的权重为 {num(s.weight)}，偏置为 {num(s.bias)}，对输入 {vector(s.x)}（目标 "
            f"{vector(s.targets)}）的平均交叉熵做一步梯度下降，学习率为 "
            f"{num(s.lr)}。更新后的权重是多少？",
        )

    def why(self, s: LogisticBatchStep) -> Text:
        gradients = vector(_gradients(s))
        return Text(
            f"With the bias {num(s.bias)} the samples' gradients are {gradients}; the step with their mean:",
            f"偏置为 {num(s.bias)} 时各样本的梯度为 {gradients}；用其平均更新：",
        )

    def steps(self, s: LogisticBatchStep) -> str:
        return rf"{num(s.weight)} - {num(s.lr)} \cdot {signed(sum(_gradients(s)))}/{len(s.x)} = {num(self.formula(s))}"


MODEL = ItemModel(
    name="logistic_regression_step",
    version=1,
    topic="classical",
    title=Text("A step of logistic regression", "逻辑回归的一步"),
    questions=(OneSample(), Batch()),
)
