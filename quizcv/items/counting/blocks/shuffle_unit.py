"""ShuffleNet's units."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    conv,
    depthwise,
    normed,
    norms,
    with_norm,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mobile_blocks import ShuffleDown, ShuffleUnit

NO_GROUPS = ("The groups of the 1×1 convolutions were ignored.", "忽略了 1×1 卷积的分组。")
FULL_MIDDLE = (
    "The depthwise convolution was counted as a full one: each of its filters reads one channel.",
    "逐通道卷积按普通卷积计了：它的每个滤波器只读一个通道。",
)
GROUPED_MIDDLE = (
    "The 3×3 convolution was taken to have as many groups as the 1×1 ones; it is depthwise.",
    "把 3×3 卷积当成与 1×1 卷积相同的分组；它是逐通道卷积。",
)
GROUPS_TWICE = (
    "The 1×1 weights were divided by the groups twice: there are fewer inputs per filter, not fewer filters.",
    "1×1 卷积的权重除了两次组数：每个滤波器的输入变少，滤波器个数不变。",
)


def _weights(inputs: int, width: int, outputs: int, groups: int, middle: int | None = None) -> int:
    """With the weights of the 3×3 convolution, if they are not those of a depthwise one."""
    return width * (inputs + outputs) // groups + (9 * width if middle is None else middle)


def _unit(s: ShuffleUnit, groups: int, middle: int | None = None, norm: int = 2) -> int:
    return _weights(s.channels, s.width, s.channels, groups, middle) + s.norm * norm * (2 * s.width + s.channels)


class Params(Counted[ShuffleUnit]):
    """Source: Zhang et al. 2018, "ShuffleNet", figure 2b."""

    spec = ShuffleUnit
    answer = Integer()
    levels = (1, 2)
    rule = with_norm("$2 C w/g + 9w$", "$2 (2w + C)$")
    mistakes = (
        Mistake(*NO_GROUPS, lambda s: _unit(s, 1)),
        Mistake(*FULL_MIDDLE, lambda s: _unit(s, s.groups, 9 * s.width**2)),
        Mistake(*GROUPED_MIDDLE, lambda s: _unit(s, s.groups, 9 * s.width**2 // s.groups)),
        Mistake(
            *GROUPS_TWICE,
            lambda s: _unit(s, s.groups**2) if 2 * s.channels * s.width % s.groups**2 == 0 else None,
        ),
        Mistake(*NORM_MISSED, lambda s: _unit(s, s.groups, norm=0) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _unit(s, s.groups, norm=4) if s.norm else None),
        Mistake(*BIAS_ADDED, lambda s: _unit(s, s.groups) + 2 * s.width + s.channels),
    )

    def sample(self, draw: Draw, level: int) -> ShuffleUnit | None:
        groups = draw.choice((2, 4, 8) if level == 1 else (2, 3, 4, 8))
        width = groups * draw.integer(4, 30)
        return ShuffleUnit(4 * width, width, groups, level == 2) if width <= 128 else None

    def parts(self, s: ShuffleUnit) -> list[Part]:
        found = [
            conv(s.channels, s.width, 1, s.groups),
            depthwise(s.width, 3),
            conv(s.width, s.channels, 1, s.groups),
        ]
        return [*found, norms(s.width, s.width, s.channels)] if s.norm else found

    def stem(self, s: ShuffleUnit) -> Text:
        rule = normed(s.norm)
        return Text(
            f"A ShuffleNet unit has a 1×1 convolution {s.channels}→{s.width} in {s.groups} groups, a channel shuffle, a "
            f"depthwise 3×3 convolution on {s.width} channels and a 1×1 convolution {s.width}→{s.channels} in {s.groups} "
            f"groups; its shortcut is the identity. {rule.en} How many parameters does the unit have?",
            f"一个 ShuffleNet 单元依次为：{s.groups} 组的 1×1 卷积 {s.channels}→{s.width}，通道混洗，"
            f"作用于 {s.width} 个通道的 3×3 逐通道卷积，{s.groups} 组的 1×1 卷积 {s.width}→{s.channels}；捷径为恒等映射。"
            f"{rule.zh}该单元有多少个参数？",
        )


def _down(s: ShuffleDown, outputs: int, groups: int, middle: int | None = None) -> int:
    return _weights(s.in_channels, s.width, outputs, groups, middle)


class Down(Counted[ShuffleDown]):
    """The unit of stride 2, figure 2c."""

    spec = ShuffleDown
    answer = Integer()
    levels = (3,)
    find = "down"
    rule = r"$w (C_1 + (C_2 - C_1))/g + 9w = w C_2/g + 9w$"
    mistakes = (
        Mistake(
            "The branch was taken to give all output channels; the pooled input is concatenated and gives its share.",
            "当成分支输出全部通道；拼接的池化输入已占了一部分。",
            lambda s: _down(s, s.out_channels, s.groups),
        ),
        Mistake(*NO_GROUPS, lambda s: _down(s, s.out_channels - s.in_channels, 1)),
        Mistake(*FULL_MIDDLE, lambda s: _down(s, s.out_channels - s.in_channels, s.groups, 9 * s.width**2)),
        Mistake(
            *GROUPED_MIDDLE,
            lambda s: _down(s, s.out_channels - s.in_channels, s.groups, 9 * s.width**2 // s.groups),
        ),
        Mistake(
            "The depthwise convolution was left out.",
            "漏了逐通道卷积。",
            lambda s: _down(s, s.out_channels - s.in_channels, s.groups, 0),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ShuffleDown | None:
        groups = draw.choice((2, 3, 4, 8))
        inputs, outputs = groups * draw.integer(6, 40), groups * draw.integer(20, 120)
        width = groups * draw.integer(4, 24)
        return ShuffleDown(inputs, outputs, width, groups) if outputs > inputs and width < inputs else None

    def parts(self, s: ShuffleDown) -> list[Part]:
        return [
            conv(s.in_channels, s.width, 1, s.groups),
            depthwise(s.width, 3),
            conv(s.width, s.out_channels - s.in_channels, 1, s.groups),
        ]

    def stem(self, s: ShuffleDown) -> Text:
        return Text(
            f"A ShuffleNet unit of stride 2 turns {s.in_channels} channels into {s.out_channels}. One path is a 3×3 "
            f"average pooling of stride 2; the other has a 1×1 convolution in {s.groups} groups to {s.width} channels, a "
            f"depthwise 3×3 convolution of stride 2 and a 1×1 convolution in {s.groups} groups. The paths are "
            "concatenated. No biases; batch normalization is not counted. How many weights does the unit have?",
            f"一个步长为 2 的 ShuffleNet 单元把 {s.in_channels} 个通道变为 {s.out_channels} 个。"
            f"一条支路是对输入做步长为 2 的 3×3 平均池化；另一条依次为 {s.groups} 组的 1×1 卷积（输出 {s.width} 个通道）、"
            f"步长为 2 的 3×3 逐通道卷积、{s.groups} 组的 1×1 卷积。两条支路的输出拼接。均无偏置，不计批归一化。"
            "该单元有多少个权重？",
        )

    def solution(self, s: ShuffleDown) -> Text:
        rest, sums = f"{s.out_channels} - {s.in_channels} = {s.out_channels - s.in_channels}", Counted.solution(self, s)
        return Text(
            f"The pooled input brings its own channels, so the other path gives ${rest}$.\n\n{sums.en}",
            f"池化支路保留输入的通道，因此另一条支路输出 ${rest}$ 个通道。\n\n{sums.zh}",
        )


MODEL = ItemModel(
    name="shuffle_unit",
    version=1,
    topic="counting",
    title=Text("ShuffleNet units", "ShuffleNet 单元"),
    questions=(Params(), Down()),
)
