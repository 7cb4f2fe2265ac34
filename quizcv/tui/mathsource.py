r"""LaTeX source as a short list of units, and the tables that say what its commands are.

pylatexenc parses, unicodeit knows the symbols; both are imported at the first formula only: most cards have none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FONTS = _names("mathrm mathbf mathit mathsf mathtt mathnormal mathcal mathbb mathfrak mathscr boldsymbol bm pmb mathop")
TEXTS = _names("text textrm textit textbf textsf texttt textnormal textup mbox hbox")
#: Commands that put a mark over or under their argument, and the combining character for it.
ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "tilde": "\u0303", "check": "\u030c",
    "widetilde": "\u0303", "vec": "\u20d7", "overrightarrow": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
    "underline": "\u0332", "not": "\u0338", "breve": "\u0306",
}  # fmt: skip
FRACTIONS = _names("frac dfrac tfrac cfrac")
BINOMIALS = _names("binom dbinom tbinom")
_ASIDES = _names("label color phantom hphantom vphantom hspace vspace")
#: Commands about size and place, and those whose argument is not for reading.
DROPPED = _ASIDES | _names(
    "displaystyle textstyle scriptstyle limits nolimits nonumber notag hline big Big bigg Bigg bigl bigr Bigl Bigr "
    "biggl biggr Biggl Biggr bigm ! rm bf it cal"
)
FUNCTIONS = _names(
    "arccos arcsin arctan arg argmax argmin cos cosh cot csc deg det dim exp gcd hom inf ker lg lim liminf limsup "
    "ln log max min Pr sec sin sinh sup tan tanh"
)
SPACES = {"quad": "  ", "qquad": "    "} | dict.fromkeys([",", ":", ";", " ", ">", "enspace", "space"], " ")
#: Environments set as tables, and their delimiters.
MATRICES = {
    "matrix": "", "smallmatrix": "", "array": "", "pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||",
    "Vmatrix": "‖‖", "cases": "{", "dcases": "{",
}  # fmt: skip
#: Where unicodeit has nothing, or a character that is two cells wide or rare in fonts.
_SYMBOLS = {
    "cdot": "·", "cdotp": "·", "langle": "⟨", "rangle": "⟩", "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖",
    "R": "ℝ", "N": "ℕ", "Z": "ℤ", "dots": "…", "dotsc": "…", "dotsb": "⋯", "lt": "<", "gt": ">", "leqslant": "≤",
    "geqslant": "≥", "mid": "|", "lbrack": "[", "rbrack": "]", "coloneqq": ":=", "colon": ":", "degree": "°",
    "phi": "φ", "lbrace": "{", "rbrace": "}", "{": "{", "}": "}", "|": "‖", "_": "_", "&": "&", "#": "#", "$": "$",
    "%": "%", "smallsetminus": "∖", "llbracket": "⟦", "rrbracket": "⟧",
}  # fmt: skip
_ARGUMENTS = {
    **dict.fromkeys(FONTS | TEXTS | _ASIDES | ACCENTS.keys(), "{"),
    **dict.fromkeys(["underbrace", "overbrace", "boxed", "fbox", "tag", "substack", "pmod"], "{"),
    **dict.fromkeys([*FRACTIONS, *BINOMIALS, "overset", "underset", "stackrel", "textcolor"], "{{"),
    "sqrt": "[{", "operatorname": "*{", "xrightarrow": "[{", "xleftarrow": "[{", "\\": "[",
}  # fmt: skip

#: The name given to `$…$` within math, which `\\text` may hold.
MATH = "$…$"

#: Numbers, runs of spaces and of Chinese, else single characters. The commas in 34,944 belong to the number, the commas
#: in (224,224,3) do not.
_TOKEN = re.compile(
    r"(?<!\d,)\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d+)?|\d+(?:\.\d+)*|:=|\s+|[\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff]+|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Command:
    """A control sequence with its arguments and the space behind it."""

    name: str
    args: tuple[list[Unit], ...]
    after: str


@dataclass(frozen=True, slots=True)
class Environment:
    r"""What stands between `\begin` and `\end`; the star of its name is left out."""

    name: str
    body: list[Unit]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in braces."""

    body: list[Unit]


#: A piece of source; a `str` is one token of plain characters.
Unit: TypeAlias = str | Command | Environment | Group


@cache
def _context() -> Any:
    from pylatexenc.macrospec import EnvironmentSpec, LatexContextDb, MacroSpec

    context = LatexContextDb()
    macros = [MacroSpec(name, arguments) for name, arguments in _ARGUMENTS.items()]
    environments = [EnvironmentSpec("array", "[{"), EnvironmentSpec("alignat", "{"), EnvironmentSpec("alignedat", "{")]
    context.add_context_category("quizcv", macros=macros, environments=environments)
    context.set_unknown_macro_spec(MacroSpec(""))
    context.set_unknown_environment_spec(EnvironmentSpec(""))
    return context


def parse(latex: str) -> list[Unit]:
    """The units of some math. Raises whatever pylatexenc raises on broken LaTeX."""
    from pylatexenc.latexwalker import LatexWalker

    source = re.sub(r"(?<=\d)\{,\}(?=\d)", ",", latex)
    return _units(LatexWalker(source, latex_context=_context(), tolerant_parsing=False).get_latex_nodes()[0])


def _units(nodes: Iterable[Any]) -> list[Unit]:
    """pylatexenc's nodes as our own few types. An unescaped % is a percent sign: people write `$50%$`."""
    from pylatexenc import latexwalker as walker

    units: list[Unit] = []
    for node in nodes:
        if node is None:
            continue
        if node.isNodeType(walker.LatexCharsNode):
            units += _TOKEN.findall(node.chars)
        elif node.isNodeType(walker.LatexCommentNode):
            units += _TOKEN.findall("%" + node.comment + node.comment_post_space)
        elif node.isNodeType(walker.LatexMathNode):
            units.append(Command(MATH, (_units(node.nodelist),), ""))
        elif node.isNodeType(walker.LatexGroupNode):
            units.append(Group(_units(node.nodelist)))
        elif node.isNodeType(walker.LatexEnvironmentNode):
            units.append(Environment(node.environmentname.rstrip("*"), _units(node.nodelist)))
        elif node.isNodeType(walker.LatexMacroNode):
            arguments = node.nodeargd.argnlist if node.nodeargd else ()
            units.append(Command(node.macroname, tuple(map(_argument, arguments)), node.macro_post_space))
    return units


def _argument(node: Any) -> list[Unit]:
    units = _units([node])
    return units[0].body if len(units) == 1 and isinstance(units[0], Group) else units


@cache
def _unicodeit() -> dict[str, str]:
    from unicodeit.data import REPLACEMENTS

    return {latex: text for latex, text in REPLACEMENTS if len(text) == 1 and _is_narrow(text)}


def _is_narrow(char: str) -> bool:
    """Whether a character stands alone in one cell: no combining mark, no control, nothing as wide as Chinese."""
    return unicodedata.category(char)[0] not in "MCZ" and unicodedata.east_asian_width(char) not in ("W", "F")


def symbol(name: str) -> str | None:
    """The character for a command (`alpha`), or for a letter in a font (`mathbb{R}`); None if nobody knows one."""
    return _SYMBOLS.get(name) or _unicodeit().get("\\" + name)


def is_command(unit: Unit, *names: str) -> bool:
    return isinstance(unit, Command) and unit.name in names


def is_blank(unit: Unit) -> bool:
    """Whether nothing of this is to be seen between two rows."""
    return unit.isspace() if isinstance(unit, str) else is_command(unit, "label", "hline", "nonumber", "notag")


def _split(units: Sequence[Unit], test: Callable[[Unit], bool]) -> list[list[Unit]]:
    parts: list[list[Unit]] = [[]]
    for unit in units:
        if test(unit):
            parts.append([])
        else:
            parts[-1].append(unit)
    return parts


def table(units: Sequence[Unit]) -> list[list[list[Unit]]]:
    r"""Rows (ended by `\\`) of cells (parted by `&`), without the empty rows."""
    rows = [_split(row, lambda unit: unit == "&") for row in _split(units, lambda unit: is_command(unit, "\\", "cr"))]
    return [row for row in rows if any(not is_blank(unit) for cell in row for unit in cell)]


def words(units: Sequence[Unit], math: Callable[[list[Unit]], str]) -> str:
    r"""The words in a `\text{…}`, spaces and all; `math` sets the `$…$` among them."""
    found = ""
    for unit in units:
        if isinstance(unit, str):
            found += " " if unit == "~" else unit
        elif isinstance(unit, Command) and unit.name == MATH:
            found += math(unit.args[0])
        elif isinstance(unit, Command):
            inner = "".join(words(argument, math) for argument in unit.args)
            found += (SPACES.get(unit.name) or inner or symbol(unit.name) or f"\\{unit.name}") + unit.after
        else:
            found += words(unit.body, math)
    return found
