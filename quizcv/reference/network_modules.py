"""A PyTorch module for each operation of a layer table, made for the tensor that really comes to it.

Reads `quizcv.networks.ops` and none of the formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce, singledispatch
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from quizcv.networks import ops
from quizcv.networks.ops import Op

Forward = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A layer's module, if it has one, and how it is run. `plain`: it keeps the shape and costs nothing, so on meta it need not run."""

    forward: Forward
    module: nn.Module | None = None
    plain: bool = False


@singledispatch
def build(op: Op, *inputs: Tensor) -> Made:
    """The layer for these inputs.

    Raises:
        NotImplementedError: there is no such operation here.
    """
    raise NotImplementedError(type(op).__name__)


def _module(module: nn.Module, *, plain: bool = False) -> Made:
    return Made(module.eval(), module, plain)


@build.register
def _(op: ops.Conv, *inputs: Tensor) -> Made:
    channels = inputs[0].shape[1]
    return _module(nn.Conv2d(channels, op.channels, op.kernel, op.stride, op.padding, op.dilation, op.groups, op.bias))


@build.register
def _(op: ops.SparseConv, *inputs: Tensor) -> Made:
    """As many convolutions as there are output maps, each on the maps that it reads."""
    parts = nn.ModuleList([nn.Conv2d(len(read), 1, op.kernel) for read in op.table])

    def forward(x: Tensor) -> Tensor:
        return torch.cat([part(x[:, list(read)]) for part, read in zip(parts, op.table, strict=True)], 1)

    return Made(forward, parts)


@build.register
def _(op: ops.ConvTranspose, *inputs: Tensor) -> Made:
    channels = inputs[0].shape[1]
    return _module(
        nn.ConvTranspose2d(
            channels, op.channels, op.kernel, op.stride, op.padding, op.output_padding, op.groups, op.bias
        )
    )


@build.register
def _(op: ops.Pool, *inputs: Tensor) -> Made:
    made = nn.MaxPool2d if op.kind == "max" else nn.AvgPool2d
    return Made(made(op.kernel, op.stride, op.padding, ceil_mode=op.ceil))


class _Subsample(nn.Module):
    """Sum of the window, times a coefficient, plus a bias."""

    def __init__(self, channels: int, kernel: tuple[int, int]) -> None:
        super().__init__()
        self.kernel = kernel
        self.coefficient = nn.Parameter(torch.ones(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        total = functional.avg_pool2d(x, self.kernel, divisor_override=1)
        return total * self.coefficient + self.bias


@build.register
def _(op: ops.Subsample, *inputs: Tensor) -> Made:
    return _module(_Subsample(inputs[0].shape[1], op.kernel))


@build.register
def _(op: ops.AdaptivePool, *inputs: Tensor) -> Made:
    made = nn.AdaptiveMaxPool2d if op.kind == "max" else nn.AdaptiveAvgPool2d
    pool = made(op.size)

    def forward(x: Tensor) -> Tensor:
        """On meta the mean of a map is a detour through the compiler; one real map tells the size."""
        if not x.is_meta:
            return pool(x)  # type: ignore[no-any-return]
        return x.new_empty(*x.shape[:2], *pool(torch.zeros(1, 1, *x.shape[2:])).shape[2:])

    return Made(forward)


@build.register
def _(op: ops.Upsample, *inputs: Tensor) -> Made:
    if op.factor:
        return Made(nn.Upsample(scale_factor=op.factor, mode=op.mode))
    return Made(lambda x, like: functional.interpolate(x, like.shape[2:], mode=op.mode))


class _Linear(nn.Linear):
    """On meta without adding the bias, which there is a detour through the compiler and changes neither shape nor MACs."""

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, None if x.is_meta else self.bias)


@build.register
def _(op: ops.Linear, *inputs: Tensor) -> Made:
    return _module(_Linear(inputs[0].shape[-1], op.features, op.bias))


@build.register
def _(op: ops.RadialBasis, *inputs: Tensor) -> Made:
    """Codes are fixed: no parameters."""
    codes = torch.ones(op.features, inputs[0].shape[1])
    return Made(lambda x: (x[:, None] - codes).square().sum(-1))


class _L2Norm(nn.Module):
    """Each pixel's channels to length 1, times a trained scale."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return functional.normalize(x, dim=1) * self.scale


class _LayerNorm(nn.LayerNorm):
    """Over the channels, which are last in tokens and first in maps."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1) if x.dim() == 4 else super().forward(x)


@build.register
def _(op: ops.Norm, *inputs: Tensor) -> Made:
    channels = inputs[0].shape[-1] if inputs[0].dim() == 3 else inputs[0].shape[1]
    if op.kind == "batch":
        return _module(nn.BatchNorm2d(channels), plain=True)
    if op.kind == "layer":
        return _module(_LayerNorm(channels), plain=True)
    if op.kind == "L2":
        return _module(_L2Norm(channels), plain=True)
    return Made(nn.LocalResponseNorm(5), plain=True)


_ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "relu": functional.relu,
    "relu6": functional.relu6,
    "leaky relu": lambda x: functional.leaky_relu(x, 0.1),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "hard sigmoid": functional.hardsigmoid,
    "swish": functional.silu,
    "hard swish": functional.hardswish,
    "gelu": functional.gelu,
    "softmax": lambda x: torch.softmax(x, 1),
}


@build.register
def _(op: ops.Activation, *inputs: Tensor) -> Made:
    if op.kind == "softmax over branches":
        return Made(lambda x: x.unflatten(1, (op.branches, -1)).softmax(1).flatten(1, 2), plain=True)
    return Made(_ACTIVATIONS[op.kind], plain=True)


@build.register
def _(op: ops.Dropout, *inputs: Tensor) -> Made:
    return Made(nn.Dropout(op.p).eval(), plain=True)


class _Scale(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


@build.register
def _(op: ops.Scale, *inputs: Tensor) -> Made:
    return _module(_Scale(inputs[0].shape[1]), plain=True)


@build.register
def _(op: ops.Add, *inputs: Tensor) -> Made:
    """Without broadcasting: a shortcut of another size would otherwise pass. On meta only that is looked at."""

    def forward(*parts: Tensor) -> Tensor:
        for one, other in pairwise(parts):
            if one.shape != other.shape:
                raise RuntimeError(f"sum of {tuple(one.shape)} and {tuple(other.shape)}")
        return parts[0] if parts[0].is_meta else reduce(torch.add, parts)

    return Made(forward)


@build.register
def _(op: ops.Gate, *inputs: Tensor) -> Made:
    def forward(x: Tensor, weight: Tensor) -> Tensor:
        if torch.broadcast_shapes(x.shape, weight.shape) != x.shape:  # type: ignore[no-untyped-call]
            raise RuntimeError(f"gate of {tuple(weight.shape)} for {tuple(x.shape)}")
        return x if x.is_meta else x * weight

    return Made(forward)


@build.register
def _(op: ops.Concat, *inputs: Tensor) -> Made:
    return Made(lambda *parts: torch.cat(parts, 1))


@build.register
def _(op: ops.Slice, *inputs: Tensor) -> Made:
    return Made(lambda x: x[:, op.start : op.stop])


@build.register
def _(op: ops.Shuffle, *inputs: Tensor) -> Made:
    return Made(nn.ChannelShuffle(op.groups) if inputs[0].device.type == "cpu" else _shuffled(op.groups))


def _shuffled(groups: int) -> Forward:
    """PyTorch has no channel shuffle on meta."""
    return lambda x: x.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)


@build.register
def _(op: ops.SpaceToDepth, *inputs: Tensor) -> Made:
    return Made(nn.PixelUnshuffle(op.block))


@build.register
def _(op: ops.Crop, *inputs: Tensor) -> Made:
    def forward(x: Tensor, like: Tensor) -> Tensor:
        for axis in (2, 3):
            start = (x.shape[axis] - like.shape[axis]) // 2 if op.offset is None else op.offset
            x = x.narrow(axis, start, like.shape[axis])
        return x

    return Made(forward)


@build.register
def _(op: ops.PadShortcut, *inputs: Tensor) -> Made:
    def forward(x: Tensor) -> Tensor:
        x = x[:, :, :: op.stride, :: op.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, op.channels - x.shape[1]))

    return Made(forward)


@build.register
def _(op: ops.Flatten, *inputs: Tensor) -> Made:
    return Made(nn.Flatten())


@build.register
def _(op: ops.Reshape, *inputs: Tensor) -> Made:
    return Made(lambda x: x.reshape(x.shape[0], *op.shape))


@build.register
def _(op: ops.ToTokens, *inputs: Tensor) -> Made:
    return Made(lambda x: x.flatten(2).transpose(1, 2))


class _ClassToken(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.token.expand(x.shape[0], -1, -1), x), 1)


@build.register
def _(op: ops.ClassToken, *inputs: Tensor) -> Made:
    return _module(_ClassToken(inputs[0].shape[2]))


class _PositionTable(nn.Module):
    def __init__(self, tokens: int, width: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(1, tokens, width))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table


@build.register
def _(op: ops.PositionTable, *inputs: Tensor) -> Made:
    return _module(_PositionTable(*inputs[0].shape[1:]), plain=True)


class _Attention(nn.MultiheadAttention):
    """PyTorch's own, as self-attention; in training mode (without dropout), since its fast path for inference is not counted."""

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(x, x, x, need_weights=False)[0]


@build.register
def _(op: ops.Attention, *inputs: Tensor) -> Made:
    module = _Attention(inputs[0].shape[2], op.heads, batch_first=True)
    return Made(module, module)


@build.register
def _(op: ops.FirstToken, *inputs: Tensor) -> Made:
    return Made(lambda x: x[:, 0])
