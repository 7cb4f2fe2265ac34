"""Output size of a convolution along one axis, and what gives a wanted one."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import (
    DILATED_TIMES,
    NO_DILATION,
    NO_PADDING,
    NO_PLUS_ONE,
    NO_STRIDE,
    PADDING_ONCE,
    ROUNDED_UP,
    windows,
    windows_up,
)
from quizcv.items.shapes._conv_solved import LargestInput, LargestStride, SmallestKernel, TwoLayers
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.shapes import ConvOutput, ConvPadding


def _size(s: ConvOutput, *, extent: int | None = None, padding: int | None = None, stride: int | None = None) -> int:
    """The formula with one part replaced."""
    room = s.size + (2 * s.padding if padding is None else padding) - (s.extent if extent is None else extent)
    return room // (stride or s.stride) + 1


class OutputSize(Question[ConvOutput]):
    """Source: documentation of torch.nn.Conv2d, "Shape"."""

    spec = ConvOutput
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$o = \lfloor (H + 2p - d(k - 1) - 1)/s \rfloor + 1$"
    mistakes = (
        Mistake(*ROUNDED_UP, lambda s: windows_up(s.size, s.kernel, s.stride, s.padding, s.dilation)),
        Mistake(*NO_PLUS_ONE, lambda s: _size(s) - 1),
        Mistake(*PADDING_ONCE, lambda s: _size(s, padding=s.padding)),
        Mistake(*NO_PADDING, lambda s: _size(s, padding=0)),
        Mistake(*NO_DILATION, lambda s: _size(s, extent=s.kernel)),
        Mistake(*DILATED_TIMES, lambda s: _size(s, extent=s.dilation * s.kernel)),
        Mistake(*NO_STRIDE, lambda s: _size(s, stride=1)),
        Mistake(
            "The input size was only divided by the stride and rounded up; kernel and padding count, too.",
            "只是把输入尺寸除以步长再向上取整；卷积核和填充也有影响。",
            lambda s: -(-s.size // s.stride),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvOutput | None:
        kernel = draw.choice((2, 3, 4, 5, 7, 11) if level == 2 else (3, 5, 7, 11))
        size = draw.integer(2 * kernel, 256)
        stride = draw.integer(1, 4)
        padding = draw.integer(0, kernel // 2) if level == 1 else draw.integer(0, kernel)
        dilation = 1 if level == 1 else draw.integer(1, 4)
        s = ConvOutput(size, kernel, stride, padding, dilation)
        return s if s.extent <= size else None

    def formula(self, s: ConvOutput) -> int:
        return windows(s.size, s.kernel, s.stride, s.padding, s.dilation)

    def stem(self, s: ConvOutput) -> Text:
        return Text(
            f"A convolution with kernel {s.kernel}×{s.kernel}, stride {s.stride}, padding {s.padding} on every side and dilation "
            f"{s.dilation} reads a feature map of {s.size}×{s.size} pixels. How many pixels wide is its output, as PyTorch "
            "computes it?",
            f"输入特征图为 {s.size}×{s.size}，卷积核 {s.kernel}×{s.kernel}，步长 {s.stride}，每侧填充 {s.padding}，"
            f"膨胀率 {s.dilation}。按 PyTorch 的算法，输出的宽是多少像素？",
        )

    def solution(self, s: ConvOutput) -> Text:
        extent = rf"{s.dilation} \cdot ({s.kernel} - 1) + 1 = {s.extent}"
        steps = (
            rf"\lfloor ({s.size} + 2 \cdot {s.padding} - {s.extent}) / {s.stride} \rfloor + 1 "
            rf"= \lfloor {s.size + 2 * s.padding - s.extent} / {s.stride} \rfloor + 1 = {self.formula(s)}"
        )
        return Text(
            f"The kernel spans ${extent}$ pixels.\n\nOutput: ${steps}$.",
            f"卷积核跨越 ${extent}$ 个像素。\n\n输出：${steps}$。",
        )


class SmallestPadding(Question[ConvPadding]):
    """The same formula solved for p."""

    spec = ConvPadding
    answer = Integer("px")
    levels = (3,)
    find = "padding"
    rule = Text(
        r"$p = \lceil ((o - 1)s + k - H)/2 \rceil$, at least 0",
        r"$p = \lceil ((o - 1)s + k - H)/2 \rceil$，至少为 0",
    )
    mistakes = (
        Mistake(
            "That is the padding of both sides together.",
            "这是两侧填充之和。",
            lambda s: (s.out - 1) * s.stride + s.kernel - s.size,
        ),
        Mistake(
            "That is the padding that keeps the size at stride 1, not the one asked for.",
            "这是步长为 1 时保持尺寸的填充，不是所求的填充。",
            lambda s: (s.kernel - 1) // 2,
        ),
        Mistake(
            "(o − 1) steps lead from the first window to the last, not o.",
            "从第一个窗口到最后一个只有 (o − 1) 步，而不是 o 步。",
            lambda s: -((s.size - s.kernel - s.out * s.stride) // 2),
        ),
        Mistake(
            "Half of the missing pixels was rounded down: one pixel is still missing.",
            "缺少的像素的一半被向下取整：还差一个像素。",
            lambda s: ((s.out - 1) * s.stride + s.kernel - s.size) // 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvPadding | None:
        kernel = draw.choice((3, 5, 7, 9, 11))
        size, stride, padding = draw.integer(2 * kernel, 256), draw.integer(1, 4), draw.integer(1, kernel // 2)
        out = (size + 2 * padding - kernel) // stride + 1
        return ConvPadding(size, kernel, out, stride)

    def formula(self, s: ConvPadding) -> int:
        return max(0, -((s.size - s.kernel - (s.out - 1) * s.stride) // 2))

    def stem(self, s: ConvPadding) -> Text:
        return Text(
            f"A convolution with kernel {s.kernel}×{s.kernel}, stride {s.stride} and dilation 1 is to turn a feature map of "
            f"{s.size}×{s.size} pixels into {s.out}×{s.out}. What is the smallest padding per side (the same on all four) that does it?",
            f"卷积核 {s.kernel}×{s.kernel}、步长 {s.stride}、膨胀率 1 的卷积要把 {s.size}×{s.size} 的特征图变为 {s.out}×{s.out}。"
            "每侧（四边相同）最少需要填充多少像素？",
        )

    def solution(self, s: ConvPadding) -> Text:
        need = (s.out - 1) * s.stride + s.kernel
        sum_ = rf"({s.out} - 1) \cdot {s.stride} + {s.kernel} = {need}"
        missing = need - s.size
        en = f"{s.out} windows span ${sum_}$ pixels; the input has {s.size}."
        zh = f"{s.out} 个窗口共跨越 ${sum_}$ 个像素；输入有 {s.size} 个。"
        if missing <= 0:
            return Text(f"{en} Nothing is missing: 0.", f"{zh}不缺像素：填充为 0。")
        half = rf"\lceil {missing} / 2 \rceil = {self.formula(s)}"
        return Text(
            f"{en} Both sides together lack ${missing}$: ${half}$ per side.",
            f"{zh}两侧共缺 ${missing}$ 个：每侧 ${half}$。",
        )


MODEL = ItemModel(
    name="conv_output",
    version=1,
    topic="shapes",
    title=Text("Output size of a convolution", "卷积的输出尺寸"),
    questions=(OutputSize(), SmallestPadding(), SmallestKernel(), LargestStride(), LargestInput(), TwoLayers()),
)
