"""HTML of unknown origin -> HTML with nothing that runs, in which formulas and sounds are elements and deletions are marks."""

from __future__ import annotations

import re
from html import escape, unescape

import nh3

from quizcv.exchange.anki.foreign.marks import CLOSE, NONCHARACTERS, OPEN, SPLIT

#: Characters of one side of a card; a long article has a tenth of it.
LONGEST = 100_000
#: Elements inside each other. Layout takes ten, and each costs four calls in Python.
DEEPEST = 40

_TAGS = frozenset(
    re.findall(
        r"\S+",
        """a address anki-mathjax article aside audio b blockquote br caption center cite code dd del details dfn div dl dt em figcaption
        figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main nav ol p pre q rp rt ruby s samp section source span strike strong
        sub summary sup table tbody td tfoot th thead tr tt u ul var video wbr""",
    )
)
#: What is taken out with all that stands in it.
_NOT_TEXT = frozenset(
    re.findall(
        r"\S+",
        "applet button canvas embed iframe noembed noframes noscript object script select style svg template title",
    )
)
_ATTRIBUTES = {
    "a": {"href"},
    "anki-mathjax": {"block"},
    "audio": {"src"},
    "code": {"class"},
    "div": {"class"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "pre": {"class"},
    "source": {"src"},
    "span": {"style"},
    "td": {"class", "colspan"},
    "th": {"colspan"},
    "video": {"src"},
}
_SCHEMES = frozenset(("http", "https", "mailto"))
_SIEVE = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_NOT_TEXT),
    attributes=_ATTRIBUTES,
    filter_style_properties={"font-weight", "font-style"},  # how pasted text says bold and italic
    url_schemes=set(_SCHEMES),
    link_rel=None,
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")

#: A tag as the sieve writes it: values in double quotes.
_TAG = r"</?[a-z][^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>"
_ANY_TAG = re.compile(_TAG)
_DEPTH = re.compile(r"<(/?)(?!br|hr|img|source|wbr)[a-z]")
_CLOZE = re.compile(_TAG + r"|\{\{c([\d,]+)::|(\}\})|(::)")
_BEGINS = re.compile(
    r"<(?P<code>pre|code)\b[^>]*>|<anki-mathjax(?P<block> block=\"true\")?[^>]*>|"
    + _TAG
    + r"|\\[(\[]|\[latex\]|\[\$\$?\]|\[sound:"
)
_ENDS = {r"\(": r"\)", r"\[": r"\]", "[latex]": "[/latex]", "[$]": "[/$]", "[$$]": "[/$$]", "[sound:": "]"}
_DISPLAYED = ("block", r"\[", "[$$]")
_LINE_ENDS = re.compile(r"</?(?:br|div|p)\b[^<>]*>")
_DOLLARS = re.compile(r"(?:\\.|[^$\\])+|\$\$(.+?)\$\$|\$(.+?)\$|\$", re.DOTALL)
_OWN_MARKS = re.compile(r"\\\[(.*)\\\]|\\begin\{displaymath\}(.*)\\end\{displaymath\}", re.DOTALL)


class Unreadable(ValueError):
    """The text is beyond what is converted; says why, for a person."""


def cleaned(html: str, *, cloze: bool) -> str:
    """The HTML to convert. With `cloze`, deletions as Anki reads them are written with the marks of `marks`.

    Raises:
        Unreadable: it is too long, or nested too deep.
    """
    if len(html) > LONGEST:
        raise Unreadable(f"it has {len(html):,} characters")
    html = _SURROGATES.sub("\ufffd", html)
    if "<" in html or "&" in html:
        html = _SIEVE.clean(html)
    html = _CONTROLS.sub("", NONCHARACTERS.sub("", html))
    depth = deepest = 0
    for tag in _DEPTH.finditer(html):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise Unreadable(f"its HTML is nested {deepest} deep")
    return _with_formulas(_with_deletions(html) if cloze else html)


def _with_deletions(html: str) -> str:
    """Anki's rule: the first `}}` ends the last deletion that is open, the first `::` in it begins the hint. What never ends is text."""
    marks: dict[int, tuple[int, str]] = {}
    opened: list[tuple[re.Match[str], int | None]] = []
    for token in _CLOZE.finditer(html):
        if token[1]:
            opened.append((token, None))
        elif token[2] and opened:
            begun, split = opened.pop()
            marks[begun.start()] = begun.end(), f"{OPEN}{begun[1]}{SPLIT}"
            marks[token.start()] = token.end(), CLOSE
            if split is not None:
                marks[split] = split + 2, SPLIT
        elif token[3] and opened and opened[-1][1] is None:
            opened[-1] = opened[-1][0], token.start()
    parts: list[str] = []
    position = 0
    for start, (end, mark) in sorted(marks.items()):
        parts += [html[position:start], mark]
        position = end
    return "".join((*parts, html[position:]))


def _with_formulas(html: str) -> str:
    """Formulas as `<anki-mathjax>` that holds LaTeX and nothing else, sounds as `<anki-sound>`; code is left alone."""
    parts: list[str] = []
    position = 0
    endless: set[str] = set()  # looked for in vain: not once more for every beginning
    while begun := _BEGINS.search(html, position):
        parts.append(html[position : begun.start()])
        position = begun.end()
        mark = begun.group()
        tag = mark.startswith("<")
        end = (
            f"</{begun['code']}>"
            if begun["code"]
            else "</anki-mathjax>"
            if mark.startswith("<anki-m")
            else _ENDS.get(mark, "")
        )
        close = html.find(end, position) if end and end not in endless else -1
        if close < 0:
            endless.add(end)
            parts.append(mark)
        elif begun["code"]:
            parts.append(html[begun.start() : close])
            position = close
        else:
            parts.append(_element("block" if tag and begun["block"] else mark, html[position:close]))
            position = close + len(end)
    return "".join((*parts, html[position:]))


def _element(mark: str, content: str) -> str:
    if mark == "[sound:":
        return f"<anki-sound>{escape(_plain(content).strip(), quote=False)}</anki-sound>"
    latex = _plain(content)
    made = _document(latex) if mark == "[latex]" else _formula(latex, block=mark in _DISPLAYED)
    # The tags that stood between the marks, so that what they open and close stays so.
    return made + "".join(tag for tag in _ANY_TAG.findall(content) if not tag.startswith("<br"))


def _plain(content: str) -> str:
    return unescape(_ANY_TAG.sub("", _LINE_ENDS.sub("\n", content))).replace("\u00a0", " ")


def _document(latex: str) -> str:
    """What stands between `[latex]` marks is a document: text with formulas in it, or, as most people use it, one formula."""
    latex = latex.strip()
    if own := _OWN_MARKS.fullmatch(latex):
        return _formula(own[1] or own[2], block=True)
    if "$" not in latex.replace("\\$", ""):
        return _formula(latex, block=latex.startswith("\\begin"))
    parts = []
    for piece in _DOLLARS.finditer(latex):
        formula = piece[1] or piece[2]
        parts.append(_formula(formula, block=bool(piece[1])) if formula else escape(piece.group(), quote=False))
    return "".join(parts)


def _formula(latex: str, *, block: bool) -> str:
    r"""LaTeX as it may stand between dollars: none inside (`\text{if $x$}` says the same with `\(`), no empty line, no blanks around."""
    parts, inside = [], False
    for piece in re.split(r"((?:\\.|[^$\\])+|\$)", latex, flags=re.DOTALL):
        if piece == "$":
            inside = not inside
            piece = r"\(" if inside else r"\)"
        parts.append(piece)
    text = "".join(parts) if not inside else latex.replace("$", r"\$")
    text = re.sub(r"[ \t]*\n\s*", "\n", text).strip()
    if (len(text) - len(text.rstrip("\\"))) % 2:
        text += " {}"
    return f"<anki-mathjax{' block' if block else ''}>{escape(text, quote=False)}</anki-mathjax>" if text else ""
