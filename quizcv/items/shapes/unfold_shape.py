"""The matrix of windows (im2col) that turns a convolution into a product."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.shapes._common import NO_DILATION, NO_PLUS_ONE, PADDING_ONCE, ROUNDED_UP, steps, windows, windows_up
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layouts import UnfoldElements, UnfoldShape


def _places(s: UnfoldShape) -> tuple[int, int]:
    one, other = (windows(a.size, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
    return one, other


def _columns(s: UnfoldShape) -> int:
    height, width = _places(s)
    return height * width


def _rows(s: UnfoldShape) -> int:
    return s.in_channels * s.kernel * s.kernel


def _options(s: UnfoldShape) -> str:
    return f"kernel_size={s.kernel}, dilation={s.dilation}, padding={s.padding}, stride={s.stride}"


def _rounded_up(s: UnfoldShape) -> int:
    one, other = (windows_up(a.size, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
    return one * other


def _padded_once(s: UnfoldShape) -> int:
    one, other = (windows(a.size - a.padding, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
    return one * other


def _sample(draw: Draw, level: int) -> tuple[int, int, int, int, int, int, int]:
    channels = draw.choice((1, 3, 4, 8, 16, 32))
    kernel = draw.choice((2, 3, 5))
    height, width = draw.integer(8, 32), draw.integer(8, 32)
    if level == 1:
        return channels, height, width, kernel, 1, draw.integer(0, kernel // 2), 1
    dilation = draw.choice((1, 1, 2))
    return channels, height, width, kernel, draw.integer(1, 3), draw.integer(0, kernel // 2), dilation


class MatrixShape(Question[UnfoldShape]):
    """Source: documentation of torch.nn.Unfold, "Shape"."""

    spec = UnfoldShape
    answer = Shape(("rows", "columns"))
    levels = (1, 2)
    rule = Text(
        r"$C k^2$ rows, $o_H \cdot o_W$ columns with $o_H = \lfloor (H + 2p - d(k - 1) - 1)/s \rfloor + 1$, $o_W$ likewise",
        r"$C k^2$ 行，$o_H \cdot o_W$ 列，其中 $o_H = \lfloor (H + 2p - d(k - 1) - 1)/s \rfloor + 1$，$o_W$ 同理",
    )
    mistakes = (
        Mistake(
            "Rows and columns were swapped: each window is a column.",
            "行和列弄反了：每个窗口是一列。",
            lambda s: (_columns(s), _rows(s)),
        ),
        Mistake(
            "The channels were left out; a window holds k² values of every channel.",
            "漏了通道数；一个窗口包含每个通道的 k² 个值。",
            lambda s: (s.kernel * s.kernel, _columns(s)),
        ),
        Mistake(
            "A square window has k² values per channel, not k.",
            "方形窗口在每个通道有 k² 个值，而不是 k 个。",
            lambda s: (s.in_channels * s.kernel, _columns(s)),
        ),
        Mistake(
            "A column for each input pixel was counted; there is one for each window.",
            "按每个输入像素一列计算了；应是每个窗口一列。",
            lambda s: (_rows(s), s.height * s.width),
        ),
        Mistake(*ROUNDED_UP, lambda s: (_rows(s), _rounded_up(s))),
        Mistake(*NO_PLUS_ONE, lambda s: (_rows(s), (_places(s)[0] - 1) * (_places(s)[1] - 1))),
        Mistake(*PADDING_ONCE, lambda s: (_rows(s), _padded_once(s))),
    )

    def sample(self, draw: Draw, level: int) -> UnfoldShape | None:
        s = UnfoldShape(*_sample(draw, level))
        return s if min(_places(s)) > 1 else None

    def formula(self, s: UnfoldShape) -> tuple[int, int]:
        return _rows(s), _columns(s)

    def stem(self, s: UnfoldShape) -> Text:
        return Text(
            f"`F.unfold(x, {_options(s)})` (im2col) turns one image of shape {by(s.in_channels, s.height, s.width)} (C×H×W) "
            "into a matrix with a column for each window. How many rows and columns does it have?",
            f"`F.unfold(x, {_options(s)})`（im2col）把一张形状为 {by(s.in_channels, s.height, s.width)}（C×H×W）的图像变为矩阵，"
            "每个窗口为一列。该矩阵有多少行、多少列（rows 为行，columns 为列）？",
        )

    def solution(self, s: UnfoldShape) -> Text:
        rows = rf"{s.in_channels} \cdot {s.kernel}^2 = {_rows(s)}"
        down, across = (steps(a.size, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
        height, width = _places(s)
        columns = rf"{height} \cdot {width} = {_columns(s)}"
        return Text(
            f"A row for each kernel position of each channel: ${rows}$.\n\nWindows: ${down}$ by ${across}$, so ${columns}$ columns "
            f"(dilation {s.dilation}).",
            f"每个通道的每个卷积核位置为一行：${rows}$。\n\n窗口：${down}$ 乘 ${across}$，共 ${columns}$ 列（膨胀率 {s.dilation}）。",
        )


class Elements(Question[UnfoldElements]):
    """All windows written out."""

    spec = UnfoldElements
    answer = Integer()
    levels = (3,)
    find = "elements"
    rule = r"$N \cdot C k^2 \cdot o_H \cdot o_W$"
    mistakes = (
        Mistake(
            "That is the input before it is unfolded; the output holds a copy of all pixels of every window.",
            "这是展开之前的输入；输出包含每个窗口全部像素的副本。",
            lambda s: s.batch * s.in_channels * s.height * s.width,
        ),
        Mistake("The batch was left out.", "漏了批大小。", lambda s: _rows(s) * _columns(s)),
        Mistake("The channels were left out.", "漏了通道数。", lambda s: s.batch * s.kernel**2 * _columns(s)),
        Mistake(
            "A column for each input pixel was counted; there is one for each window.",
            "按每个输入像素一列计算了；应是每个窗口一列。",
            lambda s: s.batch * _rows(s) * s.height * s.width,
        ),
        Mistake(*ROUNDED_UP, lambda s: s.batch * _rows(s) * _rounded_up(s)),
        Mistake(
            *NO_DILATION,
            lambda s: (
                s.batch
                * _rows(s)
                * windows(s.height, s.kernel, s.stride, s.padding)
                * windows(s.width, s.kernel, s.stride, s.padding)
            ),
        ),
    )

    def sample(self, draw: Draw, level: int) -> UnfoldElements | None:
        s = UnfoldElements(*_sample(draw, level), batch=draw.choice((2, 4, 8, 16)))
        return s if min(_places(s)) > 1 else None

    def formula(self, s: UnfoldElements) -> int:
        return s.batch * _rows(s) * _columns(s)

    def stem(self, s: UnfoldElements) -> Text:
        return Text(
            f"`F.unfold(x, {_options(s)})` (im2col) reads a batch of {s.batch} images of shape "
            f"{by(s.in_channels, s.height, s.width)} (C×H×W). How many numbers are there in the output for the whole batch?",
            f"`F.unfold(x, {_options(s)})`（im2col）读取一批 {s.batch} 张形状为 {by(s.in_channels, s.height, s.width)}（C×H×W）"
            "的图像。展开之后一共有多少个数？",
        )

    def solution(self, s: UnfoldElements) -> Text:
        rows = rf"{s.in_channels} \cdot {s.kernel}^2 = {_rows(s)}"
        down, across = (steps(a.size, a.kernel, a.stride, a.padding, a.dilation) for a in s.axes)
        height, width = _places(s)
        product = rf"{s.batch} \cdot {_rows(s)} \cdot {height} \cdot {width} = {num(self.formula(s))}"
        return Text(
            f"Numbers per window: ${rows}$.\n\nWindows: ${down}$ by ${across}$ (dilation {s.dilation}).\n\nAll: ${product}$.",
            f"每个窗口的数：${rows}$。\n\n窗口：${down}$ 乘 ${across}$（膨胀率 {s.dilation}）。\n\n总数：${product}$。",
        )


MODEL = ItemModel(
    name="unfold_shape",
    version=1,
    topic="shapes",
    title=Text("The matrix of windows (im2col)", "窗口展开矩阵（im2col）"),
    questions=(MatrixShape(), Elements()),
)
