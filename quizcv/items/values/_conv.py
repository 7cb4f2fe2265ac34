"""The output of a convolution, its options and its window, for the questions about it."""

from __future__ import annotations

from quizcv.items.values._matrices import (
    correlate,
)
from quizcv.model import Text
from quizcv.specs.matrices import Matrix
from quizcv.specs.values import (
    ConvValue,
)


def conv(s: ConvValue, *, weight: Matrix | None = None, stride: int | None = None, padding: int | None = None) -> int:
    """The output with one part replaced."""
    return s.bias + correlate(
        s.x,
        s.weight if weight is None else weight,
        s.row,
        s.col,
        s.stride if stride is None else stride,
        s.padding if padding is None else padding,
        s.dilation,
    )


def unpadded(s: ConvValue) -> int | None:
    """The output without the padding; None where there is none at this place."""
    reach = s.dilation * (len(s.weight) - 1)
    fits = s.row * s.stride + reach < len(s.x) and s.col * s.stride + reach < len(s.x[0])
    return conv(s, padding=0) if fits else None


def options(s: ConvValue) -> Text:
    return Text(
        f"stride {s.stride}, padding {s.padding}, bias {s.bias}",
        f"步长 {s.stride}，填充 {s.padding}，偏置 {s.bias}",
    )


def window(s: ConvValue) -> Text:
    """Where the kernel stands."""
    top, left = s.row * s.stride - s.padding, s.col * s.stride - s.padding
    steps = rf"{s.row} \cdot {s.stride} - {s.padding} = {top}", rf"{s.col} \cdot {s.stride} - {s.padding} = {left}"
    return Text(
        f"For output ({s.row}, {s.col}) the kernel starts at input row ${steps[0]}$ and column ${steps[1]}$; "
        "cells outside the input are 0.",
        f"输出 ({s.row}, {s.col}) 对应的窗口从输入的第 ${steps[0]}$ 行、第 ${steps[1]}$ 列开始；输入之外的位置为 0。",
    )
