"""Stacks of 3×3 convolutions against one large convolution."""

from __future__ import annotations

from math import isqrt, sqrt

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    BIAS_MISSED,
    Counted,
    Part,
    biased,
    conv,
    sixteens,
    with_biases,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.dense_blocks import ThreesParams, ThreesSaving, ThreesWidth


def _kernel(layers: int) -> int:
    """The receptive field of the stack."""
    return 2 * layers + 1


class Params(Counted[ThreesParams]):
    """Source: Simonyan and Zisserman 2015, "Very Deep Convolutional Networks", section 2.3."""

    spec = ThreesParams
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$9 n C^2$", "$n C$")
    mistakes = (
        Mistake(
            "Those are the parameters of the one large convolution.",
            "这是单个大卷积的参数量。",
            lambda s: (_kernel(s.layers) * s.channels) ** 2 + s.bias * s.channels,
        ),
        Mistake(
            "Only one of the layers was counted.",
            "只算了其中一层。",
            lambda s: 9 * s.channels**2 + s.bias * s.channels,
        ),
        Mistake(
            "One layer too many was counted: n layers of 3×3, not n + 1, see (2n + 1)×(2n + 1) pixels.",
            "多算了一层：感受野为 (2n + 1)×(2n + 1) 的是 n 层 3×3 卷积，不是 n + 1 层。",
            lambda s: (s.layers + 1) * (9 * s.channels**2 + s.bias * s.channels),
        ),
        Mistake(
            "The input channels were left out: every filter reads all of them.",
            "漏了输入通道：每个滤波器都读全部输入通道。",
            lambda s: s.layers * (9 * s.channels + s.bias * s.channels),
        ),
        Mistake(*BIAS_MISSED, lambda s: 9 * s.layers * s.channels**2 if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else s.layers * (9 * s.channels**2 + s.channels)),
    )

    def sample(self, draw: Draw, level: int) -> ThreesParams | None:
        channels = sixteens(draw, 16, 256)
        return ThreesParams(channels, draw.integer(2, 3) if level == 1 else draw.integer(2, 5), level == 2)

    def parts(self, s: ThreesParams) -> list[Part]:
        found = [conv(s.channels, s.channels, 3, times=s.layers)]
        return (
            [*found, (f"biases ({s.layers} layers)", f"偏置（{s.layers} 层）", (s.layers, s.channels))]
            if s.bias
            else found
        )

    def stem(self, s: ThreesParams) -> Text:
        rule, kernel = biased(s.bias), _kernel(s.layers)
        return Text(
            f"A {kernel}×{kernel} convolution that keeps {s.channels} channels is replaced by {s.layers} convolutions of "
            f"3×3, one behind the other, which keep {s.channels} channels as well. {rule.en} How many parameters does the "
            "stack of 3×3 convolutions have?",
            f"用 {s.layers} 个依次相连的 3×3 卷积代替一个 {kernel}×{kernel} 卷积，各层的输入、"
            f"输出均为 {s.channels} 个通道。{rule.zh}这组 3×3 卷积共有多少个参数？",
        )


class Saving(Question[ThreesSaving]):
    """18C² against 25C², 27C² against 49C²."""

    spec = ThreesSaving
    answer = Integer()
    levels = (2,)
    find = "saving"
    rule = r"$(2n + 1)^2 C^2 - 9 n C^2$"
    mistakes = (
        Mistake(
            "Only one 3×3 convolution was subtracted.",
            "只减去了一个 3×3 卷积。",
            lambda s: (_kernel(s.layers) ** 2 - 9) * s.channels**2,
        ),
        Mistake(
            "Those are the weights of the stack, not what it saves.",
            "这是这组 3×3 卷积的权重数，不是节省的数量。",
            lambda s: 9 * s.layers * s.channels**2,
        ),
        Mistake(
            "The input channels were left out: every filter reads all of them.",
            "漏了输入通道：每个滤波器都读全部输入通道。",
            lambda s: (_kernel(s.layers) ** 2 - 9 * s.layers) * s.channels,
        ),
        Mistake(
            "The large kernel was taken as 3n wide; stacked 3×3 kernels see 2n + 1 pixels.",
            "把大卷积核当成了 3n 宽；堆叠的 3×3 卷积只看到 2n + 1 个像素。",
            lambda s: (9 * s.layers**2 - 9 * s.layers) * s.channels**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ThreesSaving | None:
        return ThreesSaving(sixteens(draw, 16, 256), draw.integer(2, 5))

    def formula(self, s: ThreesSaving) -> int:
        return (_kernel(s.layers) ** 2 - 9 * s.layers) * s.channels**2

    def stem(self, s: ThreesSaving) -> Text:
        return Text(
            f"One convolution with a square kernel keeps {s.channels} channels. A stack of {s.layers} convolutions of 3×3 "
            f"with stride 1, each keeping {s.channels} channels, has the same receptive field. No convolution has a bias. "
            "How many weights does the stack save?",
            f"一个方形卷积核的卷积保持 {s.channels} 个通道。改用 {s.layers} 个步长为 1 的 3×3 卷积堆叠，"
            f"每层同样保持 {s.channels} 个通道，感受野相同。所有卷积均无偏置。堆叠节省了多少个权重？",
        )

    def solution(self, s: ThreesSaving) -> Text:
        kernel, square = _kernel(s.layers), s.channels**2
        field = rf"2 \cdot {s.layers} + 1 = {kernel}"
        stack = rf"{s.layers} \cdot 9 \cdot {s.channels}^2 = {num(9 * s.layers * square)}"
        large = rf"{kernel}^2 \cdot {s.channels}^2 = {num(kernel**2 * square)}"
        return Text(
            f"The stack sees ${field}$ pixels across.\n\nOne {kernel}×{kernel}: ${large}$; the stack: ${stack}$.\n\n"
            f"Saved: {num(self.formula(s))}.",
            f"堆叠的感受野宽 ${field}$ 像素。\n\n单个 {kernel}×{kernel} 卷积：${large}$；堆叠：${stack}$。\n\n"
            f"节省：{num(self.formula(s))}。",
        )


class Width(Question[ThreesWidth]):
    """How much wider the stack may be."""

    spec = ThreesWidth
    answer = Integer("channels")
    levels = (3,)
    find = "channels"
    rule = Text(
        r"$C = \lfloor (2n + 1) B / (3 \sqrt{n}) \rfloor$, where the large convolution keeps $B$ channels",
        r"$C = \lfloor (2n + 1) B / (3 \sqrt{n}) \rfloor$，其中 $B$ 为大卷积的通道数",
    )
    mistakes = (
        Mistake(
            "The ratio of the weights was used without its root: weights grow with the square of the channels.",
            "直接用了权重之比而没有开方：权重数与通道数的平方成正比。",
            lambda s: _kernel(s.layers) ** 2 * s.channels // (9 * s.layers),
        ),
        Mistake(
            "That is one channel too many: the root was rounded up.",
            "多了一个通道：平方根被向上取整。",
            lambda s: isqrt((_kernel(s.layers) * s.channels) ** 2 // (9 * s.layers)) + 1,
        ),
        Mistake(
            "Only one of the 3×3 convolutions was counted.",
            "只算了一个 3×3 卷积。",
            lambda s: _kernel(s.layers) * s.channels // 3,
        ),
        Mistake(
            "The ratio was turned over: the stack is the cheaper one, so it may be wider.",
            "比值用反了：堆叠更省，因此可以更宽。",
            lambda s: isqrt(9 * s.layers * s.channels**2 // _kernel(s.layers) ** 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ThreesWidth | None:
        return ThreesWidth(sixteens(draw, 32, 256), draw.integer(2, 5))

    def formula(self, s: ThreesWidth) -> int:
        return isqrt((_kernel(s.layers) * s.channels) ** 2 // (9 * s.layers))

    def stem(self, s: ThreesWidth) -> Text:
        kernel = _kernel(s.layers)
        return Text(
            f"A {kernel}×{kernel} convolution {s.channels}→{s.channels} is replaced by {s.layers} convolutions of 3×3 with "
            "C input and C output channels each. No convolution has a bias. What is the largest C at which the stack has "
            f"no more weights than the {kernel}×{kernel} convolution?",
            f"用 {s.layers} 个 3×3 卷积（每层输入、输出均为 C 个通道）代替一个 {kernel}×{kernel} 卷积 "
            f"{s.channels}→{s.channels}。所有卷积均无偏置。要使堆叠的权重数不超过该 {kernel}×{kernel} 卷积，C 最大是多少？",
        )

    def solution(self, s: ThreesWidth) -> Text:
        kernel, width = _kernel(s.layers), self.formula(s)
        large = rf"{kernel}^2 \cdot {s.channels}^2 = {num((kernel * s.channels) ** 2)}"
        steps = rf"9 \cdot {s.layers} \cdot C^2 \le {num((kernel * s.channels) ** 2)}"
        ratio = s.channels * kernel / (3 * sqrt(s.layers))
        root = rf"C \le {kernel} \cdot {s.channels} / (3 \sqrt{{{s.layers}}}) = {num(ratio)}"
        fits, over = num(9 * s.layers * width**2), num(9 * s.layers * (width + 1) ** 2)
        return Text(
            f"The large one has ${large}$ weights, so ${steps}$, that is ${root}$.\n\nC = {width} takes {fits}, "
            f"C = {width + 1} takes {over}: the largest is {width}.",
            f"大卷积有 ${large}$ 个权重，故 ${steps}$，即 ${root}$。\n\nC = {width} 时为 {fits}，C = {width + 1} 时为 {over}："
            f"最大为 {width}。",
        )


MODEL = ItemModel(
    name="three_threes",
    version=1,
    topic="counting",
    title=Text("Small kernels stacked against one large kernel", "小卷积核堆叠与大卷积核"),
    questions=(Params(), Saving(), Width()),
)
