"""Residual networks that weigh their channels: squeeze-and-excitation, and selective kernels."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.resnet import EXPANSION, head, stem
from quizcv.networks.network import Plan

SE = "Hu et al. 2018, Squeeze-and-Excitation Networks, table 1"
SK = "Li et al. 2019, Selective Kernel Networks, table 1"

DEPTHS = (3, 4, 6, 3)
#: Both squeeze to a sixteenth, SK to at least so many features.
REDUCTION = 16
LEAST = 32
BRANCHES = 2


def _excited(net: Plan, name: str, x: str, channels: int, stride: int, project: bool) -> str:
    """A bottleneck whose output is weighed before the shortcut is added."""
    made = EXPANSION * channels
    y = net.conv(f"{name}.conv1", x, channels, 1, stride=stride, norm="batch", act="relu")
    y = net.conv(f"{name}.conv2", y, channels, 3, norm="batch", act="relu")
    y = net.conv(f"{name}.conv3", y, made, 1, norm="batch")
    y = net.squeeze_excite(f"{name}.se", y, made, made // REDUCTION)
    shortcut = net.conv(f"{name}.downsample", x, made, 1, stride=stride, norm="batch") if project else x
    return net.join(f"{name}.add", y, shortcut, act="relu")


def _se_resnet50(net: Plan) -> None:
    x = stem(net)
    for at, depth in enumerate(DEPTHS):
        with net.stage(f"layer{at + 1}"):
            for block in range(depth):
                stride = 2 if at > 0 and block == 0 else 1
                x = _excited(net, f"layer{at + 1}.{block}", x, 64 * 2**at, stride, block == 0)
    head(net, x)
    net.note(
        "The stride is on the first 1×1 convolution, as in the authors' model; PyTorch versions often have it on the 3×3."
    )
    net.note("Both layers of a squeeze-and-excitation have biases, as in the authors' model.")


def _selected(net: Plan, name: str, x: str, channels: int, stride: int, groups: int) -> str:
    """Two branches, and a softmax that weighs them against each other, channel by channel."""
    fields = [
        net.conv(f"{name}.conv{d}", x, channels, 3, stride=stride, dilation=d, groups=groups, norm="batch", act="relu")
        for d in range(1, BRANCHES + 1)
    ]
    z = net.global_pool(f"{name}.pool", net.join(f"{name}.fuse", *fields))
    z = net.conv(f"{name}.reduce", z, max(channels // REDUCTION, LEAST), 1, norm="batch", act="relu")
    z = net.conv(f"{name}.expand", z, BRANCHES * channels, 1, bias=False)
    softmax = ops.Activation("softmax over branches", BRANCHES)
    z = net.add(f"{name}.softmax", softmax, z, row=f"{name}.expand")
    weighed = [
        net.add(
            f"{name}.scale{at + 1}",
            ops.Gate(),
            field,
            net.add(f"{name}.weight{at + 1}", ops.Slice(at * channels, (at + 1) * channels), z),
        )
        for at, field in enumerate(fields)
    ]
    return net.join(f"{name}.select", *weighed)


def _sknet50(net: Plan, groups: int = 32) -> None:
    """ResNeXt-50's widths. `groups` divide the branches' convolutions and leave the widths."""
    x = stem(net)
    for at, depth in enumerate(DEPTHS):
        width = 128 * 2**at
        with net.stage(f"layer{at + 1}"):
            for block in range(depth):
                name = f"layer{at + 1}.{block}"
                stride = 2 if at > 0 and block == 0 else 1
                y = net.conv(f"{name}.conv1", x, width, 1, norm="batch", act="relu")
                y = _selected(net, f"{name}.sk", y, width, stride, groups)
                y = net.conv(f"{name}.conv3", y, 2 * width, 1, norm="batch")
                if block == 0:
                    x = net.conv(f"{name}.downsample", x, 2 * width, 1, stride=stride, norm="batch")
                x = net.join(f"{name}.add", y, x, act="relu")
    head(net, x)
    net.note("The branch with the 5×5 kernel is a 3×3 convolution with dilation 2, as the paper has it.")
    net.note("The layers that weigh the branches have no biases, as in the authors' model.")


NETWORKS = (
    Known("se_resnet50", "SE-ResNet-50", _se_resnet50, SE, 2017),
    Known("sknet50", "SKNet-50", _sknet50, SK, 2019, options={"groups": 32}),
)
