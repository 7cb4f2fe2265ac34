"""Fully connected layers written as convolutions, and a 1×1 convolution as a fully connected layer."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.counting.layers._words import biases, plus_bias
from quizcv.items.counting.layers.linear_as_conv_map import CHANNELS, Back, LargerMap
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.units import LinearAsConv, LinearAsConvParams

_OUTPUTS = (10, 84, 100, 120, 256, 512, 1000, 1024, 4096)


class Kernel(Question[LinearAsConv]):
    """Source: Long et al. 2015, Fully Convolutional Networks, section 3.1."""

    spec = LinearAsConv
    answer = Shape(("out", "in", "kH", "kW"))
    levels = (1, 2)
    rule = Text(
        r"$n_{out} \times C \times H \times W$: the kernel covers the whole map",
        r"$n_{out} \times C \times H \times W$：卷积核覆盖整张特征图",
    )
    mistakes = (
        Mistake(
            "PyTorch's weight of `nn.Conv2d` has the output channels first.",
            "PyTorch 中 `nn.Conv2d` 的权重以输出通道为第一维。",
            lambda s: (s.channels, s.out_features, s.height, s.width),
        ),
        Mistake(
            "A 1×1 kernel sees a single pixel of each channel; the layer reads all of them.",
            "1×1 卷积核在每个通道只看到一个像素，而该层要读取全部像素。",
            lambda s: (s.out_features, s.channels, 1, 1),
        ),
        Mistake(
            "The map is not flattened before a convolution: its height and width go into the kernel.",
            "卷积前不展平特征图：高和宽应进入卷积核。",
            lambda s: (s.out_features, s.channels * s.height * s.width, 1, 1),
        ),
        Mistake(
            "Every output reads all channels, not a single one.",
            "每个输出读取所有通道，而不是一个通道。",
            lambda s: (s.out_features, 1, s.height, s.width),
        ),
        Mistake(
            "The height comes before the width.",
            "高在前，宽在后。",
            lambda s: (s.out_features, s.channels, s.width, s.height),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearAsConv | None:
        side = draw.choice((4, 5, 6, 7, 8, 12, 14))
        other = side if level == 1 else draw.integer(3, 12)
        return LinearAsConv(draw.choice(CHANNELS), side, other, draw.choice(_OUTPUTS))

    def formula(self, s: LinearAsConv) -> tuple[int, ...]:
        return (s.out_features, s.channels, s.height, s.width)

    def stem(self, s: LinearAsConv) -> Text:
        size = by(s.channels, s.height, s.width)
        return Text(
            f"A fully connected layer with {s.out_features} outputs reads a feature map of {size} (C×H×W), flattened. It is written as "
            "an `nn.Conv2d` (no padding, one group) that gives a map of 1×1. What is the shape of the convolution's weight?",
            f"有 {s.out_features} 个输出的全连接层读取展平后的 {size}（C×H×W）特征图。把它写成无填充、不分组、输出 1×1 的 `nn.Conv2d`，"
            "其权重的形状是什么？",
        )

    def solution(self, s: LinearAsConv) -> Text:
        kernel, shape = by(s.height, s.width), by(*self.formula(s))
        return Text(
            f"Each of the {num(s.out_features)} outputs has a weight for every pixel of every channel: a filter of "
            f"{num(s.channels)} channels and {kernel}.\n\nWeight: {shape}.",
            f"{num(s.out_features)} 个输出中的每一个对每个通道的每个像素都有一个权重：即 {num(s.channels)} 通道、{kernel} 的滤波器。\n\n"
            f"权重形状：{shape}。",
        )


def _weights(s: LinearAsConvParams) -> int:
    return s.out_features * s.channels * s.height * s.width


class Params(Question[LinearAsConvParams]):
    """As many as the fully connected layer has."""

    spec = LinearAsConvParams
    answer = Integer()
    levels = (2,)
    find = "params"
    rule = Text(
        r"$(C \cdot H \cdot W + 1) \cdot n_{out}$, without the $+ 1$ if there are no biases",
        r"$(C \cdot H \cdot W + 1) \cdot n_{out}$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(
            "A 1×1 kernel sees a single pixel of each channel; here the kernel covers the whole map.",
            "1×1 卷积核在每个通道只看到一个像素；这里卷积核要覆盖整张特征图。",
            lambda s: s.out_features * s.channels + (s.out_features if s.bias else 0),
        ),
        Mistake(
            "Every output reads all channels, not a single one.",
            "每个输出读取所有通道，而不是一个通道。",
            lambda s: s.out_features * s.height * s.width + (s.out_features if s.bias else 0),
        ),
        Mistake(
            "The biases were left out; there is one for each output channel.",
            "漏了偏置；每个输出通道有一个偏置。",
            lambda s: _weights(s) if s.bias else None,
        ),
        Mistake(
            "The layer has no biases; they were counted.",
            "该层没有偏置，却把偏置算进去了。",
            lambda s: None if s.bias else _weights(s) + s.out_features,
        ),
        Mistake(
            "The biases belong to the outputs, not to the positions of the kernel.",
            "偏置属于输出，而不是卷积核的各个位置。",
            lambda s: _weights(s) + s.out_features * s.height * s.width if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearAsConvParams | None:
        sizes = draw.integer(3, 12), draw.integer(3, 12)
        return LinearAsConvParams(draw.choice(CHANNELS), *sizes, draw.choice(_OUTPUTS), draw.chance(0.6))

    def formula(self, s: LinearAsConvParams) -> int:
        return _weights(s) + (s.out_features if s.bias else 0)

    def stem(self, s: LinearAsConvParams) -> Text:
        size, bias = by(s.channels, s.height, s.width), biases(s.bias)
        return Text(
            f"A fully connected layer with {s.out_features} outputs on a flattened feature map of {size} (C×H×W) is written as a "
            f"convolution (no padding, one group, {bias.en}) that gives a map of 1×1. How many learnable parameters does it have?",
            f"把读取展平的 {size}（C×H×W）特征图、有 {s.out_features} 个输出的全连接层写成输出 1×1 的卷积（无填充，不分组，{bias.zh}）。"
            "该卷积共有多少个可学习参数？",
        )

    def solution(self, s: LinearAsConvParams) -> Text:
        each = s.channels * s.height * s.width
        one = rf"{s.channels} \cdot {s.height} \cdot {s.width} = {num(each)}"
        all_ = rf"{num(each)} \cdot {num(s.out_features)} = {num(_weights(s))}"
        total = plus_bias(_weights(s), s.out_features, s.bias)
        return Text(
            f"A filter covers the whole map: ${one}$ weights. All filters: ${all_}$.\n\nIn all, {biases(s.bias).en}: ${total}$.",
            f"每个滤波器覆盖整张特征图：${one}$ 个权重。全部滤波器：${all_}$。\n\n合计（{biases(s.bias).zh}）：${total}$。",
        )


MODEL = ItemModel(
    name="linear_as_conv",
    version=1,
    topic="counting",
    title=Text("Fully connected layers as convolutions", "全连接层与卷积的互换"),
    questions=(Kernel(), Params(), LargerMap(), Back()),
)
