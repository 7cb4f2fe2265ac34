"""Forms, solutions and keys as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quizcv.answers import written
from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Question


class MarkdownRenderer:
    """A file for each form, one with its worked solutions, and one with the keys of all."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        files = {}
        for form in exam.forms:
            files[f"{form.id}.md"] = _page(_form(exam, form))
            files[f"{form.id}-solutions.md"] = _page(_solutions(exam, form))
        files["keys.md"] = _page(_keys(exam))
        return files


def _page(blocks: Iterator[str]) -> bytes:
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def _form(exam: Exam, form: Form) -> Iterator[str]:
    lang, blueprint = exam.lang, exam.blueprint
    yield f"# {wording.heading(exam, form)}"
    yield "\n".join(f"- {line.in_(lang)}" for line in wording.cover(blueprint, len(form.questions)))
    yield f"{wording.NAME.in_(lang)}: ____________________  {wording.STUDENT.in_(lang)}: ____________"
    yield blueprint.instructions
    if blueprint.conventions:
        yield f"**{wording.CONVENTIONS.in_(lang)}**"
        yield "\n".join(f"- {line}" for line in blueprint.conventions)
    for part in form.parts:
        section = blueprint.sections[part.section]
        yield f"## {section.title}"
        yield section.instructions
        for question in part.questions:
            yield _title(question, lang)
            yield wording.stem(question, lang)
            if question.options:
                yield _options(question)
            else:
                yield f"{wording.ANSWER.in_(lang)}: ____________________"


def _title(question: Question, lang: str) -> str:
    return f"### {question.number}. ({wording.points(question.points).in_(lang)})"


def _options(question: Question) -> str:
    return "\n".join(
        f"- {wording.letter(place)}) {_one_line(option.text)}" for place, option in enumerate(question.options)
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _solutions(exam: Exam, form: Form) -> Iterator[str]:
    lang = exam.lang
    yield f"# {wording.heading(exam, form)}: {wording.SOLUTIONS.in_(lang)}"
    for question in form.questions:
        yield _title(question, lang)
        yield wording.stem(question, lang)
        if question.options:
            yield _options(question)
        if question.item is not None or question.options:
            yield f"**{wording.key(question)}**"
        yield wording.solution(question, lang)
        if item := question.item:
            mistakes = [
                f"- {written(one.value, item.answer)}: {one.misconception.in_(lang)}" for one in item.distractors
            ]
            if mistakes:
                yield "\n".join((f"{wording.MISTAKES.in_(lang)}:", "", *mistakes))
            yield f"*✓ {wording.PROOF.in_(lang)} ({item.verification.witness})*"


def _keys(exam: Exam) -> Iterator[str]:
    """A table: a row for each number, a column for each form."""
    lang = exam.lang
    yield f"# {exam.blueprint.title}: {wording.KEYS.in_(lang)}"
    rows = [["", *(form.id for form in exam.forms)], ["---"] * (len(exam.forms) + 1)]
    for place in range(len(exam.forms[0].questions)):
        asked = [form.questions[place] for form in exam.forms]
        rows.append([str(place + 1), *(_cell(question) for question in asked)])
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(question: Question) -> str:
    return _one_line(wording.key(question)).replace("|", "\\|")
