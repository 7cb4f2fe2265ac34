"""Output size of a pooling along one axis, with PyTorch's rule for ceil_mode."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import NO_PADDING, PADDING_ONCE, windows, windows_up
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pooling import PoolInput, PoolOutput


def _pooled(size: int, kernel: int, stride: int, padding: int, *, ceil_mode: bool) -> int:
    """A last window that would start in the padding behind the input is dropped."""
    if not ceil_mode:
        return windows(size, kernel, stride, padding)
    out = windows_up(size, kernel, stride, padding)
    return out - 1 if (out - 1) * stride >= size + padding else out


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
    rule = (
        r"$o = \lfloor (H + 2p - k)/s \rfloor + 1$; with `ceil_mode` rounded up, then one less if the last window would start "
        r"at $H + p$ or behind: $(o - 1)s \ge H + p$"
    )
    mistakes = (
        Mistake(
            "`ceil_mode` decides how the division is rounded: up if it is set, down if not.",
            "`ceil_mode` 决定除法如何取整：设为真时向上，否则向下。",
            lambda s: _pooled(s.size, s.kernel, s.step, s.padding, ceil_mode=not s.ceil_mode),
        ),
        Mistake(
            "A last window that would start in the padding on the right is dropped, `ceil_mode` or not.",
            "即使 `ceil_mode` 为真，若最后一个窗口从右侧填充处开始，也会被舍去。",
            lambda s: windows_up(s.size, s.kernel, s.step, s.padding) if s.ceil_mode else None,
        ),
        Mistake(
            "The stride of a pooling is its kernel size unless stated, not 1.",
            "池化的步长未指定时等于窗口大小，而不是 1。",
            lambda s: windows(s.size, s.kernel, 1, s.padding) if s.stride is None else None,
        ),
        Mistake(
            "The stride is stated; it is not the kernel size then.",
            "步长已经指定，就不再等于窗口大小。",
            lambda s: (
                None if s.stride is None else _pooled(s.size, s.kernel, s.kernel, s.padding, ceil_mode=s.ceil_mode)
            ),
        ),
        Mistake(
            "The + 1 for the window's first position is missing.",
            "漏了窗口起始位置的 + 1。",
            lambda s: _pooled(s.size, s.kernel, s.step, s.padding, ceil_mode=s.ceil_mode) - 1,
        ),
        Mistake(*PADDING_ONCE, lambda s: (s.size + s.padding - s.kernel) // s.step + 1 if s.padding else None),
        Mistake(*NO_PADDING, lambda s: (s.size - s.kernel) // s.step + 1 if s.padding else None),
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
        stride = ("stride not stated", "步长未指定") if s.stride is None else (f"stride {s.stride}", f"步长 {s.stride}")
        mode = _mode(s.ceil_mode)
        return Text(
            f"An `nn.MaxPool2d` with window {s.kernel}×{s.kernel}, {stride[0]}, padding {s.padding} on every side, dilation 1 "
            f"and {mode[0]} reads a {s.size}×{s.size} feature map. How many pixels wide is its output?",
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


class LargestPoolInput(Question[PoolInput]):
    """The same rule solved for H."""

    spec = PoolInput
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = (
        r"$H = os + k - 2p - 1$; with `ceil_mode` the larger of $(o - 1)s + k - 2p$ (the last window is full) and $os - p$ (the "
        "next one starts in the padding)"
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
            lambda s: s.out * s.stride + s.kernel + 2 * s.padding - 1 if s.padding else None,
        ),
        Mistake(
            "From an input this large one more pixel comes out.",
            "这么大的输入会多输出一个像素。",
            lambda s: _largest(s) + 1,
        ),
        Mistake(
            "(o − 1) steps and a whole window were counted; behind them a few pixels more may be left.",
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
            f"1 and {mode[0]} gives a {s.out}×{s.out} map. How many pixels wide is the largest square input that gives this size?",
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
            f"Up to the end of a full last window: ${full}$. Up to where one window more would start, which is dropped if that "
            f"is in the padding: ${start}$.\n\nThe larger one: {_largest(s)}.",
            f"到最后一个完整窗口的末端：${full}$。到再下一个窗口的起点（若起点在填充中则舍去）：${start}$。\n\n"
            f"取较大者：{_largest(s)}。",
        )


MODEL = ItemModel(
    name="pool_output",
    version=1,
    topic="shapes",
    title=Text("Output size of a pooling", "池化的输出尺寸"),
    questions=(PoolSize(), LargestPoolInput()),
)
