"""One output of a transposed convolution, and one missing weight of its kernel."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, signed
from quizcv.items.values._matrices import (
    FROM_0,
    draw_matrix,
    flipped,
    holed,
    place,
    stamped,
    sum_of,
    total,
    transposed,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.values import ConvTransposeValue, TransposeMissingWeight


def _pairs(s: ConvTransposeValue, padding: int | None = None, stride: int | None = None) -> list[tuple[int, int]]:
    return stamped(s.x, s.weight, s.row, s.col, stride or s.stride, s.padding if padding is None else padding)


def _options(s: ConvTransposeValue) -> Text:
    return Text(f"stride {s.stride}, padding {s.padding}, no bias", f"步长 {s.stride}，填充 {s.padding}，无偏置")


def _where(s: ConvTransposeValue) -> Text:
    at = s.row + s.padding, s.col + s.padding
    return Text(
        f"Input cell (i, j) adds its value times the kernel to the output, from ({s.stride}·i, {s.stride}·j) on (stride "
        f"{s.stride}). Padding "
        f"{s.padding} cuts that many rows and columns off each side, so output ({s.row}, {s.col}) is ({at[0]}, {at[1]}) before the cut.",
        f"输入 (i, j) 乘以整个卷积核，从 ({s.stride}·i, {s.stride}·j) 处起累加到输出上（步长 {s.stride}）。填充 {s.padding} 表示每侧裁掉 "
        f"{s.padding} 行、{s.padding} 列，因此输出 ({s.row}, {s.col}) 是裁剪前的 ({at[0]}, {at[1]})。",
    )


class Transposed(Question[ConvTransposeValue]):
    """Source: documentation of torch.nn.ConvTranspose2d; Dumoulin and Visin 2016."""

    spec = ConvTransposeValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$y_{r,c} = \sum_{i,j} x_{i,j} \, w_{r+p-is, c+p-js}$"
    mistakes = (
        Mistake(
            "The kernel was slid over the input like that of an ordinary convolution; here every input cell adds a copy of the kernel, "
            "which amounts to sliding it rotated by 180°.",
            "像普通卷积那样在输入上滑动了卷积核；转置卷积是每个输入值乘以卷积核再累加，相当于滑动旋转 180° 的卷积核。",
            lambda s: total(stamped(s.x, flipped(s.weight), s.row, s.col, s.stride, s.padding)),
        ),
        Mistake(
            "Only one input cell was taken; where copies of the kernel overlap they add up.",
            "只算了一个输入值的贡献；重叠处要相加。",
            lambda s: total(_pairs(s)[-1:]) if len(_pairs(s)) > 1 else None,
        ),
        Mistake(
            "The padding was left out: in a transposed convolution it cuts rows and columns off the output.",
            "没有算上填充：转置卷积的填充会裁掉输出的边缘。",
            lambda s: total(_pairs(s, padding=0)),
        ),
        Mistake(
            "The padding was added around the output; it is cut off.",
            "把填充加到了输出外围；实际是裁掉。",
            lambda s: total(_pairs(s, padding=-s.padding)),
        ),
        Mistake(
            "The stride was ignored: the copies of the kernel are s cells apart.",
            "忽略了步长：相邻输入的卷积核位置相隔 s 格。",
            lambda s: total(_pairs(s, stride=1)),
        ),
        Mistake(
            "The rows and columns of the kernel were swapped; the operation is transposed, not the kernel.",
            "把卷积核的行列转置了；“转置”指的是运算，不是卷积核。",
            lambda s: total(stamped(s.x, transposed(s.weight), s.row, s.col, s.stride, s.padding)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvTransposeValue | None:
        s = _drawn(draw, level)
        key = total(_pairs(s))
        return s if key and key != total(stamped(s.x, flipped(s.weight), s.row, s.col, s.stride, s.padding)) else None

    def formula(self, s: ConvTransposeValue) -> int:
        return total(_pairs(s))

    def stem(self, s: ConvTransposeValue) -> Text:
        set_, at = _options(s), place(s.row, s.col)
        return Text(
            f"`nn.ConvTranspose2d` with one input and one output channel ({set_.en}) reads this input:{grid(s.x)}Its kernel is"
            f"{grid(s.weight)}What is the output at {at.en} {FROM_0.en}?",
            f"单输入、单输出通道的 `nn.ConvTranspose2d`（{set_.zh}）的输入为：{grid(s.x)}卷积核为：{grid(s.weight)}"
            f"输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: ConvTransposeValue) -> Text:
        where, steps = _where(s), f"{sum_of(_pairs(s))} = {total(_pairs(s))}"
        return Text(
            f"{where.en}\n\nInput cells that reach it, times their weights: ${steps}$.",
            f"{where.zh}\n\n贡献到该处的输入值乘以对应的权重再求和：${steps}$。",
        )


class MissingWeight(Question[TransposeMissingWeight]):
    """The same sum solved for one weight."""

    spec = TransposeMissingWeight
    answer = Integer(signed=True)
    levels = (3,)
    find = "weight"
    rule = Text(
        r"$w = (y - \sum_{\mathrm{known}} x_{i,j} \, w_{r+p-is, c+p-js}) / x$",
        r"$w = (y - \sum_{\text{已知}} x_{i,j} \, w_{r+p-is, c+p-js}) / x$",
    )
    mistakes = (
        Mistake(
            "That is the missing contribution; it has to be divided by the input cell that the weight meets.",
            "这是缺少的贡献；还要除以该权重对应的输入值。",
            lambda s: s.y - total(_pairs(s)),
        ),
        Mistake(
            "The contributions of the other weights were not subtracted.",
            "没有减去其他权重的贡献。",
            lambda s: s.y // _met(s) if s.y % _met(s) == 0 else None,
        ),
        Mistake("The sign is wrong: y minus the known part.", "符号错了：应为 y 减去已知部分。", lambda s: -_weight(s)),
        Mistake(
            "The known part was added instead of subtracted.",
            "已知部分应减去，而不是加上。",
            lambda s: (s.y + total(_pairs(s))) // _met(s) if (s.y + total(_pairs(s))) % _met(s) == 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> TransposeMissingWeight | None:
        full = _drawn(draw, level)
        hole = draw.integer(0, len(full.weight) - 1), draw.integer(0, len(full.weight) - 1)
        rest = tuple(
            tuple(0 if (i, j) == hole else w for j, w in enumerate(line)) for i, line in enumerate(full.weight)
        )
        y = total(_pairs(full))
        s = TransposeMissingWeight(full.x, rest, full.row, full.col, full.stride, full.padding, *hole, y)
        return s if _met(s) and len(_pairs(s)) > 1 else None

    def formula(self, s: TransposeMissingWeight) -> int:
        return _weight(s)

    def stem(self, s: TransposeMissingWeight) -> Text:
        set_, at = _options(s), place(s.row, s.col)
        shown = holed(s.weight, s.hole_row, s.hole_col)
        return Text(
            f"`nn.ConvTranspose2d` with one input and one output channel ({set_.en}) reads this input:{grid(s.x)}One weight of its "
            f"kernel, that at row {s.hole_row}, column {s.hole_col}, is unknown:{shown}The output at {at.en} is {s.y} {FROM_0.en}. "
            "What is the unknown weight?",
            f"单输入、单输出通道的 `nn.ConvTranspose2d`（{set_.zh}）的输入为：{grid(s.x)}卷积核第 {s.hole_row} 行第 {s.hole_col} 列"
            f"的权重未知：{shown}已知输出{at.zh}的值为 {s.y}{FROM_0.zh}。未知的权重是多少？",
        )

    def solution(self, s: TransposeMissingWeight) -> Text:
        where, known = _where(s), f"{sum_of(_pairs(s))} = {total(_pairs(s))}"
        steps = f"({s.y} - {signed(total(_pairs(s)))}) / {signed(_met(s))} = {_weight(s)}"
        return Text(
            f"{where.en}\n\nWith 0 for the unknown weight: ${known}$. The weight ({s.hole_row}, {s.hole_col}) meets the "
            f"input cell {_met(s)} there: ${steps}$.",
            f"{where.zh}\n\n未知权重取 0 时：${known}$。权重 ({s.hole_row}, {s.hole_col}) 在该处对应的输入值为 {_met(s)}：${steps}$。",
        )


def _drawn(draw: Draw, level: int) -> ConvTransposeValue:
    size, kernel = draw.choice(((2, 2), (2, 3), (3, 2))) if level == 1 else draw.choice(((3, 3), (2, 3), (3, 2)))
    stride, padding = (1, 0) if level == 1 else (draw.integer(1, 2), draw.integer(0, 1))
    x, weight = draw_matrix(draw, size, size, -2, 5), draw_matrix(draw, kernel, kernel, -3, 3)
    last = (size - 1) * stride - 2 * padding + kernel - 1
    return ConvTransposeValue(x, weight, draw.integer(0, last), draw.integer(0, last), stride, padding)


def _met(s: TransposeMissingWeight) -> int:
    """The input cell whose stamp puts the missing weight on this output."""
    one_hot = tuple(
        tuple(int((i, j) == (s.hole_row, s.hole_col)) for j in range(len(line))) for i, line in enumerate(s.weight)
    )
    return total(stamped(s.x, one_hot, s.row, s.col, s.stride, s.padding))


def _weight(s: TransposeMissingWeight) -> int:
    return (s.y - total(_pairs(s))) // _met(s)


MODEL = ItemModel(
    name="conv_transpose_value",
    version=1,
    topic="values",
    title=Text("One output of a transposed convolution", "转置卷积的一个输出值"),
    questions=(Transposed(), MissingWeight()),
)
