"""Segmentation on dilated residual networks with context from several scales: PSPNet and DeepLabv3+."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.backbones import RESNET50_8, RESNET101_16, residual
from quizcv.networks.network import Plan

PSP = "Zhao et al. 2017, Pyramid Scene Parsing Network, figure 3"
DEEPLAB = (
    "Chen et al. 2018, Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation, figure 2"
)

BILINEAR = ops.Upsample(0, "bilinear")
#: Bins along one side of the pyramid's levels.
BINS = (1, 2, 3, 6)
#: Dilations at a sixteenth of the size.
RATES = (6, 12, 18)


def _pspnet(net: Plan) -> None:
    last = residual(net, RESNET50_8)[-1]
    with net.stage("pyramid pooling"):
        parts = [last]
        for bins in BINS:
            x = net.add(f"ppm{bins}.pool", ops.AdaptivePool((bins, bins)), last)
            x = net.conv(f"ppm{bins}.conv", x, 512, 1, norm="batch", act="relu")
            parts.append(net.add(f"ppm{bins}.upsample", BILINEAR, x, last))
        x = net.concat("ppm.concat", *parts)
    with net.stage("head"):
        x = net.conv("conv5_4", x, 512, 3, norm="batch", act="relu")
        x = net.add("conv5_4.dropout", ops.Dropout(0.1), x, row="conv5_4")
        x = net.conv("conv6", x, 150, 1)
        net.add("upsample", BILINEAR, x, net.input)
    net.note("The stem is the plain 7×7 one; the authors' own has three 3×3 convolutions.")
    net.note(
        "The first block of a dilated stage has the dilation of the stage before, as in PyTorch's dilated ResNets."
    )
    net.note("150 classes, as for ADE20K; the auxiliary loss of training is left out.")


def _aspp(net: Plan, last: str) -> str:
    """Atrous spatial pyramid pooling."""
    parts = [
        net.conv("aspp.1x1", last, 256, 1, norm="batch", act="relu"),
        *(net.conv(f"aspp.rate{rate}", last, 256, 3, dilation=rate, norm="batch", act="relu") for rate in RATES),
    ]
    x = net.conv("aspp.image", net.global_pool("aspp.pool", last), 256, 1, norm="batch", act="relu")
    parts.append(net.add("aspp.upsample", BILINEAR, x, last))
    x = net.concat("aspp.concat", *parts)
    x = net.conv("aspp.project", x, 256, 1, norm="batch", act="relu")
    return net.add("aspp.dropout", ops.Dropout(0.5), x, row="aspp.project")


def _deeplab(net: Plan) -> None:
    made = residual(net, RESNET101_16)
    with net.stage("aspp"):
        x = _aspp(net, made[-1])
    with net.stage("decoder"):
        low = net.conv("decoder.low", made[0], 48, 1, norm="batch", act="relu")
        x = net.add("decoder.upsample", BILINEAR, x, low)
        x = net.concat("decoder.concat", low, x)
        for number in (1, 2):
            x = net.conv(f"decoder.conv{number}", x, 256, 3, norm="batch", act="relu")
    with net.stage("head"):
        x = net.conv("classifier", x, 21, 1)
        net.add("upsample", BILINEAR, x, net.input)
    net.note("The ResNet-101 variant with full convolutions; the separable ones go with the paper's Xception.")
    net.note("The stem is the plain 7×7 one, and the last stage has dilations of 1, 2, 2 (no multi-grid).")


NETWORKS = (
    Known("pspnet", "PSPNet (ResNet-50)", _pspnet, PSP, 2016, (3, 473, 473), "segmentation"),
    Known("deeplabv3plus", "DeepLabv3+ (ResNet-101)", _deeplab, DEEPLAB, 2018, (3, 513, 513), "segmentation"),
)
