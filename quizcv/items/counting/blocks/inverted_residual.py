"""MobileNetV2's inverted residual blocks."""

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
    depthwise,
    normed,
    norms,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.mobile_blocks import InvertedMacs, InvertedResidual

FULL_MIDDLE = (
    "The depthwise convolution was counted as a full one: each of its filters reads one channel.",
    "逐通道卷积按普通卷积计了：它的每个滤波器只读一个通道。",
)
NO_EXPANSION = (
    "The expansion factor t was ignored: the hidden width is t times the input channels.",
    "忽略了扩展倍数 t：隐藏层宽度是输入通道的 t 倍。",
)
EXPANDED_OUTPUT = (
    "The hidden width was taken as t times the output channels; it is t times the input's.",
    "把隐藏层宽度当成了输出通道的 t 倍；应为输入通道的 t 倍。",
)


def _weights(s: InvertedResidual, hidden: int) -> int:
    return hidden * (s.in_channels + s.kernel**2 + s.out_channels)


def _hidden(s: InvertedResidual | InvertedMacs) -> int:
    return s.expansion * s.in_channels


def _total(s: InvertedResidual, hidden: int, norm: int = 2) -> int:
    return _weights(s, hidden) + s.norm * norm * (2 * hidden + s.out_channels)


class Params(Counted[InvertedResidual]):
    """Source: Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 1."""

    spec = InvertedResidual
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        "$h (C_1 + k^2 + C_2)$ with $h = t C_1$, and $2 (2h + C_2)$ more with batch normalization",
        "$h (C_1 + k^2 + C_2)$，其中 $h = t C_1$；有批归一化时再加 $2 (2h + C_2)$",
    )
    mistakes = (
        Mistake(*FULL_MIDDLE, lambda s: _total(s, _hidden(s)) + s.kernel**2 * _hidden(s) * (_hidden(s) - 1)),
        Mistake(*NO_EXPANSION, lambda s: _total(s, s.in_channels)),
        Mistake(*EXPANDED_OUTPUT, lambda s: _total(s, s.expansion * s.out_channels)),
        Mistake(
            "The depthwise convolution was left out.",
            "漏了逐通道卷积。",
            lambda s: _total(s, _hidden(s)) - _hidden(s) * (s.kernel**2 + s.norm * 2),
        ),
        Mistake(*NORM_MISSED, lambda s: _total(s, _hidden(s), 0) if s.norm else None),
        Mistake(*NORM_FOUR, lambda s: _total(s, _hidden(s), 4) if s.norm else None),
        Mistake(*BIAS_ADDED, lambda s: _total(s, _hidden(s)) + 2 * _hidden(s) + s.out_channels),
    )

    def sample(self, draw: Draw, level: int) -> InvertedResidual | None:
        inputs = 8 * draw.integer(2, 20)
        if level == 1:
            return InvertedResidual(inputs, inputs, 6)
        outputs = 8 * draw.integer(2, 20)
        return InvertedResidual(inputs, outputs, draw.choice((2, 3, 4, 6)), draw.choice((3, 5)), draw.chance(0.8))

    def parts(self, s: InvertedResidual) -> list[Part]:
        hidden = _hidden(s)
        found = [conv(s.in_channels, hidden), depthwise(hidden, s.kernel), conv(hidden, s.out_channels)]
        return [*found, norms(hidden, hidden, s.out_channels)] if s.norm else found

    def stem(self, s: InvertedResidual) -> Text:
        rule, k = normed(s.norm), s.kernel
        return Text(
            f"An inverted residual block reads {s.in_channels} channels: a 1×1 convolution expands them by the factor "
            f"{s.expansion}, a depthwise {k}×{k} convolution follows, and a 1×1 convolution projects to {s.out_channels} "
            f"channels. {rule.en} How many parameters does the block have?",
            f"一个倒残差块输入 {s.in_channels} 个通道：1×1 卷积将其扩展为 {s.expansion} 倍，再做 {k}×{k} 逐通道卷积，"
            f"最后用 1×1 卷积投影到 {s.out_channels} 个通道。{rule.zh}该块有多少个参数？",
        )

    def solution(self, s: InvertedResidual) -> Text:
        hidden, sums = rf"{s.expansion} \cdot {s.in_channels} = {_hidden(s)}", Counted.solution(self, s)
        return Text(f"Hidden width: ${hidden}$.\n\n{sums.en}", f"隐藏层宽度：${hidden}$。\n\n{sums.zh}")


def _out(s: InvertedMacs) -> int:
    return (s.size - 1) // s.stride + 1


def _macs(s: InvertedMacs, hidden: int, first: int, then: int, last: int) -> int:
    """With the sizes of the maps that each convolution gives."""
    return hidden * (first**2 * s.in_channels + then**2 * s.kernel**2 + last**2 * s.out_channels)


class Macs(Counted[InvertedMacs]):
    """What it costs to run one."""

    spec = InvertedMacs
    answer = Integer("MACs")
    levels = (3,)
    find = "macs"
    rule = Text(
        "$h (H^2 C_1 + o^2 k^2 + o^2 C_2)$ with $h = t C_1$ and the output size $o$",
        "$h (H^2 C_1 + o^2 k^2 + o^2 C_2)$，其中 $h = t C_1$，$o$ 为输出尺寸",
    )
    mistakes = (
        Mistake(
            "All three convolutions were counted at the input size; the depthwise one is strided.",
            "三个卷积都按输入尺寸计了；逐通道卷积带步长。",
            lambda s: _macs(s, _hidden(s), s.size, s.size, s.size),
        ),
        Mistake(
            "All three convolutions were counted at the output size; the first runs before the stride.",
            "三个卷积都按输出尺寸计了；第一个卷积在步长之前。",
            lambda s: _macs(s, _hidden(s), _out(s), _out(s), _out(s)),
        ),
        Mistake(
            *FULL_MIDDLE,
            lambda s: (
                _macs(s, _hidden(s), s.size, _out(s), _out(s))
                + _out(s) ** 2 * s.kernel**2 * _hidden(s) * (_hidden(s) - 1)
            ),
        ),
        Mistake(*NO_EXPANSION, lambda s: _macs(s, s.in_channels, s.size, _out(s), _out(s))),
        Mistake(*FLOPS, lambda s: 2 * _macs(s, _hidden(s), s.size, _out(s), _out(s))),
    )

    def sample(self, draw: Draw, level: int) -> InvertedMacs | None:
        inputs, outputs = 8 * draw.integer(2, 12), 8 * draw.integer(2, 16)
        size = draw.choice((14, 20, 28, 32, 40, 56))
        return InvertedMacs(
            inputs, outputs, draw.choice((2, 3, 4, 6)), size, draw.choice((3, 5)), draw.choice((1, 2, 2))
        )

    def parts(self, s: InvertedMacs) -> list[Part]:
        hidden, out = _hidden(s), _out(s)
        ends = (
            (conv(s.in_channels, hidden), s.size),
            (depthwise(hidden, s.kernel), out),
            (conv(hidden, s.out_channels), out),
        )
        return [(en, zh, (size, size, *factors)) for (en, zh, factors), size in ends]

    def stem(self, s: InvertedMacs) -> Text:
        k = s.kernel
        return Text(
            f"An inverted residual block reads {s.in_channels} channels of {s.size}×{s.size}: a 1×1 convolution expands "
            f"them by the factor {s.expansion}, a depthwise {k}×{k} convolution with stride {s.stride} and padding "
            f"{k // 2} follows, and a 1×1 convolution projects to {s.out_channels} channels. How many multiply-accumulates "
            "do the convolutions take per image (taps on padding counted, no biases)?",
            f"一个倒残差块输入 {s.in_channels} 个通道、{s.size}×{s.size}：1×1 卷积将通道扩展为 {s.expansion} 倍，"
            f"再做步长 {s.stride}、填充 {k // 2} 的 {k}×{k} 逐通道卷积，最后用 1×1 卷积投影到 {s.out_channels} 个通道。"
            "每张图像的卷积乘加次数（MAC）是多少（落在填充上的也计入，无偏置）？",
        )

    def solution(self, s: InvertedMacs) -> Text:
        hidden, sums = rf"{s.expansion} \cdot {s.in_channels} = {_hidden(s)}", Counted.solution(self, s)
        out = f"{_out(s)}×{_out(s)}"
        return Text(
            f"Hidden width: ${hidden}$. Stride {s.stride} gives {out} from the depthwise convolution on.\n\n{sums.en}",
            f"隐藏层宽度：${hidden}$。步长为 {s.stride}，从逐通道卷积起尺寸为 {out}。\n\n{sums.zh}",
        )


MODEL = ItemModel(
    name="inverted_residual",
    version=1,
    topic="counting",
    title=Text("Inverted residual blocks", "倒残差块"),
    questions=(Params(), Macs()),
)
