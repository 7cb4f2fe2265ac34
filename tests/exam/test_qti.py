"""QTI packages: read again by another parser; 2.1 by its response processing, 1.2 as Canvas takes it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_forms import HOSTILE_HTML, extremes, form, hostile, item, items, typed
from platforms import (
    QTI,
    RUBBISH_NUMBER,
    Element,
    active,
    canvas_field,
    canvas_items,
    canvas_mark,
    canvas_taken_for_right,
    qti_items,
    qti_mark,
    unpacked,
)

from quizcv.answers import Number, Shape, mark, written
from quizcv.deck.html import to_html, to_text
from quizcv.exam.blueprint import Style
from quizcv.exam.form import Exam, Option, Question, Theory
from quizcv.exam.renderers.canvas import CanvasRenderer
from quizcv.exam.renderers.qti21 import Qti21Renderer
from quizcv.exam.renderers.xhtml import put
from quizcv.model import Text
from quizcv.published import PublishedItem

FORM_ID = "7QPAK-01"
PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "dt"))
LINES = frozenset(
    re.findall(r"\w+", "a abbr b big br cite code dfn em i img kbd q samp small span strong sub sup tt var")
) | {"textEntryInteraction"}
FLOW = PARAGRAPHS - {"dt"} | {
    "div",
    "blockquote",
    "ul",
    "ol",
    "dl",
    "table",
    "hr",
    "choiceInteraction",
    "extendedTextInteraction",
    "rubricBlock",
}
HOLDS = {
    **dict.fromkeys(("itemBody", "blockquote", "rubricBlock"), FLOW),
    **dict.fromkeys(("div", "li", "dd", "td", "th", "simpleChoice", "modalFeedback"), FLOW | LINES),
    **dict.fromkeys(PARAGRAPHS | LINES, LINES),
    "ul": {"li"}, "ol": {"li"},
    "dl": {"dt", "dd"}, "table": {"thead", "tbody"}, "thead": {"tr"}, "tbody": {"tr"}, "tr": {"td", "th"}, "hr": set(),
    "choiceInteraction": {"simpleChoice"},
}  # fmt: skip
#: What HTML is made of: put together, it opens and closes in any disorder.
PIECES = [
    *(
        f"<{tag}>"
        for tag in (
            "b",
            "p",
            "ul",
            "ol",
            "li",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "td",
            "div",
            "dl",
            "dt",
            "dd",
        )
    ),
    *(
        f"</{tag}>"
        for tag in ("b", "p", "ul", "ol", "li", "table", "tr", "td", "div", "dl", "a", "pre", "h1", "blockquote")
    ),
    *("<br>", "<hr>", "<img>", "<pre>", "<h1>", "<del>", "<blockquote>", "<details>", "<summary>", "<ruby>", "<rt>"),
    *('<a href="https://example.org">', "text", "&"),
]
WITH_TEXT = PARAGRAPHS | LINES | {"div", "li", "dd", "td", "th", "simpleChoice", "modalFeedback"}


def qti(exam: Exam) -> bytes:
    files = Qti21Renderer().render(exam)
    assert list(files) == [f"{FORM_ID}-qti21.zip"]
    return files[f"{FORM_ID}-qti21.zip"]


def canvas(exam: Exam) -> bytes:
    files = CanvasRenderer().render(exam)
    assert list(files) == [f"{FORM_ID}-canvas.zip"]
    return files[f"{FORM_ID}-canvas.zip"]


def typed_as(value: object, answer: object) -> str:
    """What somebody types who copies the value."""
    return written(value, answer) if isinstance(value, tuple | str) else str(value)  # type: ignore[arg-type]


def letters(text: str) -> str:
    """Without blanks: XHTML has no text between blocks."""
    return "".join(text.split())


def known(published: PublishedItem) -> list[tuple[object, Text]]:
    return [(one.value, one.misconception) for one in published.distractors]


# --- QTI 2.1 ---


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_model_is_marked_as_we_mark(lang: str) -> None:
    """The key gets all points, what a misconception leads to its reason and none, rubbish nothing."""
    for published, question in zip(items(), qti_items(qti(typed(items(), lang))), strict=True):
        assert_marked(published, question, lang)


def test_extreme_values_are_marked_as_we_mark() -> None:
    """Integers have 32 bits, floats are exact up to 2^53: beyond, letters are compared."""
    kinds = []
    for published, question in zip(extremes(), qti_items(qti(typed(extremes()))), strict=True):
        assert_marked(published, question, "en")
        declared = question.find(f"{QTI}responseDeclaration")
        assert declared is not None
        kinds.append(declared.get("baseType"))
    assert kinds == ["string"] * 2 + ["float"] * 3 + ["integer"] * 2 + ["float"] * 10 + ["string"] * 5 + ["float"]


def assert_marked(published: PublishedItem, question: Element, lang: str) -> None:
    answer, wrong = published.answer, known(published)
    assert qti_mark(question, typed_as(published.key, answer)).score == 1, published
    for value, _ in wrong:
        marked = qti_mark(question, typed_as(value, answer))
        why = mark(value, published.key, answer, wrong).why  # type: ignore[arg-type]
        reason = to_text(to_html(why.in_(lang))) if why else ""
        assert (marked.score, letters(marked.feedback)) == (0, letters(reason)), published
    for rubbish in ("rubbish", "", RUBBISH_NUMBER):
        assert (qti_mark(question, rubbish).score, qti_mark(question, rubbish).feedback) == (0, "")
    correct = question.findtext(f"{QTI}responseDeclaration/{QTI}correctResponse/{QTI}value")
    assert qti_mark(question, correct or "").score == 1


def test_the_edge_of_the_tolerance_counts() -> None:
    """One unit of the last place off is right, a little more is wrong."""
    tried = 0
    for published, question in zip(items(), qti_items(qti(typed(items()))), strict=True):
        if not isinstance(published.answer, Number) or not isinstance(published.key, int | float):
            continue
        key, tolerance = Decimal(str(published.key)), Decimal(str(published.answer.tolerance(published.key)))
        for sign in (1, -1):
            assert qti_mark(question, str(key + sign * tolerance)).score == 1, published
            assert qti_mark(question, str(key + sign * tolerance * Decimal("1.001"))).score == 0, published
        tried += 1
    assert tried > 300


def test_shapes_and_options_and_open_questions() -> None:
    """Spellings of a shape; options by their letters, in the order of the form; open answers with what the scorer needs."""
    options = (Option("-", False, "Nothing *passes*."), Option("0, 2", True), Option("1", False))
    card = Theory("k", "d", "Why $x$?", "Because *so*.")
    shape, choice, essay = qti_items(
        qti(
            form(
                [
                    Question(1, 0, 1.0, Style.TYPED, item=item(Shape(("C", "H", "W")), (96, 55, 55), (55, 55, 96))),
                    Question(2, 0, 1.0, Style.CHOICE, item=items()[0], options=options),
                    Question(3, 0, 3.0, Style.OPEN, theory=card),
                ]
            )
        )
    )
    for spelled in ("96x55x55", "96X55X55", "96×55×55", "(96, 55, 55)", "96, 55, 55", "torch.Size([96, 55, 55])"):
        assert qti_mark(shape, spelled).score == 1
    assert [qti_mark(choice, letter).score for letter in "ABC"] == [0, 1, 0]
    assert [qti_mark(choice, letter).feedback for letter in "ABC"] == ["Nothing passes.", "", ""]
    assert ["".join(one.itertext()) for one in choice.iter(f"{QTI}simpleChoice")] == ["-", "0, 2", "1"]
    assert essay.find(f"{QTI}responseDeclaration/{QTI}correctResponse") is None
    scorer = next(essay.iter(f"{QTI}rubricBlock"))
    assert (scorer.get("view"), "".join(scorer.itertext())) == ("scorer", "Because so.")
    assert qti_mark(essay, "Because so.").score == 0


def test_the_test_has_its_sections_time_and_instructions() -> None:
    """What a learner reads before the questions, and the minutes in seconds."""
    root = qti(form([Question(1, 0, 1.0, Style.TYPED, item=items()[0])], "zh", "期中 & <b>", "说明 $x<1$"))
    files = unpacked(root)
    test = files["test.xml"].decode()
    assert 'maxTime="5400"' in test
    assert "期中" in test
    assert "说明" in test
    assert sorted(files) == list(files)


def parts_of(root: Element) -> list[Element]:
    return [node for name in ("itemBody", "modalFeedback", "rubricBlock") for node in root.iter(f"{QTI}{name}")]


def assert_xhtml(node: Element) -> None:
    """Elements only where QTI 2.1 has them, and text only where text may stand."""
    name = node.tag.removeprefix(QTI)
    for text in [node.text, *(child.tail for child in node)]:
        assert name in WITH_TEXT or not (text or "").strip(), (name, text)
    for child in node:
        assert child.tag.removeprefix(QTI) in HOLDS[name], (name, child.tag)
        assert_xhtml(child)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_texts_are_xhtml(lang: str) -> None:
    """Of every model, and of hostile texts: which neither run nor end an element."""
    for exam in (typed(items(), lang), hostile(lang)):
        for question in qti_items(qti(exam)):
            for part in parts_of(question):
                assert_xhtml(part)
            for node in question.iter():
                assert not any(name.startswith("on") or "javascript:" in value for name, value in node.attrib.items())
                assert not set("\u202e\u202c\u200f\x00") & set(node.get("title", ""))
    theory = qti_items(qti(hostile(lang)))[0]
    body = "".join(next(theory.iter(f"{QTI}itemBody")).itertext())
    assert "]]>" in body


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_html_becomes_xhtml(parts: list[str]) -> None:
    """Whatever stands in a deck; no text is lost outside tables."""
    html = to_html("<i></i>" + " ".join(parts))
    body = Element("itemBody")
    put(html, body)
    assert_xhtml(body)
    if "<table>" not in parts:
        assert letters("".join(body.itertext())) == letters(to_text(html))


def test_markdown_of_every_sort() -> None:
    """Lists, tables, code, math and pictures arrive."""
    body = Element("itemBody")
    put(to_html(HOSTILE_HTML), body)
    assert_xhtml(body)
    tags = {node.tag for node in body.iter()}
    assert tags >= {"table", "th", "td", "ol", "li", "blockquote", "pre", "code", "img", "hr", "span"}
    assert "\\frac{1}{2} < 3" in "".join(body.itertext())


# --- Canvas ---


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_canvas_marks_every_model_as_we_mark(lang: str) -> None:
    """The key gets all points; what misconceptions lead to none, and the reason is among what is shown."""
    for published, question in zip(items(), canvas_items(canvas(typed(items(), lang))), strict=True):
        assert_canvas(published, question, lang)


def test_canvas_and_extreme_values() -> None:
    """Huge and tiny numbers, which Canvas rounds, are compared letter by letter."""
    kinds = []
    for published, question in zip(extremes(), canvas_items(canvas(typed(extremes()))), strict=True):
        assert_canvas(published, question, "en")
        kinds.append(canvas_field(question, "question_type"))
    short = [place for place, kind in enumerate(kinds) if kind == "short_answer_question"]
    assert short == [0, 1, 7, 8, 9, 10, 14, 17, 18, 19, 20, 21]


def assert_canvas(published: PublishedItem, question: Element, lang: str) -> None:
    answer, wrong = published.answer, known(published)
    key = typed_as(published.key, answer)
    assert canvas_mark(question, key).score == 1, published
    assert canvas_mark(question, key).feedback == ""
    for value, why in wrong:
        given = typed_as(value, answer)
        marked = canvas_mark(question, given)
        assert marked.score == 0, published
        assert to_html(why.in_(lang)) in marked.feedback
        assert not canvas_taken_for_right(question, given), published
    for rubbish in ("rubbish", "", RUBBISH_NUMBER):
        assert canvas_mark(question, rubbish).score == 0
    assert float(canvas_field(question, "points_possible")) == 2.5
    said = {one.get("ident"): "".join(one.itertext()) for one in question.findall("itemfeedback")}
    assert to_html(published.solution.in_(lang)) in said["general_fb"]


def test_canvas_counts_the_edge_of_the_tolerance() -> None:
    """In decimals, as Canvas computes."""
    for published, question in zip(items(), canvas_items(canvas(typed(items()))), strict=True):
        if canvas_field(question, "question_type") != "numerical_question":
            continue
        assert isinstance(published.key, int | float)
        key, tolerance = Decimal(str(published.key)), Decimal(str(published.answer.tolerance(published.key)))
        for sign in (1, -1):
            assert canvas_mark(question, str(key + sign * tolerance)).score == 1
            assert canvas_mark(question, str(key + sign * (tolerance or 1) * Decimal("1.001"))).score == 0
        first = question.find("resprocessing/respcondition/conditionvar/or")
        assert first is None or [node.tag for node in first] == ["varequal", "and"]


def test_canvas_options_and_open_questions() -> None:
    """Options have feedback of their own; their ids are the numbers Canvas wants, stated twice."""
    options = (Option("-", False, "Nothing *passes*."), Option("0, 2", True), Option("1", False))
    card = Theory("k", "d", "Why $x$?", "Because *so*.")
    section, choice, essay = canvas_items(
        canvas(
            form(
                [
                    Question(1, 0, 1.0, Style.CHOICE, item=items()[0], options=options),
                    Question(2, 0, 3.0, Style.OPEN, theory=card),
                ],
                text="Read *this*.",
            )
        )
    )
    assert canvas_field(section, "question_type") == "text_only_question"
    labels = [one.get("ident", "") for one in choice.iter("response_label")]
    assert canvas_field(choice, "original_answer_ids") == ",".join(labels)
    assert all(label.isdecimal() for label in labels)
    assert [canvas_mark(choice, label).score for label in labels] == [0, 1, 0]
    assert [canvas_mark(choice, label).feedback.strip() for label in labels] == ["Nothing <em>passes</em>.", "", ""]
    assert canvas_field(essay, "question_type") == "essay_question"
    assert canvas_mark(essay, "Because so.").score == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_texts_stay_texts_in_canvas(lang: str) -> None:
    """Nothing runs, and titles hold no marks that turn the direction."""
    data = canvas(hostile(lang))
    for question in canvas_items(data):
        for node in question.iter():
            assert active(node.text or "") == []
            assert not set("\u202e\u202c\u200f\x00") & set(node.get("title", ""))
    assert all(b"\x00" not in content for content in unpacked(data).values())


def test_the_same_bytes_twice() -> None:
    """Zips have no time of their own and sorted names."""
    exam = typed(items()[:40])
    for render in (qti, canvas):
        assert render(exam) == render(exam)
        assert list(unpacked(render(exam))) == sorted(unpacked(render(exam)))
