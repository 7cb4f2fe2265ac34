"""What a person sees of a text, whatever it is written in; and HTML as hypothesis makes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bs4 import BeautifulSoup
from hypothesis import strategies as st
from markdown_it.token import Token

from quizcv.prose import parser

_TEXT = (
    "text",
    "text_special",
    "code_inline",
    "fence",
    "code_block",
    "math_inline",
    "math_inline_double",
    "math_block",
)
_KEPT_HTML = re.compile(r"<!-- -->|</?su[bp]>|<br>")


def seen_in_markdown(markdown: str) -> str:
    """Every visible character but blanks; bullets are none. HTML that is not ours to write counts as seen."""
    return "".join("".join(_texts(parser().parse(markdown))).split()).replace("•", "")


def _texts(tokens: Sequence[Token]) -> list[str]:
    found: list[str] = []
    for token in tokens:
        if token.type in _TEXT:
            found.append(token.content)
        elif token.type in ("html_inline", "html_block"):
            found.append(_KEPT_HTML.sub("", token.content))
        else:
            found += _texts(token.children or ())
    return found


def seen_in_html(html: str) -> str:
    """Every visible character but blanks."""
    return "".join(BeautifulSoup(f"<div>{html}</div>", "html.parser").get_text().split())


#: What Markdown, decks and YAML read something into, and what stands around it.
_PIECES = (
    *"ab1 9.QA:：()[]<>*_`~$#+-=|!\\&;/\n\"'，“重\u3000",
    *(
        "* ",
        "1. ",
        "- ",
        "---",
        "***",
        "~~",
        "$$",
        "&amp;",
        "``",
        "\\begin{align}",
        "Q: ",
        "{#a .b}",
        "<b>",
        "](",
        "![",
    ),
)
texts = st.lists(st.sampled_from(_PIECES), max_size=12).map(lambda pieces: escape("".join(pieces), quote=False))
words = st.lists(st.sampled_from(("a", "b", " ", "重", "1", ".", "(", "“")), max_size=6).map("".join)


def _inside(tags: Sequence[str], content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(tags), content).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>")


def _inline(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = ("b", "i", "s", "u", "code", "sub", "sup", "span", 'a href="https://x.y/z_(1)"')
    return _inside(tags, content) | st.lists(content, max_size=4).map("".join)


def _block(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = st.lists(st.tuples(content, content), min_size=1, max_size=2)
    return (
        _inside(("div", "p", "li", "blockquote", "h2"), content)
        | st.lists(content, max_size=3).map(
            lambda items: "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
        )
        | st.lists(content, max_size=3).map("<br>".join)
        | rows.map(lambda made: "<table>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in made) + "</table>")
    )


def documents(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """HTML with these leaves in inline elements, in blocks."""
    inline = st.recursive(leaves, _inline, max_leaves=8)
    return st.recursive(inline | leaves.map(lambda text: f"<pre>{text}</pre>"), _block, max_leaves=5)


deletions = st.tuples(st.sampled_from(("c1", "c2")), words.filter(str.strip)).map(
    lambda pair: f" {{{{{pair[0]}::{pair[1]}}}}} "
)
