"""Which deck files changed since the store last read them, and what they hold now.

A file is opened only if its size or time changed, and parsed only if its bytes did.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from quizcv.config import source_file, source_name
from quizcv.deck import GRAMMAR_VERSION, decode, find, parse
from quizcv.deck import Source as DeckSource
from quizcv.model import DeckFile, Fault, Place, Severity
from quizcv.store.decks import Source

#: The time of a source that must be read again whatever its file's time says: it had faults to be told again, or is gone
#: (then its digest is empty as well).
UNREAD = -1


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that changed: what it is now (`source.id` 0 if never seen), its contents, its time in seconds since 1970."""

    source: Source
    deck: DeckFile
    edited: int


@dataclass(slots=True)
class Findings:
    """What looking at the files gave. `touched` have a new time but the old bytes."""

    readings: list[Reading] = field(default_factory=list)
    touched: list[Source] = field(default_factory=list)
    vanished: list[Source] = field(default_factory=list)
    unchanged: list[Source] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def look(
    paths: Sequence[Path], known: Mapping[str, Source], progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Findings:
    """Compare the files under `paths` with what is known of them. Reads the disk, not the store."""
    found = find(paths)
    findings = Findings(faults=list(found.faults))
    named = {path.absolute() for path in paths}
    seen = set()
    for done, item in enumerate(found.files):
        progress(done, len(found.files))
        name = source_name(item.file)
        seen.add(name)
        _look_at(item, name, known.get(name), item.file.absolute() in named, findings)
    progress(len(found.files), len(found.files))
    roots = [path.absolute() for path in paths]
    for name, source in known.items():
        if name not in seen and source.digest and _gone(source_file(name), roots):
            findings.vanished.append(source)
    return findings


def _look_at(item: DeckSource, name: str, before: Source | None, alone: bool, findings: Findings) -> None:
    if before is not None and alone:  # a file named alone keeps the deck it has as part of its folder
        _version, lang, deck = before.reader.split("|", 2)
        item = replace(item, deck=deck, lang=lang)
    reader = f"{GRAMMAR_VERSION}|{item.lang}|{item.deck}"
    try:
        stat = item.file.stat()
        same = before is not None and before.reader == reader
        if before is not None and same and (stat.st_mtime_ns, stat.st_size) == (before.mtime_ns, before.size):
            findings.unchanged.append(before)
            return
        data = item.file.read_bytes()
    except OSError as error:
        place = Place(item.path, 1)
        message = f"Cannot read this file: {error.strerror}."
        findings.faults.append(
            Fault(place, Severity.FAULT, "file-unreadable", message, "Check the file's permissions.")
        )
        return
    digest = hashlib.sha256(data).hexdigest()
    source = Source(
        before.id if before else 0, name, item.deck, item.lang, stat.st_mtime_ns, stat.st_size, digest, reader,
        before.gaps if before else (),
    )  # fmt: skip
    if before is not None and same and before.digest == digest and before.mtime_ns != UNREAD:
        findings.touched.append(source)
        return
    text = decode(data, item.path)
    if isinstance(text, Fault):
        findings.faults.append(text)  # its cards stay as they were
        return
    parsed = parse(text, path=item.path, deck=item.deck, lang=item.lang)
    findings.faults.extend(parsed.faults)
    mtime = UNREAD if any(fault.severity is Severity.FAULT for fault in parsed.faults) else stat.st_mtime_ns
    source = replace(source, deck=parsed.deck, lang=parsed.lang, mtime_ns=mtime, gaps=parsed.gaps)
    findings.readings.append(Reading(source, parsed, stat.st_mtime_ns // 10**9))


def _gone(file: Path, roots: Sequence[Path]) -> bool:
    """Whether a file that was under one of the roots is no longer there. What cannot be looked at is not gone."""
    if not any(root.is_dir() and file.is_relative_to(root) for root in roots):
        return False
    try:
        os.stat(file)  # noqa: PTH116 - Path.exists() hides a folder that may not be entered
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
