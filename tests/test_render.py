"""Card text in both modes: what it looks like, that it fits, and that nothing a deck says reaches the terminal as a command."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from quizcv.tui.render import plain, terminal

ROOT = Path(__file__).parents[1]
NOTES = ROOT.parent / "shared" / "notes"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def draw(markdown: str, width: int = 80, *, colour: bool = False) -> str:
    file = io.StringIO()
    system = "truecolor" if colour else None
    Console(file=file, width=width, force_terminal=True, color_system=system, legacy_windows=False).print(
        terminal(markdown)
    )
    return file.getvalue()


def lines(markdown: str, width: int = 80) -> list[str]:
    """The drawn lines without the blanks at their ends, and without empty ones."""
    return [line.rstrip() for line in draw(markdown, width).split("\n") if line.strip()]


# --- both modes --------------------------------------------------------------------------------------------------

SAME = [
    ("plain words", "plain words"),
    ("areas of $x^2$ and $\\beta_1$", "areas of x² and β₁"),
    ("it costs $5 and $6", "it costs $5 and $6"),
    ("$5-$6, then $x_1$", "$5-$6, then x₁"),
    ("$ x $ stays, \\$y\\$ too", "$ x $ stays, $y$ too"),
    ("$$x^2$$ in a line", "x² in a line"),
    ("公式$\\frac{1}{2}$在中文里", "公式1/2在中文里"),
    ("10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O", "10⁶ m², H₂O"),
    ("x<sub>max</sub> e<sup>query</sup> x<sup>[1]</sup>", "xₘₐₓ e^query x[1]"),
    ("a &lt;b&gt; &amp; &#x4e2d;", "a <b> & 中"),
    ("<b>bold</b> <!-- not this --> <kbd>q</kbd>", "bold  q"),
    ("6\\*6\\*256 is 6\\*6\\*256", "6*6*256 is 6*6*256"),
    ("<https://example.org>", "https://example.org"),
    ("text {: .cls #id}", "text"),
    ("set {:.2f} stays", "set {:.2f} stays"),
    ("<div>one</div>", "one"),
    ("![](https://www.zhihu.com/equation?tex=n+%5Ctimes+%28h+%2B+1%29)", "n × (h + 1)"),
]


@pytest.mark.parametrize(("markdown", "text"), SAME)
def test_same_in_both(markdown: str, text: str) -> None:
    assert plain(markdown) == text
    assert lines(markdown) == [text]


@pytest.mark.parametrize(
    "dropped", ["{:toc}", "[TOC]", "[[toc]]", "{: .center}", "<!-- c -->", "<script>alert(1)</script>"]
)
def test_leftovers_leave_no_line(dropped: str) -> None:
    assert plain(f"one\n\n{dropped}\n\ntwo").split() == ["one", "two"]
    assert draw(f"one\n\n{dropped}\n\ntwo").count("\n") == 3
    assert lines(f"one\n{dropped}\ntwo") in (["one two"], ["one", "two"])


@pytest.mark.parametrize(
    ("markdown", "shown", "drawn"),
    [
        ("![a conv](img/conv.svg)", "[picture: a conv]", "🖼 a conv (img/conv.svg)"),
        ("![](img/%E5%8D%B7.png)", "[picture: img/卷.png]", "🖼 (img/卷.png)"),
        ('<img alt="net &amp; co" src=a.png>', "[picture: net & co]", "🖼 net & co (a.png)"),
        ("<center>\n<img src='b.jpg' />\n</center>", "[picture: b.jpg]", "🖼 (b.jpg)"),
        ("[text](https://example.org/%E6%89%BE)", "[text](https://example.org/找)", "text (https://example.org/找)"),
        ('<a href="x.html">text</a>', "[text](x.html)", "text (x.html)"),
        ("[top](#top)", "[top](#top)", "top"),
        ("**bold** *it* `a $x$ <b>`", "**bold** *it* `a $x$ <b>`", "bold it a $x$ <b>"),
        ("a line\nmore", "a line\nmore", "a line more"),
        ("一行\n又一行", "一行\n又一行", "一行又一行"),
        ("# Title {#id .tag}", "# Title", "Title"),
        ("- $x^2$", "- x²", " • x²"),
        ("3. $x^2$", "3. x²", " 3. x²"),
        ("> $x^2$", "> x²", "▌ x²"),
        ("2012.", "2012.", " 2012."),
        ("7)", "7)", " 7)"),
        ("-", "-", " •"),
        ("$$\nx^2\n$$", "    x²", "        x²"),
    ],
)
def test_each_mode(markdown: str, shown: str, drawn: str) -> None:
    assert plain(markdown) == shown
    assert lines(markdown) == [drawn]


def test_data_in_an_address_is_not_shown() -> None:
    source = f'<img src="data:image/png;base64,{"A" * 5000}">'
    assert plain(source) == "[picture: data:image/png]"
    assert "AAAA" not in draw(source)


# --- plain -------------------------------------------------------------------------------------------------------

NOTE = """\
## Size $s$

Text &amp;
$$
o = \\frac{i+2p-k}{s}
$$
after<br>break

- one
  - two <sup>2</sup>
    $$\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}$$
> quote $y$
> <b>more</b>

```python
x = "<b> $x$ &amp; [TOC]"
```

Setext $z$
----------

| 名称 | $C_{in}$ |
|:--|--:|
| 池化 | a<br>b |

\\begin{align}
a &= b \\\\
&= c
\\end{align}
"""

NOTE_PLAIN = """\
## Size s

Text &
    o = (i+2p−k)/s
after
break

- one
  - two ²
        [1 2; 3 4]
> quote y
> more

```python
x = "<b> $x$ &amp; [TOC]"
```

Setext z
----------

| 名称 | Cᵢₙ |
| ---- | --- |
| 池化 | a b |

    a = b
    = c
"""


def test_plain_keeps_the_markdown_and_reads_the_rest() -> None:
    assert plain(NOTE) == NOTE_PLAIN


def test_plain_of_plain_text_is_itself() -> None:
    text = "Nothing to do here.\n\n* a list\n* of two\n\n```\ncode\n```\n"
    assert plain(text) == text


def test_plain_does_not_wait_for_the_screen() -> None:
    program = "import sys\nfrom quizcv.tui.render import plain\nplain('$x^2$')\n"
    program += "assert not {'textual', 'rich.markdown', 'pygments'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


# --- terminal ----------------------------------------------------------------------------------------------------


def test_headings_are_bold_and_on_the_left() -> None:
    for level in range(1, 7):
        drawn = draw("#" * level + " Title", colour=True)
        assert re.match("\x1b\\[1(;4)?mTitle", drawn)


def test_code_has_colours_but_no_background() -> None:
    drawn = draw("```python\nx = 'a'  # note\n```\n\nand `code`", colour=True)
    assert "\x1b[32m" in drawn
    assert not re.search(r"\x1b\[(?:\d+;)*(?:4[0-8]|10[0-7])\b", drawn)


def test_nothing_stands_above_the_first_block() -> None:
    for markdown in ("- a", "> a", "| a |\n|---|\n| b |", "```\na\n```", "# a", "[TOC]\n\n- a"):
        assert draw(markdown).split("\n")[0].strip()


def test_matrix_that_does_not_fit_becomes_a_line() -> None:
    source = "$$\\begin{bmatrix}" + "&".join(["1000"] * 5) + "\\\\" + "&".join(["2000"] * 5) + "\\end{bmatrix}$$"
    assert lines(source)[0].strip().startswith("⎡ 1000  1000")
    assert lines(source, 24) == ["  [1000 1000 1000 1000", "  1000; 2000 2000 2000", "  2000 2000]"]


def test_display_math_may_stand_right_behind_a_line() -> None:
    assert lines("before\n$$x^2$$\nafter") == ["before", "        x²", "after"]


TABLE = """\
| 层 | 输入 | 卷积核 | 说明 |
|:---|:---:|---:|---|
| 卷积层一 | 227×227×3 | 11×11 | 局部响应归一化在池化之前，后来的网络里几乎没有人再用它，因为作用很小 |
| Pool1 | 55×55×96 | $3\\times3$ | overlapping max pooling，步长比窗口小，据说可以略微减轻过拟合，效果有限 |
"""


@pytest.mark.parametrize("width", [24, 40, 80, 120])
def test_chinese_table_fits(width: int) -> None:
    drawn = draw(TABLE, width)
    assert max(cell_len(line) for line in drawn.split("\n")) <= width
    assert {"卷积层一", "227×227×3"} <= set(drawn.split()) if width >= 80 else "卷" in drawn


def test_columns_of_a_chinese_table_line_up() -> None:
    head, rule, *_ = lines("| 名称名称 | b |\n|---|---|\n| x | y |")
    row = lines("| 名称名称 | b |\n|---|---|\n| x | y |")[2]
    assert cell_len(head[: head.index("b")]) == cell_len(row[: row.index("y")])
    assert cell_len(rule) == cell_len(head)


def test_table_too_wide_for_the_screen_becomes_a_list() -> None:
    source = "|" + "head|" * 9 + "\n|" + "---|" * 9 + "\n|" + "a long cell|" * 9
    assert lines(source, 40) == ["head: a long cell"] * 9


def test_chinese_breaks_anywhere_but_not_before_a_full_stop() -> None:
    text = "Conv 两个卷积核的感受野等于一个更大的卷积核，参数却更少。还多了一次非线性激活（ReLU），所以更好。"
    for width in range(12, 60):
        drawn = lines(text, width)
        assert not any(line[0] in "，。）" for line in drawn)
        assert not any(line[-1] == "（" for line in drawn)
        assert all(cell_len(line) >= width - 12 for line in drawn[:-1])
        assert all(cell_len(line) <= width for line in drawn)
        assert "".join(drawn).replace(" ", "") == text.replace(" ", "")


def test_long_address_starts_on_the_line_of_its_words() -> None:
    assert lines("![](https://example.org/" + "a" * 90 + ")")[0].startswith("🖼 (https://")


# --- safety ------------------------------------------------------------------------------------------------------

INJECTIONS = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07after",
    "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
    "\x1bPdevice\x1b\\",
    "\x9b31mred",
    "\x9d0;title\x9c",
    "bell\x07 back\x08 \x7f \r\x00",
    "&#27;[31m &#x1b;]0;x&#7; &#155;31m",
    "[a](http://x/%1B%5D0;title%07)",
    "![a](%1b[31m.png)",
    '<img alt="&#27;[31m" src="%1b[2J">',
    "![](https://www.zhihu.com/equation?tex=%1b%5B31m)",
    "$\x1b[31m x$ and $%1b$",
    "$$\n\x1b]0;x\x07\n$$",
    "```\x1b[31m\n\x1b[31mcode\n```",
    "`\x1b[31m`",
    "| \x1b[31m |\n|---|\n| \x9b31m |",
    "<div>&#27;[31m</div>",
    "\u202eevil\u2066",
]


@pytest.mark.parametrize("source", INJECTIONS)
def test_no_escape_gets_through(source: str) -> None:
    assert not CONTROL.search(plain(source))
    assert not CONTROL.search(draw(source))
    assert not CONTROL.search(re.sub(r"\x1b\[[0-9;]*m", "", draw(source, colour=True)))
    assert "\x1b]" not in draw(source, colour=True)


def test_half_a_character_can_be_printed() -> None:
    assert plain("a\ud800b").encode() == "a\ufffdb".encode()
    draw("a\ud800b").encode()


BLOCKS = [
    "# ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "    ",
    "```",
    "~~~",
    "\n|a|b|\n|-|-|\n|",
    "---",
    "===",
    "{:toc}",
    "[TOC]",
]
TAGS = [
    "<b>",
    "</b>",
    "<sup>",
    "</sup>",
    "<sub>",
    "</sub>",
    "<a href='x'>",
    "</a>",
    "<br>",
    "<img src=a>",
    "<!--",
    "-->",
]
INLINE = [
    "`",
    "$",
    "$$",
    "|",
    "![a](b)",
    "[x](y)",
    "[",
    "](",
    ")",
    "**",
    "*",
    "_",
    "~~",
    "&lt;",
    "%1B",
    "\t",
    " x",
    "\\",
]
ODD = ["\x1b[31m", "\x1b]0;t\x07", "&#27;", "卷积", "（", "。", "🖼", "👨\u200d👩\u200d👧", "❤\ufe0f", "\ue000"]
LATEX = [
    "\\frac{a}{b}",
    "\\sqrt",
    "{",
    "}",
    "\\begin{align}",
    "\\end{align}",
    "\\begin{bmatrix}",
    "\\end{bmatrix}",
    "&",
    "^",
]
PIECES = st.sampled_from([*BLOCKS, *TAGS, *INLINE, *ODD, *LATEX, "\\\\"])


def _check(source: str, width: int) -> None:
    assert not CONTROL.search(plain(source))
    drawn = draw(source, width)
    assert not CONTROL.search(drawn)
    if width >= 80:
        assert max(cell_len(line) for line in drawn.split("\n")) <= width


@given(st.text(max_size=200), st.sampled_from([1, 20, 80]))
def test_any_text(source: str, width: int) -> None:
    _check(source, width)


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from([1, 20, 80]))
def test_any_markdown(source: str, width: int) -> None:
    _check(source, width)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_colour_is_the_only_escape(source: str) -> None:
    assert not CONTROL.search(re.sub(r"\x1b\[[0-9;]*m", "", draw(source, colour=True)))


@pytest.mark.parametrize(
    "piece", ["*", "[", "$a", "<", "`a", "![", "> ", "- ", "<!--", "{:toc", "\x1b]", "<sup>", "$$\n", "**a "]
)
def test_hostile_repetition_is_quick_enough(piece: str) -> None:
    _check(piece * 2000, 80)


# --- real texts --------------------------------------------------------------------------------------------------


def _sections(text: str) -> list[str]:
    return [part for part in re.split(r"(?m)^(?=#{1,6} )", text) if part.strip()]


@pytest.mark.skipif(not NOTES.is_dir(), reason="the source notes lie beside the repository, not in it")
@pytest.mark.parametrize("number", range(5))
def test_notes(number: int) -> None:
    text = (NOTES / f"notes-{number}.md").read_text("utf-8")
    for part in [text, *_sections(text)]:
        _check(part, 80)
    assert not re.search(r"</?(?:center|div|img|br)\b|\{:toc\}|\[TOC\]|!\[|\$", plain(text))


@pytest.mark.parametrize("path", sorted((ROOT / "decks").rglob("*.md")), ids=lambda path: str(path.relative_to(ROOT)))
def test_decks(path: Path) -> None:
    text = path.read_text("utf-8")
    for part in _sections(text):
        _check(part, 80)
    assert not re.search(r"\\[a-z]{2,}", plain(text)), "LaTeX that was not understood"
