"""The shape that a layer of a known network gives."""

from __future__ import annotations

from typing import ClassVar

from quizcv.answers import Shape
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._image_side import NAMED, ImageSide, windows_of
from quizcv.items.networks._layers import (
    SIZES,
    along,
    chain,
    last_stride_twice,
    listing,
    maps_of,
    next_conv,
    operations,
    other_rounding,
    rounding,
    side_made_for,
    strided,
    unpadded_side,
    up_to_layer,
    without_last_stride,
)
from quizcv.items.networks._words import both, image, note, place, title
from quizcv.items.text import by
from quizcv.model import Text
from quizcv.networks.ops import Op
from quizcv.networks.questions.layers import NetworkOutput
from quizcv.seeds import Draw

#: Plain chains, short enough to list.
LISTED = ("alexnet", "alexnet_2012", "zfnet", "vgg11", "vgg16", "darknet19", "mobilenet_v1", "nin", "unet")
_UNET_SIZES = (188, 252, 284, 316, 348, 380, 412, 444, 476, 508, 540, 604, 636, 668)


def _sizes(name: str) -> tuple[int, ...]:
    return _UNET_SIZES if name == "unet" else SIZES


def _with_side(s: NetworkOutput, side: int | None) -> tuple[int, ...] | None:
    """The right channels on a map of another size."""
    return None if side is None else (maps_of(s.network, s.layer, s.size)[0], side, side)


def _padding_lost(s: NetworkOutput) -> tuple[int, ...] | None:
    return _with_side(s, along(operations(s.network, s.layer), s.size, unpadded_side))


def _before(s: NetworkOutput) -> tuple[int, ...] | None:
    """What the layer reads, if it is known by a name of its own."""
    read = chain(s.network, s.layer)
    return maps_of(s.network, read[-2].layer.name, s.size) if len(read) > 1 else None


def _input_channels(s: NetworkOutput) -> tuple[int, ...]:
    step = chain(s.network, s.layer)[-1]
    return (step.inputs[0][0], *maps_of(s.network, s.layer, s.size)[1:])


def _next_channels(s: NetworkOutput) -> tuple[int, ...] | None:
    found = next_conv(s.network, s.layer)
    return (found.shape[0], *maps_of(s.network, s.layer, s.size)[1:]) if found else None


def _changed(s: NetworkOutput, steps: list[Op]) -> tuple[int, ...] | None:
    return _with_side(s, along(steps, s.size))


class Output(Question[NetworkOutput]):
    """The size rule is that of Dumoulin and Visin 2016, relationship 6; layers are those of the network's paper."""

    spec = NetworkOutput
    answer = Shape(("C", "H", "W"))
    levels: ClassVar[tuple[int, ...]] = (2,)
    rule = Text(
        r"$\lfloor (n + 2p - k)/s \rfloor + 1$, layer by layer; the channels are those of the layer itself",
        r"逐层计算 $\lfloor (n + 2p - k)/s \rfloor + 1$；通道数由该层自身决定",
    )
    mistakes = (
        Mistake("That is what the layer reads, not what it gives.", "这是该层的输入，而不是输出。", _before),
        Mistake(
            "The last layer that shrinks the map was left out.",
            "漏了最后一个缩小特征图的层。",
            lambda s: _changed(s, without_last_stride(operations(s.network, s.layer))),
        ),
        Mistake(
            "The last stride was counted twice.",
            "最后一次步长算了两遍。",
            lambda s: _changed(s, last_stride_twice(operations(s.network, s.layer))),
        ),
        Mistake("The padding was forgotten on the way.", "途中忘了填充。", _padding_lost),
        Mistake("Those are the channels of the layer's input.", "这是该层输入的通道数。", _input_channels),
        Mistake("Those are the channels of the next convolution.", "这是下一个卷积层的通道数。", _next_channels),
        Mistake(
            "That is the map for the image size the network was made for.",
            "这是网络原本输入尺寸下的特征图。",
            lambda s: _with_side(s, along(operations(s.network, s.layer), side_made_for(s.network))),
        ),
        Mistake(
            "A size that does not divide was rounded the wrong way.",
            "不能整除时取整方向错了。",
            lambda s: _with_side(s, along(operations(s.network, s.layer), s.size, other_rounding)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkOutput | None:
        name = draw.choice(NAMED)
        return NetworkOutput(name, draw.choice(windows_of(name)), draw.choice(_sizes(name)))

    def formula(self, s: NetworkOutput) -> tuple[int, ...]:
        return maps_of(s.network, s.layer, s.size)

    def stem(self, s: NetworkOutput) -> Text:
        named, where, round_, more = (
            title(s.network),
            place(s.network, s.layer),
            rounding(s.network, s.layer),
            note(s.network),
        )
        return both(
            f"{named.en} is given an image of {image(s.network, s.size)} (C×H×W). What is the shape of the output of {where.en}? "
            f"{round_.en}{more.en}",
            f"{named.zh} 的输入图像为 {image(s.network, s.size)}（C×H×W）。{where.zh}的输出形状是什么？{round_.zh}{more.zh}",
        )

    def solution(self, s: NetworkOutput) -> Text:
        side = s.size
        sides = [f"{side}"]
        for step in chain(s.network, s.layer):
            before, side = side, up_to_layer(s.network, s.layer, s.size).step(step.layer.name).shape[1]
            if side != before or strided(step.layer.op):
                sides.append(rf"\xrightarrow{{\text{{{step.layer.row}}}}} {side}".replace("_", r"\_"))
        shape = self.formula(s)
        steps = " ".join(sides)
        return Text(
            f"Side of the map, where it changes: ${steps}$. The layer gives {shape[0]} channels: {by(*shape)}.",
            f"特征图边长的变化：${steps}$。该层输出 {shape[0]} 个通道：{by(*shape)}。",
        )


class Listed(Output):
    """The same with the layers in the stem."""

    levels = (1,)
    find = "listed"

    def sample(self, draw: Draw, level: int) -> NetworkOutput | None:
        name = draw.choice(LISTED)
        return NetworkOutput(name, draw.choice(windows_of(name, 9)), draw.choice(_sizes(name)))

    def stem(self, s: NetworkOutput) -> Text:
        named, rows, round_ = title(s.network), listing(s.network, s.layer), rounding(s.network, s.layer)
        return both(
            f"{named.en} begins with these layers:{rows.en}The image is {image(s.network, s.size)} (C×H×W). What is the shape of the "
            f"output of `{s.layer}`? {round_.en}",
            f"{named.zh} 的前几层为：{rows.zh}输入图像为 {image(s.network, s.size)}（C×H×W）。`{s.layer}` 的输出形状是什么？{round_.zh}",
        )


MODEL = ItemModel(
    name="network_output",
    version=1,
    topic="networks",
    title=Text("Output shape of a network's layer", "网络中某一层的输出形状"),
    questions=(Output(), Listed(), ImageSide()),
)
