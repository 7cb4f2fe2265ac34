"""Card text on the screen: `plain` for pipes, dumb terminals and screen readers, `terminal` for the full-screen review.

Both are safe with any input: no escape sequence of a deck's author reaches the terminal, and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from markdown_it.token import Token
from rich import box, markdown
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.table import Table
from rich.theme import Theme

from quizcv.tui.markup import BREAKS, blocks, clean, shown_target
from quizcv.tui.mathtext import unicode_math
from quizcv.tui.wrapping import CardText, is_wide

#: Plain tables wider than this are left ragged.
PLAIN_WIDTH = 80

# --- plain -------------------------------------------------------------------------------------------------------

#: What stands before the text of a line: quote bars, list markers, indentation.
_MARKERS = re.compile(r"(?:[\s>]|[-+*]\s|\d{1,9}[.)]\s)*")


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
            new = _prefixed(lines[first:end], "$$", [f"    {line}" for line in unicode_math(token.content).split("\n")])
        elif token.type == "inline" and tokens[index - 1].type not in ("th_open", "td_open"):
            new = _prefixed(lines[first:end], token.content.split("\n")[0].strip(), _source(token).split("\n"))
        else:
            continue
        shown[first:end] = [new, *[[]] * (end - first - 1)]
    return clean("\n".join(line for part in shown for line in part))


def _prefixed(lines: Sequence[str], source: str, text: Sequence[str]) -> list[str]:
    """New text for some lines, behind what stood before the old: `source` is the old text of the first line."""
    at = lines[0].rfind(source)
    prefix = lines[0][:at] if at >= 0 else "".join(_MARKERS.findall(lines[0])[:1])
    if text == [""]:
        return [prefix.rstrip()] if prefix.strip(" \t>") else []
    further = re.sub(r"[^\s>]", " ", prefix)
    return [prefix + text[0], *(further + line for line in text[1:])]


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
            text = text[:start] + (f"[{text[start:]}]({target})" if _adds(target, text[start:]) else text[start:])
        else:
            text += token.content or token.markup
    return text


def _adds(target: str, text: str) -> bool:
    """Whether a link's target tells more than its text."""
    return bool(target) and target.removeprefix("mailto:") != text


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
    prefix = "".join(_MARKERS.findall(line)[:1])
    further = re.sub(r"[^\s>]", " ", prefix)
    text: list[str] = []
    for row in rows:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        text.append(f"{further if text else prefix}| {' | '.join(cells)} |")
    return text


# --- terminal ----------------------------------------------------------------------------------------------------

#: Colours are the terminal's own sixteen, and no background, so that they hold on dark and on light.
_THEME = Theme(
    {f"markdown.h{level}": Style(bold=True, underline=level == 1) for level in range(1, 7)}
    | {
        "markdown.code": Style(color="cyan"),
        "markdown.code_block": Style(),
        "markdown.block_quote": Style(),
        "markdown.url": Style(dim=True),
        "markdown.table.border": Style(dim=True),
        "markdown.table.header": Style(bold=True),
    }
)
#: Cells that a column or a nested text needs to be readable at all.
_NARROWEST = 8
#: By Pygments' token types, which are tuples.
_CODE_THEME = ANSISyntaxTheme(
    {
        ("Comment",): Style(dim=True, italic=True),
        ("Keyword",): Style(color="magenta"),
        ("Operator", "Word"): Style(color="magenta"),
        ("Name", "Builtin"): Style(color="cyan"),
        ("Name", "Function"): Style(color="blue"),
        ("Name", "Class"): Style(color="blue"),
        ("Name", "Decorator"): Style(color="magenta"),
        ("Literal", "String"): Style(color="green"),
        ("Literal", "Number"): Style(color="cyan"),
    }
)


def terminal(markdown: str) -> CardMarkdown:
    """A rich renderable of card text."""
    return CardMarkdown(markdown)


class _Paragraph(markdown.Paragraph):
    def on_enter(self, context: markdown.MarkdownContext) -> None:
        super().on_enter(context)
        self.text = CardText(justify="left")


class _Heading(markdown.Heading):
    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = {}

    def on_enter(self, context: markdown.MarkdownContext) -> None:
        super().on_enter(context)
        self.text = CardText()


class _Code(markdown.CodeBlock):
    """Code with a margin and no background."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = Syntax(str(self.text).rstrip(), self.lexer_name, theme=_CODE_THEME, word_wrap=True)
        yield Padding(code, (0, 0, 0, 2))


class _Math(markdown.TextElement):
    """A formula on lines of its own: matrices as blocks if there is room, else everything in a line that may wrap."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        latex = self.text.plain
        text = clean(unicode_math(latex, display=True))
        room = options.max_width - max(map(cell_len, text.split("\n")))
        if room < 2:
            text = clean(unicode_math(latex))
        yield Padding(CardText(text), (0, 0, 0, min(8, max(2, room // 2))))


class _Cell(markdown.TableDataElement):
    def __init__(self, justify: JustifyMethod) -> None:
        super().__init__(justify)
        self.content = CardText("", justify=justify)


class _Table(markdown.TableElement):
    """A table without a frame; a list of its cells where the columns would be too narrow to read."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        heads = [cell.content for cell in self.header.row.cells] if self.header and self.header.row else []
        rows = [[cell.content for cell in row.cells] for row in self.body.rows] if self.body else []
        columns = zip(heads, *rows, strict=False)
        natural = sum(
            max(cell_len(line) for text in column for line in text.plain.split("\n")) + 2 for column in columns
        )
        if options.max_width < min(natural, _NARROWEST * len(heads)):
            for row in rows:
                for head, cell in zip(heads, row, strict=False):
                    yield CardText.assemble((head.plain, "markdown.table.header"), ": ", cell)
                yield CardText()
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, border_style="markdown.table.border")
        table.header_style = "markdown.table.header"
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*row)
        yield table


class _Quote(markdown.BlockQuote):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(_NARROWEST, options.max_width - 2))
        for line in console.render_lines(self.elements, inner, style=self.style):
            yield Segment("▌ ", Style(dim=True))
            yield from line
            yield Segment.line()


class _Item(markdown.ListItem):
    """A list item that, however deep, keeps room for a word."""

    def render_bullet(self, console: Console, options: ConsoleOptions) -> RenderResult:
        return self._behind(" • ", console, options)

    def render_number(self, console: Console, options: ConsoleOptions, number: int, last_number: int) -> RenderResult:
        return self._behind(f"{number:>{len(str(last_number)) + 1}}. ", console, options)

    def _behind(self, marker: str, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(_NARROWEST, options.max_width - len(marker)))
        for line in console.render_lines(self.elements, inner, style=self.style):
            yield Segment(marker, Style(bold=True))
            yield from line
            yield Segment.line()
            marker = " " * len(marker)


class _Rule(markdown.HorizontalRule):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style=Style(dim=True))
        yield ""


class CardMarkdown(markdown.Markdown):
    """rich's Markdown over our own tokens: math, HTML and pictures are text, links show where they lead."""

    elements: ClassVar[dict[str, type[markdown.MarkdownElement]]] = {
        **markdown.Markdown.elements,
        "paragraph_open": _Paragraph,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
        "math_block": _Math,
        "blockquote_open": _Quote,
        "list_item_open": _Item,
        "hr": _Rule,
        "table_open": _Table,
        "td_open": _Cell,
        "th_open": _Cell,
    }

    def __init__(self, text: str) -> None:
        super().__init__("", hyperlinks=False)
        self.markup = clean(text)
        self.inlines = {"em", "strong", "code", "s", "url"}
        self.parsed = list(_shown(blocks(self.markup)))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with console.use_theme(_THEME):
            # A list, for the theme must not stay on while others draw between two steps of a generator.
            segments = list(super().__rich_console__(console, options))
        yield from segments


def _shown(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens with their inline parts styled, without the paragraphs of which nothing is left."""
    empty = False
    for token, after in zip(tokens, [*tokens[1:], None], strict=False):
        if token.type == "paragraph_open":
            empty = after is None or not after.children
        elif token.type == "inline":
            token.children, token.content = _styled(token.children or []), ""
        if not empty:
            yield token
        elif token.type == "paragraph_close":
            empty = False


def _styled(children: Sequence[Token]) -> list[Token]:
    """Inline tokens that rich knows: links and pictures as text with a dim address."""
    out: list[Token] = []
    links: list[tuple[str, int]] = []
    for index, token in enumerate(children):
        if token.type == "picture":
            out += [_text(f"🖼 {token.content}" if token.content else "🖼"), *_dim(str(token.attrs["src"]))]
        elif token.type == "link_open":
            links.append((shown_target(str(token.attrs.get("href", ""))), len(out)))
        elif token.type == "link_close":
            target, start = links.pop() if links else ("", len(out))
            if _adds(target, "".join(part.content for part in out[start:])) and not target.startswith("#"):
                out += _dim(target)
        elif token.type == "softbreak":
            # A line break in the source is a space, but Chinese has none.
            after = children[index + 1].content[:1] if index + 1 < len(children) else ""
            if not (out and is_wide(out[-1].content[-1:]) and is_wide(after)):
                out.append(_text(" "))
        else:
            out.append(token)
    return out


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _dim(address: str) -> list[Token]:
    return [Token("url_open", "url", 1), _text(f" ({address})"), Token("url_close", "url", -1)] if address else []
