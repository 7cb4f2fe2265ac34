"""`{{c1::answer::hint}}`: Anki's cloze deletions, read so that braces of LaTeX may stand inside."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from quizcv.deck.inline import Span, spans

_TOKEN = re.compile(r"\\[\s\S]|\{\{c(\d+)::|::|[{}]")
_OPENER = re.compile(r"\{\{c\d+::")
_NEEDS_GROUP = re.compile(r"(?:[_^}]|\\[A-Za-z]+)\s*\Z")
_HIDDEN = "[…]"
_LAST = 999
_LONGEST = 20_000


class Problem(NamedTuple):
    """What is wrong with a deletion, and where in the text it begins."""

    offset: int
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Deletion:
    number: int
    start: int
    end: int
    answer: str
    hint: str
    math: bool


class Side(NamedTuple):
    """One card of a cloze text."""

    number: int
    front: str
    back: str
    hint: str


def has_deletion(text: str) -> bool:
    """Whether a deletion begins anywhere outside inline code."""
    if "`" not in text:
        return _OPENER.search(text) is not None
    code = [span for span in spans(text) if not span.math]
    return any(not _inside(code, opener.start()) for opener in _OPENER.finditer(text))


def read(text: str) -> tuple[list[Side], list[Problem]]:
    """The cards of a cloze text by number, or everything that is wrong with it."""
    if len(text) > _LONGEST:
        problem = Problem(
            0, "cloze-too-long", f"A cloze text of {len(text):,} characters.", "Make several cards of it."
        )
        return [], [problem]
    found, problems = deletions(text)
    if problems:
        return [], problems
    numbers = sorted({deletion.number for deletion in found})
    return [_side(text, found, number) for number in numbers], []


def _inside(ordered: list[Span], offset: int) -> Span | None:
    index = bisect_right(ordered, offset, key=lambda span: span.start) - 1
    return ordered[index] if index >= 0 and offset < ordered[index].end else None


def deletions(text: str) -> tuple[list[Deletion], list[Problem]]:
    """The deletions of a text in order, and what is wrong with any.

    One pass over the braces: `opened` is the deletion we are in, `depth` counts the braces open inside it."""
    found: list[Deletion] = []
    problems: list[Problem] = []
    protected = spans(text)
    opened: re.Match[str] | None = None
    depth = split = closed = 0
    nested = False
    for token in _TOKEN.finditer(text):
        start, mark = token.start(), token.group()
        span = _inside(protected, start)
        if mark[0] == "\\" or start < closed or (span and not span.math):
            continue
        if token.group(1):
            if opened is None:
                opened, depth, split, nested = token, 0, -1, False
                continue
            if not nested:
                problems.append(_nested(opened, start))
            depth, nested = depth + 2, True
        elif opened is None:
            continue
        elif mark == "{":
            depth += 1
        elif mark == "::":
            split = start if split < 0 and not depth else split
        elif depth:
            depth -= 1
        elif text.startswith("}}", start):
            closed = start + 2
            inside = _inside(protected, opened.start())
            problems += _check(opened, text[opened.end() : start if split < 0 else split])
            found.append(_deletion(text, opened, split, start, math=inside is not None))
            opened = None
    if opened and not nested:
        message = f"'{opened.group()[:9]}' is never closed."
        problems.append(Problem(opened.start(), "cloze-unclosed", message, "End the deletion with '}}'."))
    return found, problems


def _deletion(text: str, opened: re.Match[str], split: int, end: int, *, math: bool) -> Deletion:
    answer = text[opened.end() : end if split < 0 else split].strip()
    hint = "" if split < 0 else text[split + 2 : end].strip()
    number = int(opened.group(1)[-6:])
    return Deletion(number, opened.start(), end + 2, answer, hint, math)


def _check(opened: re.Match[str], answer: str) -> list[Problem]:
    problems = []
    number = opened.group(1)
    if len(number) > len(str(_LAST)) or not int(number):
        message = f"A deletion has the number {number[:9]}."
        problems.append(Problem(opened.start(), "cloze-number", message, f"Count from c1 to c{_LAST}."))
    if not answer.strip():
        message = f"The deletion '{opened.group()[:9]}' hides nothing."
        problems.append(Problem(opened.start(), "cloze-empty", message, "Write the answer behind the '::'."))
    return problems


def _nested(outer: re.Match[str], offset: int) -> Problem:
    message = f"A deletion begins inside the one that '{outer.group()[:9]}' opened."
    return Problem(offset, "cloze-nested", message, "Close the first with '}}' before it.")


def in_group(text: str, deletion: Deletion) -> bool:
    """Whether what takes the deletion's place must stand in braces: LaTeX would raise only the first character of `x^12`."""
    return deletion.math and _NEEDS_GROUP.search(text, max(0, deletion.start - 32), deletion.start) is not None


def _side(text: str, deletions: list[Deletion], number: int) -> Side:
    front: list[str] = []
    back: list[str] = []
    hints: list[str] = []
    position = 0
    for deletion in deletions:
        before = text[position : deletion.start]
        front.append(before)
        back.append(before)
        group = in_group(text, deletion)
        wrap = "{%s}" if group else "%s"
        if deletion.number != number:
            front.append(wrap % deletion.answer)
            back.append(wrap % deletion.answer)
        else:
            after = text[deletion.end : deletion.end + 1]
            front.append(wrap % (_HIDDEN if deletion.math or after not in ("(", "[", ":") else "\\" + _HIDDEN))
            shown = f"\\boxed{{{deletion.answer}}}" if deletion.math else _strong(deletion.answer, before, after)
            if not before and len(back) > 1 and shown.startswith("**") and back[-2].endswith("**"):
                back[-2], shown = back[-2][:-2], shown[2:]  # side by side they are one: `**a****b**` is not read
            back.append(wrap % shown)
            if deletion.hint:
                hints.append(deletion.hint)
        position = deletion.end
    front.append(text[position:])
    back.append(text[position:])
    return Side(number, "".join(front), "".join(back), "; ".join(hints))


def _strong(answer: str, before: str, after: str) -> str:
    """Emphasise. CommonMark does not read `**` between punctuation and a letter, and Chinese text has no blanks there:
    one is put in."""
    if "**" in answer:
        return answer
    left = " " if _punctuation(answer[0]) and before and not _edge(before[-1]) else ""
    right = " " if _punctuation(answer[-1]) and after and not _edge(after) else ""
    return f"{left}**{answer}**{right}"


def _punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _edge(character: str) -> bool:
    return character.isspace() or _punctuation(character)
