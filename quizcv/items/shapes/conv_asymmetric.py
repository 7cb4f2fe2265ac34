"""A convolution after different padding on the left and on the right, as causal and some strided layers have it."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import NO_DILATION, NO_PADDING, NO_PLUS_ONE, NO_STRIDE, ROUNDED_UP, windows, windows_up
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.padding import ConvAsymmetric, RightPadding


class PaddedOutput(Question[ConvAsymmetric]):
    """Source: documentation of torch.nn.functional.pad and torch.nn.Conv1d."""

    spec = ConvAsymmetric
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$o = \lfloor (L + l + r - d(k - 1) - 1)/s \rfloor + 1$"
    mistakes = (
        Mistake(
            "The left padding was taken for both sides.",
            "把左侧填充当成了两侧的填充。",
            lambda s: windows(s.size, s.kernel, s.stride, s.left, s.dilation),
        ),
        Mistake(
            "The right padding was taken for both sides.",
            "把右侧填充当成了两侧的填充。",
            lambda s: windows(s.size, s.kernel, s.stride, s.right, s.dilation),
        ),
        Mistake(
            "The paddings of both sides together were counted twice; each side has its own.",
            "两侧填充之和被算了两次；两侧各有各的填充。",
            lambda s: windows(s.size, s.kernel, s.stride, s.left + s.right, s.dilation),
        ),
        Mistake(*ROUNDED_UP, lambda s: windows_up(s.size + s.left + s.right, s.kernel, s.stride, 0, s.dilation)),
        Mistake(*NO_PLUS_ONE, lambda s: windows(s.size + s.left + s.right, s.kernel, s.stride, 0, s.dilation) - 1),
        Mistake(*NO_DILATION, lambda s: windows(s.size + s.left + s.right, s.kernel, s.stride)),
        Mistake(*NO_STRIDE, lambda s: windows(s.size + s.left + s.right, s.kernel, 1, 0, s.dilation)),
        Mistake(*NO_PADDING, lambda s: windows(s.size, s.kernel, s.stride, 0, s.dilation)),
    )

    def sample(self, draw: Draw, level: int) -> ConvAsymmetric | None:
        kernel = draw.choice((2, 3, 4, 5, 7))
        left, right = draw.integer(0, kernel), draw.integer(0, kernel)
        size = draw.integer(16, 128)
        if left == right:
            return None
        if level == 1:
            return ConvAsymmetric(size, kernel, left, right, draw.integer(1, 2))
        return ConvAsymmetric(size, kernel, left, right, draw.integer(1, 4), draw.integer(1, 3))

    def formula(self, s: ConvAsymmetric) -> int:
        return windows(s.size + s.left + s.right, s.kernel, s.stride, 0, s.dilation)

    def stem(self, s: ConvAsymmetric) -> Text:
        call = f"`nn.Conv1d(..., kernel_size={s.kernel}, stride={s.stride}, padding=0, dilation={s.dilation})`"
        return Text(
            f"A signal of length {s.size} is padded with zeros by `F.pad(x, ({s.left}, {s.right}))` (left {s.left}, right "
            f"{s.right}) and then passes through {call}. How long is the output?",
            f"长度为 {s.size} 的信号先经 `F.pad(x, ({s.left}, {s.right}))` 填充（左侧 {s.left} 个零，右侧 {s.right} 个零），"
            f"再经过 {call}。输出的长度是多少？",
        )

    def solution(self, s: ConvAsymmetric) -> Text:
        padded = s.size + s.left + s.right
        sum_ = f"{s.size} + {s.left} + {s.right} = {padded}"
        extent = rf"{s.dilation} \cdot ({s.kernel} - 1) + 1 = {s.extent}"
        found = rf"\lfloor ({padded} - {s.extent})/{s.stride} \rfloor + 1 = {self.formula(s)}"
        return Text(
            f"Padded length: ${sum_}$. The kernel spans ${extent}$.\n\nOutput: ${found}$.",
            f"填充后的长度：${sum_}$。卷积核跨越 ${extent}$。\n\n输出：${found}$。",
        )


class SmallestRight(Question[RightPadding]):
    """What is missing besides the given left padding."""

    spec = RightPadding
    answer = Integer("px")
    levels = (3,)
    find = "right"
    rule = Text(
        "$r = (o - 1)s + d(k - 1) + 1 - L - l$, at least 0",
        "$r = (o - 1)s + d(k - 1) + 1 - L - l$，至少为 0",
    )
    mistakes = (
        Mistake(
            "That is the padding of both sides together; the left side has its share already.",
            "这是两侧填充之和；左侧已有一部分。",
            lambda s: s.span - s.size,
        ),
        Mistake(
            "That is half of all that is missing; the two sides need not be the same.",
            "这是总缺数的一半；两侧不必相同。",
            lambda s: -((s.size - s.span) // 2),
        ),
        Mistake(
            "The right side was made the same as the left; it has to add what is still missing.",
            "让右侧等于左侧了；右侧应补足剩余的缺数。",
            lambda s: s.left,
        ),
        Mistake(
            "(o − 1) steps lead from the first window to the last, not o.",
            "从第一个窗口到最后一个只有 (o − 1) 步，而不是 o 步。",
            lambda s: s.span + s.stride - s.size - s.left,
        ),
        Mistake(*NO_DILATION, lambda s: (s.out - 1) * s.stride + s.kernel - s.size - s.left),
        Mistake(
            "One pixel is still missing: the last window would end beyond the padding.",
            "还差一个像素：最后一个窗口超出了填充。",
            lambda s: s.span - s.size - s.left - 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> RightPadding | None:
        kernel, stride, dilation = draw.integer(2, 7), draw.integer(1, 3), draw.integer(1, 3)
        left, right, size = draw.integer(0, 4), draw.integer(1, 8), draw.integer(24, 128)
        out = windows(size + left + right, kernel, stride, 0, dilation)
        s = RightPadding(size, kernel, out, left, stride, dilation)
        return s if s.span - size - left > 0 else None

    def formula(self, s: RightPadding) -> int:
        return max(0, s.span - s.size - s.left)

    def stem(self, s: RightPadding) -> Text:
        call = f"`nn.Conv1d(..., kernel_size={s.kernel}, stride={s.stride}, padding=0, dilation={s.dilation})`"
        return Text(
            f"A signal of length {s.size} is padded with zeros, {s.left} on the left and r on the right, and then passes through {call}. "
            f"What is the smallest r with which the output has length {s.out}?",
            f"长度为 {s.size} 的信号在左侧填充 {s.left} 个零、右侧填充 r 个零，再经过 {call}。"
            f"要使输出长度为 {s.out}，r 最小是多少？",
        )

    def solution(self, s: RightPadding) -> Text:
        need = rf"({s.out} - 1) \cdot {s.stride} + {s.dilation} \cdot ({s.kernel} - 1) + 1 = {s.span}"
        missing = s.span - s.size - s.left
        rest = f"{s.span} - {s.size} - {s.left} = {missing}"
        end = ("", "") if missing >= 0 else (" Nothing is missing: 0.", "不缺像素：0。")
        return Text(
            f"{s.out} windows span ${need}$ pixels.\n\nMissing on the right: ${rest}$.{end[0]}",
            f"{s.out} 个窗口跨越 ${need}$ 个像素。\n\n右侧缺少：${rest}$。{end[1]}",
        )


MODEL = ItemModel(
    name="conv_asymmetric",
    version=1,
    topic="shapes",
    title=Text("Different padding on the two sides", "两侧不同的填充"),
    questions=(PaddedOutput(), SmallestRight()),
)
