"""Closed formulas for the shape that a layer makes.

The convolution arithmetic is that of Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning"; PyTorch's rule
for windows that hang over is in `pooled`.
"""

from __future__ import annotations

from functools import singledispatch
from math import prod

from quizcv.networks import ops
from quizcv.networks.ops import Op, Pair, Shape


class Misfit(Exception):
    """An operation cannot read these shapes; the message says why."""


def conved(size: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """Length of a convolution's output along one axis; not positive where the kernel does not fit."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def pooled(size: int, kernel: int, stride: int, padding: int, ceil: bool) -> int:
    """The same of a pooling; with `ceil`, a window that would start beyond the input and its left padding is left out again."""
    if not ceil:
        return conved(size, kernel, stride, padding)
    length = -((kernel - size - 2 * padding) // stride) + 1
    return length - 1 if (length - 1) * stride >= size + padding else length


@singledispatch
def shape(op: Op, *inputs: Shape) -> Shape:
    """The shape an operation makes of these.

    Raises:
        Misfit: it cannot.
    """
    return inputs[0]


def _axes(op: ops.Conv | ops.Pool | ops.SparseConv, size: Pair) -> Pair:
    """Height and width behind a sliding window."""
    stride, padding, dilation, ceil = (1, 1), (0, 0), (1, 1), False
    if not isinstance(op, ops.SparseConv):
        stride, padding = op.stride, op.padding
    if isinstance(op, ops.Conv):
        dilation = op.dilation
    elif isinstance(op, ops.Pool):
        ceil = op.ceil
    made: list[int] = []
    for axis, what in enumerate(("height", "width")):
        extent = dilation[axis] * (op.kernel[axis] - 1) + 1
        room = size[axis] + 2 * padding[axis]
        made.append(pooled(size[axis], extent, stride[axis], padding[axis], ceil))
        if made[-1] < 1:
            raise Misfit(f"its window of {extent} does not fit into a {what} of {room} (padding counted)")
    return made[0], made[1]


def _maps(inputs: tuple[Shape, ...]) -> tuple[int, Pair]:
    """Channels and size of the first input.

    Raises:
        Misfit: it is no stack of maps.
    """
    if len(inputs[0]) != 3:
        raise Misfit("it reads maps (channels, height, width)")
    return inputs[0][0], (inputs[0][1], inputs[0][2])


@shape.register
def _(op: ops.Conv, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    if channels % op.groups or op.channels % op.groups:
        raise Misfit(f"{channels}→{op.channels} channels cannot be split into {op.groups} groups")
    return (op.channels, *_axes(op, size))


@shape.register
def _(op: ops.SparseConv, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    if channels <= max(max(read) for read in op.table):
        raise Misfit(f"its table reads more than {channels} maps")
    return (len(op.table), *_axes(op, size))


@shape.register
def _(op: ops.ConvTranspose, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    if channels % op.groups or op.channels % op.groups:
        raise Misfit(f"{channels}→{op.channels} channels cannot be split into {op.groups} groups")
    made = [
        (size[axis] - 1) * op.stride[axis] - 2 * op.padding[axis] + op.kernel[axis] + op.output_padding[axis]
        for axis in (0, 1)
    ]
    if min(made) < 1:
        raise Misfit("its padding takes everything away")
    return (op.channels, *made)


@shape.register
def _(op: ops.Pool, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    return (channels, *_axes(op, size))


@shape.register
def _(op: ops.Subsample, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    made = (size[0] // op.kernel[0], size[1] // op.kernel[1])
    if min(made) < 1:
        raise Misfit(f"its window of {op.kernel[0]}×{op.kernel[1]} does not fit into {size[0]}×{size[1]}")
    return (channels, *made)


@shape.register
def _(op: ops.AdaptivePool, *inputs: Shape) -> Shape:
    return (_maps(inputs)[0], *op.size)


@shape.register
def _(op: ops.Unpool, *inputs: Shape) -> Shape:
    """Reads the map, the pooling, and what the pooling read."""
    if inputs[0] != inputs[1]:
        raise Misfit(f"it reads {_text(inputs[0])}, and the pooling it undoes gave {_text(inputs[1])}")
    return inputs[2]


@shape.register
def _(op: ops.Upsample, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    if op.factor:
        return (channels, size[0] * op.factor, size[1] * op.factor)
    return (channels, *inputs[1][1:])


@shape.register
def _(op: ops.Linear, *inputs: Shape) -> Shape:
    if len(inputs[0]) == 3:
        raise Misfit("it reads features or tokens, not maps")
    return (*inputs[0][:-1], op.features)


@shape.register
def _(op: ops.RadialBasis, *inputs: Shape) -> Shape:
    return (op.features,)


def _alike(inputs: tuple[Shape, ...], start: int, needs: str) -> None:
    """Raises Misfit where the inputs differ from this axis on."""
    if any(other[start:] != inputs[0][start:] for other in inputs[1:]):
        raise Misfit(needs)


@shape.register
def _(op: ops.Add, *inputs: Shape) -> Shape:
    _alike(inputs, 0, "it can only add equal shapes")
    return inputs[0]


@shape.register
def _(op: ops.Concat, *inputs: Shape) -> Shape:
    _alike(inputs, 1, "it can only join maps of one size")
    return (sum(one[0] for one in inputs), *inputs[0][1:])


@shape.register
def _(op: ops.Gate, *inputs: Shape) -> Shape:
    if inputs[1] != (inputs[0][0], 1, 1):
        raise Misfit(f"it needs {inputs[0][0]} weights, not {_text(inputs[1])}")
    return inputs[0]


@shape.register
def _(op: ops.Slice, *inputs: Shape) -> Shape:
    if op.stop > inputs[0][0]:
        raise Misfit(f"there are only {inputs[0][0]} channels")
    return (op.stop - op.start, *inputs[0][1:])


@shape.register
def _(op: ops.Shuffle, *inputs: Shape) -> Shape:
    if inputs[0][0] % op.groups:
        raise Misfit(f"{inputs[0][0]} channels cannot be split into {op.groups} groups")
    return inputs[0]


@shape.register
def _(op: ops.SpaceToDepth, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    if size[0] % op.block or size[1] % op.block:
        raise Misfit(f"{size[0]}×{size[1]} cannot be cut into blocks of {op.block}")
    return (channels * op.block**2, size[0] // op.block, size[1] // op.block)


@shape.register
def _(op: ops.Crop, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    wanted = inputs[1][1:]
    if any(have - (op.offset or 0) < want for have, want in zip(size, wanted, strict=True)):
        raise Misfit(f"{size[0]}×{size[1]} is too small to cut {wanted[0]}×{wanted[1]} out of it")
    return (channels, *wanted)


@shape.register
def _(op: ops.PadShortcut, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    if op.channels < channels:
        raise Misfit(f"{channels} channels cannot be padded to {op.channels}")
    return (op.channels, -(-size[0] // op.stride), -(-size[1] // op.stride))


@shape.register
def _(op: ops.Flatten, *inputs: Shape) -> Shape:
    return (prod(inputs[0]),)


@shape.register
def _(op: ops.Reshape, *inputs: Shape) -> Shape:
    if prod(inputs[0]) != prod(op.shape):
        raise Misfit(f"{_text(inputs[0])} are not as many values as {_text(op.shape)}")
    return op.shape


@shape.register
def _(op: ops.ToTokens, *inputs: Shape) -> Shape:
    channels, size = _maps(inputs)
    return (size[0] * size[1], channels)


@shape.register
def _(op: ops.ClassToken, *inputs: Shape) -> Shape:
    return (inputs[0][0] + 1, inputs[0][1])


@shape.register
def _(op: ops.Attention, *inputs: Shape) -> Shape:
    if inputs[0][1] % op.heads:
        raise Misfit(f"a width of {inputs[0][1]} cannot be split into {op.heads} heads")
    return inputs[0]


@shape.register
def _(op: ops.FirstToken, *inputs: Shape) -> Shape:
    return inputs[0][1:]


def _text(one: Shape) -> str:
    return "×".join(map(str, one))
