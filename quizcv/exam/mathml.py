"""LaTeX -> MathML, which browsers draw themselves: a page needs neither script nor font for its formulas.

latex2mathml reads the LaTeX. What it gives is not yet fit for a page: it escapes nothing, hands on links, styles and any width, and
takes some things for letters that are none. So its tree is gone through here, and what is written holds only what is listed below.
"""

from __future__ import annotations

import re
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

#: Formulas longer than this, or with braces nested deeper, are shown as code.
LONGEST, DEEPEST = 4000, 40
#: Inline formulas with more signs than this may be broken between lines, where TeX does it.
BREAKABLE = 14

_TAGS = frozenset(
    re.findall(
        r"\w+",
        """math mrow mi mn mo mtext mspace mfrac msqrt mroot mstyle mpadded menclose msub msup msubsup munder mover munderover mtable mtr
        mtd mphantom mmultiscripts mprescripts none""",
    )
)
_WORDS = re.compile(r"[a-z]+( [a-z]+)*|[0-9]")
_SIZE = re.compile(r"-?[01](?:\.[0-9]+)?em|[23](?:\.[0-9]+)?em|0")
_ATTRIBUTES = {
    **dict.fromkeys(("mathvariant", "stretchy", "fence", "form", "accent", "accentunder", "movablelimits"), _WORDS),
    **dict.fromkeys(("linethickness", "displaystyle", "scriptlevel", "columnalign", "notation"), _WORDS),
    **dict.fromkeys(("width", "minsize", "maxsize", "lspace", "rspace"), _SIZE),
    "class": re.compile("over"),
}
#: What holds a row of any length, where neighbours may become one.
_ROWS = frozenset(("math", "mrow", "mtd", "msqrt", "mstyle", "mpadded", "menclose", "mphantom"))
_SCRIPTS = frozenset(("msub", "msup", "msubsup", "munder", "mover", "munderover"))

#: Macros grow without end, and links lead somewhere: neither is read.
_REFUSED = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|newenvironment|[gex]?def|let|unicode|href|DeclareMath\w*)(?![A-Za-z])"
)
_NUMBERED = re.compile(r"\\begin\{(equation|displaymath)(\*?)\}(.*)\\end\{\1\2\}", re.DOTALL)
_LINES = re.compile(r"\\(begin|end)\{(aligned|alignedat|align|alignat|split|eqnarray|gathered|gather|multline)\*?\}")
_ENVIRONMENTS = re.compile(r"\\begin\{(?!(?:array|cases|(?:small|[pbBvV])?matrix\*?)\})")
#: How the library writes a single upright letter, beside the letter itself for one in italics.
_UPRIGHT = re.compile(r"&#x000[46][0-9A-F];|&#x000[57][0-9A];")
_COMMAND = re.compile(r"\\[A-Za-z]")

_OPEN, _CLOSE, _STROKE = frozenset("([{⌊⌈⟨"), frozenset(")]}⌋⌉⟩"), frozenset("|‖∣∥")
_RELATION = frozenset("=≈≤≥<>≠→←↦∈∝≃≡≪≫⇒⇐⇔∼")
_BINARY = frozenset("+−-±∓·⋅×÷∗∘∪∩/,")
_THIN = Element("mspace", width="0.167em")


class _Unreadable(Exception):
    """The formula cannot be drawn as it was meant."""


def to_mathml(latex: str, *, display: bool = False) -> str:
    """The formula as `<math>`, a long inline one as several in a row, between which a line may end. What cannot be read is shown as
    `<code>`. Safe to stand in HTML, whatever it says."""
    try:
        return _mathml(latex, display=display)
    except Exception:  # noqa: BLE001 - the library raises what it likes for broken LaTeX, IndexError and KeyError among it
        return f"<code>{escape(latex.strip())}</code>"


def _mathml(latex: str, *, display: bool) -> str:
    if len(latex) > LONGEST or latex.count("{") > latex.count("}") + latex.count("\\{") or _depth(latex) > DEEPEST:
        raise _Unreadable
    if _REFUSED.search(latex):
        raise _Unreadable
    readable = _readable(latex)
    if _ENVIRONMENTS.search(readable):
        raise _Unreadable
    root = convert_to_element(readable, display="block" if display else "inline")
    _tidy(root)
    row = root[0]
    if display:
        return f'<math display="block">{_written(row)}</math>'
    return "".join(f"<math>{''.join(map(_written, piece))}</math>" for piece in _pieces(list(row)))


def _depth(latex: str) -> int:
    depth = deepest = 0
    for sign in latex:
        depth += (sign == "{") - (sign == "}")
        deepest = max(depth, deepest)
    return max(deepest, latex.count("\\left"))


def _readable(latex: str) -> str:
    """In the words that latex2mathml knows."""
    latex = latex.strip()
    if found := _NUMBERED.fullmatch(latex):
        latex = found[3].strip()
    latex = re.sub(r"\\(begin|end)\{[dr]cases\}", r"\\\1{cases}", latex)
    if not _LINES.search(latex):
        return latex
    latex = re.sub(r"(\\begin\{align(?:ed)?at\*?\})\{[0-9]+\}", r"\1", latex)

    def lines(found: re.Match[str]) -> str:
        if found[1] == "end":
            return r"\end{array}"
        return r"\begin{array}{c}" if found[2][0] in "gm" else r"\begin{array}{rlrlrlrl}"

    return _LINES.sub(lines, latex)


# --- the tree


def _tidy(node: Element) -> None:
    for child in node:
        _tidy(child)
    if node.tag not in _TAGS:
        raise _Unreadable
    raw = node.text or ""
    node.text = unescape(raw)
    if node.tag != "mtext" and (raw == "&" or _COMMAND.match(raw)):
        raise _Unreadable  # a command or an alignment that the library does not know
    if node.tag == "mi" and _UPRIGHT.fullmatch(raw) and node.text.isalpha():
        node.set("mathvariant", "normal")
    if node.tag in ("mi", "mo"):
        _sign(node)
    if node.tag == "mover" and len(node) == 2 and node[1].text == "―":
        node.tag = "mrow"  # a border: without a font for mathematics nothing stretches
        node.attrib = {"class": "over"}
        del node[1]
    if node.tag in _ROWS:
        node[:] = _spaced(_joined(list(node)))


def _sign(node: Element) -> None:
    """Brackets are operators and names of functions are none; slashes and strokes keep no distance."""
    text = node.text or ""
    if node.tag == "mi" and text in _OPEN | _CLOSE:
        node.tag = "mo"
        node.set("stretchy", "false")
    elif node.tag == "mo" and len(text) > 1 and text.isalpha() and text != "mod":
        node.tag = "mi"
        node.attrib.clear()
    elif node.tag == "mo" and (text == "/" or (text in _STROKE and not node.get("form"))):
        node.set("lspace", "0")
        node.set("rspace", "0")
    elif text == "^":
        node.text = "ˆ"


def _joined(row: list[Element]) -> list[Element]:
    """Thousands are one number, and upright letters side by side one name."""
    made: list[Element] = []
    for node in row:
        last = made[-1] if made else None
        if last is not None and _upright(last) and _upright(node):
            last.text = f"{last.text}{node.text}"
        elif len(made) > 1 and _number(node) and _comma(made[-1]) and made[-2].tag == "mn":
            made.pop()
            made[-1].text = f"{made[-1].text},{node.text}"
        else:
            made.append(node)
    for node in made:
        if _upright(node) and len(node.text or "") > 1:
            del node.attrib["mathvariant"]  # several letters are upright by themselves
    return made


def _upright(node: Element) -> bool:
    return node.tag == "mi" and node.get("mathvariant") == "normal" and (node.text or "").isascii()


def _number(node: Element) -> bool:
    return node.tag == "mn" and bool(re.match(r"[0-9]{3}(?![0-9])", node.text or ""))


def _comma(node: Element) -> bool:
    """A comma in braces, which keeps no distance."""
    return node.tag == "mrow" and len(node) == 1 and node[0].tag == "mo" and node[0].text == ","


def _spaced(row: list[Element]) -> list[Element]:
    """A thin space between the name of a function and what it stands beside, as TeX puts it."""
    made: list[Element] = []
    for at, node in enumerate(row):
        before = row[at - 1] if at else None
        if before is not None and "mspace" not in (before.tag, node.tag):
            named = _named(before) and not (node.tag == "mo" and node.text not in _STROKE) and not _opens(node)
            if named or (_named(node) and before.tag != "mo"):
                made.append(_THIN)
        made.append(node)
    return made


def _named(node: Element) -> bool:
    base = node[0] if node.tag in _SCRIPTS and len(node) else node
    text = base.text or ""
    return base.tag == "mi" and len(text) > 1 and text.isascii() and text.isalpha() and base.get("mathvariant") is None


def _opens(node: Element) -> bool:
    return bool(node.tag == "mrow" and len(node) and (node[0].text or "") in _OPEN)


# --- breaking lines


def _pieces(row: list[Element]) -> list[list[Element]]:
    """A row, cut behind relations and operators; those keep the distances they have between two things."""
    if sum(1 for node in row for _sign in node.iter()) <= BREAKABLE:
        return [row]
    made: list[list[Element]] = [[]]
    for at, node in enumerate(row):
        made[-1].append(node)
        if 0 < at < len(row) - 1 and _breaks(row[at - 1], node):
            if node.text != ",":
                node.set("form", "infix")
            made.append([])
    return made


def _breaks(before: Element, node: Element) -> bool:
    if node.tag != "mo" or (node.text or "") not in _RELATION | _BINARY - {"/"}:
        return False
    return not (before.tag == "mo" and (before.text or "") not in _CLOSE | _STROKE)  # else it is a sign


# --- writing


def _written(node: Element) -> str:
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in sorted(node.attrib.items())
        if name in _ATTRIBUTES and _allowed(name, value)
    )
    inner = escape(node.text or "", quote=False) + "".join(map(_written, node))
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>"


def _allowed(name: str, value: str) -> bool:
    return bool(_ATTRIBUTES[name].fullmatch(value))
