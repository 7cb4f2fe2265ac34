"""Xception: Inception's branches carried to the end, one for each channel."""

from __future__ import annotations

from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = "Chollet 2017, Xception: Deep Learning with Depthwise Separable Convolutions, figure 5"


def _separable(net: Plan, name: str, x: str, channels: tuple[int, int], *, relu: bool = False) -> str:
    """Depthwise 3×3 and pointwise 1×1, with nothing between; `relu` is the one behind."""
    x = net.conv(f"{name}.depth", x, channels[0], 3, groups=channels[0], bias=False)
    return net.conv(f"{name}.point", x, channels[1], 1, norm="batch", act="relu" if relu else None)


def _block(net: Plan, name: str, x: str, *channels: int, relu: bool = True, half: bool = True) -> str:
    """Separable convolutions from each number of channels to the next; `relu` also before the first. Where the size is halved the
    shortcut is projected."""
    y = net.act(f"{name}.relu", x, "relu") if relu else x
    count = len(channels) - 1
    for at in range(count):
        y = _separable(net, f"{name}.sep{at + 1}", y, (channels[at], channels[at + 1]), relu=at < count - 1)
    if half:
        y = net.max_pool(f"{name}.pool", y, 3, stride=2, padding=1)
        x = net.conv(f"{name}.shortcut", x, channels[-1], 1, stride=2, norm="batch")
    return net.join(f"{name}.add", y, x)


def _xception(net: Plan) -> None:
    with net.stage("block1"):
        x = net.conv("block1.conv1", net.input, 32, 3, stride=2, padding=0, norm="batch", act="relu")
        x = net.conv("block1.conv2", x, 64, 3, padding=0, norm="batch", act="relu")
    with net.stage("block2"):
        x = _block(net, "block2", x, 64, 128, 128, relu=False)
    with net.stage("block3"):
        x = _block(net, "block3", x, 128, 256, 256)
    with net.stage("block4"):
        x = _block(net, "block4", x, 256, 728, 728)
    with net.stage("middle flow"):
        for number in range(5, 13):
            x = _block(net, f"block{number}", x, 728, 728, 728, 728, half=False)
    with net.stage("exit flow"):
        x = _block(net, "block13", x, 728, 728, 1024)
        x = _separable(net, "block14.sep1", x, (1024, 1536), relu=True)
        x = _separable(net, "block14.sep2", x, (1536, 2048), relu=True)
    with net.stage("head"):
        net.linear("fc", net.flatten("flatten", net.global_pool("avgpool", x)), 1000)
    net.note("Poolings are padded on both sides, as in PyTorch; TensorFlow's 'same' pads one side of an even size.")


NETWORKS = (Known("xception", "Xception", _xception, SOURCE, 2016, (3, 299, 299)),)
