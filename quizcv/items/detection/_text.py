"""How boxes, lists and results are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quizcv.items.text import num
from quizcv.model import Text

#: What every stem with boxes says of them.
BOXES = Text(
    "Boxes are $(x_1, y_1, x_2, y_2)$ in continuous coordinates (width $x_2 - x_1$, no + 1).",
    "框写作 $(x_1, y_1, x_2, y_2)$，坐标连续（宽为 $x_2 - x_1$，不加 1）。",
)

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def short(value: float) -> str:
    """A result with five significant digits."""
    return num(value, 5)


def written(box: Iterable[float]) -> str:
    """`(10, 20, 50, 80)`."""
    return "(" + ", ".join(num(edge) for edge in box) + ")"


def listed(lines: Iterable[str]) -> str:
    """Lines as a code block, for a stem: a blank line before and behind belongs to it."""
    return "\n\n```\n" + "\n".join(lines) + "\n```\n\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under their names as a code block that lines up."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    return listed("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
