"""Receptive fields in networks: by the walk, and by the sum over the layers on the way, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import prod

from quizcv.errors import BadParameters
from quizcv.items.model import Mistake
from quizcv.items.networks._changes import along, window
from quizcv.items.networks._layers import at_size
from quizcv.model import Text
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto
from quizcv.networks.network import Network
from quizcv.networks.questions.altered import altered
from quizcv.networks.questions.sights import NetField, NetFieldChanged
from quizcv.networks.walk import walk

#: Kernel, stride and dilation of each layer on the way.
Taps = tuple[tuple[int, int, int], ...]
Asked = NetField | NetFieldChanged

SEEN = Text(
    "The receptive field counts input pixels along one side, from the first that can matter to the last; borders are ignored.",
    "感受野按一条边上的输入像素计，从第一个有影响的像素数到最后一个，不考虑边界。",
)


@cache
def field_at(name: str, layer: str) -> int:
    """By the walk of the network at its usual size.

    Raises:
        BadParameters: there is no definite field behind the layer.
    """
    return _sight(at_size(name, network(name).input[1]).step(layer).sight, layer)


def field_behind(net: Network, layer: str) -> int:
    """The same of a changed network; a change may make maps too small for the usual size, so the input is a large one."""
    size = 2048
    found = walk(upto(net, layer), (net.input[0], size, size))
    return _sight(found.step(layer).sight, layer)


def _sight(sight: object, layer: str) -> int:
    if not isinstance(sight, tuple):
        raise BadParameters(f"There is no receptive field of a definite size behind {layer}.")
    return int(sight[1].size)


def changed(s: Asked) -> Network:
    net = network(s.network)
    return altered(net, s.changed, s.what, s.value) if isinstance(s, NetFieldChanged) else net


def path(net: Network, layer: str) -> Taps:
    """The convolutions and poolings on the way to a layer, itself included."""
    return tuple((k, s, d) for k, s, _, d in (window(net.layer(one).op) for one in along(net, layer)))


def taps_of(s: Asked) -> Taps:
    return path(changed(s), s.layer)


def added(taps: Taps) -> list[tuple[int, int]]:
    """What each layer adds: its extent less 1, and the product of the strides before it."""
    return [(d * (k - 1), prod(stride for _, stride, _ in taps[:at])) for at, (k, _, d) in enumerate(taps)]


def plain_field(taps: Taps) -> int:
    """Araujo, Norris and Sim 2019, equation 2, with dilation."""
    return 1 + sum(more * jump for more, jump in added(taps))


def worked(taps: Taps) -> str:
    """The sum with its numbers, layers of one jump together: `1 + (2 + 2) \\cdot 1 + 1 \\cdot 1`."""
    grouped: dict[int, int] = {}
    for more, jump in added(taps):
        grouped[jump] = grouped.get(jump, 0) + more
    parts = [rf"{more} \cdot {jump}" for jump, more in grouped.items() if more]
    return " + ".join(["1", *parts]) + f" = {plain_field(taps)}"


def _of(wrong: Callable[[Taps], int]) -> Callable[[Asked], int]:
    return lambda s: wrong(taps_of(s))


def _own_stride(taps: Taps) -> int:
    return 1 + sum(more * jump * taps[at][1] for at, (more, jump) in enumerate(added(taps)))


def _previous_stride(taps: Taps) -> int:
    return 1 + sum(more * (taps[at - 1][1] if at else 1) for at, (more, _) in enumerate(added(taps)))


def _before(s: Asked) -> int | None:
    taps = taps_of(s)
    return plain_field(taps[:-1]) if len(taps) > 1 else None


MISTAKES: tuple[Mistake[Asked], ...] = (
    Mistake(
        "The kernel sides were added; neighbouring windows overlap, so a layer adds only k − 1 steps.",
        "把卷积核边长直接相加了；相邻窗口有重叠，每层只增加 k − 1 步。",
        _of(lambda taps: sum(k for k, _, _ in taps)),
    ),
    Mistake(
        "The strides were ignored: a layer's step is as many input pixels as the product of the strides before it.",
        "忽略了步长：某层走一步，对应的输入像素数是其之前各层步长之积。",
        _of(lambda taps: 1 + sum(more for more, _ in added(taps))),
    ),
    Mistake(
        "A layer's own stride was put into its own step; only the strides before it count.",
        "把该层自己的步长也算进去了；只有之前各层的步长起作用。",
        _of(_own_stride),
    ),
    Mistake(
        "Only the stride of the layer just before was counted, not the product of all strides before.",
        "只算了紧邻前一层的步长，没有算之前所有步长之积。",
        _of(_previous_stride),
    ),
    Mistake("The 1 for the unit itself is missing.", "漏了单元自身的 1。", _of(lambda taps: plain_field(taps) - 1)),
    Mistake("That is the field of the layer before.", "这是前一层的感受野。", _before),
    Mistake(
        "That is how far apart neighbouring units are (the product of the strides), not how far one sees.",
        "这是相邻单元的间距（步长之积），而不是单个单元的感受野。",
        _of(lambda taps: prod(stride for _, stride, _ in taps)),
    ),
    Mistake(
        "Poolings were left out: they widen the field as convolutions do.",
        "漏了池化层：池化与卷积一样会扩大感受野。",
        lambda s: _without_pools(s),
    ),
)


def _without_pools(s: Asked) -> int:
    """Poolings taken as plain strides."""
    net = changed(s)
    kept = []
    for one in along(net, s.layer):
        kernel, stride, _, dilation = window(net.layer(one).op)
        kept.append((1 if "pool" in one else kernel, stride, dilation))
    return plain_field(tuple(kept))
