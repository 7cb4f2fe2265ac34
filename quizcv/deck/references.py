"""Link references: `[name]: path` stands once in a file and serves every card in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from quizcv.deck.document import Document
from quizcv.deck.markdown import Block

_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]:", re.MULTILINE)
_USE = re.compile(r"\[([^\[\]\n]+)\](?![(:])")


def collect(document: Document, outer: Iterable[Block]) -> dict[str, str]:
    """The source of every definition by its name; the first of a name counts, as in CommonMark."""
    found: dict[str, str] = {}
    for block in outer:
        if block.kind == "definition" and (label := _DEFINITION.match(document.lines[block.start])):
            found.setdefault(_folded(label[1]), "\n".join(document.lines[block.start : block.end]).strip())
    return found


def complete(text: str, definitions: dict[str, str]) -> str:
    """A card's text, with the definitions below it that it uses and does not hold itself."""
    used = dict.fromkeys(_folded(label) for label in _USE.findall(text))
    own = {_folded(label) for label in _DEFINITION.findall(text)}
    missing = [definitions[label] for label in used if label in definitions and label not in own]
    return "\n\n".join((text, "\n".join(missing))) if missing else text


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())
