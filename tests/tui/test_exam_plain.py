"""Sitting an exam line by line: a script on standard input, what is written, and what is left when the input ends."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from desk import NOON, Clock
from paper import EXAM, FORM

from quizcv.errors import ExamError
from quizcv.exam.judging import Verdict
from quizcv.exam.sitting import Result
from quizcv.tui.examplain import run_plain


class Script:
    """Lines as somebody types them: a number waits so many seconds, None is Ctrl+C."""

    def __init__(self, clock: Clock, *said: str | int | None) -> None:
        self.clock = clock
        self.said: Iterator[str | int | None] = iter(said)

    def readline(self) -> str:
        for line in self.said:
            if line is None:
                raise KeyboardInterrupt
            if isinstance(line, str):
                return line + "\n"
            self.clock.wait(line)
        return ""


class Sat:
    """What came of a script."""

    def __init__(self, *said: str | int | None, lang: str = "en", minutes: int | None = 30, **more: Any) -> None:
        self.kept: list[dict[str, Any]] = []
        clock = more.pop("clock", None) or Clock()
        out = io.StringIO()
        keep: Callable[[dict[str, Any]], None] = more.pop("keep", self.kept.append)
        lines: Any = Script(clock, *said)
        self.result: Result | None = run_plain(
            EXAM, FORM, lang=lang, minutes=minutes, now=clock, lines=lines, out=out, keep=keep, **more
        )
        self.text = out.getvalue()

    @property
    def finished(self) -> Result:
        assert self.result is not None
        return self.result


def test_a_whole_exam() -> None:
    """Wrong with a misconception, right by letters, judged; the score by section, then every solution."""
    sat = Sat("56", "b", "B", "off, at random", "s", "y", "2", "", "", "", "")
    text = sat.text
    for said in (
        "Midterm\n4 questions, 8 points\nTime: 30 minutes\nNo calculators.\n",
        "\nNumbers › question 1 of 4 (2 points) [30 min left]\n\nGood luck.\n\n- Sizes are in pixels.\n\nDo not forget the units.\n",
        "\n  A) 56 px\n  B) 55 px\n  C) 54 px\n",
        "(in words; a note, or nothing)",
        "This is the last question.",
        "your note: off, at random\n\nanswer:\nIt switches units off at random.\n",
        "Result:\nNumbers: 2 / 4   50%\nWords 词: 2 / 4   50%\nIn all: 4 / 8   50%\n",
        "your answer: 56 (wrong, 0 of 2 points)\nThe division was rounded up.\nanswer: 55 px\n",
        "worked solution:\n⌊(227 − 11)/4⌋ + 1 = 55.\n✓ Confirmed by PyTorch (operation: conv1d)\n",
        "your answer: b (right, 1 of 1 point)\nanswer: B) 55 px\n",
        "your answer: off, at random (partly right, 2 of 4 points)\n",
    ):
        assert said in text
    assert sat.finished.missed == ("conv_output",)
    assert sat.finished.missed_cards == ("card-1",)
    assert sat.finished.total.points == 4


def test_malformed_is_asked_again_and_kept() -> None:
    """Told at once; it may be left so, and is listed as not read."""
    sat = Sat("5 cm", "", "b", "s", "y", "3", "q")
    assert "cannot be read" in sat.text
    assert sat.text.index("It is kept") < sat.text.index("question 2 of 4")
    assert "1 cannot be read: 1\n" in sat.text
    assert "2 blank: 3, 4\n" in sat.text
    assert "Not read, no points: 1 “5 cm”" in sat.text
    assert [one.verdict for one in sat.finished.marked] == [Verdict.UNREAD, Verdict.RIGHT, Verdict.BLANK, Verdict.WRONG]


def test_moving_marking_overview() -> None:
    """An answer stays; a mark is counted before handing in; nothing is done by what is no number of a question."""
    sat = Sat("55", "g 4", "m", "g1", "o", "g 9", "p", "s", "n", "q", "y")
    assert "your answer: 55" in sat.text
    assert "1 answered: 1\n3 blank: 2, 3, 4\n1 marked: 4\n" in sat.text
    assert "There is no question of that number." in sat.text
    assert "This is the first question." in sat.text
    assert "Hand the exam in?" in sat.text
    assert sat.result is None
    assert "Not handed in. Your answers so far are kept." in sat.text


@pytest.mark.parametrize(("line", "kept"), [("=q", "q"), ("==", "="), ("quite so", "quite so"), ("=g 3", "g 3")])
def test_answers_that_look_like_commands(line: str, kept: str) -> None:
    """An equals sign before them makes them answers."""
    sat = Sat("g 4", line)
    assert sat.kept[-1]["answers"] == {"4": kept}


def test_an_equals_sign_alone_takes_an_answer_away() -> None:
    assert Sat("55", "p", "=").kept[-1]["answers"] == {}


def test_time_runs_out() -> None:
    """What came before counts; the line that was typed too late does not, and both are said."""
    sat = Sat("55", 29 * 60, "b", 61, "c", "3", "q")
    assert "[1:00 left]" in sat.text
    assert "came too late" in sat.text
    assert "Time is over" in sat.text
    assert [one.typed for one in sat.finished.marked] == ["55", "b", "", ""]
    assert sat.finished.timed_out
    assert sat.finished.seconds == 30 * 60


def test_time_runs_out_over_the_question_whether_to_hand_in() -> None:
    """It is handed in once, by the clock."""
    sat = Sat("55", "s", 31 * 60, "y", "1", "q")
    assert "Time is over" in sat.text
    assert sat.finished.timed_out


def test_without_a_limit() -> None:
    sat = Sat(10**7, "55", "s", "y", "1", "q", minutes=None)
    assert "left" not in sat.text.replace("be left so", "")
    assert sat.finished.total.points == 6


@pytest.mark.parametrize(
    "said", [(), ("55",), ("55", "s"), ("55", "s", "y"), ("55", "s", "y", "q", "y"), ("55", None, None)]
)
def test_the_end_of_input_loses_nothing(said: tuple[str, ...]) -> None:
    """Taken up again it goes on there; the time away does not count."""
    sat = Sat(*said)
    assert sat.result is None
    assert "kept" in sat.text.splitlines()[-1]
    submitted = "y" in said
    rest = ("1", "q") if submitted else ("s", "y", "1", "q")
    again = Sat(*rest, resume=sat.kept[-1], clock=Clock(NOON + timedelta(days=1)))
    assert [one.typed for one in again.finished.marked] == ["55" if said else "", "", "", ""]
    assert not again.finished.timed_out


def test_ctrl_c_asks() -> None:
    """A no goes on; after the score there is nothing to ask."""
    sat = Sat("55", None, "n", "b", "s", "y", "7", "1", None)
    assert "Leave the exam?" in sat.text
    assert "That is not among the answers" in sat.text
    assert [one.typed for one in sat.finished.marked][:2] == ["55", "b"]


def test_the_walk_goes_back_and_anywhere() -> None:
    """By number, and one back."""
    sat = Sat("s", "y", "1", "g 4", "p", "x", "", "")
    order = [line for line in sat.text[sat.text.index("Result:") :].split("\n") if "question" in line]
    assert [line.split("question ")[1][0] for line in order] == ["1", "4", "3", "3", "4"]


def test_chinese() -> None:
    """Everything that is said, and the items."""
    sat = Sat("５６", "Ｂ", "s", "y", "1", "", "q", lang="zh")
    for said in ("共 4 题，8 分", "第 1 / 4 题 (2 分)", "剩余 30 分钟", "输出宽多少", "2 未答: 3, 4", "确定交卷", "总分: 5 / 8   62%",
                 "你的答案: ５６ (错误，0 / 2 分)", "除法向上取整了。", "已由 PyTorch 验证"):  # fmt: skip
        assert said in sat.text
    ours = sat.text.replace("PyTorch (operation: conv1d)", "")
    assert not any(word in ours for word in ("question ", "Enter", "answer", "points", "left"))


def test_help() -> None:
    assert "  g 3: go to question 3\n" in Sat("?").text


def test_no_escape_codes() -> None:
    """Not of a deck, and not of what is typed."""
    sat = Sat("\x1b[A", "g 4", "\x1b]0;x\x07 note\x9b", "s", "y", "1", "", "", "", "")
    assert not [letter for letter in sat.text if unicodedata.category(letter) == "Cc" and letter != "\n"]
    assert sat.finished.marked[3].typed == "note"


def test_a_disk_that_fails_is_said() -> None:
    """And ends nothing."""

    def fail(_said: dict[str, Any]) -> None:
        raise OSError("no space left")

    sat = Sat("55", "s", "y", "1", "q", keep=fail)
    assert "no space left" in sat.text
    assert sat.finished.total.points == 6


def test_another_form_is_refused() -> None:
    with pytest.raises(ExamError):
        Sat(resume={"format": 1, "form": "OTHER-01"})
