"""The JSON form: one object, a line for each record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from quizcv.archived import Archive, Whole
from quizcv.errors import ExchangeError
from quizcv.exchange.archive import parsing, records
from quizcv.exchange.archive.fields import Faults, Fields, Spot, shown
from quizcv.exchange.archive.gathering import Counts, Follows, Gathering, counted, unreadable
from quizcv.exchange.archive.records import FORMAT, VERSION, Record
from quizcv.exchange.archive.walking import Unreadable, members

_SECTIONS = ("cards", "learners", "schedule", "reviews")


def write(whole: Whole, stream: BinaryIO) -> Counts:
    """Write everything; returns how much it was."""
    counts = Counts()
    sections: dict[str, Iterable[Record]] = {
        "cards": map(_card, counted(whole.cards(), counts, "cards")),
        "learners": map(records.learner, counted(whole.learners(), counts, "learners")),
        "schedule": map(records.scheduled, counted(whole.schedule(), counts, "schedule")),
        "reviews": map(_review, counted(whole.reviews(), counts, "reviews")),
    }
    stream.write(f'{{\n"format": {json.dumps(FORMAT)},\n"version": {VERSION}'.encode())
    for name in _SECTIONS:
        stream.write(f',\n"{name}": ['.encode())
        between = b"\n"
        for record in sections[name]:
            stream.write(between)
            stream.write(_line(record))
            between = b",\n"
        stream.write(b"]")
    stream.write(b"\n}\n")
    return counts


def _card(value: Any) -> Record:
    return {**records.card(value), "texts": [records.text(one) for one in value.texts]}


def _review(value: Any) -> Record:
    answer = {} if value.answer is None else {"answer": records.answer(value.answer)}
    return {**records.review(value), **answer}


def _line(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def read(path: Path, follows: Follows) -> Archive:
    """Read an archive whole.

    Raises:
        ExchangeError: it cannot be read, is no archive, or a newer quizcv wrote it.
        Faulty: with all that is wrong in it.
    """
    try:
        with path.open("rb") as stream:
            return _Reader(path, follows).read(stream)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    except Unreadable as error:
        raise unreadable(path, str(error)) from error


class _Reader:
    """Reads one file. A list that is missing is empty only to those who look no further: it is a fault."""

    def __init__(self, path: Path, follows: Follows) -> None:
        self.path = path
        self.faults = Faults(path.name)
        self.gathered = Gathering(self.faults, lambda section, number: Spot(f"{section}[{number}]"), follows)
        self.add: dict[str, Callable[[Any, Spot], None]] = {
            "cards": self._card,
            "learners": self._learner,
            "schedule": self._scheduled,
            "reviews": self._review,
        }

    def read(self, stream: BinaryIO) -> Archive:
        seen: set[str] = set()
        for name, number, value in members(stream):
            seen.add(name)
            if number is None:
                self._member(name, value)
            elif name in self.add:
                self.add[name](value, Spot(f"{name}[{number}]"))
        if "format" not in seen:
            raise unreadable(self.path, f"it does not say that it is a {FORMAT}")
        for name in ("version", *_SECTIONS):
            if name not in seen:
                self.faults.add(name, "it is missing")
        return self.gathered.settled()

    def _member(self, name: str, value: Any) -> None:
        if name == "format" and value != FORMAT:
            raise unreadable(self.path, f"it is no {FORMAT}")
        if name == "version" and value != VERSION:
            if type(value) is int and value > VERSION:
                raise ExchangeError(
                    f"{self.path} is an archive of version {value}; this quizcv knows up to {VERSION}.",
                    "Upgrade quizcv (`pip install -U quizcv`). Nothing was changed.",
                )
            self.faults.add(name, f"{shown(value)} is no version")
        if name in _SECTIONS and value != []:
            self.faults.add(name, f"{shown(value)} is not a list")
        if name not in ("format", "version", *_SECTIONS):
            self.faults.add(name if name.isidentifier() else shown(name), "there is no such field")

    def _card(self, record: Any, spot: Spot) -> None:
        texts = []
        if isinstance(record, dict):
            found = record.pop("texts", [])
            if not isinstance(found, list):
                self.faults.add(spot("texts"), f"{shown(found)} is not a list")
                found = []
            for number, text in enumerate(found):
                fields = Fields(text, spot.within(f"texts[{number}]"), self.faults, parsing.TEXT)
                texts.append(parsing.text(fields))
        card = parsing.card(
            Fields(record, spot, self.faults, parsing.CARD), tuple(text for text in texts if text is not None)
        )
        self.gathered.card(card, parsing.name_in(record, "key"))

    def _learner(self, record: Any, spot: Spot) -> None:
        fields = Fields(record, spot, self.faults, parsing.LEARNER)
        self.gathered.learner(parsing.learner(fields), parsing.name_in(record, "name"))

    def _scheduled(self, record: Any, spot: Spot) -> None:
        self.gathered.scheduled(parsing.scheduled(Fields(record, spot, self.faults, parsing.SCHEDULED)))

    def _review(self, record: Any, spot: Spot) -> None:
        answer = None
        if isinstance(record, dict) and "answer" in record:
            fields = Fields(record.pop("answer"), spot.within("answer"), self.faults, parsing.ANSWER)
            answer = parsing.answer(fields)
        self.gathered.review(parsing.review(Fields(record, spot, self.faults, parsing.REVIEW), answer))
