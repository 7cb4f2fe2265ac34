"""HTML of cards becomes Markdown that reads as the same text, and nothing in it runs."""

from __future__ import annotations

import re
from unicodedata import normalize

import nh3
import pytest
from anki_texts import deletions, documents, seen_in_html, seen_in_markdown, texts, words
from bs4 import BeautifulSoup
from hypothesis import assume, given, settings

from quizcv.deck import cloze
from quizcv.deck.html import to_html
from quizcv.deck.writing import written
from quizcv.exchange.anki.foreign.tomarkdown import Unreadable, to_markdown
from quizcv.model import CardText, Kind
from quizcv.prose import parser


def beside(name: str) -> str:
    """Media lie in a folder beside the deck."""
    return f"media/{name}"


def card(markdown: str, kind: Kind = Kind.BASIC, suffix: str = "", *, hint: str = "") -> CardText:
    side = next((side for side in cloze.read(markdown)[0] if f"~c{side.number}" == suffix), None)
    return CardText(
        key=f"x{suffix}", note="x", kind=kind, deck="d", lang="en", tags=(), breadcrumb=(), line=1, end_line=1, explicit=True,
        front=side.front.strip() if side else markdown,
        back=side.back.strip() if side else markdown,
        hint=side.hint if side else hint,
        cloze=markdown if side else "",
    )  # fmt: skip


TABLE = {
    # lines as Anki's editor makes them, and as people paste them
    "a<br>b": "a\\\nb",
    "a<br><br>b": "a\n\nb",
    "a<div>b</div><div>c</div>": "a\\\nb\\\nc",
    "<div>a</div><div><br></div><div>b</div>": "a\n\nb",
    "<div><div>a</div></div><br>": "a",
    "<p>a</p><p>b</p>": "a\n\nb",
    "a&nbsp;&nbsp;b\n c": "a b c",
    "a<hr>b": "a\n\n———\n\nb",
    # words
    "<b>x</b> <i>y</i> <s>z</s> <u>u</u>": "**x** *y* ~~z~~ *u*",
    "<strong>a</strong><b>b</b> <b></b>": "**ab**",
    "<b>a </b>b": "**a** b",
    '<span style="font-weight: 700; color: red">a</span><span>b</span>': "**a**b",
    'x <span style="font-style:italic">y</span> <span style="color:red">z</span>': "x *y* z",
    '<span style="font-weight:bold;font-style:italic">x</span>': "***x***",
    '<span style="font-weight:normal">x*</span>y': "x\\*y",
    '<b style="color:red">a</b><span style="color: rgb(1,2,3)">b</span><font color="red">c</font>': "**a**bc",
    "<b>a<br>b</b>": "**a**\\\n**b**",
    "这是<b>“重点”</b>内容": "这是“**重点**”内容",
    "x<b>\\(y\\)</b>z": "x$y$z",
    "H<sub>2</sub>O, x<sup>2</sup>": "H<sub>2</sub>O, x<sup>2</sup>",
    "<ruby>漢字<rp>(</rp><rt>かんじ</rt></ruby>": "漢字(かんじ)",
    "<q>so</q> <kbd>Ctrl</kbd>": '"so" `Ctrl`',
    # blocks
    "<h2>Title</h2>text": "**Title**\n\ntext",
    "<h2>A <b>bold</b> title</h2>": "**A bold title**",
    "x<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>y": "x\n\n- a\n  - b\n- c\n\ny",
    "<ul><li>a</li><ul><li>b</li></ul></ul>": "- a\n  - b",
    '<ol start="3"><li>a</li><li>b<br>c</li></ol>': "3. a\n4. b\\\n   c",
    "<blockquote>a<div>b</div></blockquote>c": "> a\\\n> b\n\nc",
    "<dl><dt>term</dt><dd>what it is</dd></dl>": "**term**\\\nwhat it is",
    "<table><tr><th>a</th><th>b|c</th></tr><tr><td>1<br>2</td><td>\\(|x|\\)</td></tr></table>": (
        "| a | b\\|c |\n| --- | --- |\n| 1<br>2 | $\\|x\\|$ |"
    ),
    '<table><tr><td colspan="2">a</td></tr><tr><td>b</td><td>c</td></tr></table>': (
        "|  |  |\n| --- | --- |\n| a |  |\n| b | c |"
    ),
    "<table><tr><td>layout</td></tr></table>": "layout",
    # code
    "<code>a `b` c</code>": "``a `b` c``",
    "<code>a</code><code>b</code>": "`ab`",
    "<pre>a\n\n  b</pre>c": "```\na\n\n  b\n```\n\nc",
    '<pre><code class="language-Python">a = "_"</code></pre>': '```python\na = "_"\n```',
    '<pre class="check">a</pre>': "```\na\n```",
    '<pre><code class="language-check">a</code></pre>': "```\na\n```",
    "<pre>```</pre>": "````\n```\n````",
    '<div class="highlight-source-c"><pre><span class="kt">int</span> <span class="n">x</span>;<br>y</pre></div>': (
        "```c\nint x;\ny\n```"
    ),
    '<table class="highlighttable"><tr><td class="linenos"><div><pre>1\n2</pre></div></td><td><pre>a\nb</pre></td></tr></table>': (
        "```\na\nb\n```"
    ),
    "<table><tr><td><pre>a\n b</pre></td><td>c</td></tr></table>": "|  |  |\n| --- | --- |\n| `a`<br>` b` | c |",
    # math
    "\\(x^2\\)": "$x^2$",
    "\\( a &lt; b_1 \\)": "$a < b_1$",
    "\\(a<br>b\\)": "$a\nb$",
    "\\(\\text{if $x$}\\)": "$\\text{if \\(x\\)}$",
    "\\(a\\ \\)": "$a\\ {}$",
    "\\(x\\)2 and \\(x\\)\\(y\\)": "$x$&#50; and $x$ $y$",
    "a \\[x^2<div>y</div>\\] b": "a\n\n$$x^2\ny$$\n\nb",
    "<b>\\[x\\]</b>": "**$x$**",
    "[$]x[/$] [$$]y[/$$]": "$x$\n\n$$y$$",
    "[latex]\\alpha[/latex]": "$\\alpha$",
    "[latex]so $x$ &amp; *[/latex]": "so $x$ & \\*",
    "[latex]\\begin{align}a\\end{align}[/latex]": "$$\\begin{align}a\\end{align}$$",
    '<anki-mathjax block="true">x</anki-mathjax><anki-mathjax>y</anki-mathjax>': "$$x$$\n\n$y$",
    "\\(x": "\\\\(x",
    "<code>\\(x\\)</code>": "`\\(x\\)`",
    "<b>\\(x</b>y\\)z": "$xy$z",
    # media and links
    '<img src="x.png">': "![](media/x.png)",
    '<img src="a b(1)%.png" alt="a *b*">': "![a \\*b\\*](<media/a b(1)%25.png>)",
    "[sound:a_b c.mp3]": "[a_b c.mp3](<media/a_b c.mp3>)",
    "[sound:a &amp; b.mp3]": "[a & b.mp3](<media/a %26 b.mp3>)",
    '<audio src="x.mp3"></audio>': "[x.mp3](media/x.mp3)",
    '<img src="https://x.y/a b.png">': "![](https://x.y/a%20b.png)",
    'Look!<a href="https://x.y/a_(b)?c=1&amp;copy;">te[x]t </a>': "Look\\![te\\[x\\]t](https://x.y/a_%28b%29?c=1&amp;copy;)",
    '<a href="other.html">text</a>': "text",
    # what Markdown and decks would read something into
    "a_b _c_ *d* `e`": "a_b \\_c\\_ \\*d\\* \\`e\\`",
    "5 &lt; 6 &lt;b&gt; &amp;amp; $5": "5 < 6 \\<b> \\&amp; \\$5",
    "# a<br>1. b<br>- c<br>+d<br>&gt; e<br>===": "\\# a\\\n1\\. b\\\n\\- c\\\n+d\\\n\\> e\\\n\\===",
    "Q: a<br>A：b<br>C::d": "Q\\: a\\\nA&#65306;b\\\nC\\::d",
    "a {#id .tag}": "a \\{#id .tag}",
    "C:\\dir\\*": "C\\:\\\\dir\\\\\\*",
    "a|b<br>---|---": "a|b\\\n\\---|---",
    "~~a~~ ~b": "\\~\\~a\\~\\~ ~b",
    # nothing
    "": "",
    "<br><div>&nbsp;</div>": "",
    "<b> </b><!-- a -->": "",
}  # fmt: skip


@pytest.mark.parametrize("html", TABLE)
def test_html_becomes_markdown(html: str) -> None:
    assert to_markdown(html, beside) == TABLE[html]


CLOZES = {
    "The {{c1::a::h}} is <b>{{c2::b}}</b>.": "The {{c1::a::h}} is {{c2::**b**}}.",
    "<b>a {{c1::b</b> c}}": "**a** {{c1::**b** c}}",
    "\\({{c1::\\frac{a}{b} }}\\)": "${{c1::\\frac{a}{b} }}$",
    "{{c1::\\(x\\)}}2": "{{c1::$x$}}&#50;",
    "<code>for {{c1::x}} in</code>": "`for `{{c1::x}}` in`",
    "<pre>for {{c1::x}}:\n  y</pre>": "`for `{{c1::x}}`:`\\\n`  y`",
    "<code>{{c1::f_1(*a)}}</code>": "{{c1::`f_1(*a)`}}",
    "<code>a</code>{{c1::<code>b</code>}}": "`a`<!-- -->{{c1::`b`}}",
    "\\(a\\){{c1::\\(b\\)}}": "$a$ {{c1::$b$}}",
    "<b>卷积{{c1::核}}大小</b>": "卷积{{c1::**核**}}大小",
    "{{c1::<b>a</b>}}{{c2::<b>b</b>}} <b>c</b>": "{{c1::a}}{{c2::b}} **c**",
    "{{c1::f{x} }} {y": "{{c1::f\\{x\\} }} \\{y",
    "{{c1::# a}}": "{{c1::\\# a}}",
    "{{c1::std::map}}": "{{c1::std::map}}",
    "{{c1::a": "\\{\\{c1::a",
    "{{c1::<div>a</div><div>b</div>}}": "{{c1::a\\\nb}}",
    "<p>{{c1::a}}</p><p>b</p>": "{{c1::a}}\\\nb",
    "{{c1::a}}<ul><li>b<p>c</p></li></ul>d": "{{c1::a}}\n- b\\\n  c\n<!-- -->\nd",
    "{{c1::a}}<ol start=2><li>b</li></ol>": "{{c1::a}}\n<!-- -->\n2. b",
    "<pre>a\n\nb</pre>{{c1::c}}": "```\na\n\nb\n```\n{{c1::c}}",
    '<a href="https://x.y">{{c1::a</a>b}}': "{{c1::ab}}",
    "<img alt='{{c1::x}}' src=x.png>{{c1::a}}": "![{{c1::x}}](media/x.png){{c1::a}}",
}


@pytest.mark.parametrize("html", CLOZES)
def test_deletions_survive_where_decks_read_them(html: str) -> None:
    assert to_markdown(html, beside, cloze=True) == CLOZES[html].replace("![{{c1::x}}]", "![\\{\\{c1::x\\}\\}]")


ATTACKS = (
    "<script>alert(1)</script>x",
    "<scr<script>ipt>alert(1)</scr</script>ipt>x",
    '<img src="x.png" onerror="alert(1)">',
    "<img src=x onerror=alert(1)//",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jav&#x09;ascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<img src="data:text/html;base64,PHNjcmlwdD4=">x',
    '<iframe src="https://x.y"></iframe>x',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>x',
    '<svg onload="alert(1)"><script>alert(1)</script><a href="javascript:alert(1)"><text>x</text></a></svg>x',
    '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    '<object data="x.swf"></object><embed src="x.swf">x',
    '<form action="javascript:alert(1)"><button>x</button></form>x',
    '<style>@import "javascript:alert(1)"</style>x',
    '<div style="background:url(javascript:alert(1))" onclick="alert(1)">x</div>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">x',
    "<!--<img src=x onerror=alert(1)>-->x",
    '<base href="javascript:alert(1)//"><meta http-equiv=refresh content="0;url=javascript:alert(1)">x',
    "[sound:javascript:alert(1)]",
    '<audio src="javascript:alert(1)">x</audio>',
    "<anki-mathjax><img src=x onerror=alert(1)><script>alert(1)</script></anki-mathjax>x",
    "\\(</anki-mathjax><img src=x onerror=alert(1)>\\)x",
    "[latex]<script>alert(1)</script>[/latex]x",
    '<img src="x.png" alt="](javascript:alert(1))">',
    '<a href="https://x.y/) [a](javascript:alert(1))">x</a>',
    "[sound:x](javascript:alert(1)).mp3]",
)


@pytest.mark.parametrize("as_cloze", [False, True])
@pytest.mark.parametrize("html", ATTACKS)
def test_nothing_that_runs_comes_through(html: str, as_cloze: bool) -> None:
    """Neither when any program renders the Markdown, HTML and all, nor as quizcv shows it."""

    def file(name: str) -> str:
        return f"media/{name}" if "/" not in name and ":" not in name else ""

    markdown = to_markdown(html, file, cloze=as_cloze)
    for shown in (parser().render(markdown), to_html(markdown, lambda path: path)):
        for tag in BeautifulSoup(f"<div>{shown}</div>", "html.parser").find_all(True):
            assert tag.name in ("div", "p", "a", "img", "br", "span", "eq", "eqn", "sub", "sup")
            assert set(tag.attrs) <= {"href", "src", "alt", "class"}
            for address in (tag.get("href"), tag.get("src")):
                assert address is None or str(address).startswith(("https://x.y/", "media/"))


@pytest.mark.parametrize("html", ["&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x onerror=alert(1)&gt;"])
def test_html_as_text_stays_text(html: str) -> None:
    assert seen_in_markdown(to_markdown(html, beside)) == seen_in_html(html)


@pytest.mark.parametrize(
    ("html", "why"),
    [("a" * 100_001, "100,001 characters"), ("<div>" * 41 + "a", "41 deep"), ("<div>" * 20_000, "deep")],
    ids=["long", "deep", "bottomless"],
)
def test_what_is_beyond_all_measure_is_refused(html: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        to_markdown(html, beside)


@pytest.mark.parametrize("text", ["\ufdd0a\U0001ffff\uffff", "a\x00\x1b[31m\x07", "\ud800a", "&#xfdd0;a&#x1fffe;"])
def test_what_is_no_text_is_dropped(text: str) -> None:
    """Noncharacters, controls and halves of characters, raw or as entities."""
    found = to_markdown(text, beside)
    assert "a" in found
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe\U0001ffff]", found)


@given(documents(texts))
@settings(max_examples=1_500)
def test_the_same_text_is_seen(html: str) -> None:
    assume("\\(" not in html)  # which would become math
    expected = seen_in_html(nh3.clean(html))
    assert seen_in_markdown(to_markdown(html, beside)) == expected
    assume("::" not in html)
    assert seen_in_markdown(to_markdown(html, beside, cloze=True)) == expected


@given(documents(texts))
@settings(max_examples=1_000)
def test_a_deck_reads_it_back(html: str) -> None:
    """No line of an answer is taken for a marker, a heading, attributes or the end of the card."""
    markdown = to_markdown(html, beside)
    assume(markdown)
    found = written([card(markdown)], deck="d", lang="en")
    assert not found.lost
    assert not found.rewritten


@given(documents(words | deletions))
@settings(max_examples=1_500)
def test_a_deck_reads_a_cloze_back_and_its_backs_say_all(html: str) -> None:
    markdown = to_markdown(html, beside, cloze=True)
    sides, problems = cloze.read(markdown)
    assume(sides)
    assert not problems
    found = written([card(markdown, Kind.CLOZE, f"~c{side.number}") for side in sides], deck="d", lang="en")
    assert not found.lost
    assert not found.rewritten
    shown = seen_in_html(nh3.clean(re.sub(r"\{\{c\d::|\}\}", "", html)))
    for side in sides:
        assert normalize("NFC", seen_in_markdown(side.back)) == shown
