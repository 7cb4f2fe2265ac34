"""Mean squared error. Source: documentation of torch.nn.MSELoss."""

from __future__ import annotations

import math
from statistics import fmean, median

from quizcv.items.activations_losses._errors import drawn_pairs, errors_of, given, sum_of_squares
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regression_losses import BestMse, Mse, MseGradient


class MeanSquare(Worked[Mse]):
    spec = Mse
    levels = (1,)
    rule = r"$\frac{1}{n} \sum_i (\hat{y}_i - y_i)^2$"
    mistakes = (
        Mistake("That is the sum; the mean divides by n.", "这是总和；平均要除以 n。", sum_of_squares),
        Mistake(
            "The errors are squared, not taken by their size.",
            "误差应平方，而不是取绝对值。",
            lambda s: fmean(map(abs, errors_of(s))),
        ),
        Mistake(
            "That is the root of the mean, RMSE.",
            "这是均方根误差 RMSE。",
            lambda s: math.sqrt(sum_of_squares(s) / len(s.targets)),
        ),
        Mistake(
            "`nn.MSELoss` has no factor 1/2.",
            "`nn.MSELoss` 没有系数 1/2。",
            lambda s: sum_of_squares(s) / len(s.targets) / 2,
        ),
        Mistake("Each error is squared before the mean.", "先平方再平均。", lambda s: fmean(errors_of(s)) ** 2),
        Mistake(
            "The mean divides by n, not by n − 1.",
            "除以 n，不是 n − 1。",
            lambda s: sum_of_squares(s) / (len(s.targets) - 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Mse | None:
        return Mse(*drawn_pairs(draw, 4))

    def formula(self, s: Mse) -> float:
        return sum((p - y) ** 2 for p, y in zip(s.predictions, s.targets, strict=True)) / len(s.targets)

    def stem(self, s: Mse) -> Text:
        read = given(s)
        return Text(
            f"What does `nn.MSELoss()` give with its defaults for {read.en}?",
            f"{read.zh}。默认设置的 `nn.MSELoss()` 给出多少？",
        )

    def why(self, s: Mse) -> Text:
        return Text(
            f"The errors are {vector(errors_of(s))}, the mean of their squares is",
            f"误差为 {vector(errors_of(s))}，平方的平均为 ",
        )

    def steps(self, s: Mse) -> str:
        return f"{num(sum_of_squares(s))}/{len(s.targets)} = {num(self.formula(s))}"


class MeanSquareGradient(Worked[MseGradient]):
    spec = MseGradient
    levels = (2,)
    find = "derivative"
    rule = r"$2(\hat{y}_i - y_i)/n$"
    mistakes = (
        Mistake(
            "The factor 2 of the square is missing.",
            "漏了平方求导的系数 2。",
            lambda s: errors_of(s)[s.index] / len(s.targets),
        ),
        Mistake(
            "The mean divides the gradient by n too.", "取平均后梯度也要除以 n。", lambda s: 2 * errors_of(s)[s.index]
        ),
        Mistake(
            "The sign is wrong: prediction minus target.",
            "符号错了：应为预测减目标。",
            lambda s: -2 * errors_of(s)[s.index] / len(s.targets),
        ),
        Mistake(
            "Only this prediction's error counts, not all of them.",
            "只有该预测的误差起作用，而不是全部误差。",
            lambda s: 2 * sum(errors_of(s)) / len(s.targets),
        ),
        Mistake(
            "That is the squared error's share of the loss, not its derivative.",
            "这是该平方误差在损失中的份额，不是导数。",
            lambda s: errors_of(s)[s.index] ** 2 / len(s.targets),
        ),
    )

    def sample(self, draw: Draw, level: int) -> MseGradient | None:
        count = draw.integer(3, 5)
        return MseGradient(*drawn_pairs(draw, count), draw.integer(0, count - 1))

    def formula(self, s: MseGradient) -> float:
        return 2 * (s.predictions[s.index] - s.targets[s.index]) / len(s.targets)

    def stem(self, s: MseGradient) -> Text:
        read = given(s)
        return Text(
            f"For {read.en}: what is the derivative of `nn.MSELoss()` (default reduction) with respect to prediction {s.index} "
            "(counted from 0)?",
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


MODEL = ItemModel(
    name="mse",
    version=1,
    topic="activations-losses",
    title=Text("Mean squared error", "均方误差"),
    questions=(MeanSquare(), MeanSquareGradient(), Constant()),
)
