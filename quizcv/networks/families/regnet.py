"""RegNets, X and Y (with squeeze-and-excitation)."""

from __future__ import annotations

from functools import partial

from quizcv.networks.catalogue import Known
from quizcv.networks.families.resnet import head
from quizcv.networks.network import Plan

SOURCE = "Radosavovic et al. 2020, Designing Network Design Spaces, section 3.3"

Four = tuple[int, int, int, int]


def _block(net: Plan, name: str, x: str, inside: int, out: int, stride: int, group: int, squeeze: bool) -> str:
    """A residual bottleneck that does not narrow: 1×1, 3×3 in groups of `group` channels, 1×1."""
    y = net.conv(f"{name}.a", x, out, 1, norm="batch", act="relu")
    y = net.conv(f"{name}.b", y, out, 3, stride=stride, groups=out // group, norm="batch", act="relu")
    if squeeze:
        y = net.squeeze_excite(f"{name}.se", y, out, inside // 4)
    y = net.conv(f"{name}.c", y, out, 1, norm="batch")
    plain = inside == out and stride == 1
    shortcut = x if plain else net.conv(f"{name}.proj", x, out, 1, stride=stride, norm="batch")
    return net.join(f"{name}.add", y, shortcut, act="relu")


def _regnet(net: Plan, depths: Four, widths: Four, group: int, squeeze: bool, note: str) -> None:
    """`group` is the group width: channels in each group."""
    inside = 32
    with net.stage("stem"):
        x = net.conv("stem.conv", net.input, inside, 3, stride=2, norm="batch", act="relu")
    for at, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        with net.stage(f"block{at + 1}"):
            for block in range(depth):
                x = _block(net, f"block{at + 1}.{block}", x, inside, width, 1 if block else 2, group, squeeze)
                inside = width
    head(net, x)
    if squeeze:
        net.note("Squeeze-and-excitation squeezes to a quarter of the channels that come into the block.")
    if note:
        net.note(note)


def _known(name: str, title: str, depths: Four, widths: Four, group: int, note: str = "") -> Known:
    """Depths and widths are what the paper's linear rule gives, as PyTorch's models round it."""
    squeeze = title.startswith("RegNetY")
    write = partial(_regnet, depths=depths, widths=widths, group=group, squeeze=squeeze, note=note)
    return Known(f"regnet_{name}", title, write, SOURCE, 2020)


NETWORKS = (
    _known(
        "x_400mf",
        "RegNetX-400MF",
        (1, 2, 7, 12),
        (32, 64, 160, 400),
        16,
        "The last width is 400, as PyTorch's models round it to whole groups; the authors' code rounds to 384.",
    ),
    _known("x_800mf", "RegNetX-800MF", (1, 3, 7, 5), (64, 128, 288, 672), 16),
    _known("y_400mf", "RegNetY-400MF", (1, 3, 6, 6), (48, 104, 208, 440), 8),
    _known(
        "y_800mf",
        "RegNetY-800MF",
        (1, 3, 8, 2),
        (64, 144, 320, 784),
        16,
        "Two widths are 144 and 784, as PyTorch's models round them to whole groups; the authors' code rounds to 128 and 768.",
    ),
)
