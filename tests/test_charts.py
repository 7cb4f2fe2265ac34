"""The pictures: every line fits, with and without colour, in Chinese, and where there is nothing but ASCII."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from quizcv.model import Card, Kind
from quizcv.store.figures import Census, Trouble
from quizcv.study.stats import DayCount, DayTally, Hard, Period, Tally
from quizcv.tui.charts import (
    CensusBars,
    DueTable,
    HardestTable,
    Heatmap,
    MaturityTable,
    fitted,
    forecast_bars,
    glyphs_for,
    placed,
    retention_bars,
    thresholds,
    tone,
)

DAY = timedelta(days=1)
TODAY = date(2026, 5, 6)  # a Wednesday
MONDAY = date(2025, 5, 12)


class Output(io.TextIOWrapper):
    """A terminal's stream of some encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")

    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


def drawn(picture: RenderableType, width: int = 80, encoding: str = "utf-8", **options: Any) -> list[str]:
    """The lines that reach the terminal."""
    output = Output(encoding)
    console = Console(file=output, width=width, **{"color_system": None, "highlight": False, "_environ": {}, **options})
    console.print(picture)
    return output.text().splitlines()


def counted(counts: Sequence[int], first: date = MONDAY) -> list[DayCount]:
    return [DayCount(first + number * DAY, count) for number, count in enumerate(counts)]


def hard(front: str, deck: str = "优化器::动量法", *, lapses: int = 12, suspended: bool = False) -> Hard:
    card = Card(1, "k", "n", Kind.BASIC, deck, "zh", (), (), front, "答案", "a.md", 1)
    return Hard(card, Trouble(1, lapses, 130, 1, suspended, suspended))


YEAR = counted([(n * 7919) % 60 for n in range((TODAY - MONDAY).days + 1)])
PICTURES: dict[str, RenderableType] = {
    "heatmap": Heatmap(YEAR),
    "empty heatmap": Heatmap(counted([0] * 364)),
    "retention": retention_bars(
        [DayTally(TODAY - (29 - n) * DAY, Tally(n % 7, n % 7 and n % 5 % (n % 7))) for n in range(30)], TODAY
    ),
    "forecast": forecast_bars(counted([1200, *range(29)], TODAY), 200),
    "empty forecast": forecast_bars(counted([0] * 30, TODAY), 200),
    "census": CensusBars(Census(100_000, 7, 21_345, 0, 3, 1, 2, 3, 2.5)),
    "no cards": CensusBars(Census(0, 0, 0, 0, 0, 0, 0, 0, None)),
    "maturity": MaturityTable(
        [Period(days, Tally(), Tally(1_000_000, 999_999)) for days in (7, 30, 365)]
        + [Period(None, Tally(9, 0), Tally())]
    ),
    "hardest": HardestTable(
        [
            hard("卷积层的输出尺寸公式是什么？" * 9, suspended=True),
            hard("Why does **BatchNorm** need $\\frac{1}{\\sqrt{\\sigma^2+\\epsilon}}$?\n\nSecond line"),
            hard("[red]markup[/red] \x1b[31mescape\x07", "深度学习::" * 20),
            hard("👩‍🔬 é e\u0301 ﷽ \u202eabc", "d", lapses=3),
            hard(""),
        ]
    ),
    "due": DueTable({"骨干网络::" * 12: (12_345, 678, 0), "backbone": (1, 2, 3), "[b]x[/b]": (0, 0, 1)}),
}


@pytest.mark.parametrize("options", [{}, {"no_color": True}, {"color_system": "truecolor"}], ids=str)
@pytest.mark.parametrize("name", PICTURES)
def test_every_line_fits_in_80_columns(name: str, options: dict[str, Any]) -> None:
    """Measured in cells; with colours, the same text to the letter."""
    plain = drawn(PICTURES[name])
    assert plain
    assert max(map(cell_len, plain)) <= 80
    output = io.StringIO()
    console = Console(file=output, width=80, record=True, force_terminal=True, highlight=False, _environ={}, **options)
    console.print(PICTURES[name])
    assert [line.rstrip() for line in console.export_text().splitlines()] == [line.rstrip() for line in plain]
    if options.get("no_color"):
        assert "\x1b[3" not in output.getvalue()


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("width", [20, 40, 60, 100, 200])
def test_other_widths_fit_too(name: str, width: int) -> None:
    assert max(map(cell_len, drawn(PICTURES[name], width))) <= width


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_a_terminal_without_unicode_gets_what_it_can_write(name: str, encoding: str) -> None:
    """Shapes are ASCII; a text keeps what the encoding has (GBK: all Chinese)."""
    lines = drawn(PICTURES[name], encoding=encoding)
    assert max(map(cell_len, lines)) <= 80
    shown = "".join(lines)
    assert not set(shown) & set("·░▒▓█▁▂▃▄▅▆▇│└─–…≥▲")
    if name == "hardest" and encoding == "gbk":
        assert "卷积层的输出尺寸公式" in shown


@given(st.text(), st.text(min_size=1), st.sampled_from([40, 80]), st.sampled_from(["utf-8", "ascii", "gbk"]))
def test_no_card_breaks_the_table(front: str, deck: str, width: int, encoding: str) -> None:
    """Whatever stands in a deck: one line a card, nothing that a terminal takes for a command, no wrong width."""
    lines = drawn(HardestTable([hard(front, deck), hard("second")]), width, encoding)
    assert len(lines) == 3
    assert max(map(cell_len, lines)) <= width
    assert not any(ord(char) < 32 for line in lines for char in line)


# --- the calendar --------------------------------------------------------------------------------------------------


def test_heatmap_has_a_row_for_each_weekday_and_a_column_for_each_week() -> None:
    months, *rows, legend = drawn(Heatmap(YEAR))
    assert [row[:3] for row in rows] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [len(row) for row in rows] == [57] * 3 + [56] * 4  # today, a Wednesday, is the last
    assert months.split() == ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May"]
    assert "none" in legend


def test_every_day_has_its_own_place_and_shade() -> None:
    bounds = thresholds(day.count for day in YEAR)
    rows = drawn(Heatmap(YEAR))[1:8]
    wide = drawn(Heatmap(YEAR), 120)[1:8]
    for number, day in enumerate(YEAR):
        level = sum(day.count >= bound for bound in bounds)
        assert rows[number % 7][5 + number // 7] == "·░▒▓█"[level]
        assert wide[number % 7][5 + 2 * (number // 7)] == "·░▒▓█"[level]


def test_month_names_stand_over_the_week_of_the_first() -> None:
    months = drawn(Heatmap(YEAR), 120)[0]
    for name, first in (("Jun", date(2025, 6, 1)), ("Jan", date(2026, 1, 1)), ("Apr", date(2026, 4, 1))):
        column = 5 + 2 * ((first - MONDAY).days // 7)
        assert months[column : column + 3] == name


def test_fewer_weeks_where_there_is_less_room() -> None:
    narrow, full = drawn(Heatmap(YEAR), 30)[1:8], drawn(Heatmap(YEAR))[1:8]
    assert [row[5:] for row in narrow] == [row[-(len(short) - 5) :] for row, short in zip(full, narrow, strict=True)]


@given(st.lists(st.integers(0, 500)))
def test_shades_go_from_one_answer_to_a_busy_day(counts: list[int]) -> None:
    bounds = thresholds(counts)
    assert bounds[0] == 1
    assert list(bounds) == sorted(set(bounds))
    assert bounds[-1] <= max([*counts, 4])


# --- bars ----------------------------------------------------------------------------------------------------------


def heights(lines: list[str], columns: int) -> list[int]:
    """How high each bar stands, in eighths of a row."""
    rows = [line.split("│", 1)[1].ljust(2 * columns + 1) for line in lines[:-2]]
    return [sum(" ▁▂▃▄▅▆▇█".index(row[1 + 2 * n]) for row in rows) for n in range(columns)]


def test_bars_are_as_high_as_their_values() -> None:
    counts = [40, 0, 10, 20, 30, 1]
    lines = drawn(forecast_bars(counted(counts, TODAY), 200))
    assert heights(lines, 6) == [48, 0, 12, 24, 36, 1]
    assert lines[0].startswith("  40")
    assert lines[3].startswith("  20")
    assert "today" in lines[-1]
    assert "11 May" in lines[-1]


def test_retention_of_nothing_is_not_a_retention_of_zero() -> None:
    tallies = [Tally(), Tally(4, 0), Tally(4, 2), Tally(4, 4)]
    days = [DayTally(TODAY - (3 - n) * DAY, tally) for n, tally in enumerate(tallies)]
    lines = drawn(retention_bars(days, TODAY))
    assert heights(lines, 4) == [0, 1, 24, 48]
    assert lines[-1].endswith("today")


def test_a_heap_of_overdue_cards_does_not_press_the_days_flat() -> None:
    lines = drawn(forecast_bars(counted([1000, 10, 5], TODAY), 200))
    assert lines[0].startswith("  20")
    assert "▲" in lines[0]
    rows = [line.ljust(13) for line in lines]
    assert [sum(row[column] in "▁▂▃▄▅▆▇█▲" for row in rows) for column in (7, 9, 11)] == [6, 3, 2]


def test_bars_in_ascii() -> None:
    lines = drawn(forecast_bars(counted([12, 6, 1], TODAY), 200), encoding="ascii")
    assert [line.rstrip() for line in lines[:-1]] == [
        "  12 | #",
        "     | #",
        "     | #",
        "   6 | # #",
        "     | # #",
        "     | # # :",
        "   0 +-------",
    ]


@pytest.mark.parametrize(
    ("reviews", "passed", "colour"),
    [(0, 0, "dim"), (10, 9, "green"), (1000, 895, "green"), (10, 8, "yellow"), (10, 7, "red")],
)
def test_colours_go_by_the_percents_that_are_shown(reviews: int, passed: int, colour: str) -> None:
    assert tone(Tally(reviews, passed)) == colour


# --- tables --------------------------------------------------------------------------------------------------------


def starts(lines: list[str], *words: str) -> set[int]:
    """At which cells the words stand."""
    return {cell_len(line[: line.index(word)]) for line, word in zip(lines, words, strict=True)}


def test_columns_stay_in_line_with_chinese_texts() -> None:
    lines = drawn(
        HardestTable([hard("卷积", "优化器"), hard("conv", "backbone"), hard("混合mix", "深a度", suspended=True)])
    )
    assert len(starts(lines, "card", "卷积", "conv", "混合mix")) == 1
    assert len(starts(lines, "deck", "优化器", "backbone", "深a度")) == 1
    assert lines[3].endswith("suspended")


def test_cards_show_math_and_no_markup() -> None:
    lines = drawn(HardestTable([hard("What is $\\sqrt{d_k}$ for?"), hard("[red]x[/red]")]))
    assert "√" in lines[1]
    assert "[red]x[/red]" in lines[2]


def test_a_long_text_is_cut_with_a_sign() -> None:
    lines = drawn(HardestTable([hard("卷积" * 50)]))
    assert lines[1].rstrip().endswith("…")
    assert 78 <= cell_len(lines[1].rstrip()) <= 80


@given(st.text(st.sampled_from("ab 卷积👩é"), max_size=30), st.integers(1, 30))
def test_fitted_never_takes_more_cells(text: str, width: int) -> None:
    glyphs = glyphs_for(Console(file=Output("utf-8")).options)
    assert cell_len(fitted(text, width, glyphs)) <= width
    if cell_len(text) <= width:
        assert fitted(text, width, glyphs) == text


def test_due_adds_up() -> None:
    lines = drawn(DueTable({"backbone": (12, 3, 1), "优化器": (1000, 0, 0)}))
    assert [line.split() for line in lines] == [
        ["deck", "reviews", "new", "again", "total"],
        ["backbone", "12", "3", "1", "16"],
        ["优化器", "1,000", "0", "0", "1,000"],
        ["total", "1,012", "3", "1", "1,016"],
    ]
    assert len({cell_len(line) for line in lines}) == 1


def test_maturity_lines_up_its_numbers() -> None:
    lines = drawn(MaturityTable([Period(7, Tally(10, 9), Tally()), Period(None, Tally(1234, 617), Tally(4, 4))]))
    assert [" ".join(line.split()) for line in lines] == [
        "young mature all",
        "7 days 90% of 10 – of 0 90% of 10",
        "ever 50% of 1,234 100% of 4 50% of 1,238",
    ]
    assert len({line.index("% of") for line in lines[1:]}) == 1


def test_labels_never_touch() -> None:
    assert placed([(8, "today"), (6, "11 May"), (0, "4 May")], 13) == "4 May   today"
    assert placed([(11, "today")], 13) == "        today"
    assert placed([(0, "too long")], 5) == "     "
