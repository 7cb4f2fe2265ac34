"""How the blocks of a card look in the terminal: rich's Markdown elements, made quieter and right for Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile
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

from quizcv.tui.markup import adds, blocks, clean, shown_target, text_token
from quizcv.tui.mathlayout import BOX_CLOSE, BOX_OPEN
from quizcv.tui.mathtext import unicode_math
from quizcv.tui.wrapping import CardText, is_wide

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


class Paragraph(markdown.Paragraph):
    """A paragraph that wraps as Chinese does."""

    def on_enter(self, context: markdown.MarkdownContext) -> None:
        super().on_enter(context)
        self.text = CardText(justify="left")


class Heading(markdown.Heading):
    """A bold line on the left, whatever its level."""

    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = {}

    def on_enter(self, context: markdown.MarkdownContext) -> None:
        super().on_enter(context)
        self.text = CardText()


class CodeBlock(markdown.CodeBlock):
    """Code with a margin and no background."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = Syntax(str(self.text).rstrip(), self.lexer_name, theme=_CODE_THEME, word_wrap=True)
        yield Padding(code, (0, 0, 0, 2))


class MathBlock(markdown.TextElement):
    """A formula on lines of its own: matrices as blocks if there is room, else everything in a line that may wrap."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        latex = self.text.plain
        text = clean(unicode_math(latex, display=True))
        room = options.max_width - max(map(cell_len, text.split("\n")))
        if room < 2:
            text = clean(unicode_math(latex))
        yield Padding(_formula(text), (0, 0, 0, min(8, max(2, room // 2))))


def _formula(text: str) -> CardText:
    """Display math, its boxes in bold."""
    shown, bold = CardText(), False
    for part in re.split(f"([{BOX_OPEN}{BOX_CLOSE}])", text):
        if part in (BOX_OPEN, BOX_CLOSE):
            bold = part == BOX_OPEN
        else:
            shown.append(part, style="bold" if bold else None)
    return shown


class Cell(markdown.TableDataElement):
    """A table cell that wraps as Chinese does."""

    def __init__(self, justify: JustifyMethod) -> None:
        super().__init__(justify)
        self.content = CardText("", justify=justify)


class TableBlock(markdown.TableElement):
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


class Quote(markdown.BlockQuote):
    """A quote behind a bar that takes two cells and no more."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(_NARROWEST, options.max_width - 2))
        for line in console.render_lines(self.elements, inner, style=self.style):
            yield Segment("▌ ", Style(dim=True))
            yield from line
            yield Segment.line()


class Item(markdown.ListItem):
    """A list item that, however deep, keeps room for a word. One without text still shows its marker: the answer "2012."
    is a list to Markdown."""

    @classmethod
    def create(cls, markdown: markdown.Markdown, token: Token) -> Item:
        item = cls()
        item.delimiter = token.markup
        return item

    def __init__(self) -> None:
        super().__init__()
        self.delimiter = "."

    def render_bullet(self, console: Console, options: ConsoleOptions) -> RenderResult:
        return self._behind(" • ", console, options)

    def render_number(self, console: Console, options: ConsoleOptions, number: int, last_number: int) -> RenderResult:
        return self._behind(f"{number:>{len(str(last_number)) + 1}}{self.delimiter} ", console, options)

    def _behind(self, marker: str, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(_NARROWEST, options.max_width - len(marker)))
        for line in console.render_lines(self.elements, inner, style=self.style) or [[]]:
            yield Segment(marker, Style(bold=True))
            yield from line
            yield Segment.line()
            marker = " " * len(marker)


class Divider(markdown.HorizontalRule):
    """A line across, and an empty one below it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style=Style(dim=True))
        yield ""


class CardMarkdown(markdown.Markdown):
    """rich's Markdown over our own tokens: math, HTML and pictures are text, links show where they lead."""

    elements: ClassVar[dict[str, type[markdown.MarkdownElement]]] = {
        **markdown.Markdown.elements,
        "paragraph_open": Paragraph,
        "heading_open": Heading,
        "fence": CodeBlock,
        "code_block": CodeBlock,
        "math_block": MathBlock,
        "blockquote_open": Quote,
        "list_item_open": Item,
        "hr": Divider,
        "table_open": TableBlock,
        "td_open": Cell,
        "th_open": Cell,
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
        # rich puts an empty line before a list or a table even where nothing stands above it.
        yield from dropwhile(lambda part: part == Segment.line(), segments)


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
            out += [text_token(f"🖼 {token.content}" if token.content else "🖼"), *_dim(str(token.attrs["src"]))]
        elif token.type == "link_open":
            links.append((shown_target(str(token.attrs.get("href", ""))), len(out)))
        elif token.type == "link_close":
            target, start = links.pop() if links else ("", len(out))
            if adds(target, "".join(part.content for part in out[start:])) and not target.startswith("#"):
                out += _dim(target)
        elif token.type == "softbreak":
            # A line break in the source is a space, but Chinese has none.
            after = children[index + 1].content[:1] if index + 1 < len(children) else ""
            if not (out and is_wide(out[-1].content[-1:]) and is_wide(after)):
                out.append(text_token(" "))
        else:
            out.append(token)
    return out


def _dim(address: str) -> list[Token]:
    return [Token("url_open", "url", 1), text_token(f" ({address})"), Token("url_close", "url", -1)] if address else []
