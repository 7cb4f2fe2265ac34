"""What another input size changes: multiply-accumulates, the first fully connected layer, and how much may come in."""

from __future__ import annotations

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._changes import (
    MACS,
    SCALING,
    conv_macs,
    convs,
    draw_sizes,
    fc_params,
    followed,
    image,
    listed,
    scales,
)
from quizcv.items.networks._input_totals import Growth, Largest, Total
from quizcv.items.networks._layers import at_size
from quizcv.items.networks._words import both, title
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks.catalogue import network
from quizcv.networks.questions.altered import before_fc, flattens
from quizcv.networks.questions.changes import FirstFcAt, InputMacs
from quizcv.seeds import Draw

#: Networks that flatten; the last is asked for only with its layers listed, since paddings of it are not printed.
FLAT = ("vgg11", "vgg13", "vgg16", "vgg19", "alexnet_2012", "zfnet")


class Macs(Question[InputMacs]):
    """Source: a convolution's MACs are proportional to the positions of its output (Dumoulin and Visin 2016)."""

    spec = InputMacs
    answer = Integer()
    levels = (1,)
    rule = Text(
        r"$M' = M \cdot (H'/H)^2$ where every map grows as the image does",
        r"若各特征图与图像同比放大：$M' = M \cdot (H'/H)^2$",
    )
    mistakes = (
        Mistake(
            "Height and width both grow: the ratio of the sides must be squared.",
            "高和宽都变了：边长之比要平方。",
            lambda s: conv_macs(s.network, s.before) * s.size // s.before,
        ),
        Mistake(
            "The ratio was doubled instead of squared.",
            "边长之比应平方，而不是乘 2。",
            lambda s: conv_macs(s.network, s.before) * 2 * s.size // s.before,
        ),
        Mistake(
            "That is the number at the old size: parameters do not change, MACs do.",
            "这是原尺寸下的数值：参数量不变，乘加次数会变。",
            lambda s: conv_macs(s.network, s.before),
        ),
        Mistake(
            "The ratio was cubed: the channels do not grow with the image.",
            "边长之比取了三次方：通道数不随图像变大。",
            lambda s: conv_macs(s.network, s.before) * s.size**3 // s.before**3,
        ),
        Mistake(
            "FLOPs were given: a MAC is one multiply-accumulate, not two operations.",
            "给出的是 FLOPs：一次乘加只计一次，不计两次运算。",
            lambda s: 2 * conv_macs(s.network, s.size),
        ),
        Mistake(
            "The ratio of the sizes was turned over.",
            "新旧尺寸之比颠倒了。",
            lambda s: conv_macs(s.network, s.before) * s.before**2 // s.size**2,
        ),
    )

    def sample(self, draw: Draw, level: int) -> InputMacs:
        return InputMacs(*draw_sizes(draw, SCALING))

    def formula(self, s: InputMacs) -> int:
        return conv_macs(s.network, s.size)

    def stem(self, s: InputMacs) -> Text:
        net, old = network(s.network), num(conv_macs(s.network, s.before))
        before, after = image(net, s.before), image(net, s.size)
        exact = (
            Text(
                "All its strides and paddings are such that every map's height and width grow exactly as those of the image do. ",
                "其各层的步长和填充使所有特征图的高和宽都与图像严格同比变化。",
            )
            if scales(s)
            else Text("", "")
        )
        return both(
            f"The convolutions of {title(s.network).en} take {old} MACs for one image of {before} (C×H×W). {exact.en}{MACS.en} "
            f"How many MACs do the same convolutions take for one image of {after}?",
            f"{title(s.network).zh} 的所有卷积层处理一张 {before}（C×H×W）的图像需 {old} 次乘加。{exact.zh}{MACS.zh}"
            f"处理一张 {after} 的图像时，这些卷积层共需多少次乘加？",
        )

    def solution(self, s: InputMacs) -> Text:
        old, new = num(conv_macs(s.network, s.before)), num(self.formula(s))
        if not scales(s):
            parts = " + ".join(num(step.macs) for step in convs(at_size(s.network, s.size)))
            return Text(
                f"Going from {s.before} to {s.size}, maps are rounded, so every convolution is counted: ${parts} = {new}$.",
                f"从 {s.before} 到 {s.size}，特征图尺寸有取整，须逐层计算：${parts} = {new}$。",
            )
        steps = rf"{old} \cdot ({s.size}/{s.before})^2 = {new}"
        return Text(
            f"Weights stay; each is used once at every position of its map, and there are $({s.size}/{s.before})^2$ times as many "
            f"positions: ${steps}$.",
            f"权重不变；每个权重在特征图的每个位置用一次，而位置数变为 $({s.size}/{s.before})^2$ 倍：${steps}$。",
        )


class FirstFc(Question[FirstFcAt]):
    """The map that is flattened follows the input's size, and with it the weights."""

    spec = FirstFcAt
    answer = Integer()
    levels = (1, 2)
    find = "first_fc"
    rule = Text(
        r"$(C H' W' + 1) \cdot F$ for the flattened $C \times H' \times W'$ map and $F$ units",
        r"$(C H' W' + 1) \cdot F$，展平的特征图为 $C \times H' \times W'$，单元数为 $F$",
    )
    mistakes = (
        Mistake(
            "That is the layer at the input size that the network was made for.",
            "这是网络原设计输入尺寸下的参数量。",
            lambda s: fc_params(s.network, network(s.network).input[1]),
        ),
        Mistake("The biases were forgotten: one a unit.", "漏了偏置：每个单元一个。", lambda s: _fc_with(s, 0, bias=0)),
        Mistake(
            "The biases were counted once for every input, not once a unit.",
            "偏置按每个输入各算了一个，应为每个单元一个。",
            lambda s: _fc_with(s, 0, bias=0) + _flat(s)[0] * _flat(s)[1] ** 2,
        ),
        Mistake(
            "The map was taken one row and one column too large: sizes are rounded down.",
            "特征图多算了一行一列：尺寸应向下取整。",
            lambda s: _fc_with(s, 1),
        ),
        Mistake(
            "The map was taken one row and one column too small.",
            "特征图少算了一行一列。",
            lambda s: _fc_with(s, -1) if _flat(s)[1] > 1 else None,
        ),
        Mistake(
            "Only the side of the map was counted, not its area.",
            "只乘了特征图的边长，而不是面积。",
            lambda s: (_flat(s)[0] * _flat(s)[1] + 1) * _flat(s)[2],
        ),
        Mistake(
            "Only the channels were counted: the map is flattened, not averaged.",
            "只算了通道数：特征图是展平，而不是取平均。",
            lambda s: (_flat(s)[0] + 1) * _flat(s)[2],
        ),
        Mistake(
            "The last pooling was left out: the map's side is half as long behind it.",
            "漏了最后一次池化：池化后边长减半。",
            lambda s: (_flat(s)[0] * (2 * _flat(s)[1]) ** 2 + 1) * _flat(s)[2],
        ),
    )

    def sample(self, draw: Draw, level: int) -> FirstFcAt | None:
        name = draw.choice(FLAT if level == 1 else FLAT[:-1])
        size = 16 * draw.integer(8, 36) + (3 if name == "alexnet_2012" else 0)
        return FirstFcAt(name, size, level == 1) if size != network(name).input[1] else None

    def formula(self, s: FirstFcAt) -> int:
        return fc_params(s.network, s.size)

    def stem(self, s: FirstFcAt) -> Text:
        net = network(s.network)
        layer, what = flattens(net), image(net, s.size)
        units = _flat(s)[2]
        rows = listed(net, before_fc(net)) if s.listed else Text("", "")
        named, opening = title(s.network), Text("", "")
        if s.listed:
            opening = Text(
                f"{named.en} starts with these layers (sizes rounded down unless said otherwise):{rows.en}",
                f"{named.zh} 的前部依次为（除注明外尺寸均向下取整）：{rows.zh}",
            )
        here = Text("It", "该网络") if s.listed else Text(named.en, f"{named.zh} ")
        usual = image(net, net.input[1])
        return both(
            f"{opening.en}{here.en} is built for images of {what} (C×H×W); usually they are {usual}. The last map is flattened, with no "
            f"adaptive pooling, and read by the fully connected layer `{layer}` with {units} units. How many parameters does "
            f"`{layer}` have, biases included?",
            f"{opening.zh}{here.zh}的输入为 {what}（C×H×W），通常为 {usual}。最后的特征图直接展平（没有自适应池化），"
            f"送入有 {units} 个单元的全连接层 `{layer}`。`{layer}` 含偏置共有多少个参数？",
        )

    def solution(self, s: FirstFcAt) -> Text:
        channels, side, units = _flat(s)
        net = network(s.network)
        sides = followed(at_size(s.network, s.size), before_fc(net))
        steps = rf"({channels} \cdot {side}^2 + 1) \cdot {units} = {num(self.formula(s))}"
        return Text(
            f"The side of the map: {sides}.\n\nParameters: ${steps}$.", f"特征图边长：{sides}。\n\n参数量：${steps}$。"
        )


def _flat(s: FirstFcAt) -> tuple[int, int, int]:
    """Channels and side of the flattened map, units of the layer that reads it."""
    net, found = network(s.network), at_size(s.network, s.size)
    shape = found.step(before_fc(net)).shape
    return shape[0], shape[1], found.step(flattens(net)).shape[0]


def _fc_with(s: FirstFcAt, more: int, bias: int = 1) -> int:
    channels, side, units = _flat(s)
    return (channels * (side + more) ** 2 + bias) * units


MODEL = ItemModel(
    name="network_input_change",
    version=1,
    topic="networks",
    title=Text("A network with another input size", "改变网络的输入尺寸"),
    questions=(Macs(), FirstFc(), Total(), Growth(), Largest()),
)
