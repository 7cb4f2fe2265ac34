"""Width and resolution multipliers."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import FLOPS, Counted, Part, conv, depthwise, weights
from quizcv.items.model import ItemModel, Mistake
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mobile_blocks import ScaledConv, ScaledMacs, ScaledSeparable

ONE_SIDE = (
    "Only the output channels were scaled; those of the layer before, the input, are scaled too.",
    "只缩放了输出通道；前一层的输出（即本层的输入）同样被缩放。",
)
SCALED_WEIGHTS = (
    "The weights were multiplied by α once; they scale with α² where both ends are scaled.",
    "权重只乘了一次 α；两端通道都缩放时应乘 α²。",
)
NOT_SCALED = ("The multiplier was left out.", "没有乘宽度系数。")


def _ends(s: ScaledConv) -> tuple[int, int]:
    return round(s.in_channels * s.width), round(s.out_channels * s.width)


def _separable(inputs: int, outputs: int, kernel: int) -> int:
    return kernel**2 * inputs + inputs * outputs


def _whole(value: float) -> int | None:
    """Where a wrong way of scaling gives a whole number."""
    return round(value) if abs(value - round(value)) < 1e-9 else None


def _scaled_channels(s: ScaledConv) -> Text:
    inputs, outputs = _ends(s)
    steps = (
        rf"${num(s.width)} \cdot {s.in_channels} = {inputs}$",
        rf"${num(s.width)} \cdot {s.out_channels} = {outputs}$",
    )
    return Text(f"Channels: {steps[0]} and {steps[1]}.", f"通道数：{steps[0]}，{steps[1]}。")


class Conv(Counted[ScaledConv]):
    """Source: Howard et al. 2017, "MobileNets", section 3.3."""

    spec = ScaledConv
    answer = Integer()
    levels = (1,)
    rule = r"$k^2 \cdot \alpha C_1 \cdot \alpha C_2$"
    mistakes = (
        Mistake(*ONE_SIDE, lambda s: weights(s.in_channels, _ends(s)[1], s.kernel)),
        Mistake(*NOT_SCALED, lambda s: weights(s.in_channels, s.out_channels, s.kernel)),
        Mistake(
            "α was applied to the kernel as well; only channels are scaled.",
            "把 α 也用在了卷积核边长上；只缩放通道数。",
            lambda s: _whole(s.kernel**2 * s.width**4 * s.in_channels * s.out_channels),
        ),
        Mistake(
            "α was applied three times; two numbers of channels are scaled.",
            "乘了三次 α；被缩放的只有两个通道数。",
            lambda s: _whole(weights(*_ends(s), s.kernel) * s.width),
        ),
        Mistake(
            "The kernel was counted with k weights instead of k².",
            "卷积核按 k 个权重计了，应为 k²。",
            lambda s: s.kernel * _ends(s)[0] * _ends(s)[1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> ScaledConv | None:
        ends = (16 * draw.integer(1, 24), 16 * draw.integer(1, 24))
        return ScaledConv(*ends, draw.choice((3, 5)), draw.choice((0.25, 0.5, 0.75, 1.25, 1.5, 2.0)))

    def parts(self, s: ScaledConv) -> list[Part]:
        return [conv(*_ends(s), s.kernel)]

    def stem(self, s: ScaledConv) -> Text:
        k = s.kernel
        return Text(
            f"A {k}×{k} convolution within a network leads from {s.in_channels} to {s.out_channels} channels, without "
            f"biases. How many weights does it have if the whole network gets the width multiplier α = {num(s.width)}?",
            f"网络中间的一个 {k}×{k} 卷积从 {s.in_channels} 个通道到 {s.out_channels} 个通道，无偏置。若整个网络取宽度系数 "
            f"α = {num(s.width)}，该层有多少个权重？",
        )

    def solution(self, s: ScaledConv) -> Text:
        channels, sums = _scaled_channels(s), Counted.solution(self, s)
        return Text(f"{channels.en}\n\n{sums.en}", f"{channels.zh}\n\n{sums.zh}")


class Separable(Counted[ScaledSeparable]):
    """The same for a depthwise separable layer: the depthwise part scales with α, the pointwise with α²."""

    spec = ScaledSeparable
    answer = Integer()
    levels = (2,)
    find = "separable"
    rule = r"$k^2 \alpha C_1 + \alpha C_1 \cdot \alpha C_2$"
    mistakes = (
        Mistake(
            "Everything was multiplied by α²; the depthwise weights scale with α only.",
            "全部乘了 α²；逐通道卷积的权重只乘 α。",
            lambda s: _whole(_separable(s.in_channels, s.out_channels, s.kernel) * s.width**2),
        ),
        Mistake(
            *SCALED_WEIGHTS,
            lambda s: _whole(_separable(s.in_channels, s.out_channels, s.kernel) * s.width),
        ),
        Mistake(*NOT_SCALED, lambda s: _separable(s.in_channels, s.out_channels, s.kernel)),
        Mistake(
            "The layer was counted as a plain convolution.",
            "按普通卷积计了。",
            lambda s: weights(*_ends(s), s.kernel),
        ),
        Mistake("The depthwise part was left out.", "漏了逐通道卷积。", lambda s: _ends(s)[0] * _ends(s)[1]),
    )

    def sample(self, draw: Draw, level: int) -> ScaledSeparable | None:
        ends = (16 * draw.integer(1, 32), 16 * draw.integer(1, 32))
        return ScaledSeparable(*ends, draw.choice((3, 5)), draw.choice((0.25, 0.5, 0.75, 1.25, 1.5)))

    def parts(self, s: ScaledSeparable) -> list[Part]:
        inputs, outputs = _ends(s)
        return [depthwise(inputs, s.kernel), conv(inputs, outputs)]

    def stem(self, s: ScaledSeparable) -> Text:
        k = s.kernel
        return Text(
            f"A depthwise separable layer of MobileNet (depthwise {k}×{k}, then 1×1) leads from {s.in_channels} to "
            f"{s.out_channels} channels at α = 1. No biases; batch normalization is not counted. How many weights does it "
            f"have with the width multiplier α = {num(s.width)}?",
            f"MobileNet 的一个深度可分离层（{k}×{k} 逐通道卷积，再 1×1 卷积）在 α = 1 时从 {s.in_channels} 个通道到 "
            f"{s.out_channels} 个通道，无偏置，不计批归一化。取宽度系数 α = {num(s.width)} 时，该层有多少个权重？",
        )

    def solution(self, s: ScaledSeparable) -> Text:
        channels, sums = _scaled_channels(s), Counted.solution(self, s)
        return Text(f"{channels.en}\n\n{sums.en}", f"{channels.zh}\n\n{sums.zh}")


def _macs(s: ScaledMacs, size: float) -> float:
    return size**2 * _separable(*_ends(s), s.kernel)


class Macs(Counted[ScaledMacs]):
    """Width and resolution together, section 3.4."""

    spec = ScaledMacs
    answer = Integer("MACs")
    levels = (3,)
    find = "macs"
    rule = r"$(\rho H)^2 (k^2 \alpha C_1 + \alpha C_1 \cdot \alpha C_2)$"
    mistakes = (
        Mistake(
            "The resolution multiplier was applied once; height and width both shrink.",
            "分辨率系数只乘了一次；高和宽都缩小。",
            lambda s: _whole(_macs(s, s.size) * s.resolution),
        ),
        Mistake("The resolution multiplier was left out.", "没有乘分辨率系数。", lambda s: round(_macs(s, s.size))),
        Mistake(
            "The width multiplier was left out.",
            "没有乘宽度系数。",
            lambda s: round((s.size * s.resolution) ** 2) * _separable(s.in_channels, s.out_channels, s.kernel),
        ),
        Mistake(
            "Everything was multiplied by α²; the depthwise part scales with α only.",
            "全部乘了 α²；逐通道卷积只乘 α。",
            lambda s: _whole(
                (s.size * s.resolution) ** 2 * s.width**2 * _separable(s.in_channels, s.out_channels, s.kernel)
            ),
        ),
        Mistake(*FLOPS, lambda s: round(2 * _macs(s, s.size * s.resolution))),
        Mistake(
            "The depthwise part was left out.",
            "漏了逐通道卷积。",
            lambda s: round((s.size * s.resolution) ** 2) * _ends(s)[0] * _ends(s)[1],
        ),
    )

    def sample(self, draw: Draw, level: int) -> ScaledMacs | None:
        ends = (16 * draw.integer(1, 16), 16 * draw.integer(1, 16))
        size = 4 * draw.integer(3, 14)
        return ScaledMacs(*ends, 3, draw.choice((0.25, 0.5, 0.75)), size, draw.choice((0.5, 0.75)))

    def parts(self, s: ScaledMacs) -> list[Part]:
        (inputs, outputs), size = _ends(s), round(s.size * s.resolution)
        found = (depthwise(inputs, s.kernel), conv(inputs, outputs))
        return [(en, zh, (size, size, *factors)) for en, zh, factors in found]

    def stem(self, s: ScaledMacs) -> Text:
        k = s.kernel
        return Text(
            f"A depthwise separable layer of MobileNet (depthwise {k}×{k}, then 1×1; stride 1, size kept) leads from "
            f"{s.in_channels} to {s.out_channels} channels on a map of {s.size}×{s.size}, all at α = ρ = 1. How many "
            f"multiply-accumulates does it take per image with the width multiplier α = {num(s.width)} and the resolution "
            f"multiplier ρ = {num(s.resolution)} (taps on padding counted, no biases)?",
            f"MobileNet 的一个深度可分离层（{k}×{k} 逐通道卷积，再 1×1 卷积；步长 1，尺寸不变）"
            f"在 {s.size}×{s.size} 的特征图上从 {s.in_channels} 个通道到 {s.out_channels} 个通道。"
            f"以上均为 α = ρ = 1 时的值。取宽度系数 α = {num(s.width)}、分辨率系数 ρ = {num(s.resolution)} 时，"
            "每张图像需要多少次乘加（MAC；落在填充上的也计入，无偏置）？",
        )

    def solution(self, s: ScaledMacs) -> Text:
        channels, sums = _scaled_channels(s), Counted.solution(self, s)
        size = rf"${num(s.resolution)} \cdot {s.size} = {round(s.size * s.resolution)}$"
        return Text(
            f"{channels.en} Height and width: {size}.\n\n{sums.en}", f"{channels.zh}高和宽：{size}。\n\n{sums.zh}"
        )


MODEL = ItemModel(
    name="wide_network_scaling",
    version=1,
    topic="counting",
    title=Text("Width and resolution multipliers", "宽度系数与分辨率系数"),
    questions=(Conv(), Separable(), Macs()),
)
