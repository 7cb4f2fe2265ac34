"""The manifest of an exam: everything that its bytes follow from, and what they were.

The questions from decks stand in it themselves, since decks change; items follow from model, version and seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from quizcv.errors import ExamError
from quizcv.exam.assembly import ASSEMBLY, Asked
from quizcv.exam.blueprint import TheoryCell, from_json
from quizcv.exam.form import Exam, Theory
from quizcv.items import models

FORMAT, VERSION = "quizcv exam", 1
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was asked, in which formats, and the digests of the files that came of it (by name)."""

    asked: Asked
    formats: tuple[str, ...]
    files: Mapping[str, str]


def manifest(asked: Asked, exam: Exam, formats: Sequence[str], files: Mapping[str, bytes], quizcv: str) -> bytes:
    """The manifest as a file; `quizcv` is the version that writes it."""
    items = [question.item for form in exam.forms for question in form.questions if question.item]
    said: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "quizcv": quizcv,
        "engine": items[0].verification.engine if items else "",
        "assembly": ASSEMBLY,
        "blueprint": asked.blueprint.to_json(),
        "seed": asked.seed,
        "lang": asked.lang,
        "forms": asked.forms,
        "shared": asked.shared,
        "formats": list(formats),
        "models": {item.model: item.version for item in sorted(items, key=lambda item: item.model)},
        "theory": [
            [asdict(card) for card in asked.cards(cell)] if isinstance(cell, TheoryCell) else None
            for cell in asked.blueprint.cells
        ],
        "form_ids": [form.id for form in exam.forms],
        "files": {name: sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def read(data: bytes, path: str) -> Manifest:
    """What a manifest asks for.

    Raises:
        ExamError: it is no manifest, a newer one, or item models have changed since.
    """
    try:
        said = json.loads(data)
        if said["format"] != FORMAT:
            raise ExamError(f"{path} is not the manifest of an exam.", "`quizcv exam new` writes one beside the forms.")
        if said["version"] != VERSION or said["assembly"] != ASSEMBLY:
            raise ExamError(f"{path} was written by another version of quizcv ({said['quizcv']}).", "Use that one.")
        _same_models(said["models"], path, said["quizcv"])
        blueprint = from_json(said["blueprint"])
        cards = {
            cell: [Theory(**{**card, "wrong": tuple(card["wrong"])}) for card in stated]
            for cell, stated in zip(blueprint.cells, said["theory"], strict=True)
            if isinstance(cell, TheoryCell)
        }
        asked = Asked(blueprint, said["forms"], said["seed"], said["lang"], lambda cell: cards[cell], said["shared"])
        return Manifest(asked, tuple(said["formats"]), said["files"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        hint = "`quizcv exam new` writes one beside the forms."
        raise ExamError(f"{path} cannot be read as a manifest ({error!r:.80}).", hint) from error


def _same_models(versions: Mapping[str, int], path: str, quizcv: str) -> None:
    known = models()
    changed = [name for name, version in versions.items() if name not in known or known[name].version != version]
    if changed:
        raise ExamError(
            f"{path}: these item models have changed since: {', '.join(changed)}.",
            f"quizcv {quizcv} makes the same exam again.",
        )
