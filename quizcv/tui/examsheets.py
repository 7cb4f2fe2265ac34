"""What lies over an exam for a moment: the overview, questions with a yes or no, the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from quizcv.exam.form import Question
from quizcv.exam.sitting import Phase, Sitting
from quizcv.tui import examwords, keys, lines
from quizcv.tui.widgets import Page


class Sheet(ModalScreen[str]):
    """Something to read and to answer with one key. Gives back what `answers` has for the key; other keys scroll."""

    AUTO_FOCUS: ClassVar[str] = ""

    def __init__(self, content: RenderableType, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._content = content
        self._answers = answers

    def compose(self) -> ComposeResult:
        with Page(classes="sheet"):
            yield Static(self._content, id="said")

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if not self.is_current:  # answered already by the key before
            return
        key = keys.pressed(event.key, event.character)
        if key in self._answers:
            self.dismiss(self._answers[key])
        else:
            self.query_one(Page).move(keys.command(key))


class OverviewSheet(Sheet):
    """How the questions stand. Gives back the number that was typed, or nothing."""

    def __init__(self, sitting: Sitting, lang: str) -> None:
        super().__init__("", {"escape": "", "q": "", "o": ""})
        self._sitting = sitting
        self._lang = lang
        self._digits = ""

    def on_mount(self) -> None:
        self._draw()

    def on_key(self, event: events.Key) -> None:
        key = keys.pressed(event.key, event.character)
        if not self.is_current or not (key in ("enter", "backspace") or (key.isascii() and key.isdecimal())):
            super().on_key(event)
            return
        event.stop()
        if key == "enter":
            self.dismiss(self._digits)
        else:
            self._digits = self._digits[:-1] if key == "backspace" else (self._digits + key)[:4]
            self._draw()

    def _draw(self) -> None:
        said = Text("\n".join(examwords.standings(self._sitting, self._lang)))
        asked = Text.assemble(f"{examwords.GO_TO.in_(self._lang)}: ", (f"{self._digits}_", "bold"))
        below = pressed(self._lang, ("enter", "go"), ("esc", "back"))
        title = Text(examwords.OVERVIEW.in_(self._lang), style="bold")
        self.query_one("#said", Static).update(Group(title, "", said, "", asked, "", below))


def pressed(lang: str, *pairs: tuple[str, str]) -> lines.Packed:
    """Keys and what they do, by their names in `examwords.DOES`."""
    return lines.Packed([lines.key(shown, examwords.DOES[does].in_(lang)) for shown, does in pairs])


def options(question: Question, chosen: str = "") -> list[RenderableType]:
    """The options of a question, each beside its letter; nothing where there are none."""
    if not (rows := examwords.options(question, chosen)):
        return []
    grid = Table.grid(padding=(0, 1))
    for mark, text in rows:
        grid.add_row(Text(mark, style="bold" if mark.startswith("▸") else ""), lines.Shown(text))
    return [Text(), grid]


def help_sheet(lang: str) -> Sheet:
    rows = [(shown, does.in_(lang)) for shown, does in examwords.HELP]
    content = Group(
        Text(examwords.KEYS.in_(lang), style="bold"), "", lines.table(rows), "", pressed(lang, ("esc", "back"))
    )
    return Sheet(content, dict.fromkeys(("escape", "enter", "q", "?"), "back"))


def submit_sheet(sitting: Sitting, lang: str) -> Sheet:
    """Whether to hand in, with what is blank, marked or cannot be read."""
    said = Text("\n".join(examwords.standings(sitting, lang, all_of_them=False)))
    question = Text(examwords.SUBMIT.in_(lang), style="bold")
    content = Group(
        *((said, "") if said.plain else ()), question, "", pressed(lang, ("y", "submit"), ("n, esc", "back"))
    )
    return Sheet(content, {"y": "yes", "n": "", "escape": "", "q": ""})


def leave_sheet(sitting: Sitting, lang: str) -> Sheet:
    """Whether to leave before the end."""
    sentence = examwords.LEAVE if sitting.phase is Phase.ANSWERING else examwords.LEAVE_JUDGING
    content = Group(Text(sentence.in_(lang), style="bold"), "", pressed(lang, ("y", "leave"), ("n, esc", "back")))
    return Sheet(content, {"y": "yes", "n": "", "escape": ""})
