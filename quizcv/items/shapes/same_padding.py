"""The zeros that PyTorch's padding='same' puts on the two sides."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import DILATED_TIMES, NO_DILATION
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.padding import SameKernel, SameLeft, SamePadding, SameRight


def _call(s: SamePadding) -> str:
    return f"`nn.Conv1d(..., kernel_size={s.kernel}, stride=1, padding='same', dilation={s.dilation})`"


def _total(s: SamePadding) -> str:
    return rf"d(k - 1) = {s.dilation} \cdot ({s.kernel} - 1) = {s.dilation * (s.kernel - 1)}"


class TotalPadding(Question[SamePadding]):
    """Source: torch.nn.modules.conv, `_reversed_padding_repeated_twice`: total d(k − 1), left half of it rounded down."""

    spec = SamePadding
    answer = Integer("px")
    levels = (1,)
    rule = r"$l + r = d(k - 1)$"
    mistakes = (
        Mistake("That is the padding of one side.", "这是一侧的填充。", lambda s: s.dilation * (s.kernel - 1) // 2),
        Mistake(*NO_DILATION, lambda s: s.kernel - 1),
        Mistake(
            "Twice d⌊k/2⌋ is d zeros too many for an even kernel.",
            "对偶数卷积核，两倍的 d⌊k/2⌋ 会多出 d 个零。",
            lambda s: 2 * (s.kernel // 2) * s.dilation,
        ),
        Mistake(*DILATED_TIMES, lambda s: s.dilation * s.kernel - 1),
        Mistake(
            "The kernel's extent d(k − 1) + 1 was taken; one of these pixels is the input's own, not padding.",
            "取成了卷积核的跨度 d(k − 1) + 1；其中一个像素属于输入，不是填充。",
            lambda s: s.dilation * (s.kernel - 1) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SamePadding | None:
        return SamePadding(draw.integer(2, 15), draw.integer(1, 4))

    def formula(self, s: SamePadding) -> int:
        return s.dilation * (s.kernel - 1)

    def stem(self, s: SamePadding) -> Text:
        return Text(
            f"How many zeros does {_call(s)} add to the input, left and right together?",
            f"{_call(s)} 在输入左右两侧一共添加多少个零？",
        )

    def solution(self, s: SamePadding) -> Text:
        return Text(
            f"As many as the convolution would otherwise take off the length: ${_total(s)}$.",
            f"等于不填充时卷积会减少的长度：${_total(s)}$。",
        )


class LeftPadding(Question[SameLeft]):
    """The smaller half is on the left."""

    spec = SameLeft
    answer = Integer("px")
    levels = (2,)
    find = "left"
    rule = r"$l = \lfloor d(k - 1)/2 \rfloor$"
    mistakes = (
        Mistake(
            "⌊k/2⌋ times the dilation is too much for an even kernel; half of d(k − 1) is wanted.",
            "对偶数卷积核，⌊k/2⌋ 乘以膨胀率过多；应取 d(k − 1) 的一半。",
            lambda s: s.kernel // 2 * s.dilation,
        ),
        Mistake(
            "The extra zero goes to the right, not to the left.",
            "多出的一个零放在右侧，不是左侧。",
            lambda s: -(-s.dilation * (s.kernel - 1) // 2),
        ),
        Mistake(*NO_DILATION, lambda s: (s.kernel - 1) // 2),
        Mistake("That is the padding of both sides.", "这是两侧填充之和。", lambda s: s.dilation * (s.kernel - 1)),
        Mistake(
            "(k − 1)/2 was rounded down before it was multiplied by the dilation; the whole d(k − 1) is halved.",
            "先对 (k − 1)/2 向下取整，再乘以膨胀率；应对整个 d(k − 1) 取半。",
            lambda s: s.dilation * ((s.kernel - 1) // 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SameLeft | None:
        return SameLeft(draw.choice((2, 3, 4, 5, 6, 8, 10, 12)), draw.integer(1, 5))

    def formula(self, s: SameLeft) -> int:
        return s.dilation * (s.kernel - 1) // 2

    def stem(self, s: SameLeft) -> Text:
        return Text(
            f"How many zeros does {_call(s)} add on the left of its input?", f"{_call(s)} 在输入左侧添加多少个零？"
        )

    def solution(self, s: SameLeft) -> Text:
        half = rf"\lfloor {s.dilation * (s.kernel - 1)}/2 \rfloor = {self.formula(s)}"
        return Text(
            f"On both sides together: ${_total(s)}$. PyTorch rounds the left half down: ${half}$.",
            f"两侧共 ${_total(s)}$。PyTorch 对左半部分向下取整：${half}$。",
        )


class RightSame(Question[SameRight]):
    """The larger half is on the right."""

    spec = SameRight
    answer = Integer("px")
    levels = (2,)
    find = "right"
    rule = r"$r = d(k - 1) - \lfloor d(k - 1)/2 \rfloor$"
    mistakes = (
        Mistake(
            "The extra zero goes to the right: half of d(k − 1) is rounded up there.",
            "多出的一个零在右侧：这里 d(k − 1) 的一半要向上取整。",
            lambda s: s.dilation * (s.kernel - 1) // 2,
        ),
        Mistake(*NO_DILATION, lambda s: s.kernel // 2),
        Mistake("That is the padding of both sides.", "这是两侧填充之和。", lambda s: s.dilation * (s.kernel - 1)),
        Mistake(
            "⌊k/2⌋ times the dilation is too much for an even kernel; half of d(k − 1), rounded up, is wanted.",
            "对偶数卷积核，⌊k/2⌋ 乘以膨胀率过多；应取 d(k − 1) 的一半并向上取整。",
            lambda s: s.dilation * (s.kernel // 2),
        ),
        Mistake(
            "(k − 1)/2 was rounded down before it was multiplied by the dilation; the whole d(k − 1) is halved.",
            "先对 (k − 1)/2 向下取整，再乘以膨胀率；应对整个 d(k − 1) 取半。",
            lambda s: s.dilation * ((s.kernel - 1) // 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SameRight | None:
        return SameRight(draw.choice((2, 3, 4, 5, 6, 8, 10, 12)), draw.integer(1, 5))

    def formula(self, s: SameRight) -> int:
        return (s.dilation * (s.kernel - 1) + 1) // 2

    def stem(self, s: SameRight) -> Text:
        return Text(
            f"How many zeros does {_call(s)} add on the right of its input?", f"{_call(s)} 在输入右侧添加多少个零？"
        )

    def solution(self, s: SameRight) -> Text:
        total = s.dilation * (s.kernel - 1)
        rest = rf"{total} - \lfloor {total}/2 \rfloor = {self.formula(s)}"
        return Text(
            f"On both sides together: ${_total(s)}$. PyTorch rounds the left half down, the rest is on the right: ${rest}$.",
            f"两侧共 ${_total(s)}$。PyTorch 对左半部分向下取整，其余在右侧：${rest}$。",
        )


class KernelFromSides(Question[SameKernel]):
    """d(k − 1) solved for k."""

    spec = SameKernel
    answer = Integer()
    levels = (3,)
    find = "kernel"
    rule = r"$k = (l + r)/d + 1$"
    mistakes = (
        Mistake(
            "The + 1 is missing: d(k − 1) zeros are added.",
            "漏了 + 1：添加的零是 d(k − 1) 个。",
            lambda s: (s.left + s.right) // s.dilation,
        ),
        Mistake(*NO_DILATION, lambda s: s.left + s.right + 1),
        Mistake(
            "The left side was taken for both; the extra zero is on the right.",
            "两侧都按左侧计算了；多出的一个零在右侧。",
            lambda s: 2 * s.left // s.dilation + 1,
        ),
        Mistake(
            "The right side was taken for both; the left one may have a zero less.",
            "两侧都按右侧计算了；左侧可能少一个零。",
            lambda s: -(-2 * s.right // s.dilation) + 1,
        ),
        Mistake(
            "Only one side was counted; the zeros are spread over both.",
            "只算了一侧；零分布在两侧。",
            lambda s: s.right // s.dilation + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SameKernel | None:
        kernel, dilation = draw.integer(2, 16), draw.integer(1, 5)
        total = dilation * (kernel - 1)
        return SameKernel(total // 2, total - total // 2, dilation)

    def formula(self, s: SameKernel) -> int:
        return (s.left + s.right) // s.dilation + 1

    def stem(self, s: SameKernel) -> Text:
        return Text(
            f"With `padding='same'`, stride 1 and dilation {s.dilation}, an `nn.Conv1d` pads its input with zeros, {s.left} on the left "
            f"and {s.right} on the right. What is its kernel size?",
            f"`nn.Conv1d` 使用 `padding='same'`、步长 1、膨胀率 {s.dilation}，在输入左侧添加 {s.left} 个零，右侧添加 {s.right} "
            "个零。它的卷积核大小是多少？",
        )

    def solution(self, s: SameKernel) -> Text:
        sum_ = f"d(k - 1) = {s.left} + {s.right} = {s.left + s.right}"
        found = f"k = {s.left + s.right}/{s.dilation} + 1 = {self.formula(s)}"
        return Text(f"Both sides together: ${sum_}$, so ${found}$.", f"两侧之和：${sum_}$，故 ${found}$。")


MODEL = ItemModel(
    name="same_padding",
    version=1,
    topic="shapes",
    title=Text("Padding that keeps the size", "保持尺寸的填充"),
    questions=(TotalPadding(), LeftPadding(), RightSame(), KernelFromSides()),
)
