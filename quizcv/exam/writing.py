"""An exam into a folder: written aside, then renamed, so that it is there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from quizcv.errors import ExamError
from quizcv.exam.form import Exam
from quizcv.exam.manifest import NAME
from quizcv.exam.renderers import renderer_named


def rendered(exam: Exam, formats: Sequence[str]) -> dict[str, bytes]:
    """The files of several formats, by name.

    Raises:
        UsageError: there is no such format.
        ExamError: a renderer lacks something, or two write the same file.
    """
    files: dict[str, bytes] = {}
    for name in formats:
        for path, data in renderer_named(name).render(exam).items():
            if path in files and files[path] != data:
                raise ExamError(f"two formats both write {path}; {name} is the second.", "Ask for one of them.")
            files[path] = data
    return files


def check_free(folder: Path) -> None:
    """Refuse a folder that something is in, before any work is done for it.

    Raises:
        ExamError: there is something, or it is no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExamError(f"{folder} is not empty.", "Name a new folder with --out.")


def write(files: Mapping[str, bytes], manifest: bytes, folder: Path) -> None:
    """Write an exam's files and its manifest; as `place`."""
    place({**files, NAME: manifest}, folder)


def place(files: Mapping[str, bytes], folder: Path) -> None:
    """Write all files into `folder`, which must not be there or be empty.

    Raises:
        ExamError: it is not empty, or cannot be written; nothing is left behind.
    """
    check_free(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, data in files.items():
                target = draft / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            draft.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            draft.rename(folder)
        finally:
            if draft.exists():
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise ExamError(f"cannot write to {folder}: {error.strerror}.", "Name another folder with --out.") from error
