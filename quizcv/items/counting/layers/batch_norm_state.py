"""All that batch norm saves, and what it adds to the convolution before it."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import biases, conv_words, width
from quizcv.items.model import Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import BatchNormState, ConvBnParams

STATISTICS = (
    "The running mean and variance are buffers: they are not learned.",
    "滑动均值和方差是缓冲区，不参与学习。",
)


def channels(draw: Draw) -> int:
    return draw.integer(2, 128) * draw.choice((4, 8))


def _learned(s: BatchNormState) -> int:
    return 2 * s.channels if s.affine else 0


def _tracked(s: BatchNormState) -> int:
    return 2 * s.channels + 1 if s.track_running_stats else 0


class State(Question[BatchNormState]):
    """Everything that is saved."""

    spec = BatchNormState
    answer = Integer()
    levels = (2,)
    find = "state"
    rule = Text(
        r"$2C$ with `affine`, and with `track_running_stats` $2C + 1$ more",
        r"有 `affine` 时 $2C$，有 `track_running_stats` 时再加 $2C + 1$",
    )
    mistakes = (
        Mistake(
            "The counter of batches is saved too.",
            "批次计数器也会保存。",
            lambda s: _learned(s) + 2 * s.channels if s.track_running_stats else None,
        ),
        Mistake(
            "Buffers are part of the state too.",
            "缓冲区也属于状态。",
            lambda s: _learned(s) if s.track_running_stats else None,
        ),
        Mistake(
            "Without `affine` there are no scales and shifts.",
            "`affine=False` 时没有缩放和平移。",
            lambda s: None if s.affine else 2 * s.channels + _tracked(s),
        ),
        Mistake(
            "Without `track_running_stats` there are no buffers.",
            "`track_running_stats=False` 时没有缓冲区。",
            lambda s: None if s.track_running_stats else _learned(s) + 2 * s.channels + 1,
        ),
        Mistake(
            "Scale and shift are two numbers for each channel, mean and variance two more.",
            "缩放和平移每个通道两个数，均值和方差又是两个数。",
            lambda s: _learned(s) // 2 + (s.channels + 1 if s.track_running_stats else 0),
        ),
        Mistake(
            "There is one counter for the layer, not one for each channel.",
            "整层只有一个计数器，而不是每个通道一个。",
            lambda s: _learned(s) + 3 * s.channels if s.track_running_stats else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormState | None:
        affine, track = draw.choice(((True, True), (True, False), (False, True)))
        return BatchNormState(channels(draw), affine, track)

    def formula(self, s: BatchNormState) -> int:
        return _learned(s) + _tracked(s)

    def stem(self, s: BatchNormState) -> Text:
        code = f"nn.BatchNorm2d({s.channels}, affine={s.affine}, track_running_stats={s.track_running_stats})"
        return Text(
            f"How many numbers does the `state_dict` of `{code}` hold, every element of every tensor counted?",
            f"`{code}` 的 `state_dict` 一共存放多少个数（每个张量的每个元素都计入）？",
        )

    def solution(self, s: BatchNormState) -> Text:
        learned = rf"2 \cdot {num(s.channels)} = {num(_learned(s))}" if s.affine else "0"
        tracked = rf"2 \cdot {num(s.channels)} + 1 = {num(_tracked(s))}" if s.track_running_stats else "0"
        total = f"{num(_learned(s))} + {num(_tracked(s))} = {num(self.formula(s))}"
        return Text(
            f"Scale and shift: ${learned}$. Running mean, running variance and counter: ${tracked}$.\n\nTogether ${total}$.",
            f"缩放和平移：${learned}$。滑动均值、滑动方差和计数器：${tracked}$。\n\n合计 ${total}$。",
        )


def _weights(s: ConvBnParams) -> int:
    return s.kernel**2 * s.in_channels * s.out_channels


def _bias(s: ConvBnParams) -> int:
    return s.out_channels if s.bias else 0


class WithConv(Question[ConvBnParams]):
    """The pair that most networks repeat."""

    spec = ConvBnParams
    answer = Integer()
    levels = (3,)
    find = "conv"
    rule = Text(
        r"$k^2 C_{in} C_{out} + 2 C_{out}$, and $C_{out}$ more if the convolution has biases",
        r"$k^2 C_{in} C_{out} + 2 C_{out}$，卷积带偏置时再加 $C_{out}$",
    )
    mistakes = (
        Mistake(*STATISTICS, lambda s: _weights(s) + _bias(s) + 4 * s.out_channels),
        Mistake("The batch norm was left out.", "漏了批归一化。", lambda s: _weights(s) + _bias(s)),
        Mistake(
            "The convolution has no biases here: the shift of the batch norm does their work.",
            "这里的卷积没有偏置：批归一化的平移起了偏置的作用。",
            lambda s: None if s.bias else _weights(s) + 3 * s.out_channels,
        ),
        Mistake(
            "The convolution has biases here too, though the batch norm makes them needless.",
            "这里的卷积也有偏置，虽然批归一化使它们多余。",
            lambda s: _weights(s) + 2 * s.out_channels if s.bias else None,
        ),
        Mistake(
            "Each channel has a scale and a shift, not one of them only.",
            "每个通道既有缩放也有平移，而不是只有一个。",
            lambda s: _weights(s) + _bias(s) + s.out_channels,
        ),
        Mistake(
            "The batch norm stands behind the convolution: it has the output channels.",
            "批归一化在卷积之后：通道数是输出通道数。",
            lambda s: _weights(s) + _bias(s) + 2 * s.in_channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvBnParams | None:
        return ConvBnParams(width(draw, 2), width(draw, 2), draw.choice((1, 3, 5, 7)), draw.chance(0.4))

    def formula(self, s: ConvBnParams) -> int:
        return _weights(s) + _bias(s) + 2 * s.out_channels

    def stem(self, s: ConvBnParams) -> Text:
        words, bias = conv_words(s), biases(s.bias)
        return Text(
            f"{words.en} in one group, {bias.en}, and the `nn.BatchNorm2d` behind it: how many learnable parameters do the two have "
            "together?",
            f"{words.zh}，不分组，{bias.zh}；其后接 `nn.BatchNorm2d`。两层共有多少个可学习参数？",
        )

    def solution(self, s: ConvBnParams) -> Text:
        weights = rf"{s.kernel}^2 \cdot {num(s.in_channels)} \cdot {num(s.out_channels)} = {num(_weights(s))}"
        norm = rf"2 \cdot {num(s.out_channels)} = {num(2 * s.out_channels)}"
        more = f" + {num(s.out_channels)}" if s.bias else ""
        total = f"{num(_weights(s))}{more} + {num(2 * s.out_channels)} = {num(self.formula(s))}"
        return Text(
            f"Weights: ${weights}$. Scale and shift: ${norm}$.\n\nTogether, convolution {biases(s.bias).en}: ${total}$.",
            f"权重：${weights}$。缩放和平移：${norm}$。\n\n合计（卷积{biases(s.bias).zh}）：${total}$。",
        )
