"""Multiply-accumulates of a convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    GROUPS_IGNORED,
    GROUPS_TWICE,
    ONE_INPUT,
    ROUND,
    SIDE_NOT_SQUARED,
    SIDES,
    conv_words,
    groups_for,
    share,
    width,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import ConvMacs, ConvMacsInput

ONE_POSITION = (
    "That is the cost of a single position; every position of the output map costs as much.",
    "这只是一个位置的运算量；输出特征图的每个位置都要算一遍。",
)

AS_FLOPS = ("Those are FLOPs, 2 for each multiply-accumulate.", "这是按每次乘加 2 次运算计的 FLOPs。")


def macs(s: ConvMacs) -> int:
    return s.kernel**2 * (s.in_channels // s.groups) * s.out_channels * s.out_size**2


def _per_unit(s: ConvMacs) -> str:
    each = s.kernel**2 * (s.in_channels // s.groups)
    return rf"{s.kernel} \cdot {s.kernel} \cdot {num(s.in_channels // s.groups)} = {num(each)}"


def draw_macs(draw: Draw, level: int) -> ConvMacs | None:
    kernel, side = draw.choice((1, 3, 5, 7) if level == 1 else (1, 2, 3, 5, 7)), draw.choice(SIDES)
    if level == 1:
        return ConvMacs(draw.choice((1, 3, 16, 32, 64, 128, 256)), width(draw, 1), kernel, side)
    inputs, outputs = width(draw, 2), width(draw, 2)
    groups = groups_for(draw, inputs, outputs) if draw.chance(0.7) else 1
    return ConvMacs(inputs, outputs, kernel, side, groups) if groups else None


class Macs(Question[ConvMacs]):
    """Each unit of the output is a sum over a window. Source: He and Sun 2015, Convolutional Neural Networks at Constrained Time
    Cost, section 3.1."""

    spec = ConvMacs
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 \cdot C_{in}/g \cdot C_{out} \cdot o^2$ with $o$ the side of the output map",
        r"$k^2 \cdot C_{in}/g \cdot C_{out} \cdot o^2$，$o$ 为输出特征图的边长",
    )
    mistakes = (
        Mistake(*ONE_POSITION, lambda s: macs(s) // s.out_size**2),
        Mistake(
            *AS_FLOPS,
            lambda s: 2 * macs(s),
        ),
        Mistake(*ONE_INPUT, lambda s: s.kernel**2 * s.out_channels * s.out_size**2),
        Mistake(
            "The biases were counted; they are only added.",
            "把偏置也算进去了；偏置只是加法。",
            lambda s: macs(s) + s.out_channels * s.out_size**2,
        ),
        Mistake(
            "The map has o² positions, not o.", "特征图有 o² 个位置，而不是 o 个。", lambda s: macs(s) // s.out_size
        ),
        Mistake(*SIDE_NOT_SQUARED, lambda s: macs(s) // s.kernel),
        Mistake(*GROUPS_IGNORED, lambda s: macs(s) * s.groups),
        Mistake(*GROUPS_TWICE, lambda s: macs(s) // s.groups),
    )

    def sample(self, draw: Draw, level: int) -> ConvMacs | None:
        return draw_macs(draw, level)

    def formula(self, s: ConvMacs) -> int:
        return macs(s)

    def stem(self, s: ConvMacs) -> Text:
        layer = conv_words(s)
        side = by(s.out_size, s.out_size)
        return Text(
            f"{layer.en} gives an output map of {side}. How many multiply-accumulates (MACs) does it need for one image, with padding taps "
            "counted and biases not?",
            f"{layer.zh}，输出特征图为 {side}。处理一张图像需要多少次乘加（MAC）？填充处的乘加计入，偏置不计。",
        )

    def solution(self, s: ConvMacs) -> Text:
        total = rf"{num(s.kernel**2 * (s.in_channels // s.groups))} \cdot {num(s.out_channels)} \cdot {s.out_size}^2"
        return Text(
            f"A unit reads ${share(s)}$ channels: ${_per_unit(s)}$ MACs.\n\n"
            f"All units, {num(s.out_channels)} maps of {by(s.out_size, s.out_size)}: ${total} = {num(macs(s))}$.",
            f"每个输出单元读取 ${share(s)}$ 个通道：${_per_unit(s)}$ 次乘加。\n\n"
            f"{num(s.out_channels)} 张 {by(s.out_size, s.out_size)} 的特征图共需：${total} = {num(macs(s))}$。",
        )


def _out(s: ConvMacsInput) -> int:
    return (s.size + 2 * s.padding - s.kernel) // s.stride + 1


def _at(s: ConvMacsInput, positions: int) -> int:
    return s.kernel**2 * (s.in_channels // s.groups) * s.out_channels * positions


class FromInput(Question[ConvMacsInput]):
    """The output size has to be found first."""

    spec = ConvMacsInput
    answer = Integer()
    levels = (3,)
    find = "input"
    rule = Text(
        r"$o = \lfloor (H + 2p - k)/s \rfloor + 1$, then $k^2 \cdot C_{in}/g \cdot C_{out} \cdot o^2$",
        r"先求 $o = \lfloor (H + 2p - k)/s \rfloor + 1$，再算 $k^2 \cdot C_{in}/g \cdot C_{out} \cdot o^2$",
    )
    mistakes = (
        Mistake(
            "The positions are those of the output map, not of the input.",
            "位置数应取输出特征图的，而不是输入的。",
            lambda s: _at(s, s.size**2),
        ),
        Mistake(
            "The stride was ignored.", "忽略了步长。", lambda s: _at(s, (s.size + 2 * s.padding - s.kernel + 1) ** 2)
        ),
        Mistake(
            "The padding was left out of the output size.",
            "计算输出尺寸时没有算上填充。",
            lambda s: _at(s, ((s.size - s.kernel) // s.stride + 1) ** 2),
        ),
        Mistake("The + 1 of the output size is missing.", "输出尺寸漏了 + 1。", lambda s: _at(s, (_out(s) - 1) ** 2)),
        Mistake(*ONE_POSITION, lambda s: _at(s, 1)),
        Mistake(*GROUPS_IGNORED, lambda s: _at(s, _out(s) ** 2) * s.groups),
        Mistake(
            *AS_FLOPS,
            lambda s: 2 * _at(s, _out(s) ** 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvMacsInput | None:
        kernel, stride = draw.choice((1, 2, 3, 5, 7, 11)), draw.integer(1, 4)
        size, padding = draw.choice((14, 27, 28, 32, 55, 56, 64, 112)), draw.integer(0, kernel // 2)
        inputs, outputs = draw.choice((1, 3, *ROUND)), draw.choice(ROUND)
        groups = groups_for(draw, inputs, outputs) if draw.chance(0.3) else 1
        s = ConvMacsInput(inputs, outputs, kernel, size, stride, padding, groups or 1)
        return s if (stride, padding) != (1, 0) else None

    def formula(self, s: ConvMacsInput) -> int:
        return _at(s, _out(s) ** 2)

    def stem(self, s: ConvMacsInput) -> Text:
        layer, side = conv_words(s), by(s.size, s.size)
        return Text(
            f"{layer.en}, stride {s.stride} and padding {s.padding} on every side reads an input map of {side}. How many "
            "multiply-accumulates (MACs) does it need for one image, with padding taps counted and biases not?",
            f"{layer.zh}，步长 {s.stride}，每侧填充 {s.padding}，输入特征图为 {side}。"
            "处理一张图像需要多少次乘加（MAC）？填充处的乘加计入，偏置不计。",
        )

    def solution(self, s: ConvMacsInput) -> Text:
        out = rf"\lfloor ({s.size} + 2 \cdot {s.padding} - {s.kernel})/{s.stride} \rfloor + 1 = {_out(s)}"
        each = rf"{s.kernel}^2 \cdot {num(s.in_channels // s.groups)} \cdot {num(s.out_channels)}"
        total = rf"{each} \cdot {_out(s)}^2 = {num(self.formula(s))}"
        return Text(
            f"Output side: ${out}$. A filter reads ${share(s)}$ channels.\n\nMACs: ${total}$.",
            f"输出边长：${out}$。每个滤波器读取 ${share(s)}$ 个通道。\n\n乘加次数：${total}$。",
        )


MODEL = ItemModel(
    name="conv_macs",
    version=1,
    topic="counting",
    title=Text("Multiply-accumulates of a convolution", "卷积层的乘加次数"),
    questions=(Macs(), FromInput()),
)
