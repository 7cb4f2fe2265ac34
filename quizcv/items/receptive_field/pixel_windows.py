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
    rule = Text(
        r"the number of windows $j$ with $js - p \le i \le js - p + k - 1$ and $0 \le j < o$, for pixel $i$ and $o$ outputs",
        r"满足 $js - p \le i \le js - p + k - 1$ 且 $0 \le j < o$ 的窗口 $j$ 的个数，$i$ 为像素序号，$o$ 为输出个数",
    )
    mistakes = (
        Mistake(
            "Every pixel was taken to be read k times; that holds only at stride 1 and far from the edges.",
            "认为每个像素都被读取 k 次；只有步长为 1 且远离边缘时才成立。",
            lambda s: s.kernel,
        ),
        Mistake(
            "That is k/s rounded up, which holds only for some of the pixels far from the edges.",
            "这是 k/s 向上取整，只对远离边缘的部分像素成立。",
            lambda s: -(-s.kernel // s.stride),
        ),
        Mistake(
            "That is k/s rounded down, which holds only for some of the pixels.",
            "这是 k/s 向下取整，只对部分像素成立。",
            lambda s: s.kernel // s.stride,
        ),
        Mistake(
            "The edges were ignored: windows that would start before the padding or end beyond it do not exist.",
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
            "The pixels were counted from 1; the first pixel has index 0.",
            "把像素当成从 1 起编号了；第一个像素的序号是 0。",
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
            f"A 1-D convolution with kernel size {s.kernel}, stride {s.stride}, padding {s.padding} on each side and dilation 1 reads "
            f"a signal of {s.size} pixels, counted from 0. How many outputs read pixel {s.pixel}?",
            f"一维卷积的卷积核大小为 {s.kernel}，步长 {s.stride}，每侧填充 {s.padding}，膨胀率 1，"
            f"输入是长 {s.size} 像素的信号（从 0 起编号）。有多少个输出用到像素 {s.pixel}？",
        )

    def solution(self, s: PixelWindows) -> Text:
        first, last = _range(s)
        out = _windows(s.size, s.kernel, s.stride, s.padding)
        start = rf"{s.stride} \cdot j - {s.padding} \le {s.pixel} \le {s.stride} \cdot j - {s.padding} + {s.kernel - 1}"
        several = last > first
        en = (f"for j = {first} to {last}" if several else f"for j = {first}") if last >= first else "for no j"
        zh = (f"即 j 从 {first} 到 {last}" if several else f"即 j = {first}") if last >= first else "没有这样的 j"
        return Text(
            f"With kernel size {s.kernel} and {s.size} pixels there are {out} windows, j = 0 to {out - 1}.\n\n"
            f"${start}$ holds {en}: {_count(s)}.",
            f"卷积核大小 {s.kernel}、{s.size} 个像素时有 {out} 个窗口，j 从 0 到 {out - 1}。\n\n${start}$，{zh}：{_count(s)} 个。",
        )


def _read(s: UnreadPixels) -> int:
    """Pixels that some window reads."""
    count = _windows(s.size, s.kernel, s.stride)
    return count * s.kernel if s.stride >= s.kernel else (count - 1) * s.stride + s.kernel


class Unread(Question[UnreadPixels]):
    """Holes between the windows where the stride is larger than the kernel, and what is left after the last one."""

    spec = UnreadPixels
    answer = Integer("px")
    levels = (3,)
    find = "unread"
    rule = Text(
        r"$H - ok$ for $s \ge k$, else $H - ((o - 1)s + k)$, with $o = \lfloor (H - k)/s \rfloor + 1$",
        r"$s \ge k$ 时为 $H - ok$，否则为 $H - ((o - 1)s + k)$，其中 $o = \lfloor (H - k)/s \rfloor + 1$",
    )
    mistakes = (
        Mistake(
            "Only what is left after the last window was counted; between the windows there are holes of s − k pixels, too.",
            "只数了最后一个窗口之后的剩余像素；窗口之间还有 s − k 个像素的空隙。",
            lambda s: s.size - (_windows(s.size, s.kernel, s.stride) - 1) * s.stride - s.kernel,
        ),
        Mistake(
            "Only the holes between the windows were counted; after the last window some pixels may be left as well.",
            "只数了窗口之间的空隙；最后一个窗口之后可能还有剩余像素。",
            lambda s: (_windows(s.size, s.kernel, s.stride) - 1) * max(0, s.stride - s.kernel),
        ),
        Mistake(
            "One hole per window was counted; between o windows there are o − 1, and after the last only what is left.",
            "每个窗口都算了一个空隙；o 个窗口之间有 o − 1 个，最后一个之后只有剩余部分。",
            lambda s: _windows(s.size, s.kernel, s.stride) * max(0, s.stride - s.kernel),
        ),
        Mistake(
            "That is the remainder of H/s; holes between windows, and the place of the last one, count.",
            "这是 H/s 的余数；应考虑窗口之间的空隙和最后一个窗口的位置。",
            lambda s: s.size % s.stride,
        ),
        Mistake("Those are the pixels that are read.", "这是被读取的像素数。", _read),
        Mistake(
            "All pixels were taken to be read; some are read by no window.",
            "认为所有像素都被读取了；有些像素没有任何窗口读取。",
            lambda s: 0,
        ),
    )

    def sample(self, draw: Draw, level: int) -> UnreadPixels | None:
        kernel = draw.integer(1, 5)
        s = UnreadPixels(draw.integer(16, 128), kernel, kernel + draw.integer(0, 4))
        return s if s.stride > 1 and _read(s) < s.size else None

    def formula(self, s: UnreadPixels) -> int:
        return s.size - _read(s)

    def stem(self, s: UnreadPixels) -> Text:
        return Text(
            f"A 1-D convolution with kernel size {s.kernel}, stride {s.stride}, no padding and dilation 1 reads a signal of "
            f"{s.size} pixels. How many of the pixels are read by no output?",
            f"一维卷积的卷积核大小为 {s.kernel}，步长 {s.stride}，无填充，膨胀率 1，输入是长 {s.size} 像素的信号。"
            "有多少个像素没有被任何输出用到？",
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
