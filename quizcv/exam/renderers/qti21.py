"""Forms as QTI 2.1 packages: a test, and a file for each question. Math stays what MathJax reads, `\\( \\)`.

The first answer that fits sets SCORE (the key) or FEEDBACK (what a misconception leads to); SOLUTION is always set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quizcv.answers import Integer
from quizcv.exam import wording
from quizcv.exam.form import Exam, Form, Question
from quizcv.exam.renderers import platform
from quizcv.exam.renderers.platform import Element, Expected, add, identifier
from quizcv.exam.renderers.xhtml import put
from quizcv.published import PublishedItem

_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
#: QTI's integers have 32 bits; whole numbers are exact as floats up to 2^53, and beyond that compared letter by letter.
_LARGEST_INTEGER = 2**31 - 1
_LARGEST_EXACT = 2**53


class Qti21Renderer:
    """A content package for each form."""

    def render(self, exam: Exam) -> Mapping[str, bytes]:
        return {f"{form.id}-qti21.zip": platform.zipped(_package(exam, form)) for form in exam.forms}


def _package(exam: Exam, form: Form) -> dict[str, bytes]:
    files = {_path(form, question): _item(exam, form, question) for question in form.questions}
    return {**files, "test.xml": _test(exam, form), "imsmanifest.xml": _manifest(form)}


def _name(form: Form, question: Question) -> str:
    return identifier(form.id, f"{question.number:02}")


def _path(form: Form, question: Question) -> str:
    return f"items/{_name(form, question)}.xml"


# --- the package and the test ---


def _manifest(form: Form) -> bytes:
    root = Element("manifest", {"xmlns": _PACKAGE, "identifier": identifier(form.id, "package")})
    metadata = add(root, "metadata")
    add(metadata, "schema", "QTIv2.1 Package")
    add(metadata, "schemaversion", "1.0.0")
    add(root, "organizations")
    resources = add(root, "resources")
    test = add(resources, "resource", identifier=identifier(form.id), type="imsqti_test_xmlv2p1", href="test.xml")
    add(test, "file", href="test.xml")
    for question in form.questions:
        name, path = _name(form, question), _path(form, question)
        add(test, "dependency", identifierref=name)
        add(add(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=path), "file", href=path)
    return platform.document(root)


def _test(exam: Exam, form: Form) -> bytes:
    stated = {"xmlns": _NAMESPACE, "identifier": identifier(form.id), "title": platform.heading(exam, form)}
    root = Element("assessmentTest", stated)
    _outcome(root, "SCORE", "float", "0")
    if exam.blueprint.minutes is not None:
        add(root, "timeLimits", maxTime=str(exam.blueprint.minutes * 60))
    part = add(root, "testPart", identifier="questions", navigationMode="nonlinear", submissionMode="simultaneous")
    for place, of in enumerate(form.parts):
        stated_section = exam.blueprint.sections[of.section]
        title = platform.title(stated_section.title) or str(place + 1)
        section = add(part, "assessmentSection", identifier=f"section-{place + 1}", title=title, visible="true")
        if place == 0:
            put(platform.cover(exam, form), add(section, "rubricBlock", view="candidate"))
        if stated_section.instructions:
            put(platform.html(stated_section.instructions), add(section, "rubricBlock", view="candidate"))
        for question in of.questions:
            add(section, "assessmentItemRef", identifier=_name(form, question), href=_path(form, question))
    total = add(add(root, "outcomeProcessing"), "setOutcomeValue", identifier="SCORE")
    add(add(total, "sum"), "testVariables", variableIdentifier="SCORE")
    return platform.document(root, indented=False)


# --- a question ---


def _item(exam: Exam, form: Form, question: Question) -> bytes:
    lang = exam.lang
    root = Element("assessmentItem", {"xmlns": _NAMESPACE, "identifier": _name(form, question)})
    root.attrib |= {"title": f"{platform.title(form.id)} {question.number}", "xml:lang": "zh" if lang == "zh" else "en"}
    root.attrib |= {"adaptive": "false", "timeDependent": "false"}
    answers = _answers(question, lang)
    kind = _type(question)
    response = add(root, "responseDeclaration", identifier="RESPONSE", cardinality="single", baseType=kind)
    if answers:
        add(add(response, "correctResponse"), "value", _correct(question, answers[0], kind))
    _outcome(root, "SCORE", "float", "0")
    _outcome(root, "MAXSCORE", "float", _points(question))
    _outcome(root, "FEEDBACK", "identifier")
    _outcome(root, "SOLUTION", "identifier")
    _body(root, question, lang, kind)
    _processing(root, question, answers, kind)
    for place, one in enumerate(answers):
        if one.why:
            _feedback(root, "FEEDBACK", f"misconception-{place}", one.why)
    _feedback(root, "SOLUTION", "solution", platform.solution(question, lang))
    return platform.document(root, indented=False)


def _answers(question: Question, lang: str) -> list[Expected]:
    """What the question knows answers of, the key first; of options the values are their identifiers."""
    if question.options:
        known = [
            (not option.right, Expected(wording.letter(place), platform.html(option.misconception)))
            for place, option in enumerate(question.options)
        ]
        return [one for _, one in sorted(known, key=lambda pair: pair[0])]
    return platform.expected(question.item, lang) if question.item else []


def _type(question: Question) -> str:
    """QTI's base type of the answer."""
    if question.options:
        return "identifier"
    sizes = platform.numbers(question.item) if question.item else None
    if question.item is None or sizes is None:
        return "string"
    if not isinstance(question.item.answer, Integer):
        return "float"
    if max(sizes) <= _LARGEST_INTEGER:
        return "integer"
    return "float" if max(sizes) <= _LARGEST_EXACT else "string"


def _correct(question: Question, key: Expected, kind: str) -> str:
    if kind == "string" and question.item:
        return platform.spellings(key.value, question.item)[0]
    return str(key.value) if kind == "identifier" else platform.digits(key.value)


def _outcome(root: Element, name: str, kind: str, default: str = "") -> None:
    declared = add(root, "outcomeDeclaration", identifier=name, cardinality="single", baseType=kind)
    if default:
        add(add(declared, "defaultValue"), "value", default)


def _points(question: Question) -> str:
    return platform.digits(question.points)


def _body(root: Element, question: Question, lang: str, kind: str) -> None:
    body = add(root, "itemBody")
    put(platform.stem(question, lang, spelled=kind == "string"), body)
    if question.options:
        # Not shuffled again: its letters are those of the sheet with the keys.
        asked = add(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false", maxChoices="1")
        for place, option in enumerate(question.options):
            put(platform.option_text(question, option), add(asked, "simpleChoice", identifier=wording.letter(place)))
    elif question.item:
        line = add(body, "p", f"{wording.ANSWER.in_(lang)}: ")
        add(line, "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength="20")
    else:
        add(body, "extendedTextInteraction", responseIdentifier="RESPONSE", expectedLines="15")
        put(platform.solution(question, lang), add(body, "rubricBlock", view="scorer"))


def _processing(root: Element, question: Question, answers: Sequence[Expected], kind: str) -> None:
    processing = add(root, "responseProcessing")
    if answers:
        chosen = add(processing, "responseCondition")
        for place, one in enumerate(answers):
            branch = add(chosen, "responseElseIf" if place else "responseIf")
            _condition(branch, one, kind, question.item)
            if place == 0:
                _set(branch, "SCORE", "float", _points(question))
            elif one.why:
                _set(branch, "FEEDBACK", "identifier", f"misconception-{place}")
            else:
                _set(branch, "SCORE", "float", "0")
    _set(processing, "SOLUTION", "identifier", "solution")


def _condition(branch: Element, one: Expected, kind: str, item: PublishedItem | None) -> None:
    if kind == "identifier" or item is None:
        _compared(branch, "match", kind, str(one.value))
    elif kind == "string":
        either = add(branch, "or")
        for spelled in platform.spellings(one.value, item):
            _compared(either, "stringMatch", kind, spelled, caseSensitive="false")
    elif isinstance(item.answer, Integer):
        _compared(branch, "equal", kind, platform.digits(one.value), toleranceMode="exact")
    else:
        tolerance = f"{platform.slack(one.value, item):.10g}"
        _compared(
            branch, "equal", kind, platform.digits(one.value), toleranceMode="absolute", tolerance=f"{tolerance} {tolerance}"
        )  # fmt: skip


def _compared(parent: Element, how: str, kind: str, value: str, **options: str) -> None:
    """The stated value first: a tolerance is counted from it."""
    test = add(parent, how, **options)
    add(test, "baseValue", value, baseType=kind)
    add(test, "variable", identifier="RESPONSE")


def _set(parent: Element, name: str, kind: str, value: str) -> None:
    add(add(parent, "setOutcomeValue", identifier=name), "baseValue", value, baseType=kind)


def _feedback(root: Element, outcome: str, name: str, html: str) -> None:
    put(html, add(root, "modalFeedback", outcomeIdentifier=outcome, identifier=name, showHide="show"))
