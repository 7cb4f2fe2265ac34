"""A JSON file from the outside in: the members of the outermost object, and of its lists one element at a time.

Memory holds one element, not the file. What JSON leaves open is closed: a name stands once in an object, and there is no NaN.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from itertools import count
from typing import Any, BinaryIO

#: Bytes of an archive, all its files together, and characters of one element.
MOST_BYTES = 1024 * 1024 * 1024
MOST_IN_ELEMENT = 64 * 1024 * 1024

_CHUNK = 1024 * 1024
_ENDS = re.compile(r"[ \t\r\n,:}\]]")
_BLANKS = re.compile(r"[ \t\r\n]*")


class Unreadable(ValueError):
    """This is no JSON that an archive is made of; the message says why, without a place."""


def decoded(text: str) -> Any:
    """What a whole JSON text says.

    Raises:
        Unreadable: nothing that an archive holds.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"this is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise Unreadable("it is nested too deep") from error


def members(stream: BinaryIO) -> Iterator[tuple[str, int | None, Any]]:
    """Name, number and value: `(name, None, value)` for each member of the outermost object; for a list `(name, None, [])`, and then
    its elements as `(name, 0, first)` and so on.

    Raises:
        Unreadable: with the place in the message.
    """
    walk = _Walk(stream)
    try:
        yield from _members(walk)
    except Unreadable as error:
        raise Unreadable(f"{walk.where}: {error}") from error


def _members(walk: _Walk) -> Iterator[tuple[str, int | None, Any]]:
    seen: set[str] = set()
    walk.one_of("{")
    ended = walk.peek() == "}" and walk.one_of("}") == "}"
    while not ended:
        name = walk.value()
        if not isinstance(name, str) or name in seen:
            raise Unreadable("this is not JSON: a name was expected" if name not in seen else f"{name!a} stands twice")
        seen.add(name)
        walk.where = name if name.isprintable() and len(name) < 80 else ascii(name[:80])
        walk.one_of(":")
        if walk.peek() != "[":
            yield name, None, walk.value()
        else:
            yield name, None, []
            for number, element in enumerate(walk.elements()):
                yield name, number, element
        ended = walk.one_of(",}") == "}"
    walk.where = "the end"
    if walk.peek():
        raise Unreadable("something follows")


class _Walk:
    """`text` is what was read and not yet used up, from `at` on; `where` that is, for people."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.text, self.at, self.read, self.ended = "", 0, 0, False
        self.where = "the beginning"

    def more(self) -> bool:
        """Read on, as much again as waits to be understood; False at the end."""
        if self.ended:
            return False
        rest = self.text[self.at :]
        if len(rest) > MOST_IN_ELEMENT:
            raise Unreadable(f"one element of more than {MOST_IN_ELEMENT:,} characters")
        data = self.stream.read(max(_CHUNK, len(rest)))
        self.read += len(data)
        if self.read > MOST_BYTES:
            raise Unreadable(f"an archive of more than {MOST_BYTES:,} bytes")
        self.ended = not data
        try:
            self.text, self.at = rest + self.decoder.decode(data, final=self.ended), 0
        except UnicodeDecodeError as error:
            raise Unreadable("this is not UTF-8") from error
        return not self.ended

    def peek(self) -> str:
        """The next character that is no blank, or nothing at the end."""
        while True:
            blanks = _BLANKS.match(self.text, self.at)
            self.at = blanks.end() if blanks else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def one_of(self, wanted: str) -> str:
        found = self.peek()
        if not found or found not in wanted:
            raise Unreadable(f"this is not JSON: {' or '.join(map(repr, wanted))} was expected")
        self.at += 1
        return found

    def elements(self) -> Iterator[Any]:
        name = self.where
        self.one_of("[")
        ended = self.peek() == "]" and self.one_of("]") == "]"
        for number in count():
            if ended:
                break
            self.where = f"{name}[{number}]"
            yield self.value()
            ended = self.one_of(",]") == "]"

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if not self.more():
                    raise Unreadable(f"this is not JSON: {error.msg}") from error
                continue
            except RecursionError as error:
                raise Unreadable("it is nested too deep") from error
            if self.ended or _ENDS.match(self.text, end):
                self.at = end
                return found
            self.more()  # it may go on in the file, as a number does: of `-1.5` this can be `-1.`


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unreadable("a name stands twice in one object")
    return found


def _number(digits: str) -> int:
    try:
        return int(digits)
    except ValueError as error:  # Python reads no more than some thousand digits
        raise Unreadable(f"a number of {len(digits):,} digits") from error


def _real(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise Unreadable("a number that is too large")
    return found


def _constant(word: str) -> Any:
    raise Unreadable(f"{word} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_number, parse_float=_real, parse_constant=_constant)
