"""One stacked hourglass: down to 4×4 and up again, with a residual module at each resolution on the way across."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = "Newell, Yang and Deng 2016, Stacked Hourglass Networks for Human Pose Estimation, figures 3 and 4"

WIDTH = 256
JOINTS = 16
DEPTH = 4


def _residual(net: Plan, name: str, x: str, before: int, channels: int) -> str:
    """A bottleneck with normalization and activation before each convolution; convolutions have biases."""
    y = x
    for number, (width, kernel) in enumerate(((channels // 2, 1), (channels // 2, 3), (channels, 1)), 1):
        y = net.norm(f"{name}.bn{number}", y, act="relu")
        y = net.conv(f"{name}.conv{number}", y, width, kernel)
    shortcut = net.conv(f"{name}.skip", x, channels, 1) if before != channels else x
    return net.join(f"{name}.add", y, shortcut)


def _hourglass(net: Plan) -> None:
    with net.stage("stem"):
        x = net.conv("conv1", net.input, 64, 7, stride=2, norm="batch", bias=True, act="relu")
        x = _residual(net, "res1", x, 64, 128)
        x = net.max_pool("pool1", x, 2)
        x = _residual(net, "res2", x, 128, 128)
        x = _residual(net, "res3", x, 128, WIDTH)
    across: list[str] = []
    for level in range(1, DEPTH + 1):
        with net.stage(f"down{level}"):
            across.append(_residual(net, f"across{level}", x, WIDTH, WIDTH))
            x = net.max_pool(f"down{level}.pool", x, 2)
            x = _residual(net, f"down{level}", x, WIDTH, WIDTH)
    with net.stage("bottom"):
        x = _residual(net, "bottom", x, WIDTH, WIDTH)
    for level in range(DEPTH, 0, -1):
        with net.stage(f"up{level}"):
            x = _residual(net, f"up{level}", x, WIDTH, WIDTH)
            x = net.add(f"up{level}.upsample", ops.Upsample(2), x)
            x = net.join(f"up{level}.merge", across[level - 1], x)
    with net.stage("head"):
        x = net.conv("lin", x, WIDTH, 1, norm="batch", bias=True, act="relu")
        net.conv("heatmaps", x, JOINTS, 1)
    net.note("One stack; the paper's final network has eight, each with its own weights and heatmaps fed to the next.")
    net.note("One residual module at each place, and biases before normalization, as in the authors' code.")


NETWORKS = (Known("hourglass", "Hourglass (one stack)", _hourglass, SOURCE, 2016, (3, 256, 256), "pose"),)
