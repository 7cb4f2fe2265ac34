"""Connections of a convolutional layer, with those to padding and without."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers.conv_neurons import out_side, side_steps
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.units import ConvConnections, RealConnections


def _inputs(s: ConvConnections) -> int:
    """Connections of one unit."""
    return s.kernel**2 * s.in_channels + (1 if s.bias else 0)


class Connections(Question[ConvConnections]):
    """Source: LeCun et al. 1998, section II.B: C1 of LeNet-5 has 122,304 connections, biases included."""

    spec = ConvConnections
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$(k^2 C_{in} + 1) \cdot C_{out} \cdot o^2$, without the $+ 1$ if biases are not counted",
        r"$(k^2 C_{in} + 1) \cdot C_{out} \cdot o^2$，不计偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(
            "Those are the parameters: every position uses the same weights, but has connections of its own.",
            "这是参数量：各位置共享权重，但连接各自独立。",
            lambda s: _inputs(s) * s.out_channels,
        ),
        Mistake(
            "The biases were left out: one connection for each unit.",
            "漏了偏置：每个单元有一个偏置连接。",
            lambda s: s.kernel**2 * s.in_channels * s.out_channels * out_side(s) ** 2 if s.bias else None,
        ),
        Mistake(
            "The biases were counted, though they should not be.",
            "题目不计偏置，却把偏置算进去了。",
            lambda s: None if s.bias else (_inputs(s) + 1) * s.out_channels * out_side(s) ** 2,
        ),
        Mistake(
            "Every unit reads all input channels, not a single one.",
            "每个单元读取所有输入通道，而不是一个通道。",
            lambda s: (s.kernel**2 + (1 if s.bias else 0)) * s.out_channels * out_side(s) ** 2,
        ),
        Mistake(
            "The units are those of the output map, not of the input.",
            "单元数应取输出特征图的，而不是输入的。",
            lambda s: _inputs(s) * s.out_channels * s.size**2,
        ),
        Mistake(
            "The layer is not fully connected: a unit sees only its window.",
            "该层不是全连接：每个单元只看到自己的窗口。",
            lambda s: s.in_channels * s.size**2 * s.out_channels * out_side(s) ** 2,
        ),
        Mistake(
            "The padding was left out of the output size.",
            "计算输出尺寸时没有算上填充。",
            lambda s: _inputs(s) * s.out_channels * out_side(s, padding=0) ** 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvConnections | None:
        if level == 1:
            kernel = draw.choice((3, 5))
            return ConvConnections(
                draw.choice((1, 3, 6)), draw.choice((4, 6, 8, 16)), kernel, draw.choice((14, 20, 28, 32))
            )
        kernel = draw.choice((2, 3, 5, 7))
        padding, stride = draw.integer(0, kernel // 2), draw.integer(1, 2)
        return ConvConnections(
            draw.integer(1, 8), draw.integer(2, 16), kernel, draw.integer(10, 30), stride, padding, draw.chance(0.5)
        )

    def formula(self, s: ConvConnections) -> int:
        return _inputs(s) * s.out_channels * out_side(s) ** 2

    def stem(self, s: ConvConnections) -> Text:
        kernel = by(s.kernel, s.kernel)
        bias = (
            ("and one connection of each unit to a bias", "每个单元到偏置的连接也计入")
            if s.bias
            else ("but none to biases", "不计到偏置的连接")
        )
        return Text(
            f"A convolutional layer with {s.out_channels} filters of {kernel}, stride {s.stride} and padding {s.padding} on every side "
            f"reads an input of {by(s.in_channels, s.size, s.size)} (C×H×W), every filter all channels. How many connections "
            f"does it have? Count every tap of every unit, those on padding zeros as well, {bias[0]}.",
            f"卷积层有 {s.out_channels} 个 {kernel} 的滤波器，步长 {s.stride}，每侧填充 {s.padding}，输入为 "
            f"{by(s.in_channels, s.size, s.size)}（C×H×W），每个滤波器读取全部通道。该层共有多少个连接？"
            f"每个单元的每个权重位置（包括落在填充零上的）各计一个连接，{bias[1]}。",
        )

    def solution(self, s: ConvConnections) -> Text:
        one = rf"{s.kernel}^2 \cdot {s.in_channels}{' + 1' if s.bias else ''} = {num(_inputs(s))}"
        total = rf"{num(_inputs(s))} \cdot {num(s.out_channels)} \cdot {out_side(s)}^2 = {num(self.formula(s))}"
        return Text(
            f"Output side: ${side_steps(s)}$. Connections of a unit: ${one}$.\n\nOf all units: ${total}$.",
            f"输出边长：${side_steps(s)}$。每个单元的连接数：${one}$。\n\n全部单元：${total}$。",
        )


def _out(s: RealConnections) -> int:
    return s.size + 2 * s.padding - s.kernel + 1


def _outside(s: RealConnections) -> int:
    """Taps on padding along one axis, of all positions."""
    return s.padding * (s.padding + 1)


def _taps(s: RealConnections) -> int:
    """Taps on pixels along one axis."""
    return s.kernel * _out(s) - _outside(s)


class Real(Question[RealConnections]):
    """At either end of an axis p, p − 1, …, 1 taps lie on padding."""

    spec = RealConnections
    answer = Integer()
    levels = (2, 3)
    find = "real"
    rule = Text(
        r"$C_{in} C_{out} (k o - p(p + 1))^2$ with $o = H + 2p - k + 1$",
        r"$C_{in} C_{out} (k o - p(p + 1))^2$，其中 $o = H + 2p - k + 1$",
    )
    mistakes = (
        Mistake(
            "Taps on padding zeros were counted.",
            "把落在填充零上的连接也算进去了。",
            lambda s: s.in_channels * s.out_channels * (s.kernel * _out(s)) ** 2,
        ),
        Mistake(
            "The taps on padding were taken off at one end of each axis only.",
            "每个轴上只扣除了一端的填充连接。",
            lambda s: s.in_channels * s.out_channels * (s.kernel * _out(s) - _outside(s) // 2) ** 2,
        ),
        Mistake(
            "That is the layer without padding: the units near the border were left out, but keep their taps that lie on pixels.",
            "这是不填充时的连接数：边缘单元被整个扣除，但它们落在像素上的连接仍然存在。",
            lambda s: s.in_channels * s.out_channels * (s.kernel * (s.size - s.kernel + 1)) ** 2,
        ),
        Mistake(
            "That is a pair of channels only.",
            "这只是一对输入、输出通道的连接数。",
            lambda s: _taps(s) ** 2,
        ),
        Mistake(
            "The padding was only taken off the taps of one axis.",
            "只在一个轴上扣除了落在填充上的连接。",
            lambda s: s.in_channels * s.out_channels * _taps(s) * s.kernel * _out(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> RealConnections | None:
        kernel = draw.choice((3, 5)) if level == 2 else draw.choice((3, 4, 5, 7))
        padding = (kernel - 1) // 2 if level == 2 else draw.integer(1, kernel - 1)
        channels = (1, 1) if level == 2 and draw.chance(0.4) else (draw.integer(1, 6), draw.integer(1, 12))
        s = RealConnections(*channels, kernel, draw.integer(5, 14 if level == 2 else 20), padding)
        return s if s.size > kernel else None

    def formula(self, s: RealConnections) -> int:
        return s.in_channels * s.out_channels * _taps(s) ** 2

    def stem(self, s: RealConnections) -> Text:
        side, kernel = by(s.size, s.size), by(s.kernel, s.kernel)
        return Text(
            f"A convolution from {s.in_channels} to {s.out_channels} channels with {kernel} kernels, stride 1 and zero padding "
            f"{s.padding} on every side reads an input map of {side}; every filter reads all input channels. How many of its connections "
            "(taps of all units) lead to pixels of the map, not to padding? Biases are not counted.",
            f"卷积层输入 {s.in_channels} 通道、输出 {s.out_channels} 通道，卷积核 {kernel}，步长 1，每侧补零 {s.padding}，输入特征图为 "
            f"{side}，每个滤波器读取全部输入通道。不计落在填充上的，与真实像素相连的连接有多少个？偏置不计。",
        )

    def solution(self, s: RealConnections) -> Text:
        out = rf"{s.size} + 2 \cdot {s.padding} - {s.kernel} + 1 = {_out(s)}"
        taps = rf"{s.kernel} \cdot {_out(s)} - {s.padding} \cdot {s.padding + 1} = {_taps(s)}"
        total = rf"{s.in_channels} \cdot {s.out_channels} \cdot {_taps(s)}^2 = {num(self.formula(s))}"
        return Text(
            f"Output side: ${out}$. Along an axis $p(p + 1)$ of the ${s.kernel} \\cdot {_out(s)}$ taps lie on padding: ${taps}$ remain."
            f"\n\nConnections: ${total}$.",
            f"输出边长：${out}$。每个轴上 ${s.kernel} \\cdot {_out(s)}$ 个位置中有 $p(p + 1)$ 个落在填充上，"
            f"剩 ${taps}$。\n\n连接数：${total}$。",
        )


MODEL = ItemModel(
    name="conv_connections",
    version=1,
    topic="counting",
    title=Text("Connections of a convolutional layer", "卷积层的连接数"),
    questions=(Connections(), Real()),
)
