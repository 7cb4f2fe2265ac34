"""Proofreading one text: pictures and links that lead nowhere, math that does not close."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from quizcv.deck import frontmatter, markdown
from quizcv.deck.document import Document
from quizcv.deck.files import Source
from quizcv.deck.inline import Span, plain, spans
from quizcv.deck.markdown import Block

_LINKS = re.compile(
    r"\\[\s\S]"
    r"|(?P<open>!?\[)"
    r"|\](?P<target>\([ \t]*(?P<path><[^<>\n]*>|[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))?"
    r"|<(?:img|audio|video|source)\b[^<>]*?\ssrc\s*=\s*(?P<src>\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"']+)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_TEMPLATE = re.compile(r"\{[{%]")
_ANCHOR = re.compile(r"<[^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'\s<>]+)|\{#([\w.:-]+)", re.IGNORECASE)
_NOT_A_LETTER = re.compile(r"[\W_]+")
_TWIN = re.compile(r"-\d+$")
_DOLLARS = re.compile(r"\\[\s\S]|\$\$?")
_OPENS_MATH = re.compile(r"\$(?![A-Z_]{2,}\b)(?=[A-Za-z\\({|])[^$\n]*[\\^_={]")
_BRACES = re.compile(r"\\[\s\S]|[{}]")
_NOT_PROSE = frozenset(("fence", "code", "break", "definition"))


class Reference(NamedTuple):
    """A path written in a text, at `offset`."""

    offset: int
    path: str
    picture: bool


def proofread(document: Document, source: Source) -> None:
    """Report into `document` what is broken in the text it holds."""
    front = frontmatter.read(Document(document.path, document.lines))
    lines = [""] * front.end + document.lines[front.end :]
    outer, nested = markdown.parse("\n".join(lines))
    for block in nested:
        lines[block.start : block.end] = [""] * (block.end - block.start)
    headings = [block.text for block in outer if block.kind == "heading"]
    checker = _Paths(document, source, headings)
    for block in outer:
        text = "\n".join(lines[block.start : block.end])
        if block.kind in _NOT_PROSE or not ("$" in text or "](" in text or "<" in text):
            continue
        page = _Page(document, block, text)
        if block.kind == "math":
            page.braces(0, text)
            continue
        covered = spans(text)
        if block.kind != "html":
            page.math(covered)
        for reference in _references(text, covered):
            checker.check(reference, page)


def _references(text: str, covered: list[Span]) -> Iterator[Reference]:
    """The paths of pictures and links in a text, outside code and math. A bracket closes the last one that is open."""
    opened: list[bool] = []
    ahead = iter(covered)
    span = next(ahead, None)
    for mark in _LINKS.finditer(text):
        while span and span.end <= mark.start():
            span = next(ahead, None)
        if span and span.start <= mark.start():
            continue
        if mark["open"]:
            opened.append(mark["open"] == "![")
        elif mark["src"]:
            yield _reference(mark, "src", picture=True)
        elif opened and mark.group().startswith("]"):
            picture = opened.pop()
            if mark["target"]:
                yield _reference(mark, "path", picture)


def _reference(mark: re.Match[str], group: str, picture: bool) -> Reference:
    quoted = mark[group][:1] in tuple("\"'<")
    return Reference(mark.start(group) + quoted, mark[group].strip("\"'<>"), picture)


class _Page:
    """One block with the means to say where in it something stands."""

    def __init__(self, document: Document, block: Block, text: str) -> None:
        self.document = document
        self.block = block
        self.text = text

    @cached_property
    def line_starts(self) -> list[int]:
        return [0, *(line_end.end() for line_end in re.finditer("\n", self.text))]

    def warn(self, offset: int, code: str, message: str, hint: str) -> None:
        line = bisect_right(self.line_starts, offset) - 1
        column = offset - self.line_starts[line]
        self.document.warning(self.block.start + line, column, code, message, hint)

    def math(self, covered: list[Span]) -> None:
        """Math that opens and never closes, and braces that do not match inside math. A price is no math."""
        text = self.text
        for span in covered:
            if span.math:
                self.braces(span.start, text[span.start : span.end])
        starts = [0, *(span.end for span in covered)]
        ends = [*(span.start for span in covered), len(text)]
        for start, end in zip(starts, ends, strict=True):
            for mark in _DOLLARS.finditer(text, start, end):
                if mark.group() == "$$":
                    hint = "Close it with '$$' before the next blank line."
                    self.warn(mark.start(), "math-unclosed", "This '$$' has no other one in its paragraph.", hint)
                elif mark.group() == "$" and _OPENS_MATH.match(text, mark.start(), end):
                    hint = "Close it with '$', or write '\\$' for the sign."
                    self.warn(mark.start(), "math-unclosed", "Math seems to begin here and does not end.", hint)

    def braces(self, offset: int, math: str) -> None:
        depth = 0
        for brace in _BRACES.finditer(math):
            depth += {"{": 1, "}": -1}.get(brace.group(), 0)
            if depth < 0:
                break
        if depth:
            which = "opens and does not close" if depth > 0 else "closes and did not open"
            self.warn(offset, "math-braces", f"In this math a brace {which}.", "Each '{' needs its '}'.")


class _Paths:
    """Follows the paths of one file."""

    def __init__(self, document: Document, source: Source, headings: list[str]) -> None:
        self.document = document
        self.folder = source.file.parent
        self.root = source.root.resolve()
        self.headings = headings
        self.known: dict[str, tuple[str, str, str] | None] = {}
        self.anchors: set[str] | None = None

    def check(self, reference: Reference, page: _Page) -> None:
        path = reference.path
        if _TEMPLATE.search(path) or (_ELSEWHERE.match(path) and not _DRIVE.match(path)):
            return
        if path.startswith("#") or not path:
            if path and not reference.picture and not self.has_anchor(path[1:]):
                message = f"No heading of this file is called '{path[:60]}'."
                page.warn(reference.offset, "anchor-missing", message, "Link to a heading's text in lower case.")
            return
        key = f"{'!' * reference.picture}{path}"
        if key not in self.known:
            self.known[key] = self.broken(path, reference.picture)
        if problem := self.known[key]:
            page.warn(reference.offset, *problem)

    def broken(self, path: str, picture: bool) -> tuple[str, str, str] | None:
        """Code, message and hint for a path that does not do."""
        kind, name = ("media", "picture") if picture else ("link", "link")
        said = f"'{path[:80]}'"
        if _DRIVE.match(path):
            message = f"The {name} {said} is a path of one machine."
            return f"{kind}-missing", message, "Copy the file next to the deck and write its relative path."
        file = self.folder / unquote(re.split(r"[?#]", path, maxsplit=1)[0])
        try:
            if picture and not file.resolve().is_relative_to(self.root):
                message = f"The {name} {said} lies outside the deck's folder."
                return "media-outside", message, f"Copy it below {self.root.name or self.root}."
            there = file.is_file() if picture else file.exists()
        except (OSError, ValueError, RuntimeError):
            there = False
        return None if there else (f"{kind}-missing", f"The {name} {said} is not there.", "Check the path.")

    def has_anchor(self, anchor: str) -> bool:
        if self.anchors is None:
            self.anchors = {_bare(plain(text)) for text in self.headings} | {_bare(text) for text in self.headings}
            for line in self.document.lines:
                self.anchors.update(_bare(first or second) for first, second in _ANCHOR.findall(line))
        anchor = unquote(anchor)
        return _bare(anchor) in self.anchors or _bare(_TWIN.sub("", anchor)) in self.anchors


def _bare(text: str) -> str:
    """What is left of a heading in every tool's idea of its anchor."""
    return _NOT_A_LETTER.sub("", text).casefold()
