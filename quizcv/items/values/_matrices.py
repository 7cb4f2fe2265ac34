"""Arithmetic on small matrices of whole numbers, as one does it on paper, and their drawing and writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from quizcv.items.text import terms
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix, Vector


def draw_matrix(draw: Draw, height: int, width: int, low: int, high: int) -> Matrix:
    return tuple(draw_vector(draw, width, low, high) for _ in range(height))


def draw_vector(draw: Draw, length: int, low: int, high: int) -> Vector:
    return tuple(draw.integer(low, high) for _ in range(length))


def cell(x: Matrix, row: int, col: int) -> int:
    """An entry, 0 outside."""
    return x[row][col] if 0 <= row < len(x) and 0 <= col < len(x[0]) else 0


def products(
    x: Matrix, weight: Matrix, row: int, col: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> list[tuple[int, int]]:
    """What a sliding kernel multiplies at one output: (weight, input) in the order of the kernel, with zeros outside."""
    top, left = row * stride - padding, col * stride - padding
    return [
        (entry, cell(x, top + i * dilation, left + j * dilation))
        for i, entries in enumerate(weight)
        for j, entry in enumerate(entries)
    ]


def correlate(
    x: Matrix, weight: Matrix, row: int, col: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """One output of a convolution as the networks compute it."""
    return sum(one * other for one, other in products(x, weight, row, col, stride, padding, dilation))


def correlated(x: Matrix, weight: Matrix) -> Matrix:
    """All outputs at stride 1 without padding."""
    high, wide = len(x) - len(weight) + 1, len(x[0]) - len(weight[0]) + 1
    return tuple(tuple(correlate(x, weight, row, col) for col in range(wide)) for row in range(high))


def stamped(x: Matrix, weight: Matrix, row: int, col: int, stride: int = 1, padding: int = 0) -> list[tuple[int, int]]:
    """What adds up at one output of a transposed convolution: (input, weight) of every input cell whose stamp reaches it."""
    found = []
    for i, cells in enumerate(x):
        for j, entry in enumerate(cells):
            at = row + padding - i * stride, col + padding - j * stride
            if 0 <= at[0] < len(weight) and 0 <= at[1] < len(weight[0]):
                found.append((entry, weight[at[0]][at[1]]))
    return found


def flipped(weight: Matrix) -> Matrix:
    """Rotated by 180°, as a true convolution reads the kernel."""
    return tuple(row[::-1] for row in weight[::-1])


def transposed(x: Matrix) -> Matrix:
    return tuple(zip(*x, strict=True))


def mapped(function: Callable[[int], int], x: Matrix) -> Matrix:
    return tuple(tuple(function(entry) for entry in row) for row in x)


def relu(value: int) -> int:
    return max(0, value)


def total(pairs: Sequence[tuple[int, int]]) -> int:
    return sum(one * other for one, other in pairs)


def sum_of(pairs: Sequence[tuple[int, int]]) -> str:
    """The sum of products in LaTeX; 0 for none."""
    return terms(pairs) or "0"


def holed(x: Matrix, row: int, col: int) -> str:
    """A matrix as a code block with a `?` at one place."""
    cells = [["?" if (i, j) == (row, col) else str(v) for j, v in enumerate(line)] for i, line in enumerate(x)]
    width = max(len(entry) for line in cells for entry in line)
    body = "\n".join(" ".join(entry.rjust(width) for entry in line) for line in cells)
    return f"\n\n```\n{body}\n```\n\n"


def place(row: int, col: int) -> Text:
    """A cell of a matrix; the stem says once that rows and columns are counted from 0."""
    return Text(f"row {row}, column {col}", f"第 {row} 行第 {col} 列")


#: Said where a stem names a cell.
FROM_0 = Text("(rows and columns counted from 0)", "（行列均从 0 数起）")

FLIP_EN = "The kernel was rotated by 180°, as in a true convolution; the layer does not flip it (cross-correlation)."
FLIP_ZH = "把卷积核旋转了 180°（数学意义上的卷积）；网络层并不翻转卷积核（互相关）。"
