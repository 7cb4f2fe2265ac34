"""VGG, configurations A to E, with and without batch normalization."""

from __future__ import annotations

from functools import partial

from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = "Simonyan and Zisserman 2015, Very Deep Convolutional Networks for Large-Scale Image Recognition, table 1"

CHANNELS = (64, 128, 256, 512, 512)
#: Kernels of the convolutions in each of the five stages.
CONFIGURATIONS = {
    "A": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "B": ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3)),
    "C": ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1)),
    "D": ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)),
    "E": ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3)),
}
NAMES = {"A": "vgg11", "B": "vgg13", "C": "vgg16_c", "D": "vgg16", "E": "vgg19"}
TITLES = {"A": "VGG-11", "B": "VGG-13", "C": "VGG-16 (C)", "D": "VGG-16", "E": "VGG-19"}


def features(net: Plan, letter: str, x: str, *, norm: bool = False, pools: int = 5) -> str:
    """The convolutions, and the first so many poolings."""
    for at, kernels in enumerate(CONFIGURATIONS[letter]):
        with net.stage(f"conv{at + 1}"):
            for number, kernel in enumerate(kernels):
                name = f"conv{at + 1}_{number + 1}"
                x = net.conv(name, x, CHANNELS[at], kernel, norm="batch" if norm else None, bias=True, act="relu")
            if at < pools:
                x = net.max_pool(f"pool{at + 1}", x, 2)
    return x


def _vgg(net: Plan, letter: str, norm: bool = False) -> None:
    x = features(net, letter, net.input, norm=norm)
    with net.stage("classifier"):
        x = net.flatten("flatten", x)
        x = net.linear("fc6", x, 4096, act="relu", drop=0.5)
        x = net.linear("fc7", x, 4096, act="relu", drop=0.5)
        net.linear("fc8", x, 1000)
    if norm:
        net.note("The convolutions keep their biases before batch normalization, as in PyTorch's models.")


NETWORKS = tuple(
    Known(
        f"{name}{'_bn' if norm else ''}",
        f"{TITLES[letter]}{' with BN' if norm else ''}",
        partial(_vgg, letter=letter, norm=norm),
        SOURCE,
        2014,
    )
    for letter, name in NAMES.items()
    for norm in (False, True)
)
