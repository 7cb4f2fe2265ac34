"""Deck files: which there are below the paths a learner typed, and what their bytes say."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from quizcv.deck.reader import parse
from quizcv.model import DeckFile, Fault, Place, Severity

#: The largest deck file that is read.
MAX_BYTES = 16 * 1024 * 1024

_SUFFIXES = frozenset((".md", ".markdown"))
_SKIPPED = frozenset(("node_modules", "__pycache__", "venv"))
_LANGUAGES = frozenset(("zh", "en"))

Identity = tuple[int, int]


def is_deck(path: PurePath) -> bool:
    """Whether a file of this name is read as a deck."""
    return path.suffix.lower() in _SUFFIXES


@dataclass(frozen=True, slots=True)
class Source:
    """A deck file that was found. `path` is how the learner would type it; media must lie under `root`.

    `deck` and `lang` are what holds if the file itself does not say.
    """

    file: Path
    root: Path
    path: str
    deck: str
    lang: str


@dataclass(frozen=True, slots=True)
class Found:
    """The deck files below some paths, sorted, each once, and what could not be entered."""

    files: tuple[Source, ...]
    faults: tuple[Fault, ...]


def decode(data: bytes, path: str) -> str | Fault:
    """The text of a deck file: UTF-8, with or without a byte order mark. Line ends are left as they are."""
    if len(data) > MAX_BYTES:
        return _fault(
            path, "file-too-large", f"A deck of {len(data):,} bytes.", f"Split it: {MAX_BYTES:,} is the most."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8", "ignore")
        place = _end_of(good, path)
        message = f"Byte 0x{error.object[error.start]:02X} is not UTF-8."
        return Fault(place, Severity.FAULT, "file-not-utf8", message, "Save the file as UTF-8.")
    nul = text.find("\0")
    if nul >= 0:
        place = _end_of(text[:nul], path)
        return Fault(
            place, Severity.FAULT, "file-binary", "A NUL byte: this is no text file.", "Save it as UTF-8 text."
        )
    return text


def read(file: Path, *, path: str, deck: str = "", lang: str = "") -> DeckFile:
    """Read a deck file. Never raises: a file that cannot be read has no cards and one fault."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        said = error.strerror or str(error)
        text: str | Fault = _fault(path, "file-unreadable", f"Cannot read this file: {said}.", "Check its permissions.")
    else:
        text = decode(data, path)
    if isinstance(text, Fault):
        return DeckFile(path, deck, lang, (), (), (text,))
    return parse(text, path=path, deck=deck, lang=lang)


def _end_of(text: str, path: str) -> Place:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    return Place(path, len(lines), len(lines[-1]) + 1)


def _fault(path: str, code: str, message: str, hint: str, severity: Severity = Severity.FAULT) -> Fault:
    return Fault(Place(path, 1), severity, code, message, hint)


def find(paths: Sequence[Path]) -> Found:
    """Every deck file below `paths`, in order, each once however often it is reached.

    Hidden folders and those of other tools are skipped unless they were typed themselves; links are followed.
    """
    walk = _Walk()
    for path in paths:
        walk.start(path)
    return Found(tuple(walk.files), tuple(walk.faults))


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to search: `inside` are the names from the root down to it."""

    root: Path
    inside: tuple[str, ...]
    lang: str
    identity: Identity
    above: _Folder | None = None

    def is_below(self, identity: Identity) -> bool:
        folder: _Folder | None = self
        while folder:
            if folder.identity == identity:
                return True
            folder = folder.above
        return False

    def enter(self, name: str, identity: Identity) -> _Folder:
        """The folder `name` in here. `zh` and `en` right below the root are languages, not parts of a deck's name."""
        language = name if not self.inside and name in _LANGUAGES else self.lang
        return _Folder(self.root, (*self.inside, name), language, identity, self)

    def source(self, name: str) -> Source:
        parts = (*self.inside, Path(name).stem)
        if len(parts) > 1 and parts[0] in _LANGUAGES:
            parts = parts[1:]
        file = self.root.joinpath(*self.inside, name)
        return Source(file, self.root, _shown(file), _deck_name(parts), self.lang)


@dataclass(slots=True)
class _Walk:
    """A search under way. Files and folders are known by device and inode, so that links lead nowhere twice."""

    files: list[Source] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: set[Identity] = field(default_factory=set)

    def start(self, path: Path) -> None:
        """Search one path as it was typed. A folder named `zh` or `en` says its language then, too."""
        status = self.status(path)
        if status is None:
            return
        parent_or_self = path if stat.S_ISDIR(status.st_mode) else path.parent
        lang = name if (name := parent_or_self.absolute().name) in _LANGUAGES else ""
        if stat.S_ISDIR(status.st_mode):
            found_before = len(self.files)
            self.search(_Folder(path, (), lang, _identity(status)))
            self.files[found_before:] = sorted(self.files[found_before:], key=lambda source: source.file.parts)
        elif stat.S_ISREG(status.st_mode):
            self.keep(Source(path, path.parent, _shown(path), _deck_name((path.stem,)), lang), status)
        else:
            self.fault(path, "not-a-file", "This is neither a file nor a folder.", "Name a Markdown file.")

    def search(self, top: _Folder) -> None:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            if folder.identity in self.seen:
                continue
            self.seen.add(folder.identity)
            waiting += reversed(list(self.entries(folder)))

    def entries(self, folder: _Folder) -> Iterator[_Folder]:
        """Keep the deck files of a folder, yield the folders in it."""
        here = folder.root.joinpath(*folder.inside)
        try:
            names = sorted(path.name for path in here.iterdir())
        except OSError as error:
            message = f"Cannot look into this folder: {error.strerror}."
            self.fault(here, "folder-unreadable", message, "Check its permissions.")
            return
        for name in names:
            path = here / name
            if name.startswith(".") or name in _SKIPPED:
                continue
            deck = is_deck(path)
            if not deck and not _is_folder(path):
                continue
            status = self.status(path)
            if status is None:
                continue
            if stat.S_ISDIR(status.st_mode):
                if folder.is_below(_identity(status)):
                    message = "This link leads back to a folder above it; it is not followed."
                    self.fault(path, "link-loop", message, "Remove the link.", Severity.WARNING)
                else:
                    yield folder.enter(name, _identity(status))
            elif stat.S_ISREG(status.st_mode) and deck:
                self.keep(folder.source(name), status)

    def keep(self, source: Source, status: os.stat_result) -> None:
        if _identity(status) not in self.seen:
            self.seen.add(_identity(status))
            self.files.append(source)

    def status(self, path: Path) -> os.stat_result | None:
        """What stands behind a path, or None after saying why nothing does."""
        try:
            return path.stat()
        except FileNotFoundError:
            linked = path.is_symlink()
            message = "This link leads nowhere." if linked else "There is no such file or folder."
            self.fault(path, "file-missing", message, "Remove the link." if linked else "Check the path.")
        except OSError as error:
            if error.errno == errno.ELOOP:
                self.fault(path, "link-loop", "This link leads to itself.", "Remove the link.")
            else:
                self.fault(path, "file-unreadable", f"Cannot read this: {error.strerror}.", "Check its permissions.")
        except ValueError:
            self.fault(path, "file-missing", "There is no such file or folder.", "Check the path.")
        return None

    def fault(self, path: Path, code: str, message: str, hint: str, severity: Severity = Severity.FAULT) -> None:
        self.faults.append(_fault(_shown(path), code, message, hint, severity))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # in a folder that shows names and nothing more
        return False


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino


def _shown(path: Path) -> str:
    """A path as text that any terminal and database takes, whatever bytes the file system holds."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _deck_name(parts: Sequence[str]) -> str:
    return "::".join(unicodedata.normalize("NFC", " ".join(_shown(Path(part)).split())) for part in parts)
