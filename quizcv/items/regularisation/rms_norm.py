"""RMS norm: one output by hand, and what layer norm would give instead."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.regularisation._norms import SPREAD, Norm
from quizcv.items.text import num, signed, vector
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.statistics import RmsGap, RmsNormValue


def _mean_square(s: RmsNormValue | RmsGap) -> float:
    return sum([x * x for x in s.x]) / len(s.x)


def _rms(s: RmsNormValue | RmsGap) -> float:
    return s.x[s.index] / math.sqrt(_mean_square(s) + s.eps)


def _layer(s: RmsNormValue | RmsGap) -> float:
    return Norm(s.x[s.index], s.x, eps=s.eps).out


def _squares_worked(s: RmsNormValue | RmsGap) -> str:
    return rf"\overline{{x^2}} = {num(sum(x * x for x in s.x))}/{len(s.x)} = {num(_mean_square(s))}"


def _draw_x(draw: Draw) -> tuple[tuple[int, ...], int] | None:
    count = draw.integer(3, 5)
    x, index = tuple(draw.integer(-5, 8) for _ in range(count)), draw.integer(0, count - 1)
    return (x, index) if x[index] != 0 and sum(x) != 0 and Norm(0, x).var >= SPREAD else None


class Value(Question[RmsNormValue]):
    """Source: Zhang and Sennrich 2019, equation 4; documentation of torch.nn.RMSNorm."""

    spec = RmsNormValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = r"$y = \gamma x/\sqrt{\overline{x^2} + \epsilon}$"
    mistakes = (
        Mistake(
            "That is layer norm: RMS norm does not subtract the mean.",
            "这是层归一化；RMS 归一化不减均值。",
            lambda s: s.gamma * _layer(s),
        ),
        Mistake(
            "That divides by the standard deviation; RMS norm divides by the root of the mean square.",
            "这是除以标准差；RMS 归一化除以均方根。",
            lambda s: s.gamma * s.x[s.index] / math.sqrt(Norm(0, s.x).var + s.eps),
        ),
        Mistake(
            "The squares are averaged, not summed.",
            "平方要取平均，而不是求和。",
            lambda s: s.gamma * s.x[s.index] / math.sqrt(_mean_square(s) * len(s.x) + s.eps),
        ),
        Mistake("The root was left out.", "漏掉了开方。", lambda s: s.gamma * s.x[s.index] / (_mean_square(s) + s.eps)),
        Mistake("The scale γ was left out.", "漏掉了缩放 γ。", lambda s: _rms(s)),
    )

    def sample(self, draw: Draw, level: int) -> RmsNormValue | None:
        drawn = _draw_x(draw)
        gamma = 1.0 if level == 1 else draw.choice((0.5, 0.8, 1.2, 1.5, 2.0, -0.5))
        return RmsNormValue(*drawn, gamma) if drawn else None

    def formula(self, s: RmsNormValue) -> float:
        return s.gamma * s.x[s.index] / math.sqrt(sum([x * x for x in s.x]) / len(s.x) + s.eps)

    def stem(self, s: RmsNormValue) -> Text:
        return Text(
            f"`nn.RMSNorm({len(s.x)})` reads the vector {vector(s.x)} ($\\epsilon$ = ${num(s.eps)}$). What is its output at "
            f"index {s.index} (from 0), where its weight γ is {num(s.gamma)}?",
            f"`nn.RMSNorm({len(s.x)})` 的输入为向量 {vector(s.x)}（$\\epsilon$ = ${num(s.eps)}$）。序号 {s.index}（从 0 起）处"
            f"的权重 γ 为 {num(s.gamma)}，该处的输出是多少？",
        )

    def solution(self, s: RmsNormValue) -> Text:
        steps = (
            rf"{num(s.gamma)} \cdot {signed(s.x[s.index])}/\sqrt{{{num(_mean_square(s))} + {num(s.eps)}}} "
            rf"= {num(self.formula(s))}"
        )
        return Text(
            f"Mean square: ${_squares_worked(s)}$. At index {s.index}: ${steps}$.",
            f"均方：${_squares_worked(s)}$。序号 {s.index} 处：${steps}$。",
        )


class Gap(Question[RmsGap]):
    """Both norms of one vector."""

    spec = RmsGap
    answer = Number(decimals=3)
    levels = (3,)
    find = "difference"
    rule = r"$(x - \mu)/\sqrt{\sigma^2 + \epsilon} - x/\sqrt{\overline{x^2} + \epsilon}$"
    mistakes = (
        Mistake("The difference is asked for the other way round.", "差的方向反了。", lambda s: _rms(s) - _layer(s)),
        Mistake("That is layer norm alone.", "这只是层归一化的输出。", lambda s: _layer(s)),
        Mistake("That is RMS norm alone.", "这只是 RMS 归一化的输出。", lambda s: _rms(s)),
        Mistake(
            "The two divide by different numbers: layer norm divides by the standard deviation.",
            "二者的除数不同：层归一化除以标准差。",
            lambda s: (s.x[s.index] - sum(s.x) / len(s.x)) / math.sqrt(_mean_square(s) + s.eps) - _rms(s),
        ),
        Mistake(
            "Layer norm uses the biased variance.",
            "层归一化用的是有偏方差。",
            lambda s: _layer(s) * math.sqrt((len(s.x) - 1) / len(s.x)) - _rms(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RmsGap | None:
        drawn = _draw_x(draw)
        return RmsGap(*drawn) if drawn else None

    def formula(self, s: RmsGap) -> float:
        mean = sum(s.x) / len(s.x)
        var = sum([(x - mean) ** 2 for x in s.x]) / len(s.x)
        return (s.x[s.index] - mean) / math.sqrt(var + s.eps) - _rms(s)

    def stem(self, s: RmsGap) -> Text:
        return Text(
            f"The vector {vector(s.x)} is normalised by layer norm and by RMS norm (both $\\epsilon$ = ${num(s.eps)}$, weights 1, no "
            f"shift). What is the output of layer norm minus that of RMS norm at index {s.index} (from 0)?",
            f"对向量 {vector(s.x)} 分别做层归一化和 RMS 归一化（均取 $\\epsilon$ = ${num(s.eps)}$，权重为 1，无平移）。"
            f"在序号 {s.index}（从 0 起）处，层归一化的输出减去 RMS 归一化的输出等于多少？",
        )

    def solution(self, s: RmsGap) -> Text:
        norm, x = Norm(s.x[s.index], s.x, eps=s.eps), s.x[s.index]
        layer = rf"({x} - {signed(norm.mean)})/\sqrt{{{num(norm.var)} + {num(s.eps)}}} = {num(norm.out)}"
        rms = rf"{x}/\sqrt{{{num(_mean_square(s))} + {num(s.eps)}}} = {num(_rms(s))}"
        return Text(
            f"Index {s.index} holds {x}. Layer norm: ${layer}$. RMS norm: ${rms}$.\n\nDifference: {num(self.formula(s))}.",
            f"序号 {s.index} 处为 {x}。层归一化：${layer}$。RMS 归一化：${rms}$。\n\n差：{num(self.formula(s))}。",
        )


MODEL = ItemModel(
    name="rms_norm_value",
    version=1,
    topic="regularisation",
    title=Text("RMS norm by hand", "手算 RMS 归一化"),
    questions=(Value(), Gap()),
)
