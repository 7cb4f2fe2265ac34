"""What several models of this topic compute and say."""

from __future__ import annotations

from collections.abc import Iterable

#: Misconceptions that come up with every window that slides, in English and in Chinese.
ROUNDED_UP = (
    "The division was rounded up; a last, incomplete step of the window gives no output.",
    "除法向上取整了；窗口最后不完整的一步没有输出。",
)
NO_PLUS_ONE = ("The + 1 for the window's first position is missing.", "漏了窗口起始位置的 + 1。")
PADDING_ONCE = ("The padding was counted once; it is on both sides.", "填充只算了一次；两侧都有填充。")
NO_PADDING = ("The padding was left out.", "没有算上填充。")
NO_DILATION = (
    "The dilation was ignored: the kernel spans d(k − 1) + 1 pixels.",
    "忽略了膨胀率：卷积核跨越 d(k − 1) + 1 个像素。",
)
DILATED_TIMES = (
    "The dilated kernel was taken as d·k pixels wide; it is d(k − 1) + 1.",
    "把膨胀卷积核的宽度当成了 d·k；应为 d(k − 1) + 1。",
)
NO_STRIDE = ("The stride was ignored.", "忽略了步长。")
INPUT_CHANNELS = (
    "Every filter gives one channel: the output has out_channels of them, not in_channels.",
    "每个滤波器输出一个通道：输出通道数是 out_channels，不是 in_channels。",
)
SIDES_SWAPPED = (
    "Height and width were swapped: pairs are (height, width).",
    "高和宽弄反了：成对参数的顺序是（高, 宽）。",
)


def windows(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Places at which a window fits; documentation of torch.nn.Conv2d, "Shape"."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def windows_up(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """The same, wrongly rounded up."""
    return -(-(size + 2 * padding - dilation * (kernel - 1) - 1) // stride) + 1


def steps(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> str:
    """The formula with its numbers, in LaTeX."""
    extent = str(kernel) if dilation == 1 else rf"{dilation} \cdot ({kernel} - 1) - 1"
    room = rf"{size} + 2 \cdot {padding} - {extent}"
    return rf"\lfloor ({room})/{stride} \rfloor + 1 = {windows(size, kernel, stride, padding, dilation)}"


def numbered(lines: Iterable[str]) -> str:
    """A list of layers for a stem: a blank line before and behind belongs to it."""
    return "\n\n" + "\n".join(f"{at}. {line}" for at, line in enumerate(lines, 1)) + "\n\n"


def pair(values: tuple[int, int]) -> str:
    """`(3, 5)`, as Python writes it."""
    return f"({values[0]}, {values[1]})"
