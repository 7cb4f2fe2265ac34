"""Convolutions that get other kernels: what comes to them, and how a stem says so."""

from __future__ import annotations

from quizcv.items.networks._changes import VERSION, convs
from quizcv.items.networks._layers import at_size
from quizcv.model import Text
from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.walk import Step
from quizcv.seeds import Draw

NETWORKS = (
    "alexnet_2012", "vgg11", "vgg13", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50", "resnet101", "resnext50_32x4d",
)  # fmt: skip
SIZES = (160, 192, 224, 256, 320)
KEPT = Text(
    "The padding changes with it, so that every map keeps its size.",
    "填充随之调整，使所有特征图的尺寸不变。",
)


def conv_of(name: str, layer: str, size: int = 0) -> tuple[Step, ops.Conv]:
    """A convolution with what comes to it."""
    step = at_size(name, size or network(name).input[1]).step(layer)
    assert isinstance(step.layer.op, ops.Conv)
    return step, step.layer.op


def pairs(name: str, layer: str) -> int:
    """Weights of one tap: pairs of an input and an output channel."""
    step, op = conv_of(name, layer)
    return step.inputs[0][0] // op.groups * op.channels


def old_kernel(name: str, layer: str) -> int:
    return conv_of(name, layer)[1].kernel[0]


def other_kernels(name: str, layer: str) -> list[int]:
    """Other kernels that the layer could get."""
    op = conv_of(name, layer)[1]
    least = op.kernel[0] - 2 * op.padding[0]
    return [kernel for kernel in (1, 3, 5, 7, 9) if kernel != op.kernel[0] and kernel >= least]


def convolutions(name: str) -> list[str]:
    """All with a kernel of their own, but the first, whose input always has three channels."""
    steps = convs(at_size(name, network(name).input[1]))
    return [step.layer.name for step in steps if old_kernel(name, step.layer.name) > 1][1:]


def drawn(draw: Draw) -> tuple[str, str, int] | None:
    """A network, a layer, another kernel."""
    name = draw.choice(NETWORKS)
    layer = draw.choice(convolutions(name))
    return name, layer, draw.choice(other_kernels(name, layer))


def version(name: str) -> Text:
    bottlenecks = name in ("resnet50", "resnet101", "resnext50_32x4d")
    return Text(f" {VERSION.en}", VERSION.zh) if bottlenecks else Text("", "")


def in_groups(op: ops.Conv) -> Text:
    if op.groups == 1:
        return Text("", "")
    return Text(f" in {op.groups} groups", f"（{op.groups} 组）")


def square(kernel: int) -> str:
    return f"{kernel}×{kernel}"


def more(grows: bool) -> Text:
    return Text("more", "增加") if grows else Text("fewer", "减少")
