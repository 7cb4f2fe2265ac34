"""What each kind of layer does to the receptive field.

Gates (squeeze-and-excitation) are left out: they let every unit see everything, and nobody means that by the receptive field.
"""

from __future__ import annotations

from functools import singledispatch

from quizcv.networks import ops
from quizcv.networks.field import Field, joined
from quizcv.networks.ops import Op, Shape

#: Along height and width.
Sight = tuple[Field, Field]
START: Sight = (Field(), Field())


def sight(op: Op, sights: tuple[Sight | None, ...], inputs: tuple[Shape, ...], made: Shape) -> Sight | None:
    """The field behind an operation that reads maps seen so; None where there is no definite one (behind attention, flattening, or a
    pooling to a stated size that does not divide)."""
    seen = sights[0]
    if seen is None:
        return None
    if isinstance(op, ops.Add | ops.Concat):
        return _joined(sights)
    found = [_along(op, seen[axis], axis, inputs, made) for axis in (0, 1)]
    return (found[0], found[1]) if found[0] is not None and found[1] is not None else None


def _joined(sights: tuple[Sight | None, ...]) -> Sight | None:
    known = [one for one in sights if one is not None]
    if len(known) < len(sights):
        return None
    high, wide = joined([one[0] for one in known]), joined([one[1] for one in known])
    return (high, wide) if high is not None and wide is not None else None


@singledispatch
def _along(op: Op, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    """Along one axis. An operation that is not named below changes nothing."""
    return seen


@_along.register
def _(op: ops.Conv, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.slid(op.kernel[axis], op.stride[axis], op.padding[axis], op.dilation[axis])


@_along.register
def _(op: ops.SparseConv, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.slid(op.kernel[axis], 1, 0)


@_along.register
def _(op: ops.Subsample, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.slid(op.kernel[axis], op.kernel[axis], 0)


@_along.register
def _(op: ops.Pool, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.slid(op.kernel[axis], op.stride[axis], op.padding[axis])


@_along.register
def _(op: ops.ConvTranspose, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.spread(op.kernel[axis], op.stride[axis], op.padding[axis])


@_along.register
def _(op: ops.AdaptivePool, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    size, wanted = inputs[0][axis + 1], op.size[axis]
    return None if size % wanted else seen.slid(size // wanted, size // wanted, 0)


@_along.register
def _(op: ops.Unpool, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    """A pixel is filled, or not, by the pooled unit above it."""
    return _resized(seen, inputs[0][axis + 1], made[axis + 1], bilinear=False)


@_along.register
def _(op: ops.Upsample, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return _resized(seen, inputs[0][axis + 1], made[axis + 1], bilinear=op.mode == "bilinear")


def _resized(seen: Field, size: int, wanted: int, *, bilinear: bool) -> Field | None:
    return None if wanted % size else seen.enlarged(wanted // size, bilinear)


@_along.register
def _(op: ops.Crop, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.moved(crop_start(op, inputs, axis))


@_along.register
def _(op: ops.SpaceToDepth, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.blocks(op.block)


@_along.register
def _(op: ops.PadShortcut, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return seen.slid(1, op.stride, 0)


def crop_start(op: ops.Crop, inputs: tuple[Shape, ...], axis: int) -> int:
    """The first row or column that a crop keeps."""
    return (inputs[0][axis + 1] - inputs[1][axis + 1]) // 2 if op.offset is None else op.offset


@_along.register(ops.Flatten)
@_along.register(ops.Reshape)
@_along.register(ops.Linear)
@_along.register(ops.RadialBasis)
@_along.register(ops.ToTokens)
def _(op: Op, seen: Field, axis: int, inputs: tuple[Shape, ...], made: Shape) -> Field | None:
    return None


__all__ = ["START", "Sight", "crop_start", "sight"]
