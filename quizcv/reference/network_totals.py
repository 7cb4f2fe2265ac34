"""Whole networks, built and counted: the network as it is once, and its last layer anew for every number of classes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from quizcv.networks import INPUT, network
from quizcv.networks.questions.layers import last_linear
from quizcv.networks.questions.totals import NetworkTotal, NetworkTotalMacs
from quizcv.reference.engine import How, witness
from quizcv.reference.networks import Measured, measure


@cache
def _built(name: str, image: tuple[int, ...]) -> dict[str, Measured]:
    return dict(measure(network(name), image))


def _measured(s: NetworkTotal) -> dict[str, Measured]:
    made = _built(s.network, s.image)
    if s.classes is None:
        return made
    last = last_linear(s.table)
    alone = replace(s.table, layers=(replace(last, inputs=(INPUT,)),))
    return made | dict(measure(alone, made[last.inputs[0]].shape))


@witness(NetworkTotal, How.MODULE, "meta")
def parameters_of_network(s: NetworkTotal) -> int:
    return sum(layer.params for layer in _measured(s).values())


@witness(NetworkTotalMacs, How.META)
def macs_of_network(s: NetworkTotalMacs) -> int:
    made = _measured(s)
    return sum(made[layer.name].macs for layer in s.table.layers if s.table.training or not layer.auxiliary)
