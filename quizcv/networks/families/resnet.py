"""Residual networks for ImageNet, and what became of their bottleneck: wide ones, and ResNeXt's with groups."""

from __future__ import annotations

from functools import partial

from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

HE = "He et al. 2016, Deep Residual Learning for Image Recognition, table 1"
WIDE = "Zagoruyko and Komodakis 2016, Wide Residual Networks, table 8"
NEXT = "Xie et al. 2017, Aggregated Residual Transformations for Deep Neural Networks, table 1"

#: A bottleneck gives four times the channels that its name has.
EXPANSION = 4


def stem(net: Plan) -> str:
    """7×7 convolution and pooling: to a quarter of the size."""
    with net.stage("stem"):
        x = net.conv("conv1", net.input, 64, 7, stride=2, norm="batch", act="relu")
        return net.max_pool("maxpool", x, 3, stride=2, padding=1)


def basic(net: Plan, name: str, x: str, channels: int, stride: int, project: bool) -> str:
    """Two 3×3 convolutions."""
    y = net.conv(f"{name}.conv1", x, channels, 3, stride=stride, norm="batch", act="relu")
    y = net.conv(f"{name}.conv2", y, channels, 3, norm="batch")
    shortcut = net.conv(f"{name}.downsample", x, channels, 1, stride=stride, norm="batch") if project else x
    return net.join(f"{name}.add", y, shortcut, act="relu")


def bottleneck(
    net: Plan, name: str, x: str, channels: int, stride: int, project: bool, *, width: int = 0, groups: int = 1
) -> str:
    """1×1, 3×3, 1×1; the stride is on the 3×3, as PyTorch's models have it (the paper's is on the first 1×1)."""
    middle = width or channels
    y = net.conv(f"{name}.conv1", x, middle, 1, norm="batch", act="relu")
    y = net.conv(f"{name}.conv2", y, middle, 3, stride=stride, groups=groups, norm="batch", act="relu")
    y = net.conv(f"{name}.conv3", y, EXPANSION * channels, 1, norm="batch")
    shortcut = net.conv(f"{name}.downsample", x, EXPANSION * channels, 1, stride=stride, norm="batch") if project else x
    return net.join(f"{name}.add", y, shortcut, act="relu")


def _basic_net(net: Plan, depths: tuple[int, ...]) -> None:
    x = stem(net)
    for at, depth in enumerate(depths):
        with net.stage(f"layer{at + 1}"):
            for block in range(depth):
                first = at > 0 and block == 0
                x = basic(net, f"layer{at + 1}.{block}", x, 64 * 2**at, 2 if first else 1, first)
    head(net, x)


def _bottleneck_net(net: Plan, depths: tuple[int, ...], base: int = 64, groups: int = 1) -> None:
    """`base` is the width of one group in the first stage, 64 in a plain bottleneck."""
    x = stem(net)
    for at, depth in enumerate(depths):
        channels = 64 * 2**at
        width = channels * base // 64 * groups
        with net.stage(f"layer{at + 1}"):
            for block in range(depth):
                stride = 2 if at > 0 and block == 0 else 1
                x = bottleneck(
                    net, f"layer{at + 1}.{block}", x, channels, stride, block == 0, width=width, groups=groups
                )
    head(net, x)


def head(net: Plan, x: str) -> None:
    """Global pooling and 1000 classes."""
    with net.stage("head"):
        x = net.flatten("flatten", net.global_pool("avgpool", x))
        net.linear("fc", x, 1000)


def _known(
    name: str, title: str, depths: tuple[int, ...], source: str, year: int, base: int = 64, groups: int = 1
) -> Known:
    write = partial(_bottleneck_net, depths=depths, base=base, groups=groups)
    return Known(name, title, write, source, year, options={"groups": groups} if groups > 1 else None)


NETWORKS = (
    Known("resnet18", "ResNet-18", partial(_basic_net, depths=(2, 2, 2, 2)), HE, 2015),
    Known("resnet34", "ResNet-34", partial(_basic_net, depths=(3, 4, 6, 3)), HE, 2015),
    _known("resnet50", "ResNet-50", (3, 4, 6, 3), HE, 2015),
    _known("resnet101", "ResNet-101", (3, 4, 23, 3), HE, 2015),
    _known("resnet152", "ResNet-152", (3, 8, 36, 3), HE, 2015),
    _known("wide_resnet50_2", "Wide ResNet-50-2", (3, 4, 6, 3), WIDE, 2016, base=128),
    _known("wide_resnet101_2", "Wide ResNet-101-2", (3, 4, 23, 3), WIDE, 2016, base=128),
    _known("resnext50_32x4d", "ResNeXt-50 32×4d", (3, 4, 6, 3), NEXT, 2016, base=4, groups=32),
    _known("resnext101_32x8d", "ResNeXt-101 32×8d", (3, 4, 23, 3), NEXT, 2016, base=8, groups=32),
    _known("resnext101_64x4d", "ResNeXt-101 64×4d", (3, 4, 23, 3), NEXT, 2016, base=4, groups=64),
)
