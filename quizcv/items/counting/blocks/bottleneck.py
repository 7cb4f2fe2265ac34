"""Bottleneck blocks: 1×1, 3×3, 1×1."""

from __future__ import annotations

from math import isqrt

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    conv,
    normed,
    norms,
    product,
    sixteens,
    with_norm,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.blocks import BottleneckParams, BottleneckSaving, BottleneckWidth

KERNEL_MISSED = ("The middle convolution was taken as 1×1; it is 3×3.", "中间的卷积被当成了 1×1；它是 3×3。")
ONE_SIDE = ("Only one of the two 1×1 convolutions was counted.", "只算了两个 1×1 卷积中的一个。")
WIDE_MIDDLE = (
    "The 3×3 convolution was taken to work on all channels of the block; it works on the reduced ones.",
    "3×3 卷积按模块的全部通道计了；它只作用于压缩后的通道。",
)


def _weights(channels: int, width: int) -> int:
    return 2 * channels * width + 9 * width * width


def _norm(s: BottleneckParams, per_channel: int = 2) -> int:
    return s.norm * per_channel * (2 * s.width + s.channels)


class Params(Counted[BottleneckParams]):
    """Source: He et al. 2016, "Deep Residual Learning for Image Recognition", figure 5 right."""

    spec = BottleneckParams
    answer = Integer()
    levels = (1, 2)
    rule = with_norm("$2 C w + 9 w^2$", "$2 (2w + C)$")
    mistakes = (
        Mistake(*KERNEL_MISSED, lambda s: _weights(s.channels, s.width) - 8 * s.width**2 + _norm(s)),
        Mistake(*ONE_SIDE, lambda s: _weights(s.channels, s.width) - s.channels * s.width + _norm(s)),
        Mistake(*WIDE_MIDDLE, lambda s: 2 * s.channels * s.width + 9 * s.channels**2 + _norm(s)),
        Mistake(*BIAS_ADDED, lambda s: _weights(s.channels, s.width) + _norm(s) + 2 * s.width + s.channels),
        Mistake(*NORM_MISSED, lambda s: _weights(s.channels, s.width) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _weights(s.channels, s.width) + _norm(s, 4) if s.norm else None),
    )

    def sample(self, draw: Draw, level: int) -> BottleneckParams | None:
        width = sixteens(draw, 16, 256)
        return BottleneckParams(width * (4 if level == 1 else draw.choice((2, 4, 8))), width, level == 2)

    def parts(self, s: BottleneckParams) -> list[Part]:
        found = [conv(s.channels, s.width), conv(s.width, s.width, 3), conv(s.width, s.channels)]
        return [*found, norms(s.width, s.width, s.channels)] if s.norm else found

    def stem(self, s: BottleneckParams) -> Text:
        rule = normed(s.norm)
        return Text(
            f"A bottleneck block reduces {s.channels} channels to {s.width} by a 1×1 convolution, applies a 3×3 "
            f"convolution to those and restores {s.channels} by another 1×1 convolution; its shortcut is the identity. "
            f"{rule.en} How many parameters does the block have?",
            f"一个瓶颈块先用 1×1 卷积把 {s.channels} 个通道压缩到 {s.width} 个，再做 3×3 卷积，"
            f"最后用 1×1 卷积恢复到 {s.channels} 个；捷径为恒等映射。{rule.zh}该块有多少个参数？",
        )


class Saving(Question[BottleneckSaving]):
    """Against a plain block of the same channels."""

    spec = BottleneckSaving
    answer = Integer()
    levels = (2,)
    find = "saving"
    rule = r"$18 C^2 - (2 C w + 9 w^2)$"
    mistakes = (
        Mistake(
            "The plain block was taken as one 3×3 convolution; it has two.",
            "普通块只按一个 3×3 卷积计了；它有两个。",
            lambda s: 9 * s.channels**2 - _weights(s.channels, s.width),
        ),
        Mistake(*KERNEL_MISSED, lambda s: 18 * s.channels**2 - 2 * s.channels * s.width - s.width**2),
        Mistake(*ONE_SIDE, lambda s: 18 * s.channels**2 - s.channels * s.width - 9 * s.width**2),
        Mistake(
            "Those are the bottleneck's weights, not what it saves.",
            "这是瓶颈块的权重数，不是节省的数量。",
            lambda s: _weights(s.channels, s.width),
        ),
        Mistake(
            "Those are the plain block's weights, not what is saved.",
            "这是普通块的权重数，不是节省的数量。",
            lambda s: 18 * s.channels**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BottleneckSaving | None:
        width = sixteens(draw, 16, 128)
        return BottleneckSaving(width * draw.choice((2, 4, 8)), width)

    def formula(self, s: BottleneckSaving) -> int:
        return 18 * s.channels**2 - _weights(s.channels, s.width)

    def stem(self, s: BottleneckSaving) -> Text:
        return Text(
            f"A plain block has two 3×3 convolutions that keep {s.channels} channels. A bottleneck block on {s.channels} "
            f"channels has 1×1 ({s.channels}→{s.width}), 3×3 ({s.width}→{s.width}) and 1×1 ({s.width}→{s.channels}) "
            "convolutions instead. No convolution has a bias; batch normalization is not counted. How many weights does "
            "the bottleneck save?",
            f"一个普通块含两个保持 {s.channels} 个通道的 3×3 卷积。换成瓶颈块：1×1（{s.channels}→{s.width}）、"
            f"3×3（{s.width}→{s.width}）、1×1（{s.width}→{s.channels}）。卷积均无偏置，不计批归一化。瓶颈块节省了多少个权重？",
        )

    def solution(self, s: BottleneckSaving) -> Text:
        plain, neck = product(2, 9, s.channels, s.channels), _weights(s.channels, s.width)
        steps = rf"2 \cdot {s.channels} \cdot {s.width} + 9 \cdot {s.width}^2 = {num(neck)}"
        rest = f"{num(18 * s.channels**2)} - {num(neck)} = {num(self.formula(s))}"
        return Text(
            f"Plain: ${plain}$.\n\nBottleneck: ${steps}$.\n\nSaved: ${rest}$.",
            f"普通块：${plain}$。\n\n瓶颈块：${steps}$。\n\n节省：${rest}$。",
        )


def _widest(channels: int, allowed: int) -> int:
    """The largest w with 9w² + 2Cw ≤ allowed, since then (9w + C)² ≤ C² + 9 · allowed."""
    return (isqrt(channels**2 + 9 * allowed) - channels) // 9


class Width(Question[BottleneckWidth]):
    """The width at which both cost the same."""

    spec = BottleneckWidth
    answer = Integer("channels")
    levels = (3,)
    find = "width"
    rule = Text(
        r"the largest $w$ with $2 C w + 9 w^2 \le 18 B^2$, where the plain block keeps $B$ channels: $w = "
        r"\lfloor (\sqrt{C^2 + 162 B^2} - C)/9 \rfloor$",
        r"满足 $2 C w + 9 w^2 \le 18 B^2$ 的最大 $w$（普通块保持 $B$ 个通道）：$w = \lfloor (\sqrt{C^2 + 162 B^2} - C)/9 "
        r"\rfloor$",
    )
    mistakes = (
        Mistake(
            "The plain block was taken as one 3×3 convolution; it has two.",
            "普通块只按一个 3×3 卷积计了；它有两个。",
            lambda s: _widest(s.channels, 9 * s.plain**2),
        ),
        Mistake(
            "The 1×1 convolutions were left out.",
            "漏了两个 1×1 卷积。",
            lambda s: isqrt(2 * s.plain**2),
        ),
        Mistake(
            *ONE_SIDE,
            lambda s: (isqrt(s.channels**2 + 4 * 9 * 18 * s.plain**2) - s.channels) // 18,
        ),
        Mistake(*KERNEL_MISSED, lambda s: isqrt(s.channels**2 + 18 * s.plain**2) - s.channels),
        Mistake(
            "That is the next width: it no longer keeps within the plain block's weights.",
            "这是下一个宽度：权重数已超过普通块。",
            lambda s: _widest(s.channels, 18 * s.plain**2) + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BottleneckWidth | None:
        plain = sixteens(draw, 32, 256)
        return BottleneckWidth(plain * draw.choice((1, 2, 4)), plain)

    def formula(self, s: BottleneckWidth) -> int:
        return _widest(s.channels, 18 * s.plain**2)

    def stem(self, s: BottleneckWidth) -> Text:
        return Text(
            f"A plain block has two 3×3 convolutions that keep {s.plain} channels. A bottleneck block with 1×1 "
            f"({s.channels}→w), 3×3 (w→w) and 1×1 (w→{s.channels}) convolutions may not have more weights (no biases, "
            "batch normalization not counted). What is the largest w?",
            f"一个普通块含两个保持 {s.plain} 个通道的 3×3 卷积。一个瓶颈块依次为 1×1（{s.channels}→w）、3×3（w→w）、"
            f"1×1（w→{s.channels}）卷积，其权重数不得超过该普通块（均无偏置，不计批归一化）。w 最大是多少？",
        )

    def solution(self, s: BottleneckWidth) -> Text:
        allowed, width = 18 * s.plain**2, self.formula(s)
        plain = rf"18 \cdot {s.plain}^2 = {num(allowed)}"
        root = rf"w = (\sqrt{{{s.channels}^2 + 9 \cdot {allowed}}} - {s.channels})/9"
        fits, over = num(_weights(s.channels, width)), num(_weights(s.channels, width + 1))
        return Text(
            f"The plain block has ${plain}$ weights. $2 \\cdot {s.channels} w + 9 w^2 = {allowed}$ has the positive root "
            f"${root}$, rounded down {width}.\n\nCheck: w = {width} takes {fits}, w = {width + 1} takes {over}.",
            f"普通块有 ${plain}$ 个权重。$2 \\cdot {s.channels} w + 9 w^2 = {allowed}$ 的正根为 ${root}$，向下取整得 {width}。"
            f"\n\n验证：w = {width} 时为 {fits}，w = {width + 1} 时为 {over}。",
        )


MODEL = ItemModel(
    name="bottleneck_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a bottleneck block", "瓶颈块的参数量"),
    questions=(Params(), Saving(), Width()),
)
