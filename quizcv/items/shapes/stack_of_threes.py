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
            "The first layer sees k pixels already; only those behind it add k − 1.",
            "第一层已经看到 k 个像素，其后各层才各增加 k − 1。",
            lambda s: _count(s) + 1,
        ),
        Mistake(
            "That is the number of layers behind the first one.",
            "这是第一层之后的层数。",
            lambda s: _count(s) - 1,
        ),
        Mistake(
            "A layer adds k − 1 pixels in all, not one.",
            "每层共增加 k − 1 个像素，而不是一个。",
            lambda s: s.kernel - s.small,
        ),
        Mistake(
            "A layer adds (k − 1)/2 on each side, so k − 1 in all.",
            "每层在每侧增加 (k − 1)/2，共增加 k − 1。",
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
            f"How many {s.small}×{s.small} convolutions with stride 1 and dilation 1, one behind the other, have the same receptive "
            f"field as one {s.kernel}×{s.kernel} convolution?",
            f"多少个步长 1、膨胀率 1 的 {s.small}×{s.small} 卷积依次相接，才与一个 {s.kernel}×{s.kernel} 卷积的感受野相同？",
        )

    def solution(self, s: StackOfThrees) -> Text:
        found = rf"({s.kernel} - 1)/({s.small} - 1) = {_count(s)}"
        return Text(
            f"A unit is 1 pixel; each {s.small}×{s.small} layer adds {s.small - 1}. To reach {s.kernel}: ${found}$.",
            f"一个单元是 1 个像素，每个 {s.small}×{s.small} 层增加 {s.small - 1} 个。要达到 {s.kernel}：${found}$。",
        )


def _weights(s: StackSaving, taps: int) -> int:
    return s.channels * s.channels * taps


class Saving(Question[StackSaving]):
    """C²K² weights against n C²k²."""

    spec = StackSaving
    answer = Integer()
    levels = (3,)
    find = "weights"
    rule = r"$C^2 (K^2 - n k^2)$ with $n = (K - 1)/(k - 1)$"
    mistakes = (
        Mistake("That is what the large kernel has.", "这是大卷积核的权重数。", lambda s: _weights(s, s.kernel**2)),
        Mistake(
            "That is what the small kernels have together.",
            "这是所有小卷积核的权重总数。",
            lambda s: _weights(s, _count(s) * s.small**2),
        ),
        Mistake(
            "Only one small layer was counted.", "只算了一个小卷积层。", lambda s: _weights(s, s.kernel**2 - s.small**2)
        ),
        Mistake(
            "Each filter reads all channels: C² per tap, not C.",
            "每个滤波器读取所有通道：每个抽头有 C² 个权重，而不是 C 个。",
            lambda s: s.channels * (s.kernel**2 - _count(s) * s.small**2),
        ),
        Mistake(
            "K/k small layers, rounded up, are not enough: each adds only k − 1 pixels.",
            "K/k 向上取整的层数不对：每层只增加 k − 1 个像素。",
            lambda s: _weights(s, s.kernel**2 - -(-s.kernel // s.small) * s.small**2),
        ),
        Mistake(
            "One small layer too many: the first one sees k pixels already.",
            "多算了一个小卷积层：第一层已经看到 k 个像素。",
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
            f"A {s.kernel}×{s.kernel} convolution is replaced by as many {s.small}×{s.small} convolutions (stride 1) as have the same "
            f"receptive field. All layers read and give {s.channels} channels and have no bias. How many weights does that save?",
            f"用若干个 {s.small}×{s.small} 卷积（步长 1）代替一个 {s.kernel}×{s.kernel} 卷积，感受野相同。所有层的输入和输出都是 "
            f"{s.channels} 个通道，无偏置。可以减少多少个权重？",
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
