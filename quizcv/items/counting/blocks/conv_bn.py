"""Convolution, batch normalization, ReLU, twice."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.blocks._common import (
    BIAS_ADDED,
    BIAS_MISSED,
    NORM_FOUR,
    NORM_MISSED,
    Counted,
    Part,
    biases,
    conv,
    norms,
    weights,
    with_biases,
)
from quizcv.items.model import ItemModel, Mistake
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.net_blocks import ConvBnFused, ConvBnStack, ConvBnState


def _weights(s: ConvBnStack) -> int:
    first = weights(s.in_channels, s.mid_channels, s.kernel)
    return first + weights(s.mid_channels, s.out_channels, s.kernel2)


def _ends(s: ConvBnStack) -> int:
    """Channels behind the two convolutions together."""
    return s.mid_channels + s.out_channels


def _kernels(s: ConvBnStack) -> list[Part]:
    found = [conv(s.in_channels, s.mid_channels, s.kernel), conv(s.mid_channels, s.out_channels, s.kernel2)]
    return [*found, biases(s.mid_channels, s.out_channels)] if s.bias else found


def _drawn(draw: Draw, level: int) -> tuple[int, int, int, int, int]:
    inputs = draw.choice((1, 3, 16, 32, 64))
    kernels = (3, 3) if level == 1 else (draw.choice((1, 3, 5, 7)), draw.choice((1, 3, 5)))
    return inputs, 16 * draw.integer(1, 12), 16 * draw.integer(1, 12), *kernels


def _said(s: ConvBnStack) -> Text:
    one, two = f"{s.kernel}×{s.kernel}", f"{s.kernel2}×{s.kernel2}"
    en = "with biases" if s.bias else "without biases"
    zh = "带偏置" if s.bias else "无偏置"
    return Text(
        f"Two convolutions {en}, {one} ({s.in_channels}→{s.mid_channels}) and {two} ({s.mid_channels}→{s.out_channels}), "
        "are each followed by `nn.BatchNorm2d` and ReLU.",
        f"两个{zh}的卷积 {one}（{s.in_channels}→{s.mid_channels}）和 {two}（{s.mid_channels}→{s.out_channels}），"
        "各自之后接 `nn.BatchNorm2d` 和 ReLU。",
    )


class Params(Counted[ConvBnStack]):
    """Source: documentation of torch.nn.BatchNorm2d, "affine"."""

    spec = ConvBnStack
    answer = Integer()
    levels = (1, 2)
    rule = with_biases("$k_1^2 C_0 C_1 + k_2^2 C_1 C_2 + 2 (C_1 + C_2)$", "$C_1 + C_2$")
    mistakes = (
        Mistake(*NORM_MISSED, lambda s: _weights(s) + s.bias * _ends(s)),
        Mistake(*NORM_FOUR, lambda s: _weights(s) + (4 + s.bias) * _ends(s)),
        Mistake(*BIAS_MISSED, lambda s: _weights(s) + 2 * _ends(s) if s.bias else None),
        Mistake(*BIAS_ADDED, lambda s: None if s.bias else _weights(s) + 3 * _ends(s)),
        Mistake(
            "Batch normalization was counted with the channels before each convolution; it normalizes those behind.",
            "批归一化按卷积之前的通道计了；它归一化的是卷积之后的通道。",
            lambda s: _weights(s) + 2 * (s.in_channels + s.mid_channels) + s.bias * _ends(s),
        ),
        Mistake(
            "Only a scale per channel was counted for batch normalization; there is a shift too.",
            "批归一化每个通道只算了缩放；还有平移。",
            lambda s: _weights(s) + _ends(s) if not s.bias else None,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvBnStack | None:
        return ConvBnStack(*_drawn(draw, level), level == 2 and draw.chance(0.6))

    def parts(self, s: ConvBnStack) -> list[Part]:
        return [*_kernels(s), norms(s.mid_channels, s.out_channels)]

    def stem(self, s: ConvBnStack) -> Text:
        said = _said(s)
        return Text(f"{said.en} How many learnable parameters are there in all?", f"{said.zh}共有多少个可学习的参数？")


class State(Counted[ConvBnState]):
    """Source: documentation of torch.nn.BatchNorm2d, "track_running_stats"."""

    spec = ConvBnState
    answer = Integer()
    levels = (3,)
    find = "state"
    rule = Text(
        "all parameters, and per batch normalization of $C$ channels $2C$ running statistics and 1 counter",
        "全部参数，另加每个批归一化（$C$ 个通道）的 $2C$ 个滑动统计量和 1 个计数器",
    )
    mistakes = (
        Mistake(
            "Those are the parameters; the running statistics and the counters are saved too.",
            "这是参数量；滑动统计量和计数器也会保存。",
            lambda s: _weights(s) + (2 + s.bias) * _ends(s),
        ),
        Mistake(
            "The counters of batches were left out: one per batch normalization.",
            "漏了批次计数器：每个批归一化一个。",
            lambda s: _weights(s) + (4 + s.bias) * _ends(s),
        ),
        Mistake(
            "A counter was taken per channel; there is one per layer.",
            "按每通道一个计数器计了；每层只有一个。",
            lambda s: _weights(s) + (5 + s.bias) * _ends(s),
        ),
        Mistake(
            "Only one running statistic per channel was counted; mean and variance are kept.",
            "每个通道只算了一个滑动统计量；均值和方差都要保存。",
            lambda s: _weights(s) + (3 + s.bias) * _ends(s) + 2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvBnState | None:
        return ConvBnState(*_drawn(draw, level), draw.chance(0.4))

    def parts(self, s: ConvBnState) -> list[Part]:
        total = s.mid_channels + s.out_channels
        return [
            *_kernels(s),
            norms(s.mid_channels, s.out_channels),
            ("running means and variances", "滑动均值和方差", (2, total)),
            ("counters", "计数器", (2,)),
        ]

    def stem(self, s: ConvBnState) -> Text:
        said = _said(s)
        return Text(
            f"{said.en} How many numbers does their `state_dict()` hold, buffers (`num_batches_tracked` too) included?",
            f"{said.zh}它们的 `state_dict()` 共保存多少个数（含缓冲区，包括 `num_batches_tracked`）？",
        )


class Fused(Counted[ConvBnFused]):
    """Source: documentation of torch.nn.utils.fuse_conv_bn_eval."""

    spec = ConvBnFused
    answer = Integer()
    levels = (3,)
    find = "fused"
    rule = r"$k_1^2 C_0 C_1 + k_2^2 C_1 C_2 + C_1 + C_2$"
    mistakes = (
        Mistake(
            "The scale and shift were still counted; the scale goes into the weights, the shift into one bias.",
            "仍计了缩放和平移；缩放并入权重，平移并入偏置。",
            lambda s: _weights(s) + (2 + s.bias) * _ends(s),
        ),
        Mistake(
            "The biases were left out: the shifts of the normalizations need them, whether there were biases before or not.",
            "漏了偏置：无论原来有没有偏置，归一化的平移都要并入偏置。",
            _weights,
        ),
        Mistake(
            "The shift was counted beside the bias; they add up to one bias.",
            "平移与偏置重复计了；两者合并为一个偏置。",
            lambda s: _weights(s) + 2 * _ends(s),
        ),
        Mistake(
            "Only the last convolution was given a bias; each has one.",
            "只给最后一个卷积算了偏置；每个卷积各有偏置。",
            lambda s: _weights(s) + s.out_channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> ConvBnFused | None:
        return ConvBnFused(*_drawn(draw, level), draw.chance(0.4))

    def parts(self, s: ConvBnFused) -> list[Part]:
        found = [conv(s.in_channels, s.mid_channels, s.kernel), conv(s.mid_channels, s.out_channels, s.kernel2)]
        return [*found, biases(s.mid_channels, s.out_channels)]

    def stem(self, s: ConvBnFused) -> Text:
        said = _said(s)
        return Text(
            f"{said.en} For inference each normalization is folded into the convolution before it. How many parameters are "
            "left?",
            f"{said.zh}推理时把每个批归一化并入它之前的卷积。还剩多少个参数？",
        )


MODEL = ItemModel(
    name="conv_bn_relu_stack",
    version=1,
    topic="counting",
    title=Text("Convolution, batch normalization, ReLU", "卷积、批归一化、ReLU 的堆叠"),
    questions=(Params(), State(), Fused()),
)
