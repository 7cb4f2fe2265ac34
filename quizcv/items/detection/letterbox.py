"""Letterboxing: resize with the aspect ratio kept and pad to a square, as the YOLO detectors do."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.grids import LetterboxBack, LetterboxPadding, LetterboxScale


def _scale(s: LetterboxScale) -> float:
    return s.size / max(s.width, s.height)


def _short(s: LetterboxScale) -> int:
    """The shorter side, resized."""
    return min(s.width, s.height) * s.size // max(s.width, s.height)


def _padding(s: LetterboxScale) -> int:
    return (s.size - _short(s)) // 2


class Scale(Question[LetterboxScale]):
    """The factor."""

    spec = LetterboxScale
    answer = Number(decimals=3)
    levels = (1,)
    rule = r"$r = \min(S/W, S/H)$"
    mistakes = (
        Mistake(
            "With this factor the longer side does not fit.",
            "用这个倍数时长边放不下。",
            lambda s: s.size / min(s.width, s.height),
        ),
        Mistake("That is the factor upside down.", "倍数的分子分母颠倒了。", lambda s: max(s.width, s.height) / s.size),
        Mistake(
            "One factor for both sides, not the mean of two.",
            "两边用同一个倍数，而不是两者的平均。",
            lambda s: (s.size / s.width + s.size / s.height) / 2,
        ),
        Mistake(
            "That is the aspect ratio of the image: the input's size is missing.",
            "这是图像自身的长宽比，没有用到输入尺寸。",
            lambda s: min(s.width, s.height) / max(s.width, s.height),
        ),
        Mistake(
            "That is the factor of the area, not of the sides.",
            "这是面积的倍数，不是边长的倍数。",
            lambda s: _scale(s) ** 2,
        ),
        Mistake(
            "This factor gives the image the area of the input: its longer side does not fit.",
            "这个倍数使图像面积等于输入面积，长边放不下。",
            lambda s: s.size / (s.width * s.height) ** 0.5,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LetterboxScale | None:
        width, height = 10 * draw.integer(30, 200), 10 * draw.integer(30, 200)
        s = LetterboxScale(width, height, draw.choice((320, 416, 512, 608, 640)))
        return s if max(width, height) > 1.1 * min(width, height) else None

    def formula(self, s: LetterboxScale) -> float:
        return _scale(s)

    def stem(self, s: LetterboxScale) -> Text:
        return Text(
            f"An image {s.width} wide and {s.height} high is resized with its aspect ratio kept so that it just fits into a "
            f"{s.size}×{s.size} input; the rest is padded. By which factor are its sides multiplied?",
            f"宽 {s.width}、高 {s.height} 的图像保持长宽比缩放，恰好放入 {s.size}×{s.size} 的输入，其余部分填充。边长的缩放倍数是多少？",
        )

    def solution(self, s: LetterboxScale) -> Text:
        factors = short(s.size / s.width), short(s.size / s.height)
        both = rf"\min({s.size}/{s.width}, {s.size}/{s.height}) = \min({factors[0]}, {factors[1]}) = {short(_scale(s))}"
        return Text(f"Both sides have to fit: ${both}$.", f"两边都要放得下：${both}$。")


class Padding(Question[LetterboxPadding]):
    """The bars."""

    spec = LetterboxPadding
    answer = Integer("px")
    levels = (2,)
    find = "padding"
    rule = r"$p = (S - r \cdot \min(W, H))/2$, $r = S/\max(W, H)$"
    mistakes = (
        Mistake("That is the padding of both sides together.", "这是两侧填充之和。", lambda s: 2 * _padding(s)),
        Mistake("That is the image's shorter side after resizing.", "这是缩放后的短边。", lambda s: _short(s)),
        Mistake(
            "That is half the difference of the original sides: the image is resized first.",
            "这是原图两边之差的一半；应先缩放。",
            lambda s: abs(s.width - s.height) // 2,
        ),
        Mistake(
            "The original shorter side was subtracted; the resized one has to be.",
            "应减去缩放后的短边，而不是原来的短边。",
            lambda s: (s.size - min(s.width, s.height)) // 2,
        ),
        Mistake("The padding was halved twice.", "多除了一次 2。", lambda s: _padding(s) // 2),
    )

    def sample(self, draw: Draw, level: int) -> LetterboxPadding | None:
        return _draw(draw, LetterboxPadding)

    def formula(self, s: LetterboxPadding) -> int:
        return _padding(s)

    def stem(self, s: LetterboxPadding) -> Text:
        return Text(
            f"An image {s.width} wide and {s.height} high is letterboxed into "
            f"{s.size}×{s.size}: resized with its aspect ratio kept until "
            "the longer side fits, then padded equally on both sides of the shorter one. How many pixels of padding are there on each "
            "of these two sides?",
            f"宽 {s.width}、高 {s.height} 的图像经 letterbox 放入 {s.size}×{s.size}：保持长宽比缩放到长边恰好放下，"
            "再在短边方向的两侧填充相同的像素。这两侧各填充多少像素？",
        )

    def solution(self, s: LetterboxPadding) -> Text:
        short_side = rf"{min(s.width, s.height)} \cdot {s.size}/{max(s.width, s.height)} = {_short(s)}"
        half = rf"({s.size} - {_short(s)})/2 = {_padding(s)}"
        return Text(
            f"The shorter side becomes ${short_side}$.\n\nOn each side: ${half}$.",
            f"短边变为 ${short_side}$。\n\n每侧：${half}$。",
        )


def _along(s: LetterboxBack) -> tuple[float, int]:
    """The coordinate asked for in the letterbox, and the padding before it."""
    along_short = (s.axis == "x") == (s.width < s.height)
    return (s.x if s.axis == "x" else s.y), _padding(s) if along_short else 0


def _back(s: LetterboxBack) -> float:
    at, padding = _along(s)
    return (at - padding) / _scale(s)


class Back(Question[LetterboxBack]):
    """From the letterbox to the image."""

    spec = LetterboxBack
    answer = Number(decimals=1, unit="px")
    levels = (3,)
    find = "back"
    rule = Text(
        r"$x = (x' - p_x)/r$, $y = (y' - p_y)/r$; only the shorter axis has padding",
        r"$x = (x' - p_x)/r$，$y = (y' - p_y)/r$；只有短边方向有填充",
    )
    mistakes = (
        Mistake("The padding has to be taken off first.", "要先减去填充。", lambda s: _along(s)[0] / _scale(s)),
        Mistake(
            "Going back divides by the factor.",
            "还原时要除以缩放倍数。",
            lambda s: (_along(s)[0] - _along(s)[1]) * _scale(s),
        ),
        Mistake(
            "The padding is in pixels of the letterbox: it is subtracted before dividing.",
            "填充以 letterbox 的像素计，应先减再除。",
            lambda s: _along(s)[0] / _scale(s) - _along(s)[1],
        ),
        Mistake(
            "Both bars were subtracted; only the one before the point counts.",
            "减去了两侧的填充；只应减去点之前的一侧。",
            lambda s: (_along(s)[0] - 2 * _along(s)[1]) / _scale(s),
        ),
        Mistake(
            "There is no padding along the longer side.",
            "长边方向没有填充。",
            lambda s: (_along(s)[0] - _padding(s)) / _scale(s),
        ),
        Mistake(
            "That stretches the whole square over the image.",
            "这是把整个正方形拉伸到原图。",
            lambda s: _along(s)[0] * (s.width if s.axis == "x" else s.height) / s.size,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LetterboxBack | None:
        plain = _draw(draw, LetterboxPadding)
        if plain is None:
            return None
        x, y = float(draw.integer(0, plain.size)), float(draw.integer(0, plain.size))
        along_short = "x" if plain.width < plain.height else "y"
        along_long = "y" if along_short == "x" else "x"
        axis = along_short if draw.chance(0.8) else along_long
        s = LetterboxBack(plain.width, plain.height, plain.size, x, y, "x" if axis == "x" else "y")
        sides = s.width, s.height
        points = (
            LetterboxBack(s.width, s.height, s.size, x, y, "x"),
            LetterboxBack(s.width, s.height, s.size, x, y, "y"),
        )
        return s if all(0 < _back(point) < side for point, side in zip(points, sides, strict=True)) else None

    def formula(self, s: LetterboxBack) -> float:
        return _back(s)

    def stem(self, s: LetterboxBack) -> Text:
        return Text(
            f"An image {s.width} wide and {s.height} high was letterboxed into {s.size}×{s.size} (aspect ratio kept, equal padding on "
            f"both sides of the shorter axis, coordinates continuous). A detector finds the point ({num(s.x)}, {num(s.y)}) there. What "
            f"is its {s.axis} coordinate in the original image?",
            f"宽 {s.width}、高 {s.height} 的图像经 letterbox 放入 {s.size}×{s.size}（保持长宽比，短边方向两侧填充相等，坐标连续）。"
            f"检测器在其中找到点 ({num(s.x)}, {num(s.y)})。它在原图中的 {s.axis} 坐标是多少？",
        )

    def solution(self, s: LetterboxBack) -> Text:
        at, padding = _along(s)
        factor = rf"{s.size}/{max(s.width, s.height)} = {short(_scale(s))}"
        steps = rf"({num(at)} - {padding})/{short(_scale(s))} = {short(_back(s))}"
        return Text(
            f"Factor: ${factor}$; the shorter side ({min(s.width, s.height)}) is padded by {_padding(s)} per side. For the point "
            f"({num(s.x)}, {num(s.y)}): ${steps}$.",
            f"缩放倍数：${factor}$；短边（{min(s.width, s.height)}）方向每侧填充 "
            f"{_padding(s)}。对点 ({num(s.x)}, {num(s.y)})：${steps}$。",
        )


def _draw(draw: Draw, kind: type[LetterboxPadding]) -> LetterboxPadding | None:
    """Sides that come out whole, with equal padding."""
    size = draw.choice((320, 416, 512, 640))
    long, short_side = draw.choice(
        (
            (640, 480),
            (1280, 720),
            (1920, 1080),
            (1000, 750),
            (800, 600),
            (1024, 768),
            (960, 540),
            (1600, 900),
            (500, 375),
            (1280, 960),
            (2048, 1024),
            (900, 600),
            (1200, 800),
        )
    )
    if short_side * size % long or (size - short_side * size // long) % 2:
        return None
    return kind(long, short_side, size) if draw.chance(0.6) else kind(short_side, long, size)


MODEL = ItemModel(
    name="letterbox",
    version=1,
    topic="detection",
    title=Text("Letterboxing an image", "letterbox 缩放与填充"),
    questions=(Scale(), Padding(), Back()),
)
