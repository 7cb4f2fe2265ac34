"""Multiply-accumulates and FLOPs: every product is laid out as an element of a tensor (on meta, without memory), and torch
counts the FLOPs of the operation itself."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.flop_counter import FlopCounterMode

from quizcv.reference.counting import conv, linear
from quizcv.reference.engine import How, witness
from quizcv.specs.costs import (
    AttentionMacs,
    ConvFlops,
    ConvMacs,
    ConvMacsInput,
    ConvTraining,
    ConvTransposeMacs,
    ConvTransposeMacsOut,
    DepthwiseMacs,
    DepthwiseMacsInput,
    HiddenMacs,
    LinearMacs,
    PointwiseMacs,
    PointwiseStride,
    WindowMacs,
)
from quizcv.specs.factored import SeparableFactor


def _empty(*sizes: int) -> torch.Tensor:
    return torch.empty(sizes, device="meta")


def flops(run: Callable[[], object]) -> int:
    """What torch counts of a computation: 2 for each multiply-accumulate."""
    with FlopCounterMode(display=False) as counter:
        run()
    return int(counter.get_total_flops())


def _products(one: torch.Tensor, other: torch.Tensor) -> int:
    """How many products two tensors have when torch broadcasts them against each other."""
    sizes = torch.broadcast_shapes(one.shape, other.shape)  # type: ignore[no-untyped-call]
    return one.expand(sizes).numel()


def _conv_products(layer: nn.Conv2d, x: torch.Tensor) -> int:
    """Every weight of a layer against every window of its (already padded) input, group by group."""
    (height, width), (down, across) = layer.kernel_size, layer.stride
    windows = x.unfold(1, height, down).unfold(2, width, across)
    windows = windows.reshape(layer.groups, -1, *windows.shape[1:])
    weight = layer.weight.reshape(layer.groups, -1, *layer.weight.shape[1:])
    return _products(weight[:, :, :, None, None], windows[:, None])


def _fed(layer: nn.Conv2d, out_size: int) -> torch.Tensor:
    """An input from which a layer of stride 1 without padding makes a map of this size."""
    side = F.conv_transpose2d(_empty(1, 1, out_size, out_size), _empty(1, 1, *layer.kernel_size)).shape[2]
    return _empty(layer.in_channels, side, side)


def _of_output(layer: nn.Conv2d, out_size: int) -> int:
    return _conv_products(layer, _fed(layer, out_size))


def _of_input(layer: nn.Conv2d, size: int, padding: int = 0) -> int:
    return _conv_products(layer, F.pad(_empty(layer.in_channels, size, size), (padding,) * 4))


def _strided(inputs: int, outputs: int, kernel: int, stride: int, padding: int = 0, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False, device="meta")


def _counted(layer: nn.Module, x: torch.Tensor) -> int:
    """Multiply-accumulates by torch's own counter."""
    macs, odd = divmod(flops(lambda: layer(x)), 2)
    if odd:
        raise ValueError("an odd number of FLOPs")
    return macs


def _layer(s: ConvMacs) -> nn.Conv2d:
    return conv(s.in_channels, s.out_channels, s.kernel, s.groups)


@witness(ConvMacs, How.BRUTE_FORCE, "meta")
def every_product(s: ConvMacs) -> int:
    return _of_output(_layer(s), s.out_size)


@witness(ConvMacs, How.META)
def half_the_flops(s: ConvMacs) -> int:
    layer = _layer(s)
    return _counted(layer, _fed(layer, s.out_size)[None])


@witness(ConvMacsInput, How.BRUTE_FORCE, "meta")
def every_product_of_input(s: ConvMacsInput) -> int:
    layer = _strided(s.in_channels, s.out_channels, s.kernel, s.stride, s.padding, s.groups)
    return _of_input(layer, s.size, s.padding)


@witness(ConvMacsInput, How.META)
def half_the_flops_of_input(s: ConvMacsInput) -> int:
    layer = _strided(s.in_channels, s.out_channels, s.kernel, s.stride, s.padding, s.groups)
    return _counted(layer, _empty(1, s.in_channels, s.size, s.size))


@witness(ConvFlops, How.META)
def flops_and_biases(s: ConvFlops) -> int:
    """What torch counts, and a bias added to each element of the output, which torch leaves out."""
    layer = _layer(s)
    x = _fed(layer, s.out_size)[None]
    added = layer(x).numel() if s.bias else 0
    return flops(lambda: layer(x)) + added


@witness(ConvFlops, How.BRUTE_FORCE, "meta")
def products_sums_and_biases(s: ConvFlops) -> int:
    layer = _layer(s)
    products = _of_output(layer, s.out_size)
    added = layer(_fed(layer, s.out_size)[None]).numel() if s.bias else 0
    return products + products + added


@witness(ConvTraining, How.META)
def forward_and_backward(s: ConvTraining) -> int:
    layer = conv(s.in_channels, s.out_channels, s.kernel)
    x = _fed(layer, s.out_size).expand(s.batch, -1, -1, -1).requires_grad_(not s.first)
    return flops(lambda: layer(x).sum().backward())


def _depthwise(channels: int, kernel: int, multiplier: int = 1) -> nn.Conv2d:
    return conv(channels, channels * multiplier, kernel, channels)


@witness(DepthwiseMacs, How.BRUTE_FORCE, "meta")
def every_product_of_depthwise(s: DepthwiseMacs) -> int:
    return _of_output(_depthwise(s.in_channels, s.kernel, s.multiplier), s.out_size)


@witness(DepthwiseMacs, How.META)
def half_the_flops_of_depthwise(s: DepthwiseMacs) -> int:
    layer = _depthwise(s.in_channels, s.kernel, s.multiplier)
    return _counted(layer, _fed(layer, s.out_size)[None])


def _depthwise_strided(s: DepthwiseMacsInput) -> nn.Conv2d:
    return _strided(s.in_channels, s.in_channels, s.kernel, s.stride, s.padding, s.in_channels)


@witness(DepthwiseMacsInput, How.BRUTE_FORCE, "meta")
def every_product_of_strided_depthwise(s: DepthwiseMacsInput) -> int:
    return _of_input(_depthwise_strided(s), s.size, s.padding)


@witness(DepthwiseMacsInput, How.META)
def half_the_flops_of_strided_depthwise(s: DepthwiseMacsInput) -> int:
    return _counted(_depthwise_strided(s), _empty(1, s.in_channels, s.size, s.size))


@witness(PointwiseMacs, How.BRUTE_FORCE, "meta")
def every_product_of_pointwise(s: PointwiseMacs) -> int:
    return _of_input(conv(s.in_channels, s.out_channels, 1, s.groups), s.size)


@witness(PointwiseMacs, How.META)
def half_the_flops_of_pointwise(s: PointwiseMacs) -> int:
    return _counted(conv(s.in_channels, s.out_channels, 1, s.groups), _empty(1, s.in_channels, s.size, s.size))


@witness(PointwiseStride, How.BRUTE_FORCE, "meta")
def every_product_of_strided_pointwise(s: PointwiseStride) -> int:
    return _of_input(_strided(s.in_channels, s.out_channels, 1, s.stride), s.size)


@witness(PointwiseStride, How.META)
def half_the_flops_of_strided_pointwise(s: PointwiseStride) -> int:
    return _counted(_strided(s.in_channels, s.out_channels, 1, s.stride), _empty(1, s.in_channels, s.size, s.size))


@witness(SeparableFactor, How.BRUTE_FORCE, "meta")
def products_against_products(s: SeparableFactor) -> float:
    depthwise, pointwise = _depthwise(s.in_channels, s.kernel), conv(s.in_channels, s.out_channels, 1)
    ordinary = _of_output(conv(s.in_channels, s.out_channels, s.kernel), s.out_size)
    return ordinary / (_of_output(depthwise, s.out_size) + _of_output(pointwise, s.out_size))


def _transposed(s: ConvTransposeMacs) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(
        s.in_channels, s.out_channels, s.kernel, s.stride, groups=s.groups, bias=False, device="meta"
    )


@witness(ConvTransposeMacs, How.BRUTE_FORCE, "meta")
def every_product_of_transposed(s: ConvTransposeMacs) -> int:
    """Every input unit against every weight that starts at its channel."""
    x = _empty(s.in_channels, 1, 1, 1, s.size, s.size)
    return _products(x, _transposed(s).weight[..., None, None])


@witness(ConvTransposeMacs, How.META)
def half_the_flops_of_transposed(s: ConvTransposeMacs) -> int:
    return _counted(_transposed(s), _empty(1, s.in_channels, s.size, s.size))


@witness(ConvTransposeMacsOut, How.META)
def transposed_of_every_input(s: ConvTransposeMacsOut) -> int:
    """Of the inputs from 1 pixel on, the first that gives that output; torch counts it."""
    for size in range(1, s.out_size + 2 * s.padding + 1):
        reach = (size - 1) * s.stride + s.kernel
        if reach <= 2 * s.padding:
            continue
        side = F.conv_transpose1d(
            torch.zeros(1, 1, size), torch.zeros(1, 1, s.kernel), None, s.stride, s.padding
        ).shape[2]
        if side == s.out_size:
            layer = nn.ConvTranspose2d(
                s.in_channels, s.out_channels, s.kernel, s.stride, s.padding, bias=False, device="meta"
            )
            return _counted(layer, _empty(1, s.in_channels, size, size))
    raise ValueError("no input gives that size")


@witness(LinearMacs, How.BRUTE_FORCE, "meta")
def every_product_of_linear(s: LinearMacs) -> int:
    return _products(linear(s.in_features, s.out_features).weight, _empty(s.batch, 1, s.in_features))


@witness(LinearMacs, How.META)
def half_the_flops_of_linear(s: LinearMacs) -> int:
    return _counted(linear(s.in_features, s.out_features), _empty(s.batch, s.in_features))


@witness(HiddenMacs, How.META)
def half_the_flops_of_two(s: HiddenMacs) -> int:
    layers = nn.Sequential(linear(s.in_features, s.hidden), linear(s.hidden, s.out_features))
    return _counted(layers, _empty(s.tokens, s.in_features))


def _attention_products(windows: int, tokens: int, dim: int, heads: int, *, projections: bool) -> int:
    """Scores and weighted sum as products of single numbers; each projection as a linear layer on every token."""
    x = _empty(windows, tokens, dim)
    query = key = x.reshape(windows, tokens, heads, -1).transpose(1, 2)
    scores = _products(query[:, :, :, None], key[:, :, None])
    weights = _empty(*query.shape[:2], tokens, tokens)
    total = scores + _products(weights[..., None], key[:, :, None])
    layers = [linear(dim, dim) for _ in range(4)] if projections else []
    return total + sum(_products(layer.weight, x[..., None, :]) for layer in layers)


def _attention_flops(windows: int, tokens: int, dim: int, heads: int, *, projections: bool) -> int:
    x = _empty(windows * tokens, dim)
    layers = [linear(dim, dim) for _ in range(4)]

    def run() -> None:
        query, key, value = (
            (layer(x) if projections else x).view(windows, tokens, heads, -1).transpose(1, 2).flatten(0, 1)
            for layer in layers[:3]
        )
        torch.bmm(torch.bmm(query, key.mT), value)
        if projections:
            layers[3](x)

    return flops(run)


@witness(AttentionMacs, How.BRUTE_FORCE, "meta")
def every_product_of_attention(s: AttentionMacs) -> int:
    return _attention_products(1, s.tokens, s.dim, s.heads, projections=s.projections)


@witness(AttentionMacs, How.META)
def half_the_flops_of_attention(s: AttentionMacs) -> int:
    return _attention_flops(1, s.tokens, s.dim, s.heads, projections=s.projections) // 2


def _windows(s: WindowMacs) -> tuple[int, int]:
    """How many windows the map is cut into, and how many tokens each holds."""
    cut = _empty(s.size, s.size).unfold(0, s.window, s.window).unfold(1, s.window, s.window)
    return cut.shape[0] * cut.shape[1], cut[0, 0].numel()


@witness(WindowMacs, How.BRUTE_FORCE, "meta")
def every_product_of_windows(s: WindowMacs) -> int:
    return _attention_products(*_windows(s), s.dim, 1, projections=s.projections)


@witness(WindowMacs, How.META)
def half_the_flops_of_windows(s: WindowMacs) -> int:
    return _attention_flops(*_windows(s), s.dim, 1, projections=s.projections) // 2
