"""The other way round: which outputs a pixel enters into, and which pixels enter into none."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.coverage import PixelWindows, UnreadPixels


def _windows(size: int, kernel: int, stride: int, padding: int = 0) -> int:
    return (size + 2 * padding - kernel) // stride + 1


def _range(s: PixelWindows) -> tuple[int, int]:
    """First and last window that read the pixel; window j starts at pixel j · stride − padding."""
    first = max(0, -(-(s.pixel + s.padding - s.kernel + 1) // s.stride))
    last = min(_windows(s.size, s.kernel, s.stride, s.padding) - 1, (s.pixel + s.padding) // s.stride)
    return first, last


def _count(s: PixelWindows) -> int:
    first, last = _range(s)
    return max(0, last - first + 1)


class Reads(Question[PixelWindows]):
    """Window j reads the pixels from js − p to js − p + k − 1."""

    spec = PixelWindows
    answer = Integer()
    levels = (1, 2)
    rule = r"all $j$ with $js - p \le i \le js - p + k - 1$ and $0 \le j < o$"
    mistakes = (
        Mistake(
            "Only pixels far from the edge are read k times at stride 1; here edge and stride count.",
            "只有步长为 1 且远离边缘的像素才被读取 k 次；这里要考虑边缘和步长。",
            lambda s: s.kernel,
        ),
        Mistake(
            "k/s rounded up holds for some pixels away from the edges only.",
            "k/s 向上取整只对远离边缘的部分像素成立。",
            lambda s: -(-s.kernel // s.stride),
        ),
        Mistake(
            "k/s rounded down holds for some pixels only.",
            "k/s 向下取整只对部分像素成立。",
            lambda s: s.kernel // s.stride,
        ),
        Mistake(
            "The edge was ignored: windows that would start before the padding or end behind it do not exist.",
            "忽略了边缘：起点早于填充或终点超出填充的窗口不存在。",
            lambda s: (s.pixel + s.padding) // s.stride + (s.kernel - 1 - s.pixel - s.padding) // s.stride + 1,
        ),
        Mistake(
            "The padding was left out: with it the windows start further to the left.",
            "没有算上填充：有填充时窗口起点更靠左。",
            lambda s: _count(PixelWindows(s.size, s.kernel, s.pixel, s.stride)) if s.size >= s.kernel else None,
        ),
        Mistake(
            "The stride was ignored.",
            "忽略了步长。",
            lambda s: _count(PixelWindows(s.size, s.kernel, s.pixel, 1, s.padding)),
        ),
        Mistake(
            "Counted from 0, the pixel is one further to the right.",
            "从 0 起编号时，该像素的位置还要靠右一个。",
            lambda s: _count(PixelWindows(s.size, s.kernel, s.pixel - 1, s.stride, s.padding)) if s.pixel else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PixelWindows | None:
        kernel = draw.choice((3, 5, 7, 9, 11))
        size = draw.integer(kernel + 4, 64)
        if level == 1:
            pixel = draw.integer(0, size - 1) if draw.chance(0.3) else draw.integer(0, kernel - 1)
            return PixelWindows(size, kernel, pixel, 1, draw.integer(0, 2))
        near = draw.integer(0, kernel)
        pixel = near if draw.chance(0.5) else size - 1 - near
        return PixelWindows(size, kernel, pixel, draw.integer(2, 3), draw.integer(0, kernel // 2))

    def formula(self, s: PixelWindows) -> int:
        return _count(s)

    def stem(self, s: PixelWindows) -> Text:
        return Text(
            f"A 1-D convolution with {s.kernel} taps, stride {s.stride}, padding {s.padding} on each side and dilation 1 reads a signal "
            f"of {s.size} pixels, counted from 0. How many of its outputs depend on pixel {s.pixel} (all weights nonzero)?",
            f"一维卷积有 {s.kernel} 个抽头，步长 {s.stride}，每侧填充 {s.padding}，膨胀率 1，读取长 {s.size} 像素的信号（从 0 起编号）。"
            f"有多少个输出依赖于像素 {s.pixel}（所有权重都不为零）？",
        )

    def solution(self, s: PixelWindows) -> Text:
        first, last = _range(s)
        out = _windows(s.size, s.kernel, s.stride, s.padding)
        start = rf"{s.stride} \cdot j - {s.padding} \le {s.pixel} \le {s.stride} \cdot j - {s.padding} + {s.kernel - 1}"
        en = f"from j = {first} to {last}" if last >= first else "for no j"
        zh = f"即 j 从 {first} 到 {last}" if last >= first else "没有这样的 j"
        return Text(
            f"With {s.kernel} taps and {s.size} pixels there are {out} windows, j = 0 to {out - 1}.\n\n"
            f"${start}$ holds {en}: {_count(s)}.",
            f"{s.kernel} 个抽头、{s.size} 个像素时有 {out} 个窗口，j 从 0 到 {out - 1}。\n\n${start}$，{zh}：{_count(s)} 个。",
        )


def _read(s: UnreadPixels) -> int:
    """Pixels that some window reads."""
    count = _windows(s.size, s.kernel, s.stride)
    return count * s.kernel if s.stride >= s.kernel else (count - 1) * s.stride + s.kernel


class Unread(Question[UnreadPixels]):
    """Holes between the windows where the stride is larger than the kernel, and what is left behind the last one."""

    spec = UnreadPixels
    answer = Integer("px")
    levels = (3,)
    find = "unread"
    rule = r"$H - ok$ for $s \ge k$, else $H - ((o - 1)s + k)$"
    mistakes = (
        Mistake(
            "Between the windows there are holes of s − k pixels, too.",
            "窗口之间还有 s − k 个像素的空隙。",
            lambda s: s.size - (_windows(s.size, s.kernel, s.stride) - 1) * s.stride - s.kernel,
        ),
        Mistake(
            "Behind the last window some pixels may be left as well.",
            "最后一个窗口之后可能还有剩余像素。",
            lambda s: (_windows(s.size, s.kernel, s.stride) - 1) * max(0, s.stride - s.kernel),
        ),
        Mistake(
            "Between o windows there are o − 1 holes, and behind the last only what is left.",
            "o 个窗口之间有 o − 1 个空隙，最后一个之后只有剩余部分。",
            lambda s: _windows(s.size, s.kernel, s.stride) * max(0, s.stride - s.kernel),
        ),
        Mistake(
            "That is the remainder of the division by the stride.",
            "这是除以步长的余数。",
            lambda s: s.size % s.stride,
        ),
        Mistake("Those are the pixels that are read.", "这是被读取的像素数。", _read),
        Mistake("Some pixels are read by no window.", "有些像素没有任何窗口读取。", lambda s: 0),
    )

    def sample(self, draw: Draw, level: int) -> UnreadPixels | None:
        kernel = draw.integer(1, 5)
        s = UnreadPixels(draw.integer(16, 128), kernel, kernel + draw.integer(0, 4))
        return s if s.stride > 1 and _read(s) < s.size else None

    def formula(self, s: UnreadPixels) -> int:
        return s.size - _read(s)

    def stem(self, s: UnreadPixels) -> Text:
        return Text(
            f"A 1-D convolution with {s.kernel} taps, stride {s.stride}, no padding and dilation 1 reads a signal of {s.size} pixels. "
            "How many of the pixels enter into no output?",
            f"一维卷积有 {s.kernel} 个抽头，步长 {s.stride}，无填充，膨胀率 1，读取长 {s.size} 像素的信号。有多少个像素不参与任何输出？",
        )

    def solution(self, s: UnreadPixels) -> Text:
        count = _windows(s.size, s.kernel, s.stride)
        outputs = rf"\lfloor ({s.size} - {s.kernel})/{s.stride} \rfloor + 1 = {count}"
        if s.stride >= s.kernel:
            read = rf"{count} \cdot {s.kernel} = {_read(s)}"
            en, zh = "which do not overlap", "互不重叠"
        else:
            read = rf"({count} - 1) \cdot {s.stride} + {s.kernel} = {_read(s)}"
            en, zh = "which leave no holes", "之间没有空隙"
        rest = f"{s.size} - {_read(s)} = {self.formula(s)}"
        return Text(
            f"Windows: ${outputs}$, {en}. They read ${read}$ pixels.\n\nThe others: ${rest}$.",
            f"窗口数：${outputs}$，{zh}。共读取 ${read}$ 个像素。\n\n其余：${rest}$。",
        )


MODEL = ItemModel(
    name="pixel_windows",
    version=1,
    topic="receptive-field",
    title=Text("Outputs that a pixel enters into", "一个像素参与的输出"),
    questions=(Reads(), Unread()),
)
