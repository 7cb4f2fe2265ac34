"""Inception-v3."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan
from quizcv.networks.ops import Pair

SOURCE = "Szegedy et al. 2016, Rethinking the Inception Architecture for Computer Vision, table 1 and figures 5 to 7"

#: Channels and kernel of a convolution.
Unit = tuple[int, int | Pair]
ALONG, DOWN = (1, 7), (7, 1)


def _conv(net: Plan, name: str, x: str, unit: Unit, stride: int = 1, padding: int | None = None) -> str:
    """With stride 2 there is no padding."""
    padding = 0 if stride == 2 else padding
    return net.conv(name, x, unit[0], unit[1], stride=stride, padding=padding, norm="batch", act="relu")


def _branch(net: Plan, name: str, x: str, *units: Unit, stride: int = 1) -> str:
    """Convolutions one behind another; the stride is the last one's."""
    for at, unit in enumerate(units, 1):
        x = _conv(net, f"{name}_{at}" if len(units) > 1 else name, x, unit, stride if at == len(units) else 1)
    return x


def _pooled(net: Plan, name: str, x: str, channels: int) -> str:
    """Average pooling and a 1×1 convolution."""
    return _branch(net, f"{name}.branch_pool", net.avg_pool(f"{name}.pool", x, 3, stride=1, padding=1), (channels, 1))


def _stem(net: Plan) -> str:
    with net.stage("stem"):
        x = _conv(net, "Conv2d_1a_3x3", net.input, (32, 3), 2)
        x = _conv(net, "Conv2d_2a_3x3", x, (32, 3), padding=0)
        x = net.max_pool("maxpool1", _conv(net, "Conv2d_2b_3x3", x, (64, 3)), 3, stride=2)
        x = _conv(net, "Conv2d_3b_1x1", x, (80, 1))
        return net.max_pool("maxpool2", _conv(net, "Conv2d_4a_3x3", x, (192, 3), padding=0), 3, stride=2)


def _five(net: Plan, name: str, x: str, pooled: int) -> str:
    """Figure 5, with one branch left 5×5."""
    return net.concat(
        f"{name}.concat",
        _branch(net, f"{name}.branch1x1", x, (64, 1)),
        _branch(net, f"{name}.branch5x5", x, (48, 1), (64, 5)),
        _branch(net, f"{name}.branch3x3dbl", x, (64, 1), (96, 3), (96, 3)),
        _pooled(net, name, x, pooled),
    )


def _six(net: Plan, name: str, x: str, c: int) -> str:
    """Figure 6: 7×7 as 1×7 and 7×1, once and twice."""
    return net.concat(
        f"{name}.concat",
        _branch(net, f"{name}.branch1x1", x, (192, 1)),
        _branch(net, f"{name}.branch7x7", x, (c, 1), (c, ALONG), (192, DOWN)),
        _branch(net, f"{name}.branch7x7dbl", x, (c, 1), (c, DOWN), (c, ALONG), (c, DOWN), (192, ALONG)),
        _pooled(net, name, x, 192),
    )


def _seven(net: Plan, name: str, x: str) -> str:
    """Figure 7: branches that fork into 1×3 and 3×1."""
    single, double = f"{name}.branch3x3", f"{name}.branch3x3dbl"
    once = _branch(net, f"{single}_1", x, (384, 1))
    twice = _branch(net, double, x, (448, 1), (384, 3))
    return net.concat(
        f"{name}.concat",
        _branch(net, f"{name}.branch1x1", x, (320, 1)),
        _branch(net, f"{single}_2a", once, (384, (1, 3))),
        _branch(net, f"{single}_2b", once, (384, (3, 1))),
        _branch(net, f"{double}_3a", twice, (384, (1, 3))),
        _branch(net, f"{double}_3b", twice, (384, (3, 1))),
        _pooled(net, name, x, 192),
    )


def _reduced(net: Plan, name: str, x: str, *branches: tuple[str, tuple[Unit, ...]]) -> str:
    """Half the size: branches that end with stride 2, next to a pooling."""
    made = [_branch(net, f"{name}.{branch}", x, *units, stride=2) for branch, units in branches]
    return net.concat(f"{name}.concat", *made, net.max_pool(f"{name}.pool", x, 3, stride=2))


def _auxiliary(net: Plan, x: str) -> None:
    with net.stage("aux"), net.auxiliary():
        x = _conv(net, "aux.conv0", net.avg_pool("aux.pool", x, 5, stride=3), (128, 1))
        x = net.global_pool("aux.avgpool", _conv(net, "aux.conv1", x, (768, 5), padding=0))
        net.linear("aux.fc", net.flatten("aux.flatten", x), 1000)


def _inception_v3(net: Plan, heads: bool = False) -> None:
    """The auxiliary classifier is always there: `heads` says that training is meant, and the plan knows that already."""
    x = _stem(net)
    with net.stage("Mixed_5"):
        for letter, pooled in (("b", 32), ("c", 64), ("d", 64)):
            x = _five(net, f"Mixed_5{letter}", x, pooled)
    with net.stage("Mixed_6"):
        double = ((64, 1), (96, 3), (96, 3))
        x = _reduced(net, "Mixed_6a", x, ("branch3x3", ((384, 3),)), ("branch3x3dbl", double))
        for letter, c in (("b", 128), ("c", 160), ("d", 160), ("e", 192)):
            x = _six(net, f"Mixed_6{letter}", x, c)
    side = x
    with net.stage("Mixed_7"):
        long = ((192, 1), (192, ALONG), (192, DOWN), (192, 3))
        x = _reduced(net, "Mixed_7a", x, ("branch3x3", ((192, 1), (320, 3))), ("branch7x7x3", long))
        for letter in "bc":
            x = _seven(net, f"Mixed_7{letter}", x)
    with net.stage("head"):
        x = net.flatten("flatten", net.add("dropout", ops.Dropout(0.5), net.global_pool("avgpool", x)))
        net.linear("fc", x, 1000)
    _auxiliary(net, side)
    net.note(
        "The stem and the modules are those of the model that was released, as in PyTorch; table 1 is another stem."
    )
    if not heads:
        net.note("The auxiliary classifier's 3,326,696 parameters count, its multiply-accumulates only with --heads.")


NETWORKS = (
    Known("inception_v3", "Inception-v3", _inception_v3, SOURCE, 2015, (3, 299, 299), options={"heads": False}),
)
