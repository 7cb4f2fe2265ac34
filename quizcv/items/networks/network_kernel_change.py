"""What a network gains or loses when convolutions get other kernels, padded so that every map keeps its size."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._changes import MACS, image, product
from quizcv.items.networks._kernel_totals import Budget, Pair
from quizcv.items.networks._kernels import (
    KEPT,
    SIZES,
    conv_of,
    drawn,
    in_groups,
    more,
    old_kernel,
    pairs,
    square,
    version,
)
from quizcv.items.networks._words import both, place, title
from quizcv.model import Text
from quizcv.networks.catalogue import network
from quizcv.networks.questions.changes import KernelMacs, KernelParams
from quizcv.seeds import Draw


def _weights(s: KernelParams | KernelMacs) -> int:
    return pairs(s.network, s.layer) * abs(s.kernel**2 - old_kernel(s.network, s.layer) ** 2)


def _area(s: KernelMacs, name: str = "") -> int:
    shape = conv_of(s.network, name or s.layer, s.size)[0].shape
    return shape[1] * shape[2]


def _read_area(s: KernelMacs) -> int:
    shape = conv_of(s.network, s.layer, s.size)[0].inputs[0]
    return shape[1] * shape[2]


class Params(Question[KernelParams]):
    """Only the taps change."""

    spec = KernelParams
    answer = Integer()
    levels = (1, 2)
    rule = r"$\frac{C_{in}}{g} C_{out} \cdot |k'^2 - k^2|$"
    mistakes = (
        Mistake(
            "The sides of the kernels were subtracted, not their areas.",
            "相减的应是卷积核的面积，而不是边长。",
            lambda s: pairs(s.network, s.layer) * abs(s.kernel - old_kernel(s.network, s.layer)),
        ),
        Mistake(
            "The difference of the sides was squared; the squares must be subtracted.",
            "应先平方再相减，而不是先相减再平方。",
            lambda s: pairs(s.network, s.layer) * (s.kernel - old_kernel(s.network, s.layer)) ** 2,
        ),
        Mistake(
            "Those are all weights of the new kernels, not the difference.",
            "这是新卷积核的全部权重，而不是差值。",
            lambda s: pairs(s.network, s.layer) * s.kernel**2,
        ),
        Mistake(
            "Those are all weights of the old kernels, not the difference.",
            "这是原卷积核的全部权重，而不是差值。",
            lambda s: pairs(s.network, s.layer) * old_kernel(s.network, s.layer) ** 2,
        ),
        Mistake(
            "Biases were counted with the difference; there are as many as before.",
            "把偏置也算进差值了；偏置的个数不变。",
            lambda s: _weights(s) + conv_of(s.network, s.layer)[1].channels,
        ),
        Mistake(
            "Only one filter was counted for each input channel.",
            "每个输入通道只算了一个卷积核。",
            lambda s: _weights(s) // conv_of(s.network, s.layer)[1].channels,
        ),
        Mistake(
            "The groups were ignored: a filter reads only the channels of its group.",
            "忽略了分组：每个卷积核只读本组的通道。",
            lambda s: _weights(s) * conv_of(s.network, s.layer)[1].groups,
        ),
    )

    def sample(self, draw: Draw, level: int) -> KernelParams | None:
        found = drawn(draw)
        return KernelParams(*found, level == 1) if found else None

    def formula(self, s: KernelParams) -> int:
        return _weights(s)

    def stem(self, s: KernelParams) -> Text:
        step, op = conv_of(s.network, s.layer)
        where, old = place(s.network, s.layer), old_kernel(s.network, s.layer)
        groups, change = in_groups(op), more(s.kernel > old)
        reads = Text(
            f" It reads {step.inputs[0][0]} channels and gives {op.channels}{groups.en}; its kernels were {square(old)}.",
            f"该层输入 {step.inputs[0][0]} 个通道，输出 {op.channels} 个通道{groups.zh}，原卷积核为 {square(old)}。",
        )
        told = reads if s.listed else Text("", "")
        return both(
            f"In {title(s.network).en}, {where.en} gets {square(s.kernel)} kernels.{told.en} {KEPT.en} How many parameters "
            f"{change.en} than before does the network have?",
            f"把 {title(s.network).zh}中{where.zh}的卷积核改为 {square(s.kernel)}。{told.zh}{KEPT.zh}网络的参数量{change.zh}多少？",
        )

    def solution(self, s: KernelParams) -> Text:
        step, op = conv_of(s.network, s.layer)
        channels = step.inputs[0][0] // op.groups
        large, small = sorted((s.kernel, op.kernel[0]), reverse=True)
        steps = product(channels, op.channels, large**2 - small**2)
        group = Text(", within its group", "（组内）") if op.groups > 1 else Text("", "")
        return Text(
            f"A filter reads {channels} channels{group.en}, and there are {op.channels} filters. The taps change by ${large}^2 - "
            f"{small}^2 = {large**2 - small**2}$; biases stay: ${steps}$.",
            f"每个卷积核读 {channels} 个通道{group.zh}，共 {op.channels} 个卷积核。每通道的权重数变化 ${large}^2 - {small}^2 = "
            f"{large**2 - small**2}$，偏置不变：${steps}$。",
        )


class Cost(Question[KernelMacs]):
    """The same at every position."""

    spec = KernelMacs
    answer = Integer()
    levels = (2,)
    find = "macs"
    rule = r"$\frac{C_{in}}{g} C_{out} \cdot |k'^2 - k^2| \cdot H_{out} W_{out}$"
    mistakes = (
        Mistake(
            "Those are parameters: each weight is used at every position of the map.",
            "这是参数量：每个权重在特征图的每个位置都要用一次。",
            _weights,
        ),
        Mistake(
            "The map was taken twice as large along both axes: a stride before it was left out.",
            "特征图的高和宽都多算了一倍：漏算了之前的一次步长。",
            lambda s: 4 * _weights(s) * _area(s),
        ),
        Mistake(
            "The map was taken half as large along both axes: too many strides were counted.",
            "特征图的高和宽都少算了一半：步长算多了。",
            lambda s: _weights(s) * _area(s) // 4 if _area(s) % 4 == 0 else None,
        ),
        Mistake(
            "The positions of the input were counted, not those of the output.",
            "用的是输入的位置数，应为输出的位置数。",
            lambda s: _weights(s) * _read_area(s),
        ),
        Mistake(
            "The sides of the kernels were subtracted, not their areas.",
            "相减的应是卷积核的面积，而不是边长。",
            lambda s: pairs(s.network, s.layer) * abs(s.kernel - old_kernel(s.network, s.layer)) * _area(s),
        ),
        Mistake(
            "Those are all MACs of the layer with its new kernel, not the difference.",
            "这是换核后该层的全部乘加次数，而不是差值。",
            lambda s: pairs(s.network, s.layer) * s.kernel**2 * _area(s),
        ),
        Mistake(
            "FLOPs were given: a MAC is one multiply-accumulate.",
            "给出的是 FLOPs：一次乘加只计一次。",
            lambda s: 2 * _weights(s) * _area(s),
        ),
        Mistake(
            "The groups were ignored: a filter reads only the channels of its group.",
            "忽略了分组：每个卷积核只读本组的通道。",
            lambda s: _weights(s) * _area(s) * conv_of(s.network, s.layer)[1].groups,
        ),
    )

    def sample(self, draw: Draw, level: int) -> KernelMacs | None:
        found = drawn(draw)
        size = draw.choice(SIZES)
        return None if found is None or found[0] == "alexnet_2012" else KernelMacs(*found, size)

    def formula(self, s: KernelMacs) -> int:
        return _weights(s) * _area(s)

    def stem(self, s: KernelMacs) -> Text:
        where, change = place(s.network, s.layer), more(s.kernel > old_kernel(s.network, s.layer))
        made, what = version(s.network), image(network(s.network), s.size)
        return both(
            f"In {title(s.network).en}{made.en}, {where.en} gets {square(s.kernel)} kernels. {KEPT.en} {MACS.en} How many MACs {change.en} "
            f"than before does the network take for one image of {what} (C×H×W)?",
            f"把 {title(s.network).zh}{made.zh}中{where.zh}的卷积核改为 {square(s.kernel)}。{KEPT.zh}{MACS.zh}"
            f"处理一张 {what}（C×H×W）的图像，网络的乘加次数{change.zh}多少？",
        )

    def solution(self, s: KernelMacs) -> Text:
        step, op = conv_of(s.network, s.layer, s.size)
        channels, old = step.inputs[0][0] // op.groups, op.kernel[0]
        large, small = sorted((s.kernel, old), reverse=True)
        steps = product(channels, op.channels, large**2 - small**2, step.shape[1], step.shape[2])
        return Text(
            f"An image of {s.size}×{s.size} gives this layer a {step.shape[1]}×{step.shape[2]} map. Each of {op.channels} filters reads "
            f"{channels} channels and has {square(s.kernel)} instead of {square(old)} taps: ${steps}$.",
            f"输入为 {s.size}×{s.size} 时，该层输出 {step.shape[1]}×{step.shape[2]} 的特征图。共 {op.channels} 个卷积核，每个读 "
            f"{channels} 个通道，由 {square(old)} 变为 {square(s.kernel)}：${steps}$。",
        )


MODEL = ItemModel(
    name="network_kernel_change",
    version=1,
    topic="networks",
    title=Text("A network with other kernels", "改变网络的卷积核大小"),
    questions=(Params(), Cost(), Budget(), Pair()),
)
