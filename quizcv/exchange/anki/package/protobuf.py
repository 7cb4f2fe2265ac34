"""The wire format of Protocol Buffers, as far as Anki's packages use it (https://protobuf.dev/programming-guides/encoding/).

A message is read field by field in one pass: whatever the bytes are, no more is kept than was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.package.limits import AGAIN

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
#: The longest varint: 64 bits in groups of 7.
_LONGEST = 10


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field, in order. A varint is an unsigned 64-bit int, everything else its bytes.

    Raises:
        ExchangeError: the bytes are no message.
    """
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise _broken("a field has no number")
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            length, at = _varint(message, at)
        elif wire in (_EIGHT, _FOUR):
            length = 8 if wire == _EIGHT else 4
        else:
            raise _broken(f"a field is of the unknown kind {wire}")
        if length > len(message) - at:
            raise _broken("it ends within a field")
        yield number, message[at : at + length]
        at += length


def ints(message: bytes, *numbers: int) -> tuple[int, ...]:
    """The values of these fields, 0 for one that is absent or is no varint; of several, the last counts."""
    found = {number: value for number, value in fields(message) if number in numbers and isinstance(value, int)}
    return tuple(found.get(number, 0) for number in numbers)


def texts(message: bytes, *numbers: int) -> tuple[str, ...]:
    """The values of these fields as text, empty for one that is absent or is a number; of several, the last counts."""
    found = {number: value for number, value in fields(message) if number in numbers and isinstance(value, bytes)}
    return tuple(found.get(number, b"").decode("utf-8", "replace") for number in numbers)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(message[at : at + _LONGEST]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + place + 1
    raise _broken("a number has no end")


def _broken(why: str) -> ExchangeError:
    return ExchangeError(f"a Protocol Buffers message inside is damaged: {why}.", AGAIN)
