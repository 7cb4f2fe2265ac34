"""The public form and the example model are what docs/items.md says."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from quizcv import testing
from quizcv.items import models
from quizcv.model import LEVELS
from quizcv.published import PublishedItem
from quizcv.reference import running
from quizcv.verify import verified

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "item.schema.json").read_text(encoding="utf-8"))
EXAMPLE = DOCS / "examples" / "pooled_sound.py"


@pytest.mark.parametrize("name", sorted(models()))
def test_items_are_of_the_published_form(name: str) -> None:
    """A few items of every model against the JSON Schema, through JSON and back."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    with running():
        for level in LEVELS:
            item = verified(models()[name].item(3, 0, level)).published()
            data = json.loads(json.dumps(item.to_json(), allow_nan=False))
            validator.validate(data)
            assert PublishedItem.from_json(data) == item


def test_the_schema_is_strict() -> None:
    """It would notice: a field too many, a kind that is none."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    with running():
        data = verified(models()["conv_output"].item(3, 0, 1)).published().to_json()
    for change in ({"more": 1}, {"answer_type": "word"}, {"key": None}, {"level": 4}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate({**data, **change})


def test_a_newer_form_is_refused() -> None:
    """Not read wrongly."""
    with running():
        data = verified(models()["conv_output"].item(3, 0, 1)).published().to_json()
    with pytest.raises(ValueError, match="format 2"):
        PublishedItem.from_json({**data, "format": 2})


@pytest.mark.parametrize("level", LEVELS)
def test_the_example_conforms(level: int) -> None:
    """A model as the docs have it, short as it is, passes the conformance test."""
    module = runpy.run_path(str(EXAMPLE))
    testing.check_model(module["MODEL"], level, count=200)


def test_the_page_shows_the_example_as_it_is() -> None:
    """Word for word, and it is short."""
    source = EXAMPLE.read_text(encoding="utf-8").rstrip()
    assert f"```python\n{source}\n```" in (DOCS / "items.md").read_text(encoding="utf-8")
    assert len([line for line in source.splitlines() if line]) <= 42


def test_the_item_decks_have_a_card_for_every_model() -> None:
    """`python docs/make_item_decks.py` writes them anew."""
    done = subprocess.run([sys.executable, str(DOCS / "make_item_decks.py"), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_readme_counts_the_models() -> None:
    """The number it gives is the number there is."""
    assert f"{len(models())} item models" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
