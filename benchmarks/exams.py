"""Exams: a thousand forms of twenty verified items from nothing, and what rendering adds."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from benchmarks.timing import line, seconds
from quizcv.exam.assembly import Asked, assemble
from quizcv.exam.blueprint import Blueprint, ItemCell, Section
from quizcv.exam.form import Exam
from quizcv.exam.renderers import renderer_named
from quizcv.items import Item
from quizcv.published import PublishedItem
from quizcv.reference import running
from quizcv.verify import verified

#: Topics: models that have fewer than a thousand different questions are passed over.
BLUEPRINT = Blueprint(
    "Benchmark",
    tuple(
        Section(topic, (ItemCell(5, 1.0, topic=topic, level=2),))
        for topic in ("shapes", "counting", "optimizers", "initialisation")
    ),
)


def _verify(item: Item) -> PublishedItem:
    return verified(item).published()


def _made(forms: int, seed: int) -> Exam:
    with running():
        return assemble(Asked(BLUEPRINT, forms, seed, "en"), _verify)


def generate(forms: int = 1000) -> Iterable[str]:
    """Drawing, verifying and putting together; the first item of each model pays for starting PyTorch."""
    taken = seconds(lambda: _made(forms, 1))
    yield f"{line('exams', taken, None, None, 'none')}  {forms * 20 / taken:,.0f} verified items a second on {forms} forms"


def render(forms: int = 50, rounds: int = 3) -> Iterable[str]:
    """Each format against generating the same forms."""
    generating = statistics.median(seconds(lambda s=seed: _made(forms, s)) for seed in range(rounds))  # type: ignore[misc]
    exam = _made(forms, 1)
    for name in ("md", "json", "html", "moodle", "qti21", "canvas", "typst", "pdf"):
        renderer = renderer_named(name)
        renderer.render(_made(1, 2))  # what is loaded once is not the format's
        taken = statistics.median(seconds(lambda r=renderer: r.render(exam)) for _ in range(rounds))  # type: ignore[misc]
        yield line(name, taken, generating, taken / generating, "none")
