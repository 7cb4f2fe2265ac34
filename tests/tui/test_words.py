"""What is said, without a screen: intervals, counts, names of grades, the summary, keys, the lines around a card."""

from __future__ import annotations

import io
from datetime import date

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from quizcv.model import Action, Card, CardState, Grade, Kind
from quizcv.study import Choice, Prompt, Summary
from quizcv.study.prompt import Remaining
from quizcv.tui import faces, keys, lines, wording

CARD = Card(1, "k", "k", Kind.BASIC, "backbone::alexnet", "en", (), ("AlexNet", "Conv1"), "f", "b", "a.md", 1)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "1d"), (30, "30d"), (31, "1mo"), (64, "2.1mo"), (364, "12mo"), (365, "1y"), (36_500, "99.9y")],
)
def test_intervals(days: int, said: str) -> None:
    """Days to a month, months to a year, then years, never more than six letters."""
    assert wording.interval(days) == said
    assert len(said) <= 6


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(Grade.WRONG, 1, drill=True), "today, 1d"),
        (Choice(Grade.GOOD, 6, drill=False), "6d"),
        (Choice(Grade.HARD, None, drill=True), "today"),
        (Choice(Grade.PERFECT, None, drill=False), "done"),
        (Choice(Grade.WRONG, None, drill=False), "today"),
    ],
)
def test_when_a_card_comes_again(choice: Choice, said: str) -> None:
    """The drill is said beside the interval; where nothing is scheduled (drill, cramming), only whether it comes again."""
    assert wording.comes_again(choice) == said


def test_every_grade_on_offer_has_a_name() -> None:
    """Four and six."""
    assert [wording.grade_name(grade, 4) for grade in (1, 3, 4, 5)] == ["again", "hard", "good", "easy"]  # type: ignore[arg-type]
    assert len({wording.grade_name(grade, 6) for grade in Grade}) == 6


@pytest.mark.parametrize(
    ("action", "state", "marks"),
    [
        (Action.REVIEW, CardState(), ()),
        (Action.LEARN, CardState(flagged=True), ("new", "flag")),
        (Action.CRAM, CardState(leech=True), ("cram", "leech")),
        (Action.DRILL, CardState(), ("again",)),
    ],
)
def test_marks(action: Action, state: CardState, marks: tuple[str, ...]) -> None:
    """What is special about a card."""
    assert wording.marks(Prompt(CARD, state, action, (), date(2026, 3, 2))) == marks


def test_counts_leave_out_zeros() -> None:
    """Three kinds at most; cramming has a word of its own."""
    assert wording.counts(Remaining(30, 12, 2)) == (("new", 12), ("due", 30), ("again", 2))
    assert wording.counts(Remaining(30, 0, 0), cram=True) == (("to cram", 30),)
    assert wording.counts(Remaining(0, 0, 0)) == ()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59.6, "1 min 0 s"), (492, "8 min 12 s"), (3900, "1 h 5 min")]
)
def test_durations(seconds: float, said: str) -> None:
    """Two units at most."""
    assert wording.duration(seconds) == said


def test_summary() -> None:
    """All figures, and in one line; no retention where no review was."""
    whole = Summary(34, 12, 20, 2, 18, 492.0, 23)
    assert dict(wording.summary_rows(whole)) == {
        "graded": "34  (12 new, 20 reviewed, 2 again today)",
        "retention": "90%  (18 of 20)",
        "time": "8 min 12 s  (14 s a card)",
        "due tomorrow": "23",
    }
    assert wording.farewell(whole) == "34 graded, 90% kept, 8 min 12 s; 23 due tomorrow."
    nothing = Summary(0, 0, 0, 0, 0, 0.0, 0)
    assert dict(wording.summary_rows(nothing))["retention"] == "no reviews"
    assert wording.farewell(nothing) == "0 graded, 0 s; 0 due tomorrow."


@pytest.mark.parametrize(
    ("key", "character", "table"),
    [
        ("j", "j", "j"),
        ("upper_s", "S", "s"),
        ("fullwidth_question_mark", "？", "?"),
        ("fullwidth_digit_one", "１", "1"),
        ("ideographic_space", "\u3000", " "),
        ("enter", "\r", "enter"),
        ("pagedown", None, "pagedown"),
    ],
)
def test_full_width_and_capital_keys(key: str, character: str | None, table: str) -> None:
    """A Chinese input method or a caps lock left on does not make the keys dead."""
    assert keys.pressed(key, character) == table


def test_no_key_has_two_meanings() -> None:
    """And none is a digit: those grade."""
    every = [key for command in keys.COMMANDS for key in command.keys]
    assert len(every) == len(set(every))
    assert not any(key.isdecimal() for key in every)


# --- lines -------------------------------------------------------------------------------------------------------


def drawn(renderable: object, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(renderable, end="")
    return capture.get().splitlines()


PATHS = [("deck",), ("backbone::alexnet", "AlexNet", "卷积层", "第一层的参数"), ("d" * 200, "x" * 200)]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [1, 5, 14, 20, 40, 80, 200])
def test_the_top_line_is_one_line(path: tuple[str, ...], width: int) -> None:
    """Whatever the width, Chinese included."""
    top = lines.TopLine(path, ("new", "flag"), (("new", 12), ("due", 30), ("again", 2)))
    (line,) = drawn(top, width)
    assert cell_len(line) <= width


def test_the_path_gives_way_from_outside() -> None:
    """The innermost heading says most; it is cut last, and what was left out is marked."""
    path = ("backbone::alexnet", "AlexNet", "Conv1")
    assert lines.fitted(path, 80).plain == "backbone::alexnet › AlexNet › Conv1"
    assert lines.fitted(path, 20).plain == "… › AlexNet › Conv1"
    assert lines.fitted(path, 12).plain == "… › Conv1"
    assert lines.fitted(("one long name",), 6).plain == "one l…"


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_progress_is_as_wide_as_the_screen(part: float) -> None:
    """And heavy for what is done."""
    (line,) = drawn(lines.Progress(part), 40)
    assert line == "━" * int(40 * part) + "─" * int(40 * (1 - part))


@pytest.mark.parametrize("width", [10, 17, 30, 80])
def test_packed_texts_are_not_broken(width: int) -> None:
    """Each stands whole on one line, and no line is too wide."""
    items = ["1 again", "2 hard", "3 good 6d", "4 复习"]
    rows = drawn(lines.Packed([Text(item) for item in items]), width)
    assert all(cell_len(row) <= width for row in rows)
    assert all(any(item in row for row in rows) for item in items)


@pytest.mark.parametrize(
    ("key", "lang", "front", "asked"),
    [
        ("rf~forward", "en", "receptive field", "What does it mean?"),
        ("rf~reverse", "en", "what one unit can see", "Which term is this?"),
        ("rf~forward", "zh", "感受野", "定义是什么？"),
        ("rf~reverse", "", "一个单元能看到的区域", "这是哪个术语？"),
    ],
)
def test_a_bare_term_is_asked_about(key: str, lang: str, front: str, asked: str) -> None:
    """A term or a definition alone is no question; what is wanted is said in the card's language."""
    card = Card(1, key, "rf", Kind.TERM, "d", lang, (), (), front, "b", "a.md", 1)
    assert faces.front(card) == f"{front}\n\n*{asked}*"


def test_other_fronts_stand_as_they_are() -> None:
    assert faces.front(CARD) == "f"
