"""AlexNet of 2012 and its single tower, and the two networks next to it: ZFNet and Network in Network."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

KRIZHEVSKY = (
    "Krizhevsky, Sutskever and Hinton 2012, ImageNet Classification with Deep Convolutional Neural Networks, figure 2"
)
WEIRD = "Krizhevsky 2014, One Weird Trick for Parallelizing Convolutional Neural Networks, section 5"
ZEILER = "Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, figure 3"
LIN = "Lin, Chen and Yan 2014, Network in Network, section 3; its authors' model for ImageNet"


def _alexnet_2012(net: Plan, groups: int = 2) -> None:
    with net.stage("conv1"):
        x = net.conv("conv1", net.input, 96, 11, stride=4, padding=0, act="relu")
        x = net.max_pool("pool1", net.norm("norm1", x, "local response"), 3, stride=2)
    with net.stage("conv2"):
        x = net.conv("conv2", x, 256, 5, groups=groups, act="relu")
        x = net.max_pool("pool2", net.norm("norm2", x, "local response"), 3, stride=2)
    with net.stage("conv3"):
        x = net.conv("conv3", x, 384, 3, act="relu")
    with net.stage("conv4"):
        x = net.conv("conv4", x, 384, 3, groups=groups, act="relu")
    with net.stage("conv5"):
        x = net.conv("conv5", x, 256, 3, groups=groups, act="relu")
        x = net.max_pool("pool5", x, 3, stride=2)
    _classifier(net, x)
    net.note("The paper says 224×224; its 55×55 maps need 227×227 (or padding).")


def _alexnet(net: Plan) -> None:
    with net.stage("conv1"):
        x = net.conv("conv1", net.input, 64, 11, stride=4, padding=2, act="relu")
        x = net.max_pool("pool1", x, 3, stride=2)
    with net.stage("conv2"):
        x = net.max_pool("pool2", net.conv("conv2", x, 192, 5, act="relu"), 3, stride=2)
    for name, channels in (("conv3", 384), ("conv4", 256)):
        with net.stage(name):
            x = net.conv(name, x, channels, 3, act="relu")
    with net.stage("conv5"):
        x = net.max_pool("pool5", net.conv("conv5", x, 256, 3, act="relu"), 3, stride=2)
        x = net.add("avgpool", ops.AdaptivePool((6, 6)), x)
        x = net.flatten("flatten", x)
    with net.stage("fc6"):
        x = net.add("dropout", ops.Dropout(0.5), x)
        x = net.linear("fc6", x, 4096, act="relu", drop=0.5)
    with net.stage("fc7"):
        x = net.linear("fc7", x, 4096, act="relu")
    with net.stage("fc8"):
        net.linear("fc8", x, 1000)
    net.note("conv4 has 256 channels, as in PyTorch's model; the paper has 384.")


def _zfnet(net: Plan) -> None:
    with net.stage("conv1"):
        x = net.conv("conv1", net.input, 96, 7, stride=2, padding=1, act="relu")
        x = net.norm("norm1", net.max_pool("pool1", x, 3, stride=2, ceil=True), "local response")
    with net.stage("conv2"):
        x = net.conv("conv2", x, 256, 5, stride=2, padding=0, act="relu")
        x = net.norm("norm2", net.max_pool("pool2", x, 3, stride=2, ceil=True), "local response")
    for name, channels in (("conv3", 384), ("conv4", 384)):
        with net.stage(name):
            x = net.conv(name, x, channels, 3, act="relu")
    with net.stage("conv5"):
        x = net.max_pool("pool5", net.conv("conv5", x, 256, 3, act="relu"), 3, stride=2)
    _classifier(net, x)
    net.note("Paddings are chosen to give the sizes that the paper prints: 110, 55, 26, 13 and 6.")


def _classifier(net: Plan, x: str) -> None:
    """Three layers; dropout behind the first two."""
    with net.stage("fc6"):
        x = net.linear("fc6", net.flatten("flatten", x), 4096, act="relu", drop=0.5)
    with net.stage("fc7"):
        x = net.linear("fc7", x, 4096, act="relu", drop=0.5)
    with net.stage("fc8"):
        net.linear("fc8", x, 1000)


#: Of each block: channels, and kernel and stride of its first convolution.
BLOCKS = ((96, 11, 4), (256, 5, 1), (384, 3, 1), (1024, 3, 1))


def _nin(net: Plan) -> None:
    x = net.input
    for at, (channels, kernel, stride) in enumerate(BLOCKS):
        last = at == len(BLOCKS) - 1
        with net.stage(f"mlpconv{at + 1}"):
            if last:
                x = net.add("dropout", ops.Dropout(0.5), x)
            padding = 0 if at == 0 else kernel // 2
            x = net.conv(f"conv{at + 1}", x, channels, kernel, stride=stride, padding=padding, act="relu")
            x = net.conv(f"cccp{2 * at + 1}", x, channels, 1, act="relu")
            x = net.conv(f"cccp{2 * at + 2}", x, 1000 if last else channels, 1, act="relu")
            if not last:
                x = net.max_pool(f"pool{at + 1}", x, 3, stride=2, ceil=True)
    with net.stage("head"):
        net.flatten("flatten", net.global_pool("pool4", x))
    net.note("The paper prints no layers for ImageNet; these are its authors', published for Caffe.")


NETWORKS = (
    Known(
        "alexnet_2012",
        "AlexNet (2012)",
        _alexnet_2012,
        KRIZHEVSKY,
        2012,
        (3, 227, 227),
        options={"groups": 2},
    ),
    Known("alexnet", "AlexNet (single tower)", _alexnet, WEIRD, 2014),
    Known("zfnet", "ZFNet", _zfnet, ZEILER, 2013),
    Known("nin", "Network in Network", _nin, LIN, 2013),
)
