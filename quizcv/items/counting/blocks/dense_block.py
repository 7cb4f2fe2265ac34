"""Dense blocks: every layer reads all maps before it."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import BIAS_ADDED, NORM_MISSED, Counted, Part, conv
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.dense_blocks import DenseChannels, DenseLayer, DenseParams

ONLY_GROWTH = (
    "The layers were taken to read only the layer before; they read the input and all layers before.",
    "当成每层只读前一层；每层读的是输入和前面所有层的输出。",
)


class Channels(Question[DenseChannels]):
    """Source: Huang et al. 2017, "Densely Connected Convolutional Networks", section 3, "Growth rate"."""

    spec = DenseChannels
    answer = Integer("channels")
    levels = (1,)
    rule = r"$k_0 + n k$"
    mistakes = (
        Mistake(
            "That is what the last layer reads; what it gives is concatenated too.",
            "这是最后一层读入的通道数；它的输出也要拼接。",
            lambda s: s.channels + (s.layers - 1) * s.growth,
        ),
        Mistake(
            "The block's input was left out; it is concatenated too.",
            "漏了块的输入；它也参与拼接。",
            lambda s: s.layers * s.growth,
        ),
        Mistake(
            "That is what the last layer adds, not all that is concatenated.",
            "这只是最后一层增加的通道，不是拼接后的全部。",
            lambda s: s.growth,
        ),
        Mistake(
            "The input was counted again for every layer; it is concatenated once.",
            "每一层都重复计了输入；输入只拼接一次。",
            lambda s: s.layers * (s.channels + s.growth),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DenseChannels | None:
        return DenseChannels(8 * draw.integer(2, 32), draw.choice((8, 12, 16, 24, 32, 40, 48)), draw.integer(3, 24))

    def formula(self, s: DenseChannels) -> int:
        return s.channels + s.layers * s.growth

    def stem(self, s: DenseChannels) -> Text:
        return Text(
            f"A dense block of DenseNet reads {s.channels} channels and has {s.layers} layers with growth rate {s.growth}. How many "
            "channels does it pass on?",
            f"DenseNet 的一个 dense block 输入 {s.channels} 个通道，共 {s.layers} 层，增长率为 {s.growth}。它输出多少个通道？",
        )

    def solution(self, s: DenseChannels) -> Text:
        steps = rf"{s.channels} + {s.layers} \cdot {s.growth} = {num(self.formula(s))}"
        return Text(
            f"Every layer adds {s.growth} channels to those before: ${steps}$.",
            f"每层在原有通道上增加 {s.growth} 个：${steps}$。",
        )


def _inputs(s: DenseLayer) -> int:
    return s.channels + (s.layer - 1) * s.growth


def _layer(s: DenseLayer, inputs: int, norm: int = 2) -> int:
    middle = s.bottleneck * s.growth
    return inputs * middle + 9 * middle * s.growth + s.norm * norm * (inputs + middle)


class Layer(Counted[DenseLayer]):
    """One layer of DenseNet-B."""

    spec = DenseLayer
    answer = Integer()
    levels = (2,)
    find = "layer"
    rule = Text(
        "$m b k + 9 b k^2$ with $m = k_0 + (l - 1) k$, and $2 (m + b k)$ more with batch normalization",
        "$m b k + 9 b k^2$，其中 $m = k_0 + (l - 1) k$；有批归一化时再加 $2 (m + b k)$",
    )
    mistakes = (
        Mistake(*ONLY_GROWTH, lambda s: _layer(s, s.growth) if s.layer > 1 else None),
        Mistake(
            "The layer's own output was counted among its inputs: before layer l there are l − 1 layers.",
            "把本层的输出也算作输入：第 l 层之前只有 l − 1 层。",
            lambda s: _layer(s, s.channels + s.layer * s.growth),
        ),
        Mistake(
            "The layer was taken to read only the block's input; it reads the outputs of the layers before too.",
            "当成该层只读块的输入；它还读前面各层的输出。",
            lambda s: _layer(s, s.channels),
        ),
        Mistake(
            "The 1×1 bottleneck was left out: the 3×3 was taken to read all channels.",
            "漏了 1×1 瓶颈：把 3×3 卷积当成直接读全部通道。",
            lambda s: 9 * _inputs(s) * s.growth + s.norm * 2 * _inputs(s),
        ),
        Mistake(*NORM_MISSED, lambda s: _layer(s, _inputs(s), 0) if s.norm else None),
        Mistake(*BIAS_ADDED, lambda s: _layer(s, _inputs(s)) + (s.bottleneck + 1) * s.growth),
    )

    def sample(self, draw: Draw, level: int) -> DenseLayer | None:
        growth = draw.choice((8, 12, 16, 24, 32))
        channels = growth * draw.integer(2, 8)
        return DenseLayer(channels, growth, draw.integer(2, 12), draw.choice((2, 4, 4)), draw.chance(0.6))

    def parts(self, s: DenseLayer) -> list[Part]:
        inputs, middle = _inputs(s), s.bottleneck * s.growth
        found = [conv(inputs, middle), conv(middle, s.growth, 3)]
        if s.norm:
            en, zh = f"batch normalization ({inputs} + {middle} channels)", f"批归一化（{inputs} + {middle} 个通道）"
            found.append((en, zh, (2, inputs + middle)))
        return found

    def stem(self, s: DenseLayer) -> Text:
        en, zh = "batch normalization is not counted", "不计批归一化"
        if s.norm:
            en = "before each of the two there is a batch normalization, whose scale and shift count"
            zh = "两个卷积之前各有一个批归一化，其缩放和平移参数计入"
        return Text(
            f"A dense block of DenseNet reads {s.channels} channels; its growth rate is {s.growth}. Every layer has a 1×1 convolution "
            f"to {s.bottleneck} · {s.growth} channels and a 3×3 convolution to {s.growth}. The convolutions have no "
            f"biases; {en}. How many parameters does layer {s.layer} have (the first is layer 1)?",
            f"DenseNet 的一个 dense block 输入 {s.channels} 个通道，增长率为 {s.growth}。每层先用 1×1 卷积变为 "
            f"{s.bottleneck} · {s.growth} 个通道，再用 3×3 卷积变为 {s.growth} 个。卷积均无偏置，{zh}。"
            f"第 {s.layer} 层（从第 1 层数起）有多少个参数？",
        )

    def solution(self, s: DenseLayer) -> Text:
        inputs = rf"{s.channels} + ({s.layer} - 1) \cdot {s.growth} = {_inputs(s)}"
        middle = rf"{s.bottleneck} \cdot {s.growth} = {s.bottleneck * s.growth}"
        sums = Counted.solution(self, s)
        return Text(
            f"Layer {s.layer} reads ${inputs}$ channels; in between are ${middle}$.\n\n{sums.en}",
            f"第 {s.layer} 层读入 ${inputs}$ 个通道；中间为 ${middle}$ 个。\n\n{sums.zh}",
        )


def _block(s: DenseParams, inputs: int) -> int:
    """With the sum of the channels that all layers read."""
    return s.bottleneck * s.growth * (inputs + 9 * s.layers * s.growth)


def _read(s: DenseParams) -> int:
    return s.layers * s.channels + s.growth * s.layers * (s.layers - 1) // 2


class Params(Counted[DenseParams]):
    """All layers together."""

    spec = DenseParams
    answer = Integer()
    levels = (3,)
    find = "params"
    rule = r"$b k (n k_0 + k\, n (n - 1)/2 + 9 n k)$"
    mistakes = (
        Mistake(
            "Every layer was taken to read the block's input only; it reads the outputs of the layers before too.",
            "当成每层只读块的输入；每层还读前面各层的输出。",
            lambda s: _block(s, s.layers * s.channels),
        ),
        Mistake(
            "Every layer was taken to read as much as the last one; the input grows from layer to layer.",
            "每层都按最后一层的输入通道数计了；输入是逐层增加的。",
            lambda s: _block(s, s.layers * (s.channels + (s.layers - 1) * s.growth)),
        ),
        Mistake(
            "The layers' own outputs were counted among their inputs: before layer l there are l − 1 layers.",
            "把各层自身的输出也算作输入：第 l 层之前只有 l − 1 层。",
            lambda s: _block(s, _read(s) + s.layers * s.growth),
        ),
        Mistake(
            "Only the 1×1 convolutions were counted.",
            "只算了 1×1 卷积。",
            lambda s: s.bottleneck * s.growth * _read(s),
        ),
        Mistake(
            "The 3×3 kernels were counted as 1×1.",
            "3×3 卷积核按 1×1 计了。",
            lambda s: s.bottleneck * s.growth * (_read(s) + s.layers * s.growth),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DenseParams | None:
        growth = draw.choice((8, 12, 16, 24, 32))
        return DenseParams(growth * draw.integer(2, 6), growth, draw.integer(3, 8), draw.choice((2, 4, 4)))

    def parts(self, s: DenseParams) -> list[Part]:
        middle, read = s.bottleneck * s.growth, _read(s)
        last = s.channels + (s.layers - 1) * s.growth
        return [
            (
                f"1×1, reading {s.channels} + … + {last} = {read} channels in all",
                f"1×1，各层共读入 {s.channels} + … + {last} = {read} 个通道",
                (read, middle),
            ),
            conv(middle, s.growth, 3, times=s.layers),
        ]

    def stem(self, s: DenseParams) -> Text:
        return Text(
            f"A dense block of DenseNet reads {s.channels} channels and has {s.layers} layers with growth rate {s.growth}. Every layer "
            f"has a 1×1 convolution to {s.bottleneck} · {s.growth} channels and a 3×3 convolution to {s.growth}. No "
            "biases; batch normalization is not counted. How many weights does the block have?",
            f"DenseNet 的一个 dense block 输入 {s.channels} 个通道，共 {s.layers} 层，增长率为 {s.growth}。"
            f"每层先用 1×1 卷积变为 {s.bottleneck} · {s.growth} 个通道，再用 3×3 卷积变为 {s.growth} 个。均无偏置，"
            "不计批归一化。整个块有多少个权重？",
        )

    def solution(self, s: DenseParams) -> Text:
        middle = rf"{s.bottleneck} \cdot {s.growth} = {s.bottleneck * s.growth}"
        sums = Counted.solution(self, s)
        return Text(
            f"Layer l reads ${s.channels} + (l - 1) \\cdot {s.growth}$ channels; in between are ${middle}$.\n\n{sums.en}",
            f"第 l 层读入 ${s.channels} + (l - 1) \\cdot {s.growth}$ 个通道；中间为 ${middle}$ 个。\n\n{sums.zh}",
        )


MODEL = ItemModel(
    name="dense_block",
    version=1,
    topic="counting",
    title=Text("Dense blocks", "dense block"),
    questions=(Channels(), Layer(), Params()),
)
