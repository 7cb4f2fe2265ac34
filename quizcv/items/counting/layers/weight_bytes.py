"""Memory of weights, in several types and quantised."""

from __future__ import annotations

from quizcv.answers import Integer, Number
from quizcv.items.counting.layers._words import biases, conv_words, width
from quizcv.items.counting.layers.feature_bytes import BITS, NUMBERS, WIDTHS, other_width
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.memory import Dtype, QuantizedSaved, WeightBytes, WeightMegabytes

_DTYPES: tuple[Dtype, ...] = ("float32", "float16", "bfloat16", "int8")
_FEATURES = (256, 400, 512, 784, 1000, 1024, 2048, 4096, 9216)

_WRONG_WIDTH = (
    "A number of this type takes another number of bytes: float32 4, float16 and bfloat16 2, int8 1.",
    "该类型每个数占的字节数不对：float32 为 4，float16 和 bfloat16 为 2，int8 为 1。",
)


def _weights(s: WeightBytes | QuantizedSaved) -> int:
    return s.kernel**2 * s.in_channels * s.out_channels


def _params(s: WeightBytes) -> int:
    return _weights(s) + (s.out_channels if s.bias else 0)


class Bytes(Question[WeightBytes]):
    """Parameters times bytes of a number."""

    spec = WeightBytes
    answer = Integer("B")
    levels = (1, 2)
    rule = Text(
        r"$(k^2 C_{in} + 1) \cdot C_{out} \cdot b$ with $b$ = 4, 2, 2, 1 bytes for float32, float16, bfloat16, int8; "
        r"without the $+ 1$ if there are no biases",
        r"$(k^2 C_{in} + 1) \cdot C_{out} \cdot b$，float32、float16、bfloat16、int8 的 $b$ 为 4、2、2、1 字节；不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(*NUMBERS, _params),
        Mistake(*BITS, lambda s: 8 * _params(s) * WIDTHS[s.dtype]),
        Mistake(*_WRONG_WIDTH, lambda s: _params(s) * other_width(s)),
        Mistake("The biases were left out.", "漏了偏置。", lambda s: _weights(s) * WIDTHS[s.dtype] if s.bias else None),
        Mistake(
            "The layer has no biases; they were counted.",
            "该层没有偏置，却把偏置算进去了。",
            lambda s: None if s.bias else (_weights(s) + s.out_channels) * WIDTHS[s.dtype],
        ),
        Mistake(
            "A bias takes as many bytes as a weight, not one.",
            "偏置与权重占同样多的字节，而不是 1 字节。",
            lambda s: _weights(s) * WIDTHS[s.dtype] + s.out_channels if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> WeightBytes | None:
        kernel = draw.choice((1, 3, 5, 7))
        if level == 1:
            return WeightBytes(width(draw, 1), width(draw, 1), kernel)
        return WeightBytes(width(draw, 2), width(draw, 2), kernel, draw.chance(0.6), draw.choice(_DTYPES))

    def formula(self, s: WeightBytes) -> int:
        return _params(s) * WIDTHS[s.dtype]

    def stem(self, s: WeightBytes) -> Text:
        words, bias = conv_words(s), biases(s.bias)
        return Text(
            f"{words.en}, in one group and {bias.en}, has all its parameters in {s.dtype}. How many bytes do they take?",
            f"{words.zh}，不分组，{bias.zh}，所有参数均为 {s.dtype} 类型。这些参数占多少字节？",
        )

    def solution(self, s: WeightBytes) -> Text:
        more = f" + {num(s.out_channels)}" if s.bias else ""
        params = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)}{more} = {num(_params(s))}"
        total = rf"{num(_params(s))} \cdot {WIDTHS[s.dtype]} = {num(self.formula(s))}"
        return Text(
            f"Parameters, {biases(s.bias).en}: ${params}$, each of {WIDTHS[s.dtype]} B in {s.dtype}.\n\nBytes: ${total}$.",
            f"参数（{biases(s.bias).zh}）：${params}$ 个，{s.dtype} 每个占 {WIDTHS[s.dtype]} 字节。\n\n字节数：${total}$。",
        )


def _linear(s: WeightMegabytes) -> int:
    return s.in_features * s.out_features + (s.out_features if s.bias else 0)


class Megabytes(Question[WeightMegabytes]):
    """A fully connected layer in MB."""

    spec = WeightMegabytes
    answer = Number(decimals=3, unit="MB")
    levels = (2,)
    find = "mb"
    rule = Text(
        r"$(n_{in} + 1) \cdot n_{out} \cdot b / 10^6$, without the $+ 1$ if there are no biases",
        r"$(n_{in} + 1) \cdot n_{out} \cdot b / 10^6$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(
            "That is in MiB, 2²⁰ bytes; a MB has 10⁶.",
            "这是以 MiB（2²⁰ 字节）计；1 MB 为 10⁶ 字节。",
            lambda s: _linear(s) * WIDTHS[s.dtype] / 2**20,
        ),
        Mistake(
            "Those are millions of numbers, not of bytes.",
            "这是以百万计的数的个数，而不是字节数。",
            lambda s: _linear(s) / 1e6,
        ),
        Mistake(
            "Those are Mbit; a byte has 8 bits.",
            "这是 Mbit；1 字节为 8 比特。",
            lambda s: 8 * _linear(s) * WIDTHS[s.dtype] / 1e6,
        ),
        Mistake(*_WRONG_WIDTH, lambda s: _linear(s) * other_width(s) / 1e6),
        Mistake(
            "The biases were left out.",
            "漏了偏置。",
            lambda s: s.in_features * s.out_features * WIDTHS[s.dtype] / 1e6 if s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> WeightMegabytes | None:
        return WeightMegabytes(draw.choice(_FEATURES), draw.choice(_FEATURES), draw.chance(0.5), draw.choice(_DTYPES))

    def formula(self, s: WeightMegabytes) -> float:
        return _linear(s) * WIDTHS[s.dtype] / 1e6

    def stem(self, s: WeightMegabytes) -> Text:
        bias = biases(s.bias)
        return Text(
            f"A fully connected layer from {s.in_features} inputs to {s.out_features} outputs, {bias.en}, has its parameters in "
            f"{s.dtype}. How many MB do they take (1 MB = 1,000,000 bytes)?",
            f"全连接层有 {s.in_features} 个输入、{s.out_features} 个输出，{bias.zh}，参数为 {s.dtype} 类型。"
            "它们占多少 MB（1 MB = 1,000,000 字节）？",
        )

    def solution(self, s: WeightMegabytes) -> Text:
        more = f" + {num(s.out_features)}" if s.bias else ""
        params = rf"{num(s.in_features)} \cdot {num(s.out_features)}{more} = {num(_linear(s))}"
        total = rf"{num(_linear(s))} \cdot {WIDTHS[s.dtype]} = {num(_linear(s) * WIDTHS[s.dtype])}"
        value = num(self.formula(s), 9)
        return Text(
            f"Parameters, {biases(s.bias).en}: ${params}$.\n\nBytes in {s.dtype}: ${total}$, that is {value} MB.",
            f"参数（{biases(s.bias).zh}）：${params}$。\n\n{s.dtype} 的字节数：${total}$，即 {value} MB。",
        )


class Quantized(Question[QuantizedSaved]):
    """Source: Jacob et al. 2018, Quantization and Training of Neural Networks, section 2; scales for each output channel."""

    spec = QuantizedSaved
    answer = Integer("B", signed=True)
    levels = (3,)
    find = "quantized"
    rule = Text(
        r"$3 k^2 C_{in} C_{out} - 4 C_{out}$: weights lose 3 bytes each, scales of 4 bytes come in, biases stay",
        r"$3 k^2 C_{in} C_{out} - 4 C_{out}$：每个权重减少 3 字节，每个输出通道增加 4 字节的缩放因子，偏置不变",
    )
    mistakes = (
        Mistake("The scales were left out.", "漏了缩放因子。", lambda s: 3 * _weights(s)),
        Mistake(
            "Those are the bytes that remain.",
            "这是剩下的字节数。",
            lambda s: _weights(s) + 4 * s.out_channels + (4 * s.out_channels if s.bias else 0),
        ),
        Mistake(
            "There is a scale for each output channel, not one for the layer.",
            "每个输出通道有一个缩放因子，而不是整层一个。",
            lambda s: 3 * _weights(s) - 4,
        ),
        Mistake(
            "A scale is a float32 of 4 bytes, not a byte.",
            "缩放因子是 4 字节的 float32，而不是 1 字节。",
            lambda s: 3 * _weights(s) - s.out_channels,
        ),
        Mistake(
            "Scales belong to the output channels, not to the input channels.",
            "缩放因子按输出通道，而不是按输入通道。",
            lambda s: 3 * _weights(s) - 4 * s.in_channels,
        ),
        Mistake(
            "Those are all bytes of the weights before; a quarter of them remains.",
            "这是原来权重的全部字节；量化后仍剩四分之一。",
            lambda s: 4 * _weights(s),
        ),
    )

    def sample(self, draw: Draw, level: int) -> QuantizedSaved | None:
        return QuantizedSaved(width(draw, 2), width(draw, 2), draw.choice((1, 3, 5, 7)), draw.chance(0.5))

    def formula(self, s: QuantizedSaved) -> int:
        return 3 * _weights(s) - 4 * s.out_channels

    def stem(self, s: QuantizedSaved) -> Text:
        words, bias = conv_words(s), biases(s.bias)
        stay = (" The biases stay float32.", "偏置仍为 float32。") if s.bias else ("", "")
        return Text(
            f"{words.en}, in one group and {bias.en}, has its parameters in float32. Its weights are quantised to int8, with a "
            f"float32 scale for each output channel and no zero points.{stay[0]} By how many bytes does the layer get smaller?",
            f"{words.zh}，不分组，{bias.zh}，参数为 float32。把权重量化为 int8，每个输出通道另存一个 float32 缩放因子，"
            f"没有零点。{stay[1]}该层减少多少字节？",
        )

    def solution(self, s: QuantizedSaved) -> Text:
        weights = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} = {num(_weights(s))}"
        saved = rf"3 \cdot {num(_weights(s))} = {num(3 * _weights(s))}"
        scales = rf"4 \cdot {num(s.out_channels)} = {num(4 * s.out_channels)}"
        total = f"{num(3 * _weights(s))} - {num(4 * s.out_channels)} = {num(self.formula(s))}"
        return Text(
            f"Weights: ${weights}$, each from 4 bytes to 1: ${saved}$ bytes less. Scales: ${scales}$ bytes more.\n\nSaved: ${total}$.",
            f"权重：${weights}$ 个，每个从 4 字节变为 1 字节：减少 ${saved}$ 字节。缩放因子：增加 ${scales}$ 字节。\n\n共减少："
            f"${total}$。",
        )


MODEL = ItemModel(
    name="weight_bytes",
    version=1,
    topic="counting",
    title=Text("Memory of weights", "权重占用的内存"),
    questions=(Bytes(), Megabytes(), Quantized()),
)
