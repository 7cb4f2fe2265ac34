"""Networks built anew with another input, kernel or stride: every layer run on the meta device and counted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from quizcv.errors import ItemError
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto
from quizcv.networks.network import INPUT, Network
from quizcv.networks.ops import Shape
from quizcv.networks.questions.altered import first_version, flattens, rekerneled, restrided
from quizcv.networks.questions.changes import (
    FirstFcAt,
    InputGrowth,
    InputMacs,
    KernelBudget,
    KernelMacs,
    KernelPair,
    KernelParams,
    LargestInput,
    StrideBlock,
    StrideOutput,
    StrideSaved,
    StrideTwo,
    TotalMacs,
)
from quizcv.reference.engine import How, witness
from quizcv.reference.networks import Measured, measure

#: What is compared with: in a network that is changed, sizes and costs of all layers.
Built = Mapping[str, Measured]


def _built(net: Network, size: int) -> Built:
    return measure(net, (net.input[0], size, size))


@cache
def _known(name: str, size: int) -> Built:
    """A network as it is; many questions compare with the same."""
    return _built(network(name), size)


@cache
def _upto(name: str, layer: str, size: int) -> Built:
    return _built(upto(network(name), layer), size)


def _total(net: Network, built: Built) -> int:
    """MACs of all layers that are not for training alone."""
    return sum(built[layer.name].macs for layer in net.layers if not layer.auxiliary or net.training)


def _convs(name: str, size: int) -> int:
    net, built = network(name), _known(name, size)
    return sum(built[one.name].macs for one in net.layers if isinstance(one.op, ops.Conv) and not one.auxiliary)


@witness(InputMacs, How.META)
def convolutions_counted(s: InputMacs) -> int:
    return _convs(s.network, s.size)


@witness(TotalMacs, How.META)
def network_counted(s: TotalMacs) -> int:
    return _total(network(s.network), _known(s.network, s.size))


@witness(InputGrowth, How.META)
def both_sizes_counted(s: InputGrowth) -> float:
    net = network(s.network)
    found = [
        sum(one.params for one in _known(s.network, size).values())
        if s.quantity == "parameters"
        else _total(net, _known(s.network, size))
        for size in (s.size, s.before)
    ]
    return found[0] / found[1]


@witness(LargestInput, How.BRUTE_FORCE, "meta")
def inputs_tried(s: LargestInput) -> int:
    """Sizes, halving the range each time: more pixels never cost less."""
    sizes = range(32, 1025, 32)
    return sizes[bisect_right(sizes, s.budget * 10**9, key=lambda size: _convs(s.network, size)) - 1]


@witness(FirstFcAt, How.META)
def first_fc_built(s: FirstFcAt) -> int:
    layer = flattens(network(s.network))
    return _upto(s.network, layer, s.size)[layer].params


@cache
def _conv_with(name: str, layer: str, kernel: int, size: int) -> tuple[int, int]:
    """Parameters and MACs that another kernel adds: the convolution is built alone, for the map that comes to it. Its output must keep
    its size, so that nothing else changes."""
    net, now = network(name), _known(name, size)
    old = net.layer(layer)
    alone = replace(old, inputs=(INPUT,))
    read = now[old.inputs[0]].shape if old.inputs[0] != INPUT else (net.input[0], size, size)
    new = measure(rekerneled(replace(net, layers=(alone,)), layer, kernel), read)[layer]
    if new.shape != now[layer].shape:
        raise ItemError(f"{layer} of {name} gives {new.shape} with a kernel of {kernel}, not {now[layer].shape}.")
    return new.params - now[layer].params, new.macs - now[layer].macs


@witness(KernelParams, How.META)
def kernel_built(s: KernelParams) -> int:
    return abs(_conv_with(s.network, s.layer, s.kernel, network(s.network).input[1])[0])


@witness(KernelMacs, How.META)
def kernel_counted(s: KernelMacs) -> int:
    return abs(_conv_with(s.network, s.layer, s.kernel, s.size)[1])


@witness(KernelPair, How.META)
def two_kernels_counted(s: KernelPair) -> int:
    return sum(
        _conv_with(s.network, layer, kernel, s.size)[1]
        for layer, kernel in ((s.layer, s.kernel), (s.other, s.other_kernel))
    )


@witness(KernelBudget, How.BRUTE_FORCE, "meta")
def kernels_tried(s: KernelBudget) -> int:
    """Each that keeps the output's size, from the present one on."""
    net = network(s.network)
    now = net.layer(s.layer).op
    assert isinstance(now, ops.Conv)
    kernel = now.kernel[0]
    while _conv_with(s.network, s.layer, kernel + 2, net.input[1])[0] <= s.budget:
        kernel += 2
    return kernel


@cache
def _first_blocks(name: str, stages: tuple[int, ...], size: int, last: int) -> Built:
    """A residual network up to the first block of its stage `last`, with these stages' strides moved."""
    return _built(upto(first_version(network(name), stages), f"layer{last}.0.add"), size)


@witness(StrideBlock, How.META)
def block_counted(s: StrideBlock) -> int:
    built = _first_blocks(s.network, (s.stage,), s.size, s.stage)
    return sum(one.macs for name, one in built.items() if name.startswith(f"layer{s.stage}.0."))


@witness(StrideSaved, How.META)
def both_versions_counted(s: StrideSaved) -> int:
    """Behind the last block that changes everything is as before, since the block gives the same shape."""
    last = max(s.stages)
    now, moved = (_first_blocks(s.network, stages, s.size, last) for stages in ((), tuple(sorted(s.stages))))
    if now[f"layer{last}.0.add"].shape != moved[f"layer{last}.0.add"].shape:
        raise ItemError(f"layer{last}.0 of {s.network} gives another shape.")
    return sum(one.macs for one in now.values()) - sum(one.macs for one in moved.values())


@witness(StrideOutput, How.META)
def strided_output(s: StrideOutput) -> Shape:
    return _output(s.network, ((s.changed, s.stride),), s.layer, s.size)


@witness(StrideTwo, How.META)
def twice_strided_output(s: StrideTwo) -> Shape:
    return _output(s.network, ((s.changed, s.stride), (s.other, s.other_stride)), s.layer, s.size)


@cache
def _output(name: str, strides: tuple[tuple[str, int], ...], layer: str, size: int) -> Shape:
    net = network(name)
    for changed, stride in strides:
        net = restrided(net, changed, stride)
    return _built(upto(net, layer), size)[layer].shape
