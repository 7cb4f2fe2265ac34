"""SqueezeNet, as in the paper (1.0) and the cheaper version that its authors put out later (1.1)."""

from __future__ import annotations

from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan
from quizcv.networks.ops import Dropout

PAPER = "Iandola et al. 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size"

#: Channels of the squeeze layers of fire2 to fire9; each of the two expand layers has four times as many.
SQUEEZE = (16, 16, 32, 32, 48, 48, 64, 64)


def _fire(net: Plan, name: str, x: str, squeeze: int) -> str:
    x = net.conv(f"{name}.squeeze", x, squeeze, 1, act="relu")
    one = net.conv(f"{name}.expand1x1", x, 4 * squeeze, 1, act="relu")
    three = net.conv(f"{name}.expand3x3", x, 4 * squeeze, 3, act="relu")
    return net.concat(f"{name}.concat", one, three)


def _squeezenet(net: Plan, channels: int, kernel: int, pools: tuple[int, ...]) -> None:
    """`pools`: the fire modules behind which there is pooling, as behind the first convolution."""
    with net.stage("conv1"):
        x = net.conv("conv1", net.input, channels, kernel, stride=2, padding=0, act="relu")
        x = net.max_pool("maxpool1", x, 3, stride=2, ceil=True)
    for number, squeeze in enumerate(SQUEEZE, 2):
        with net.stage(f"fire{number}"):
            x = _fire(net, f"fire{number}", x, squeeze)
            if number in pools:
                x = net.max_pool(f"maxpool{number}", x, 3, stride=2, ceil=True)
    with net.stage("conv10"):
        x = net.add("dropout", Dropout(), x)
        x = net.conv("conv10", x, 1000, 1, act="relu")
        net.flatten("flatten", net.global_pool("avgpool", x))


def _squeezenet1_0(net: Plan) -> None:
    _squeezenet(net, 96, 7, (4, 8))
    net.note("Made for 224×224 as PyTorch's model is; the sizes in the paper's table are those of a 227×227 input.")


def _squeezenet1_1(net: Plan) -> None:
    _squeezenet(net, 64, 3, (3, 5))


NETWORKS = (
    Known("squeezenet1_0", "SqueezeNet 1.0", _squeezenet1_0, f"{PAPER}, table 1", 2016),
    Known("squeezenet1_1", "SqueezeNet 1.1", _squeezenet1_1, f"{PAPER}, version 1.1 of the authors' repository", 2016),
)
