"""Boxes of YOLOv2 and v3 from raw outputs: values, worked steps and what goes wrong."""

from __future__ import annotations

import math
from typing import Any

from quizcv.items.detection._text import short
from quizcv.items.model import Mistake
from quizcv.items.text import num
from quizcv.specs.box_coding import YoloDecode, YoloDecodePixels

PARTS = ("bx", "by", "bw", "bh")
BOX_SYMBOL = {"bx": "b_x", "by": "b_y", "bw": "b_w", "bh": "b_h"}


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _stride(s: YoloDecode) -> int:
    return s.stride if isinstance(s, YoloDecodePixels) else 1


def value_with(s: YoloDecode, *, shift: float | None = None, stretch: float | None = None) -> float | None:
    """The answer, or what it becomes with another shift within the cell (None for sizes) or another stretch (None for centres)."""
    axis = PARTS.index(s.component)
    if axis < 2:
        if stretch is not None:
            return None
        return (s.cell[axis] + (_sigmoid(s.t[axis]) if shift is None else shift)) * _stride(s)
    if shift is not None:
        return None
    return s.prior[axis - 2] * (math.exp(s.t[axis]) if stretch is None else stretch)


def raw_output(s: YoloDecode) -> float:
    return s.t[PARTS.index(s.component)]


def decoded(s: YoloDecode) -> float:
    value = value_with(s)
    assert value is not None
    return value


MISTAKES: tuple[Mistake[Any], ...] = (
    Mistake(
        "The centre's offset goes through a sigmoid, so that it stays in its cell.",
        "中心偏移要经过 sigmoid，使其不出所在格子。",
        lambda s: value_with(s, shift=raw_output(s)),
    ),
    Mistake("The cell's own index has to be added.", "还要加上格子自身的下标。", lambda s: _without_cell(s)),
    Mistake(
        "A cell begins at its index: no half cell is added.",
        "格子从其下标处开始，不再加半个格子。",
        lambda s: value_with(s, shift=_sigmoid(raw_output(s)) + 0.5),
    ),
    Mistake(
        "The sign within the sigmoid is reversed.",
        "sigmoid 中的符号反了。",
        lambda s: value_with(s, shift=_sigmoid(-raw_output(s))),
    ),
    Mistake(
        "The size goes through an exponential, not a sigmoid.",
        "宽高经过指数函数，而不是 sigmoid。",
        lambda s: value_with(s, stretch=_sigmoid(raw_output(s))),
    ),
    Mistake(
        "The size is the prior times the exponential of the offset, not times 1 + the offset.",
        "宽高为先验框乘以偏移量的指数，而不是乘以 1 + 偏移量。",
        lambda s: value_with(s, stretch=1 + raw_output(s)),
    ),
    Mistake(
        "The size is the prior times the exponential, not their sum.",
        "宽高为先验框与指数的乘积，不是二者之和。",
        lambda s: _summed(s),
    ),
    Mistake(
        "The sign in the exponent is reversed.",
        "指数的符号反了。",
        lambda s: value_with(s, stretch=math.exp(-raw_output(s))),
    ),
)


def _without_cell(s: YoloDecode) -> float | None:
    return _sigmoid(raw_output(s)) * _stride(s) if s.component in ("bx", "by") else None


def _summed(s: YoloDecode) -> float | None:
    axis = PARTS.index(s.component)
    return s.prior[axis - 2] + math.exp(s.t[axis]) if axis >= 2 else None


RULE = r"$b_x = \sigma(t_x) + c_x$, $b_y = \sigma(t_y) + c_y$, $b_w = p_w e^{t_w}$, $b_h = p_h e^{t_h}$"


def worked(s: YoloDecode) -> str:
    axis, symbol, raw = PARTS.index(s.component), BOX_SYMBOL[s.component], num(raw_output(s))
    if axis >= 2:
        return rf"{symbol} = {num(s.prior[axis - 2])} \cdot e^{{{raw}}} = {short(decoded(s))}"
    inner = rf"\sigma({raw}) + {s.cell[axis]}"
    if not isinstance(s, YoloDecodePixels):
        return f"{symbol} = {inner} = {short(_sigmoid(raw_output(s)))} + {s.cell[axis]} = {short(decoded(s))}"
    return rf"{symbol} = ({inner}) \cdot {s.stride} = {short(decoded(s) / s.stride)} \cdot {s.stride} = {short(decoded(s))}"
