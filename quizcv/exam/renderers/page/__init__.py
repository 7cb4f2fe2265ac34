"""What the HTML pages of an exam share: a document that fetches nothing, and Markdown as safe HTML with its formulas drawn.

page.css       colours, type and what stands in both kinds of page
paper.css      forms, solutions and keys: for the screen and for printing
practice.css, practice.js   the page that marks answers
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from importlib.resources import files

from quizcv.deck.html import to_html, to_text
from quizcv.exam.mathml import to_mathml

_FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
#: Classes that may stay: of a formula's block, and Pygments' short ones. Ours are longer: they are not for a deck to use.
_CLASSES = re.compile(r"math|language-[\w+#.-]+|[a-z]{1,2}[0-9]?")
#: No line begins with these; behind a formula browsers forget it.
_CLOSING = re.compile(r"[,.;:!?)\]，。；：！？、）】」》]+")
_VOID = frozenset(("br", "hr", "wbr", "col"))
_LANGUAGES = {"zh": "zh-CN"}


def document(title: str, lang: str, body: str, styles: tuple[str, ...], script: str = "") -> bytes:
    """A whole page. `title` is Markdown, `body` HTML; `styles` are names of our style sheets, `script` is JavaScript.

    The page says that it loads nothing and runs nothing but what is named here by its hash: a text in it that gets past all else is
    still only text.
    """
    style = "".join(map(resource, styles))
    policy = f"default-src 'none'; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src {_hash(script)}"
    head = (
        f'<!DOCTYPE html>\n<html lang="{escape(_LANGUAGES.get(lang, lang))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(title)}</title>\n<style>{style}</style>\n</head>\n"
    )
    end = f"<script>{script}</script>\n" if script else ""
    return f"{head}<body>\n{body}\n{end}</body>\n</html>\n".encode()


def _hash(said: str) -> str:
    return f"'sha256-{b64encode(sha256(said.encode()).digest()).decode()}'"


@cache
def resource(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def text(markdown: str) -> str:
    """Markdown as HTML that may stand in any `<div>`: formulas are MathML, pictures their descriptions, for a page of an exam has no
    files beside it."""
    page = _Text()
    page.feed(to_html(markdown))
    page.close()
    return "".join(page.made)


def plain(markdown: str) -> str:
    """What is read of it, in one line, escaped."""
    return escape(to_text(to_html(markdown)).replace("\\(", "").replace("\\)", ""))


class _Text(HTMLParser):
    """Goes through HTML that is safe but made for a card, and writes it for a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.made.append(escape(given.get("alt", "")))
            return
        if tag in ("code", "pre"):
            self._code += 1
        if not _CLASSES.fullmatch(given.get("class", "")):
            given.pop("class", None)
        if tag == "a":
            given["rel"] = "noreferrer"
        stated = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        self.made.append(f"<{tag}{stated}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("code", "pre"):
            self._code = max(0, self._code - 1)
        if tag not in _VOID and tag != "img":
            self.made.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._code:
            self.made.append(escape(data, quote=False))
            return
        done = 0
        for found in _FORMULA.finditer(data):
            self.made.append(escape(data[done : found.start()], quote=False))
            display = found[1] is None
            shown = to_mathml(found[2] if display else found[1], display=display)
            done = found.end()
            if not display and (mark := _CLOSING.match(data, done)):
                before, tag, last = shown.rpartition("<math>")
                shown = f'{before}<span class="kept">{tag}{last}{escape(mark[0], quote=False)}</span>'
                done = mark.end()
            self.made.append(shown)
        self.made.append(escape(data[done:], quote=False))
