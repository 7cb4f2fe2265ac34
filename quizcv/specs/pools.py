"""Pooling forwards and backwards, and sliding windows laid out as columns, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from quizcv.specs.matrices import Matrix, Stack, hole_rules, matrix_rules, size_rules, stack_rules, window_rules
from quizcv.specs.spec import LONGEST, Spec
from quizcv.specs.values import ConvValue

#: A missing cell is sought between -100 and 100.
CELLS = 100


def pool_rules(x: Matrix, kernel: int, row: int, col: int, stride: int, padding: int) -> Iterator[str]:
    """What no pooling layer would accept."""
    if faults := list(matrix_rules(x=x)):
        yield from faults
        return
    if padding > kernel // 2:
        yield "padding may be half the kernel at most (PyTorch: pad should be at most half of effective kernel size)"
    yield from window_rules(len(x), kernel, row, "row", stride, padding)
    yield from window_rules(len(x[0]), kernel, col, "col", stride, padding)


@dataclass(frozen=True, slots=True)
class MaxPoolValue(Spec):
    """One output of nn.MaxPool2d."""

    x: Matrix
    kernel: int
    row: int
    col: int
    stride: int
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "the input, row by row",
        "row": "row of the output, from 0",
        "col": "column of the output, from 0",
    }

    def rules(self) -> Iterator[str]:
        yield from pool_rules(self.x, self.kernel, self.row, self.col, self.stride, self.padding)


@dataclass(frozen=True, slots=True)
class ConvPool(Spec):
    """One output of 2×2 max pooling with stride 2 behind a convolution (stride 1, no padding, no bias) and a ReLU or not."""

    x: Matrix
    weight: Matrix
    row: int
    col: int
    relu: bool = False

    def rules(self) -> Iterator[str]:
        if min(self.row, self.col) < 0:
            yield "row and col must not be negative"
        yield from ConvValue(self.x, self.weight, 2 * self.row + 1, 2 * self.col + 1).rules()


@dataclass(frozen=True, slots=True)
class AvgPoolValue(MaxPoolValue):
    """One output of nn.AvgPool2d."""

    count_include_pad: bool = True


@dataclass(frozen=True, slots=True)
class AvgPoolCell(AvgPoolValue):
    """The input cell at (hole_row, hole_col), if an output of nn.AvgPool2d is y. `x` has 0 there."""

    hole_row: int = 0
    hole_col: int = 0
    y: int = 0

    def rules(self) -> Iterator[str]:
        if faults := list(MaxPoolValue.rules(self)):
            yield from faults
            return
        yield from size_rules(self.y)
        if faults := list(hole_rules(self.x, self.hole_row, self.hole_col)):
            yield from faults
            return
        top, left = self.row * self.stride - self.padding, self.col * self.stride - self.padding
        rows = range(max(0, top), min(len(self.x), top + self.kernel))
        cols = range(max(0, left), min(len(self.x[0]), left + self.kernel))
        if self.hole_row not in rows or self.hole_col not in cols:
            yield "the missing cell must lie within the window"
            return
        count = self.kernel**2 if self.count_include_pad else len(rows) * len(cols)
        known = sum(self.x[row][col] for row in rows for col in cols)
        if abs(self.y * count - known) > CELLS:
            yield f"no cell from -{CELLS} to {CELLS} gives that output"


@dataclass(frozen=True, slots=True)
class MaxPoolBackward(Spec):
    """The gradient that reaches one input cell of nn.MaxPool2d. All cells differ, so that each window has one maximum."""

    x: Matrix
    grad: Matrix
    kernel: int
    row: int
    col: int
    stride: int

    meaning: ClassVar[Mapping[str, str]] = {
        "grad": "gradient of the loss with respect to the output",
        "row": "row of the input, from 0",
        "col": "column of the input, from 0",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x, grad=self.grad)):
            yield from faults
            return
        last = len(self.grad) - 1, len(self.grad[0]) - 1
        yield from pool_rules(self.x, self.kernel, *last, self.stride, 0)
        if self.stride >= 1 and last != tuple((len(v) - self.kernel) // self.stride for v in (self.x, self.x[0])):
            yield "grad must have the size of the output"
        if len({cell for line in self.x for cell in line}) < len(self.x) * len(self.x[0]):
            yield "all cells of x must differ: else the largest of a window may stand in it twice"
        if not 0 <= self.row < len(self.x) or not 0 <= self.col < len(self.x[0]):
            yield "row and col must lie within x"


@dataclass(frozen=True, slots=True)
class MaxPoolRouted(Spec):
    """How many input cells of nn.MaxPool2d get a gradient other than 0, if every output gets one of 1."""

    x: Matrix
    kernel: int
    stride: int

    def rules(self) -> Iterator[str]:
        if faults := list(pool_rules(self.x, self.kernel, 0, 0, self.stride, 0)):
            yield from faults
        elif len({cell for line in self.x for cell in line}) < len(self.x) * len(self.x[0]):
            yield "all cells of x must differ: else the largest of a window may stand in it twice"


@dataclass(frozen=True, slots=True)
class AvgPoolBackward(Spec):
    """The gradient that reaches one input cell of nn.AvgPool2d with a square input."""

    grad: Matrix
    size: int
    kernel: int
    row: int
    col: int
    stride: int
    padding: int = 0
    count_include_pad: bool = True

    meaning: ClassVar[Mapping[str, str]] = {
        "grad": "gradient of the loss with respect to the output",
        "size": "height and width of the input",
        "row": "row of the input, from 0",
        "col": "column of the input, from 0",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(grad=self.grad)):
            yield from faults
            return
        if not 1 <= self.size <= LONGEST:
            yield f"size must lie between 1 and {LONGEST}; more is too large to be run"
            return
        x = ((0,) * self.size,) * self.size
        last = len(self.grad) - 1
        yield from pool_rules(x, self.kernel, last, last, self.stride, self.padding)
        if (
            len(self.grad[0]) != len(self.grad)
            or self.stride < 1
            or last != (self.size + 2 * self.padding - self.kernel) // self.stride
        ):
            yield "grad must have the size of the output"
        if not 0 <= self.row < self.size or not 0 <= self.col < self.size:
            yield "row and col must lie within the input"


@dataclass(frozen=True, slots=True)
class AvgPoolUpstream(Spec):
    """The upstream gradient at (hole_row, hole_col), if the input cell (row, col) of nn.AvgPool2d with stride 1 and no padding
    gets the gradient `arrived`. `grad` has 0 there."""

    grad: Matrix
    kernel: int
    row: int
    col: int
    hole_row: int
    hole_col: int
    arrived: float

    meaning: ClassVar[Mapping[str, str]] = {
        "grad": "gradient of the loss with respect to the output",
        "arrived": "gradient of the loss with respect to the input cell",
    }

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(grad=self.grad)):
            yield from faults
            return
        if not 1 <= self.kernel <= LONGEST:
            yield f"kernel must lie between 1 and {LONGEST}; more is too large to be run"
            return
        yield from size_rules(self.arrived)
        yield from hole_rules(self.grad, self.hole_row, self.hole_col)
        if not 0 <= self.row - self.hole_row < self.kernel or not 0 <= self.col - self.hole_col < self.kernel:
            yield "the window of the missing gradient must cover the input cell"


@dataclass(frozen=True, slots=True)
class Im2colValue(Spec):
    """One entry of the matrix that nn.Unfold makes of an image: a column per window."""

    x: Stack
    kernel: int
    row: int
    col: int
    stride: int = 1
    padding: int = 0

    meaning: ClassVar[Mapping[str, str]] = {
        "x": "the input, channel by channel",
        "row": "row of the matrix, from 0",
        "col": "column of the matrix, from 0",
    }

    @property
    def windows(self) -> tuple[int, int]:
        """Down and across."""
        high, wide = (
            (n + 2 * self.padding - self.kernel) // self.stride + 1 for n in (len(self.x[0]), len(self.x[0][0]))
        )
        return high, wide

    def rules(self) -> Iterator[str]:
        if faults := list(stack_rules(x=self.x)):
            yield from faults
            return
        size = len(self.x[0]), len(self.x[0][0])
        options = self.stride, self.padding
        faults = [fault for n in size for fault in window_rules(n, self.kernel, 0, "row", *options)]
        if faults:
            yield from faults
            return
        rows = len(self.x) * self.kernel**2
        if not 0 <= self.row < rows or not 0 <= self.col < self.windows[0] * self.windows[1]:
            yield f"the matrix has {rows} rows and {self.windows[0] * self.windows[1]} columns"
        elif rows * self.windows[0] * self.windows[1] > 10**7:
            yield "the matrix is too large to be run"


@dataclass(frozen=True, slots=True)
class FoldedValue(Spec):
    """One cell of fold(unfold(x)) with stride 1 and no padding: nn.Fold adds up where windows overlap."""

    x: Matrix
    kernel: int
    row: int
    col: int
    stride: int = 1

    def rules(self) -> Iterator[str]:
        if faults := list(matrix_rules(x=self.x)):
            yield from faults
            return
        yield from window_rules(len(self.x), self.kernel, 0, "row", self.stride)
        yield from window_rules(len(self.x[0]), self.kernel, 0, "col", self.stride)
        if self.kernel > 12:
            yield "the kernel is too large to be run"
        if not 0 <= self.row < len(self.x) or not 0 <= self.col < len(self.x[0]):
            yield "row and col must lie within x"
