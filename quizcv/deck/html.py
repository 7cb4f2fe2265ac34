"""A card's Markdown as HTML: math for MathJax, code by classes, pictures by name, and nothing that runs.

Raw HTML in a deck is let through a sieve (nh3); everything else is made here and holds only what it may.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape, unescape
from typing import Any
from urllib.parse import unquote, unquote_plus

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from quizcv.prose import EQUATION, parser, without_kramdown

#: From a path or an address as the deck states it to the name that stands for it; empty if there is none.
Media = Callable[[str], str]

#: Text in which no rule of Markdown can begin: most short answers. Escaping it is all there is to do.
_PLAIN = re.compile(r"(?!\d{1,9}[.)]|[-+=\s])[^\\`*_{}\[\]<>&$#|~!\n\t\r]*(?<!\s)")

_SOUND = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a", ".aac", ".mp4", ".webm", ".mov", ".mkv", ".avi")
_ELSEWHERE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]+:|//)")
#: What Anki would take for math, for sound or for a formula to run LaTeX on, where it is only text.
_SPECIAL = re.compile(r"\\(?=[()\[\]])|\[(?=sound:|anki:|/?latex\]|/?\${1,2}\])")
_TAG = re.compile(r"<[^<>]*>")
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|t[dhr]|h[1-6]|pre|blockquote)\b[^<>]*>")
#: TeX puts a space behind a comma, but not between thousands.
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_HAN = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_NUMBERED = re.compile(r"\\begin\{(equation|align|gather|alignat|eqnarray|multline)(\*?)\}(.*)\\end\{\1\2\}", re.DOTALL)
#: Environments that number their lines, by what they are called inside other math.
_INNER = {
    "align": "aligned",
    "alignat": "alignedat",
    "eqnarray": "aligned",
    "gather": "gathered",
    "multline": "gathered",
}

_TAGS = frozenset(
    re.findall(
        r"\w+",
        """a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6
        hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr tt u
        ul var wbr""",
    )
)
_ATTRIBUTES = {
    "*": {"class", "title", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start", "type"},
}


def to_html(markdown: str, media: Media = lambda _path: "") -> str:
    """The text as HTML; a text of one paragraph comes without its `<p>`.

    Math stands in `\\( \\)` and `\\[ \\]`. `media` is asked for every picture and sound that lies beside the deck; what it has no name
    for is shown by its description.
    """
    if _PLAIN.fullmatch(markdown):
        return escape(markdown)
    renderer = _renderer()
    tokens = renderer.parse(markdown)
    sieved = _holds_html(tokens)
    html = str(renderer.renderer.render(tokens, renderer.options, {"media": media, "sieved": sieved})).strip()
    if sieved:
        html = sanitised(html, lambda source: _picture_source(source, media)).strip()
    single = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return html[3:-4] if single else html


def to_text(html: str) -> str:
    """What is read of it, in one line; pictures leave nothing."""
    return " ".join(unescape(_TAG.sub("", _BLOCK_TAG.sub(" ", html))).split())


def sanitised(html: str, picture: Callable[[str], str] = str) -> str:
    """HTML of unknown origin with only what may stand on a card; `picture` gives what stands for a picture's source, or nothing."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        return (picture(value) or None) if (tag, name) == ("img", "src") else value

    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=attribute, link_rel=None)


@cache
def _renderer() -> MarkdownIt:
    made = MarkdownIt("commonmark", renderer_cls=_Html)
    made.core, made.block, made.inline = parser().core, parser().block, parser().inline
    return made


def _holds_html(tokens: Sequence[Token]) -> bool:
    return any(
        token.type in ("html_block", "html_inline") or (token.children and _holds_html(token.children))
        for token in tokens
    )


def _picture_source(source: str, media: Media) -> str:
    return source if _ELSEWHERE.match(source) else media(unquote(source))


def _math(latex: str, *, display: bool) -> str:
    """LaTeX between MathJax's marks. What numbers its own lines cannot stand inside them: it becomes what can."""
    latex = _THOUSANDS.sub("{,}", latex.strip())
    if found := _NUMBERED.fullmatch(latex):
        inner = _INNER.get(found[1])
        latex = f"\\begin{{{inner}}}{found[3]}\\end{{{inner}}}" if inner else found[3].strip()
    opening, closing = ("\\[", "\\]") if display else ("\\(", "\\)")
    return f"{opening}{escape(latex, quote=False)}{closing}"


def _text(content: str) -> str:
    """Text, and only that: a `<wbr>` inside keeps a mark from being one, and survives the sieve."""
    return _SPECIAL.sub(r"\g<0><wbr>", escape(content))


class _Html(RendererHTML):
    """markdown-it-py's renderer, where our cards differ."""

    def text(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return _text(without_kramdown(tokens[idx].content))

    def code_inline(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return f"<code>{_text(tokens[idx].content)}</code>"

    def softbreak(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        """A line's end in the source: between Chinese characters no blank belongs there."""
        beside = (tokens[idx - 1].content[-1:], tokens[idx + 1].content[:1]) if 0 < idx < len(tokens) - 1 else ("", "")
        return "" if all(map(_HAN.match, beside)) else "\n"

    def math_inline(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return _math(tokens[idx].content, display=False)

    def math_inline_double(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return _math(tokens[idx].content, display=True)

    def math_block(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return f"<div class=math>{_math(tokens[idx].content, display=True)}</div>\n".replace(
            "class=math", 'class="math"'
        )

    math_block_label = math_block
    amsmath = math_block

    def fence(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        language = tokens[idx].info.split(maxsplit=1)[0] if tokens[idx].info.strip() else ""
        return _code(tokens[idx].content, language)

    def code_block(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return _code(tokens[idx].content, "")

    def image(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        token = tokens[idx]
        source = str(token.attrs.get("src", ""))
        described = escape(" ".join("".join(part.content for part in token.children or ()).split()))
        if equation := EQUATION.search(source):
            return _math(unquote_plus(equation[1]), display=False)
        if _ELSEWHERE.match(source):
            return f'<img src="{escape(source)}" alt="{described}">' if source.startswith("http") else described
        name = env["media"](unquote(source))
        if name and name.lower().endswith(_SOUND):
            return f"[sound:{name}]"
        # Beside raw HTML the path stays for now: the sieve gives all pictures their names.
        return f'<img src="{escape(source if env["sieved"] else name)}" alt="{described}">' if name else described

    def link_open(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        target = str(tokens[idx].attrs.get("href", ""))
        return f'<a href="{escape(target)}">' if _outward(target) else ""

    def link_close(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        target = _target_of(tokens, idx)
        if _outward(target):
            return "</a>"
        name = env["media"](unquote(target)) if target.lower().endswith(_SOUND) else ""
        return f" [sound:{name}]" if name else ""


def _outward(target: str) -> bool:
    """Whether a link leads somewhere from a card: files beside the deck are not there."""
    return target.startswith(("http://", "https://", "mailto:"))


def _target_of(tokens: Sequence[Token], close: int) -> str:
    """The target of the link that ends at `close`; links do not nest."""
    return next(str(token.attrs.get("href", "")) for token in reversed(tokens[:close]) if token.type == "link_open")


def _code(source: str, language: str) -> str:
    """Code, its words in `span`s by Pygments' class names where it knows the language."""
    source = source.removesuffix("\n")
    body = _highlighted(source, language) if language else _text(source)
    named = f' class="language-{escape(language)}"' if language else ""
    return f"<pre><code{named}>{body}</code></pre>\n"


def _highlighted(source: str, language: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return _text(source)
    return str(highlight(source, lexer, HtmlFormatter(nowrap=True))).removesuffix("\n")
