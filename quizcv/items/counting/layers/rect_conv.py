"""Parameters of convolutions with rectangular kernels."""

from __future__ import annotations

import math

from quizcv.answers import Integer
from quizcv.items.counting.layers._words import (
    GROUPS_IGNORED,
    GROUPS_TWICE,
    ONE_INPUT,
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
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.counting import RectConvParams, RectPairParams


def _weights(s: RectConvParams, taps: int | None = None) -> int:
    return (math.prod(s.kernel) if taps is None else taps) * (s.in_channels // s.groups) * s.out_channels


def _added(s: RectConvParams) -> int:
    return s.out_channels if s.bias else 0


class Params(Question[RectConvParams]):
    """Source: documentation of torch.nn.Conv2d, "Variables"."""

    spec = RectConvParams
    answer = Integer()
    levels = (1, 2)
    rule = Text(
        r"$(k_h k_w \cdot C_{in}/g + 1) \cdot C_{out}$, without the $+ 1$ if there are no biases",
        r"$(k_h k_w \cdot C_{in}/g + 1) \cdot C_{out}$，不带偏置时没有 $+ 1$",
    )
    mistakes = (
        Mistake(
            "The kernel was taken for square with its longer side.",
            "把卷积核当成了以长边为边长的正方形。",
            lambda s: _weights(s, max(s.kernel) ** 2) + _added(s),
        ),
        Mistake(
            "The kernel was taken for square with its shorter side.",
            "把卷积核当成了以短边为边长的正方形。",
            lambda s: _weights(s, min(s.kernel) ** 2) + _added(s),
        ),
        Mistake(
            "A kernel has height times width taps, not height plus width.",
            "卷积核的权重个数是高乘宽，而不是高加宽。",
            lambda s: _weights(s, sum(s.kernel)) + _added(s),
        ),
        Mistake(*WITHOUT_BIAS, lambda s: _weights(s) if s.bias else None),
        Mistake(*UNWANTED_BIAS, lambda s: None if s.bias else _weights(s) + s.out_channels),
        Mistake(*ONE_INPUT, lambda s: math.prod(s.kernel) * s.out_channels + _added(s)),
        Mistake(*GROUPS_IGNORED, lambda s: _weights(s) * s.groups + _added(s)),
        Mistake(*GROUPS_TWICE, lambda s: _weights(s) // s.groups + _added(s)),
    )

    def sample(self, draw: Draw, level: int) -> RectConvParams | None:
        kernel = (draw.choice((1, 3, 5)), draw.choice((1, 3, 5, 7, 9)))
        kernel = kernel if draw.chance(0.5) else kernel[::-1]
        if kernel[0] == kernel[1]:
            return None
        inputs, outputs = width(draw, level), width(draw, level)
        if level == 1:
            return RectConvParams(inputs, outputs, kernel)
        groups = groups_for(draw, inputs, outputs) if draw.chance(0.6) else 1
        return RectConvParams(inputs, outputs, kernel, groups, draw.chance(0.5)) if groups else None

    def formula(self, s: RectConvParams) -> int:
        return _weights(s) + _added(s)

    def stem(self, s: RectConvParams) -> Text:
        layer = conv_words(s, bias=s.bias, kernel=by(*s.kernel))
        return Text(
            f"{layer.en}: how many learnable parameters does it have? (Kernels are given as height×width.)",
            f"{layer.zh}。它共有多少个可学习参数？（卷积核尺寸按高×宽给出。）",
        )

    def solution(self, s: RectConvParams) -> Text:
        each = math.prod(s.kernel) * (s.in_channels // s.groups)
        per_filter = rf"{s.kernel[0]} \cdot {s.kernel[1]} \cdot {num(s.in_channels // s.groups)} = {num(each)}"
        all_ = rf"{num(each)} \cdot {num(s.out_channels)} = {num(_weights(s))}"
        total = plus_bias(_weights(s), s.out_channels, s.bias)
        return Text(
            f"A filter reads ${share(s)}$ channels and has ${per_filter}$ weights.\n\n"
            f"All filters: ${all_}$ weights. In all, {biases(s.bias).en}: ${total}$.",
            f"每个滤波器读取 ${share(s)}$ 个通道，有 ${per_filter}$ 个权重。\n\n"
            f"全部滤波器：${all_}$ 个权重。合计（{biases(s.bias).zh}）：${total}$。",
        )


def _first(s: RectPairParams) -> int:
    return s.kernel * s.in_channels * s.mid_channels


def _second(s: RectPairParams) -> int:
    return s.kernel * s.mid_channels * s.out_channels


def _pair_bias(s: RectPairParams) -> int:
    return s.mid_channels + s.out_channels if s.bias else 0


class Pair(Question[RectPairParams]):
    """A k×k kernel taken apart. Source: Szegedy et al. 2016, Rethinking the Inception Architecture, section 3.2."""

    spec = RectPairParams
    answer = Integer()
    levels = (3,)
    find = "pair"
    rule = Text(
        r"$k C_{in} C_{mid} + k C_{mid} C_{out}$, and with biases $C_{mid} + C_{out}$ more",
        r"$k C_{in} C_{mid} + k C_{mid} C_{out}$，带偏置时再加 $C_{mid} + C_{out}$",
    )
    mistakes = (
        Mistake(
            "That is a single k×k convolution from the first to the last channels.",
            "这是直接从最初到最后通道数的单个 k×k 卷积的参数量。",
            lambda s: s.kernel**2 * s.in_channels * s.out_channels + (s.out_channels if s.bias else 0),
        ),
        Mistake(
            "Each kernel has k taps, not k².",
            "每个卷积核只有 k 个权重，而不是 k²。",
            lambda s: s.kernel * (_first(s) + _second(s)) + _pair_bias(s),
        ),
        Mistake(
            "That is the first layer only.", "这只是第一层。", lambda s: _first(s) + (s.mid_channels if s.bias else 0)
        ),
        Mistake(
            "That is the second layer only.", "这只是第二层。", lambda s: _second(s) + (s.out_channels if s.bias else 0)
        ),
        Mistake(
            "Both layers were taken to lead from the first to the last channels; the channels between them count.",
            "把两层都当成了直接从最初的通道数到最后的通道数；应使用中间通道数。",
            lambda s: 2 * s.kernel * s.in_channels * s.out_channels + (2 * s.out_channels if s.bias else 0),
        ),
        Mistake("The biases were left out.", "漏了偏置。", lambda s: _first(s) + _second(s) if s.bias else None),
    )

    def sample(self, draw: Draw, level: int) -> RectPairParams | None:
        inputs, mid, outputs = (width(draw, 2) for _ in range(3))
        return RectPairParams(inputs, mid, outputs, draw.choice((3, 5, 7, 9)), draw.chance(0.5))

    def formula(self, s: RectPairParams) -> int:
        return _first(s) + _second(s) + _pair_bias(s)

    def stem(self, s: RectPairParams) -> Text:
        across, down, bias = by(1, s.kernel), by(s.kernel, 1), biases(s.bias)
        return Text(
            f"A convolution with {across} kernels leads from {s.in_channels} to {s.mid_channels} channels, and a second one with {down} "
            f"kernels from there to {s.out_channels} channels; both are in one group and {bias.en}. How many learnable parameters do "
            "the two have together?",
            f"先用 {across} 卷积把 {s.in_channels} 通道变为 {s.mid_channels} 通道，再用 {down} 卷积变为 {s.out_channels} 通道；"
            f"两层都不分组，都{bias.zh}。两层共有多少个可学习参数？",
        )

    def solution(self, s: RectPairParams) -> Text:
        one = rf"{s.kernel} \cdot {num(s.in_channels)} \cdot {num(s.mid_channels)} = {num(_first(s))}"
        two = rf"{s.kernel} \cdot {num(s.mid_channels)} \cdot {num(s.out_channels)} = {num(_second(s))}"
        more = f" + {num(s.mid_channels)} + {num(s.out_channels)}" if s.bias else ""
        total = f"{num(_first(s))} + {num(_second(s))}{more} = {num(self.formula(s))}"
        return Text(
            f"Weights: ${one}$ and ${two}$.\n\nTogether, {biases(s.bias).en}: ${total}$.",
            f"权重：${one}$，${two}$。\n\n合计（{biases(s.bias).zh}）：${total}$。",
        )


MODEL = ItemModel(
    name="rect_conv_params",
    version=1,
    topic="counting",
    title=Text("Parameters of a convolution with a rectangular kernel", "矩形卷积核的参数量"),
    questions=(Params(), Pair()),
)
