"""Densely connected blocks and stacks of small kernels, built and counted, or run."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._modules import batch_norm, conv, largest, parameters
from quizcv.reference.engine import How, witness
from quizcv.specs.dense_blocks import (
    DenseChannels,
    DenseLayer,
    DenseParams,
    FactorisedConv,
    FactorisedSaving,
    ThreesParams,
    ThreesSaving,
    ThreesWidth,
    TransitionChannels,
    TransitionParams,
)


def _grown(x: Tensor, growth: int, layers: int) -> Tensor:
    """Every layer reads all maps so far and adds its own (1×1 kernels: their size changes no channel)."""
    for _ in range(layers):
        x = torch.cat((x, F.conv2d(x, torch.ones(growth, x.shape[1], 1, 1))), 1)
    return x


@witness(DenseChannels, How.OPERATION)
def dense_run(s: DenseChannels) -> int:
    return _grown(torch.zeros(1, s.channels, 1, 1), s.growth, s.layers).shape[1]


def _layer(x: Tensor, growth: int, bottleneck: int) -> tuple[nn.Conv2d, nn.Conv2d]:
    middle = bottleneck * growth
    return conv(x.shape[1], middle), conv(middle, growth, 3)


@witness(DenseLayer, How.MODULE, "meta")
def dense_layer(s: DenseLayer) -> int:
    """The layers before are run for the channels that this one reads."""
    x = _grown(torch.zeros(1, s.channels, 1, 1), s.growth, s.layer - 1)
    convs = _layer(x, s.growth, s.bottleneck)
    norms = [batch_norm(each.in_channels) for each in convs] if s.norm else []
    return parameters(*convs, *norms)


@witness(DenseParams, How.MODULE, "meta")
def dense_block(s: DenseParams) -> int:
    x = torch.zeros(1, s.channels, 1, 1)
    total = 0
    for _ in range(s.layers):
        total += parameters(*_layer(x, s.growth, s.bottleneck))
        x = _grown(x, s.growth, 1)
    return total


@witness(TransitionParams, How.MODULE, "meta")
def transition(s: TransitionParams) -> int:
    built: list[nn.Module] = [conv(s.channels, int(s.channels * s.compression)), nn.AvgPool2d(2)]
    if s.norm:
        built.append(batch_norm(s.channels))
    return parameters(*built)


@witness(TransitionChannels, How.OPERATION)
def stages_run(s: TransitionChannels) -> int:
    x = torch.zeros(1, s.channels, 1, 1)
    for layers in s.depths:
        x = _grown(x, s.growth, layers)
        x = F.conv2d(x, torch.ones(int(x.shape[1] * s.compression), x.shape[1], 1, 1))
    return x.shape[1]


def _threes(channels: int, layers: int, *, bias: bool = False) -> list[nn.Conv2d]:
    return [conv(channels, channels, 3, bias=bias) for _ in range(layers)]


@witness(ThreesParams, How.MODULE, "meta")
def stack(s: ThreesParams) -> int:
    return parameters(*_threes(s.channels, s.layers, bias=s.bias))


def _as_large(channels: int, layers: int) -> nn.Conv2d:
    """The one convolution that sees as much as the stack: its kernel is what a single 1, run back through it, spreads to."""
    seen = torch.ones(1, 1, 1)
    for _ in range(layers):
        seen = F.conv_transpose1d(seen, torch.ones(1, 1, 3))
    return conv(channels, channels, seen.shape[2])


@witness(ThreesSaving, How.MODULE, "meta")
def stack_against_one(s: ThreesSaving) -> int:
    return parameters(_as_large(s.channels, s.layers)) - parameters(*_threes(s.channels, s.layers))


@witness(ThreesWidth, How.BRUTE_FORCE, "meta")
def widest_stack(s: ThreesWidth) -> int:
    allowed = parameters(_as_large(s.channels, s.layers))
    return largest(lambda channels: parameters(*_threes(channels, s.layers)) <= allowed)


def _factorised(s: FactorisedConv | FactorisedSaving, *, bias: bool) -> int:
    return parameters(
        conv(s.in_channels, s.mid_channels, (1, s.kernel), bias=bias),
        conv(s.mid_channels, s.out_channels, (s.kernel, 1), bias=bias),
    )


@witness(FactorisedConv, How.MODULE, "meta")
def factorised(s: FactorisedConv) -> int:
    return _factorised(s, bias=s.bias)


@witness(FactorisedSaving, How.MODULE, "meta")
def factorised_against_square(s: FactorisedSaving) -> float:
    square = parameters(conv(s.in_channels, s.out_channels, s.kernel))
    return 100 * (square - _factorised(s, bias=False)) / square
