"""Regression targets of anchors: t_x = (x - x_a)/w_a, t_w = ln(w/w_a) (Girshick et al. 2014; Ren et al. 2015, equation 2)."""

from __future__ import annotations

import math
from typing import Any, ClassVar, TypeVar

from quizcv.answers import Number
from quizcv.items.detection._geometry import centre, draw_box, draw_near
from quizcv.items.detection._text import BOXES, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.box_coding import BoxEncode, BoxEncodeCorners, BoxEncodeScaled, Offset

S = TypeVar("S", BoxEncode, BoxEncodeCorners, BoxEncodeScaled)
Pair = BoxEncode | BoxEncodeCorners
Four = tuple[float, float, float, float]

OFFSETS: tuple[Offset, ...] = ("tx", "ty", "tw", "th")
SYMBOL = {"tx": "$t_x$", "ty": "$t_y$", "tw": "$t_w$", "th": "$t_h$"}


def _centred(s: Pair) -> tuple[Four, Four]:
    """Anchor and box by centre and size."""
    return (s.anchor, s.box) if isinstance(s, BoxEncode) else (centre(s.anchor), centre(s.box))


def _std(s: Pair) -> float:
    if not isinstance(s, BoxEncodeScaled):
        return 1.0
    return s.std_centre if s.component in ("tx", "ty") else s.std_size


def _parts(s: Pair) -> tuple[bool, float, float, float]:
    """Whether a shift is asked for; along its axis: the distance of the centres, the anchor's size, the box's size."""
    anchor, box = _centred(s)
    axis = OFFSETS.index(s.component) % 2
    return s.component in ("tx", "ty"), box[axis] - anchor[axis], anchor[axis + 2], box[axis + 2]


def _target(s: Pair) -> float:
    shift, distance, anchor, box = _parts(s)
    return (distance / anchor if shift else math.log(box / anchor)) / _std(s)


def _of_size(s: Pair, value: float) -> float | None:
    """A mistake about tw and th only."""
    return None if _parts(s)[0] else value / _std(s)


def _of_shift(s: Pair, value: float) -> float | None:
    """A mistake about tx and ty only."""
    return value / _std(s) if _parts(s)[0] else None


def _from_low_edges(s: BoxEncodeCorners) -> float | None:
    axis = OFFSETS.index(s.component) % 2
    return _of_shift(s, (s.box[axis] - s.anchor[axis]) / _parts(s)[2])


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "The shift is measured in sizes of the anchor, not of the ground truth.",
        "偏移以锚框的尺寸为单位，不是真实框的尺寸。",
        lambda s: _of_shift(s, _parts(s)[1] / _parts(s)[3]),
    ),
    Mistake(
        "The sign is reversed: the target leads from the anchor to the ground truth.",
        "符号反了：目标量由锚框指向真实框。",
        lambda s: -_target(s),
    ),
    Mistake(
        "The shift has to be divided by the anchor's size, so that it does not depend on the scale.",
        "偏移要除以锚框的尺寸，才与尺度无关。",
        lambda s: _of_shift(s, _parts(s)[1]),
    ),
    Mistake(
        "The shift was divided by half of the anchor's size.",
        "偏移误除以了锚框尺寸的一半。",
        lambda s: _of_shift(s, 2 * _parts(s)[1] / _parts(s)[2]),
    ),
    Mistake(
        "The natural logarithm of the ratio is taken, not the ratio.",
        "应取比值的自然对数，而不是比值本身。",
        lambda s: _of_size(s, _parts(s)[3] / _parts(s)[2]),
    ),
    Mistake(
        "The logarithm is the natural one, not that to base 2.",
        "对数是自然对数，不是以 2 为底。",
        lambda s: _of_size(s, math.log2(_parts(s)[3] / _parts(s)[2])),
    ),
    Mistake(
        "The logarithm is the natural one, not that to base 10.",
        "对数是自然对数，不是以 10 为底。",
        lambda s: _of_size(s, math.log10(_parts(s)[3] / _parts(s)[2])),
    ),
    Mistake(
        "Sizes are encoded by the logarithm of their ratio, not by the relative difference.",
        "尺寸用比值的对数编码，而不是相对差。",
        lambda s: _of_size(s, _parts(s)[3] / _parts(s)[2] - 1),
    ),
)

RULE = r"$t_x = (x - x_a)/w_a$, $t_y = (y - y_a)/h_a$, $t_w = \ln(w/w_a)$, $t_h = \ln(h/h_a)$"


class Encode(Question[S]):
    """What the three ways of asking share."""

    answer = Number(decimals=3)
    form: ClassVar[Text] = BOXES

    def formula(self, s: S) -> float:
        return _target(s)

    def ask(self, s: S) -> Text:
        symbol = SYMBOL[s.component]
        return Text(
            f"What is the regression target {symbol} of Faster R-CNN?", f"Faster R-CNN 的回归目标 {symbol} 是多少？"
        )

    def stem(self, s: S) -> Text:
        ask, anchor, box = self.ask(s), written(s.anchor), written(s.box)
        return Text(
            f"{self.form.en} An anchor {anchor} is matched with the ground truth {box}. {ask.en}",
            f"{self.form.zh}锚框 {anchor} 与真实框 {box} 匹配。{ask.zh}",
        )

    def steps(self, s: S) -> str:
        shift, distance, anchor, box = _parts(s)
        inner = f"{num(distance)}/{num(anchor)}" if shift else rf"\ln({num(box)}/{num(anchor)})"
        return f"{inner} = {short(_target(s) * _std(s))}"

    def solution(self, s: S) -> Text:
        anchor, box = (written(part) for part in _centred(s))
        symbol = SYMBOL[s.component]
        return Text(
            f"By centre and size the anchor is {anchor}, the ground truth {box}.\n\n{symbol}: ${self.steps(s)}$.",
            f"以中心和宽高表示，锚框为 {anchor}，真实框为 {box}。\n\n{symbol}：${self.steps(s)}$。",
        )


class Centred(Encode[BoxEncode]):
    """From centre and size."""

    spec = BoxEncode
    levels = (1,)
    rule = RULE
    mistakes = MISTAKES
    form = Text(
        "Boxes are (centre x, centre y, width, height), in pixels.", "框写作（中心 x, 中心 y, 宽, 高），单位为像素。"
    )

    def sample(self, draw: Draw, level: int) -> BoxEncode | None:
        anchor = draw.integer(50, 250), draw.integer(50, 250), 32 * draw.integer(1, 6), 32 * draw.integer(1, 6)
        box = (
            *(at + draw.integer(-20, 20) for at in anchor[:2]),
            *(size + draw.integer(-20, 40) for size in anchor[2:]),
        )
        s = BoxEncode(anchor, (box[0], box[1], box[2], box[3]), draw.choice(OFFSETS))
        return s if abs(_target(s)) > 0.02 else None


class Corners(Encode[BoxEncodeCorners]):
    """From corners."""

    spec = BoxEncodeCorners
    levels = (2,)
    find = "corners"
    rule = RULE
    mistakes = (
        Mistake(
            "The shift is that of the centres, not of the top left corners.",
            "偏移是中心之间的偏移，不是左上角之间的。",
            lambda s: _from_low_edges(s),
        ),
        *MISTAKES,
    )

    def sample(self, draw: Draw, level: int) -> BoxEncodeCorners | None:
        anchor = draw_box(draw, 300, 40, 160, 2)
        box = draw_near(draw, anchor, 300, 30, 2)
        if box is None:
            return None
        s = BoxEncodeCorners(anchor, box, draw.choice(OFFSETS))
        return s if abs(_target(s)) > 0.02 else None


class Scaled(Encode[BoxEncodeScaled]):
    """From corners, and normalized."""

    spec = BoxEncodeScaled
    levels = (3,)
    find = "normalized"
    rule = Text(RULE + "; then divided by the standard deviation", RULE + r"；再除以标准差")
    mistakes = (
        Mistake(
            "The division by the standard deviation is missing.", "没有除以标准差。", lambda s: _target(s) * _std(s)
        ),
        Mistake(
            "Targets are divided by the standard deviation; predictions are multiplied by it.",
            "目标要除以标准差；预测值才乘以标准差。",
            lambda s: _target(s) * _std(s) ** 2,
        ),
        Mistake(
            "The other standard deviation was taken: one is for the centre, one for the size.",
            "用错了标准差：一个用于中心，一个用于宽高。",
            lambda s: _target(s) * _std(s) / (s.std_centre + s.std_size - _std(s)),
        ),
        *Corners.mistakes,
    )

    def sample(self, draw: Draw, level: int) -> BoxEncodeScaled | None:
        anchor = draw_box(draw, 300, 40, 160, 2)
        box = draw_near(draw, anchor, 300, 30, 2)
        if box is None:
            return None
        s = BoxEncodeScaled(anchor, box, draw.choice(OFFSETS), *draw.choice(((0.1, 0.2), (0.1, 0.25), (0.05, 0.1))))
        return s if abs(_target(s)) > 0.05 else None

    def ask(self, s: BoxEncodeScaled) -> Text:
        symbol, one, two = SYMBOL[s.component], num(s.std_centre), num(s.std_size)
        return Text(
            f"Targets of the form of Faster R-CNN are normalized by the standard deviations {one} (centre) and {two} (size), with "
            f"means 0. What is the normalized target {symbol}?",
            f"Faster R-CNN 形式的回归目标再用标准差 {one}（中心）和 {two}（宽高）归一化，均值为 0。归一化后的 {symbol} 是多少？",
        )

    def solution(self, s: BoxEncodeScaled) -> Text:
        plain = super().solution(s)
        end = f"{short(_target(s) * _std(s))} / {num(_std(s))} = {short(_target(s))}"
        one, two = num(s.std_centre), num(s.std_size)
        return Text(
            f"{plain.en}\n\nDivided by its standard deviation ({one} for centres, {two} for sizes): ${end}$.",
            f"{plain.zh}\n\n除以对应的标准差（中心 {one}，宽高 {two}）：${end}$。",
        )


MODEL = ItemModel(
    name="box_encode",
    version=1,
    topic="detection",
    title=Text("Encoding a box relative to an anchor", "相对锚框的边界框编码"),
    questions=(Centred(), Corners(), Scaled()),
)
