"""Math that takes several lines of text: matrices, cases, and aligned rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

#: In a line, private-use characters from here on stand for blocks (matrices, cases), which `expand` puts in.
BLOCK = 0xE000
_BLOCKS = re.compile("([\ue000-\uf8ff])")

_TALL: dict[str, tuple[str, str, str, str, str]] = {  # alone, top, middle of a brace, stretch, bottom
    "(": ("(", "⎛", "⎜", "⎜", "⎝"),
    ")": (")", "⎞", "⎟", "⎟", "⎠"),
    "[": ("[", "⎡", "⎢", "⎢", "⎣"),
    "]": ("]", "⎤", "⎥", "⎥", "⎦"),
    "{": ("{", "⎧", "⎨", "⎪", "⎩"),
    "}": ("}", "⎫", "⎬", "⎪", "⎭"),
    "|": ("|", "│", "│", "│", "│"),
    "‖": ("‖", "‖", "‖", "‖", "‖"),
}


def _side(delimiter: str, height: int) -> list[str]:
    if delimiter not in _TALL:
        return [delimiter] * height
    alone, top, middle, stretch, bottom = _TALL[delimiter]
    if height == 1:
        return [alone]
    inner = [middle if row == height // 2 else stretch for row in range(1, height - 1)]
    return [top, *inner, bottom]


def block(rows: Sequence[Sequence[str]], left: str, right: str) -> list[str]:
    """A matrix as lines of equal width, columns lined up, with tall delimiters."""
    count = max(len(row) for row in rows)
    full = [[*row, *[""] * (count - len(row))] for row in rows]
    widths = [max(cell_len(row[column]) for row in full) for column in range(count)]
    sides = zip(_side(left, len(full)), _side(right, len(full)), strict=True)
    lines = []
    for row, (opening, closing) in zip(full, sides, strict=True):
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        lines.append(f"{opening} {'  '.join(cells)} {closing}" if closing else f"{opening} {'  '.join(cells)}")
    return lines


def align(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The left halves pushed to the right, so that the right halves begin in one column."""
    width = max((cell_len(left) for left, _ in rows), default=0)
    return [(" " * (width - cell_len(left)) + left, right) for left, right in rows]


def expand(line: str, blocks: Sequence[Sequence[str]]) -> str:
    """The line with its blocks put in, everything else level with their middle."""
    pieces = [
        list(blocks[ord(piece) - BLOCK]) if _BLOCKS.fullmatch(piece) else [piece]
        for piece in _BLOCKS.split(line)
        if piece
    ]
    height = max((len(piece) for piece in pieces), default=1)
    rows = [""] * height
    for piece in pieces:
        top = (height - 1) // 2 - (len(piece) - 1) // 2
        width = max(cell_len(text) for text in piece)
        for row in range(height):
            text = piece[row - top] if 0 <= row - top < len(piece) else ""
            rows[row] += text + " " * (width - cell_len(text))
    return "\n".join(row.rstrip() for row in rows)
