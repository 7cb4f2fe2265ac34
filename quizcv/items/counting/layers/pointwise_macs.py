"""Multiply-accumulates of a 1×1 convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    GROUPS_IGNORED,
    GROUPS_TWICE,
    SIDES,
    conv_words,
    groups_for,
    share,
    width,
)
from quizcv.items.counting.layers.conv_macs import AS_FLOPS, ONE_POSITION
from quizcv.items.counting.layers.pointwise_params import ADDED_UP, AS_3X3, KERNEL
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import PointwiseMacs, PointwiseStride


def _macs(s: PointwiseMacs) -> int:
    return s.in_channels // s.groups * s.out_channels * s.size**2


class Macs(Question[PointwiseMacs]):
    """Source: Howard et al. 2017, MobileNets, section 3.1."""

    spec = PointwiseMacs
    answer = Integer()
    levels = (1, 2)
    rule = r"$C_{in}/g \cdot C_{out} \cdot H^2$"
    mistakes = (
        Mistake(*ADDED_UP, lambda s: (s.in_channels + s.out_channels) * s.size**2),
        Mistake(*AS_3X3, lambda s: 9 * _macs(s)),
        Mistake(*AS_FLOPS, lambda s: 2 * _macs(s)),
        Mistake(*ONE_POSITION, lambda s: _macs(s) // s.size**2),
        Mistake("The map has H² positions, not H.", "特征图有 H² 个位置，而不是 H 个。", lambda s: _macs(s) // s.size),
        Mistake(*GROUPS_IGNORED, lambda s: _macs(s) * s.groups),
        Mistake(*GROUPS_TWICE, lambda s: _macs(s) // s.groups),
    )

    def sample(self, draw: Draw, level: int) -> PointwiseMacs | None:
        inputs, outputs, side = width(draw, level), width(draw, level), draw.choice(SIDES)
        groups = 1 if level == 1 else groups_for(draw, inputs, outputs)
        return PointwiseMacs(inputs, outputs, side, groups) if groups else None

    def formula(self, s: PointwiseMacs) -> int:
        return _macs(s)

    def stem(self, s: PointwiseMacs) -> Text:
        layer = conv_words(s, kernel=KERNEL)
        side = by(s.size, s.size)
        return Text(
            f"{layer.en} runs over a map of {side} with stride 1. How many multiply-accumulates (MACs) does it need for one image, "
            "biases not counted?",
            f"{layer.zh}，步长 1，特征图为 {side}。处理一张图像需要多少次乘加（MAC）？偏置不计。",
        )

    def solution(self, s: PointwiseMacs) -> Text:
        total = rf"{num(s.in_channels // s.groups)} \cdot {num(s.out_channels)} \cdot {s.size}^2 = {num(_macs(s))}"
        return Text(
            f"A unit needs ${share(s)}$ MACs.\n\nAll units: ${total}$.",
            f"每个输出单元需要 ${share(s)}$ 次乘加。\n\n全部单元：${total}$。",
        )


def _at(s: PointwiseStride, positions: int) -> int:
    return s.in_channels * s.out_channels * positions


class Strided(Question[PointwiseStride]):
    """The shortcut of a residual network where the map shrinks. Source: He et al. 2016, section 3.3, option B."""

    spec = PointwiseStride
    answer = Integer()
    levels = (3,)
    find = "stride"
    rule = Text(
        r"$C_{in} \cdot C_{out} \cdot o^2$ with $o = \lfloor (H - 1)/s \rfloor + 1$",
        r"$C_{in} \cdot C_{out} \cdot o^2$，其中 $o = \lfloor (H - 1)/s \rfloor + 1$",
    )
    mistakes = (
        Mistake("The stride was ignored.", "忽略了步长。", lambda s: _at(s, s.size**2)),
        Mistake(
            "The stride shrinks both height and width, not one of them.",
            "步长使高和宽都缩小，而不只是其中之一。",
            lambda s: _at(s, s.size * ((s.size - 1) // s.stride + 1)),
        ),
        Mistake(
            "The output side is ⌊(H − 1)/s⌋ + 1: the first pixel counts.",
            "输出边长为 ⌊(H − 1)/s⌋ + 1：要算上第一个像素。",
            lambda s: _at(s, ((s.size - 1) // s.stride) ** 2),
        ),
        Mistake(*AS_3X3, lambda s: 9 * _at(s, ((s.size - 1) // s.stride + 1) ** 2)),
        Mistake(*AS_FLOPS, lambda s: 2 * _at(s, ((s.size - 1) // s.stride + 1) ** 2)),
        Mistake(*ONE_POSITION, lambda s: _at(s, 1)),
    )

    def sample(self, draw: Draw, level: int) -> PointwiseStride | None:
        return PointwiseStride(width(draw, 2), width(draw, 2), draw.choice(SIDES), draw.integer(2, 4))

    def formula(self, s: PointwiseStride) -> int:
        return _at(s, ((s.size - 1) // s.stride + 1) ** 2)

    def stem(self, s: PointwiseStride) -> Text:
        layer = conv_words(s, kernel=KERNEL)
        side = by(s.size, s.size)
        return Text(
            f"{layer.en}, in one group, with stride {s.stride} and no padding reads an input map of {side}. How many "
            "multiply-accumulates (MACs) does it need for one image, biases not counted?",
            f"{layer.zh}，不分组，步长 {s.stride}，无填充，输入特征图为 {side}。处理一张图像需要多少次乘加（MAC）？偏置不计。",
        )

    def solution(self, s: PointwiseStride) -> Text:
        out = (s.size - 1) // s.stride + 1
        side = rf"\lfloor ({s.size} - 1)/{s.stride} \rfloor + 1 = {out}"
        total = rf"{num(s.in_channels)} \cdot {num(s.out_channels)} \cdot {out}^2 = {num(self.formula(s))}"
        return Text(f"Output side: ${side}$.\n\nMACs: ${total}$.", f"输出边长：${side}$。\n\n乘加次数：${total}$。")


MODEL = ItemModel(
    name="pointwise_macs",
    version=1,
    topic="counting",
    title=Text("Multiply-accumulates of a 1×1 convolution", "1×1 卷积的乘加次数"),
    questions=(Macs(), Strided()),
)
