"""Card text on the screen: `plain` for pipes, dumb terminals and screen readers, `terminal` for the full-screen review.

Both are safe with any input: no escape sequence of a deck's author reaches the terminal, and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from markdown_it.token import Token
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich import box, markdown
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, OverflowMethod, RenderResult
from rich.containers import Lines
from rich.padding import Padding
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from quizcv.tui.markup import BREAKS, blocks, clean, shown_target
from quizcv.tui.mathtext import unicode_math

#: Plain tables wider than this are left ragged.
PLAIN_WIDTH = 80

# --- plain -------------------------------------------------------------------------------------------------------

_MARKERS = re.compile(r"(?:[\s>]|[-+*]\s|\d{1,9}[.)]\s)*")


def plain(markdown: str) -> str:
    """Markdown as text that reads well aloud: its own marks stay, math becomes Unicode, HTML and control characters go.

    Code is left as it is. Pictures become `[picture: alt or path]`.
    """
    lines = clean(markdown).split("\n")
    result = list[list[str]]([line] for line in lines)
    tokens = blocks("\n".join(lines))
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        first, end = token.map
        if token.type == "table_open":
            _set_table(tokens[index:], lines, result)
        elif token.type == "math_block":
            text = unicode_math(token.content)
            result[first:end] = _set(lines[first:end], "$$", ["    " + line for line in text.split("\n")])
        elif token.type == "inline" and tokens[index - 1].type not in ("th_open", "td_open"):
            source = token.content.split("\n")[0].strip()
            result[first:end] = _set(lines[first:end], source, _source(token.children or []).split("\n"))
    return clean("\n".join(line for part in result for line in part))
