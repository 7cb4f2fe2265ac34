"""The box that predicted offsets make of an anchor: x = t_x w_a + x_a, w = w_a exp(t_w) (Girshick et al. 2014; Ren et al. 2015)."""

from __future__ import annotations

import math
from typing import Any, ClassVar, TypeVar

from quizcv.answers import Number
from quizcv.items.detection._geometry import centre, draw_box
from quizcv.items.detection._text import BOXES, short, written
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num, signed
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.box_coding import BoxDecode, BoxDecodeClipped, BoxDecodeCorners, Centred, Corner, Offsets

S = TypeVar("S", BoxDecode, BoxDecodeCorners, BoxDecodeClipped)

CENTRED: tuple[Centred, ...] = ("cx", "cy", "w", "h")
CORNERS: tuple[Corner, ...] = ("x1", "y1", "x2", "y2")
SYMBOL = {
    "cx": ("the centre $x$", "中心 $x$ "),
    "cy": ("the centre $y$", "中心 $y$ "),
    "w": ("the width", "宽"),
    "h": ("the height", "高"),
    "x1": ("$x_1$", " $x_1$ "),
    "y1": ("$y_1$", " $y_1$ "),
    "x2": ("$x_2$", " $x_2$ "),
    "y2": ("$y_2$", " $y_2$ "),
}


def _scaled(s: BoxDecodeCorners) -> Offsets:
    """The offsets, normalization undone."""
    if not isinstance(s, BoxDecodeClipped):
        return s.t
    tx, ty, tw, th = s.t
    return tx * s.std_centre, ty * s.std_centre, tw * s.std_size, th * s.std_size


def _along(s: BoxDecode | BoxDecodeCorners) -> tuple[float, float, float, float]:
    """Along the axis asked for: the anchor's centre and size, the shift and the log of the stretch."""
    if isinstance(s, BoxDecode):
        anchor: tuple[float, float, float, float] = s.anchor
        axis, t = CENTRED.index(s.component) % 2, s.t
    else:
        anchor, axis, t = centre(s.anchor), CORNERS.index(s.component) % 2, _scaled(s)
    return anchor[axis], anchor[axis + 2], t[axis], t[axis + 2]


def _side(s: BoxDecodeCorners) -> int:
    return -1 if s.component in ("x1", "y1") else 1


def _corner(s: BoxDecodeCorners, middle: float, size: float) -> float:
    """The corner asked for, of a box with this centre and size along its axis."""
    edge = middle + _side(s) * size / 2
    return min(max(edge, 0.0), float(_limit(s))) if isinstance(s, BoxDecodeClipped) else edge


def _limit(s: BoxDecodeClipped) -> int:
    return s.width if s.component in ("x1", "x2") else s.height


def _pick(s: BoxDecode, middle: float, size: float) -> float:
    return middle if s.component in ("cx", "cy") else size


def _got(s: Any, middle: float, size: float) -> float:
    return _pick(s, middle, size) if isinstance(s, BoxDecode) else _corner(s, middle, size)


def _right(s: Any) -> tuple[float, float]:
    """Centre and size of the box along the axis."""
    at, size, shift, stretch = _along(s)
    return at + shift * size, size * math.exp(stretch)


def _with(s: Any, *, middle: float | None = None, size: float | None = None) -> float:
    """The answer with a part of it wrong."""
    right = _right(s)
    return _got(s, right[0] if middle is None else middle, right[1] if size is None else size)


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "The shift is measured in sizes of the anchor: it has to be multiplied by the anchor's size.",
        "偏移以锚框尺寸为单位：要乘以锚框的尺寸。",
        lambda s: _with(s, middle=_along(s)[0] + _along(s)[2]),
    ),
    Mistake(
        "The size is multiplied by the exponential of its offset, not by 1 + the offset.",
        "尺寸要乘以偏移量的指数，而不是乘以 1 + 偏移量。",
        lambda s: _with(s, size=_along(s)[1] * (1 + _along(s)[3])),
    ),
    Mistake(
        "The shift is measured in sizes of the anchor, not of the predicted box.",
        "偏移以锚框的尺寸为单位，不是预测框的尺寸。",
        lambda s: _with(s, middle=_along(s)[0] + _along(s)[2] * _right(s)[1]),
    ),
    Mistake(
        "The sign of the offsets is reversed.",
        "偏移量的符号反了。",
        lambda s: _got(s, _along(s)[0] - _along(s)[2] * _along(s)[1], _along(s)[1] * math.exp(-_along(s)[3])),
    ),
    Mistake(
        "The stretch is e to the power of the offset, not 2 to it.",
        "缩放倍数是 e 的偏移量次方，不是 2 的偏移量次方。",
        lambda s: _with(s, size=_along(s)[1] * 2 ** _along(s)[3]),
    ),
    Mistake(
        "That is the anchor, not the box predicted from it.",
        "这是锚框本身，不是预测框。",
        lambda s: _got(s, *_along(s)[:2]),
    ),
)

CORNER_MISTAKES: tuple[Mistake[Any], ...] = (
    *MISTAKES[:5],
    Mistake(
        "The size of the anchor was not stretched by its own offset.",
        "没有用对应的偏移量缩放锚框的尺寸。",
        lambda s: _with(s, size=_along(s)[1]),
    ),
    Mistake(
        "Half of the size lies on each side of the centre.",
        "中心两侧各为尺寸的一半。",
        lambda s: _with(s, size=2 * _right(s)[1]),
    ),
)

RULE = r"$x = t_x w_a + x_a$, $y = t_y h_a + y_a$, $w = w_a e^{t_w}$, $h = h_a e^{t_h}$"


class Decode(Question[S]):
    """What the three ways of asking share."""

    answer = Number(decimals=2, unit="px")
    form: ClassVar[Text] = BOXES

    def formula(self, s: S) -> float:
        return _got(s, *_right(s))

    def after(self, s: S) -> Text:
        return Text("", "")

    def stem(self, s: S) -> Text:
        anchor, offsets, (en, zh), after = written(s.anchor), written(s.t), SYMBOL[s.component], self.after(s)
        return Text(
            f"{self.form.en} For the anchor {anchor} a detector of the Faster R-CNN form predicts the offsets "
            f"$(t_x, t_y, t_w, t_h)$ = {offsets}. {after.en}What is {en} of the predicted box?",
            f"{self.form.zh}对锚框 {anchor}，Faster R-CNN 形式的检测器预测偏移量 $(t_x, t_y, t_w, t_h)$ = {offsets}。"
            f"{after.zh}预测框的{zh}是多少？",
        )

    def end(self, s: S) -> Text:
        """The last step."""
        raise NotImplementedError

    def solution(self, s: S) -> Text:
        at, size, shift, stretch = _along(s)
        middle = rf"{num(at)} + {signed(shift)} \cdot {num(size)} = {short(_right(s)[0])}"
        length = rf"{num(size)} \cdot e^{{{num(stretch)}}} = {short(_right(s)[1])}"
        end = self.end(s)
        return Text(
            f"Along this axis the centre is ${middle}$, the size ${length}$.{end.en}",
            f"沿该轴，中心为 ${middle}$，尺寸为 ${length}$。{end.zh}",
        )


class OfCentred(Decode[BoxDecode]):
    """By centre and size."""

    spec = BoxDecode
    levels = (1,)
    rule = RULE
    mistakes = MISTAKES
    form = Text(
        "Boxes are (centre x, centre y, width, height), in pixels.", "框写作（中心 x, 中心 y, 宽, 高），单位为像素。"
    )

    def sample(self, draw: Draw, level: int) -> BoxDecode | None:
        anchor = draw.integer(80, 250), draw.integer(80, 250), 16 * draw.integer(2, 10), 16 * draw.integer(2, 10)
        return BoxDecode(anchor, _draw_offsets(draw, 0.5, 1), draw.choice(CENTRED))

    def end(self, s: BoxDecode) -> Text:
        en, zh = SYMBOL[s.component]
        return Text(f"\n\nSo {en} is {short(self.formula(s))}.", f"\n\n所求{zh}为 {short(self.formula(s))}。")


class OfCorners(Decode[BoxDecodeCorners]):
    """By corners."""

    spec = BoxDecodeCorners
    levels = (2,)
    find = "corners"
    rule = RULE + r", $x_{1,2} = x \mp w/2$"
    mistakes = CORNER_MISTAKES

    def sample(self, draw: Draw, level: int) -> BoxDecodeCorners | None:
        return BoxDecodeCorners(draw_box(draw, 300, 40, 160, 2), _draw_offsets(draw, 0.5, 2), draw.choice(CORNERS))

    def end(self, s: BoxDecodeCorners) -> Text:
        sign, (middle, size) = "-" if _side(s) < 0 else "+", _right(s)
        steps = f"{short(middle)} {sign} {short(size)}/2 = {short(middle + _side(s) * size / 2)}"
        return Text(f"\n\n{SYMBOL[s.component][0]}: ${steps}$.", f"\n\n{SYMBOL[s.component][1].strip()}：${steps}$。")


class Clipped(Decode[BoxDecodeClipped]):
    """By corners; offsets normalized, the box clipped."""

    spec = BoxDecodeClipped
    levels = (3,)
    find = "clipped"
    rule = Text(
        RULE + r" with $t$ times its standard deviation; $x_{1,2} = x \mp w/2$, clipped to the image",
        RULE + r"，$t$ 先乘以标准差；$x_{1,2} = x \mp w/2$，再裁剪到图像",
    )
    mistakes = (
        Mistake(
            "A box that reaches beyond the image is clipped to its border.",
            "超出图像的框要裁剪到图像边界。",
            lambda s: _right(s)[0] + _side(s) * _right(s)[1] / 2,
        ),
        Mistake(
            "Predicted offsets are first multiplied by their standard deviations.",
            "预测的偏移量要先乘以各自的标准差。",
            lambda s: _corner(s, *_right(BoxDecodeCorners(s.anchor, s.t, s.component))),
        ),
        *CORNER_MISTAKES,
    )

    def sample(self, draw: Draw, level: int) -> BoxDecodeClipped | None:
        anchor = draw_box(draw, 320, 60, 200, 2)
        width, height = max(anchor[2], 200) + 2 * draw.integer(0, 15), max(anchor[3], 200) + 2 * draw.integer(0, 15)
        std = draw.choice(((0.1, 0.2), (0.1, 0.25), (0.2, 0.4)))
        return BoxDecodeClipped(anchor, _draw_offsets(draw, 2, 1), draw.choice(CORNERS), width, height, *std)

    def after(self, s: BoxDecodeClipped) -> Text:
        one, two = num(s.std_centre), num(s.std_size)
        return Text(
            f"They are normalized: they still have to be multiplied by the standard deviations {one} (centre) and {two} (size). The "
            f"decoded box is clipped to the image: x to [0, {s.width}], y to [0, {s.height}]. ",
            f"这些偏移量经过归一化，须先乘以标准差 {one}（中心）和 {two}（宽高）。"
            f"解码后的框裁剪到图像内：x 限于 [0, {s.width}]，y 限于 [0, {s.height}]。",
        )

    def end(self, s: BoxDecodeClipped) -> Text:
        sign, (middle, size) = "-" if _side(s) < 0 else "+", _right(s)
        steps = f"{short(middle)} {sign} {short(size)}/2 = {short(middle + _side(s) * size / 2)}"
        one, two, result = num(s.std_centre), num(s.std_size), short(self.formula(s))
        return Text(
            f" (Offsets times {one} and {two}.)\n\n{SYMBOL[s.component][0]}: ${steps}$; within the {s.width}×{s.height} image: "
            f"{result}.",
            f"（偏移量已乘以 {one} 和 {two}。）\n\n{SYMBOL[s.component][1].strip()}：${steps}$；"
            f"裁剪到 {s.width}×{s.height} 的图像内：{result}。",
        )


def _draw_offsets(draw: Draw, reach: float, places: int) -> Offsets:
    tx, ty, tw, th = draw.decimals(4, -reach, reach, places)
    return tx or 0.1, ty or -0.1, tw or 0.2, th or -0.2


MODEL = ItemModel(
    name="box_decode",
    version=1,
    topic="detection",
    title=Text("Decoding a box from an anchor", "由锚框解码边界框"),
    questions=(OfCentred(), OfCorners(), Clipped()),
)
