"""The whole shape that nn.Conv2d gives, with everything different along the two axes."""

from __future__ import annotations

from quizcv.answers import Shape
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import (
    INPUT_CHANNELS,
    NO_DILATION,
    NO_PLUS_ONE,
    PADDING_ONCE,
    ROUNDED_UP,
    SIDES_SWAPPED,
    pair,
    steps,
    windows,
    windows_up,
)
from quizcv.items.text import by
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.shapes import ConvPoolShape, ConvShape


def _sides(s: ConvShape) -> tuple[int, int]:
    one, other = (windows(a.size, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
    return one, other


def _rounded_up(s: ConvShape) -> tuple[int, int]:
    one, other = (windows_up(a.size, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
    return one, other


def _padded_once(s: ConvShape) -> tuple[int, int]:
    one, other = (windows(a.size - a.padding, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
    return one, other


def _undilated(s: ConvShape) -> tuple[int, int]:
    one, other = (windows(a.size, a.kernel, a.stride, a.padding) for a in s.axes)
    return one, other


def _swapped(s: ConvShape) -> tuple[int, int]:
    """Every pair read as (width, height)."""
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = s.kernel, s.stride, s.padding, s.dilation
    return windows(s.height, kw, sw, pw, dw), windows(s.width, kh, sh, ph, dh)


def _call(s: ConvShape) -> str:
    pairs = (
        f"kernel_size={pair(s.kernel)}, stride={pair(s.stride)}, padding={pair(s.padding)}, dilation={pair(s.dilation)}"
    )
    return f"`nn.Conv2d(in_channels={s.in_channels}, out_channels={s.out_channels}, {pairs})`"


def _worked(s: ConvShape) -> tuple[str, str]:
    one, other = (steps(a.size, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
    return one, other


class ConvolutionShape(Question[ConvShape]):
    """Source: documentation of torch.nn.Conv2d, "Shape"."""

    spec = ConvShape
    answer = Shape(("C", "H", "W"))
    levels = (1, 2)
    rule = Text(
        r"$C = C_{out}$, and $\lfloor (H + 2p - d(k - 1) - 1)/s \rfloor + 1$ along each axis",
        r"$C = C_{out}$，高和宽各按 $\lfloor (H + 2p - d(k - 1) - 1)/s \rfloor + 1$ 计算",
    )
    mistakes = (
        Mistake(*INPUT_CHANNELS, lambda s: (s.in_channels, *_sides(s))),
        Mistake(*ROUNDED_UP, lambda s: (s.out_channels, *_rounded_up(s))),
        Mistake(*PADDING_ONCE, lambda s: (s.out_channels, *_padded_once(s))),
        Mistake(*NO_DILATION, lambda s: (s.out_channels, *_undilated(s))),
        Mistake(*SIDES_SWAPPED, lambda s: (s.out_channels, *_swapped(s))),
        Mistake(
            "The filters were multiplied by the input channels; each filter reads all of them and gives one channel.",
            "把滤波器数乘以了输入通道数；每个滤波器读取所有输入通道，只输出一个通道。",
            lambda s: (s.in_channels * s.out_channels, *_sides(s)),
        ),
        Mistake(*NO_PLUS_ONE, lambda s: (s.out_channels, _sides(s)[0] - 1, _sides(s)[1] - 1)),
    )

    def sample(self, draw: Draw, level: int) -> ConvShape | None:
        channels = draw.choice((1, 3, 16, 32, 64)), draw.choice((8, 16, 24, 32, 48, 64, 96, 128))
        if level == 1:
            height, width = draw.integer(16, 128), draw.integer(16, 128)
            kernel, stride = draw.choice((3, 5, 7)), draw.integer(1, 3)
            padding = draw.integer(0, kernel // 2)
            return ConvShape(*channels, height, width, (kernel, kernel), (stride, stride), (padding, padding))
        kernels = draw.choice((1, 2, 3, 5, 7)), draw.choice((1, 3, 4, 5, 7))
        s = ConvShape(
            *channels,
            draw.integer(16, 128),
            draw.integer(16, 128),
            kernels,
            (draw.integer(1, 3), draw.integer(1, 3)),
            (draw.integer(0, kernels[0] // 2), draw.integer(0, kernels[1])),
            (draw.integer(1, 3), draw.integer(1, 2)),
        )
        return s if min(_sides(s)) > 1 else None

    def formula(self, s: ConvShape) -> tuple[int, int, int]:
        return s.out_channels, *_sides(s)

    def stem(self, s: ConvShape) -> Text:
        return Text(
            f"An input of shape {by(s.in_channels, s.height, s.width)} (C×H×W, one image) passes through {_call(s)}. What is the shape "
            "of the output? Pairs are (height, width).",
            f"形状为 {by(s.in_channels, s.height, s.width)}（C×H×W，单张图像）的输入经过 {_call(s)}。输出的形状是什么？"
            "成对参数的顺序为（高, 宽）。",
        )

    def solution(self, s: ConvShape) -> Text:
        down, across = _worked(s)
        shape = by(*self.formula(s))
        return Text(
            f"Each of the {s.out_channels} filters reads all {s.in_channels} input channels and gives one.\n\n"
            f"Height: ${down}$.\n\nWidth: ${across}$.\n\nShape: {shape}.",
            f"{s.out_channels} 个滤波器各读取全部 {s.in_channels} 个输入通道，各输出一个通道。\n\n"
            f"高：${down}$。\n\n宽：${across}$。\n\n形状：{shape}。",
        )


class ConvolutionPoolShape(Question[ConvPoolShape]):
    """The convolution, then a max pooling without padding, rounded down as is its default."""

    spec = ConvPoolShape
    answer = Shape(("C", "H", "W"))
    levels = (3,)
    find = "pooled"
    rule = Text(
        r"the convolution's formula, then $\lfloor (H - m)/m \rfloor + 1 = \lfloor H/m \rfloor$ for `nn.MaxPool2d(m)`",
        r"先用卷积的尺寸公式；再经过 `nn.MaxPool2d(m)`：$\lfloor (H - m)/m \rfloor + 1 = \lfloor H/m \rfloor$",
    )
    mistakes = (
        Mistake(
            "The pooling was rounded up; unless `ceil_mode=True`, an incomplete window at the edge is dropped.",
            "池化向上取整了；除非 `ceil_mode=True`，边缘不完整的窗口会被舍去。",
            lambda s: (s.out_channels, *(-(-side // s.pool) for side in _sides(s))),
        ),
        Mistake(
            "The stride was taken as 1; unless stated, the stride of a pooling is its window size.",
            "把步长当成了 1；池化的步长未指定时等于窗口大小。",
            lambda s: (s.out_channels, *(side - s.pool + 1 for side in _sides(s))),
        ),
        Mistake(
            "The pooling was left out.",
            "没有算上池化。",
            lambda s: (s.out_channels, *_sides(s)),
        ),
        Mistake(
            "The channels were divided, too; pooling works on every channel by itself and keeps their number.",
            "把通道数也除了；池化对每个通道单独进行，通道数不变。",
            lambda s: (s.out_channels // s.pool, *(side // s.pool for side in _sides(s))),
        ),
        Mistake(*SIDES_SWAPPED, lambda s: (s.out_channels, *(side // s.pool for side in _swapped(s)))),
        Mistake(*PADDING_ONCE, lambda s: (s.out_channels, *(side // s.pool for side in _padded_once(s)))),
    )

    def sample(self, draw: Draw, level: int) -> ConvPoolShape | None:
        one, other = draw.choice((1, 3, 5, 7)), draw.choice((1, 3, 5, 7))
        s = ConvPoolShape(
            draw.choice((1, 3, 16, 32)),
            draw.choice((8, 12, 16, 24, 32, 64)),
            draw.integer(24, 128),
            draw.integer(24, 128),
            (one, other),
            (draw.integer(1, 2), draw.integer(1, 3)),
            (draw.integer(0, one // 2), draw.integer(0, other // 2)),
            (draw.integer(1, 2), draw.integer(1, 2)),
            draw.integer(2, 4),
        )
        return s if min(_sides(s)) >= 2 * s.pool else None

    def formula(self, s: ConvPoolShape) -> tuple[int, int, int]:
        height, width = _sides(s)
        return s.out_channels, height // s.pool, width // s.pool

    def stem(self, s: ConvPoolShape) -> Text:
        return Text(
            f"An input of shape {by(s.in_channels, s.height, s.width)} (C×H×W, one image) passes through {_call(s)} and then "
            f"`nn.MaxPool2d({s.pool})`. What is the shape of the output? Pairs are (height, width).",
            f"形状为 {by(s.in_channels, s.height, s.width)}（C×H×W，单张图像）的输入先经过 {_call(s)}，再经过 "
            f"`nn.MaxPool2d({s.pool})`。输出的形状是什么？成对参数的顺序为（高, 宽）。",
        )

    def solution(self, s: ConvPoolShape) -> Text:
        down, across = _worked(s)
        height, width = _sides(s)
        pooled = rf"\lfloor {height}/{s.pool} \rfloor = {height // s.pool}, \lfloor {width}/{s.pool} \rfloor = {width // s.pool}"
        shape = by(*self.formula(s))
        return Text(
            f"Channels: from {s.in_channels} to {s.out_channels}. Height: ${down}$. Width: ${across}$.\n\n"
            f"The pooling, with stride {s.pool}: ${pooled}$.\n\nShape: {shape}.",
            f"通道数：从 {s.in_channels} 变为 {s.out_channels}。高：${down}$。宽：${across}$。\n\n"
            f"池化（步长 {s.pool}）：${pooled}$。\n\n形状：{shape}。",
        )


MODEL = ItemModel(
    name="conv_shape",
    version=1,
    topic="shapes",
    title=Text("Shape after a convolution", "卷积之后的形状"),
    questions=(ConvolutionShape(), ConvolutionPoolShape()),
)
