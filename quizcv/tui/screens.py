"""The two screens beside the card: help, and the summary at the end."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from quizcv.tui import keys, lines, wording
from quizcv.tui.sitting import Notice, Sitting
from quizcv.tui.widgets import Page


class HelpScreen(ModalScreen[None]):
    """All keys; any key that does not scroll closes it."""

    AUTO_FOCUS: ClassVar[str] = ""

    def __init__(self, grades: int) -> None:
        super().__init__()
        self._grades = grades

    def compose(self) -> ComposeResult:
        with Page(classes="sheet"):
            yield Static(help_text(self._grades))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if not self.is_current:  # closed already by the key before
            return
        key = keys.pressed(event.key, event.character)
        if key == " " or not self.query_one(Page).move(keys.command(key)):
            self.dismiss()


def help_text(grades: int) -> Group:
    """The keys and what they do, with the names of the grades."""
    names = wording.FOUR_NAMES if grades == 4 else wording.SIX_NAMES
    numbers = range(1, 5) if grades == 4 else range(6)
    graded = ", ".join(f"{number} {name}" for number, name in zip(numbers, names.values(), strict=True))
    rows = [(command.shown, command.help) for command in keys.COMMANDS if command.shown]
    rows.insert(1, (f"{numbers[0]}-{numbers[-1]}", f"grade: {graded}"))
    rows.append(("Ctrl+C", "leave at once; everything graded is kept"))
    note = (
        "A grade under “good” brings the card back today, until it is good.\n"
        "Beside each grade stands when the card comes next."
    )
    return Group(Text("Keys", style="bold"), "", lines.table(rows), "", Text(note, style="dim"))


class SummaryScreen(ModalScreen[str]):
    """What the sitting came to. Gives back `undo`, `back` (there are cards left) or `leave`."""

    AUTO_FOCUS: ClassVar[str] = ""

    def __init__(self, sitting: Sitting, notice: Notice) -> None:
        super().__init__()
        self._sitting = sitting
        self._notice = notice

    def compose(self) -> ComposeResult:
        with Page(classes="sheet"):
            yield Static(summary_text(self._sitting, self._notice))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if not self.is_current:
            return
        command = keys.command(keys.pressed(event.key, event.character))
        if command == "undo":
            self.dismiss("undo")
        elif event.key == "escape" and self._sitting.prompt is not None:
            self.dismiss("back")
        elif command == "quit" or event.key in ("enter", "escape"):
            self.dismiss("leave")  # not any key: whoever types on by rhythm would miss the summary


def summary_text(sitting: Sitting, notice: Notice) -> Group:
    """The summary with what the keys do."""
    left = sitting.session.remaining.total if sitting.prompt is not None else 0
    summary = sitting.summary()
    title = (
        f"{summary.graded} card{'' if summary.graded == 1 else 's'} graded, {f'{left} left' if left else 'all done'}."
    )
    pressed = [lines.key("u", "undo")] if sitting.can_undo else []
    pressed += [lines.key("esc", "back to the cards")] if left else []
    pressed.append(lines.key("q", "leave"))
    said = (Text(notice.text, style="bold"), Text()) if notice.text else ()
    return Group(
        Text(title, style="bold"),
        "",
        lines.table(wording.summary_rows(summary), style=""),
        "",
        *said,
        lines.Packed(pressed),
    )
