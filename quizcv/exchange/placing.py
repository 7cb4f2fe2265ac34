"""Writing what a foreign file became: deck files and their media into one folder, all of it or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from quizcv.errors import ExchangeError

#: How many names an error lists.
NAMED = 5


def place(files: Mapping[str, bytes | Path], folder: Path) -> int:
    """Write files, by their paths relative to `folder`; a Path is a file whose contents are copied. Returns how many are new.

    A file that is there already with the same contents is left alone.

    Raises:
        ExchangeError: one is there with other contents, or the folder cannot be written; nothing is changed.
    """
    there = {name for name in files if (folder / name).exists()}
    if others := sorted(name for name in there if not _same(folder / name, files[name])):
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        raise ExchangeError(
            f"{folder} holds other files of these names: {', '.join(others[:NAMED])}{more}.",
            "Choose another folder with --to, or move them away.",
        )
    new = [name for name in files if name not in there]
    if not new:
        return 0
    placed: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Beside where they go: within one file system a finished file appears under its name in one step.
        with tempfile.TemporaryDirectory(prefix=".quizcv-", dir=folder) as draft:
            for number, name in enumerate(new):
                _write(Path(draft) / str(number), files[name])
            for number, name in enumerate(new):
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                placed.append(Path(draft, str(number)).replace(target))
    except BaseException as error:  # Ctrl-C as well
        for path in placed:
            with suppress(OSError):
                path.unlink()
        if not isinstance(error, OSError):
            raise
        raise ExchangeError(
            f"cannot write to {folder}: {error.strerror}.", "Choose another folder with --to."
        ) from error
    return len(new)


def _same(path: Path, wanted: bytes | Path) -> bool:
    try:
        return path.read_bytes() == (wanted if isinstance(wanted, bytes) else wanted.read_bytes())
    except OSError:
        return False


def _write(path: Path, wanted: bytes | Path) -> None:
    if isinstance(wanted, bytes):
        path.write_bytes(wanted)
    else:
        shutil.copyfile(wanted, path)
