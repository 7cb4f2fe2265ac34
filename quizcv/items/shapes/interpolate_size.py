"""Output size of F.interpolate with a scale factor: the product rounded down."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.upsampling import InterpolateInput, InterpolateSize, InterpolateTwice

_PLAIN = (0.25, 0.5, 1.5, 2.5, 3.5, 0.75, 1.25, 1.75)


def _scaled(size: int, scale: float) -> int:
    """As PyTorch computes it, in floating point."""
    return math.floor(size * scale)


def _exact(size: int, scale: float) -> bool:
    """Whether floating point rounds as one does by hand: 100 · 0.29 is 28.999… for PyTorch."""
    return _scaled(size, scale) == size * round(scale * 100) // 100


class Scaled(Question[InterpolateSize]):
    """Source: documentation of torch.nn.Upsample, "Shape"."""

    spec = InterpolateSize
    answer = Integer("px")
    levels = (1, 2)
    rule = r"$o = \lfloor H \cdot \mathrm{scale} \rfloor$"
    mistakes = (
        Mistake(
            "The product was rounded up; it is rounded down.",
            "乘积向上取整了；应向下取整。",
            lambda s: math.ceil(s.size * s.scale),
        ),
        Mistake(
            "The size was divided by the factor; it is multiplied by it.",
            "尺寸除以了倍数；应当乘以它。",
            lambda s: math.floor(s.size / s.scale),
        ),
        Mistake(
            "The factor was taken to be that of the area; it holds for each side.",
            "把倍数当成了面积的倍数；它针对每条边。",
            lambda s: math.floor(s.size * math.sqrt(s.scale)),
        ),
        Mistake(
            "The H − 1 steps between the pixels were scaled; the factor applies to the number of pixels H.",
            "把像素之间的 H − 1 步乘以了倍数；倍数应乘在像素数 H 上。",
            lambda s: math.floor((s.size - 1) * s.scale) + 1,
        ),
        Mistake(
            "The factor (below 1: its inverse) was rounded to a whole number first; only the product is rounded.",
            "先把倍数（小于 1 时为其倒数）取整了；只应对乘积取整。",
            lambda s: s.size * math.floor(s.scale) if s.scale > 1 else s.size // math.ceil(1 / s.scale),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InterpolateSize | None:
        scale = draw.choice(_PLAIN) if level == 1 else draw.decimal(0.3, 3.2, 2)
        size = draw.integer(9, 99) if level == 1 else draw.integer(20, 400)
        if scale == int(scale) or not _exact(size, scale):
            return None
        return InterpolateSize(size, scale)

    def formula(self, s: InterpolateSize) -> int:
        return _scaled(s.size, s.scale)

    def stem(self, s: InterpolateSize) -> Text:
        return Text(
            f"`F.interpolate(x, scale_factor={num(s.scale)})` reads a map of {s.size}×{s.size} pixels. How many pixels wide is the output?",
            f"`F.interpolate(x, scale_factor={num(s.scale)})` 的输入特征图为 {s.size}×{s.size}。输出的宽是多少像素？",
        )

    def solution(self, s: InterpolateSize) -> Text:
        product = rf"\lfloor {s.size} \cdot {num(s.scale)} \rfloor = \lfloor {num(s.size * s.scale)} \rfloor = {self.formula(s)}"
        return Text(f"Rounded down, whatever the mode: ${product}$.", f"无论哪种插值方式都向下取整：${product}$。")


class ScaledTwice(Question[InterpolateTwice]):
    """Rounded down after each."""

    spec = InterpolateTwice
    answer = Integer("px")
    levels = (3,)
    find = "twice"
    rule = r"$o = \lfloor \lfloor H a \rfloor b \rfloor$"
    mistakes = (
        Mistake(
            "The factors were multiplied first; the size is a whole number after each layer.",
            "先把两个倍数相乘了；每层之后尺寸都要取整。",
            lambda s: s.size * round(s.scale * 100) * round(s.scale2 * 100) // 10_000,
        ),
        Mistake(
            "Both products were rounded up; they are rounded down.",
            "两次乘积都向上取整了；应向下取整。",
            lambda s: math.ceil(math.ceil(s.size * s.scale) * s.scale2),
        ),
        Mistake("That is the size after the first call.", "这是第一次之后的尺寸。", lambda s: _scaled(s.size, s.scale)),
        Mistake(
            "The factors were added; one multiplies what the other gave.",
            "把倍数相加了；第二个应乘在第一个的结果上。",
            lambda s: math.floor(s.size * (s.scale + s.scale2)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InterpolateTwice | None:
        size, scale, scale2 = draw.integer(20, 200), draw.decimal(0.3, 0.9, 2), draw.decimal(1.2, 3.2, 1)
        if not _exact(size, scale) or not _exact(_scaled(size, scale), scale2):
            return None
        return InterpolateTwice(size, scale, scale2)

    def formula(self, s: InterpolateTwice) -> int:
        return _scaled(_scaled(s.size, s.scale), s.scale2)

    def stem(self, s: InterpolateTwice) -> Text:
        return Text(
            f"A map of {s.size}×{s.size} pixels passes through `F.interpolate(x, scale_factor={num(s.scale)})` and then "
            f"`F.interpolate(x, scale_factor={num(s.scale2)})`. How many pixels wide is it at the end?",
            f"{s.size}×{s.size} 的特征图先经过 `F.interpolate(x, scale_factor={num(s.scale)})`，再经过 "
            f"`F.interpolate(x, scale_factor={num(s.scale2)})`。最后宽多少像素？",
        )

    def solution(self, s: InterpolateTwice) -> Text:
        between = _scaled(s.size, s.scale)
        one = rf"\lfloor {s.size} \cdot {num(s.scale)} \rfloor = \lfloor {num(s.size * s.scale)} \rfloor = {between}"
        two = rf"\lfloor {between} \cdot {num(s.scale2)} \rfloor = \lfloor {num(between * s.scale2)} \rfloor = {self.formula(s)}"
        return Text(f"First: ${one}$.\n\nSecond: ${two}$.", f"第一次：${one}$。\n\n第二次：${two}$。")


class SmallestInput(Question[InterpolateInput]):
    """H · scale must reach the output size."""

    spec = InterpolateInput
    answer = Integer("px")
    levels = (3,)
    find = "size"
    rule = r"$H = \lceil o/\mathrm{scale} \rceil$"
    mistakes = (
        Mistake(
            "The quotient was rounded down: with this input the output is too small.",
            "商向下取整了：这样的输入得到的输出不够大。",
            lambda s: math.floor(s.out / s.scale),
        ),
        Mistake(
            "The output was multiplied by the factor; it is divided to go back.",
            "把输出乘以了倍数；反推时应当除以它。",
            lambda s: math.floor(s.out * s.scale),
        ),
        Mistake(
            "That is one pixel more than needed: with one pixel less the product is large enough.",
            "多了一个像素：少一个像素时乘积已经够大。",
            lambda s: math.ceil(s.out / s.scale) + 1,
        ),
        Mistake(
            "The factor was taken to be that of the area; it holds for each side.",
            "把倍数当成了面积的倍数；它针对每条边。",
            lambda s: math.ceil(s.out / math.sqrt(s.scale)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> InterpolateInput | None:
        out, scale = draw.integer(20, 300), draw.decimal(0.3, 3.2, 2)
        near = out * 100 // round(scale * 100)
        if abs(scale - 1) < 0.05 or not all(_exact(size, scale) for size in range(near - 1, near + 3)):
            return None
        return InterpolateInput(out, scale)

    def formula(self, s: InterpolateInput) -> int:
        size = math.ceil(s.out / s.scale)
        return next(n for n in (size - 1, size, size + 1) if n >= 1 and _scaled(n, s.scale) >= s.out)

    def stem(self, s: InterpolateInput) -> Text:
        return Text(
            f"`F.interpolate(x, scale_factor={num(s.scale)})` reads a square map. What is the smallest side of this map with which "
            f"the output is at least {s.out} pixels wide?",
            f"`F.interpolate(x, scale_factor={num(s.scale)})` 的输入是方形特征图。要使输出至少宽 {s.out} 像素，"
            "输入的边长最小是多少？",
        )

    def solution(self, s: InterpolateInput) -> Text:
        found = rf"\lceil {s.out}/{num(s.scale)} \rceil = \lceil {num(s.out / s.scale)} \rceil = {self.formula(s)}"
        return Text(
            f"The product, rounded down, must be at least {s.out}: ${found}$.",
            f"乘积向下取整后至少为 {s.out}：${found}$。",
        )


MODEL = ItemModel(
    name="interpolate_size",
    version=1,
    topic="shapes",
    title=Text("Output size of an interpolation", "插值的输出尺寸"),
    questions=(Scaled(), ScaledTwice(), SmallestInput()),
)
