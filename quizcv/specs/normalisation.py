"""Normalisation layers: batch, layer, instance, group and RMS norm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import BIG, Matrix, Stack, Vector, matrix_rules, size_rules, stack_rules, vector_rules
from quizcv.specs.spec import Spec

Kind = Literal["batch", "layer", "instance", "group"]

_AFFINE = {"gamma": "scale of the layer", "beta": "shift of the layer", "eps": "added to the variance"}
_FEATURES = {**_AFFINE, "x": "samples × channels × positions", "position": "place within the channel, from 0"}

#: The largest tensor whose statistics are counted.
MOST_FEATURES = 2_000_000


def _affine(gamma: float, beta: float, eps: float) -> Iterator[str]:
    yield from size_rules(gamma, beta)
    if not 1e-8 <= eps <= 1:
        yield "eps must lie between 1e-8 and 1"


@dataclass(frozen=True, slots=True)
class BatchNormTrain(Spec):
    """One output of batch norm in training, for one channel of a batch."""

    x: Vector
    index: int
    gamma: float = 1.0
    beta: float = 0.0
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = {**_AFFINE, "x": "the channel's values in the batch", "index": "from 0"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x)
        yield from _affine(self.gamma, self.beta, self.eps)
        if len(self.x) < 2:
            yield "more than one value per channel is needed in training"
        if not 0 <= self.index < len(self.x):
            yield "index must lie within x"


@dataclass(frozen=True, slots=True)
class NormPooled(Spec):
    """A channel of one sample after a normalisation, ReLU and global average pooling."""

    x: Stack
    sample: int
    channel: int
    gamma: float = 1.0
    beta: float = 0.0
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = _FEATURES

    def rules(self) -> Iterator[str]:
        if faults := list(stack_rules(x=self.x)):
            yield from faults
            return
        yield from _affine(self.gamma, self.beta, self.eps)
        if not (0 <= self.sample < len(self.x) and 0 <= self.channel < len(self.x[0])):
            yield "sample and channel must exist"
        if len(self.x[0][0]) < 2:
            yield "more than one position per channel is needed"


@dataclass(frozen=True, slots=True)
class NormValue(NormPooled):
    """One output of a normalisation over samples × channels × positions."""

    position: int = 0

    def rules(self) -> Iterator[str]:
        faults = list(NormPooled.rules(self))
        yield from faults
        if not faults and not 0 <= self.position < len(self.x[0][0]):
            yield "position must exist"


@dataclass(frozen=True, slots=True)
class BatchNormPooled(NormPooled):
    """A channel after batch norm in training, ReLU and global average pooling."""


@dataclass(frozen=True, slots=True)
class InstanceNormValue(NormValue):
    """One output of instance norm."""


@dataclass(frozen=True, slots=True)
class InstanceNormPooled(NormPooled):
    """A channel after instance norm, ReLU and global average pooling."""


@dataclass(frozen=True, slots=True)
class GroupNormValue(NormValue):
    """One output of group norm."""

    groups: int = 1

    def rules(self) -> Iterator[str]:
        faults = list(NormValue.rules(self))
        yield from faults
        if not faults and (self.groups < 1 or len(self.x[0]) % self.groups):
            yield "groups must divide the number of channels"


@dataclass(frozen=True, slots=True)
class GroupNormPooled(NormPooled):
    """A channel after group norm, ReLU and global average pooling."""

    groups: int = 1

    def rules(self) -> Iterator[str]:
        faults = list(NormPooled.rules(self))
        yield from faults
        if not faults and (self.groups < 1 or len(self.x[0]) % self.groups):
            yield "groups must divide the number of channels"


@dataclass(frozen=True, slots=True)
class LayerNormValue(Spec):
    """One output of layer norm over the features of each token."""

    x: Matrix
    row: int
    col: int
    gamma: float = 1.0
    beta: float = 0.0
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = {
        **_AFFINE,
        "x": "one token per row",
        "row": "token, from 0",
        "col": "feature, from 0",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x)):
            yield from faults
            return
        yield from _affine(self.gamma, self.beta, self.eps)
        if not (0 <= self.row < len(self.x) and 0 <= self.col < len(self.x[0])):
            yield "row and col must exist"


@dataclass(frozen=True, slots=True)
class LayerNormPooled(NormPooled):
    """A channel after layer norm over channels and positions, ReLU and global average pooling."""


@dataclass(frozen=True, slots=True)
class RunningStat(Spec):
    """A running statistic of a new batch norm with one channel after some batches."""

    batches: Matrix
    stat: Literal["mean", "var"]
    momentum: float = 0.1

    meaning: ClassVar[Mapping[str, str]] = {
        "batches": "one batch per row, all equally large",
        "momentum": "weight of the new value",
    }

    def rules(self) -> Iterator[str]:
        faults = list(matrix_rules(batches=self.batches))
        yield from faults
        if not faults and len(self.batches[0]) < 2:
            yield "more than one value per channel is needed in training"
        if not 0 < self.momentum <= 1:
            yield "momentum must lie in (0, 1]"


@dataclass(frozen=True, slots=True)
class RunningBatches(Spec):
    """After how many batches of one mean the running mean, from 0, has reached a share of it."""

    momentum: float
    share: float

    meaning: ClassVar[Mapping[str, str]] = {
        "momentum": "weight of the new value",
        "share": "of the batches' mean, between 0 and 1",
    }

    def rules(self) -> Iterator[str]:
        if not 0.02 <= self.momentum < 1:
            yield "momentum must lie in [0.02, 1): with less there are too many batches to be run"
        if not 0 < self.share <= 0.99:
            yield "share must lie in (0, 0.99]"


@dataclass(frozen=True, slots=True)
class BatchNormEval(Spec):
    """An output of batch norm in evaluation."""

    x: float
    running_mean: float
    running_var: float
    gamma: float = 1.0
    beta: float = 0.0
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = _AFFINE

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.x, self.running_mean)
        yield from _affine(self.gamma, self.beta, self.eps)
        if not 0 <= self.running_var <= BIG:
            yield f"running_var must lie between 0 and {BIG:,}"


@dataclass(frozen=True, slots=True)
class BatchNormEvalInput(Spec):
    """The input to which batch norm in evaluation gives a wanted output."""

    y: float
    running_mean: float
    running_var: float
    gamma: float
    beta: float
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = {**_AFFINE, "y": "the output"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.y, self.running_mean)
        yield from _affine(self.gamma, self.beta, self.eps)
        if abs(self.gamma) < 0.01:
            yield "gamma must not be 0, nor nearly"
        if not 0 < self.running_var <= BIG:
            yield f"running_var must lie between 0 and {BIG:,}"


@dataclass(frozen=True, slots=True)
class FoldedWeight(Spec):
    """A weight of a convolution after the batch norm behind it is folded in."""

    weight: float
    bias: float
    running_mean: float
    running_var: float
    gamma: float
    beta: float
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = {**_AFFINE, "weight": "of the convolution", "bias": "of the convolution"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.weight, self.bias, self.running_mean)
        yield from _affine(self.gamma, self.beta, self.eps)
        if not 0 < self.running_var <= BIG:
            yield f"running_var must lie between 0 and {BIG:,}"


@dataclass(frozen=True, slots=True)
class FoldedBias(FoldedWeight):
    """The bias of a convolution after the batch norm behind it is folded in."""


@dataclass(frozen=True, slots=True)
class FoldedGamma(Spec):
    """The gamma of a folded batch norm, from a weight before and after."""

    weight: float
    folded: float
    running_var: float
    eps: float = 1e-5

    meaning: ClassVar[Mapping[str, str]] = {
        "weight": "of the convolution, before",
        "folded": "the same weight after folding",
        "eps": "added to the variance",
    }

    def rules(self) -> Iterator[str]:
        yield from _affine(self.weight, self.folded, self.eps)
        if abs(self.weight) < 0.01:
            yield "weight must not be 0, nor nearly"
        if not 0 < self.running_var <= BIG:
            yield f"running_var must lie between 0 and {BIG:,}"
