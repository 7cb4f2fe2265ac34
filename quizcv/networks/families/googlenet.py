"""GoogLeNet as the paper has it, and as it is trained today: with batch normalization, and 3×3 in place of 5×5."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = "Szegedy et al. 2015, Going Deeper with Convolutions, table 1"

#: Table 1: 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, and projection behind the pooling.
MODULES: Mapping[str, tuple[int, int, int, int, int, int]] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
#: Auxiliary classifiers read what these give.
AUXILIARY = {"4a": "aux1", "4d": "aux2"}


def _conv(net: Plan, name: str, x: str, channels: int, kernel: int, stride: int = 1, *, modern: bool) -> str:
    return net.conv(name, x, channels, kernel, stride=stride, norm="batch" if modern else None, act="relu")


def _stem(net: Plan, *, modern: bool) -> str:
    with net.stage("conv1"):
        x = _conv(net, "conv1", net.input, 64, 7, 2, modern=modern)
        x = net.max_pool("pool1", x, 3, stride=2, ceil=True)
        x = x if modern else net.norm("norm1", x, "local response")
    with net.stage("conv2"):
        x = _conv(net, "conv2.reduce", x, 64, 1, modern=modern)
        x = _conv(net, "conv2", x, 192, 3, modern=modern)
        x = x if modern else net.norm("norm2", x, "local response")
        return net.max_pool("pool2", x, 3, stride=2, ceil=True)


def _module(net: Plan, name: str, x: str, channels: tuple[int, int, int, int, int, int], *, modern: bool) -> str:
    """Four branches, joined."""
    one, three_reduce, three, five_reduce, five, projection = channels
    conv = partial(_conv, net, modern=modern)
    b1 = conv(f"{name}.b1", x, one, 1)
    b2 = conv(f"{name}.b2", conv(f"{name}.b2.reduce", x, three_reduce, 1), three, 3)
    b3 = conv(f"{name}.b3", conv(f"{name}.b3.reduce", x, five_reduce, 1), five, 3 if modern else 5)
    b4 = conv(f"{name}.b4", net.max_pool(f"{name}.b4.pool", x, 3, stride=1, padding=1), projection, 1)
    return net.concat(f"{name}.concat", b1, b2, b3, b4)


def _auxiliary(net: Plan, name: str, x: str, *, modern: bool) -> None:
    """Pooled to 4×4, one 1×1 convolution, two linear layers."""
    with net.stage(name), net.auxiliary():
        pool = f"{name}.pool"
        x = net.add(pool, ops.AdaptivePool((4, 4)), x) if modern else net.avg_pool(pool, x, 5, stride=3)
        x = net.flatten(f"{name}.flatten", _conv(net, f"{name}.conv", x, 128, 1, modern=modern))
        net.linear(f"{name}.fc2", net.linear(f"{name}.fc1", x, 1024, act="relu", drop=0.7), 1000)


def _googlenet(net: Plan, *, modern: bool, heads: bool = False) -> None:
    x = _stem(net, modern=modern)
    for number, channels in MODULES.items():
        name = f"inception{number}"
        with net.stage(name):
            x = _module(net, name, x, channels, modern=modern)
            if number == "3b":
                x = net.max_pool("pool3", x, 3, stride=2, ceil=True)
            elif number == "4e":
                x = net.max_pool("pool4", x, 2 if modern else 3, stride=2, ceil=True)
    with net.stage("classifier"):
        x = net.global_pool("avgpool", x) if modern else net.avg_pool("avgpool", x, 7, stride=1)
        x = net.add("dropout", ops.Dropout(0.2 if modern else 0.4), net.flatten("flatten", x))
        net.linear("fc", x, 1000)
    for number, name in AUXILIARY.items() if heads else ():
        _auxiliary(net, name, f"inception{number}.concat", modern=modern)
    if modern:
        net.note(
            "Convolutions have batch normalization, and branch b3 is 3×3 where the paper has 5×5, as in PyTorch's model and its "
            "TensorFlow original."
        )
    if not heads:
        net.note("Without its two auxiliary classifiers, which training alone uses; --heads adds them.")


NETWORKS = (
    Known(
        "googlenet_2014",
        "GoogLeNet (2014)",
        partial(_googlenet, modern=False),
        SOURCE,
        2014,
        options={"heads": False},
    ),
    Known(
        "googlenet",
        "GoogLeNet with BN",
        partial(_googlenet, modern=True),
        SOURCE,
        2014,
        options={"heads": False},
    ),
)
