"""Parameters of a grouped convolution, and the groups behind a known number of them."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    GROUPS_IGNORED,
    GROUPS_TWICE,
    ONE_INPUT,
    SIDE_NOT_SQUARED,
    UNWANTED_BIAS,
    WITHOUT_BIAS,
    biases,
    conv_words,
    groups_for,
    plus_bias,
    share,
    width,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.counting import GroupedConvParams, GroupsFromParams
from quizcv.specs.spec import LARGEST


def _weights(s: GroupedConvParams) -> int:
    return s.kernel**2 * s.in_channels * s.out_channels // s.groups


def _added(s: GroupedConvParams) -> int:
    return s.out_channels if s.bias else 0


def _draw(draw: Draw, level: int) -> GroupedConvParams | None:
    inputs = width(draw, level)
    outputs = inputs if draw.chance(0.5) else width(draw, level)
    groups = groups_for(draw, inputs, outputs)
    bias = level > 1 and draw.chance(0.6)
    kernel = draw.choice((1, 3, 5) if level == 1 else (1, 3, 5, 7))
    return GroupedConvParams(inputs, outputs, kernel, groups, bias) if groups else None


class Params(Question[GroupedConvParams]):
    """Source: Krizhevsky et al. 2012, section 3.5; documentation of torch.nn.Conv2d, `groups`."""

    spec = GroupedConvParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 \cdot C_{in}/g \cdot C_{out}$, and with biases $C_{out}$ more",
        r"$k^2 \cdot C_{in}/g \cdot C_{out}$，带偏置时再加 $C_{out}$",
    )
    mistakes = (
        Mistake(*GROUPS_IGNORED, lambda s: _weights(s) * s.groups + _added(s)),
        Mistake(*GROUPS_TWICE, lambda s: _weights(s) // s.groups + _added(s)),
        Mistake(
            "The weights were multiplied by the groups; they are divided by them.",
            "把权重乘以了组数；实际上应除以组数。",
            lambda s: _weights(s) * s.groups**2 + _added(s),
        ),
        Mistake(
            "The biases are not divided by the groups: every output channel keeps its own.",
            "偏置不除以组数：每个输出通道仍有自己的偏置。",
            lambda s: _weights(s) + s.out_channels // s.groups if s.bias else None,
        ),
        Mistake(*WITHOUT_BIAS, lambda s: _weights(s) if s.bias else None),
        Mistake(*UNWANTED_BIAS, lambda s: None if s.bias else _weights(s) + s.out_channels),
        Mistake(*ONE_INPUT, lambda s: s.kernel**2 * s.out_channels + _added(s)),
        Mistake(*SIDE_NOT_SQUARED, lambda s: _weights(s) // s.kernel + _added(s)),
    )

    def sample(self, draw: Draw, level: int) -> GroupedConvParams | None:
        return _draw(draw, level)

    def formula(self, s: GroupedConvParams) -> int:
        return _weights(s) + _added(s)

    def stem(self, s: GroupedConvParams) -> Text:
        layer = conv_words(s, bias=s.bias)
        return Text(f"{layer.en}: how many learnable parameters does it have?", f"{layer.zh}。它共有多少个可学习参数？")

    def solution(self, s: GroupedConvParams) -> Text:
        each = rf"{s.kernel}^2 \cdot {num(s.in_channels // s.groups)} \cdot {num(s.out_channels)} = {num(_weights(s))}"
        total = plus_bias(_weights(s), s.out_channels, s.bias)
        return Text(
            f"Each of the {num(s.out_channels)} filters reads only its own group, ${share(s)}$ channels: ${each}$ weights.\n\n"
            f"In all, {biases(s.bias).en}: ${total}$.",
            f"{num(s.out_channels)} 个滤波器各自只读取本组的 ${share(s)}$ 个通道：${each}$ 个权重。\n\n"
            f"合计（{biases(s.bias).zh}）：${total}$。",
        )


def _left(s: GroupsFromParams) -> int:
    """The weights among the parameters."""
    return s.params - (s.out_channels if s.bias else 0)


def _full(s: GroupsFromParams) -> int:
    """The weights of the same layer in one group."""
    return s.kernel**2 * s.in_channels * s.out_channels


def _groups(s: GroupsFromParams) -> int:
    return _full(s) // _left(s)


class Groups(Question[GroupsFromParams]):
    """The same solved for g."""

    spec = GroupsFromParams
    answer = Integer()
    levels = (3,)
    find = "groups"
    rule = Text(
        r"$g = k^2 C_{in} C_{out} / P$, where biases are first taken off $P$",
        r"$g = k^2 C_{in} C_{out} / P$，其中 $P$ 先减去偏置",
    )
    mistakes = (
        Mistake(
            "Those are the input channels of a group.", "这是每组的输入通道数。", lambda s: s.in_channels // _groups(s)
        ),
        Mistake(
            "Those are the output channels of a group.",
            "这是每组的输出通道数。",
            lambda s: s.out_channels // _groups(s),
        ),
        Mistake(
            "Those are the weights of a single filter: the groups are k²·C_in divided by them.",
            "这是单个滤波器的权重数；组数是 k²·C_in 除以它。",
            lambda s: _left(s) // s.out_channels,
        ),
        Mistake(
            "The weights are divided by the groups once, so their ratio is the number of groups itself, not its square.",
            "权重只除以一次组数，所以比值就是组数，不必再开方。",
            lambda s: math.isqrt(_groups(s)) if math.isqrt(_groups(s)) ** 2 == _groups(s) else None,
        ),
        Mistake(
            "A k×k kernel has k² taps: with k of them the groups come out too few.",
            "k×k 的卷积核有 k² 个权重；只按 k 个算，组数就少了。",
            lambda s: _full(s) // s.kernel // _left(s) if _full(s) // s.kernel % _left(s) == 0 else None,
        ),
        Mistake(
            "A bias for every pair of channels was taken off; there is one for each output channel.",
            "每对通道都扣了一个偏置；实际上每个输出通道只有一个。",
            lambda s: _full(s) // left if s.bias and (left := s.params - s.in_channels * s.out_channels) > 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GroupsFromParams | None:
        s = _draw(draw, 3)
        if s is None or (params := _weights(s) + _added(s)) > LARGEST:
            return None
        return GroupsFromParams(s.in_channels, s.out_channels, s.kernel, params, s.bias)

    def formula(self, s: GroupsFromParams) -> int:
        return _groups(s)

    def stem(self, s: GroupsFromParams) -> Text:
        kernel, bias = by(s.kernel, s.kernel), biases(s.bias)
        return Text(
            f"A convolution from {s.in_channels} to {s.out_channels} channels with {kernel} kernels, {bias.en}, has {num(s.params)} "
            "learnable parameters. How many groups does it have?",
            f"输入 {s.in_channels} 通道、输出 {s.out_channels} 通道、卷积核 {kernel}、{bias.zh}的卷积层有 {num(s.params)} 个可学习参数。"
            "它分成多少组？",
        )

    def solution(self, s: GroupsFromParams) -> Text:
        left = f"{num(s.params)} - {num(s.out_channels)} = {num(_left(s))}" if s.bias else num(s.params)
        full = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} = {num(_full(s))}"
        ratio = f"{num(_full(s))} / {num(_left(s))} = {_groups(s)}"
        return Text(
            f"Weights: ${left}$; in one group they would be ${full}$.\n\nGroups: ${ratio}$.",
            f"权重：${left}$；若不分组则为 ${full}$。\n\n组数：${ratio}$。",
        )


MODEL = ItemModel(
    name="grouped_conv_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a grouped convolution", "分组卷积的参数量"),
    questions=(Params(), Groups()),
)
