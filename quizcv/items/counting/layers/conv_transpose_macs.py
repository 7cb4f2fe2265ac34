"""Multiply-accumulates of a transposed convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    ROUND,
    SIDE_NOT_SQUARED,
    groups_for,
    width,
)
from quizcv.items.counting.layers.conv_macs import AS_FLOPS
from quizcv.items.counting.layers.conv_transpose_params import GROUPS_IGNORED, reached, transposed_words
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import ConvTransposeMacs, ConvTransposeMacsOut

_ONE_UNIT = ("That is the work for a single input unit.", "这只是一个输入位置的运算量。")
_BY_OUTPUT = (
    "The kernel is applied once for each unit of the input, not of the output.",
    "卷积核对每个输入位置各用一次，而不是对每个输出位置。",
)


def _macs(s: ConvTransposeMacs) -> int:
    return s.kernel**2 * s.in_channels * (s.out_channels // s.groups) * s.size**2


class Macs(Question[ConvTransposeMacs]):
    """Every unit of the input is multiplied by every tap. Source: Dumoulin and Visin 2016, A guide to convolution arithmetic,
    section 4."""

    spec = ConvTransposeMacs
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 \cdot C_{in} \cdot C_{out}/g \cdot H^2$ with $H$ the side of the input",
        r"$k^2 \cdot C_{in} \cdot C_{out}/g \cdot H^2$，$H$ 为输入的边长",
    )
    mistakes = (
        Mistake(*_BY_OUTPUT, lambda s: _macs(s) // s.size**2 * ((s.size - 1) * s.stride + s.kernel) ** 2),
        Mistake(
            "The stride spreads the input; the inserted zeros need no products.",
            "步长只是把输入拉开；插入的零不需要乘法。",
            lambda s: _macs(s) * s.stride**2,
        ),
        Mistake(*AS_FLOPS, lambda s: 2 * _macs(s)),
        Mistake(*_ONE_UNIT, lambda s: _macs(s) // s.size**2),
        Mistake(*SIDE_NOT_SQUARED, lambda s: _macs(s) // s.kernel),
        Mistake(*GROUPS_IGNORED, lambda s: _macs(s) * s.groups),
        Mistake(
            "The stride makes the output larger, not the input smaller.",
            "步长使输出变大，并不使输入变小。",
            lambda s: _macs(s) // s.size**2 * (-(-s.size // s.stride)) ** 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvTransposeMacs | None:
        inputs, outputs, side = width(draw, level), width(draw, level), draw.choice((4, 7, 8, 14, 16, 28, 32, 56))
        kernel, stride = draw.choice((2, 3, 4)), 2 if level == 1 else draw.integer(1, 4)
        groups = groups_for(draw, inputs, outputs) if level == 2 and draw.chance(0.6) else 1
        return ConvTransposeMacs(inputs, outputs, kernel, side, stride, groups) if groups else None

    def formula(self, s: ConvTransposeMacs) -> int:
        return _macs(s)

    def stem(self, s: ConvTransposeMacs) -> Text:
        words, side = (
            transposed_words(s, Text(f" (`groups={s.groups}`)", f"（`groups={s.groups}`）")),
            by(s.size, s.size),
        )
        return Text(
            f"{words.en}, stride {s.stride} and no padding reads an input map of {side}. How many multiply-accumulates (MACs) does it "
            "need for one image, when inserted zeros are not multiplied and biases are not counted?",
            f"{words.zh}，步长 {s.stride}，无填充，输入特征图为 {side}。处理一张图像需要多少次乘加（MAC）？插入的零不参与乘法，"
            "偏置不计。",
        )

    def solution(self, s: ConvTransposeMacs) -> Text:
        each = (
            rf"{s.kernel}^2 \cdot {num(s.out_channels // s.groups)} = {num(s.kernel**2 * (s.out_channels // s.groups))}"
        )
        units = rf"{num(s.in_channels)} \cdot {s.size}^2 = {num(s.in_channels * s.size**2)}"
        total = rf"{num(s.kernel**2 * (s.out_channels // s.groups))} \cdot {num(s.in_channels * s.size**2)} = {num(_macs(s))}"
        return Text(
            f"Each input unit goes to ${reached(s)}$ channels with every tap: ${each}$ MACs; stride {s.stride} changes only "
            f"where they land.\n\nInput units: ${units}$. In all ${total}$.",
            f"每个输入单元通过所有权重作用于 ${reached(s)}$ 个通道：${each}$ 次乘加；步长 {s.stride} 只改变落点。\n\n"
            f"输入单元：${units}$。合计 ${total}$。",
        )


def _in(s: ConvTransposeMacsOut) -> int:
    return (s.out_size + 2 * s.padding - s.kernel) // s.stride + 1


def _at(s: ConvTransposeMacsOut, positions: int) -> int:
    return s.kernel**2 * s.in_channels * s.out_channels * positions


class FromOutput(Question[ConvTransposeMacsOut]):
    """The input size has to be found first."""

    spec = ConvTransposeMacsOut
    answer = Integer()
    levels = (3,)
    find = "output"
    rule = Text(
        r"$H = (o + 2p - k)/s + 1$, then $k^2 \cdot C_{in} \cdot C_{out} \cdot H^2$",
        r"先求 $H = (o + 2p - k)/s + 1$，再算 $k^2 \cdot C_{in} \cdot C_{out} \cdot H^2$",
    )
    mistakes = (
        Mistake(*_BY_OUTPUT, lambda s: _at(s, s.out_size**2)),
        Mistake("The + 1 of the input size is missing.", "输入尺寸漏了 + 1。", lambda s: _at(s, (_in(s) - 1) ** 2)),
        Mistake(
            "The padding of a transposed convolution cuts its output: it is added when going back to the input.",
            "转置卷积的填充会裁掉输出边缘：反推输入时要加回来。",
            lambda s: _at(s, max(0, (s.out_size - s.kernel) // s.stride + 1) ** 2),
        ),
        Mistake(*AS_FLOPS, lambda s: 2 * _at(s, _in(s) ** 2)),
        Mistake(*_ONE_UNIT, lambda s: _at(s, 1)),
        Mistake(
            "The input has H² units in each channel, not H.",
            "每个通道有 H² 个输入单元，而不是 H 个。",
            lambda s: _at(s, _in(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvTransposeMacsOut | None:
        kernel, stride = draw.choice((2, 3, 4, 5)), draw.integer(2, 4)
        padding, size = draw.integer(0, (kernel - 1) // 2), draw.choice((4, 7, 8, 14, 16, 28, 32))
        out = (size - 1) * stride - 2 * padding + kernel
        return ConvTransposeMacsOut(draw.choice(ROUND), draw.choice(ROUND), kernel, out, stride, padding)

    def formula(self, s: ConvTransposeMacsOut) -> int:
        return _at(s, _in(s) ** 2)

    def stem(self, s: ConvTransposeMacsOut) -> Text:
        words, side = transposed_words(s, Text("", "")), by(s.out_size, s.out_size)
        return Text(
            f"{words.en}, stride {s.stride}, `padding={s.padding}`, no output padding and one group gives an output map of {side}. "
            "How many multiply-accumulates (MACs) does it need for one image, when inserted zeros are not multiplied, products that "
            "the padding cuts off are counted and biases are not?",
            f"{words.zh}，步长 {s.stride}，`padding={s.padding}`，无 output padding，不分组，输出特征图为 {side}。"
            "处理一张图像需要多少次乘加（MAC）？插入的零不参与乘法，被填充裁掉的乘积计入，偏置不计。",
        )

    def solution(self, s: ConvTransposeMacsOut) -> Text:
        side = rf"({s.out_size} + 2 \cdot {s.padding} - {s.kernel})/{s.stride} + 1 = {_in(s)}"
        each = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} \cdot {_in(s)}^2"
        total = f"{each} = {num(self.formula(s))}"
        return Text(f"Input side: ${side}$.\n\nMACs: ${total}$.", f"输入边长：${side}$。\n\n乘加次数：${total}$。")


MODEL = ItemModel(
    name="conv_transpose_macs",
    version=1,
    topic="counting",
    title=Text("Multiply-accumulates of a transposed convolution", "转置卷积的乘加次数"),
    questions=(Macs(), FromOutput()),
)
