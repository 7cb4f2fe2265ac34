"""The response of the Laplacian at a pixel, and sharpening with it."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, signed
from quizcv.items.values._matrices import FROM_0, cell, draw_matrix, place
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.filters import NEIGHBOURS, LaplacianValue, SharpenedValue
from quizcv.specs.matrices import Matrix

_FOUR: Matrix = ((0, 1, 0), (1, -4, 1), (0, 1, 0))
_EIGHT: Matrix = ((1, 1, 1), (1, -8, 1), (1, 1, 1))


def _kernel(s: LaplacianValue) -> Matrix:
    return _FOUR if s.neighbours == 4 else _EIGHT


def _around(s: LaplacianValue, neighbours: int | None = None) -> list[int]:
    """The neighbours of the pixel, zeros outside."""
    near = [(-1, 0), (0, -1), (0, 1), (1, 0)]
    far = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    offsets = near if (neighbours or s.neighbours) == 4 else near + far
    return [cell(s.x, s.row + down, s.col + across) for down, across in offsets]


def _laplacian(s: LaplacianValue, neighbours: int | None = None) -> int:
    return sum(_around(s, neighbours)) - (neighbours or s.neighbours) * s.x[s.row][s.col]


def _steps(s: LaplacianValue) -> str:
    count, centre = s.neighbours, s.x[s.row][s.col]
    return rf"{' + '.join(map(signed, _around(s)))} - {count} \cdot {signed(centre)} = {_laplacian(s)}"


class Response(Question[LaplacianValue]):
    """Source: the second differences along both axes; with 8 neighbours along the diagonals too."""

    spec = LaplacianValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = Text(
        r"$\Delta x = \sum x_i - n \, x$ with the $n$ neighbours $x_i$",
        r"$\Delta x = \sum x_i - n \, x$，$x_i$ 为 $n$ 个邻域像素",
    )
    mistakes = (
        Mistake(
            "The sign is wrong: in this kernel the centre is negative.",
            "符号错了：该卷积核的中心为负。",
            lambda s: -_laplacian(s),
        ),
        Mistake(
            "The number of neighbours is wrong: with 4 the diagonals do not count, with 8 they do.",
            "邻域弄错了：4 邻域不含对角线，8 邻域包含。",
            lambda s: _laplacian(s, 12 - s.neighbours),
        ),
        Mistake(
            "The centre was left out: its weight is not 0.", "漏了中心像素：它的权重不为 0。", lambda s: sum(_around(s))
        ),
        Mistake(
            "The centre was subtracted once, not once per neighbour.",
            "中心只减了一次；每个邻域像素都要减一次。",
            lambda s: sum(_around(s)) - s.x[s.row][s.col],
        ),
        Mistake(
            "A ReLU was applied; the response may be negative.",
            "用了 ReLU；响应可以为负。",
            lambda s: max(0, _laplacian(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LaplacianValue | None:
        edge = 1 if level == 1 else 0
        x = draw_matrix(draw, 4, 4, 0, 9)
        at = draw.integer(edge, 3 - edge), draw.integer(edge, 3 - edge)
        return LaplacianValue(x, *at, NEIGHBOURS[0] if level == 1 else draw.choice(NEIGHBOURS))

    def formula(self, s: LaplacianValue) -> int:
        return _laplacian(s)

    def stem(self, s: LaplacianValue) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"The Laplacian with {s.neighbours} neighbours is the kernel{grid(_kernel(s))}Outside the image there are zeros. The image is"
            f"{grid(s.x)}What is the response with the kernel's centre on the pixel at {at.en} {FROM_0.en}?",
            f"{s.neighbours} 邻域的拉普拉斯卷积核为：{grid(_kernel(s))}图像之外取 0。图像为：{grid(s.x)}"
            f"卷积核中心位于{at.zh}的像素时，响应是多少{FROM_0.zh}？",
        )

    def solution(self, s: LaplacianValue) -> Text:
        return Text(
            f"The {s.neighbours} neighbours of ({s.row}, {s.col}) minus {s.neighbours} times the centre: ${_steps(s)}$.",
            f"({s.row}, {s.col}) 的 {s.neighbours} 个邻域像素之和减去中心的 {s.neighbours} 倍：${_steps(s)}$。",
        )


class Sharpened(Question[SharpenedValue]):
    """The image minus a multiple of its Laplacian."""

    spec = SharpenedValue
    answer = Integer(signed=True)
    levels = (3,)
    find = "sharpened"
    rule = r"$y = x - c \, \Delta x$"
    mistakes = (
        Mistake(
            "The Laplacian was added: that smooths; with a negative centre sharpening subtracts it.",
            "加上了拉普拉斯响应：那是平滑；卷积核中心为负时，锐化应减去它。",
            lambda s: s.x[s.row][s.col] + s.strength * _laplacian(s),
        ),
        Mistake(
            "The factor before the Laplacian was left out.",
            "漏乘了拉普拉斯前的系数。",
            lambda s: s.x[s.row][s.col] - _laplacian(s),
        ),
        Mistake(
            "That is only the Laplacian; it is subtracted from the pixel.",
            "这只是拉普拉斯响应；还要从像素中减去。",
            lambda s: _laplacian(s),
        ),
        Mistake(
            "The number of neighbours is wrong: with 4 the diagonals do not count, with 8 they do.",
            "邻域弄错了：4 邻域不含对角线，8 邻域包含。",
            lambda s: s.x[s.row][s.col] - s.strength * _laplacian(s, 12 - s.neighbours),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SharpenedValue | None:
        at = draw.integer(0, 3), draw.integer(0, 3)
        return SharpenedValue(draw_matrix(draw, 4, 4, 0, 9), *at, draw.choice(NEIGHBOURS), draw.integer(1, 3))

    def formula(self, s: SharpenedValue) -> int:
        return s.x[s.row][s.col] - s.strength * _laplacian(s)

    def stem(self, s: SharpenedValue) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"An image $x$ is sharpened to $y = x - {s.strength} \\cdot \\Delta x$, where $\\Delta$ is the Laplacian with {s.neighbours} "
            f"neighbours:{grid(_kernel(s))}Outside the image there are zeros; values are not clipped. The image "
            f"is{grid(s.x)}What is $y$ at "
            f"{at.en} {FROM_0.en}?",
            f"图像 $x$ 按 $y = x - {s.strength} \\cdot \\Delta x$ 锐化，其中 $\\Delta$ 是 {s.neighbours} 邻域的拉普拉斯算子："
            f"{grid(_kernel(s))}"
            f"图像之外取 0；结果不截断。图像为：{grid(s.x)}$y$ 在{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: SharpenedValue) -> Text:
        steps = rf"{s.x[s.row][s.col]} - {s.strength} \cdot {signed(_laplacian(s))} = {self.formula(s)}"
        return Text(
            f"Laplacian at ({s.row}, {s.col}) with {s.neighbours} neighbours: ${_steps(s)}$.\n\nSharpened: ${steps}$.",
            f"({s.row}, {s.col}) 处的 {s.neighbours} 邻域拉普拉斯：${_steps(s)}$。\n\n锐化：${steps}$。",
        )


MODEL = ItemModel(
    name="laplacian_value",
    version=1,
    topic="values",
    title=Text("Laplacian filter", "拉普拉斯滤波"),
    questions=(Response(), Sharpened()),
)
