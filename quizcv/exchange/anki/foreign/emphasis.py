"""Emphasis where CommonMark reads it: its marks may not stand between a letter and punctuation, and Chinese puts no blanks between."""

from __future__ import annotations

import re
import unicodedata

from quizcv.exchange.anki.foreign.marks import (
    BREAK,
    CLOSE,
    EM,
    EM_END,
    LINE,
    NONCHARACTERS,
    OPEN,
    OPENING,
    SPLIT,
    STRIKE,
    STRIKE_END,
    STRONG,
    STRONG_END,
    TEXTUAL,
)

_PAIRS = ((STRONG, STRONG_END, "**"), (EM, EM_END, "*"), (STRIKE, STRIKE_END, "~~"))
_OPENERS = {opener: form for opener, _, form in _PAIRS}
_CLOSERS = {closer: form for _, closer, form in _PAIRS}
_PARTNERS = {mark: partner for one, other, _ in _PAIRS for mark, partner in ((one, other), (other, one))}
#: Every mark of emphasis, and how it is written.
FORMS = {**_OPENERS, **_CLOSERS}
ANY = re.compile("[" + "".join(FORMS) + "]")
ALL_BUT_STRONG = re.compile(f"[{EM}{EM_END}{STRIKE}{STRIKE_END}]")
_BLANKS_FIRST = re.compile(f"([{''.join(_OPENERS)}])(\\s+)")
_BLANKS_LAST = re.compile(f"(?<!\\s)(\\s+)([{''.join(_CLOSERS)}])")
_CUTS = re.compile(f"({OPENING}|[{SPLIT}{CLOSE}]|(?<!\\s)\\s*[\\n{BREAK}{LINE}][\\s{BREAK}{LINE}]*)")
_HINT = re.compile(f"({OPENING})|{SPLIT}[^{OPEN}{SPLIT}{CLOSE}]*{CLOSE}")
_UNSEEN = re.compile("[\\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*")
_PASSES = 5


def marked(text: str, opening: str, closing: str) -> str:
    """Every stretch of the text between marks: the ends of lines and the marks of deletions stay outside."""
    parts = _CUTS.split(text)
    return "".join(
        part if index % 2 or _UNSEEN.fullmatch(part) else f"{opening}{part}{closing}"
        for index, part in enumerate(parts)
    )


def settled(text: str) -> str:
    """The text with every mark of emphasis where it is read as one.

    Punctuation that is text is put outside; where something else stands at the end (code, math, a link) the emphasis is dropped.
    """
    return _merged(_apart(_moved(_merged(_HINT.sub(_plain, text))))) if ANY.search(text) else text


def _plain(found: re.Match[str]) -> str:
    """A hint without emphasis: it stands in brackets of its own. What begins a deletion stays as it is."""
    return found[1] or ANY.sub("", found.group())


def _merged(text: str) -> str:
    """Without emphasis of nothing, without an end where the same begins again; blanks at the ends of emphasis are put outside."""
    before = ""
    while before != text:
        before = text
        for opener, closer, _ in _PAIRS:
            text = text.replace(opener + closer, "").replace(closer + opener, "")
        text = _BLANKS_FIRST.sub(r"\2\1", text)
        text = _BLANKS_LAST.sub(r"\2\1", text)
    return text


def _moved(text: str) -> str:
    for _ in range(_PASSES):  # what is dropped or moved changes what stands beside others
        characters = list(text)
        for at in range(len(characters) - 1, -1, -1):
            _shift(characters, at, 1)
        for at in range(len(characters)):
            _shift(characters, at, -1)
        before, text = text, "".join(characters)
        if text == before:
            return text
    return ANY.sub("", text)


def _shift(characters: list[str], at: int, step: int) -> None:
    """Deal with the opener (`step` 1) or closer (-1) at one place."""
    if characters[at] not in (_OPENERS if step > 0 else _CLOSERS):
        return
    while not _flanks(_neighbour(characters, at, step), _neighbour(characters, at, -step)):
        inside = at + step
        while 0 <= inside < len(characters) and not characters[inside]:
            inside += step
        if not 0 <= inside < len(characters) or not _movable(characters[inside]):
            _drop(characters, at, step)
            return
        characters[at], characters[inside] = characters[inside], characters[at]
        at = inside


def _apart(text: str) -> str:
    """Without stars right beside a deletion: its answer gets some of its own on the card that asks for it."""
    if CLOSE not in text:
        return text
    characters = list(text)
    for at, mark in enumerate(text):
        outwards = 1 if mark in _CLOSERS else -1
        if characters[at] and FORMS.get(mark, "~")[0] == "*" and _meets(characters, at, outwards):
            _drop(characters, at, -outwards)
    return "".join(characters)


def _meets(characters: list[str], at: int, step: int) -> bool:
    """Whether a deletion stands right beside a mark, outside of what it emphasises."""
    other = at + step
    while 0 <= other < len(characters) and characters[other] in (OPEN, SPLIT, CLOSE, ""):
        if characters[other] == (OPEN if step > 0 else CLOSE):
            return True
        other = _over_deletion_mark(characters, other, step) if characters[other] else other + step
    return False


def _flanks(inside: str, outside: str) -> bool:
    """CommonMark's rule for a run of marks, with what stands inside and outside of the emphasis."""
    if not inside or inside.isspace():
        return False
    return not _is_punctuation(inside) or not outside or outside.isspace() or _is_punctuation(outside)


def _neighbour(characters: list[str], at: int, step: int) -> str:
    """The next character that will be seen there, over marks of the same form and those of deletions, which may vanish."""
    form = FORMS[characters[at]][0]
    at += step
    while 0 <= at < len(characters):
        character = characters[at]
        if character in (OPEN, SPLIT, CLOSE):
            at = _over_deletion_mark(characters, at, step)
        elif FORMS.get(character, " ")[0] == form or not character:
            at += step
        else:
            return character
    return ""


def _over_deletion_mark(characters: list[str], at: int, step: int) -> int:
    """Past `{{c1::`, `::` or `}}`; the digits of the first belong to it."""
    end = at + step
    while 0 <= end < len(characters) and (characters[end].isdigit() or characters[end] == ","):
        end += step
    reached = characters[end] if 0 <= end < len(characters) else ""
    return end + step if (characters[at], reached) in ((OPEN, SPLIT), (SPLIT, OPEN)) else at + step


def _is_punctuation(character: str) -> bool:
    if character.isascii() or NONCHARACTERS.match(character):
        return not character.isalnum()
    return unicodedata.category(character)[0] in "PS"


def _movable(character: str) -> bool:
    """Whether the character is text: a blank, or punctuation that is no mark."""
    if TEXTUAL.match(character) or character.isspace():
        return True
    return not (character.isascii() or NONCHARACTERS.match(character))


def _drop(characters: list[str], at: int, step: int) -> None:
    """Remove a mark and its partner."""
    mark = characters[at]
    partner = _PARTNERS[mark]
    depth, other = 0, at
    while 0 <= other < len(characters):
        depth += (characters[other] == mark) - (characters[other] == partner)
        if not depth:
            characters[other] = ""
            break
        other += step
    characters[at] = ""
