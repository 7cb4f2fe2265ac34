"""How PyTorch's linear layers and convolutions begin when nobody says otherwise."""

from __future__ import annotations

import math
from typing import Any

from quizcv.items.initialisation._layers import (
    THREE,
    conv,
    draw_conv,
    draw_features,
    fan_in,
    fan_in_worked,
    fan_out,
    linear,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.initialisation import DefaultConv, DefaultLinear, DefaultStd

ASKED = Text(
    "draws its weights and biases from U(−b, b), with PyTorch's default initialisation. What is b?",
    "按 PyTorch 的默认初始化从 U(−b, b) 中抽取权重和偏置。b 是多少？",
)
KAIMING = (
    "That is Kaiming's formula for ReLU; the default calls `kaiming_uniform_` with a = √5, which gives 1/√fan_in.",
    "这是 Kaiming 对 ReLU 的公式；默认以 a = √5 调用 `kaiming_uniform_`，得到 1/√fan_in。",
)
XAVIER = ("That is Xavier's formula; the default uses `fan_in` alone.", "这是 Xavier 的公式；默认只用 `fan_in`。")
FAN_OUT = ("The default uses `fan_in`, not `fan_out`.", "默认用的是 `fan_in`，不是 `fan_out`。")
NO_ROOT = ("The root was left out.", "漏掉了开方。")
STD = (
    "That is the standard deviation of the weights; the bound is √3 times as large.",
    "这是权重的标准差；上界是它的 √3 倍。",
)


class Linear(Question[DefaultLinear]):
    """Source: documentation of torch.nn.Linear, "Variables"."""

    spec = DefaultLinear
    answer = THREE
    levels = (1,)
    rule = r"$b = 1/\sqrt{n_{in}}$"
    mistakes = (
        Mistake(*KAIMING, lambda s: math.sqrt(6 / s.in_features)),
        Mistake(*XAVIER, lambda s: math.sqrt(6 / (s.in_features + s.out_features))),
        Mistake(*FAN_OUT, lambda s: 1 / math.sqrt(s.out_features)),
        Mistake(*NO_ROOT, lambda s: 1 / s.in_features),
        Mistake(*STD, lambda s: 1 / math.sqrt(3 * s.in_features)),
    )

    def sample(self, draw: Draw, level: int) -> DefaultLinear | None:
        return DefaultLinear(*draw_features(draw))

    def formula(self, s: DefaultLinear) -> float:
        return 1 / math.sqrt(s.in_features)

    def stem(self, s: DefaultLinear) -> Text:
        return Text(f"A new {linear(s)} {ASKED.en}", f"新建的 {linear(s)} {ASKED.zh}")

    def solution(self, s: DefaultLinear) -> Text:
        steps = rf"1/\sqrt{{{s.in_features}}} = {num(self.formula(s))}"
        return Text(
            f"The bound is 1/√fan_in, for weights and biases; the {s.out_features} outputs do not matter: ${steps}$.",
            f"权重和偏置的上界都是 1/√fan_in，与输出个数 {s.out_features} 无关：${steps}$。",
        )


def _conv_mistakes(scale: float) -> tuple[Mistake[Any], ...]:
    """`scale` is what the bound is multiplied by."""
    return (
        Mistake(*KAIMING, lambda s: scale * math.sqrt(6 / fan_in(s))),
        Mistake(*XAVIER, lambda s: scale * math.sqrt(6 / (fan_in(s) + fan_out(s)))),
        Mistake(*FAN_OUT, lambda s: scale / math.sqrt(fan_out(s))),
        Mistake(
            "`fan_in` has a factor k².",
            "`fan_in` 含因子 k²。",
            lambda s: scale / math.sqrt(s.in_channels // s.groups),
        ),
        Mistake(
            "With groups `fan_in` is (C_in/g)·k².",
            "分组卷积的 `fan_in` 是 (C_in/g)·k²。",
            lambda s: scale / math.sqrt(s.in_channels * s.kernel**2),
        ),
        Mistake(*NO_ROOT, lambda s: scale / fan_in(s)),
    )


class Conv(Question[DefaultConv]):
    """Source: documentation of torch.nn.Conv2d, "Variables"."""

    spec = DefaultConv
    answer = THREE
    levels = (2,)
    find = "conv"
    rule = r"$b = 1/\sqrt{(C_{in}/g) k^2}$"
    mistakes = (*_conv_mistakes(1.0), Mistake(*STD, lambda s: 1 / math.sqrt(3 * fan_in(s))))

    def sample(self, draw: Draw, level: int) -> DefaultConv | None:
        sizes = draw_conv(draw, level)
        return DefaultConv(*sizes) if sizes else None

    def formula(self, s: DefaultConv) -> float:
        return 1 / math.sqrt(s.in_channels // s.groups * s.kernel**2)

    def stem(self, s: DefaultConv) -> Text:
        return Text(f"A new {conv(s)} {ASKED.en}", f"新建的 {conv(s)} {ASKED.zh}")

    def solution(self, s: DefaultConv) -> Text:
        steps = rf"1/\sqrt{{{num(fan_in(s))}}} = {num(self.formula(s))}"
        return Text(
            f"`fan_in` $= {fan_in_worked(s)}$; the {s.out_channels} output channels do not matter.\n\nThe bound: ${steps}$.",
            f"`fan_in` $= {fan_in_worked(s)}$，与输出通道数 {s.out_channels} 无关。\n\n上界：${steps}$。",
        )


class Std(Question[DefaultStd]):
    """The bound, then the standard deviation of the uniform distribution."""

    spec = DefaultStd
    answer = THREE
    levels = (3,)
    find = "std"
    rule = r"$\sigma = 1/\sqrt{3 (C_{in}/g) k^2}$"
    mistakes = (
        *_conv_mistakes(1 / math.sqrt(3)),
        Mistake(
            "That is the bound; the standard deviation of U(−b, b) is b/√3.",
            "这是上界；U(−b, b) 的标准差是 b/√3。",
            lambda s: 1 / math.sqrt(fan_in(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DefaultStd | None:
        sizes = draw_conv(draw, level)
        return DefaultStd(*sizes) if sizes else None

    def formula(self, s: DefaultStd) -> float:
        return 1 / math.sqrt(3 * (s.in_channels // s.groups) * s.kernel**2)

    def stem(self, s: DefaultStd) -> Text:
        return Text(
            f"A new {conv(s)} draws its weights with PyTorch's default initialisation, from a uniform distribution. What is the "
            "standard deviation of that distribution?",
            f"新建的 {conv(s)} 按 PyTorch 的默认初始化，从均匀分布中抽取权重。该分布的标准差是多少？",
        )

    def solution(self, s: DefaultStd) -> Text:
        bound = rf"b = 1/\sqrt{{{num(fan_in(s))}}} = {num(1 / math.sqrt(fan_in(s)))}"
        return Text(
            f"`fan_in` $= {fan_in_worked(s)}$ (the {s.out_channels} output channels do not matter), so ${bound}$.\n\n"
            rf"U(−b, b) has the standard deviation $b/\sqrt{{3}} = {num(self.formula(s))}$.",
            f"`fan_in` $= {fan_in_worked(s)}$（与输出通道数 {s.out_channels} 无关），故 ${bound}$。\n\n"
            rf"U(−b, b) 的标准差为 $b/\sqrt{{3}} = {num(self.formula(s))}$。",
        )


MODEL = ItemModel(
    name="default_init_bound",
    version=1,
    topic="initialisation",
    title=Text("Default initialisation of layers", "网络层的默认初始化"),
    questions=(Linear(), Conv(), Std()),
)
