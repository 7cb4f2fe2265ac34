"""The outermost blocks of a Markdown text: CommonMark and tables by markdown-it-py's own block rules, and `$$` blocks.

No card needs the inline rules, so they never run. Two things differ from markdown-it-py's own loop, and a test holds
both to its result: a rule is tried only on a line that begins with a character it can begin with, and paragraphs and
setext headings, which markdown-it-py looks for one after the other, are found in one scan. That halves the time.
One difference is meant: where nesting gets too deep markdown-it-py skips the rest of the text; here it becomes a
paragraph, so that the cards below are not lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

Rule = Callable[[StateBlock, int, int, bool], bool]

_KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "blockquote_open": "quote",
    "table_open": "table",
    "fence": "fence",
    "code_block": "code",
    "html_block": "html",
    "math_block": "math",
    "definition": "definition",
    "hr": "break",
}
_OPENERS = {
    "$": ("math_block",),
    "`": ("fence",),
    "~": ("fence",),
    ">": ("blockquote",),
    "-": ("hr", "list"),
    "*": ("hr", "list"),
    "_": ("hr",),
    "+": ("list",),
    "[": ("reference",),
    "<": ("html_block",),
    "#": ("heading",),
} | dict.fromkeys("0123456789", ("list",))
_DELIMITER_ROW = frozenset("|-:")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*")
_MATH_CLOSE = re.compile(r"\$\$(?:[ \t]*\([^)$\n]+\))?[ \t]*\Z")


class Block(NamedTuple):
    """An outermost block: lines `start` to before `end`, counted from 0.

    `kind` is heading, paragraph, list, quote, table, fence, code, html, math, definition or break.
    `text` is a heading's source without marks, or a fence's info string; `level` is a heading's.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    level: int = 0


def parse(text: str) -> tuple[list[Block], list[Block]]:
    """Returns the outermost blocks, and the code that stands deeper, in lists and quotes."""
    outer: list[Block] = []
    nested: list[Block] = []
    tokens: list[Token] = []
    _MD.block.parse(text, _MD, {}, tokens)
    for index, token in enumerate(tokens):
        kind = _KINDS.get(token.type)
        if kind is None or token.map is None:
            continue
        start, end = token.map
        if token.level:
            if kind in ("fence", "code"):
                nested.append(Block(kind, start, end, token.info))
        elif kind == "heading":
            outer.append(Block(kind, start, end, tokens[index + 1].content.strip(), int(token.tag[1])))
        else:
            outer.append(Block(kind, start, end, token.info))
    return outer, nested


class _Parser(ParserBlock):
    """markdown-it-py's block parser, asking only the rules that a line's first character leaves possible."""

    def prepare(self) -> None:
        """Look the rules up once, after the last of them was added."""
        named = dict(zip(self.ruler.get_active_rules(), self.ruler.getRules(""), strict=True))
        self.plain: tuple[Rule, ...] = (named["paragraph"],)
        self.indented: tuple[Rule, ...] = (named["code"], named["paragraph"])
        self.table: Rule = named["table"]
        self.openers = {first: (*(named[name] for name in names), *self.plain) for first, names in _OPENERS.items()}
        self.interrupters = {first: rules[:-1] for first, rules in self.openers.items() if first != "["}

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 (upstream's names)
        line = startLine
        deepest = state.md.options.maxNesting
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= deepest:
                rules = self.plain
            elif state.sCount[line] - state.blkIndent > 3:
                rules = self.indented
            elif self.may_be_table(state, line, endLine):
                rules = (self.table, *self.opener(state, line))
            else:
                rules = self.opener(state, line)
            for rule in rules:
                if rule(state, line, endLine, False):
                    break
            line = state.line
            if line < endLine and state.isEmpty(line):
                state.line = line = line + 1

    def opener(self, state: StateBlock, line: int) -> tuple[Rule, ...]:
        return self.openers.get(state.src[state.bMarks[line] + state.tShift[line]], self.plain)

    def interrupted(self, state: StateBlock, line: int, end: int) -> bool:
        """Whether something that may interrupt a paragraph begins on `line`."""
        for rule in self.interrupters.get(state.src[state.bMarks[line] + state.tShift[line]], ()):
            if rule(state, line, end, True):
                return True
        return self.may_be_table(state, line, end) and self.table(state, line, end, True)

    def may_be_table(self, state: StateBlock, line: int, end: int) -> bool:
        """Whether the line below begins as a table's delimiter row does."""
        below = line + 1
        if below >= end:
            return False
        start = state.bMarks[below] + state.tShift[below]
        return state.src[start : start + 1] in _DELIMITER_ROW


def _paragraph(state: StateBlock, start: int, _end: int, _silent: bool) -> bool:
    """markdown-it-py's `lheading` and `paragraph` in one: they walk down the same lines."""
    line, last, level = start + 1, state.lineMax, 0
    outside, state.parentType = state.parentType, "paragraph"
    while line < last:
        first = state.bMarks[line] + state.tShift[line]
        if first >= state.eMarks[line]:
            break
        indent = state.sCount[line] - state.blkIndent
        if indent <= 3:
            if indent >= 0 and state.src[first] in "-=" and _UNDERLINE.fullmatch(state.src, first, state.eMarks[line]):
                level = 1 if state.src[first] == "=" else 2
                break
            if state.sCount[line] >= 0 and _PARSER.interrupted(state, line, last):  # below 0: a quote claimed it
                break
        line += 1
    state.parentType = outside
    state.line = line + 1 if level else line
    if level:
        state.push("heading_open", f"h{level}", 1).map = [start, state.line]
        state.push("inline", "", 0).content = state.getLines(start, line, state.blkIndent, False).strip()
        state.push("heading_close", f"h{level}", -1)
    elif not state.level:
        state.push("paragraph_open", "p", 0).map = [start, line]
    return True


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`$$` … `$$`: the closing one ends a line, perhaps with a label `(1)` behind it. No blank lines, as in LaTeX.

    Unlike the plugin's rule it may interrupt a paragraph, as people write it, and it remembers where it looked in vain:
    a text of many unclosed `$$` would take quadratic time.
    """
    first = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("$$", first) or start < state.env.get("no_math_before", 0):
        return False
    line, opened = start, first + 2
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        text = state.src[opened : state.eMarks[line]]
        close = _MATH_CLOSE.search(text)
        if close and (line > start or close.start()):
            break
        if line == start and "$$" in text:
            return False  # `$$a$$ and more`: a paragraph that begins with math
        line += 1
        opened = state.bMarks[line]
    else:
        state.env["no_math_before"] = line
        return False
    if not silent:
        state.line = line + 1
        state.push("math_block", "math", 0).map = [start, state.line]
    return True


def _configured(parser: _Parser) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"inline_definitions": True})
    markdown.block = parser
    parser.ruler.before("fence", "math_block", math_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.ruler.at("paragraph", _paragraph)
    parser.ruler.disable("lheading")
    parser.prepare()
    return markdown


_PARSER = _Parser()
_MD = _configured(_PARSER)
