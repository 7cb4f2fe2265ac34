"""Stacks of depthwise separable convolutions against plain ones."""

from __future__ import annotations

from itertools import pairwise

from quizcv.answers import Integer, Number
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    conv,
    depthwise,
    normed,
    with_norm,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mobile_blocks import SeparableFactor, SeparableStack


def _depthwise(s: SeparableStack | SeparableFactor) -> int:
    return s.kernel**2 * sum(s.channels[:-1])


def _pointwise(s: SeparableStack | SeparableFactor) -> int:
    return sum(inputs * outputs for inputs, outputs in pairwise(s.channels))


def _ends(s: SeparableStack) -> int:
    """Channels behind all convolutions together."""
    return sum(s.channels[:-1]) + sum(s.channels[1:])


def _norm(s: SeparableStack, per_channel: int = 2) -> int:
    return s.norm * per_channel * _ends(s)


def _named(channels: tuple[int, ...]) -> str:
    return "→".join(map(str, channels))


class Params(Counted[SeparableStack]):
    """Source: Howard et al. 2017, "MobileNets", section 3.1."""

    spec = SeparableStack
    answer = Integer()
    levels = (1, 2)
    rule = with_norm(r"$\sum (k^2 C_{i-1} + C_{i-1} C_i)$", r"$\sum 2 (C_{i-1} + C_i)$")
    mistakes = (
        Mistake(
            "The layers were counted as plain convolutions.",
            "各层按普通卷积计了。",
            lambda s: s.kernel**2 * _pointwise(s) + s.norm * 2 * sum(s.channels[1:]),
        ),
        Mistake(
            "The depthwise convolutions were given the output channels; they keep the input's.",
            "逐通道卷积按输出通道数计了；它保持输入通道数。",
            lambda s: s.kernel**2 * sum(s.channels[1:]) + _pointwise(s) + s.norm * 4 * sum(s.channels[1:]),
        ),
        Mistake(
            "The depthwise convolutions were left out.",
            "漏了逐通道卷积。",
            lambda s: _pointwise(s) + s.norm * 2 * sum(s.channels[1:]),
        ),
        Mistake(*NORM_MISSED, lambda s: _depthwise(s) + _pointwise(s) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _depthwise(s) + _pointwise(s) + _norm(s, 4) if s.norm else None),
        Mistake(*BIAS_ADDED, lambda s: _depthwise(s) + _pointwise(s) + _norm(s) + _ends(s)),
    )

    def sample(self, draw: Draw, level: int) -> SeparableStack | None:
        channels = tuple(16 * draw.integer(1, 16) for _ in range(3 if level == 1 else draw.integer(3, 4)))
        return (
            SeparableStack(channels) if level == 1 else SeparableStack(channels, draw.choice((3, 5)), draw.chance(0.8))
        )

    def parts(self, s: SeparableStack) -> list[Part]:
        found: list[Part] = []
        for inputs, outputs in pairwise(s.channels):
            found += [depthwise(inputs, s.kernel), conv(inputs, outputs)]
        if s.norm:
            found.append(
                (f"batch normalization ({_ends(s)} channels)", f"批归一化（{_ends(s)} 个通道）", (2, _ends(s)))
            )
        return found

    def stem(self, s: SeparableStack) -> Text:
        rule, k, count = normed(s.norm), s.kernel, len(s.channels) - 1
        return Text(
            f"{count} depthwise separable layers follow each other, each a depthwise {k}×{k} convolution and then a 1×1 "
            f"convolution; the channels are {_named(s.channels)}. {rule.en} How many parameters do they have together?",
            f"{count} 个深度可分离层依次相连，每层先做 {k}×{k} 逐通道卷积，再做 1×1 卷积；通道数为 {_named(s.channels)}。"
            f"{rule.zh}它们共有多少个参数？",
        )


class Factor(Question[SeparableFactor]):
    """How many times the weights a plain stack has."""

    spec = SeparableFactor
    answer = Number(decimals=2)
    levels = (3,)
    find = "factor"
    rule = r"$k^2 \sum C_{i-1} C_i / \sum (k^2 C_{i-1} + C_{i-1} C_i)$"
    mistakes = (
        Mistake(
            "The depthwise convolutions were left out: k² would be the ratio to the 1×1 convolutions alone.",
            "漏了逐通道卷积：k² 只是相对于 1×1 卷积的比值。",
            lambda s: float(s.kernel**2),
        ),
        Mistake(
            "The ratio was turned over.",
            "比值取反了。",
            lambda s: (_depthwise(s) + _pointwise(s)) / (s.kernel**2 * _pointwise(s)),
        ),
        Mistake(
            "The ratios of the layers were averaged; the weights are to be added up first.",
            "对各层的比值取了平均；应先把权重相加。",
            lambda s: sum(s.kernel**2 * out / (s.kernel**2 + out) for out in s.channels[1:]) / (len(s.channels) - 1),
        ),
        Mistake(
            "Only the last layer was compared.",
            "只比较了最后一层。",
            lambda s: s.kernel**2 * s.channels[-1] / (s.kernel**2 + s.channels[-1]),
        ),
        Mistake(
            "Only the first layer was compared.",
            "只比较了第一层。",
            lambda s: s.kernel**2 * s.channels[1] / (s.kernel**2 + s.channels[1]),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeparableFactor | None:
        channels = tuple(8 * draw.integer(1, 16) for _ in range(3))
        return SeparableFactor(channels, draw.choice((3, 5))) if channels[1] != channels[2] else None

    def formula(self, s: SeparableFactor) -> float:
        return s.kernel**2 * _pointwise(s) / (_depthwise(s) + _pointwise(s))

    def stem(self, s: SeparableFactor) -> Text:
        k, count = s.kernel, len(s.channels) - 1
        return Text(
            f"{count} plain {k}×{k} convolutions with channels {_named(s.channels)} are replaced by depthwise separable "
            f"ones (depthwise {k}×{k}, then 1×1) with the same channels; no biases. How many times as many weights did the "
            "plain convolutions have?",
            f"{count} 个普通 {k}×{k} 卷积（通道数 {_named(s.channels)}）换成通道数相同的深度可分离卷积（{k}×{k} 逐通道卷积"
            "，再 1×1 卷积），均无偏置。原来的权重数是现在的多少倍？",
        )

    def solution(self, s: SeparableFactor) -> Text:
        k, ones = s.kernel, _pointwise(s)
        pointwise = " + ".join(rf"{inputs} \cdot {outputs}" for inputs, outputs in pairwise(s.channels))
        plain = rf"{k}^2 \cdot ({pointwise}) = {num(k**2 * ones)}"
        deep = rf"{k}^2 \cdot ({' + '.join(map(str, s.channels[:-1]))}) + {num(ones)} = {num(_depthwise(s) + ones)}"
        ratio = f"{num(k**2 * ones)} / {num(_depthwise(s) + ones)} = {num(self.formula(s))}"
        return Text(
            f"Plain: ${plain}$.\n\nSeparable: ${deep}$.\n\n${ratio}$.",
            f"普通卷积：${plain}$。\n\n深度可分离：${deep}$。\n\n${ratio}$。",
        )


MODEL = ItemModel(
    name="depthwise_block_saving",
    version=1,
    topic="counting",
    title=Text("Stacks of depthwise separable layers", "深度可分离层的堆叠"),
    questions=(Params(), Factor()),
)
