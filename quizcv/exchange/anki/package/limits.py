"""How much a package may cost to read. Its sizes are claims and its numbers may lie, so every bound is kept while reading."""

from __future__ import annotations

from dataclasses import dataclass

from quizcv.errors import ExchangeError

#: What to do about nearly everything that can be wrong with a package.
AGAIN = "Export it from Anki once more."

#: How much of a foreign name or message an error repeats.
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one package, in bytes unless they say otherwise."""

    #: Files in the archive: several times what a learner gathers in years; each costs about 1 kB of memory.
    entries: int = 200_000
    #: The unpacked database: a million notes of 500 characters with their reviews fit.
    collection: int = 1 << 30
    #: One unpacked picture or sound; an hour of uncompressed speech fits.
    medium: int = 256 << 20
    #: All that is unpacked while one package is open: what a disk is likely to have left.
    total: int = 8 << 30
    #: Times a file may grow. Collections grow tenfold, near-empty ones hundredfold; a bomb made of zeros, thousandfold.
    ratio: int = 200
    #: Below this size a file may grow as it likes.
    ratio_from: int = 16 << 20
    #: Notes, fields, tags, cards and reviews together (a count): about 2 GB as objects.
    values: int = 20_000_000
    #: Seconds for all queries together; a collection at the other bounds needs about a minute.
    seconds: float = 120


LIMITS = Limits()


class Meter:
    """What was read of a database so far.

    A sound one holds no more text than it has bytes. One whose pages are linked in circles, or are shared by many rows,
    is small and never ends.
    """

    def __init__(self, size: int, limits: Limits) -> None:
        self._text = size
        self._values = limits.values

    def spend(self, values: int, text: int = 0) -> None:
        """Count values (rows, fields, tags) and characters.

        Raises:
            ExchangeError: too many of them.
        """
        self._values -= values
        self._text -= text
        if self._values < 0:
            raise ExchangeError(
                "its collection has more notes, cards and reviews than quizcv reads.", "Export fewer decks at once."
            )
        if self._text < 0:
            raise ExchangeError("its collection is damaged: it has more text than its file is long.", AGAIN)


class Problems:
    """What could not be read and was left out: a line for each kind, however many there are."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, object]] = {}

    def add(self, what: str, which: object) -> None:
        count, first = self._seen.get(what, (0, which))
        self._seen[what] = count + 1, first

    def lines(self) -> tuple[str, ...]:
        return tuple(f"{what}: {count} (the first: {first})" for what, (count, first) in self._seen.items())


def one_line(said: object) -> str:
    """A foreign text as part of an error: without line breaks, control or invisible characters, and not long."""
    text = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(said)[: _SHOWN + 1]
    )
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def quoted(name: object) -> str:
    return f"“{one_line(name)}”"


def size_of(count: int) -> str:
    """Bytes as people read them."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} bytes"
