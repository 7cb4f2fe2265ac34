"""A file appears under its name when it is whole: until then there is a draft beside it, and nothing if writing fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from quizcv.errors import ExchangeError


@contextmanager
def draft(target: Path) -> Iterator[Path]:
    """The path to write to; at the end it takes the place of `target`, of a link that of the file behind it.

    Raises:
        ExchangeError: it cannot be written, or something stands there that is no file.
    """
    real = target.resolve()
    beside = real.with_name(real.name + ".part")
    try:
        if real.exists() and not real.is_file():
            raise ExchangeError(f"{target} is no file.", "Name another one with --out.")
        real.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield beside
            beside.replace(real)
        finally:
            with suppress(OSError):
                beside.unlink()
    except OSError as error:
        raise unwritable(target, error) from error


def unwritable(target: Path, error: OSError) -> ExchangeError:
    return ExchangeError(f"cannot write {target}: {error.strerror}.", "Name another place with --out.")
