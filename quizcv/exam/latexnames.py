"""What the commands of LaTeX math are called in Typst."""

from __future__ import annotations

import unicodedata
from functools import cache


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Commands that change the letters of their argument.
FONTS = {
    "mathrm": "upright({})", "mathop": "upright({})", "mathnormal": "{}", "mathbf": "bold(upright({}))", "mathit": "italic({})",
    "mathsf": "sans({})", "mathtt": "mono({})", "mathcal": "cal({})", "mathscr": "scr({})", "mathbb": "bb({})",
    "mathfrak": "frak({})", "boldsymbol": "bold({})", "bm": "bold({})", "pmb": "bold({})",
}  # fmt: skip
TEXTS = _names("text textrm textit textbf textsf texttt textnormal textup mbox hbox")
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "macron", "overline": "overline", "tilde": "tilde", "widetilde": "tilde",
    "check": "caron", "vec": "arrow", "overrightarrow": "arrow", "dot": "dot", "ddot": "dot.double", "underline": "underline",
    "breve": "breve", "phantom": "hide", "hphantom": "hide", "vphantom": "hide",
}  # fmt: skip
FRACTIONS = _names("frac dfrac tfrac cfrac")
BINOMIALS = _names("binom dbinom tbinom")
_ASIDES = _names("label color hspace vspace")
#: About size and place, or not for reading.
DROPPED = _ASIDES | _names(
    "displaystyle textstyle scriptstyle limits nolimits nonumber notag hline big Big bigg Bigg bigl bigr Bigl Bigr "
    "biggl biggr Biggl Biggr bigm ! bf it cal rm"
)
_OPERATORS = _names(
    "arccos arcsin arctan arg argmax argmin cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup "
    "ln log max min Pr sec sin sinh sup tan tanh"
)
#: Names of functions, as they are read.
FUNCTIONS = {name: name for name in _OPERATORS} | {
    "argmax": "arg max", "argmin": "arg min", "liminf": "lim inf", "limsup": "lim sup", "bmod": "mod",
}  # fmt: skip
WITH_LIMITS = _names("argmax argmin det gcd inf lim liminf limsup max min Pr sup")
SPACES = {
    "quad": "quad", "qquad": "wide", ",": "thin", ":": "med", ">": "med", ";": "thick", " ": "space", "enspace": "space",
    "space": "space",
}  # fmt: skip
#: Environments set as tables, and the bracket that Typst asks for.
MATRICES = {
    "matrix": "", "smallmatrix": "", "array": "", "pmatrix": "(", "bmatrix": "[", "Bmatrix": "{", "vmatrix": "|",
    "Vmatrix": "‖", "cases": "{", "dcases": "{",
}  # fmt: skip
#: Characters that unicodeit does not have, or has as others.
_SYMBOLS = {
    "cdot": "⋅", "cdotp": "⋅", "langle": "⟨", "rangle": "⟩", "lVert": "‖", "rVert": "‖", "R": "ℝ", "N": "ℕ", "Z": "ℤ",
    "dots": "…", "dotsc": "…", "ldots": "…", "dotsb": "⋯", "cdots": "⋯", "lt": "<", "gt": ">", "leqslant": "⩽",
    "geqslant": "⩾", "lbrack": "[", "rbrack": "]", "lvert": "|", "rvert": "|", "vert": "|", "coloneqq": "≔", "colon": ":",
    "degree": "°", "lbrace": "{", "rbrace": "}", "{": "{", "}": "}", "|": "‖", "_": "_", "&": "&", "#": "#", "$": "$",
    "%": "%", "sum": "∑", "prod": "∏", "int": "∫", "phi": "ϕ", "varphi": "φ", "epsilon": "ϵ", "varepsilon": "ε",
    "ast": "∗", "star": "⋆", "partial": "∂", "top": "⊤", "backslash": "\\", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉",
}  # fmt: skip
#: What pylatexenc must know of arguments: `{` a needed one, `[` an optional one, `*` a star.
ARGUMENTS = {
    **dict.fromkeys(FONTS.keys() | TEXTS | _ASIDES | ACCENTS.keys(), "{"),
    **dict.fromkeys(["underbrace", "overbrace", "boxed", "fbox", "tag", "substack", "pmod", "not"], "{"),
    **dict.fromkeys([*FRACTIONS, *BINOMIALS, "overset", "underset", "stackrel", "textcolor"], "{{"),
    "sqrt": "[{", "operatorname": "*{", "xrightarrow": "[{", "xleftarrow": "[{", "\\": "[",
}  # fmt: skip


@cache
def _unicodeit() -> dict[str, str]:
    from unicodeit.data import REPLACEMENTS

    return {
        latex: text for latex, text in REPLACEMENTS if len(text) == 1 and unicodedata.category(text)[0] not in "MCZ"
    }


def symbol(name: str) -> str | None:
    """The character for a command (`alpha`); None if nobody knows one."""
    return _SYMBOLS.get(name) or _unicodeit().get("\\" + name)
