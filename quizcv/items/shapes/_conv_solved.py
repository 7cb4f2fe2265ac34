"""The size formula of convolutions solved for its parts, and applied twice."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import Mistake, Question
from quizcv.items.shapes._common import NO_PADDING, NO_STRIDE, PADDING_ONCE, ROUNDED_UP, steps, windows, windows_up
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.shapes import ConvInput, ConvKernel, ConvPair, ConvStride


class SmallestKernel(Question[ConvKernel]):
    """⌊(H + 2p − k)/s⌋ = o − 1 holds for k from H + 2p − os + 1 on."""

    spec = ConvKernel
    answer = Integer()
    levels = (3,)
    find = "kernel"
    rule = Text(
        "$k = H + 2p - o s + 1$, at least 1",
        "$k = H + 2p - o s + 1$，至少为 1",
    )
    mistakes = (
        Mistake(
            "That is the largest kernel that does it.",
            "这是满足条件的最大卷积核。",
            lambda s: s.size + 2 * s.padding - (s.out - 1) * s.stride,
        ),
        Mistake(
            "With this kernel one more window fits, and o + 1 pixels come out.",
            "用这个卷积核还能再放一个窗口，输出为 o + 1 个像素。",
            lambda s: s.size + 2 * s.padding - s.out * s.stride or None,
        ),
        Mistake(*PADDING_ONCE, lambda s: s.size + s.padding - s.out * s.stride + 1),
        Mistake(*NO_PADDING, lambda s: s.size - s.out * s.stride + 1),
        Mistake(*NO_STRIDE, lambda s: s.size + 2 * s.padding - s.out + 1),
    )

    def sample(self, draw: Draw, level: int) -> ConvKernel | None:
        kernel, stride, padding = draw.integer(3, 11), draw.integer(2, 4), draw.integer(0, 4)
        size = draw.integer(2 * kernel, 128)
        return ConvKernel(size, windows(size, kernel, stride, padding), stride, padding)

    def formula(self, s: ConvKernel) -> int:
        return max(1, s.size + 2 * s.padding - s.out * s.stride + 1)

    def stem(self, s: ConvKernel) -> Text:
        return Text(
            f"A convolution with a square kernel, stride {s.stride}, padding {s.padding} on every side and dilation 1 is to "
            f"turn a feature map of {s.size}×{s.size} pixels into {s.out}×{s.out}. What is the side of the smallest kernel that does it?",
            f"方形卷积核、步长 {s.stride}、每侧填充 {s.padding}、膨胀率 1 的卷积要把 {s.size}×{s.size} 的特征图变为 "
            f"{s.out}×{s.out}。满足条件的最小卷积核边长是多少？",
        )

    def solution(self, s: ConvKernel) -> Text:
        padded = rf"{s.size} + 2 \cdot {s.padding} = {s.size + 2 * s.padding}"
        found = (
            rf"k > {s.size + 2 * s.padding} - {s.out} \cdot {s.stride} = {s.size + 2 * s.padding - s.out * s.stride}"
        )
        return Text(
            f"The padded input has ${padded}$ pixels. More than {s.out} windows must not fit: ${found}$.\n\n"
            f"The smallest: {self.formula(s)}.",
            f"填充后的输入有 ${padded}$ 个像素。不能放下多于 {s.out} 个窗口：${found}$。\n\n最小值：{self.formula(s)}。",
        )


class LargestStride(Question[ConvStride]):
    """o windows need o − 1 steps within H + 2p − k pixels."""

    spec = ConvStride
    answer = Integer()
    levels = (3,)
    find = "stride"
    rule = r"$s = \lfloor (H + 2p - k)/(o - 1) \rfloor$"
    mistakes = (
        Mistake(
            "Between o windows there are o − 1 steps, not o.",
            "o 个窗口之间只有 o − 1 步，而不是 o 步。",
            lambda s: (s.size + 2 * s.padding - s.kernel) // s.out,
        ),
        Mistake(
            "The quotient was rounded up: the last window no longer fits.",
            "商向上取整了：最后一个窗口放不下。",
            lambda s: -(-(s.size + 2 * s.padding - s.kernel) // (s.out - 1)),
        ),
        Mistake(
            "The kernel was not taken off: the last window starts k pixels before the end.",
            "没有减去卷积核：最后一个窗口在末端前 k 个像素处开始。",
            lambda s: (s.size + 2 * s.padding) // (s.out - 1),
        ),
        Mistake(
            "That is the smallest stride that does it.",
            "这是满足条件的最小步长。",
            lambda s: (s.size + 2 * s.padding - s.kernel) // s.out + 1,
        ),
        Mistake(*NO_PADDING, lambda s: (s.size - s.kernel) // (s.out - 1)),
    )

    def sample(self, draw: Draw, level: int) -> ConvStride | None:
        kernel, stride = draw.choice((3, 5, 7, 11)), draw.integer(2, 9)
        size, padding = draw.integer(3 * kernel, 128), draw.integer(0, kernel // 2)
        out = windows(size, kernel, stride, padding)
        return ConvStride(size, kernel, out, padding) if out > 2 else None

    def formula(self, s: ConvStride) -> int:
        return (s.size + 2 * s.padding - s.kernel) // (s.out - 1)

    def stem(self, s: ConvStride) -> Text:
        return Text(
            f"A convolution with kernel {s.kernel}×{s.kernel}, padding {s.padding} on every side and dilation 1 is to turn a feature "
            f"map of {s.size}×{s.size} pixels into {s.out}×{s.out}. What is the largest stride (the same along both axes) that "
            "does it?",
            f"卷积核 {s.kernel}×{s.kernel}、每侧填充 {s.padding}、膨胀率 1 的卷积要把 {s.size}×{s.size} 的特征图变为 "
            f"{s.out}×{s.out}。满足条件的最大步长（两个方向相同）是多少？",
        )

    def solution(self, s: ConvStride) -> Text:
        room = s.size + 2 * s.padding - s.kernel
        sum_ = rf"{s.size} + 2 \cdot {s.padding} - {s.kernel} = {room}"
        quotient = rf"\lfloor {room}/{s.out - 1} \rfloor = {self.formula(s)}"
        return Text(
            f"The window can move by ${sum_}$ pixels, and {s.out} windows need {s.out - 1} steps.\n\nStride: ${quotient}$.",
            f"窗口可以移动 ${sum_}$ 个像素，{s.out} 个窗口需要 {s.out - 1} 步。\n\n步长：${quotient}$。",
        )


class LargestInput(Question[ConvInput]):
    """Up to s − 1 pixels may be left over after the last window."""

    spec = ConvInput
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = r"$H = o s + k - 2p - 1$"
    mistakes = (
        Mistake(
            "That is the smallest input; up to s − 1 pixels more may be left over after the last window.",
            "这是最小的输入；最后一个窗口之后最多还可以剩 s − 1 个像素。",
            lambda s: (s.out - 1) * s.stride + s.kernel - 2 * s.padding,
        ),
        Mistake(
            "The padding was added; part of what the windows read is padding, so the input is smaller by it.",
            "把填充加上了；窗口读到的一部分是填充，输入应减去它。",
            lambda s: s.out * s.stride + s.kernel - 1 + 2 * s.padding,
        ),
        Mistake(*PADDING_ONCE, lambda s: s.out * s.stride + s.kernel - 1 - s.padding),
        Mistake(
            "The output size was only multiplied by the stride.",
            "只是把输出尺寸乘以了步长。",
            lambda s: s.out * s.stride,
        ),
        Mistake(
            "This input is one pixel too large: the output has one pixel more.",
            "输入多了一个像素：输出也会多一个像素。",
            lambda s: s.out * s.stride + s.kernel - 2 * s.padding,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvInput | None:
        kernel = draw.choice((3, 5, 7, 11))
        return ConvInput(draw.integer(8, 64), kernel, draw.integer(2, 4), draw.integer(0, kernel // 2))

    def formula(self, s: ConvInput) -> int:
        return s.out * s.stride + s.kernel - 2 * s.padding - 1

    def stem(self, s: ConvInput) -> Text:
        return Text(
            f"A convolution with kernel {s.kernel}×{s.kernel}, stride {s.stride}, padding {s.padding} on every side and dilation 1 "
            f"gives an output of {s.out}×{s.out} pixels. How many pixels wide is the largest square input that gives this size?",
            f"卷积核 {s.kernel}×{s.kernel}、步长 {s.stride}、每侧填充 {s.padding}、膨胀率 1 的卷积输出 {s.out}×{s.out} "
            "的特征图。能得到该尺寸的最大方形输入宽多少像素？",
        )

    def solution(self, s: ConvInput) -> Text:
        sum_ = rf"({s.out} - 1) \cdot {s.stride} + {s.kernel} = {(s.out - 1) * s.stride + s.kernel}"
        found = rf"{(s.out - 1) * s.stride + s.kernel} + {s.stride - 1} - 2 \cdot {s.padding} = {self.formula(s)}"
        return Text(
            f"{s.out} windows span ${sum_}$ pixels, and up to {s.stride - 1} more may be left over (stride {s.stride}).\n\n"
            f"Without the padding: ${found}$.",
            f"{s.out} 个窗口跨越 ${sum_}$ 个像素，最多还可剩 {s.stride - 1} 个（步长 {s.stride}）。\n\n去掉填充：${found}$。",
        )


def _two(s: ConvPair) -> int:
    return windows(windows(s.size, s.kernel, s.stride, s.padding), s.kernel2, s.stride2, s.padding2)


class TwoLayers(Question[ConvPair]):
    """The formula applied twice, rounded down each time."""

    spec = ConvPair
    answer = Integer("px")
    levels = (3,)
    find = "second"
    rule = r"$o_1 = \lfloor (H + 2p_1 - k_1)/s_1 \rfloor + 1$, $o_2 = \lfloor (o_1 + 2p_2 - k_2)/s_2 \rfloor + 1$"
    mistakes = (
        Mistake(
            *ROUNDED_UP,
            lambda s: windows_up(windows_up(s.size, s.kernel, s.stride, s.padding), s.kernel2, s.stride2, s.padding2),
        ),
        Mistake(
            "That is the size after the first layer.",
            "这是第一层之后的尺寸。",
            lambda s: windows(s.size, s.kernel, s.stride, s.padding),
        ),
        Mistake(
            "The input size was only divided by both strides; kernels and paddings count, too.",
            "只是把输入尺寸除以了两个步长；卷积核和填充也有影响。",
            lambda s: s.size // (s.stride * s.stride2),
        ),
        Mistake(
            *PADDING_ONCE,
            lambda s: (
                (windows(s.size - s.padding, s.kernel, s.stride, s.padding) + s.padding2 - s.kernel2) // s.stride2 + 1
            ),
        ),
        Mistake(
            "The two layers were put into one formula; each layer rounds down on its own, and the second padding counts in its own "
            "layer's pixels.",
            "把两层合进了一个公式；每层应各自向下取整，第二层的填充以该层的像素计。",
            lambda s: windows(s.size, s.kernel + s.kernel2 - 1, s.stride * s.stride2, s.padding + s.padding2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvPair | None:
        first, second = draw.choice((3, 5, 7, 11)), draw.choice((2, 3, 5))
        s = ConvPair(
            size=draw.integer(32, 256),
            kernel=first,
            kernel2=second,
            stride=draw.integer(1, 4),
            padding=draw.integer(0, first // 2),
            stride2=draw.integer(1, 3),
            padding2=draw.integer(0, second // 2),
        )
        return s if s.stride * s.stride2 > 1 and _two(s) > 2 else None

    def formula(self, s: ConvPair) -> int:
        return _two(s)

    def stem(self, s: ConvPair) -> Text:
        return Text(
            f"A feature map of {s.size}×{s.size} pixels passes through two convolutions, both with dilation 1. The first has kernel "
            f"{s.kernel}×{s.kernel}, stride {s.stride} and padding {s.padding} on every side, the second kernel "
            f"{s.kernel2}×{s.kernel2}, stride {s.stride2} and padding {s.padding2} on every side. How many pixels wide is the map "
            "after both, as PyTorch computes it?",
            f"{s.size}×{s.size} 的特征图依次经过两个膨胀率为 1 的卷积。第一个：卷积核 {s.kernel}×{s.kernel}，步长 {s.stride}，"
            f"每侧填充 {s.padding}；第二个：卷积核 {s.kernel2}×{s.kernel2}，步长 {s.stride2}，每侧填充 {s.padding2}。"
            "按 PyTorch 的算法，两层之后特征图宽多少像素？",
        )

    def solution(self, s: ConvPair) -> Text:
        between = windows(s.size, s.kernel, s.stride, s.padding)
        one, two = steps(s.size, s.kernel, s.stride, s.padding), steps(between, s.kernel2, s.stride2, s.padding2)
        return Text(f"First: ${one}$.\n\nSecond: ${two}$.", f"第一层：${one}$。\n\n第二层：${two}$。")
