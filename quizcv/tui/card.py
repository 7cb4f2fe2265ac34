"""The screen on which cards are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import events
from textual.app import ComposeResult, SuspendNotSupported
from textual.screen import Screen
from textual.widgets import Static

from quizcv.errors import QuizcvError, StoreError
from quizcv.model import Action, Card
from quizcv.tui import faces, keys, lines, wording
from quizcv.tui.render import plain
from quizcv.tui.screens import HelpScreen, SummaryScreen
from quizcv.tui.sitting import NOTHING, Notice, Sitting, trouble
from quizcv.tui.widgets import AnswerLine, Page

if TYPE_CHECKING:
    from quizcv.study import Prompt


SIGN_STYLES = {"✓": "bold green", "≈": "bold yellow", "✗": "bold red"}


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
        self._showing = (0, False)

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        yield Static(id="progress")
        with Page(id="body"):
            yield Static(id="front")
            yield Static(id="hint")
            yield Static(lines.Ruled("answer"), id="rule")
            yield Static(id="typed")
            yield Static(id="back")
        yield AnswerLine(self._entered)
        yield Static(id="keys")

    def on_mount(self) -> None:
        with self._saving():
            self._sitting.next()
            self._draw()

    # --- keys ---

    def on_key(self, event: events.Key) -> None:
        if not self.is_current:  # pressed just before the help or the summary came up: not meant for the card
            event.stop()
            return
        key = keys.pressed(event.key, event.character)
        if self.focused is not None:
            self._key_while_typing(event)
            return
        if event.key == "tab" and self._asks():
            event.stop()
            self.set_focus(self.query_one(AnswerLine))
            self._draw_keys()
            return
        command = keys.command(key)
        if command or key.isdecimal():
            event.stop()
            with self._saving():
                self._obey(command, key)

    def _entered(self) -> None:
        with self._saving():
            if self._asks():
                self._reveal()

    def _key_while_typing(self, event: events.Key) -> None:
        """The keys that the line has no use for, and those that were on their way when it came."""
        answer = self.query_one(AnswerLine)
        if event.key == "enter":
            event.stop()
            self._entered()
        elif event.is_printable and event.character:
            event.stop()
            answer.insert_text_at_cursor(event.character)
        elif event.key == "escape":
            event.stop()
            self.set_focus(None)
            self._draw_keys()
        elif event.key == "f1":
            event.stop()
            self._say(self._sitting.hint())
        elif event.key in ("up", "down", "pageup", "pagedown"):
            event.stop()
            self.query_one("#body", Page).move(keys.command(event.key))

    def _obey(self, command: str, key: str) -> None:
        sitting = self._sitting
        if command in sitting.acts:
            self._say(sitting.acts[command]())
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
        self._say(self._sitting.reveal(self.query_one(AnswerLine).value if self._asks() else ""))

    def _open_editor(self) -> None:
        prompt, since = self._sitting.prompt, self._clock()
        if prompt is None or self._edit is None:
            self._say(Notice("cards cannot be edited here.", trouble=True))
            return
        card = prompt.card
        failure: QuizcvError | None = None
        try:
            with self.app.suspend():
                try:  # an error must not leave this block: the terminal would stay as the editor had it
                    self._edit(card)
                except QuizcvError as error:
                    failure = error
        except SuspendNotSupported:
            where = f"{card.path}:{card.line}"
            failure = QuizcvError(f"no editor can be opened from here; the card is at {where}.")
        if isinstance(failure, StoreError):
            raise failure
        notice = self._sitting.edited(since)
        self._say(trouble(failure) if failure else notice)

    def _end(self) -> None:
        """The summary, and what was chosen there."""
        notice, self._notice = self._notice, NOTHING

        def chosen(what: str | None) -> None:
            with self._saving():
                if what == "undo":
                    self._say(self._sitting.undo())
                elif what == "back":
                    self._draw()
                else:
                    self.app.exit()

        self.app.push_screen(SummaryScreen(self._sitting, notice), chosen)

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
        sitting = self._sitting
        self._static("front", lines.Shown(faces.question(prompt)))
        self._static("hint", lines.Shown(f"hint: {faces.hint(prompt)}") if sitting.hinted else None)
        self.query_one("#rule").display = sitting.revealed
        self._static("typed", _typed(sitting, prompt) if sitting.revealed and sitting.typed else None)
        self._static("back", lines.Shown(faces.answer(prompt)) if sitting.revealed else None)
        showing = (sitting.turn, sitting.revealed)
        if showing != self._showing:
            self._showing = showing
            self._turn_to()

    def _static(self, name: str, content: RenderableType | None) -> None:
        """Fill a part of the card, or hide it."""
        part = self.query_one(f"#{name}", Static)
        part.display = content is not None
        if content is not None:
            part.update(content)

    def _turn_to(self) -> None:
        """A new front, or its answer: the line to type in comes or goes, and the eye starts at the right place."""
        answer, body = self.query_one(AnswerLine), self.query_one("#body", Page)
        answer.display = self._asks()
        if self._asks():
            answer.value = ""
        self.set_focus(answer if self._asks() else None, scroll_visible=False)
        if self._sitting.revealed:
            self.call_after_refresh(self._scroll_to_answer)
        else:
            body.scroll_home(animate=False)

    def _scroll_to_answer(self) -> None:
        """Where a long question leaves no room below it, the answer goes to the top."""
        body, rule = self.query_one("#body", Page), self.query_one("#rule")
        if rule.virtual_region.y > body.size.height * 2 // 3:
            body.scroll_to(y=rule.virtual_region.y, animate=False)

    def _asks(self) -> bool:
        """Whether an answer is to be typed now."""
        prompt = self._sitting.prompt
        return prompt is not None and faces.asks(prompt) and not self._sitting.revealed

    def _draw_keys(self) -> None:
        prompt = self._sitting.prompt
        if prompt is None:
            return
        below: RenderableType = self._other_keys()
        if self._notice.text:
            below = Text(self._notice.text, style="bold")
        elif self.focused is not None:
            below = Text()  # letters are letters now
        self._static("keys", Group(lines.Packed(self._keys_now(prompt)), below))

    def _keys_now(self, prompt: Prompt) -> list[Text]:
        sitting = self._sitting
        if sitting.revealed:
            return [
                lines.key(
                    f"▸{number}" if number == sitting.proposal else str(number),
                    wording.grade_name(choice.grade, sitting.grades),
                    lines.GRADE_STYLES[choice.grade],
                    wording.comes_again(choice),
                )
                for number, choice in zip(sitting.numbers, prompt.choices, strict=True)
            ]
        if self.focused is not None:
            found = [lines.key("enter", "check"), lines.key("esc", "other keys")]
            return [*found, lines.key("F1", "hint")] if faces.hint(prompt) and not sitting.hinted else found
        found = [lines.key("tab", "type the answer")] if self._asks() else []
        found.append(lines.key("space", "show answer"))
        if faces.hint(prompt) and not sitting.hinted:
            found.append(lines.key("h", "hint"))
        return found

    def _other_keys(self) -> lines.Packed:
        does = [("s", "skip"), ("b", "bury"), ("x", "suspend"), ("f", "flag"), ("e", "edit"), ("?", "help")]
        does = [("u", "undo"), *does] if self._sitting.can_undo else does
        return lines.Packed([Text(f"{key} {what}", style="dim") for key, what in [*does, ("q", "quit")]])

    @contextmanager
    def _saving(self) -> Iterator[None]:
        """Where the database fails the review ends; the app gives back the error."""
        try:
            yield
        except StoreError as error:
            self.app.exit(error)


def _typed(sitting: Sitting, prompt: Prompt) -> Text:
    """The learner's answer, with a sign whether it is right and the reason why not, where it is known."""
    sign, why = faces.verdict(prompt, sitting.typed, sitting.answered)
    text = Text.assemble((sign, SIGN_STYLES[sign]), " ", (sitting.typed, "bold"), ("  (your answer)\n", "dim"))
    return text.append_text(Text(f"{plain(why)}\n")) if why else text
