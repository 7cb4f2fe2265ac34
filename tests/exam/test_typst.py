"""Exams on paper: what is read is what was written, on every page, in both languages, and no text does anything."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token
from pypdf import PdfReader
from test_assembly import exam

from quizcv.answers.kinds import Shape
from quizcv.errors import ExamError
from quizcv.exam.blueprint import Blueprint, Cell, ItemCell, Section, Style, TheoryCell
from quizcv.exam.form import Exam, Theory
from quizcv.exam.renderers.pdf import PdfRenderer
from quizcv.exam.renderers.typst import TypstRenderer
from quizcv.exam.typstlook import preamble
from quizcv.exam.typstmath import DEEPEST, LONGEST, typst_math
from quizcv.exam.typsttext import blocks, line, text
from quizcv.items import models
from quizcv.prose import parser

HOSTILE = (
    '#eval("1+1")', '#read("/etc/passwd")', '#include "/etc/passwd"', '#import "@preview/cetz:0.3.0"', "#{", "#[", "#sys.version",
    "back \\\\ slash", "\\u{41}", "]", "[", "])", "];", "[x](y", "a ` b", "`` ` ``", "a $ b", "$ x $", "@x", "@preview",
    r"\<label>", "<label>", "<script>", "// not a comment", "a /* nor this */ b", "*/", "= heading", "+ item", "/ term: meaning",
    "a -- b --- c", "-? soft", "~tilde~~", "...", "'single' \"double\"", "_under_score", "https://example.org/a_b", "a;b", "%d {} {0}",
)  # fmt: skip


def mixed(
    *, title: str = "Midterm", instructions: str = "Answer **all** questions.", front: str = "Why does it help?"
) -> Blueprint:
    cells: tuple[Cell, ...] = (
        ItemCell(3, 2.0, "conv_output"), ItemCell(2, 1.0, "conv_params", level=2, style=Style.CHOICE), ItemCell(3, 3.0, topic="optimizers"),
    )  # fmt: skip
    theory = (TheoryCell(2, 2.0, ("d",)), TheoryCell(1, 1.0, ("d",), style=Style.CHOICE))
    sections = (Section("Numbers", cells), Section("Words", theory, "In *short*."))
    return Blueprint(title, sections, instructions, 90, True, ("Sizes are $N \\times C$.", front))


def made(front: str = "Why does it help?", *, lang: str = "en", forms: int = 2, **more: str) -> Exam:
    cards = [
        Theory(f"c{n}", "d", f"{front} ({n})", f"It helps {n}.", ("wrong a", "wrong b", "wrong c")) for n in range(12)
    ]
    return exam(mixed(front=front, **more), forms=forms, lang=lang, cards=lambda _cell: cards)


def pages(pdf: bytes) -> list[str]:
    """The text of each page without blanks: where a line ends is the compiler's business."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def document(parts: Sequence[str]) -> bytes:
    """Parts of markup, each in a block of its own, under our preamble."""
    head = (preamble("t", "f", "en", han=True), "#set page(header: none, footer: none)")
    return "\n".join((*head, *(f"#block[{part}]" for part in parts))).encode()


def compiled(parts: Sequence[str]) -> str:
    return "".join(pages(PdfRenderer().compiled({"parts.typ": document(parts)})["parts.typ"]))


# --- math ---


@pytest.mark.parametrize(
    ("latex", "typst"),
    [
        (r"\lfloor \frac{H+2p-d(k-1)-1}{s} \rfloor + 1", r"lr(\⌊ frac(H + 2 p − d \( k − 1 \) − 1, s) \⌋) + 1"),
        (r"\lfloor 7/2 \rfloor = \lceil x \rceil", r"\⌊ 7 \/ 2 \⌋ = \⌈ x \⌉"),
        (r"55{,}296", r'55 class("normal", \,) 296'),
        ("34,944", r'34 class("normal", \,) 944'),
        ("(224,224,3)", r"\( 224 \, 224 \, 3 \)"),
        (r"\sum_{i=1}^{n} x_i^2", "∑_(i = 1)^(n) x_(i)^(2)"),
        (r"\prod_k a_k", "∏_(k) a_(k)"),
        ("f'(x)", r"f^(′) \( x \)"),
        ("x^10", "x^(1) 0"),
        ("^2", '""^(2)'),
        (r"\sqrt{x} \sqrt[3]{y} \sqrt2", "sqrt(x) root(3, y) sqrt(2)"),
        (r"\left( \frac{a}{b} \right)^2", r"lr(\( frac(a, b) \))^(2)"),
        (r"(\frac{a}{b})^2", r"lr(\( frac(a, b) \))^(2)"),
        (r"\left. x \right|_0", r"lr(x \|)_(0)"),
        (r"\text{if } x \text{ $y$}", '"if "x" y"'),
        (r"\mathrm{FPN}_{\mathrm{out}} + \mathrm{d}x", '"FPN"_("out") + upright(d) x'),
        (r"\operatorname{softmax}(x)", r'op("softmax") \( x \)'),
        (r"\max_{i} \ln x", 'op("max", limits: #true)_(i) op("ln") x'),
        (r"a \cdot b \times c", "a ⋅ b × c"),
        (r"\le \ge \ne \approx \pm", "≤ ≥ ≠ ≈ ±"),
        (r"\alpha\beta_1 \Delta \varepsilon \epsilon", r"α β_(1) Δ ε ϵ"),
        (r"\hat{m} \bar x \mathbb{R} \mathbf{W}", "hat(m) macron(x) bb(R) bold(upright(W))"),
        (r"\begin{aligned} a &= b \\ &= c\end{aligned}", r"a & = b \ & = c"),
        (r"\begin{cases} 1 & x>0 \\ 0\end{cases}", "cases(1 & quad x > 0, 0)"),
        (r"\begin{bmatrix} 1 & 2; \\ 3\end{bmatrix}", r'mat(delim: "[", row-gap: #0.4em, 1, 2 \;; 3, "")'),
        (r"\begin{pmatrix}a\\b\end{pmatrix}", 'mat(delim: "(", row-gap: #0.4em, a; b)'),
        (r"50\% + 50%", r"50 \% + 50 \%"),
        (r"x \not\in Z", "x ∉ Z"),
        (r"p(x|y) = \|z\|", r'p \( x class("normal", \|) y \) = class("normal", ‖) z class("normal", ‖)'),
        (r"\unheard x", 'upright("unheard") x'),
        ("若 x", '"若"x'),
        (r"eval(x) \read #x @y", r'e v a l \( x \) upright("read") \# x \@ y'),
        (r"\frac{a", None),
        (r"\begin{cases} x", None),
        ("x" * (LONGEST + 1), None),
        ("{" * (DEEPEST + 2) + "x" + "}" * (DEEPEST + 2), None),
        ("{" * 2000 + "}" * 1999, None),
    ],
)  # fmt: skip
def test_math(latex: str, typst: str | None) -> None:
    """LaTeX as Typst, as it is compared by eye; None where it is no LaTeX."""
    assert typst_math(latex) == typst
    if typst is not None:
        compiled([f"${typst}$", f"$ {typst} $"])


_PIECES = (
    r"\frac{", r"\left(", r"\right)", r"\sqrt", r"\text{", r"\begin{cases}", r"\end{cases}", r"\begin{bmatrix}", r"\end{bmatrix}",
    "&", r"\\", "{", "}", "^", "_", "'", "$", "#eval(", '"', "√", "⟦", "∥", "若", "a", "12", ",", ";", ":", "/", "|", r"\|", r"\not",
    r"\hat", r"\underbrace{", r"\max", r"\mathrm{", "(", ")", "[", "]", "lr(", " ", r"\lfloor", "`", "\\", "@x", "//", "/*", "<b>", "..",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join), min_size=20, max_size=40))
def test_whatever_is_written_is_set(sources: list[str]) -> None:
    """No formula and no Markdown made of the worst pieces stops the compiler."""
    formulas = [f"${found}$" for source in sources if (found := typst_math(source))]
    compiled([*formulas, *map(blocks, sources), *map(line, sources), *map(text, sources)])


# --- items ---


def _formulas(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type.startswith("math"):
            yield token.content.strip()
        yield from _formulas(token.children or ())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_item_model_is_set(lang: str) -> None:
    """Stems and solutions of all models at all levels; no formula is given up and no command unknown."""
    said, count = [], 0
    for model in models().values():
        for level in (1, 2, 3):
            for index in (0, 1) if model.at(level) else ():
                item = model.item(3, index, level)
                said += [part.in_(lang) for part in (item.stem, item.solution)]
                count += 1
    given_up = [found for one in said for found in _formulas(parser().parse(one)) if typst_math(found) is None]
    assert given_up == []
    parts = list(map(blocks, said))
    assert not any('upright("' in part for part in parts)
    assert count > 1000
    pdf = PdfRenderer().compiled({"all.typ": document(parts)})["all.typ"]
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 20


# --- text ---


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), min_size=1, max_size=30))
def test_plain_text_comes_out_as_it_was(words: list[str]) -> None:
    """Every character of it, in any order; but a hyphen before a number is a minus."""
    said = " ".join(f"({word})" for word in words)
    assert compiled([text(said)]).replace("−", "-") == said.replace(" ", "")


@pytest.mark.parametrize("where", ["front", "title", "instructions"])
def test_hostile_texts_are_texts(where: str) -> None:
    """Calls, labels, comments and markup of Typst in questions, titles and instructions are read on paper, and read no file."""
    hostile = [one for one in HOSTILE if where != "title" or "`" not in one]
    said = " ; ".join(hostile)
    files = PdfRenderer().render(made(**{where: said}, forms=1))
    form = next(name for name in files if re.fullmatch(r"\w+-01\.pdf", name))
    read = "".join(pages(files[form])).replace("−", "-")
    assert "root:" not in read
    for seen in (
        '#eval("1+1")',
        '#read("/etc/passwd")',
        "#sys.version",
        "@x;",
        "<label>;<script>",
        "//notacomment",
        "/*northis*/",
    ):
        assert seen in read, seen


def test_nothing_around_a_text_is_taken_for_more_of_a_call() -> None:
    """Brackets and points behind code, emphasis and formulas stay text."""
    said = ["`a`(b)", "`a`.len", "**a**(b)[c]", "*a*\\[b]", "$x$(y)", "`a`;", "~~a~~.b", "`#eval(1)`"]
    assert compiled(list(map(blocks, said))) == "a(b)a.lena(b)[c]a[b]𝑥(y)a;a.b#eval(1)"


@pytest.mark.parametrize(
    ("markdown", "typst"),
    [
        ("a *b* **c** ~~d~~", "a #emph[b]; #strong[c]; #strike[d];"),
        ("# T\n\nx", "#strong[T];\n\nx"),
        ("- a\n- b\n\n  c", "#list([a], [b\n\nc], );"),
        ("3. a\n4. b", "#enum(start: 3, [a], [b], );"),
        ("|a|b|\n|:-:|--:|\n|1|2|", "#table(columns: 2, align: (center, right,), table.header([a], [b], ), [1], [2], );"),
        ("`x \\ \"y\"`", '#raw("x \\\\ \\"y\\"");'),
        ("```py\na\n\tb\n```", '#raw(block: true, "a\\n\\tb");'),
        ("[here](http://example.org)", "here"),
        ("![a *picture*](x.png)", "#emph[a picture];"),
        ("a<br>b<sub>2</sub> <pad> &amp;", "a#linebreak();b2 \\<pad\\> &"),
        ("<div>x &lt; y</div>", "x \\< y"),
        ("中\n文 a\nb", "中文 a b"),
        ("$$x$$", "$ x $"),
        ("1986\\. A\n\n\\- b", "1986\\. A\n\n\\- b"),
        ("$\\frac$", '#raw("\\\\frac");'),
        ("> q", "#quote(block: true)[q];"),
    ],
)  # fmt: skip
def test_markdown(markdown: str, typst: str) -> None:
    """What cards hold, as Typst."""
    assert blocks(markdown) == typst
    compiled([typst])


def test_deep_texts_are_set_flat() -> None:
    """Nesting without bound ends neither us nor the compiler."""
    for said in (
        "> " * 500 + "x",
        "*a " * 500 + "x*" * 500,
        "- " * 500 + "x",
        "[" * 500 + "x",
        "**" * 999 + "x" + "**" * 999,
    ):
        assert "x" in compiled([blocks(said), line(said)])


# --- pages ---


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages(lang: str) -> None:
    """A form and its solutions: id and number on every page, all that belongs there, and nothing that tells the answers."""
    of = made(lang=lang)
    files = PdfRenderer().render(of)
    assert set(files) == {f"{form.id}{tail}.pdf" for form in of.forms for tail in ("", "-solutions")} | {"keys.pdf"}
    for form in of.forms:
        for tail in ("", "-solutions"):
            found = pages(files[f"{form.id}{tail}.pdf"])
            assert 3 <= len(found) <= 7
            for number, page in enumerate(found, start=1):
                assert page.count(form.id) >= 2
                assert f"{number}/{len(found)}" in page
        asked, solved = ("".join(pages(files[f"{form.id}{tail}.pdf"])) for tail in ("", "-solutions"))
        for seen in (
            ("姓名", "学号", "时间：90分钟", "可以使用计算器")
            if lang == "zh"
            else ("Name", "Studentnumber", "Time:90minutes", "Calculators")
        ):
            assert seen in asked
        assert ("PyTorch验证" if lang == "zh" else "ConfirmedbyPyTorch") in solved
        assert ("PyTorch验证" if lang == "zh" else "ConfirmedbyPyTorch") not in asked
        assert ("解析" if lang == "zh" else "worked") not in asked
        for question in form.questions:
            for option in question.options:
                assert "".join(option.text.split()) in asked
        keys = "".join(pages(files["keys.pdf"]))
        assert form.id in keys


def test_questions_stand_on_one_page() -> None:
    """Number and answer box of a question are on the same page; a question longer than a page goes on on the next."""
    of = exam(Blueprint("Numbers", (Section("A", (ItemCell(14, 2.0, "conv_output"),)),)), forms=1)
    found = pages(PdfRenderer().render(of)[f"{of.forms[0].id}.pdf"])
    starts = [page.count("2points") for page in found[:-1]]
    assert starts == [page.count("Answer") for page in found[:-1]]
    assert sum(starts) == 14
    assert len(starts) > 1
    long = "\n\n".join(f"Line {n}x" for n in range(120))
    of = made(long, forms=1)
    read = "".join(pages(PdfRenderer().render(of)[f"{of.forms[0].id}.pdf"]))
    assert all(f"Line{n}x" in read for n in range(120))


def test_answer_boxes_have_units_and_axes() -> None:
    """The unit stands in the box; a shape has a box for each axis, in the order that is asked for."""
    of = exam(
        Blueprint("Boxes", (Section("A", (ItemCell(2, 1.0, "conv_output"), ItemCell(2, 1.0, _shaped()))),)), forms=1
    )
    source = TypstRenderer().render(of)[f"{of.forms[0].id}.typ"].decode()
    for question in of.forms[0].questions:
        assert question.item is not None
        answer = question.item.answer
        if isinstance(answer, Shape):
            assert f"axes({', '.join(f'[{axis}]' for axis in answer.axes)})" in source
        elif answer.unit:
            assert f"slot([{text(answer.unit)}])" in source
    assert source.count("axes([") == 2


def _shaped() -> str:
    return next(
        name for name, model in models().items() if model.at(1) and isinstance(model.item(1, 0, 1).answer, Shape)
    )


def test_keys_of_many_forms_wrap() -> None:
    """Twenty forms are on the sheet, each once, with the keys below its id."""
    of = exam(Blueprint("Many", (Section("A", (ItemCell(3, 1.0, "conv_output"),)),)), forms=20)
    read = "".join(pages(PdfRenderer().render(of)["keys.pdf"]))
    for form in of.forms:
        assert read.count(form.id) == 1


def test_right_options_are_marked_in_solutions_only() -> None:
    """One for each question with options, and none on the form."""
    of = made(forms=1)
    files = TypstRenderer().render(of)
    form = of.forms[0]
    with_options = sum(bool(question.options) for question in form.questions)
    assert with_options >= 3
    assert files[f"{form.id}-solutions.typ"].decode().count("], right: true)") == with_options
    assert b"], right: true)" not in files[f"{form.id}.typ"]


# --- files ---


def test_files_stand_alone() -> None:
    """Nothing is imported, read or fetched; a compiler that knows nothing of us sets them."""
    for name, source in TypstRenderer().render(made()).items():
        assert not re.search(rb"@preview|#import|#include|\bread\(|image\(", source), name


def test_the_same_bytes_in_another_process() -> None:
    """Source and PDF, whatever Python's hashes are and whenever it is."""
    code = (
        "import test_typst as t, hashlib\n"
        "of = t.made(forms=1, lang='zh')\n"
        "files = {**t.TypstRenderer().render(of), **t.PdfRenderer().render(of)}\n"
        "print({name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())})"
    )
    root = Path(__file__).parents[2]
    told = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        env = {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "PYTHONPATH": f"{root}:{root / 'tests' / 'exam'}",
            "PATH": "/usr/bin",
        }
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        told.add(done.stdout)
    assert len(told) == 1


def test_no_font_for_chinese(tmp_path: Path) -> None:
    """One line says what to install; English needs no font of the machine, unless a card is Chinese."""
    bare = PdfRenderer(system_fonts=False, font_paths=[tmp_path])
    for of in (made(lang="zh", forms=1), made("为什么？", forms=1)):
        with pytest.raises(ExamError, match="no font with Chinese") as refused:
            bare.render(of)
        assert "\n" not in refused.value.message
        assert "fonts-noto-cjk" in refused.value.hint
    english = made(forms=1)
    assert bare.render(english) == PdfRenderer().render(english)


def test_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package typst the source can still be had, and PDF says how to get it."""
    monkeypatch.setitem(sys.modules, "typst", None)
    of = made(forms=1)
    assert len(TypstRenderer().render(of)) == 3
    with pytest.raises(ExamError, match="typst") as refused:
        PdfRenderer().render(of)
    assert "pip install typst" in refused.value.hint
