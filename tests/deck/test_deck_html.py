"""A card as HTML: what a browser shows is what the Markdown says, and nothing in it runs."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcv.deck.html import _PLAIN, _renderer, sanitised, to_html, to_text
from quizcv.exchange.anki.own.cloze import cloze_html


def named(path: str) -> str:
    return "" if path.startswith("no") else f"m-{path.rpartition('/')[2]}"


CASES = {
    "plain": ("55 by 55", "55 by 55"),
    "less than": ("a < b & c", "a &lt; b &amp; c"),
    "one paragraph": ("a **b** `c<d`", "a <strong>b</strong> <code>c&lt;d</code>"),
    "inline math": ("is $x<y$ so", "is \\(x&lt;y\\) so"),
    "money": ("$5 and $6", "$5 and $6"),
    "math in two dollars": ("$$x^2$$", '<div class="math">\\[x^2\\]</div>'),
    "align is aligned": (
        "$$\n\\begin{align*}a&=b\\end{align*}\n$$",
        '<div class="math">\\[\\begin{aligned}a&amp;=b\\end{aligned}\\]</div>',
    ),
    "equation needs no frame": ("\\begin{equation}a=b\\end{equation}", '<div class="math">\\[a=b\\]</div>'),
    "not math": ("\\\\(x\\\\)", "\\<wbr>(x\\<wbr>)"),
    "not sound": ("[sound:a.mp3]", "[<wbr>sound:a.mp3]"),
    "not LaTeX": ("[latex]x[/latex] [$] x", "[<wbr>latex]x[<wbr>/latex] [<wbr>$] x"),
    "picture": ("![a map](img/map.png)", '<img src="m-map.png" alt="a map">'),
    "picture with blanks": ("![](<img/a map.png>)", '<img src="m-a map.png" alt="">'),
    "picture in HTML": ("<img src='img/map.png' onerror=alert(1)>", '<img src="m-map.png">'),
    "pictures among HTML": (
        "<b>a</b> ![x](a.png) <img title='a > b' src=a%20b.png>",
        '<b>a</b> <img src="m-a.png" alt="x"> <img title="a &gt; b" src="m-a b.png">',
    ),
    "no such picture in HTML": ("<img src=no.png alt=x>", '<img alt="x">'),
    "no such picture": ("![a map](no/map.png)", "a map"),
    "picture elsewhere": ("![x](https://a.b/c.png)", '<img src="https://a.b/c.png" alt="x">'),
    "sound": ("![](a.mp3)", "[sound:m-a.mp3]"),
    "link to a sound": ("[hear](a.mp3)", "hear [sound:m-a.mp3]"),
    "link": ("[x](https://a.b/?q=1&r=2)", '<a href="https://a.b/?q=1&amp;r=2">x</a>'),
    "link to a file": ("[x](other.md)", "x"),
    "drawn formula": ("![x](https://www.zhihu.com/equation?tex=x%5E2)", "\\(x^2\\)"),
    "Chinese lines": ("残差\n连接", "残差连接"),
    "lines of words": ("two\nlines", "two\nlines"),
    "code without a language": ("```\na < [latex]\n```", "<pre><code>a &lt; [<wbr>latex]</code></pre>"),
    "code in an unknown one": ("```nonesuch\nx\n```", '<pre><code class="language-nonesuch">x</code></pre>'),
    "code": (
        "```python\nreturn 1\n```",
        '<pre><code class="language-python"><span class="k">return</span> <span class="mi">1</span></code></pre>',
    ),
    "kramdown": ("x {: .red}", "x"),
    "strike": ("~~a~~", "<s>a</s>"),
}  # fmt: skip


@pytest.mark.parametrize(("markdown", "html"), CASES.values(), ids=CASES)
def test_markdown_becomes(markdown: str, html: str) -> None:
    """The HTML, letter for letter."""
    assert to_html(markdown, named).strip() == html.strip()


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)><circle/></svg>",
    "<iframe src=//a.b></iframe>",
    "<style>*{display:none}</style>",
    "<div style='background:url(//a.b)'>x</div>",
    "![x](data:text/html,<script>1</script>)",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "```<script>\nx\n```",
    "`<script>`",
    "$</script><script>alert(1)</script>$",
    '![" onerror="alert(1)](a.png)',
    '[x](<https://a.b/" onclick="alert(1)>)',
    "<b title='\" onclick=\"alert(1)'>x</b>",
    '<img alt="x src=" title=" onerror=alert(1) ">',
    '<img title="x src=" alt=" onerror=alert(1) " src=a.png>',
]
_TAGS = re.compile(r"<\s*/?\s*([a-zA-Z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


def harmless(html: str) -> None:
    for name, inside in _TAGS.findall(html):
        assert name.lower() not in {
            "script",
            "style",
            "iframe",
            "svg",
            "math",
            "object",
            "embed",
            "form",
            "link",
            "meta",
            "base",
        }
        for attribute, *values in _ATTRIBUTE.findall(inside):
            assert not attribute.lower().startswith("on"), html
            assert attribute.lower() != "style"
            value = unescape("".join(values)).strip().lower()
            assert not value.startswith(("javascript:", "data:text", "vbscript:")), html


@pytest.mark.parametrize("markdown", HOSTILE)
def test_nothing_runs(markdown: str) -> None:
    """No element that runs, no handler, no such address, wherever it was hidden; the same of HTML that comes from elsewhere."""
    for text in (markdown, f"- a\n- {markdown} **b**"):
        harmless(to_html(text, lambda path: path))
        harmless(to_html(text))
    harmless(sanitised(markdown))


@given(st.text("<>\"'=/ abscript:onerjvl()[]!`$\\{}*_\n", max_size=60))
def test_nothing_ever_runs(markdown: str) -> None:
    """Whatever is thrown together from such pieces."""
    harmless(to_html(markdown, lambda path: path))


@given(st.text(max_size=40))
def test_the_short_way_is_no_other_way(text: str) -> None:
    """Text that is escaped without being read comes out as it would have, read."""
    if _PLAIN.fullmatch(text) and text:
        renderer = _renderer()
        html = renderer.renderer.render(
            renderer.parse(text), renderer.options, {"media": named, "sieved": False}
        ).strip()
        if html.startswith("<p>"):  # what has no text at all, such as a lone control character, has no paragraph
            assert unescape(html[3:-4]).replace("\ufffd", "\0") == text or to_text(html) == to_text(to_html(text))


def test_text_of_html() -> None:
    """What is read of it: no tags, no entities, blanks where paragraphs met."""
    assert to_text("<p>a &lt; b</p>\n<p><b>c</b>d</p>") == "a < b cd"


CLOZE = {
    "text": ("ReLU is {{c1::max(0, x)::a function}}.", "ReLU is {{c1::max(0, x)::a function}}."),
    "marks inside": ("{{c1::**b** `c`}}", "{{c1::<strong>b</strong> <code>c</code>}}"),
    "an exponent": ("$x^{{c2::12}}$", "\\(x^{ {{c2::12}} }\\)"),
    "braces inside": ("$\\frac{a}{ {{c1::b_{i_{j}}}} }$", "\\(\\frac{a}{ {{c1::b_{i_{j} } }} }\\)"),
    "code is no deletion": ("{{c1::a}} `{{c2::b}}`", "{{c1::a}} <code>{<wbr>{c2::b}}</code>"),
    "private characters": ("\ue010 {{c1::a \ue011 b}} \ue012", "\ue010 {{c1::a \ue011 b}} \ue012"),
    "less": ("{{c1::a < b}}", "{{c1::a &lt; b}}"),
}


@pytest.mark.parametrize(("text", "html"), CLOZE.values(), ids=CLOZE)
def test_a_cloze_text_becomes(text: str, html: str) -> None:
    """Anki's marks, where its parser, which counts no braces, finds them."""
    assert cloze_html(text, named) == html
