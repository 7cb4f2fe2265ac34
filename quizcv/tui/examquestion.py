"""The screen on which the questions of an exam are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static

from quizcv.exam.judging import is_open, letters
from quizcv.exam.wording import stem
from quizcv.tui import examwords, keys, lines
from quizcv.tui.examdesk import Desk
from quizcv.tui.examsheets import OverviewSheet, help_sheet, options, pressed, submit_sheet
from quizcv.tui.markup import clean
from quizcv.tui.render import plain
from quizcv.tui.widgets import AnswerLine, Page

if TYPE_CHECKING:
    from quizcv.tui.exam import ExamApp


#: What does the same whether letters are letters or commands.
_BOTH = {"tab": "next", "shift+tab": "previous", "pageup": "page_up", "pagedown": "page_down"} | dict.fromkeys(
    ("up", "down", "escape"), ""
)
_COMMANDS = {
    "n": "next",
    "p": "previous",
    "m": "mark",
    "o": "overview",
    "g": "overview",
    "s": "submit",
    "q": "leave",
    "?": "help",
    "enter": "type",
}


class _Line(AnswerLine):
    """Keys that are no text are obeyed at once, not when the screen's turn comes: what is typed next belongs to the next question."""

    def __init__(self, enter: Callable[[], None], obey: Callable[[str], bool]) -> None:
        super().__init__(enter)
        self._obey = obey

    def on_key(self, event: events.Key) -> None:
        if self.screen.focused is self and self._obey(event.key):
            event.stop()
            event.prevent_default()


class QuestionScreen(Screen[None]):
    """One question and the line for its answer, which is put down as it is typed."""

    AUTO_FOCUS: ClassVar[str] = ""
    app: ExamApp

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._sitting = desk.sitting
        self._lang = desk.lang
        self._notice = ""
        self._shown_time = ""

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        yield Static(id="progress")
        with Page(id="body"):
            yield Static(id="front")
        yield _Line(self._next, self._anywhere)
        yield Static(id="keys")

    def on_mount(self) -> None:
        self._show()

    # --- time ---

    def tick(self) -> bool:
        """Show the time left; hand in if there is none. Whether it is handed in."""
        self.take()
        if self._sitting.tick(self._desk.now()):
            self._desk.kept()
            self.app.hand_in()
        elif not self._sitting.submitted and self.is_current and self._time() != self._shown_time:
            self._draw_top()
        return self._sitting.submitted

    def _time(self) -> str:
        """The time left in words; nothing without a limit."""
        left = self._sitting.left(self._desk.now())
        return "" if left is None else examwords.time_left(left, self._lang)

    # --- keys ---

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.take()
        if self._sitting.question.options:
            self._draw_question()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if not self.is_current or self.tick():  # pressed just before something came up: not meant for the question
            return
        if self._anywhere(event.key):
            return
        key = keys.pressed(event.key, event.character)
        if self.focused is None and key in _COMMANDS:
            self._obey(_COMMANDS[key])
        elif self.focused is None:
            self.query_one("#body", Page).move(keys.command(key))
        elif event.is_printable and event.character:  # typed before the line had the focus
            self.query_one(AnswerLine).insert_text_at_cursor(event.character)

    def _anywhere(self, key: str) -> bool:
        """Obey a key that is the same whether letters are letters or commands; whether it is one."""
        if key not in _BOTH:
            return False
        if not self.is_current or self.tick():
            return True
        if key == "escape":
            self._focus(self.focused is None)
        elif key in ("up", "down"):
            self._arrow(key)
        else:
            self._obey(_BOTH[key])
        return True

    def _obey(self, command: str) -> None:
        if command in ("page_up", "page_down"):
            self.query_one("#body", Page).move(command)
        elif command == "type":
            self._focus(True)
        elif command in ("next", "previous"):
            self._turn(self._sitting.number + (1 if command == "next" else -1))
        elif command == "mark":
            said = examwords.MARKED if self._sitting.mark() else examwords.UNMARKED
            self._say(self._desk.kept() or said.in_(self._lang))
        elif command == "leave":
            self.app.action_leave()
        elif command == "help":
            self.app.push_screen(help_sheet(self._lang))
        elif self._left_well():
            if command == "overview":
                self.app.push_screen(OverviewSheet(self._sitting, self._lang), self._chosen)
            else:
                self.app.push_screen(submit_sheet(self._sitting, self._lang), self._submit)

    def _next(self) -> None:
        if self.is_current and not self.tick():
            self._turn(self._sitting.number + 1)

    def _arrow(self, key: str) -> None:
        """Choose the letter after or before, where there are any; else scroll."""
        question, answer = self._sitting.question, self.query_one(AnswerLine)
        if not (offered := letters(question)):
            self.query_one("#body", Page).move(key)
            return
        now = offered.find(answer.value.strip().upper()) if answer.value.strip() else -1
        step = 1 if key == "down" else -1
        answer.value = offered[0 if now < 0 < step else (max(now, 0) + step) % len(offered)]
        answer.cursor_position = 1
        self.take()
        self._draw_question()

    # --- moving ---

    def take(self) -> None:
        """Put down what stands in the line, which is always of the question in front."""
        self._sitting.put(clean(self.query_one(AnswerLine).value))

    def _left_well(self) -> bool:
        """Whether the question can be left: what cannot be read is told, once, and asked again."""
        self.take()
        if why := self._sitting.complaint():
            self._say(plain(why.in_(self._lang)) + examwords.STAYS.in_(self._lang))
            return False
        return True

    def _turn(self, number: int) -> None:
        if not self._left_well():
            return
        if self._sitting.go(number):
            self._notice = self._desk.kept()
            self._show()
        else:
            trouble = self._desk.kept()
            self._say(trouble or (examwords.FIRST if number < 1 else examwords.LAST).in_(self._lang))

    def _chosen(self, number: str | None) -> None:
        if number and self._sitting.go(int(number)):
            self._notice = self._desk.kept()
            self._show()
        elif number:
            self._say(examwords.NO_QUESTION.in_(self._lang))

    def _submit(self, said: str | None) -> None:
        if said and not self.tick():
            self._sitting.submit(self._desk.now())
            self._desk.kept()
            self.app.hand_in()

    # --- drawing ---

    def _say(self, text: str) -> None:
        self._notice = text
        self._draw_top()
        self._draw_keys()

    def _show(self) -> None:
        """The question in front, with what was put down for it."""
        answer = self.query_one(AnswerLine)
        open_ = is_open(self._sitting.question)
        answer.placeholder = (examwords.OPEN_NOTE if open_ else examwords.WRITE).in_(self._lang)
        answer.value = clean(self._sitting.typed(self._sitting.number))
        answer.cursor_position = len(answer.value)
        self._draw_top()
        self._draw_question()
        self.query_one("#body", Page).scroll_home(animate=False)
        self._focus(True)

    def _focus(self, typing: bool) -> None:
        self.set_focus(self.query_one(AnswerLine) if typing else None, scroll_visible=False)
        self._draw_keys()

    def _draw_top(self) -> None:
        sitting, lang = self._sitting, self._lang
        self._shown_time = self._time()
        marks = [examwords.MARK.in_(lang)] if sitting.number in sitting.to_check else []
        marks += [self._shown_time] if self._shown_time else []
        self.query_one("#top", Static).update(lines.TopLine(examwords.place(sitting, lang), marks, ()))
        done = sum(bool(sitting.typed(number)) for number in sitting.questions)
        self.query_one("#progress", Static).update(lines.Progress(done / sitting.last))

    def _draw_question(self) -> None:
        question, parts = self._sitting.question, list[RenderableType]()
        if said := examwords.instructions(self._sitting):
            parts += [lines.Shown(said), Text()]
        parts.append(lines.Shown(stem(question, self._lang)))
        chosen = self.query_one(AnswerLine).value.strip()
        parts += options(question, chosen)
        self.query_one("#front", Static).update(Group(*parts))

    def _draw_keys(self) -> None:
        if self.focused is not None:
            does = [("enter", "next"), ("shift+tab", "previous")]
            does += [("↑↓", "choose")] if letters(self._sitting.question) else []
            does.append(("esc", "commands"))
        else:
            does = [("n", "next"), ("p", "previous"), ("m", "mark"), ("o", "overview"), ("s", "submit")]
            does += [("?", "help"), ("q", "leave"), ("esc", "type")]
        said = Text(self._notice, style="bold")
        self._notice = ""
        self.query_one("#keys", Static).update(Group(said, pressed(self._lang, *does)))
