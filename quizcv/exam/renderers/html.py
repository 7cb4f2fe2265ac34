"""Exams as HTML: forms to print, solutions, a sheet of keys, and pages for practice that mark answers by themselves.

No page fetches anything: style, script and formulas stand in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from quizcv.answers import Choice, Shape, written
from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Question
from quizcv.exam.renderers import page
from quizcv.exam.renderers.page import practice, text
from quizcv.model import Text

_STYLES = ("page.css", "paper.css")
#: So many forms stand side by side in a table of keys.
_BESIDE = 5
#: Options with longer texts stand below each other.
_SHORT = 28


class HtmlRenderer:
    """For each form a page to print, one with its worked solutions and one for practice; and the keys of all forms."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        files = {}
        for form in exam.forms:
            files[f"{form.id}.html"] = _sheet(exam, wording.heading(exam, form), form.id, _form(exam, form))
            title = f"{wording.heading(exam, form)}: {wording.SOLUTIONS.in_(exam.lang)}"
            files[f"{form.id}-solutions.html"] = _sheet(exam, title, form.id, _solutions(exam, form))
            files[f"{form.id}-practice.html"] = practice.page(exam, form)
        title = f"{exam.blueprint.title}: {wording.KEYS.in_(exam.lang)}"
        files["keys.html"] = _sheet(exam, title, exam.forms[0].id.partition("-")[0], _keys(exam))
        return files


def _sheet(exam: Exam, title: str, name: str, blocks: Iterator[str]) -> bytes:
    """A page below a head that is printed again on every sheet, as heads of tables are."""
    running = (
        f'<div class="running"><span>{page.plain(exam.blueprint.title)}</span>'
        f'<span class="formid">{wording.FORM.in_(exam.lang)} {escape(name)}</span></div>'
    )
    inner = "\n".join(block for block in blocks if block)
    body = (
        f'<table class="sheet" role="presentation">\n<thead><tr><th>{running}</th></tr></thead>\n'
        f"<tbody><tr><td>\n<main>\n{inner}\n</main>\n</td></tr></tbody>\n</table>"
    )
    return page.document(title, exam.lang, body, _STYLES)


def _heading(title: str, below: str) -> str:
    return (
        f'<div class="title text" role="heading" aria-level="1">{text(title)}</div>\n'
        f'<div class="subtitle">{escape(below)}</div>'
    )


# --- the form


def _form(exam: Exam, form: Form) -> Iterator[str]:
    lang, blueprint = exam.lang, exam.blueprint
    yield _heading(blueprint.title, f"{wording.FORM.in_(lang)} {form.id}")
    facts = (f"<li>{escape(line.in_(lang))}</li>" for line in wording.cover(blueprint, len(form.questions)))
    yield f'<ul class="facts">{"".join(facts)}</ul>'
    lines = (f"<div>{line.in_(lang)}</div>" for line in (wording.NAME, wording.STUDENT))
    yield f'<div class="names">{"".join(lines)}</div>'
    if blueprint.instructions:
        yield f'<div class="lead text">{text(blueprint.instructions)}</div>'
    if blueprint.conventions:
        stated = "".join(f'<li><div class="text">{text(line)}</div></li>' for line in blueprint.conventions)
        yield f'<div class="box"><div class="boxhead">{wording.CONVENTIONS.in_(lang)}</div><ul>{stated}</ul></div>'
    for part in form.parts:
        section = blueprint.sections[part.section]
        if section.title:
            yield f'<div class="section text" role="heading" aria-level="2">{text(section.title)}</div>'
        if section.instructions:
            yield f'<div class="sectionlead text">{text(section.instructions)}</div>'
        for question in part.questions:
            yield _question(
                question,
                lang,
                _options(question) if question.options else _answer(question, lang),
                _room(question, lang),
            )


def _question(question: Question, lang: str, *below: str) -> str:
    return (
        f'<section class="question"><div class="number">{question.number}</div><div>'
        f'<div class="worth">{wording.points(question.points).in_(lang)}</div>'
        f'<div class="text">{text(wording.stem(question, lang))}</div>\n{"".join(below)}</div></section>'
    )


def _options(question: Question, *, keyed: bool = False) -> str:
    long = any(len(option.text) > _SHORT for option in question.options)
    listed = "".join(
        f'<div class="choice{" right" if keyed and option.right else ""}" role="listitem">'
        f'<span class="letter">{wording.letter(place)}</span><div class="text">{text(option.text)}</div></div>'
        for place, option in enumerate(question.options)
    )
    return f'<div class="choices{" long" if long else ""}" role="list">{listed}</div>\n'


def _answer(question: Question, lang: str) -> str:
    """A box to write in: one for each size of a shape, one before a unit."""
    prompt = f'<span class="prompt">{wording.ANSWER.in_(lang)}</span>'
    item = question.item
    if item is None:
        return ""
    if isinstance(item.answer, Shape):
        fields = " × ".join(
            f'<span class="field short"><span>{escape(axis)}</span></span>' for axis in item.answer.axes
        )
    elif isinstance(item.answer, Choice):
        fields = '<span class="field short"></span>'
    else:
        fields = '<span class="field"></span>'
    unit = f'<span class="unit">{escape(item.answer.unit)}</span>' if item.answer.unit else ""
    return f'<div class="answer">{prompt}{fields}{unit}</div>\n'


def _room(question: Question, lang: str) -> str:
    if question.item is not None:
        return f'<div class="scratch">{wording.SCRATCH.in_(lang)}</div>'
    return "" if question.options else f'<div class="scratch words">{wording.ANSWER.in_(lang)}</div>'


# --- solutions and keys


def _solutions(exam: Exam, form: Form) -> Iterator[str]:
    lang = exam.lang
    yield _heading(exam.blueprint.title, f"{wording.FORM.in_(lang)} {form.id} — {wording.SOLUTIONS.in_(lang)}")
    for question in form.questions:
        options = _options(question, keyed=True) if question.options else ""
        key = ""
        if question.item is not None or question.options:
            key = f'<div class="keyline">{escape(wording.key(question))}</div>\n'
        worked = f'<div class="solution text">{text(wording.solution(question, lang))}</div>\n'
        yield _question(question, lang, options, key, worked, _mistakes(question, lang), practice.proof(question, lang))


def _mistakes(question: Question, lang: str) -> str:
    item = question.item
    if item is None or not item.distractors:
        return ""
    rows = "".join(
        f'<dt>{escape(written(one.value, item.answer))}</dt><dd><div class="text">{text(one.misconception.in_(lang))}</div></dd>'
        for one in item.distractors
    )
    return f'<div class="mistakes">{_colon(wording.MISTAKES).in_(lang)}<dl>{rows}</dl></div>\n'


def _colon(said: Text) -> Text:
    return Text(f"{said.en}:", f"{said.zh}：")


def _keys(exam: Exam) -> Iterator[str]:
    """Tables with a row for each number and a column for each form, as many forms as fit a sheet side by side."""
    lang = exam.lang
    yield _heading(exam.blueprint.title, wording.KEYS.in_(lang))
    for first in range(0, len(exam.forms), _BESIDE):
        yield _key_table(exam.forms[first : first + _BESIDE])


def _key_table(forms: Sequence[Form]) -> str:
    head = "".join(f'<th scope="col">{escape(form.id)}</th>' for form in forms)
    rows = []
    for place in range(len(forms[0].questions)):
        keys = "".join(f"<td>{_key(form.questions[place])}</td>" for form in forms)
        rows.append(f'<tr><th scope="row">{place + 1}</th>{keys}</tr>')
    return (
        f'<div class="keyscroll"><table class="keys"><thead><tr><th></th>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(rows)
        + "\n</tbody></table></div>"
    )


def _key(question: Question) -> str:
    key = wording.key(question)
    return escape(key) if question.item is not None or question.options else f'<div class="text">{text(key)}</div>'
