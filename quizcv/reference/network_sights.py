"""What a unit of a network sees, by a gradient pushed back through its layers along one line, and which inputs it accepts, by trying."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from functools import cache
from itertools import count

import torch

from quizcv.answers.kinds import LETTERS
from quizcv.errors import ItemError
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto, with_op
from quizcv.networks.network import INPUT, Network
from quizcv.networks.questions.altered import altered, windows
from quizcv.networks.questions.sights import (
    BreaksAt,
    NetField,
    NetFieldChanged,
    NetFieldReach,
    SmallestChanged,
    SmallestInput,
)
from quizcv.reference.engine import How, witness
from quizcv.reference.network_fields import reached, traced
from quizcv.reference.network_modules import build

#: Lines that are tried for a field: the last is longer than any network's.
LENGTHS = tuple(2**power for power in range(9, 15))


def _reached(net: Network, layer: str, length: int) -> tuple[int, int] | None:
    """First and last pixel that the middle unit's gradient reaches; None if the line is too short."""
    try:
        units, line = traced(net, layer, length, 1)
    except NotImplementedError as error:
        raise ItemError(f"a field cannot be followed through {error}.") from error
    except RuntimeError:
        return None
    first, last = reached(units[units.shape[0] // 2], line)
    return (first, last) if first > 0 and last < length - 1 else None


def _field(net: Network, layer: str) -> int:
    for length in LENGTHS:
        found = _reached(net, layer, length)
        if found is not None:
            return found[1] - found[0] + 1
    raise ItemError(f"{layer} of {net.name} sees more than {LENGTHS[-1]:,} pixels.")


@cache
def _known_field(name: str, layer: str) -> int:
    return _field(network(name), layer)


@witness(NetField, How.AUTOGRAD)
def gradient_of_middle_unit(s: NetField) -> int:
    return _known_field(s.network, s.layer)


@witness(NetFieldChanged, How.AUTOGRAD)
def gradient_of_changed_network(s: NetFieldChanged) -> int:
    return _field(altered(network(s.network), s.changed, s.what, s.value), s.layer)


@witness(NetFieldReach, How.BRUTE_FORCE)
def layer_after_layer(s: NetFieldReach) -> int:
    for at, layer in enumerate(windows(network(s.network)), 1):
        if _known_field(s.network, layer) >= s.field:
            return at
    raise ItemError(f"no layer of {s.network} sees {s.field:,} pixels.")


def _broken(net: Network, size: int) -> str:
    """The layer, in order, that refuses what comes to it on the meta device; empty where none does."""
    made = {INPUT: torch.empty(1, net.input[0], size, size, device="meta")}
    for layer in net.layers:
        inputs = [made[name] for name in layer.inputs]
        try:
            with torch.no_grad(), torch.device("meta"):
                built = build(layer.op, *inputs)
                made[layer.name] = inputs[0] if built.plain else built.forward(*inputs)
        except RuntimeError:
            return layer.name
    return ""


def _smallest(net: Network) -> int:
    """Sizes, doubled until one is accepted, then between that and the last refused: what fits into an image fits into a larger one."""
    enough = next(2**power for power in count() if not _broken(net, 2**power))
    tried = range(enough // 2 + 1, enough + 1)
    return tried[bisect_left(tried, True, key=lambda size: not _broken(net, size))]


@cache
def _known_smallest(name: str, layer: str) -> int:
    return _smallest(upto(network(name), layer))


@witness(SmallestInput, How.BRUTE_FORCE, "meta")
def inputs_tried(s: SmallestInput) -> int:
    return _known_smallest(s.network, s.layer)


@witness(SmallestChanged, How.BRUTE_FORCE, "meta")
def inputs_tried_on_changed_network(s: SmallestChanged) -> int:
    return _known_changed(s.network, s.layer, s.changed, s.kernel, s.stride)


@cache
def _known_changed(name: str, layer: str, changed: str, kernel: int, stride: int) -> int:
    op = network(name).layer(changed).op
    assert isinstance(op, ops.Conv | ops.Pool)
    other = replace(op, kernel=(kernel, kernel), stride=(stride, stride))
    return _smallest(upto(with_op(network(name), changed, other), layer))


@cache
def _first_to_break(name: str, size: int) -> str:
    """Without what is for training only."""
    net = network(name)
    broken = _broken(replace(net, layers=tuple(layer for layer in net.layers if not layer.auxiliary)), size)
    if not broken:
        raise ItemError(f"{name} accepts {size}×{size}.")
    return broken


@witness(BreaksAt, How.BRUTE_FORCE, "meta")
def layers_run_in_order(s: BreaksAt) -> str:
    return LETTERS[s.options.index(_first_to_break(s.network, s.size))]
