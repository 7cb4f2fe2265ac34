"""Exams as files: one renderer a format. A third party adds one by the entry point `quizcv.exam_renderers`.

A renderer is pure: exam in, files out by their names, the same bytes for the same exam. Who writes them is `quizcv.exam.writing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol

from quizcv.errors import UsageError
from quizcv.exam.form import Exam

GROUP = "quizcv.exam_renderers"


class Renderer(Protocol):
    """`render` gives the contents of files by their paths, relative and with `/`. What is for learners names the form
    (`K7QPA-01.md`), what tells answers ends in `-solutions`, the sheet with the keys of all forms is called `keys`.

    Raises:
        ExamError: something that it needs is not there (a font, a program); with what to install.
    """

    def render(self, exam: Exam) -> Mapping[str, bytes]: ...


#: Formats by name, and where they are; they are imported when they are asked for.
BUILT_IN = {
    "md": "quizcv.exam.renderers.markdown:MarkdownRenderer",
    "json": "quizcv.exam.renderers.jsonform:JsonRenderer",
    "html": "quizcv.exam.renderers.html:HtmlRenderer",
    "moodle": "quizcv.exam.renderers.moodle:MoodleRenderer",
    "qti21": "quizcv.exam.renderers.qti21:Qti21Renderer",
    "canvas": "quizcv.exam.renderers.canvas:CanvasRenderer",
    "pdf": "quizcv.exam.renderers.pdf:PdfRenderer",
    "typst": "quizcv.exam.renderers.typst:TypstRenderer",
}


@cache
def formats() -> tuple[str, ...]:
    """All formats there are, ours first."""
    return (*BUILT_IN, *sorted(entry.name for entry in entry_points(group=GROUP) if entry.name not in BUILT_IN))


def renderer_named(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        UsageError: there is no such format.
    """
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        made: Renderer = getattr(import_module(module), attribute)()
        return made
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            other: Renderer = entry.load()()
            return other
    raise UsageError(f"there is no format {name!r}.", f"Formats: {', '.join(formats())}.")
