"""What can be asked of how far a network's units see, and of the input that it needs: the types of the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.networks import ops
from quizcv.networks.catalogue import network
from quizcv.networks.questions.altered import (
    convolutional_rules,
    layer_rules,
    order_rules,
    padding_rules,
    seeing_rules,
    size_rules,
)
from quizcv.networks.questions.changes import NAMES
from quizcv.specs import Spec


@dataclass(frozen=True, slots=True)
class NetField(Spec):
    """Receptive field of a unit of a layer, along the width."""

    network: str
    layer: str
    listed: bool = False

    meaning: ClassVar[Mapping[str, str]] = NAMES

    def rules(self) -> Iterator[str]:
        yield from seeing_rules(self.network, self.layer)


@dataclass(frozen=True, slots=True)
class NetFieldChanged(Spec):
    """The same when an earlier layer has another kernel, stride or dilation."""

    network: str
    layer: str
    changed: str
    what: Literal["kernel", "stride", "dilation"]
    value: int

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "changed": "the layer that is another", "what": "what of it"}

    def rules(self) -> Iterator[str]:
        yield from seeing_rules(self.network, self.layer)
        kinds = (ops.Conv, ops.Pool) if self.what != "dilation" else (ops.Conv,)
        yield from layer_rules(
            self.network, self.changed, kinds, "convolution or pooling whose " + self.what + " can change"
        )
        if self.what == "kernel":
            yield from padding_rules(self.network, self.changed, self.value)
        if not 1 <= self.value <= 16:
            yield "value must be from 1 to 16"


@dataclass(frozen=True, slots=True)
class NetFieldReach(Spec):
    """The first of a network's convolutions and poolings, counted from 1, whose units see so many pixels at least."""

    network: str
    field: int

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "field": "pixels, wanted at least"}

    def rules(self) -> Iterator[str]:
        yield from (wrong := list(convolutional_rules(self.network)))
        if not wrong and any(isinstance(layer.op, ops.Concat) for layer in network(self.network).layers):
            yield f"{self.network} has branches, whose layers have no one order"
        if not 1 <= self.field <= 1024:
            yield "field must be from 1 to 1,024"


@dataclass(frozen=True, slots=True)
class SmallestInput(Spec):
    """The smallest square input that a network's layers accept up to this one."""

    network: str
    layer: str
    listed: bool = False

    meaning: ClassVar[Mapping[str, str]] = NAMES

    def rules(self) -> Iterator[str]:
        yield from seeing_rules(self.network, self.layer)


@dataclass(frozen=True, slots=True)
class SmallestChanged(Spec):
    """The same when an earlier convolution or pooling has another kernel and stride, and the same padding."""

    network: str
    layer: str
    changed: str
    kernel: int
    stride: int

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "changed": "the layer that is another"}

    def rules(self) -> Iterator[str]:
        kinds = (ops.Conv, ops.Pool)
        wrong = [
            *seeing_rules(self.network, self.layer),
            *layer_rules(self.network, self.changed, kinds, "convolution or pooling"),
        ]
        yield from wrong or order_rules(self.network, self.changed, self.layer)
        yield from padding_rules(self.network, self.changed, self.kernel)
        if not (1 <= self.kernel <= 15 and 1 <= self.stride <= 8):
            yield "kernel must be from 1 to 15, stride from 1 to 8"


@dataclass(frozen=True, slots=True)
class BreaksAt(Spec):
    """The letter of the layer at which a network breaks with an input that is too small."""

    network: str
    size: int
    options: tuple[str, ...]

    meaning: ClassVar[Mapping[str, str]] = {**NAMES, "options": "layers, one of which breaks"}

    def rules(self) -> Iterator[str]:
        for option in self.options:
            yield from seeing_rules(self.network, option)
        if not 2 <= len(set(self.options)) == len(self.options) <= 8:
            yield "there must be 2 to 8 options, each only once"
        yield from size_rules(self.size)
