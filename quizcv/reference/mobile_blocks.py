"""Depthwise, grouped, shuffled and scaled blocks, built and counted, or run."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference._modules import conv, macs, maps, normed, parameters
from quizcv.reference.engine import How, witness
from quizcv.specs.mobile_blocks import (
    InvertedMacs,
    InvertedResidual,
    ScaledConv,
    ScaledMacs,
    ScaledSeparable,
    SeparableFactor,
    SeparableStack,
    ShuffleDown,
    ShuffleUnit,
)


def _inverted(s: InvertedResidual | InvertedMacs, stride: int = 1) -> list[nn.Conv2d]:
    hidden = s.in_channels * s.expansion
    return [
        conv(s.in_channels, hidden),
        conv(hidden, hidden, s.kernel, groups=hidden, stride=stride),
        conv(hidden, s.out_channels),
    ]


@witness(InvertedResidual, How.MODULE, "meta")
def inverted(s: InvertedResidual) -> int:
    return parameters(*normed(_inverted(s), s.norm))


@witness(InvertedMacs, How.META)
def inverted_run(s: InvertedMacs) -> int:
    block, x = nn.Sequential(*_inverted(s, s.stride)), maps(s.in_channels, s.size)
    return macs(lambda: block(x))


def _shuffle(inputs: int, width: int, outputs: int, groups: int) -> list[nn.Conv2d]:
    return [
        conv(inputs, width, groups=groups),
        conv(width, width, 3, groups=width),
        conv(width, outputs, groups=groups),
    ]


@witness(ShuffleUnit, How.MODULE, "meta")
def shuffle_unit(s: ShuffleUnit) -> int:
    return parameters(*normed(_shuffle(s.channels, s.width, s.channels, s.groups), s.norm))


@witness(ShuffleDown, How.MODULE, "meta")
def shuffle_down(s: ShuffleDown) -> int:
    """The pooled input takes up its share of the output's channels; the branch gives the rest."""
    pooled = F.avg_pool2d(torch.zeros(1, s.in_channels, 4, 4), 3, 2, 1)
    return parameters(*_shuffle(s.in_channels, s.width, s.out_channels - pooled.shape[1], s.groups))


def _separable(inputs: int, outputs: int, kernel: int) -> list[nn.Conv2d]:
    return [conv(inputs, inputs, kernel, groups=inputs), conv(inputs, outputs)]


@witness(ScaledConv, How.MODULE, "meta")
def scaled(s: ScaledConv) -> int:
    return parameters(conv(round(s.in_channels * s.width), round(s.out_channels * s.width), s.kernel))


@witness(ScaledSeparable, How.MODULE, "meta")
def scaled_separable(s: ScaledSeparable) -> int:
    return parameters(*_separable(round(s.in_channels * s.width), round(s.out_channels * s.width), s.kernel))


@witness(ScaledMacs, How.META)
def scaled_run(s: ScaledMacs) -> int:
    inputs, outputs = round(s.in_channels * s.width), round(s.out_channels * s.width)
    block, x = nn.Sequential(*_separable(inputs, outputs, s.kernel)), maps(inputs, round(s.size * s.resolution))
    return macs(lambda: block(x))


@witness(SeparableStack, How.MODULE, "meta")
def separable_stack(s: SeparableStack) -> int:
    layers = [layer for pair in pairwise(s.channels) for layer in _separable(*pair, s.kernel)]
    return parameters(*normed(layers, s.norm))


@witness(SeparableFactor, How.MODULE, "meta")
def plain_by_separable(s: SeparableFactor) -> float:
    plain = parameters(*(conv(*pair, s.kernel) for pair in pairwise(s.channels)))
    return plain / parameters(*(layer for pair in pairwise(s.channels) for layer in _separable(*pair, s.kernel)))
