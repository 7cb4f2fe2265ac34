"""Parameters of a transposed convolution."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    SIDE_NOT_SQUARED,
    UNWANTED_BIAS,
    WITHOUT_BIAS,
    biases,
    groups_for,
    plus_bias,
    width,
)
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.costs import ConvTransposeMacs, ConvTransposeMacsOut
from quizcv.specs.counting import ConvTransposeOut, ConvTransposeParams
from quizcv.specs.spec import LARGEST

_GROUPS_TWICE = (
    "Groups divide the weights once: only the output channels that an input channel reaches become fewer.",
    "权重只除以一次组数：减少的只是每个输入通道影响的输出通道。",
)
GROUPS_IGNORED = (
    "The groups were ignored: an input channel reaches only the output channels of its own group.",
    "忽略了分组：输入通道只影响本组的输出通道。",
)


def transposed_words(s: ConvTransposeParams | ConvTransposeMacs | ConvTransposeMacsOut, more: Text) -> Text:
    kernel = by(s.kernel, s.kernel)
    return Text(
        f"A transposed convolution (`nn.ConvTranspose2d`) from {s.in_channels} to {s.out_channels} channels with {kernel} kernels"
        f"{more.en}",
        f"转置卷积（`nn.ConvTranspose2d`）输入 {s.in_channels} 通道、输出 {s.out_channels} 通道，卷积核 {kernel}{more.zh}",
    )


def reached(s: ConvTransposeParams | ConvTransposeMacs) -> str:
    """The output channels that an input channel reaches, for within `$…$`."""
    return f"{num(s.out_channels)}/{num(s.groups)} = {num(s.out_channels // s.groups)}"


def _weights(s: ConvTransposeParams) -> int:
    return s.kernel**2 * s.in_channels * (s.out_channels // s.groups)


def _added(s: ConvTransposeParams) -> int:
    return s.out_channels if s.bias else 0


class Params(Question[ConvTransposeParams]):
    """The weight is C_in × C_out/g × k × k. Source: documentation of torch.nn.ConvTranspose2d, "Variables"."""

    spec = ConvTransposeParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 \cdot C_{in} \cdot C_{out}/g$, and with biases $C_{out}$ more",
        r"$k^2 \cdot C_{in} \cdot C_{out}/g$，带偏置时再加 $C_{out}$",
    )
    mistakes = (
        Mistake(*WITHOUT_BIAS, lambda s: _weights(s) if s.bias else None),
        Mistake(*UNWANTED_BIAS, lambda s: None if s.bias else _weights(s) + s.out_channels),
        Mistake(
            "The biases belong to the output channels here too, not to the input channels.",
            "转置卷积的偏置同样属于输出通道，而不是输入通道。",
            lambda s: _weights(s) + s.in_channels if s.bias else None,
        ),
        Mistake(
            "A bias was counted for every pair of channels; there is one for each output channel.",
            "给每一对输入、输出通道都算了一个偏置；实际上每个输出通道只有一个。",
            lambda s: _weights(s) + s.in_channels * s.out_channels // s.groups if s.bias else None,
        ),
        Mistake(
            "Every input channel has kernels of its own; those of a single one were counted.",
            "每个输入通道都有自己的卷积核；这里只算了一个输入通道的。",
            lambda s: s.kernel**2 * s.out_channels + _added(s),
        ),
        Mistake(*SIDE_NOT_SQUARED, lambda s: _weights(s) // s.kernel + _added(s)),
        Mistake(*GROUPS_IGNORED, lambda s: _weights(s) * s.groups + _added(s)),
        Mistake(*_GROUPS_TWICE, lambda s: _weights(s) // s.groups + _added(s)),
    )

    def sample(self, draw: Draw, level: int) -> ConvTransposeParams | None:
        inputs, outputs, kernel = width(draw, level), width(draw, level), draw.choice((2, 3, 4))
        if level == 1:
            return ConvTransposeParams(inputs, outputs, kernel)
        groups = groups_for(draw, inputs, outputs) if draw.chance(0.7) else 1
        return ConvTransposeParams(inputs, outputs, kernel, groups, draw.chance(0.6)) if groups else None

    def formula(self, s: ConvTransposeParams) -> int:
        return _weights(s) + _added(s)

    def stem(self, s: ConvTransposeParams) -> Text:
        bias = biases(s.bias)
        words = transposed_words(s, Text(f" (`groups={s.groups}`, {bias.en})", f"（`groups={s.groups}`，{bias.zh}）"))
        return Text(f"{words.en}: how many learnable parameters does it have?", f"{words.zh}。它共有多少个可学习参数？")

    def solution(self, s: ConvTransposeParams) -> Text:
        all_ = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels // s.groups)} = {num(_weights(s))}"
        total = plus_bias(_weights(s), s.out_channels, s.bias)
        return Text(
            f"Each input channel reaches ${reached(s)}$ output channels: ${all_}$ weights.\n\n"
            f"In all, {biases(s.bias).en}: ${total}$.",
            f"每个输入通道影响 ${reached(s)}$ 个输出通道：${all_}$ 个权重。\n\n合计（{biases(s.bias).zh}）：${total}$。",
        )


class Outputs(Question[ConvTransposeOut]):
    """The same solved for the output channels."""

    spec = ConvTransposeOut
    answer = Integer()
    levels = (3,)
    find = "out_channels"
    rule = Text(
        r"$C_{out} = P/(k^2 C_{in} + 1)$, without the $+ 1$ if there are no biases",
        r"$C_{out} = P/(k^2 C_{in} + 1)$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(
            "The kernel has k² taps for each pair of channels, not k.",
            "每对通道的卷积核有 k² 个权重，而不是 k 个。",
            lambda s: s.params // (s.kernel * s.in_channels + (1 if s.bias else 0)),
        ),
        Mistake(
            "Each output channel reads all input channels, not a single one.",
            "每个输出通道读取所有输入通道，而不是一个。",
            lambda s: s.params // (s.kernel**2 + (1 if s.bias else 0)),
        ),
        Mistake(
            "The taps were left out: each pair of channels has k² weights.",
            "漏了卷积核：每对通道有 k² 个权重。",
            lambda s: s.params // (s.in_channels + (1 if s.bias else 0)),
        ),
        Mistake(
            "Each output channel has a single bias, not one for each input channel.",
            "每个输出通道只有一个偏置，而不是每个输入通道一个。",
            lambda s: s.params // ((s.kernel**2 + 1) * s.in_channels) if s.bias else None,
        ),
        Mistake(
            "The layer has no biases to count.",
            "该层没有偏置，不必计入。",
            lambda s: None if s.bias else s.params // (s.kernel**2 * s.in_channels + 1),
        ),
        Mistake(
            "The stride does not divide the weights: every pair of channels keeps all k² of them.",
            "步长不会使权重变少：每对通道始终有 k² 个权重。",
            lambda s: 4 * (s.params // (s.kernel**2 * s.in_channels + (1 if s.bias else 0))),
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvTransposeOut | None:
        inputs, kernel, bias = width(draw, 2), draw.choice((2, 3, 4)), draw.chance(0.6)
        params = width(draw, 2) * (inputs * kernel**2 + (1 if bias else 0))
        return ConvTransposeOut(inputs, kernel, params, bias) if params <= LARGEST else None

    def formula(self, s: ConvTransposeOut) -> int:
        return s.params // (s.kernel**2 * s.in_channels + (1 if s.bias else 0))

    def stem(self, s: ConvTransposeOut) -> Text:
        kernel, bias = by(s.kernel, s.kernel), biases(s.bias)
        return Text(
            f"A transposed convolution (`nn.ConvTranspose2d`) on {s.in_channels} channels with {kernel} kernels, stride 2 and one group, "
            f"{bias.en}, has {num(s.params)} learnable parameters. How many output channels does it have?",
            f"转置卷积（`nn.ConvTranspose2d`）的输入为 {s.in_channels} 通道，卷积核 {kernel}，步长 2，不分组，{bias.zh}，共有 "
            f"{num(s.params)} 个可学习参数。它有多少个输出通道？",
        )

    def solution(self, s: ConvTransposeOut) -> Text:
        each = s.kernel**2 * s.in_channels + (1 if s.bias else 0)
        one = rf"{s.kernel}^2 \cdot {num(s.in_channels)}{' + 1' if s.bias else ''} = {num(each)}"
        ratio = f"{num(s.params)} / {num(each)} = {num(self.formula(s))}"
        return Text(
            f"Parameters for each output channel, {biases(s.bias).en}: ${one}$.\n\nOutput channels: ${ratio}$.",
            f"每个输出通道的参数（{biases(s.bias).zh}）：${one}$。\n\n输出通道数：${ratio}$。",
        )


MODEL = ItemModel(
    name="conv_transpose_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a transposed convolution", "转置卷积的参数量"),
    questions=(Params(), Outputs()),
)
