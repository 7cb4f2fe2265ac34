"""Forms as Moodle XML: a question category for each form.

Moodle takes the first answer that fits, so the key stands first, then what misconceptions lead to, then `*` for everything else.
"""

from __future__ import annotations

from collections.abc import Mapping

from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Part, Question
from quizcv.exam.renderers import platform
from quizcv.exam.renderers.platform import Element, add
from quizcv.published import PublishedItem

#: Moodle forgives 1e-14 of a number's size (of 1 at the least) beside the tolerance: where that could matter, answers are compared
#: letter by letter.
_LARGEST_EXACT = 10**13
_FINEST = 1e-12


class MoodleRenderer:
    """A file for each form, to import into a question bank."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        return {f"{form.id}.xml": platform.document(_quiz(exam, form)) for form in exam.forms}


def _quiz(exam: Exam, form: Form) -> Element:
    quiz = Element("quiz")
    category = add(quiz, "question", type="category")
    path = "/".join(name.replace("/", "//") for name in (_category(exam), form.id) if name)
    _text(category, "category", f"$course$/top/{path}")
    _html(category, "info", platform.cover(exam, form))
    add(category, "idnumber", form.id)
    for part in form.parts:
        _section(quiz, exam, form, part)
        for question in part.questions:
            _question(quiz, exam, form, part, question)
    return quiz


def _category(exam: Exam) -> str:
    """The exam as the name of a category; a slash at its end would join the one that divides the names."""
    return platform.title(exam.blueprint.title).strip("/ ")


def _section(quiz: Element, exam: Exam, form: Form, part: Part) -> None:
    """The instructions of a section, as a description between the questions."""
    section = exam.blueprint.sections[part.section]
    if section.instructions:
        made = _begun(quiz, "description", f"{form.id} {platform.title(section.title)}")
        _html(made, "questiontext", f"<div>{platform.html(section.instructions)}</div>")
        _html(made, "generalfeedback", "")
        _graded(made, 0.0, f"{form.id}-s{part.section + 1}")


def _question(quiz: Element, exam: Exam, form: Form, part: Part, question: Question) -> None:
    kind = _kind(question)
    name = f"{form.id}-{question.number:02} {platform.title(exam.blueprint.sections[part.section].title)}"
    made = _begun(quiz, kind, name)
    _html(made, "questiontext", platform.stem(question, exam.lang, spelled=kind == "shortanswer"))
    _html(made, "generalfeedback", platform.solution(question, exam.lang))
    _graded(made, question.points, f"{form.id}-{question.number}")
    if kind == "multichoice":
        _options(made, question)
    elif question.item is None:
        _essay(made, question, exam.lang)
    elif kind == "numerical":
        _numerical(made, question.item, exam.lang)
    else:
        _short_answer(made, question.item, exam.lang)


def _kind(question: Question) -> str:
    if question.options:
        return "multichoice"
    if question.item is None:
        return "essay"
    sizes = platform.numbers(question.item)
    return "numerical" if sizes is not None and _fits(sizes, question.item) else "shortanswer"


def _fits(sizes: list[float], item: PublishedItem) -> bool:
    """Whether Moodle's own rounding is far below the tolerance."""
    tolerance = item.answer.tolerance(item.key)
    return max(sizes) <= _LARGEST_EXACT if not tolerance else tolerance >= _FINEST * max(1.0, *sizes)


def _begun(quiz: Element, kind: str, name: str) -> Element:
    made = add(quiz, "question", type=kind)
    _text(made, "name", name)
    return made


def _graded(made: Element, points: float, idnumber: str) -> None:
    add(made, "defaultgrade", f"{points:.7f}")
    add(made, "penalty", "0")
    add(made, "hidden", "0")
    add(made, "idnumber", idnumber)


def _numerical(made: Element, item: PublishedItem, lang: str) -> None:
    for place, one in enumerate(platform.expected(item, lang)):
        answer = _answer(made, platform.digits(one.value), right=place == 0, why=one.why)
        add(answer, "tolerance", f"{platform.slack(one.value, item):.10g}")
    add(_answer(made, "*", right=False), "tolerance", "0")
    add(made, "unitgradingtype", "0")
    add(made, "unitpenalty", "0")
    add(made, "showunits", "3")  # no units: the question states them
    add(made, "unitsleft", "0")


def _short_answer(made: Element, item: PublishedItem, lang: str) -> None:
    add(made, "usecase", "0")
    for place, one in enumerate(platform.expected(item, lang)):
        for spelled in platform.spellings(one.value, item):
            _answer(made, spelled.replace("*", "\\*"), right=place == 0, why=one.why)
    _answer(made, "*", right=False)


def _options(made: Element, question: Question) -> None:
    """In the order of the form, which is shuffled already: so its letters are those of the sheet with the keys."""
    add(made, "single", "true")
    add(made, "shuffleanswers", "false")
    add(made, "answernumbering", "ABCD")
    for option in question.options:
        text = platform.option_text(question, option)
        _answer(made, text, right=option.right, why=platform.html(option.misconception), format="html")


def _essay(made: Element, question: Question, lang: str) -> None:
    add(made, "responseformat", "editor")
    add(made, "responserequired", "1")
    add(made, "responsefieldlines", "15")
    add(made, "attachments", "0")
    add(made, "attachmentsrequired", "0")
    _html(made, "graderinfo", f"<p>{wording.ANSWER.in_(lang)}</p>{platform.solution(question, lang)}")
    _html(made, "responsetemplate", "")


def _answer(made: Element, text: str, *, right: bool, why: str = "", format: str = "moodle_auto_format") -> Element:  # noqa: A002
    answer = add(made, "answer", fraction="100" if right else "0", format=format)
    add(answer, "text", text)
    _html(answer, "feedback", why)
    return answer


def _text(parent: Element, tag: str, text: str) -> None:
    add(add(parent, tag), "text", text)


def _html(parent: Element, tag: str, text: str) -> None:
    add(add(parent, tag, format="html"), "text", text)
