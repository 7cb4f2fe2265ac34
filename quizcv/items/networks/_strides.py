"""The output of a layer when earlier layers get other strides."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from quizcv.answers import Shape
from quizcv.answers.kinds import Value
from quizcv.items.model import Mistake, Question
from quizcv.items.networks._breaks import usual
from quizcv.items.networks._changes import VERSION, along, chain_of, followed, image, listed, walked_as
from quizcv.items.networks._layers import at_size
from quizcv.items.networks._words import both, place, title
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto
from quizcv.networks.questions.altered import restrided, strided
from quizcv.networks.questions.changes import StrideOutput, StrideTwo
from quizcv.networks.walk import Walk
from quizcv.seeds import Draw

Strided = StrideOutput | StrideTwo
CHAINS = ("alexnet_2012", "alexnet", "vgg11", "vgg13", "vgg16", "vgg19")
RESNETS = ("resnet18", "resnet34", "resnet50", "resnet101")
SIZES = tuple(range(144, 353, 16))


def changes(s: Strided) -> tuple[tuple[str, int], ...]:
    if isinstance(s, StrideTwo):
        return (s.changed, s.stride), (s.other, s.other_stride)
    return ((s.changed, s.stride),)


@cache
def _changed(name: str, strides: tuple[tuple[str, int], ...], layer: str, size: int) -> Walk:
    net = network(name)
    for changed, stride in strides:
        net = restrided(net, changed, stride)
    return walked_as(upto(net, layer), size)


def shape_of(s: Strided, strides: tuple[tuple[str, int], ...] | None = None, layer: str = "") -> tuple[int, ...]:
    found = _changed(s.network, changes(s) if strides is None else strides, s.layer, s.size)
    return found.step(layer or s.layer).shape


def old_stride(s: Strided, changed: str) -> int:
    op = network(s.network).layer(strided(network(s.network), changed)[0]).op
    assert isinstance(op, ops.Conv | ops.Pool)
    return op.stride[0]


def _before(s: Strided) -> tuple[int, ...] | None:
    """What the layer before gives."""
    way = along(network(s.network), s.layer)
    return shape_of(s, None, way[-2]) if len(way) > 1 else None


def _exact(s: Strided) -> tuple[int, ...] | None:
    """The old size times the ratio of the strides."""
    channels, side, _ = shape_of(s, ())
    for changed, stride in changes(s):
        side = side * old_stride(s, changed) // stride
    return (channels, side, side) if side else None


def _turned(s: Strided) -> tuple[int, ...] | None:
    channels, side, _ = shape_of(s, ())
    for changed, stride in changes(s):
        side = side * stride // old_stride(s, changed)
    return (channels, side, side) if side else None


def _grown(s: Strided, more: int) -> tuple[int, ...]:
    channels, side, _ = shape_of(s)
    return channels, side + more, side + more


MISTAKES: tuple[Mistake[Strided], ...] = (
    Mistake(
        "That is the size without the change.",
        "这是改动之前的尺寸。",
        lambda s: shape_of(s, ()),
    ),
    Mistake(
        "The old size was multiplied by the ratio of the strides; every layer rounds its own size.",
        "把原尺寸直接乘了步长之比；每一层的尺寸须各自取整。",
        _exact,
    ),
    Mistake(
        "The change goes the other way: a smaller stride makes larger maps.",
        "方向反了：步长变小，特征图变大。",
        _turned,
    ),
    Mistake(
        "Only the first of the two changes was made.",
        "只改了两处中的第一处。",
        lambda s: shape_of(s, changes(s)[:1]) if isinstance(s, StrideTwo) else None,
    ),
    Mistake(
        "Only the second of the two changes was made.",
        "只改了两处中的第二处。",
        lambda s: shape_of(s, changes(s)[1:]) if isinstance(s, StrideTwo) else None,
    ),
    Mistake("That is what the layer before gives.", "这是前一层的输出。", _before),
    Mistake("One row and one column too many.", "多算了一行一列。", lambda s: _grown(s, 1)),
    Mistake(
        "One row and one column too few: the first position counts, too.",
        "少算了一行一列：第一个位置也要计入。",
        lambda s: _grown(s, -1) if shape_of(s)[1] > 1 else None,
    ),
    Mistake(
        "The channels do not change with the stride.",
        "通道数不随步长变化。",
        lambda s: (shape_of(s)[0] * 2, *shape_of(s)[1:]),
    ),
)


def stage_or_layer(s: Strided, changed: str) -> Text:
    """What gets another stride, in words."""
    if changed.startswith("layer") and "." not in changed:
        paper = f"conv{int(changed[-1]) + 1}_x"
        return Text(
            f"the first block of {paper} (PyTorch's `{changed}`), with its shortcut,",
            f"{paper}（即 PyTorch 的 `{changed}`）的第一个残差块（连同捷径）",
        )
    return place(s.network, changed)


class Output(Question[StrideOutput]):
    """Source: Dumoulin and Visin 2016, relationship 6."""

    spec: ClassVar[type[Strided]] = StrideOutput
    answer = Shape(("C", "H", "W"))
    levels: ClassVar[tuple[int, ...]] = (1, 2)
    find: ClassVar[str] = "output"
    rule = r"$\lfloor (n + 2p - k)/s \rfloor + 1$"
    mistakes = MISTAKES

    def sample(self, draw: Draw, level: int) -> StrideOutput | None:
        name = draw.choice(CHAINS if level == 1 else (*CHAINS[:2], *RESNETS))
        net = network(name)
        first = chain_of(net)[0]
        if name.startswith("vgg"):
            changed, stride = draw.choice((("pool1", 1), ("pool2", 1), ("conv1_1", 2), ("conv2_1", 2), ("pool3", 1)))
        elif name in RESNETS:
            changed, stride = draw.choice(((first, 1), ("maxpool", 1), ("layer4", 1), ("layer3", 1), ("layer2", 1)))
        else:
            changed, stride = draw.choice(((first, 2), (first, 3), ("pool1", 1), ("pool2", 1), ("pool1", 3)))
        layer = draw.choice(later(name, changed))
        size = draw.choice(SIZES) + (3 if name == "alexnet_2012" else 0)
        return StrideOutput(name, changed, stride, layer, size, level == 1)

    def formula(self, s: Strided) -> Value:
        return shape_of(s)

    def stem(self, s: Strided) -> Text:
        net = network(s.network)
        told = [(stage_or_layer(s, changed), stride, old_stride(s, changed)) for changed, stride in changes(s)]
        en = " and ".join(f"{where.en} gets stride {new} instead of {old}" for where, new, old in told)
        zh = "，".join(f"{where.zh}的步长由 {old} 改为 {new}" for where, new, old in told)
        shown, version = self.opening(s), VERSION if "bottleneck" in _block(s.network) else Text("", "")
        asked, named = place(s.network, s.layer), title(s.network)
        return both(
            f"{shown.en}In {named.en}{f' {version.en}' if version.en else ''}, {en}; paddings stay, and sizes are rounded down. "
            f"The input is one image of {image(net, s.size)} (C×H×W). What shape does the output of {asked.en} have?",
            f"{shown.zh}在 {named.zh}{version.zh}中，{zh}；填充不变，尺寸向下取整。输入为一张 {image(net, s.size)}（C×H×W）的图像。"
            f"{asked.zh}的输出形状是什么？",
        )

    def opening(self, s: Strided) -> Text:
        """The layers, where they are listed, or whose they are."""
        if not (isinstance(s, StrideOutput) and s.listed):
            told = usual(s.network)
            return Text(f"{told.en} ", told.zh) if s.network.startswith("alexnet") else Text("", "")
        rows = listed(network(s.network), s.layer)
        return Text(
            f"{title(s.network).en} starts with these layers:{rows.en}",
            f"{title(s.network).zh} 的前部依次为：{rows.zh}",
        )

    def solution(self, s: Strided) -> Text:
        found = _changed(s.network, changes(s), s.layer, s.size)
        now, usual = followed(found, s.layer), followed(at_size(s.network, s.size), s.layer)
        shape = "×".join(map(str, shape_of(s)))
        new = ", ".join(f"`{changed}`: {stride}" for changed, stride in changes(s))
        return Text(
            f"With the new stride ({new}) the side goes {now}; it was {usual}.\n\nOutput: {shape}.",
            f"改动后（步长：{new}）边长变化：{now}；原为 {usual}。\n\n输出：{shape}。",
        )


def _block(name: str) -> str:
    return "bottleneck" if name in ("resnet50", "resnet101", "resnet152") else ""


def later(name: str, changed: str) -> list[str]:
    """The layers that may be asked about: behind what was changed, or its last one."""
    net = network(name)
    chain = list(chain_of(net))
    if name in RESNETS:
        stages = {"conv1": 1, "maxpool": 1}.get(changed) or int(changed[-1])
        return [
            one for one in chain if one.startswith("layer") and int(one[5]) >= stages and not one.endswith("0.conv1")
        ]
    return chain[chain.index(changed) + 1 :]


class Twice(Output):
    """Two strides at once."""

    spec = StrideTwo
    levels = (3,)
    find = "two"

    def sample(self, draw: Draw, level: int) -> StrideTwo | None:  # type: ignore[override]
        name = draw.choice((*CHAINS[:2], *RESNETS))
        net = network(name)
        first = chain_of(net)[0]
        if name in RESNETS:
            choices = [
                (first, 1),
                ("maxpool", 1),
                ("layer4", 1),
                ("layer3", 1),
                ("layer2", 1),
                (first, 4),
                ("layer3", 3),
            ]
        else:
            choices = [(first, 2), (first, 3), ("pool1", 1), ("pool2", 1), ("pool1", 3), ("conv2", 2)]
        one, two = draw.sample(choices, 2)
        if one[0] == two[0]:
            return None
        layer = draw.choice(sorted(set(later(name, one[0])) & set(later(name, two[0]))))
        size = draw.choice(SIZES) + (3 if name == "alexnet_2012" else 0)
        return StrideTwo(name, *one, *two, layer, size)


__all__ = ["Output", "Twice"]
