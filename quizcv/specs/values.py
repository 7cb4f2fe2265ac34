"""Values of 2-D convolutions, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import (
    Matrix,
    Stack,
    Vector,
    hole_rules,
    matrix_rules,
    size_rules,
    stack_rules,
    vector_rules,
    window_rules,
)
from quizcv.specs.spec import LONGEST, Spec

#: A missing whole number is sought between -40 and 40.
SOUGHT = 40


def _is_weight(left: int, cell: int) -> bool:
    """Whether a whole weight within reach, times that input cell, makes up what is left of the output."""
    return left % cell == 0 and abs(left // cell) <= SOUGHT


@dataclass(frozen=True, slots=True)
class ConvValue(Spec):
    """One output of a 2-D convolution with one channel, as nn.Conv2d computes it."""

    x: Matrix
    weight: Matrix
    row: int
    col: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    bias: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "the input, row by row",
        "weight": "the kernel, row by row",
        "row": "row of the output, from 0",
        "col": "column of the output, from 0",
        "padding": "zeros on each side",
    }

    def rules(self) -> Iterator[str]:
        yield from size_rules(self.bias)
        if faults := list(matrix_rules(x=self.x, weight=self.weight)):
            yield from faults
            return
        options = self.stride, self.padding, self.dilation
        yield from window_rules(len(self.x), len(self.weight), self.row, "row", *options)
        yield from window_rules(len(self.x[0]), len(self.weight[0]), self.col, "col", *options)


@dataclass(frozen=True, slots=True)
class DilatedValue(ConvValue):
    """One output of a dilated convolution."""


@dataclass(frozen=True, slots=True)
class ConvMissingWeight(ConvValue):
    """The weight that stands at (hole_row, hole_col) of the kernel, if the output is y. `weight` has 0 there."""

    hole_row: int = 0
    hole_col: int = 0
    y: int = 0

    def rules(self) -> Iterator[str]:
        if faults := list(ConvValue.rules(self)):
            yield from faults
            return
        yield from size_rules(self.y)
        if faults := list(hole_rules(self.weight, self.hole_row, self.hole_col)):
            yield from faults
            return
        row = self.row * self.stride - self.padding + self.hole_row * self.dilation
        col = self.col * self.stride - self.padding + self.hole_col * self.dilation
        if not 0 <= row < len(self.x) or not 0 <= col < len(self.x[0]) or self.x[row][col] == 0:
            yield "the missing weight meets a zero: any value gives the same output"
        elif not _is_weight(self.y - self.known(), self.x[row][col]):
            yield f"no whole weight from -{SOUGHT} to {SOUGHT} gives that output"

    def known(self) -> int:
        """What the output is without the missing weight."""
        total = self.bias
        for row, weights in enumerate(self.weight):
            for col, weight in enumerate(weights):
                at = (
                    self.row * self.stride - self.padding + row * self.dilation,
                    self.col * self.stride - self.padding + col * self.dilation,
                )
                if (
                    0 <= at[0] < len(self.x)
                    and 0 <= at[1] < len(self.x[0])
                    and (row, col) != (self.hole_row, self.hole_col)
                ):
                    total += weight * self.x[at[0]][at[1]]
        return total


@dataclass(frozen=True, slots=True)
class FoundDilation(Spec):
    """The dilation out of 1, 2 and 3 with which a convolution gives the output y."""

    x: Matrix
    weight: Matrix
    row: int
    col: int
    y: int

    meaning: ClassVar[Mapping[str, str]] = {"y": "the output at (row, col)"}

    def rules(self) -> Iterator[str]:
        for dilation in (1, 2, 3):
            if faults := list(ConvValue(self.x, self.weight, self.row, self.col, dilation=dilation).rules()):
                yield from faults
                return
        fitting = [dilation for dilation in (1, 2, 3) if self._output(dilation) == self.y]
        if len(fitting) != 1:
            yield f"{len(fitting)} of the dilations give {self.y}; exactly one must"

    def _output(self, dilation: int) -> int:
        return sum(
            weight * self.x[self.row + i * dilation][self.col + j * dilation]
            for i, weights in enumerate(self.weight)
            for j, weight in enumerate(weights)
        )


@dataclass(frozen=True, slots=True)
class StackedConv(Spec):
    """One output of two convolutions in a row, without padding or bias and with stride 1; perhaps with a ReLU between them."""

    x: Matrix
    weight1: Matrix
    weight2: Matrix
    row: int
    col: int
    relu: bool = False

    meaning: ClassVar[Mapping[str, str]] = {"relu": "whether a ReLU stands between the two"}

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x, weight1=self.weight1, weight2=self.weight2)):
            yield from faults
            return
        both = len(self.weight1) + len(self.weight2) - 1, len(self.weight1[0]) + len(self.weight2[0]) - 1
        yield from window_rules(len(self.x), both[0], self.row, "row")
        yield from window_rules(len(self.x[0]), both[1], self.col, "col")


@dataclass(frozen=True, slots=True)
class DepthwiseValue(Spec):
    """One output of a depthwise convolution: `groups` = channels, one kernel each, no bias."""

    x: Stack
    weight: Stack
    channel: int
    row: int
    col: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"x": "the input, channel by channel", "weight": "one kernel per channel"}

    def rules(self) -> Iterator[str]:
        if faults := list(stack_rules(x=self.x, weight=self.weight)):
            yield from faults
            return
        if len(self.x) != len(self.weight):
            yield "x and weight must have the same number of channels"
        if not 0 <= self.channel < len(self.x):
            yield f"channel must lie between 0 and {len(self.x) - 1}"
        first = ConvValue(self.x[0], self.weight[0], self.row, self.col, self.stride, self.padding)
        yield from first.rules()


@dataclass(frozen=True, slots=True)
class SeparableValue(Spec):
    """One output of a depthwise separable convolution: a depthwise one, then a 1×1 one with one output channel."""

    x: Stack
    weight: Stack
    pointwise: Vector
    row: int
    col: int
    relu: bool = False

    meaning: ClassVar[Mapping[str, str]] = {
        "pointwise": "weights of the 1×1 convolution",
        "relu": "whether a ReLU stands between the two",
    }

    def rules(self) -> Iterator[str]:
        yield from vector_rules(pointwise=self.pointwise)
        yield from DepthwiseValue(self.x, self.weight, 0, self.row, self.col).rules()
        if len(self.pointwise) != len(self.x):
            yield "pointwise needs one weight per channel"


@dataclass(frozen=True, slots=True)
class ConvTransposeValue(Spec):
    """One output of a transposed convolution with one channel, as nn.ConvTranspose2d computes it; no bias."""

    x: Matrix
    weight: Matrix
    row: int
    col: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {"padding": "rows and columns cut off the output on each side"}

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x, weight=self.weight)):
            yield from faults
            return
        if not 1 <= self.stride <= LONGEST:
            yield f"stride must lie between 1 and {LONGEST}; more is too large to be run"
            return
        if self.padding < 0:
            yield "padding must not be negative"
        for size, kernel, at, axis in (
            (len(self.x), len(self.weight), self.row, "row"),
            (len(self.x[0]), len(self.weight[0]), self.col, "col"),
        ):
            out = (size - 1) * self.stride - 2 * self.padding + kernel
            if not 0 <= at < out:
                yield f"{axis} must lie within the output, which has {max(0, out)}"


@dataclass(frozen=True, slots=True)
class TransposeMissingWeight(ConvTransposeValue):
    """The weight that stands at (hole_row, hole_col) of a transposed convolution's kernel, if the output is y."""

    hole_row: int = 0
    hole_col: int = 0
    y: int = 0

    def rules(self) -> Iterator[str]:
        if faults := list(ConvTransposeValue.rules(self)):
            yield from faults
            return
        yield from size_rules(self.y)
        if faults := list(hole_rules(self.weight, self.hole_row, self.hole_col)):
            yield from faults
            return
        row, odd_row = divmod(self.row + self.padding - self.hole_row, self.stride)
        col, odd_col = divmod(self.col + self.padding - self.hole_col, self.stride)
        inside = 0 <= row < len(self.x) and 0 <= col < len(self.x[0])
        if odd_row or odd_col or not inside or self.x[row][col] == 0:
            yield "the missing weight does not reach this output: any value gives the same"
        elif not _is_weight(self.y - self.known(), self.x[row][col]):
            yield f"no whole weight from -{SOUGHT} to {SOUGHT} gives that output"

    def known(self) -> int:
        """What the output is without the missing weight."""
        total = 0
        for row, cells in enumerate(self.x):
            for col, cell in enumerate(cells):
                at = self.row + self.padding - row * self.stride, self.col + self.padding - col * self.stride
                inside = 0 <= at[0] < len(self.weight) and 0 <= at[1] < len(self.weight[0])
                if inside and at != (self.hole_row, self.hole_col):
                    total += cell * self.weight[at[0]][at[1]]
        return total
