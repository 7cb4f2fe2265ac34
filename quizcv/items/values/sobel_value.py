"""The response of a Sobel filter at a pixel, and the length of the gradient."""

from __future__ import annotations

import math

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, num, signed
from quizcv.items.values._matrices import FROM_0, correlate, draw_matrix, place, products, sum_of, transposed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.filters import DIRECTIONS, FilteredPixel, SobelMagnitude, SobelValue
from quizcv.specs.matrices import Matrix

_X: Matrix = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
_Y: Matrix = transposed(_X)
_PREWITT: Matrix = ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1))


def _kernel(s: SobelValue) -> Matrix:
    return _X if s.direction == "x" else _Y


def _at(s: FilteredPixel, kernel: Matrix) -> int:
    """The response with the kernel's centre on the pixel."""
    return correlate(s.x, kernel, s.row, s.col, padding=1)


class Response(Question[SobelValue]):
    """Source: Sobel and Feldman 1968; applied as a cross-correlation, like a layer."""

    spec = SobelValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$g_x = \sum_i v_i \, (x_{r+i,c+1} - x_{r+i,c-1})$, $g_y = \sum_j v_j \, (x_{r+1,c+j} - x_{r-1,c+j})$, $v = (1, 2, 1)$"
    mistakes = (
        Mistake(
            "The other direction was taken: g_x compares columns, g_y rows.",
            "方向弄反了：g_x 比较左右两列，g_y 比较上下两行。",
            lambda s: _at(s, transposed(_kernel(s))),
        ),
        Mistake(
            "The sign is wrong: the kernel was flipped, as in a true convolution.",
            "符号错了：像数学卷积那样翻转了卷积核。",
            lambda s: -_at(s, _kernel(s)),
        ),
        Mistake(
            "The middle was given the weight 1, as in the Prewitt filter; Sobel gives it 2.",
            "中间的权重取了 1，那是 Prewitt 算子；Sobel 的中间权重为 2。",
            lambda s: _at(s, _PREWITT if s.direction == "x" else transposed(_PREWITT)),
        ),
        Mistake(
            "The kernel's corner was put on the pixel; its centre stands there.",
            "把卷积核的左上角放在了该像素上；应是中心。",
            lambda s: correlate(s.x, _kernel(s), s.row, s.col),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SobelValue | None:
        height, width = (4, 4) if level == 1 else (4, 5)
        x = draw_matrix(draw, height, width, 0, 9)
        edge = 1 if level == 1 else 0
        at = draw.integer(edge, height - 1 - edge), draw.integer(edge, width - 1 - edge)
        return SobelValue(x, *at, draw.choice(DIRECTIONS))

    def formula(self, s: SobelValue) -> int:
        return _at(s, _kernel(s))

    def stem(self, s: SobelValue) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"The Sobel filter $g_{s.direction}$ is applied to an image as a cross-correlation (not flipped) with this kernel:"
            f"{grid(_kernel(s))}Outside the image there are zeros. The image is{grid(s.x)}What is the response with the kernel's centre on "
            f"the pixel at {at.en} {FROM_0.en}?",
            f"用 Sobel 滤波器 $g_{s.direction}$ 以互相关方式（不翻转）处理图像，卷积核为：{grid(_kernel(s))}图像之外取 0。图像为："
            f"{grid(s.x)}卷积核中心位于{at.zh}的像素时，响应是多少{FROM_0.zh}？",
        )

    def solution(self, s: SobelValue) -> Text:
        pairs = [pair for pair in products(s.x, _kernel(s), s.row, s.col, padding=1) if pair[0]]
        steps = f"{sum_of(pairs)} = {self.formula(s)}"
        return Text(
            f"Around ({s.row}, {s.col}), the non-zero weights times the pixels: ${steps}$.",
            f"在 ({s.row}, {s.col}) 周围，非零权重乘以像素：${steps}$。",
        )


def _both(s: FilteredPixel) -> tuple[int, int]:
    return _at(s, _X), _at(s, _Y)


class Magnitude(Question[SobelMagnitude]):
    """Both directions together."""

    spec = SobelMagnitude
    answer = Number(decimals=2)
    levels = (3,)
    find = "magnitude"
    rule = r"$\sqrt{g_x^2 + g_y^2}$"
    mistakes = (
        Mistake(
            "The absolute values were added; that is an approximation, the magnitude is the root of the squares.",
            "把绝对值相加了；那只是近似，幅值是平方和的平方根。",
            lambda s: float(sum(map(abs, _both(s)))),
        ),
        Mistake("The root was forgotten.", "忘了开平方。", lambda s: float(sum(g * g for g in _both(s)))),
        Mistake(
            "Only the larger response was taken; both belong to the magnitude.",
            "只取了较大的响应；幅值由两个方向共同决定。",
            lambda s: float(max(map(abs, _both(s)))),
        ),
        Mistake(
            "The middle was given the weight 1, as in the Prewitt filter; Sobel gives it 2.",
            "中间的权重取了 1，那是 Prewitt 算子；Sobel 的中间权重为 2。",
            lambda s: math.hypot(_at(s, _PREWITT), _at(s, transposed(_PREWITT))),
        ),
        Mistake(
            "The two responses were added; the magnitude is the root of the sum of their squares.",
            "把两个响应直接相加了；幅值是平方和的平方根。",
            lambda s: float(sum(_both(s))) if sum(_both(s)) >= 0 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> SobelMagnitude | None:
        s = SobelMagnitude(draw_matrix(draw, 3, 4, 0, 9), 1, draw.integer(1, 2))
        return s if all(_both(s)) else None

    def formula(self, s: SobelMagnitude) -> float:
        return math.hypot(*_both(s))

    def stem(self, s: SobelMagnitude) -> Text:
        at = place(s.row, s.col)
        return Text(
            f"The Sobel kernels (cross-correlation) are for $g_x${grid(_X)}and for $g_y${grid(_Y)}Outside the image there are zeros. The "
            f"image is{grid(s.x)}What is the gradient magnitude $\\sqrt{{g_x^2 + g_y^2}}$ at the pixel at {at.en} {FROM_0.en}?",
            f"Sobel 卷积核（互相关），$g_x$ 为：{grid(_X)}$g_y$ 为：{grid(_Y)}图像之外取 0。图像为：{grid(s.x)}"
            f"{at.zh}的像素处的梯度幅值 $\\sqrt{{g_x^2 + g_y^2}}$ 是多少{FROM_0.zh}？",
        )

    def solution(self, s: SobelMagnitude) -> Text:
        gx, gy = _both(s)
        steps = rf"\sqrt{{{signed(gx)}^2 + {signed(gy)}^2}} = {num(self.formula(s))}"
        return Text(
            f"At ({s.row}, {s.col}): $g_x = {gx}$, $g_y = {gy}$, so ${steps}$.",
            f"在 ({s.row}, {s.col}) 处：$g_x = {gx}$，$g_y = {gy}$，故 ${steps}$。",
        )


MODEL = ItemModel(
    name="sobel_value",
    version=1,
    topic="values",
    title=Text("Sobel filter", "Sobel 滤波"),
    questions=(Response(), Magnitude()),
)
