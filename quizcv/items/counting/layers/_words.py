"""Wording and sampling that several questions about single layers share."""

from __future__ import annotations

from typing import Any

from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw

#: Widths of layers: round ones, and others that networks have.
ROUND = (8, 16, 32, 64, 128, 256, 512)
OTHER = (12, 20, 24, 36, 40, 48, 56, 72, 80, 96, 112, 120, 144, 160, 192, 240, 320, 384)

#: Sides of maps in networks for images of 224, 256 or 32 pixels.
SIDES = (7, 8, 13, 14, 16, 27, 28, 32, 55, 56, 64, 112)

WITHOUT_BIAS = (
    "The biases were left out; there is one for each output channel.",
    "漏了偏置；每个输出通道有一个偏置。",
)
UNWANTED_BIAS = ("The layer has no biases; they were counted.", "该层没有偏置，却把偏置算进去了。")
SIDE_NOT_SQUARED = (
    "A k×k kernel has k² taps for each input channel, not k.",
    "k×k 的卷积核对每个输入通道有 k² 个权重，而不是 k 个。",
)
ONE_INPUT = (
    "Each filter reads all input channels of its group, not a single one.",
    "每个滤波器要读取所在组的全部输入通道，而不是一个通道。",
)
GROUPS_IGNORED = (
    "The groups were ignored: a filter reads only the input channels of its own group.",
    "忽略了分组：滤波器只读取本组的输入通道。",
)
GROUPS_TWICE = (
    "Groups divide the weights once: only the input channels of a filter become fewer.",
    "权重只除以一次组数：减少的只是每个滤波器的输入通道。",
)


def width(draw: Draw, level: int) -> int:
    """A number of channels."""
    return draw.choice(ROUND if level == 1 else OTHER + ROUND)


def groups_for(draw: Draw, *channels: int) -> int | None:
    """A number of groups above 1 that divides all of these."""
    possible = [groups for groups in (2, 3, 4, 8, 16, 32) if all(number % groups == 0 for number in channels)]
    return draw.choice(possible) if possible else None


def biases(bias: bool) -> Text:
    return Text("with biases", "带偏置") if bias else Text("without biases", "不带偏置")


def conv_words(s: Any, *, bias: bool | None = None, kernel: str = "") -> Text:
    """`A convolution from 64 to 128 channels with 3×3 kernels (…)`: groups where the parameters have some, biases where asked."""
    side = kernel or f"{s.kernel}×{s.kernel}"
    en, zh = [], []
    if hasattr(s, "groups"):
        en.append(f"`groups={s.groups}`")
        zh.append(f"`groups={s.groups}`")
    if bias is not None:
        en.append(biases(bias).en)
        zh.append(biases(bias).zh)
    more = Text(f" ({', '.join(en)})", f"（{'，'.join(zh)}）") if en else Text("", "")
    return Text(
        f"A convolution from {s.in_channels} to {s.out_channels} channels with {side} kernels{more.en}",
        f"卷积层输入 {s.in_channels} 通道、输出 {s.out_channels} 通道，卷积核 {side}{more.zh}",
    )


def share(s: Any) -> str:
    """The channels that a filter reads, for within `$…$`."""
    return f"{num(s.in_channels)}/{num(s.groups)} = {num(s.in_channels // s.groups)}"


def plus_bias(weights: int, count: int, bias: bool) -> str:
    """The last step, weights and biases, for within `$…$`."""
    return f"{num(weights)} + {num(count)} = {num(weights + count)}" if bias else num(weights)


def plus_one(count: int, bias: bool) -> str:
    """A factor with a bias beside its weights, for within `$…$`."""
    return f"({num(count)} + 1)" if bias else num(count)
