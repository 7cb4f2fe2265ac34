"""A network with something else in it: still data, so that formula and reference read the same change."""

from __future__ import annotations

from dataclasses import replace

from quizcv.networks.network import INPUT, Network
from quizcv.networks.ops import Op


def upto(network: Network, name: str) -> Network:
    """Only the layers that this one depends on, and itself.

    Raises:
        KeyError: there is no such layer.
    """
    wanted = {name}
    if name not in {layer.name for layer in network.layers}:
        raise KeyError(name)
    for layer in reversed(network.layers):
        if layer.name in wanted:
            wanted.update(layer.inputs)
    kept = tuple(layer for layer in network.layers if layer.name in wanted - {INPUT})
    return replace(network, layers=kept)


def with_op(network: Network, name: str, op: Op) -> Network:
    """With another operation under this name.

    Raises:
        KeyError: there is no such layer.
    """
    network.layer(name)
    layers = tuple(replace(layer, op=op) if layer.name == name else layer for layer in network.layers)
    return replace(network, layers=layers)
