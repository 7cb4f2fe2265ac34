"""The registry of formats: ours, and those of other packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from test_assembly import blueprint, exam

from quizcv.errors import UsageError
from quizcv.exam import renderers
from quizcv.exam.blueprint import ItemCell
from quizcv.exam.form import Exam
from quizcv.exam.writing import rendered


class Csv:
    """A format that somebody else might add."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        return {f"{form.id}.csv": f"{len(form.questions)}\n".encode() for form in exam.forms}


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    entry = EntryPoint("csv", f"{__name__}:Csv", renderers.GROUP)
    monkeypatch.setattr(
        renderers, "entry_points", lambda group: EntryPoints([entry] if group == renderers.GROUP else [])
    )
    renderers.formats.cache_clear()
    yield
    renderers.formats.cache_clear()


def test_another_package_adds_a_format(other: None) -> None:
    """By the entry point alone, beside ours."""
    made = exam(blueprint(ItemCell(2, 1.0, "conv_output")), forms=1)
    assert renderers.formats()[-1] == "csv"
    files = rendered(made, ["md", "csv"])
    assert files[f"{made.forms[0].id}.csv"] == b"2\n"


def test_an_unknown_format_names_those_there_are() -> None:
    """So that nobody has to look them up."""
    with pytest.raises(UsageError) as refused:
        renderers.renderer_named("docx")
    assert "moodle" in refused.value.hint


@pytest.mark.parametrize("name", list(renderers.BUILT_IN))
def test_every_format_gives_the_same_bytes_twice(name: str) -> None:
    """In one process, from two exams that were assembled apart, in English."""
    of = blueprint(ItemCell(2, 1.0, "conv_shape"), ItemCell(1, 2.0, "adam_step"))
    first = renderers.renderer_named(name).render(exam(of, forms=2))
    assert first
    assert renderers.renderer_named(name).render(exam(of, forms=2)) == first
    assert all(path.isascii() and "/" not in path and not path.startswith(".") for path in first)
