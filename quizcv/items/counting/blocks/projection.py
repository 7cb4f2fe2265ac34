"""Residual blocks with a projection as their shortcut."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    FLOPS,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    conv,
    normed,
    norms,
    sixteens,
    weights,
    with_norm,
)
from quizcv.items.counting.blocks.basic_block import NO_PROJECTION, SAME_CONVS, convs_of
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.blocks import (
    ProjectionBlock,
    ProjectionBottleneck,
    ProjectionMacs,
)

LARGE_PROJECTION = (
    "The projection was counted as a 3×3 convolution; it is 1×1.",
    "投影按 3×3 卷积计了；它是 1×1 卷积。",
)


def _projected(s: ProjectionBlock, norm: int = 2) -> int:
    return (
        convs_of(s.in_channels, s.out_channels)
        + weights(s.in_channels, s.out_channels)
        + s.norm * norm * 3 * s.out_channels
    )


class Projection(Counted[ProjectionBlock]):
    """Source: He et al. 2016, "Deep Residual Learning for Image Recognition", equation 2."""

    spec = ProjectionBlock
    answer = Integer()
    levels = (1, 2)
    rule = with_norm("$10 C_1 C_2 + 9 C_2^2$", "$6 C_2$")
    mistakes = (
        Mistake(*NO_PROJECTION, lambda s: convs_of(s.in_channels, s.out_channels) + s.norm * 4 * s.out_channels),
        Mistake(*LARGE_PROJECTION, lambda s: _projected(s) + 8 * s.in_channels * s.out_channels),
        Mistake(*SAME_CONVS, lambda s: 19 * s.in_channels * s.out_channels + s.norm * 6 * s.out_channels),
        Mistake(*BIAS_ADDED, lambda s: _projected(s) + 3 * s.out_channels),
        Mistake(*NORM_MISSED, lambda s: _projected(s, 0) if s.norm else None),
        Mistake(
            "The batch normalization behind the projection was left out.",
            "漏了投影之后的批归一化。",
            lambda s: _projected(s) - 2 * s.out_channels if s.norm else None,
        ),
        Mistake(*NORM_FOUR, lambda s: _projected(s, 4) if s.norm else None),
    )

    def sample(self, draw: Draw, level: int) -> ProjectionBlock | None:
        channels = sixteens(draw, 16, 256)
        return ProjectionBlock(channels, 2 * channels, level == 2)

    def parts(self, s: ProjectionBlock) -> list[Part]:
        found = [
            conv(s.in_channels, s.out_channels, 3),
            conv(s.out_channels, s.out_channels, 3),
            conv(s.in_channels, s.out_channels),
        ]
        return [*found, norms(*[s.out_channels] * 3)] if s.norm else found

    def stem(self, s: ProjectionBlock) -> Text:
        rule = normed(s.norm)
        return Text(
            f"A residual block turns {s.in_channels} channels into {s.out_channels}: two 3×3 convolutions, the first of "
            f"which changes the channels, and a 1×1 convolution as its shortcut. {rule.en} How many parameters does the "
            "block have?",
            f"一个残差块把 {s.in_channels} 个通道变为 {s.out_channels} 个：两个 3×3 卷积（第一个改变通道数），捷径为 1×1 卷积。"
            f"{rule.zh}该残差块有多少个参数？",
        )


def _neck(s: ProjectionBottleneck, norm: int = 2) -> int:
    convs = weights(s.in_channels, s.width) + weights(s.width, s.width, 3) + weights(s.width, s.out_channels)
    total = convs + weights(s.in_channels, s.out_channels)
    return total + s.norm * norm * 2 * (s.width + s.out_channels)


class Bottleneck(Counted[ProjectionBottleneck]):
    """The same with a bottleneck, as the first block of a stage of ResNet-50 has it."""

    spec = ProjectionBottleneck
    answer = Integer()
    levels = (2,)
    find = "bottleneck"
    rule = with_norm("$C_1 w + 9 w^2 + w C_2 + C_1 C_2$", "$4 (w + C_2)$")
    mistakes = (
        Mistake(
            *NO_PROJECTION,
            lambda s: _neck(s) - s.in_channels * s.out_channels - s.norm * 2 * s.out_channels,
        ),
        Mistake(*LARGE_PROJECTION, lambda s: _neck(s) + 8 * s.in_channels * s.out_channels),
        Mistake(
            "The 3×3 convolution was taken as 1×1.",
            "3×3 卷积被当成了 1×1。",
            lambda s: _neck(s) - 8 * s.width**2,
        ),
        Mistake(*BIAS_ADDED, lambda s: _neck(s) + 2 * (s.width + s.out_channels)),
        Mistake(*NORM_MISSED, lambda s: _neck(s, 0) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _neck(s, 4) if s.norm else None),
    )

    def sample(self, draw: Draw, level: int) -> ProjectionBottleneck | None:
        width = sixteens(draw, 16, 128)
        return ProjectionBottleneck(width * draw.choice((1, 2, 3)), width, 4 * width, draw.chance(0.6))

    def parts(self, s: ProjectionBottleneck) -> list[Part]:
        found = [
            conv(s.in_channels, s.width),
            conv(s.width, s.width, 3),
            conv(s.width, s.out_channels),
            conv(s.in_channels, s.out_channels),
        ]
        return [*found, norms(s.width, s.width, s.out_channels, s.out_channels)] if s.norm else found

    def stem(self, s: ProjectionBottleneck) -> Text:
        rule = normed(s.norm)
        return Text(
            f"A bottleneck residual block has convolutions 1×1 ({s.in_channels}→{s.width}), 3×3 ({s.width}→{s.width}) and "
            f"1×1 ({s.width}→{s.out_channels}), and a 1×1 convolution ({s.in_channels}→{s.out_channels}) as its shortcut. "
            f"{rule.en} How many parameters does the block have?",
            f"一个瓶颈残差块依次含 1×1（{s.in_channels}→{s.width}）、3×3（{s.width}→{s.width}）、"
            f"1×1（{s.width}→{s.out_channels}）卷积，捷径为 1×1 卷积（{s.in_channels}→{s.out_channels}）。"
            f"{rule.zh}该残差块有多少个参数？",
        )


def _macs(s: ProjectionMacs, first: int, second: int, projection: int) -> int:
    """With the sizes of the maps that each convolution gives."""
    weighed = (weights(s.in_channels, s.out_channels, 3), weights(s.out_channels, s.out_channels, 3))
    return first**2 * weighed[0] + second**2 * weighed[1] + projection**2 * weights(s.in_channels, s.out_channels)


def _half(s: ProjectionMacs) -> int:
    return (s.size - 1) // s.stride + 1


class ProjectedMacs(Counted[ProjectionMacs]):
    """What it costs to run one."""

    spec = ProjectionMacs
    answer = Integer("MACs")
    levels = (3,)
    find = "macs"
    rule = Text(
        r"$o^2 (10 C_1 C_2 + 9 C_2^2)$ with the output size $o = \lceil H/s \rceil$",
        r"$o^2 (10 C_1 C_2 + 9 C_2^2)$，其中输出尺寸 $o = \lceil H/s \rceil$",
    )
    mistakes = (
        Mistake(
            "The strided convolutions were counted at the input size; a filter is applied once per output position.",
            "带步长的卷积按输入尺寸计了；滤波器在每个输出位置只计算一次。",
            lambda s: _macs(s, s.size, _half(s), s.size),
        ),
        Mistake(*NO_PROJECTION, lambda s: _macs(s, _half(s), _half(s), 0)),
        Mistake(
            "The projection was counted at the input size; it is strided too.",
            "投影卷积按输入尺寸计了；它同样带步长。",
            lambda s: _macs(s, _half(s), _half(s), s.size),
        ),
        Mistake(
            "The stride was applied in both 3×3 convolutions; only the first has it.",
            "两个 3×3 卷积都用了步长；只有第一个带步长。",
            lambda s: _macs(s, _half(s), (_half(s) - 1) // s.stride + 1, _half(s)),
        ),
        Mistake(*FLOPS, lambda s: 2 * _macs(s, _half(s), _half(s), _half(s))),
    )

    def sample(self, draw: Draw, level: int) -> ProjectionMacs | None:
        channels = 8 * draw.integer(1, 8)
        return ProjectionMacs(channels, 2 * channels, draw.choice((8, 12, 14, 16, 20, 28, 32, 56)))

    def parts(self, s: ProjectionMacs) -> list[Part]:
        out = (_half(s), _half(s))
        found = [
            conv(s.in_channels, s.out_channels, 3),
            conv(s.out_channels, s.out_channels, 3),
            conv(s.in_channels, s.out_channels),
        ]
        return [(en, zh, (*out, *factors)) for en, zh, factors in found]

    def solution(self, s: ProjectionMacs) -> Text:
        sums, out = Counted.solution(self, s), f"{_half(s)}×{_half(s)}"
        return Text(
            f"At stride {s.stride} the {s.size}×{s.size} map becomes {out}; every convolution gives maps of that size."
            f"\n\n{sums.en}",
            f"步长 {s.stride} 使 {s.size}×{s.size} 变为 {out}；每个卷积的输出都是该尺寸。\n\n{sums.zh}",
        )

    def stem(self, s: ProjectionMacs) -> Text:
        return Text(
            f"A residual block reads {s.in_channels} channels of {s.size}×{s.size}: a 3×3 convolution "
            f"{s.in_channels}→{s.out_channels} with stride {s.stride}, a 3×3 convolution {s.out_channels}→{s.out_channels} "
            f"with stride 1, both with padding 1, and as its shortcut a 1×1 convolution {s.in_channels}→{s.out_channels} "
            f"with stride {s.stride}. How many multiply-accumulates do its convolutions take per image (taps on padding "
            "counted, nothing else counted)?",
            f"一个残差块的输入为 {s.in_channels} 个通道、{s.size}×{s.size}：先是步长 {s.stride} 的 3×3 卷积 "
            f"{s.in_channels}→{s.out_channels}，再是步长 1 的 3×3 卷积 {s.out_channels}→{s.out_channels}，填充均为 1；"
            f"捷径为步长 {s.stride} 的 1×1 卷积 {s.in_channels}→{s.out_channels}。每张图像的卷积乘加次数（MAC）"
            "是多少（落在填充上的也计入，其余运算不计）？",
        )


MODEL = ItemModel(
    name="residual_projection",
    version=1,
    topic="counting",
    title=Text("Residual block with a projection shortcut", "带投影捷径的残差块"),
    questions=(Projection(), Bottleneck(), ProjectedMacs()),
)
