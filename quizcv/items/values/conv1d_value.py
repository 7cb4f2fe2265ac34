"""One output of a 1-D convolution, plain and causal, and the input cell behind one."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import signed, vector
from quizcv.items.values._causal_conv import Causal
from quizcv.items.values._matrices import draw_vector, sum_of, total
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.vectors import Conv1dInput, Conv1dValue


def _pairs(
    s: Conv1dValue,
    *,
    turn: bool = False,
    stride: int | None = None,
    padding: int | None = None,
    dilation: int | None = None,
) -> list[tuple[int, int]]:
    """(weight, cell) of the window, with one part replaced."""
    step, room = stride or s.stride, s.padding if padding is None else padding
    start, d = s.index * step - room, dilation or s.dilation
    weight = s.weight[::-1] if turn else s.weight
    return [(w, s.x[at] if 0 <= (at := start + tap * d) < len(s.x) else 0) for tap, w in enumerate(weight)]


def _fits(s: Conv1dValue) -> bool:
    """Whether there is such an output without the padding."""
    return s.index * s.stride + s.dilation * (len(s.weight) - 1) < len(s.x)


def _options(s: Conv1dValue) -> Text:
    return Text(
        f"stride {s.stride}, padding {s.padding}, dilation {s.dilation}, bias {s.bias}",
        f"步长 {s.stride}，填充 {s.padding}，膨胀率 {s.dilation}，偏置 {s.bias}",
    )


def _window(s: Conv1dValue) -> Text:
    start = rf"{s.index} \cdot {s.stride} - {s.padding} = {s.index * s.stride - s.padding}"
    return Text(
        f"Output {s.index} starts at input index ${start}$ and reads cells {s.dilation} apart (the dilation); cells outside are 0.",
        f"输出 {s.index} 的窗口从输入下标 ${start}$ 开始，相邻权重对应的元素相隔 {s.dilation}（膨胀率）；输入之外为 0。",
    )


class Conv1d(Question[Conv1dValue]):
    """Source: documentation of torch.nn.Conv1d."""

    spec = Conv1dValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$y_n = b + \sum_i w_i \, x_{ns - p + di}$"
    mistakes = (
        Mistake(
            "The kernel was reversed, as in a true convolution; the layer does not flip it (cross-correlation).",
            "把卷积核反转了（数学意义上的卷积）；网络层并不翻转卷积核（互相关）。",
            lambda s: total(_pairs(s, turn=True)) + s.bias,
        ),
        Mistake(
            "The stride was ignored: output n starts at input index n·s − p.",
            "忽略了步长：输出 n 的窗口从输入下标 n·s − p 开始。",
            lambda s: total(_pairs(s, stride=1)) + s.bias,
        ),
        Mistake(
            "The padding was left out: output n starts at input index n·s − p.",
            "没有算上填充：输出 n 的窗口从输入下标 n·s − p 开始。",
            lambda s: total(_pairs(s, padding=0)) + s.bias if _fits(s) else None,
        ),
        Mistake(
            "The dilation was ignored: neighbouring weights meet cells d apart.",
            "忽略了膨胀率：相邻的权重对应相隔 d 的元素。",
            lambda s: total(_pairs(s, dilation=1)) + s.bias,
        ),
        Mistake("The bias was left out.", "漏加了偏置。", lambda s: total(_pairs(s))),
        Mistake(
            "A ReLU was applied; the layer has none.",
            "用了 ReLU；该层没有激活函数。",
            lambda s: max(0, total(_pairs(s)) + s.bias),
        ),
        Mistake(
            "Indices are counted from 0: that is the output before.",
            "下标从 0 数起：这是前一个输出。",
            lambda s: total(_pairs(s, padding=s.padding + s.stride)) + s.bias if s.index else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> Conv1dValue | None:
        length, kernel = draw.integer(5, 8), draw.choice((2, 3))
        stride, padding, dilation, bias = (
            (1, 0, 1, 0)
            if level == 1
            else (
                draw.integer(1, 2),
                draw.integer(0, 2),
                draw.integer(1, 2),
                draw.integer(-4, 4),
            )
        )
        x, weight = draw_vector(draw, length, -3, 6), draw_vector(draw, kernel, -3, 3)
        last = (length + 2 * padding - dilation * (kernel - 1) - 1) // stride
        s = Conv1dValue(x, weight, draw.integer(0, last), stride, padding, dilation, bias)
        return s if total(_pairs(s)) != total(_pairs(s, turn=True)) else None

    def formula(self, s: Conv1dValue) -> int:
        return total(_pairs(s)) + s.bias

    def stem(self, s: Conv1dValue) -> Text:
        set_ = _options(s)
        return Text(
            f"`nn.Conv1d` with one input and one output channel ({set_.en}) has the kernel {vector(s.weight)} and reads {vector(s.x)}. "
            f"What is its output at index {s.index} (from 0)?",
            f"单输入、单输出通道的 `nn.Conv1d`（{set_.zh}）的卷积核为 {vector(s.weight)}，输入为 {vector(s.x)}。"
            f"输出在下标 {s.index}（从 0 数起）处的值是多少？",
        )

    def solution(self, s: Conv1dValue) -> Text:
        where, steps = _window(s), f"{sum_of(_pairs(s))} + {signed(s.bias)} = {self.formula(s)}"
        return Text(
            f"{where.en}\n\nWeights times cells, plus the bias {s.bias}: ${steps}$.",
            f"{where.zh}\n\n权重与元素逐项相乘，再加偏置 {s.bias}：${steps}$。",
        )


class Cell(Question[Conv1dInput]):
    """The same sum solved for one input cell."""

    spec = Conv1dInput
    answer = Integer(signed=True)
    levels = (3,)
    find = "x"
    rule = Text(
        r"$x = (y - b - \sum_{\mathrm{known}} w_i x_i) / w$",
        r"$x = (y - b - \sum_{\text{已知}} w_i x_i) / w$",
    )
    mistakes = (
        Mistake(
            "That is the missing product; it has to be divided by the weight.",
            "这是缺少的乘积；还要除以权重。",
            lambda s: s.y - total(_pairs(s)) - s.bias,
        ),
        Mistake("The sign is wrong: y minus the known part.", "符号错了：应为 y 减去已知部分。", lambda s: -_cell(s)),
        Mistake("The bias was not subtracted.", "没有减去偏置。", lambda s: _whole(s.y - total(_pairs(s)), _weight(s))),
        Mistake(
            "The known products were not subtracted from the output.",
            "没有从输出中减去已知的乘积。",
            lambda s: _whole(s.y - s.bias, _weight(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> Conv1dInput | None:
        length, kernel = draw.integer(5, 7), draw.choice((2, 3))
        stride, padding, dilation, bias = (
            draw.integer(1, 2),
            draw.integer(0, 1),
            draw.integer(1, 2),
            draw.integer(-4, 4),
        )
        x, weight = draw_vector(draw, length, -3, 6), draw_vector(draw, kernel, -3, 3)
        index = draw.integer(0, (length + 2 * padding - dilation * (kernel - 1) - 1) // stride)
        tap = draw.integer(0, kernel - 1)
        hole = index * stride - padding + tap * dilation
        if not 0 <= hole < length or not weight[tap]:
            return None
        y = total(_pairs(Conv1dValue(x, weight, index, stride, padding, dilation))) + bias
        rest = tuple(0 if at == hole else value for at, value in enumerate(x))
        return Conv1dInput(rest, weight, index, stride, padding, dilation, bias, hole, y)

    def formula(self, s: Conv1dInput) -> int:
        return _cell(s)

    def stem(self, s: Conv1dInput) -> Text:
        set_ = _options(s)
        shown = "[" + ", ".join("?" if at == s.hole else str(value) for at, value in enumerate(s.x)) + "]"
        return Text(
            f"`nn.Conv1d` with one input and one output channel ({set_.en}) has the kernel {vector(s.weight)} and reads {shown}, where the "
            f"cell at index {s.hole} is unknown. Its output at index {s.index} is {s.y} (indices from 0). What is the unknown cell?",
            f"单输入、单输出通道的 `nn.Conv1d`（{set_.zh}）的卷积核为 {vector(s.weight)}，输入为 {shown}，其中下标 {s.hole} 处的值未知。"
            f"输出在下标 {s.index} 处的值为 {s.y}（下标从 0 数起）。未知的值是多少？",
        )

    def solution(self, s: Conv1dInput) -> Text:
        where, known = _window(s), total(_pairs(s)) + s.bias
        steps = f"({s.y} - {signed(known)}) / {signed(_weight(s))} = {_cell(s)}"
        return Text(
            f"{where.en}\n\nWith 0 for the unknown cell and the bias {s.bias}: "
            f"${sum_of(_pairs(s))} + {signed(s.bias)} = {known}$. The cell "
            f"{s.hole} meets the weight {_weight(s)}: ${steps}$.",
            f"{where.zh}\n\n未知值取 0 并加偏置 {s.bias}：${sum_of(_pairs(s))} + {signed(s.bias)} = {known}$。下标 {s.hole} 对应的权重为 "
            f"{_weight(s)}：${steps}$。",
        )


def _weight(s: Conv1dInput) -> int:
    """The weight that the missing cell meets."""
    return s.weight[(s.hole - s.index * s.stride + s.padding) // s.dilation]


def _whole(left: int, factor: int) -> int | None:
    return left // factor if left % factor == 0 else None


def _cell(s: Conv1dInput) -> int:
    return (s.y - total(_pairs(s)) - s.bias) // _weight(s)


MODEL = ItemModel(
    name="conv1d_value",
    version=1,
    topic="values",
    title=Text("One output of a 1-D convolution", "一维卷积的一个输出值"),
    questions=(Conv1d(), Cell(), Causal()),
)
