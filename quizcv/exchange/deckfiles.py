"""Cards from elsewhere as the deck files that say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from quizcv.deck.writing import written
from quizcv.model import CardText

#: Characters of text after which a deck goes on in another file: at the most four bytes each, and a file may have 16 MiB.
MOST_IN_FILE = 2_000_000
LONGEST_NAME = 60
_NOT_IN_A_NAME = re.compile(r"[^\w-]+")


@dataclass(slots=True)
class DeckFiles:
    """`files` by name; of `rewritten` notes the text reads the same but was escaped, `lost` ones cannot be said, with the reason."""

    files: dict[str, bytes] = field(default_factory=dict)
    rewritten: list[str] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)


def deck_files(cards: Iterable[CardText], folder: Path) -> DeckFiles:
    """Files for these cards, one for each deck and language, or several where they would be too large; all ids are explicit.

    A name that stands for something else in `folder` gets a number.
    """
    decks: dict[tuple[str, str], dict[str, list[CardText]]] = {}
    for card in cards:
        decks.setdefault((card.deck, card.lang), {}).setdefault(card.note, []).append(card)
    found = DeckFiles()
    taken: set[str] = set()
    for (deck, lang), notes in decks.items():
        for part in _parts(notes.values()):
            page = written(part, deck=deck, lang=lang)
            found.rewritten += page.rewritten
            found.lost += page.lost
            if len(page.lost) < len({one.note for one in part}):
                data = page.text.encode()
                found.files[_name(deck, lang, data, folder, taken)] = data
    return found


def _parts(notes: Iterable[list[CardText]]) -> Iterator[list[CardText]]:
    """The cards in runs that fit into a file; those of one note stay together."""
    part: list[CardText] = []
    size = 0
    for cards in notes:
        more = sum(len(card.front) + len(card.back) + len(card.cloze) for card in cards)
        if part and size + more > MOST_IN_FILE:
            yield part
            part, size = [], 0
        part += cards
        size += more
    yield part


def _name(deck: str, lang: str, data: bytes, folder: Path, taken: set[str]) -> str:
    """`backbone-vgg.en.md`: no folders, since those named like a language would say one. Known by `taken` without regard to case."""
    stem = _NOT_IN_A_NAME.sub("-", deck).strip("-")[:LONGEST_NAME] or "deck"
    end = f".{lang}.md" if lang else ".md"
    number = 1
    while True:
        name = f"{stem}{f'-{number}' if number > 1 else ''}{end}"
        if name.casefold() not in taken and _free(folder / name, data):
            taken.add(name.casefold())
            return name
        number += 1


def _free(path: Path, data: bytes) -> bool:
    try:
        return not path.exists() or path.read_bytes() == data
    except OSError:
        return False
