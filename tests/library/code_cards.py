"""The code on cards: found, run in a namespace of its own, and the table of what each function is held against."""

from __future__ import annotations

import ast
import copy
import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from quizcv.deck import find, read
from quizcv.model import CardText

DECKS = Path(__file__).parents[2] / "decks"
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```\s*$", re.DOTALL | re.MULTILINE)

#: What a card's function is called with: the check calls it and compares.
Check = Callable[..., None]


@dataclass(frozen=True)
class Snippet:
    """What the fences of one language hold on one side of a card, one after the other."""

    card: str
    front: str
    text: str

    @property
    def defines(self) -> list[str]:
        """Functions and classes at the top, in their order."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return [node.name for node in ast.parse(self.text).body if isinstance(node, kinds)]

    def run(self) -> dict[str, Any]:
        """The names the snippet leaves behind in a fresh namespace."""
        names: dict[str, Any] = {"__name__": f"card {self.card}"}
        exec(compile(self.text, f"<{self.card}>", "exec"), names)
        return names

    def target(self) -> Any:
        """The function or class the front asks for: the last one defined that the front names."""
        asked = [name for name in self.defines if re.search(rf"`{name}\b", self.front)]
        assert asked, f"{self.card}: the front names none of {self.defines}"
        found = self.run()[asked[-1]]
        return found if isinstance(found, type) else leaving_arguments_alone(found)


def leaving_arguments_alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, failing when it changes a tensor, an array or a list it was given."""

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        given = [value for value in (*args, *kwargs.values()) if plain(value)]
        before = copy.deepcopy(given)
        result = function(*args, **kwargs)
        assert all(alike(one, other) for one, other in zip(before, given, strict=True)), "an argument was changed"
        return result

    return guarded


def plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(plain(one) for one in value)
    return isinstance(value, int | float | str | np.ndarray) or (isinstance(value, torch.Tensor) and value.is_leaf)


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, torch.Tensor):
        return one.shape == other.shape and bool(torch.equal(one.nan_to_num(), other.nan_to_num()))
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    return bool(one == other)


@cache
def cards(lang: str) -> dict[str, CardText]:
    """Every card of the shipped decks by its key."""
    found = {}
    for path in sorted((DECKS / lang).rglob("*.md")):
        item = find([path]).files[0]
        name = str(path.relative_to(DECKS / lang))
        found.update({card.key: card for card in read(item.file, path=name, deck=item.deck, lang=lang).cards})
    return found


def fences(text: str, language: str) -> list[str]:
    return [code for name, code in FENCE.findall(text) if name == language]


@cache
def snippets(lang: str) -> dict[str, Snippet]:
    """The Python on the backs of cards; several fences of one card are one text."""
    return {
        key: Snippet(key, card.front, "\n".join(codes))
        for key, card in cards(lang).items()
        if (codes := fences(card.back, "python"))
    }


CHECKS: dict[str, Check] = {}
CASES: list[tuple[str, tuple[Any, ...]]] = []


def check(card: str, cases: Iterable[Any] = ((),)) -> Callable[[Check], Check]:
    """Enter a check: it is called once for each case, with the card's function and the case's values.

    Functions that several cards share are entered several times. A case that is no tuple is the only value.
    """

    def enter(function: Check) -> Check:
        assert card not in CHECKS, f"{card} has two checks"
        CHECKS[card] = function
        CASES.extend((card, case if isinstance(case, tuple) else (case,)) for case in cases)
        return function

    return enter


def randn(*shape: int) -> torch.Tensor:
    """Normal values in double precision, so that a difference is a mistake and no rounding."""
    return torch.randn(shape, dtype=torch.float64)


def same(actual: Any, expected: Any, **tolerance: Any) -> None:
    """Equal up to rounding: numbers, lists, tensors, tuples of them; shapes and types as well."""
    torch.testing.assert_close(actual, expected, **tolerance)
