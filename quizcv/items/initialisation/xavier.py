"""Xavier's (Glorot's) initialisation: the bound of its uniform distribution, the standard deviation of its normal one."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

from quizcv.answers import Integer
from quizcv.items.initialisation._layers import (
    FEATURES,
    THREE,
    conv,
    draw_conv,
    draw_features,
    fan_in,
    fan_out,
    fans_worked,
    linear,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs import initialisation as of

UNIFORM, NORMAL = 6, 2
GAINS = (0.5, 1.0, 1.25, 1.5, 1.6, 1.75, 2.0)


def _asked(top: int) -> Text:
    """What is asked for."""
    if top == UNIFORM:
        return Text(
            "What is the bound a of the distribution U(−a, a) it draws from?",
            "它所用的均匀分布 U(−a, a) 的上界 a 是多少？",
        )
    return Text("What is the standard deviation of the distribution it draws from?", "它所用的正态分布的标准差是多少？")


def _call(top: int, gain: float) -> str:
    return f"`nn.init.xavier_{'uniform' if top == UNIFORM else 'normal'}_(w, gain={num(gain)})`"


def _mistakes(top: int, fans: Callable[[Any], tuple[int, int]]) -> tuple[Mistake[Any], ...]:
    """Those that both kinds of layer have."""
    return (
        Mistake(
            "Xavier's formula divides by the sum of both fans, not by `fan_in` alone.",
            "Xavier 公式的分母是 `fan_in` 与 `fan_out` 之和，不只是 `fan_in`。",
            lambda s: s.gain * math.sqrt(top / fans(s)[0]),
        ),
        Mistake(
            "The mean of both fans was taken for their sum.",
            "用 fan_in 与 fan_out 的平均值代替了二者之和。",
            lambda s: s.gain * math.sqrt(2 * top / sum(fans(s))),
        ),
        Mistake(
            "That is the standard deviation; the bound of the uniform distribution is √3 times as large."
            if top == UNIFORM
            else "That is the bound of the uniform variant; the standard deviation is smaller by √3.",
            "这是标准差；均匀分布的上界是它的 √3 倍。"
            if top == UNIFORM
            else "这是均匀分布版本的上界；标准差要除以 √3。",
            lambda s: s.gain * math.sqrt((8 - top) / sum(fans(s))),
        ),
        Mistake("The gain was left out.", "漏掉了增益 gain。", lambda s: math.sqrt(top / sum(fans(s)))),
        Mistake(
            "The root was left out.",
            "漏掉了开方。",
            lambda s: s.gain * top / sum(fans(s)),
        ),
    )


def _conv_mistakes(top: int) -> tuple[Mistake[Any], ...]:
    return (
        Mistake(
            "The fans of a convolution have a factor k².",
            "卷积的 fan_in 和 fan_out 都含因子 k²。",
            lambda s: s.gain * math.sqrt(top / (s.in_channels // s.groups + s.out_channels)),
        ),
        Mistake(
            "With groups `fan_in` is (C_in/g)·k².",
            "分组卷积的 `fan_in` 是 (C_in/g)·k²。",
            lambda s: s.gain * math.sqrt(top / ((s.in_channels + s.out_channels) * s.kernel**2)),
        ),
        Mistake(
            "PyTorch does not divide `fan_out` by the groups.",
            "PyTorch 的 `fan_out` 不除以组数。",
            lambda s: s.gain * math.sqrt(top / ((s.in_channels + s.out_channels) // s.groups * s.kernel**2)),
        ),
        *_mistakes(top, lambda s: (fan_in(s), fan_out(s))),
    )


class Linear(Question[Any]):
    """Source: Glorot and Bengio 2010, equation 16; documentation of torch.nn.init.xavier_uniform_ and xavier_normal_."""

    answer = THREE
    levels = (1,)
    top: ClassVar[int]

    def sample(self, draw: Draw, level: int) -> Any:
        return self.spec(*draw_features(draw))

    def formula(self, s: Any) -> float:
        return float(s.gain) * math.sqrt(self.top / (s.in_features + s.out_features))

    def stem(self, s: Any) -> Text:
        asked, call = _asked(self.top), _call(self.top, s.gain)
        return Text(
            f"{call} fills the weight `w` of {linear(s)}. {asked.en}",
            f"用 {call} 初始化 {linear(s)} 的权重 `w`。{asked.zh}",
        )

    def solution(self, s: Any) -> Text:
        total = s.in_features + s.out_features
        steps = (
            rf"{num(s.gain)} \cdot \sqrt{{{self.top} / ({s.in_features} + {s.out_features})}} "
            rf"= {num(s.gain)} \cdot \sqrt{{{self.top} / {num(total)}}} = {num(self.formula(s))}"
        )
        return Text(
            f"`fan_in` and `fan_out` are the two sizes of the layer: ${steps}$.",
            f"`fan_in` 与 `fan_out` 就是该层的两个尺寸：${steps}$。",
        )


class Conv(Question[Any]):
    """The same with the fans of a convolution."""

    answer = THREE
    levels = (2,)
    find = "conv"
    top: ClassVar[int]

    def sample(self, draw: Draw, level: int) -> Any:
        sizes = draw_conv(draw, level)
        return self.spec(*sizes, draw.choice(GAINS)) if sizes else None

    def formula(self, s: Any) -> float:
        return float(s.gain) * math.sqrt(self.top / (fan_in(s) + fan_out(s)))

    def stem(self, s: Any) -> Text:
        asked, call = _asked(self.top), _call(self.top, s.gain)
        return Text(
            f"{call} fills the weight `w` of {conv(s)}. {asked.en}",
            f"用 {call} 初始化 {conv(s)} 的权重 `w`。{asked.zh}",
        )

    def solution(self, s: Any) -> Text:
        fans, total = fans_worked(s), fan_in(s) + fan_out(s)
        steps = rf"{num(s.gain)} \cdot \sqrt{{{self.top} / {num(total)}}} = {num(self.formula(s))}"
        return Text(
            f"{fans.en}\n\nWith the gain {num(s.gain)}: ${steps}$.", f"{fans.zh}\n\n乘以增益 {num(s.gain)}：${steps}$。"
        )


class Width(Question[Any]):
    """The formula solved for the number of outputs."""

    answer = Integer()
    levels = (3,)
    find = "out_features"
    top: ClassVar[int]

    def sample(self, draw: Draw, level: int) -> Any:
        largest = draw.decimal(0.04, 0.2, 2) if self.top == UNIFORM else draw.decimal(0.02, 0.12, 2)
        features = draw.choice(FEATURES)
        return self.spec(features, largest) if self.top / largest**2 > 1.5 * features else None

    def formula(self, s: Any) -> int:
        return max(1, _needed(self.top, s) - int(s.in_features))

    def stem(self, s: Any) -> Text:
        name = f"`nn.init.xavier_{'uniform' if self.top == UNIFORM else 'normal'}_`"
        what = (
            ("the bound of the uniform distribution", "均匀分布的上界")
            if self.top == UNIFORM
            else ("the standard deviation", "标准差")
        )
        return Text(
            f"{name} (gain 1) fills the weight of a linear layer with {s.in_features} inputs. What is the smallest number of outputs "
            f"for which {what[0]} is at most {num(s.largest)}?",
            f"用 {name}（gain 为 1）初始化一个有 {s.in_features} 个输入的全连接层的权重。要使{what[1]}不超过 {num(s.largest)}，"
            "输出个数最少是多少？",
        )

    def solution(self, s: Any) -> Text:
        total = rf"{self.top} / {num(s.largest)}^2 = {num(self.top / s.largest**2)}"
        left = f"{num(_needed(self.top, s))} - {s.in_features} = {num(self.formula(s))}"
        return Text(
            f"Both fans together must be at least ${total}$, so at least {num(_needed(self.top, s))}; of these ${left}$ are outputs.",
            f"fan_in 与 fan_out 之和至少为 ${total}$，即至少 {num(_needed(self.top, s))}；其中输出为 ${left}$。",
        )


def _needed(top: int, s: Any) -> int:
    """The smallest sum of both fans, exactly."""
    return math.ceil(top / Fraction(str(s.largest)) ** 2)


def _left(total: int, s: Any) -> int | None:
    return total - int(s.in_features) if total > s.in_features else None


def _width_mistakes(top: int) -> tuple[Mistake[Any], ...]:
    other = 8 - top
    return (
        Mistake("That is the sum of both fans.", "这是 fan_in 与 fan_out 之和。", lambda s: _needed(top, s)),
        Mistake(
            "The formulas were mixed up: under the root stands 6 for the uniform bound, 2 for the standard deviation.",
            "把公式弄混了：根号内，均匀分布的上界是 6，标准差是 2。",
            lambda s: _left(_needed(other, s), s),
        ),
        Mistake(
            "The variance is 2/(fan_in + fan_out), not 1/(fan_in + fan_out).",
            "方差是 2/(fan_in + fan_out)，不是 1/(fan_in + fan_out)。",
            lambda s: _left(_needed(top // 2, s), s),
        ),
        Mistake(
            "The mean of both fans was taken for their sum.",
            "用 fan_in 与 fan_out 的平均值代替了二者之和。",
            lambda s: 2 * _needed(top, s) - s.in_features,
        ),
    )


def _rule(top: int, name: str) -> str:
    return rf"${name} = g \sqrt{{{top}/(n_{{in}} + n_{{out}})}}$"


class UniformLinear(Linear):
    spec, top, rule = of.XavierUniform, UNIFORM, _rule(UNIFORM, "a")
    mistakes = _mistakes(UNIFORM, lambda s: (s.in_features, s.out_features))


class UniformConv(Conv):
    spec, top, rule, mistakes = of.XavierUniformConv, UNIFORM, _rule(UNIFORM, "a"), _conv_mistakes(UNIFORM)


class UniformWidth(Width):
    spec, top, mistakes = of.XavierUniformWidth, UNIFORM, _width_mistakes(UNIFORM)
    rule = r"$n_{out} = \lceil 6/a^2 \rceil - n_{in}$"


class NormalLinear(Linear):
    spec, top, rule = of.XavierNormal, NORMAL, _rule(NORMAL, r"\sigma")
    mistakes = _mistakes(NORMAL, lambda s: (s.in_features, s.out_features))


class NormalConv(Conv):
    spec, top, rule, mistakes = of.XavierNormalConv, NORMAL, _rule(NORMAL, r"\sigma"), _conv_mistakes(NORMAL)


class NormalWidth(Width):
    spec, top, mistakes = of.XavierNormalWidth, NORMAL, _width_mistakes(NORMAL)
    rule = r"$n_{out} = \lceil 2/\sigma^2 \rceil - n_{in}$"


MODELS = (
    ItemModel(
        name="xavier_uniform_bound",
        version=1,
        topic="initialisation",
        title=Text("Bound of Xavier's uniform initialisation", "Xavier 均匀初始化的上界"),
        questions=(UniformLinear(), UniformConv(), UniformWidth()),
    ),
    ItemModel(
        name="xavier_normal_std",
        version=1,
        topic="initialisation",
        title=Text("Standard deviation of Xavier's normal initialisation", "Xavier 正态初始化的标准差"),
        questions=(NormalLinear(), NormalConv(), NormalWidth()),
    ),
)
