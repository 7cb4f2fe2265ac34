"""Values of 1-D convolutions, linear layers and residual blocks, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import Matrix, Vector, matrix_rules, size_rules, vector_rules, window_rules
from quizcv.specs.spec import LONGEST, Spec

#: A missing cell is sought between -100 and 100.
CELLS = 100


@dataclass(frozen=True, slots=True)
class Conv1dValue(Spec):
    """One output of a 1-D convolution with one channel."""

    x: Vector
    weight: Vector
    index: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    bias: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"index": "place in the output, from 0"}

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x, weight=self.weight)
        yield from size_rules(self.bias)
        options = self.stride, self.padding, self.dilation
        yield from window_rules(len(self.x), len(self.weight), self.index, "index", *options)


@dataclass(frozen=True, slots=True)
class Conv1dInput(Conv1dValue):
    """The input cell at `hole`, if the output is y. `x` has 0 there."""

    hole: int = 0
    y: int = 0

    def rules(self) -> Iterator[str]:
        if faults := list(Conv1dValue.rules(self)):
            yield from faults
            return
        yield from size_rules(self.y)
        known, factor = self.bias, 0
        for tap, weight in enumerate(self.weight):
            at = self.index * self.stride - self.padding + tap * self.dilation
            factor += weight * (at == self.hole)
            known += weight * self.x[at] if 0 <= at < len(self.x) and at != self.hole else 0
        if not 0 <= self.hole < len(self.x) or factor == 0:
            yield "no weight other than 0 reads the missing cell"
        elif self.x[self.hole]:
            yield "the missing cell must be given as 0"
        elif (self.y - known) % factor or abs((self.y - known) // factor) > CELLS:
            yield f"no whole number from -{CELLS} to {CELLS} gives that output"


@dataclass(frozen=True, slots=True)
class CausalConv(Spec):
    """One output of a causal dilated 1-D convolution: all padding stands on the left, and the length stays."""

    x: Vector
    weight: Vector
    index: int
    dilation: int

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x, weight=self.weight)
        if not 1 <= self.dilation <= LONGEST:
            yield f"dilation must lie between 1 and {LONGEST}; more is too large to be run"
        if not 0 <= self.index < len(self.x):
            yield "index must lie within x"


@dataclass(frozen=True, slots=True)
class LinearValue(Spec):
    """One output of nn.Linear for one sample of a batch."""

    x: Matrix
    weight: Matrix
    bias: Vector
    sample: int
    unit: int

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "one sample per row",
        "weight": "out_features × in_features, as PyTorch stores it",
        "unit": "output feature, from 0",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x, weight=self.weight)):
            yield from faults
            return
        yield from vector_rules(bias=self.bias)
        if len(self.x[0]) != len(self.weight[0]):
            yield "x and weight must have rows of the same length, in_features"
        if len(self.bias) != len(self.weight):
            yield "bias needs one entry per row of weight"
        if not 0 <= self.sample < len(self.x) or not 0 <= self.unit < len(self.weight):
            yield "sample and unit must exist"


@dataclass(frozen=True, slots=True)
class TwoLinear(Spec):
    """The output of two linear layers with a ReLU between them, the second with one unit."""

    x: Vector
    weight1: Matrix
    bias1: Vector
    weight2: Vector
    bias2: int

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(weight1=self.weight1)):
            yield from faults
            return
        yield from vector_rules(x=self.x, bias1=self.bias1, weight2=self.weight2)
        yield from size_rules(self.bias2)
        if len(self.weight1[0]) != len(self.x):
            yield "the rows of weight1 must be as long as x"
        if not len(self.bias1) == len(self.weight2) == len(self.weight1):
            yield "bias1 and weight2 need one entry per row of weight1"


@dataclass(frozen=True, slots=True)
class ResidualValue(Spec):
    """One output of relu(x + conv(x)), the convolution with padding that keeps the size."""

    x: Matrix
    weight: Matrix
    row: int
    col: int
    bias: int = 0

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.bias)
        if faults := list(matrix_rules(x=self.x, weight=self.weight)):
            yield from faults
        elif len(self.weight) % 2 == 0 or len(self.weight) != len(self.weight[0]):
            yield "weight must be square with an odd number of rows"
        elif not 0 <= self.row < len(self.x) or not 0 <= self.col < len(self.x[0]):
            yield "row and col must lie within x"


@dataclass(frozen=True, slots=True)
class ResidualBlock(Spec):
    """One output of relu(x + conv2(relu(conv1(x)))) along one axis; both convolutions keep the length."""

    x: Vector
    weight1: Vector
    weight2: Vector
    index: int

    def rules(self) -> Iterator[str]:
        yield from vector_rules(x=self.x, weight1=self.weight1, weight2=self.weight2)
        if len(self.weight1) % 2 == 0 or len(self.weight2) % 2 == 0:
            yield "both kernels need an odd number of weights"
        if not 0 <= self.index < len(self.x):
            yield "index must lie within x"
