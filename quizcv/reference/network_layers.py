"""Layers and parts of networks that are really built: shapes and multiply-accumulates of a run, parameters of the modules."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizcv.networks import network, ops
from quizcv.networks.changing import upto
from quizcv.networks.network import INPUT, Layer, Network
from quizcv.networks.questions.layers import (
    NetworkClassParams,
    NetworkInputSize,
    NetworkLayerParams,
    NetworkMacRatio,
    NetworkMacs,
    NetworkMacShare,
    NetworkMemory,
    NetworkOutput,
    NetworkPartMemory,
    NetworkPartParams,
    NetworkPooledParams,
    NetworkResizedParams,
    NetworkShare,
    NetworkValues,
    flattened,
    last_linear,
    layers_of,
)
from quizcv.reference.engine import How, witness
from quizcv.reference.networks import Measured, measure

_MIB = torch.empty(1024, 1024, dtype=torch.uint8, device="meta").nbytes


@cache
def _whole(name: str, size: int) -> dict[str, Measured]:
    table = network(name)
    return dict(measure(table, (table.input[0], size, size)))


@cache
def _made(name: str) -> dict[str, Measured]:
    """At the input the network is made for."""
    table = network(name)
    return dict(measure(table, table.input))


@cache
def _shape(name: str, layer: str, size: int) -> tuple[int, ...]:
    table = upto(network(name), layer)
    return measure(table, (table.input[0], size, size))[layer].shape


def _counted(table: Network, layers: Iterable[Layer]) -> list[Layer]:
    return [layer for layer in layers if table.training or not layer.auxiliary]


@witness(NetworkOutput, How.META)
def shape_of_layer(s: NetworkOutput) -> tuple[int, ...]:
    return _shape(s.network, s.layer, s.size)


@cache
def _side(name: str, layer: str, size: int) -> int:
    """Side of the layer's map along one way from the image (at sums and joins the first branch), each window with one channel; 0 where
    one does not fit."""
    table = network(name)
    path: list[Layer] = []
    while layer != INPUT:
        path.append(table.layer(layer))
        layer = path[-1].inputs[0]
    x = torch.empty(1, 1, size, size, device="meta")
    try:
        for step in reversed(path):
            x = _slid(step.op, x)
    except RuntimeError:
        return 0
    return x.shape[-1]


def _slid(op: ops.Op, x: torch.Tensor) -> torch.Tensor:
    if isinstance(op, ops.Conv):
        return F.conv2d(x, x.new_empty(1, 1, *op.kernel), None, op.stride, op.padding, op.dilation)
    if isinstance(op, ops.Pool):
        return F.max_pool2d(x, op.kernel, op.stride, op.padding, ceil_mode=op.ceil)
    return x


@witness(NetworkInputSize, How.META)
def smallest_image(s: NetworkInputSize) -> int:
    """Images are tried: twice the size until one is large enough, then by halves; a larger image never gives a smaller map."""
    large = 1
    while _side(s.network, s.layer, large) < s.side:
        large *= 2
    small = large // 2
    while large - small > 1:
        middle = (small + large) // 2
        small, large = (small, middle) if _side(s.network, s.layer, middle) >= s.side else (middle, large)
    assert _side(s.network, s.layer, large) == s.side
    return large


@witness(NetworkLayerParams, How.MODULE, "meta")
def parameters_of_layer(s: NetworkLayerParams) -> int:
    return _made(s.network)[s.layer].params


@witness(NetworkResizedParams, How.MODULE, "meta")
def parameters_at_size(s: NetworkResizedParams) -> int:
    return _whole(s.network, s.size)[s.layer].params


def _for_classes(made: dict[str, Measured], table: Network, classes: int) -> int:
    """Parameters of a last layer for so many classes."""
    (features,) = made[last_linear(table).inputs[0]].shape
    return sum(one.numel() for one in nn.Linear(features, classes, device="meta").parameters())


@witness(NetworkClassParams, How.MODULE, "meta")
def parameters_for_classes(s: NetworkClassParams) -> int:
    return _for_classes(_made(s.network), network(s.network), s.classes)


@witness(NetworkPartParams, How.MODULE, "meta")
def parameters_of_part(s: NetworkPartParams) -> int:
    layers = layers_of(network(s.network), s.part)
    made = _made(s.network)
    return sum(made[layer.name].params for layer in layers if s.norms or not isinstance(layer.op, ops.Norm))


@witness(NetworkShare, How.MODULE, "meta")
def share_of_parameters(s: NetworkShare) -> float:
    table, made = network(s.network), _whole(s.network, s.size)
    counts = {name: layer.params for name, layer in made.items()}
    counts[last_linear(table).name] = _for_classes(made, table, s.classes)
    return 100 * sum(counts[layer.name] for layer in layers_of(table, s.part)) / sum(counts.values())


@cache
def _before(name: str) -> dict[str, Measured]:
    """The layers in front of the flattening."""
    table = network(name)
    return dict(measure(upto(table, flattened(table).inputs[0]), table.input))


@witness(NetworkPooledParams, How.MODULE, "meta")
def parameters_behind_pooling(s: NetworkPooledParams) -> int:
    made = _before(s.network)
    channels = list(made.values())[-1].shape[0]
    pooled = nn.AdaptiveAvgPool2d(1)(torch.empty(1, channels, 3, 3, device="meta")).flatten(1)
    head = nn.Linear(pooled.shape[1], s.classes, device="meta")
    return sum(layer.params for layer in made.values()) + sum(one.numel() for one in head.parameters())


def _macs(name: str, part: str, size: int) -> int:
    made = _whole(name, size)
    return sum(made[layer.name].macs for layer in layers_of(network(name), part))


@witness(NetworkMacs, How.META)
def macs_of_part(s: NetworkMacs) -> int:
    return _macs(s.network, s.part, s.size)


@witness(NetworkMacShare, How.META)
def share_of_macs(s: NetworkMacShare) -> float:
    table = network(s.network)
    counted = _counted(table, table.layers)
    return 100 * _macs(s.network, s.part, s.size) / sum(_whole(s.network, s.size)[one.name].macs for one in counted)


@witness(NetworkMacRatio, How.META)
def ratio_of_macs(s: NetworkMacRatio) -> float:
    return _macs(s.network, s.part, s.size) / _macs(s.network, s.other, s.size)


def _output(name: str, layer: str, size: int, batch: int = 1) -> torch.Tensor:
    return torch.empty(batch, *_shape(name, layer, size), dtype=torch.float32, device="meta")


@witness(NetworkValues, How.META)
def values_of_layer(s: NetworkValues) -> int:
    return _output(s.network, s.layer, s.size).numel()


@witness(NetworkMemory, How.META)
def storage_of_layer(s: NetworkMemory) -> float:
    return _output(s.network, s.layer, s.size, s.batch).nbytes / _MIB


@witness(NetworkPartMemory, How.META)
def storage_of_part(s: NetworkPartMemory) -> float:
    convs = [one for one in layers_of(network(s.network), s.part) if isinstance(one.op, ops.Conv)]
    shapes = [_whole(s.network, s.size)[one.name].shape for one in convs]
    made = [torch.empty(s.batch, *shape, dtype=torch.float32, device="meta") for shape in shapes]
    return sum(tensor.nbytes for tensor in made) / _MIB
