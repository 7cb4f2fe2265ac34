"""Output size of a transposed convolution along one axis."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import NO_DILATION, windows
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.upsampling import ConvTransposeOutput, TransposeOutputPadding, TransposePadding


def _size(s: ConvTransposeOutput, *, extra: int | None = None, padding: int | None = None) -> int:
    """The formula with one part replaced."""
    kept = (s.size - 1) * s.stride - (2 * s.padding if padding is None else padding)
    return kept + s.dilation * (s.kernel - 1) + (s.output_padding if extra is None else extra) + 1


class TransposedSize(Question[ConvTransposeOutput]):
    """Source: documentation of torch.nn.ConvTranspose2d, "Shape"."""

    spec = ConvTransposeOutput
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$o = (H - 1)s - 2p + d(k - 1) + p_{out} + 1$"
    mistakes = (
        Mistake(
            "That is the formula of the ordinary convolution; the transposed one runs it backwards.",
            "这是普通卷积的公式；转置卷积是它的逆向。",
            lambda s: windows(s.size, s.kernel, s.stride, s.padding, s.dilation),
        ),
        Mistake(
            "`output_padding` adds its pixels to the output; it was left out.",
            "`output_padding` 会给输出增加像素，这里漏算了。",
            lambda s: _size(s, extra=0),
        ),
        Mistake(
            "`output_padding` was counted twice; it is added on one side only.",
            "`output_padding` 算了两次；它只加在一侧。",
            lambda s: _size(s, extra=2 * s.output_padding),
        ),
        Mistake(
            "The padding was added; it makes the output of a transposed convolution smaller, not larger.",
            "把填充加上了；转置卷积的填充使输出变小，而不是变大。",
            lambda s: _size(s, padding=-2 * s.padding),
        ),
        Mistake(
            "The padding was taken off once; it is cut from both sides.",
            "填充只减了一次；两侧都要切去。",
            lambda s: _size(s, padding=s.padding),
        ),
        Mistake(
            "The size was only multiplied by the stride; kernel and padding count, too.",
            "只是把尺寸乘以了步长；卷积核和填充也有影响。",
            lambda s: s.size * s.stride,
        ),
        Mistake(
            "Between H units there are H − 1 strides, not H.",
            "H 个单元之间只有 H − 1 个步长，而不是 H 个。",
            lambda s: _size(s) + s.stride,
        ),
        Mistake(*NO_DILATION, lambda s: _size(s) - (s.dilation - 1) * (s.kernel - 1)),
    )

    def sample(self, draw: Draw, level: int) -> ConvTransposeOutput | None:
        size, stride = draw.integer(4, 64), draw.integer(2, 4)
        if level == 1:
            kernel = draw.integer(2, 7)
            return ConvTransposeOutput(size, kernel, stride, draw.integer(0, kernel // 2))
        kernel, dilation = draw.integer(2, 7), draw.choice((1, 1, 2, 3))
        extra = draw.integer(0, max(stride, dilation) - 1)
        return ConvTransposeOutput(size, kernel, stride, draw.integer(0, kernel // 2 + 1), extra, dilation)

    def formula(self, s: ConvTransposeOutput) -> int:
        return _size(s)

    def stem(self, s: ConvTransposeOutput) -> Text:
        options = f"stride={s.stride}, padding={s.padding}, output_padding={s.output_padding}, dilation={s.dilation}"
        call = f"`nn.ConvTranspose2d(..., kernel_size={s.kernel}, {options})`"
        return Text(
            f"{call} reads a map of {s.size}×{s.size} pixels. How many pixels wide is its output?",
            f"{call} 的输入特征图为 {s.size}×{s.size}。输出的宽是多少像素？",
        )

    def solution(self, s: ConvTransposeOutput) -> Text:
        numbers = (
            rf"({s.size} - 1) \cdot {s.stride} - 2 \cdot {s.padding} + {s.dilation} \cdot ({s.kernel} - 1) "
            rf"+ {s.output_padding} + 1"
        )
        sums = f"{(s.size - 1) * s.stride} - {2 * s.padding} + {s.dilation * (s.kernel - 1)} + {s.output_padding} + 1"
        return Text(
            f"The units lie a stride apart, each spreads a kernel, and the padding is cut off:\n\n${numbers} = {sums} = {_size(s)}$.",
            f"各单元相隔一个步长，每个单元展开一个卷积核，再切去填充：\n\n${numbers} = {sums} = {_size(s)}$。",
        )


class OutputPadding(Question[TransposeOutputPadding]):
    """What is missing to the size without output padding."""

    spec = TransposeOutputPadding
    answer = Integer("px")
    levels = (3,)
    find = "output_padding"
    rule = r"$p_{out} = o - ((H - 1)s - 2p + k)$"
    mistakes = (
        Mistake(
            "The missing pixels were halved; `output_padding` adds all of them on one side.",
            "缺的像素取了一半；`output_padding` 全部加在一侧。",
            lambda s: (s.out - s.plain) // 2,
        ),
        Mistake(
            "The output was compared with H times the stride; kernel and padding count, too.",
            "把输出与 H 乘以步长比较了；卷积核和填充也有影响。",
            lambda s: s.out - s.size * s.stride,
        ),
        Mistake(
            "The + 1 was left out of (H − 1)s − 2p + (k − 1) + 1, so one pixel too many seems to be missing.",
            "(H − 1)s − 2p + (k − 1) + 1 中漏了 + 1，因此多补了一个像素。",
            lambda s: s.out - s.plain + 1,
        ),
        Mistake(
            "The padding was taken off once; it is cut from both sides.",
            "填充只减了一次；两侧都要切去。",
            lambda s: s.out - s.plain - s.padding,
        ),
        Mistake(
            "An output padding of stride − 1 is the largest allowed, not the one that is needed.",
            "步长 − 1 是允许的最大值，不一定是所需的值。",
            lambda s: s.stride - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> TransposeOutputPadding | None:
        size, kernel, stride = draw.integer(4, 64), draw.integer(2, 7), draw.integer(3, 6)
        padding, extra = draw.integer(0, kernel // 2), draw.integer(0, stride - 1)
        out = (size - 1) * stride - 2 * padding + kernel + extra
        return TransposeOutputPadding(size, out, kernel, stride, padding)

    def formula(self, s: TransposeOutputPadding) -> int:
        return s.out - s.plain

    def stem(self, s: TransposeOutputPadding) -> Text:
        call = f"`nn.ConvTranspose2d(..., kernel_size={s.kernel}, stride={s.stride}, padding={s.padding})`"
        return Text(
            f"{call} with dilation 1 is to turn a map of {s.size}×{s.size} pixels into {s.out}×{s.out}. Which `output_padding` is needed?",
            f"膨胀率为 1 的 {call} 要把 {s.size}×{s.size} 的特征图变为 {s.out}×{s.out}。`output_padding` 应为多少？",
        )

    def solution(self, s: TransposeOutputPadding) -> Text:
        plain = rf"({s.size} - 1) \cdot {s.stride} - 2 \cdot {s.padding} + {s.kernel} = {s.plain}"
        rest = f"{s.out} - {s.plain} = {self.formula(s)}"
        return Text(
            f"Without it: ${plain}$ pixels. Still missing: ${rest}$.", f"不加时为 ${plain}$ 个像素。还差 ${rest}$。"
        )


class TransposedPadding(Question[TransposePadding]):
    """Half of what is too much."""

    spec = TransposePadding
    answer = Integer("px")
    levels = (3,)
    find = "padding"
    rule = r"$p = ((H - 1)s + k + p_{out} - o)/2$"
    mistakes = (
        Mistake(
            "That is what is cut off both sides together.",
            "这是两侧切去的像素之和。",
            lambda s: s.full - s.out,
        ),
        Mistake(
            "`output_padding` was left out; it makes the output larger, so more must be cut off.",
            "漏了 `output_padding`；它使输出变大，因此要多切去一些。",
            lambda s: (s.full - s.output_padding - s.out) // 2 if s.output_padding else None,
        ),
        Mistake(
            "That is the padding that keeps the size at stride 1, not the one asked for.",
            "这是步长为 1 时保持尺寸的填充，不是所求的填充。",
            lambda s: (s.kernel - 1) // 2,
        ),
        Mistake(
            "Between H units there are H − 1 strides, not H.",
            "H 个单元之间只有 H − 1 个步长，而不是 H 个。",
            lambda s: (s.full + s.stride - s.out) // 2,
        ),
        Mistake(
            "k − 1 was taken in place of k, and half of what is too much rounded down.",
            "把 k 当成了 k − 1，再把多出部分的一半向下取整。",
            lambda s: (s.full - 1 - s.out) // 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> TransposePadding | None:
        size, kernel, stride = draw.integer(4, 64), draw.integer(3, 9), draw.integer(2, 5)
        padding, extra = draw.integer(1, kernel // 2 + 1), draw.integer(0, stride - 1)
        out = (size - 1) * stride - 2 * padding + kernel + extra
        return TransposePadding(size, out, kernel, stride, extra)

    def formula(self, s: TransposePadding) -> int:
        return (s.full - s.out) // 2

    def stem(self, s: TransposePadding) -> Text:
        call = (
            f"`nn.ConvTranspose2d(..., kernel_size={s.kernel}, stride={s.stride}, output_padding={s.output_padding})`"
        )
        return Text(
            f"{call} with dilation 1 is to turn a map of {s.size}×{s.size} pixels into {s.out}×{s.out}. Which `padding` is needed?",
            f"膨胀率为 1 的 {call} 要把 {s.size}×{s.size} 的特征图变为 {s.out}×{s.out}。`padding` 应为多少？",
        )

    def solution(self, s: TransposePadding) -> Text:
        full = rf"({s.size} - 1) \cdot {s.stride} + {s.kernel} + {s.output_padding} = {s.full}"
        half = f"({s.full} - {s.out})/2 = {self.formula(s)}"
        return Text(
            f"Without padding: ${full}$ pixels. Half of the surplus is cut off on each side: ${half}$.",
            f"无填充时为 ${full}$ 个像素。多出的部分两侧各切去一半：${half}$。",
        )


MODEL = ItemModel(
    name="conv_transpose_output",
    version=1,
    topic="shapes",
    title=Text("Output size of a transposed convolution", "转置卷积的输出尺寸"),
    questions=(TransposedSize(), OutputPadding(), TransposedPadding()),
)
