"""Units and connections of convolutional layers, and fully connected layers written as such, by running the layers on ones."""

from __future__ import annotations

import torch
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.counting import conv, held, linear
from quizcv.reference.engine import How, witness
from quizcv.specs.units import (
    ConvConnections,
    ConvNeurons,
    ConvPoolNeurons,
    LinearAsConv,
    LinearAsConvMap,
    LinearAsConvParams,
    OneByOne,
    RealConnections,
)


def _map(s: ConvNeurons) -> torch.Tensor:
    """The map that the convolution gives of an image of one channel, as a shape."""
    x = torch.empty(1, 1, s.size, s.size, device="meta")
    weight = torch.empty(s.out_channels, 1, s.kernel, s.kernel, device="meta")
    return F.conv2d(x, weight, None, s.stride, s.padding)


@witness(ConvNeurons, How.META)
def output_elements(s: ConvNeurons) -> int:
    return _map(s).numel()


@witness(ConvPoolNeurons, How.META)
def elements_of_both_maps(s: ConvPoolNeurons) -> int:
    y = _map(s)
    return y.numel() + F.avg_pool2d(y, s.pool).numel()


def _ones_over_ones(x: torch.Tensor, outputs: int, kernel: int, stride: int, padding: int, *, bias: bool) -> int:
    """Each unit counts what it is connected to."""
    weight = torch.ones(outputs, x.shape[1], kernel, kernel)
    return round(F.conv2d(x, weight, torch.ones(outputs) if bias else None, stride, padding).sum().item())


@witness(ConvConnections, How.OPERATION)
def ones_over_ones(s: ConvConnections) -> int:
    """The padding consists of ones too: connections to it count."""
    x = F.pad(torch.ones(1, s.in_channels, s.size, s.size), (s.padding,) * 4, value=1)
    return _ones_over_ones(x, s.out_channels, s.kernel, s.stride, 0, bias=s.bias)


@witness(RealConnections, How.OPERATION)
def ones_within_zeros(s: RealConnections) -> int:
    """The padding consists of zeros: connections to it do not count."""
    x = torch.ones(1, s.in_channels, s.size, s.size)
    return _ones_over_ones(x, s.out_channels, s.kernel, 1, s.padding, bias=False)


@witness(LinearAsConv, How.META)
def linear_weight_as_kernel(s: LinearAsConv) -> tuple[int, ...]:
    """The weight of the linear layer in the shape of the map it reads; as a kernel it must give a single pixel."""
    x = torch.empty(1, s.channels, s.height, s.width, device="meta")
    weight = linear(x[0].numel(), s.out_features).weight.reshape(-1, *x.shape[1:])
    if F.conv2d(x, weight).shape != (1, s.out_features, 1, 1):
        raise ValueError("the kernel does not cover the map")
    return tuple(weight.shape)


@witness(LinearAsConvParams, How.META)
def covering_conv(s: LinearAsConvParams) -> int:
    layer = conv(s.channels, s.out_features, (s.height, s.width), bias=s.bias)
    if layer(torch.empty(1, s.channels, s.height, s.width, device="meta")).shape[2:] != (1, 1):
        raise ValueError("the kernel does not cover the map")
    return held(layer)


@witness(LinearAsConvMap, How.META)
def slid_over_larger_map(s: LinearAsConvMap) -> tuple[int, ...]:
    x = torch.empty(1, s.channels, s.size, s.size, device="meta")
    one = linear(x[0].numel(), s.hidden).weight.reshape(-1, *x.shape[1:])
    two = linear(s.hidden, s.out_features).weight[..., None, None]
    larger = torch.empty(1, s.channels, s.larger, s.larger, device="meta")
    return tuple(F.conv2d(F.conv2d(larger, one), two).shape[1:])


@witness(OneByOne, How.META)
def linear_at_every_pixel(s: OneByOne) -> int:
    """A linear layer over the channels, which come last, gives what the 1×1 convolution gives."""
    x = torch.empty(1, s.in_channels, s.size, s.size, device="meta")
    layer = linear(s.in_channels, s.out_channels, bias=s.bias)
    if layer(x.movedim(1, 3)).movedim(3, 1).shape != conv(s.in_channels, s.out_channels, 1)(x).shape:
        raise ValueError("the two layers give different maps")
    return held(layer)
