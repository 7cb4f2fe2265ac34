"""What one unit sees of the input: a single 1 pushed back through the layers, or the gradient of one output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.reference.shapes import first
from quizcv.specs.receptive_field import (
    CyclesForField,
    DilatedField,
    Jump,
    LastBlock,
    LastDilation,
    LastKernel,
    LayersForField,
    PooledField,
    ReceptiveField,
    SharedField,
    UnitCentre,
    UnitDistance,
    UnitStart,
)

#: Kernel, stride, and dilation where it is not 1.
Layers = Sequence[tuple[int, ...]]


def _back(x: Tensor, layers: Layers) -> Tensor:
    """Ones pushed from the output to the input. Every layer leaves a 1 wherever something came through, so nothing overflows."""
    for kernel, stride, *dilation in reversed(layers):
        spread = F.conv_transpose1d(x, torch.ones(1, 1, kernel), None, stride, dilation=dilation[0] if dilation else 1)
        x = spread.clamp(max=1)
    return x


def _field(layers: Layers) -> int:
    """From the first pixel reached to the last."""
    reached = _back(torch.ones(1, 1, 1), layers)[0, 0].nonzero()
    return int((reached[-1] - reached[0]).item()) + 1


def _dilated(kernel: int, dilations: Iterable[int]) -> Layers:
    return [(kernel, 1, dilation) for dilation in dilations]


@witness(ReceptiveField, How.OPERATION)
def pushed_back(s: ReceptiveField) -> int:
    return _field(s.layers)


@witness(ReceptiveField, How.AUTOGRAD)
def gradient_extent(s: ReceptiveField) -> int:
    """The gradient of the one output of a chain without padding, on an input cut to what gives one output."""
    longest = 1
    for kernel, stride, *dilation in reversed(s.layers):
        longest = longest * stride + kernel * (dilation[0] if dilation else 1)
    x = torch.ones(1, 1, longest, requires_grad=True)
    y = x
    for kernel, stride, *dilation in s.layers:
        y = F.conv1d(y, torch.full((1, 1, kernel), 1 / kernel), None, stride, dilation=dilation[0] if dilation else 1)
    (gradient,) = torch.autograd.grad(y[0, 0, 0], x)
    reached = gradient[0, 0].nonzero()
    return int((reached[-1] - reached[0]).item()) + 1


@witness(LastKernel, How.BRUTE_FORCE)
def every_last_kernel(s: LastKernel) -> int:
    return first(range(1, s.field + 2), lambda kernel: _field([*s.layers, (kernel, 1)]) >= s.field)


@witness(DilatedField, How.OPERATION)
def pushed_back_dilated(s: DilatedField) -> int:
    return _field(_dilated(s.kernel, s.dilations))


@witness(DilatedField, How.BRUTE_FORCE)
def pixels_lost(s: DilatedField) -> int:
    """What the layers without padding take off an input, and the one pixel that a unit is."""
    size = 1 + s.kernel * sum(s.dilations)
    x = torch.zeros(1, 1, size)
    for dilation in s.dilations:
        x = F.conv1d(x, torch.zeros(1, 1, s.kernel), None, dilation=dilation)
    return size - x.shape[2] + 1


@witness(LastDilation, How.BRUTE_FORCE)
def every_last_dilation(s: LastDilation) -> int:
    return first(
        range(1, s.field + 2),
        lambda dilation: _field(_dilated(s.kernel, (*s.dilations, dilation))) >= s.field,
    )


def _pair(layers: Layers, apart: int = 1) -> tuple[Tensor, Tensor]:
    """The pixels reached from two units, as masks of the same length."""
    units = torch.zeros(2, 1, apart + 1)
    units[0, 0, 0] = units[1, 0, apart] = 1
    one, other = _back(units, layers)[:, 0] > 0
    return one, other


def _extent(mask: Tensor) -> tuple[int, int]:
    """First and last pixel of a mask."""
    reached = mask.nonzero()
    return int(reached[0].item()), int(reached[-1].item())


@witness(Jump, How.OPERATION)
def two_units_pushed_back(s: Jump) -> int:
    one, other = _pair(s.layers)
    return _extent(other)[0] - _extent(one)[0]


@witness(UnitDistance, How.OPERATION)
def far_units_pushed_back(s: UnitDistance) -> int:
    one, other = _pair(s.layers, s.apart)
    return _extent(other)[1] - _extent(one)[1]


@witness(SharedField, How.BRUTE_FORCE)
def pixels_in_both(s: SharedField) -> int:
    """Every pixel held against both fields; a field is everything from its first pixel to its last, holes included."""
    one, other = (_extent(mask) for mask in _pair(s.layers))
    return sum(other[0] <= pixel <= one[1] for pixel in range(one[0], other[1] + 1))


def _seen(s: UnitCentre) -> tuple[int, int]:
    """Last pixel that unit sees, and how wide the field of a unit in the middle is. At the right end nothing is cut off by the
    edge of the image, which is chosen wide enough; at the left end the padding is no pixel."""
    middle = s.unit + sum(kernel for kernel, _, _ in s.layers)
    longest = 2 * middle
    for kernel, stride, _ in reversed(s.layers):
        longest = longest * stride + kernel
    x = torch.ones(2, 1, longest, requires_grad=True)
    y = x
    for kernel, stride, padding in s.layers:
        y = F.conv1d(y, torch.full((1, 1, kernel), 1 / kernel), None, stride, padding)
    (gradient,) = torch.autograd.grad(y[0, 0, s.unit] + y[1, 0, middle], x)
    wanted, whole = (_extent(row != 0) for row in gradient[:, 0])
    return wanted[1], whole[1] - whole[0] + 1


@witness(UnitCentre, How.AUTOGRAD)
def middle_of_gradient(s: UnitCentre) -> float:
    last, width = _seen(s)
    return last - (width - 1) / 2


@witness(UnitStart, How.AUTOGRAD)
def start_of_gradient(s: UnitStart) -> int:
    last, width = _seen(s)
    return last - (width - 1)


@witness(LayersForField, How.BRUTE_FORCE)
def layer_by_layer(s: LayersForField) -> int:
    """One layer more on the input's side, until the single 1 has spread far enough. With stride 1 the order of the dilations does
    not matter."""
    x, count = torch.ones(1, 1, 1), 0
    while x.shape[2] < s.field:
        layer = (s.kernel, 2 if s.growth == "stride" else 1, 2**count if s.growth == "dilation" else 1)
        x, count = _back(x, [layer]), count + 1
    return count


@witness(CyclesForField, How.BRUTE_FORCE)
def cycle_by_cycle(s: CyclesForField) -> int:
    dilations = [2**power for power in range(s.largest.bit_length())]
    x, count = torch.ones(1, 1, 1), 0
    while x.shape[2] < s.field:
        x, count = _back(x, _dilated(s.kernel, dilations)), count + 1
    return count


def _blocks(blocks: tuple[int, ...], kernel: int, pool: tuple[int, int], *, last_pool: bool) -> Layers:
    layers: list[tuple[int, ...]] = []
    for convolutions in blocks:
        layers += [(kernel, 1)] * convolutions + [pool]
    return layers if last_pool else layers[:-1]


@witness(PooledField, How.OPERATION)
def pushed_back_pooled(s: PooledField) -> int:
    return _field(_blocks(s.blocks, s.kernel, (s.pool, s.pool_stride), last_pool=s.last_pool))


@witness(LastBlock, How.BRUTE_FORCE)
def one_convolution_more(s: LastBlock) -> int:
    before = _blocks(s.blocks, s.kernel, (s.pool, s.pool), last_pool=True)
    return first(range(s.field + 1), lambda count: _field([*before, *[(s.kernel, 1)] * count]) >= s.field)
