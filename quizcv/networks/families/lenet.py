"""LeNet-5, as it was published and as it is usually written today."""

from __future__ import annotations

from quizcv.networks import ops
from quizcv.networks.catalogue import Known
from quizcv.networks.network import Plan

SOURCE = "LeCun, Bottou, Bengio and Haffner 1998, Gradient-Based Learning Applied to Document Recognition, figure 2 and table 1"


def _read(first: int, *steps: int) -> tuple[int, ...]:
    """Maps of S2 from the first on, each so many further, round the circle of six."""
    maps = [first]
    for step in steps:
        maps.append((maps[-1] + step) % 6)
    return tuple(sorted(maps))


#: Table 1: which maps of S2 each map of C3 reads. Three neighbours, four neighbours, two pairs of neighbours, and all.
TABLE = (
    *(_read(first, 1, 1) for first in range(6)),
    *(_read(first, 1, 1, 1) for first in range(6)),
    *(_read(first, 1, 2, 1) for first in range(3)),
    tuple(range(6)),
)


def _subsample(net: Plan, name: str, x: str) -> str:
    with net.stage(name):
        return net.add(f"{name}.tanh", ops.Activation("tanh"), net.add(name, ops.Subsample((2, 2)), x), row=name)


def _lenet5(net: Plan) -> None:
    with net.stage("C1"):
        x = net.conv("C1", net.input, 6, 5, padding=0, act="tanh")
    x = _subsample(net, "S2", x)
    with net.stage("C3"):
        x = net.add("C3", ops.SparseConv(TABLE, (5, 5)), x)
        x = net.add("C3.tanh", ops.Activation("tanh"), x, row="C3")
    x = _subsample(net, "S4", x)
    with net.stage("C5"):
        x = net.flatten("flatten", net.conv("C5", x, 120, 5, padding=0, act="tanh"))
    with net.stage("F6"):
        x = net.linear("F6", x, 84, act="tanh")
    with net.stage("output"):
        net.add("output", ops.RadialBasis(10), x)
    net.note("The paper's tanh is scaled: 1.7159 tanh(2a/3).")
    net.note("The output's codes are fixed; its 840 connections count, and no parameters.")


def _lenet5_full(net: Plan) -> None:
    x = net.input
    for conv, pool, channels in (("C1", "S2", 6), ("C3", "S4", 16)):
        with net.stage(conv):
            x = net.conv(conv, x, channels, 5, padding=0, act="relu")
        with net.stage(pool):
            x = net.max_pool(pool, x, 2)
    with net.stage("C5"):
        x = net.flatten("flatten", net.conv("C5", x, 120, 5, padding=0, act="relu"))
    with net.stage("F6"):
        x = net.linear("F6", x, 84, act="relu")
    with net.stage("output"):
        net.linear("output", x, 10)
    net.note("C3 reads all maps, pooling has no parameters, and the output is linear, unlike the LeNet-5 of 1998.")


NETWORKS = (
    Known("lenet5", "LeNet-5", _lenet5, SOURCE, 1998, (1, 32, 32)),
    Known("lenet5_full", "LeNet-5 with a full C3", _lenet5_full, SOURCE, 1998, (1, 32, 32)),
)
