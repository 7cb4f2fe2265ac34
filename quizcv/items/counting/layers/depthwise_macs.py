"""Multiply-accumulates of a depthwise convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import SIDE_NOT_SQUARED, SIDES, width
from quizcv.items.counting.layers.conv_macs import AS_FLOPS, ONE_POSITION
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import DepthwiseMacs, DepthwiseMacsInput

_AS_ORDINARY = (
    "That is an ordinary convolution; in a depthwise one a filter reads a single input channel.",
    "这是普通卷积；深度卷积的每个滤波器只读取一个输入通道。",
)


def _macs(s: DepthwiseMacs) -> int:
    return s.kernel**2 * s.in_channels * s.multiplier * s.out_size**2


class Macs(Question[DepthwiseMacs]):
    """Source: Howard et al. 2017, MobileNets, section 3.1."""

    spec = DepthwiseMacs
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 \cdot m C_{in} \cdot o^2$ with $m$ output channels for each input channel",
        r"$k^2 \cdot m C_{in} \cdot o^2$，$m$ 为每个输入通道对应的输出通道数",
    )
    mistakes = (
        Mistake(*_AS_ORDINARY, lambda s: _macs(s) * s.in_channels),
        Mistake(*AS_FLOPS, lambda s: 2 * _macs(s)),
        Mistake(*ONE_POSITION, lambda s: _macs(s) // s.out_size**2),
        Mistake(*SIDE_NOT_SQUARED, lambda s: _macs(s) // s.kernel),
        Mistake(
            "That is a single channel; every channel is filtered.",
            "这只是一个通道；每个通道都要滤波。",
            lambda s: s.kernel**2 * s.out_size**2,
        ),
        Mistake(
            "The depth multiplier was left out: every input channel has several filters here.",
            "漏了深度乘数：这里每个输入通道有多个滤波器。",
            lambda s: _macs(s) // s.multiplier,
        ),
        Mistake(
            "The 1×1 convolution that often follows was counted too.",
            "把后面常接的 1×1 卷积也算进去了。",
            lambda s: _macs(s) + (s.in_channels * s.multiplier) ** 2 * s.out_size**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DepthwiseMacs | None:
        kernel, side = draw.choice((3, 5, 7)), draw.choice(SIDES)
        return DepthwiseMacs(width(draw, 2), kernel, side, 1 if level == 1 else draw.choice((1, 2, 3, 4)))

    def formula(self, s: DepthwiseMacs) -> int:
        return _macs(s)

    def stem(self, s: DepthwiseMacs) -> Text:
        kernel, side = by(s.kernel, s.kernel), by(s.out_size, s.out_size)
        return Text(
            f"A depthwise convolution with {kernel} kernels reads {s.in_channels} channels, with depth multiplier {s.multiplier} (output "
            f"channels for each input channel), and gives an output map of {side}. How many multiply-accumulates (MACs) does it need for "
            "one image, with padding taps counted and biases not?",
            f"深度卷积的卷积核为 {kernel}，输入 {s.in_channels} 通道，深度乘数（每个输入通道对应的输出通道数）为 "
            f"{s.multiplier}，输出特征图为 {side}。处理一张图像需要多少次乘加（MAC）？填充处的乘加计入，偏置不计。",
        )

    def solution(self, s: DepthwiseMacs) -> Text:
        outputs = rf"{num(s.in_channels)} \cdot {s.multiplier} = {num(s.in_channels * s.multiplier)}"
        total = rf"{s.kernel}^2 \cdot {num(s.in_channels * s.multiplier)} \cdot {s.out_size}^2 = {num(_macs(s))}"
        return Text(
            f"Each of the ${outputs}$ output channels reads one input channel.\n\nMACs: ${total}$.",
            f"${outputs}$ 个输出通道各读取一个输入通道。\n\n乘加次数：${total}$。",
        )


def _out(s: DepthwiseMacsInput) -> int:
    return (s.size + 2 * s.padding - s.kernel) // s.stride + 1


def _at(s: DepthwiseMacsInput, positions: int) -> int:
    return s.kernel**2 * s.in_channels * positions


class FromInput(Question[DepthwiseMacsInput]):
    """The output size has to be found first."""

    spec = DepthwiseMacsInput
    answer = Integer()
    levels = (3,)
    find = "input"
    rule = Text(
        r"$o = \lfloor (H + 2p - k)/s \rfloor + 1$, then $k^2 \cdot C \cdot o^2$",
        r"先求 $o = \lfloor (H + 2p - k)/s \rfloor + 1$，再算 $k^2 \cdot C \cdot o^2$",
    )
    mistakes = (
        Mistake(
            "The positions are those of the output map, not of the input.",
            "位置数应取输出特征图的，而不是输入的。",
            lambda s: _at(s, s.size**2),
        ),
        Mistake("The + 1 of the output size is missing.", "输出尺寸漏了 + 1。", lambda s: _at(s, (_out(s) - 1) ** 2)),
        Mistake(
            "The padding was left out of the output size.",
            "计算输出尺寸时没有算上填充。",
            lambda s: _at(s, ((s.size - s.kernel) // s.stride + 1) ** 2),
        ),
        Mistake(*_AS_ORDINARY, lambda s: _at(s, _out(s) ** 2) * s.in_channels),
        Mistake(*AS_FLOPS, lambda s: 2 * _at(s, _out(s) ** 2)),
        Mistake(*ONE_POSITION, lambda s: _at(s, 1)),
    )

    def sample(self, draw: Draw, level: int) -> DepthwiseMacsInput | None:
        kernel, stride = draw.choice((3, 5, 7)), draw.choice((1, 2, 2, 3))
        s = DepthwiseMacsInput(width(draw, 2), kernel, draw.choice(SIDES), stride, draw.integer(0, kernel // 2))
        return s if s.size > kernel and (stride, s.padding) != (1, 0) else None

    def formula(self, s: DepthwiseMacsInput) -> int:
        return _at(s, _out(s) ** 2)

    def stem(self, s: DepthwiseMacsInput) -> Text:
        kernel, side = by(s.kernel, s.kernel), by(s.size, s.size)
        return Text(
            f"A depthwise convolution with {kernel} kernels, stride {s.stride} and padding {s.padding} on every side reads "
            f"{s.in_channels} input channels of {side}, with one filter for each. How many multiply-accumulates (MACs) does it need for "
            "one image, with padding taps counted and biases not?",
            f"深度卷积的卷积核为 {kernel}，步长 {s.stride}，每侧填充 {s.padding}，输入 {s.in_channels} 个 {side} 的通道，"
            "每个通道一个滤波器。处理一张图像需要多少次乘加（MAC）？填充处的乘加计入，偏置不计。",
        )

    def solution(self, s: DepthwiseMacsInput) -> Text:
        out = rf"\lfloor ({s.size} + 2 \cdot {s.padding} - {s.kernel})/{s.stride} \rfloor + 1 = {_out(s)}"
        total = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {_out(s)}^2 = {num(self.formula(s))}"
        return Text(f"Output side: ${out}$.\n\nMACs: ${total}$.", f"输出边长：${out}$。\n\n乘加次数：${total}$。")


MODEL = ItemModel(
    name="depthwise_macs",
    version=1,
    topic="counting",
    title=Text("Multiply-accumulates of a depthwise convolution", "深度卷积的乘加次数"),
    questions=(Macs(), FromInput()),
)
