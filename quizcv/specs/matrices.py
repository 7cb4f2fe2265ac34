"""Small matrices as parameters: their types and what must hold of them."""

from __future__ import annotations

from collections.abc import Iterator

from quizcv.specs.spec import LONGEST

Vector = tuple[int, ...]
Matrix = tuple[Vector, ...]
Stack = tuple[Matrix, ...]

#: Sums of products of larger entries would not stay exact in float64.
BIG = 1000


def matrix_rules(**matrices: Matrix) -> Iterator[str]:
    """What is wrong with matrices of these names."""
    for name, matrix in matrices.items():
        if not matrix or not matrix[0]:
            yield f"{name} must not be empty"
        elif len({len(row) for row in matrix}) > 1:
            yield f"the rows of {name} must be equally long"
        elif any(abs(entry) > BIG for row in matrix for entry in row):
            yield f"the entries of {name} may be {BIG:,} at most"


def stack_rules(**stacks: Stack) -> Iterator[str]:
    """What is wrong with stacks of matrices of these names."""
    for name, stack in stacks.items():
        if not stack:
            yield f"{name} must not be empty"
            return
        if len({(len(matrix), len(matrix[0]) if matrix else 0) for matrix in stack}) > 1:
            yield f"the matrices of {name} must be equally large"
        for matrix in stack:
            yield from matrix_rules(**{name: matrix})


def vector_rules(**vectors: tuple[int | float, ...]) -> Iterator[str]:
    """What is wrong with lists of these names."""
    for name, vector in vectors.items():
        if not vector:
            yield f"{name} must not be empty"
        elif any(abs(entry) > BIG for entry in vector):
            yield f"the entries of {name} may be {BIG:,} at most"


def hole_rules(matrix: Matrix, row: int, col: int) -> Iterator[str]:
    """For a matrix of which one entry is sought."""
    if not 0 <= row < len(matrix) or not 0 <= col < len(matrix[0]):
        yield "hole_row and hole_col must lie within the matrix"
    elif matrix[row][col]:
        yield "the missing entry must be given as 0"


def size_rules(*numbers: float) -> Iterator[str]:
    """For numbers that stand alone."""
    if any(abs(number) > BIG for number in numbers):
        yield f"no number may be larger than {BIG:,}"


def window_rules(
    size: int, kernel: int, at: int, axis: str, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Iterator[str]:
    """What is wrong with a sliding window along one axis, and with the place of its output that is asked for."""
    if min(kernel, stride, dilation) < 1:
        yield "kernel, stride and dilation must be at least 1"
    elif padding < 0:
        yield "padding must not be negative"
    elif padding > LONGEST:
        yield f"padding {padding} is too large to be run"
    elif (extent := dilation * (kernel - 1) + 1) > size + 2 * padding:
        yield f"the kernel spans {extent} cells, more than the padded input's {size + 2 * padding}"
    elif not 0 <= at <= (size + 2 * padding - extent) // stride:
        yield f"{axis} must lie between 0 and {(size + 2 * padding - extent) // stride}"
