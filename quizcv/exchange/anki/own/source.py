"""The field `Source`: what a note is in quizcv, so that it comes back as the same cards, also after somebody edited it in Anki."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape, unescape
from typing import Any

from quizcv.model import Card

#: Version of what the field says; a reader leaves a newer one alone.
VERSION = 1

#: What Anki would look for in any field. As a backslash escape it is the same JSON.
_SPECIAL = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\${1,2}\])|\{(?=\{c\d)")


def digest(field: str) -> str:
    """By which a field is recognised as not edited."""
    return sha256(field.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def source(cards: Sequence[Card], shown: Mapping[str, tuple[str, str]], media: Mapping[str, str] | None = None) -> str:
    """The field for one note's cards; `shown` are the fields that a person may edit, by name: Markdown and HTML. `media` are the paths
    that the Markdown states, with the names of the files in the package.

    A field that is nothing but its text needs no Markdown beside it.
    """
    card = cards[0]
    said: dict[str, Any] = {"version": VERSION, "kind": card.kind.value, "lang": card.lang}
    if card.item:
        said["item"] = {"model": card.item.model, "level": card.item.level}
    if card.typed:
        said["typed"] = True
    if card.breadcrumb:
        said["breadcrumb"] = card.breadcrumb
    if card.claims:
        said["claims"] = [
            {"model": claim.model, "params": dict(claim.params), "equals": claim.equals} for claim in card.claims
        ]
    marked = {name: pair for name, pair in shown.items() if pair[1] != escape(pair[0])}
    if marked:
        said["markdown"] = {name: [markdown, digest(html)] for name, (markdown, html) in marked.items()}
    if media:
        said["media"] = dict(media)
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return escape(_SPECIAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text), quote=False)


def read(field: str) -> dict[str, Any] | None:
    """What `source` wrote; None if it is not that, or newer."""
    try:
        said = json.loads(unescape(field))
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("version") != VERSION:
        return None
    return said
