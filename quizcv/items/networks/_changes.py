"""What the models of changed networks share: the way to a layer, layers listed for a stem, and sums of MACs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import prod

from quizcv.items.networks._layers import at_size
from quizcv.items.text import num
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.changing import upto
from quizcv.networks.network import Network
from quizcv.networks.ops import Op, Shape
from quizcv.networks.questions.altered import flattens, windows
from quizcv.networks.questions.changes import InputMacs
from quizcv.networks.walk import Step, Walk, walk
from quizcv.seeds import Draw

VGGS = ("vgg11", "vgg13", "vgg16", "vgg19")
BASICS = ("resnet18", "resnet34")
BOTTLENECKS = ("resnet50", "resnet101", "resnet152")
#: Those whose maps all grow as the image does, between multiples of 32.
SCALING = (*VGGS, *BASICS, *BOTTLENECKS)
SIDES = tuple(range(96, 577, 32))

MACS = Text(
    "A MAC is one multiply-accumulate; padding taps count, biases do not.",
    "一次乘加（MAC）为一次乘法加一次加法；填充处的也计入，偏置不计。",
)
#: Where the stride of a bottleneck is.
VERSION = Text(
    "(as PyTorch's model has it: a bottleneck's stride is on its 3×3 convolution)",
    "（按 PyTorch 的实现：瓶颈块的步长放在 3×3 卷积上）",
)


def walked_as(net: Network, size: int) -> Walk:
    """A changed network with a square input."""
    return walk(net, (net.input[0], size, size))


def convs(found: Walk) -> list[Step]:
    return [step for step in found.steps if isinstance(step.layer.op, ops.Conv) and not step.layer.auxiliary]


def linears(found: Walk) -> list[Step]:
    return [step for step in found.steps if isinstance(step.layer.op, ops.Linear) and not step.layer.auxiliary]


def chain_of(net: Network) -> tuple[str, ...]:
    """The convolutions and poolings in order."""
    return tuple(windows(net))


def along(net: Network, layer: str) -> list[str]:
    """The convolutions and poolings on the way to a layer, itself included; where branches join, the first one's."""
    there = {one.name: one for one in net.layers}
    found: list[str] = []
    slid = set(windows(net))
    while layer in there:
        if layer in slid:
            found.append(layer)
        layer = there[layer].inputs[0]
    return found[::-1]


def window(op: Op) -> tuple[int, int, int, int]:
    """Kernel, stride, padding, dilation along the width; a pixel's own where the operation has no window."""
    if isinstance(op, ops.Conv):
        return op.kernel[1], op.stride[1], op.padding[1], op.dilation[1]
    if isinstance(op, ops.Pool):
        return op.kernel[1], op.stride[1], op.padding[1], 1
    if isinstance(op, ops.Subsample):
        return op.kernel[1], op.kernel[1], 0, 1
    return (op.kernel[1], 1, 0, 1) if isinstance(op, ops.SparseConv) else (1, 1, 0, 1)


def _kind(op: Op) -> Text:
    if isinstance(op, ops.Pool):
        return Text("max pooling", "最大池化层") if op.kind == "max" else Text("average pooling", "平均池化层")
    if isinstance(op, ops.Subsample):
        return Text("subsampling", "下采样层")
    if isinstance(op, ops.Linear):
        return Text("fully connected layer", "全连接层")
    return Text("convolution", "卷积层") if isinstance(op, ops.Conv | ops.SparseConv) else Text("layer", "层")


def _taps(op: Op) -> Text:
    """Kernel, stride, padding and dilation of a window."""
    kernel, stride, padding, dilation = window(op)
    en, zh = f"{kernel}×{kernel}, stride {stride}", f"{kernel}×{kernel}，步长 {stride}"
    if padding or isinstance(op, ops.Conv):
        en, zh = f"{en}, padding {padding}", f"{zh}，填充 {padding}"
    if dilation > 1:
        en, zh = f"{en}, dilation {dilation}", f"{zh}，膨胀率 {dilation}"
    if isinstance(op, ops.Pool) and op.ceil:
        en, zh = f"{en}, size rounded up", f"{zh}，尺寸向上取整"
    return Text(en, zh)


def described(op: Op) -> Text:
    """A layer as a stem lists it."""
    taps = _taps(op)
    if isinstance(op, ops.Conv):
        groups = Text(f", {op.groups} groups", f"，{op.groups} 组") if op.groups > 1 else Text("", "")
        return Text(
            f"convolution with {op.channels} output channels, {taps.en}{groups.en}",
            f"卷积，输出通道数 {op.channels}，{taps.zh}{groups.zh}",
        )
    if isinstance(op, ops.SparseConv):
        return Text(
            f"convolution with {len(op.table)} output maps, {taps.en}",
            f"卷积，输出 {len(op.table)} 个特征图，{taps.zh}",
        )
    kind = _kind(op)
    return Text(f"{kind.en} {taps.en}", f"{kind.zh.removesuffix('层')} {taps.zh}")


def listed(net: Network, layer: str) -> Text:
    """The convolutions and poolings up to a layer as a list: a blank line before and behind belongs to it."""
    named = [(f"`{one}`", described(net.layer(one).op)) for one in chain_of(upto(net, layer))]
    alike = [(text, [one for one, _ in some]) for text, some in groupby(named, key=lambda line: line[1])]
    return Text(
        "\n\n" + "\n".join(f"- {', '.join(names)}: {text.en}" for text, names in alike) + "\n\n",
        "\n\n" + "\n".join(f"- {'、'.join(names)}：{text.zh}" for text, names in alike) + "\n\n",
    )


def sizes(found: Walk, layer: str) -> Iterator[tuple[str, Shape]]:
    """Each convolution and pooling up to a layer with what it gives."""
    for one in along(found.network, layer):
        yield one, found.step(one).shape


def followed(found: Walk, layer: str, *, at_most: int = 12) -> str:
    """How the side shrinks on the way to a layer, where it changes: `227 → 55 (conv1) → 27 (pool1)`; no convention is in it."""
    side, parts = found.input[1], [str(found.input[1])]
    for name, shape in sizes(found, layer):
        if shape[1] != side:
            side = shape[1]
            parts.append(f"{side} (`{name}`)")
    return " → ".join(parts[:1] + parts[1:][-at_most:])


def image(net: Network, size: int) -> str:
    return f"{net.input[0]}×{size}×{size}"


def product(*factors: int) -> str:
    """`64 · 128 = 8,192`, for within `$…$`."""
    joined = r" \cdot ".join(num(factor) for factor in factors)
    return f"{joined} = {num(prod(factors))}"


def conv_macs(name: str, size: int) -> int:
    return sum(step.macs for step in convs(at_size(name, size)))


def first_fc_macs(name: str, size: int) -> int:
    """MACs of the fully connected layer whose map follows the input's size."""
    layer = flattens(network(name))
    return at_size(name, size).step(layer).macs if layer else 0


def fixed_macs(name: str, size: int) -> int:
    """MACs of the other fully connected layers."""
    return sum(step.macs for step in linears(at_size(name, size))) - first_fc_macs(name, size)


def total_macs(name: str, size: int) -> int:
    return at_size(name, size).totals.macs


def fc_params(name: str, size: int) -> int:
    return at_size(name, size).step(flattens(network(name))).parameters.total


def scales(s: InputMacs) -> bool:
    """Whether every convolution's map grows exactly as the image does."""
    return conv_macs(s.network, s.size) * s.before**2 == conv_macs(s.network, s.before) * s.size**2


def draw_sizes(draw: Draw, names: tuple[str, ...]) -> tuple[str, int, int]:
    """A network and two sizes, of which the old one is most often the usual 224."""
    before = 224 if draw.chance(0.6) else draw.choice((128, 160, 192, 256, 288, 320))
    return draw.choice(names), draw.choice([side for side in SIDES if side != before]), before
