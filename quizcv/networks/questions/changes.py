"""What can be asked of the costs of a network that gets another input, kernel or stride: the types of the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.questions.altered import (
    bottleneck_rules,
    conv_rules,
    convolutional_rules,
    flattens,
    layer_rules,
    network_rules,
    order_rules,
    size_rules,
    stride_rules,
)
from quizcv.specs import Spec

#: What the parameters mean.
NAMES: Mapping[str, str] = {
    "network": "as `quizcv net list` has it",
    "layer": "as `quizcv net NAME` has it",
    "size": "height and width of the input",
    "before": "height and width of the input that is compared with",
    "listed": "whether the stem lists the layers",
}


@dataclass(frozen=True, slots=True)
class InputMacs(Spec):
    """MACs of all convolutions with an input of this size."""

    network: str
    size: int
    before: int = 224

    meaning: ClassVar[Mapping[str, str]] = NAMES

    def rules(self) -> Iterator[str]:
        yield from convolutional_rules(self.network)
        yield from size_rules(self.size, self.before, step=32)


@dataclass(frozen=True, slots=True)
class TotalMacs(InputMacs):
    """MACs of the whole network with an input of this size."""


@dataclass(frozen=True, slots=True)
class InputGrowth(InputMacs):
    """How many times as many parameters or MACs a network has with another input."""

    quantity: Literal["parameters", "macs"] = "macs"


@dataclass(frozen=True, slots=True)
class LargestInput(Spec):
    """The largest input, a multiple of 32, with which the convolutions take at most so many GMACs."""

    network: str
    budget: int

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "budget": "GMACs"}

    def rules(self) -> Iterator[str]:
        yield from convolutional_rules(self.network)
        if not 1 <= self.budget <= 300:
            yield "budget must be from 1 to 300"


@dataclass(frozen=True, slots=True)
class FirstFcAt(Spec):
    """Parameters of the first fully connected layer of a network that flattens, with an input of this size."""

    network: str
    size: int
    listed: bool = False

    meaning: ClassVar[Mapping[str, str]] = NAMES

    def rules(self) -> Iterator[str]:
        yield from (wrong := list(network_rules(self.network)))
        yield from size_rules(self.size)
        if not wrong and not flattens(network(self.network)):
            yield f"{self.network} flattens no map whose size follows the input's"


@dataclass(frozen=True, slots=True)
class KernelParams(Spec):
    """By how many parameters a network changes when one convolution gets another kernel; what it reads and gives keeps its size."""

    network: str
    layer: str
    kernel: int
    listed: bool = False

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "kernel": "side of the new kernel"}

    def rules(self) -> Iterator[str]:
        yield from conv_rules(self.network, self.layer, self.kernel)


@dataclass(frozen=True, slots=True)
class KernelMacs(Spec):
    """By how many MACs the same changes a network."""

    network: str
    layer: str
    kernel: int
    size: int = 224

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "kernel": "side of the new kernel"}

    def rules(self) -> Iterator[str]:
        yield from conv_rules(self.network, self.layer, self.kernel)
        yield from size_rules(self.size)


@dataclass(frozen=True, slots=True)
class KernelPair(Spec):
    """By how many MACs two convolutions with other kernels change a network; negative if it has fewer."""

    network: str
    layer: str
    kernel: int
    other: str
    other_kernel: int
    size: int = 224

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "other": "another layer", "other_kernel": "its new kernel"}

    def rules(self) -> Iterator[str]:
        yield from conv_rules(self.network, self.layer, self.kernel)
        yield from conv_rules(self.network, self.other, self.other_kernel)
        yield from size_rules(self.size)
        if self.layer == self.other:
            yield "layer and other must be two"


@dataclass(frozen=True, slots=True)
class KernelBudget(Spec):
    """The largest kernel that a convolution may get if the network is to grow by so many parameters at most."""

    network: str
    layer: str
    budget: int

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "budget": "parameters that may be added"}

    def rules(self) -> Iterator[str]:
        yield from (wrong := list(layer_rules(self.network, self.layer, ops.Conv, "convolution")))
        if not wrong:
            op = network(self.network).layer(self.layer).op
            yield from conv_rules(self.network, self.layer, getattr(op, "kernel", (1, 1))[0] + 2)
            if getattr(op, "kernel", (1, 1))[0] % 2 == 0:
                yield f"the kernel of {self.layer} is even"
        if self.budget < 1:
            yield "budget must be at least 1"


@dataclass(frozen=True, slots=True)
class StrideBlock(Spec):
    """MACs of a stage's first bottleneck when its stride moves from the 3×3 convolution to the first 1×1 (v1.5 becomes v1)."""

    network: str
    stage: int
    size: int = 224
    listed: bool = False

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "stage": "3 for PyTorch's layer3"}

    def rules(self) -> Iterator[str]:
        yield from bottleneck_rules(self.network, self.stage)
        yield from size_rules(self.size)


@dataclass(frozen=True, slots=True)
class StrideSaved(Spec):
    """By how many MACs the network gets cheaper when the stride of these stages' first bottlenecks moves to the first 1×1."""

    network: str
    stages: tuple[int, ...]
    size: int = 224

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "stages": "[2,3,4] for PyTorch's layer2, layer3 and layer4"}

    def rules(self) -> Iterator[str]:
        yield from bottleneck_rules(self.network, *self.stages)
        yield from size_rules(self.size)
        if not self.stages or len(set(self.stages)) < len(self.stages):
            yield "there must be a stage, and each only once"


def _map(name: str, layer: str) -> Iterator[str]:
    """The rules for a layer that gives maps."""
    kinds = (ops.Conv, ops.Pool, ops.Add, ops.Concat)
    yield from layer_rules(name, layer, kinds, "convolution, pooling, sum or concatenation")


@dataclass(frozen=True, slots=True)
class StrideOutput(Spec):
    """What a layer gives when the stride of an earlier layer (or of a residual network's stage) is another."""

    network: str
    changed: str
    stride: int
    layer: str
    size: int = 224
    listed: bool = False

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "changed": "the layer (or stage, as `layer4`) with the new stride"}

    def rules(self) -> Iterator[str]:
        wrong = [*stride_rules(self.network, self.changed, self.stride), *_map(self.network, self.layer)]
        yield from wrong or order_rules(self.network, self.changed, self.layer)
        yield from size_rules(self.size)


@dataclass(frozen=True, slots=True)
class StrideTwo(Spec):
    """The same where two strides are others."""

    network: str
    changed: str
    stride: int
    other: str
    other_stride: int
    layer: str
    size: int = 224

    meaning: ClassVar[Mapping[str, str]] = {
        **NAMES,
        "changed": "a layer (or stage, as `layer4`) with a new stride",
        "other": "another one",
    }

    def rules(self) -> Iterator[str]:
        wrong = list(_map(self.network, self.layer))
        for changed, stride in ((self.changed, self.stride), (self.other, self.other_stride)):
            found = [*wrong, *stride_rules(self.network, changed, stride)]
            yield from found or order_rules(self.network, changed, self.layer)
        yield from size_rules(self.size)
        if self.changed == self.other:
            yield "changed and other must be two"
