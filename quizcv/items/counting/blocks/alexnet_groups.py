"""What AlexNet's two groups save."""

from __future__ import annotations

from dataclasses import replace

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_MISSED, Counted, Part, biases, conv, listed, weights
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import GroupSaving, GroupStack


def _full(s: GroupSaving) -> int:
    return weights(s.in_channels, s.out_channels, s.kernel)


class Saving(Question[GroupSaving]):
    """Source: Krizhevsky et al. 2012, "ImageNet Classification with Deep Convolutional Neural Networks", section 3.2."""

    spec = GroupSaving
    answer = Integer()
    levels = (1, 2)
    rule = r"$k^2 C_1 C_2 (1 - 1/g)$"
    mistakes = (
        Mistake(
            "Those are the weights that are left, not the ones saved.",
            "这是剩下的权重数，不是节省的数量。",
            lambda s: _full(s) // s.groups if s.groups > 2 else None,
        ),
        Mistake(
            "The weights left were taken as 1/g² of all: that is one group, and there are g of them.",
            "把剩余权重当成全部的 1/g²：那只是一组，共有 g 组。",
            lambda s: _full(s) - _full(s) // s.groups**2,
        ),
        Mistake(
            "The biases were divided among the groups as well; there is still one per output channel.",
            "把偏置也按组数减少了；每个输出通道仍有一个偏置。",
            lambda s: (_full(s) + s.out_channels) * (s.groups - 1) // s.groups,
        ),
        Mistake(
            "Those are all parameters without groups.",
            "这是不分组时的全部参数。",
            lambda s: _full(s) + s.out_channels,
        ),
        Mistake(
            "The kernel was counted with k weights instead of k².",
            "卷积核按 k 个权重计了，应为 k²。",
            lambda s: s.kernel * s.in_channels * s.out_channels * (s.groups - 1) // s.groups,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GroupSaving | None:
        groups = 2 if level == 1 else draw.choice((3, 4, 6, 8))
        ends = (groups * 8 * draw.integer(2, 24), groups * 8 * draw.integer(2, 24))
        return GroupSaving(*ends, draw.choice((3, 5)), groups) if max(ends) <= 512 else None

    def formula(self, s: GroupSaving) -> int:
        return _full(s) - weights(s.in_channels, s.out_channels, s.kernel, s.groups)

    def stem(self, s: GroupSaving) -> Text:
        k = s.kernel
        return Text(
            f"A {k}×{k} convolution {s.in_channels}→{s.out_channels} channels with biases is split into {s.groups} groups (as "
            "AlexNet split some of its own into 2). How many parameters does that save?",
            f"把带偏置的 {k}×{k} 卷积（通道数 {s.in_channels}→{s.out_channels}）分为 {s.groups} 组（AlexNet 的部分卷积就分成了 "
            "2 组）。这样节省了多少个参数？",
        )

    def solution(self, s: GroupSaving) -> Text:
        k, each = s.kernel, s.in_channels // s.groups
        full = rf"{k} \cdot {k} \cdot {s.in_channels} \cdot {s.out_channels} = {num(_full(s))}"
        left = rf"{k} \cdot {k} \cdot {s.in_channels}/{s.groups} \cdot {s.out_channels}"
        left = f"{left} = {num(weights(s.in_channels, s.out_channels, k, s.groups))}"
        return Text(
            f"Without groups: ${full}$ weights. In groups every filter reads {each} channels: ${left}$. The biases stay.\n\n"
            f"Saved: {num(self.formula(s))}.",
            f"不分组：${full}$ 个权重。分组后每个滤波器只读 {each} 个通道：${left}$。偏置不变。\n\n节省："
            f"{num(self.formula(s))}。",
        )


def _stack(s: GroupStack, *, grouped: bool = True, bias: bool = True, twice: bool = False) -> int:
    total = 0
    for at, (kernel, groups) in enumerate(zip(s.kernels, s.groups, strict=True)):
        inputs, outputs = s.channels[at], s.channels[at + 1]
        by = groups if grouped else 1
        total += weights(inputs, outputs, kernel, by * (groups if twice else 1)) + bias * outputs
    return total


class Stack(Counted[GroupStack]):
    """Some layers grouped, some not, like AlexNet's five."""

    spec = GroupStack
    answer = Integer()
    levels = (3,)
    find = "stack"
    rule = r"$\sum (k_i^2 C_{i-1}/g_i + 1)\, C_i$"
    mistakes = (
        Mistake(
            "The groups were ignored: in g groups every filter reads 1/g of the input channels.",
            "忽略了分组：分 g 组时，每个滤波器只读 1/g 的输入通道。",
            lambda s: _stack(s, grouped=False),
        ),
        Mistake(
            "The weights were divided by the groups twice: there are fewer inputs per filter, not fewer filters.",
            "权重除了两次组数：每个滤波器的输入变少，滤波器个数不变。",
            lambda s: _stack(s, twice=True),
        ),
        Mistake(
            "All layers behind the first were taken to have the largest number of groups; each has its own.",
            "第一层之后的各层都按最大的组数计了；各层有各自的组数。",
            lambda s: (
                _stack(replace(s, groups=(s.groups[0], *[max(s.groups)] * (len(s.groups) - 1))))
                if all(channels % max(s.groups) == 0 for channels in s.channels[1:])
                else None
            ),
        ),
        Mistake(*BIAS_MISSED, lambda s: _stack(s, bias=False)),
        Mistake(
            "The first layer was left out; it has weights like the others.",
            "漏了第一层；它同样有参数。",
            lambda s: _stack(s) - weights(s.channels[0], s.channels[1], s.kernels[0], s.groups[0]) - s.channels[1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> GroupStack | None:
        channels = (3, *(32 * draw.integer(1, 12) for _ in range(3)))
        kernels = (draw.choice((5, 7, 11)), draw.choice((3, 5)), 3)
        groups = (1, *draw.choice(((2, 1), (1, 2), (2, 2), (2, 1), (4, 1), (2, 4))))
        return GroupStack(channels, kernels, groups)

    def parts(self, s: GroupStack) -> list[Part]:
        found = [
            conv(s.channels[at], s.channels[at + 1], kernel, groups)
            for at, (kernel, groups) in enumerate(zip(s.kernels, s.groups, strict=True))
        ]
        return [*found, biases(*s.channels[1:])]

    def stem(self, s: GroupStack) -> Text:
        named = "→".join(map(str, s.channels))
        return Text(
            f"{len(s.kernels)} convolutions with biases follow each other like AlexNet's first ones: channels {named}, "
            f"kernel sizes {listed(s.kernels)}, groups {listed(s.groups)}. How many parameters do they have together, "
            "biases included?",
            f"{len(s.kernels)} 个带偏置的卷积像 AlexNet 开头那样依次相连：通道数 {named}，卷积核边长 {listed(s.kernels)}，组数 "
            f"{listed(s.groups)}。它们共有多少个参数（含偏置）？",
        )


MODEL = ItemModel(
    name="alexnet_group_saving",
    version=1,
    topic="counting",
    title=Text("What AlexNet's groups save", "AlexNet 分组的节省"),
    questions=(Saving(), Stack()),
)
