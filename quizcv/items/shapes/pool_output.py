"""Output size of a pooling along one axis, with PyTorch's rule for ceil_mode."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import NO_PADDING, PADDING_ONCE, windows, windows_up
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pooling import PoolInput, PoolOutput


def _pooled(size: int, kernel: int, stride: int, padding: int, *, ceil_mode: bool) -> int:
    """A last window that would start in the padding after the input is dropped."""
    if not ceil_mode:
        return windows(size, kernel, stride, padding)
    out = windows_up(size, kernel, stride, padding)
    return out - 1 if (out - 1) * stride >= size + padding else out


def _rounded(s: PoolOutput, padded: int) -> int:
    """Rounded as `ceil_mode` says, for a wrong padded size."""
    return (windows_up if s.ceil_mode else windows)(padded, s.kernel, s.step)


def _mode(ceil_mode: bool) -> tuple[str, str]:
    return (
        ("`ceil_mode=True`", "`ceil_mode=True`")
        if ceil_mode
        else ("`ceil_mode=False` (the default)", "`ceil_mode=False`（默认值）")
    )


class PoolSize(Question[PoolOutput]):
    """Source: documentation of torch.nn.MaxPool2d; ATen/native/Pool.h, `pooling_output_shape_pad_lr`."""

    spec = PoolOutput
    answer = Integer("px")
    levels = (1, 2)
    rule = Text(
        (
            r"$o = \lfloor (H + 2p - k)/s \rfloor + 1$; with `ceil_mode` rounded up, then one less if the last window would start "
            r"at $H + p$ or later: $(o - 1)s \ge H + p$"
        ),
        (
            r"$o = \lfloor (H + 2p - k)/s \rfloor + 1$；`ceil_mode=True` 时改为向上取整，此时若最后一个窗口的起点在 $H + p$ 处或更靠后，"
            r"即 $(o - 1)s \ge H + p$，则再减 1"
        ),
    )
    mistakes = (
        Mistake(
            "The division was rounded the wrong way: up if `ceil_mode` is set, down if not.",
            "取整方向反了：`ceil_mode` 为真时向上取整，否则向下。",
            lambda s: _pooled(s.size, s.kernel, s.step, s.padding, ceil_mode=not s.ceil_mode),
        ),
        Mistake(
            "A last window that would start to the right of the input is dropped, even with `ceil_mode`.",
            "即使 `ceil_mode` 为真，起点在输入右端之外的最后一个窗口也会被舍去。",
            lambda s: windows_up(s.size, s.kernel, s.step, s.padding) if s.ceil_mode else None,
        ),
        Mistake(
            "The stride was taken as 1; unless stated, the stride of a pooling is its window size.",
            "把步长当成了 1；池化的步长未指定时等于窗口大小。",
            lambda s: windows(s.size, s.kernel, 1, s.padding) if s.stride is None else None,
        ),
        Mistake(
            "The stride was taken to be the window size; that holds only where no stride is stated.",
            "把步长当成了窗口大小；只有未指定步长时才如此。",
            lambda s: (
                None if s.stride is None else _pooled(s.size, s.kernel, s.kernel, s.padding, ceil_mode=s.ceil_mode)
            ),
        ),
        Mistake(
            "The + 1 for the window's first position is missing.",
            "漏了窗口起始位置的 + 1。",
            lambda s: _pooled(s.size, s.kernel, s.step, s.padding, ceil_mode=s.ceil_mode) - 1,
        ),
        Mistake(*PADDING_ONCE, lambda s: _rounded(s, s.size + s.padding) if s.padding else None),
        Mistake(*NO_PADDING, lambda s: _rounded(s, s.size) if s.padding else None),
    )

    def sample(self, draw: Draw, level: int) -> PoolOutput | None:
        if level == 1:
            kernel = draw.integer(2, 5)
            stride = None if draw.chance(0.5) else draw.integer(1, 4)
            return PoolOutput(draw.integer(3 * kernel, 128), kernel, stride)
        kernel, padding = draw.integer(2, 5), 0
        if draw.chance(0.6):
            padding = draw.integer(1, kernel // 2)
        stride = draw.integer(2, kernel + 2)
        return PoolOutput(draw.integer(2 * kernel, 64), kernel, stride, padding, draw.chance(0.7))

    def formula(self, s: PoolOutput) -> int:
        return _pooled(s.size, s.kernel, s.step, s.padding, ceil_mode=s.ceil_mode)

    def stem(self, s: PoolOutput) -> Text:
        stride = ("no stride stated", "未指定步长") if s.stride is None else (f"stride {s.stride}", f"步长 {s.stride}")
        mode = _mode(s.ceil_mode)
        return Text(
            f"An `nn.MaxPool2d` with window {s.kernel}×{s.kernel}, {stride[0]}, padding {s.padding} on every side, dilation 1 "
            f"and {mode[0]} reads a feature map of {s.size}×{s.size} pixels. How many pixels wide is its output?",
            f"`nn.MaxPool2d` 的窗口为 {s.kernel}×{s.kernel}，{stride[1]}，每侧填充 {s.padding}，膨胀率 1，{mode[1]}，"
            f"输入特征图为 {s.size}×{s.size}。输出的宽是多少像素？",
        )

    def solution(self, s: PoolOutput) -> Text:
        room = s.size + 2 * s.padding - s.kernel
        brackets = (r"\lceil", r"\rceil") if s.ceil_mode else (r"\lfloor", r"\rfloor")
        out = windows_up(s.size, s.kernel, s.step, s.padding) if s.ceil_mode else self.formula(s)
        numbers = rf"({s.size} + 2 \cdot {s.padding} - {s.kernel})/{s.step}"
        step = rf"{brackets[0]} {numbers} {brackets[1]} + 1 = {brackets[0]} {room}/{s.step} {brackets[1]} + 1 = {out}"
        if not s.ceil_mode:
            return Text(
                f"Stride {s.step}, rounded down: ${step}$.",
                f"步长为 {s.step}，向下取整：${step}$。",
            )
        start, end = (out - 1) * s.step, s.size + s.padding
        relation = "<" if start < end else r"\ge"
        check = rf"({out} - 1) \cdot {s.step} = {start} {relation} {s.size} + {s.padding} = {end}"
        kept = ("it counts", "计入") if start < end else ("it is dropped", "舍去")
        return Text(
            f"Rounded up: ${step}$.\n\nThe last window starts at ${check}$ (counted from the left padding's first pixel): "
            f"{kept[0]}. Output: {self.formula(s)}.",
            f"向上取整：${step}$。\n\n最后一个窗口从 ${check}$ 处开始（从左侧填充的第一个像素数起）：{kept[1]}。"
            f"输出：{self.formula(s)}。",
        )


def _largest(s: PoolInput) -> int:
    """Up to s − 1 pixels are left over when rounding down. Rounding up, either the last window is full, or the window after it
    would start in the padding and is dropped."""
    if not s.ceil_mode:
        return s.out * s.stride + s.kernel - 2 * s.padding - 1
    return max((s.out - 1) * s.stride + s.kernel - 2 * s.padding, s.out * s.stride - s.padding)


def _added(s: PoolInput) -> int:
    """Wrong: the padding put on top."""
    return (s.out - 1) * s.stride + s.kernel + 2 * s.padding + (0 if s.ceil_mode else s.stride - 1)


class LargestPoolInput(Question[PoolInput]):
    """The same rule solved for H."""

    spec = PoolInput
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = Text(
        (
            "$H = os + k - 2p - 1$; with `ceil_mode` the larger of $(o - 1)s + k - 2p$ (the last window is full) and $os - p$ (the "
            "next one starts right of the input)"
        ),
        (
            "$H = os + k - 2p - 1$；`ceil_mode=True` 时取 $(o - 1)s + k - 2p$（最后一个窗口完整）与 $os - p$（再下一个窗口的起点已在"
            "输入右端之外）中的较大者"
        ),
    )
    mistakes = (
        Mistake(
            "`ceil_mode` was read the other way: if it is set an incomplete window counts, if not it does not.",
            "`ceil_mode` 理解反了：为真时不完整的窗口计入，否则不计入。",
            lambda s: (
                (s.out - 1) * s.stride + s.kernel - 2 * s.padding
                if not s.ceil_mode
                else s.out * s.stride + s.kernel - 2 * s.padding - 1
            ),
        ),
        Mistake(
            "The output size was only multiplied by the stride.",
            "只是把输出尺寸乘以了步长。",
            lambda s: s.out * s.stride,
        ),
        Mistake(
            "The padding was added; part of what the windows read is padding, so the input is smaller by it.",
            "把填充加上了；窗口读到的一部分是填充，输入应减去它。",
            lambda s: _added(s) if s.padding else None,
        ),
        Mistake(
            "This input is one pixel too large: the output has one pixel more.",
            "输入多了一个像素：输出也会多一个像素。",
            lambda s: _largest(s) + 1,
        ),
        Mistake(
            "(o − 1) steps and a whole window were counted; after them a few pixels more may be left.",
            "只算了 (o − 1) 步和一个完整窗口；其后还可以剩几个像素。",
            lambda s: min(_largest(s), (s.out - 1) * s.stride + s.kernel - 2 * s.padding),
        ),
        Mistake(
            "The window was not counted: (o − 1) steps lead only to where the last one starts.",
            "没有算窗口本身：(o − 1) 步只到最后一个窗口的起点。",
            lambda s: (s.out - 1) * s.stride,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PoolInput | None:
        kernel = draw.integer(2, 5)
        stride, padding = draw.integer(2, kernel + 1), draw.integer(0, kernel // 2)
        return PoolInput(draw.integer(5, 40), kernel, stride, padding, draw.chance(0.5))

    def formula(self, s: PoolInput) -> int:
        return _largest(s)

    def stem(self, s: PoolInput) -> Text:
        mode = _mode(s.ceil_mode)
        return Text(
            f"An `nn.MaxPool2d` with window {s.kernel}×{s.kernel}, stride {s.stride}, padding {s.padding} on every side, dilation "
            f"1 and {mode[0]} gives an output of {s.out}×{s.out} pixels. How many pixels wide is the largest square input that "
            "gives this size?",
            f"`nn.MaxPool2d` 的窗口为 {s.kernel}×{s.kernel}，步长 {s.stride}，每侧填充 {s.padding}，膨胀率 1，{mode[1]}，"
            f"输出 {s.out}×{s.out}。能得到该尺寸的最大方形输入宽多少像素？",
        )

    def solution(self, s: PoolInput) -> Text:
        spanned = (s.out - 1) * s.stride + s.kernel - 2 * s.padding
        full = rf"({s.out} - 1) \cdot {s.stride} + {s.kernel} - 2 \cdot {s.padding} = {spanned}"
        if not s.ceil_mode:
            more = f"{spanned} + {s.stride - 1} = {_largest(s)}"
            return Text(
                f"{s.out} windows span ${full}$ input pixels, and up to {s.stride - 1} may be left over: ${more}$.",
                f"{s.out} 个窗口跨越 ${full}$ 个输入像素，最多还可剩 {s.stride - 1} 个：${more}$。",
            )
        start = rf"{s.out} \cdot {s.stride} - {s.padding} = {s.out * s.stride - s.padding}"
        return Text(
            f"The input may end with a full last window: ${full}$. Or it may end where one more window would start, as a window that "
            f"starts to the right of the input is dropped: ${start}$.\n\nThe larger one: {_largest(s)}.",
            f"输入可以到最后一个完整窗口的末端为止：${full}$；也可以到再下一个窗口的起点为止（起点在输入右端之外的窗口会被舍去）：${start}$。\n\n"
            f"取较大者：{_largest(s)}。",
        )


MODEL = ItemModel(
    name="pool_output",
    version=1,
    topic="shapes",
    title=Text("Output size of a pooling", "池化的输出尺寸"),
    questions=(PoolSize(), LargestPoolInput()),
)
