"""Pyramids, detection heads and decoders, built and counted, or run."""

from __future__ import annotations

import torch
from torch import nn

from quizcv.reference._modules import Conv, conv, linear, macs, maps, normed, parameters
from quizcv.reference.engine import How, witness
from quizcv.specs.head_blocks import (
    AsppParams,
    AsppSeparable,
    BoxHead,
    FpnExtra,
    FpnParams,
    RetinaBoth,
    RetinaHead,
    RpnAnchors,
    RpnHead,
    SsdHead,
    UnetMacs,
    UnetStep,
)


def _dilated(inputs: int, outputs: int, rate: int, groups: int = 1) -> Conv:
    return Conv(inputs, outputs, 3, padding=rate, dilation=rate, groups=groups, bias=False, device="meta")


@witness(AsppParams, How.MODULE, "meta")
def aspp(s: AsppParams) -> int:
    branches = [conv(s.in_channels, s.out_channels)]
    branches += [_dilated(s.in_channels, s.out_channels, rate) for rate in s.rates]
    if s.pooling:
        branches.append(conv(s.in_channels, s.out_channels))
    projection = conv(sum(branch.out_channels for branch in branches), s.out_channels)
    return parameters(*normed([*branches, projection], s.norm))


@witness(AsppSeparable, How.MODULE, "meta")
def aspp_separable(s: AsppSeparable) -> int:
    pointwise = [conv(s.in_channels, s.out_channels) for _ in s.rates]
    depthwise = [_dilated(s.in_channels, s.in_channels, rate, s.in_channels) for rate in s.rates]
    branches = [conv(s.in_channels, s.out_channels), *pointwise, conv(s.in_channels, s.out_channels)]
    projection = conv(sum(branch.out_channels for branch in branches), s.out_channels)
    return parameters(*branches, *depthwise, projection)


def _unet(s: UnetStep | UnetMacs, *, bias: bool) -> tuple[nn.Module, nn.Module, nn.Module]:
    return (
        nn.ConvTranspose2d(s.in_channels, s.out_channels, 2, 2, bias=bias, device="meta"),
        conv(s.out_channels + s.skip_channels, s.out_channels, 3, bias=bias),
        conv(s.out_channels, s.out_channels, 3, bias=bias),
    )


@witness(UnetStep, How.MODULE, "meta")
def unet(s: UnetStep) -> int:
    return parameters(*_unet(s, bias=s.bias))


@witness(UnetMacs, How.META)
def unet_run(s: UnetMacs) -> int:
    (up, first, second), x = _unet(s, bias=False), maps(s.in_channels, s.size)
    skip = maps(s.skip_channels, 2 * s.size)
    return macs(lambda: second(first(torch.cat((up(x), skip), 1))))


def _pyramid(s: FpnParams) -> int:
    laterals = [conv(channels, s.out_channels, bias=s.bias) for channels in s.channels]
    smoothing = [conv(s.out_channels, s.out_channels, 3, bias=s.bias) for _ in s.channels]
    return parameters(*laterals, *smoothing)


@witness(FpnParams, How.MODULE, "meta")
def pyramid(s: FpnParams) -> int:
    return _pyramid(s)


@witness(FpnExtra, How.MODULE, "meta")
def longer_pyramid(s: FpnExtra) -> int:
    sixth = conv(s.channels[-1], s.out_channels, 3, bias=s.bias, stride=2)
    seventh = conv(s.out_channels, s.out_channels, 3, bias=s.bias, stride=2)
    return _pyramid(s) + parameters(sixth, seventh)


@witness(RpnHead, How.MODULE, "meta")
def proposals(s: RpnHead) -> int:
    return parameters(
        conv(s.channels, s.channels, 3, bias=s.bias),
        conv(s.channels, s.anchors * s.scores, bias=s.bias),
        conv(s.channels, s.anchors * 4, bias=s.bias),
    )


@witness(RpnAnchors, How.BRUTE_FORCE, "meta")
def every_number_of_anchors(s: RpnAnchors) -> int:
    shared = parameters(conv(s.channels, s.channels, 3, bias=True))
    for anchors in range(1, 41):
        predictors = (conv(s.channels, anchors * outputs, bias=True) for outputs in (s.scores, 4))
        if shared + parameters(*predictors) == s.params:
            return anchors
    raise ValueError("no number of anchors gives that many parameters")


@witness(BoxHead, How.MODULE, "meta")
def box_head(s: BoxHead) -> int:
    flat = nn.Flatten()(maps(s.channels, s.pool)).shape[1]
    boxes = 1 if s.agnostic else s.classes
    return parameters(
        linear(flat, s.hidden),
        linear(s.hidden, s.hidden),
        linear(s.hidden, s.classes + 1),
        linear(s.hidden, 4 * boxes),
    )


@witness(SsdHead, How.MODULE, "meta")
def multibox(s: SsdHead) -> int:
    """Class scores and boxes by convolutions of their own, as they are usually built."""
    scores = [conv(c, anchors * s.classes, 3, bias=True) for c, anchors in zip(s.channels, s.anchors, strict=True)]
    boxes = [conv(c, anchors * 4, 3, bias=True) for c, anchors in zip(s.channels, s.anchors, strict=True)]
    return parameters(*scores, *boxes)


def _subnet(channels: int, layers: int, outputs: int, *, bias: bool = True) -> nn.Sequential:
    tower = [conv(channels, channels, 3, bias=bias) for _ in range(layers)]
    return nn.Sequential(*tower, conv(channels, outputs, 3, bias=bias))


@witness(RetinaHead, How.MODULE, "meta")
def class_subnet(s: RetinaHead) -> int:
    return parameters(_subnet(s.channels, s.layers, s.anchors * s.classes, bias=s.bias))


@witness(RetinaBoth, How.MODULE, "meta")
def both_subnets(s: RetinaBoth) -> int:
    """The very same modules stand behind every level; `parameters` of a module counts shared ones once."""
    classes = _subnet(s.channels, s.layers, s.anchors * s.classes)
    boxes = _subnet(s.channels, s.layers, s.anchors * 4)
    return parameters(nn.ModuleList([nn.ModuleList([classes, boxes]) for _ in range(s.levels)]))
