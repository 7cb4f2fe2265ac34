"""A text cut at its headings: what each section holds, and which explicit cards stand in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from quizcv.deck import attributes, blocks, cloze, markers
from quizcv.deck.attributes import Attributes
from quizcv.deck.document import Document
from quizcv.deck.inline import plain
from quizcv.deck.markdown import Block
from quizcv.deck.markers import Entry, Marker

_CLOSING_MARKS = re.compile(r"(?:^|[ \t]+)#+$")
#: Blocks that are taken whole, blank lines and all.
_WHOLE = frozenset(("fence", "code", "html", "math", "table"))


@dataclass
class Section:
    """A heading with what stands directly below it. The text above the first heading is a section of level 0."""

    level: int
    #: The heading's source without marks and attributes.
    title: str
    attributes: Attributes
    line: int
    start: int
    end: int
    parent: Section | None
    blocks: list[Block] = field(default_factory=list)
    #: Those of the blocks that are `item` or `check` fences.
    fences: list[Block] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    parental: bool = False
    #: Index of the first marker below the last break.
    fresh: int = 0

    @cached_property
    def above(self) -> tuple[str, ...]:
        """The titles of the headings above this one, as plain text."""
        return self.parent.path if self.parent else ()

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The titles down to this one: the breadcrumb of an explicit card in this section."""
        title = plain(self.title)
        return (*self.above, title) if title else self.above


def split(document: Document, outer: Sequence[Block], found: Sequence[Marker]) -> list[Section]:
    """The sections of a text, in order. `found` are the lines that look like markers."""
    section = Section(0, "", attributes.NONE, 0, 0, len(document.lines), None)
    sections = [section]
    waiting = deque(found)
    for block in outer:
        inside = []
        while waiting and waiting[0].line < block.end:
            marker = waiting.popleft()
            if marker.line >= block.start:
                inside.append(marker)
        visible = markers.visible(document, block, inside) if inside else inside
        if block.kind == "heading" and not (visible and _holds_an_end(document, section, block, visible)):
            section.end = block.start
            section = _open(document, section, block)
            sections.append(section)
            continue
        section.markers += visible
        if block.kind == "heading":
            section.blocks.append(Block("paragraph", block.start, block.end - 1))
            block = Block("break", block.end - 1, block.end)
        if block.kind == "break":
            section.fresh = len(section.markers)
        section.blocks.append(block)
        if blocks.name(block):
            section.fences.append(block)
    return sections


def _holds_an_end(document: Document, section: Section, block: Block, inside: Sequence[Marker]) -> bool:
    def has_deletion(marker: Marker, limit: int) -> bool:
        return cloze.has_deletion("\n".join(document.lines[marker.line : min(limit, block.end - 1)]))

    return markers.closes(section.markers[section.fresh :], inside, has_deletion)


def _open(document: Document, above: Section, block: Block) -> Section:
    setext = block.end - block.start > 1
    line = block.end - 2 if setext else block.start
    head, cut, last = block.text.rpartition("\n")
    column = max(document.lines[line].rfind(last), 0)
    title, own = attributes.take(document, last, line, column)
    if title != last and not setext:
        title = _CLOSING_MARKS.sub("", title)
    parent = above
    while parent.parent and parent.level >= block.level:
        parent = parent.parent
    parent.parental = True
    first = next(at for at in range(block.start, line + 1) if at == line or not document.blank(at))
    start, end = block.end, len(document.lines)
    return Section(block.level, f"{head}{cut}{title}".strip(), own, first, start, end, parent)


def explicit(document: Document, section: Section, *, strict: bool) -> list[Entry]:
    """The explicit cards of a section, in order, each with its lines."""
    if not section.markers:
        return []
    stops = [block.start for block in section.blocks if block.kind == "break" or blocks.name(block) == "item"]

    def has_deletion(marker: Marker, limit: int) -> bool:
        end = _reach(document, section, marker.line, limit)
        return cloze.has_deletion("\n".join(document.lines[marker.line : end]))

    entries, unanswered = markers.resolve(document, section.markers, stops, has_deletion, strict=strict)
    limits = sorted((*stops, *unanswered, *(entry.start for entry in entries), section.end))
    for entry in entries:
        after = entry.middle.line if entry.middle else entry.start
        limit = limits[bisect_right(limits, after)]
        entry.end = limit if entry.middle else _reach(document, section, entry.start, limit)
        while entry.end > after + 1 and document.blank(entry.end - 1):
            entry.end -= 1
    return entries


def _reach(document: Document, section: Section, line: int, limit: int) -> int:
    """Where the paragraph that begins on `line` ends, with math, code or a table that follows without a blank line."""
    limit = min(limit, section.end)
    index = bisect_right(section.blocks, line, key=_start)
    line += 1
    while line < limit and not document.blank(line):
        while index < len(section.blocks) and section.blocks[index].start < line:
            index += 1
        block = section.blocks[index] if index < len(section.blocks) else None
        if block is None or block.start > line:
            line += 1
        elif block.kind == "break" or blocks.name(block):
            break
        else:
            line = min(block.end, limit) if block.kind in _WHOLE else line + 1
    return line


def loose(document: Document, section: Section, entries: Sequence[Entry]) -> list[Block]:
    """The section's blocks without explicit cards, the breaks that end them, and the blocks that are not shown."""
    taken = [(entry.start, entry.end) for entry in entries]
    rest = []
    index = 0
    for block in section.blocks:
        if blocks.name(block):
            continue
        start, end = block.start, block.end
        while index < len(taken) and taken[index][1] <= start:
            index += 1
        after = taken[index - 1][1] if index else -1
        if block.kind == "break" and index and all(map(document.blank, range(after, start))):
            continue
        at = index
        while at < len(taken) and taken[at][0] < end:
            if taken[at][0] > start:
                rest.append(block._replace(start=start, end=taken[at][0]))
            start = max(start, taken[at][1])
            at += 1
        if start < end:
            rest.append(block._replace(start=start))
    return [trimmed for block in rest if (trimmed := _trim(document, block)).end > trimmed.start]


def _trim(document: Document, block: Block) -> Block:
    start, end = block.start, block.end
    while end > start and document.blank(end - 1):
        end -= 1
    while start < end and document.blank(start):
        start += 1
    return block._replace(start=start, end=end)


def _start(block: Block) -> int:
    return block.start
