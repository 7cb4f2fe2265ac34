"""Exams as HTML: what is printed, and the page for practice in a real Chromium, from a file and without a network."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_assembly import blueprint, exam

sys.path.append(str(Path(__file__).parents[1] / "exchange"))  # the browser, which stands with the other tests of pages

from browser import Chromium

from quizcv.answers import Choice, Number, Verdict, mark, read, written
from quizcv.exam import wording
from quizcv.exam.blueprint import Blueprint, ItemCell, Section, Style, TheoryCell
from quizcv.exam.form import Exam, Form, Part, Question, Theory
from quizcv.exam.mathml import to_mathml
from quizcv.exam.renderers.html import HtmlRenderer
from quizcv.exam.renderers.page import text
from quizcv.items import TOPICS, models
from quizcv.model import LEVELS, Text
from quizcv.published import Distractor

if TYPE_CHECKING:
    from browser import Tab

DECKS = Path(__file__).parents[2] / "decks"

#: What would set `hurt`, load something, or fall out of its place, wherever it came through.
HOSTILE = (
    "<script>window.hurt=1</script><img src=x onerror='window.hurt=1'><img src='http://127.0.0.1:9/x.png'> ![p](http://127.0.0.1:9/y.png)"
    "<svg onload='window.hurt=1'></svg></td></table></script></style></section></main><style>*{display:none}</style>"
    "<div id='data' class='question after' onclick='window.hurt=1'>a</div> [l](javascript:window.hurt=1) & \" ' <!-- \\u2028 "
    "$\\href{javascript:window.hurt=1}{x}$ $\\text{<img src=x onerror=window.hurt=1>}$ $\\text{</script><script>window.hurt=1</script>}$ "
    "`<script>window.hurt=1</script>` \\(\\<img src=x onerror=window.hurt=1\\>\\)"
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


def theory(lang: str) -> list[Theory]:
    asked = "What is $\\frac{\\partial L}{\\partial x}$ for $x < 0$?" if lang == "en" else "$x < 0$ 时梯度是多少？"
    return [
        Theory(f"c{n}", "d", f"{asked} ({n})", f"It is ${n}$.", ("It is $x$.", "It is $-x$.", "`x`")) for n in range(4)
    ]


@cache
def made(lang: str) -> Exam:
    """Two forms with every topic, every style, sections, instructions and conventions."""
    numbers = Section("Numbers", (
        ItemCell(1, 1.0, "conv_params", level=2, style=Style.CHOICE), *(ItemCell(1, 2.0, topic=topic, level=2) for topic in TOPICS),
        ItemCell(1, 1.5, "sigmoid_value"),
    ), "Show **your** work.")  # fmt: skip
    words = Section("Words", (TheoryCell(1, 2.0, ("d",)), TheoryCell(1, 1.0, ("d",), style=Style.CHOICE)))
    paper = Blueprint("Midterm", (numbers, words), "Answer *all*.", 90, False, ("With bias.", "$1$ MAC is 2 FLOP"))
    return exam(paper, forms=2, lang=lang, cards=lambda _cell: theory(lang))


def written_to(folder: Path, of: Exam) -> Mapping[str, Path]:
    """The pages of the first form by what they are for."""
    for name, data in HtmlRenderer().render(of).items():
        (folder / name).write_bytes(data)
    form = folder / of.forms[0].id
    names = {"form": "", "solutions": "-solutions", "practice": "-practice"}
    return {**{kind: Path(f"{form}{ending}.html") for kind, ending in names.items()}, "keys": folder / "keys.html"}


# --- formulas


def formulas() -> Iterator[str]:
    for model in models().values():
        for level in LEVELS:
            if not model.at(level):
                continue
            item = model.item(5, 0, level)
            for said in (item.stem, item.solution, *(mistake.text for _value, mistake in item.distractors)):
                yield from {said.en, said.zh}
    yield from (path.read_text(encoding="utf-8") for path in DECKS.rglob("*.md"))


def test_every_formula_there_is_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all item models at all levels in both languages, and of all decks: none is left as code."""
    drawn: list[str] = []

    def noting(latex: str, *, display: bool = False) -> str:
        drawn.append(to_mathml(latex, display=display))
        assert drawn[-1].startswith("<math"), latex
        ElementTree.fromstring(f"<x>{drawn[-1]}</x>")
        return drawn[-1]

    monkeypatch.setattr("quizcv.exam.renderers.page.to_mathml", noting)
    for markdown in formulas():
        text(markdown)
    assert len(drawn) > 2000


@pytest.mark.parametrize(
    ("latex", "holds"),
    {
        "1{,}573{,}120": "<mn>1,573,120</mn>",
        "(1, 234)": "<mo>,</mo><mn>234</mn>",
        r"H \cdot \mathrm{scale}": "<mi>scale</mi>",
        r"\mathrm{d}x": '<mi mathvariant="normal">d</mi>',
        r"\ln \tau": '<mi>ln</mi><mspace width="0.167em"></mspace><mi>τ</mi>',
        r"\min(1, 2)": '<mi>min</mi><mo stretchy="false">(</mo>',
        r"\lfloor x \rfloor": '<mo stretchy="false">⌊</mo><mi>x</mi><mo stretchy="false">⌋</mo>',
        r"\overline{x y}": '<mrow class="over"><mrow><mi>x</mi><mi>y</mi></mrow></mrow>',
        r"a/b": '<mo lspace="0" rspace="0">/</mo>',
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}": '<mtd columnalign="right"><mi>c</mi></mtd><mtd columnalign="left"><mo>=',
        r"\begin{gather*} a \\ b \end{gather*}": '<mtd columnalign="center"><mi>b</mi></mtd>',
        r"\sum_{\text{已知}} x": "<mtext>已知</mtext>",
        r"\text{a < b}": "<mtext>a &lt; b</mtext>",
    }.items(),
)  # fmt: skip
def test_formulas_as_they_are_set(latex: str, holds: str) -> None:
    """Where the library's own reading is not what TeX shows."""
    assert holds in to_mathml(latex).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "latex",
    [r"\nonesuch{x}", "a & b", r"\frac{1}{", "}{", "", "^", "a^b^c", r"\href{javascript:alert(1)}{x}", r"\newcommand{\a}{\a\a}\a",
     r"\begin{tikzpicture}\end{tikzpicture}", "{" * 3000, r"\sqrt{" * 60 + "x" + "}" * 60, "x+" * 4000, r"\left(" * 300, r"\def\a{x}"],
    ids=lambda latex: latex[:16],
)  # fmt: skip
def test_what_cannot_be_drawn_is_shown(latex: str) -> None:
    """As code, whole."""
    shown = to_mathml(latex)
    assert shown.startswith("<code>")
    assert unescape(shown) == f"<code>{latex.strip()}</code>"


_PIECES = st.sampled_from(
    [" ", *re.findall(r"\S+", r"""\text{ \frac{ \class{a}{ \style{b}{ \hspace{99em} \color{red} \begin{array}{cc} \end{array} \left(
    \right) & \\ _ ^ { } <script> </math> " ' &lt; \sqrt x 12 {,} \lfloor \overline{ \mathrm{ \rule{9em}{9em} \href{ \unicode{60} 中""")]
)  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=4), max_size=14).map("".join), st.booleans())
def test_no_formula_breaks_the_page(latex: str, display: bool) -> None:
    """Whatever is written between dollars: an element or more of MathML, without a link, a style or a size out of bounds; or code."""
    shown = to_mathml(latex, display=display)
    assert "<script" not in shown
    if shown.startswith("<code>"):
        assert "<" not in shown[6:-7]
        return
    for node in ElementTree.fromstring(f"<x>{''.join(c for c in shown if c.isprintable() or c == ' ')}</x>").iter():
        assert not {"href", "style", "id", "mathcolor", "mathbackground"} & set(node.attrib)
        assert node.get("class") in (None, "over")
        assert node.get("width", "0") in ("0",) or float(node.get("width", "0").removesuffix("em")) < 4


def test_a_text_has_formulas_but_not_in_code() -> None:
    """Marks in code and in text are only text; pictures are their descriptions, since nothing lies beside a page."""
    assert text("a $x$ b") == "a <math><mi>x</mi></math> b"
    assert text("是 $x$。") == '是 <span class="kept"><math><mi>x</mi></math>。</span>'
    assert "<math" not in text(r"`\(x\)` and \\(y\\) and `$z$`")
    assert text("![a map](map.png) ![b](https://example.org/b.png)") == "a map b"
    assert 'class="question"' not in text('<div class="question">x</div>')
    assert '<span class="k">def</span>' in text("```python\ndef f(): pass\n```")


# --- pages


def test_the_same_bytes(tmp_path: Path) -> None:
    """Twice, in processes whose hashes differ."""
    kept = tmp_path / "exam"
    kept.write_bytes(pickle.dumps(made("zh")))
    code = (
        "import hashlib, pathlib, pickle, sys; from quizcv.exam.renderers.html import HtmlRenderer;"
        "files = HtmlRenderer().render(pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()));"
        "print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())"
    )
    command = [sys.executable, "-c", code, str(kept)]
    told = [hashlib.sha256(repr(sorted(HtmlRenderer().render(made("zh")).items())).encode()).hexdigest()]
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(DECKS.parent)}
        told.append(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip())
    assert len(set(told)) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_paper(chromium: Chromium, tmp_path: Path, lang: str) -> None:
    """Cover, every question with its points, a box or its options, and room; the answers are in the other files alone."""
    of = made(lang)
    pages = written_to(tmp_path, of)
    form = of.forms[0]
    with chromium.tab() as tab:
        tab.open(pages["form"].as_uri())
        cover = tab.run("document.body.innerText")
        for said in (
            "Midterm",
            form.id,
            wording.NAME.in_(lang),
            wording.STUDENT.in_(lang),
            "With bias.",
            "Answer all.",
        ):
            assert said in cover
        for line in wording.cover(of.blueprint, len(form.questions)):
            assert line.in_(lang) in cover
        numbers = tab.run("Array.from(document.querySelectorAll('.question > .number'), (one) => one.textContent)")
        assert numbers == [str(question.number) for question in form.questions]
        for question in form.questions:
            at = f"document.querySelectorAll('.question')[{question.number - 1}]"
            assert wording.points(question.points).in_(lang) in tab.run(f"{at}.innerText")
            assert tab.run(f"{at}.querySelectorAll('.choice').length") == len(question.options)
            boxes = len(getattr(question.item.answer, "axes", "1")) if question.item and not question.options else 0
            assert tab.run(f"{at}.querySelectorAll('.field').length") == boxes
        assert wording.PROOF.in_(lang) not in cover
        assert tab.run("document.querySelectorAll('.right, .keyline').length") == 0
        tab.open(pages["solutions"].as_uri())
        solved = tab.run("document.body.innerText")
        assert solved.count(wording.PROOF.in_(lang)) == sum(question.item is not None for question in form.questions)
        for question in form.questions:
            if question.item and not question.options:
                assert wording.key(question) in solved
                for wrong in question.item.distractors:
                    assert written(wrong.value, question.item.answer) in solved
        tab.open(pages["keys"].as_uri())
        cells = tab.run(
            "Array.from(document.querySelectorAll('.keys tr'), (row) => Array.from(row.cells, (one) => one.textContent))"
        )
        assert cells[0] == ["", *(one.id for one in of.forms)]
        for row, *asked in zip(cells[1:], *(one.questions for one in of.forms), strict=True):
            for said, question in zip(row[1:], asked, strict=True):
                assert said == wording.key(question) or question.theory
        assert tab.errors == []


def test_printed(chromium: Chromium, tmp_path: Path) -> None:
    """The form's name is on every sheet, and no sheet but the last ends before a question is whole."""
    pypdf = pytest.importorskip("pypdf")
    pages = written_to(tmp_path, made("en"))
    with chromium.tab() as tab:
        tab.open(pages["form"].as_uri())
        data = tab.call("Page.printToPDF", preferCSSPageSize=True)["data"]
        sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(base64.b64decode(data))).pages]
    assert 3 <= len(sheets) <= 8
    for sheet in sheets:
        assert made("en").forms[0].id in sheet
    for sheet in sheets[:-1]:
        assert sheet.rstrip().endswith(("Space for your calculations", "Answer", "x"))


PAGES = ("form", "solutions", "practice", "keys")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", PAGES)
def test_on_a_phone(chromium: Chromium, tmp_path: Path, kind: str, lang: str) -> None:
    """At 360 px nothing has to be pushed aside, every formula has a size, and nothing is fetched, in light and in dark."""
    page = written_to(tmp_path, made(lang))[kind]
    with chromium.tab(360, 780, phone=True) as tab:
        tab.open(page.as_uri())
        tab.run("document.querySelectorAll('[hidden]').forEach((one) => { one.hidden = false; })")
        assert tab.run("[document.documentElement.scrollWidth, innerWidth]") == [360, 360]
        sizes = tab.run(
            "Array.from(document.querySelectorAll('math'), (one) => one.getBoundingClientRect())"
            ".filter((one) => !(one.width > 2 && one.height > 4)).length"
        )
        assert sizes == 0
        assert tab.run("document.querySelectorAll('math').length") > 0
        assert tab.run("performance.getEntriesByType('resource').length") == 0
        light = tab.run("getComputedStyle(document.body).backgroundColor")
        tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        assert tab.run("getComputedStyle(document.body).backgroundColor") != light
        assert tab.errors == []


def hostile() -> Exam:
    section = Section(HOSTILE, (TheoryCell(1, 1.0, ("d",)), TheoryCell(1, 1.0, ("d",), style=Style.CHOICE)), HOSTILE)
    paper = Blueprint(HOSTILE, (section,), HOSTILE, conventions=(HOSTILE,))
    cards = [Theory(f"c{n}", "d", HOSTILE, f"{HOSTILE} {n}", (HOSTILE, "b", "c")) for n in range(2)]
    return exam(paper, forms=1, cards=lambda _cell: cards)


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_of_a_text_runs(chromium: Chromium, tmp_path: Path, kind: str) -> None:
    """Scripts, pictures, styles and tags that close what they did not open: nothing is run or loaded, and the page keeps its form.
    The policy has nothing to stop, which would be an error."""
    page = written_to(tmp_path, hostile())[kind]
    with chromium.tab() as tab:
        tab.open(page.as_uri())
        if kind == "practice":
            tab.run("document.querySelectorAll('.question button').forEach((one) => one.click())")
        tab.run(
            "document.querySelectorAll('.text *').forEach((one) => one.click && one.tagName !== 'A' && one.click())"
        )
        assert tab.run("typeof hurt") == "undefined"
        assert tab.run("document.querySelectorAll('img, svg, object, iframe').length") == 0
        assert tab.run("document.querySelectorAll('script').length") == (2 if kind == "practice" else 0)
        assert tab.run("document.querySelectorAll('style').length") == 1
        assert (
            tab.run("document.querySelectorAll('.text .question, .text .after, [onclick], a:not([href^=http])').length")
            == 0
        )
        if kind != "keys":
            assert (
                tab.run("Array.from(document.querySelectorAll('.question'), (one) => one.parentElement.tagName)")
                == ["MAIN"] * 2
            )
        assert tab.run("performance.getEntriesByType('resource').length") == 0
        assert tab.errors == []


def test_a_script_that_got_through_would_not_run(chromium: Chromium, tmp_path: Path) -> None:
    """The page's policy is the second fence: it names our script by its hash, and allows no other."""
    page = written_to(tmp_path, made("en"))["practice"]
    html = page.read_text(encoding="utf-8").replace(
        "<main>", "<main><img src=x onerror='hurt=1'><script>hurt=1</script>"
    )
    page.write_text(html, encoding="utf-8")
    with chromium.tab() as tab:
        tab.open(page.as_uri())
        assert tab.run("typeof hurt") == "undefined"
        assert len(tab.errors) >= 2
        assert tab.run("document.querySelectorAll('.entry').length") > 0


# --- practice


class Practice:
    """A learner at the page."""

    def __init__(self, tab: Tab, of: Exam, page: Path) -> None:
        self.tab, self.questions = tab, of.forms[0].questions
        tab.open(page.as_uri())

    def at(self, question: Question) -> str:
        return f"document.getElementById('q{question.number}')"

    def type(self, question: Question, said: str) -> None:
        self.tab.run(
            f"{self.at(question)}.querySelector('.entry').focus(); {self.at(question)}.querySelector('.entry').select()"
        )
        self.tab.write(said)
        self.tab.press("Enter")

    def verdict(self, question: Question) -> str:
        found: str = self.tab.run(f"({self.at(question)}.querySelector('.verdict') || {{className: ''}}).className")
        return found.removeprefix("verdict ")

    def said(self, question: Question) -> str:
        found: str = self.tab.run(f"{self.at(question)}.querySelector('.said').textContent")
        return found

    def solved(self, question: Question) -> bool:
        found: bool = self.tab.run(f"!{self.at(question)}.querySelector('.after').hidden")
        return found

    def score(self) -> str:
        found: str = self.tab.run("document.getElementById('score').textContent")
        return found


def typed(of: Exam) -> list[Question]:
    return [question for question in of.forms[0].questions if question.item and not question.options]


def near(question: Question) -> str:
    """An answer that is nearly right, or nothing."""
    assert question.item is not None
    item = question.item
    if not isinstance(item.answer, Number) or not isinstance(item.key, float):
        return ""
    wrong = [(one.value, one.misconception) for one in item.distractors]
    tries = [round(item.key * (1 + part / 1000), 6) for part in (-4, -3, -2, 2, 3, 4)]
    return next((f"{one:.6f}" for one in tries if mark(one, item.key, item.answer, wrong).verdict is Verdict.NEAR), "")


def read_as_text(tab: Tab, markdown: str) -> str:
    """What a reader sees of a text."""
    found: str = tab.run(
        f"(() => {{ const t = document.createElement('div'); t.innerHTML = {json.dumps(text(markdown))}; return t.textContent; }})()"
    )
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_typed_answers(chromium: Chromium, tmp_path: Path, lang: str) -> None:
    """Malformed is asked again and tells no key; right, near and wrong are told apart; a misconception has its name; then the
    solution is there, and the points."""
    of = made(lang)
    page = written_to(tmp_path, of)["practice"]
    with chromium.tab(360, 780) as tab:
        learner = Practice(tab, of, page)
        for question in typed(of):
            item = question.item
            assert item is not None
            learner.type(question, "about ten or so?!")
            assert learner.verdict(question) == "unread"
            assert tab.run(f"document.activeElement === {learner.at(question)}.querySelector('.entry')")
            assert not learner.solved(question)
            assert tab.run(f"{learner.at(question)}.querySelector('.said .key') === null")
            learner.type(question, written(item.key, item.answer).removesuffix(item.answer.unit))
            assert learner.verdict(question) == "right", (item.model, learner.said(question))
            assert learner.solved(question)
            assert tab.run("document.activeElement.className") == "press main"
        earned = sum(question.points for question in typed(of))
        assert learner.score().endswith(f"{earned:g} / {of.blueprint.points:g}")

        learner = Practice(tab, of, page)
        for question in typed(of):
            item = question.item
            assert item is not None
            if not item.distractors:
                continue
            said = written(item.distractors[-1].value, item.answer).removesuffix(item.answer.unit)
            known = [(one.value, one.misconception) for one in item.distractors]
            expected = mark(read(said, item.answer), item.key, item.answer, known)
            assert expected.why is not None
            learner.type(question, said)
            assert learner.verdict(question) == expected.verdict == "wrong"
            assert learner.said(question).endswith(read_as_text(tab, expected.why.in_(lang)))
            assert written(item.key, item.answer) in learner.said(question)
        assert learner.score() == ("Points: " if lang == "en" else "得分：") + f"0 / {of.blueprint.points:g}"

        learner = Practice(tab, of, page)
        close = {question.number: near(question) for question in typed(of)}
        assert any(close.values())
        for question in typed(of):
            if close[question.number]:
                learner.type(question, close[question.number])
                assert learner.verdict(question) == "near"
                assert ("Nearly right" if lang == "en" else "接近正确") in learner.said(question)
        assert tab.errors == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_form_by_keyboard_alone(chromium: Chromium, tmp_path: Path, lang: str) -> None:
    """Enter checks and goes on, letters choose; at the end the score and what went wrong, from which one comes back to the questions."""
    of = made(lang)
    page = written_to(tmp_path, of)["practice"]
    wrong = ""
    with chromium.tab(360, 780) as tab:
        learner = Practice(tab, of, page)
        first = learner.questions[0]
        tab.run(f"{learner.at(first)}.querySelector('.entry, button').focus()")
        for question in learner.questions:
            assert tab.run(f"{learner.at(question)}.contains(document.activeElement)"), question.number
            if question.options:
                right = [option.right for option in question.options].index(True)
                missed = next((n for n, option in enumerate(question.options) if option.misconception), right)
                wrong = wrong or question.options[missed].misconception
                tab.press("abcdefgh"[missed])
                assert learner.verdict(question) == ("right" if missed == right else "wrong")
                assert tab.run(
                    f"{learner.at(question)}.querySelectorAll('.choice')[{right}].classList.contains('right')"
                )
            elif question.item:
                tab.write(written(question.item.key, question.item.answer).removesuffix(question.item.answer.unit))
                tab.press("Enter")
            else:
                tab.press("Enter")
                assert learner.solved(question)
                tab.press("Enter")
            tab.press("Enter")
        assert wrong
        assert not tab.run("document.getElementById('end').hidden")
        end = tab.run("document.getElementById('end').textContent")
        lost = sum(
            question.points for question in learner.questions if any(one.misconception for one in question.options)
        )
        assert end.startswith(f"{of.blueprint.points - lost:g} / {of.blueprint.points:g}")
        assert read_as_text(tab, wrong) in end
        assert tab.run("document.documentElement.scrollWidth") == 360
        assert tab.errors == []


def test_options_and_open_questions_by_hand(chromium: Chromium, tmp_path: Path) -> None:
    """A click chooses once; an open question shows its answer, and the learner says whether it was known."""
    of = made("en")
    with chromium.tab(360, 780, phone=True) as tab:
        learner = Practice(tab, of, written_to(tmp_path, of)["practice"])
        for question in learner.questions:
            at = learner.at(question)
            if question.options:
                right = [option.right for option in question.options].index(True)
                tab.run(
                    f"{at}.querySelectorAll('.choice')[{right}].click(); {at}.querySelectorAll('.choice')[{1 - min(right, 1)}].click()"
                )
                assert learner.verdict(question) == "right"
            elif question.theory:
                assert not learner.solved(question)
                tab.run(f"{at}.querySelector('.asking button').click()")
                assert learner.solved(question)
                tab.run(f"{at}.querySelectorAll('.asking button')[1].click()")
                assert learner.verdict(question) == "wrong"
        assert learner.score() == f"Points: 2 / {of.blueprint.points:g}"
        assert tab.errors == []


def test_a_form_without_items(chromium: Chromium, tmp_path: Path) -> None:
    """Theory alone, and nothing beside the questions: no empty boxes, no faults."""
    of = exam(blueprint(TheoryCell(1, 1.0, ("d",))), forms=1, cards=lambda _cell: theory("en"))
    with chromium.tab() as tab:
        for page in written_to(tmp_path, of).values():
            tab.open(page.as_uri())
            assert tab.run("document.querySelectorAll('.box, .lead, .sectionlead').length") == 0
        assert tab.errors == []


def test_items_answered_by_letter(chromium: Chromium, tmp_path: Path) -> None:
    """Where the item itself has options, in its question, a button for each letter answers it."""
    of = exam(blueprint(ItemCell(1, 1.0, "conv_output")), forms=1)
    [question] = of.forms[0].questions
    assert question.item is not None
    answer = Choice((Text("wider", "更宽"), Text("the same", "不变"), Text("narrower", "更窄")))
    item = replace(
        question.item,
        answer=answer,
        key="b",
        distractors=(Distractor("c", Text("The *padding* is there.", "有填充。")),),
    )
    form = Form("AAAAA-01", 1, (Part(0, (replace(question, item=item),)),))
    of = replace(of, forms=(form,))
    pages = written_to(tmp_path, of)
    with chromium.tab() as tab:
        for press, verdict, said in (
            (1, "right", ""),
            (2, "wrong", "The padding is there."),
            (0, "wrong", "Answer: b"),
        ):
            learner = Practice(tab, of, pages["practice"])
            assert tab.run("document.querySelectorAll('.asking button').length") == 3
            tab.run(f"document.querySelectorAll('.asking button')[{press}].click()")
            assert learner.verdict(question) == verdict
            assert said in learner.said(question)
        learner = Practice(tab, of, pages["practice"])
        tab.run("document.querySelector('.asking button').focus()")
        tab.press("b")
        assert learner.score() == "Points: 1 / 1"
        assert tab.errors == []
