"""Mean absolute error. Source: documentation of torch.nn.L1Loss."""

from __future__ import annotations

import math
from statistics import fmean, median

from quizcv.answers import Number
from quizcv.items.activations_losses._errors import drawn_pairs, errors_of, given, sum_of_squares
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num, signed, vector
from quizcv.items.worked import Worked
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.regression_losses import BestMae, Mae, MaeSlope


class MeanSize(Worked[Mae]):
    spec = Mae
    levels = (1,)
    rule = r"$\frac{1}{n} \sum_i |\hat{y}_i - y_i|$"
    mistakes = (
        Mistake(
            "That is the sum; the mean divides by n.", "这是总和；平均要除以 n。", lambda s: sum(map(abs, errors_of(s)))
        ),
        Mistake(
            "Errors of opposite sign do not cancel: their sizes are averaged.",
            "正负误差不抵消：应对绝对值取平均。",
            lambda s: fmean(errors_of(s)),
        ),
        Mistake("That is the mean squared error.", "这是均方误差。", lambda s: sum_of_squares(s) / len(s.targets)),
        Mistake(
            "That is the root mean squared error.",
            "这是均方根误差。",
            lambda s: math.sqrt(sum_of_squares(s) / len(s.targets)),
        ),
        Mistake(
            "That is the largest error, not their mean.",
            "这是最大误差，不是平均。",
            lambda s: max(map(abs, errors_of(s))),
        ),
        Mistake(
            "That is the median error, not their mean.",
            "这是误差的中位数，不是平均。",
            lambda s: median(map(abs, errors_of(s))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Mae | None:
        return Mae(*drawn_pairs(draw, 4))

    def formula(self, s: Mae) -> float:
        return sum(abs(p - y) for p, y in zip(s.predictions, s.targets, strict=True)) / len(s.targets)

    def stem(self, s: Mae) -> Text:
        read = given(s)
        return Text(
            f"What does `nn.L1Loss()` give with its defaults for {read.en}?",
            f"{read.zh}。默认设置的 `nn.L1Loss()` 给出多少？",
        )

    def why(self, s: Mae) -> Text:
        return Text(
            f"The errors are {vector(errors_of(s))}, the mean of their sizes is",
            f"误差为 {vector(errors_of(s))}，绝对值的平均为 ",
        )

    def steps(self, s: Mae) -> str:
        return f"{num(round(sum(map(abs, errors_of(s))), 9))}/{len(s.targets)} = {num(self.formula(s))}"


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
            "the derivative of the mean absolute error with respect to $w$?",
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


MODEL = ItemModel(
    name="mae",
    version=1,
    topic="activations-losses",
    title=Text("Mean absolute error", "平均绝对误差"),
    questions=(MeanSize(), SizeSlope(), Median()),
)
