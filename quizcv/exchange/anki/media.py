"""Pictures and sound beside a deck, and the names they have in Anki, where all media lie in one folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from quizcv.config import source_file

#: Bytes of the largest file that is taken along; AnkiWeb takes no larger one.
LARGEST = 100 * 1024 * 1024

_UNFIT = re.compile(r"[^\w.-]+")


class Media:
    """Gives names to media and remembers them; `folders` are the deck folders, out of which no path may lead."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [folder.resolve() for folder in folders if folder.is_dir()]
        self._names: dict[Path, str] = {}
        self.files: dict[str, str] = {}  # name -> path, of all that was asked for
        self.missing: dict[
            tuple[str, str], str
        ] = {}  # deck file and path as written there -> why it is not taken along

    def name(self, source: str, path: str) -> str:
        """The name of the file that a deck (by its name in the store) calls `path`; empty if it cannot be taken along."""
        deck = source_file(source)
        try:
            file = (deck.parent / path).resolve()
            if file in self._names:
                return self._names[file]
            if why := self._refused(file, deck.parent.resolve()):
                self.missing[str(deck), path] = why
                return ""
            digest = sha256(file.read_bytes()).hexdigest()[:10]
        except (OSError, ValueError) as error:
            self.missing[str(deck), path] = getattr(error, "strerror", "") or "no such file"
            return ""
        name = self._names[file] = _named(file.name, digest)
        self.files[name] = str(file)
        return name

    def _refused(self, file: Path, beside: Path) -> str:
        root = next((folder for folder in self._folders if beside.is_relative_to(folder)), beside)
        if not file.is_relative_to(root):
            return "it lies outside the deck's folder"
        if not file.is_file():
            return "no such file"
        return f"it is larger than {LARGEST >> 20} MiB" if file.stat().st_size > LARGEST else ""


def _named(name: str, digest: str) -> str:
    """The file's name with its digest: two files of one name stay two, and a changed picture is another one."""
    stem, dot, ending = unicodedata.normalize("NFC", name).rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = _cut(_UNFIT.sub("-", stem).strip("-.").removesuffix(f"-{digest}"), 160) or "file"
    return f"{stem}-{digest}{dot}{_cut(_UNFIT.sub('', ending), 40)}"


def _cut(text: str, most: int) -> str:
    """As much of it as fits into so many bytes, by which file systems count."""
    return text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")
