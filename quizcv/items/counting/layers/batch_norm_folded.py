"""Folding batch norm into the convolution before it."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import conv_words, groups_for, share, width
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.layer_params import FoldedParams, FoldedSaving


def _weights(s: FoldedParams) -> int:
    return s.kernel**2 * (s.in_channels // s.groups) * s.out_channels


def _draw(draw: Draw, level: int) -> FoldedParams | None:
    inputs, outputs = width(draw, level), width(draw, level)
    groups = groups_for(draw, inputs, outputs) if level > 1 and draw.chance(0.5) else 1
    bias = level > 1 and draw.chance(0.4)
    return FoldedParams(inputs, outputs, draw.choice((1, 3, 5, 7)), groups, bias) if groups else None


def _steps(s: FoldedParams) -> str:
    each = rf"{s.kernel}^2 \cdot {num(s.in_channels // s.groups)} \cdot {num(s.out_channels)}"
    return f"{each} = {num(_weights(s))}"


class Folded(Question[FoldedParams]):
    """Source: documentation of torch.nn.utils.fusion.fuse_conv_bn_eval."""

    spec = FoldedParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$k^2 \cdot C_{in}/g \cdot C_{out} + C_{out}$: the shift becomes a bias",
        r"$k^2 \cdot C_{in}/g \cdot C_{out} + C_{out}$：平移成为偏置",
    )
    mistakes = (
        Mistake(
            "The folded convolution needs biases: they take up shift and mean.",
            "融合后的卷积需要偏置来承接平移和均值。",
            _weights,
        ),
        Mistake(
            "Scale and shift do not remain: the scale goes into the weights, the shift into the biases.",
            "缩放和平移不再保留：缩放并入权重，平移并入偏置。",
            lambda s: _weights(s) + (3 if s.bias else 2) * s.out_channels,
        ),
        Mistake(
            "Nothing of the batch norm remains: scale, shift and running statistics go into weights and biases.",
            "批归一化的数都不再保留：缩放、平移和滑动统计量并入权重和偏置。",
            lambda s: _weights(s) + (5 if s.bias else 4) * s.out_channels,
        ),
        Mistake(
            "A bias that was there before is merged with the new one, not kept beside it.",
            "原有的偏置与新偏置合并，而不是并存。",
            lambda s: _weights(s) + 2 * s.out_channels if s.bias else None,
        ),
        Mistake(
            "The biases follow the output channels, not the input channels.",
            "偏置的个数等于输出通道数，而不是输入通道数。",
            lambda s: _weights(s) + s.in_channels,
        ),
        Mistake(
            "The groups were ignored: a filter reads only the input channels of its own group.",
            "忽略了分组：滤波器只读取本组的输入通道。",
            lambda s: _weights(s) * s.groups + s.out_channels,
        ),
    )

    def sample(self, draw: Draw, level: int) -> FoldedParams | None:
        return _draw(draw, level)

    def formula(self, s: FoldedParams) -> int:
        return _weights(s) + s.out_channels

    def stem(self, s: FoldedParams) -> Text:
        words = conv_words(s, bias=s.bias)
        return Text(
            f"{words.en} is followed by `nn.BatchNorm2d`. For inference the batch norm is folded into the convolution. How many "
            "parameters does the resulting convolution have, biases included?",
            f"{words.zh}，其后接 `nn.BatchNorm2d`。推理时把批归一化融合进卷积。融合后的卷积（含偏置）有多少个参数？",
        )

    def solution(self, s: FoldedParams) -> Text:
        total = f"{num(_weights(s))} + {num(s.out_channels)} = {num(self.formula(s))}"
        return Text(
            f"The weights are only scaled, their number stays; each filter reads ${share(s)}$ channels: ${_steps(s)}$.\n\n"
            f"Each output channel gets a bias, whether it had one or not: ${total}$.",
            f"权重只是被缩放，个数不变；每个滤波器读取 ${share(s)}$ 个通道：${_steps(s)}$。\n\n"
            f"无论原来有没有偏置，每个输出通道都有一个偏置：${total}$。",
        )


class Saving(Question[FoldedSaving]):
    """Numbers before and after."""

    spec = FoldedSaving
    answer = Integer()
    levels = (3,)
    find = "saved"
    rule = Text(
        r"$4 C_{out} - C_{out} = 3 C_{out}$ without biases before, $4 C_{out}$ with them",
        r"原来不带偏置时 $4 C_{out} - C_{out} = 3 C_{out}$，带偏置时 $4 C_{out}$",
    )
    mistakes = (
        Mistake(
            "The folded convolution has biases, whether there were any before or not.",
            "无论原来有没有偏置，融合后的卷积都有偏置。",
            lambda s: None if s.bias else 4 * s.out_channels,
        ),
        Mistake(
            "The convolution had biases before: folding adds none to it.",
            "卷积原来就有偏置，融合不会再增加偏置。",
            lambda s: 3 * s.out_channels if s.bias else None,
        ),
        Mistake(
            "The running mean and variance disappear too.",
            "滑动均值和方差也会消失。",
            lambda s: (2 if s.bias else 1) * s.out_channels,
        ),
        Mistake(
            "The biases of before are merged into the new ones, not saved on top.",
            "原有偏置并入新偏置，并不是额外节省的。",
            lambda s: 5 * s.out_channels if s.bias else None,
        ),
        Mistake("Those are the numbers that remain.", "这是剩下的数的个数。", lambda s: _weights(s) + s.out_channels),
    )

    def sample(self, draw: Draw, level: int) -> FoldedSaving | None:
        s = _draw(draw, 3)
        return FoldedSaving(s.in_channels, s.out_channels, s.kernel, s.groups, s.bias) if s else None

    def formula(self, s: FoldedSaving) -> int:
        return (4 if s.bias else 3) * s.out_channels

    def stem(self, s: FoldedSaving) -> Text:
        words = conv_words(s, bias=s.bias)
        return Text(
            f"{words.en} is followed by `nn.BatchNorm2d`; both are folded into one convolution. By how many numbers does the model get "
            "smaller? Count learnable parameters and running statistics (mean and variance), but not the counter of batches.",
            f"{words.zh}，其后接 `nn.BatchNorm2d`；两者融合成一个卷积。模型减少了多少个数？可学习参数和滑动统计量（均值、"
            "方差）都计入，批次计数器不计。",
        )

    def solution(self, s: FoldedSaving) -> Text:
        bias = s.out_channels if s.bias else 0
        before = _weights(s) + bias + 4 * s.out_channels
        more = f" + {num(bias)}" if bias else ""
        first = f"{num(_weights(s))}{more} + {num(4 * s.out_channels)} = {num(before)}"
        after = _weights(s) + s.out_channels
        last = f"{num(before)} - {num(after)} = {num(self.formula(s))}"
        return Text(
            f"Each filter reads ${share(s)}$ channels, weights ${_steps(s)}$. With batch norm's four numbers for each channel: "
            f"${first}$.\n\nAfter folding ${num(_weights(s))} + {num(s.out_channels)} = {num(after)}$. Saved: ${last}$.",
            f"每个滤波器读取 ${share(s)}$ 个通道，权重 ${_steps(s)}$。加上批归一化每个通道的四个数：${first}$。\n\n"
            f"融合后 ${num(_weights(s))} + {num(s.out_channels)} = {num(after)}$。减少 ${last}$。",
        )


MODEL = ItemModel(
    name="batch_norm_folded",
    version=1,
    topic="counting",
    title=Text("Folding batch norm into a convolution", "批归一化与卷积的融合"),
    questions=(Folded(), Saving()),
)
