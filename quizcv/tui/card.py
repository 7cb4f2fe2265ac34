"""The screen on which cards are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult, SuspendNotSupported
from textual.screen import Screen
from textual.widgets import Input, Static

from quizcv.errors import QuizcvError, StoreError
from quizcv.model import Action, Card, Kind
from quizcv.tui import keys, lines, typed, wording
from quizcv.tui.render import terminal
from quizcv.tui.screens import HelpScreen, Page, SummaryScreen
from quizcv.tui.sitting import NOTHING, Notice, Sitting

if TYPE_CHECKING:
    from quizcv.study import Prompt


class CardScreen(Screen[None]):
    """One card: where it stands, its front, after a key its back, and below what the keys do now."""

    AUTO_FOCUS: ClassVar[str] = ""

    def __init__(
        self, sitting: Sitting, clock: Callable[[], datetime], edit: Callable[[Card], None] | None = None
    ) -> None:
        super().__init__()
        self._sitting = sitting
        self._clock = clock
        self._edit = edit
        self._notice = NOTHING

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        yield Static(id="progress")
        with Page(id="body"):
            yield Static(id="front")
            yield Static(id="hint")
            yield Static(lines.Ruled("answer"), id="rule")
            yield Static(id="typed")
            yield Static(id="back")
        yield Input(id="answer", compact=True, placeholder="type the answer")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.query_one("#answer", Input).cursor_blink = False
        with self._saving():
            self._sitting.next()
            self._draw()

    # --- keys ---

    def on_key(self, event: events.Key) -> None:
        key = keys.pressed(event.key, event.character)
        if self.focused is not None:
            self._key_while_typing(event)
            return
        if event.key == "tab" and self._asks():
            event.stop()
            event.prevent_default()
            self._focus_answer()
            return
        command = keys.command(key)
        if command or key.isdecimal():
            event.stop()
            with self._saving():
                self._obey(command, key)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._asks():
            self._reveal()

    def _key_while_typing(self, event: events.Key) -> None:
        """The keys that a line of text has no use for."""
        if event.key == "escape":
            event.stop()
            self.set_focus(None)
            self._draw_keys()
        elif event.key in ("up", "down", "pageup", "pagedown"):
            event.stop()
            self.query_one("#body", Page).move(keys.command(event.key))

    def _obey(self, command: str, key: str) -> None:
        sitting = self._sitting
        answers = {
            "undo": sitting.undo,
            "skip": sitting.skip,
            "bury": sitting.bury,
            "suspend": sitting.suspend,
            "flag": sitting.flag,
            "hint": sitting.hint,
        }
        if command in answers:
            self._say(answers[command]())
        elif key.isdecimal():
            self._say(sitting.grade(int(key)))
        elif command == "edit":
            self._open_editor()
        elif command == "help":
            self.app.push_screen(HelpScreen(sitting.grades))
        elif command == "quit":
            self._end()
        elif not sitting.revealed and (command == "reveal" or key == " "):
            self._reveal()
        elif command == "reveal":
            self._say(Notice(f"grade with {sitting.grade_keys}; Enter never grades."))
        else:
            self.query_one("#body", Page).move(command)

    def _reveal(self) -> None:
        self._sitting.reveal(self.query_one("#answer", Input).value if self._asks() else "")
        self._draw()

    def _open_editor(self) -> None:
        if self._sitting.prompt is None:
            return
        card, since, problem = self._sitting.prompt.card, self._clock(), NOTHING
        if self._edit is None:
            self._say(Notice("cards cannot be edited here.", trouble=True))
            return
        try:
            with self.app.suspend():
                # An error must not leave this block: the terminal would stay with the editor.
                try:
                    self._edit(card)
                except StoreError:
                    raise
                except QuizcvError as error:
                    problem = Notice(" ".join(str(error).split("\n")), trouble=True)
        except SuspendNotSupported:
            problem = Notice(f"no editor can be opened from here; the card is at {card.path}:{card.line}.", trouble=True)
        self._sitting.edited(since)
        self._say(problem)

    # --- drawing ---

    def _say(self, notice: Notice) -> None:
        self._notice = notice
        self._draw()
        self._notice = NOTHING

    def _draw(self) -> None:
        """Put the sitting on the screen as it stands; at its end, the summary."""
        prompt = self._sitting.prompt
        if prompt is None:
            self._end()
            return
        self._draw_top(prompt)
        self._draw_card(prompt)
        self._draw_keys()

    def _draw_top(self, prompt: Prompt) -> None:
        cram = prompt.action is Action.CRAM
        counts = wording.counts(self._sitting.session.remaining, cram=cram)
        top = lines.TopLine(wording.path(prompt.card), wording.marks(prompt), counts)
        self.query_one("#top", Static).update(top)
        self.query_one("#progress", Static).update(lines.Progress(self._sitting.progress))

    def _draw_card(self, prompt: Prompt) -> None:
        sitting, card = self._sitting, prompt.card
        front, hint, back = (self.query_one(f"#{name}", Static) for name in ("front", "hint", "back"))
        front.update(terminal(wording.clean(card.front)))
        hint.display = sitting.hinted
        if sitting.hinted:
            hint.update(terminal(f"hint: {wording.clean(card.hint)}"))
        self.query_one("#rule").display = back.display = sitting.revealed
        if sitting.revealed:
            back.update(terminal(wording.clean(card.back)))
        mine = self.query_one("#typed", Static)
        mine.display = sitting.revealed and bool(sitting.typed)
        if mine.display:
            mine.update(_typed(sitting.typed, card))
        self._draw_answer()

    def _draw_answer(self) -> None:
        raise NotImplementedError

    @contextmanager
    def _saving(self) -> Iterator[None]:
        """Where the database fails the review ends; the app gives back the error."""
        try:
            yield
        except StoreError as error:
            self.app.exit(error)
