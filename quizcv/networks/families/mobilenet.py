"""MobileNets: depthwise separable convolutions (v1), inverted residuals (v2), and those with squeeze-and-excitation (v3)."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.resnet import head
from quizcv.networks.network import Plan
from quizcv.networks.ops import ActivationKind

V1 = "Howard et al. 2017, MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications, table 1"
V2 = "Sandler et al. 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks, table 2"
V3 = "Howard et al. 2019, Searching for MobileNetV3, tables 1 and 2"

#: The largest width multiplier; the papers' largest is 1.4.
WIDEST = 10
#: Output channels of the separable convolutions of v1; every stage after the first halves the size.
V1_STAGES = ((64,), (128, 128), (256, 256), (512,) * 6, (1024, 1024))
#: Expansion, output channels, blocks and first stride of v2's bottlenecks.
V2_STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


class Bnecks(NamedTuple):
    """Blocks of v3 that give the same channels; `hidden` has the expanded channels of each."""

    channels: int
    kernel: int
    stride: int
    squeeze: bool
    act: ActivationKind
    hidden: tuple[int, ...]


LARGE = (
    Bnecks(16, 3, 1, False, "relu", (16,)),
    Bnecks(24, 3, 2, False, "relu", (64, 72)),
    Bnecks(40, 5, 2, True, "relu", (72, 120, 120)),
    Bnecks(80, 3, 2, False, "hard swish", (240, 200, 184, 184)),
    Bnecks(112, 3, 1, True, "hard swish", (480, 672)),
    Bnecks(160, 5, 2, True, "hard swish", (672, 960, 960)),
)
SMALL = (
    Bnecks(16, 3, 2, True, "relu", (16,)),
    Bnecks(24, 3, 2, False, "relu", (72, 88)),
    Bnecks(40, 5, 2, True, "hard swish", (96, 240, 240)),
    Bnecks(48, 5, 1, True, "hard swish", (120, 144)),
    Bnecks(96, 5, 2, True, "hard swish", (288, 576, 576)),
)


def divisible(channels: float) -> int:
    """The nearest multiple of 8, at least 8, and the next one up where that loses more than a tenth."""
    near = max(8, int(channels + 4) // 8 * 8)
    return near if near >= 0.9 * channels else near + 8


def inverted(
    net: Plan,
    name: str,
    x: str,
    inside: int,
    hidden: int,
    out: int,
    *,
    kernel: int = 3,
    stride: int = 1,
    act: ActivationKind = "relu6",
    squeezed: int = 0,
    squeeze_act: ActivationKind = "relu",
    gate: ActivationKind = "sigmoid",
) -> str:
    """1×1 expansion from `inside` channels (none where `hidden` is as many), depthwise convolution, squeeze-and-excitation to
    `squeezed` channels (0: none), linear 1×1 projection; a shortcut where shapes allow it."""
    y = x if hidden == inside else net.conv(f"{name}.expand", x, hidden, 1, norm="batch", act=act)
    y = net.conv(f"{name}.depthwise", y, hidden, kernel, stride=stride, groups=hidden, norm="batch", act=act)
    if squeezed:
        y = net.squeeze_excite(f"{name}.se", y, hidden, squeezed, act=squeeze_act, gate=gate)
    y = net.conv(f"{name}.project", y, out, 1, norm="batch")
    return net.join(f"{name}.add", y, x) if stride == 1 and inside == out else y


def ending(net: Plan, x: str, channels: int, act: ActivationKind, drop: float = 0.2) -> None:
    """A last 1×1 convolution, global pooling, dropout and 1000 classes."""
    with net.stage("head"):
        x = net.conv("conv_last", x, channels, 1, norm="batch", act=act)
        x = net.flatten("flatten", net.global_pool("avgpool", x))
        net.linear("fc", net.add("dropout", ops.Dropout(drop), x), 1000)


def _sensible(width: float) -> None:
    if not 0 < width <= WIDEST:
        raise ValueError(f"a width multiplier is above 0 and at most {WIDEST}, not {width:g}")


def _v1(net: Plan, width: float = 1.0) -> None:
    _sensible(width)
    with net.stage("stem"):
        inside = max(8, int(32 * width))
        x = net.conv("conv1", net.input, inside, 3, stride=2, norm="batch", act="relu")
    number = 1
    for at, stage in enumerate(V1_STAGES):
        with net.stage(f"stage{at + 1}"):
            for block, channels in enumerate(stage):
                number += 1
                stride = 2 if at > 0 and block == 0 else 1
                name = f"conv{number}.depthwise"
                x = net.conv(name, x, inside, 3, stride=stride, groups=inside, norm="batch", act="relu")
                inside = max(8, int(channels * width))
                x = net.conv(f"conv{number}.pointwise", x, inside, 1, norm="batch", act="relu")
    head(net, x)
    net.note("The last depthwise convolution has stride 1: table 1 prints s2, but an output of 7×7.")


def _v2(net: Plan, width: float = 1.0) -> None:
    _sensible(width)
    inside = divisible(32 * width)
    with net.stage("stem"):
        x = net.conv("conv1", net.input, inside, 3, stride=2, norm="batch", act="relu6")
    for at, (expansion, channels, blocks, stride) in enumerate(V2_STAGES):
        out = divisible(channels * width)
        with net.stage(f"bottleneck{at + 1}"):
            for block in range(blocks):
                name = f"bottleneck{at + 1}.{block}"
                x = inverted(net, name, x, inside, inside * expansion, out, stride=1 if block else stride)
                inside = out
    ending(net, x, divisible(1280 * max(1.0, width)), "relu6")
    net.note("Channels are multiples of 8 at every width; widths below 1 leave the last 1280 channels as they are.")


def _v3(net: Plan, stages: tuple[Bnecks, ...], features: int) -> None:
    """`features` is what the first of the two linear layers gives."""
    with net.stage("stem"):
        inside = 16
        x = net.conv("conv1", net.input, inside, 3, stride=2, norm="batch", act="hard swish")
    for at, bnecks in enumerate(stages):
        with net.stage(f"bneck{at + 1}"):
            for block, hidden in enumerate(bnecks.hidden):
                x = inverted(
                    net,
                    f"bneck{at + 1}.{block}",
                    x,
                    inside,
                    hidden,
                    bnecks.channels,
                    kernel=bnecks.kernel,
                    stride=1 if block else bnecks.stride,
                    act=bnecks.act,
                    squeezed=divisible(hidden // 4) if bnecks.squeeze else 0,
                    gate="hard sigmoid",
                )
                inside = bnecks.channels
    with net.stage("head"):
        x = net.conv("conv_last", x, 6 * inside, 1, norm="batch", act="hard swish")
        x = net.flatten("flatten", net.global_pool("avgpool", x))
        net.linear("fc2", net.linear("fc1", x, features, act="hard swish", drop=0.2), 1000)
    net.note("Squeeze-and-excitation squeezes to a quarter of the expanded channels, rounded to a multiple of 8.")


NETWORKS = (
    *(
        Known(
            f"mobilenet_v1{name}", f"MobileNetV1 {width}", partial(_v1, width=width), V1, 2017, options={"width": width}
        )
        for name, width in (("", 1.0), ("_x0_75", 0.75), ("_x0_5", 0.5), ("_x0_25", 0.25))
    ),
    Known("mobilenet_v2", "MobileNetV2", _v2, V2, 2018, options={"width": 1.0}),
    Known("mobilenet_v3_large", "MobileNetV3-Large", partial(_v3, stages=LARGE, features=1280), V3, 2019),
    Known("mobilenet_v3_small", "MobileNetV3-Small", partial(_v3, stages=SMALL, features=1024), V3, 2019),
)
