"""The lines around a card, as Rich renderables that fit themselves into the width there is.

Colours are the terminal's own sixteen and never carry a meaning alone: every one stands on a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from quizcv.model import Grade
from quizcv.tui.markup import clean
from quizcv.tui.render import terminal
from quizcv.tui.wording import ARROW

COUNT_STYLES = {"new": "blue", "due": "green", "to cram": "green", "again": "red"}
GRADE_STYLES = {
    Grade.BLACKOUT: "bold red",
    Grade.WRONG: "bold red",
    Grade.WRONG_BUT_EASY: "bold red",
    Grade.HARD: "bold yellow",
    Grade.GOOD: "bold green",
    Grade.PERFECT: "bold blue",
}
MARK_STYLES = {"leech": "bold red", "flag": "bold yellow"}
GAP = 3


@dataclass(frozen=True, slots=True)
class TopLine:
    """Where the card stands (left) and how many are to come (right), on one line; the path gives way first."""

    path: Sequence[str]
    marks: Sequence[str]
    counts: Sequence[tuple[str, int]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        right = self._right()
        if right.cell_len > width - 12:
            right.truncate(max(0, width - 12), overflow="ellipsis")
        line = fitted(self.path, width - right.cell_len - 2)
        line.append(" " * max(0, width - line.cell_len - right.cell_len))
        line.append_text(right)
        line.truncate(width)
        yield line

    def _right(self) -> Text:
        marks = Text("  ").join(Text(mark, style=MARK_STYLES.get(mark, "bold")) for mark in self.marks)
        counts = (
            Text()
            .append(" · ", style="dim")
            .join(Text(f"{number} {word}", style=COUNT_STYLES.get(word, "")) for word, number in self.counts)
        )
        return Text("   ").join(part for part in (marks, counts) if part.plain)


def fitted(path: Sequence[str], width: int) -> Text:
    """`path` on one line of at most `width` cells: outer parts are dropped before the innermost is cut."""
    words = ARROW.join(path)
    for first in range(1, len(path)):
        if cell_len(words) <= width:
            break
        words = ARROW.join(("…", *path[first:]))
    line = Text().append(words, style="dim")
    line.truncate(max(0, width), overflow="ellipsis")
    return line


@dataclass(frozen=True, slots=True)
class Progress:
    """A line across, heavy as far as the sitting is done (0 to 1)."""

    part: float

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        done = round(options.max_width * self.part)
        yield Text.assemble(("━" * done, "green"), ("─" * (options.max_width - done), "dim"))


@dataclass(frozen=True, slots=True)
class Ruled:
    """A word on a line across."""

    word: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text(f"── {self.word} ", style="dim")
        line.append("─" * max(0, options.max_width - line.cell_len))
        yield line


@dataclass(frozen=True, slots=True)
class Shown:
    """Card text as Markdown; as it stands where Markdown would show nothing of it (`2012.` is an empty list)."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        segments = list(console.render(terminal(self.text), options))
        if any(segment.text.strip() for segment in segments):
            yield from segments
        else:
            yield Text(clean(self.text).strip())


@dataclass(frozen=True, slots=True)
class Packed:
    """Short texts side by side, going on in further lines where the width ends; none is broken inside."""

    items: Sequence[Text]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for item in self.items:
            if line.plain and line.cell_len + GAP + item.cell_len > options.max_width:
                yield line
                line = Text()
            line.append_text(Text(" " * GAP if line.plain else "") + item)
        yield line


def key(shown: str, does: str, style: str = "bold", rest: str = "") -> Text:
    """A key and what it does; `rest` is less important."""
    text = Text.assemble((shown, style), " ", does)
    if rest:
        text.append(f" {rest}", style="dim")
    return text


def table(rows: Iterable[tuple[str, str]], style: str = "bold") -> Text:
    """Two columns, the first as wide as it must be."""
    rows = list(rows)
    width = max((cell_len(first) for first, _ in rows), default=0)
    text = Text()
    for first, second in rows:
        text.append(first + " " * (width - cell_len(first)), style=style).append(f"   {second}\n")
    text.right_crop(1)
    return text
