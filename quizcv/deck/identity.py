"""What makes two texts the same card."""

from __future__ import annotations

import unicodedata
from hashlib import sha256
from typing import Protocol

_VERSION = "h1"
_SEPARATOR = "\x1f"


def normalise(text: str) -> str:
    """NFC, every run of whitespace one space, none at the ends: what typing it once more would not change."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def note_key(kind: str, front: str, back: str) -> str:
    """The name of a card that has no explicit id. The version in front lets the rule change without mixing keys up."""
    fields = _SEPARATOR.join((kind, normalise(front), normalise(back)))
    return f"{_VERSION}-{sha256(fields.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


class Worded(Protocol):
    """Anything with a front and a back."""

    @property
    def front(self) -> str: ...
    @property
    def back(self) -> str: ...


def similarity(a: Worded, b: Worded) -> float:
    """How alike two cards are, from 0 to 1: questions and answers count the same."""
    from rapidfuzz.fuzz import ratio

    fronts = ratio(normalise(a.front), normalise(b.front))
    backs = ratio(normalise(a.back), normalise(b.back))
    return (fronts + backs) / 200
