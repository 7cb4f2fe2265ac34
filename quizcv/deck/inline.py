"""Inside a paragraph: where code and math stand, and what is left of a heading without its marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

_MARKS = re.compile(r"\\[\s\S]|`+|\$\$?")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_STYLED = re.compile(r"[*_`~\[<\\&]")
_LONGEST_STYLED = 1_000

_INLINE = MarkdownIt("commonmark").enable("strikethrough").use(dollarmath_plugin, allow_space=False, allow_digits=False)


class Span(NamedTuple):
    """A stretch of code or math: from the opening mark to behind the closing one."""

    start: int
    end: int
    math: bool


def spans(text: str) -> list[Span]:
    """Inline code and `$` math of a text, in order. Takes time linear in its length.

    Code as CommonMark reads it: a run of backticks closes at the next run as long. Math as Pandoc does: no blank right
    inside the `$`, no digit right behind, so that `$5 and $6` is money. Neither goes on over a blank line, but for code
    in three backticks, which may be a fence.
    """
    if "`" not in text and "$" not in text:
        return []
    marks = list(_MARKS.finditer(text))
    closers: dict[str, list[int]] = defaultdict(list)
    for index, mark in enumerate(marks):
        closers[_as_closer(text, mark)].append(index)
    breaks = [blank.start() for blank in _BLANK_LINE.finditer(text)]
    found: list[Span] = []
    index = 0
    while index < len(marks):
        mark = marks[index]
        close = None if mark.group()[0] == "\\" else _closing(text, marks, index, closers[mark.group()], breaks)
        if close is None:
            index += 1
        else:
            found.append(Span(mark.start(), marks[close].end(), mark.group()[0] == "$"))
            index = close + 1
    return found


def _as_closer(text: str, mark: re.Match[str]) -> str:
    """What the mark can close. A backslash does not escape the backtick that ends code."""
    ends_code = mark.group() == "\\`" and text[mark.end() : mark.end() + 1] != "`"
    return "`" if ends_code else mark.group()


def _closing(text: str, marks: list[re.Match[str]], index: int, candidates: list[int], breaks: list[int]) -> int | None:
    """The index of the mark that closes marks[index]; `candidates` are the marks that look alike."""
    later = bisect_right(candidates, index)
    if later == len(candidates):
        return None
    close = candidates[later]
    mark = marks[index].group()
    opened, closed = marks[index].end(), marks[close].start()
    blank = bisect_right(breaks, opened - 1)
    if blank < len(breaks) and breaks[blank] < closed and not mark.startswith("```"):
        return None
    if mark == "$" and (
        text[opened].isspace() or text[closed - 1].isspace() or text[closed + 1 : closed + 2].isdigit()
    ):
        return None
    return close


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading's source as plain text: no emphasis, links or HTML; math keeps its `$`."""
    if len(heading) > _LONGEST_STYLED or not _STYLED.search(heading):
        return " ".join(heading.split())
    parts = []
    for token in _INLINE.parseInline(heading)[0].children or ():
        match token.type:
            case "text" | "code_inline" | "text_special":
                parts.append(token.content)
            case "image":
                parts.append("".join(child.content for child in token.children or ()))
            case "math_inline":
                parts.append(f"${token.content}$")
            case "softbreak" | "hardbreak":
                parts.append(" ")
    return " ".join("".join(parts).split())
