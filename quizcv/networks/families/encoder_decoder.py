"""Segmentation down to a small map and up again the same way: U-Net, which joins the maps of the way down, and SegNet, which only
remembers where its maxima were."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.backbones import vgg16
from quizcv.networks.families.vgg import CHANNELS
from quizcv.networks.network import Plan

UNET = "Ronneberger, Fischer and Brox 2015, U-Net: Convolutional Networks for Biomedical Image Segmentation, figure 1"
SEGNET = (
    "Badrinarayanan, Kendall and Cipolla 2017, SegNet: A Deep Convolutional Encoder-Decoder Architecture for "
    "Image Segmentation, figure 2"
)


def _twice(net: Plan, name: str, x: str, channels: int) -> str:
    """Two 3×3 convolutions without padding: the maps lose two pixels on each side."""
    for number in (1, 2):
        x = net.conv(f"{name}.conv{number}", x, channels, 3, padding=0, act="relu")
    return x


def _unet(net: Plan) -> None:
    x, skips = net.input, []
    for level in range(1, 5):
        with net.stage(f"down{level}"):
            x = _twice(net, f"down{level}", x, 32 * 2**level)
            skips.append(x)
            x = net.max_pool(f"down{level}.pool", x, 2)
    with net.stage("bottom"):
        x = _twice(net, "bottom", x, 1024)
        x = net.add("bottom.dropout", ops.Dropout(0.5), x, row="bottom.conv2")
    for level in range(4, 0, -1):
        with net.stage(f"up{level}"):
            x = net.conv_transpose(f"up{level}.upconv", x, 32 * 2**level, 2, stride=2, act="relu")
            skip = net.add(f"up{level}.crop", ops.Crop(), skips[level - 1], x)
            x = net.concat(f"up{level}.concat", skip, x)
            x = _twice(net, f"up{level}", x, 32 * 2**level)
    with net.stage("head"):
        net.conv("out", x, 2, 1)
    net.note("The 2×2 up-convolution is a transposed convolution with stride 2.")
    net.note("Convolutions have no padding, so the output is that of the middle of the input.")


def _segnet(net: Plan) -> None:
    classes = 12
    x = vgg16(net, norm=True)
    for at in range(5, 0, -1):
        with net.stage(f"decoder{at}"):
            x = net.add(f"unpool{at}", ops.Unpool(), x, f"pool{at}")
            depth = 2 if at <= 2 else 3
            for number in range(depth, 0, -1):
                last = CHANNELS[at - 2] if at > 1 else classes
                channels = last if number == 1 else CHANNELS[at - 1]
                ends = (at, number) == (1, 1)
                x = net.conv(
                    f"conv{at}_{number}_D",
                    x,
                    channels,
                    3,
                    norm=None if ends else "batch",
                    bias=True,
                    act=None if ends else "relu",
                )
    net.note("12 classes: the 11 of CamVid and the rest.")
    net.note(
        "Convolutions keep their biases before batch normalization, and pooling rounds up, as in the authors' Caffe model."
    )


NETWORKS = (
    Known("unet", "U-Net", _unet, UNET, 2015, (1, 572, 572), "segmentation"),
    Known("segnet", "SegNet", _segnet, SEGNET, 2015, (3, 360, 480), "segmentation"),
)
