"""The review line by line: what is written, what each line does, and what is left when the input ends."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, TextIO

import pytest
from desk import Text, World
from samples import SAMPLES

from quizcv.errors import StoreBusy
from quizcv.model import Grade, Kind, Settings
from quizcv.study import Summary, Wanted
from quizcv.tui.plain import run_plain

FIRST, SECOND, NEW = "Which activation?", "Which year?", "How many layers has AlexNet?"


def run(world: World, said: str | TextIO, wanted: Wanted | None = None) -> tuple[str, Summary]:
    """What is written when these lines come in, and the summary."""
    out = io.StringIO()
    lines = io.StringIO(said) if isinstance(said, str) else said
    summary = run_plain(world.session(wanted), clock=world.clock, lines=lines, out=out)
    return out.getvalue(), summary


def test_a_whole_sitting(three: World) -> None:
    """Reveal and grade, three cards, the summary."""
    text, summary = run(three, "\n3\n\n3\n\n4\n")
    assert text.index(FIRST) < text.index("ReLU.") < text.index(SECOND) < text.index(NEW)
    assert three.journal() == [("review", 4), ("review", 4), ("learn", 5)]
    assert (summary.graded, summary.retention) == (3, 1.0)
    assert "retention: 100%" in text
    assert "That was the last card." in text


def test_what_a_card_looks_like(three: World) -> None:
    """Every prompt on a line of its own, with what may be typed."""
    text, _ = run(three, "\n")
    assert text.startswith(
        "\n"
        "backbone::alexnet › AlexNet (1 new, 2 due)\n"
        "\n"
        "Which activation?\n"
        "\n"
        "> Enter shows the answer, s skip, q quit, ? help\n"
        "\n"
        "answer:\n"
        "ReLU.\n"
        "\n"
        "> 1 again (today, 1d), 2 hard (today, 15d), 3 good (15d), 4 easy (16d), ? help\n"
        "\n"
        "graded: 0\n"
    )


def test_no_escape_codes(world: World) -> None:
    """Not from us, not from a deck, not from what is typed; nor Markdown's colours."""
    world.put(*SAMPLES, Text("\x1b[31mred\x07", "\x9b2Jx", hint="\x1b]0;x\x07", breadcrumb=("\x1b[1m",)))
    text, _ = run(world, "h\n\x1b[A\n\n3\n" * 20)
    assert not [letter for letter in text if unicodedata.category(letter) == "Cc" and letter not in "\n\t"]


def test_every_review_is_saved_before_the_next_card_is_written(three: World) -> None:
    """Seen from another connection, at the moment the next card is written."""
    seen: list[int] = []
    other = three.opened()

    class Out(io.StringIO):
        def write(self, text: str) -> int:
            if text.strip() in (SECOND, NEW):
                with other.read() as db:
                    seen.append(len(list(db.journal.entries(1))))
            return super().write(text)

    run_plain(three.session(), clock=three.clock, lines=io.StringIO("\n3\n\n3\n"), out=Out())
    assert seen == [1, 2]


@pytest.mark.parametrize("said", ["", "\n", "\n3", "\n3\n", "\n3\n\n", "\n3\nq\n\n3\n"])
def test_the_end_of_input_keeps_what_was_graded(three: World, said: str) -> None:
    """As does q; also where the last line has no end."""
    text, summary = run(three, said)
    assert len(three.journal()) == summary.graded == int("3" in said)
    assert "graded: " in text


@pytest.mark.parametrize(
    "junk",
    ["5", "0", "7", "33", "yes", "3 4", "-1", "³", "²", "¼", "e3", "j", "enter", "pagedown", "我", "\\", "x" * 5000],
)
def test_junk_is_asked_again_and_never_counted(three: World, junk: str) -> None:
    """Before and after the answer; then all goes on as if it had not been typed."""
    text, _ = run(three, f"{junk}\n\n{junk}\n3\n")
    assert three.journal() == [("review", 4)]
    assert max(map(len, text.splitlines())) < 200
    assert SECOND in text


def test_a_grade_before_the_answer_is_refused(three: World) -> None:
    """It is said."""
    text, _ = run(three, "3\n")
    assert three.journal() == []
    assert "First show the answer" in text


@pytest.mark.parametrize(
    ("grade", "number"), [("1", 1), ("2", 3), ("3", 4), ("4", 5), (" 3 ", 4), ("３", 4), ("3\r", 4)]
)
def test_grades(three: World, grade: str, number: int) -> None:
    """The four, also as other keyboards and systems send them."""
    run(three, f"\n{grade}\n")
    assert three.journal() == [("review", number)]


def test_six_grades(three: World) -> None:
    """By the setting."""
    three.settings = Settings(grades=6)
    text, _ = run(three, "\n0\n\n5\n")
    assert [grade for _, grade in three.journal()] == [0, 5]
    assert "0 blackout (today, 1d)" in text


def test_enter_never_grades(three: World) -> None:
    """Twice Enter is no answer."""
    text, _ = run(three, "\n\n\n\n")
    assert three.journal() == []
    assert text.count("Enter never grades") == 3


def test_undo_to_the_start(three: World) -> None:
    """Every kind of step, taken back: every row as before."""
    before = three.rows()
    text, summary = run(three, "f\n\n1\ns\n\n2\nb\n\n3\nx\n" + "u\n" * 12)
    assert "nothing to undo" in text
    assert three.rows() == before
    assert summary.graded == 0


def test_the_last_grade_can_be_taken_back(three: World) -> None:
    """Behind the last card; anything else leaves, however often it is said."""
    text, _ = run(three, "\n3\n" * 3 + "u\n" + "\n4\n" + "3\n" * 50)
    assert three.journal() == [("review", 4), ("review", 4), ("learn", 5)]
    assert text.count("> Enter leaves, u undo") == 2


def test_the_commands(three: World) -> None:
    """Each says what it did."""
    text, _ = run(three, "f\nf\ns\nb\nx\nS\nU\n?\ne\nh\nq\n")
    for words in ("Flagged.", "Flag taken away.", "Skipped", "Buried", "Suspended", "only card left", "Undone: skipped",
                  "1-4: grade", "decks/notes.md:11", "no hint"):  # fmt: skip
        assert words in text, words


def test_hint(world: World) -> None:
    """Named where there is one."""
    world.put(Text("ReLU is […].", "ReLU is **max(0, x)**.", hint="a function of $x_1$", kind=Kind.CLOZE))
    text, _ = run(world, "h\n\n3\n")
    assert "h hint" in text
    assert "hint: a function of x₁" in text


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("34944", "the same"), ("34,944.", "the same"), ("3", "not the same"), ("4 × 4", "not the same")],
)
def test_typed_answers(world: World, answer: str, verdict: str) -> None:
    """Compared and shown; a number is an answer here, and the grade comes after it."""
    world.put(Text("Parameters of conv1?", "34,944", typed=True))
    text, _ = run(world, f"{answer}\n1\n")
    assert f"your answer: {answer} ({verdict})" in text
    assert world.journal()[0] == ("learn", 1)


@pytest.mark.parametrize(("typed", "shown"), [("=s", "s"), ("k", "k"), ("down", "down"), ("==", "="), ("skip", "skip")])
def test_an_answer_that_looks_like_a_command(world: World, typed: str, shown: str) -> None:
    """Only the letters of the help are commands, and = makes an answer of those too."""
    world.put(Text("The symbol of the stride?", "s", typed=True))
    text, _ = run(world, f"{typed}\n")
    assert f"your answer: {shown} (" in text


def test_commands_where_an_answer_is_asked_for(world: World) -> None:
    """Enter alone shows it, the letters work."""
    world.put(Text("one?", "1", typed=True), Text("two?", "2", typed=True))
    text, _ = run(world, "s\n\n3\nu\nq\n")
    assert "your answer" not in text
    assert "Undone: good." in text
    assert world.journal() == []


def test_cramming(three: World) -> None:
    """Said in every card's line; no schedule is touched."""
    before = three.rows()["schedule"]
    text, _ = run(three, "\n3\n" * 3, Wanted(cram=True))
    assert "[cram] (3 to cram)" in text
    assert three.rows()["schedule"] == before


def test_a_card_answered_elsewhere(three: World) -> None:
    """Said, and the next card comes."""
    other = three.session(store=three.opened())

    class Lines(io.StringIO):
        def readline(self, *_size: Any) -> str:
            line = super().readline()
            if line == "2\n":
                other.show(three.clock())
                other.grade(Grade.PERFECT, three.clock())
            return line

    text, _ = run(three, Lines("\n2\n"))
    assert "another window" in text
    assert SECOND in text
    assert three.journal() == [("review", 5)]


def test_time_is_taken_from_the_question(three: World) -> None:
    """Up to the grade."""

    class Lines(io.StringIO):
        def readline(self, *_size: Any) -> str:
            three.clock.wait(2)
            return super().readline()

    text, summary = run(three, Lines("\n3\n"))
    assert summary.seconds == 4
    assert "time: 4 s" in text


def test_a_broken_database_ends_it(three: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is the caller's."""

    @contextmanager
    def fails() -> Iterator[Any]:
        raise StoreBusy("held.")
        yield

    session = three.session()
    monkeypatch.setattr(three.store, "write", fails)
    with pytest.raises(StoreBusy):
        run_plain(session, clock=three.clock, lines=io.StringIO("\n3\n"), out=io.StringIO())


def test_an_empty_queue(world: World) -> None:
    """The summary, nothing else is asked."""
    text, summary = run(world, "\n\n")
    assert summary.graded == 0
    assert "That was the last card." in text


@pytest.mark.parametrize("seed", range(20))
def test_any_lines(world: World, seed: int) -> None:
    """No crash; undo leads back to the first row."""
    random = Random(seed)
    world.put(*SAMPLES)
    before = world.rows()
    usual = ["", "", "1", "2", "3", "4", "u", "s", "b", "x", "f", "h", "?", "e", "34944", "\x00", "j", "１"]
    lines = random.choices(usual, k=150)
    while "" in lines and random.random() < 0.5:
        lines.remove("")
    text, _ = run(world, "\n".join([*lines, *["u"] * 200]))
    if "> Enter leaves" not in text:
        assert world.rows() == before
