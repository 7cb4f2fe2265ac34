"""Our block loop finds the blocks that markdown-it-py finds, and code and math where Pandoc does."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
from generated import texts
from hypothesis import example, given, settings
from markdown_it import MarkdownIt

from quizcv.deck import markdown
from quizcv.deck.inline import plain, spans

DEEP = 1_000


def upstream() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"inline_definitions": True, "maxNesting": DEEP}).enable("table").disable("inline")
    )
    neighbours = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "math_block", markdown.math_block, neighbours)
    return parser


@given(texts)
@example("# a\x85")
@settings(max_examples=700)
def test_the_blocks_are_those_of_markdown_it(text: str) -> None:
    text = text.replace("\r", "\n").replace("\0", "")
    expected = []
    tokens = upstream().parse(text)
    for index, token in enumerate(tokens):
        kind = markdown._KINDS.get(token.type)
        if kind and not token.level and token.map:
            # Whether U+0085 and its like count as blanks differs between versions of markdown-it-py; for us they do.
            said = tokens[index + 1].content.strip() if kind == "heading" else token.info
            expected.append((kind, *token.map, said, int(token.tag[1]) if kind == "heading" else 0))
    outer, nested = markdown.parse(text)
    assert [tuple(block) for block in outer] == expected
    code = [token for token in tokens if token.level and token.type in ("fence", "code_block") and token.map]
    assert [(block.start, block.end, block.text) for block in nested] == [(*token.map, token.info) for token in code]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`a` and ``b ` c``", ["`a`", "``b ` c``"]),
        ("`open and ``other", []),
        (r"\`no` and `a\`", [r"` and `"]),
        ("$x_1$, $$y$$", ["$x_1$", "$$y$$"]),
        ("$5 and $6", []),
        (r"\$x and $y\$$", [r"$y\$$"]),
        ("$a\n\nb$ `c\n\nd`", []),
        ("```\na\n\nb\n```", ["```\na\n\nb\n```"]),
        ("`$x` y$", ["`$x`"]),
        ("$`x$ y`", ["$`x$"]),
    ],
)  # fmt: skip
def test_code_and_math_spans(text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in spans(text)] == found


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("**Bold** and _it_ and ~~out~~", "Bold and it and out"),
        ("`code` [text](url) ![alt](img) <b>tag</b>", "code text alt tag"),
        ("$C_{in}$ 1*1 a_b_c", "$C_{in}$ 1*1 a_b_c"),
        (r"\*no\* &amp; C#", "*no* & C#"),
        ("one\n two", "one two"),
        ("**" * 600, "**" * 600),
    ],
)
def test_plain_headings(heading: str, expected: str) -> None:
    assert plain(heading) == expected


@pytest.mark.parametrize(
    "piece",
    ["[", ">", "> ", "* ", "`", "` `` ", "$$a\n", "$$\n", "$a ", "{{c1::", "C: {{c1::a\n", "Q: a\n", "Q: a\nA: b\n",
     "Q: a\nA: b\n---\n", "- [ ] a\n", "[](", "<!-- ", "参考\n\n", "{#a ", "```\n", "|", "[a\n"],
)  # fmt: skip
def test_no_text_takes_quadratic_time(piece: str) -> None:
    from quizcv.deck import parse

    def calls(size: int) -> int:
        """How often anything is called while reading: the same on every machine, unlike seconds."""
        text, counted = "# a\n" + piece * (size // len(piece)), 0

        def count(_frame: FrameType, _event: str, _arg: object) -> None:
            nonlocal counted
            counted += 1

        sys.setprofile(count)
        try:
            parse(text, path="x.md")
        finally:
            sys.setprofile(None)
        return counted

    assert calls(40_000) < 12 * calls(5_000) + 2_000
