"""Residual networks whose units normalize and activate before their convolutions."""

from __future__ import annotations

from functools import partial
from typing import Literal

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.resnet import EXPANSION, head, stem
from quizcv.networks.network import Plan

SOURCE = "He et al. 2016, Identity Mappings in Deep Residual Networks, figure 4(e)"

#: What the shortcut does where the shape changes.
Shortcut = Literal["identity", "projection", "padding"]


def unit(
    net: Plan,
    name: str,
    x: str,
    channels: int,
    stride: int,
    shortcut: Shortcut,
    *,
    activated: bool = False,
    deep: bool = False,
    early: bool = False,
) -> str:
    """One unit; what it gives is neither normalized nor activated.

    Args:
        activated: `x` is already, so that the unit begins with its convolution (only the first one of a network).
        deep: a bottleneck rather than two 3×3 convolutions.
        early: a bottleneck's stride is on the first 1×1.
    """
    ready = x if activated else net.norm(f"{name}.pre", x, act="relu")
    made = EXPANSION * channels if deep else channels
    if deep:
        at_first, at_second = (stride, 1) if early else (1, stride)
        y = net.conv(f"{name}.conv1", ready, channels, 1, stride=at_first, norm="batch", act="relu")
        y = net.conv(f"{name}.conv2", y, channels, 3, stride=at_second, norm="batch", act="relu")
        y = net.conv(f"{name}.conv3", y, made, 1, bias=False)
    else:
        y = net.conv(f"{name}.conv1", ready, channels, 3, stride=stride, norm="batch", act="relu")
        y = net.conv(f"{name}.conv2", y, channels, 3, bias=False)
    if shortcut == "projection":
        x = net.conv(f"{name}.downsample", ready, made, 1, stride=stride, bias=False)
    elif shortcut == "padding":
        x = net.add(f"{name}.pad", ops.PadShortcut(made, stride), x)
    return net.join(f"{name}.add", y, x)


def _preact(net: Plan, depths: tuple[int, ...], deep: bool) -> None:
    x = stem(net)
    for at, depth in enumerate(depths):
        with net.stage(f"layer{at + 1}"):
            for block in range(depth):
                begins = block == 0
                stride = 2 if at > 0 and begins else 1
                shortcut: Shortcut = "projection" if begins and (deep or at > 0) else "identity"
                name = f"layer{at + 1}.{block}"
                x = unit(net, name, x, 64 * 2**at, stride, shortcut, activated=begins and at == 0, deep=deep)
    with net.stage("head"):
        x = net.norm("bn", x, act="relu")
    head(net, x)
    net.note(
        "The first unit reads the activated maps behind conv1 and its pooling, and normalizes nothing before that."
    )
    net.note("A projecting shortcut reads the activated maps and has no normalization, as in the authors' code.")
    if deep:
        net.note("A bottleneck's stride is on its 3×3 convolution, as in PyTorch's plain ResNets.")


def _known(depth: int, depths: tuple[int, ...], deep: bool) -> Known:
    write = partial(_preact, depths=depths, deep=deep)
    return Known(f"preact_resnet{depth}", f"Pre-activation ResNet-{depth}", write, SOURCE, 2016)


NETWORKS = (
    _known(18, (2, 2, 2, 2), deep=False),
    _known(34, (3, 4, 6, 3), deep=False),
    _known(50, (3, 4, 6, 3), deep=True),
    _known(101, (3, 4, 23, 3), deep=True),
    _known(152, (3, 8, 36, 3), deep=True),
    _known(200, (3, 24, 36, 3), deep=True),
)
