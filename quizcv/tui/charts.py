"""The pictures of `quizcv stats` and `quizcv due`, as rich renderables.

A picture speaks by its shapes, colour only repeats it: NO_COLOR loses nothing. Where the console's encoding is not
UTF, the shapes are ASCII, and what a text has and the encoding has not becomes `?`. Everything fits 80 columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from quizcv.store.figures import Census
from quizcv.study.stats import DayCount, DayTally, Hard, Period, Tally
from quizcv.tui.markup import clean

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BAR_ROWS = 6
GOOD, FAIR, POOR = "green", "yellow", "red"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What pictures are made of. `shades` go from nothing to much, `steps` are the parts of one character cell."""

    shades: str
    steps: str
    axis: str
    corner: str
    floor: str
    block: str
    dash: str
    more: str
    at_least: str
    over: str


UNICODE = Glyphs("·░▒▓█", "▁▂▃▄▅▆▇█", "│", "└", "─", "█", "–", "…", "≥", "▲")
ASCII = Glyphs(".-+*#", ".:#", "|", "+", "-", "#", "-", "~", ">=", "^")


def glyphs_for(options: ConsoleOptions) -> Glyphs:
    return ASCII if options.ascii_only else UNICODE


def one_line(text: str, options: ConsoleOptions) -> str:
    """A text from a deck in one line that this console can write."""
    line = " ".join(clean(" ".join(text.split())).split())
    return line.encode(options.encoding, "replace").decode(options.encoding)


def fitted(text: str, width: int, glyphs: Glyphs) -> str:
    """`text`, cut to so many cells (a Chinese character takes two)."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + glyphs.more


def tone(tally: Tally) -> str:
    """The colour of a retention, by the percents that are shown: 90 is what schedulers aim at."""
    if tally.retention is None:
        return "dim"
    shown = round(100 * tally.retention)
    return GOOD if shown >= 90 else FAIR if shown >= 80 else POOR


# --- the calendar ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heatmap:
    """Answers by day: a row for each weekday, a column for each week, the last one today's; as many weeks as fit.

    `days` follow one another from a Monday on.
    """

    days: Sequence[DayCount]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        glyphs, label = glyphs_for(options), 5
        weeks = [self.days[start : start + 7] for start in range(0, len(self.days), 7)]
        step = 2 if label + 2 * len(weeks) <= options.max_width else 1
        weeks = weeks[-((options.max_width - label) // step) :]
        bounds = thresholds([day.count for day in self.days])
        starts = [
            (n * step, MONTHS[day.day.month - 1]) for n, week in enumerate(weeks) for day in week if day.day.day == 1
        ]
        yield Text(" " * label + placed(starts, options.max_width - label).rstrip(), style="dim", no_wrap=True)
        for weekday, name in enumerate(WEEKDAYS):
            line = Text(name.ljust(label), no_wrap=True)
            for week in weeks:
                level = sum(week[weekday].count >= bound for bound in bounds) if weekday < len(week) else -1
                shade = " " if level < 0 else glyphs.shades[level]
                line.append(shade.ljust(step), style="green" if level else "dim")
            line.rstrip()
            yield line
        yield _legend(bounds, glyphs, label)


def thresholds(counts: Iterable[int]) -> tuple[int, ...]:
    """From how many answers on each shade begins: quarters of a busy day (one in ten is busier)."""
    some = sorted(count for count in counts if count)
    busy = some[(len(some) - 1) * 9 // 10] if some else 1
    return 1, *(max(quarter + 1, math.ceil(busy * quarter / 4)) for quarter in (1, 2, 3))


def _legend(bounds: Sequence[int], glyphs: Glyphs, label: int) -> Text:
    legend = Text(" " * label, no_wrap=True)
    legend.append(f"{glyphs.shades[0]} none", style="dim")
    for shade, bound in zip(glyphs.shades[1:], bounds, strict=True):
        legend.append("   ").append(shade, style="green").append(f" {glyphs.at_least} {bound}", style="dim")
    return legend.append(" answers a day", style="dim")


def placed(labels: Iterable[tuple[int, str]], width: int) -> str:
    """Labels at their columns, the earlier named first in line; one that would touch another is left out."""
    line = [" "] * width
    for column, label in labels:
        start = max(0, min(column, width - len(label)))
        around = line[max(0, start - 1) : start + len(label) + 1]
        if len(label) <= width and not "".join(around).strip():
            line[start : start + len(label)] = label
    return "".join(line)


# --- bars by day -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: how much of the full height (more than 1 goes over the top), None for nothing to show."""

    day: date
    height: float | None
    style: str = ""


@dataclass(frozen=True)
class DayBars:
    """Upright bars, one a day, over a line of dates; `top` and `middle` name the full and the half height."""

    bars: Sequence[Bar]
    today: date
    top: str
    middle: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        glyphs = glyphs_for(options)
        label = max(4, len(self.top), len(self.middle))
        step = 2 if label + 3 + 2 * len(self.bars) <= options.max_width else 1
        bars = self.bars[: max(1, (options.max_width - label - 3) // step)]
        for row in range(BAR_ROWS, 0, -1):
            name = self.top if row == BAR_ROWS else self.middle if row == BAR_ROWS // 2 else ""
            line = Text(no_wrap=True).append(f"{name:>{label}} {glyphs.axis} ", style="dim")
            for bar in bars:
                line.append(_cell(bar, row, glyphs).ljust(step), style=bar.style)
            line.rstrip()
            yield line
        yield Text(f"{0:>{label}} {glyphs.corner}" + glyphs.floor * (len(bars) * step + 1), style="dim", no_wrap=True)
        yield Text(
            " " * (label + 3) + self._dates(bars, step, options.max_width - label - 3), style="dim", no_wrap=True
        )

    def _dates(self, bars: Sequence[Bar], step: int, room: int) -> str:
        """Today first, so that it is never left out, then the Mondays."""
        days = [(number * step, bar.day) for number, bar in enumerate(bars)]
        mondays = [(column, f"{day.day} {MONTHS[day.month - 1]}") for column, day in days if day.weekday() == 0]
        return placed([(column, "today") for column, day in days if day == self.today] + mondays, room).rstrip()


def _cell(bar: Bar, row: int, glyphs: Glyphs) -> str:
    """What one row (from 1, the lowest) of a bar looks like; the lowest step shows even of the smallest height."""
    if bar.height is None:
        return " "
    if bar.height > 1 and row == BAR_ROWS:
        return glyphs.over
    steps = glyphs.steps
    filled = max(1, round(bar.height * BAR_ROWS * len(steps))) - (row - 1) * len(steps)
    return " " if filled <= 0 else steps[min(filled, len(steps)) - 1]


def retention_bars(days: Sequence[DayTally], today: date) -> DayBars:
    bars = [Bar(day.day, day.tally.retention, tone(day.tally)) for day in days]
    return DayBars(bars, today, "100%", "50%")


def forecast_bars(days: Sequence[DayCount], limit: int) -> DayBars:
    """Reviews by day, the first is today; days above the learner's own limit in another colour (text says it too).

    What piled up for today may go over the top, so that it does not press the other days flat.
    """
    most = max((day.count for day in days[1:]), default=0)
    top = min(max(most, days[0].count), 2 * most) or days[0].count
    top = max(2, top + top % 2)  # halves evenly
    bars = [Bar(day.day, day.count / top if day.count else None, FAIR if day.count > limit else "cyan") for day in days]
    return DayBars(bars, days[0].day, str(top), str(top // 2))


# --- tables ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CensusBars:
    """Cards by state, as bars that lie."""

    cards: Census

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        cards, glyphs = self.cards, glyphs_for(options)
        counts = (cards.new, cards.learning, cards.young, cards.mature, cards.suspended)
        width = len(f"{max(counts):,}")
        room = max(1, min(40, options.max_width - 14 - width))
        for name, count in zip(("new", "learning", "young", "mature", "suspended"), counts, strict=True):
            length = math.ceil(room * count / max(counts)) if count else 0
            line = Text(f"{name:<9}  {count:>{width},}  ", no_wrap=True).append(glyphs.block * length, style="cyan")
            line.rstrip()
            yield line


@dataclass(frozen=True)
class MaturityTable:
    """Retention of young and of mature cards over several periods."""

    periods: Sequence[Period]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = [[getattr(period, name) for period in self.periods] for name in ("young", "mature", "all")]
        cells = [_retentions(tallies, glyphs_for(options)) for tallies in columns]
        table = _table("", ">young", ">mature", ">all")
        for period, *row in zip(self.periods, *cells, strict=True):
            table.add_row(Text("ever" if period.days is None else f"{period.days} days"), *row)
        yield table


def _retentions(tallies: Sequence[Tally], glyphs: Glyphs) -> list[Text]:
    """One column, both numbers flush right."""
    width = max(len(f"{tally.reviews:,}") for tally in tallies)
    kept = [glyphs.dash if tally.retention is None else f"{tally.retention:.0%}" for tally in tallies]
    return [
        Text.assemble((f"{share:>4}", tone(tally)), (f" of {tally.reviews:>{width},}", "dim"))
        for share, tally in zip(kept, tallies, strict=True)
    ]


@dataclass(frozen=True)
class HardestTable:
    """The cards that give most trouble; what is suspended says so."""

    cards: Sequence[Hard]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from quizcv.tui.render import plain  # reads Markdown: nothing that `quizcv due` should wait for

        glyphs = glyphs_for(options)
        decks = [one_line(hard.card.deck, options) for hard in self.cards]
        marks = ["suspended" if hard.trouble.suspended else "" for hard in self.cards]
        wide = min(max(map(cell_len, ("deck", *decks))), options.max_width // 4)
        room = max(8, options.max_width - len("lapses  ease    ") - wide - (len("  suspended") if any(marks) else 0))
        table = _table(">lapses", ">ease", "deck", "card", *([""] if any(marks) else []))
        for hard, deck, mark in zip(self.cards, decks, marks, strict=True):
            front = one_line(plain(hard.card.front or hard.card.back), options)
            cells = [f"{hard.trouble.lapses}", f"{hard.trouble.easiness / 100:.2f}", fitted(deck, wide, glyphs)]
            table.add_row(*map(Text, (*cells, fitted(front, room, glyphs), mark)[: len(table.columns)]))
        yield table


@dataclass(frozen=True)
class DueTable:
    """What waits, by deck: (reviews, new, again) of each."""

    decks: Mapping[str, tuple[int, int, int]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(6, options.max_width - len("  reviews  99,999  again  99,999"))
        table = _table("deck", ">reviews", ">new", ">again", ">total")
        sums = [sum(column) for column in zip(*self.decks.values(), strict=True)]
        for deck, counts in self.decks.items():
            name = fitted(one_line(deck, options), room, glyphs_for(options))
            table.add_row(*map(Text, (name, *(f"{count:,}" for count in (*counts, sum(counts))))))
        table.add_row(*map(Text, ("total", *(f"{count:,}" for count in (*sums, sum(sums))))), style="bold")
        yield table


def _table(*names: str) -> Table:
    """Columns without lines, `>` before the name of one that is flush right; what goes in is cut to size before."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        justify: Literal["left", "right"] = "right" if name.startswith(">") else "left"
        table.add_column(name.removeprefix(">"), justify=justify, no_wrap=True, overflow="crop")
    return table
