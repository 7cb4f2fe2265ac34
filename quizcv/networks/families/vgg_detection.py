"""Detection on the convolutions of VGG-16: the region proposal network of Faster R-CNN, and SSD300."""

from __future__ import annotations

from quizcv.networks.catalogue import Known
from quizcv.networks.families.backbones import vgg16
from quizcv.networks.network import Plan

RPN = "Ren et al. 2015, Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks, figure 3"
SSD = "Liu et al. 2016, SSD: Single Shot MultiBox Detector, figure 2"


def _rpn(net: Plan) -> None:
    anchors = 9
    x = vgg16(net, pools=4)
    with net.stage("rpn"):
        x = net.conv("rpn_conv", x, 512, 3, act="relu")
        net.conv("rpn_cls_score", x, 2 * anchors, 1)
        net.conv("rpn_bbox_pred", x, 4 * anchors, 1)
    net.note("The proposal network alone, without the detector that reads its regions.")
    net.note(
        "600×1000 is a typical image of the paper, scaled to a shorter side of 600; pooling rounds up, as in the authors' Caffe model."
    )


#: Channels of the 1×1 and the 3×3 convolution, stride and padding of the latter.
EXTRA = {8: (256, 512, 2, 1), 9: (128, 256, 2, 1), 10: (128, 256, 1, 0), 11: (128, 256, 1, 0)}
#: Default boxes at each place of the maps that are read.
BOXES = (4, 6, 6, 6, 4, 4)


def _ssd300(net: Plan) -> None:
    classes = 21
    vgg16(net, pools=4, ceil=(3,))
    with net.stage("fc"):
        x = net.max_pool("pool5", "conv5_3.relu", 3, stride=1, padding=1)
        x = net.conv("fc6", x, 1024, 3, dilation=6, act="relu")
        x = net.conv("fc7", x, 1024, 1, act="relu")
    reads = {"fc7": x}
    for at, (reduced, channels, stride, padding) in EXTRA.items():
        with net.stage(f"conv{at}"):
            x = net.conv(f"conv{at}_1", x, reduced, 1, act="relu")
            x = net.conv(f"conv{at}_2", x, channels, 3, stride=stride, padding=padding, act="relu")
        reads[f"conv{at}_2"] = x
    with net.stage("heads"):
        reads = {"conv4_3": net.norm("conv4_3_norm", "conv4_3.relu", "L2"), **reads}
        for (name, read), boxes in zip(reads.items(), BOXES, strict=True):
            net.conv(f"{name}_loc", read, 4 * boxes, 3)
            net.conv(f"{name}_conf", read, classes * boxes, 3)
    net.note(
        "Places times boxes: 38²·4 + 19²·6 + 10²·6 + 5²·6 + 3²·4 + 1·4 = 8732, each with 4 offsets and 21 scores (VOC)."
    )
    net.note("Only pool3 rounds up, as in PyTorch's models; it is the only one here for which it matters.")


NETWORKS = (
    Known("rpn_vgg16", "RPN (VGG-16)", _rpn, RPN, 2015, (3, 600, 1000), "detection"),
    Known("ssd300", "SSD300 (VGG-16)", _ssd300, SSD, 2015, (3, 300, 300), "detection"),
)
