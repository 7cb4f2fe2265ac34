"""Parameters of a depthwise convolution."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import SIDE_NOT_SQUARED, UNWANTED_BIAS, WITHOUT_BIAS, biases, width
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.factored import DepthwiseKernel, DepthwiseParams


def _outputs(s: DepthwiseParams) -> int:
    return s.in_channels * s.multiplier


def _added(s: DepthwiseParams) -> int:
    return _outputs(s) if s.bias else 0


class Params(Question[DepthwiseParams]):
    """Source: Howard et al. 2017, MobileNets, section 3.1; documentation of torch.nn.Conv2d, "depthwise convolution"."""

    spec = DepthwiseParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 \cdot m C_{in}$ with $m$ output channels for each input channel; biases: $m C_{in}$ more",
        r"$k^2 \cdot m C_{in}$，$m$ 为每个输入通道对应的输出通道数；带偏置时再加 $m C_{in}$",
    )
    mistakes = (
        Mistake(
            "That is an ordinary convolution; in a depthwise one a filter reads a single input channel.",
            "这是普通卷积；深度卷积的每个滤波器只读取一个输入通道。",
            lambda s: s.kernel**2 * s.in_channels * _outputs(s) + _added(s),
        ),
        Mistake(
            "The 1×1 convolution that often follows was counted too.",
            "把后面常接的 1×1 卷积也算进去了。",
            lambda s: s.kernel**2 * _outputs(s) + _outputs(s) ** 2 + _added(s),
        ),
        Mistake(
            "One filter was taken for all channels; every channel has its own.",
            "所有通道共用了一个滤波器；实际上每个通道有自己的滤波器。",
            lambda s: s.kernel**2 + _added(s),
        ),
        Mistake(
            "The depth multiplier was left out: every input channel has several filters here.",
            "漏了深度乘数：这里每个输入通道有多个滤波器。",
            lambda s: s.kernel**2 * s.in_channels + (s.in_channels if s.bias else 0),
        ),
        Mistake(*SIDE_NOT_SQUARED, lambda s: s.kernel * _outputs(s) + _added(s)),
        Mistake(*WITHOUT_BIAS, lambda s: s.kernel**2 * _outputs(s) if s.bias else None),
        Mistake(*UNWANTED_BIAS, lambda s: None if s.bias else (s.kernel**2 + 1) * _outputs(s)),
    )

    def sample(self, draw: Draw, level: int) -> DepthwiseParams | None:
        kernel = draw.choice((3, 5, 7))
        if level == 1:
            return DepthwiseParams(width(draw, 2), kernel)
        return DepthwiseParams(width(draw, 2), kernel, draw.choice((1, 2, 3, 4)), draw.chance(0.6))

    def formula(self, s: DepthwiseParams) -> int:
        return s.kernel**2 * _outputs(s) + _added(s)

    def stem(self, s: DepthwiseParams) -> Text:
        kernel, bias = by(s.kernel, s.kernel), biases(s.bias)
        return Text(
            f"A depthwise convolution with {kernel} kernels reads {s.in_channels} channels. Its depth multiplier (output channels for "
            f"each input channel) is {s.multiplier}; it has {'biases' if s.bias else 'no biases'}. How many learnable "
            "parameters does it have?",
            f"深度卷积的卷积核为 {kernel}，输入 {s.in_channels} 通道，深度乘数（每个输入通道对应的输出通道数）为 "
            f"{s.multiplier}，{bias.zh}。它共有多少个可学习参数？",
        )

    def solution(self, s: DepthwiseParams) -> Text:
        outputs = rf"{num(s.in_channels)} \cdot {s.multiplier} = {num(_outputs(s))}"
        weights = rf"{s.kernel}^2 \cdot {num(_outputs(s))} = {num(s.kernel**2 * _outputs(s))}"
        en = f"${outputs}$ filters of one channel each: ${weights}$ weights."
        zh = f"${outputs}$ 个单通道滤波器：${weights}$ 个权重。"
        if not s.bias:
            return Text(en, zh)
        total = f"{num(s.kernel**2 * _outputs(s))} + {num(_outputs(s))} = {num(self.formula(s))}"
        return Text(f"{en}\n\nWith a bias for each: ${total}$.", f"{zh}\n\n每个滤波器一个偏置：${total}$。")


def _taps(s: DepthwiseKernel) -> int:
    return s.params // s.in_channels - (1 if s.bias else 0)


class Kernel(Question[DepthwiseKernel]):
    """The same solved for k, with depth multiplier 1."""

    spec = DepthwiseKernel
    answer = Integer()
    levels = (3,)
    find = "kernel"
    rule = Text(
        r"$k = \sqrt{P/C}$, and with biases $k = \sqrt{P/C - 1}$",
        r"$k = \sqrt{P/C}$，带偏置时 $k = \sqrt{P/C - 1}$",
    )
    mistakes = (
        Mistake(
            "That is k², the number of taps; the side is its root.",
            "这是 k²，即权重的个数；边长是它的平方根。",
            lambda s: _taps(s),
        ),
        Mistake(
            "The bias of each channel is no tap, and the side is the root of the taps.",
            "每个通道的偏置不是卷积核的权重，而且边长是权重个数的平方根。",
            lambda s: _taps(s) + 1 if s.bias else None,
        ),
        Mistake(
            "That is the padding that keeps the size, (k − 1)/2, not k.",
            "这是保持尺寸的填充 (k − 1)/2，而不是 k。",
            lambda s: (math.isqrt(_taps(s)) - 1) // 2 if _taps(s) % 2 else None,
        ),
        Mistake(
            "Every channel has a kernel of its own: the parameters must be divided by the channels first.",
            "每个通道有自己的卷积核：应先除以通道数。",
            lambda s: math.isqrt(s.params),
        ),
        Mistake(
            "The number of taps was halved; the side is its square root.",
            "把权重个数除以了 2；边长是它的平方根。",
            lambda s: _taps(s) // 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> DepthwiseKernel | None:
        channels, kernel, bias = width(draw, 2), draw.choice((2, 3, 4, 5, 7, 9, 11)), draw.chance(0.6)
        return DepthwiseKernel(channels, channels * (kernel**2 + (1 if bias else 0)), bias)

    def formula(self, s: DepthwiseKernel) -> int:
        return math.isqrt(_taps(s))

    def stem(self, s: DepthwiseKernel) -> Text:
        return Text(
            f"A depthwise convolution on {s.in_channels} channels (one filter for each, {biases(s.bias).en}) has "
            f"{num(s.params)} learnable parameters. Its kernels are square. How many pixels wide are they?",
            f"{s.in_channels} 通道的深度卷积（每个通道一个滤波器，{biases(s.bias).zh}）有 {num(s.params)} 个可学习参数，卷积核为正方形。"
            "卷积核的边长是多少？",
        )

    def solution(self, s: DepthwiseKernel) -> Text:
        each = f"{num(s.params)}/{num(s.in_channels)} = {num(s.params // s.in_channels)}"
        less = f"{num(s.params // s.in_channels)} - 1 = {num(_taps(s))}" if s.bias else num(_taps(s))
        root = rf"\sqrt{{{num(_taps(s))}}} = {self.formula(s)}"
        return Text(
            f"Each channel has ${each}$ parameters, of which ${less}$ are taps.\n\nSide: ${root}$.",
            f"每个通道有 ${each}$ 个参数，其中 ${less}$ 个是卷积核权重。\n\n边长：${root}$。",
        )


MODEL = ItemModel(
    name="depthwise_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a depthwise convolution", "深度卷积的参数量"),
    questions=(Params(), Kernel()),
)
