"""Squeeze-and-excitation and residual blocks, built and counted."""

from __future__ import annotations

from torch import nn

from quizcv.reference._modules import conv, largest, linear, macs, maps, normed, parameters
from quizcv.reference.engine import How, witness
from quizcv.specs.blocks import (
    BasicBlockParams,
    BasicStage,
    BottleneckParams,
    BottleneckSaving,
    BottleneckWidth,
    ProjectionBlock,
    ProjectionBottleneck,
    ProjectionMacs,
    ResnextParams,
    ResnextWidth,
    SeParams,
    SeReduction,
)


@witness(SeParams, How.MODULE, "meta")
def excitation(s: SeParams) -> int:
    hidden = s.channels // s.reduction
    return parameters(linear(s.channels, hidden, bias=s.bias), linear(hidden, s.channels, bias=s.bias))


@witness(SeReduction, How.BRUTE_FORCE, "meta")
def every_reduction(s: SeReduction) -> int:
    """Every reduction that divides the channels, until the block has that many parameters."""
    for reduction in range(1, 65):
        if s.channels % reduction == 0 and excitation(SeParams(s.channels, reduction)) == s.params:
            return reduction
    raise ValueError("no reduction gives that many parameters")


def _basic(inputs: int, outputs: int) -> list[nn.Conv2d]:
    return [conv(inputs, outputs, 3), conv(outputs, outputs, 3)]


def _bottleneck(inputs: int, width: int, outputs: int, groups: int = 1) -> list[nn.Conv2d]:
    return [conv(inputs, width), conv(width, width, 3, groups=groups), conv(width, outputs)]


@witness(BasicBlockParams, How.MODULE, "meta")
def basic_block(s: BasicBlockParams) -> int:
    return parameters(*normed(_basic(s.in_channels, s.out_channels), s.norm))


@witness(ProjectionBlock, How.MODULE, "meta")
def projection_block(s: ProjectionBlock) -> int:
    shortcut = conv(s.in_channels, s.out_channels)
    return parameters(*normed([*_basic(s.in_channels, s.out_channels), shortcut], s.norm))


@witness(BasicStage, How.MODULE, "meta")
def basic_stage(s: BasicStage) -> int:
    layers = [*_basic(s.in_channels, s.out_channels), conv(s.in_channels, s.out_channels)]
    for _ in range(1, s.blocks):
        layers += _basic(s.out_channels, s.out_channels)
    return parameters(*normed(layers, s.norm))


@witness(ProjectionBottleneck, How.MODULE, "meta")
def projection_bottleneck(s: ProjectionBottleneck) -> int:
    shortcut = conv(s.in_channels, s.out_channels)
    return parameters(*normed([*_bottleneck(s.in_channels, s.width, s.out_channels), shortcut], s.norm))


@witness(ProjectionMacs, How.META)
def projection_run(s: ProjectionMacs) -> int:
    first = conv(s.in_channels, s.out_channels, 3, stride=s.stride)
    second = conv(s.out_channels, s.out_channels, 3)
    shortcut = conv(s.in_channels, s.out_channels, stride=s.stride)
    x = maps(s.in_channels, s.size)
    return macs(lambda: (second(first(x)), shortcut(x)))


@witness(BottleneckParams, How.MODULE, "meta")
def bottleneck(s: BottleneckParams) -> int:
    return parameters(*normed(_bottleneck(s.channels, s.width, s.channels), s.norm))


@witness(BottleneckSaving, How.MODULE, "meta")
def basic_less_bottleneck(s: BottleneckSaving) -> int:
    plain = parameters(*_basic(s.channels, s.channels))
    return plain - parameters(*_bottleneck(s.channels, s.width, s.channels))


@witness(BottleneckWidth, How.BRUTE_FORCE, "meta")
def widest_bottleneck(s: BottleneckWidth) -> int:
    allowed = parameters(*_basic(s.plain, s.plain))
    return largest(lambda width: parameters(*_bottleneck(s.channels, width, s.channels)) <= allowed)


@witness(ResnextParams, How.MODULE, "meta")
def resnext(s: ResnextParams) -> int:
    return parameters(*normed(_bottleneck(s.channels, s.width, s.channels, s.groups), s.norm))


@witness(ResnextWidth, How.BRUTE_FORCE, "meta")
def widest_groups(s: ResnextWidth) -> int:
    allowed = parameters(*_bottleneck(s.channels, s.width, s.channels))
    return largest(lambda each: parameters(*_bottleneck(s.channels, each * s.groups, s.channels, s.groups)) <= allowed)
