"""ResNeXt blocks: bottlenecks whose 3×3 convolution is grouped."""

from __future__ import annotations

from math import isqrt

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    conv,
    normed,
    norms,
    weights,
    with_norm,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.blocks import ResnextParams, ResnextWidth

NO_GROUPS = (
    "The groups were ignored: every filter of the 3×3 convolution reads the channels of its group only.",
    "忽略了分组：3×3 卷积的每个滤波器只读本组的通道。",
)
GROUPS_TWICE = (
    "The 3×3 weights were divided by the groups twice: there are fewer inputs per filter, not fewer filters.",
    "3×3 卷积的权重除了两次组数：每个滤波器的输入变少，滤波器个数不变。",
)
ALL_GROUPED = (
    "The 1×1 convolutions were grouped too; only the 3×3 is.",
    "1×1 卷积也按分组计了；只有 3×3 卷积分组。",
)


def _weights(s: ResnextParams, middle: int = 1, ends: int = 1) -> int:
    """With what the 3×3 and the 1×1 convolutions are divided by."""
    return 2 * s.channels * s.width // ends + 9 * s.width * s.width // middle


def _norm(s: ResnextParams, per_channel: int = 2) -> int:
    return s.norm * per_channel * (2 * s.width + s.channels)


class Params(Counted[ResnextParams]):
    """Source: Xie et al. 2017, "Aggregated Residual Transformations for Deep Neural Networks", equation 4."""

    spec = ResnextParams
    answer = Integer()
    levels = (1, 2)
    rule = with_norm("$2 C w + 9 w^2/g$", "$2 (2w + C)$")
    mistakes = (
        Mistake(*NO_GROUPS, lambda s: _weights(s) + _norm(s)),
        Mistake(*GROUPS_TWICE, lambda s: _weights(s, s.groups**2) + _norm(s) if s.width > s.groups else None),
        Mistake(*ALL_GROUPED, lambda s: _weights(s, s.groups, s.groups) + _norm(s)),
        Mistake(*BIAS_ADDED, lambda s: _weights(s, s.groups) + _norm(s) + 2 * s.width + s.channels),
        Mistake(*NORM_MISSED, lambda s: _weights(s, s.groups) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _weights(s, s.groups) + _norm(s, 4) if s.norm else None),
    )

    def sample(self, draw: Draw, level: int) -> ResnextParams | None:
        groups = draw.choice((4, 8, 16, 32) if level == 1 else (2, 4, 8, 16, 32, 64))
        width = groups * draw.choice((2, 4, 6, 8, 12, 16))
        channels = width * draw.choice((2, 4))
        return ResnextParams(channels, width, groups, level == 2) if 32 <= width <= 512 else None

    def parts(self, s: ResnextParams) -> list[Part]:
        found = [conv(s.channels, s.width), conv(s.width, s.width, 3, s.groups), conv(s.width, s.channels)]
        return [*found, norms(s.width, s.width, s.channels)] if s.norm else found

    def stem(self, s: ResnextParams) -> Text:
        rule = normed(s.norm)
        return Text(
            f"A ResNeXt block has a 1×1 convolution {s.channels}→{s.width}, a 3×3 convolution {s.width}→{s.width} in "
            f"{s.groups} groups (its cardinality) and a 1×1 convolution {s.width}→{s.channels}; its shortcut is the "
            f"identity. {rule.en} How many parameters does the block have?",
            f"一个 ResNeXt 块依次为：1×1 卷积 {s.channels}→{s.width}，分为 {s.groups} 组（基数）"
            f"的 3×3 卷积 {s.width}→{s.width}，1×1 卷积 {s.width}→{s.channels}；捷径为恒等映射。{rule.zh}该块有多少个参数？",
        )


def _each(s: ResnextWidth, allowed: int) -> int:
    """The largest d with 9gd² + 2Cgd ≤ allowed, since then (9gd + Cg)² ≤ (Cg)² + 9g · allowed."""
    slope = s.channels * s.groups
    return (isqrt(slope**2 + 9 * s.groups * allowed) - slope) // (9 * s.groups)


def _allowed(s: ResnextWidth) -> int:
    return 2 * s.channels * s.width + weights(s.width, s.width, 3)


def _taken(s: ResnextWidth, each: int) -> int:
    return s.groups * (2 * s.channels * each + 9 * each * each)


class Width(Question[ResnextWidth]):
    """The trade of cardinality for width, table 2 of the paper."""

    spec = ResnextWidth
    answer = Integer("channels")
    levels = (3,)
    find = "width"
    rule = Text(
        r"the largest $d$ with $g (2 C d + 9 d^2) \le 2 C w + 9 w^2$",
        r"满足 $g (2 C d + 9 d^2) \le 2 C w + 9 w^2$ 的最大 $d$",
    )
    mistakes = (
        Mistake(
            "The plain bottleneck's width was divided by the groups; groups save weights, so there is room for more.",
            "只是把普通瓶颈块的宽度除以组数；分组节省了权重，因此可以更宽。",
            lambda s: s.width // s.groups,
        ),
        Mistake(
            "That is the width of all groups together; d is the width of one.",
            "这是所有组的总宽度；d 是每组的宽度。",
            lambda s: s.groups * _each(s, _allowed(s)),
        ),
        Mistake(
            "That is the next width: it no longer keeps within the weights.",
            "这是下一个宽度：权重数已超出。",
            lambda s: _each(s, _allowed(s)) + 1,
        ),
        Mistake(
            "Only the 3×3 convolutions were compared; the 1×1 convolutions grow with the width too.",
            "只比较了 3×3 卷积；1×1 卷积也随宽度增长。",
            lambda s: isqrt(s.width**2 // s.groups),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ResnextWidth | None:
        groups, width = draw.choice((2, 4, 8, 16, 32)), 32 * draw.integer(1, 8)
        s = ResnextWidth(width * draw.choice((2, 4)), width, groups)
        return s if _each(s, _allowed(s)) >= 2 else None

    def formula(self, s: ResnextWidth) -> int:
        return _each(s, _allowed(s))

    def stem(self, s: ResnextWidth) -> Text:
        return Text(
            f"A bottleneck has convolutions 1×1 ({s.channels}→{s.width}), 3×3 ({s.width}→{s.width}) and 1×1 "
            f"({s.width}→{s.channels}). A ResNeXt block on {s.channels} channels shall have no more weights: 1×1 "
            f"({s.channels}→{s.groups}·d), 3×3 in {s.groups} groups of d channels each, 1×1 ({s.groups}·d→{s.channels}). "
            "No biases; batch normalization is not counted. What is the largest d?",
            f"一个瓶颈块依次为 1×1（{s.channels}→{s.width}）、3×3（{s.width}→{s.width}）、1×1（{s.width}→{s.channels}）"
            f"卷积。要设计一个通道数同为 {s.channels} 的 ResNeXt 块，权重数不超过它：1×1（{s.channels}→{s.groups}·d），"
            f"分 {s.groups} 组、每组 d 个通道的 3×3，1×1（{s.groups}·d→{s.channels}）。均无偏置，不计批归一化。d 最大是多少？",
        )

    def solution(self, s: ResnextWidth) -> Text:
        each = self.formula(s)
        plain = rf"2 \cdot {s.channels} \cdot {s.width} + 9 \cdot {s.width}^2 = {num(_allowed(s))}"
        block = rf"{s.groups} (2 \cdot {s.channels} d + 9 d^2)"
        fits, over = num(_taken(s, each)), num(_taken(s, each + 1))
        return Text(
            f"The bottleneck has ${plain}$ weights, the ResNeXt block ${block}$.\n\nd = {each} takes {fits}, d = "
            f"{each + 1} takes {over}: the largest is {each}.",
            f"瓶颈块有 ${plain}$ 个权重，ResNeXt 块有 ${block}$ 个。\n\nd = {each} 时为 {fits}，d = {each + 1} 时为 {over}："
            f"最大为 {each}。",
        )


MODEL = ItemModel(
    name="resnext_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a ResNeXt block", "ResNeXt 块的参数量"),
    questions=(Params(), Width()),
)
