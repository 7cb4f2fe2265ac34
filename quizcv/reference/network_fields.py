"""The receptive field of a layer, seen: a one-channel, one-dimensional twin of the network is run, all of whose weights are positive,
and the gradient of a unit is traced back to the input. A pixel belongs to the field if its gradient is not zero.

One axis at a time is exact, since windows are rectangles. Maximum pooling becomes an average (its gradient would show one pixel only);
normalizations, activations and gates are left out, since they move nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import torch
from torch import Tensor
from torch.nn import functional

from quizcv.networks import ops
from quizcv.networks.changing import upto
from quizcv.networks.network import INPUT, Network
from quizcv.networks.ops import Op


def traced(network: Network, name: str, length: int, axis: int = 0) -> tuple[Tensor, Tensor]:
    """The twin's units of a layer along an axis (0 height, 1 width), and the line of `length` pixels that they come from.

    Raises:
        NotImplementedError: the layer, or one before it, has no place in the picture (flattening, attention).
    """
    made: dict[str, Tensor] = {INPUT: torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)}
    before: dict[str, int] = {}
    for layer in upto(network, name).layers:
        inputs = [made[one] for one in layer.inputs]
        if isinstance(layer.op, ops.Pool):
            before[layer.name] = inputs[0].shape[2]
        if isinstance(layer.op, ops.Unpool):
            made[layer.name] = functional.interpolate(inputs[0], before[layer.inputs[1]])
        else:
            made[layer.name] = twin(layer.op, axis, *inputs)
    return made[name][0, 0], made[INPUT]


def reached(unit: Tensor, line: Tensor) -> tuple[int, int]:
    """The first and the last pixel of the line that the gradient of a unit reaches."""
    (gradient,) = torch.autograd.grad(unit, line, retain_graph=True)
    places = gradient[0, 0].nonzero()
    return int(places.min()), int(places.max())


def seen(network: Network, name: str, length: int, units: Iterable[int], axis: int = 0) -> int:
    """The most pixels, from the first to the last, that one of these units of the layer sees of an input of `length`. Units are
    counted from the middle of the map.

    Raises:
        NotImplementedError: as `traced`.
    """
    row, line = traced(network, name, length, axis)
    windows = [reached(row[row.shape[0] // 2 + unit], line) for unit in units]
    return max(last - first + 1 for first, last in windows)


def _ones(taps: int) -> Tensor:
    """Small enough that a hundred layers do not overflow."""
    return torch.full((1, 1, taps), 1 / taps, dtype=torch.float64)


@singledispatch
def twin(op: Op, axis: int, *inputs: Tensor) -> Tensor:
    """The operation along one axis, with one channel."""
    raise NotImplementedError(type(op).__name__)


@twin.register(ops.Norm)
@twin.register(ops.Activation)
@twin.register(ops.Dropout)
@twin.register(ops.Scale)
@twin.register(ops.Gate)
@twin.register(ops.Slice)
@twin.register(ops.Shuffle)
def _(op: Op, axis: int, *inputs: Tensor) -> Tensor:
    return inputs[0]


@twin.register(ops.Add)
@twin.register(ops.Concat)
def _(op: Op, axis: int, *inputs: Tensor) -> Tensor:
    return torch.stack(inputs).sum(0)


@twin.register
def _(op: ops.Conv, axis: int, *inputs: Tensor) -> Tensor:
    kernel = _ones(op.kernel[axis])
    return functional.conv1d(inputs[0], kernel, None, op.stride[axis], op.padding[axis], op.dilation[axis])


@twin.register
def _(op: ops.SparseConv, axis: int, *inputs: Tensor) -> Tensor:
    return functional.conv1d(inputs[0], _ones(op.kernel[axis]))


@twin.register
def _(op: ops.ConvTranspose, axis: int, *inputs: Tensor) -> Tensor:
    kernel = _ones(op.kernel[axis])
    return functional.conv_transpose1d(
        inputs[0], kernel, None, op.stride[axis], op.padding[axis], op.output_padding[axis]
    )


@twin.register
def _(op: ops.Pool, axis: int, *inputs: Tensor) -> Tensor:
    return functional.avg_pool1d(inputs[0], op.kernel[axis], op.stride[axis], op.padding[axis], op.ceil)


@twin.register
def _(op: ops.Subsample, axis: int, *inputs: Tensor) -> Tensor:
    return functional.avg_pool1d(inputs[0], op.kernel[axis])


@twin.register
def _(op: ops.AdaptivePool, axis: int, *inputs: Tensor) -> Tensor:
    return functional.adaptive_avg_pool1d(inputs[0], op.size[axis])


@twin.register
def _(op: ops.Upsample, axis: int, *inputs: Tensor) -> Tensor:
    size = inputs[0].shape[2] * op.factor if op.factor else inputs[1].shape[2]
    return functional.interpolate(inputs[0], size, mode="linear" if op.mode == "bilinear" else "nearest")


@twin.register
def _(op: ops.Crop, axis: int, *inputs: Tensor) -> Tensor:
    size, wanted = inputs[0].shape[2], inputs[1].shape[2]
    return inputs[0].narrow(2, (size - wanted) // 2 if op.offset is None else op.offset, wanted)


@twin.register
def _(op: ops.SpaceToDepth, axis: int, *inputs: Tensor) -> Tensor:
    return functional.avg_pool1d(inputs[0], op.block)


@twin.register
def _(op: ops.PadShortcut, axis: int, *inputs: Tensor) -> Tensor:
    return inputs[0][:, :, :: op.stride]
