"""Moodle XML: read again by another parser and marked as Moodle marks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from platform_forms import extremes, form, hostile, item, items, typed
from platforms import RUBBISH_NUMBER, active, moodle_mark, moodle_questions, moodle_text

from quizcv.answers import Number, Shape, mark, written
from quizcv.deck.html import to_html, to_text
from quizcv.exam.blueprint import Style
from quizcv.exam.form import Option, Question, Theory
from quizcv.exam.renderers.moodle import MoodleRenderer
from quizcv.model import Text
from quizcv.published import PublishedItem

FRACTIONS = {"100", "0"}


def rendered(exam: object) -> bytes:
    files = MoodleRenderer().render(exam)  # type: ignore[arg-type]
    assert list(files) == ["7QPAK-01.xml"]
    return files["7QPAK-01.xml"]


def asked(exam: object) -> list:  # type: ignore[type-arg]
    return [one for one in moodle_questions(rendered(exam)) if one.get("type") not in ("category", "description")]


def typed_as(value: object, answer: object) -> str:
    """What somebody types who copies the value."""
    return written(value, answer) if isinstance(value, tuple | str) else str(value)  # type: ignore[arg-type]


def said(why: Text | None, lang: str) -> str:
    return to_text(to_html(why.in_(lang))) if why else ""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_model_is_marked_as_we_mark(lang: str) -> None:
    """The key gets all points, what a misconception leads to its reason and none, rubbish nothing."""
    for published, question in zip(items(), asked(typed(items(), lang)), strict=True):
        assert_marked(published, question, lang)


def test_extreme_values_are_marked_as_we_mark() -> None:
    """Also where Moodle's floats end: those are compared letter by letter."""
    kinds = []
    for published, question in zip(extremes(), asked(typed(extremes())), strict=True):
        assert_marked(published, question, "en")
        kinds.append(question.get("type"))
    assert kinds[:4] == ["shortanswer", "shortanswer", "numerical", "shortanswer"]
    assert kinds[7:9] == ["numerical", "shortanswer"]


def assert_marked(published: PublishedItem, question, lang: str) -> None:  # type: ignore[no-untyped-def]
    answer, known = published.answer, [(one.value, one.misconception) for one in published.distractors]
    assert moodle_mark(question, typed_as(published.key, answer)).score == 1, published
    for value, _ in known:
        marked = moodle_mark(question, typed_as(value, answer))
        why = mark(value, published.key, answer, known).why
        assert (marked.score, to_text(marked.feedback)) == (0, said(why, lang)), published
    for rubbish in ("rubbish", "", RUBBISH_NUMBER):
        assert moodle_mark(question, rubbish) == moodle_mark(question, "rubbish")
        assert moodle_mark(question, rubbish).score == 0
    assert {one.get("fraction") for one in question.findall("answer")} == FRACTIONS
    assert moodle_text(question.findall("answer")[-1]) == "*"


def test_the_edge_of_the_tolerance_counts() -> None:
    """One unit of the last place off is right, a little more is wrong; counts are exact."""
    for published, question in zip(items(), asked(typed(items())), strict=True):
        if question.get("type") != "numerical" or isinstance(published.key, tuple | str):
            continue
        key, tolerance = Decimal(str(published.key)), Decimal(str(published.answer.tolerance(published.key)))
        step = tolerance or Decimal(1)
        for sign in (1, -1):
            assert moodle_mark(question, str(key + sign * tolerance)).score == 1, published
            assert moodle_mark(question, str(key + sign * step * Decimal("1.001"))).score == 0, published
        assert tolerance or not isinstance(published.answer, Number)


@pytest.mark.parametrize(
    "spelled", ["96x55x55", "96X55X55", "96×55×55", "96*55*55", "(96, 55, 55)", "96, 55, 55", "[96,55,55]", "96 55 55"]
)
def test_shapes_as_people_write_them(spelled: str) -> None:
    """And a star in a spelling is a star, not everything."""
    question = asked(typed([item(Shape(("C", "H", "W")), (96, 55, 55), (55, 55, 96))]))[0]
    assert moodle_mark(question, spelled).score == 1
    assert moodle_mark(question, "9699*55*55").score == 0
    assert moodle_mark(question, "96*1*55*55").score == 0
    assert "reason 0" in moodle_mark(question, "55×55×96").feedback


def test_tiny_and_huge_numbers_as_people_write_them() -> None:
    """Where letters are compared, all usual notations are there."""
    tiny, huge = asked(typed([extremes()[8], extremes()[0]]))
    for spelled in ("3.25e-17", "3.24E-17", "3.25×10^-17", "3.245e-17", "0.0000000000000000325"):
        assert moodle_mark(tiny, spelled).score == 1, spelled
    for wrong in ("3.27e-17", "3.25e-18", "3.25"):
        assert moodle_mark(tiny, wrong).score == 0
    assert "1.23e-5" in moodle_text(tiny.find("questiontext"))
    for spelled in ("100000000000000000001", "100,000,000,000,000,000,001"):
        assert moodle_mark(huge, spelled).score == 1


def test_what_stands_around_a_question() -> None:
    """Category first; id, points and the solution in the language of the form; no penalty."""
    data = rendered(typed(items()[:3], "zh"))
    category, *questions = moodle_questions(data)
    assert moodle_text(category.find("category")) == "$course$/top/An exam/7QPAK-01"
    assert "90 分钟" in moodle_text(category.find("info"))
    for published, question in zip(items(), questions, strict=False):
        assert moodle_text(question.find("questiontext")) == f"<div>{to_html(published.stem.zh)}</div>"
        assert to_html(published.solution.zh) in moodle_text(question.find("generalfeedback"))
        assert float(question.findtext("defaultgrade", "")) == 2.5
        assert (question.findtext("penalty"), question.findtext("hidden")) == ("0", "0")
    assert [one.findtext("idnumber") for one in questions] == ["7QPAK-01-1", "7QPAK-01-2", "7QPAK-01-3"]
    assert len({moodle_text(one.find("name")) for one in questions}) == 3


def test_options_and_open_questions() -> None:
    """Options stand in the order of the form, each wrong one with its reason; a bare `-` is no list. Open answers tell the grader."""
    options = (Option("-", False, "Nothing *passes*."), Option("0, 2", True), Option("1", False))
    card = Theory("k", "d", "Why $x$?", "Because *so*.")
    choice, essay = asked(
        form(
            [
                Question(1, 0, 1.0, Style.CHOICE, item=items()[0], options=options),
                Question(2, 0, 3.0, Style.OPEN, theory=card),
            ]
        )
    )
    answers = choice.findall("answer")
    assert [moodle_text(one) for one in answers] == ["-", "0, 2", "1"]
    assert [one.get("fraction") for one in answers] == ["0", "100", "0"]
    assert moodle_text(answers[0].find("feedback")) == "Nothing <em>passes</em>."
    assert (choice.findtext("single"), choice.findtext("shuffleanswers")) == ("true", "false")
    assert essay.get("type") == "essay"
    assert moodle_text(essay.find("questiontext")) == "<div>Why \\(x\\)?</div>"
    assert "Because <em>so</em>." in moodle_text(essay.find("graderinfo"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_texts_stay_texts(lang: str) -> None:
    """Nothing ends an element, nothing runs, nothing XML forbids is left; names hold no marks that turn the direction."""
    data = rendered(hostile(lang))
    assert b"\x00" not in data
    questions = moodle_questions(data)
    assert [one.get("type") for one in questions] == ["category", "description", "essay", "multichoice", "numerical"]
    for question in questions:
        for text in question.iter("text"):
            assert active(text.text or "") == []
        for name in question.findall("name"):
            assert not set("\u202e\u202c\u200f\x00") & set(moodle_text(name))
    essay = questions[2]
    assert to_text(moodle_text(essay.find("questiontext"))).startswith("]]>")
    assert "\u202eevil\u202c" in moodle_text(essay.find("questiontext"))
    path = moodle_text(questions[0].find("category"))
    assert len(path.replace("//", "").split("/")) == 4  # $course$, top, the exam, the form


def test_the_same_bytes_twice() -> None:
    """The same exam gives the same file."""
    assert rendered(typed(items()[:40])) == rendered(typed(items()[:40]))
