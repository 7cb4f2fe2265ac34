"""The first items of every model are those they were when it was written: on every machine, in every process, for ever.

After a wanted change of a model, give it a new version and run `python tests/items/test_determinism.py`, which writes the hashes anew.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from quizcv.items import ItemModel, models
from quizcv.model import LEVELS
from quizcv.published import plain
from quizcv.verify.item import params_of

STORED = Path(__file__).with_name("hashes.json")
COUNT = 20


def digest(model: ItemModel) -> str:
    """Of the first items: parameters, key, distractors with their reasons, stem and solution; what PyTorch says is not of it."""
    sha = hashlib.sha256()
    for index in range(COUNT):
        item = model.item(2026, index, LEVELS[index % 3])
        wrong = [[plain(item.answer.settle(value)), why.en, why.zh] for value, why in item.distractors]
        texts = [item.stem.en, item.stem.zh, item.solution.en, item.solution.zh]
        key = plain(item.answer.settle(item.key))
        params = {name: plain(value) for name, value in params_of(item.question, item.spec).items()}
        sha.update(json.dumps([params, key, wrong, texts], sort_keys=True).encode())
    return f"{model.version}:{sha.hexdigest()[:32]}"


@pytest.mark.parametrize("name", sorted(models()))
def test_the_first_items_are_as_they_were(name: str) -> None:
    """If this fails, items changed: bump the model's version, or take the change back."""
    assert json.loads(STORED.read_text())[name] == digest(models()[name])


def test_no_hash_is_left_over() -> None:
    """A model that is gone has none."""
    assert set(json.loads(STORED.read_text())) == set(models())


def test_another_process_draws_the_same() -> None:
    """With another hash seed for strings and sets."""
    code = (
        "import sys; sys.path.insert(0, 'tests/items'); from test_determinism import digest; from quizcv.items import models; "
        "print(*(digest(model) for model in models().values()))"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == [digest(model) for model in models().values()]


if __name__ == "__main__":
    STORED.write_text(json.dumps({name: digest(model) for name, model in sorted(models().items())}, indent=0) + "\n")
