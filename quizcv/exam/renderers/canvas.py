"""Forms as QTI 1.2 packages in the dialect of Canvas.

Canvas takes every condition on a typed answer as one more right answer, so only options have feedback of their own: what leads to other
wrong answers is listed in what it shows for every wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from quizcv.answers import written
from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Question
from quizcv.exam.renderers import platform
from quizcv.exam.renderers.platform import Element, add, identifier
from quizcv.published import PublishedItem

_NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
#: Canvas holds numbers as floats, writes large ones with an exponent, and takes what is finer than this for 0: such answers are
#: compared letter by letter.
_LARGEST = 10**15
_FINEST = 1e-4

_GENERAL, _INCORRECT = "general_fb", "general_incorrect_fb"


class CanvasRenderer:
    """A package for each form, to import as a quiz."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        return {f"{form.id}-canvas.zip": platform.zipped(_package(exam, form)) for form in exam.forms}


def _package(exam: Exam, form: Form) -> dict[str, bytes]:
    name = identifier(form.id)
    return {
        "imsmanifest.xml": _manifest(name),
        f"{name}/{name}.xml": _assessment(exam, form, name),
        f"{name}/assessment_meta.xml": _meta(exam, form, name),
    }


def _manifest(name: str) -> bytes:
    root = Element("manifest", {"xmlns": _PACKAGE, "identifier": f"{name}-package"})
    metadata = add(root, "metadata")
    add(metadata, "schema", "IMS Content")
    add(metadata, "schemaversion", "1.1.3")
    add(root, "organizations")
    resources = add(root, "resources")
    quiz = add(resources, "resource", identifier=name, type="imsqti_xmlv1p2")
    add(quiz, "file", href=f"{name}/{name}.xml")
    add(quiz, "dependency", identifierref=f"{name}-meta")
    kind, path = "associatedcontent/imscc_xmlv1p1/learning-application-resource", f"{name}/assessment_meta.xml"
    add(add(resources, "resource", identifier=f"{name}-meta", type=kind, href=path), "file", href=path)
    return platform.document(root)


def _meta(exam: Exam, form: Form, name: str) -> bytes:
    root = Element("quiz", {"xmlns": _CANVAS, "identifier": name})
    add(root, "title", platform.heading(exam, form))
    add(root, "description", platform.cover(exam, form))
    add(root, "shuffle_answers", "false")  # they are shuffled, and their letters are those of the sheet with the keys
    add(root, "scoring_policy", "keep_highest")
    add(root, "quiz_type", "assignment")
    add(root, "points_possible", platform.digits(exam.blueprint.points))
    add(root, "show_correct_answers", "false")
    add(root, "allowed_attempts", "1")
    add(root, "available", "false")
    if exam.blueprint.minutes is not None:
        add(root, "time_limit", str(exam.blueprint.minutes))
    return platform.document(root)


def _assessment(exam: Exam, form: Form, name: str) -> bytes:
    root = Element("questestinterop", {"xmlns": _NAMESPACE})
    assessment = add(root, "assessment", ident=name, title=platform.heading(exam, form))
    section = add(assessment, "section", ident="root_section")  # a section inside is a group to draw from, for Canvas
    for part in form.parts:
        stated = exam.blueprint.sections[part.section]
        if stated.instructions:
            title = platform.title(stated.title)
            text = f"<div>{platform.html(stated.instructions)}</div>"
            _begun(section, identifier(form.id, f"s{part.section + 1}"), title, "text_only_question", 0.0, text)
        for question in part.questions:
            _item(section, exam, form, question)
    return platform.document(root)


def _begun(section: Element, ident: str, title: str, kind: str, points: float, html: str, answers: str = "") -> Element:
    """A new item with its text; gives what the interaction stands in."""
    item = add(section, "item", ident=ident, title=title)
    fields = add(add(item, "itemmetadata"), "qtimetadata")
    stated = {"question_type": kind, "points_possible": platform.digits(points), "original_answer_ids": answers}
    for label, entry in stated.items():
        if entry or label != "original_answer_ids":
            field = add(fields, "qtimetadatafield")
            add(field, "fieldlabel", label)
            add(field, "fieldentry", entry)
    presentation = add(item, "presentation")
    _material(presentation, html)
    return item


def _item(section: Element, exam: Exam, form: Form, question: Question) -> None:
    lang, kind = exam.lang, _kind(question)
    ident = identifier(form.id, f"{question.number:02}")
    title = f"{wording.QUESTION.in_(lang)} {question.number}"
    text = platform.stem(question, lang, spelled=kind == "short_answer_question")
    numbers = ",".join(_answer_id(question, place) for place in range(len(question.options)))
    item = _begun(section, ident, title, kind, question.points, text, numbers)
    presentation = item[-1]
    processing = add(item, "resprocessing")
    add(add(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    _otherwise(processing, _GENERAL)
    feedback = {_GENERAL: platform.solution(question, lang)}
    if question.options:
        feedback |= _choice(presentation, processing, question)
    elif question.item is None:
        _typed(presentation)
        _otherwise(processing)
    else:
        _typed(presentation, decimal=kind == "numerical_question")
        _right(processing, question.item, decimal=kind == "numerical_question")
        if mistakes := _mistakes(question.item, lang):
            _otherwise(processing, _INCORRECT)
            feedback[_INCORRECT] = mistakes
    for name, html in feedback.items():
        _material(add(add(item, "itemfeedback", ident=name), "flow_mat"), html)


def _kind(question: Question) -> str:
    if question.options:
        return "multiple_choice_question"
    if question.item is None:
        return "essay_question"
    item = question.item
    if not isinstance(item.key, int | float) or platform.numbers(item) is None:
        return "short_answer_question"
    small = [size for size in (abs(item.key), item.answer.tolerance(item.key)) if size]
    return (
        "short_answer_question"
        if abs(item.key) >= _LARGEST or min(small, default=1) < _FINEST
        else "numerical_question"
    )


def _answer_id(question: Question, place: int) -> str:
    """Canvas wants its answers by numbers."""
    return str(question.number * 100 + place + 1)


def _choice(presentation: Element, processing: Element, question: Question) -> dict[str, str]:
    """Options, their marking, and the feedback of the wrong ones by its name."""
    shown = add(add(presentation, "response_lid", ident="response1", rcardinality="Single"), "render_choice")
    feedback = {}
    for place, option in enumerate(question.options):
        ident = _answer_id(question, place)
        _material(add(shown, "response_label", ident=ident), platform.option_text(question, option))
        if option.misconception:
            _when(processing, ident, "Yes", f"{ident}_fb")
            feedback[f"{ident}_fb"] = platform.html(option.misconception)
    right = [option.right for option in question.options].index(True)
    _scored(_when(processing, _answer_id(question, right), "No"))
    return feedback


def _typed(presentation: Element, *, decimal: bool = False) -> None:
    asked = add(presentation, "response_str", ident="response1", rcardinality="Single")
    box = add(asked, "render_fib", **({"fibtype": "Decimal"} if decimal else {}))
    add(box, "response_label", ident="answer1", rshuffle="No")


def _right(processing: Element, item: PublishedItem, *, decimal: bool) -> None:
    condition = add(processing, "respcondition", continue_="No")
    tested = add(condition, "conditionvar")
    if decimal:
        key, margin = platform.decimal(item.key), platform.decimal(item.answer.tolerance(item.key))
        either = add(tested, "or")  # in this form Canvas shows a number with a margin, not a range
        add(either, "varequal", platform.digits(item.key), respident="response1")
        both = add(either, "and")
        add(both, "vargte", format(key - margin, "f"), respident="response1")
        add(both, "varlte", format(key + margin, "f"), respident="response1")
    else:
        for spelled in platform.spellings(item.key, item):
            add(tested, "varequal", spelled, respident="response1")
    _scored(condition)


def _when(processing: Element, ident: str, further: str, feedback: str = "") -> Element:
    condition = add(processing, "respcondition", continue_=further)
    add(add(condition, "conditionvar"), "varequal", ident, respident="response1")
    if feedback:
        add(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
    return condition


def _otherwise(processing: Element, feedback: str = "") -> None:
    condition = add(processing, "respcondition", continue_="Yes" if feedback else "No")
    add(add(condition, "conditionvar"), "other")
    if feedback:
        add(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _scored(condition: Element) -> None:
    add(condition, "setvar", "100", action="Set", varname="SCORE")


def _mistakes(item: PublishedItem, lang: str) -> str:
    lines = [
        f"{escape(written(one.value, item.answer))}: {one.why}" for one in platform.expected(item, lang) if one.why
    ]
    return f"<p>{wording.MISTAKES.in_(lang)}:</p>{platform.listed(lines)}" if lines else ""


def _material(parent: Element, html: str) -> None:
    add(add(parent, "material"), "mattext", html, texttype="text/html")
