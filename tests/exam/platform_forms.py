"""Forms to try the formats of learning platforms on: every item model at every level, extreme values, and hostile texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from quizcv.answers import Answer, Choice, Indices, Integer, Number, Shape, Value
from quizcv.exam.blueprint import Blueprint, Section, Style
from quizcv.exam.form import Exam, Form, Option, Part, Question, Theory
from quizcv.items import model_named, models
from quizcv.model import LEVELS, Text
from quizcv.published import Distractor, PublishedItem
from quizcv.reference import running
from quizcv.verify import verified

HOSTILE = (
    "]]> <script>alert(1)</script> <img src=x onerror=alert(2)> & &amp; &lt;b&gt; \x00\x0b\x1f \ufffe\uffff \ud800 "
    "\u202eevil\u202c \u200f </text></question> <!-- --> $a<b & c$ `]]>` **]]&gt;** 中文"
)
HOSTILE_HTML = (
    "<table><tr><td>one<table><tr><td>two</td></tr></table></td></tr></table>\n\n<ul>loose<p>x</p><li>a<ul></ul></li></ul>\n\n"
    "<div>a<div>b</div>c<hr>d<br>e</div>\n\n<details><summary>s</summary>t</details>\n\n~~gone~~ <u>u</u> "
    "<a href='javascript:x'>link</a>\n\n"
    "| a | b |\n|---|--:|\n| 1 | `2` |\n\n1. one\n\n   two\n2. three\n\n> quoted\n\n```python\nx = 1 < 2\n```\n\n$$\\frac{1}{2} < 3$$\n\n"
    "![pic](https://example.org/a.png)\n"
)


@cache
def items() -> tuple[PublishedItem, ...]:
    """Of every model at every level."""
    with running():
        return tuple(
            verified(model.item(5, 0, level)).published()
            for model in models().values()
            for level in LEVELS
            if model.at(level)
        )


def item(answer: Answer, key: Value, *wrong: Value) -> PublishedItem:
    """A real item with another answer."""
    with running():
        real = verified(model_named("conv_output").item(5, 0, 1)).published()
    reasons = [Text(f"reason {number} <b> & ]]>", f"原因 {number}") for number in range(len(wrong))]
    return replace(real, answer=answer, key=key, distractors=tuple(map(Distractor, wrong, reasons)))


def extremes() -> list[PublishedItem]:
    """At the ends of what floats, integers of 32 bits, and platforms hold."""
    letters = (Text("one", "一"), Text("two", "二"), Text("three", "三"))
    return [
        item(Integer(), 10**20 + 1, 10**20, 10**20 + 2),
        item(Integer(), 2**53 + 1, 2**53, 2**53 + 2),
        item(Integer("B"), 2**31, 2**31 - 1, 2**31 + 1),
        item(Integer(), 10**13 + 1, 10**13, 10**13 + 2),
        item(Integer(), 10**15 - 1, 10**15, 10**15 - 2),
        item(Integer(signed=True), -34944, 34944, -34943),
        item(Integer(), 0, 1),
        item(Number(significant=3), 3.24512e-7, 3.24512e-6, 6.1e-7),
        item(Number(significant=3), 3.24512e-17, 3.24512e-18, 6.1e-17),
        item(Number(significant=2), -8.9512e-5, 8.9512e-5),
        item(Number(significant=3), 1.23412e20, 1.23412e19),
        item(Number(3), 0.1, 0.2, -0.1),
        item(Number(3), 123456789.123, 123456789.153),
        item(Number(4), 0.0, 1.0),
        item(Number(3), 0.00004, 1.0),
        item(Number(0), 2.5, 7.0),
        item(Number(2, unit="%"), 12.5, 87.5),
        item(Shape(("C", "H", "W")), (96, 55, 55), (55, 55, 96), (96, 54, 54)),
        item(Shape(("N",)), (7,), (8,)),
        item(Indices(), (), (0,), (0, 2)),
        item(Indices(), (0, 2, 5), (), (1, 3, 6)),
        item(Choice(letters), "b", "a", "c"),
        item(Number(2), 0.5, 0.7, 0.705),  # the reason of the first is given for both
    ]


def typed(asked: Sequence[PublishedItem], lang: str = "en") -> Exam:
    """A form that asks all of them."""
    return form([Question(number + 1, 0, 2.5, Style.TYPED, item=one) for number, one in enumerate(asked)], lang)


def form(questions: Sequence[Question], lang: str = "en", title: str = "An exam", text: str = "") -> Exam:
    stated = Blueprint(title, (Section(title, (), text),), text, 90, False, (text,) if text else ())
    return Exam(stated, 1, lang, (Form("7QPAK-01", 1, (Part(0, tuple(questions)),)),))


def hostile(lang: str = "en") -> Exam:
    """A form whose every text means harm."""
    card = Theory("k", HOSTILE, HOSTILE, HOSTILE_HTML, (HOSTILE,))
    wrong = Option(HOSTILE, False, HOSTILE)
    choice = Question(2, 0, 1.0, Style.CHOICE, theory=card, options=(wrong, Option(HOSTILE_HTML, True), wrong))
    real = item(Integer(HOSTILE), 5, 6)
    harmful = replace(real, stem=Text(HOSTILE, HOSTILE), solution=Text(HOSTILE_HTML, HOSTILE_HTML))
    asked = [Question(1, 0, 1.0, Style.OPEN, theory=card), choice, Question(3, 0, 1.0, Style.TYPED, item=harmful)]
    return form(asked, lang, HOSTILE, HOSTILE)
