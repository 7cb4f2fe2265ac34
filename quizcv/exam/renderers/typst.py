"""Forms, solutions and keys as source of Typst, a typesetting system; `quizcv.exam.renderers.pdf` compiles it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quizcv.answers import written
from quizcv.answers.kinds import Shape
from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Question
from quizcv.exam.typstlook import preamble
from quizcv.exam.typsttext import blocks, holds_han, line, text
from quizcv.published import PublishedItem

#: How many characters an option may have for three, and for two, to stand side by side.
_THIRD, _HALF = 18, 34
#: Forms side by side on the sheet of keys; with long keys fewer.
_MANY, _FEW = 7, 3
_LONG = 16


class TypstRenderer:
    """A file for each form, one with its worked solutions, and one with the keys of all. Each stands alone: one preamble, no package."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        files = {}
        for form in exam.forms:
            files[f"{form.id}.typ"] = _file(exam, form.id, _form(exam, form))
            files[f"{form.id}-solutions.typ"] = _file(exam, form.id, _solutions(exam, form))
        files["keys.typ"] = _file(exam, wording.KEYS.in_(exam.lang), _keys(exam))
        return files


def _file(exam: Exam, form: str, parts: Iterator[str]) -> bytes:
    body = "\n\n".join(part for part in parts if part)
    title = line(exam.blueprint.title)
    han = exam.lang == "zh" or holds_han(title + form + body)
    lang = "zh" if exam.lang == "zh" else "en"
    return f"{preamble(title, text(form), lang, han=han)}\n{body}\n".encode()


def _content(markup: str) -> str:
    """Markup as an argument."""
    return f"[{markup}]"


def _call(name: str, *arguments: str) -> str:
    return f"#{name}({', '.join(arguments)});"


# --- the form ---


def _form(exam: Exam, form: Form) -> Iterator[str]:
    lang, blueprint = exam.lang, exam.blueprint
    facts = " #h(0.4em);·#h(0.4em); ".join(
        text(said.in_(lang).rstrip(".。")) for said in wording.cover(blueprint, len(form.questions))
    )
    yield _call("masthead", _content(line(blueprint.title)), _content(facts))
    yield _call("person", *(_content(text(said.in_(lang))) for said in (wording.NAME, wording.STUDENT)))
    if notes := "\n\n".join(_notes(exam)):
        yield _call("notes", _content(notes))
    for part in form.parts:
        section = blueprint.sections[part.section]
        yield _section(section.title, section.instructions)
        for question in part.questions:
            yield _question(question, lang)
    yield "#pagebreak()"
    yield f"#block(height: 1fr, width: 100%, {_call('scratch', _content(text(wording.SCRATCH.in_(lang))), '100%')[1:-1]})"


def _notes(exam: Exam) -> Iterator[str]:
    """What is to be read before the first question."""
    if exam.blueprint.instructions.strip():
        yield blocks(exam.blueprint.instructions)
    if exam.blueprint.conventions:
        yield f"#strong[{text(wording.CONVENTIONS.in_(exam.lang))}];"
        yield f"#list({', '.join(_content(line(said)) for said in exam.blueprint.conventions)});"


def _section(title: str, instructions: str) -> str:
    return _call("section", _content(line(title)), _content(blocks(instructions)) if instructions.strip() else "none")


def _asked(question: Question, lang: str) -> tuple[str, str, str]:
    """Number, points and stem."""
    points = text(wording.points(question.points).in_(lang))
    return f"[{question.number}\\.]", f"[{points}]", _content(blocks(wording.stem(question, lang)))


def _question(question: Question, lang: str) -> str:
    return _call("question", *_asked(question, lang), *_room(question, lang))


def _room(question: Question, lang: str) -> Iterator[str]:
    """Where the answer goes, and the work towards it."""
    label, space = (_content(text(said.in_(lang))) for said in (wording.ANSWER, wording.SCRATCH))
    item = question.item
    if question.options:
        yield _options(question)
        if item is not None:
            yield f"scratch({space}, 1.9cm)"
    elif item is not None:
        yield f"answer({label}, {_slot(item)}, scratch({space}, 2.6cm))"
    else:
        yield f"lines({label}, {max(3, min(9, round(2 + 1.5 * question.points)))})"


def _slot(item: PublishedItem) -> str:
    """The box for an answer, with its unit; for a shape a box for each axis, in the order that is asked for."""
    if isinstance(item.answer, Shape) and item.answer.axes:
        return f"axes({', '.join(_content(text(axis)) for axis in item.answer.axes)})"
    return f"slot({_content(text(item.answer.unit))})"


def _options(question: Question, *, marked: bool = False) -> str:
    longest = max(len(" ".join(option.text.split())) for option in question.options)
    columns = 3 if longest <= _THIRD else 2 if longest <= _HALF else 1
    said = (
        f"option([{wording.letter(place)}], {_content(line(option.text))}{', right: true' * (marked and option.right)})"
        for place, option in enumerate(question.options)
    )
    return f"options({columns}, {', '.join(said)})"


# --- solutions ---


def _solutions(exam: Exam, form: Form) -> Iterator[str]:
    lang = exam.lang
    yield _call("masthead", _content(line(exam.blueprint.title)), _content(text(wording.SOLUTIONS.in_(lang))))
    for part in form.parts:
        yield _section(exam.blueprint.sections[part.section].title, "")
        for question in part.questions:
            yield _call("question", *_asked(question, lang), *_solved(question, lang))


def _solved(question: Question, lang: str) -> Iterator[str]:
    if question.options:
        yield _options(question, marked=True)
    if question.item is not None or question.options:
        yield f"key([{text(wording.ANSWER.in_(lang))}], [{text(wording.key(question))}])"
    yield _content(blocks(wording.solution(question, lang)))
    if (item := question.item) is None:
        return
    pairs = [
        f"[{text(written(one.value, item.answer))}], {_content(blocks(one.misconception.in_(lang)))}"
        for one in item.distractors
    ]
    if pairs:
        yield f"mistakes([{text(wording.MISTAKES.in_(lang))}], {', '.join(pairs)})"
    yield f"proof([{text(f'{wording.PROOF.in_(lang)} ({item.verification.witness})')}])"


# --- keys ---


def _keys(exam: Exam) -> Iterator[str]:
    """Tables with a row for each number and a column for each form, as many forms side by side as a page holds."""
    yield _call("masthead", _content(line(exam.blueprint.title)), "none")
    longest = max((len(wording.key(question)) for form in exam.forms for question in form.questions), default=0)
    step = _MANY if longest <= _LONG else _FEW
    for first in range(0, len(exam.forms), step):
        yield _key_table(exam.forms[first : first + step])


def _key_table(forms: tuple[Form, ...]) -> str:
    head = ["[]", *(f"[*{text(form.id)}*]" for form in forms)]
    cells = []
    for place in range(len(forms[0].questions)):
        keys = (_cell(form.questions[place]) for form in forms)
        cells.append(", ".join((f"[*{place + 1}*]", *map(_content, keys))))
    rows = ",\n  ".join(cells)
    return (
        f"#[#set text(9pt);\n#table(columns: (2em,) + (1fr,) * {len(forms)}, align: (right,) + (left,) * {len(forms)}, "
        f"fill: (_, row) => if row == 0 {{ luma(238) }} else if calc.even(row) {{ luma(250) }},\n"
        f"  table.header({', '.join(head)}),\n  {rows},\n)]"
    )


def _cell(question: Question) -> str:
    said = wording.key(question)
    return text(said) if question.item is not None or question.options else blocks(said)
