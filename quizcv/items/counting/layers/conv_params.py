"""Learnable parameters of a convolution, and the kernel behind a known number of them."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    GROUPS_IGNORED,
    GROUPS_TWICE,
    ONE_INPUT,
    SIDE_NOT_SQUARED,
    UNWANTED_BIAS,
    WITHOUT_BIAS,
    biases,
    conv_words,
    groups_for,
    plus_bias,
    share,
    width,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.counting import ConvParams, ConvParamsKernel
from quizcv.specs.spec import LARGEST


def weights(s: ConvParams) -> int:
    return s.kernel**2 * (s.in_channels // s.groups) * s.out_channels


def _added(s: ConvParams) -> int:
    return s.out_channels if s.bias else 0


class Params(Question[ConvParams]):
    """Source: documentation of torch.nn.Conv2d, "Variables"."""

    spec = ConvParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$(k^2 \cdot C_{in}/g + 1) \cdot C_{out}$, without the $+ 1$ if there are no biases",
        r"$(k^2 \cdot C_{in}/g + 1) \cdot C_{out}$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(*WITHOUT_BIAS, lambda s: weights(s) if s.bias else None),
        Mistake(*UNWANTED_BIAS, lambda s: None if s.bias else weights(s) + s.out_channels),
        Mistake(
            "A bias was counted for every pair of channels; there is one for each output channel.",
            "给每一对输入、输出通道都算了一个偏置；实际上每个输出通道只有一个。",
            lambda s: weights(s) + s.in_channels // s.groups * s.out_channels if s.bias else None,
        ),
        Mistake(
            "The biases follow the output channels, not the input channels.",
            "偏置的个数等于输出通道数，而不是输入通道数。",
            lambda s: weights(s) + s.in_channels if s.bias else None,
        ),
        Mistake(*ONE_INPUT, lambda s: s.kernel**2 * s.out_channels + _added(s)),
        Mistake(*SIDE_NOT_SQUARED, lambda s: weights(s) // s.kernel + _added(s)),
        Mistake(*GROUPS_IGNORED, lambda s: weights(s) * s.groups + _added(s)),
        Mistake(*GROUPS_TWICE, lambda s: weights(s) // s.groups + _added(s)),
    )

    def sample(self, draw: Draw, level: int) -> ConvParams | None:
        kernel = draw.choice((1, 3, 5, 7) if level == 1 else (1, 2, 3, 4, 5, 7, 9, 11))
        if level == 1:
            return ConvParams(draw.choice((1, 3, 16, 32, 64, 128, 256)), width(draw, 1), kernel)
        inputs, outputs = width(draw, 2), width(draw, 2)
        groups = groups_for(draw, inputs, outputs) if draw.chance(0.7) else 1
        return ConvParams(inputs, outputs, kernel, groups, draw.chance(0.6)) if groups else None

    def formula(self, s: ConvParams) -> int:
        return (s.kernel**2 * (s.in_channels // s.groups) + (1 if s.bias else 0)) * s.out_channels

    def stem(self, s: ConvParams) -> Text:
        layer = conv_words(s, bias=s.bias)
        return Text(f"{layer.en}: how many learnable parameters does it have?", f"{layer.zh}。它共有多少个可学习参数？")

    def solution(self, s: ConvParams) -> Text:
        per_filter = f"{s.kernel} \\cdot {s.kernel} \\cdot {num(s.in_channels // s.groups)}"
        each = s.kernel**2 * (s.in_channels // s.groups)
        all_ = f"{num(each)} \\cdot {num(s.out_channels)} = {num(weights(s))}"
        total = plus_bias(weights(s), s.out_channels, s.bias)
        return Text(
            f"A filter reads ${share(s)}$ channels and has ${per_filter} = {num(each)}$ weights.\n\n"
            f"All filters: ${all_}$ weights. In all, {biases(s.bias).en}: ${total}$.",
            f"每个滤波器读取 ${share(s)}$ 个通道，有 ${per_filter} = {num(each)}$ 个权重。\n\n"
            f"全部滤波器：${all_}$ 个权重。合计（{biases(s.bias).zh}）：${total}$。",
        )


class Kernel(Question[ConvParamsKernel]):
    """The same solved for k."""

    spec = ConvParamsKernel
    answer = Integer()
    levels = (3,)
    find = "kernel"
    rule = Text(
        r"$k = \sqrt{(P - C_{out})/(C_{in} C_{out})}$, with $P$ in place of $P - C_{out}$ if there are no biases",
        r"$k = \sqrt{(P - C_{out})/(C_{in} C_{out})}$，不带偏置时以 $P$ 代替 $P - C_{out}$",
    )
    mistakes = (
        Mistake(
            "That is k², the number of taps; the side is its root.",
            "这是 k²，即权重的个数；边长是它的平方根。",
            lambda s: _taps(s),
        ),
        Mistake(
            "Each filter spans all input channels: the weights must be divided by the input channels too.",
            "每个滤波器覆盖所有输入通道：还要除以输入通道数。",
            lambda s: math.isqrt(_taps(s) * s.in_channels),
        ),
        Mistake(
            "That is the padding that keeps the size, (k − 1)/2, not k.",
            "这是保持尺寸的填充 (k − 1)/2，而不是 k。",
            lambda s: (math.isqrt(_taps(s)) - 1) // 2 if _taps(s) % 2 else None,
        ),
        Mistake(
            "The number of taps was halved; the side is its square root.",
            "把权重个数除以了 2；边长是它的平方根。",
            lambda s: _taps(s) // 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvParamsKernel | None:
        inputs, outputs, kernel = width(draw, 2), width(draw, 2), draw.choice((2, 3, 4, 5, 6, 7, 9, 11))
        bias = draw.chance(0.6)
        params = (kernel**2 * inputs + (1 if bias else 0)) * outputs
        return ConvParamsKernel(inputs, outputs, params, bias) if params <= LARGEST else None

    def formula(self, s: ConvParamsKernel) -> int:
        return math.isqrt(_taps(s))

    def stem(self, s: ConvParamsKernel) -> Text:
        return Text(
            f"A convolution from {s.in_channels} to {s.out_channels} channels (one group, {biases(s.bias).en}) has "
            f"{num(s.params)} learnable parameters. Its kernel is square. How many pixels is the kernel wide?",
            f"输入 {s.in_channels} 通道、输出 {s.out_channels} 通道的卷积层（不分组，{biases(s.bias).zh}）有 {num(s.params)} 个可学习参数，"
            "卷积核为正方形。卷积核的边长是多少？",
        )

    def solution(self, s: ConvParamsKernel) -> Text:
        left = s.params - (s.out_channels if s.bias else 0)
        without = f"{num(s.params)} - {num(s.out_channels)} = {num(left)}" if s.bias else num(left)
        taps = rf"{num(left)} / ({num(s.in_channels)} \cdot {num(s.out_channels)}) = {num(_taps(s))}"
        root = rf"\sqrt{{{num(_taps(s))}}} = {self.formula(s)}"
        return Text(
            f"Weights: ${without}$.\n\nFor each pair of channels: ${taps}$ taps, so the side is ${root}$.",
            f"权重：${without}$。\n\n每对通道有 ${taps}$ 个权重，边长为 ${root}$。",
        )


def _taps(s: ConvParamsKernel) -> int:
    """Weights for each pair of channels."""
    return (s.params - (s.out_channels if s.bias else 0)) // (s.in_channels * s.out_channels)


MODEL = ItemModel(
    name="conv_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a convolution", "卷积层的参数量"),
    questions=(Params(), Kernel()),
)
