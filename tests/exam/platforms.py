"""What learning platforms do with our files, written from what their documentation and importers say; nothing of ours is used.

Each `…_questions` or `…_items` reads a file with an XML parser (expat, by ElementTree); each `…_mark` gives the share of the points and the
feedback that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

Element = ElementTree.Element
RUBBISH_NUMBER = "99999999999999999999999"
QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"


@dataclass(frozen=True)
class Marked:
    score: float
    feedback: str


def unpacked(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# --- Moodle: question/format/xml and the question types ---


def moodle_questions(data: bytes) -> list[Element]:
    return ElementTree.fromstring(data).findall("question")


def moodle_text(of: Element | None) -> str:
    assert of is not None
    return of.findtext("text") or ""


def moodle_mark(question: Element, response: str) -> Marked:
    fits: Callable[[Element, str], bool] = _numerical if question.get("type") == "numerical" else _short
    for answer in question.findall("answer"):
        if moodle_text(answer) == "*" or fits(answer, response):
            return Marked(float(answer.get("fraction", "")) / 100, moodle_text(answer.find("feedback")))
    return Marked(0.0, "")


def _numerical(answer: Element, response: str) -> bool:
    """A number is read as a float; beside the tolerance 1e-14 of its size is forgiven."""
    value = float(moodle_text(answer))
    tolerance = float(answer.findtext("tolerance") or 0) + 1e-14 * max(1.0, abs(value))
    try:
        return value - tolerance <= float(response) <= value + tolerance
    except ValueError:
        return False


def _short(answer: Element, response: str) -> bool:
    """Stars without a backslash stand for anything; capitals and blanks around it do not matter."""
    parts = re.split(r"(?<!\\)\*+", moodle_text(answer))
    pattern = ".*".join(re.escape(part.replace("\\*", "*")) for part in parts)
    return re.fullmatch(pattern, response.strip(), re.IGNORECASE) is not None


# --- QTI 2.1: the expressions of responseProcessing ---


def qti_items(data: bytes) -> list[Element]:
    """The items in the order of the test, found by way of the manifest."""
    files = unpacked(data)
    manifest = ElementTree.fromstring(files["imsmanifest.xml"])
    resources = list(manifest.iter("{http://www.imsglobal.org/xsd/imscp_v1p1}resource"))
    hrefs = {resource.get("href", "") for resource in resources}
    assert hrefs | {"imsmanifest.xml"} == set(files)
    test = next(one for one in resources if one.get("type") == "imsqti_test_xmlv2p1")
    root = ElementTree.fromstring(files[test.get("href", "")])
    return [ElementTree.fromstring(files[ref.get("href", "")]) for ref in root.iter(f"{QTI}assessmentItemRef")]


def qti_mark(item: Element, response: str) -> Marked:
    """A response that is not of the declared type is no response (NULL)."""
    declared = item.find(f"{QTI}responseDeclaration")
    assert declared is not None
    outcomes: dict[str, object] = {}
    for one in item.findall(f"{QTI}outcomeDeclaration"):
        default = one.findtext(f"{QTI}defaultValue/{QTI}value")
        outcomes[one.get("identifier", "")] = _typed(default, one.get("baseType", "")) if default else None
    given = {"RESPONSE": _typed(response, declared.get("baseType", ""))}
    processing = item.find(f"{QTI}responseProcessing")
    assert processing is not None
    for rule in processing:
        _rule(rule, given, outcomes)
    shown = [
        "".join(one.itertext())
        for one in item.findall(f"{QTI}modalFeedback")
        if outcomes[one.get("outcomeIdentifier", "")] == one.get("identifier")
        and one.get("outcomeIdentifier") == "FEEDBACK"
    ]
    score, most = outcomes["SCORE"], outcomes["MAXSCORE"]
    assert isinstance(score, float)
    assert isinstance(most, float)
    assert outcomes["SOLUTION"] == "solution"
    return Marked(score / most, "".join(shown))


def _typed(text: str, kind: str) -> object:
    """A value of a base type, or nothing; integers have 32 bits."""
    try:
        value = {"float": float, "integer": int}.get(kind, str)(text)
    except ValueError:
        return None
    return None if isinstance(value, int) and not -(2**31) <= value < 2**31 else value


def _rule(rule: Element, given: dict[str, object], outcomes: dict[str, object]) -> None:
    name = rule.tag.removeprefix(QTI)
    if name == "setOutcomeValue":
        outcomes[rule.get("identifier", "")] = _value(rule[0], given)
        return
    assert name == "responseCondition", name
    for branch in rule:
        conditional = branch.tag != f"{QTI}responseElse"
        if not conditional or _value(branch[0], given) is True:
            for inner in branch[1:] if conditional else branch:
                _rule(inner, given, outcomes)
            return


def _value(node: Element, given: dict[str, object]) -> object:
    name = node.tag.removeprefix(QTI)
    if name == "baseValue":
        return _typed(node.text or "", node.get("baseType", ""))
    if name == "variable":
        return given[node.get("identifier", "")]
    values = [_value(child, given) for child in node]
    if name == "or":
        return True in values
    if None in values:
        return None
    first, second = values
    if name == "match":
        return first == second
    if name == "stringMatch":
        fold = str.casefold if node.get("caseSensitive") == "false" else str
        return fold(str(first)) == fold(str(second))
    assert name == "equal", name
    assert isinstance(first, int | float)
    assert isinstance(second, int | float)
    if node.get("toleranceMode") == "exact":
        return first == second
    assert node.get("toleranceMode") == "absolute"
    below, above = (float(one) for one in node.get("tolerance", "").split())
    return first - below <= second <= first + above


# --- Canvas: QTI 1.2 ---


def canvas_items(data: bytes) -> list[Element]:
    """The items of the quiz, without their namespace, found by way of the manifest."""
    files = unpacked(data)
    assert b"<quiz " in next(data for name, data in files.items() if name.endswith("/assessment_meta.xml"))
    manifest = _bare(files["imsmanifest.xml"])
    stated = {one.get("href", "") for one in manifest.iter("file")}
    assert stated | {"imsmanifest.xml"} == set(files)
    quiz = next(one for one in manifest.iter("resource") if one.get("type") == "imsqti_xmlv1p2")
    file = quiz.find("file")
    assert file is not None
    return list(_bare(files[file.get("href", "")]).iter("item"))


def _bare(data: bytes) -> Element:
    root = ElementTree.fromstring(data)
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root


def canvas_field(item: Element, label: str) -> str:
    fields = {one.findtext("fieldlabel"): one.findtext("fieldentry") for one in item.iter("qtimetadatafield")}
    return fields.get(label) or ""


def canvas_mark(item: Element, response: str) -> Marked:
    """Conditions in their order, until one that fits says not to go on."""
    score, shown = 0.0, []
    numeric = canvas_field(item, "question_type") == "numerical_question"
    for condition in item.iter("respcondition"):
        tested = condition.find("conditionvar")
        assert tested is not None
        if not any(_fits(node, response, numeric) for node in tested):
            continue
        for setvar in condition.findall("setvar"):
            score = float(setvar.text or 0)
        shown += [one.get("linkrefid") for one in condition.findall("displayfeedback")]
        if condition.get("continue") == "No":
            break
    said = {one.get("ident"): "".join(one.itertext()) for one in item.findall("itemfeedback")}
    return Marked(score / 100, "".join(said[name] for name in shown if name != "general_fb"))


def canvas_taken_for_right(item: Element, response: str) -> bool:
    """What the importer makes of a typed question: every value in a condition is a right answer, whatever the condition gives."""
    numeric = canvas_field(item, "question_type") == "numerical_question"
    return any(
        _fits(node, response, numeric) for tested in item.iter("conditionvar") for node in tested if node.tag != "other"
    )


def _fits(node: Element, response: str, numeric: bool) -> bool:
    if node.tag == "other":
        return True
    if node.tag == "or":
        return any(_fits(child, response, numeric) for child in node)
    if node.tag == "and":
        return all(_fits(child, response, numeric) for child in node)
    text = node.text or ""
    if not numeric:
        assert node.tag == "varequal"
        return text.strip().casefold() == response.strip().casefold()
    assert "e" not in text.lower(), "Canvas shows no exponents"
    try:
        stated, given = Decimal(text), Decimal(response)
    except InvalidOperation:
        return False
    return {"varequal": given == stated, "vargte": given >= stated, "varlte": given <= stated}[node.tag]


# --- HTML ---


class _Active(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "style", "form", "svg"):
            self.found.append(tag)
        self.found += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


def active(html: str) -> list[str]:
    """What would run in a browser."""
    parser = _Active()
    parser.feed(html)
    parser.close()
    return parser.found
