"""Numbers as solutions write them: intermediate results get eight decimals at most."""

from __future__ import annotations

from quizcv.items import text


def num(value: float, digits: int = 6) -> str:
    """`text.num`; what is 0 but for rounding is 0."""
    if abs(value) < 1e-3:
        if abs(value) < 1e-13:
            return "0"
        return text.num(value, min(digits, 5))
    return text.num(value, digits)


def signed(value: float, digits: int = 6) -> str:
    """A number as a factor or a summand: brackets around a negative one."""
    written = num(value, digits)
    return f"({written})" if written.startswith("-") else written


def plain(value: float) -> str:
    """A number within code, without separators."""
    return num(value).replace(",", "")


def weight(value: float) -> str:
    """A weight after a step: six decimals at most, so that what an ε of 1e-8 takes away does not show."""
    return num(round(value, 6))
