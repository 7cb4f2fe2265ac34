"""How the text of a card is read: CommonMark with tables, strikethrough and math, wherever it is shown.

The terminal and HTML stand on this parser, so that a card says the same in both.
"""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar

from quizcv.model import Text

#: Sites that draw formulas: the picture's address holds the LaTeX.
EQUATION = re.compile(r"(?:/equation\?tex=|codecogs\.com/[a-z.]+\.(?:latex|image)\?)([^#&]+)")

#: What Jekyll's kramdown leaves in a note: {:toc}, {: .class #id key="value"}.
_KRAMDOWN = re.compile(
    r"""\{:(?:\s*(?:(?:no_)?toc|[.#][A-Za-z][\w-]*|[A-Za-z][\w-]*=(?:"[^"\n]*"|'[^'\n]*'))){1,20}\s*\}"""
)
_ASKED = Text("What does it mean?", "定义是什么？")
_ASKED_BACK = Text("Which term is this?", "这是哪个术语？")
_CONTENTS = re.compile(r"\s*\[{1,2}_?toc_?\]{1,2}\s*", re.IGNORECASE)


def without_kramdown(text: str) -> str:
    """A stretch of text without marks for a table of contents and attribute lists, which only a blog reads."""
    return "" if _CONTENTS.fullmatch(text) else _KRAMDOWN.sub("", text)


def asked(text: str, lang: str, *, reverse: bool) -> str:
    """The question that a bare term stands for, or with `reverse` a bare definition, in the language of the text."""
    chinese = lang == "zh" or any("\u4e00" <= char <= "\u9fff" for char in text)
    return (_ASKED_BACK if reverse else _ASKED).in_("zh" if chinese else "en")


@cache
def parser() -> MarkdownIt:
    """The one parser of card texts; nobody may change it."""
    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.use(amsmath_plugin).use(dollarmath_plugin)
    made.inline.ruler.at("math_inline", _inline_math)
    made.block.ruler.at("math_block", _block_math, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return made


def _inline_math(state: StateInline, silent: bool) -> bool:
    """Pandoc's rule, so that "$5 and $6" stays money: no space inside the dollars, no digit behind the closing one."""
    start = state.pos
    rule = math_inline_dollar(allow_space=False, allow_digits=True, allow_double=True)
    if not rule(state, True):
        return False
    is_price = state.src[state.pos : state.pos + 1].isdigit() and not state.src.startswith("$$", start)
    if is_price:
        state.pos = start
        return False
    if silent:
        return True
    state.pos = start
    return rule(state, False)


def _block_math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The plugin's rule, made to keep still when it is only asked whether a paragraph ends here."""
    tokens, line = len(state.tokens), state.line
    found = math_block_dollar(allow_labels=True, allow_blank_lines=False)(state, start, end, silent)
    if found and silent:
        del state.tokens[tokens:]
        state.line = line
    return found
