"""The smallest input that layers accept: backwards from the last layer, and where a network breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from quizcv.items.networks._changes import window
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto, with_op
from quizcv.networks.network import INPUT, Network
from quizcv.networks.ops import Op
from quizcv.networks.questions.altered import windows
from quizcv.networks.questions.sights import SmallestChanged, SmallestInput

Asked = SmallestInput | SmallestChanged


@dataclass(frozen=True, slots=True)
class Slide:
    """A window along one axis: its extent, stride, padding on each side, and whether the size is rounded up."""

    extent: int
    stride: int
    padding: int
    ceil: bool

    def needs(self, wanted: int) -> int:
        """The smallest input that gives at least so many positions (one at least)."""
        least = (wanted - 1) * self.stride + self.extent - 2 * self.padding
        if (
            self.ceil
        ):  # one stride less a pixel may hang over, but no window may start behind the input and its left padding
            least = max(least - self.stride + 1, (wanted - 1) * self.stride - self.padding + 1)
        return max(1, least)


def slide(op: Op, axis: int) -> Slide:
    """A layer along an axis; one without a window changes nothing."""
    if isinstance(op, ops.Conv):
        return Slide(op.dilation[axis] * (op.kernel[axis] - 1) + 1, op.stride[axis], op.padding[axis], False)
    if isinstance(op, ops.Pool):
        return Slide(op.kernel[axis], op.stride[axis], op.padding[axis], op.ceil)
    kernel, stride, padding, _ = window(op)
    return Slide(kernel, stride, padding, False)


def changed(s: Asked) -> Network:
    """The network, up to the layer."""
    net = network(s.network)
    if isinstance(s, SmallestChanged):
        op, kernel, stride = net.layer(s.changed).op, (s.kernel, s.kernel), (s.stride, s.stride)
        assert isinstance(op, ops.Conv | ops.Pool)
        net = with_op(net, s.changed, replace(op, kernel=kernel, stride=stride))
    return upto(net, s.layer)


def smallest(net: Network, other: Callable[[Slide], Slide] = lambda one: one) -> int:
    """The input's side that the last layer's one position needs. Every layer needs what the most demanding of its readers does;
    `other` makes the windows what somebody takes them for."""
    return max(_along(net, axis, other) for axis in (0, 1))


def _along(net: Network, axis: int, other: Callable[[Slide], Slide]) -> int:
    wanted: dict[str, int] = {}
    for layer in reversed(net.layers):
        needs = other(slide(layer.op, axis)).needs(wanted.get(layer.name, 1))
        for read in layer.inputs:
            wanted[read] = max(needs, wanted.get(read, 1))
    return wanted[INPUT]


@cache
def known_smallest(name: str, layer: str) -> int:
    return smallest(upto(network(name), layer))


@cache
def breaking(name: str, size: int, other: Callable[[Slide], Slide] = lambda one: one) -> str:
    """The first layer, in order, that does not accept what comes to it; empty where all do."""
    net = network(name)
    for layer in windows(net):
        if smallest(upto(net, layer), other) > size:
            return layer
    return ""


def one_side(one: Slide) -> Slide:
    """Padding taken on one side only; what is odd is lost."""
    return Slide(one.extent - one.padding, one.stride, 0, one.ceil)


def without_ceil(one: Slide) -> Slide:
    return Slide(one.extent, one.stride, one.padding, False)


def with_ceil(one: Slide) -> Slide:
    return Slide(one.extent, one.stride, one.padding, True)


def unpadded(one: Slide) -> Slide:
    return Slide(one.extent, one.stride, 0, one.ceil)
