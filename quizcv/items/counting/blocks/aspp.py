"""Atrous spatial pyramid pooling."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_ADDED, NORM_FOUR, NORM_MISSED, Counted, Part, conv, listed, normed
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.head_blocks import AsppParams, AsppSeparable

ONE_BRANCH = (
    "The projection was taken to read one branch; it reads all of them, concatenated.",
    "投影卷积按只读一个分支计了；它读的是所有分支拼接后的通道。",
)
NO_PROJECTION = ("The projection behind the concatenation was left out.", "漏了拼接之后的投影卷积。")
DILATED = (
    "The dilation was taken to add weights; it only spreads the 9 taps.",
    "以为膨胀会增加权重；它只是把 9 个权重拉开。",
)


def _rates(draw: Draw, level: int) -> tuple[int, ...]:
    if level == 1:
        return (6, 12, 18)
    return draw.choice(((6, 12, 18), (12, 24, 36), (6, 12, 18, 24), (6, 12), (3, 6, 9), (4, 8, 12, 16)))


def _branches(s: AsppParams) -> int:
    return 1 + len(s.rates) + s.pooling


def _weights(s: AsppParams, *, taps: int | None = None, pooling: bool | None = None, joined: int | None = None) -> int:
    """With the taps of all dilated kernels, the pooling branch or the channels that the projection reads replaced."""
    ends = s.in_channels * s.out_channels
    ones = 1 + (s.pooling if pooling is None else pooling)
    read = _branches(s) * s.out_channels if joined is None else joined
    return ends * (ones + (9 * len(s.rates) if taps is None else taps)) + read * s.out_channels


def _norm(s: AsppParams, per_channel: int = 2) -> int:
    return s.norm * per_channel * (_branches(s) + 1) * s.out_channels


class Params(Counted[AsppParams]):
    """Source: Chen et al. 2017, "Rethinking Atrous Convolution for Semantic Image Segmentation", section 3.3."""

    spec = AsppParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$C_1 C_2 (1 + 9n)$ for $n$ dilations, $C_1 C_2$ for image pooling, $b\, C_2^2$ for the projection "
        "of $b$ branches; $2 (b + 1) C_2$ more with batch normalization",
        r"$n$ 个膨胀率：$C_1 C_2 (1 + 9n)$；图像级池化分支：$C_1 C_2$；$b$ 个分支拼接后的投影：$b\, C_2^2$；"
        "有批归一化时再加 $2 (b + 1) C_2$",
    )
    mistakes = (
        Mistake(*ONE_BRANCH, lambda s: _weights(s, joined=s.out_channels) + _norm(s)),
        Mistake(*NO_PROJECTION, lambda s: _weights(s, joined=0) + s.norm * 2 * _branches(s) * s.out_channels),
        Mistake(*DILATED, lambda s: _weights(s, taps=sum((2 * rate + 1) ** 2 for rate in s.rates)) + _norm(s)),
        Mistake(
            "The branch with image pooling was left out.",
            "漏了图像级池化分支。",
            lambda s: (
                _weights(s, pooling=False, joined=(_branches(s) - 1) * s.out_channels)
                + s.norm * 2 * _branches(s) * s.out_channels
                if s.pooling
                else None
            ),
        ),
        Mistake(
            "The 3×3 kernels were counted as 1×1.",
            "3×3 卷积核按 1×1 计了。",
            lambda s: _weights(s, taps=len(s.rates)) + _norm(s),
        ),
        Mistake(*NORM_MISSED, lambda s: _weights(s) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _weights(s) + _norm(s, 4) if s.norm else None),
        Mistake(*BIAS_ADDED, lambda s: _weights(s) + _norm(s) + (_branches(s) + 1) * s.out_channels),
    )

    def sample(self, draw: Draw, level: int) -> AsppParams | None:
        outputs = 32 * draw.integer(1, 8)
        inputs = outputs * draw.choice((2, 4, 8))
        return AsppParams(inputs, outputs, _rates(draw, level), draw.chance(0.7), level == 2 and draw.chance(0.7))

    def parts(self, s: AsppParams) -> list[Part]:
        found = [
            conv(s.in_channels, s.out_channels),
            conv(s.in_channels, s.out_channels, 3, times=len(s.rates)),
        ]
        if s.pooling:
            one, _, factors = conv(s.in_channels, s.out_channels)
            found.append((f"{one}, behind image pooling", f"{one.replace(', ', '，')}，图像级池化之后", factors))
        found.append(conv(_branches(s) * s.out_channels, s.out_channels))
        if s.norm:
            total = (2, _branches(s) + 1, s.out_channels)
            found.append((f"batch normalization ({total[1]} of them)", f"批归一化（共 {total[1]} 个）", total))
        return found

    def stem(self, s: AsppParams) -> Text:
        rule = normed(s.norm)
        en, zh = (" and", ""), ""
        if s.pooling:
            en = (",", ", and image pooling followed by a 1×1 convolution")
            zh = "，以及图像级池化后接 1×1 卷积的分支"
        return Text(
            f"Atrous spatial pyramid pooling reads {s.in_channels} channels. Its parallel branches, of {s.out_channels} "
            f"channels each, are a 1×1 convolution{en[0]} 3×3 convolutions with dilations {listed(s.rates)} (one branch "
            f"each){en[1]}. The branches are concatenated and a 1×1 convolution projects to {s.out_channels} channels. "
            f"{rule.en} How many parameters does the module have?",
            f"ASPP 模块输入 {s.in_channels} 个通道。各并行分支均输出 {s.out_channels} 个通道：一个 1×1 卷积，"
            f"膨胀率为 {listed(s.rates)} 的 3×3 卷积（每个膨胀率一个分支）{zh}。"
            f"各分支拼接后用 1×1 卷积投影到 {s.out_channels} 个通道。{rule.zh}该模块有多少个参数？",
        )


def _separable(s: AsppSeparable, *, branch: int | None = None, joined: int | None = None) -> int:
    """With the weights of a dilated branch, or the channels that the projection reads, replaced."""
    ends = s.in_channels * s.out_channels
    each = 9 * s.in_channels + ends if branch is None else branch
    read = (len(s.rates) + 2) * s.out_channels if joined is None else joined
    return 2 * ends + len(s.rates) * each + read * s.out_channels


class Separable(Counted[AsppSeparable]):
    """Source: Chen et al. 2018, "Encoder-Decoder with Atrous Separable Convolution", section 3.1."""

    spec = AsppSeparable
    answer = Integer()
    levels = (3,)
    find = "separable"
    rule = r"$2 C_1 C_2 + n (9 C_1 + C_1 C_2) + (n + 2) C_2^2$"
    mistakes = (
        Mistake(
            "The dilated convolutions were counted as full ones.",
            "膨胀卷积按普通卷积计了。",
            lambda s: _separable(s, branch=9 * s.in_channels * s.out_channels),
        ),
        Mistake(
            "The 1×1 convolutions behind the depthwise ones were left out.",
            "漏了逐通道卷积之后的 1×1 卷积。",
            lambda s: _separable(s, branch=9 * s.in_channels),
        ),
        Mistake(
            "The depthwise kernels were given the output channels; they keep the input's.",
            "逐通道卷积按输出通道数计了；它保持输入通道数。",
            lambda s: _separable(s, branch=(9 + s.in_channels) * s.out_channels),
        ),
        Mistake(*ONE_BRANCH, lambda s: _separable(s, joined=s.out_channels)),
        Mistake(*NO_PROJECTION, lambda s: _separable(s, joined=0)),
    )

    def sample(self, draw: Draw, level: int) -> AsppSeparable | None:
        outputs = 32 * draw.integer(1, 8)
        return AsppSeparable(outputs * draw.choice((2, 4, 8)), outputs, _rates(draw, level))

    def parts(self, s: AsppSeparable) -> list[Part]:
        count = len(s.rates)
        return [
            (
                f"depthwise 3×3, {s.in_channels} channels ({count} of them)",
                f"逐通道 3×3，{s.in_channels} 个通道（共 {count} 个）",
                (count, 3, 3, s.in_channels),
            ),
            conv(s.in_channels, s.out_channels, times=count + 2),
            conv((count + 2) * s.out_channels, s.out_channels),
        ]

    def stem(self, s: AsppSeparable) -> Text:
        return Text(
            f"Atrous spatial pyramid pooling reads {s.in_channels} channels. Its parallel branches give {s.out_channels} "
            f"channels each: a 1×1 convolution; for each dilation in {listed(s.rates)} a depthwise 3×3 convolution with "
            "that dilation and a 1×1 convolution; image pooling and a 1×1 convolution. All are concatenated, and a 1×1 "
            f"convolution projects to {s.out_channels} channels. No biases; batch normalization is not counted. How many "
            "weights does the module have?",
            f"ASPP 模块输入 {s.in_channels} 个通道。各并行分支均输出 {s.out_channels} 个通道：一个 1×1 卷积；"
            f"对 {listed(s.rates)} 中的每个膨胀率，先做该膨胀率的 3×3 逐通道卷积，再做 1×1 卷积；图像级池化后接 1×1 卷积。"
            f"全部拼接后用 1×1 卷积投影到 {s.out_channels} 个通道。均无偏置，不计批归一化。该模块有多少个权重？",
        )


MODEL = ItemModel(
    name="aspp_params",
    version=1,
    topic="counting",
    title=Text("Atrous spatial pyramid pooling", "空洞空间金字塔池化（ASPP）"),
    questions=(Params(), Separable()),
)
