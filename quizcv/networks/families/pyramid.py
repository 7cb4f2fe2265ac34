"""Feature pyramids on ResNet-50: as the base of two-stage detectors, and RetinaNet."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.families.backbones import RESNET50, residual
from quizcv.networks.network import Plan

FPN = "Lin et al. 2017, Feature Pyramid Networks for Object Detection, section 3"
RETINANET = "Lin et al. 2017, Focal Loss for Dense Object Detection, figure 3"

WIDTH = 256
INPUT = (3, 800, 800)


def _pyramid(net: Plan, made: list[str], finest: int) -> dict[int, str]:
    """Levels from `finest` to 5; level l is at 1/2**l of the size. Level 5 first: information flows down."""
    levels: dict[int, str] = {}
    above = ""
    for level in range(5, finest - 1, -1):
        with net.stage(f"P{level}"):
            x = net.conv(f"P{level}.lateral", made[level - 2], WIDTH, 1)
            if above:
                up = net.add(f"P{level}.topdown", ops.Upsample(0), above, x)
                x = net.join(f"P{level}.merge", x, up)
            above = x
            levels[level] = net.conv(f"P{level}.out", x, WIDTH, 3)
    return levels


def _fpn(net: Plan) -> None:
    levels = _pyramid(net, residual(net, RESNET50), 2)
    with net.stage("P6"):
        net.max_pool("P6.pool", levels[5], 1, stride=2)
    net.note(
        "800×800 is our choice: the paper's images have a shorter side of 800; batch normalization counts as trained, where PyTorch's "
        "model has it frozen."
    )


def _subnet(net: Plan, name: str, x: str, channels: int) -> None:
    with net.stage(f"{name} subnet"):
        for number in range(1, 5):
            x = net.conv(f"{name}.conv{number}", x, WIDTH, 3, act="relu")
        net.conv(f"{name}.out", x, channels, 3)


def _retinanet(net: Plan) -> None:
    anchors, classes = 9, 91
    levels = _pyramid(net, residual(net, RESNET50), 3)
    with net.stage("P6, P7"):
        x = net.conv("P6.conv", levels[5], WIDTH, 3, stride=2)
        net.conv("P7.conv", net.act("P6.relu", x, "relu"), WIDTH, 3, stride=2)
    _subnet(net, "class", levels[3], anchors * classes)
    _subnet(net, "box", levels[3], anchors * 4)
    net.note(
        "The two subnets run on all of P3 to P7 with the same weights; they are written for P3 alone, so parameters count once "
        "and the multiply-accumulates of the subnets on P4 to P7 (33% of those on P3) are not in the total."
    )
    net.note(
        "P6 is made from P5 and there are 91 classes, as in PyTorch's model; the paper makes P6 from C5 and has 80."
    )
    net.note("800×800 is our choice; batch normalization counts as trained, where PyTorch's model has it frozen.")


NETWORKS = (
    Known("fpn_resnet50", "FPN (ResNet-50)", _fpn, FPN, 2016, INPUT, "detection"),
    Known("retinanet", "RetinaNet (ResNet-50-FPN)", _retinanet, RETINANET, 2017, INPUT, "detection"),
)
