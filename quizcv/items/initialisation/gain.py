"""The gain of a nonlinearity: by how much the weights before it are drawn larger."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.initialisation._layers import THREE
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.initialisation import Gain, GainSlope, GainStd, Nonlinearity

_GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75}
_WRITTEN = {"linear": "1", "sigmoid": "1", "tanh": "5/3", "relu": r"\sqrt{2}", "selu": "3/4"}
_OTHERS: tuple[Nonlinearity, ...] = ("linear", "sigmoid", "tanh", "relu", "selu")


def _leaky(slope: float) -> float:
    return math.sqrt(2 / (1 + slope**2))


class OfName(Question[Gain]):
    """Source: documentation of torch.nn.init.calculate_gain."""

    spec = Gain
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"leaky ReLU $\sqrt{2/(1 + a^2)}$; ReLU $\sqrt{2}$, tanh 5/3, SELU 3/4, linear and sigmoid 1",
        r"leaky ReLU $\sqrt{2/(1 + a^2)}$；ReLU $\sqrt{2}$，tanh 5/3，SELU 3/4，线性和 sigmoid 为 1",
    )
    mistakes = (
        Mistake(
            "That is the square of the gain: it multiplies the standard deviation, not the variance.",
            "这是增益的平方：增益乘在标准差上，而不是方差上。",
            lambda s: 2 / (1 + s.param**2) if s.nonlinearity == "leaky_relu" else _GAINS[s.nonlinearity] ** 2,
        ),
        Mistake(
            "That is the gain of ReLU.",
            "这是 ReLU 的增益。",
            lambda s: math.sqrt(2),
        ),
        Mistake(
            "Only the leaky ReLU uses its parameter; the formula was applied to another nonlinearity.",
            "只有 leaky ReLU 用到参数；把它的公式用在了别的激活函数上。",
            lambda s: _leaky(s.param),
        ),
        Mistake(
            "The slope enters squared: 1 + a², not 1 + a.",
            "斜率要平方：1 + a²，不是 1 + a。",
            lambda s: math.sqrt(2 / (1 + s.param)) if s.nonlinearity == "leaky_relu" and s.param > -1 else None,
        ),
        Mistake("That is the gain without a nonlinearity.", "这是没有激活函数时的增益。", lambda s: 1.0),
        Mistake(
            "The gain is not halved: ReLU halves the mean square, so the gain makes up for it with √2.",
            "增益不是减半：ReLU 使均方减半，故增益要乘以 √2 来补偿。",
            lambda s: math.sqrt(0.5) if s.nonlinearity == "relu" else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> Gain | None:
        if level == 1:
            return Gain("leaky_relu", draw.decimal(0.1, 0.9, 2))
        name: Nonlinearity = "leaky_relu" if draw.chance(0.4) else draw.choice(_OTHERS)
        return Gain(name, draw.choice((1, -1)) * draw.decimal(0.1, 2, 2))

    def formula(self, s: Gain) -> float:
        return _leaky(s.param) if s.nonlinearity == "leaky_relu" else _GAINS[s.nonlinearity]

    def stem(self, s: Gain) -> Text:
        call = f"`nn.init.calculate_gain('{s.nonlinearity}', {num(s.param)})`"
        return Text(f"What does {call} return?", f"{call} 返回多少？")

    def solution(self, s: Gain) -> Text:
        if s.nonlinearity != "leaky_relu":
            written = _WRITTEN[s.nonlinearity]
            steps = written if written == "1" else f"{written} = {num(self.formula(s))}"
            return Text(
                f"The parameter {num(s.param)} is ignored for `{s.nonlinearity}`; its gain is ${steps}$.",
                f"`{s.nonlinearity}` 忽略参数 {num(s.param)}；其增益为 ${steps}$。",
            )
        steps = (
            rf"\sqrt{{2/(1 + {num(abs(s.param))}^2)}} = \sqrt{{{num(2 / (1 + s.param**2))}}} = {num(self.formula(s))}"
        )
        return Text(f"The leaky ReLU: ${steps}$.", f"leaky ReLU 的增益：${steps}$。")


class Std(Question[GainStd]):
    """The gain at work."""

    spec = GainStd
    answer = THREE
    levels = (2,)
    find = "std"
    rule = r"$\sigma = g/\sqrt{n_{in}}$"
    mistakes = (
        Mistake("The gain was left out.", "漏掉了增益。", lambda s: 1 / math.sqrt(s.fan_in)),
        Mistake("That uses the gain of ReLU.", "这是按 ReLU 的增益算的。", lambda s: math.sqrt(2 / s.fan_in)),
        Mistake(
            "The gain belongs before the root of fan_in, not under it.",
            "增益在根号之外，不在根号之内。",
            lambda s: math.sqrt(_GAINS[s.nonlinearity] / s.fan_in),
        ),
        Mistake("The root was left out.", "漏掉了开方。", lambda s: _GAINS[s.nonlinearity] / s.fan_in),
        Mistake(
            "That is the bound of the uniform variant.",
            "这是均匀分布版本的上界。",
            lambda s: _GAINS[s.nonlinearity] * math.sqrt(3 / s.fan_in),
        ),
    )

    def sample(self, draw: Draw, level: int) -> GainStd | None:
        return GainStd(draw.choice(("linear", "sigmoid", "tanh", "relu", "selu")), draw.integer(2, 128) * 8)

    def formula(self, s: GainStd) -> float:
        return _GAINS[s.nonlinearity] / math.sqrt(s.fan_in)

    def stem(self, s: GainStd) -> Text:
        call = f"`nn.init.kaiming_normal_(w, mode='fan_in', nonlinearity='{s.nonlinearity}')`"
        return Text(
            f"{call} fills a weight whose `fan_in` is {s.fan_in}. What is the standard deviation of the distribution it draws from?",
            f"用 {call} 初始化 `fan_in` 为 {s.fan_in} 的权重。所用正态分布的标准差是多少？",
        )

    def solution(self, s: GainStd) -> Text:
        gain = _WRITTEN[s.nonlinearity]
        steps = rf"{gain} / \sqrt{{{s.fan_in}}} = {num(self.formula(s))}"
        return Text(
            f"The gain of `{s.nonlinearity}` in `torch.nn.init` is ${gain}$: ${steps}$.",
            f"`torch.nn.init` 中 `{s.nonlinearity}` 的增益为 ${gain}$：${steps}$。",
        )


class Slope(Question[GainSlope]):
    """The gain of the leaky ReLU solved for its slope."""

    spec = GainSlope
    answer = Number(decimals=3)
    levels = (3,)
    find = "slope"
    rule = r"$a = \sqrt{2/g^2 - 1}$"
    mistakes = (
        Mistake("That is a², the root is missing.", "这是 a²，漏了开方。", lambda s: 2 / s.gain**2 - 1),
        Mistake(
            "The gain was not squared.", "增益没有平方。", lambda s: math.sqrt(2 / s.gain - 1) if s.gain < 2 else None
        ),
        Mistake(
            "That solves g = √2 (1 − a); the slope enters as 1/(1 + a²) under the root.",
            "这是由 g = √2 (1 − a) 解出的；斜率以 1/(1 + a²) 的形式出现在根号内。",
            lambda s: 1 - s.gain / math.sqrt(2),
        ),
        Mistake(
            "That solves g² = 2/(1 + a)²; it is 1 + a².",
            "这是由 g² = 2/(1 + a)² 解出的；应为 1 + a²。",
            lambda s: math.sqrt(2) / s.gain - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GainSlope | None:
        return GainSlope(draw.decimal(0.8, 1.4, 3))

    def formula(self, s: GainSlope) -> float:
        return math.sqrt(2 / s.gain**2 - 1)

    def stem(self, s: GainSlope) -> Text:
        return Text(
            f"`nn.init.calculate_gain('leaky_relu', a)` returns {num(s.gain)} for some a > 0. What is a?",
            f"对某个 a > 0，`nn.init.calculate_gain('leaky_relu', a)` 返回 {num(s.gain)}。a 是多少？",
        )

    def solution(self, s: GainSlope) -> Text:
        steps = rf"a^2 = 2/{num(s.gain)}^2 - 1 = {num(2 / s.gain**2 - 1)}"
        return Text(
            rf"From $g = \sqrt{{2/(1 + a^2)}}$: ${steps}$, $a = {num(self.formula(s))}$.",
            rf"由 $g = \sqrt{{2/(1 + a^2)}}$ 得 ${steps}$，$a = {num(self.formula(s))}$。",
        )


MODEL = ItemModel(
    name="gain",
    version=1,
    topic="initialisation",
    title=Text("Gain of a nonlinearity", "激活函数的增益"),
    questions=(OfName(), Std(), Slope()),
)
