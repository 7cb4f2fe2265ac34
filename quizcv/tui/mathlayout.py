"""How one line of math is set in plain characters: spaces, scripts, parentheses.

`quizcv.tui.mathtext` reads LaTeX into `Item`s; this module joins them, and knows no LaTeX. The letters that Unicode has
as subscripts and superscripts come from unicodeit's table, which is imported at the first formula only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal[
    "ord", "num", "word", "op", "bin", "sign", "rel", "open", "close", "punct", "slash", "frac", "root", "space", "bar"
]

RELATIONS = frozenset("=≠<>≤≥≪≫≈≡∼≃≅∝∈∉∋⊂⊆⊃⊇→←↔↦⇒⇐⇔⟶⟵⟹⟸⟺≔≜≺≻⊢⊨") | {":="}
OPERATORS = frozenset("+−±∓×·⋅*∗÷∘⊙⊗⊕⊖∪∩∧∨∖⋆")
BIG = frozenset("∑∏∐∫∬∭∮⋂⋃⨁⨂⨀")
_OPEN, _CLOSE = frozenset("([{⌊⌈⟨"), frozenset(")]}⌋⌉⟩")
_BARS = frozenset("|‖")
#: Letters after which a parenthesis means "applied to", so that f(x) is one factor and n(n−1) is two.
_FUNCTION_LETTERS = frozenset("fgpqPQσφψρ")

#: Scripts that unicodeit lacks, or gives as a character that is two cells wide or looks like something else.
_OWN_SCRIPTS = {"^V": "ⱽ", "^θ": "ᶿ", "^⊤": "ᵀ", "^∘": "°", "^°": "°", "^†": "†", "^′": "′", "^″": "″", "^⋆": "*"}
_BAD_SCRIPTS = frozenset({"^.", "^<", "^>", "_<", "_>", "^∫"})

#: Around what a learner is to notice (`\\boxed`: the answer of a cloze card); whoever shows the text makes it bold.
BOX_OPEN, BOX_CLOSE = "\ufdd0", "\ufdd1"

_BRACKETED = re.compile(r"\[[^][()]*\]|\([^][()]*\)")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(slots=True)
class Item:
    """One thing on the line with its scripts. `gap`: a letter straight behind it would be taken for a part of it."""

    text: str
    kind: Kind
    sub: str = ""
    sup: str = ""
    gap: bool = False
    stretch: bool = False  # a delimiter that came from \left

    def show(self) -> str:
        """The text with its scripts."""
        return self.text + scripts(self.sub, self.sup) if self.sub or self.sup else self.text


def kind_of(text: str) -> Kind:
    """The part that a character (or a number, or a run of spaces) plays on the line."""
    if text in RELATIONS:
        return "rel"
    if text in OPERATORS:
        return "bin"
    if text in BIG:
        return "op"
    if text in _BARS:
        return "bar"
    if text in _OPEN:
        return "open"
    if text in _CLOSE:
        return "close"
    if text in ",;，；、。":
        return "punct"
    if text == "/":
        return "slash"
    if text.isspace():
        return "space"
    return "num" if text[:1].isdigit() else "word" if len(text) > 1 else "ord"


# --- scripts -----------------------------------------------------------------------------------------------------


@cache
def _script_table() -> dict[str, str]:
    from unicodeit.data import SUBSUPERSCRIPTS

    table = {mark: char for mark, char in SUBSUPERSCRIPTS if mark not in _BAD_SCRIPTS}
    return table | _OWN_SCRIPTS


def raised(text: str, mark: Literal["^", "_"]) -> str | None:
    """`text` in Unicode superscripts ("^") or subscripts ("_"), or None where a letter is lacking or a word is too long
    to be read so small."""
    if _LONG_WORD.search(text):
        return None
    table = _script_table()
    found = [table.get(mark + char) for char in text]
    return None if None in found else "".join(char for char in found if char)


def _spelled(text: str, mark: Literal["^", "_"]) -> str:
    plain = all(char in "′…" or unicodedata.category(char) in ("Lu", "Ll", "Lo", "Nd", "Mn") for char in text)
    return f"{mark}{text}" if plain or text == "*" or _BRACKETED.fullmatch(text) else f"{mark}({text})"


def scripts(sub: str, sup: str) -> str:
    """Both scripts of one base. A script that Unicode cannot write is spelled out, and stands last, so that in S²_dW
    nobody reads W²."""
    low, high = raised(sub, "_"), raised(sup, "^")
    if low is None:
        return (high or "") + _spelled(sub, "_") + (_spelled(sup, "^") if high is None else "")
    return low + (_spelled(sup, "^") if high is None else high)


# --- weight: who needs parentheses -------------------------------------------------------------------------------


def weight(items: Sequence[Item]) -> int:
    """0 for a single factor, 1 for a product of factors, 2 for anything that binds weaker (sum, relation, fraction)."""
    depth = factors = 0
    before: Item | None = None
    solid = [item for item in items if item.kind != "space"]
    for item, after in zip(solid, [*solid[1:], None], strict=False):
        if item.kind == "open":
            applied = before is not None and (before.kind in ("op", "word") or before.text in _FUNCTION_LETTERS)
            factors += depth == 0 and not applied
            depth += 1
        elif item.kind == "close":
            depth = max(0, depth - 1)
        elif depth == 0:
            loose = item.kind in ("bin", "rel", "punct", "slash", "frac") or (item.kind == "word" and " " in item.text)
            if loose or (item.kind == "op" and not _applied(item, after)):
                return 2
            factors += 1
        before = item
    return 0 if factors <= 1 else 1


def _applied(item: Item, after: Item | None) -> bool:
    return item.text not in BIG and after is not None and after.kind == "open"


def is_differential(items: Sequence[Item]) -> bool:
    """Whether this is ∂w, dx, ∂²L: in ∂L/∂w nobody takes ∂w for a product."""
    solid = [item for item in items if item.kind != "space"]
    return 1 <= len(solid) <= 2 and solid[0].text in ("d", "∂")


# --- one line ----------------------------------------------------------------------------------------------------


def join(items: Sequence[Item], *, tight: bool = False) -> str:
    """The line. Spaces stand around relations and operators whatever the source had; `tight` (within fractions, roots
    and scripts) leaves them out. Between two factors the author's own space is kept."""
    _settle(items)
    line, space = "", ""
    before: Item | None = None
    for item in items:
        if item.kind == "space":
            space = max(space, item.text, key=len)
            continue
        shown = item.show()
        if before is not None:
            line += _gap(before, item, space, tight=tight)
        line += shown
        before, space = (item, "") if shown else (before, space)
    return line


def _settle(items: Sequence[Item]) -> None:
    """Decide what only the neighbours can tell: signs, the sides of |x|, and which fractions need parentheses."""
    _pair_bars(items)
    before: Item | None = None
    space = ""
    wrapped: list[Item] = []
    for item in items:
        if item.kind == "space":
            space = max(space, item.text, key=len)
            continue
        if item.kind == "bin" and (
            before is None or before.kind in ("bin", "sign", "rel", "open", "punct", "op", "slash")
        ):
            item.kind = "sign"
        if before is not None:
            wrapped += _misread(before, item, space)
        before, space = item, ""
    for item in wrapped:
        if item.kind == "frac":
            item.text, item.kind = f"({item.text})", "ord"


def _misread(before: Item, item: Item, space: str) -> list[Item]:
    """The fractions of a neighbouring pair that need parentheses: in `\\frac{1}{n}x`, 1/n x would be read as 1/(nx)."""
    found: list[Item] = []
    if before.kind == "frac" and len(space) < 2 and not _is_wide(item.text[:1]):
        followed = item.kind in ("ord", "num", "op", "open", "frac", "root") or item.text == "/"
        if followed or (item.kind == "word" and not space):
            found.append(before)
    if item.kind == "frac":
        digits = before.kind == "num" and item.text[:1].isdigit()
        named = before.kind == "op" and before.text not in BIG
        if before.kind == "frac" or before.text == "/" or digits or named:
            found.append(item)
    return found


def _pair_bars(items: Sequence[Item]) -> None:
    """`|` and `‖` open and close in turn where they come in pairs, as in |x|; a lone one, as in p(y|x), is a letter."""
    levels: list[list[Item]] = [[]]
    closed: list[list[Item]] = []
    for item in items:
        if item.kind == "open":
            levels.append([])
        elif item.kind == "close" and len(levels) > 1:
            closed.append(levels.pop())
        elif item.kind == "bar":
            levels[-1].append(item)
    for level in [*closed, *levels]:
        for char in "|‖":
            bars = [item for item in level if item.text == char]
            for index, item in enumerate(bars):
                item.kind = "ord" if len(bars) % 2 else "close" if index % 2 else "open"


def _gap(before: Item, item: Item, space: str, *, tight: bool) -> str:
    """The space between two neighbours."""
    pair = (before.kind, item.kind)
    if len(space) > 1:  # \\quad
        return space
    if before.kind in ("sign", "open", "slash") or item.kind in ("close", "punct", "slash"):
        return ""
    if "rel" in pair or "bin" in pair:
        return "" if tight else " "
    if before.kind == "punct":
        return "" if tight or before.text not in ",;" else " "
    if "op" in pair:
        applied = item.kind == "open" or item.text.startswith("(")
        return "" if applied and before.text not in BIG else " "
    if item.kind == "frac" and not item.text.startswith("("):
        return " "
    if _runs_together(before, item):
        return " "
    return "" if tight else space


def _runs_together(before: Item, item: Item) -> bool:
    left, right = before.show()[-1:], item.text[:1]
    if not (left.isalnum() and right.isalnum()) or _is_wide(left) or _is_wide(right):
        return False
    return before.gap or before.kind == "word" or (item.kind == "word" and before.kind != "num")


def _is_wide(char: str) -> bool:
    return char >= "\u2e80"


#: A space at which no line is broken.
TIE = "\N{NO-BREAK SPACE}"
#: A formula of so many characters stays on one line.
_SHORT = 18


def unbroken(formula: str) -> str:
    """The formula with ties where a line must not break: in a short one everywhere, else in brackets and behind operators."""
    if len(formula) <= _SHORT:
        return formula.replace(" ", TIE)
    depth, set_ = 0, []
    for index, char in enumerate(formula):
        depth += (char in _OPEN) - (char in _CLOSE)
        ahead = formula[index + 1 : index + 2]
        keep = char == " " and (depth > 0 or not (ahead in RELATIONS or ahead in OPERATORS))
        set_.append(TIE if keep else char)
    return "".join(set_)
