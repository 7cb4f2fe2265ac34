"""An Anki package is a ZIP file with a SQLite collection, media under numbers, and a map from those to their names.

    meta               Protocol Buffers: the version (absent in old packages)
    collection.anki2   version 1, and a stub beside the others that tells old programs to update
    collection.anki21  version 2
    collection.anki21b version 3: Zstandard, and so are the media
    media              versions 1 and 2: JSON {"0": "name"}; version 3: Zstandard of Protocol Buffers

It comes from strangers: sizes are checked as declared and again while unpacking, names are never paths, and nothing is written
but an unpacked collection in a private folder, and the media asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.collection import Collection
from quizcv.exchange.anki.package import protobuf
from quizcv.exchange.anki.package.limits import AGAIN, LIMITS, Limits, Problems, quoted
from quizcv.exchange.anki.package.medialist import Medium, media_of_json, media_of_protobuf
from quizcv.exchange.anki.package.reader import read_collection
from quizcv.exchange.anki.package.zipped import Archive

#: The version of a package and where its collection is, newest first.
_COLLECTIONS = {3: "collection.anki21b", 2: "collection.anki21", 1: "collection.anki2"}
_MODERN = 3
_META_BYTES = 1 << 10
#: The map of media: 160 bytes for each of the most files there may be.
_MAP_BYTES = 32 << 20


class Package:
    """An open package. `collection.media` maps names to entries of the archive; `problems` says, a line each, what was left out."""

    def __init__(
        self, archive: Archive, collection: Collection, media: dict[str, Medium], problems: tuple[str, ...]
    ) -> None:
        self.collection = collection
        self.problems = problems
        self._archive = archive
        self._media = media

    def extract(self, name: str, target: Path) -> None:
        """Write one of the media to `target`, which must not exist yet.

        Raises:
            ExchangeError: no such medium, damaged or beyond the limits, or it cannot be written; `target` is not there.
        """
        with _about(self._archive.path):
            medium = self._media.get(name)
            if medium is None:
                raise ExchangeError(f"it has no file {quoted(name)}.")
            size = self._archive.unpack(medium.entry, target, zstd=medium.zstd)
            if medium.size is not None and size != medium.size:
                target.unlink()
                raise ExchangeError(f"{quoted(name)} is damaged: {size} of {medium.size} bytes are there.", AGAIN)


@contextmanager
def open_package(path: Path, limits: Limits = LIMITS) -> Iterator[Package]:
    """Read an .apkg or .colpkg; its media can be extracted while it is open.

    Raises:
        ExchangeError: it is no such package, damaged, of an unknown version, or beyond the limits; nothing is written.
    """
    with ExitStack() as stack:
        # Only the opening: an error of the caller's own is not about this file.
        with _about(path):
            archive = stack.enter_context(Archive.open(path, limits))
            package = _read(archive, limits)
        yield package


def _read(archive: Archive, limits: Limits) -> Package:
    version = _version(archive)
    problems = Problems()
    media = _media(archive, version, limits, problems)
    try:
        with tempfile.TemporaryDirectory(prefix="quizcv-") as folder:
            unpacked = Path(folder, "collection")
            archive.unpack(_COLLECTIONS[version], unpacked, zstd=version == _MODERN)
            collection, left_out = read_collection(unpacked, limits)
    except OSError as error:
        raise ExchangeError(f"its collection cannot be unpacked: {error.strerror}.") from error
    collection.media = {name: medium.entry for name, medium in media.items()}
    return Package(archive, collection, media, left_out + problems.lines())


def _version(archive: Archive) -> int:
    there = [version for version, name in _COLLECTIONS.items() if name in archive.names]
    if not there:
        raise ExchangeError(
            f"it is a ZIP archive of {archive.listing()}: no Anki package.", "Choose an .apkg or .colpkg file."
        )
    if "meta" not in archive.names:
        return there[0]
    (version,) = protobuf.ints(archive.read("meta", _META_BYTES), 1)
    if version not in _COLLECTIONS:
        hint = "Export it from Anki with “Support older Anki versions”."
        raise ExchangeError(f"it is an Anki package of version {version}; quizcv knows 1 to {_MODERN}.", hint)
    if version not in there:
        raise ExchangeError(f"{_COLLECTIONS[version]} is missing in it.", AGAIN)
    return version


def _media(archive: Archive, version: int, limits: Limits, problems: Problems) -> dict[str, Medium]:
    if "media" not in archive.names:
        return {}
    modern = version == _MODERN
    listed = (media_of_protobuf if modern else media_of_json)(archive.read("media", _MAP_BYTES, zstd=modern), limits)
    found = {name: medium for name, medium in listed.items() if medium.entry in archive.names}
    for name in (name for name in listed if name not in found):
        problems.add("media that are listed but missing", quoted(name))
    return found


@contextmanager
def _about(path: Path) -> Iterator[None]:
    """Begin every error with the name of the file."""
    try:
        yield
    except ExchangeError as error:
        raise ExchangeError(f"{quoted(path.name)}: {error.message}", error.hint) from error
