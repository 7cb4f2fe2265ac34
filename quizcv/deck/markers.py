"""`Q:` `A:` `C:` `T:` `D:` at the start of a line: which lines are marks, and which of the marks make a card."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from quizcv.deck.document import Document
from quizcv.deck.inline import spans
from quizcv.deck.markdown import Block

#: `C:\\dir`, `D:/dir` and `T::x` are a path and a name.
_MARKER = re.compile(r"^ {0,3}(?:[QAT]|[CD](?![:：][\\/]))[:：](?!:)", re.MULTILINE)
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_SILENT_HTML = re.compile(r"\s*<(?:!--|pre|script|style|textarea)", re.IGNORECASE)

#: Whether a `C:` text has a deletion before the given line.
HasDeletion = Callable[["Marker", int], bool]
#: What answers what.
_ASKED_BY = {"A": "Q", "D": "T"}


class Marker(NamedTuple):
    letter: str
    line: int
    #: Where the text behind the colon begins.
    column: int


@dataclass(slots=True)
class Entry:
    """An explicit card: lines `start` to before `end`; `middle` is the line of `A:` or `D:`."""

    head: Marker
    middle: Marker | None
    end: int

    @property
    def start(self) -> int:
        return self.head.line


def candidates(text: str) -> list[Marker]:
    """Every line that looks like a marker, wherever it stands."""
    found = []
    line = position = 0
    for match in _MARKER.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        found.append(Marker(match.group()[-2], line, match.end() - match.start()))
    return found


def visible(document: Document, block: Block, inside: Sequence[Marker]) -> list[Marker]:
    """Those of the candidates `inside` a block that are markers: not in code, math, HTML or tables.

    In a list or a quote only column 1 counts: there the line is a lazy continuation in CommonMark's eyes, a new card in
    the writer's. In a table only a line without `|`, for the same reason.
    """
    match block.kind:
        case "paragraph" | "heading":
            found = list(inside)
        case "list" | "quote":
            found = [marker for marker in inside if document.lines[marker.line][0] == marker.letter]
        case "table":
            found = [marker for marker in inside if "|" not in document.lines[marker.line]]
        case "html":
            _warn_hidden(document, block, inside)
            found = []
        case _:
            found = []
    return _outside_spans(document, block, found)


def _warn_hidden(document: Document, block: Block, inside: Sequence[Marker]) -> None:
    if _SILENT_HTML.match(document.lines[block.start]):
        return
    for marker in inside:
        document.warning(
            marker.line,
            marker.column - 2,
            "hidden-marker",
            f"'{marker.letter}:' stands in an HTML block, which ends at the next blank line; it is not read.",
            "Put a blank line above it.",
        )


def _outside_spans(document: Document, block: Block, found: list[Marker]) -> list[Marker]:
    """Drop the lines inside code or math that began on a line above in the same paragraph."""
    above = document.lines[block.start : found[-1].line] if found else []
    if not any("`" in line or "$" in line for line in above):
        return found
    kept = []
    waiting = deque(found)
    for start, end in _paragraphs(document.lines, block):
        group = []
        while waiting and waiting[0].line < end:
            group.append(waiting.popleft())
        if group:
            kept += _unprotected(document.lines[start:end], start, group)
    return kept


def _paragraphs(lines: list[str], block: Block) -> list[tuple[int, int]]:
    """The paragraphs of a block: itself, or what blank lines and list items make of a list or a quote."""
    if block.kind not in ("list", "quote"):
        return [(block.start, block.end)]
    inner = range(block.start + 1, block.end)
    cuts = [line for line in inner if not lines[line].strip() or _LIST_ITEM.match(lines[line])]
    return list(pairwise([block.start, *cuts, block.end]))


def _unprotected(lines: list[str], first: int, group: list[Marker]) -> list[Marker]:
    offsets = [0, *accumulate(len(line) + 1 for line in lines)]
    covered = spans("\n".join(lines))
    starts = [span.start for span in covered]

    def free(marker: Marker) -> bool:
        offset = offsets[marker.line - first]
        before = bisect_left(starts, offset) - 1
        return before < 0 or covered[before].end <= offset

    return [marker for marker in group if free(marker)]


def closes(pending: Sequence[Marker], inside: Sequence[Marker], has_deletion: HasDeletion) -> bool:
    """Whether cards end in a paragraph with the markers `inside`; `pending` are those since the last break above.

    `A: …` with `---` right below is a heading to CommonMark, to its writer the end of a card.
    """
    asked: set[str] = set()
    everything = [*pending, *inside]
    for index, marker in enumerate(everything):
        answers = _ASKED_BY.get(marker.letter)
        within = index >= len(pending)
        if within and (answers in asked or (marker.letter == "C" and has_deletion(marker, _next(everything, index)))):
            return True
        if answers:
            asked.discard(answers)
        else:
            asked.add(marker.letter)
    return False


def _next(found: Sequence[Marker], index: int) -> int:
    return found[index + 1].line if index + 1 < len(found) else sys.maxsize


def resolve(
    document: Document, found: Sequence[Marker], stops: Sequence[int], has_deletion: HasDeletion, *, strict: bool
) -> tuple[list[Entry], list[int]]:
    """Pair questions with answers; `stops` are the lines of breaks and item blocks, which pairs cannot span.

    What does not pair up is ordinary text, as people write `C: a language` in notes, and gets a warning. `strict`
    makes a question without an answer a fault: where only markers make cards, somebody meant one. Also returns the
    lines of those questions: the answer above ends there all the same.
    """
    entries: list[Entry] = []
    unanswered: list[int] = []
    asked: dict[str, Marker] = {}
    ahead = deque(stops)

    def drop(*letters: str) -> None:
        for letter in letters:
            if marker := asked.pop(letter, None):
                _unanswered(document, marker, strict=strict)
                if letter == "Q":
                    unanswered.append(marker.line)

    for index, marker in enumerate(found):
        while ahead and ahead[0] < marker.line:
            ahead.popleft()
            drop("Q", "T")
        match marker.letter:
            case "Q":
                drop("Q", "T")
                asked["Q"] = marker
            case "T":
                drop("T")
                asked["T"] = marker
            case "C" if has_deletion(marker, _next(found, index)):
                drop("Q", "T")
                entries.append(Entry(marker, None, -1))
            case "A" | "D" as letter if head := asked.pop(_ASKED_BY[letter], None):
                drop("Q", "T")
                entries.append(Entry(head, marker, -1))
            case _:
                _stray(document, marker)
    drop("Q", "T")
    return entries, unanswered


def _unanswered(document: Document, marker: Marker, *, strict: bool) -> None:
    name, code, letter = {
        "Q": ("question", "question-without-answer", "A:"),
        "T": ("term", "term-without-definition", "D:"),
    }[marker.letter]
    report = document.fault if strict else document.warning
    report(
        marker.line,
        marker.column - 2,
        code,
        f"No '{letter}' follows this {name}; it is read as ordinary text.",
        f"Begin the answer with '{letter}' at the start of a line, before the next heading, marker or break.",
    )


_STRAY = {
    "A": ("answer-without-question", "No 'Q:' stands above this 'A:'", "Write 'Q:' in front of the question above."),
    "D": ("definition-without-term", "No 'T:' stands above this 'D:'", "Write 'T:' in front of the term above."),
    "C": ("cloze-without-deletion", "This 'C:' hides nothing", "Mark what to hide: {{c1::answer}}."),
}


def _stray(document: Document, marker: Marker) -> None:
    code, message, hint = _STRAY[marker.letter]
    document.warning(marker.line, marker.column - 2, code, f"{message}; it is read as ordinary text.", hint)
