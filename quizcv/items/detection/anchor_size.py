"""Sides of an anchor of scale s and ratio r = h/w: w = s/√r, h = s√r, so that the area s² stays (Ren et al. 2015)."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.detection._text import short
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.anchors import AnchorScale, AnchorSize, AnchorSizeOctave

SIDE_ZH = {"width": "宽", "height": "高"}


def _factor(side: str, ratio: float) -> float:
    return math.sqrt(ratio) if side == "height" else 1 / math.sqrt(ratio)


class Side(Question[AnchorSize]):
    """From the scale."""

    spec = AnchorSize
    answer = Number(decimals=1, unit="px")
    levels = (1, 2)
    rule = Text(
        r"$w = s/\sqrt{r}$, $h = s\sqrt{r}$ for $r = h/w$", r"$w = s/\sqrt{r}$，$h = s\sqrt{r}$，其中 $r = h/w$"
    )
    mistakes = (
        Mistake(
            "The area has to stay: the root of the ratio scales the sides, not the ratio.",
            "面积应保持不变：边长按长宽比的平方根缩放，而不是长宽比本身。",
            lambda s: s.scale * _factor(s.side, s.ratio) ** 2,
        ),
        Mistake(
            "The ratio is height over width; here it was taken the other way round.",
            "长宽比为高/宽，这里用反了。",
            lambda s: s.scale / _factor(s.side, s.ratio),
        ),
        Mistake(
            "That is the scale: only at ratio 1 it is the side.",
            "这是尺度本身：只有长宽比为 1 时才等于边长。",
            lambda s: float(s.scale),
        ),
        Mistake(
            "That is half of the side: so far the anchor reaches from its centre.",
            "这只是边长的一半，即锚框从中心向一侧延伸的长度。",
            lambda s: s.scale * _factor(s.side, s.ratio) / 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> AnchorSize | None:
        ratios = (0.25, 4.0, 0.5, 2.0) if level == 1 else (0.5, 2.0, 0.33, 3.0, 0.4, 2.5, 1.5, 0.2, 5.0)
        scale = draw.choice((32, 64, 128, 256, 512)) if level == 1 else 4 * draw.integer(8, 128)
        return AnchorSize(scale, draw.choice(ratios), draw.choice(("width", "height")))

    def formula(self, s: AnchorSize) -> float:
        return s.scale * _factor(s.side, s.ratio)

    def stem(self, s: AnchorSize) -> Text:
        return Text(
            f"An anchor of scale {s.scale} has the area of a {s.scale}×{s.scale} square, and the aspect ratio height/width = "
            f"{num(s.ratio)}. What is its {s.side} in pixels?",
            f"尺度为 {s.scale} 的锚框与 {s.scale}×{s.scale} 的正方形面积相等，"
            f"长宽比（高/宽）为 {num(s.ratio)}。它的{SIDE_ZH[s.side]}是多少像素？",
        )

    def solution(self, s: AnchorSize) -> Text:
        root = rf"\sqrt{{{num(s.ratio)}}}"
        steps = rf"{s.scale} \cdot {root}" if s.side == "height" else f"{s.scale} / {root}"
        return Text(
            f"From $wh = {s.scale}^2$ and $h = {num(s.ratio)} w$: ${steps} = {short(self.formula(s))}$.",
            f"由 $wh = {s.scale}^2$ 和 $h = {num(s.ratio)} w$：${steps} = {short(self.formula(s))}$。",
        )


def _octave(s: AnchorSizeOctave) -> float:
    return float(s.base * 2 ** (s.octave / s.octaves))


class OctaveSide(Question[AnchorSizeOctave]):
    """From one of the scales of an octave, as RetinaNet has them (Lin et al. 2017)."""

    spec = AnchorSizeOctave
    answer = Number(decimals=1, unit="px")
    levels = (3,)
    find = "octave"
    rule = r"$s = b \cdot 2^{i/n}$, $w = s/\sqrt{r}$, $h = s\sqrt{r}$"
    mistakes = (
        Mistake(
            "The scale within the octave was left out.",
            "没有乘以倍频程内的尺度因子。",
            lambda s: s.base * _factor(s.side, s.ratio),
        ),
        Mistake(
            "The scales are 2 to the power i/n, not 1 + i/n: they are equally spaced on a logarithmic axis.",
            "尺度为 2 的 i/n 次方，而不是 1 + i/n：在对数轴上等距。",
            lambda s: s.base * (1 + s.octave / s.octaves) * _factor(s.side, s.ratio),
        ),
        Mistake(
            "The root of the ratio scales the sides, not the ratio.",
            "边长按长宽比的平方根缩放，而不是长宽比本身。",
            lambda s: _octave(s) * _factor(s.side, s.ratio) ** 2,
        ),
        Mistake(
            "The ratio is height over width; here it was taken the other way round.",
            "长宽比为高/宽，这里用反了。",
            lambda s: _octave(s) / _factor(s.side, s.ratio),
        ),
        Mistake(
            "That is one scale further on: they count from 0.",
            "这是下一个尺度：序号从 0 起。",
            lambda s: s.base * 2 ** ((s.octave + 1) / s.octaves) * _factor(s.side, s.ratio),
        ),
    )

    def sample(self, draw: Draw, level: int) -> AnchorSizeOctave | None:
        octaves = draw.integer(2, 4)
        base, octave = draw.choice((32, 64, 128, 256, 512)), draw.integer(1, octaves - 1)
        return AnchorSizeOctave(
            base, octave, octaves, draw.choice((0.5, 2.0, 0.25, 4.0)), draw.choice(("width", "height"))
        )

    def formula(self, s: AnchorSizeOctave) -> float:
        return _octave(s) * _factor(s.side, s.ratio)

    def stem(self, s: AnchorSizeOctave) -> Text:
        return Text(
            f"On a pyramid level with base size {s.base}, anchors have "
            f"{s.octaves} scales per octave: ${s.base} \\cdot 2^{{i/{s.octaves}}}$ "
            f"with i from 0. An anchor has the scale of i = {s.octave} (the side of a square of its area) and the aspect ratio "
            f"height/width = {num(s.ratio)}. What is its {s.side} in pixels?",
            f"某金字塔层的基准尺寸为 {s.base}，每个倍频程有 {s.octaves} 个尺度：${s.base} \\cdot 2^{{i/{s.octaves}}}$，i 从 0 起。"
            f"某锚框取 i = {s.octave} 的尺度（与其面积相等的正方形的边长），"
            f"长宽比（高/宽）为 {num(s.ratio)}。它的{SIDE_ZH[s.side]}是多少像素？",
        )

    def solution(self, s: AnchorSizeOctave) -> Text:
        scale = rf"{s.base} \cdot 2^{{{s.octave}/{s.octaves}}} = {short(_octave(s))}"
        root = rf"\sqrt{{{num(s.ratio)}}}"
        steps = rf"{short(_octave(s))} \cdot {root}" if s.side == "height" else f"{short(_octave(s))} / {root}"
        return Text(
            f"Scale: ${scale}$.\n\nThe {s.side}: ${steps} = {short(self.formula(s))}$.",
            f"尺度：${scale}$。\n\n{SIDE_ZH[s.side]}：${steps} = {short(self.formula(s))}$。",
        )


class Scale(Question[AnchorScale]):
    """The inverse."""

    spec = AnchorScale
    answer = Number(decimals=1, unit="px")
    levels = (3,)
    find = "scale"
    rule = Text(r"$s = w\sqrt{r} = h/\sqrt{r}$ for $r = h/w$", r"$s = w\sqrt{r} = h/\sqrt{r}$，其中 $r = h/w$")
    mistakes = (
        Mistake(
            "That is the other side; the scale is the geometric mean of both.",
            "这是另一边的长度；尺度是两边的几何平均。",
            lambda s: s.length / _factor(s.side, s.ratio) ** 2,
        ),
        Mistake(
            "The root of the ratio was used the wrong way round.",
            "长宽比的平方根用反了。",
            lambda s: s.length * _factor(s.side, s.ratio),
        ),
        Mistake(
            "The scale is the geometric mean of the sides, not the arithmetic one.",
            "尺度是两边的几何平均，而不是算术平均。",
            lambda s: s.length * (1 + 1 / _factor(s.side, s.ratio) ** 2) / 2,
        ),
        Mistake("That is the known side.", "这是已知的边长。", lambda s: s.length),
    )

    def sample(self, draw: Draw, level: int) -> AnchorScale | None:
        ratio = draw.choice((0.5, 2.0, 0.25, 4.0, 3.0, 1.5))
        return AnchorScale(float(draw.integer(20, 400)), ratio, draw.choice(("width", "height")))

    def formula(self, s: AnchorScale) -> float:
        return s.length / _factor(s.side, s.ratio)

    def stem(self, s: AnchorScale) -> Text:
        return Text(
            f"An anchor has a {s.side} of {num(s.length)} pixels and the aspect "
            f"ratio height/width = {num(s.ratio)}. What is its scale, the "
            "side of the square with the same area, in pixels?",
            f"某锚框的{SIDE_ZH[s.side]}为 {num(s.length)} 像素，长宽比（高/宽）为 "
            f"{num(s.ratio)}。它的尺度，即面积相同的正方形的边长，是多少像素？",
        )

    def solution(self, s: AnchorScale) -> Text:
        root = rf"\sqrt{{{num(s.ratio)}}}"
        steps = rf"{num(s.length)} \cdot {root}" if s.side == "width" else f"{num(s.length)} / {root}"
        return Text(
            f"The scale is the geometric mean of both sides: ${steps} = {short(self.formula(s))}$.",
            f"尺度是两边的几何平均：${steps} = {short(self.formula(s))}$。",
        )


MODEL = ItemModel(
    name="anchor_size",
    version=1,
    topic="detection",
    title=Text("Width and height of an anchor", "锚框的宽与高"),
    questions=(Side(), OctaveSide(), Scale()),
)
