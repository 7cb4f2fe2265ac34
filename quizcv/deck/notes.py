"""From lines to notes: the front and back of every card of one section."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from quizcv.deck import attributes, blocks, cloze, emptiness, sections
from quizcv.deck.attributes import Attributes
from quizcv.deck.document import Document
from quizcv.deck.markdown import Block
from quizcv.deck.markers import Entry, Marker
from quizcv.deck.sections import Section
from quizcv.model import ItemRequest, Kind


@dataclass(frozen=True, slots=True)
class Side:
    """One card of a note: what its key ends with, and its texts."""

    suffix: str
    front: str
    back: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """The cards made by one piece of text. Lines count from 0, `end` is the first line behind it.

    `text` is what the note is known by if it has no explicit id.
    """

    kind: Kind
    line: int
    end: int
    attributes: Attributes
    text: tuple[str, str]
    sides: tuple[Side, ...]
    item: ItemRequest | None = None


def heading(document: Document, section: Section, entries: Sequence[Entry]) -> Note | None:
    """The card of a heading; None if nothing of its own stands below it."""
    plain = not entries and not section.fences
    own = section.blocks if plain else sections.loose(document, section, entries)
    body = emptiness.body(document, own, section.title)
    if not body:
        return None
    lines = document.lines[body[0].start : body[-1].end] if plain else _joined(document, body)
    back = "\n".join(lines).rstrip()
    end = body[-1].end
    while document.blank(end - 1):
        end -= 1
    text = (section.title, back)
    return Note(Kind.HEADING, section.line, end, section.attributes, text, (Side("", *text),))


def _joined(document: Document, body: Sequence[Block]) -> list[str]:
    """The lines of blocks between which others were taken out; blank lines between them stay as many as they were."""
    lines: list[str] = []
    previous = body[0].start
    for block in body:
        between = range(previous, block.start)
        lines += [""] * (len(between) if all(map(document.blank, between)) else 1)
        lines += document.lines[block.start : block.end]
        previous = block.end
    return lines


def question(document: Document, section: Section, entry: Entry, middle: Marker, *, strict: bool) -> Note | None:
    """The card of `Q:` and `A:`, or both cards of `T:` and `D:`."""
    lines = document.lines[entry.start : middle.line]
    front, own = _head(document, entry.head, lines)
    front = front.strip()
    back = _answer(document, section, middle, entry.end)
    for marker, text in ((entry.head, front), (middle, back)):
        if not text:
            _empty(document, marker, strict=strict)
            return None
    kind = Kind.BASIC if entry.head.letter == "Q" else Kind.TERM
    there = Side("" if kind is Kind.BASIC else "forward", front, back)
    sides = (there,) if kind is Kind.BASIC else (there, Side("reverse", back, front))
    return Note(kind, entry.start, entry.end, own, (front, back), sides)


def deletions(document: Document, entry: Entry) -> Note | None:
    """The cards of a `C:` text, one for each number; None if a deletion is at fault."""
    text, own = _head(document, entry.head, document.lines[entry.start : entry.end])
    found, problems = cloze.read(text)
    for problem in problems:
        above = text.count("\n", 0, problem.offset)
        start = text.rfind("\n", 0, problem.offset) + 1
        column = problem.offset - start + (0 if above else entry.head.column)
        document.fault(entry.start + above, column, problem.code, problem.message, problem.hint)
    if problems:
        return None
    sides = tuple(Side(f"c{side.number}", side.front.strip(), side.back.strip(), side.hint) for side in found)
    return Note(Kind.CLOZE, entry.start, entry.end, own, (text, ""), sides)


def item(document: Document, block: Block) -> Note | None:
    """The card of an `item` block; None if the block is at fault."""
    own = blocks.info(document, block)
    request = blocks.item(document, block)
    if request is None:
        return None
    text = (request.model, str(request.level or ""))
    return Note(Kind.ITEM, block.start, block.end, own, text, (Side("", "", ""),), request)


def _head(document: Document, marker: Marker, lines: list[str]) -> tuple[str, Attributes]:
    """The text from a marker on, without the attributes at the end of its first line, first paragraph or last line."""
    lines = [lines[0][marker.column :], *lines[1:]]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    paragraph = next((index for index, line in enumerate(lines) if index and not line.strip()), len(lines))
    own = attributes.NONE
    for index in sorted({0, paragraph - 1, len(lines) - 1}):
        column = 0 if index else marker.column
        lines[index], more = attributes.take(document, lines[index], marker.line + index, column)
        own |= more
    return "\n".join(lines), own


def _answer(document: Document, section: Section, marker: Marker, end: int) -> str:
    lines = document.lines[marker.line : end]
    first = bisect_left(section.fences, marker.line, key=_start)
    for block in reversed(section.fences[first : bisect_left(section.fences, end, key=_start)]):
        at = block.start - marker.line
        del lines[at : block.end - marker.line]
        while at < len(lines) and not lines[at].strip() and not lines[at - 1].strip():
            del lines[at]
    text = lines[0][marker.column :]
    hanging = marker.column + len(text) - len(text.lstrip())
    return "\n".join((text, *_unindented(lines[1:], hanging if text.strip() else 0))).strip()


def _start(block: Block) -> int:
    return block.start


def _unindented(lines: list[str], hanging: int) -> list[str]:
    """Lines that all hang below the first one's text lose that indentation, so that lists in them stay lists."""
    least = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line[hanging:] for line in lines] if hanging and least == hanging else lines


def _empty(document: Document, marker: Marker, *, strict: bool) -> None:
    report = document.fault if strict else document.warning
    report(
        marker.line,
        marker.column - 2,
        "empty-question" if marker.letter in "QT" else "empty-answer",
        f"Nothing stands behind this '{marker.letter}:'.",
        "Write its text, or remove the card.",
    )
