"""Card Markdown as tokens in which only text is left: math is Unicode, HTML is gone, pictures have become words.

Shared by the two ways to show a card in `quizcv.tui.render`. The text comes from decks that anybody may have written:
what leaves here has no control characters, however they were smuggled in (raw, as an entity, in an address).
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import unquote, unquote_plus

from markdown_it.token import Token

from quizcv.prose import EQUATION, parser, without_kramdown
from quizcv.tui.mathlayout import BOX_CLOSE, BOX_OPEN, scripts, unbroken
from quizcv.tui.mathtext import unicode_math

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS: titles, clipboard
    r"|\x1b[ -/]*[0-~]?"
)
#: C0 and C1, line separators, and the marks that turn text round to hide what it says.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")

_ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}\s*$")

_HTML = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[A-Za-z][^<>]*>|<[!?][^<>]*>", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_BLOCK_TAGS = re.compile(
    "address|article|aside|blockquote|center|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6r]|header|li|main|ol|p|pre|"
    "section|summary|table|tbody|tfoot|thead|tr|ul"
)
_BOXES = re.compile(f"([{BOX_OPEN}{BOX_CLOSE}])")
BREAKS = ("softbreak", "hardbreak")


def clean(text: str) -> str:
    """The text without terminal escape sequences and control characters; only newlines and tabs stay."""
    text = _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def shown_target(url: str) -> str:
    """A link's or a picture's address as people read it: %E6%89%BE as 找, embedded data left out."""
    address = " ".join(clean(unquote(url)).split())
    if address.startswith("data:"):
        return address.partition(";")[0]
    return address if len(address) <= 120 else f"{address[:80]}…{address[-39:]}"


def adds(target: str, text: str) -> bool:
    """Whether a link's target tells more than its text."""
    return bool(target) and target.removeprefix("mailto:") != text


# --- parsing -----------------------------------------------------------------------------------------------------


def blocks(markdown: str) -> list[Token]:
    """The block tokens of cleaned Markdown.

    `html_block`s are paragraphs, all display math is a `math_block` of LaTeX, and the children of `inline` tokens are
    text, breaks, code, emphasis, links and `picture`s (content: alt; attribute: src).
    """
    found: list[Token] = []
    for token in parser().parse(markdown):
        if token.type == "html_block":
            found += _paragraph(token)
        elif token.type in ("math_block", "math_block_label", "amsmath"):
            last = token.map[1] + (token.type == "amsmath") if token.map else 0  # amsmath counts to its last line only
            place = [token.map[0], last] if token.map else None
            found.append(Token("math_block", "", 0, content=token.content.strip(), map=place, block=True))
        elif token.type == "inline":
            token.children = _Inline().read(token.children or [])
            if found and found[-1].type == "heading_open" and token.children and token.children[-1].type == "text":
                token.children[-1].content = _ATTRIBUTES.sub("", token.children[-1].content)
            found.append(token)
        else:
            found.append(token)
    return found


def _paragraph(token: Token) -> list[Token]:
    """An HTML block as the paragraph a reader would see."""
    pieces: list[Token] = []
    position = 0
    for tag in _HTML.finditer(token.content):
        pieces.append(text_token(re.sub(r"\s+", " ", html.unescape(token.content[position : tag.start()]))))
        pieces.append(Token("html_inline", "", 0, content=tag.group() if not tag.group(1) else ""))
        position = tag.end()
    pieces.append(text_token(re.sub(r"\s+", " ", html.unescape(token.content[position:]))))
    inline = Token("inline", "", 0, content=token.content, map=token.map, children=_Inline().read(pieces))
    return [Token("paragraph_open", "p", 1, map=token.map), inline, Token("paragraph_close", "p", -1)]


def text_token(content: str) -> Token:
    """A token of text for the children of an inline token."""
    return Token("text", "", 0, content=content)


# --- inline ------------------------------------------------------------------------------------------------------


class _Inline:
    """Reads the children of one inline token."""

    def __init__(self) -> None:
        self.out: list[Token] = []
        self.scripts: list[tuple[str, int]] = []
        self.anchors: list[bool] = []

    def read(self, children: Sequence[Token]) -> list[Token]:
        for token in children:
            if token.type == "text":
                self._say(token.content)
            elif token.type in ("math_inline", "math_inline_double"):
                self._formula(unicode_math(token.content).replace("\n", "; "))
            elif token.type == "image":
                alt = "".join(part.content for part in _Inline().read(token.children or []))
                self._picture(alt, str(token.attrs.get("src", "")))
            elif token.type == "html_inline":
                self._tag(token.content)
            elif token.type in BREAKS:
                self._break(token.type)
            else:
                token.content = clean(token.content)
                self.out.append(token)
        while self.out and self.out[-1].type in BREAKS:
            self.out.pop()
        if self.out and self.out[-1].type == "text":
            self.out[-1].content = self.out[-1].content.rstrip()
        return self.out

    def _formula(self, text: str) -> None:
        """A formula, its boxes in bold; it breaks only before an operator outside brackets, a short one nowhere."""
        for part in _BOXES.split(unbroken(text)):
            if part in (BOX_OPEN, BOX_CLOSE):
                opening = part == BOX_OPEN
                self.out.append(
                    Token(f"strong_{'open' if opening else 'close'}", "strong", 1 if opening else -1, markup="**")
                )
            else:
                self._say(part, is_text=False)

    def _say(self, text: str, *, is_text: bool = True) -> None:
        text = clean(text)
        if is_text:
            text = without_kramdown(text)
        if not self.out or self.out[-1].type in BREAKS:
            text = text.lstrip()
        if text:
            beside = self.out and self.out[-1].type == "picture" and text[0].isalnum()
            self.out.append(text_token(" " + text if beside else text))

    def _break(self, kind: str, *, forced: bool = False) -> None:
        """A line ends. Two ends in a row are one (what stood between was dropped), unless somebody wrote <br>."""
        if self.out and self.out[-1].type == "text":
            self.out[-1].content = self.out[-1].content.rstrip()
        if self.out and self.out[-1].type in BREAKS and not forced:
            return
        if self.out:
            self.out.append(Token(kind, "br", 0))

    def _picture(self, alt: str, src: str) -> None:
        equation = EQUATION.search(src)
        if equation:
            self._formula(unicode_math(unquote_plus(equation.group(1))).replace("\n", "; "))
        else:
            alt = " ".join(clean(alt).split())
            self.out.append(Token("picture", "", 0, content=alt, attrs={"src": shown_target(src)}))

    def _tag(self, source: str) -> None:
        found = _TAG.match(source)
        if not found:
            return
        closing, name = bool(found.group(1)), found.group(2).lower()
        attributes = {key.lower(): html.unescape(value.strip("\"'")) for key, value in _ATTRIBUTE.findall(source)}
        if name == "br":
            self._break("hardbreak", forced=True)
        elif name == "img":
            self._picture(attributes.get("alt", ""), attributes.get("src", ""))
        elif _BLOCK_TAGS.fullmatch(name):
            self._break("hardbreak")
            if name == "li" and not closing:
                self._say("• ")
        elif name in ("td", "th") and closing:
            self._say("  ")
        elif name == "a":
            self._anchor(attributes.get("href", ""), closing=closing)
        elif name in ("sup", "sub"):
            self._script(name, closing=closing)

    def _anchor(self, target: str, *, closing: bool) -> None:
        if not closing:
            self.anchors.append(bool(target))
            if target:
                self.out.append(Token("link_open", "a", 1, attrs={"href": target}))
        elif self.anchors and self.anchors.pop():
            self.out.append(Token("link_close", "a", -1))

    def _script(self, name: str, *, closing: bool) -> None:
        """<sup>2</sup> as ², where what is raised is text without any marks."""
        if not closing:
            self.scripts.append((name, len(self.out)))
        elif self.scripts and self.scripts[-1][0] == name:
            start = self.scripts.pop()[1]
            raised = self.out[start:]
            text = "".join(token.content for token in raised)
            if text and not text.startswith("[") and all(token.type == "text" for token in raised):
                self.out[start:] = [text_token(scripts(text, "") if name == "sub" else scripts("", text))]
