"""A decoder step of U-Net."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    BIAS_MISSED,
    FLOPS,
    Counted,
    Part,
    biased,
    biases,
    conv,
    weights,
    with_biases,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.head_blocks import UnetMacs, UnetStep

NO_SKIP = (
    "The concatenated channels were left out: the first 3×3 convolution reads them too.",
    "漏了拼接的通道：第一个 3×3 卷积也要读它们。",
)
SKIP_TWICE = (
    "Both 3×3 convolutions were taken to read the concatenated map; the second reads what the first gives.",
    "两个 3×3 卷积都按读拼接后的特征图计了；第二个读的是第一个的输出。",
)
NOT_HALVED = (
    "The up-convolution was taken to keep its channels; it gives the step's output channels.",
    "当成上卷积保持通道数；它输出的是该步的输出通道数。",
)


def _parts(s: UnetStep | UnetMacs) -> tuple[Part, Part, Part]:
    name, factors = f"2×2, {s.in_channels}→{s.out_channels}", (2, 2, s.in_channels, s.out_channels)
    return (
        (f"up-convolution {name}", f"上卷积 {name.replace(', ', '，')}", factors),
        conv(s.out_channels + s.skip_channels, s.out_channels, 3),
        conv(s.out_channels, s.out_channels, 3),
    )


def _weights(s: UnetStep, up: int | None = None, first: int | None = None, second: int | None = None) -> int:
    """With the weights of one of them, or the channels that it reads, replaced."""
    first = s.out_channels + s.skip_channels if first is None else first
    second = s.out_channels if second is None else second
    ups = 4 * s.in_channels * s.out_channels if up is None else up
    return ups + weights(first, s.out_channels, 3) + weights(second, s.out_channels, 3)


def _biases(s: UnetStep) -> int:
    return s.bias * 3 * s.out_channels


class Params(Counted[UnetStep]):
    """Source: Ronneberger et al. 2015, "U-Net", section 2."""

    spec = UnetStep
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$4 C_1 C_2 + 9 (C_2 + C_s) C_2 + 9 C_2^2$", "$3 C_2$")
    mistakes = (
        Mistake(*NO_SKIP, lambda s: _weights(s, first=s.out_channels) + _biases(s)),
        Mistake(*SKIP_TWICE, lambda s: _weights(s, second=s.out_channels + s.skip_channels) + _biases(s)),
        Mistake(
            *NOT_HALVED,
            lambda s: (
                _weights(s, up=4 * s.in_channels**2, first=s.in_channels + s.skip_channels)
                + s.bias * (s.in_channels + 2 * s.out_channels)
            ),
        ),
        Mistake(
            "The up-convolution was left out, as if upsampling had no weights.",
            "漏了上卷积，当成了无参数的上采样。",
            lambda s: _weights(s, up=0) + s.bias * 2 * s.out_channels,
        ),
        Mistake(*BIAS_MISSED, lambda s: _weights(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _weights(s) + 3 * s.out_channels),
    )

    def sample(self, draw: Draw, level: int) -> UnetStep | None:
        outputs = 16 * draw.integer(1, 16)
        if level == 1:
            return UnetStep(2 * outputs, outputs, outputs, False)
        return UnetStep(outputs * draw.choice((2, 4)), 16 * draw.integer(1, 16), outputs, draw.chance(0.75))

    def parts(self, s: UnetStep) -> list[Part]:
        found = list(_parts(s))
        return [*found, biases(*[s.out_channels] * 3)] if s.bias else found

    def stem(self, s: UnetStep) -> Text:
        rule = biased(s.bias)
        return Text(
            f"A decoder step of a U-Net: a 2×2 transposed convolution with stride 2 turns {s.in_channels} channels into "
            f"{s.out_channels}, an encoder map of {s.skip_channels} channels is concatenated, and two 3×3 convolutions "
            f"follow, each giving {s.out_channels} channels. {rule.en} How many parameters does the step have?",
            f"U-Net 解码器的一步：步长为 2 的 2×2 转置卷积把 {s.in_channels} 个通道变为 {s.out_channels} 个，"
            f"与编码器的 {s.skip_channels} 通道特征图拼接，再经过两个 3×3 卷积，各输出 {s.out_channels} 个通道。"
            f"{rule.zh}这一步共有多少个参数？",
        )

    def solution(self, s: UnetStep) -> Text:
        joined = f"{s.out_channels} + {s.skip_channels} = {s.out_channels + s.skip_channels}"
        sums = Counted.solution(self, s)
        return Text(
            f"The first 3×3 convolution reads ${joined}$ channels.\n\n{sums.en}",
            f"第一个 3×3 卷积读入 ${joined}$ 个通道。\n\n{sums.zh}",
        )


def _macs(s: UnetMacs, up: int, first: int, after: int) -> int:
    """With the positions at which the up-convolution and the other two are counted, and the channels the first of these reads."""
    convs = weights(first, s.out_channels, 3) + weights(s.out_channels, s.out_channels, 3)
    return up**2 * 4 * s.in_channels * s.out_channels + after**2 * convs


class Macs(Counted[UnetMacs]):
    """What it costs to run one."""

    spec = UnetMacs
    answer = Integer("MACs")
    levels = (3,)
    find = "macs"
    rule = r"$H^2 \cdot 4 C_1 C_2 + (2H)^2 (9 (C_2 + C_s) C_2 + 9 C_2^2)$"
    mistakes = (
        Mistake(
            "The up-convolution was counted at the output size: every input position meets its four taps once.",
            "上卷积按输出尺寸计了：每个输入位置与四个权重各乘一次。",
            lambda s: _macs(s, 2 * s.size, s.out_channels + s.skip_channels, 2 * s.size),
        ),
        Mistake(
            "The 3×3 convolutions were counted at the size before the up-convolution.",
            "3×3 卷积按上采样之前的尺寸计了。",
            lambda s: _macs(s, s.size, s.out_channels + s.skip_channels, s.size),
        ),
        Mistake(*NO_SKIP, lambda s: _macs(s, s.size, s.out_channels, 2 * s.size)),
        Mistake(
            "The up-convolution was left out.",
            "漏了上卷积。",
            lambda s: _macs(s, 0, s.out_channels + s.skip_channels, 2 * s.size),
        ),
        Mistake(*FLOPS, lambda s: 2 * _macs(s, s.size, s.out_channels + s.skip_channels, 2 * s.size)),
    )

    def sample(self, draw: Draw, level: int) -> UnetMacs | None:
        outputs = 8 * draw.integer(1, 8)
        return UnetMacs(2 * outputs, outputs * draw.choice((1, 1, 2)), outputs, draw.choice((8, 14, 16, 20, 28, 32)))

    def parts(self, s: UnetMacs) -> list[Part]:
        sizes = (s.size, 2 * s.size, 2 * s.size)
        return [(en, zh, (size, size, *factors)) for (en, zh, factors), size in zip(_parts(s), sizes, strict=True)]

    def stem(self, s: UnetMacs) -> Text:
        return Text(
            f"A decoder step of a U-Net reads {s.in_channels} channels of {s.size}×{s.size}: a 2×2 transposed convolution "
            f"with stride 2 gives {s.out_channels} channels, an encoder map of {s.skip_channels} channels is concatenated, "
            f"and two 3×3 convolutions (stride 1, padding 1) follow, each giving {s.out_channels} channels. How many "
            "multiply-accumulates do the three take per image (taps on padding counted, no biases)?",
            f"U-Net 解码器的一步输入 {s.in_channels} 个通道、{s.size}×{s.size}："
            f"步长为 2 的 2×2 转置卷积输出 {s.out_channels} 个通道，与编码器的 {s.skip_channels} 通道特征图拼接，"
            f"再经过两个 3×3 卷积（步长 1，填充 1），各输出 {s.out_channels} 个通道。"
            "每张图像这三个卷积共需多少次乘加（MAC；落在填充上的也计入，无偏置）？",
        )

    def solution(self, s: UnetMacs) -> Text:
        joined = f"{s.out_channels} + {s.skip_channels} = {s.out_channels + s.skip_channels}"
        sums, size = Counted.solution(self, s), f"{2 * s.size}×{2 * s.size}"
        return Text(
            f"The up-convolution works at {s.size}×{s.size}, the others at {size}; the first of them reads ${joined}$ channels."
            f"\n\n{sums.en}",
            f"上卷积在 {s.size}×{s.size} 的输入上逐点计算，其余两个在 {size} 上；其中第一个读入 ${joined}$ 个通道。"
            f"\n\n{sums.zh}",
        )


MODEL = ItemModel(
    name="unet_step",
    version=1,
    topic="counting",
    title=Text("A decoder step of U-Net", "U-Net 解码器的一步"),
    questions=(Params(), Macs()),
)
