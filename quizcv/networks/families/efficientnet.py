"""Networks that a search found: MnasNet, and EfficientNets, which scale one such network in width, depth and resolution."""

from __future__ import annotations

from functools import partial
from math import ceil

from quizcv.networks.catalogue import Known
from quizcv.networks.families.mobilenet import divisible, ending, inverted
from quizcv.networks.network import Plan

MNASNET = "Tan et al. 2019, MnasNet: Platform-Aware Neural Architecture Search for Mobile"
EFFICIENTNET = "Tan and Le 2019, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, table 1"

#: Expansion, kernel, first stride, output channels and blocks of the stages.
MNASNET_STAGES = (
    (1, 3, 1, 16, 1),
    (3, 3, 2, 24, 3),
    (3, 5, 2, 40, 3),
    (6, 5, 2, 80, 3),
    (6, 3, 1, 96, 2),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
B0_STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
#: Width and depth multipliers, resolution, dropout.
SCALES = (
    (1.0, 1.0, 224, 0.2),
    (1.0, 1.1, 240, 0.2),
    (1.1, 1.2, 260, 0.3),
    (1.2, 1.4, 300, 0.3),
    (1.4, 1.8, 380, 0.4),
    (1.6, 2.2, 456, 0.4),
    (1.8, 2.6, 528, 0.5),
    (2.0, 3.1, 600, 0.5),
)


def _mnasnet(net: Plan, width: float) -> None:
    inside = divisible(32 * width)
    with net.stage("stem"):
        x = net.conv("conv1", net.input, inside, 3, stride=2, norm="batch", act="relu")
    for at, (expansion, kernel, stride, channels, blocks) in enumerate(MNASNET_STAGES):
        out = divisible(channels * width)
        with net.stage(f"stage{at + 1}"):
            for block in range(blocks):
                x = inverted(
                    net,
                    f"stage{at + 1}.{block}",
                    x,
                    inside,
                    expansion * inside,
                    out,
                    kernel=kernel,
                    stride=1 if block else stride,
                    act="relu",
                )
                inside = out
    ending(net, x, 1280, "relu")
    net.note("This is variant B1, without squeeze-and-excitation, as PyTorch's models have it; the paper draws A1.")


def _efficientnet(net: Plan, width: float, depth: float, drop: float) -> None:
    inside = divisible(32 * width)
    with net.stage("stem"):
        x = net.conv("conv1", net.input, inside, 3, stride=2, norm="batch", act="swish")
    for at, (expansion, kernel, stride, channels, blocks) in enumerate(B0_STAGES):
        out = divisible(channels * width)
        with net.stage(f"stage{at + 2}"):
            for block in range(ceil(blocks * depth)):
                x = inverted(
                    net,
                    f"stage{at + 2}.{block}",
                    x,
                    inside,
                    expansion * inside,
                    out,
                    kernel=kernel,
                    stride=1 if block else stride,
                    act="swish",
                    squeezed=inside // 4,
                    squeeze_act="swish",
                )
                inside = out
    ending(net, x, 4 * inside, "swish", drop)
    net.note(
        "Squeeze-and-excitation squeezes to a quarter of the channels that come into the block, not of the expanded ones."
    )


NETWORKS = (
    *(
        Known(f"mnasnet{name}", f"MnasNet-B1 {width}", partial(_mnasnet, width=width), MNASNET, 2018)
        for name, width in (("0_5", 0.5), ("0_75", 0.75), ("1_0", 1.0), ("1_3", 1.3))
    ),
    *(
        Known(
            f"efficientnet_b{number}",
            f"EfficientNet-B{number}",
            partial(_efficientnet, width=width, depth=depth, drop=drop),
            EFFICIENTNET,
            2019,
            input=(3, size, size),
        )
        for number, (width, depth, size, drop) in enumerate(SCALES)
    ),
)
