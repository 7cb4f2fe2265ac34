"""The command: its options, what it refuses, and what it says when nothing waits."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
import typer
from desk import Text, World
from typer.testing import CliRunner

from quizcv.cli import firstrun, workspace
from quizcv.cli.review import review
from quizcv.clock import day_of
from quizcv.errors import NotATerminal, NotFound, QuizcvError, StoreBusy, UsageError
from quizcv.model import Card
from quizcv.tui import app as screen

Now = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def desk(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A database that the command finds, on the day of the other tests."""
    monkeypatch.setenv("QUIZCV_DB", str(tmp_path / "quizcv.db"))
    monkeypatch.setenv("QUIZCV_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setattr(workspace.Workspace, "now", lambda _self: Now)
    monkeypatch.setattr(workspace.Workspace, "today", lambda _self: day_of(Now, UTC))
    return world


@pytest.fixture
def some(desk: World) -> World:
    desk.put(
        Text("Which activation?", "ReLU.", due=3, tags=("formula",)),
        Text("Which year?", "2012.", due=-2, interval=25),
        Text("How deep?", "Sixteen.", deck="backbone::vgg", tags=("number",)),
        Text("Buried?", "Yes.", deck="losses", due=0),
    )
    return desk


def run(*words: str, said: str = "") -> str:
    """What the command writes; its errors are raised."""
    app = typer.Typer()
    app.command()(review)
    result = CliRunner().invoke(app, list(words), input=said)
    if isinstance(result.exception, QuizcvError):
        raise result.exception
    assert result.exception is None or result.exit_code == 2, result.exception
    return f"exit {result.exit_code}\n{result.output}"


def test_line_mode(some: World) -> None:
    """Cards in, grades out."""
    text = run("--plain", said="\n3\n")
    assert "Which activation?" in text
    assert "ReLU." in text
    assert some.journal() == [("review", 4)]


@pytest.mark.parametrize(
    ("words", "cards"),
    [
        ((), ["activation", "Buried", "deep"]),
        (("backbone",), ["activation", "deep"]),
        (("backbone::vgg", "losses"), ["Buried", "deep"]),
        (("--tag", "formula"), ["activation"]),
        (("--tag", "formula", "--tag", "number"), []),
        (("--new", "0"), ["activation", "Buried"]),
        (("--limit", "1"), ["activation"]),
        (("--ahead", "2"), ["activation", "Buried", "year", "deep"]),
        (("--ahead", "1"), ["activation", "Buried", "deep"]),
    ],
)
def test_which_cards(some: World, words: tuple[str, ...], cards: list[str]) -> None:
    """Decks with what lies below them, all of the tags, the limits, the days ahead."""
    text = run("--plain", *words, said="\n3\n" * 9)
    questions = {"activation": "Which activation?", "Buried": "Buried?", "year": "Which year?", "deep": "How deep?"}
    assert sorted((text.index(q), name) for name, q in questions.items() if q in text) == [
        (text.index(questions[name]), name) for name in cards
    ]


def test_cram(some: World) -> None:
    """Every card; no schedule is touched; options that would say nothing are refused."""
    before = some.rows()["schedule"]
    text = run("--plain", "--cram", said="\n3\n" * 9)
    assert text.count("[cram]") == 4
    assert some.rows()["schedule"] == before
    for words in (("--ahead", "1"), ("--new", "0")):
        with pytest.raises(UsageError):
            run("--plain", "--cram", *words)


@pytest.mark.parametrize("option", ["--new", "--limit", "--ahead"])
@pytest.mark.parametrize("value", ["-1", "x", "1.5"])
def test_numbers_are_checked(some: World, option: str, value: str) -> None:
    """Exit 2, nothing done."""
    assert run("--plain", option, value).startswith("exit 2")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("backbon",), "Did you mean backbone"),
        (("BACKBONE::VGG",), "backbone::vgg"),
        (("vgg",), "backbone::vgg"),
        (("alexnt",), "backbone::alexnet"),
        (("--tag", "formulas"), "Did you mean formula?"),
        (("zzzz",), "quizcv decks"),
        (("--tag", "zzzz"), ".tag"),
    ],
)
def test_unknown_names(some: World, words: tuple[str, ...], hint: str) -> None:
    """Told with names that are like it."""
    with pytest.raises(NotFound) as caught:
        run("--plain", *words)
    assert hint in caught.value.hint


def test_without_a_terminal(some: World) -> None:
    """What to do instead; exit code 2."""
    with pytest.raises(NotATerminal) as caught:
        run()
    assert "--plain" in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_dumb_terminal(some: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot show a screen either."""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stdin", Tty())
    monkeypatch.setattr(sys, "stdout", Tty())
    with pytest.raises(NotATerminal, match="dumb"):
        review([], [])


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


# --- nothing to do -----------------------------------------------------------------------------------------------


def test_nothing_is_due(some: World) -> None:
    """What comes when, and what can be done now; exit 0."""
    run("--plain", said="\n3\n" * 9)
    text = run("--plain")
    assert text.splitlines() == [
        "exit 0",
        "Nothing is due.",
        "  1 due tomorrow",
        "  1 due on 2026-03-04",
        "  2 due on 2026-03-17",
        "`quizcv review --ahead 2` takes the next ones now.",
        "`quizcv review --cram` goes through all of them and touches no schedule.",
    ]
    assert "Which year?" not in run("--plain", "--ahead", "1")
    assert "How deep?" not in run("--plain", "--ahead", "1")  # answered today already
    assert "Which year?" in run("--plain", "--ahead", "2")


def test_the_limits_of_the_day(some: World) -> None:
    """Not "nothing is due" where a limit is the reason."""
    text = run("--plain", "--limit", "0")
    assert "2 due, but the limit is reached" in text
    assert "1 left" in text


def test_no_card_at_all(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a crash on an empty collection, or on a selection of nothing."""
    monkeypatch.setattr(firstrun, "sync_bundled", lambda _ws: None)
    assert "no card here" in run("--plain")
    assert "no card here" in run("--plain", "--cram")


# --- the screen --------------------------------------------------------------------------------------------------


class Fake:
    """Stands for the app; `ended` is what it gives back."""

    made: ClassVar[list[Fake]] = []
    ended: Any = None
    return_code = 0

    def __init__(self, session: Any, *, clock: Any, edit: Any, behind: Any = None) -> None:
        self.session, self.clock, self.edit = session, clock, edit
        Fake.made.append(self)

    def run(self, **_more: Any) -> Any:
        self.session.show(self.clock())
        return self.ended


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[Fake]:
    monkeypatch.setattr(screen, "ReviewApp", Fake)
    monkeypatch.setenv("TERM", "xterm")
    Fake.made, Fake.ended, Fake.return_code = [], None, 0
    return Fake


def start(world: World) -> str:
    """Run the command on a terminal; what it leaves there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Tty())
        patch.setattr(sys, "stdout", out := Tty())
        review([], [], None, None, False, 0, False, "en", "", str(world.path))
        return out.getvalue()


def test_the_screen_is_left_with_a_line(some: World, fake: type[Fake]) -> None:
    """The summary would vanish with the screen."""
    assert "0 graded" in start(some)
    assert fake.made[0].session.remaining.total == 3


def test_an_error_of_the_database_comes_through(some: World, fake: type[Fake]) -> None:
    """The app gives it back, the command raises it."""
    fake.ended = StoreBusy("held.")
    with pytest.raises(StoreBusy):
        start(some)


def test_a_bug_in_the_app_is_exit_3(some: World, fake: type[Fake]) -> None:
    """Textual has shown it already."""
    fake.return_code = 1
    with pytest.raises(typer.Exit) as caught:
        start(some)
    assert caught.value.exit_code == 3


def test_editing_reads_the_file_again(
    some: World, fake: type[Fake], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The editor is opened at the card's line, then the file is read."""
    done: list[Any] = []
    monkeypatch.setattr("quizcv.tui.editor.edit", lambda file, line, editor: done.append((file.name, line, editor)))

    def resync(_ws: Any, card: Card) -> None:
        done.append(card.key)

    monkeypatch.setattr(firstrun, "resync", resync)

    def run_(self: Fake, **_more: Any) -> None:
        self.edit(self.session.show(self.clock()).card)

    monkeypatch.setattr(Fake, "run", run_)
    (tmp_path / "config.toml").write_text('editor = "hx"\n')
    start(some)
    assert done == [("notes.md", 1, "hx"), "card-0"]
