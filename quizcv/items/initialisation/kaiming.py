"""Kaiming's (He's) initialisation: the bound of its uniform distribution, the standard deviation of its normal one."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, ClassVar

from quizcv.answers import Integer
from quizcv.items.initialisation._layers import THREE, conv, draw_conv, fan_in, fan_out, fans_worked
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs import initialisation as of

UNIFORM, NORMAL = 6, 2
SLOPES = (0.1, 0.2, 0.25, 0.3, 0.5)


def _before(a: float) -> Text:
    """The activation."""
    if a == 0:
        return Text("ReLU (a = 0)", " ReLU（a = 0）")
    return Text(f"a leaky ReLU of negative slope a = {num(a)}", f"负半轴斜率 a = {num(a)} 的 leaky ReLU")


def _name(top: int) -> str:
    return f"`nn.init.kaiming_{'uniform' if top == UNIFORM else 'normal'}_`"


def _value(top: int, fan: float, a: float) -> float:
    return math.sqrt(top / ((1 + a**2) * fan))


def _of(s: of.KaimingUniform) -> int:
    return fan_in(s) if s.mode == "fan_in" else fan_out(s)


def _mistakes(top: int) -> tuple[Mistake[Any], ...]:
    return (
        Mistake(
            "`fan_in` and `fan_out` were mixed up.",
            "把 `fan_in` 和 `fan_out` 弄混了。",
            lambda s: _value(top, fan_out(s) if s.mode == "fan_in" else fan_in(s), s.a),
        ),
        Mistake(
            "That is the standard deviation; the bound of the uniform distribution is √3 times as large."
            if top == UNIFORM
            else "That is the bound of the uniform variant; the standard deviation is smaller by √3.",
            "这是标准差；均匀分布的上界是它的 √3 倍。"
            if top == UNIFORM
            else "这是均匀分布版本的上界；标准差要除以 √3。",
            lambda s: _value(8 - top, _of(s), s.a),
        ),
        Mistake(
            "The slope a was ignored: the gain is √(2/(1 + a²)), less than √2.",
            "忽略了斜率 a：增益为 √(2/(1 + a²))，小于 √2。",
            lambda s: _value(top, _of(s), 0),
        ),
        Mistake(
            "The gain √2 (for ReLU) was left out.",
            "漏掉了增益（ReLU 为 √2）。",
            lambda s: _value(top // 2, _of(s), 0),
        ),
        Mistake(
            "The fans of a convolution have a factor k².",
            "卷积的 fan_in 和 fan_out 都含因子 k²。",
            lambda s: _value(top, _of(s) / s.kernel**2, s.a),
        ),
        Mistake(
            "That is Xavier's formula; Kaiming's uses one of the two fans.",
            "这是 Xavier 的公式；Kaiming 只用二者之一。",
            lambda s: math.sqrt(top / (fan_in(s) + fan_out(s))),
        ),
        Mistake(
            "With groups `fan_in` is (C_in/g)·k².",
            "分组卷积的 `fan_in` 是 (C_in/g)·k²。",
            lambda s: _value(top, s.in_channels * s.kernel**2, s.a) if s.mode == "fan_in" else None,
        ),
        Mistake("The root was left out.", "漏掉了开方。", lambda s: _value(top, _of(s), s.a) ** 2),
    )


class Conv(Question[Any]):
    """Source: He et al. 2015, section 2.2; documentation of torch.nn.init.kaiming_uniform_ and kaiming_normal_."""

    answer = THREE
    levels = (1, 2)
    top: ClassVar[int]

    def sample(self, draw: Draw, level: int) -> Any:
        sizes = draw_conv(draw, level)
        if sizes is None:
            return None
        if level == 1:
            return self.spec(*sizes)
        return self.spec(*sizes, draw.choice(("fan_in", "fan_out")), draw.choice((0.0, *SLOPES)))

    def formula(self, s: Any) -> float:
        return _value(self.top, _of(s), s.a)

    def stem(self, s: Any) -> Text:
        before, call = _before(s.a), f"{_name(self.top)} with `mode='{s.mode}'`"
        what = (
            ("the bound b of the distribution U(−b, b)", "均匀分布 U(−b, b) 的上界")
            if self.top == UNIFORM
            else ("the standard deviation of the distribution", "正态分布的标准差")
        )
        return Text(
            f"{call} fills the weight of {conv(s)}, with the gain for {before.en}. What is {what[0]} it draws from?",
            f"用 {_name(self.top)}（`mode='{s.mode}'`，增益按{before.zh}）初始化 {conv(s)} 的权重。所用{what[1]}是多少？",
        )

    def solution(self, s: Any) -> Text:
        fans = fans_worked(s)
        gain = rf"g^2 = 2/(1 + {num(s.a)}^2) = {num(2 / (1 + s.a**2))}"
        over = "3 g^2" if self.top == UNIFORM else "g^2"
        steps = rf"\sqrt{{{over} / {num(_of(s))}}} = {num(self.formula(s))}"
        return Text(
            f"{fans.en}\n\nThe gain: ${gain}$. With `{s.mode}`: ${steps}$.",
            f"{fans.zh}\n\n增益：${gain}$。取 `{s.mode}`：${steps}$。",
        )


class Width(Question[Any]):
    """The formula solved for the number of inputs."""

    answer = Integer()
    levels = (3,)
    find = "in_features"
    top: ClassVar[int]

    def sample(self, draw: Draw, level: int) -> Any:
        largest = draw.decimal(0.03, 0.3, 2) if self.top == UNIFORM else draw.decimal(0.02, 0.2, 2)
        return self.spec(draw.choice((0.0, *SLOPES)), largest)

    def formula(self, s: Any) -> int:
        return _needed(self.top, s.a, s.largest)

    def stem(self, s: Any) -> Text:
        before = _before(s.a)
        what = (
            ("the bound of the uniform distribution", "均匀分布的上界")
            if self.top == UNIFORM
            else ("the standard deviation", "标准差")
        )
        return Text(
            f"{_name(self.top)} with `mode='fan_in'` and the gain for {before.en} fills the weight of a linear layer. What is the "
            f"smallest number of inputs for which {what[0]} is at most {num(s.largest)}?",
            f"用 {_name(self.top)}（`mode='fan_in'`，增益按{before.zh}）初始化一个全连接层的权重。要使{what[1]}不超过 "
            f"{num(s.largest)}，输入个数最少是多少？",
        )

    def solution(self, s: Any) -> Text:
        steps = (
            rf"{self.top} / ((1 + {num(s.a)}^2) \cdot {num(s.largest)}^2) "
            rf"= {num(self.top / ((1 + s.a**2) * s.largest**2))}"
        )
        return Text(
            f"`fan_in` must be at least ${steps}$; the smallest such whole number is {num(self.formula(s))}.",
            f"`fan_in` 至少为 ${steps}$，满足条件的最小整数为 {num(self.formula(s))}。",
        )


def _needed(top: int, a: float, largest: float) -> int:
    """The smallest fan, exactly."""
    slope, bound = Fraction(str(a)), Fraction(str(largest))
    return math.ceil(top / ((1 + slope**2) * bound**2))


def _width_mistakes(top: int) -> tuple[Mistake[Any], ...]:
    return (
        Mistake(
            "The gain √2 (for ReLU) was left out.",
            "漏掉了增益（ReLU 为 √2）。",
            lambda s: _needed(top // 2, 0, s.largest),
        ),
        Mistake(
            "The formulas of bound and standard deviation were mixed up: they differ by √3.",
            "把上界和标准差的公式弄混了：二者相差 √3 倍。",
            lambda s: _needed(8 - top, s.a, s.largest),
        ),
        Mistake("The slope a was ignored.", "忽略了斜率 a。", lambda s: _needed(top, 0, s.largest)),
        Mistake(
            "The root in the formula was left out: the largest value has to be squared.",
            "漏掉了公式中的开方：应对给定的上限取平方。",
            lambda s: math.ceil(top / ((1 + s.a**2) * s.largest)),
        ),
        Mistake(
            "One input too few: the value is then a little too large.",
            "少了一个输入：此时所得的值略微偏大。",
            lambda s: _needed(top, s.a, s.largest) - 1,
        ),
    )


class UniformConv(Conv):
    spec, top, mistakes = of.KaimingUniform, UNIFORM, _mistakes(UNIFORM)
    rule = r"$b = g \sqrt{3/n}$, $g = \sqrt{2/(1 + a^2)}$"


class UniformWidth(Width):
    spec, top, mistakes = of.KaimingUniformWidth, UNIFORM, _width_mistakes(UNIFORM)
    rule = r"$n = \lceil 6/((1 + a^2) b^2) \rceil$"


class NormalConv(Conv):
    spec, top, mistakes = of.KaimingNormal, NORMAL, _mistakes(NORMAL)
    rule = r"$\sigma = g/\sqrt{n}$, $g = \sqrt{2/(1 + a^2)}$"


class NormalWidth(Width):
    spec, top, mistakes = of.KaimingNormalWidth, NORMAL, _width_mistakes(NORMAL)
    rule = r"$n = \lceil 2/((1 + a^2) \sigma^2) \rceil$"


MODELS = (
    ItemModel(
        name="kaiming_uniform_bound",
        version=1,
        topic="initialisation",
        title=Text("Bound of Kaiming's uniform initialisation", "Kaiming 均匀初始化的上界"),
        questions=(UniformConv(), UniformWidth()),
    ),
    ItemModel(
        name="kaiming_normal_std",
        version=1,
        topic="initialisation",
        title=Text("Standard deviation of Kaiming's normal initialisation", "Kaiming 正态初始化的标准差"),
        questions=(NormalConv(), NormalWidth()),
    ),
)
