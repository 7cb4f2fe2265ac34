"""Boxes of YOLOv2 and v3: b_x = σ(t_x) + c_x, b_w = p_w exp(t_w) (Redmon and Farhadi 2017 and 2018)."""

from __future__ import annotations

import math

from quizcv.answers import Number
from quizcv.items.detection._text import short, written
from quizcv.items.detection._yolo import BOX_SYMBOL, MISTAKES, RULE, decoded, worked
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.box_coding import Offset, YoloDecode, YoloDecodePixels, YoloTarget

OFFSETS: tuple[Offset, ...] = ("tx", "ty", "tw", "th")
RAW_SYMBOL = {"tx": "t_x", "ty": "t_y", "tw": "t_w", "th": "t_h"}


class Cells(Question[YoloDecode]):
    """In units of grid cells."""

    spec = YoloDecode
    answer = Number(decimals=3)
    levels = (1,)
    rule = RULE
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> YoloDecode | None:
        t = draw.decimals(4, -2, 2, 1)
        if min(map(abs, t)) < 0.2:
            return None
        tx, ty, tw, th = t
        prior = draw.decimal(1, 9, 1), draw.decimal(1, 9, 1)
        s = YoloDecode((tx, ty, tw / 2, th / 2), (draw.integer(0, 12), draw.integer(0, 12)), prior, "bx")
        return YoloDecode(s.t, s.cell, prior, draw.choice(("bx", "by", "bw", "bh")))

    def formula(self, s: YoloDecode) -> float:
        return decoded(s)

    def stem(self, s: YoloDecode) -> Text:
        symbol, offsets, cell, prior = BOX_SYMBOL[s.component], written(s.t), written(s.cell), written(s.prior)
        return Text(
            f"YOLOv2 predicts $(t_x, t_y, t_w, t_h)$ = {offsets} in the grid "
            f"cell with column and row $(c_x, c_y)$ = {cell} (from 0), for the "
            f"prior of width and height $(p_w, p_h)$ = {prior}, in cells. What is ${symbol}$ of the box, in cells?",
            f"YOLOv2 在列、行为 $(c_x, c_y)$ = {cell}（从 0 起）的格子中，"
            f"对宽高为 $(p_w, p_h)$ = {prior} 的先验框预测 $(t_x, t_y, t_w, "
            f"t_h)$ = {offsets}（以格子为单位）。框的 ${symbol}$ 是多少个格子？",
        )

    def solution(self, s: YoloDecode) -> Text:
        steps = worked(s)
        return Text(f"Put in: ${steps}$.", f"代入：${steps}$。")


class Pixels(Question[YoloDecodePixels]):
    """In pixels, as YOLOv3 does at each of its strides."""

    spec = YoloDecodePixels
    answer = Number(decimals=2, unit="px")
    levels = (2,)
    find = "pixels"
    rule = Text(RULE + "; centres times the stride, priors in pixels", RULE + r"；中心乘以步长，先验框以像素为单位")
    mistakes = (
        Mistake(
            "The centre counts in cells: it has to be multiplied by the stride.",
            "中心以格子为单位，要乘以步长。",
            lambda s: decoded(s) / s.stride if s.component in ("bx", "by") else None,
        ),
        Mistake(
            "The prior is in pixels already: it is not multiplied by the stride.",
            "先验框已以像素为单位，不再乘以步长。",
            lambda s: decoded(s) * s.stride if s.component in ("bw", "bh") else None,
        ),
        *MISTAKES,
    )

    def sample(self, draw: Draw, level: int) -> YoloDecodePixels | None:
        t = draw.decimals(4, -1.5, 1.5, 2)
        if min(map(abs, t)) < 0.2:
            return None
        tx, ty, tw, th = t
        stride, prior = draw.choice(
            ((8, (10, 13)), (8, (33, 23)), (16, (30, 61)), (16, (62, 45)), (32, (116, 90)), (32, (156, 198)))
        )
        last = 416 // stride - 1
        cell = draw.integer(0, last), draw.integer(0, last)
        return YoloDecodePixels((tx, ty, tw, th), cell, prior, draw.choice(("bx", "by", "bw", "bh")), stride)

    def formula(self, s: YoloDecodePixels) -> float:
        return decoded(s)

    def stem(self, s: YoloDecodePixels) -> Text:
        symbol, offsets, cell, prior = BOX_SYMBOL[s.component], written(s.t), written(s.cell), written(s.prior)
        return Text(
            f"On its map of stride {s.stride}, YOLOv3 predicts $(t_x, t_y, t_w, t_h)$ = {offsets} in the cell with column and row "
            f"$(c_x, c_y)$ = {cell} (from 0), for the anchor of {prior} pixels (width, height). What is ${symbol}$ in pixels of the "
            "network's input?",
            f"在步长为 {s.stride} 的特征图上，YOLOv3 在列、行为 $(c_x, c_y)$ = {cell}（从 0 起）的格子中，对宽、高为 {prior} 像素的锚框"
            f"预测 $(t_x, t_y, t_w, t_h)$ = {offsets}。${symbol}$ 等于网络输入图像上的多少像素？",
        )

    def solution(self, s: YoloDecodePixels) -> Text:
        return Text(f"Stride {s.stride}: ${worked(s)}$.", f"步长 {s.stride}：${worked(s)}$。")


def _axis(s: YoloTarget) -> int:
    return OFFSETS.index(s.component)


def _fraction(s: YoloTarget) -> float:
    return s.box[_axis(s)] % s.stride / s.stride


def _ratio(s: YoloTarget) -> float:
    return s.box[_axis(s)] / s.prior[_axis(s) - 2]


def _target(s: YoloTarget) -> float:
    if _axis(s) >= 2:
        return math.log(_ratio(s))
    return math.log(_fraction(s) / (1 - _fraction(s)))


class Target(Question[YoloTarget]):
    """The inverse: which raw output would be right."""

    spec = YoloTarget
    answer = Number(decimals=3)
    levels = (3,)
    find = "t"
    rule = Text(
        r"$t_x = \ln\frac{f}{1 - f}$ with $f = b_x/s - \lfloor b_x/s \rfloor$; $t_w = \ln(b_w/p_w)$",
        r"$t_x = \ln\frac{f}{1 - f}$，其中 $f = b_x/s - \lfloor b_x/s \rfloor$；$t_w = \ln(b_w/p_w)$",
    )
    mistakes = (
        Mistake(
            "The sigmoid still has to be undone: that is the place within the cell.",
            "还要求 sigmoid 的反函数：这只是格子内的位置。",
            lambda s: _fraction(s) if _axis(s) < 2 else None,
        ),
        Mistake("The fraction is upside down.", "分式上下颠倒了。", lambda s: -_target(s)),
        Mistake(
            "The inverse of the sigmoid is ln(f/(1 − f)), not ln f.",
            "sigmoid 的反函数是 ln(f/(1 − f))，不是 ln f。",
            lambda s: math.log(_fraction(s)) if _axis(s) < 2 else None,
        ),
        Mistake(
            "The odds still need the logarithm.",
            "f/(1 − f) 还要取对数。",
            lambda s: _fraction(s) / (1 - _fraction(s)) if _axis(s) < 2 else None,
        ),
        Mistake(
            "The logarithm of the ratio is needed, not the ratio.",
            "需要的是比值的对数，不是比值。",
            lambda s: _ratio(s) if _axis(s) >= 2 else None,
        ),
        Mistake(
            "Prior and box are both in pixels here: the stride does not enter.",
            "先验框与框都以像素为单位，与步长无关。",
            lambda s: math.log(_ratio(s) / s.stride) if _axis(s) >= 2 else None,
        ),
        Mistake(
            "Sizes use the logarithm of the ratio, not the relative difference.",
            "宽高用比值的对数，而不是相对差。",
            lambda s: _ratio(s) - 1 if _axis(s) >= 2 else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> YoloTarget | None:
        stride = draw.choice((8, 16, 32))
        prior = draw.integer(2, 40) * 5, draw.integer(2, 40) * 5
        box = draw.integer(10, 400), draw.integer(10, 400), draw.integer(10, 200), draw.integer(10, 200)
        s = YoloTarget(box, stride, prior, draw.choice(OFFSETS))
        if box[0] % stride == 0 or box[1] % stride == 0 or abs(_target(s)) < 0.1:
            return None
        return s if _axis(s) < 2 or 0.3 < _ratio(s) < 3 else None

    def formula(self, s: YoloTarget) -> float:
        return _target(s)

    def stem(self, s: YoloTarget) -> Text:
        symbol, box, prior = RAW_SYMBOL[s.component], written(s.box), written(s.prior)
        return Text(
            f"A ground truth (centre x, centre y, width, height) = {box} in pixels belongs to the anchor of {prior} pixels (width, "
            f"height) on YOLOv3's map of stride {s.stride}, in the cell that its centre lies in. Which raw output ${symbol}$ would "
            "decode to it exactly?",
            f"真实框（中心 x, 中心 y, 宽, 高）= {box}（像素），归步长为 {s.stride} 的 YOLOv3 特征图上宽、高为 {prior} 像素的锚框负责，"
            f"格子为其中心所在的格子。原始输出 ${symbol}$ 为多少时，解码结果恰好等于真实框？",
        )

    def solution(self, s: YoloTarget) -> Text:
        axis, symbol = _axis(s), RAW_SYMBOL[s.component]
        if axis >= 2:
            steps = rf"{symbol} = \ln({s.box[axis]}/{s.prior[axis - 2]}) = {short(_target(s))}"
            return Text(
                f"The anchor is in pixels, so the stride {s.stride} does not matter: ${steps}$.",
                f"锚框以像素为单位，与步长 {s.stride} 无关：${steps}$。",
            )
        place = f"{s.box[axis]}/{s.stride} = {short(s.box[axis] / s.stride)}"
        f = short(_fraction(s))
        steps = rf"{symbol} = \ln({f}/(1 - {f})) = {short(_target(s))}"
        return Text(
            f"In cells: ${place}$, so the place in the cell is $f = {f}$.\n\n${steps}$.",
            f"以格子为单位：${place}$，格子内的位置 $f = {f}$。\n\n${steps}$。",
        )


MODEL = ItemModel(
    name="yolo_decode",
    version=1,
    topic="detection",
    title=Text("Decoding a box of YOLO", "YOLO 边界框的解码"),
    questions=(Cells(), Pixels(), Target()),
)
