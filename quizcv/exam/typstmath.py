r"""LaTeX math as Typst math: `\frac{H+2p-k}{s}` becomes `frac(H + 2 p − k, s)`.

Every character that is not a letter or a digit is escaped and every command is one of ours, so that no formula can call
a function, end the math or name a file. pylatexenc parses, unicodeit knows the symbols.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quizcv.exam import latexnames as names
from quizcv.exam.latexsource import Unit, arguments, bare, is_blank, is_macro, kind_of, parse, table, units_of

#: Longer and deeper than any formula; bounds on the work that a hostile text can ask for.
LONGEST, DEEPEST = 4_000, 24

_CHARACTERS = {"-": "−", "*": "∗", "~": "space", "|": r'class("normal", \|)', "‖": 'class("normal", ‖)'}
#: What needs no escape; of all others some begin a call, a root or a bracket.
_PLAIN = frozenset("+=<>−±×⋅∗≤≥≠≈≡∼∝→←⇒∈∉∪∩⊂∀∃∂∇∞∑∏∫′…⋯∣")
_CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}


@dataclass(frozen=True, slots=True)
class _Atom:
    """Typst for one thing that scripts can hang on. `tall` is what brackets around it should grow with."""

    text: str
    tall: bool = False
    bracket: str = ""


@lru_cache(maxsize=2048)
def typst_math(latex: str) -> str | None:
    """What stands between Typst's dollars, without spaces at its ends; None for what cannot be read as LaTeX."""
    if len(latex) > LONGEST:
        return None
    try:
        return _rows(parse(latex)) or None
    except Exception:  # noqa: BLE001 - pylatexenc raises many types; whatever it is, the source is still readable
        return None


def string(text: str) -> str:
    """A string of Typst."""
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    escaped = kept.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _rows(units: Sequence[Unit], depth: int = 0) -> str:
    """Rows as lines, lined up where `&` stands."""
    solid = [unit for unit in units if not is_blank(unit)]
    if len(solid) == 1 and kind_of(solid[0]) == "environment" and bare(solid[0]) not in names.MATRICES:
        return _rows(units_of(solid[0].nodelist), depth + 1)
    rows = [" & ".join(_text(cell, depth) for cell in row) for row in table(units)]
    return " \\ ".join(row.strip() for row in rows)


def _text(units: Sequence[Unit], depth: int) -> str:
    return _join([atom.text for atom in _grown(_atoms(units, depth + 1))])


def _join(parts: Iterable[str]) -> str:
    """Side by side. Beside a string a blank would be seen, everywhere else it is what keeps names apart."""
    said = ""
    for part in parts:
        touching = not said or said.endswith('"') or part.startswith('"')
        said += part if touching else f" {part}"
    return said


def _grown(atoms: Sequence[_Atom]) -> list[_Atom]:
    """Brackets around something tall grow with it. Others stay single characters: a line may break between them."""
    found: list[_Atom] = []
    for atom in atoms:
        opener = next(
            (place for place in range(len(found) - 1, -1, -1) if _CLOSING.get(found[place].bracket) == atom.bracket),
            None,
        )
        if atom.bracket and opener is not None:
            # A script on the closing bracket belongs to the whole pair.
            bare, scripts = f"\\{atom.bracket}", atom.text[len(atom.bracket) + 1 :]
            inner = found[opener:]
            plain = [_Atom(one.text, one.tall) for one in inner]
            if any(one.tall for one in inner):
                found[opener:] = [_Atom(f"lr({_join([*(one.text for one in plain), bare])}){scripts}", True)]
            else:
                found[opener:] = [*plain, _Atom(atom.text)]
        else:
            found.append(atom)
    return found


def _atoms(units: Sequence[Unit], depth: int) -> list[_Atom]:
    if depth > DEEPEST:
        raise RecursionError
    found: list[_Atom] = []
    rest = deque(units)
    while rest:
        unit = rest.popleft()
        kind = kind_of(unit)
        if kind == "token":
            if _is_mark(unit):
                rest.appendleft(unit)
                base = found.pop() if found else _Atom('""')
                found.append(_scripted(base, rest, depth))
            elif not unit.isspace():
                found.append(_token(unit))
        elif kind == "group":
            found += _grown(_atoms(units_of(unit.nodelist), depth + 1))
        elif kind == "math":
            found += _atoms(units_of(unit.nodelist), depth + 1)
        elif kind == "environment":
            found.append(_environment(unit, depth))
        elif unit.macroname == "left":
            found.append(_fenced(rest, depth))
        elif unit.macroname in ("right", "middle"):
            found.append(_Atom(f"mid({_delimiter(rest) or _EMPTY})"))
        else:
            found += _command(unit, depth)
    return found


_EMPTY = '""'


def _token(text: str) -> _Atom:
    if text in _CHARACTERS:
        return _Atom(_CHARACTERS[text])
    if text[0].isdigit() and text.isascii():
        return _Atom(text.replace(",", ' class("normal", \\,) '))
    if len(text) > 1 or not text.isprintable() or unicodedata.east_asian_width(text) in "WF":
        return _Atom(string(text))
    return _symbol(text)


def _symbol(char: str) -> _Atom:
    """A character as it is. Letters stand alone, and then name nothing."""
    if char.isalnum():
        return _Atom(char)
    if unicodedata.combining(char) or not char.isprintable():
        return _Atom(string(char))
    sided = char in _CLOSING or char in _CLOSING.values()
    return _Atom(char if char in _PLAIN else f"\\{char}", char in "∑∏∫", char if sided else "")


def _is_mark(unit: Unit) -> bool:
    return isinstance(unit, str) and unit in ("^", "_", "'")


def _scripted(base: _Atom, rest: deque[Unit], depth: int) -> _Atom:
    """The base with all that hangs on it. As in TeX, only the first digit of a number without braces is raised."""
    under, over = "", ""
    while rest and _is_mark(rest[0]):
        mark = rest.popleft()
        if mark == "'":
            over = _join(filter(None, (over, "′")))
            continue
        while rest and isinstance(rest[0], str) and rest[0].isspace():
            rest.popleft()
        if not rest:
            return _Atom(_join((base.text, f"\\{mark}")), base.tall)
        target = rest.popleft()
        if isinstance(target, str) and len(target) > 1 and target.isascii():
            rest.appendleft(target[1:])
            target = target[0]
        text = _text(units_of(target.nodelist) if kind_of(target) == "group" else [target], depth) or _EMPTY
        if mark == "_":
            under = _join(filter(None, (under, text)))
        else:
            over = _join(filter(None, (over, text)))
    scripts = (f"_({under})" if under else "") + (f"^({over})" if over else "")
    return _Atom(base.text + scripts, base.tall, base.bracket)


def _delimiter(rest: deque[Unit]) -> str:
    r"""The delimiter behind `\left`, `\middle` or `\right`; a dot stands for none."""
    while rest and isinstance(rest[0], str) and rest[0].isspace():
        rest.popleft()
    if not rest:
        return ""
    unit = rest.popleft()
    char = unit if isinstance(unit, str) else (names.symbol(unit.macroname) if kind_of(unit) == "macro" else None)
    char = {"<": "⟨", ">": "⟩"}.get(char or "", char)
    if not char or len(char) != 1 or char == ".":
        return ""
    return f"\\{char}" if not char.isalnum() else char


def _fenced(rest: deque[Unit], depth: int) -> _Atom:
    opening = _delimiter(rest)
    inner: list[Unit] = []
    open_now = 1
    while rest:
        unit = rest.popleft()
        open_now += is_macro(unit, "left") - is_macro(unit, "right")
        if not open_now:
            break
        inner.append(unit)
    closing = _delimiter(rest)
    # What is inside grows by itself: only the outer pair is for `lr`.
    parts = [opening, *(atom.text for atom in _grown(_atoms(inner, depth + 1))), closing]
    return _Atom(f"lr({_join(filter(None, parts)) or _EMPTY})", True)


def _environment(unit: Any, depth: int) -> _Atom:
    name = bare(unit)
    rows = [[_text(cell, depth) or _EMPTY for cell in row] for row in table(units_of(unit.nodelist))]
    if name in ("cases", "dcases"):
        return _Atom(f"cases({', '.join(' & quad '.join(row) for row in rows)})", True)
    delimiter = names.MATRICES.get(name, "")
    sides = f'"{delimiter}"' if delimiter else "#none"
    width = max(map(len, rows), default=1)
    body = "; ".join(", ".join([*row, *[_EMPTY] * (width - len(row))]) for row in rows)
    return _Atom(f"mat(delim: {sides}, row-gap: #0.4em, {body or _EMPTY})", True)


def _command(unit: Any, depth: int) -> list[_Atom]:
    name, args = unit.macroname, arguments(unit)
    if name in names.DROPPED:
        return []
    if name in names.SPACES:
        return [_Atom(names.SPACES[name])]
    if name in names.FUNCTIONS:
        limits = ", limits: #true" if name in names.WITH_LIMITS else ""
        return [_Atom(f"op({string(names.FUNCTIONS[name])}{limits})")]
    if name in names.TEXTS:
        return [_Atom(string(_words(args[0])))]
    if name == "operatorname":
        return [_Atom(f"op({string(_words(args[-1]).strip())}{', limits: #true' * bool(args[0])})")]
    if name in ("mathrm", "mathop", "rm") and (word := _letters(args[0])):
        return [_Atom(string(word) if len(word) > 1 else f"upright({word})")]
    if args:
        return [_built(name, [_text(one, depth) or _EMPTY for one in args], args, depth)]
    if name in ("mid", "vert", "lvert", "rvert"):
        return [_Atom("∣" if name == "mid" else _CHARACTERS["|"])]
    char = names.symbol(name)
    return [_token(char) if char else _Atom(f"upright({string(name)})")]


def _letters(units: Sequence[Unit]) -> str:
    """The word that some units are, or nothing."""
    word = "".join(unit if isinstance(unit, str) else " " for unit in units)
    return word if word.isalpha() else ""


def _built(name: str, texts: Sequence[str], args: Sequence[list[Unit]], depth: int) -> _Atom:
    """Commands with arguments; `texts` are these, set."""
    last = texts[-1]
    if name in names.FRACTIONS:
        return _Atom(f"frac({texts[0]}, {last})", True)
    if name in names.BINOMIALS:
        return _Atom(f"binom({texts[0]}, {last})", True)
    if name == "sqrt":
        return _Atom(f"root({texts[0]}, {last})" if texts[0] != _EMPTY else f"sqrt({last})", True)
    if name in names.ACCENTS:
        return _Atom(f"{names.ACCENTS[name]}({last})")
    if name in names.FONTS:
        return _Atom(names.FONTS[name].format(last))
    if name in ("overset", "stackrel", "underset"):
        return _Atom(f"limits({last}){'_' if name == 'underset' else '^'}({texts[0]})")
    if name in ("xrightarrow", "xleftarrow"):
        return _Atom(f"limits({'⟶' if name == 'xrightarrow' else '⟵'})^({last})")
    if name in ("underbrace", "overbrace"):
        return _Atom(f"limits({name}({last}))", True)
    if name in ("boxed", "fbox"):
        return _Atom(f"#box(stroke: 0.5pt, inset: 3pt, baseline: 3pt, ${last}$)")
    if name == "substack":
        return _Atom(_rows(args[-1], depth + 1) or _EMPTY)
    if name in ("tag", "pmod"):
        word = 'op("mod") space ' if name == "pmod" else ""
        return _Atom(f"quad \\( {word}{last} \\)")
    if name == "not":
        return _Atom(_negated(last))
    return _Atom(last)


def _negated(text: str) -> str:
    char = text.removeprefix("\\")
    whole = unicodedata.normalize("NFC", char + "\u0338")
    return whole if len(char) == 1 and len(whole) == 1 else f"cancel({text})"


def _words(units: Sequence[Unit]) -> str:
    r"""The words in a `\text{…}`, blanks and all."""
    said = ""
    for unit in units:
        kind = kind_of(unit)
        if kind == "token":
            said += " " if unit == "~" else unit
        elif kind in ("group", "math"):
            said += _words(units_of(unit.nodelist))
        elif kind == "macro":
            inner = "".join(map(_words, arguments(unit)))
            blank = " " if unit.macroname in names.SPACES else ""
            said += (blank or inner or names.symbol(unit.macroname) or unit.macroname) + unit.macro_post_space
        else:
            said += unit.latex_verbatim()
    return said
