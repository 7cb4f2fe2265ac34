"""Cutout and CutMix: a box is cut out of an image, and perhaps filled from another."""

from __future__ import annotations

import math
from fractions import Fraction

from quizcv.answers import Integer, Number
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mixing import CutmixShare, CutmixSide, CutoutArea


def _span(centre: int, size: int, limit: int) -> tuple[int, int]:
    """The pixels that are left of the box along an axis."""
    return max(0, centre - size // 2), min(limit, centre + size // 2)


def _sides(s: CutoutArea) -> tuple[int, int]:
    top, bottom = _span(s.row, s.size, s.height)
    left, right = _span(s.col, s.size, s.width)
    return bottom - top, right - left


def _area(s: CutoutArea) -> int:
    high, wide = _sides(s)
    return high * wide


def _worked(s: CutoutArea) -> Text:
    top, bottom = _span(s.row, s.size, s.height)
    left, right = _span(s.col, s.size, s.width)
    given = f"({s.row}, {s.col})", by(s.height, s.width)
    return Text(
        f"Around {given[0]} within {given[1]} the box of side {s.size} covers rows {top} to {bottom - 1} and columns {left} to "
        f"{right - 1}.",
        f"在 {given[1]} 的图像中，以 {given[0]} 为中心、边长 {s.size} 的方框覆盖第 {top} 到第 {bottom - 1} 行、第 {left} 到第 "
        f"{right - 1} 列。",
    )


def _box(s: CutoutArea) -> Text:
    half = s.size // 2
    return Text(
        f"The box covers rows {s.row} − {half} to {s.row} + {half} − 1 and columns {s.col} − {half} to {s.col} + {half} − 1 (counted from "
        "0), as far as they lie within the image.",
        f"方框覆盖第 {s.row} − {half} 到第 {s.row} + {half} − 1 行、第 {s.col} − {half} 到第 {s.col} + {half} − 1 列（均从 0 数起），"
        "超出图像的部分被截去。",
    )


def _centred(s: CutoutArea) -> Text:
    return Text(
        f"of side {s.size} centred at row {s.row}, column {s.col}",
        f"以第 {s.row} 行第 {s.col} 列为中心、边长 {s.size} 的方框",
    )


def _inclusive(centre: int, size: int, limit: int) -> int:
    """The pixels along an axis if the last one were centre + size/2."""
    return min(limit, centre + size // 2 + 1) - max(0, centre - size // 2)


CLIPPED = ("The part of the box outside the image is cut off.", "方框超出图像的部分要截去。")


def _draw(draw: Draw, level: int) -> tuple[int, int, int, int, int]:
    height = draw.choice((28, 32, 48, 64, 96, 224))
    width = height if level == 1 else height + draw.choice((0, 8, 16))
    size = 2 * draw.integer(height // 8, height // 4)
    if level == 1:
        return height, width, size, draw.integer(0, size // 2 - 1), draw.integer(size // 2, width - size // 2)
    row = draw.choice((draw.integer(0, size // 2 - 1), draw.integer(height - size // 2 + 1, height - 1)))
    return height, width, size, row, draw.integer(0, width - 1)


class Removed(Question[CutoutArea]):
    """Source: DeVries and Taylor 2017, section 3.2."""

    spec = CutoutArea
    answer = Integer("px")
    levels = (1, 2)
    rule = Text("clipped height times clipped width", "截断后的高乘以截断后的宽")
    mistakes = (
        Mistake(*CLIPPED, lambda s: s.size**2),
        Mistake("Only the rows were clipped.", "只截去了行方向超出的部分。", lambda s: _sides(s)[0] * s.size),
        Mistake("Only the columns were clipped.", "只截去了列方向超出的部分。", lambda s: s.size * _sides(s)[1]),
        Mistake(
            "The box has `size` rows, not one more: the last is row + size/2 − 1.",
            "方框共 size 行，没有多出一行：最后一行是 row + size/2 − 1。",
            lambda s: _inclusive(s.row, s.size, s.height) * _inclusive(s.col, s.size, s.width),
        ),
        Mistake("That is what is left of the image.", "这是图像剩下的部分。", lambda s: s.height * s.width - _area(s)),
        Mistake("Half the side was taken for the side.", "把边长的一半当成了边长。", lambda s: (s.size // 2) ** 2),
    )

    def sample(self, draw: Draw, level: int) -> CutoutArea | None:
        return CutoutArea(*_draw(draw, level))

    def formula(self, s: CutoutArea) -> int:
        half = s.size // 2
        high = min(s.row + half, s.height) - max(s.row - half, 0)
        return high * (min(s.col + half, s.width) - max(s.col - half, 0))

    def stem(self, s: CutoutArea) -> Text:
        box, centred, size = _box(s), _centred(s), by(s.height, s.width)
        return Text(
            f"In an image of {size} pixels (height × width) Cutout sets a square box {centred.en} to 0. {box.en} How many pixels of the "
            "image are set to 0?",
            f"Cutout 在 {size}（高×宽）像素的图像中，把{centred.zh}置零。{box.zh}图像中共有多少个像素被置零？",
        )

    def solution(self, s: CutoutArea) -> Text:
        worked, (high, wide) = _worked(s), _sides(s)
        steps = rf"{high} \cdot {wide} = {num(_area(s))}"
        return Text(f"{worked.en} That is ${steps}$ pixels.", f"{worked.zh}共 ${steps}$ 个像素。")


class Kept(Question[CutmixShare]):
    """Source: Yun et al. 2019, section 3.1; λ is set again from the clipped box."""

    spec = CutmixShare
    answer = Number(decimals=4)
    levels = (2,)
    find = "lam"
    rule = r"$\lambda = 1 - \frac{h w}{H W}$"
    mistakes = (
        Mistake(*CLIPPED, lambda s: 1 - s.size**2 / (s.height * s.width)),
        Mistake(
            "That is the share of the pasted box, 1 − λ.",
            "这是粘贴方框所占的比例 1 − λ。",
            lambda s: _area(s) / (s.height * s.width),
        ),
        Mistake(
            "The areas count, not the sides.",
            "应取面积之比，而不是边长之比。",
            lambda s: 1 - s.size / max(s.height, s.width),
        ),
        Mistake(
            "Only the rows were clipped.",
            "只截去了行方向超出的部分。",
            lambda s: 1 - _sides(s)[0] * s.size / (s.height * s.width),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CutmixShare | None:
        return CutmixShare(*_draw(draw, level))

    def formula(self, s: CutmixShare) -> float:
        high, wide = _sides(s)
        return 1 - high * wide / (s.height * s.width)

    def stem(self, s: CutmixShare) -> Text:
        box, centred, size = _box(s), _centred(s), by(s.height, s.width)
        return Text(
            f"In a first image of {size} pixels (height × width) CutMix fills a square box {centred.en} from a second image. {box.en} "
            "Which share λ does the label of the first image get, computed from the pixels that remain of it?",
            f"CutMix 在 {size}（高×宽）像素的第一幅图像中，用第二幅图像填充{centred.zh}。{box.zh}按第一幅图像剩余的像素计算，"
            "其标签所占比例 λ 是多少？",
        )

    def solution(self, s: CutmixShare) -> Text:
        worked, (high, wide) = _worked(s), _sides(s)
        steps = rf"1 - {high} \cdot {wide} / ({s.height} \cdot {s.width}) = {num(self.formula(s))}"
        return Text(f"{worked.en}\n\n${steps}$", f"{worked.zh}\n\n${steps}$")


class Side(Question[CutmixSide]):
    """Source: Yun et al. 2019, equation 2."""

    spec = CutmixSide
    answer = Integer("px")
    levels = (3,)
    find = "side"
    rule = r"$\lfloor W \sqrt{1 - \lambda} \rfloor$"
    mistakes = (
        Mistake(
            "The area has the share 1 − λ; the side has its root.",
            "面积的比例是 1 − λ；边长要开方。",
            lambda s: int(s.image * (1 - Fraction(str(s.lam)))),
        ),
        Mistake(
            "The box has the share 1 − λ, the rest λ.",
            "方框的比例是 1 − λ，其余是 λ。",
            lambda s: _side(s.image, Fraction(str(s.lam))),
        ),
        Mistake("It is rounded down.", "应向下取整。", lambda s: _side(s.image, 1 - Fraction(str(s.lam))) + 1),
        Mistake("That is half the side.", "这是边长的一半。", lambda s: _side(s.image, 1 - Fraction(str(s.lam))) // 2),
        Mistake(
            "λ is the share of the area that stays, not of the side.",
            "λ 是保留面积的比例，不是边长的比例。",
            lambda s: int(s.image * Fraction(str(s.lam))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> CutmixSide | None:
        image, lam = draw.choice((28, 32, 64, 96, 128, 160, 224, 256, 299)), draw.decimal(0.1, 0.9, 2)
        exact = image**2 * (1 - Fraction(str(lam)))
        return CutmixSide(image, lam) if math.isqrt(int(exact)) ** 2 != exact else None

    def formula(self, s: CutmixSide) -> int:
        return _side(s.image, 1 - Fraction(str(s.lam)))

    def stem(self, s: CutmixSide) -> Text:
        return Text(
            f"CutMix draws λ = {num(s.lam)} for an image of {s.image}×{s.image} pixels. The box has the same shape as the image "
            "and 1 − λ of its "
            "area; its side is rounded down to whole pixels (before any clipping). How long is its side?",
            f"CutMix 对 {s.image}×{s.image} 像素的图像抽到 λ = {num(s.lam)}。方框与图像形状相同，面积占 1 − λ，"
            "边长向下取整为整数像素（尚未按边界截断）。方框的边长是多少？",
        )

    def solution(self, s: CutmixSide) -> Text:
        exact = s.image * math.sqrt(1 - s.lam)
        steps = rf"{s.image} \cdot \sqrt{{1 - {num(s.lam)}}} = {num(exact)}"
        return Text(f"${steps}$, rounded down {self.formula(s)}.", f"${steps}$，向下取整得 {self.formula(s)}。")


def _side(image: int, share: Fraction) -> int:
    """Rounded down exactly: the root of a decimal must not miss a whole number by the last bit."""
    return math.isqrt(int(image**2 * share))


MODEL = ItemModel(
    name="cutout_area",
    version=1,
    topic="regularisation",
    title=Text("Boxes of Cutout and CutMix", "Cutout 与 CutMix 的方框"),
    questions=(Removed(), Kept(), Side()),
)
