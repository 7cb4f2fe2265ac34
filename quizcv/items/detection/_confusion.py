"""Confusion matrices: rows are true classes, columns predicted ones."""

from __future__ import annotations

from quizcv.items.detection._text import table
from quizcv.model import Text
from quizcv.seeds import Draw
from quizcv.specs.matrices import Matrix

ROWS = Text("Rows are true classes, columns predicted ones, counted from 0.", "行为真实类别，列为预测类别，从 0 起。")


def draw_confusion(draw: Draw, classes: int, diagonal: int, off: int) -> Matrix:
    """Larger numbers on the diagonal."""
    return tuple(
        tuple(draw.integer(diagonal // 3, diagonal) if row == col else draw.integer(0, off) for col in range(classes))
        for row in range(classes)
    )


def shown(matrix: Matrix) -> str:
    size = range(len(matrix))
    return table(["", *(f"pred {at}" for at in size)], [[f"true {at}", *map(str, matrix[at])] for at in size])


def row_sum(matrix: Matrix, label: int) -> int:
    """Samples of a class."""
    return sum(matrix[label])


def col_sum(matrix: Matrix, label: int) -> int:
    """Samples predicted as a class."""
    return sum(row[label] for row in matrix)


def total(matrix: Matrix) -> int:
    return sum(map(sum, matrix))


def right(matrix: Matrix) -> int:
    """Samples on the diagonal."""
    return sum(matrix[at][at] for at in range(len(matrix)))


def tp(matrix: Matrix, label: int) -> int:
    return matrix[label][label]


def iou(matrix: Matrix, label: int) -> float:
    return tp(matrix, label) / (row_sum(matrix, label) + col_sum(matrix, label) - tp(matrix, label))


def matrix_of(target: Matrix, prediction: Matrix, classes: int) -> Matrix:
    """The confusion matrix of two label maps; labels beyond the classes do not count."""
    counts = [[0] * classes for _ in range(classes)]
    for true_row, row in zip(target, prediction, strict=True):
        for true, predicted in zip(true_row, row, strict=True):
            if true < classes:
                counts[true][predicted] += 1
    return tuple(map(tuple, counts))


def draw_maps(draw: Draw, height: int, width: int, classes: int, wrong: float) -> tuple[Matrix, Matrix]:
    """A label map in runs, and a prediction that is wrong at some of its pixels."""
    target, prediction = [], []
    label = draw.integer(0, classes - 1)
    for _ in range(height):
        row = []
        for _ in range(width):
            if draw.chance(0.35):
                label = draw.integer(0, classes - 1)
            row.append(label)
        target.append(tuple(row))
        prediction.append(tuple(draw.integer(0, classes - 1) if draw.chance(wrong) else value for value in row))
    return tuple(target), tuple(prediction)
