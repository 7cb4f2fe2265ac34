"""Parameters of convolutions and linear layers: the modules are built and what they hold is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import nn

from quizcv.reference.engine import How, witness
from quizcv.specs.counting import (
    LARGEST_KERNEL,
    WIDEST,
    ConvParams,
    ConvParamsKernel,
    ConvTransposeOut,
    ConvTransposeParams,
    FlattenLinear,
    GroupedConvParams,
    GroupsFromParams,
    LinearInput,
    LinearParams,
    RectConvParams,
    RectPairParams,
)
from quizcv.specs.factored import (
    DepthwiseKernel,
    DepthwiseParams,
    PointwiseInput,
    PointwiseParams,
    SeparableParams,
    SeparableRatio,
    SeparableSaved,
    SeparableWidth,
)


def held(*modules: nn.Module) -> int:
    """Learnable parameters of modules; a tensor that several of them use counts once for each module given."""
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def conv(inputs: int, outputs: int, kernel: int | tuple[int, int], groups: int = 1, *, bias: bool = False) -> nn.Conv2d:
    """A convolution without memory."""
    return nn.Conv2d(inputs, outputs, kernel, groups=groups, bias=bias, device="meta")


def linear(inputs: int, outputs: int, *, bias: bool = False) -> nn.Linear:
    """A fully connected layer without memory."""
    return nn.Linear(inputs, outputs, bias=bias, device="meta")


def first(candidates: Iterable[int], count: Callable[[int], int], wanted: int) -> int:
    """The first candidate whose module has so many parameters."""
    for candidate in candidates:
        if count(candidate) == wanted:
            return candidate
    raise ValueError(f"no module has {wanted} parameters")


def search(most: int, count: Callable[[int], int], wanted: int) -> int:
    """The size from 1 to `most` whose module has so many parameters; by halves, since the wider module has more."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if count(middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return first((low,), count, wanted)


@witness(ConvParams, How.MODULE, "meta")
def conv_module(s: ConvParams) -> int:
    return held(conv(s.in_channels, s.out_channels, s.kernel, s.groups, bias=s.bias))


@witness(ConvParamsKernel, How.BRUTE_FORCE, "meta")
def every_kernel(s: ConvParamsKernel) -> int:
    def count(kernel: int) -> int:
        return held(conv(s.in_channels, s.out_channels, kernel, bias=s.bias))

    return first(range(1, LARGEST_KERNEL + 1), count, s.params)


@witness(RectConvParams, How.MODULE, "meta")
def rect_conv_module(s: RectConvParams) -> int:
    return held(conv(s.in_channels, s.out_channels, s.kernel, s.groups, bias=s.bias))


@witness(RectPairParams, How.MODULE, "meta")
def rect_pair(s: RectPairParams) -> int:
    across = conv(s.in_channels, s.mid_channels, (1, s.kernel), bias=s.bias)
    return held(across, conv(s.mid_channels, s.out_channels, (s.kernel, 1), bias=s.bias))


@witness(GroupedConvParams, How.MODULE, "meta")
def grouped_conv(s: GroupedConvParams) -> int:
    return held(conv(s.in_channels, s.out_channels, s.kernel, s.groups, bias=s.bias))


@witness(GroupedConvParams, How.BRUTE_FORCE, "meta")
def one_conv_for_each_group(s: GroupedConvParams) -> int:
    """The layer taken apart: channels are split, and each part has a convolution of its own."""
    inputs, outputs = (
        torch.empty(channels, device="meta").chunk(s.groups) for channels in (s.in_channels, s.out_channels)
    )
    part = conv(len(inputs[0]), len(outputs[0]), s.kernel, bias=s.bias)
    return sum(held(part) for _ in inputs)


@witness(GroupsFromParams, How.BRUTE_FORCE, "meta")
def every_number_of_groups(s: GroupsFromParams) -> int:
    def count(groups: int) -> int:
        return held(conv(s.in_channels, s.out_channels, s.kernel, groups, bias=s.bias))

    possible = range(1, min(s.in_channels, s.out_channels) + 1)
    return first((g for g in possible if s.in_channels % g == s.out_channels % g == 0), count, s.params)


@witness(DepthwiseParams, How.MODULE, "meta")
def depthwise(s: DepthwiseParams) -> int:
    return held(conv(s.in_channels, s.in_channels * s.multiplier, s.kernel, s.in_channels, bias=s.bias))


@witness(DepthwiseKernel, How.BRUTE_FORCE, "meta")
def every_depthwise_kernel(s: DepthwiseKernel) -> int:
    def count(kernel: int) -> int:
        return held(conv(s.in_channels, s.in_channels, kernel, s.in_channels, bias=s.bias))

    return first(range(1, LARGEST_KERNEL + 1), count, s.params)


@witness(PointwiseParams, How.MODULE, "meta")
def pointwise(s: PointwiseParams) -> int:
    return held(conv(s.in_channels, s.out_channels, 1, s.groups, bias=s.bias))


@witness(PointwiseInput, How.BRUTE_FORCE, "meta")
def inputs_of_pointwise(s: PointwiseInput) -> int:
    return search(WIDEST, lambda inputs: held(conv(inputs, s.out_channels, 1, bias=s.bias)), s.params)


def _separable(inputs: int, outputs: int, kernel: int, *, bias: bool = False) -> int:
    return held(conv(inputs, inputs, kernel, inputs, bias=bias), conv(inputs, outputs, 1, bias=bias))


@witness(SeparableParams, How.MODULE, "meta")
def separable(s: SeparableParams) -> int:
    return _separable(s.in_channels, s.out_channels, s.kernel, bias=s.bias)


@witness(SeparableSaved, How.MODULE, "meta")
def separable_and_ordinary(s: SeparableSaved) -> int:
    ordinary = held(conv(s.in_channels, s.out_channels, s.kernel, bias=s.bias))
    return ordinary - _separable(s.in_channels, s.out_channels, s.kernel, bias=s.bias)


@witness(SeparableRatio, How.MODULE, "meta")
def separable_by_ordinary(s: SeparableRatio) -> float:
    ordinary = held(conv(s.in_channels, s.out_channels, s.kernel))
    return _separable(s.in_channels, s.out_channels, s.kernel) / ordinary


@witness(SeparableWidth, How.MODULE, "meta")
def thin_separable_by_ordinary(s: SeparableWidth) -> float:
    inputs, outputs = (round(s.width * channels) for channels in (s.in_channels, s.out_channels))
    return _separable(inputs, outputs, s.kernel) / held(conv(s.in_channels, s.out_channels, s.kernel))


@witness(ConvTransposeParams, How.MODULE, "meta")
def conv_transpose(s: ConvTransposeParams) -> int:
    return held(
        nn.ConvTranspose2d(s.in_channels, s.out_channels, s.kernel, groups=s.groups, bias=s.bias, device="meta")
    )


@witness(ConvTransposeOut, How.BRUTE_FORCE, "meta")
def outputs_of_conv_transpose(s: ConvTransposeOut) -> int:
    def count(outputs: int) -> int:
        return held(nn.ConvTranspose2d(s.in_channels, outputs, s.kernel, bias=s.bias, device="meta"))

    return search(WIDEST, count, s.params)


@witness(LinearParams, How.MODULE, "meta")
def linear_module(s: LinearParams) -> int:
    return held(linear(s.in_features, s.out_features, bias=s.bias))


@witness(FlattenLinear, How.MODULE, "meta")
def linear_behind_flatten(s: FlattenLinear) -> int:
    """The flattened map tells the layer how wide it must be."""
    x = torch.empty(1, s.channels, s.height, s.width, device="meta").flatten(1)
    return held(linear(x.shape[1], s.out_features, bias=s.bias))


@witness(LinearInput, How.BRUTE_FORCE, "meta")
def inputs_of_linear(s: LinearInput) -> int:
    return search(WIDEST, lambda inputs: held(linear(inputs, s.out_features, bias=s.bias)), s.params)
