"""Networks really built: a module for each layer, made for what comes to it, run in order, and counted.

Reads the layer tables (`quizcv.networks.ops` and `network`) and none of their formulas: channels, sizes and costs come from the tensors
and modules alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from quizcv.networks import ops
from quizcv.networks.network import INPUT, Layer, Network
from quizcv.networks.ops import Shape
from quizcv.reference.network_modules import build


@dataclass(frozen=True, slots=True)
class Measured:
    """One layer as built: the shape it gave, its parameters, and its multiply-accumulates (torch's own counter, halved)."""

    shape: Shape
    params: int
    macs: int


def measure(network: Network, input: Shape, device: str = "meta") -> Mapping[str, Measured]:  # noqa: A002
    """Every layer of the network with a batch of one; on `cpu` with real weights and random pixels."""
    made: dict[str, Tensor] = {INPUT: _start(input, device)}
    places: dict[str, tuple[Tensor, Shape]] = {}  # of a max pooling, for the unpooling that undoes it
    found: dict[str, Measured] = {}
    with torch.no_grad():
        for layer in network.layers:
            tensors = [made[name] for name in layer.inputs]
            if isinstance(layer.op, ops.Pool) and _unpooled(network, layer.name):
                result, at = _pool_with_places(layer.op, tensors[0])
                places[layer.name] = (at, tuple(tensors[0].shape[2:]))
                made[layer.name], cost, params = result, 0, 0
            elif isinstance(layer.op, ops.Unpool):
                at, size = places[layer.inputs[1]]
                made[layer.name] = _unpool(tensors[0], at, size)
                cost = params = 0
            else:
                made[layer.name], cost, params = _run(layer, tensors, device)
            found[layer.name] = Measured(tuple(made[layer.name].shape[1:]), params, cost)
    return found


def _start(input: Shape, device: str) -> Tensor:  # noqa: A002
    return torch.empty(1, *input, device=device) if device == "meta" else torch.rand(1, *input, device=device)


def _run(layer: Layer, tensors: list[Tensor], device: str) -> tuple[Tensor, int, int]:
    """What it gives, its MACs, its parameters. PyTorch counts operations of nothing without weights, and on meta it would load its
    compiler to look."""
    with torch.device(device):
        built = build(layer.op, *tensors)
    params = sum(one.numel() for one in built.module.parameters()) if built.module else 0
    if built.plain:
        return (tensors[0] if device == "meta" else built.forward(*tensors)), 0, params
    if built.module is None:
        return built.forward(*tensors), 0, 0
    with _Counter() as counter:  # type: ignore[no-untyped-call]
        result = built.forward(*tensors)
    return result, counter.flops // 2, params


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """What `FlopCounterMode` counts, by the same formulas of PyTorch for each operation that is really dispatched. That one loads
    the compiler with the first operation it sees, which takes longer than all of a network."""

    flops = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.flops += int(formula(*args, **(kwargs or {}), out_val=result))
        return result


def _unpooled(network: Network, name: str) -> bool:
    return any(isinstance(layer.op, ops.Unpool) and layer.inputs[1] == name for layer in network.layers)


def _pool_with_places(op: ops.Pool, x: Tensor) -> tuple[Tensor, Tensor]:
    result, at = functional.max_pool2d(x, op.kernel, op.stride, op.padding, ceil_mode=op.ceil, return_indices=True)
    return result, at


def _unpool(x: Tensor, at: Tensor, size: Shape) -> Tensor:
    """`max_unpool2d` checks its places by reading them, which meta has none of: scattering into the flat map is the same."""
    flat = torch.zeros(*x.shape[:2], size[0] * size[1], device=x.device)
    return flat.scatter(2, at.flatten(2), x.flatten(2)).reshape(*x.shape[:2], *size)
