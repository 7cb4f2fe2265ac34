"""Several small kernels in place of a large one."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.stacks import StackOfThrees, StackSaving


def _count(s: StackOfThrees) -> int:
    return (s.kernel - 1) // (s.small - 1)


class HowMany(Question[StackOfThrees]):
    """Source: Simonyan and Zisserman 2015, section 2.3."""

    spec = StackOfThrees
    answer = Integer()
    levels = (1, 2)
    rule = r"$n = (K - 1)/(k - 1)$"
    mistakes = (
        Mistake(
            "Each layer adds k − 1 pixels, not k: neighbouring windows overlap.",
            "每层增加 k − 1 个像素，而不是 k 个：相邻窗口有重叠。",
            lambda s: -(-s.kernel // s.small),
        ),
        Mistake(
            "One layer too many: the k pixels of the first layer are already counted in.",
            "多算了一层：第一层的 k 个像素已经计算在内。",
            lambda s: _count(s) + 1,
        ),
        Mistake(
            "That is the number of layers after the first one.",
            "这是第一层之后的层数。",
            lambda s: _count(s) - 1,
        ),
        Mistake(
            "Each layer after the first was taken to add one pixel; it adds k − 1.",
            "认为第一层之后每层只增加一个像素；实际增加 k − 1 个。",
            lambda s: s.kernel - s.small + 1,
        ),
        Mistake(
            "A layer was taken to add (k − 1)/2 pixels; it does so on each side, k − 1 in all.",
            "认为每层增加 (k − 1)/2 个像素；那只是一侧，两侧共增加 k − 1。",
            lambda s: 2 * (s.kernel - 1) // (s.small - 1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> StackOfThrees | None:
        if level == 1:
            return StackOfThrees(2 * draw.integer(2, 25) + 1)
        small = draw.choice((2, 4, 5, 7, 9))
        return StackOfThrees(draw.integer(2, 12) * (small - 1) + 1, small)

    def formula(self, s: StackOfThrees) -> int:
        return _count(s)

    def stem(self, s: StackOfThrees) -> Text:
        return Text(
            f"How many {s.small}×{s.small} convolutions with stride 1 and dilation 1, one after the other, have the same receptive "
            f"field as one {s.kernel}×{s.kernel} convolution?",
            f"步长 1、膨胀率 1 的 {s.small}×{s.small} 卷积要多少个依次相接，感受野才与一个 {s.kernel}×{s.kernel} 卷积相同？",
        )

    def solution(self, s: StackOfThrees) -> Text:
        found = rf"({s.kernel} - 1)/({s.small} - 1) = {_count(s)}"
        return Text(
            f"Without layers the field is 1 pixel; each {s.small}×{s.small} layer adds {s.small - 1}. To reach {s.kernel}: ${found}$.",
            f"没有卷积时感受野为 1 个像素，每个 {s.small}×{s.small} 层增加 {s.small - 1} 个。要达到 {s.kernel}：${found}$。",
        )


def _weights(s: StackSaving, taps: int) -> int:
    return s.channels * s.channels * taps


class Saving(Question[StackSaving]):
    """C²K² weights against n C²k²."""

    spec = StackSaving
    answer = Integer()
    levels = (3,)
    find = "weights"
    rule = Text(
        "$C^2 (K^2 - n k^2)$ with $n = (K - 1)/(k - 1)$",
        "$C^2 (K^2 - n k^2)$，其中 $n = (K - 1)/(k - 1)$",
    )
    mistakes = (
        Mistake(
            "Those are all weights of the large kernel, not the difference.",
            "这是大卷积核的全部权重，不是减少的数量。",
            lambda s: _weights(s, s.kernel**2),
        ),
        Mistake(
            "That is what the small kernels have together.",
            "这是所有小卷积核的权重总数。",
            lambda s: _weights(s, _count(s) * s.small**2),
        ),
        Mistake(
            "Only one small layer was counted; n of them are needed.",
            "只算了一个小卷积层；实际需要 n 个。",
            lambda s: _weights(s, s.kernel**2 - s.small**2),
        ),
        Mistake(
            "One weight per channel and tap was counted; each of the C filters reads all C channels.",
            "每个位置只算了 C 个权重；C 个滤波器各读取全部 C 个通道，应为 C² 个。",
            lambda s: s.channels * (s.kernel**2 - _count(s) * s.small**2),
        ),
        Mistake(
            "K/k small layers, rounded up, are not enough: each adds only k − 1 pixels.",
            "K/k 向上取整的层数不对：每层只增加 k − 1 个像素。",
            lambda s: _weights(s, s.kernel**2 - -(-s.kernel // s.small) * s.small**2),
        ),
        Mistake(
            "One small layer too many was counted: the k pixels of the first are already counted in.",
            "多算了一个小卷积层：第一层的 k 个像素已经计算在内。",
            lambda s: _weights(s, s.kernel**2 - (_count(s) + 1) * s.small**2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> StackSaving | None:
        small = draw.choice((3, 3, 5))
        count = draw.integer(2, 5)
        return StackSaving(count * (small - 1) + 1, small, draw.choice((8, 16, 32, 64, 96, 128, 256)))

    def formula(self, s: StackSaving) -> int:
        return _weights(s, s.kernel**2 - _count(s) * s.small**2)

    def stem(self, s: StackSaving) -> Text:
        return Text(
            f"One {s.kernel}×{s.kernel} convolution is replaced by a chain of {s.small}×{s.small} convolutions with the same receptive "
            f"field (stride 1, dilation 1). All layers have {s.channels} input and {s.channels} output channels and no bias. How many "
            "weights does that save?",
            f"用若干个依次相接的 {s.small}×{s.small} 卷积（步长 1、膨胀率 1）代替一个 {s.kernel}×{s.kernel} 卷积，"
            f"感受野相同。所有层的输入和输出都是 {s.channels} 个通道，无偏置。可以减少多少个权重？",
        )

    def solution(self, s: StackSaving) -> Text:
        count = rf"({s.kernel} - 1)/({s.small} - 1) = {_count(s)}"
        product = (
            rf"{s.channels}^2 \cdot ({s.kernel}^2 - {_count(s)} \cdot {s.small}^2) = "
            rf"{num(s.channels**2)} \cdot {s.kernel**2 - _count(s) * s.small**2} = {num(self.formula(s))}"
        )
        return Text(
            f"Small layers: ${count}$.\n\nSaved: ${product}$.", f"小卷积的层数：${count}$。\n\n减少：${product}$。"
        )


MODEL = ItemModel(
    name="stack_of_threes",
    version=1,
    topic="shapes",
    title=Text("Small kernels in place of a large one", "用小卷积核代替大卷积核"),
    questions=(HowMany(), Saving()),
)
