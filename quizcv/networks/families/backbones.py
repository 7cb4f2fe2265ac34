"""Classifiers without their heads, as the networks for whole pictures change them: pooling that rounds up, strides that became
dilations."""

from __future__ import annotations

from collections.abc import Collection

from quizcv.networks.families import resnet
from quizcv.networks.families.vgg import CHANNELS, CONFIGURATIONS
from quizcv.networks.network import Plan

#: A stage of a residual network: its blocks, the stride of the first, its dilation and that of the first.
Stage = tuple[int, int, int, int]

RESNET50: tuple[Stage, ...] = ((3, 1, 1, 1), (4, 2, 1, 1), (6, 2, 1, 1), (3, 2, 1, 1))
#: To an eighth of the size.
RESNET50_8: tuple[Stage, ...] = ((3, 1, 1, 1), (4, 2, 1, 1), (6, 1, 2, 1), (3, 1, 4, 2))
#: To a sixteenth.
RESNET101_16: tuple[Stage, ...] = ((3, 1, 1, 1), (4, 2, 1, 1), (23, 2, 1, 1), (3, 1, 2, 1))


def vgg16(
    net: Plan, *, first: int = 1, norm: bool = False, pools: int = 5, ceil: Collection[int] = (1, 2, 3, 4, 5)
) -> str:
    """The convolutions of VGG-16 and the first so many poolings; those of `ceil` round up, as Caffe does. `first`: the padding of
    the first convolution."""
    x = net.input
    for at, kernels in enumerate(CONFIGURATIONS["D"], 1):
        with net.stage(f"conv{at}"):
            for number, kernel in enumerate(kernels, 1):
                padding = first if (at, number) == (1, 1) else 1
                x = net.conv(
                    f"conv{at}_{number}",
                    x,
                    CHANNELS[at - 1],
                    kernel,
                    padding=padding,
                    norm="batch" if norm else None,
                    bias=True,
                    act="relu",
                )
            if at <= pools:
                x = net.max_pool(f"pool{at}", x, 2, ceil=at in ceil)
    return x


def residual(net: Plan, stages: tuple[Stage, ...]) -> list[str]:
    """The outputs of a residual network's stages."""
    x = resnet.stem(net)
    made: list[str] = []
    for at, (depth, stride, dilation, before) in enumerate(stages, 1):
        with net.stage(f"layer{at}"):
            for block in range(depth):
                name, channels = f"layer{at}.{block}", 64 * 2 ** (at - 1)
                if dilation == 1:
                    x = resnet.bottleneck(net, name, x, channels, 1 if block else stride, block == 0)
                else:
                    x = _dilated(net, name, x, channels, dilation if block else before, block == 0)
            made.append(x)
    return made


def _dilated(net: Plan, name: str, x: str, channels: int, dilation: int, project: bool) -> str:
    """A bottleneck that keeps the size; `project` as in resnet.bottleneck."""
    y = net.conv(f"{name}.conv1", x, channels, 1, norm="batch", act="relu")
    y = net.conv(f"{name}.conv2", y, channels, 3, dilation=dilation, norm="batch", act="relu")
    y = net.conv(f"{name}.conv3", y, resnet.EXPANSION * channels, 1, norm="batch")
    shortcut = net.conv(f"{name}.downsample", x, resnet.EXPANSION * channels, 1, norm="batch") if project else x
    return net.join(f"{name}.add", y, shortcut, act="relu")
