"""One weight of a normalised Gaussian kernel, and a pixel blurred with it."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, grid, num
from quizcv.items.values._matrices import FROM_0, draw_matrix, place
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.filters import BlurredValue, GaussianKernel
from quizcv.specs.matrices import Matrix


def _apart(s: GaussianKernel) -> int:
    """The squared distance to the centre."""
    return (s.row - s.size // 2) ** 2 + (s.col - s.size // 2) ** 2


def _sum(size: int, sigma: float, *, two: float = 2.0) -> float:
    """The sum of the weights before they are normalised: the square of a sum along one axis."""
    half = size // 2
    return sum(math.exp(-(d**2) / (two * sigma**2)) for d in range(-half, half + 1)) ** 2


def _weight(s: GaussianKernel, *, two: float = 2.0) -> float:
    return math.exp(-_apart(s) / (two * s.sigma**2)) / _sum(s.size, s.sigma, two=two)


def _described(size: int, sigma: float) -> Text:
    sample = "$e^{-(i^2 + j^2)/(2\\sigma^2)}$"
    return Text(
        f"The weights of a Gaussian kernel of size {by(size, size)} with $\\sigma = {num(sigma)}$ (in pixels) are the values "
        f"{sample}, with "
        "$i, j$ counted from the centre, divided by their sum.",
        f"大小为 {by(size, size)}、$\\sigma = {num(sigma)}$（单位：像素）的高斯核，权重为 {sample}（$i, j$ 从中心算起）"
        "除以所有这些值之和。",
    )


class Weight(Question[GaussianKernel]):
    """Source: the sampled Gaussian, divided by the sum of its samples."""

    spec = GaussianKernel
    answer = Number(decimals=0, significant=3)
    levels = (1, 2)
    rule = r"$w_{i,j} = e^{-(i^2 + j^2)/(2\sigma^2)} / \sum_{i,j} e^{-(i^2 + j^2)/(2\sigma^2)}$"
    mistakes = (
        Mistake(
            "The weight was not normalised: all weights must add up to 1.",
            "权重没有归一化：所有权重之和应为 1。",
            lambda s: math.exp(-_apart(s) / (2 * s.sigma**2)),
        ),
        Mistake(
            "It was divided by 2πσ², the integral of the continuous function, not by the sum of the samples.",
            "除以了连续高斯的 2πσ²，而不是各采样值之和。",
            lambda s: math.exp(-_apart(s) / (2 * s.sigma**2)) / (2 * math.pi * s.sigma**2),
        ),
        Mistake("The 2 in the exponent was forgotten.", "忘了指数分母中的 2。", lambda s: _weight(s, two=1.0)),
        Mistake(
            "The standard deviation was not squared.",
            "标准差没有平方。",
            lambda s: _weight(GaussianKernel(s.size, math.sqrt(s.sigma), s.row, s.col)),
        ),
        Mistake(
            "The distance to the centre was not squared.",
            "到中心的距离没有平方。",
            lambda s: _linear(s),
        ),
        Mistake(
            "All weights were taken to be equal: that is a box filter.",
            "以为权重都相等：那是均值滤波。",
            lambda s: 1 / s.size**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> GaussianKernel | None:
        size = 3 if level == 1 else draw.choice((3, 5))
        sigma = draw.choice((0.5, 1.0, 2.0)) if level == 1 else draw.decimal(0.6, 2.5, 1)
        s = GaussianKernel(size, sigma, draw.integer(0, size - 1), draw.integer(0, size - 1))
        return s if _apart(s) <= 5 else None

    def formula(self, s: GaussianKernel) -> float:
        return _weight(s)

    def stem(self, s: GaussianKernel) -> Text:
        at, described = place(s.row, s.col), _described(s.size, s.sigma)
        return Text(
            f"{described.en} What is the weight at {at.en} {FROM_0.en}?",
            f"{described.zh}{at.zh}的权重是多少{FROM_0.zh}？",
        )

    def solution(self, s: GaussianKernel) -> Text:
        top = math.exp(-_apart(s) / (2 * s.sigma**2))
        steps = (
            rf"e^{{-{_apart(s)}/(2 \cdot {num(s.sigma)}^2)}} = {num(top)}",
            f"{num(top)} / {num(_sum(s.size, s.sigma))} = {num(_weight(s), 5)}",
        )
        along = [math.exp(-(d**2) / (2 * s.sigma**2)) for d in range(1, s.size // 2 + 1)]
        inner = " + ".join(["1", *(rf"2 \cdot {num(value)}" for value in along)])
        total = f"({inner})^2 = {num(_sum(s.size, s.sigma))}"
        return Text(
            f"The squared distance of ({s.row}, {s.col}) from the centre (kernel size {s.size}) is {_apart(s)}: "
            f"${steps[0]}$.\n\nThe sum of "
            f"all these values is the square of the sum along one axis: ${total}$.\n\nSo ${steps[1]}$.",
            f"({s.row}, {s.col}) 到核中心的距离平方为 {_apart(s)}（核大小 {s.size}）：${steps[0]}$。\n\n所有值之和等于一维之和的平方："
            f"${total}$。\n\n故 ${steps[1]}$。",
        )


def _linear(s: GaussianKernel) -> float:
    """With the distance itself in the exponent."""
    half = s.size // 2
    total = sum(
        math.exp(-math.hypot(i, j) / (2 * s.sigma**2)) for i in range(-half, half + 1) for j in range(-half, half + 1)
    )
    return math.exp(-math.sqrt(_apart(s)) / (2 * s.sigma**2)) / total


def _kernel(s: BlurredValue, *, two: float = 2.0) -> list[list[float]]:
    size = len(s.x)
    return [[_weight(GaussianKernel(size, s.sigma, i, j), two=two) for j in range(size)] for i in range(size)]


def _applied(x: Matrix, kernel: list[list[float]]) -> float:
    return sum(a * w for cells, weights in zip(x, kernel, strict=True) for a, w in zip(cells, weights, strict=True))


class Blurred(Question[BlurredValue]):
    """The kernel at work."""

    spec = BlurredValue
    answer = Number(decimals=2)
    levels = (3,)
    find = "blurred"
    rule = r"$y = \sum_{i,j} w_{i,j} x_{i,j}$, $\sum_{i,j} w_{i,j} = 1$"
    mistakes = (
        Mistake(
            "The weights were taken to be equal: that is the mean.",
            "以为权重都相等：那是均值。",
            lambda s: sum(map(sum, s.x)) / len(s.x) ** 2,
        ),
        Mistake(
            "The weights were not normalised: they must add up to 1.",
            "权重没有归一化：权重之和应为 1。",
            lambda s: _applied(s.x, _kernel(s)) * _sum(len(s.x), s.sigma),
        ),
        Mistake(
            "The 2 in the exponent was forgotten.", "忘了指数分母中的 2。", lambda s: _applied(s.x, _kernel(s, two=1.0))
        ),
        Mistake(
            "That is the pixel before the filter.",
            "这是滤波前的像素值。",
            lambda s: float(s.x[len(s.x) // 2][len(s.x) // 2]),
        ),
        Mistake(
            "That is the median; a Gaussian filter takes a weighted mean.",
            "这是中值；高斯滤波取的是加权平均。",
            lambda s: float(sorted(a for row in s.x for a in row)[len(s.x) ** 2 // 2]),
        ),
    )

    def sample(self, draw: Draw, level: int) -> BlurredValue | None:
        sigma = draw.choice((0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5))
        return BlurredValue(draw_matrix(draw, 3, 3, 0, 20), sigma)

    def formula(self, s: BlurredValue) -> float:
        return _applied(s.x, _kernel(s))

    def stem(self, s: BlurredValue) -> Text:
        described = _described(len(s.x), s.sigma)
        return Text(
            f"{described.en} The image is{grid(s.x)}What is the value of its centre pixel after the filter?",
            f"{described.zh}图像为：{grid(s.x)}中心像素滤波后的值是多少？",
        )

    def solution(self, s: BlurredValue) -> Text:
        kernel = [[round(weight, 5) for weight in row] for row in _kernel(s)]
        key = num(self.formula(s))
        return Text(
            f"The weights with $\\sigma = {num(s.sigma)}$:{grid(kernel)}Times the pixels, added up: ${key}$.",
            f"$\\sigma = {num(s.sigma)}$ 时的权重：{grid(kernel)}与像素逐项相乘再求和：${key}$。",
        )


MODEL = ItemModel(
    name="gaussian_kernel",
    version=1,
    topic="values",
    title=Text("Gaussian kernel", "高斯核"),
    questions=(Weight(), Blurred()),
)
