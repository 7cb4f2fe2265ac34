"""DenseNet for ImageNet, with bottlenecks and compression (DenseNet-BC)."""

from __future__ import annotations

from functools import partial

from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = "Huang et al. 2017, Densely Connected Convolutional Networks, table 1"

#: A bottleneck has four times the channels that a layer adds.
BOTTLENECK = 4


def _layer(net: Plan, name: str, x: str, growth: int) -> str:
    """Normalization first; adds `growth` maps to all those it reads."""
    y = net.norm(f"{name}.norm1", x, act="relu")
    y = net.conv(f"{name}.conv1", y, BOTTLENECK * growth, 1, norm="batch", act="relu")
    y = net.conv(f"{name}.conv2", y, growth, 3, bias=False)
    return net.concat(f"{name}.concat", x, y)


def _densenet(net: Plan, growth: int, depths: tuple[int, ...]) -> None:
    channels = 2 * growth
    with net.stage("stem"):
        x = net.conv("conv0", net.input, channels, 7, stride=2, norm="batch", act="relu")
        x = net.max_pool("pool0", x, 3, stride=2, padding=1)
    for at, depth in enumerate(depths, 1):
        with net.stage(f"block{at}"):
            for number in range(1, depth + 1):
                x = _layer(net, f"block{at}.{number}", x, growth)
        channels += depth * growth
        if at == len(depths):
            break
        channels //= 2
        with net.stage(f"transition{at}"):
            x = net.norm(f"transition{at}.norm", x, act="relu")
            x = net.conv(f"transition{at}.conv", x, channels, 1, bias=False)
            x = net.avg_pool(f"transition{at}.pool", x, 2)
    with net.stage("head"):
        x = net.norm("norm5", x, act="relu")
        x = net.flatten("flatten", net.global_pool("avgpool", x))
        net.linear("classifier", x, 1000)
    if growth > 32:
        net.note("From the paper's first versions; the table of the last one has DenseNet-264 in its place.")


NETWORKS = tuple(
    Known(f"densenet{depth}", f"DenseNet-{depth}", partial(_densenet, growth=growth, depths=depths), SOURCE, 2016)
    for depth, growth, depths in (
        (121, 32, (6, 12, 24, 16)),
        (161, 48, (6, 12, 36, 24)),
        (169, 32, (6, 12, 32, 32)),
        (201, 32, (6, 12, 48, 32)),
    )
)
