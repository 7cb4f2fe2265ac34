"""The kinds of answer an item may ask for. Each knows how exact it must be and how the stem says so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizcv.model import Text

#: A key or a distractor: an integer, a number, a shape or a set of indices (ascending), the letter of a choice.
Value = int | float | str | tuple[int, ...]

LETTERS = "abcdefgh"


class _Exact:
    """What the kinds share that forgive nothing."""

    __slots__ = ()

    def tolerance(self, key: Value) -> float:
        """How far from the key, absolutely, an answer may be."""
        return 0.0

    def settle(self, value: Value) -> Value:
        """The value as it is published."""
        return value

    def same(self, value: Value, key: Value) -> bool:
        """Whether a value is the key, but for the rounding of computing it."""
        return value == key


@dataclass(frozen=True, slots=True)
class Integer(_Exact):
    """A whole number, exact; a count unless `signed`."""

    unit: str = ""
    signed: bool = False

    name = "integer"

    @property
    def instruction(self) -> Text:
        return Text("", "")

    def allows(self, value: Value) -> bool:
        """Whether somebody could give this value in earnest."""
        return isinstance(value, int) and (self.signed or value >= 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number rounded to `decimals` places, or to `significant` digits. One unit of the last place is forgiven: intermediate
    results may be rounded too."""

    decimals: int = 3
    significant: int = 0
    unit: str = ""

    name = "number"

    def __post_init__(self) -> None:
        if self.significant:  # the one rules out the other: equal kinds are equal
            object.__setattr__(self, "decimals", 0)

    def tolerance(self, key: Value) -> float:
        return _power(-self.places(key))

    def places(self, value: Value) -> int:
        """How many decimals the rounding keeps of this value; negative left of the point."""
        size = abs(_float(value))
        if not self.significant:
            return self.decimals
        return self.significant - 1 - math.floor(math.log10(size)) if size else self.significant

    @property
    def instruction(self) -> Text:
        if self.significant:
            return Text(f"Give {self.significant} significant digits.", f"保留 {self.significant} 位有效数字。")
        if self.decimals == 0:
            return Text("Round to a whole number.", "四舍五入到整数。")
        places = "decimal" if self.decimals == 1 else "decimals"
        return Text(f"Round to {self.decimals} {places}.", f"保留 {self.decimals} 位小数。")

    def allows(self, value: Value) -> bool:
        return isinstance(value, int | float) and math.isfinite(value)

    def settle(self, value: Value) -> Value:
        """Three digits more than asked for: the last bits of exp and log differ between machines, the published value may not."""
        settled = round(_float(value), self.places(value) + 3)
        return settled + 0.0  # no -0.0

    def same(self, value: Value, key: Value) -> bool:
        return math.isclose(_float(value), _float(key), rel_tol=1e-9, abs_tol=1e-12)


@dataclass(frozen=True, slots=True)
class Shape(_Exact):
    """Sizes along named axes, exact, in the order of `axes`, e.g. ("C", "H", "W")."""

    axes: tuple[str, ...]
    unit: str = ""

    name = "shape"

    @property
    def instruction(self) -> Text:
        order = "×".join(self.axes)
        return Text(f"Answer as {order}.", f"按 {order} 的顺序作答。")

    def allows(self, value: Value) -> bool:
        return isinstance(value, tuple) and len(value) == len(self.axes) and all(size >= 1 for size in value)


@dataclass(frozen=True, slots=True)
class Choice(_Exact):
    """One of some texts, answered with its letter; the value is the letter."""

    options: tuple[Text, ...]
    unit: str = ""

    name = "choice"

    @property
    def instruction(self) -> Text:
        listed = [
            "\n".join(f"- {letter}) {text}" for letter, text in zip(LETTERS, texts, strict=False))
            for texts in ([option.en for option in self.options], [option.zh for option in self.options])
        ]
        return Text(f"Answer with the letter.\n\n{listed[0]}", f"用字母作答。\n\n{listed[1]}")

    def allows(self, value: Value) -> bool:
        return isinstance(value, str) and value in LETTERS[: len(self.options)]


@dataclass(frozen=True, slots=True)
class Indices(_Exact):
    """A set of indices, counted from 0; the value is ascending. May be empty."""

    unit: str = ""

    name = "indices"

    @property
    def instruction(self) -> Text:
        return Text(
            "List the indices (from 0), separated by commas; `-` for none.",
            "列出序号（从 0 起），用逗号分隔；没有则写 `-`。",
        )

    def allows(self, value: Value) -> bool:
        return isinstance(value, tuple) and all(index >= 0 for index in value)

    def settle(self, value: Value) -> Value:
        return tuple(sorted(value)) if isinstance(value, tuple) else value


Answer = Integer | Number | Shape | Choice | Indices


def overlap(answer: Answer, one: Value, other: Value) -> bool:
    """Whether a typed answer could count as both values."""
    if not isinstance(answer, Number):
        return one == other
    return abs(_float(one) - _float(other)) <= answer.tolerance(one) + answer.tolerance(other)


def written(value: Value, answer: Answer) -> str:
    """A value as the stem asks for it: rounded, thousands apart, with its unit."""
    unit = f" {answer.unit}" if answer.unit else ""
    if isinstance(value, tuple):
        return "×".join(map(str, value)) if isinstance(answer, Shape) else ", ".join(map(str, value)) or "-"
    if isinstance(answer, Number) and not isinstance(value, str):
        decimals = max(0, answer.places(value))
        if abs(value) >= 1e15 or 0 < abs(value) < 1e-6:
            return f"{value:.{max(1, answer.significant or answer.decimals) - 1}e}{unit}"
        return f"{value:,.{decimals}f}{unit}"
    return f"{value:,}{unit}" if isinstance(value, int) else str(value)


def to_json(answer: Answer) -> dict[str, Any]:
    """What the public format says of the kind beyond `answer_type`, `tolerance` and `unit`."""
    if isinstance(answer, Number):
        return {"significant": answer.significant} if answer.significant else {"decimals": answer.decimals}
    if isinstance(answer, Integer):
        return {"signed": True} if answer.signed else {}
    if isinstance(answer, Shape):
        return {"axes": list(answer.axes)}
    if isinstance(answer, Choice):
        return {"options": [{"en": option.en, "zh": option.zh} for option in answer.options]}
    return {}


def from_json(name: str, unit: str, more: Mapping[str, Any]) -> Answer:
    """The kind that `to_json` described.

    Raises:
        ValueError: there is no kind of this name.
    """
    match name:
        case "integer":
            return Integer(unit, more.get("signed", False))
        case "number":
            return Number(more.get("decimals", 0), more.get("significant", 0), unit)
        case "shape":
            return Shape(tuple(more["axes"]), unit)
        case "choice":
            return Choice(tuple(Text(option["en"], option["zh"]) for option in more["options"]), unit)
        case "indices":
            return Indices(unit)
    raise ValueError(f"no kind of answer is called {name!r}")


def _float(value: Value) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"{value!r} is not a number")


def _power(exponent: int) -> float:
    """A power of ten, the float that prints so."""
    return float(f"1e{exponent}")
