"""A stranger's ZIP file, and Zstandard inside it, unpacked a piece at a time so that no bound is passed by more than a piece."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.package.limits import AGAIN, Limits, one_line, quoted, size_of

_CHUNK = 1 << 16
#: Compressed bytes given to Zstandard at once: 4 bytes can become 128 KiB, so these at most 8 MiB.
_SLICE = 256
#: The memory that a Zstandard frame may ask for: what its own tools accept.
_WINDOW = 1 << 27
#: A line of a ZIP file's directory has 46 bytes and the name, which Anki keeps short. It is read as a whole.
_DIRECTORY_LINE = 100
_LEAST_DIRECTORY = 1 << 20
_ENCRYPTED = 1
#: How many entries an error names.
_NAMED = 3

#: All that `zipfile` and its decompressors raise for bytes that are not what they should be.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    zstandard.ZstdError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
    RuntimeError,
    MemoryError,
)
_MAGIC = {
    b"SQLite format 3": "a bare SQLite database; a package comes from File > Export in Anki",
    b"PK\x03\x04": "a ZIP archive that is cut short or damaged",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"(\xb5/\xfd": "a Zstandard file",
    b"<": "a web page or XML; perhaps the download went wrong",
}


class Archive:
    """An open ZIP file all of whose declared sizes are within the limits. What they really are is counted while unpacking."""

    def __init__(self, path: Path, file: zipfile.ZipFile, limits: Limits) -> None:
        self.path = path
        self._zip = file
        self._limits = limits
        self._left = limits.total
        self._entries = {entry.filename: entry for entry in file.infolist()}
        self._check()

    @classmethod
    @contextmanager
    def open(cls, path: Path, limits: Limits) -> Iterator[Archive]:
        """Raises:
        ExchangeError: no such file, no ZIP file, encrypted, packed by unusual methods, or beyond the limits.
        """
        try:
            if not path.is_file():
                raise ExchangeError("it is no file." if path.exists() else "there is no such file.")
            file = _Directory(path, max(_LEAST_DIRECTORY, limits.entries * _DIRECTORY_LINE))
        except OSError as error:
            raise ExchangeError(f"it cannot be opened: {error.strerror}.") from error
        with file:
            try:
                opened = zipfile.ZipFile(file)
            except _DAMAGE as error:
                raise ExchangeError(f"it is no Anki package but {_kind(file)}.", AGAIN) from error
            with opened:
                yield cls(path, opened, limits)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def listing(self) -> str:
        """The first few entries, for an error."""
        shown = [quoted(name) for name in sorted(self._entries)[:_NAMED]]
        more = len(self._entries) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "") if shown else "nothing"

    def read(self, name: str, limit: int, *, zstd: bool = False) -> bytes:
        """One small entry.

        Raises:
            ExchangeError: damaged, or larger than `limit` bytes.
        """
        return b"".join(self._pieces(name, limit, zstd))

    def unpack(self, name: str, target: Path, *, zstd: bool = False) -> int:
        """Write one entry to a new file; returns its size in bytes.

        Raises:
            ExchangeError: damaged, beyond the limits, or `target` exists or cannot be written; it is not there then.
        """
        try:
            file = target.open("xb")
            try:
                with file:
                    return sum(file.write(piece) for piece in self._pieces(name, self._limit(name), zstd))
            except BaseException:
                target.unlink()
                raise
        except OSError as error:
            raise ExchangeError(f"{quoted(target.name)} cannot be written: {error.strerror}.") from error

    def _pieces(self, name: str, limit: int, zstd: bool) -> Iterator[bytes]:
        entry = self._entries[name]
        size = 0
        try:
            with self._zip.open(entry) as packed:
                for piece in _unzstd(packed) if zstd else iter(lambda: packed.read(_CHUNK), b""):
                    size += len(piece)
                    self._left -= len(piece)
                    self._bound(entry, size, limit)
                    if self._left < 0:
                        raise ExchangeError(f"it unpacks to more than {size_of(self._limits.total)}.")
                    yield piece
        except _DAMAGE as error:
            raise ExchangeError(f"{quoted(name)} in it is damaged: {one_line(error) or 'cut short'}.", AGAIN) from error

    def _check(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > self._limits.entries:
            raise ExchangeError(f"it has {len(entries)} files, the limit is {self._limits.entries}.")
        if len(entries) > len(self._entries):
            twice = Counter(entry.filename for entry in entries).most_common(1)[0][0]
            raise ExchangeError(f"{quoted(twice)} is in it twice.", AGAIN)
        for entry in entries:
            if entry.flag_bits & _ENCRYPTED:
                raise ExchangeError(f"it is encrypted: {quoted(entry.filename)} needs a password.", AGAIN)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ExchangeError(
                    f"{quoted(entry.filename)} in it is packed by method {entry.compress_type}, which Anki never uses.",
                    AGAIN,
                )
            self._bound(entry, entry.file_size, self._limit(entry.filename))
        if (total := sum(entry.file_size for entry in entries)) > self._limits.total:
            raise ExchangeError(f"it unpacks to {size_of(total)}, the limit is {size_of(self._limits.total)}.")

    def _limit(self, name: str) -> int:
        return self._limits.collection if name.startswith("collection.") else self._limits.medium

    def _bound(self, entry: zipfile.ZipInfo, size: int, limit: int) -> None:
        if size > limit:
            raise ExchangeError(f"{quoted(entry.filename)} in it unpacks to more than {size_of(limit)}.")
        if size > self._limits.ratio_from and size > self._limits.ratio * entry.compress_size:
            raise ExchangeError(
                f"{quoted(entry.filename)} in it unpacks to over {self._limits.ratio} times its size, as bombs do."
            )


class _Directory(io.FileIO):
    """A file for `zipfile`, which reads the directory in one piece, however large it claims to be."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(path)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._most:
            raise ExchangeError(f"its directory has {size_of(size)}, the limit is {size_of(self._most)}.")
        return super().read(size)


def _unzstd(packed: IO[bytes]) -> Iterator[bytes]:
    """The content of a single Zstandard frame. Not by a stream reader, which takes the end of a cut file for that of its content."""
    decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    while chunk := packed.read(_CHUNK):
        for start in range(0, len(chunk), _SLICE):
            yield decoder.decompress(chunk[start : start + _SLICE])
    if not decoder.eof or decoder.unused_data:
        raise EOFError("a Zstandard frame without end" if not decoder.eof else "something behind a Zstandard frame")


def _kind(file: io.FileIO) -> str:
    file.seek(0)
    head = file.read(_CHUNK).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        return "an empty file"
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "a file of another kind")
