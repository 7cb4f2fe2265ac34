"""Whether a typed answer says the same as the card. Kind, and only a hint: the learner gives the grade."""

from __future__ import annotations

import re
import unicodedata

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}|[-+*>])\s+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])|(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\3(?!\w)")
_GROUPED = re.compile(r"(?<=\d)(?:\{,\}|,)(?=\d{3}(?!\d))")
_SIGNS = str.maketrans({"×": "x", "−": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})
_ENDS = " .,;:!?。、…"
_HIDDEN = re.compile(r"\*\*(.+?)\*\*|\\boxed\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}", re.DOTALL)
_LIST = re.compile(r"[,;，；、]")
_SENTENCE = re.compile(r"(?<=[.。;；])(?:\s|(?<=[。；]))|\n")


def normal(text: str) -> str:
    """`text` without what does not change an answer: width and case of letters, spaces, Markdown marks, last full stop."""
    text = _LINE_MARK.sub("", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(lambda found: found[2] or found[4], text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS).replace("`", "").replace("$", "")).casefold()
    text = _GROUPED.sub("", text).strip(_ENDS + "\n\t\r")
    return "".join(text.split())


def same(a: str, b: str) -> bool:
    """Whether two answers are the same but for what `normal` leaves out."""
    return normal(a) == normal(b)


def right(typed: str, back: str, *, cloze: bool = False) -> bool:
    """Whether `typed` is the card's answer, or the first paragraph or sentence of it: what follows explains.

    On the back of a `cloze` card the answer is what was hidden, which is set in bold or in a box.
    """
    if not normal(typed):
        return False
    if cloze:
        hidden = [found[1] or found[2] for found in _HIDDEN.finditer(back)]
        if len(hidden) == 1:
            return same(typed, hidden[0])
        parts = [part for part in _LIST.split(typed) if normal(part)]
        return len(parts) == len(hidden) and all(map(same, parts, hidden))
    paragraph = back.strip().split("\n\n")[0]
    sentence = _SENTENCE.split(paragraph, maxsplit=1)[0]
    return any(same(typed, part) for part in (back, paragraph, sentence))
