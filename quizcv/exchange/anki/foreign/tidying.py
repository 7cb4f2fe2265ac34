"""A card's HTML put in order before it is converted, its code, and a cloze text without blank lines."""

from __future__ import annotations

import re
from itertools import accumulate

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from quizcv.deck.markdown import parse
from quizcv.exchange.anki.foreign import marks
from quizcv.exchange.anki.foreign.emphasis import marked
from quizcv.exchange.anki.foreign.marks import BREAK, CLOSE, DELETION_MARKS, OPEN, literal

_LANGUAGE = re.compile(r"(?:^|\s)(?:lang(?:uage)?-|highlight-source-|highlight-|brush:\s*)([A-Za-z][\w+#-]{0,30})")
#: Fences of these names are no code in a deck.
_OURS = ("item", "check")
_LINES = ("div", "p", "li", "tr")
_MOST_COLUMNS = 30
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
_ITALIC = re.compile(r"font-style:\s*(?:italic|oblique)")
#: What cannot begin right below a paragraph.
_INTERRUPTS_NOTHING = re.compile(r"(?!1\.)\d+\.")


def tidy(soup: BeautifulSoup) -> None:
    """Put right what browsers show all the same: line numbers out of code, lists into items, items into lists, with their numbers."""
    found: dict[str, list[Tag]] = {name: [] for name in ("td", "ul", "ol", "li", "span")}
    for tag in soup.descendants:  # at once: looking for one name after the other takes longer than all the rest
        if isinstance(tag, Tag) and tag.name in found:
            found[tag.name].append(tag)
    for cell in found["td"]:
        table = cell.find_parent("table") if cell.get("class") == ["linenos"] else None
        code = table and next((pre for pre in table.find_all("pre") if not pre.find_parent(class_="linenos")), None)
        if table and code:
            table.replace_with(code)
    for inner in found["ul"] + found["ol"]:
        if inner.parent and inner.parent.name in ("ul", "ol"):
            if above := inner.find_previous_sibling("li"):
                above.append(inner)
            else:
                inner.wrap(soup.new_tag("li"))
    for item in found["li"]:
        if item.parent and item.parent.name not in ("ul", "ol"):
            item.wrap(soup.new_tag("ul"))
    for ordered in found["ol"]:
        first = _number(ordered, "start", 999_999)
        for index, item in enumerate(ordered.find_all("li", recursive=False)):
            item["value"] = str(first + index)

    for span in found["span"]:
        _restyle(span)
    if found["span"]:
        soup.smooth()  # texts that a span kept apart are one


def _restyle(span: Tag) -> None:
    """Bold and italic that a style says, as the tags that say so; a span of anything else is only its text."""
    style = str(span.get("style", ""))
    del span["style"]
    bold, italic = _BOLD.search(style), _ITALIC.search(style)
    if bold and italic:
        span.wrap(Tag(name="b"))
    if bold or italic:
        span.name = "i" if italic else "b"
    else:
        span.unwrap()


def spans_of(cell: Tag) -> int:
    """The number of columns that a cell takes."""
    return max(1, _number(cell, "colspan", _MOST_COLUMNS))


def _number(tag: Tag, attribute: str, most: int) -> int:
    said = str(tag.get(attribute, ""))
    return min(int(said[:9]), most) if said.isascii() and said.isdigit() else 1


def code_of(node: Tag, newline: str = "\n") -> str:
    """The text of code, however it is highlighted; `newline` is what a line's end in the source stands for."""
    parts = [""]
    for part in node.descendants:
        if isinstance(part, NavigableString):
            parts.append(str(part).replace("\u00a0", " ").replace("\t", "    ").replace("\n", newline))
        elif isinstance(part, Tag) and (
            part.name == "br" or (part.name in _LINES and parts[-1] and not parts[-1].endswith("\n"))
        ):
            parts.append("\n")
    return "".join(parts)


def code_in_lines(code: str) -> str:
    """Code within lines. Each is marked by itself, so that its indentation is code and no blank at a line's start.

    Deletions in it are plain text, unless they are all there is: on a card that shows one, its backticks would meet others.
    """
    pieces = DELETION_MARKS.split(code)
    depths = list(accumulate((mark[:1] == OPEN) - (mark == CLOSE) for mark in ("", *pieces[1::2])))
    alone = not any(text.strip() for text, depth in zip(pieces[::2], depths, strict=True) if not depth)

    def said(text: str, depth: int) -> str:
        if depth and not alone:
            return literal(text).replace("\n", BREAK)
        return BREAK.join(marked(line, marks.CODE, marks.CODE_END) for line in text.split("\n"))

    pieces[::2] = map(said, pieces[::2], depths)
    return "".join(pieces)


def language_of(code: Tag) -> str:
    """The language that the classes of code, or of what stands around it, name; empty if none does."""
    around = (code.find("code"), code, code.parent, code.parent.parent if code.parent else None)
    for tag in around:
        classes = tag.get("class") if isinstance(tag, Tag) else None
        if classes and (found := _LANGUAGE.search(classes if isinstance(classes, str) else " ".join(classes))):
            return "" if found[1].lower() in _OURS else found[1].lower()
    return ""


def without_blank_lines(text: str) -> str:
    """Markdown whose blocks follow each other without blank lines: a comment ends what would take the next line in."""
    if "\n\n" not in text:
        return text
    source = text.split("\n")
    blocks, _ = parse(text)
    made: list[str] = []
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        whole = block.kind in ("fence", "html")
        made += [line for line in source[block.start : block.end] if whole or line.strip()]
        if after is None:
            break
        if block.kind == after.kind == "paragraph":
            made[-1] += "\\"
        elif block.kind in ("list", "quote", "table") or _INTERRUPTS_NOTHING.match(source[after.start]):
            made.append("<!-- -->")
    return "\n".join(made)
