"""What batch norm holds: learnable parameters, buffers, state."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers.batch_norm_state import STATISTICS, State, WithConv, channels
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import BatchNormBuffers, BatchNormParams


class Params(Question[BatchNormParams]):
    """Source: Ioffe and Szegedy 2015, section 3.2; documentation of torch.nn.BatchNorm2d."""

    spec = BatchNormParams
    answer = Integer()
    levels = (1,)
    rule = Text(
        r"$2C$: a scale and a shift for each channel",
        r"$2C$：每个通道一个缩放和一个平移",
    )
    mistakes = (
        Mistake(*STATISTICS, lambda s: 4 * s.channels),
        Mistake(
            "Each channel has a scale and a shift, not one of them only.",
            "每个通道既有缩放也有平移，而不是只有一个。",
            lambda s: s.channels,
        ),
        Mistake("Every channel has its own scale and shift.", "每个通道有自己的缩放和平移。", lambda s: 2),
        Mistake(
            "The buffers, with their counter, were counted; they are not learned.",
            "把缓冲区及其计数器也算进去了；它们不参与学习。",
            lambda s: 4 * s.channels + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormParams | None:
        return BatchNormParams(channels(draw))

    def formula(self, s: BatchNormParams) -> int:
        return 2 * s.channels

    def stem(self, s: BatchNormParams) -> Text:
        return Text(
            f"How many learnable parameters does `nn.BatchNorm2d({s.channels})` have (all options at their defaults)?",
            f"`nn.BatchNorm2d({s.channels})`（选项均为默认值）有多少个可学习参数？",
        )

    def solution(self, s: BatchNormParams) -> Text:
        return Text(
            rf"A scale γ and a shift β for each channel: $2 \cdot {num(s.channels)} = {num(2 * s.channels)}$.",
            rf"每个通道有一个缩放 γ 和一个平移 β：$2 \cdot {num(s.channels)} = {num(2 * s.channels)}$。",
        )


class Buffers(Question[BatchNormBuffers]):
    """Source: documentation of torch.nn.BatchNorm2d: running_mean, running_var, num_batches_tracked."""

    spec = BatchNormBuffers
    answer = Integer()
    levels = (2,)
    find = "buffers"
    rule = Text(
        r"$2C + 1$: mean and variance of each channel, and one counter",
        r"$2C + 1$：每个通道的均值和方差，外加一个计数器",
    )
    mistakes = (
        Mistake(
            "The counter `num_batches_tracked` is a buffer too.",
            "计数器 `num_batches_tracked` 也是缓冲区。",
            lambda s: 2 * s.channels,
        ),
        Mistake(
            "There is one counter for the layer, not one for each channel.",
            "整层只有一个计数器，而不是每个通道一个。",
            lambda s: 3 * s.channels,
        ),
        Mistake(
            "Scale and shift are parameters, not buffers.",
            "缩放和平移是参数，不是缓冲区。",
            lambda s: 4 * s.channels + 1,
        ),
        Mistake(
            "Each channel has a running mean and a running variance.",
            "每个通道既有滑动均值，也有滑动方差。",
            lambda s: s.channels + 1,
        ),
    )

    def sample(self, draw: Draw, level: int) -> BatchNormBuffers | None:
        return BatchNormBuffers(channels(draw))

    def formula(self, s: BatchNormBuffers) -> int:
        return 2 * s.channels + 1

    def stem(self, s: BatchNormBuffers) -> Text:
        return Text(
            f"How many numbers do the buffers of `nn.BatchNorm2d({s.channels})` hold together (all options at their defaults)? "
            "Count every element of every buffer.",
            f"`nn.BatchNorm2d({s.channels})`（选项均为默认值）的缓冲区（buffer）一共存放多少个数？每个缓冲区的每个元素都计入。",
        )

    def solution(self, s: BatchNormBuffers) -> Text:
        steps = rf"2 \cdot {num(s.channels)} + 1 = {num(self.formula(s))}"
        return Text(
            f"Running mean and running variance of each channel, and the one counter `num_batches_tracked`: ${steps}$.",
            f"每个通道的滑动均值和滑动方差，外加一个计数器 `num_batches_tracked`：${steps}$。",
        )


MODEL = ItemModel(
    name="batch_norm_params",
    version=1,
    topic="counting",
    title=Text("What batch norm holds", "批归一化的参数与缓冲区"),
    questions=(Params(), Buffers(), State(), WithConv()),
)
