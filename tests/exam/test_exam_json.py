"""The JSON form is what its schema says, and comes back as the same form."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from test_assembly import blueprint, exam, theory

from quizcv.errors import ExamError
from quizcv.exam.blueprint import ItemCell, Style, TheoryCell
from quizcv.exam.form import Exam
from quizcv.exam.renderers import formats, renderer_named
from quizcv.exam.renderers.jsonform import JsonRenderer, read

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "exam.schema.json").read_text(encoding="utf-8"))
ITEM = json.loads((DOCS / "item.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def mixed() -> Exam:
    """Every style of question, in Chinese."""
    of = blueprint(
        ItemCell(3, 1.5, "conv_shape"), ItemCell(2, 2.0, "conv_params", level=2, style=Style.CHOICE), ItemCell(2, 1.0, "nms_survivors"),
        TheoryCell(2, 4.0, ("deck",)), TheoryCell(2, 1.0, ("deck",), ("t",), Style.CHOICE),
    )  # fmt: skip
    return exam(of, forms=3, lang="zh", cards=lambda cell: theory(20))


def test_it_is_what_the_schema_says(mixed: Exam) -> None:
    """Forms by theirs, the items in them by the items' own."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for data in JsonRenderer().render(mixed).values():
        said = json.loads(data)
        jsonschema.Draft202012Validator(SCHEMA).validate(said)
        for part in said["parts"]:
            for question in part["questions"]:
                if "item" in question:
                    jsonschema.Draft202012Validator(ITEM).validate(question["item"])


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"id": "x"}, {"lang": "fr"}, {"more": 1}, {"parts": [{"section": 0, "questions": []}]}]
)
def test_the_schema_refuses(mixed: Exam, change: dict[str, object]) -> None:
    """It is no schema that everything fits."""
    said = json.loads(next(iter(JsonRenderer().render(mixed).values())))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate({**said, **change})


def test_a_form_comes_back(mixed: Exam) -> None:
    """Equal in every part."""
    files = JsonRenderer().render(mixed)
    for form in mixed.forms:
        back, same = read(files[f"{form.id}.json"], "x.json")
        assert same == form
        assert (back.blueprint, back.seed, back.lang) == (mixed.blueprint, mixed.seed, "zh")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b"\xff", b"[" * 100_000,
        b'{"format": "quizcv exam form"}',
        b'{"format": "quizcv exam form", "version": 9}',
        b'{"format": "else", "version": 1}',
        b'{"format": "quizcv exam form", "version": 1, "parts": 3, "id": 1, "number": 1}',
    ],
)  # fmt: skip
def test_other_files_are_refused_in_a_line(data: bytes) -> None:
    """No traceback, the file's name, what to do."""
    with pytest.raises(ExamError, match=r"x\.json") as refused:
        read(data, "x.json")
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("name", ["md", "json"])
def test_the_same_exam_is_the_same_bytes(mixed: Exam, name: str) -> None:
    """Rendered twice; with nothing in the files' names but letters, digits and `-`."""
    first, again = renderer_named(name).render(mixed), renderer_named(name).render(mixed)
    assert first == again
    assert name in formats()
    for path in first:
        assert path.isascii()
        assert "/" not in path


def test_markdown_says_everything(mixed: Exam) -> None:
    """Each stem is on its form, each key in the solutions and on the sheet of keys, and no key on a form whose questions are typed."""
    files = {path: data.decode() for path, data in renderer_named("md").render(mixed).items()}
    for form in mixed.forms:
        page, solutions = files[f"{form.id}.md"], files[f"{form.id}-solutions.md"]
        for question in form.questions:
            if question.item:
                assert question.item.stem.zh in page
                assert question.item.solution.zh in solutions
                assert question.item.solution.zh not in page
            elif question.theory:
                assert question.theory.front in page
    rows = files["keys.md"].splitlines()
    assert len([row for row in rows if row.startswith("| ")]) == 11 + 2
