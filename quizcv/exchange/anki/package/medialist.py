"""The list of a package's media, and which names in it may be those of files."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quizcv.errors import ExchangeError
from quizcv.exchange.anki.package import protobuf
from quizcv.exchange.anki.package.limits import AGAIN, Limits, quoted, size_of

#: The longest name of a file on most systems, in bytes.
_NAME_BYTES = 255
#: Windows opens a device for these, whatever follows the first dot. Anki never exports one.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE | re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Medium:
    """Where a medium is in the archive; `size` is what it must unpack to, if the package says."""

    entry: str
    zstd: bool = False
    size: int | None = None


def media_of_json(raw: bytes, limits: Limits) -> dict[str, Medium]:
    """The list of versions 1 and 2, by name.

    Raises:
        ExchangeError: it is no such list, or a name in it is not that of a file, or comes twice.
    """
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    # A number of too many digits is a ValueError as well, lists in lists in lists a RecursionError.
    except (ValueError, RecursionError) as error:
        raise ExchangeError("its list of media is no JSON, or names an entry twice.", AGAIN) from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise ExchangeError("its list of media does not map entries to names.", AGAIN)
    return _checked(((name, Medium(entry)) for entry, name in found.items()), limits)


def media_of_protobuf(raw: bytes, limits: Limits) -> dict[str, Medium]:
    """The list of version 3, by name: the n-th, from 0, is the entry named n.

    Raises:
        ExchangeError: as for `media_of_json`, or a medium is declared larger than the limits.
    """

    def listed() -> Iterable[tuple[str, Medium]]:
        entries = (value for number, value in protobuf.fields(raw) if number == 1 and isinstance(value, bytes))
        for place, entry in enumerate(entries):
            (name,) = protobuf.texts(entry, 1)
            (size,) = protobuf.ints(entry, 2)
            yield name, Medium(str(place), zstd=True, size=size or None)

    found = _checked(listed(), limits)
    sizes = [medium.size or 0 for medium in found.values()]
    if max(sizes, default=0) > limits.medium:
        raise ExchangeError(f"a medium in it has {size_of(max(sizes))}, the limit is {size_of(limits.medium)}.")
    if sum(sizes) > limits.total:
        raise ExchangeError(f"its media have {size_of(sum(sizes))}, the limit is {size_of(limits.total)}.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _checked(listed: Iterable[tuple[str, Medium]], limits: Limits) -> dict[str, Medium]:
    found: dict[str, Medium] = {}
    for name, medium in listed:
        if why := unsafe(name):
            hint = "Whoever made the package can rename that file."
            raise ExchangeError(f"the name {quoted(name)} of a medium {why}.", hint)
        if name in found:
            raise ExchangeError(f"two of its media are named {quoted(name)}.", AGAIN)
        if len(found) == limits.entries:
            raise ExchangeError(f"it lists more than {limits.entries} media.")
        found[name] = medium
    return found


def unsafe(name: str) -> str:
    """Why this is no name of a file that can be put into a folder on every system; empty if it is one."""
    if not name.strip(". "):
        return "is empty" if not name else "means a folder"
    if "/" in name or "\\" in name or _DRIVE.match(name):
        return "is a path"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "has control characters or broken letters"
    if len(name.encode()) > _NAME_BYTES:
        return f"is longer than {_NAME_BYTES} bytes"
    return "is that of a device on Windows" if _DEVICE.fullmatch(name) else ""
