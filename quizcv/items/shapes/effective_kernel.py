"""What a dilated kernel spans."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import DILATED_TIMES
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.stacks import EffectiveKernel, KernelHoles, LargestDilation


def _extent(s: EffectiveKernel) -> int:
    return s.dilation * (s.kernel - 1) + 1


def _worked(s: EffectiveKernel) -> str:
    return rf"{s.dilation} \cdot ({s.kernel} - 1) + 1 = {_extent(s)}"


class Extent(Question[EffectiveKernel]):
    """Source: Dumoulin and Visin 2016, section 5.1; d is the distance of neighbouring taps, as in PyTorch."""

    spec = EffectiveKernel
    answer = Integer("px")
    levels = (1,)
    rule = r"$d(k - 1) + 1$"
    mistakes = (
        Mistake(*DILATED_TIMES, lambda s: s.dilation * s.kernel),
        Mistake(
            "The + 1 for the first tap is missing.", "漏了第一个元素的 + 1。", lambda s: s.dilation * (s.kernel - 1)
        ),
        Mistake(
            "Dilation d puts d − 1 holes between neighbouring taps, not d.",
            "膨胀率 d 表示相邻元素之间有 d − 1 个空位，而不是 d 个。",
            lambda s: (s.dilation + 1) * (s.kernel - 1) + 1,
        ),
        Mistake("The holes between the taps were not counted.", "没有算上元素之间的空位。", lambda s: s.kernel),
    )

    def sample(self, draw: Draw, level: int) -> EffectiveKernel | None:
        return EffectiveKernel(draw.integer(2, 9), draw.integer(2, 12))

    def formula(self, s: EffectiveKernel) -> int:
        return _extent(s)

    def stem(self, s: EffectiveKernel) -> Text:
        return Text(
            f"How many pixels does a kernel of {s.kernel}×{s.kernel} taps with dilation {s.dilation} (PyTorch's definition) span along "
            "one axis, from its first tap to its last, both included?",
            f"膨胀率为 {s.dilation}（PyTorch 的定义）的 {s.kernel}×{s.kernel} 卷积核，沿一个方向从第一个元素到最后一个元素"
            "（含两端）跨越多少像素？",
        )

    def solution(self, s: EffectiveKernel) -> Text:
        return Text(
            f"{s.kernel} taps, each {s.dilation} pixels from the next: ${_worked(s)}$.",
            f"{s.kernel} 个元素，相邻相距 {s.dilation} 个像素：${_worked(s)}$。",
        )


class Holes(Question[KernelHoles]):
    """The square spanned without the taps."""

    spec = KernelHoles
    answer = Integer("px")
    levels = (2,)
    find = "holes"
    rule = r"$(d(k - 1) + 1)^2 - k^2$"
    mistakes = (
        Mistake(
            "That is the whole square, taps included.", "这是整个方形，包含卷积核元素。", lambda s: _extent(s) ** 2
        ),
        Mistake(
            "Only the holes of one row of taps were counted; the kernel is dilated along both axes.",
            "只数了一行中的空位；两个方向都有膨胀。",
            lambda s: _extent(s) - s.kernel,
        ),
        Mistake(
            "Only pixels whose row and column both have no tap were counted; holes lie in the rows of taps, too.",
            "只数了所在行和列都没有卷积核元素的像素；有元素的行和列中也有空位。",
            lambda s: (_extent(s) - s.kernel) ** 2,
        ),
        Mistake(*DILATED_TIMES, lambda s: (s.dilation * s.kernel) ** 2 - s.kernel**2),
        Mistake("There are k² taps, not k.", "卷积核有 k² 个元素，而不是 k 个。", lambda s: _extent(s) ** 2 - s.kernel),
    )

    def sample(self, draw: Draw, level: int) -> KernelHoles | None:
        return KernelHoles(draw.integer(2, 7), draw.integer(2, 6))

    def formula(self, s: KernelHoles) -> int:
        return _extent(s) ** 2 - s.kernel**2

    def stem(self, s: KernelHoles) -> Text:
        return Text(
            f"A kernel of {s.kernel}×{s.kernel} taps with dilation {s.dilation} (PyTorch's definition) spans a square from its first tap "
            "to its last along both axes. How many pixels of this square are read by no tap?",
            f"膨胀率为 {s.dilation}（PyTorch 的定义）的 {s.kernel}×{s.kernel} 卷积核，从第一个元素到最后一个元素跨越一个方形区域。"
            "其中有多少个像素没有被任何卷积核元素读取？",
        )

    def solution(self, s: KernelHoles) -> Text:
        rest = rf"{_extent(s)}^2 - {s.kernel}^2 = {_extent(s) ** 2} - {s.kernel**2} = {self.formula(s)}"
        return Text(
            f"The square's side: ${_worked(s)}$.\n\nWithout the taps: ${rest}$.",
            f"方形边长：${_worked(s)}$。\n\n去掉卷积核元素：${rest}$。",
        )


class Dilation(Question[LargestDilation]):
    """d(k − 1) + 1 must not exceed the span."""

    spec = LargestDilation
    answer = Integer()
    levels = (3,)
    find = "dilation"
    rule = r"$d = \lfloor (n - 1)/(k - 1) \rfloor$"
    mistakes = (
        Mistake(
            "The span was divided by k: between k taps there are k − 1 steps.",
            "把跨度除以了 k；k 个元素之间有 k − 1 步。",
            lambda s: s.span // s.kernel,
        ),
        Mistake(
            "The quotient was rounded up: the kernel no longer fits.",
            "商向上取整了：卷积核放不下。",
            lambda s: -(-(s.span - 1) // (s.kernel - 1)),
        ),
        Mistake(
            "The first tap was left out: it takes one of the n pixels.",
            "漏了第一个元素：它占 n 个像素中的一个。",
            lambda s: s.span // (s.kernel - 1),
        ),
        Mistake(
            "That is the number of holes between neighbouring taps, d − 1.",
            "这是相邻元素之间的空位数 d − 1。",
            lambda s: (s.span - 1) // (s.kernel - 1) - 1,
        ),
        Mistake(
            "The dilation is one too large: the kernel no longer fits.",
            "膨胀率大了 1：卷积核放不下。",
            lambda s: (s.span - 1) // (s.kernel - 1) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LargestDilation | None:
        kernel = draw.integer(3, 9)
        return LargestDilation(kernel, draw.integer(3 * kernel, 96))

    def formula(self, s: LargestDilation) -> int:
        return (s.span - 1) // (s.kernel - 1)

    def stem(self, s: LargestDilation) -> Text:
        return Text(
            f"What is the largest dilation (PyTorch's definition) with which a kernel of {s.kernel}×{s.kernel} taps fits into a map of "
            f"{s.span}×{s.span} pixels without padding?",
            f"不填充时，{s.kernel}×{s.kernel} 卷积核要放进 {s.span}×{s.span} 的特征图，膨胀率（PyTorch 的定义）最大是多少？",
        )

    def solution(self, s: LargestDilation) -> Text:
        found = rf"d \le ({s.span} - 1)/({s.kernel} - 1) = {s.span - 1}/{s.kernel - 1}"
        return Text(
            rf"$d \cdot ({s.kernel} - 1) + 1 \le {s.span}$ means ${found}$, so $d = {self.formula(s)}$.",
            rf"由 $d \cdot ({s.kernel} - 1) + 1 \le {s.span}$ 得 ${found}$，故 $d = {self.formula(s)}$。",
        )


MODEL = ItemModel(
    name="effective_kernel",
    version=1,
    topic="shapes",
    title=Text("Extent of a dilated kernel", "膨胀卷积核的跨度"),
    questions=(Extent(), Holes(), Dilation()),
)
