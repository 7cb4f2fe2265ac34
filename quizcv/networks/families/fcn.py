"""Fully convolutional networks on VGG-16, for 21 classes, their scores 32, 16 or 8 pixels apart before the last enlargement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.backbones import vgg16
from quizcv.networks.network import Plan

SOURCE = "Long, Shelhamer and Darrell 2015, Fully Convolutional Networks for Semantic Segmentation, figure 3"
CLASSES = 21


@dataclass(frozen=True, slots=True)
class Fuse:
    """Scores of an earlier pooling, cut at `offset` and added to the scores so far, which `upscore` has enlarged."""

    pool: str
    upscore: str
    offset: int


FUSES = (Fuse("pool4", "upscore2", 5), Fuse("pool3", "upscore_pool4", 9))


def _fcn(net: Plan, stride: int, fuses: int, offset: int) -> None:
    """`stride` and `offset` are those of the last enlargement and of the crop behind it."""
    x = vgg16(net, first=100)
    with net.stage("fc"):
        x = net.conv("fc6", x, 4096, 7, padding=0, act="relu")
        x = net.add("drop6", ops.Dropout(0.5), x, row="fc6")
        x = net.conv("fc7", x, 4096, 1, act="relu")
        x = net.add("drop7", ops.Dropout(0.5), x, row="fc7")
        x = net.conv("score_fr", x, CLASSES, 1)
    for fuse in FUSES[:fuses]:
        with net.stage(f"fuse {fuse.pool}"):
            x = net.conv_transpose(fuse.upscore, x, CLASSES, 4, stride=2, bias=False)
            score = net.conv(f"score_{fuse.pool}", fuse.pool, CLASSES, 1)
            score = net.add(f"score_{fuse.pool}c", ops.Crop(fuse.offset), score, x)
            x = net.join(f"fuse_{fuse.pool}", x, score)
    with net.stage("output"):
        name = "upscore" if stride == 32 else f"upscore{stride}"
        x = net.conv_transpose(name, x, CLASSES, 2 * stride, stride=stride, bias=False)
        net.add("score", ops.Crop(offset), x, net.input)
    net.note(
        "Enlargements are transposed convolutions that start as bilinear interpolation; their weights all count, also those that "
        "the authors keep fixed."
    )
    net.note("Paddings, offsets of crops and pooling that rounds up are those of the authors' Caffe models.")


NETWORKS = tuple(
    Known(
        f"fcn{stride}s",
        f"FCN-{stride}s",
        partial(_fcn, stride=stride, fuses=fuses, offset=offset),
        SOURCE,
        2014,
        (3, 500, 500),
        "segmentation",
    )
    for stride, fuses, offset in ((32, 0, 19), (16, 1, 27), (8, 2, 31))
)
