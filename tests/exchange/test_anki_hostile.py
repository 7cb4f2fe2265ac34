"""Packages that are broken, forged or bombs are refused in one line; nothing is written, and no more is unpacked than is allowed."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import struct
import tempfile
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from anki.collection import Collection as Anki
from anki_packages import Parts, by, changed, collection_in, exported, holds, packed, unzstd, zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.package import protobuf
from quizcv.exchange.anki.package.limits import LIMITS, Limits
from quizcv.exchange.anki.package.opening import open_package
from quizcv.exchange.anki.package.reader import read_collection

PICTURE = bytes(range(256)) * 40
MIB = 1 << 20


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A small sound package in both forms, as bytes."""
    folder = tmp_path_factory.mktemp("small")
    col = Anki(str(folder / "collection.anki2"))
    (folder / "图.png").write_bytes(PICTURE)
    col.media.add_file(str(folder / "图.png"))
    for number in range(3):
        note = col.new_note(col.models.by_name("Basic"))
        note.fields = [f'front {number} <img src="图.png">', "back"]
        col.add_note(note, col.decks.id("a::b"))
    packages = {form: exported(col, folder / f"{form}.apkg", legacy=form == "legacy") for form in ("legacy", "modern")}
    col.close()
    return {form: path.read_bytes() for form, path in packages.items()}


@pytest.fixture
def parts(small: dict[str, bytes], tmp_path: Path) -> dict[str, Parts]:
    return {form: parts_of_bytes(content) for form, content in small.items()}


def parts_of_bytes(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder and a folder for temporary files; both are empty at the end."""
    work, private = tmp_path / "work", tmp_path / "private"
    work.mkdir()
    private.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    yield tmp_path
    assert list(work.iterdir()) == []
    assert list(private.iterdir()) == []


def refused(path: Path, why: str, limits: Limits = LIMITS) -> None:
    """It is refused in one line, which begins with the file's name and says why."""
    with pytest.raises(ExchangeError) as caught, open_package(path, limits):
        pass
    told(caught.value, path, why)


def told(error: ExchangeError, path: Path, why: str) -> None:
    assert error.message.isprintable(), repr(error.message)
    assert len(error.message) < 300
    assert error.message.startswith(f"“{path.name[:79]}"), error.message
    assert re.search(why, error.message), error.message


# --- the archive ---


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "an empty file"),
        (b"\r\n <!DOCTYPE html><html>404", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"SQLite format 3\0" + bytes(4096), "a bare SQLite database"),
        (b"\x1f\x8b\x08\0", "a gzip file"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"front;back\n", "a file of another kind"),
        (b"PK\x03\x04" + bytes(100), "a ZIP archive that is cut short"),
        (b"PK\x05\x06" + bytes(18), "a ZIP archive of nothing: no Anki package"),
        (b"PK\x05\x06" + b"\xff" * 18, "no Anki package|directory"),
    ],
)
def test_what_is_no_package_is_told_what_it_is(content: bytes, why: str, desk: Path) -> None:
    path = desk / "deck.apkg"
    path.write_bytes(content)
    refused(path, why)


def test_a_folder_and_nothing_are_no_packages(desk: Path) -> None:
    refused(desk / "missing.apkg", "there is no such file")
    refused(desk / "work", "it is no file")
    refused(desk / ("x" * 300), "cannot be opened")


def test_another_archive_is_told_by_what_it_holds(desk: Path) -> None:
    """Whatever its entries are called, the line stays one."""
    names = ["[Content_Types].xml", "a\nb\x1b[31m\u202e", "word/document.xml", "word/styles.xml"]
    path = packed(desk / "deck.apkg", dict.fromkeys(names, b"x"))
    refused(
        path, r"a ZIP archive of “\[Content_Types\].xml”, “a�b�\[31m�”, “word/document.xml” and 1 more: no Anki package"
    )


@pytest.mark.parametrize("form", ["legacy", "modern"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_package_cut_short_is_refused(form: str, share: float, small: dict[str, bytes], desk: Path) -> None:
    path = desk / "deck.apkg"
    path.write_bytes(small[form][: int(len(small[form]) * share)])
    refused(path, "a ZIP archive that is cut short or damaged")


@pytest.mark.parametrize("form", ["legacy", "modern"])
def test_a_damaged_entry_is_refused(form: str, small: dict[str, bytes], desk: Path) -> None:
    """Every byte of the collection counts: the checksum, or the decompressor, notices."""
    content = bytearray(small[form])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(collection_in(dict.fromkeys(archive.namelist(), b"")))
    for place in (0.2, 0.5, 0.8):
        forged = content.copy()
        forged[info.header_offset + 60 + int(info.compress_size * place)] ^= 0x55
        path = desk / "deck.apkg"
        path.write_bytes(forged)
        refused(path, f"“{info.filename}” in it is damaged")


def forged(content: bytes, name: str, field: int, form: str, value: int, *, local: int | None = None) -> bytes:
    """A ZIP file with another value in an entry's line of the directory, and before its content at offset `local`."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start, info = archive.start_dir, archive.getinfo(name)
    while changed[start + 46 : start + 46 + len(name)] != name.encode():
        start += 46 + sum(struct.unpack("<HHH", changed[start + 28 : start + 34]))
    struct.pack_into(form, changed, start + field, value)
    if local is not None:
        struct.pack_into(form, changed, info.header_offset + local, value)
    return bytes(changed)


def test_an_encrypted_package_is_refused(small: dict[str, bytes], desk: Path) -> None:
    path = desk / "deck.apkg"
    path.write_bytes(forged(small["legacy"], "collection.anki21", 8, "<H", 1, local=6))
    refused(path, "it is encrypted: “collection.anki21” needs a password")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(method: int, parts: dict[str, Parts], desk: Path) -> None:
    """What Anki never writes is not worth another decompressor's bombs."""
    path = desk / "deck.apkg"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts["legacy"].items():
            archive.writestr(name, content)
    refused(path, f"packed by method {method}")


def test_an_entry_that_is_there_twice_is_refused(parts: dict[str, Parts], desk: Path) -> None:
    """One reader would take the first, another the last."""
    path = packed(desk / "deck.apkg", parts["legacy"])
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("media", b"{}")
    refused(path, "“media” is in it twice")


def test_too_many_entries_are_refused(parts: dict[str, Parts], desk: Path) -> None:
    path = packed(desk / "deck.apkg", parts["legacy"] | {f"x{n}": b"" for n in range(20)})
    refused(path, "it has 25 files, the limit is 10", replace(LIMITS, entries=10))


def test_a_huge_directory_is_not_even_read(desk: Path) -> None:
    """It is refused by its size, before there is an object for each line."""
    path = packed(desk / "deck.apkg", {f"{n:0200}": b"" for n in range(5000)})
    refused(path, r"its directory has 1\.\d+ MiB, the limit is 1 MiB", replace(LIMITS, entries=10))


@pytest.mark.parametrize(
    ("meta", "why"),
    [
        (b"\x08\x09", "it is an Anki package of version 9; quizcv knows 1 to 3"),
        (b"", "of version 0"),
        (b"\x08", "Protocol Buffers"),
        (b"\x08" + b"\xff" * 20, "Protocol Buffers message inside is damaged: a number has no end"),
        (b"\x08\x03", "collection.anki21b is missing"),
        (b"\x00" * 5000, "“meta” in it unpacks to more than 1 KiB"),
    ],
)
def test_a_version_that_cannot_be_is_refused(meta: bytes, why: str, parts: dict[str, Parts], desk: Path) -> None:
    refused(packed(desk / "deck.apkg", {**parts["legacy"], "meta": meta}), why)


# --- bombs ---


@pytest.fixture
def inflated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of all that came out of a decompressor."""
    sizes: list[int] = []
    read, decompressor = zipfile.ZipExtFile.read, zstandard.ZstdDecompressor

    class Watched:
        def __init__(self, **options: int) -> None:
            self._real = decompressor(**options).decompressobj()

        def decompressobj(self) -> Watched:
            return self

        def decompress(self, data: bytes) -> bytes:
            sizes.append(len(found := self._real.decompress(data)))
            return found

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    def watched(self: zipfile.ZipExtFile, size: int | None = -1) -> bytes:
        sizes.append(len(found := read(self, size)))
        return found

    monkeypatch.setattr(zipfile.ZipExtFile, "read", watched)
    monkeypatch.setattr(zstandard, "ZstdDecompressor", Watched)
    return sizes


#: A single call of a decompressor may give as much beyond a limit.
PIECE = 9 * MIB

BOMB = bytes(64 * MIB)
TIGHT = replace(LIMITS, collection=MIB, medium=MIB, total=4 * MIB, ratio_from=64 << 10)


@pytest.mark.parametrize(
    ("name", "limits", "why"),
    [
        ("collection.anki21", TIGHT, "“collection.anki21” in it unpacks to more than 1 MiB"),
        ("0", TIGHT, "“0” in it unpacks to more than 1 MiB"),
        ("collection.anki21", replace(LIMITS, total=MIB, ratio=2000), "it unpacks to 64.1 MiB, the limit is 1 MiB"),
        ("collection.anki21", LIMITS, "“collection.anki21” in it unpacks to over 200 times its size, as bombs do"),
        ("0", LIMITS, "“0” in it unpacks to over 200 times its size"),
    ],
)
def test_a_bomb_that_tells_its_size_is_refused_unopened(
    name: str, limits: Limits, why: str, parts: dict[str, Parts], desk: Path, inflated: list[int]
) -> None:
    refused(packed(desk / "deck.apkg", {**parts["legacy"], name: BOMB}), why, limits)
    assert sum(inflated) == 0


@pytest.mark.parametrize("claimed", [0, 1, 5000, 900_000])
def test_a_bomb_that_lies_about_its_size_stops_there(
    claimed: int, parts: dict[str, Parts], desk: Path, inflated: list[int]
) -> None:
    path = packed(desk / "deck.apkg", {**parts["legacy"], "collection.anki21": BOMB})
    path.write_bytes(forged(path.read_bytes(), "collection.anki21", 24, "<I", claimed, local=22))
    refused(path, "damaged", TIGHT)
    assert sum(inflated) <= claimed + 1000


@pytest.mark.parametrize(
    ("name", "limits", "why"),
    [
        ("collection.anki21b", TIGHT, "“collection.anki21b” in it unpacks to more than 1 MiB"),
        ("collection.anki21b", LIMITS, "“collection.anki21b” in it unpacks to over 200 times"),
        ("collection.anki21b", replace(LIMITS, ratio=1 << 30, total=5 * MIB), "it unpacks to more than 5 MiB"),
        ("media", LIMITS, "“media” in it unpacks to over 200 times"),
        ("media", replace(LIMITS, ratio=1 << 30), "“media” in it unpacks to more than 32 MiB"),
    ],
)
def test_a_bomb_of_zstandard_stops_at_the_limit(
    name: str, limits: Limits, why: str, parts: dict[str, Parts], desk: Path, inflated: list[int]
) -> None:
    """Four bytes of it can become 128 KiB, and the ZIP file knows nothing of that."""
    path = packed(desk / "deck.apkg", {**parts["modern"], name: zstd(BOMB)})
    bound = {"media": 32 * MIB}.get(name, min(limits.collection, limits.total, limits.ratio_from))
    tracemalloc.start()
    refused(path, why, limits)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(inflated) <= bound + PIECE
    assert peak <= bound + 3 * PIECE


def test_a_medium_that_is_a_bomb_stops_at_the_limit(parts: dict[str, Parts], desk: Path, inflated: list[int]) -> None:
    """It opens, since nothing is known of it; unpacked, it is refused, and what was written of it is gone."""
    nameless = b"\x0a\x05\x0a\x03png"  # no size is declared
    path = packed(desk / "deck.apkg", {**parts["modern"], "media": zstd(nameless), "0": zstd(BOMB)})
    for limits, bound in (
        (replace(LIMITS, medium=MIB), MIB),
        (LIMITS, 16 * MIB),
        (replace(LIMITS, total=2 * MIB), 2 * MIB),
    ):
        with open_package(path, limits) as package:
            inflated.clear()
            with pytest.raises(ExchangeError) as caught:
                package.extract("png", desk / "out")
            told(caught.value, path, "unpacks to")
            assert sum(inflated) <= bound + PIECE
            assert not (desk / "out").exists()


def test_media_are_bounded_together(parts: dict[str, Parts], desk: Path) -> None:
    """Unpacking one medium again and again is no way around the bound."""
    path = packed(desk / "deck.apkg", parts["legacy"])
    sound = sum(len(content) for content in parts["legacy"].values())
    with open_package(path, replace(LIMITS, total=sound + 3 * len(PICTURE))) as package:
        for number in range(20):
            try:
                package.extract("图.png", desk / f"out{number}")
            except ExchangeError as error:
                told(error, path, "unpacks to more than")
                break
    assert 2 <= len(list(desk.glob("out*"))) <= 10


@pytest.mark.parametrize(
    ("size", "limits", "why"),
    [
        (300 * MIB, LIMITS, "a medium in it has 300 MiB, the limit is 256 MiB"),
        (3 * MIB, TIGHT, "a medium in it has 3 MiB"),
    ],
)
def test_media_declared_too_large_are_refused(
    size: int, limits: Limits, why: str, parts: dict[str, Parts], desk: Path
) -> None:
    entry = b"\x0a\x03png\x10" + varint(size)
    media = b"\x0a" + varint(len(entry)) + entry
    refused(packed(desk / "deck.apkg", {**parts["modern"], "media": zstd(media)}), why, limits)


def test_media_declared_too_large_together_are_refused(parts: dict[str, Parts], desk: Path) -> None:
    entries = [b"\x0a\x01" + bytes([letter]) + b"\x10" + varint(MIB) for letter in b"abcde"]
    media = b"".join(b"\x0a" + varint(len(entry)) + entry for entry in entries)
    path = packed(desk / "deck.apkg", {**parts["modern"], "media": zstd(media)})
    refused(path, "its media have 5 MiB, the limit is 4 MiB", replace(LIMITS, total=4 * MIB))


def varint(number: int) -> bytes:
    found = b""
    while number >= 0x80:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


@pytest.mark.parametrize("name", ["collection.anki21b", "media"])
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: raw[:-1], "a Zstandard frame without end"),
        (lambda raw: raw[: len(raw) // 2], "a Zstandard frame without end"),
        (lambda raw: b"", "a Zstandard frame without end"),
        (lambda raw: raw + b"x", "damaged"),
        (lambda raw: b"\0" * len(raw), "damaged"),
        (lambda raw: unzstd(raw), "damaged"),
        (lambda raw: raw[:4] + b"\0\xff" + raw[6:], "damaged"),  # a window of many gigabytes
    ],
)
def test_broken_zstandard_is_refused(
    name: str, change: Callable[[bytes], bytes], why: str, parts: dict[str, Parts], desk: Path
) -> None:
    broken = change(parts["modern"][name])
    refused(packed(desk / "deck.apkg", {**parts["modern"], name: broken}), f"“{name}” in it is damaged: .*{why}|{why}")


@pytest.mark.parametrize("form", ["legacy", "modern"])
def test_a_damaged_medium_is_refused_when_it_is_wanted(form: str, small: dict[str, bytes], desk: Path) -> None:
    content = bytearray(small[form])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("0")
    content[info.header_offset + 80] ^= 0x55
    path = desk / "deck.apkg"
    path.write_bytes(content)
    with open_package(path) as package:
        with pytest.raises(ExchangeError) as caught:
            package.extract("图.png", desk / "out")
        told(caught.value, path, "“0” in it is damaged")
    assert not (desk / "out").exists()


def test_a_medium_of_another_size_than_declared_is_refused(parts: dict[str, Parts], desk: Path) -> None:
    path = packed(desk / "deck.apkg", {**parts["modern"], "0": zstd(PICTURE[:-7])})
    with open_package(path) as package:
        with pytest.raises(ExchangeError) as caught:
            package.extract("图.png", desk / "out")
        told(caught.value, path, f"“图.png” is damaged: {len(PICTURE) - 7} of {len(PICTURE)} bytes are there")
    assert not (desk / "out").exists()


# --- names and the list of media ---

UNSAFE = {
    "": "is empty",
    ".": "means a folder",
    "..": "means a folder",
    "...": "means a folder",
    ". .": "means a folder",
    "../x": "is a path",
    "/etc/passwd": "is a path",
    "a/b": "is a path",
    "a\\b": "is a path",
    "..\\x": "is a path",
    "C:x": "is a path",
    "c:": "is a path",
    "a\0b": "has control characters",
    "a\nb": "has control characters",
    "a\x7f": "has control characters",
    "a\x85b": "has control characters",
    "x" * 256: "is longer than 255 bytes",
    "图" * 86: "is longer than 255 bytes",
    "CON": "is that of a device",
    "nul.png": "is that of a device",
    "Aux .tar.gz": "is that of a device",
    "com1": "is that of a device",
    "LPT².txt": "is that of a device",
    "CONIN$": "is that of a device",
}


@pytest.mark.parametrize("form", ["legacy", "modern"])
@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_that_is_no_file_name_refuses_the_whole(
    form: str, name: str, parts: dict[str, Parts], desk: Path
) -> None:
    media = listing(form, [name])
    refused(packed(desk / "deck.apkg", {**parts[form], "media": media}), f"of a medium {UNSAFE[name]}")


def test_half_a_character_is_no_name(parts: dict[str, Parts], desk: Path) -> None:
    """JSON can write it, no file system can hold it."""
    refused(
        packed(desk / "deck.apkg", {**parts["legacy"], "media": b'{"0": "a\\ud83e.png"}'}),
        "control characters or broken",
    )


@pytest.mark.parametrize("form", ["legacy", "modern"])
@pytest.mark.parametrize(
    "name", ["a.b.c", ".hidden", "x" * 255, "图" * 85, "console.png", "com10.png", "ab:c", "~", "-rf", "🧠", "con_.mp3"]
)
def test_an_odd_name_is_a_name(form: str, name: str, parts: dict[str, Parts], desk: Path) -> None:
    with open_package(packed(desk / "deck.apkg", {**parts[form], "media": listing(form, [name])})) as package:
        assert dict(package.collection.media) == {name: "0"}


@pytest.mark.parametrize("form", ["legacy", "modern"])
def test_two_media_of_one_name_are_refused(form: str, parts: dict[str, Parts], desk: Path) -> None:
    media = listing(form, ["a.png", "b.png", "a.png"])
    refused(packed(desk / "deck.apkg", {**parts[form], "media": media}), "two of its media are named “a.png”")


@pytest.mark.parametrize("form", ["legacy", "modern"])
def test_a_list_of_too_many_media_is_refused(form: str, parts: dict[str, Parts], desk: Path) -> None:
    media = listing(form, [f"{n}.png" for n in range(30)])
    path = packed(desk / "deck.apkg", {**parts[form], "media": media})
    refused(path, "it lists more than 20 media", replace(LIMITS, entries=20))


def listing(form: str, names: list[str]) -> bytes:
    if form == "legacy":
        return json.dumps({str(place): name for place, name in enumerate(names)}).encode()
    entries = [b"\x0a" + varint(len(name.encode())) + name.encode() for name in names]
    return zstd(b"".join(b"\x0a" + varint(len(entry)) + entry for entry in entries))


@pytest.mark.parametrize(
    ("media", "why"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[1, 2]", "does not map"),
        (b"null", "does not map"),
        (b'"0"', "does not map"),
        (b'{"0": 1}', "does not map"),
        (b'{"0": null}', "does not map"),
        (b'{"0": {"name": "x"}}', "does not map"),
        (b'{"0": "a\xff"}', "no JSON"),
        (b'{"0": "a", "0": "b"}', "names an entry twice"),
        (b'{"0": ' + b"9" * 5000 + b"}", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b'{"0":' * 200_000, "no JSON"),
        ("\ufeff{}".encode(), "no JSON"),
        ("{}".encode("utf-16"), "no JSON"),
    ],
)
def test_a_list_of_media_that_is_none_is_refused(media: bytes, why: str, parts: dict[str, Parts], desk: Path) -> None:
    refused(packed(desk / "deck.apkg", {**parts["legacy"], "media": media}), why)


@pytest.mark.parametrize(
    ("media", "why"),
    [
        (b"\x0a", "a number has no end"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "a number has no end"),
        (b"\x0a\x05abc", "it ends within a field"),
        (b"\x0a\xff\xff\xff\xff\x7fabc", "it ends within a field"),
        (b"\x0b", "a field is of the unknown kind 3"),
        (b"\x0f", "a field is of the unknown kind 7"),
        (b"\x02\x00", "a field has no number"),
        (b"\x09abc", "it ends within a field"),
        (b"\x0a\x02\x0a\x05", "it ends within a field"),
        (b"\x0a\x00", "of a medium is empty"),
        (b"\x0a\x02\x08\x01", "of a medium is empty"),
    ],
)
def test_a_list_of_media_in_broken_protobuf_is_refused(
    media: bytes, why: str, parts: dict[str, Parts], desk: Path
) -> None:
    refused(packed(desk / "deck.apkg", {**parts["modern"], "media": zstd(media)}), why)


# --- the database ---


def with_collection(parts: Parts, content: bytes) -> Parts:
    name = collection_in(parts)
    return {**parts, name: zstd(content) if name.endswith("b") else content}


@pytest.mark.parametrize("form", ["legacy", "modern"])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no SQLite database"),
        (b"hello", "no SQLite database"),
        (b"SQLite format 3\0", "cannot be read"),
        (b"SQLite format 3\0" + bytes(5000), "cannot be read"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "cannot be read"),
    ],
)
def test_a_collection_that_is_no_database_is_refused(
    form: str, content: bytes, why: str, parts: dict[str, Parts], desk: Path
) -> None:
    refused(packed(desk / "deck.apkg", with_collection(parts[form], content)), why)


def nested(column: str) -> str:
    return f"UPDATE col SET {column} = '{'[' * 200_000}'"


def schema(sql: str, kind: str = "table", root: int = 0) -> tuple[str, str]:
    """Forge a line of the schema, which SQLite itself would not write."""
    return "PRAGMA writable_schema = ON", f"INSERT INTO sqlite_master VALUES ('{kind}', 'x', 'x', {root}, {sql})"


COLLECTIONS: list[tuple[str, str, tuple[str, ...]]] = [
    ("legacy", "schema 19, newer than 18", ("UPDATE col SET ver = 19",)),
    ("modern", "schema 99, newer than 18", ("UPDATE col SET ver = 99",)),
    ("modern", "schema 99, newer than 18", ("UPDATE col SET ver = 99", "ALTER TABLE col DROP COLUMN conf")),
    ("legacy", "schema 4, older than 11", ("UPDATE col SET ver = 4",)),
    ("legacy", "does not say which schema", ("UPDATE col SET ver = 'x'",)),
    ("legacy", "does not say which schema", ("DELETE FROM col",)),
    ("legacy", "no table col", ("DROP TABLE col",)),
    ("legacy", "no such table: notes", ("DROP TABLE notes",)),
    ("legacy", "no such table: cards", ("DROP TABLE cards",)),
    ("legacy", "no such table: revlog", ("DROP TABLE revlog",)),
    ("modern", "no such table: fields", ("DROP TABLE fields",)),
    ("modern", "no such table: templates", ("DROP TABLE templates",)),
    ("modern", "decks are no JSON", ("DROP TABLE decks",)),
    ("modern", "note types are no JSON", ("DROP TABLE notetypes",)),
    ("legacy", "no such column: lapses", ("ALTER TABLE cards DROP COLUMN lapses",)),
    ("legacy", "no such column: flds", ("ALTER TABLE notes DROP COLUMN flds",)),
    ("legacy", "does not say when it was made", ("UPDATE col SET crt = 0",)),
    ("legacy", "does not say when it was made", ("UPDATE col SET crt = -5",)),
    ("legacy", "does not say when it was made", ("UPDATE col SET crt = 'x'",)),
    ("modern", "does not say when it was made", ("UPDATE col SET crt = 99999999999999",)),
    *[
        ("legacy", "are no JSON", (f"UPDATE col SET {column} = {value}",))
        for column in ("conf", "models", "decks")
        for value in ("''", "'['", "'[]'", "7", "x'ff'", "'{\"a\": ' || hex(zeroblob(9000)) || '}'")
    ],
    *[("legacy", "are no JSON", (nested(column),)) for column in ("conf", "models", "decks")],
    ("modern", "Protocol Buffers", ("UPDATE notetypes SET config = x'0a'",)),
    ("modern", "Protocol Buffers", ("UPDATE notetypes SET config = x'ffffffffffffffffffffffff01'",)),
    ("modern", "Protocol Buffers", ("UPDATE templates SET config = x'0a7f61'",)),
    ("legacy", "has a view, “notes”", ("ALTER TABLE notes RENAME TO n", "CREATE VIEW notes AS SELECT * FROM n")),
    ("legacy", "has a view, “v”", ("CREATE VIEW v AS SELECT 1",)),
    ("modern", "has a trigger, “t”", ("CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM cards; END",)),
    (
        "legacy",
        "has a virtual table, “revlog”",
        ("DROP TABLE revlog", "CREATE VIRTUAL TABLE revlog USING rtree(id, a, b)"),
    ),
    ("legacy", "has a virtual table, “x”", schema("'create' || char(10) || 'virtual table x using rtree(id, a, b)'")),
    ("legacy", "cannot be read", schema("'CREATE TABLE x' || char(10) || '(a' || char(27) || ' b'")),
    ("legacy", "cannot be read", schema("'CREATE TABLE x (a)'", root=999_999)),
    ("legacy", "cannot be read", schema(f"'CREATE TABLE x (a CHECK ({'(' * 50}1{')+1' * 50}))'", root=2)),
    ("legacy", "cannot be read", (f"CREATE TABLE x ({', '.join(f'c{n}' for n in range(200))})",)),
    ("legacy", "cannot be read", (f"CREATE TABLE x (a /* {'x' * 30_000} */)",)),
    ("legacy", "more than 1000 tables", tuple(f"CREATE TABLE x{n} (a)" for n in range(1001))),
    (
        "legacy",
        "computes its column time",
        ("ALTER TABLE revlog DROP COLUMN time", "ALTER TABLE revlog ADD COLUMN time AS (hex(zeroblob(100000000)))"),
    ),
    *[
        (
            "legacy",
            f"the {table} are out of order",
            (
                f"ALTER TABLE {table} RENAME TO old",
                f"CREATE TABLE {table} AS SELECT * FROM old UNION ALL SELECT * FROM old",
            ),
        )
        for table in ("notes", "cards")
    ],
    *[
        (
            "legacy",
            "the notes are out of order",
            (
                "ALTER TABLE notes RENAME TO old",
                "CREATE TABLE notes AS SELECT * FROM old",
                f"UPDATE notes SET id = {value}",
            ),
        )
        for value in ("NULL", "'x'", "1.5", "x'00'", "3")
    ],
]


@pytest.mark.parametrize(
    ("form", "why", "statements"),
    COLLECTIONS,
    ids=[f"{form}-{statements[0][:50]}" for form, _, statements in COLLECTIONS],
)
def test_a_collection_that_is_none_of_anki_s_is_refused(
    form: str, why: str, statements: tuple[str, ...], parts: dict[str, Parts], desk: Path
) -> None:
    forged = changed(parts[form], by(*statements))
    refused(packed(desk / "deck.apkg", forged), why)


@pytest.mark.parametrize(
    "value", ["NULL", "'text'", "x'ff00ff'", "-9223372036854775808", "9223372036854775807", "1e300", "''"]
)
@pytest.mark.parametrize(
    ("form", "table"),
    [
        *[("legacy", table) for table in ("notes", "cards", "revlog")],
        *[("modern", table) for table in ("notes", "decks", "fields", "templates", "notetypes", "config")],
    ],
)
def test_any_value_in_any_column_is_no_crash(
    table: str, value: str, form: str, parts: dict[str, Parts], desk: Path
) -> None:
    """Whatever the columns declare, SQLite gives what is there: it is read as something sane, or refused."""

    def loosen(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA writable_schema = ON")
        sql = "replace(replace(sql, 'NOT NULL', ''), 'PRIMARY KEY', '')"
        db.execute(f"UPDATE sqlite_master SET sql = {sql} WHERE name = '{table}' AND sql NOT LIKE '%WITHOUT ROWID%'")

    loose = changed(parts[form], loosen)
    columns = []
    changed(loose, lambda db: columns.extend(row[1] for row in db.execute(f"PRAGMA table_info({table})")))
    variants = []
    for column in columns:
        with_rows = "INSERT OR IGNORE INTO revlog VALUES (1600000000000, 1, -1, 3, 1, 1, 2500, 1000, 1)"
        update = f"UPDATE OR IGNORE {table} SET {column} = {value}"
        try:
            variants.append(changed(loose, by(with_rows, update)))
        except sqlite3.IntegrityError:  # a primary key without a row id is never NULL
            assert value == "NULL"
    for variant in variants:
        path = packed(desk / "deck.apkg", variant)
        try:
            with open_package(path) as package:
                holds(package.collection)
        except ExchangeError as error:
            told(error, path, "collection|Protocol Buffers")


# --- pages ---


@pytest.fixture
def database(parts: dict[str, Parts], tmp_path: Path) -> Callable[[Callable[[sqlite3.Connection], object]], Pages]:
    """A collection to forge the pages of, after a change by SQL."""

    def make(change: Callable[[sqlite3.Connection], object]) -> Pages:
        content = changed(parts["legacy"], change)["collection.anki21"]
        return Pages(tmp_path / "forged", bytearray(content))

    return make


class Pages:
    """The pages of a database (https://www.sqlite.org/fileformat2.html), counted from 1."""

    def __init__(self, path: Path, content: bytearray) -> None:
        self.path, self.content = path, content
        self.size = struct.unpack_from(">H", content, 16)[0]
        path.write_bytes(content)
        db = sqlite3.connect(path)
        self.notes = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'notes'").fetchone()[0]
        db.close()

    def at(self, page: int) -> int:
        return (page - 1) * self.size

    def cells(self, page: int) -> list[int]:
        """Where the cells of a page of a table begin."""
        start = self.at(page)
        kind, _, count = struct.unpack_from(">BHH", self.content, start)
        pointers = start + (12 if kind == 5 else 8)
        return [start + place for place in struct.unpack_from(f">{count}H", self.content, pointers)]

    def refused(self, why: str) -> None:
        struct.pack_into(">I", self.content, 28, len(self.content) // self.size)
        self.path.write_bytes(self.content)
        with pytest.raises(ExchangeError, match=why) as caught:
            read_collection(self.path)
        assert caught.value.message.isprintable()


Database = Callable[[Callable[[sqlite3.Connection], object]], Pages]


def copies(count: int, text: str) -> Callable[[sqlite3.Connection], object]:
    """Many notes of the first one's type."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    return by(
        f"INSERT INTO notes SELECT i, 'g' || i, (SELECT min(mid) FROM notes), 0, 0, '', {text}, 0, 0, 0, '' "
        f"FROM ({numbers} SELECT i FROM n)",
        "DELETE FROM notes WHERE id > 1000000",
        "DELETE FROM cards",
    )


def test_pages_in_a_long_chain_are_refused(database: Database) -> None:
    """A page whose only child is a page whose only child …: a check that follows them by recursion ends the process."""
    pages = database(by("PRAGMA page_size = 512", "VACUUM"))
    assert pages.size == 512
    first, length = len(pages.content) // 512 + 1, 150_000
    pages.content[pages.at(pages.notes) : pages.at(pages.notes + 1)] = inner(512, first)
    for number in range(length):
        pages.content += inner(512, first + number + 1)
    pages.content += struct.pack(">BHHHB", 13, 0, 0, 512, 0).ljust(512, b"\0")
    pages.refused("cannot be read: database disk image is malformed")


def inner(size: int, child: int) -> bytes:
    return struct.pack(">BHHHBI", 5, 0, 0, size, 0, child).ljust(size, b"\0")


def test_pages_that_are_met_again_are_refused(database: Database) -> None:
    """A page with the same child a hundred times, eight levels deep, would be more notes than there are bytes anywhere."""
    pages = database(copies(5000, "'a' || char(31) || 'b'"))
    cells = pages.cells(pages.notes)
    assert len(cells) > 5
    assert pages.content[pages.at(pages.notes)] == 5
    for cell in cells:
        pages.content[cell : cell + 4] = pages.content[cells[0] : cells[0] + 4]
    pages.refused("the notes are out of order")


def test_a_page_that_is_its_own_child_is_refused(database: Database) -> None:
    pages = database(copies(5000, "'a' || char(31) || 'b'"))
    for cell in pages.cells(pages.notes):
        struct.pack_into(">I", pages.content, cell, pages.notes)
    pages.refused("out of order|malformed")


def test_a_text_that_many_rows_share_is_refused(database: Database) -> None:
    """Six notes of half a megabyte in a file that has room for one: a sound file is longer than its text."""
    length = 499_728  # of each only the first 600 bytes stand on the page of the notes
    pages = database(copies(6, f"hex(zeroblob({length // 2}))"))
    cells = pages.cells(pages.notes)
    assert len(cells) == 6
    links = []
    for cell in cells:
        payload, width = number_at(pages.content, cell)
        assert length < payload < length + 200
        least = (pages.size - 12) * 32 // 255 - 23
        local = least + (payload - least) % (pages.size - 4)
        local = local if local <= pages.size - 35 else least
        links.append(cell + width + number_at(pages.content, cell + width)[1] + local)
    last = first = struct.unpack_from(">I", pages.content, links[0])[0]
    while following := struct.unpack_from(">I", pages.content, pages.at(last))[0]:
        last = following
    for link in links:
        struct.pack_into(">I", pages.content, link, first)
    del pages.content[pages.at(last + 1) :]
    assert len(pages.content) < 2 * length
    pages.refused("it has more text than its file is long")


def number_at(content: bytearray, at: int) -> tuple[int, int]:
    """SQLite's own varint, big end first, and how many bytes it has."""
    value = 0
    for width in range(9):
        value = value << 7 | content[at + width] & 0x7F
        if content[at + width] < 0x80:
            return value, width + 1
    raise AssertionError


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_database_that_ends_too_early_is_refused(share: float, parts: dict[str, Parts], desk: Path) -> None:
    for form in ("legacy", "modern"):
        content = parts[form][collection_in(parts[form])]
        whole = unzstd(content) if form == "modern" else content
        refused(
            packed(desk / "deck.apkg", with_collection(parts[form], whole[: int(len(whole) * share)])), "cannot be read"
        )


def test_a_page_of_zeros_is_refused(database: Database) -> None:
    pages = database(by("SELECT 1"))
    pages.content[pages.at(pages.notes) : pages.at(pages.notes + 1)] = bytes(pages.size)
    pages.refused("cannot be read: database disk image is malformed")


def test_reading_takes_no_longer_than_it_may(database: Database) -> None:
    pages = database(copies(5000, "'a' || char(31) || 'b'"))
    with pytest.raises(ExchangeError, match="takes longer than 0 seconds"):
        read_collection(pages.path, replace(LIMITS, seconds=0))


def test_no_more_values_are_read_than_may_be(database: Database) -> None:
    """Notes, their fields and their tags count alike: each is an object."""
    pages = database(copies(100, "'a' || char(31) || 'b'"))
    assert len(read_collection(pages.path, replace(LIMITS, values=400))[0].notes) == 100
    for change in (by("SELECT 1"), by("UPDATE notes SET tags = 'a b c d e f g'")):
        values = 250 if change is None else 300
        with pytest.raises(ExchangeError, match="more notes, cards and reviews than quizcv reads"):
            read_collection(
                database(lambda db, change=change: (copies(100, "''")(db), change(db))).path,
                replace(LIMITS, values=values),
            )


def test_a_text_that_is_too_long_is_refused(database: Database) -> None:
    pages = database(copies(1, f"hex(zeroblob({17 * MIB}))"))
    with pytest.raises(ExchangeError, match="cannot be read: string or blob too big"):
        read_collection(pages.path)


# --- by chance ---

BITS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=8)


def read_or_refused(path: Path, folder: Path) -> None:
    """Whatever the file is: it is read and makes sense, or one line says why not."""
    try:
        with open_package(path) as package:
            holds(package.collection)
            for number, name in enumerate(package.collection.media):
                target = folder / f"out{number}"
                try:
                    package.extract(name, target)
                    target.unlink()
                except ExchangeError as error:
                    told(error, path, "")
                    assert not target.exists()
    except ExchangeError as error:
        told(error, path, "")


@settings(max_examples=150)
@given(form=st.sampled_from(["legacy", "modern"]), bits=BITS, end=st.floats(0.3, 1) | st.just(1.0))
def test_any_damage_to_a_package_is_survived(
    form: str,
    bits: list[tuple[float, int]],
    end: float,
    small: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    content = bytearray(small[form])
    for share, flip in bits:
        content[int(share * len(content))] ^= flip
    folder = tmp_path_factory.getbasetemp()
    path = folder / "damaged.apkg"
    path.write_bytes(content[: int(len(content) * end)])
    read_or_refused(path, folder)


@settings(max_examples=150)
@given(
    form=st.sampled_from(["legacy", "modern"]), bits=BITS, where=st.sampled_from(["collection", "media", "directory"])
)
def test_any_damage_under_right_checksums_is_survived(
    form: str,
    bits: list[tuple[float, int]],
    where: str,
    small: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Where a checksum of the ZIP file would notice, it is made to fit: pages of the database, the list of media."""
    parts = parts_of_bytes(small[form])
    name = collection_in(parts) if where == "collection" else "media"
    content = bytearray(unzstd(parts[name]) if form == "modern" else parts[name])
    for share, flip in bits:
        content[int(share * len(content))] ^= flip
    folder = tmp_path_factory.getbasetemp()
    path = packed(
        folder / "damaged.apkg", {**parts, name: zstd(bytes(content)) if form == "modern" else bytes(content)}
    )
    if where == "directory":
        raw = bytearray(small[form])
        start = zipfile.ZipFile(io.BytesIO(raw)).start_dir
        for share, flip in bits:
            raw[start + int(share * (len(raw) - start))] ^= flip
        path.write_bytes(raw)
    read_or_refused(path, folder)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_refused(message: bytes) -> None:
    """A message read to its end has only fields that lie within it."""
    try:
        found = list(protobuf.fields(message))
    except ExchangeError:
        return
    assert sum(len(value) if isinstance(value, bytes) else 1 for _, value in found) <= len(message)


@given(
    name=st.text(max_size=40),
    size=st.integers(0, 2**32 - 1),
    digest=st.binary(min_size=20, max_size=20),
    other=st.integers(0, 2**31),
)
def test_messages_are_read_as_anki_s_own_protobuf_writes_them(name: str, size: int, digest: bytes, other: int) -> None:
    from anki.import_export_pb2 import MediaEntries

    entry = MediaEntries.MediaEntry(name=name, size=size, sha1=digest, legacy_zip_filename=other)
    ((number, inside),) = protobuf.fields(MediaEntries(entries=[entry]).SerializeToString())
    assert number == 1
    assert isinstance(inside, bytes)
    assert protobuf.texts(inside, 1) == (name,)
    assert protobuf.ints(inside, 2, 255) == (size, other)
    assert dict(protobuf.fields(inside)).get(3) == digest
