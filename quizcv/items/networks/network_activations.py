"""How many values the layers of a known network give, and the memory they take."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from quizcv.answers import Integer, Number
from quizcv.items.counting.blocks._common import product
from quizcv.items.model import ItemModel, Mistake, Question
from quizcv.items.networks._layers import (
    EVEN_SIZES,
    along,
    away,
    chain,
    last_stride_twice,
    listing,
    made,
    maps_of,
    operations,
    rounding,
    side_made_for,
    to_layer,
    without_last_stride,
)
from quizcv.items.networks._stage_memory import BATCHES, MIB, StageMemory
from quizcv.items.networks._words import both, image, note, place, title
from quizcv.items.text import by, num
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.ops import Op
from quizcv.networks.questions.layers import NetworkMemory, NetworkValues
from quizcv.networks.walk import FLOAT
from quizcv.seeds import Draw

LISTED = ("alexnet", "alexnet_2012", "vgg11", "vgg16", "mobilenet_v1", "mobilenet_v1_x0_5", "darknet19", "zfnet")
NAMED = (
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "mobilenet_v1",
    "mobilenet_v2",
)


OneLayer = NetworkValues | NetworkMemory


def _count(s: OneLayer) -> int:
    return to_layer(s.network, s.layer, s.size).activations


def _on_side(s: OneLayer, steps: list[Op], size: int) -> int | None:
    """The right channels on the map behind other operations."""
    side = along(steps, size)
    return None if side is None else maps_of(s.network, s.layer, s.size)[0] * side**2


def _at_own_size(s: OneLayer) -> int | None:
    return _on_side(s, operations(s.network, s.layer), side_made_for(s.network))


def _step_lost(s: OneLayer) -> int | None:
    return _on_side(s, without_last_stride(operations(s.network, s.layer)), s.size)


def _step_twice(s: OneLayer) -> int | None:
    return _on_side(s, last_stride_twice(operations(s.network, s.layer)), s.size)


def _inputs(s: OneLayer) -> int:
    """What the layer reads."""
    return prod(to_layer(s.network, s.layer, s.size).inputs[0])


def _input_channels(s: OneLayer) -> int:
    """The channels that it reads, on the map that it gives."""
    step = chain(s.network, s.layer)[-1]
    return step.inputs[0][0] * prod(maps_of(s.network, s.layer, s.size)[1:])


def _asked(name: str, most: int = 99) -> list[str]:
    rows = [row for row in made(name).rows[:most] if isinstance(row.main.layer.op, ops.Conv | ops.Pool)]
    return [row.name for row in rows][1:]


class Values(Question[NetworkValues]):
    """C · H · W of the layer's output."""

    spec = NetworkValues
    answer = Integer()
    levels: ClassVar[tuple[int, ...]] = (2,)
    rule = r"$C_{out} \cdot H_{out} \cdot W_{out}$"
    mistakes = (
        Mistake(
            "Those are the values that the layer reads, not those it gives.",
            "这是该层的输入值个数，而不是输出。",
            _inputs,
        ),
        Mistake("The channels are those of the layer's input.", "通道数用成了该层输入的通道数。", _input_channels),
        Mistake(
            "The last layer that shrinks the map was left out.",
            "漏了最后一个缩小特征图的层。",
            _step_lost,
        ),
        Mistake("The last stride was counted twice.", "最后一次步长算了两遍。", _step_twice),
        Mistake(
            "That is for the image size the network was made for.",
            "这是网络原本输入尺寸下的值。",
            _at_own_size,
        ),
        Mistake(
            "The map's side was taken, not its area.",
            "只乘了特征图的边长，而不是面积。",
            lambda s: prod(maps_of(s.network, s.layer, s.size)[:2]),
        ),
        Mistake(
            "Those are the positions of the map; each has as many values as there are channels.",
            "这只是特征图的位置数；每个位置有与通道数一样多的值。",
            lambda s: prod(maps_of(s.network, s.layer, s.size)[1:]),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkValues | None:
        name = draw.choice(NAMED)
        return NetworkValues(name, draw.choice(_asked(name)), draw.choice(EVEN_SIZES))

    def formula(self, s: NetworkValues) -> int:
        maps_of(s.network, s.layer, s.size)
        return _count(s)

    def stem(self, s: NetworkValues) -> Text:
        named, where, more = title(s.network), place(s.network, s.layer), note(s.network)
        return both(
            f"{named.en} is given one image of {image(s.network, s.size)} (C×H×W). How many values does the output of {where.en} have?"
            f"{more.en}",
            f"向 {named.zh} 输入一幅 {image(s.network, s.size)}（C×H×W）的图像，{where.zh}的输出共有多少个值？{more.zh}",
        )

    def solution(self, s: NetworkValues) -> Text:
        steps = product(*maps_of(s.network, s.layer, s.size))
        return both(
            f"An image of side {s.size} gives, channels times height times width: ${steps}$.",
            f"图像边长为 {s.size} 时，通道数×高×宽：${steps}$。",
        )


class Listed(Values):
    """The same with the layers in the stem."""

    levels = (1,)
    find = "listed"

    def sample(self, draw: Draw, level: int) -> NetworkValues | None:
        name = draw.choice(LISTED)
        return NetworkValues(name, draw.choice(_asked(name, 9)), draw.choice(EVEN_SIZES))

    def stem(self, s: NetworkValues) -> Text:
        named, rows, round_ = title(s.network), listing(s.network, s.layer), rounding(s.network, s.layer)
        return both(
            f"{named.en} begins with these layers:{rows.en}The image is {image(s.network, s.size)} (C×H×W). How many values does the "
            f"output of `{s.layer}` have? {round_.en}",
            f"{named.zh} 的前几层为：{rows.zh}输入图像为 {image(s.network, s.size)}（C×H×W）。`{s.layer}` 的输出共有多少个值？{round_.zh}",
        )


def _mib(s: NetworkMemory, values: float | None) -> float | None:
    return None if values is None else FLOAT * s.batch * values / MIB


def _size(s: NetworkMemory) -> float:
    return FLOAT * s.batch * _count(s) / MIB


def _wrong(s: NetworkMemory, values: float | None) -> float | None:
    """Memory of other values, where rounding keeps it apart."""
    return away(_mib(s, values), _size(s), 0.05)


class Memory(Question[NetworkMemory]):
    """float32 has 4 bytes."""

    spec = NetworkMemory
    answer = Number(decimals=2, unit="MiB")
    levels = (2,)
    find = "memory"
    rule = r"$4 \cdot B \cdot C_{out} \cdot H_{out} \cdot W_{out} / 2^{20}$"
    mistakes = (
        Mistake(
            "That is for one image; a batch has more.",
            "这只是一幅图像的；还要乘以批大小。",
            lambda s: _wrong(s, _count(s) / s.batch),
        ),
        Mistake(
            "Values were counted, not bytes: float32 has 4.",
            "算的是值的个数而不是字节数：float32 占 4 字节。",
            lambda s: _wrong(s, _count(s) / FLOAT),
        ),
        Mistake(
            "That is in MB, 10⁶ bytes; a MiB has 2²⁰.",
            "这是以 MB（10⁶ 字节）计；1 MiB 为 2²⁰ 字节。",
            lambda s: _wrong(s, _count(s) * MIB / 10**6),
        ),
        Mistake("That is the layer's input.", "这是该层的输入。", lambda s: _wrong(s, _inputs(s))),
        Mistake(
            "The last layer that shrinks the map was left out.",
            "漏了最后一个缩小特征图的层。",
            lambda s: _wrong(s, _step_lost(s)),
        ),
        Mistake("The last stride was counted twice.", "最后一次步长算了两遍。", lambda s: _wrong(s, _step_twice(s))),
        Mistake(
            "That is for the image size the network was made for.",
            "这是网络原本输入尺寸下的值。",
            lambda s: _wrong(s, _at_own_size(s)),
        ),
    )

    def sample(self, draw: Draw, level: int) -> NetworkMemory | None:
        name = draw.choice(NAMED)
        s = NetworkMemory(name, draw.choice(_asked(name)), draw.choice(EVEN_SIZES), draw.choice(BATCHES))
        return s if _size(s) >= 1 else None

    def formula(self, s: NetworkMemory) -> float:
        maps_of(s.network, s.layer, s.size)
        return _size(s)

    def stem(self, s: NetworkMemory) -> Text:
        named, where, more = title(s.network), place(s.network, s.layer), note(s.network)
        return both(
            f"{named.en} is given a batch of {s.batch} images of {image(s.network, s.size)} (C×H×W). How many MiB (1 MiB = 2^20 bytes) "
            f"does the output of {where.en} take in float32?{more.en}",
            f"向 {named.zh} 输入一批共 {s.batch} 幅 {image(s.network, s.size)}（C×H×W）的图像，{where.zh}的输出以 float32 存储占多少 MiB"
            f"（1 MiB = 2^20 字节）？{more.zh}",
        )

    def solution(self, s: NetworkMemory) -> Text:
        shape = maps_of(s.network, s.layer, s.size)
        steps = rf"4 \cdot {s.batch} \cdot {num(prod(shape))} / 2^{{20}} = {num(_size(s))}"
        return both(
            f"An image of side {s.size} gives {by(*shape)}, {num(prod(shape))} values. MiB: ${steps}$.",
            f"边长 {s.size} 的图像得到 {by(*shape)}，共 {num(prod(shape))} 个值。MiB：${steps}$。",
        )


MODEL = ItemModel(
    name="network_activations",
    version=1,
    topic="networks",
    title=Text("Activations of a network", "网络的激活值与显存"),
    questions=(Values(), Listed(), Memory(), StageMemory()),
)
