"""Parameters and multiply-accumulates of a whole network, with its own classes and image or others."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from quizcv.answers import Integer
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._words import both, image, title
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.networks import network
from quizcv.networks.questions.layers import last_linear
from quizcv.networks.questions.totals import NetworkTotal, NetworkTotalMacs
from quizcv.networks.walk import Walk, walk
from quizcv.seeds import Draw

#: Networks whose only layer that is not slid over the image is the last one; with an image of a multiple of 32 all maps scale alike.
NAMES = (
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2", "resnext50_32x4d"),
    *("mobilenet_v1", "mobilenet_v2", "densenet121", "densenet169", "xception", "googlenet"),
)
#: Those whose maps are exact parts of an image of such a size.
SCALED = tuple(name for name in NAMES if name != "xception" and name != "googlenet")


@cache
def _walked(s: NetworkTotal) -> Walk:
    return walk(s.table, s.image)


def _own(s: NetworkTotal) -> Walk:
    """The network as it is."""
    return _walked(NetworkTotal(s.network))


def _head(s: NetworkTotal) -> tuple[int, int]:
    """Features that the last layer reads, and its classes in the network as it is."""
    step = _own(s).step(last_linear(network(s.network)).name)
    return step.inputs[0][0], step.shape[0]


def _classes(s: NetworkTotal) -> int:
    return _head(s)[1] if s.classes is None else s.classes


class Total(Question[NetworkTotal]):
    """The rest of the network stays as it is: only the last layer knows the classes."""

    spec = NetworkTotal
    answer = Integer()
    levels: ClassVar[tuple[int, ...]] = (2,)
    rule = Text(
        r"$P' = P + (F + 1)(K' - K)$, where the last layer reads $F$ features",
        r"$P' = P + (F + 1)(K' - K)$，其中 $F$ 为最后一层读入的特征数",
    )
    mistakes = (
        Mistake(
            "The biases of the last layer were forgotten: each class has one.",
            "忘了最后一层的偏置：每个类别有一个。",
            lambda s: s.classes and _own(s).totals.params + _head(s)[0] * (s.classes - _head(s)[1]),
        ),
        Mistake(
            "The new last layer was added, and the old one is still counted.",
            "加上了新的最后一层，却没有减去旧的。",
            lambda s: s.classes and _own(s).totals.params + (_head(s)[0] + 1) * s.classes,
        ),
        Mistake(
            "The old last layer was taken away and no new one put in its place.",
            "减去了旧的最后一层，却没有加上新的。",
            lambda s: s.classes and _own(s).totals.params - (_head(s)[0] + 1) * _head(s)[1],
        ),
        Mistake(
            "All parameters were scaled with the classes; only the last layer depends on them.",
            "把全部参数按类别数成比例缩放了；只有最后一层与类别数有关。",
            lambda s: s.classes and _own(s).totals.params * s.classes // _head(s)[1],
        ),
        Mistake(
            "That is the count for the classes it was made for.",
            "这是原有类别数下的参数量。",
            lambda s: s.classes and _own(s).totals.params,
        ),
        Mistake(
            "Running mean and variance of batch normalization were counted; they are no parameters.",
            "把批归一化的滑动均值和方差也算作参数了；它们不是参数。",
            lambda s: (found := _walked(s).totals.parameters).total + found.norms,
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkTotal | None:
        return NetworkTotal(draw.choice(NAMES), draw.integer(2, 400))

    def formula(self, s: NetworkTotal) -> int:
        return _walked(s).totals.params

    def stem(self, s: NetworkTotal) -> Text:
        named = title(s.network)
        if s.classes is None:
            return both(f"How many parameters does {named.en} have in all?", f"{named.zh} 共有多少个参数？")
        features, classes = _head(s)
        total = num(_own(s).totals.params)
        reads = self.reads(features)
        return both(
            f"{named.en} for {classes} classes has {total} parameters{reads.en}. How many does it have when its last, fully connected "
            f"layer (with biases) is made for {s.classes} classes?",
            f"{named.zh} 用于 {classes} 类时有 {total} 个参数{reads.zh}。把最后的全连接层（带偏置）改为 {s.classes} 类后，共有多少个参数？",
        )

    def reads(self, features: int) -> Text:
        """What the stem says of the features that the last layer reads: nothing, who knows the network knows them."""
        return Text("", "")

    def solution(self, s: NetworkTotal) -> Text:
        if s.classes is None:
            return Text(f"The sum of all layers: {num(self.formula(s))}.", f"各层参数之和：{num(self.formula(s))}。")
        features, classes = _head(s)
        steps = (
            rf"{num(_own(s).totals.params)} + ({features} + 1) \cdot ({s.classes} - {classes}) = {num(self.formula(s))}"
        )
        return Text(f"Only the last layer changes: ${steps}$.", f"只有最后一层改变：${steps}$。")


class Told(Total):
    """The same, with the features told."""

    find = "told"
    levels: ClassVar[tuple[int, ...]] = (1,)

    def reads(self, features: int) -> Text:
        return Text(f"; its last layer reads {features} features", f"，最后一层读入 {features} 个特征")


class Macs(Question[NetworkTotalMacs]):
    """Convolutions cost in proportion to the image's area, the last layer not at all."""

    spec = NetworkTotalMacs
    answer = Integer()
    levels = (3,)
    find = "macs"
    rule = Text(
        r"$M' = (M - F K)(S'/S)^2 + F K'$, where the last layer reads $F$ features",
        r"$M' = (M - F K)(S'/S)^2 + F K'$，其中 $F$ 为最后一层读入的特征数",
    )
    mistakes = (
        Mistake(
            "The last layer was scaled with the image; behind global pooling it sees nothing of its size.",
            "把最后一层也随图像放大了；全局池化之后它与图像大小无关。",
            lambda s: _scaled(s, 2, head=True),
        ),
        Mistake(
            "The cost was taken to grow with the side of the image; it grows with its area.",
            "以为计算量与边长成正比；它与面积成正比。",
            lambda s: _scaled(s, 1),
        ),
        Mistake(
            "The last layer still has its old classes.",
            "最后一层仍按原来的类别数计算了。",
            lambda s: _scaled(s, 2) + _head(s)[0] * (_head(s)[1] - _classes(s)),
        ),
        Mistake(
            "The last layer was left out.",
            "漏了最后一层。",
            lambda s: _scaled(s, 2) - _head(s)[0] * _classes(s),
        ),
        Mistake(
            "Those are floating-point operations: a multiply-accumulate is two.",
            "这是浮点运算数：一次乘加算两次运算。",
            lambda s: 2 * _scaled(s, 2),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkTotalMacs | None:
        size = 32 * draw.choice((4, 5, 6, 8, 9, 10, 11, 12, 14, 16))
        return NetworkTotalMacs(draw.choice(SCALED), draw.integer(2, 400), size)

    def formula(self, s: NetworkTotalMacs) -> int:
        return _walked(s).totals.macs

    def stem(self, s: NetworkTotalMacs) -> Text:
        named = title(s.network)
        if s.classes is None or s.size is None:
            asked = by(*s.image)
            ending = Text("", "")
            if s.classes is not None:
                ending = Text(f", for {s.classes} classes", f"、{s.classes} 类")
            return both(
                f"How many multiply-accumulates does {named.en} take for one image of {asked}{ending.en} (padding taps counted; "
                "no biases, normalization or activations)?",
                f"{named.zh} 处理一幅 {asked} 的图像{ending.zh}需要多少次乘加（计填充，不计偏置、归一化和激活）？",
            )
        (features, classes), own = _head(s), _own(s)
        return both(
            f"{named.en} for {classes} classes takes {num(own.totals.macs)} multiply-accumulates for an image of "
            f"{by(*own.input)}; its last layer reads {features} features from global pooling. How many does it take for an image of "
            f"{image(s.network, s.size)} and {s.classes} classes (padding taps counted; no biases, normalization or activations)?",
            f"{named.zh} 用于 {classes} 类时，处理一幅 {by(*own.input)} 的图像需要 {num(own.totals.macs)} 次乘加；最后一层从全局池化读入 "
            f"{features} 个特征。若图像为 {image(s.network, s.size)}、类别数为 {s.classes}，"
            "需要多少次乘加（计填充，不计偏置、归一化和激活）？",
        )

    def solution(self, s: NetworkTotalMacs) -> Text:
        total = num(self.formula(s))
        if s.classes is None or s.size is None:
            return Text(f"The sum of all layers: {total}.", f"各层乘加次数之和：{total}。")
        (features, classes), own = _head(s), _own(s)
        steps = (
            rf"({num(own.totals.macs)} - {features} \cdot {classes}) \cdot ({s.size}/{own.input[1]})^2 + {features} \cdot {s.classes} "
            f"= {total}"
        )
        return Text(f"Convolutions grow with the area: ${steps}$.", f"卷积的计算量与面积成正比：${steps}$。")


def _scaled(s: NetworkTotalMacs, power: int, *, head: bool = False) -> int:
    """MACs by a scale of the image's side to some power; with `head`, the last layer's too."""
    features, classes = _head(s)
    own = _own(s)
    size, usual = s.image[1], own.input[1]
    rest = (own.totals.macs - features * classes) * int(size**power) // int(usual**power)
    return rest + features * _classes(s) * (size**2 // usual**2 if head and size >= usual else 1)


MODEL = ItemModel(
    name="network_total",
    version=1,
    topic="networks",
    title=Text("A whole network, with other classes and images", "整个网络的参数量与乘加次数（改变类别数与图像）"),
    questions=(Total(), Told(), Macs()),
)
