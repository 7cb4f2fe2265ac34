r"""LaTeX math as Unicode text that can be read in a terminal: `\frac{H+2p-k}{s}+1` becomes (H+2p−k)/s + 1.

`quizcv.tui.mathsource` parses, `quizcv.tui.mathlayout` sets the line; here stands what each command means.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence
from functools import lru_cache

from quizcv.tui import mathblock, mathlayout, mathsource
from quizcv.tui.mathlayout import BOX_CLOSE, BOX_OPEN, Item, Kind, join, kind_of
from quizcv.tui.mathsource import Command, Environment, Group, Unit, is_command

#: Longer than any formula; a bound on the work that a hostile deck can ask for.
LONGEST = 4_000

_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_CHARACTERS = {"-": "−", "~": " ", "\u2217": "*"}


@lru_cache(maxsize=2048)
def unicode_math(latex: str, *, display: bool = False) -> str:
    """LaTeX math (without its dollars) as Unicode text.

    The rows of an aligned environment are lines. With `display` their columns are lined up, and matrices and cases
    take several lines too; without it they stand in one. Never raises: what cannot be parsed comes back unchanged.
    """
    if len(latex) > LONGEST or not latex.strip():
        return latex
    if not re.search(r"[^\w\s]|_", latex):
        return " ".join(latex.split())  # words and numbers need no parser
    try:
        stacked = display and not re.search("[\ue000-\uf8ff]", latex)
        return _Reader(stacked=stacked).lines(mathsource.parse(latex))
    except Exception:  # noqa: BLE001 - pylatexenc raises many types; whatever it is, the source is still readable
        return latex


class _Reader:
    """Turns units into items. `stacked` lets matrices take several lines; `blocks` then collects them."""

    def __init__(self, *, stacked: bool) -> None:
        self.stacked = stacked
        self.blocks: list[list[str]] = []

    # --- whole lines

    def lines(self, units: Sequence[Unit]) -> str:
        """Rows as lines, cut at the first `&` and lined up there."""
        solid = [unit for unit in units if not mathsource.is_blank(unit)]
        if len(solid) == 1 and isinstance(solid[0], Environment) and solid[0].name not in mathsource.MATRICES:
            return self.lines(solid[0].body)
        rows = [self._halves(row) for row in mathsource.table(units)]
        if self.stacked:
            rows = mathblock.align(rows)
        return "\n".join(mathblock.expand(f"{left} {right}" if left else right, self.blocks) for left, right in rows)

    def _halves(self, row: Sequence[list[Unit]]) -> tuple[str, str]:
        whole = self.text([unit for cell in row for unit in cell])
        left = self.text(row[0]) if len(row) > 1 else ""
        return (left, whole[len(left) :].strip()) if left and whole.startswith(left) else ("", whole)

    def text(self, units: Sequence[Unit], *, tight: bool = False) -> str:
        return join(self.items(units, tight=tight), tight=tight).strip()

    # --- items

    def items(self, units: Iterable[Unit], *, tight: bool) -> list[Item]:
        found: list[Item] = []
        rest = deque(units)
        while rest:
            unit = rest.popleft()
            if isinstance(unit, str):
                if unit in ("^", "_", "'"):
                    self._script(found, unit, rest)
                elif unit == "/" and (_ends_in_space(found) or (rest and _is_space(rest[0]))):
                    found.append(Item("/", "bin"))
                else:
                    text = " " if unit.isspace() else _CHARACTERS.get(unit, unit)
                    found.append(Item(text, kind_of(text)))
            elif isinstance(unit, Group):
                found += self._group(unit, tight=tight)
            elif isinstance(unit, Environment):
                found += self._environment(unit, found, rest, tight=tight)
            elif unit.name in ("left", "right", "middle"):
                found += _delimiter(unit, rest)
            else:
                found += self._command(unit, tight=tight)
        return found

    def _group(self, unit: Group, *, tight: bool) -> list[Item]:
        """Braces are not for reading, but who writes max{0,x} meant them to be."""
        found = self.items(unit.body, tight=tight)
        if len(found) > 1 and any(item.text == "," for item in found):
            return [Item("{", "open"), *found, Item("}", "close")]
        return found

    def _script(self, found: list[Item], mark: str, rest: deque[Unit]) -> None:
        """Hang a script on the last item. As in TeX, only the first digit of a number without braces is raised."""
        if mark == "'":
            text = "′"
        else:
            while rest and _is_space(rest[0]):
                rest.popleft()
            if not rest:
                found.append(Item(mark, "ord"))
                return
            target = rest.popleft()
            if isinstance(target, str) and len(target) > 1:
                rest.appendleft(target[1:])
                target = target[0]
            text = self.text(target.body if isinstance(target, Group) else [target], tight=True)
        while _ends_in_space(found):
            found.pop()
        if not found:
            found.append(Item("", "ord"))
        base = found[-1]
        if base.kind in ("frac", "root"):
            base.text, base.kind, base.gap = f"({base.text})", "ord", False
        if mark == "_":
            base.sub += text
        else:
            base.sup += text
        base.gap = base.gap or mathlayout.raised(text, "_" if mark == "_" else "^") is None

    def _command(self, unit: Command, *, tight: bool) -> list[Item]:
        name, args = unit.name, unit.args
        if name in mathsource.DROPPED:
            return []
        if name in mathsource.SPACES:
            return [Item(mathsource.SPACES[name], "space")]
        if name in mathsource.FUNCTIONS:
            return [Item(name, "op")]
        if name in mathsource.FRACTIONS:
            return [self._fraction(args[0], args[1])]
        if name in mathsource.TEXTS:
            return _words(mathsource.words(args[0], self.text))
        if name in mathsource.FONTS:
            return self._font(name, args[0], tight=tight)
        if name in mathsource.ACCENTS:
            return [self._accent(name, args[0])]
        if name == "sqrt":
            return [self._root(args[0], args[1])]
        if name == "bmod":
            return [Item("mod", "rel")]
        if args:
            return self._rarer(name, args, tight=tight)
        text = mathsource.symbol(name)
        if text is None:
            return [Item(f"\\{name}", "word")]
        return [Item("|", "rel") if name == "mid" else Item(text, _sided(name) or kind_of(text))]

    def _rarer(self, name: str, args: tuple[list[Unit], ...], *, tight: bool) -> list[Item]:
        last = args[-1]
        if name == "operatorname":
            return [Item(mathsource.words(last, self.text).strip(), "op")]
        if name in mathsource.BINOMIALS:
            return [Item(f"C({self.text(args[0], tight=True)}, {self.text(last, tight=True)})", "ord")]
        if name in ("overset", "underset", "stackrel"):
            found = self.items(last, tight=tight)
            self._script(found, "_" if name == "underset" else "^", deque([Group(args[0])]))
            return found
        if name in ("underbrace", "overbrace"):
            return [Item("(", "open"), *self.items(last, tight=tight), Item(")", "close")]
        if name in ("boxed", "fbox"):
            inside = self.items(last, tight=tight)
            shield = (
                tight and mathlayout.weight(inside) == 2
            )  # in a fraction bold letters alone would not hold together
            left, right = (BOX_OPEN + "(", ")" + BOX_CLOSE) if shield else (BOX_OPEN, BOX_CLOSE)
            return [Item(left, "open"), *inside, Item(right, "close")]
        if name == "substack":
            return _words(", ".join(self.text(row[0], tight=True) for row in mathsource.table(last)))
        if name in ("tag", "pmod"):
            return [Item("  ", "space"), Item(f"({'mod ' * (name == 'pmod')}{self.text(last)})", "word")]
        if name in ("xrightarrow", "xleftarrow"):
            arrow = Item("→" if name == "xrightarrow" else "←", "rel")
            self._script([arrow], "^", deque([Group(last)] if last else [""]))
            return [arrow]
        return self.items(last, tight=tight)

    def _fraction(self, top: list[Unit], bottom: list[Unit]) -> Item:
        """a/b, with parentheses where the line would be read otherwise."""
        above, below = self.items(top, tight=True), self.items(bottom, tight=True)
        over, under = join(above, tight=True).strip(), join(below, tight=True).strip()
        heavy, product = mathlayout.weight(above) == 2, mathlayout.weight(below) > 0
        if mathlayout.is_differential(above[:1]) and mathlayout.is_differential(below):
            product = False
        parts = (f"({text})" if wanted else text for text, wanted in ((over, heavy), (under, product)))
        return Item("/".join(parts), "frac")

    def _root(self, degree: list[Unit], radicand: list[Unit]) -> Item:
        inside = self.items(radicand, tight=True)
        text = join(inside, tight=True).strip()
        simple = len(inside) == 1 and inside[0].kind in ("ord", "num") and not inside[0].gap
        index = self.text(degree, tight=True)
        sign = _ROOTS.get(index) or f"{mathlayout.raised(index, '^') or f'({index})'}√"
        return Item(sign + (text if simple else f"({text})"), "root", gap=simple)

    def _accent(self, name: str, argument: list[Unit]) -> Item:
        """A combining mark on a single letter; on more, a line goes over each, and anything else is spelled out."""
        mark = mathsource.ACCENTS[name]
        items = self.items(argument, tight=True)
        text = join(items, tight=True).strip()
        if name in ("overline", "underline"):
            return Item("".join(char + mark for char in text), "ord" if len(text) == 1 else "word")
        if len(items) == 1 and len(items[0].text) == 1:
            item = items[0]
            item.text = unicodedata.normalize("NFC", item.text + mark)
            return item
        return Item(f"{name.removeprefix('wide')}({text})", "word")

    def _font(self, name: str, argument: list[Unit], *, tight: bool) -> list[Item]:
        """Fonts are left out, but for letters like ℝ and ℒ; several upright letters are one name."""
        items = self.items(argument, tight=tight)
        if name in ("mathbb", "mathcal", "mathscr"):
            for item in items:
                letter = mathsource.symbol(f"{name}{{{item.text}}}") or ""
                if len(letter) == 1 and letter < "\uffff":  # beyond the BMP many terminals have no glyph
                    item.text = letter
        elif len(items) > 1 and all(item.kind in ("ord", "num") and not item.sub + item.sup for item in items):
            return [Item("".join(item.text for item in items), "word")]
        return items

    def _environment(self, unit: Environment, before: list[Item], rest: deque[Unit], *, tight: bool) -> list[Item]:
        sides = mathsource.MATRICES.get(unit.name)
        rows = mathsource.table(unit.body)
        if sides is None:
            return _words("; ".join(self.text([part for cell in row for part in cell]) for row in rows))
        left, right = sides[:1], sides[1:]
        if not sides and len(rest) > 1 and before and before[-1].stretch and is_command(rest[0], "right"):
            # \left[\begin{matrix}…\end{matrix}\right] is a bmatrix in other words.
            rest.popleft()
            left, right = before.pop().text, "".join(item.text for item in self.items([rest.popleft()], tight=True))
            right = right.strip(".")
        cells = [[_Reader(stacked=False).text(cell) for cell in row] for row in rows]
        if self.stacked and not tight and len(cells) > 1:
            self.blocks.append(mathblock.block(cells, left, right))
            return [Item(chr(mathblock.BLOCK + len(self.blocks) - 1), "ord")]
        separator, right = (", ", right or "}") if left == "{" else (" ", right)
        return [Item(left + "; ".join(separator.join(row) for row in cells) + right, "ord")]


def _is_space(unit: Unit) -> bool:
    return isinstance(unit, str) and unit.isspace()


def _ends_in_space(items: Sequence[Item]) -> bool:
    return bool(items) and items[-1].kind == "space"


def _sided(name: str) -> Kind | None:
    return "open" if name in ("lvert", "lVert") else "close" if name in ("rvert", "rVert") else None


def _words(text: str) -> list[Item]:
    """Words as one item, with the spaces around them as spaces of the line."""
    word = " ".join(text.split())
    items = [Item(word, "ord" if len(word) == 1 else "word")] if word else []
    space = [Item(" ", "space")]
    return space * text[:1].isspace() + items + space * text[-1:].isspace()


def _delimiter(unit: Command, rest: deque[Unit]) -> list[Item]:
    r"""`\left`, `\middle` or `\right` with the delimiter behind it; a dot stands for none."""
    while rest and _is_space(rest[0]):
        rest.popleft()
    if not rest:
        return []
    target = rest[0]
    text = (
        target if isinstance(target, str) else mathsource.symbol(target.name) if isinstance(target, Command) else None
    )
    if not text or len(text) != 1:
        return []
    rest.popleft()
    if text == ".":
        return [Item("", "open" if unit.name == "left" else "close", stretch=True)] if unit.name != "middle" else []
    text = {"<": "⟨", ">": "⟩"}.get(text, text)
    if unit.name == "middle":
        return [Item(text, "ord" if text in "|‖" else kind_of(text))]
    return [Item(text, "open" if unit.name == "left" else "close", stretch=True)]
