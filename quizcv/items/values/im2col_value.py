"""One entry of the matrix that lays out the windows of a convolution as columns, and of its folding back."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid
from quizcv.items.values._matrices import FROM_0, cell, draw_matrix, place
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pools import FoldedValue, Im2colValue


def _entry(s: Im2colValue, row: int, col: int) -> int | None:
    """The entry at a place of the matrix: rows are channel, tap row, tap column; columns are windows, row by row."""
    wide = (len(s.x[0][0]) + 2 * s.padding - s.kernel) // s.stride + 1
    channel, tap = divmod(row, s.kernel**2)
    if channel >= len(s.x):
        return None
    down, across = divmod(tap, s.kernel)
    return cell(s.x[channel], col // wide * s.stride - s.padding + down, col % wide * s.stride - s.padding + across)


def _key(s: Im2colValue) -> int:
    return _entry(s, s.row, s.col) or 0


class Unfolded(Question[Im2colValue]):
    """Source: documentation of torch.nn.Unfold."""

    spec = Im2colValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$M_{c k^2 + i k + j, \, r W' + q} = x_{c, rs - p + i, qs - p + j}$"
    mistakes = (
        Mistake(
            "Row and column were swapped: each window is a column of the matrix.",
            "行和列弄反了：每个窗口是矩阵的一列。",
            lambda s: _entry(s, s.col, s.row) if s.row < s.windows[0] * s.windows[1] else None,
        ),
        Mistake(
            "Channels were taken to change fastest; the rows of one channel stand together.",
            "以为通道变化最快；同一通道的各行排在一起。",
            lambda s: _entry(s, s.row % len(s.x) * s.kernel**2 + s.row // len(s.x), s.col),
        ),
        Mistake(
            "The taps of a window were read column by column; they are read row by row.",
            "窗口内按列读取了；应按行读取。",
            lambda s: _entry(s, _down_first(s), s.col),
        ),
        Mistake(
            "The windows were counted down the columns of the image; they are counted row by row.",
            "窗口按列编号了；应按行编号。",
            lambda s: _entry(s, s.row, _window_down_first(s)),
        ),
        Mistake(
            "That is the corner of the window; the row of the matrix says which cell of the window it is.",
            "这是窗口左上角的值；矩阵的行号决定取窗口内的哪个位置。",
            lambda s: _entry(s, s.row // s.kernel**2 * s.kernel**2, s.col),
        ),
        Mistake(
            "Row and column were counted from 1; both are counted from 0.",
            "行列从 1 数起了；都应从 0 数起。",
            lambda s: _entry(s, s.row - 1, s.col - 1) if s.row and s.col else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> Im2colValue | None:
        if level == 1:
            channels, size, kernel, stride, padding = 1, draw.choice((3, 4)), 2, 1, 0
        else:
            channels, size = 2, draw.choice((3, 4))
            kernel, stride, padding = (
                draw.choice(((2, 1, 0), (2, 2, 1), (2, 1, 1))) if size == 4 else (2, 1, draw.integer(0, 1))
            )
        x = tuple(draw_matrix(draw, size, size, -9, 9) for _ in range(channels))
        count = (size + 2 * padding - kernel) // stride + 1
        s = Im2colValue(
            x, kernel, draw.integer(0, channels * kernel**2 - 1), draw.integer(0, count**2 - 1), stride, padding
        )
        return s if _key(s) else None

    def formula(self, s: Im2colValue) -> int:
        return _key(s)

    def stem(self, s: Im2colValue) -> Text:
        en = "".join(f"Channel {at}:{grid(matrix)}" for at, matrix in enumerate(s.x))
        zh = "".join(f"通道 {at}：{grid(matrix)}" for at, matrix in enumerate(s.x))
        layer, at = f"`nn.Unfold({s.kernel}, stride={s.stride}, padding={s.padding})`", place(s.row, s.col)
        return Text(
            f"{layer} (im2col) lays out the windows of this image as the columns of a matrix.\n\n{en}What is the entry at {at.en} of "
            f"the matrix {FROM_0.en}?",
            f"{layer}（im2col）把图像的各个窗口排成矩阵的列。\n\n{zh}矩阵{at.zh}的元素是多少{FROM_0.zh}？",
        )

    def solution(self, s: Im2colValue) -> Text:
        high, wide = s.windows
        channel, tap = divmod(s.row, s.kernel**2)
        down, across = divmod(tap, s.kernel)
        window = divmod(s.col, wide)
        at = window[0] * s.stride - s.padding + down, window[1] * s.stride - s.padding + across
        return Text(
            f"Row {s.row} is channel {channel}, tap ({down}, {across}) of the {by(s.kernel, s.kernel)} window (kernel {s.kernel}); column "
            f"{s.col} is window {window} of {by(high, wide)}.\n\nWith stride {s.stride} and padding {s.padding} that is the cell {at} of "
            f"this channel (0 outside the image): {_key(s)}.",
            f"第 {s.row} 行对应通道 {channel}、{by(s.kernel, s.kernel)} 窗口（核大小 {s.kernel}）内的 ({down}, {across})；第 "
            f"{s.col} 列对应 "
            f"{by(high, wide)} 个窗口中的 {window}。\n\n步长 {s.stride}、填充 {s.padding}，即该通道的 {at} 处（图像之外为 0）：{_key(s)}。",
        )


def _down_first(s: Im2colValue) -> int:
    channel, tap = divmod(s.row, s.kernel**2)
    return channel * s.kernel**2 + tap % s.kernel * s.kernel + tap // s.kernel


def _window_down_first(s: Im2colValue) -> int:
    high, wide = s.windows
    return s.col % high * wide + s.col // high


def _times(s: FoldedValue) -> tuple[int, int]:
    """In how many windows the cell lies, down and across."""
    down = sum(0 <= s.row - top < s.kernel for top in range(0, len(s.x) - s.kernel + 1, s.stride))
    across = sum(0 <= s.col - left < s.kernel for left in range(0, len(s.x[0]) - s.kernel + 1, s.stride))
    return down, across


class Folded(Question[FoldedValue]):
    """Source: documentation of torch.nn.Fold: overlapping values are summed."""

    spec = FoldedValue
    answer = Integer(signed=True)
    levels = (3,)
    find = "fold"
    rule = Text(
        "the cell times the number of windows that cover it, down · across",
        "该像素的值乘以覆盖它的窗口数（竖直 · 水平）",
    )
    mistakes = (
        Mistake(
            "Fold does not undo Unfold: where windows overlap, their copies are added up.",
            "Fold 并不是 Unfold 的逆：窗口重叠处各副本相加。",
            lambda s: s.x[s.row][s.col],
        ),
        Mistake(
            "Every cell was taken to lie in k² windows; at the edge, or with a stride, there are fewer.",
            "以为每个像素都在 k² 个窗口中；边缘处或步长大于 1 时更少。",
            lambda s: s.x[s.row][s.col] * s.kernel**2,
        ),
        Mistake(
            "Windows were counted along one axis only.",
            "只数了一个方向上的窗口。",
            lambda s: s.x[s.row][s.col] * _times(s)[0],
        ),
        Mistake(
            "The numbers of windows along both axes were added; they multiply.",
            "把两个方向的窗口数相加了；应相乘。",
            lambda s: s.x[s.row][s.col] * sum(_times(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> FoldedValue | None:
        size, kernel, stride = draw.choice(((4, 2, 1), (4, 3, 1), (5, 3, 1), (5, 3, 2)))
        s = FoldedValue(
            draw_matrix(draw, size, size, -9, 9), kernel, draw.integer(0, size - 1), draw.integer(0, size - 1), stride
        )
        return s if s.x[s.row][s.col] and (_times(s) != (1, 1) or draw.chance(0.1)) else None

    def formula(self, s: FoldedValue) -> int:
        return s.x[s.row][s.col] * _times(s)[0] * _times(s)[1]

    def stem(self, s: FoldedValue) -> Text:
        at, size = place(s.row, s.col), (len(s.x), len(s.x[0]))
        layers = f"`nn.Unfold({s.kernel}, stride={s.stride})`", f"`nn.Fold({size}, {s.kernel}, stride={s.stride})`"
        return Text(
            f"This image passes {layers[0]} and then {layers[1]}:{grid(s.x)}What is the result at {at.en} {FROM_0.en}?",
            f"这幅图像先经过 {layers[0]}，再经过 {layers[1]}：{grid(s.x)}结果{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: FoldedValue) -> Text:
        down, across = _times(s)
        steps = rf"{s.x[s.row][s.col]} \cdot {down} \cdot {across} = {self.formula(s)}"
        return Text(
            f"The cell ({s.row}, {s.col}) lies in {down} windows down times {across} across (kernel {s.kernel}, stride "
            f"{s.stride}); all these "
            "copies are added up: "
            f"${steps}$.",
            f"像素 ({s.row}, {s.col}) 在竖直方向属于 {down} 个窗口，水平方向 {across} 个（核大小 {s.kernel}，步长 {s.stride}），"
            f"这些副本全部相加：${steps}$。",
        )


MODEL = ItemModel(
    name="im2col_value",
    version=1,
    topic="values",
    title=Text("An entry of im2col", "im2col 的一个元素"),
    questions=(Unfolded(), Folded()),
)
