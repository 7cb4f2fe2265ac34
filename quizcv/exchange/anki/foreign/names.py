"""Names from outside as they may be used here: ids of notes, decks, files of media, addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import quote, unquote

from quizcv.exchange.anki.collection import Note

#: Where the media of a deck lie, from its folder.
FOLDER = "media"

_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]")
_IN_ADDRESS = re.compile(r"[\s<>()\[\]{}|\\`$*\"^]")
_IN_PATH = re.compile(r"[%?#<>\[\]{}|\\`$*\"^&]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LONGEST = 200  # bytes; file systems take 255


def note_name(note: Note) -> str:
    """The explicit id of a note that quizcv did not make: the same for the same guid."""
    return f"anki-{sha256((note.guid or str(note.id)).encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def deck_name(name: str) -> str:
    """A deck's name as front matter takes it: parts without blanks at their ends, and no slash, which would part them."""
    parts = ("".join(letter if letter.isprintable() else " " for letter in part) for part in name.split("::"))
    clean = ("-".join(filter(None, (" ".join(piece.split()) for piece in part.split("/")))) for part in parts)
    return "::".join(filter(None, clean)) or "Default"


class Media:
    """The media of a package, and what of them a note asked for. Names are compared as Anki does, in NFC."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = {unicodedata.normalize("NFC", name): name for name in names if _fit(name)}
        self.asked: dict[str, str] = {}  # name -> path, empty if it cannot have one

    def path(self, source: str) -> str:
        """The path of a picture or a sound from the deck's folder; empty if it cannot have one.

        Fields state names as addresses, so that `%20` may be a blank or, where a file is called so, itself.
        """
        stated = (unicodedata.normalize("NFC", name.strip()) for name in (source, unquote(source)))
        name = ""
        for name in stated:
            if name in self.names:
                break
        self.asked[name] = f"{FOLDER}/{name}" if _fit(name) else ""
        return self.asked[name]


def _fit(name: str) -> bool:
    """Whether a name from outside may be a file's, in one folder."""
    short = len(name.encode("utf-8", "surrogatepass")) <= _LONGEST
    return name not in ("", ".", "..") and short and not _UNFIT.search(name)


def destination(path: str) -> str:
    """A file's path as Markdown has it for the destination of a link."""
    path = _IN_PATH.sub(_percent, path)
    return f"<{path}>" if re.search(r"[ ()]", path) else path


def address(url: str) -> str:
    """An address as the destination of a link, where nothing in it means anything to Markdown."""
    return _ENTITY.sub("&amp;", _IN_ADDRESS.sub(_percent, url))


def _percent(found: re.Match[str]) -> str:
    return quote(found.group(), safe="")
