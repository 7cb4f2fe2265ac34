"""The CSV form: six files in a folder or a zip, UTF-8 with a byte order mark (without it Excel would spoil every Chinese text).

A text is written as it is, also where a spreadsheet would take it for a formula: `docs/archive.md` says so.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from quizcv.archived import Archive, ArchivedText, Whole
from quizcv.errors import ExchangeError
from quizcv.exchange.archive import parsing, records
from quizcv.exchange.archive.fields import LONGEST, Faults, Fields, Spot, shown
from quizcv.exchange.archive.gathering import Counts, Follows, Gathering, counted, unreadable
from quizcv.exchange.archive.records import Record
from quizcv.exchange.archive.tables import FILES, TABLES, record, row
from quizcv.exchange.archive.walking import MOST_BYTES
from quizcv.exchange.drafting import draft, unwritable
from quizcv.model import ItemAnswer

#: How many times larger than its zip a file may be, once it is large: ours are ten to thirty times.
_MOST_SQUEEZED, _LARGE = 200, 16 * 1024 * 1024
_ENCODING = "utf-8-sig"


# --- writing ---


def write(whole: Whole, out: Path) -> Counts:
    """Write everything into a folder, or into a zip if the name says so.

    Raises:
        ExchangeError: it cannot be written, or the folder holds other things.
    """
    if out.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory() as place, draft(out) as beside:
            counts = _write_files(whole, Path(place))
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as packed:
                for name in FILES:
                    # A time would make every export another file.
                    entry = zipfile.ZipInfo(name)
                    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                    with Path(place, name).open("rb") as file, packed.open(entry, "w", force_zip64=True) as to:
                        while part := file.read(1 << 20):
                            to.write(part)
        return counts
    try:
        if out.exists() and (not out.is_dir() or {path.name for path in out.iterdir()} - FILES.keys()):
            raise ExchangeError(
                f"{out} is no folder for an archive: something else is there.", "Name a new folder with --out."
            )
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".quizcv-", dir=out.parent) as place:
            counts = _write_files(whole, Path(place))
            for name in FILES:
                Path(place, name).replace(out / name)
    except OSError as error:
        raise unwritable(out, error) from error
    return counts


def _write_files(whole: Whole, folder: Path) -> Counts:
    counts = Counts()
    with ExitStack() as opened:

        def to(table: str) -> Callable[[Record], None]:
            file = opened.enter_context((folder / f"{table}.csv").open("w", encoding=_ENCODING, newline=""))
            writer = csv.writer(file)
            writer.writerow(TABLES[table])
            return lambda said: writer.writerow(row(table, said))

        cards, texts = to("cards"), to("texts")
        for card in counted(whole.cards(), counts, "cards"):
            cards(records.card(card))
            for text in card.texts:
                texts({"card": card.key, **records.text(text)})
        learners, schedule = to("learners"), to("schedule")
        for learner in counted(whole.learners(), counts, "learners"):
            learners(records.learner(learner))
        for state in counted(whole.schedule(), counts, "schedule"):
            schedule(records.scheduled(state))
        reviews, answers = to("reviews"), to("answers")
        for number, review in enumerate(counted(whole.reviews(), counts, "reviews"), start=1):
            reviews({"number": number, **records.review(review)})
            if review.answer is not None:
                answers({"review": number, **records.answer(review.answer)})
    return counts


# --- reading ---


def read(path: Path, follows: Follows) -> Archive:
    """Read an archive whole, from a folder or a zip.

    Raises:
        ExchangeError: it cannot be read.
        Faulty: with all that is wrong in it.
    """
    try:
        if path.is_dir():
            return _Reader(path, lambda name: (path / name).open("rb"), follows).read()
        with zipfile.ZipFile(path) as packed:
            _inspect(path, packed)
            return _Reader(path, packed.open, follows).read()
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise unreadable(path, "it is neither a folder nor a whole zip") from error
    except (NotImplementedError, RuntimeError) as error:  # a compression that this Python has not, a password
        raise unreadable(path, "it is a zip of a kind that is not read") from error
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error


def _inspect(path: Path, packed: zipfile.ZipFile) -> None:
    """Refuse a zip that would become much more than it is. Only our names are ever opened, so where others lead does not matter."""
    ours = [entry for entry in packed.infolist() if entry.filename in FILES]
    if len({entry.filename for entry in ours}) < len(ours):
        raise unreadable(path, "a file stands twice in it")
    if sum(entry.file_size for entry in ours) > MOST_BYTES:
        raise unreadable(path, f"its files have more than {MOST_BYTES:,} bytes")
    for entry in ours:
        if entry.file_size > max(_LARGE, _MOST_SQUEEZED * entry.compress_size):
            raise unreadable(path, f"{entry.filename} is packed too small to be true")


class _Reader:
    """Reads the six files of one archive; `open_` opens one by its name."""

    def __init__(self, path: Path, open_: Callable[[str], IO[bytes]], follows: Follows) -> None:
        self.path, self.open = path, open_
        self.left = MOST_BYTES
        self.faults = Faults(path.name)
        self.lines: dict[str, array[int]] = {table: array("Q") for table in TABLES}
        self.gathered = Gathering(self.faults, lambda table, number: _spot(table, self.lines[table][number]), follows)

    def read(self) -> Archive:
        with _large_cells():
            return self._read()

    def _read(self) -> Archive:
        texts = self._texts()
        for fields in self._fields("cards", parsing.CARD):
            key = parsing.name_in(fields.record, "key")
            self.gathered.card(parsing.card(fields, tuple(texts.pop(key, ()))), key)
        for key in texts:
            self.faults.add("texts.csv", f"there is no card {shown(key)}")
        for fields in self._fields("learners", parsing.LEARNER):
            self.gathered.learner(parsing.learner(fields), parsing.name_in(fields.record, "name"))
        for fields in self._fields("schedule", parsing.SCHEDULED):
            self.gathered.scheduled(parsing.scheduled(fields))
        answers = self._answers()
        for number, fields in enumerate(self._fields("reviews", parsing.REVIEW | {"number"}), start=1):
            if fields.number("number", 0, MOST_BYTES) != number:
                fields.wrong("number", f"reviews are numbered from 1 on; this is number {number}")
            self.gathered.review(parsing.review(fields, answers.pop(number, None)))
        for number in answers:
            self.faults.add("answers.csv", f"there is no review {number}")
        return self.gathered.settled()

    def _texts(self) -> dict[str, list[ArchivedText]]:
        found: dict[str, list[ArchivedText]] = defaultdict(list)
        for fields in self._fields("texts", parsing.TEXT | {"card"}):
            text = parsing.text(fields)
            if text is not None:
                found[fields.text("card")].append(text)
        return found

    def _answers(self) -> dict[int, ItemAnswer]:
        found: dict[int, ItemAnswer] = {}
        for fields in self._fields("answers", parsing.ANSWER | {"review"}):
            number, answer = fields.number("review", 1, MOST_BYTES), parsing.answer(fields)
            if number in found:
                fields.wrong("review", "it has an answer already")
            if answer is not None:
                found[number] = answer
        return found

    def _fields(self, table: str, known: frozenset[str]) -> Iterator[Fields]:
        name = f"{table}.csv"
        try:
            raw = self.open(name)
        except (KeyError, FileNotFoundError):
            self.faults.add(name, "this file is missing")
            return
        with raw, io.TextIOWrapper(_Bounded(self, raw), _ENCODING, newline="") as text:  # type: ignore[type-var]
            rows = csv.reader(text, strict=True)
            try:
                header = next(rows, [])
                if not self._header(table, header):
                    return
                line = rows.line_num + 1
                for cells in rows:
                    yield from self._record(table, header, cells, line, known)
                    line = rows.line_num + 1
            except csv.Error as error:
                self.faults.add(f"{name}:{rows.line_num}", f"this is not CSV: {error}")
            except UnicodeDecodeError:
                self.faults.add(f"{name}:{rows.line_num}", "this is not UTF-8: choose `CSV UTF-8` where you save it")

    def _header(self, table: str, header: list[str]) -> bool:
        wanted = TABLES[table]
        for column in wanted:
            if header.count(column) != 1:
                self.faults.add(f"{table}.csv:1", f"it has not one column {column}")
        for column in header:
            if column not in wanted:
                self.faults.add(f"{table}.csv:1", f"{shown(column)} is no column; a newer quizcv may have written it")
        return sorted(header) == sorted(wanted)

    def _record(
        self, table: str, header: list[str], cells: list[str], line: int, known: frozenset[str]
    ) -> Iterator[Fields]:
        if not cells:  # an empty line
            return
        if len(cells) != len(header):
            self.faults.add(f"{table}.csv:{line}", f"{len(cells)} cells, where the header has {len(header)}")
            return
        self.lines[table].append(line)
        yield Fields(record(table, header, cells), _spot(table, line), self.faults, known)


def _spot(table: str, line: int) -> Spot:
    return Spot(f"{table}.csv:{line}", ": ")


class _Bounded(io.RawIOBase):
    """Hands on what it reads, until all files together were too large."""

    def __init__(self, reader: _Reader, raw: IO[bytes]) -> None:
        super().__init__()
        self.reader, self.raw = reader, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.raw.read(len(buffer))
        self.reader.left -= len(data)
        if self.reader.left < 0:
            raise unreadable(self.reader.path, f"its files have more than {MOST_BYTES:,} bytes")
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def _large_cells() -> Iterator[None]:
    """Let a cell be as large as a text may be. The limit is the whole process's: it is put back."""
    before = csv.field_size_limit(2 * LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)
