"""A card's HTML -> Markdown that reads as the same text.

Colours, sizes and underlining have no Markdown; underlined text becomes emphasised. A heading would begin another card, and a rule end
this one: they become a bold line and a line of dashes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdownify import MarkdownConverter

from quizcv.exchange.anki.foreign import escaping, marks
from quizcv.exchange.anki.foreign.cleaning import Unreadable, cleaned
from quizcv.exchange.anki.foreign.emphasis import marked
from quizcv.exchange.anki.foreign.marks import BREAK, CLOSE, DELETION_MARKS, LINE, OPEN, literal
from quizcv.exchange.anki.foreign.names import address, destination
from quizcv.exchange.anki.foreign.tidying import (
    code_in_lines,
    code_of,
    language_of,
    spans_of,
    tidy,
    without_blank_lines,
)

__all__ = ["Media", "Unreadable", "to_markdown"]

#: From a picture's or a sound's name, as the field states it, to the path from the deck's folder; empty if it cannot be had.
Media = Callable[[str], str]

_WHITESPACE = re.compile("[ \t\n\r\f\u00a0\u2028\u2029]+")
_BLOCKS = frozenset(("blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "pre", "table", "ul"))
_LINES = re.findall(
    r"\w+",
    "address article aside caption center dd details div figcaption figure footer header main nav section summary",
)
_SILENT = ("rp", "source")
_CELLS = frozenset(("td", "th"))
#: Where display math cannot stand by itself.
_ONE_LINE = _CELLS | {"a", "b", "strong", "em", "i", "u", "ins", "s", "del", "strike", "sub", "sup"}
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_RULE = "———"


def to_markdown(html: str, media: Media, *, cloze: bool = False) -> str:
    """The text of one side of a card; empty if there is nothing to read.

    With `cloze` the HTML has Anki's deletions, and the Markdown is one for decks: without blank lines, which end a cloze text.

    Raises:
        Unreadable: it is too long, or nested too deep.
    """
    source = cleaned(html, cloze=cloze) if html.strip() else ""
    if "<" in source or "&" in source:
        soup = BeautifulSoup(f"<div>{source}</div>", "html.parser")
        tidy(soup)
        text = str(_converter(media, cloze).convert_soup(soup))
    else:
        text = _WHITESPACE.sub(" ", _read_as_text(source))
    text = escaping.settled(escaping.lines(text).strip(), cloze=cloze).strip()
    return without_blank_lines(text) if cloze else text


def _read_as_text(text: str) -> str:
    """Text with every character literal, but for the marks of deletions."""
    parts = DELETION_MARKS.split(text)
    return "".join(mark if index % 2 else literal(mark) for index, mark in enumerate(parts))


class _Converter(MarkdownConverter):
    """markdownify's walk through the tree (of which its types tell little); what it writes is for `escaping.settled` to finish."""

    def __init__(self, media: Media, *, compact: bool) -> None:
        super().__init__()
        self.media = media
        self.compact = compact
        self.leaves = {
            "a": self.link,
            "anki-mathjax": self.formula,
            "anki-sound": self.sound,
            "audio": self.sound,
            "video": self.sound,
            "img": self.picture,
            "pre": self.code_block,
            "table": self.table,
        } | dict.fromkeys(("code", "kbd", "samp", "tt"), self.code)

    def process_tag(self, node: Tag, parent_tags: set[str] | None = None) -> str:
        if leaf := self.leaves.get(node.name):
            return leaf(node, parent_tags or set())
        return "" if node.name in _SILENT else str(super().process_tag(node, parent_tags))  # type: ignore[misc]

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        return _WHITESPACE.sub(" ", _read_as_text(str(el)))

    def inside(self, node: Tag, parent_tags: set[str]) -> str:
        """What stands in a leaf, converted."""
        return str(super().process_tag(node, parent_tags))  # type: ignore[misc]

    # --- lines and blocks ----------------------------------------------------------------------------------------

    def get_conv_fn(self, tag_name: str) -> Callable[..., str] | None:
        if tag_name in _LINES:
            return self.line
        found: Callable[..., str] | None = super().get_conv_fn(tag_name)  # type: ignore[misc]
        return found

    def line(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"{LINE}{text}{LINE}"

    def convert__document_(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return text

    def convert_br(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return BREAK

    def convert_p(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        text = self.lines(text, parent_tags)
        if not text.strip():
            return LINE
        if _CELLS & parent_tags:
            return f"{LINE}{text}{LINE}"
        return f"\n\n{text}\n\n"

    def convert_hN(self, _n: int, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802 (markdownify's name)
        return self.convert_p(el, self.convert_b(el, text, parent_tags), parent_tags)

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self.line(el, self.convert_b(el, text, parent_tags), parent_tags)

    def convert_hr(self, el: Tag, _text: str, parent_tags: set[str]) -> str:
        return self.convert_p(el, _RULE, parent_tags)

    def convert_blockquote(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        text = self.lines(text, parent_tags).strip()
        if _CELLS & parent_tags or not text:
            return f"{LINE}{text}{LINE}"
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in self.dense(text).split("\n")) + "\n\n"

    def convert_list(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        if _CELLS & parent_tags:
            return f"{LINE}{text}{LINE}"
        text = self.lines(text, parent_tags).strip("\n")
        return f"\n{text}" if "li" in parent_tags else f"\n\n{text}\n\n"

    convert_ul = convert_ol = convert_list

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        ordered = el.parent is not None and el.parent.name == "ol"
        bullet = f"{el.get('value', '1')}. " if ordered else "- "
        if _CELLS & parent_tags:
            return f"{LINE}{bullet if ordered else '• '}{text}{LINE}"
        text = self.dense(self.lines(text, parent_tags).strip())
        indent = "\n" + " " * len(bullet)
        return bullet + re.sub("\n(?=[^\n])", indent, text) + "\n" if text else ""

    def lines(self, text: str, parent_tags: set[str]) -> str:
        """Line breaks resolved, but in a table's cell, where they are not Markdown's."""
        return text if _CELLS & parent_tags else escaping.lines(text)

    def dense(self, text: str) -> str:
        return without_blank_lines(text) if self.compact else text

    # --- tables ----------------------------------------------------------------------------------------------------

    def table(self, node: Tag, parent_tags: set[str]) -> str:
        """Cells in one line each. A table of one cell is layout; one inside a cell has no Markdown: its rows become lines."""
        rows = [row for row in node.find_all("tr") if row.find_parent("table") is node]
        cells = [row.find_all(["td", "th"], recursive=False) for row in rows]
        caption = node.find("caption", recursive=False)
        above = f"{LINE}{self.inside(caption, parent_tags)}{LINE}" if caption else ""
        if sum(map(len, cells)) <= 1:
            return above + LINE + "".join(self.inside(cell, parent_tags) for row in cells for cell in row) + LINE
        texts = [[self.inside(cell, parent_tags | {"td"}) for cell in row] for row in cells]
        if _CELLS & parent_tags:
            return above + LINE + LINE.join(" ".join(text.strip() for text in row) for row in texts) + LINE
        head = cells[0] if cells[0] and all(cell.name == "th" for cell in cells[0]) else None
        filled = [
            [
                part
                for cell, text in zip(row, said, strict=True)
                for part in (_in_cell(text), *[""] * (spans_of(cell) - 1))
            ]
            for row, said in zip(cells, texts, strict=True)
        ]
        width = max(map(len, filled))
        if head is None:
            filled.insert(0, [])
        filled.insert(1, ["---"] * width)
        made = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in filled]
        return f"{above}\n\n" + "\n".join(made) + "\n\n"

    def convert_td(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return text

    convert_th = convert_td

    # --- words -----------------------------------------------------------------------------------------------------

    def convert_b(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self.styled(el, text, parent_tags, ("b", "strong", "dt"), (marks.STRONG, marks.STRONG_END))

    convert_strong = convert_b

    def convert_em(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        names = ("em", "i", "u", "ins", "cite", "dfn", "var")
        return self.styled(el, text, parent_tags, names, (marks.EM, marks.EM_END))

    convert_i = convert_u = convert_ins = convert_cite = convert_dfn = convert_var = convert_em

    def convert_del(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self.styled(el, text, parent_tags, ("del", "s", "strike"), (marks.STRIKE, marks.STRIKE_END))

    convert_s = convert_strike = convert_del

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self.styled(el, text, parent_tags, ("sub", "sup"), ("<sub>", "</sub>"))

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self.styled(el, text, parent_tags, ("sub", "sup"), ("<sup>", "</sup>"))

    def styled(self, el: Tag, text: str, parent_tags: set[str], names: Iterable[str], around: tuple[str, str]) -> str:
        """Emphasis, unless it holds already, or lists and the like stand in it, or a link with a deletion, which it would cut."""
        if not parent_tags.isdisjoint(names) or _holds_blocks(el) or (OPEN in text and el.find("a")):
            return text
        text = re.sub(f"[{''.join(around)}]", "", text) if len(around[0]) == 1 else text
        return marked(text, *around)

    def convert_q(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return literal('"') + text + literal('"')

    def convert_rt(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return literal("(") + text + literal(")") if text.strip() else ""

    # --- leaves ----------------------------------------------------------------------------------------------------

    def link(self, node: Tag, parent_tags: set[str]) -> str:
        text = self.inside(node, parent_tags)
        href = str(node.get("href", ""))
        outward = _REMOTE.match(href) or href.lower().startswith("mailto:")
        if not outward or not text.strip() or text.count(OPEN) != text.count(CLOSE) or _holds_blocks(node):
            return text
        words = re.sub(f"[\\s{BREAK}{LINE}]+", " ", text)
        left, right = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        return f"{left}[{words.strip()}]({address(href)}){right}"

    def convert_a(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return text

    def picture(self, node: Tag, parent_tags: set[str]) -> str:
        said = _WHITESPACE.sub(" ", literal(str(node.get("alt", "")))).strip()
        target = self.place(str(node.get("src", "")))
        return f"![{said}]({target})" if target else said

    def sound(self, node: Tag, parent_tags: set[str]) -> str:
        if node.name == "anki-sound":
            name = node.get_text()
        else:
            named = node if node.get("src") else node.find("source")
            name = str(named.get("src", "")) if named else ""
        target = self.place(name)
        said = literal(name.strip())
        return f"[{said}]({target})" if target and "a" not in parent_tags else said

    def place(self, source: str) -> str:
        """A picture's or a sound's place as a link's destination; empty if it has none."""
        return address(source.strip()) if _REMOTE.match(source.strip()) else destination(self.media(source))

    def formula(self, node: Tag, parent_tags: set[str]) -> str:
        latex = node.get_text()
        if not latex:
            return ""
        if not node.has_attr("block") or parent_tags & _ONE_LINE:
            return f"{marks.MATH}{latex}{marks.MATH_END}"
        return f"{LINE}\n\n$${latex}$$\n\n{LINE}"

    def code(self, node: Tag, parent_tags: set[str]) -> str:
        return code_in_lines(re.sub(" +", " ", code_of(node, newline=" ")))

    def code_block(self, node: Tag, parent_tags: set[str]) -> str:
        """A fence. Deletions do not count in one, nor do fences in cells: there every line is code by itself."""
        code = code_of(node).strip("\n").rstrip()
        if not code.strip():
            return ""
        if _CELLS & parent_tags or DELETION_MARKS.search(code):
            return LINE + code_in_lines(code) + LINE
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
        return f"\n\n{fence}{language_of(node)}\n{code}\n{fence}\n\n"


@lru_cache(maxsize=8)  # making one is slow: it looks at all that it has
def _converter(media: Media, compact: bool) -> _Converter:
    return _Converter(media, compact=compact)


def _holds_blocks(el: Tag) -> bool:
    return any(isinstance(part, Tag) and part.name in _BLOCKS for part in el.descendants)


def _in_cell(text: str) -> str:
    flat = escaping.lines(text, joint="<br>", gap="<br><br>", beside="<br>").strip().replace("\n", " ")
    return flat.replace(literal("|"), "|").replace("|", "\\|")
