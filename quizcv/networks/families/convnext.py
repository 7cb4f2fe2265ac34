"""ConvNeXt."""

from __future__ import annotations

from functools import partial

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = "Liu et al. 2022, A ConvNet for the 2020s, table 9 and figure 4"


def _block(net: Plan, name: str, x: str, channels: int) -> str:
    """Depthwise 7×7, then an inverted bottleneck of two 1×1; one normalization and one activation in all."""
    y = net.conv(f"{name}.depthwise", x, channels, 7, groups=channels, norm="layer")
    y = net.conv(f"{name}.expand", y, 4 * channels, 1, act="gelu")
    y = net.conv(f"{name}.project", y, channels, 1)
    return net.join(f"{name}.add", net.add(f"{name}.scale", ops.Scale(), y), x)


def _convnext(net: Plan, depths: tuple[int, ...], widths: tuple[int, ...]) -> None:
    x = net.input
    for at, (depth, channels) in enumerate(zip(depths, widths, strict=True)):
        if at == 0:
            with net.stage("stem"):
                x = net.conv("conv1", x, channels, 4, stride=4, padding=0, norm="layer")
        with net.stage(f"stage{at + 1}"):
            if at > 0:
                x = net.norm(f"stage{at + 1}.norm", x, "layer")
                x = net.conv(f"stage{at + 1}.downsample", x, channels, 2, stride=2, padding=0)
            for block in range(depth):
                x = _block(net, f"stage{at + 1}.{block}", x, channels)
    with net.stage("head"):
        x = net.norm("norm", net.global_pool("avgpool", x), "layer")
        net.linear("fc", net.flatten("flatten", x), 1000)
    net.note("The blocks' linear layers over the channels are written as 1×1 convolutions, which they are.")


NETWORKS = (
    Known(
        "convnext_tiny",
        "ConvNeXt-T",
        partial(_convnext, depths=(3, 3, 9, 3), widths=(96, 192, 384, 768)),
        SOURCE,
        2022,
    ),
)
