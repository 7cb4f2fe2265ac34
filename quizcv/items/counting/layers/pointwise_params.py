"""Parameters of a 1×1 convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    GROUPS_IGNORED,
    GROUPS_TWICE,
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
from quizcv.specs.factored import PointwiseInput, PointwiseParams
from quizcv.specs.spec import LARGEST

KERNEL = "1×1"
ADDED_UP = (
    "Every output channel reads every input channel of its group: the numbers are multiplied, not added.",
    "每个输出通道读取本组的每个输入通道：通道数应相乘，而不是相加。",
)
AS_3X3 = ("That is a 3×3 convolution; a 1×1 kernel has a single tap.", "这是 3×3 卷积；1×1 卷积核只有一个权重。")


def _weights(s: PointwiseParams) -> int:
    return s.in_channels // s.groups * s.out_channels


def _added(s: PointwiseParams) -> int:
    return s.out_channels if s.bias else 0


class Params(Question[PointwiseParams]):
    """Source: Lin et al. 2014, Network in Network; documentation of torch.nn.Conv2d."""

    spec = PointwiseParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$(C_{in}/g + 1) \cdot C_{out}$, without the $+ 1$ if there are no biases",
        r"$(C_{in}/g + 1) \cdot C_{out}$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(*ADDED_UP, lambda s: s.in_channels + s.out_channels + _added(s)),
        Mistake(*AS_3X3, lambda s: 9 * _weights(s) + _added(s)),
        Mistake(*WITHOUT_BIAS, lambda s: _weights(s) if s.bias else None),
        Mistake(*UNWANTED_BIAS, lambda s: None if s.bias else _weights(s) + s.out_channels),
        Mistake(
            "The biases follow the output channels, not the input channels.",
            "偏置的个数等于输出通道数，而不是输入通道数。",
            lambda s: _weights(s) + s.in_channels if s.bias else None,
        ),
        Mistake(*GROUPS_IGNORED, lambda s: _weights(s) * s.groups + _added(s)),
        Mistake(*GROUPS_TWICE, lambda s: _weights(s) // s.groups + _added(s)),
    )

    def sample(self, draw: Draw, level: int) -> PointwiseParams | None:
        inputs, outputs = width(draw, 2), width(draw, 2)
        if level == 1:
            return PointwiseParams(inputs, outputs)
        groups = groups_for(draw, inputs, outputs) if draw.chance(0.7) else 1
        return PointwiseParams(inputs, outputs, groups, draw.chance(0.5)) if groups else None

    def formula(self, s: PointwiseParams) -> int:
        return _weights(s) + _added(s)

    def stem(self, s: PointwiseParams) -> Text:
        layer = conv_words(s, bias=s.bias, kernel=KERNEL)
        return Text(f"{layer.en}: how many learnable parameters does it have?", f"{layer.zh}。它共有多少个可学习参数？")

    def solution(self, s: PointwiseParams) -> Text:
        all_ = rf"{num(s.in_channels // s.groups)} \cdot {num(s.out_channels)} = {num(_weights(s))}"
        total = plus_bias(_weights(s), s.out_channels, s.bias)
        return Text(
            f"A filter has one weight for each of the ${share(s)}$ channels it reads: ${all_}$ weights.\n\n"
            f"In all, {biases(s.bias).en}: ${total}$.",
            f"滤波器对所读取的 ${share(s)}$ 个通道各有一个权重：共 ${all_}$ 个。\n\n合计（{biases(s.bias).zh}）：${total}$。",
        )


class Inputs(Question[PointwiseInput]):
    """The same solved for the input channels."""

    spec = PointwiseInput
    answer = Integer()
    levels = (3,)
    find = "in_channels"
    rule = Text(
        r"$C_{in} = P/C_{out}$, and with biases $P/C_{out} - 1$",
        r"$C_{in} = P/C_{out}$，带偏置时为 $P/C_{out} - 1$",
    )
    mistakes = (
        Mistake(
            "One of the parameters of each filter is its bias.",
            "每个滤波器的参数中有一个是偏置。",
            lambda s: s.params // s.out_channels if s.bias else None,
        ),
        Mistake(
            "The layer has no biases to take off.",
            "该层没有偏置，不必减 1。",
            lambda s: None if s.bias else s.params // s.out_channels - 1,
        ),
        Mistake(
            "That treats the kernel as 3×3; a 1×1 kernel has a single tap.",
            "这是按 3×3 卷积核算的；1×1 卷积核只有一个权重。",
            lambda s: s.params // (9 * s.out_channels),
        ),
        Mistake(
            "The two numbers of channels are multiplied: divide by the output channels, do not subtract them.",
            "两个通道数是相乘的：应除以输出通道数，而不是减去它。",
            lambda s: s.params - s.out_channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> PointwiseInput | None:
        inputs, outputs, bias = width(draw, 2), width(draw, 2), draw.chance(0.6)
        params = (inputs + (1 if bias else 0)) * outputs
        return PointwiseInput(outputs, params, bias) if params <= LARGEST else None

    def formula(self, s: PointwiseInput) -> int:
        return s.params // s.out_channels - (1 if s.bias else 0)

    def stem(self, s: PointwiseInput) -> Text:
        bias = biases(s.bias)
        return Text(
            f"A 1×1 convolution to {s.out_channels} output channels, in one group and {bias.en}, has {num(s.params)} learnable parameters. "
            "How many input channels does it have?",
            f"输出为 {s.out_channels} 通道、不分组、{bias.zh}的 1×1 卷积有 {num(s.params)} 个可学习参数。它有多少个输入通道？",
        )

    def solution(self, s: PointwiseInput) -> Text:
        each = f"{num(s.params)}/{num(s.out_channels)} = {num(s.params // s.out_channels)}"
        if not s.bias:
            return Text(
                f"Each filter has ${each}$ parameters, one for each input channel.",
                f"每个滤波器有 ${each}$ 个参数，每个输入通道对应一个。",
            )
        left = f"{num(s.params // s.out_channels)} - 1 = {num(self.formula(s))}"
        return Text(
            f"Each filter has ${each}$ parameters.\n\nOne is its bias: ${left}$ input channels.",
            f"每个滤波器有 ${each}$ 个参数。\n\n其中一个是偏置：${left}$ 个输入通道。",
        )


MODEL = ItemModel(
    name="pointwise_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a 1×1 convolution", "1×1 卷积的参数量"),
    questions=(Params(), Inputs()),
)
