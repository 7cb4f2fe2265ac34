"""ShuffleNets: grouped 1×1 convolutions with channel shuffles (v1), channel splits (v2)."""

from __future__ import annotations

from functools import partial

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.resnet import head
from quizcv.networks.network import Plan

V1 = (
    "Zhang et al. 2018, ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices, "
    "table 1 and figure 2"
)
V2 = "Ma et al. 2018, ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, table 5 and figure 3"

#: Units in stages 2 to 4; the first of each halves the size.
UNITS = (4, 8, 4)
#: Channels of stages 2 to 4 of v1, by the number of groups.
V1_CHANNELS = {
    1: (144, 288, 576),
    2: (200, 400, 800),
    3: (240, 480, 960),
    4: (272, 544, 1088),
    8: (384, 768, 1536),
}
#: Channels of stages 2 to 4 and of the last convolution of v2, by width.
V2_CHANNELS = {
    "0.5": (48, 96, 192, 1024),
    "1.0": (116, 232, 464, 1024),
    "1.5": (176, 352, 704, 1024),
    "2.0": (244, 488, 976, 2048),
}


def _stem(net: Plan) -> str:
    with net.stage("stem"):
        x = net.conv("conv1", net.input, 24, 3, stride=2, norm="batch", act="relu")
        return net.max_pool("maxpool", x, 3, stride=2, padding=1)


def _unit_v1(net: Plan, name: str, x: str, inside: int, out: int, stride: int, groups: int, first: bool) -> str:
    """Grouped 1×1, shuffle, depthwise 3×3, grouped 1×1. With stride 2 the pooled input is joined as channels instead of added, so
    that the last convolution makes only the missing ones. The very first 1×1 has too few channels to be grouped."""
    middle = out // 4
    made = out if stride == 1 else out - inside
    y = net.conv(f"{name}.reduce", x, middle, 1, groups=1 if first else groups, norm="batch", act="relu")
    if groups > 1:
        y = net.add(f"{name}.shuffle", ops.Shuffle(groups), y)
    y = net.conv(f"{name}.depthwise", y, middle, 3, stride=stride, groups=middle, norm="batch")
    y = net.conv(f"{name}.expand", y, made, 1, groups=groups, norm="batch")
    if stride == 1:
        return net.join(f"{name}.add", y, x, act="relu")
    shortcut = net.avg_pool(f"{name}.pool", x, 3, stride=2, padding=1)
    return net.act(f"{name}.relu", net.concat(f"{name}.concat", shortcut, y), "relu")


def _v1(net: Plan, groups: int = 3) -> None:
    if groups not in V1_CHANNELS:
        raise ValueError(f"groups are one of {', '.join(map(str, V1_CHANNELS))}, not {groups}")
    x, inside = _stem(net), 24
    for at, (units, out) in enumerate(zip(UNITS, V1_CHANNELS[groups], strict=True)):
        with net.stage(f"stage{at + 2}"):
            for unit in range(units):
                first = at == 0 and unit == 0
                x = _unit_v1(net, f"stage{at + 2}.{unit}", x, inside, out, 1 if unit else 2, groups, first)
                inside = out
    head(net, x)
    net.note("Bottlenecks have a quarter of the channels that the unit gives, those of stride 2 included.")


def _branch(net: Plan, name: str, x: str, half: int, stride: int) -> str:
    """1×1, depthwise 3×3, 1×1."""
    y = net.conv(f"{name}.conv1", x, half, 1, norm="batch", act="relu")
    y = net.conv(f"{name}.depthwise", y, half, 3, stride=stride, groups=half, norm="batch")
    return net.conv(f"{name}.conv2", y, half, 1, norm="batch", act="relu")


def _unit_v2(net: Plan, name: str, x: str, inside: int, out: int) -> str:
    """Where the channels grow, both branches read all of them with stride 2; otherwise one half passes untouched."""
    half = out // 2
    if inside == out:
        kept = net.add(f"{name}.left", ops.Slice(0, half), x)
        made = _branch(net, f"{name}.b2", net.add(f"{name}.right", ops.Slice(half, out), x), half, 1)
    else:
        kept = net.conv(f"{name}.b1.depthwise", x, inside, 3, stride=2, groups=inside, norm="batch")
        kept = net.conv(f"{name}.b1.conv", kept, half, 1, norm="batch", act="relu")
        made = _branch(net, f"{name}.b2", x, half, 2)
    return net.add(f"{name}.shuffle", ops.Shuffle(2), net.concat(f"{name}.concat", kept, made))


def _v2(net: Plan, width: str) -> None:
    x, inside = _stem(net), 24
    for at, (units, out) in enumerate(zip(UNITS, V2_CHANNELS[width], strict=False)):
        with net.stage(f"stage{at + 2}"):
            for unit in range(units):
                x = _unit_v2(net, f"stage{at + 2}.{unit}", x, inside, out)
                inside = out
    with net.stage("conv5"):
        x = net.conv("conv5", x, V2_CHANNELS[width][-1], 1, norm="batch", act="relu")
    head(net, x)


NETWORKS = (
    Known("shufflenet_v1", "ShuffleNet 1×", _v1, V1, 2017, options={"groups": 3}),
    *(
        Known(f"shufflenet_v1_g{groups}", f"ShuffleNet 1× (g={groups})", partial(_v1, groups=groups), V1, 2017)
        for groups in V1_CHANNELS
    ),
    *(
        Known(
            f"shufflenet_v2_x{width.replace('.', '_')}", f"ShuffleNetV2 {width}×", partial(_v2, width=width), V2, 2018
        )
        for width in V2_CHANNELS
    ),
)
