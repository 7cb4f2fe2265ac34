"""Fully connected layers slid over a larger map as convolutions, and a 1×1 convolution as a fully connected layer."""

from __future__ import annotations

from quizcv.answers import Integer, Shape
from quizcv.items.counting.layers._words import biases, plus_bias
from quizcv.items.model import Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.units import LinearAsConvMap, OneByOne

CHANNELS = (16, 32, 64, 128, 256, 512)


class LargerMap(Question[LinearAsConvMap]):
    """Two layers, the second one as a 1×1 convolution, slid over a larger map."""

    spec = LinearAsConvMap
    answer = Shape(("C", "H", "W"))
    levels = (3,)
    find = "map"
    rule = Text(
        r"$n_2 \times (L - H + 1) \times (L - H + 1)$ with $H$ the side of the map that was flattened, $L$ that of the larger one",
        r"$n_2 \times (L - H + 1) \times (L - H + 1)$，$H$ 为原来展平的特征图的边长，$L$ 为更大的特征图的边长",
    )
    mistakes = (
        Mistake(
            "The first layer's window fits at L − H + 1 positions: the first one counts.",
            "第一层的窗口有 L − H + 1 个位置：要算上起始位置。",
            lambda s: (s.out_features, s.larger - s.size, s.larger - s.size),
        ),
        Mistake(
            "As convolutions the layers give a whole map on a larger input, not a single pixel.",
            "写成卷积后，更大的输入会得到一张特征图，而不是一个像素。",
            lambda s: (s.out_features, 1, 1),
        ),
        Mistake(
            "The channels are those of the second layer.",
            "通道数应取第二层的。",
            lambda s: (s.hidden, s.larger - s.size + 1, s.larger - s.size + 1),
        ),
        Mistake(
            "The second layer reads one pixel at a time, as a 1×1 convolution: it takes no border off.",
            "第二层是 1×1 卷积，每次只读一个像素，不会再缩小特征图。",
            lambda s: (s.out_features, s.larger - 2 * s.size + 2, s.larger - 2 * s.size + 2),
        ),
        Mistake(
            "The window moves by one pixel, not by its own size.",
            "窗口每次移动一个像素，而不是移动自身的大小。",
            lambda s: (s.out_features, s.larger // s.size, s.larger // s.size),
        ),
        Mistake(
            "Without padding the map shrinks.",
            "没有填充，特征图会变小。",
            lambda s: (s.out_features, s.larger, s.larger),
        ),
    )

    def sample(self, draw: Draw, level: int) -> LinearAsConvMap | None:
        size = draw.choice((4, 5, 6, 7, 8))
        return LinearAsConvMap(
            draw.choice(CHANNELS),
            size,
            draw.choice((120, 256, 512, 1024, 4096)),
            draw.choice((10, 20, 21, 84, 100, 1000)),
            size + draw.integer(1, 12),
        )

    def formula(self, s: LinearAsConvMap) -> tuple[int, ...]:
        side = s.larger - s.size + 1
        return (s.out_features, side, side)

    def stem(self, s: LinearAsConvMap) -> Text:
        made, given = by(s.channels, s.size, s.size), by(s.channels, s.larger, s.larger)
        return Text(
            f"Two fully connected layers, the first from a flattened map of {made} (C×H×W) to {s.hidden} outputs and the second "
            f"from there to {s.out_features}, are written as convolutions of stride 1 without padding. They now read a map of {given}. "
            "What is the shape of the second one's output?",
            f"两个全连接层：第一层从展平的 {made}（C×H×W）特征图到 {s.hidden} 个输出，第二层再到 {s.out_features} 个输出。"
            f"把它们写成步长 1、无填充的卷积后，输入 {given} 的特征图。第二层输出的形状是什么？",
        )

    def solution(self, s: LinearAsConvMap) -> Text:
        side = f"{s.larger} - {s.size} + 1 = {s.larger - s.size + 1}"
        kernel, shape = by(s.size, s.size), by(*self.formula(s))
        return Text(
            f"The first becomes a convolution from {num(s.channels)} to {num(s.hidden)} channels with {kernel} kernels, its output side "
            f"${side}$. The second "
            f"becomes a 1×1 convolution to {num(s.out_features)} channels and keeps the size.\n\nShape: {shape}.",
            f"第一层成为从 {num(s.channels)} 到 {num(s.hidden)} 通道的 {kernel} 卷积，输出边长 ${side}$。第二层成为到 "
            f"{num(s.out_features)} 通道的 1×1 卷积，尺寸不变。\n\n形状：{shape}。",
        )


class Back(Question[OneByOne]):
    """A 1×1 convolution is one fully connected layer over the channels, used at every pixel."""

    spec = OneByOne
    answer = Integer()
    levels = (3,)
    find = "back"
    rule = Text(
        r"$(C_{in} + 1) \cdot C_{out}$, without the $+ 1$ if there are no biases: pixels share the layer",
        r"$(C_{in} + 1) \cdot C_{out}$，不带偏置时没有 $+ 1$；所有像素共用该层",
    )
    mistakes = (
        Mistake(
            "All pixels share the layer: it is not repeated for each of them.",
            "所有像素共用这个全连接层，不必按像素重复。",
            lambda s: (s.in_channels + (1 if s.bias else 0)) * s.out_channels * s.size**2,
        ),
        Mistake(
            "The layer reads the channels of one pixel, not the flattened map.",
            "该层读取一个像素的所有通道，而不是展平的特征图。",
            lambda s: (s.in_channels * s.size**2 + (1 if s.bias else 0)) * s.out_channels,
        ),
        Mistake(
            "The biases were left out.", "漏了偏置。", lambda s: s.in_channels * s.out_channels if s.bias else None
        ),
        Mistake(
            "The layer has no biases; they were counted.",
            "该层没有偏置，却把偏置算进去了。",
            lambda s: None if s.bias else (s.in_channels + 1) * s.out_channels,
        ),
        Mistake(
            "Every output is connected to every input: the numbers are multiplied, not added.",
            "每个输出与每个输入相连：应相乘，而不是相加。",
            lambda s: s.in_channels + s.out_channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> OneByOne | None:
        return OneByOne(
            draw.choice((*CHANNELS, 24, 48, 96)),
            draw.choice((*CHANNELS, 10, 100)),
            draw.integer(4, 32),
            draw.chance(0.6),
        )

    def formula(self, s: OneByOne) -> int:
        return (s.in_channels + (1 if s.bias else 0)) * s.out_channels

    def stem(self, s: OneByOne) -> Text:
        bias, side = biases(s.bias), by(s.size, s.size)
        return Text(
            f"A 1×1 convolution from {s.in_channels} to {s.out_channels} channels, {bias.en}, runs over a map of {side}. It is "
            "replaced by one fully connected layer that is applied to the channels of every pixel and gives the same output. How many "
            "learnable parameters does that layer have?",
            f"输入 {s.in_channels} 通道、输出 {s.out_channels} 通道、{bias.zh}的 1×1 卷积作用于 {side} 的特征图。用一个全连接层代替它："
            "对每个像素的通道向量应用同一层，得到相同的输出。该层有多少个可学习参数？",
        )

    def solution(self, s: OneByOne) -> Text:
        weights = s.in_channels * s.out_channels
        product = rf"{num(s.in_channels)} \cdot {num(s.out_channels)} = {num(weights)}"
        total, side = plus_bias(weights, s.out_channels, s.bias), by(s.size, s.size)
        return Text(
            f"All {side} pixels share one layer from {num(s.in_channels)} to {num(s.out_channels)}: ${product}$ weights.\n\n"
            f"In all, {biases(s.bias).en}: ${total}$.",
            f"{side} 个像素共用一个从 {num(s.in_channels)} 到 {num(s.out_channels)} 的全连接层：${product}$ 个权重。\n\n"
            f"合计（{biases(s.bias).zh}）：${total}$。",
        )
