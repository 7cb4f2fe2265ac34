"""What several blocks compute and say: their parts, their conventions, the misconceptions that come up in all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

from quizcv.items.model import Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs import Spec

S = TypeVar("S", bound=Spec)

#: What it is in English and in Chinese, and the factors of how many numbers (or multiply-accumulates) it takes.
Part = tuple[str, str, tuple[int, ...]]

BIAS_MISSED = (
    "The biases were left out: every output channel or unit has one.",
    "漏了偏置：每个输出通道（或单元）各有一个。",
)
BIAS_ADDED = ("Biases were counted for layers that have none.", "给没有偏置的层也算了偏置。")
NORM_MISSED = (
    "Batch normalization was left out: it learns two numbers per channel.",
    "漏了批归一化：每个通道要学两个数。",
)
NORM_FOUR = (
    "Batch normalization was given four numbers per channel; running mean and variance are not parameters.",
    "批归一化按每通道四个数计；滑动均值和方差不是参数。",
)
FLOPS = (
    "Those are FLOPs: a multiply-accumulate is a multiplication and an addition.",
    "这是 FLOPs：一次乘加包含一次乘法和一次加法。",
)


class Counted(Question[S]):
    """A question whose answer is the sum of its parts."""

    def parts(self, s: S) -> list[Part]:
        raise NotImplementedError

    def formula(self, s: S) -> int:
        return sum(math.prod(factors) for _, _, factors in self.parts(s))

    def solution(self, s: S) -> Text:
        parts = self.parts(s)
        if len(parts) == 1:
            en, zh, factors = parts[0]
            return Text(f"{en}: ${product(*factors)}$.", f"{zh}：${product(*factors)}$。")
        sums = [product(*factors) for _, _, factors in parts]
        total = added(*(math.prod(factors) for _, _, factors in parts))
        en = "\n".join(f"- {label}: ${one}$" for (label, _, _), one in zip(parts, sums, strict=True))
        zh = "\n".join(f"- {label}：${one}$" for (_, label, _), one in zip(parts, sums, strict=True))
        return Text(f"{en}\n\nTogether: ${total}$.", f"{zh}\n\n合计：${total}$。")


def weights(inputs: int, outputs: int, kernel: int = 1, groups: int = 1) -> int:
    """Weights of a convolution; documentation of torch.nn.Conv2d, "Variables"."""
    return inputs // groups * outputs * kernel * kernel


def conv(inputs: int, outputs: int, kernel: int = 1, groups: int = 1, times: int = 1) -> Part:
    """Weights of convolutions of one kind."""
    name = f"{kernel}×{kernel}, {inputs}→{outputs}"
    repeated = (times,) if times > 1 else ()
    window = (kernel, kernel) if kernel > 1 else ()
    factors = (*repeated, *window, inputs // groups, outputs)
    en, zh = name, name.replace(", ", "，")
    if groups > 1:
        en, zh = f"{en}, {groups} groups", f"{zh}，{groups} 组"
    if times > 1:
        en, zh = f"{en} ({times} of them)", f"{zh}（共 {times} 个）"
    return en, zh, factors


def depthwise(channels: int, kernel: int) -> Part:
    """Weights of a depthwise convolution."""
    return (
        f"depthwise {kernel}×{kernel}, {channels} channels",
        f"逐通道 {kernel}×{kernel}，{channels} 个通道",
        (kernel, kernel, channels),
    )


def dense(inputs: int, outputs: int) -> Part:
    """Weights of a fully connected layer."""
    return f"linear, {inputs}→{outputs}", f"全连接，{inputs}→{outputs}", (inputs, outputs)


def biases(*outputs: int) -> Part:
    """One per output of every layer."""
    written = " + ".join(map(str, outputs))
    return f"biases ({written})", f"偏置（{written}）", (sum(outputs),)


def norms(*channels: int) -> Part:
    """Scale and shift of batch normalizations."""
    written = " + ".join(map(str, channels))
    return f"batch normalization ({written} channels)", f"批归一化（{written} 个通道）", (2, sum(channels))


def product(*factors: int) -> str:
    """`3 \\cdot 64 = 192`."""
    if len(factors) == 1:
        return num(factors[0])
    written = r" \cdot ".join(map(str, factors))
    return f"{written} = {num(math.prod(factors))}"


def added(*summands: int) -> str:
    """`192 + 64 = 256`."""
    if len(summands) == 1:
        return num(summands[0])
    return f"{' + '.join(num(one) for one in summands)} = {num(sum(summands))}"


def listed(values: Iterable[int]) -> str:
    """`[256, 1024]`, without separators within the sizes."""
    return f"[{', '.join(map(str, values))}]"


def normed(norm: bool) -> Text:
    """The convention of blocks of convolutions."""
    if norm:
        return Text(
            "No convolution has a bias; each is followed by batch normalization, whose scale and shift count.",
            "卷积均无偏置，每个卷积之后都有批归一化，其缩放和平移参数计入。",
        )
    return Text("No convolution has a bias; batch normalization is not counted.", "卷积均无偏置，不计批归一化。")


def with_norm(rule: str, more: str) -> Text:
    """A rule, and what batch normalization adds to it."""
    return Text(f"{rule}, and {more} more with batch normalization", f"{rule}；有批归一化时再加 {more}")


def with_biases(rule: str, more: str) -> Text:
    """A rule, and what biases add to it."""
    return Text(f"{rule}, and {more} more with biases", f"{rule}；有偏置时再加 {more}")


def biased(bias: bool) -> Text:
    """The convention of convolutions with or without biases."""
    if bias:
        return Text("Every convolution has a bias; biases count.", "每个卷积都有偏置，偏置计入。")
    return Text("No convolution has a bias.", "所有卷积均无偏置。")


def sixteens(draw: Draw, low: int, high: int) -> int:
    """Channels, a multiple of 16."""
    return 16 * draw.integer(low // 16, high // 16)
