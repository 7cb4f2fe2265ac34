"""Networks with another kernel, stride or dilation, and what is possible of them in words: data only, which formula and reference both
read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from quizcv.errors import NotFound
from quizcv.networks import ops
from quizcv.networks.catalogue import known, network
from quizcv.networks.changing import upto, with_op
from quizcv.networks.network import Network
from quizcv.networks.ops import Op

Windowed = ops.Conv | ops.Pool | ops.SparseConv | ops.Subsample
#: Keeps every unit where it is.
STILL = ops.Norm | ops.Activation | ops.Dropout | ops.Scale | ops.Add | ops.Concat


def windows(net: Network) -> Iterator[str]:
    """The convolutions and poolings, in order, without those of shortcuts."""
    for layer in net.layers:
        if isinstance(layer.op, Windowed) and not layer.name.endswith(".downsample") and not layer.auxiliary:
            yield layer.name


def rekerneled(net: Network, layer: str, kernel: int) -> Network:
    """With another kernel, and the padding changed by half the difference, so that the output keeps its size.

    Raises:
        KeyError: there is no such layer.
    """
    op = net.layer(layer).op
    assert isinstance(op, ops.Conv)
    more = (kernel - op.kernel[0]) // 2
    padding = (op.padding[0] + more, op.padding[1] + more)
    return with_op(net, layer, replace(op, kernel=(kernel, kernel), padding=padding))


def restrided(net: Network, name: str, stride: int) -> Network:
    """A layer with another stride; or, of a residual network's stage (`layer4`), the layers of its first block that have one.

    Raises:
        KeyError: there is neither.
    """
    for layer in strided(net, name):
        op = net.layer(layer).op
        assert isinstance(op, ops.Conv | ops.Pool)
        net = with_op(net, layer, replace(op, stride=(stride, stride)))
    return net


def strided(net: Network, name: str) -> list[str]:
    found = [layer.name for layer in net.layers if layer.name.startswith(f"{name}.0.") and stride_of(layer.op) > 1]
    return found or [net.layer(name).name]


def stride_of(op: Op) -> int:
    return op.stride[0] if isinstance(op, ops.Conv | ops.Pool) else 1


def first_version(net: Network, stages: tuple[int, ...]) -> Network:
    """A residual network of bottlenecks with the stride of these stages' first blocks on the first 1×1 convolution, as in He et al.
    2016; PyTorch's (v1.5) have it on the 3×3."""
    for stage in stages:
        one, three = (net.layer(f"layer{stage}.0.conv{number}") for number in (1, 2))
        assert isinstance(one.op, ops.Conv)
        assert isinstance(three.op, ops.Conv)
        net = with_op(net, one.name, replace(one.op, stride=three.op.stride))
        net = with_op(net, three.name, replace(three.op, stride=(1, 1)))
    return net


def altered(net: Network, layer: str, what: str, value: int) -> Network:
    """A layer with another kernel, stride or dilation. The padding of a convolution follows, so that its output keeps its size, as far
    as there is padding to take away."""
    op, both = net.layer(layer).op, (value, value)
    if isinstance(op, ops.Pool):
        return with_op(net, layer, replace(op, kernel=both) if what == "kernel" else replace(op, stride=both))
    assert isinstance(op, ops.Conv)
    if what == "stride":
        return with_op(net, layer, replace(op, stride=both))
    new = replace(op, kernel=both) if what == "kernel" else replace(op, dilation=both)
    more = (new.dilation[0] * (new.kernel[0] - 1) - op.dilation[0] * (op.kernel[0] - 1)) // 2
    padding = max(0, op.padding[0] + more)
    return with_op(net, layer, replace(new, padding=(padding, padding)))


def flattens(net: Network) -> str:
    """The name of the fully connected layer that reads a flattened map; empty where there is none, or where that map always has one
    size."""
    for layer in net.layers:
        if isinstance(layer.op, ops.Linear):
            before = upto(net, layer.name).layers[:-1]
            steady = any(isinstance(one.op, ops.AdaptivePool | ops.ToTokens) for one in before)
            flat = any(isinstance(one.op, ops.Flatten) for one in before)
            return layer.name if flat and not steady else ""
    return ""


def before_fc(net: Network) -> str:
    """The last convolution or pooling before that layer."""
    layers = upto(net, flattens(net)).layers
    return [layer.name for layer in layers if isinstance(layer.op, Windowed)][-1]


def network_rules(name: str) -> Iterator[str]:
    try:
        known(name)
    except NotFound as error:
        hint = error.hint.rstrip(".?")
        yield f"{error.message.rstrip('.')} ({hint[:1].lower()}{hint[1:]})"


def layer_rules(name: str, layer: str, kinds: type[Op] | tuple[type[Op], ...] = (), what: str = "") -> Iterator[str]:
    """The rules for a layer of a network, of one of the kinds."""
    yield from (wrong := list(network_rules(name)))
    if wrong:
        return
    there = {one.name: one.op for one in network(name).layers}
    if layer not in there:
        near = difflib.get_close_matches(layer, there, 1)
        yield f"{name} has no layer {layer!r}" + (f" (did you mean {near[0]}?)" if near else "")
    elif kinds and not isinstance(there[layer], kinds):
        yield f"{layer} of {name} is no {what}"


def padding_rules(name: str, layer: str, kernel: int) -> Iterator[str]:
    """The rule for a pooling that gets another kernel: PyTorch refuses more padding than half of it."""
    if any(network_rules(name)):
        return
    op = next((one.op for one in network(name).layers if one.name == layer), None)
    if isinstance(op, ops.Pool) and 2 * max(op.padding) > kernel:
        yield f"{layer} has a padding of {max(op.padding)}, more than half of that kernel"


def conv_rules(name: str, layer: str, kernel: int) -> Iterator[str]:
    """The rules for a convolution that gets another kernel."""
    yield from (wrong := list(layer_rules(name, layer, ops.Conv, "convolution")))
    if wrong:
        return
    op = network(name).layer(layer).op
    assert isinstance(op, ops.Conv)
    if op.kernel[0] != op.kernel[1] or op.dilation != (1, 1):
        yield f"the kernel of {layer} must be square, and without dilation"
    elif not 1 <= kernel <= 63 or (kernel - op.kernel[0]) % 2 or kernel == op.kernel[0]:
        yield f"kernel must be another than {op.kernel[0]}, {'odd' if op.kernel[0] % 2 else 'even'}, from 1 to 63"
    elif op.padding[0] + (kernel - op.kernel[0]) // 2 < 0:
        yield f"{layer} has not the padding that such a small kernel would take away"


def size_rules(*sizes: int, step: int = 1) -> Iterator[str]:
    if any(not 1 <= size <= 1024 for size in sizes):
        yield "a size must be from 1 to 1,024"
    elif any(size % step for size in sizes):
        yield f"a size must be a multiple of {step}"


def bottleneck_rules(name: str, *stages: int) -> Iterator[str]:
    """The rules for stages of a residual network whose first blocks have a stride on the 3×3."""
    yield from (wrong := list(network_rules(name)))
    if wrong:
        return
    there = {layer.name: layer.op for layer in network(name).layers}
    for stage in stages:
        if stride_of(there.get(f"layer{stage}.0.conv2", Op())) == 1 or f"layer{stage}.0.conv3" not in there:
            yield f"{name} has no layer{stage} whose first bottleneck has its stride on the 3×3 convolution"


def stride_rules(name: str, changed: str, stride: int) -> Iterator[str]:
    """The rules for a layer or a stage that gets another stride."""
    yield from (wrong := list(network_rules(name)))
    if wrong:
        return
    net = network(name)
    try:
        found = [net.layer(layer).op for layer in strided(net, changed)]
    except KeyError:
        yield from layer_rules(name, changed)
        return
    if not all(isinstance(op, ops.Conv | ops.Pool) for op in found):
        yield f"{changed} of {name} is no convolution and no pooling"
    elif not 1 <= stride <= 8 or any(stride_of(op) == stride for op in found):
        yield f"the stride of {changed} must be from 1 to 8 and another than now"


def order_rules(name: str, changed: str, layer: str) -> Iterator[str]:
    """The rules for a layer (or stage) that is changed, and one behind it that is asked about; both are known to be there."""
    net = network(name)
    if strided(net, changed)[0] not in {one.name for one in upto(net, layer).layers}:
        yield f"{layer} of {name} does not depend on {changed}"


def convolutional_rules(name: str) -> Iterator[str]:
    """The rules for a network whose fully connected layers read features, not tokens."""
    yield from (wrong := list(network_rules(name)))
    if not wrong and any(isinstance(layer.op, ops.ToTokens) for layer in network(name).layers):
        yield f"{name} works on tokens, and this is about convolutional networks"


def seeing_rules(name: str, layer: str) -> Iterator[str]:
    """The rules for a layer before which there are only windows, and what keeps every unit in its place."""
    yield from (wrong := list(layer_rules(name, layer)))
    if wrong:
        return
    for one in upto(network(name), layer).layers:
        if not isinstance(one.op, Windowed | STILL):
            yield f"only what comes before {one.name} of {name} can be asked about"
            return
