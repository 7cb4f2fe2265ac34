"""Writing numbers into stems and solutions."""

from __future__ import annotations

import math
from collections.abc import Iterable


def num(value: float, digits: int = 6) -> str:
    """A number for prose or for within `$…$`: 34,944 with its separators, at most `digits` significant digits of a fraction.

    Whole numbers, however large, are written out. Small and large fractions get a power of ten, in LaTeX.
    """
    if isinstance(value, int) or (math.isfinite(value) and value == int(value) and abs(value) < 1e15):
        return f"{int(value):,}"
    if 1e-4 <= abs(value) < 1e15:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        return f"{value:,.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:,.0f}"
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else f"{mantissa} \\times {power}"


def signed(value: float, digits: int = 6) -> str:
    """A number as a factor or a summand: brackets around a negative one."""
    return num(value, digits) if value >= 0 else f"({num(value, digits)})"


def vector(values: Iterable[float]) -> str:
    """`[1, -2, 0.5]`."""
    return "[" + ", ".join(num(value) for value in values) + "]"


def grid(rows: Iterable[Iterable[float]]) -> str:
    """A matrix as a code block that lines up, for a stem: a blank line before and behind belongs to it."""
    cells = [[num(value) for value in row] for row in rows]
    width = max(len(cell) for row in cells for cell in row)
    body = "\n".join(" ".join(cell.rjust(width) for cell in row) for row in cells)
    return f"\n\n```\n{body}\n```\n\n"


def by(*sizes: int) -> str:
    """`3×224×224`, without separators within the sizes."""
    return "×".join(str(size) for size in sizes)


def terms(parts: Iterable[tuple[float, float]]) -> str:
    """A sum of products for within `$…$`: `1 \\cdot 2 + (-1) \\cdot 3`."""
    return " + ".join(f"{signed(one)} \\cdot {signed(other)}" for one, other in parts)
