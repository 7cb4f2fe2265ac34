"""Residual networks for CIFAR-10: plain, pre-activation and wide ones, with three stages at 32×32, 16×16 and 8×8."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.preact import SOURCE, Shortcut, unit
from quizcv.networks.network import Plan

HE = "He et al. 2016, Deep Residual Learning for Image Recognition, section 4.2 and table 6"
WIDE = "Zagoruyko and Komodakis 2016, Wide Residual Networks, table 1"

INPUT = (3, 32, 32)
CLASSES = 10
CHANNELS = (16, 32, 64)

#: Writes a unit: its name, what it reads, channels, stride, whether it is the first of its stage, of the network.
Write = Callable[[str, str, int, int, bool, bool], str]


def _stages(net: Plan, channels: tuple[int, ...], units: int, write: Write) -> str:
    """3×3 convolution and the three stages, each with so many units."""
    with net.stage("stem"):
        x = net.conv("conv1", net.input, CHANNELS[0], 3, norm="batch", act="relu")
    for at, width in enumerate(channels):
        with net.stage(f"layer{at + 1}"):
            for number in range(units):
                begins = number == 0
                stride = 2 if at > 0 and begins else 1
                x = write(f"layer{at + 1}.{number}", x, width, stride, begins, begins and at == 0)
    return x


def _head(net: Plan, x: str, *, norm: bool) -> None:
    """`norm`: nothing is normalized and activated behind the last unit yet."""
    with net.stage("head"):
        if norm:
            x = net.norm("bn", x, act="relu")
        x = net.flatten("flatten", net.global_pool("avgpool", x))
        net.linear("fc", x, CLASSES)


def _resnet(net: Plan, depth: int) -> None:
    """Option A: the shortcut is padded with zeros, so that nothing in it is trained."""

    def write(name: str, x: str, channels: int, stride: int, begins: bool, first: bool) -> str:
        y = net.conv(f"{name}.conv1", x, channels, 3, stride=stride, norm="batch", act="relu")
        y = net.conv(f"{name}.conv2", y, channels, 3, norm="batch")
        if stride > 1:
            x = net.add(f"{name}.pad", ops.PadShortcut(channels, stride), x)
        return net.join(f"{name}.add", y, x, act="relu")

    _head(net, _stages(net, CHANNELS, (depth - 2) // 6, write), norm=False)


def _preact110(net: Plan) -> None:
    def write(name: str, x: str, channels: int, stride: int, begins: bool, first: bool) -> str:
        shortcut: Shortcut = "padding" if stride > 1 else "identity"
        return unit(net, name, x, channels, stride, shortcut, activated=first)

    _head(net, _stages(net, CHANNELS, 18, write), norm=True)
    net.note(
        "Where the size changes, the shortcut is padded with zeros (option A) and reads the maps before their activation."
    )


def _preact164(net: Plan) -> None:
    def write(name: str, x: str, channels: int, stride: int, begins: bool, first: bool) -> str:
        shortcut: Shortcut = "projection" if begins else "identity"
        return unit(net, name, x, channels, stride, shortcut, activated=first, deep=True, early=True)

    _head(net, _stages(net, CHANNELS, 18, write), norm=True)
    net.note(
        "The stride is on the first 1×1 convolution, and a projecting shortcut reads the activated maps, as in the authors' code."
    )


def _wide(net: Plan, depth: int, factor: int) -> None:
    """Pre-activation units of two 3×3 convolutions, `factor` times as wide; the first stage, too, has a projection."""

    def write(name: str, x: str, channels: int, stride: int, begins: bool, first: bool) -> str:
        shortcut: Shortcut = "projection" if begins else "identity"
        return unit(net, name, x, channels, stride, shortcut, activated=first)

    wide = tuple(factor * channels for channels in CHANNELS)
    _head(net, _stages(net, wide, (depth - 4) // 6, write), norm=True)
    net.note(
        "A projecting shortcut reads the activated maps, as in the authors' code; the dropout that the paper also tries is left out."
    )


NETWORKS = (
    *(
        Known(f"cifar_resnet{depth}", f"ResNet-{depth} (CIFAR)", partial(_resnet, depth=depth), HE, 2015, INPUT)
        for depth in (20, 32, 44, 56, 110)
    ),
    Known("cifar_preact_resnet110", "Pre-activation ResNet-110 (CIFAR)", _preact110, SOURCE, 2016, INPUT),
    Known("cifar_preact_resnet164", "Pre-activation ResNet-164 (CIFAR)", _preact164, SOURCE, 2016, INPUT),
    *(
        Known(
            f"cifar_wrn{depth}_{factor}",
            f"WRN-{depth}-{factor} (CIFAR)",
            partial(_wide, depth=depth, factor=factor),
            WIDE,
            2016,
            INPUT,
        )
        for depth, factor in ((16, 8), (40, 4), (28, 10))
    ),
)
