"""One output of average pooling, with the padding counted or not, and the input cell behind a given one."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, num, signed
from quizcv.items.values._matrices import FROM_0, draw_matrix, holed, place
from quizcv.items.values.max_pool_value import cells
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.pools import AvgPoolCell, AvgPoolValue


def _real(s: AvgPoolValue, stride: int | None = None) -> list[int]:
    return cells(s.x, s.kernel, s.row, s.col, stride or s.stride, s.padding)


def _divisor(s: AvgPoolValue) -> int:
    """By what the sum is divided. Without ceil_mode no window reaches beyond the padding, so all of it counts."""
    return s.kernel**2 if s.count_include_pad else len(_real(s))


def _one_apart(s: AvgPoolValue) -> float:
    """The mean of the window of this output at stride 1."""
    found = _real(s, stride=1)
    return sum(found) / (s.kernel**2 if s.count_include_pad else len(found))


def _other_divisor(s: AvgPoolValue) -> int:
    return len(_real(s)) if s.count_include_pad else s.kernel**2


def _layer(s: AvgPoolValue) -> str:
    return (
        f"`nn.AvgPool2d({s.kernel}, stride={s.stride}, padding={s.padding}, count_include_pad={s.count_include_pad})`"
    )


def _sum(s: AvgPoolValue) -> str:
    return " + ".join(signed(cell) for cell in _real(s))


def _counted(s: AvgPoolValue) -> Text:
    count, real = _divisor(s), len(_real(s))
    if real == s.kernel**2:
        return Text(
            f"all its {count} cells lie in the image, so the sum is divided by {count}",
            f"其中 {count} 个都是图像内的像素，故和除以 {count}",
        )
    if s.count_include_pad:
        return Text(
            f"the padded zeros count too, so the sum is divided by {count}", f"填充的零也计入个数，故和除以 {count}"
        )
    return Text(
        f"only the {real} cells in the image count, so the sum is divided by {count}",
        f"只计 {real} 个图像内的像素，故和除以 {count}",
    )


def _where(s: AvgPoolValue) -> Text:
    top, left = s.row * s.stride - s.padding, s.col * s.stride - s.padding
    return Text(
        f"The window of ({s.row}, {s.col}) has {s.kernel} rows and columns from input row {top}, column {left} on (stride {s.stride}, "
        f"padding {s.padding}); {_counted(s).en}",
        f"({s.row}, {s.col}) 的窗口从输入第 {top} 行、第 {left} 列起共 {s.kernel} 行 {s.kernel} 列（步长 {s.stride}，填充 {s.padding}）；"
        f"{_counted(s).zh}",
    )


class AvgPool(Question[AvgPoolValue]):
    """Source: documentation of torch.nn.AvgPool2d, `count_include_pad`."""

    spec = AvgPoolValue
    answer = Number(decimals=3)
    levels = (1, 2)
    rule = Text(
        r"$y = \frac{1}{n} \sum x$, $n = k^2$ with `count_include_pad=True`, else the number of the window's cells in the image",
        r"$y = \frac{1}{n} \sum x$；`count_include_pad=True` 时 $n = k^2$，否则 $n$ 为窗口在图像内的像素个数",
    )
    mistakes = (
        Mistake(
            "With `count_include_pad=True` (the default) padded zeros count in the divisor; with False only cells of the image do.",
            "`count_include_pad=True`（默认）时填充的零计入除数；为 False 时只计图像内的像素。",
            lambda s: sum(_real(s)) / _other_divisor(s),
        ),
        Mistake(
            "That is the sum; it has to be divided by the number of cells.",
            "这是和；还要除以像素个数。",
            lambda s: float(sum(_real(s))),
        ),
        Mistake(
            "That is the maximum of the window, not its mean.",
            "这是窗口的最大值，不是平均值。",
            lambda s: float(max(_real(s))),
        ),
        Mistake(
            "The sum was divided by the kernel size k, not by k².",
            "和除以了核边长 k，而不是 k²。",
            lambda s: sum(_real(s)) / s.kernel,
        ),
        Mistake(
            "The stride was ignored: output (r, c) starts at input row r·s − p.",
            "忽略了步长：输出 (r, c) 对应的窗口从输入第 r·s − p 行开始。",
            lambda s: _one_apart(s) if s.stride > 1 else None,
        ),
        Mistake(
            "Zero cells count too: they are values like any other.",
            "值为 0 的像素也要计入个数。",
            lambda s: sum(_real(s)) / sum(cell != 0 for cell in _real(s)) if any(_real(s)) else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AvgPoolValue | None:
        if level == 1:
            size, kernel, stride, padding, include = *draw.choice(((4, 2, 2), (4, 2, 1), (5, 3, 2))), 0, True
        else:
            size, kernel, stride, padding = draw.choice(((5, 3, 2, 1), (4, 2, 2, 1), (4, 3, 1, 1)))
            include = draw.chance(0.5)
        last = (size + 2 * padding - kernel) // stride
        at = (
            (draw.choice((0, 0, last)), draw.integer(0, last))
            if padding
            else (draw.integer(0, last), draw.integer(0, last))
        )
        x = draw_matrix(draw, size, size, -2, 9)
        return AvgPoolValue(x, kernel, *at, stride, padding, include)

    def formula(self, s: AvgPoolValue) -> float:
        return sum(_real(s)) / _divisor(s)

    def stem(self, s: AvgPoolValue) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"{_layer(s)} reads this input:{grid(s.x)}What is its output at {at.en} {FROM_0.en}?",
            f"{_layer(s)} 的输入为：{grid(s.x)}输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: AvgPoolValue) -> Text:
        steps, where = f"({_sum(s)}) / {_divisor(s)} = {num(self.formula(s))}", _where(s)
        return Text(f"{where.en}.\n\n${steps}$", f"{where.zh}。\n\n${steps}$")


class MissingCell(Question[AvgPoolCell]):
    """The mean solved for one cell."""

    spec = AvgPoolCell
    answer = Integer(signed=True)
    levels = (3,)
    find = "cell"
    rule = Text(
        r"$x = n y - \sum_{\mathrm{known}} x$",
        r"$x = n y - \sum_{\text{已知}} x$",
    )
    mistakes = (
        Mistake(
            "With `count_include_pad=True` padded zeros count in the divisor; with False only cells of the image do.",
            "`count_include_pad=True` 时填充的零计入除数；为 False 时只计图像内的像素。",
            lambda s: s.y * _other_divisor(s) - sum(_real(s)),
        ),
        Mistake(
            "The other cells of the window were not subtracted.",
            "没有减去窗口中的其他像素。",
            lambda s: s.y * _divisor(s),
        ),
        Mistake(
            "The mean was not multiplied by the number of cells.",
            "均值没有乘以像素个数。",
            lambda s: s.y - sum(_real(s)),
        ),
        Mistake(
            "The unknown cell was not counted among those of the window.",
            "数窗口的像素个数时漏了未知的那个。",
            lambda s: s.y * (_divisor(s) - 1) - sum(_real(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AvgPoolCell | None:
        size, kernel, stride, padding = draw.choice(((4, 2, 2, 0), (5, 3, 2, 1), (4, 2, 2, 1), (4, 3, 1, 1)))
        include, last = draw.chance(0.5), (size + 2 * padding - kernel) // stride
        row, col = (0, draw.integer(0, last)) if padding else (draw.integer(0, last), draw.integer(0, last))
        x = draw_matrix(draw, size, size, -2, 7)
        top, left = max(0, row * stride - padding), max(0, col * stride - padding)
        hole = top, min(left, size - 1)
        x = tuple(tuple(0 if (i, j) == hole else v for j, v in enumerate(line)) for i, line in enumerate(x))
        s = AvgPoolCell(x, kernel, row, col, stride, padding, include, *hole, draw.integer(1, 4))
        return s if abs(_cell(s)) <= 20 else None

    def formula(self, s: AvgPoolCell) -> int:
        return _cell(s)

    def stem(self, s: AvgPoolCell) -> Text:
        at, shown = place(s.row, s.col), holed(s.x, s.hole_row, s.hole_col)
        return Text(
            f"One cell of the input of {_layer(s)}, that at row {s.hole_row}, column {s.hole_col}, is unknown:{shown}The output at "
            f"{at.en} is {s.y} {FROM_0.en}. What is the unknown cell?",
            f"{_layer(s)} 的输入中，第 {s.hole_row} 行第 {s.hole_col} 列的值未知：{shown}已知输出{at.zh}的值为 {s.y}{FROM_0.zh}。"
            "未知的值是多少？",
        )

    def solution(self, s: AvgPoolCell) -> Text:
        where = _where(s)
        steps = rf"{s.y} \cdot {_divisor(s)} - {signed(sum(_real(s)))} = {_cell(s)}"
        return Text(
            f"{where.en}. The known cells add up to {sum(_real(s))}, so the cell at ({s.hole_row}, {s.hole_col}) is ${steps}$.",
            f"{where.zh}。已知像素之和为 {sum(_real(s))}，故 ({s.hole_row}, {s.hole_col}) 处的值为 ${steps}$。",
        )


def _cell(s: AvgPoolCell) -> int:
    return s.y * _divisor(s) - sum(_real(s)) + s.x[s.hole_row][s.hole_col]


MODEL = ItemModel(
    name="avg_pool_value",
    version=1,
    topic="values",
    title=Text("One output of average pooling", "平均池化的一个输出值"),
    questions=(AvgPool(), MissingCell()),
)
