"""Mean squared and mean absolute error. Source: documentation of torch.nn.MSELoss and torch.nn.L1Loss."""

from __future__ import annotations

import math
from statistics import fmean, median

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regression_losses import BestMae, BestMse, Mae, MaeSlope, Mse, MseGradient, Pairs


def _errors(s: Pairs) -> list[float]:
    return [round(p - y, 9) for p, y in zip(s.predictions, s.targets, strict=True)]


def _squares(s: Pairs) -> float:
    return sum(e * e for e in _errors(s))


def _pairs(draw: Draw, count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    while True:
        predictions, targets = draw.decimals(count, -5, 5, 1), draw.decimals(count, -5, 5, 1)
        if all(abs(p - y) >= 0.2 for p, y in zip(predictions, targets, strict=True)):
            return predictions, targets


def _read(s: Pairs) -> Text:
    return Text(
        f"the predictions {vector(s.predictions)} and the targets {vector(s.targets)}",
        f"预测为 {vector(s.predictions)}，目标为 {vector(s.targets)}",
    )


class MeanSquare(Worked[Mse]):
    spec = Mse
    levels = (1,)
    rule = r"$\frac{1}{n} \sum_i (\hat{y}_i - y_i)^2$"
    mistakes = (
        Mistake("That is the sum; the mean divides by n.", "这是总和；平均要除以 n。", _squares),
        Mistake(
            "The errors are squared, not taken by their size.",
            "误差应平方，而不是取绝对值。",
            lambda s: fmean(map(abs, _errors(s))),
        ),
        Mistake(
            "That is the root of the mean, RMSE.",
            "这是均方根误差 RMSE。",
            lambda s: math.sqrt(_squares(s) / len(s.targets)),
        ),
        Mistake(
            "`nn.MSELoss` has no factor 1/2.", "`nn.MSELoss` 没有系数 1/2。", lambda s: _squares(s) / len(s.targets) / 2
        ),
        Mistake("Each error is squared before the mean.", "先平方再平均。", lambda s: fmean(_errors(s)) ** 2),
        Mistake(
            "The mean divides by n, not by n − 1.", "除以 n，不是 n − 1。", lambda s: _squares(s) / (len(s.targets) - 1)
        ),
    )

    def sample(self, draw: Draw, level: int) -> Mse | None:
        return Mse(*_pairs(draw, 4))

    def formula(self, s: Mse) -> float:
        return sum((p - y) ** 2 for p, y in zip(s.predictions, s.targets, strict=True)) / len(s.targets)

    def stem(self, s: Mse) -> Text:
        read = _read(s)
        return Text(
            f"What does `nn.MSELoss()` give with its defaults for {read.en}?",
            f"{read.zh}。默认设置的 `nn.MSELoss()` 给出多少？",
        )

    def why(self, s: Mse) -> Text:
        return Text(
            f"The errors are {vector(_errors(s))}, the mean of their squares is",
            f"误差为 {vector(_errors(s))}，平方的平均为",
        )

    def steps(self, s: Mse) -> str:
        return f"{num(_squares(s))}/{len(s.targets)} = {num(self.formula(s))}"


class MeanSquareGradient(Worked[MseGradient]):
    spec = MseGradient
    levels = (2,)
    find = "derivative"
    rule = r"$2(\hat{y}_i - y_i)/n$"
    mistakes = (
        Mistake(
            "The factor 2 of the square is missing.",
            "漏了平方求导的系数 2。",
            lambda s: _errors(s)[s.index] / len(s.targets),
        ),
        Mistake(
            "The mean divides the gradient by n too.", "取平均后梯度也要除以 n。", lambda s: 2 * _errors(s)[s.index]
        ),
        Mistake(
            "The sign is wrong: prediction minus target.",
            "符号错了：应为预测减目标。",
            lambda s: -2 * _errors(s)[s.index] / len(s.targets),
        ),
        Mistake(
            "Only this prediction's error counts, not all of them.",
            "只有该预测的误差起作用，而不是全部误差。",
            lambda s: 2 * sum(_errors(s)) / len(s.targets),
        ),
        Mistake(
            "That is the squared error's share of the loss, not its derivative.",
            "这是该平方误差在损失中的份额，不是导数。",
            lambda s: _errors(s)[s.index] ** 2 / len(s.targets),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MseGradient | None:
        count = draw.integer(3, 5)
        return MseGradient(*_pairs(draw, count), draw.integer(0, count - 1))

    def formula(self, s: MseGradient) -> float:
        return 2 * (s.predictions[s.index] - s.targets[s.index]) / len(s.targets)

    def stem(self, s: MseGradient) -> Text:
        read = _read(s)
        return Text(
            f"For {read.en}: what is the derivative of `nn.MSELoss()` (default reduction) by prediction {s.index} (counted from 0)?",
            f"{read.zh}。`nn.MSELoss()`（默认 reduction）对第 {s.index} 个（从 0 起）预测的导数是多少？",
        )

    def why(self, s: MseGradient) -> Text:
        return Text(
            f"Prediction {s.index} stands in one square of {len(s.targets)}:",
            f"第 {s.index} 个预测只出现在 {len(s.targets)} 个平方中的一个：",
        )

    def steps(self, s: MseGradient) -> str:
        error = f"({num(s.predictions[s.index])} - {signed(s.targets[s.index])})"
        return rf"2 \cdot {error}/{len(s.targets)} = {num(self.formula(s))}"


class Constant(Worked[BestMse]):
    spec = BestMse
    levels = (3,)
    find = "best"
    rule = Text(
        r"the best constant is the mean; $\frac{1}{n} \sum_i (y_i - \bar{y})^2$",
        r"最优常数为均值；$\frac{1}{n} \sum_i (y_i - \bar{y})^2$",
    )
    mistakes = (
        Mistake("That is the best constant, not its loss.", "这是最优常数，不是它的损失。", lambda s: fmean(s.targets)),
        Mistake(
            "The median is the best for the absolute error; for the squared error it is the mean.",
            "中位数对绝对误差最优；对平方误差最优的是均值。",
            lambda s: fmean((y - median(s.targets)) ** 2 for y in s.targets),
        ),
        Mistake(
            "The loss is divided by n, not by n − 1.",
            "损失除以 n，不是 n − 1。",
            lambda s: sum((y - fmean(s.targets)) ** 2 for y in s.targets) / (len(s.targets) - 1),
        ),
        Mistake(
            "That is the root of the loss, the standard deviation.",
            "这是损失的平方根，即标准差。",
            lambda s: math.sqrt(fmean((y - fmean(s.targets)) ** 2 for y in s.targets)),
        ),
        Mistake(
            "That is the loss of the constant 0.", "这是常数 0 的损失。", lambda s: fmean(y * y for y in s.targets)
        ),
        Mistake(
            "That is the sum, not the mean.",
            "这是总和，不是平均。",
            lambda s: sum((y - fmean(s.targets)) ** 2 for y in s.targets),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BestMse | None:
        targets = tuple(float(draw.integer(-5, 9)) for _ in range(draw.choice((3, 4, 5))))
        return BestMse(targets) if len(set(targets)) > 2 else None

    def formula(self, s: BestMse) -> float:
        n = len(s.targets)
        return sum(y * y for y in s.targets) / n - (sum(s.targets) / n) ** 2

    def stem(self, s: BestMse) -> Text:
        return Text(
            f"A model predicts the same constant for all samples; the targets are {vector(s.targets)}. What is the smallest mean squared "
            "error that it can reach?",
            f"模型对所有样本预测同一个常数，目标为 {vector(s.targets)}。均方误差最小能达到多少？",
        )

    def why(self, s: BestMse) -> Text:
        centre = num(fmean(s.targets))
        return Text(
            f"The mean, {centre}, is the best constant; its loss is the biased variance:",
            f"最优常数为均值 {centre}，其损失即有偏方差：",
        )

    def steps(self, s: BestMse) -> str:
        n, squares = len(s.targets), sum(y * y for y in s.targets)
        return f"{num(squares)}/{n} - {signed(fmean(s.targets))}^2 = {num(self.formula(s))}"


class MeanSize(Worked[Mae]):
    spec = Mae
    levels = (1,)
    rule = r"$\frac{1}{n} \sum_i |\hat{y}_i - y_i|$"
    mistakes = (
        Mistake(
            "That is the sum; the mean divides by n.", "这是总和；平均要除以 n。", lambda s: sum(map(abs, _errors(s)))
        ),
        Mistake(
            "Errors of opposite sign do not cancel: their sizes are averaged.",
            "正负误差不抵消：应对绝对值取平均。",
            lambda s: fmean(_errors(s)),
        ),
        Mistake("That is the mean squared error.", "这是均方误差。", lambda s: _squares(s) / len(s.targets)),
        Mistake(
            "That is the root mean squared error.",
            "这是均方根误差。",
            lambda s: math.sqrt(_squares(s) / len(s.targets)),
        ),
        Mistake(
            "That is the largest error, not their mean.",
            "这是最大误差，不是平均。",
            lambda s: max(map(abs, _errors(s))),
        ),
        Mistake(
            "That is the median error, not their mean.",
            "这是误差的中位数，不是平均。",
            lambda s: median(map(abs, _errors(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Mae | None:
        return Mae(*_pairs(draw, 4))

    def formula(self, s: Mae) -> float:
        return sum(abs(p - y) for p, y in zip(s.predictions, s.targets, strict=True)) / len(s.targets)

    def stem(self, s: Mae) -> Text:
        read = _read(s)
        return Text(
            f"What does `nn.L1Loss()` give with its defaults for {read.en}?",
            f"{read.zh}。默认设置的 `nn.L1Loss()` 给出多少？",
        )

    def why(self, s: Mae) -> Text:
        return Text(
            f"The errors are {vector(_errors(s))}, the mean of their sizes is",
            f"误差为 {vector(_errors(s))}，绝对值的平均为",
        )

    def steps(self, s: Mae) -> str:
        return f"{num(round(sum(map(abs, _errors(s))), 9))}/{len(s.targets)} = {num(self.formula(s))}"


def _signs(s: MaeSlope) -> list[int]:
    return [1 if s.weight * x > y else -1 for x, y in zip(s.x, s.targets, strict=True)]


class SizeSlope(Worked[MaeSlope]):
    spec = MaeSlope
    levels = (2,)
    find = "derivative"
    rule = r"$\frac{1}{n} \sum_i \mathrm{sign}(w x_i - y_i) x_i$"
    mistakes = (
        Mistake(
            "The sign is that of prediction minus target.",
            "符号取自预测减目标。",
            lambda s: -sum(sign * x for sign, x in zip(_signs(s), s.x, strict=True)) / len(s.x),
        ),
        Mistake("The inner derivative x is missing.", "漏了内层导数 x。", lambda s: sum(_signs(s)) / len(s.x)),
        Mistake(
            "The mean divides by n.",
            "取平均要除以 n。",
            lambda s: sum(sign * x for sign, x in zip(_signs(s), s.x, strict=True)),
        ),
        Mistake(
            "That is the gradient of the squared error.",
            "这是平方误差的梯度。",
            lambda s: 2 * sum((s.weight * x - y) * x for x, y in zip(s.x, s.targets, strict=True)) / len(s.x),
        ),
        Mistake("The signs of the errors count.", "误差的符号要计入。", lambda s: sum(s.x) / len(s.x)),
        Mistake(
            "The size of the error does not enter, only its sign.",
            "误差大小不起作用，只有符号起作用。",
            lambda s: sum((s.weight * x - y) * x for x, y in zip(s.x, s.targets, strict=True)) / len(s.x),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MaeSlope | None:
        weight = draw.decimal(-2, 2, 1)
        x = tuple(float(draw.integer(-4, 5)) for _ in range(3))
        targets = tuple(float(draw.integer(-6, 6)) for _ in range(3))
        clear = all(abs(weight * one - y) > 0.1 for one, y in zip(x, targets, strict=True))
        return MaeSlope(weight, x, targets) if clear and weight and 0 not in x else None

    def formula(self, s: MaeSlope) -> float:
        return sum(math.copysign(x, (s.weight * x - y) * x) for x, y in zip(s.x, s.targets, strict=True)) / len(s.x)

    def stem(self, s: MaeSlope) -> Text:
        return Text(
            f"A model predicts $w x$ with $w = {num(s.weight)}$ for the inputs {vector(s.x)}; the targets are "
            f"{vector(s.targets)}. What is "
            "the derivative of the mean absolute error by $w$?",
            f"模型用 $w x$ 预测，$w = {num(s.weight)}$，输入为 {vector(s.x)}，目标为 {vector(s.targets)}。"
            "平均绝对误差对 $w$ 的导数是多少？",
        )

    def why(self, s: MaeSlope) -> Text:
        errors = vector(round(s.weight * x - y, 9) for x, y in zip(s.x, s.targets, strict=True))
        return Text(
            f"With $w = {num(s.weight)}$ the errors are {errors}; their signs times x:",
            f"$w = {num(s.weight)}$ 时误差为 {errors}；各取符号乘以 x：",
        )

    def steps(self, s: MaeSlope) -> str:
        parts = " + ".join(signed(sign * x) for sign, x in zip(_signs(s), s.x, strict=True))
        return f"({parts})/{len(s.x)} = {num(self.formula(s))}"


class Median(Worked[BestMae]):
    spec = BestMae
    answer = Number(decimals=2)
    levels = (3,)
    find = "best"
    rule = Text("the median of the targets", "目标的中位数")
    mistakes = (
        Mistake(
            "The mean is the best for the squared error; for the absolute error it is the median.",
            "均值对平方误差最优；对绝对误差最优的是中位数。",
            lambda s: fmean(s.targets),
        ),
        Mistake(
            "The middle between the extremes is the best for the largest error.",
            "最大值与最小值的中点使最大误差最小。",
            lambda s: (min(s.targets) + max(s.targets)) / 2,
        ),
        Mistake(
            "The middle entry is the median only of a sorted list.",
            "先排序，中间的元素才是中位数。",
            lambda s: s.targets[len(s.targets) // 2],
        ),
        Mistake(
            "That is the loss of the best constant, not the constant.",
            "这是最优常数的损失，不是该常数。",
            lambda s: fmean(abs(y - median(s.targets)) for y in s.targets),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BestMae | None:
        targets = draw.decimals(5, -5, 9, 1)
        return BestMae(targets) if len(set(targets)) == 5 else None

    def formula(self, s: BestMae) -> float:
        return sorted(s.targets)[len(s.targets) // 2]

    def stem(self, s: BestMae) -> Text:
        return Text(
            f"A model predicts the same constant for all samples; the targets are {vector(s.targets)}. Which "
            "constant has the smallest mean "
            "absolute error?",
            f"模型对所有样本预测同一个常数，目标为 {vector(s.targets)}。哪个常数的平均绝对误差最小？",
        )

    def why(self, s: BestMae) -> Text:
        order = vector(sorted(s.targets))
        return Text(
            f"Sorted: {order}. As many errors must point up as down, at the median:",
            f"排序后为 {order}。正负误差个数相等处即中位数：",
        )

    def steps(self, s: BestMae) -> str:
        return f"c = {num(self.formula(s))}"


MODELS = (
    ItemModel(
        name="mse",
        version=1,
        topic="activations-losses",
        title=Text("Mean squared error", "均方误差"),
        questions=(MeanSquare(), MeanSquareGradient(), Constant()),
    ),
    ItemModel(
        name="mae",
        version=1,
        topic="activations-losses",
        title=Text("Mean absolute error", "平均绝对误差"),
        questions=(MeanSize(), SizeSlope(), Median()),
    ),
)
