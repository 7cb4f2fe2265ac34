"""Card text on the screen: `plain` for pipes, dumb terminals and screen readers, `terminal` for the full-screen review.

Both are safe with any input: no escape sequence of a deck's author reaches the terminal, and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token
from rich.cells import cell_len

from quizcv.tui.markup import BREAKS, adds, blocks, clean, shown_target
from quizcv.tui.mathlayout import BOX_CLOSE, BOX_OPEN, TIE
from quizcv.tui.mathtext import unicode_math

if TYPE_CHECKING:
    from quizcv.tui.elements import CardMarkdown

#: Plain tables wider than this are left ragged.
PLAIN_WIDTH = 80

#: What stands before the text of a line: quote bars, list markers, indentation.
_MARKERS = re.compile(r"(?:[\s>]|[-+*]\s|\d{1,9}[.)]\s)*")


def terminal(markdown: str) -> CardMarkdown:
    """A rich renderable of card text."""
    from quizcv.tui.elements import CardMarkdown  # pipes need not wait for rich.markdown

    return CardMarkdown(markdown)


def plain(markdown: str) -> str:
    """Markdown as text that reads well aloud: its own marks stay, math becomes Unicode, HTML and control characters go.

    Code is left as it is. Pictures become `[picture: alt or path]`.
    """
    lines = clean(markdown).split("\n")
    shown = [[line] for line in lines]
    tokens = blocks("\n".join(lines))
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        first, end = token.map
        if token.type == "table_open":
            new = _plain_table(tokens[index + 1 :], lines[first])
        elif token.type == "math_block":
            text = [f"    {line}" for line in unicode_math(token.content).split("\n")]
            text = [re.sub(f"[{BOX_OPEN}{BOX_CLOSE}]", "**", line) for line in text]
            new = _prefixed(lines[first], lines[first].find("$$"), text)
        elif token.type == "inline" and tokens[index - 1].type not in ("th_open", "td_open"):
            at = lines[first].rfind(token.content.split("\n")[0].strip())
            new = _prefixed(lines[first], at, _source(token).split("\n"))
        else:
            continue
        shown[first:end] = [new, *[[]] * (end - first - 1)]
    return clean("\n".join(line for part in shown for line in part).replace(TIE, " "))


def _prefixed(line: str, at: int, text: Sequence[str]) -> list[str]:
    """`text` in the place of what stood in `line` from `at` on, and the same quote bars before its further lines."""
    prefix = line[:at] if at >= 0 else "".join(_MARKERS.findall(line)[:1])
    if text == [""]:
        return [prefix.rstrip()] if prefix.strip(" \t>") else []
    further = re.sub(r"[^\s>]", " ", prefix)
    return [prefix + text[0], *(further + more for more in text[1:])]


def _source(inline: Token) -> str:
    """The children of an inline token as Markdown again."""
    text = ""
    links: list[tuple[str, int]] = []
    for token in inline.children or []:
        if token.type in BREAKS:
            text += "\n"
        elif token.type == "code_inline":
            pad = " " if token.content.startswith("`") or token.content.endswith("`") else ""
            text += token.markup + pad + token.content + pad + token.markup
        elif token.type == "picture":
            text += f"[picture: {token.content or token.attrs['src']}]"
        elif token.type == "link_open":
            links.append((shown_target(str(token.attrs.get("href", ""))), len(text)))
        elif token.type == "link_close":
            target, start = links.pop() if links else ("", len(text))
            text = text[:start] + (f"[{text[start:]}]({target})" if adds(target, text[start:]) else text[start:])
        else:
            text += token.content or token.markup
    return text


def _plain_table(tokens: Sequence[Token], line: str) -> list[str]:
    """A table with its bars under each other where the screen is wide enough."""
    rows: list[list[str]] = []
    for index, token in enumerate(tokens):
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(_source(tokens[index + 1]).replace("\n", " "))
    widths = [max(3, *(cell_len(row[column]) for row in rows)) for column in range(len(rows[0]))]
    if sum(widths) + 3 * len(widths) + 1 > PLAIN_WIDTH:
        widths = [3] * len(widths)
    rows.insert(1, ["-" * width for width in widths])
    text = []
    for row in rows:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        text.append(f"| {' | '.join(cells)} |")
    return _prefixed(line, -1, text)
