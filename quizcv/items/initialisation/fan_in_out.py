"""Fans of weights as `torch.nn.init` counts them."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.initialisation._layers import (
    CHANNELS,
    conv,
    draw_conv,
    draw_features,
    fan_in,
    fan_in_worked,
    fan_out,
    fan_out_worked,
    linear,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.initialisation import ConvFan, FanKernel, LinearFan, TransposedFan

SWAPPED = (
    "`fan_in` and `fan_out` were swapped: `fan_in` counts the inputs of one output.",
    "把 `fan_in` 和 `fan_out` 弄反了：`fan_in` 是一个输出所连的输入数。",
)
NO_KERNEL = ("The kernel's k² taps were left out.", "漏掉了卷积核的 k² 个位置。")
ONE_K = ("The kernel has k² taps, not k.", "卷积核有 k² 个位置，不是 k 个。")
ALL = ("That is the number of all weights of the layer.", "这是该层全部权重的个数。")


class Conv(Question[ConvFan]):
    """Source: torch.nn.init: in_channels/groups·k² and out_channels·k², read off the weight's shape."""

    spec = ConvFan
    answer = Integer()
    levels = (1, 2)
    rule = r"`fan_in` $= (C_{in}/g) k^2$, `fan_out` $= C_{out} k^2$"
    mistakes = (
        Mistake(*SWAPPED, lambda s: fan_out(s) if s.mode == "fan_in" else fan_in(s)),
        Mistake(*NO_KERNEL, lambda s: _fan(s) // s.kernel**2),
        Mistake(*ONE_K, lambda s: _fan(s) // s.kernel),
        Mistake(
            "With groups each output sees only C_in/g channels.",
            "分组卷积中每个输出只看到 C_in/g 个通道。",
            lambda s: s.in_channels * s.kernel**2 if s.mode == "fan_in" else None,
        ),
        Mistake(
            "PyTorch does not divide `fan_out` by the groups: it is the weight's first size times k².",
            "PyTorch 的 `fan_out` 不除以组数：它等于权重的第一维乘以 k²。",
            lambda s: fan_out(s) // s.groups if s.mode == "fan_out" else None,
        ),
        Mistake(*ALL, lambda s: fan_in(s) * s.out_channels),
    )

    def sample(self, draw: Draw, level: int) -> ConvFan | None:
        sizes = draw_conv(draw, level)
        return ConvFan(*sizes, draw.choice(("fan_in", "fan_out"))) if sizes else None

    def formula(self, s: ConvFan) -> int:
        return _fan(s)

    def stem(self, s: ConvFan) -> Text:
        return Text(
            f"What is `{s.mode}` of the weight of {conv(s)}, as `torch.nn.init` computes it?",
            f"按 `torch.nn.init` 的算法，{conv(s)} 的权重的 `{s.mode}` 是多少？",
        )

    def solution(self, s: ConvFan) -> Text:
        shape = f"({s.out_channels}, {s.in_channels}/{s.groups}, {s.kernel}, {s.kernel})"
        steps = f"`{s.mode}` $= {fan_in_worked(s) if s.mode == 'fan_in' else fan_out_worked(s)}$"
        return Text(f"The weight has the shape ${shape}$. {steps}.", f"权重的形状为 ${shape}$。{steps}。")


def _fan(s: ConvFan) -> int:
    return fan_in(s) if s.mode == "fan_in" else fan_out(s)


class Linear(Question[LinearFan]):
    """The same without a kernel."""

    spec = LinearFan
    answer = Integer()
    levels = (1,)
    find = "linear"
    rule = "`fan_in` = `in_features`, `fan_out` = `out_features`"
    mistakes = (
        Mistake(*SWAPPED, lambda s: s.out_features if s.mode == "fan_in" else s.in_features),
        Mistake(*ALL, lambda s: s.in_features * s.out_features),
        Mistake(
            "The sum of both fans stands in Xavier's formula; one fan alone was asked for.",
            "两者之和出现在 Xavier 公式中；这里只问其中一个。",
            lambda s: s.in_features + s.out_features,
        ),
        Mistake(
            "The bias is not part of the fan.", "偏置不计入。", lambda s: (s.in_features, s.out_features)[_out(s)] + 1
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearFan | None:
        return LinearFan(*draw_features(draw), draw.choice(("fan_in", "fan_out")))

    def formula(self, s: LinearFan) -> int:
        return s.out_features if _out(s) else s.in_features

    def stem(self, s: LinearFan) -> Text:
        return Text(
            f"What is `{s.mode}` of the weight of {linear(s)}, as `torch.nn.init` computes it?",
            f"按 `torch.nn.init` 的算法，{linear(s)} 的权重的 `{s.mode}` 是多少？",
        )

    def solution(self, s: LinearFan) -> Text:
        found = num(self.formula(s))
        return Text(
            f"The weight has the shape ${s.out_features} \\times {s.in_features}$ (outputs × inputs), so `{s.mode}` is {found}.",
            f"权重的形状为 ${s.out_features} \\times {s.in_features}$（输出 × 输入），故 `{s.mode}` 为 {found}。",
        )


def _out(s: LinearFan) -> bool:
    return s.mode == "fan_out"


class Transposed(Question[TransposedFan]):
    """The weight of a transposed convolution is stored as (C_in, C_out/g, k, k); PyTorch reads it as a convolution's."""

    spec = TransposedFan
    answer = Integer()
    levels = (3,)
    find = "transposed"
    rule = r"`fan_in` $= (C_{out}/g) k^2$, `fan_out` $= C_{in} k^2$"
    mistakes = (
        Mistake(
            "That is the fan of `nn.Conv2d`; a transposed convolution stores its weight with C_in first.",
            "这是 `nn.Conv2d` 的情形；转置卷积的权重以 C_in 为第一维。",
            lambda s: fan_in(s) if s.mode == "fan_in" else fan_out(s),
        ),
        Mistake(*NO_KERNEL, lambda s: _transposed(s) // s.kernel**2),
        Mistake(
            "`fan_in` and `fan_out` were swapped: PyTorch takes `fan_in` from the second size, `fan_out` from the first.",
            "把 `fan_in` 和 `fan_out` 弄反了：PyTorch 由第二维算 `fan_in`，由第一维算 `fan_out`。",
            lambda s: s.in_channels * s.kernel**2 if s.mode == "fan_in" else _halved(s),
        ),
        Mistake(
            "The second size of the weight is C_out/g.",
            "权重的第二维是 C_out/g。",
            lambda s: s.out_channels * s.kernel**2 if s.mode == "fan_in" else None,
        ),
        Mistake(
            "PyTorch does not divide `fan_out` by the groups.",
            "PyTorch 的 `fan_out` 不除以组数。",
            lambda s: s.in_channels // s.groups * s.kernel**2 if s.mode == "fan_out" else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> TransposedFan | None:
        sizes = draw_conv(draw, level)
        return TransposedFan(*sizes, draw.choice(("fan_in", "fan_out"))) if sizes else None

    def formula(self, s: TransposedFan) -> int:
        return _transposed(s)

    def stem(self, s: TransposedFan) -> Text:
        layer = conv(s, "ConvTranspose2d")
        return Text(
            f"What is `{s.mode}` of the weight of {layer}, as `torch.nn.init` computes it from the weight's shape?",
            f"`torch.nn.init` 根据权重的形状计算，{layer} 的权重的 `{s.mode}` 是多少？",
        )

    def solution(self, s: TransposedFan) -> Text:
        shape = f"({s.in_channels}, {s.out_channels}/{s.groups}, {s.kernel}, {s.kernel})"
        count = f"({s.out_channels}/{s.groups})" if s.mode == "fan_in" else f"{s.in_channels}"
        steps = rf"`{s.mode}` $= {count} \cdot {s.kernel}^2 = {num(_transposed(s))}$"
        which = ("second", "第二") if s.mode == "fan_in" else ("first", "第一")
        return Text(
            f"The weight has the shape ${shape}$; `{s.mode}` is its {which[0]} size times the k² taps.\n\n{steps}.",
            f"权重的形状为 ${shape}$；`{s.mode}` 等于其{which[1]}维乘以卷积核的位置数 k²。\n\n{steps}。",
        )


def _halved(s: TransposedFan) -> int:
    return s.out_channels // s.groups * s.kernel**2


def _transposed(s: TransposedFan) -> int:
    return _halved(s) if s.mode == "fan_in" else s.in_channels * s.kernel**2


class Kernel(Question[FanKernel]):
    """fan_in solved for k."""

    spec = FanKernel
    answer = Integer()
    levels = (3,)
    find = "kernel"
    rule = r"$k = \sqrt{n_{in} \, g / C_{in}}$"
    mistakes = (
        Mistake("That is k², the number of taps.", "这是 k²，即卷积核的位置数。", lambda s: _taps(s)),
        Mistake("fan_in of one channel is k², not 2k.", "单通道的 fan_in 是 k²，不是 2k。", lambda s: _taps(s) // 2),
        Mistake(
            "Each output sees only C_in/g channels; the groups were left out.",
            "每个输出只看到 C_in/g 个通道；漏掉了组数。",
            lambda s: max(1, round((s.fan / s.in_channels) ** 0.5)),
        ),
        Mistake(
            "That is the number of channels that an output sees.",
            "这是一个输出所看到的通道数。",
            lambda s: s.in_channels // s.groups,
        ),
    )

    def sample(self, draw: Draw, level: int) -> FanKernel | None:
        channels, groups, kernel = draw.choice(CHANNELS), draw.choice((1, 2, 4, 8)), draw.choice((2, 3, 5, 7, 9, 11))
        return FanKernel(channels, groups, channels // groups * kernel**2) if channels % groups == 0 else None

    def formula(self, s: FanKernel) -> int:
        return round(math.sqrt(_taps(s)))

    def stem(self, s: FanKernel) -> Text:
        return Text(
            f"The weight of a convolution with {s.in_channels} input channels, groups={s.groups} and a square kernel has a `fan_in` of "
            f"{num(s.fan)} (as `torch.nn.init` counts it). The kernel is k×k. What is k?",
            f"某卷积层有 {s.in_channels} 个输入通道，groups={s.groups}，卷积核为正方形，其权重的 `fan_in` 为 {num(s.fan)}"
            "（按 `torch.nn.init` 的算法）。卷积核为 k×k，k 是多少？",
        )

    def solution(self, s: FanKernel) -> Text:
        steps = rf"k^2 = {num(s.fan)} / ({s.in_channels}/{s.groups}) = {num(_taps(s))}"
        root = rf"k = \sqrt{{{num(_taps(s))}}} = {self.formula(s)}"
        return Text(
            f"From `fan_in` = (C_in/g)·k²: ${steps}$, ${root}$.", f"由 `fan_in` = (C_in/g)·k² 得 ${steps}$，${root}$。"
        )


def _taps(s: FanKernel) -> int:
    return s.fan * s.groups // s.in_channels


MODEL = ItemModel(
    name="fan_in_out",
    version=1,
    topic="initialisation",
    title=Text("fan_in and fan_out of a weight", "权重的 fan_in 与 fan_out"),
    questions=(Conv(), Linear(), Transposed(), Kernel()),
)
