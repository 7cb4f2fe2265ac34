"""Gradients worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quizcv.specs.matrices import Matrix, matrix_rules, size_rules, vector_rules, window_rules
from quizcv.specs.spec import LONGEST, Spec
from quizcv.specs.values import ConvValue

Saturating = Literal["sigmoid", "tanh"]
Activation = Literal["identity", "relu", Saturating]

SATURATING: tuple[Saturating, ...] = ("sigmoid", "tanh")

#: With a larger factor per layer too many layers would have to be run.
FLAT = 0.7


def slope(activation: str, z: float) -> float:
    """The derivative of sigmoid or tanh."""
    return 1 - math.tanh(z) ** 2 if activation == "tanh" else 1 / (2 + 2 * math.cosh(z))


def kink_rules(activation: str, *pre_activations: float) -> Iterator[str]:
    """For a derivative that must exist."""
    if activation == "relu" and any(abs(z) < 1e-9 for z in pre_activations):
        yield "the pre-activation is 0, where a ReLU has no derivative"


@dataclass(frozen=True, slots=True)
class ConvWeightGradient(Spec):
    """The gradient of one weight of a square kernel of a convolution with one channel."""

    x: Matrix
    grad: Matrix
    kernel: int
    row: int
    col: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "grad": "gradient of the loss with respect to the output",
        "row": "row of the kernel, from 0",
        "col": "column of the kernel, from 0",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x, grad=self.grad)):
            yield from faults
            return
        for size, out in ((len(self.x), len(self.grad)), (len(self.x[0]), len(self.grad[0]))):
            faults = list(window_rules(size, self.kernel, 0, "row", self.stride, self.padding))
            yield from faults
            if not faults and (size + 2 * self.padding - self.kernel) // self.stride + 1 != out:
                yield "grad must have the size of the output"
        if not 0 <= self.row < self.kernel or not 0 <= self.col < self.kernel:
            yield "row and col must lie within the kernel"


@dataclass(frozen=True, slots=True)
class ConvInputGradient(Spec):
    """The gradient of one input cell of a convolution with one channel."""

    weight: Matrix
    grad: Matrix
    size: int
    row: int
    col: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "grad": "gradient of the loss with respect to the output",
        "size": "height and width of the input",
        "row": "row of the input, from 0",
        "col": "column of the input, from 0",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(weight=self.weight, grad=self.grad)):
            yield from faults
            return
        if not 1 <= self.size <= LONGEST:
            yield f"size must lie between 1 and {LONGEST}; more is too large to be run"
            return
        for kernel, out in ((len(self.weight), len(self.grad)), (len(self.weight[0]), len(self.grad[0]))):
            faults = list(window_rules(self.size, kernel, 0, "row", self.stride, self.padding))
            yield from faults
            if not faults and (self.size + 2 * self.padding - kernel) // self.stride + 1 != out:
                yield "grad must have the size of the output"
        if not 0 <= self.row < self.size or not 0 <= self.col < self.size:
            yield "row and col must lie within the input"


@dataclass(frozen=True, slots=True)
class ConvLossWeight(Spec):
    """The gradient of one weight of a convolution (one channel, stride 1, no padding) under the loss ½ Σ (y − target)²."""

    x: Matrix
    weight: Matrix
    target: Matrix
    row: int
    col: int

    meaning: ClassVar[Mapping[str, str]] = {"row": "row of the kernel, from 0", "col": "column of the kernel, from 0"}

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(target=self.target)):
            yield from faults
            return
        yield from ConvValue(self.x, self.weight, len(self.target) - 1, len(self.target[0]) - 1).rules()
        if self.x and self.weight and self.weight[0]:
            if len(self.x) - len(self.weight) + 1 != len(self.target) or len(self.x[0]) - len(
                self.weight[0]
            ) + 1 != len(self.target[0]):
                yield "target must have the size of the output"
            limit = self._limit()
            if not 0 <= self.row < limit[0] or not 0 <= self.col < limit[1]:
                yield f"row and col must lie within {limit[0]} × {limit[1]}"

    def _limit(self) -> tuple[int, int]:
        return len(self.weight), len(self.weight[0])


@dataclass(frozen=True, slots=True)
class ConvLossInput(ConvLossWeight):
    """The gradient of one input cell under the same loss."""

    meaning: ClassVar[Mapping[str, str]] = {"row": "row of the input, from 0", "col": "column of the input, from 0"}

    def _limit(self) -> tuple[int, int]:
        return len(self.x), len(self.x[0])


@dataclass(frozen=True, slots=True)
class NeuronBackward(Spec):
    """The gradient of one weight of a neuron a = f(w·x + b) under the loss ½ (a − target)²."""

    x: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float
    target: float
    index: int
    activation: Activation = "sigmoid"

    meaning: ClassVar[Mapping[str, str]] = {"index": "which weight, from 0"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x, weight=self.weight)
        yield from size_rules(self.bias, self.target)
        if len(self.x) != len(self.weight):
            yield "x and weight must be equally long"
        else:
            z = self.bias + sum(w * x for w, x in zip(self.weight, self.x, strict=True))
            yield from kink_rules(self.activation, z)
        if not 0 <= self.index < len(self.x):
            yield "index must lie within weight"


@dataclass(frozen=True, slots=True)
class NeuronStep(NeuronBackward):
    """The same weight after one step of plain gradient descent."""

    lr: float = 0.1

    def rules(self) -> Iterator[str]:
        yield from NeuronBackward.rules(self)
        yield from size_rules(self.lr)
        if self.lr < 0:
            yield "lr must not be negative (PyTorch: Invalid learning rate)"


@dataclass(frozen=True, slots=True)
class TwoLayerChain(Spec):
    """dL/dw1 for h = f(w1·x + b1), y = w2·h + b2, L = ½ (y − target)²."""

    x: float
    w1: float
    b1: float
    w2: float
    b2: float
    target: float
    activation: Activation = "sigmoid"

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.x, self.w1, self.b1, self.w2, self.b2, self.target)
        yield from kink_rules(self.activation, self.w1 * self.x + self.b1)


@dataclass(frozen=True, slots=True)
class TwoPathChain(Spec):
    """dL/dx for hidden units h_i = f(w1_i·x), y = Σ w2_i·h_i, L = ½ (y − target)²: the paths add up."""

    x: float
    w1: tuple[float, ...]
    w2: tuple[float, ...]
    target: float
    activation: Activation = "sigmoid"

    def rules(self) -> Iterator[str]:
        yield from vector_rules(w1=self.w1, w2=self.w2)
        yield from size_rules(self.x, self.target)
        if len(self.w1) != len(self.w2):
            yield "w1 and w2 must be equally long"
        yield from kink_rules(self.activation, *(w * self.x for w in self.w1))


@dataclass(frozen=True, slots=True)
class VanishingProduct(Spec):
    """The factor by which a gradient changes on its way back through equal layers h = f(weight·h + b) of one unit, each with the
    pre-activation z."""

    layers: int
    z: float
    weight: float = 1
    activation: Saturating = "sigmoid"

    meaning: ClassVar[Mapping[str, str]] = {"z": "pre-activation in every layer"}

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.weight)
        if not 1 <= self.layers <= LONGEST:
            yield f"layers must lie between 1 and {LONGEST}; more is too large to be run"
        if abs(self.z) > 10:
            yield "z must lie between -10 and 10: further out the derivative drowns in rounding"


@dataclass(frozen=True, slots=True)
class VanishingChain(Spec):
    """The same with a pre-activation and a weight for each layer."""

    z: tuple[float, ...]
    weight: tuple[float, ...]
    activation: Saturating = "sigmoid"

    meaning: ClassVar[Mapping[str, str]] = {"z": "pre-activation of each layer", "weight": "weight of each layer"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(z=self.z, weight=self.weight)
        if len(self.z) != len(self.weight):
            yield "z and weight must be equally long"
        if any(abs(z) > 10 for z in self.z):
            yield "z must lie between -10 and 10: further out the derivative drowns in rounding"


@dataclass(frozen=True, slots=True)
class VanishingDepth(Spec):
    """The smallest number of such layers after which a gradient of 1 has fallen below a threshold."""

    z: float
    threshold: float
    weight: float = 1
    activation: Saturating = "sigmoid"

    def rules(self) -> Iterator[str]:
        if faults := list(VanishingProduct(1, self.z, self.weight, self.activation).rules()):
            yield from faults
            return
        if not 1e-9 <= self.threshold < 1:
            yield "threshold must lie in [1e-9, 1)"
        factor = abs(self.weight) * slope(self.activation, self.z)
        if factor < 1e-9:
            yield "each layer multiplies by nearly 0"
        elif factor > FLAT:
            yield f"each layer multiplies by {factor:.3g}: the gradient does not fall fast enough to be run"
