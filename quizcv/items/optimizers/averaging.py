"""Averages of the weights themselves: SWA's plain mean and the moving average of `AveragedModel`."""

from __future__ import annotations

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.optimizers._numbers import num, signed
from quizcv.items.optimizers._steps import numbered
from quizcv.items.text import vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.averages import EmaOfWeights, SwaAverage, SwaNext


class Mean(Question[SwaAverage]):
    """Source: Izmailov et al. 2018; documentation of torch.optim.swa_utils.AveragedModel."""

    spec = SwaAverage
    answer = Number(decimals=3)
    levels = (1,)
    rule = Text(
        r"the plain mean: $\bar w_{n+1} = \bar w_n + (w - \bar w_n)/(n + 1)$",
        r"即简单平均：$\bar w_{n+1} = \bar w_n + (w - \bar w_n)/(n + 1)$",
    )
    mistakes = (
        Mistake(
            "Repeatedly taking the midpoint favours the last weights; SWA weights all alike.",
            "反复取中点会偏向最后的权重；SWA 对各次权重一视同仁。",
            lambda s: _midpoints(s.weights),
        ),
        Mistake(
            "The first weight, which is copied, counts in the mean like the others.",
            "第一次更新时复制的权重也同样计入平均。",
            lambda s: sum(s.weights[1:]) / (len(s.weights) - 1),
        ),
        Mistake("That is the last weight, not the average.", "这是最后的权重，而不是平均值。", lambda s: s.weights[-1]),
        Mistake(
            "The sum is divided by the number of weights, not by one less.",
            "总和要除以权重的个数，而不是个数减一。",
            lambda s: sum(s.weights) / (len(s.weights) - 1),
        ),
        Mistake(
            "The average is over all weights, not over the first and the last only.",
            "平均的是所有权重，而不只是首尾两个。",
            lambda s: (s.weights[0] + s.weights[-1]) / 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SwaAverage | None:
        return SwaAverage(draw.decimals(draw.integer(3, 5), -2, 4, 1))

    def formula(self, s: SwaAverage) -> float:
        return sum(s.weights) / len(s.weights)

    def stem(self, s: SwaAverage) -> Text:
        return Text(
            "PyTorch's `AveragedModel` (default averaging, as for SWA) is updated by `update_parameters` after each epoch. At these "
            f"updates a weight of the model is {vector(s.weights)}, in this order. What is it in the averaged model at the end?",
            "每个 epoch 之后用 `update_parameters` 更新 PyTorch 的 "
            "`AveragedModel`（默认平均方式，即 SWA）。模型的某个权重在这些时刻依次为 "
            f"{vector(s.weights)}。最后平均模型中该权重是多少？",
        )

    def solution(self, s: SwaAverage) -> Text:
        mean = rf"({' + '.join(map(signed, s.weights))})/{len(s.weights)} = {num(self.formula(s))}"
        return Text(f"All weights count alike: ${mean}$.", f"各次权重一视同仁：${mean}$。")


def _midpoints(weights: tuple[float, ...]) -> float:
    average = weights[0]
    for weight in weights[1:]:
        average = (average + weight) / 2
    return average


def _ema(s: EmaOfWeights, *, decay: float | None = None, start: float | None = None) -> float:
    decay = s.decay if decay is None else decay
    average, rest = (s.weights[0], s.weights[1:]) if start is None else (start, s.weights)
    for weight in rest:
        average = decay * average + (1 - decay) * weight
    return average


class Moving(Question[EmaOfWeights]):
    """Source: documentation of torch.optim.swa_utils.get_ema_multi_avg_fn; the first update copies."""

    spec = EmaOfWeights
    answer = Number(decimals=3)
    levels = (2,)
    find = "ema"
    rule = r"$\bar w_1 = w_1$, $\bar w_t = d \bar w_{t-1} + (1 - d) w_t$"
    mistakes = (
        Mistake(
            "The first update copies the weight; the average does not start at 0.",
            "第一次更新是直接复制权重；平均不从 0 开始。",
            lambda s: _ema(s, start=0.0),
        ),
        Mistake(
            "The decay belongs to the old average, 1 − d to the new weight.",
            "decay 乘旧的平均，1 − d 乘新权重。",
            lambda s: _ema(s, decay=1 - s.decay),
        ),
        Mistake("That is the plain mean of SWA.", "这是 SWA 的简单平均。", lambda s: sum(s.weights) / len(s.weights)),
        Mistake(
            "Having started from the first weight, the average needs no bias correction.",
            "平均从第一个权重开始，不需要偏差修正。",
            lambda s: _ema(s) / (1 - s.decay ** len(s.weights)),
        ),
        Mistake("That is the last weight, not the average.", "这是最后的权重，而不是平均值。", lambda s: s.weights[-1]),
    )

    def sample(self, draw: Draw, level: int) -> EmaOfWeights | None:
        return EmaOfWeights(draw.decimals(draw.integer(3, 4), -2, 4, 1), draw.choice((0.5, 0.6, 0.8, 0.9, 0.95, 0.99)))

    def formula(self, s: EmaOfWeights) -> float:
        return _ema(s)

    def stem(self, s: EmaOfWeights) -> Text:
        return Text(
            f"PyTorch's `AveragedModel` with `multi_avg_fn=get_ema_multi_avg_fn(decay={num(s.decay)})` is updated by "
            f"`update_parameters` after each step. At these updates a weight of the model is {vector(s.weights)}, in this order. What "
            "is it in the averaged model at the end?",
            f"每步之后用 `update_parameters` 更新 PyTorch 的 `AveragedModel`（`multi_avg_fn=get_ema_multi_avg_fn(decay={num(s.decay)})`）。"
            f"模型的某个权重在这些时刻依次为 {vector(s.weights)}。最后平均模型中该权重是多少？",
        )

    def solution(self, s: EmaOfWeights) -> Text:
        average, lines = s.weights[0], [(rf"\bar w = {num(s.weights[0])}",)]
        for weight in s.weights[1:]:
            new = s.decay * average + (1 - s.decay) * weight
            lines.append(
                (
                    rf"\bar w = {num(s.decay)} \cdot {signed(average)} + {num(1 - s.decay)} \cdot {signed(weight)} = {num(new)}",
                )
            )
            average = new
        if len(lines) == 1:
            return numbered(
                lines, Text(f"The decay {num(s.decay)} has not acted yet.", f"decay {num(s.decay)} 尚未起作用。")
            )
        return numbered(lines)


class Next(Question[SwaNext]):
    """The running mean solved for the newest weight."""

    spec = SwaNext
    answer = Number(decimals=2)
    levels = (3,)
    find = "weight"
    rule = r"$w = (n + 1)\bar w_{n+1} - n \bar w_n$"
    mistakes = (
        Mistake(
            "The mean moves by 1/(n + 1) of the difference, not by all of it.",
            "均值只移动差值的 1/(n + 1)，而不是全部。",
            lambda s: s.after,
        ),
        Mistake(
            "There are n + 1 weights after the update, not n.",
            "更新之后有 n + 1 个权重，而不是 n 个。",
            lambda s: s.before + s.count * (s.after - s.before),
        ),
        Mistake(
            "That is the change times n + 1; the old mean has to be added.",
            "这是变化量乘以 n + 1；还要加上原来的均值。",
            lambda s: (s.count + 1) * (s.after - s.before),
        ),
        Mistake(
            "The new mean is not the midpoint of the old one and the new weight.",
            "新均值不是旧均值与新权重的中点。",
            lambda s: 2 * s.after - s.before,
        ),
        Mistake(
            "The sign of the change: the mean moves towards the new weight, not away from it.",
            "变化的符号：均值朝新权重移动，而不是远离它。",
            lambda s: s.before - (s.count + 1) * (s.after - s.before),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SwaNext | None:
        count, before, change = draw.integer(2, 9), draw.decimal(-2, 3, 1), draw.decimal(-0.5, 0.5, 2)
        return SwaNext(before, round(before + change, 2), count) if abs(change) > 0.04 else None

    def formula(self, s: SwaNext) -> float:
        return (s.count + 1) * s.after - s.count * s.before

    def stem(self, s: SwaNext) -> Text:
        return Text(
            f"PyTorch's `AveragedModel` (default averaging, as for SWA) has averaged {s.count} sets of weights; one weight is "
            f"{num(s.before)} on average. After the next `update_parameters` it is {num(s.after)}. What was this weight in the model "
            "at that update?",
            f"PyTorch 的 `AveragedModel`（默认平均方式，即 SWA）已平均了 {s.count} 组权重，某个权重的平均值为 {num(s.before)}。"
            f"再调用一次 `update_parameters` 之后为 {num(s.after)}。更新时模型中该权重是多少？",
        )

    def solution(self, s: SwaNext) -> Text:
        steps = (
            rf"w = {s.count + 1} \cdot {signed(s.after)} - {s.count} \cdot {signed(s.before)} = {num(self.formula(s))}"
        )
        return Text(
            f"The sum grows from {s.count} to {s.count + 1} times the mean: ${steps}$.",
            f"总和从均值的 {s.count} 倍变为 {s.count + 1} 倍：${steps}$。",
        )


MODEL = ItemModel(
    "weight_average_swa", 1, "optimizers", Text("Averaged weights", "权重平均"), (Mean(), Moving(), Next())
)
