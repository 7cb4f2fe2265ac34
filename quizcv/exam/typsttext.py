"""Markdown as Typst markup that says the same and does nothing: every special character is escaped, every call is ours.

A call ends in `;`, so that no bracket behind it is taken for more of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import unquote_plus

from markdown_it.token import Token

from quizcv.exam.typstmath import string, typst_math
from quizcv.prose import EQUATION, parser, without_kramdown

#: Deeper nesting is set flat: Typst has a bound too.
DEEPEST = 12

#: What Typst takes for markup wherever it stands, a hyphen that may be a dash or a minus, a number that may begin a list.
_SPECIAL = re.compile(r"[\\#$*_`<>@\[\]~=+/'\"]|(?<![^\W\d])-|-(?![^\W\d])|(?<=\d)\.(?=\s|$)|\.(?=\.)|[{}]")
_MINUS = re.compile(r"(?<![^\s(\[{,;:=])-(?=\d|\.\d)")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_HAN = re.compile(r"[\u2e80-\u2fff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
#: Tags of HTML; other things in angle brackets (`<pad>`) are words of the text.
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|details|dfn|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i|img|ins|"
    r"kbd|li|mark|ol|p|pre|q|rp|rt|ruby|s|samp|small|span|strike|strong|style|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|"
    r"ul|var|wbr)(?=[\s/>])[^<>]*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)

#: What stands before and behind.
_PAIRS = {
    "em_open": ("#emph[", "];"), "strong_open": ("#strong[", "];"), "s_open": ("#strike[", "];"),
    "heading_open": ("#strong[", "];\n\n"), "blockquote_open": ("#quote(block: true)[", "];\n\n"),
    "bullet_list_open": ("#list(", ");\n\n"), "list_item_open": ("[", "], "), "thead_open": ("table.header(", "), "),
    "th_open": ("[", "], "), "td_open": ("[", "], "),
}  # fmt: skip


def text(said: str) -> str:
    """Plain text as markup."""
    said = " ".join(re.split(r"\s+", _INVISIBLE.sub("", said)))
    return _SPECIAL.sub(r"\\\g<0>", _MINUS.sub("−", said))


def holds_han(said: str) -> bool:
    """Whether there are characters that the fonts of Typst do not have: Chinese, and Japanese kana."""
    return bool(_HAN.search(said))


def blocks(markdown: str) -> str:
    """Paragraphs, lists, tables … of a text."""
    return _Setter().set(parser().parse(markdown))


def line(markdown: str) -> str:
    """A text that is read in one line: a title, an option."""
    return _Setter().set(parser().parseInline(" ".join(markdown.split())))


def equation(latex: str, *, display: bool) -> str:
    """A formula; what cannot be read stands there as it was written."""
    found = typst_math(latex.strip())
    if found is None:
        return f"#raw({string(latex.strip())});"
    return f"$ {found} $" if display else f"${found}$"


class _Setter:
    """Sets tokens one after the other, which no depth can exhaust."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.closings: list[tuple[bool, str]] = []

    def set(self, tokens: Sequence[Token]) -> str:
        for place, token in enumerate(tokens):
            if token.type == "inline":
                self.set(token.children or ())
            elif token.type == "softbreak":
                self.softbreak(tokens, place)
            elif token.type.endswith("_close"):
                self.close(token)
            elif token.type.endswith("_open"):
                self.open(token, tokens, place)
            else:
                self.said.append(self.leaf(token))
        return "".join(self.said).strip()

    def open(self, token: Token, tokens: Sequence[Token], place: int) -> None:
        if token.type == "paragraph_open":
            return
        if token.type == "table_open":
            opening, closing = _table(tokens, place), ");\n\n"
        elif token.type == "ordered_list_open":
            opening, closing = f"#enum(start: {min(int(token.attrs.get('start', 1)), 10**6)}, ", ");\n\n"
        else:
            opening, closing = _PAIRS.get(token.type, ("", ""))
        if self.flat(token):
            opening, closing = "", "\n\n" if token.block else ""
        self.said.append(opening)
        self.closings.append((bool(opening), closing))

    def flat(self, token: Token) -> bool:
        """Whether a thing is set without what it stands in. An item is what its list is, and tables do not nest."""
        if token.type == "list_item_open":
            return not self.closings[-1][0]
        return len(self.closings) >= DEEPEST and not token.type.startswith("t")

    def close(self, token: Token) -> None:
        if token.type == "paragraph_close":
            self.said.append(" " if token.hidden else "\n\n")
            return
        _opened, closing = self.closings.pop()
        while token.block and self.said and not self.said[-1].strip():
            self.said.pop()
        self.said.append(closing)

    def softbreak(self, tokens: Sequence[Token], place: int) -> None:
        """A line's end in the source: between Chinese characters no blank belongs there."""
        beside = (
            tokens[place - 1].content[-1:] if place else "",
            "".join(one.content for one in tokens[place + 1 :][:1])[:1],
        )
        self.said.append("" if all(map(_HAN.match, beside)) else " ")

    def leaf(self, token: Token) -> str:
        kind, content = token.type, token.content
        if kind == "text":
            return text(without_kramdown(content))
        if kind == "code_inline":
            return f"#raw({string(content)});"
        if kind in ("fence", "code_block"):
            return f"#raw(block: true, {string(content.removesuffix(chr(10)))});\n\n"
        if kind == "math_inline":
            return equation(content, display=False)
        if kind == "math_inline_double":
            return equation(content, display=True)
        if kind in ("math_block", "math_block_label", "amsmath"):
            return equation(content, display=True) + "\n\n"
        if kind == "hardbreak":
            return "#linebreak();"
        if kind == "hr":
            return "#line(length: 100%, stroke: 0.4pt);\n\n"
        if kind == "image":
            return _picture(token)
        if kind in ("html_inline", "html_block"):
            return _without_tags(content) + "\n\n" * token.block
        return text(content)


def _table(tokens: Sequence[Token], place: int) -> str:
    """The beginning of a table: its columns, lined up as the first row says."""
    cells = []
    for token in tokens[place:]:
        if token.type == "tr_close":
            break
        if token.type in ("th_open", "td_open"):
            side = re.search(r"left|center|right", str(token.attrs.get("style", "")))
            cells.append(side[0] if side else "auto")
    return f"#table(columns: {len(cells)}, align: ({', '.join(cells)},), "


def _picture(token: Token) -> str:
    """A formula where the address holds one, else the description."""
    if found := EQUATION.search(str(token.attrs.get("src", ""))):
        return equation(unquote_plus(found[1]), display=False)
    described = "".join(child.content for child in token.children or ())
    return f"#emph[{text(described)}];" if described.strip() else ""


def _without_tags(html: str) -> str:
    parts = re.split(r"<br\s*/?>", html, flags=re.IGNORECASE)
    return "#linebreak();".join(text(unescape(_TAG.sub("", part))) for part in parts)
