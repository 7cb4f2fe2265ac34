"""Batch norm in evaluation, with its running statistics."""

from __future__ import annotations

import math
from typing import Any

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import EPS
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.normalisation import BatchNormEval, BatchNormEvalInput

SQUARES = (0.25, 1.0, 4.0, 9.0, 16.0)


def given(s: Any) -> Text:
    """The state of the layer."""
    parts = (
        f"running_mean {num(s.running_mean)}, running_var {num(s.running_var)}",
        rf"$\gamma$ = {num(s.gamma)}, $\beta$ = {num(s.beta)}, $\epsilon$ = ${num(s.eps)}$",
    )
    return Text(", ".join(parts), "，".join(part.replace(", ", "，") for part in parts))


def std(s: Any) -> float:
    return math.sqrt(s.running_var + s.eps)


def root(s: Any) -> str:
    return rf"\sqrt{{{num(s.running_var)} + {num(s.eps)}}}"


def draw_state(draw: Draw, level: int) -> tuple[float, float, float, float]:
    """running_mean, running_var, γ, β."""
    if level == 1:
        gamma, beta = draw.choice((0.5, 2.0, 3.0, -1.0)), draw.decimal(-2, 2, 0)
        return draw.decimal(-4, 4, 0), draw.choice(SQUARES), gamma, beta
    return draw.decimal(-3, 3, 1), draw.decimal(0.2, 6, 1), draw.decimal(-2, 2, 1), draw.decimal(-2, 2, 1)


BY_VARIANCE = ("Divide by the standard deviation, not by the variance.", "应除以标准差，而不是方差。")


class Eval(Question[BatchNormEval]):
    """Source: documentation of torch.nn.BatchNorm2d."""

    spec = BatchNormEval
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$y = \gamma (x - \mu_r)/\sqrt{\sigma^2_r + \epsilon} + \beta$"
    mistakes = (
        Mistake(
            *BY_VARIANCE,
            lambda s: s.gamma * (s.x - s.running_mean) / (s.running_var + s.eps) + s.beta,
        ),
        Mistake("The mean was not subtracted.", "没有减去均值。", lambda s: s.gamma * s.x / std(s) + s.beta),
        Mistake("γ and β were left out.", "漏掉了 γ 和 β。", lambda s: (s.x - s.running_mean) / std(s)),
        Mistake(
            "β is added after scaling with γ.",
            "β 在乘以 γ 之后才加。",
            lambda s: s.gamma * ((s.x - s.running_mean) / std(s) + s.beta),
        ),
        Mistake(
            "In evaluation the layer still normalises, with its running statistics.",
            "评估时该层仍做归一化，用的是运行统计量。",
            lambda s: s.gamma * s.x + s.beta,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormEval | None:
        state = draw_state(draw, level)
        x = draw.decimal(-5, 5, 0 if level == 1 else 1)
        return BatchNormEval(x, *state, EPS) if x != state[0] and state[2] != 0 else None

    def formula(self, s: BatchNormEval) -> float:
        return s.gamma * (s.x - s.running_mean) / math.sqrt(s.running_var + s.eps) + s.beta

    def stem(self, s: BatchNormEval) -> Text:
        state = given(s)
        return Text(
            f"After `model.eval()` a batch norm layer of PyTorch has, for one channel, {state.en}. What is its output for the input "
            f"{num(s.x)}?",
            f"调用 `model.eval()` 之后，PyTorch 的批归一化层某通道的参数为：{state.zh}。输入 {num(s.x)} 时输出是多少？",
        )

    def solution(self, s: BatchNormEval) -> Text:
        steps = rf"{num(s.gamma)} \cdot ({num(s.x)} - {signed(s.running_mean)})/{root(s)} + {signed(s.beta)}"
        return Text(
            f"The running statistics take the place of the batch's: ${steps} = {num(self.formula(s))}$.",
            f"用运行统计量代替当前批的统计量：${steps} = {num(self.formula(s))}$。",
        )


class Input(Question[BatchNormEvalInput]):
    """The layer solved for its input."""

    spec = BatchNormEvalInput
    answer = Number(decimals=3)
    levels = (3,)
    find = "x"
    rule = r"$x = \mu_r + (y - \beta) \sqrt{\sigma^2_r + \epsilon}/\gamma$"
    mistakes = (
        Mistake(
            "The layer was applied instead of undone.",
            "这是正向计算，而不是反推。",
            lambda s: s.gamma * (s.y - s.running_mean) / std(s) + s.beta,
        ),
        Mistake(
            "The standard deviation is needed, not the variance.",
            "这里要用标准差，而不是方差。",
            lambda s: s.running_mean + (s.y - s.beta) * (s.running_var + s.eps) / s.gamma,
        ),
        Mistake("β was left out.", "漏掉了 β。", lambda s: s.running_mean + s.y * std(s) / s.gamma),
        Mistake("The mean was left out.", "漏掉了均值。", lambda s: (s.y - s.beta) * std(s) / s.gamma),
        Mistake(
            "The scale γ must be divided out.",
            "应除以 γ。",
            lambda s: s.running_mean + (s.y - s.beta) * std(s) * s.gamma,
        ),
        Mistake(
            "The mean is added when the layer is undone.",
            "反推时应加上均值。",
            lambda s: (s.y - s.beta) * std(s) / s.gamma - s.running_mean,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormEvalInput | None:
        state = draw_state(draw, level)
        y = draw.choice((0.0, draw.decimal(-3, 3, 1)))
        return BatchNormEvalInput(y, *state, EPS) if abs(state[2]) >= 0.3 and y != state[3] else None

    def formula(self, s: BatchNormEvalInput) -> float:
        return s.running_mean + (s.y - s.beta) * math.sqrt(s.running_var + s.eps) / s.gamma

    def stem(self, s: BatchNormEvalInput) -> Text:
        state = given(s)
        return Text(
            f"After `model.eval()` a batch norm layer of PyTorch has, for one channel, {state.en}. For which input is its output "
            f"{num(s.y)}?",
            f"调用 `model.eval()` 之后，PyTorch 的批归一化层某通道的参数为：{state.zh}。输入为多少时输出为 {num(s.y)}？",
        )

    def solution(self, s: BatchNormEvalInput) -> Text:
        steps = rf"{num(s.running_mean)} + ({num(s.y)} - {signed(s.beta)}) \cdot {root(s)} / {signed(s.gamma)}"
        return Text(
            f"Undo shift, scale, division and mean, in this order: ${steps} = {num(self.formula(s))}$.",
            f"依次去掉平移、缩放、除法和均值：${steps} = {num(self.formula(s))}$。",
        )


MODEL = ItemModel(
    name="batch_norm_eval",
    version=1,
    topic="regularisation",
    title=Text("Batch norm in evaluation", "评估时的批归一化"),
    questions=(Eval(), Input()),
)
