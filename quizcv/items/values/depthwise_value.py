"""One output of a depthwise convolution, and of a depthwise separable one."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.text import grid, terms, vector
from quizcv.items.values._matrices import (
    FLIP_EN,
    FLIP_ZH,
    FROM_0,
    correlate,
    draw_matrix,
    draw_vector,
    flipped,
    place,
    products,
    relu,
    sum_of,
)
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Stack
from quizcv.specs.values import DepthwiseValue, SeparableValue


def _at(s: DepthwiseValue, channel: int, kernel: int | None = None, stride: int | None = None) -> int:
    """The output of one channel with any of the kernels."""
    weight = s.weight[channel if kernel is None else kernel]
    return correlate(s.x[channel], weight, s.row, s.col, stride or s.stride, s.padding)


def _listed(stack: Stack, en: str, zh: str) -> Text:
    """All matrices of a stack, each headed by its channel."""
    return Text(
        "".join(f"{en.format(channel)}:{grid(matrix)}" for channel, matrix in enumerate(stack)),
        "".join(f"{zh.format(channel)}：{grid(matrix)}" for channel, matrix in enumerate(stack)),
    )


class Depthwise(Question[DepthwiseValue]):
    """Source: documentation of torch.nn.Conv2d, `groups`; Howard et al. 2017, MobileNets."""

    spec = DepthwiseValue
    answer = Integer(signed=True)
    levels = (1, 2)
    rule = r"$y_{c,r,q} = \sum_{i,j} w_{c,i,j} \, x_{c, rs-p+i, qs-p+j}$"
    mistakes = (
        Mistake(
            "The products of all channels were added, as in a standard convolution; a depthwise one keeps channels apart.",
            "把所有通道的乘积相加了，那是普通卷积；深度卷积的各通道互不相加。",
            lambda s: sum(_at(s, channel) for channel in range(len(s.x))),
        ),
        Mistake(
            "The kernel of another channel was used.",
            "用了另一个通道的卷积核。",
            lambda s: _at(s, s.channel, (s.channel + 1) % len(s.x)),
        ),
        Mistake(
            "That is another channel's output.", "这是另一个通道的输出。", lambda s: _at(s, (s.channel + 1) % len(s.x))
        ),
        Mistake(
            FLIP_EN,
            FLIP_ZH,
            lambda s: correlate(s.x[s.channel], flipped(s.weight[s.channel]), s.row, s.col, s.stride, s.padding),
        ),
        Mistake(
            "The stride was ignored: output (r, c) starts at input row r·s − p.",
            "忽略了步长：输出 (r, c) 对应的窗口从输入第 r·s − p 行开始。",
            lambda s: _at(s, s.channel, stride=1),
        ),
    )

    def sample(self, draw: Draw, level: int) -> DepthwiseValue | None:
        size, stride, padding = (3, 1, 0) if level == 1 else (4, draw.integer(1, 2), draw.integer(0, 1))
        x = tuple(draw_matrix(draw, size, size, -2 if level == 2 else 0, 5) for _ in range(2))
        weight = tuple(draw_matrix(draw, 2, 2, -3, 3) for _ in range(2))
        last = (size + 2 * padding - 2) // stride
        at = draw.integer(0, last), draw.integer(0, last)
        s = DepthwiseValue(x, weight, draw.integer(0, 1), *at, stride, padding)
        return s if _at(s, 0) and _at(s, 1) else None

    def formula(self, s: DepthwiseValue) -> int:
        return _at(s, s.channel)

    def stem(self, s: DepthwiseValue) -> Text:
        x, weight = (
            _listed(s.x, "Input channel {}", "输入通道 {}"),
            _listed(s.weight, "Kernel of channel {}", "通道 {} 的卷积核"),
        )
        count, at = len(s.x), place(s.row, s.col)
        return Text(
            f"A depthwise convolution (`nn.Conv2d` with {count} input and {count} output channels and `groups={count}`, stride "
            f"{s.stride}, padding {s.padding}, no bias) reads an input of {count} channels.\n\n{x.en}{weight.en}"
            f"What is output channel {s.channel} at {at.en} (channels, rows and columns counted from 0)?",
            f"深度卷积（`nn.Conv2d`，输入、输出各 {count} 个通道，`groups={count}`，步长 {s.stride}，填充 {s.padding}，无偏置）"
            f"的输入有 {count} 个通道。\n\n{x.zh}{weight.zh}输出通道 {s.channel} 的{at.zh}的值是多少（通道、行、列均从 0 数起）？",
        )

    def solution(self, s: DepthwiseValue) -> Text:
        top, left = s.row * s.stride - s.padding, s.col * s.stride - s.padding
        pairs = products(s.x[s.channel], s.weight[s.channel], s.row, s.col, s.stride, s.padding)
        steps = f"{sum_of(pairs)} = {self.formula(s)}"
        return Text(
            f"Only channel {s.channel} of the input and its own kernel count. With stride {s.stride} and padding {s.padding} the "
            f"window of ({s.row}, {s.col}) starts at input row {top}, column {left}; cells outside are 0.\n\n${steps}$.",
            f"只用输入的通道 {s.channel} 和它自己的卷积核。步长 {s.stride}、填充 {s.padding}，({s.row}, {s.col}) 的窗口从输入第 {top} "
            f"行、第 {left} 列开始；之外为 0。\n\n${steps}$。",
        )


class Separable(Question[SeparableValue]):
    """A depthwise layer and a 1×1 layer behind it."""

    spec = SeparableValue
    answer = Integer(signed=True)
    levels = (3,)
    find = "separable"
    rule = r"$y = \sum_c v_c \, f(\sum_{i,j} w_{c,i,j} \, x_{c,r+i,q+j})$"
    mistakes = (
        Mistake(
            "The channels were only added; the 1×1 convolution weights them.",
            "只是把各通道相加；1×1 卷积要给每个通道乘上权重。",
            lambda s: sum(_channels(s)),
        ),
        Mistake(
            "The ReLU was left out: between the two layers negative values become 0.",
            "漏了 ReLU：两层之间的负值要变为 0。",
            lambda s: _summed(s, _channels(s, plain=True)) if s.relu else None,
        ),
        Mistake(
            "A ReLU was put between the layers; there is none, so negative values stay.",
            "在两层之间加了 ReLU；题中没有激活函数，负值应保留。",
            lambda s: None if s.relu else _summed(s, [relu(one) for one in _channels(s)]),
        ),
        Mistake(
            "The weights of the 1×1 convolution were given to the wrong channels.",
            "1×1 卷积的权重与通道对应错了。",
            lambda s: _summed(s, _channels(s)[::-1]),
        ),
        Mistake(
            "Only the first channel was taken; the 1×1 convolution adds up all of them.",
            "只算了第一个通道；1×1 卷积要对所有通道求和。",
            lambda s: s.pointwise[0] * _channels(s)[0],
        ),
        Mistake(
            "A ReLU was applied to the output; there is none.",
            "对输出用了 ReLU；那里没有 ReLU。",
            lambda s: relu(_separable(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> SeparableValue | None:
        x = tuple(draw_matrix(draw, 3, 3, -2, 4) for _ in range(2))
        weight = tuple(draw_matrix(draw, 2, 2, -2, 3) for _ in range(2))
        pointwise = draw_vector(draw, 2, -3, 3)
        s = SeparableValue(x, weight, pointwise, draw.integer(0, 1), draw.integer(0, 1), draw.chance(0.6))
        negative = min(_channels(s, plain=True)) < 0 < max(_channels(s, plain=True))
        return s if negative and 0 not in pointwise and pointwise[0] != pointwise[1] else None

    def formula(self, s: SeparableValue) -> int:
        return _separable(s)

    def stem(self, s: SeparableValue) -> Text:
        x, weight = (
            _listed(s.x, "Input channel {}", "输入通道 {}"),
            _listed(s.weight, "Kernel of channel {}", "通道 {} 的卷积核"),
        )
        at = place(s.row, s.col)
        between = ("then a ReLU", "再经过 ReLU") if s.relu else ("no activation", "中间没有激活函数")
        return Text(
            f"A depthwise separable convolution has a depthwise layer (stride 1, no padding, no bias), {between[0]}, then a 1×1 "
            f"convolution with one output channel, no bias and the weights {vector(s.pointwise)} (channel 0 first).\n\n"
            f"{x.en}{weight.en}What is the output at {at.en} {FROM_0.en}?",
            f"深度可分离卷积先做深度卷积（步长 1、无填充、无偏置），{between[1]}，最后做单输出通道、无偏置的 1×1 卷积，"
            f"其权重为 {vector(s.pointwise)}（从通道 0 起依次排列）。\n\n{x.zh}{weight.zh}输出{at.zh}的值是多少{FROM_0.zh}？",
        )

    def solution(self, s: SeparableValue) -> Text:
        first, used = _channels(s, plain=True), _channels(s)
        steps = f"{terms(zip(s.pointwise, used, strict=True))} = {_separable(s)}"
        after = (f", after the ReLU {vector(used)}", f"，经过 ReLU 后为 {vector(used)}") if s.relu else ("", "")
        return Text(
            f"Depthwise at ({s.row}, {s.col}), channel by channel: {vector(first)}{after[0]}.\n\nThe 1×1 layer: ${steps}$.",
            f"深度卷积在 ({s.row}, {s.col}) 处各通道的值：{vector(first)}{after[1]}。\n\n1×1 卷积：${steps}$。",
        )


def _channels(s: SeparableValue, *, plain: bool = False) -> list[int]:
    """What the depthwise layer gives, per channel; `plain`: before any ReLU."""
    values = [correlate(x, weight, s.row, s.col) for x, weight in zip(s.x, s.weight, strict=True)]
    return [relu(value) for value in values] if s.relu and not plain else values


def _summed(s: SeparableValue, channels: list[int]) -> int:
    """The 1×1 layer."""
    return sum(v * one for v, one in zip(s.pointwise, channels, strict=True))


def _separable(s: SeparableValue) -> int:
    return _summed(s, _channels(s))


MODEL = ItemModel(
    name="depthwise_value",
    version=1,
    topic="values",
    title=Text("One output of a depthwise convolution", "深度卷积的一个输出值"),
    questions=(Depthwise(), Separable()),
)
