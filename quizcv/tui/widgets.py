"""The two widgets that Textual has almost: a page that scrolls by our keys, and a line for an answer."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.containers import VerticalScroll
from textual.widgets import Input


class Page(VerticalScroll, can_focus=False):
    """A column of text that scrolls by our own keys."""

    def move(self, command: str) -> bool:
        """Scroll as a command of the table says; False if it is none for scrolling."""
        page = max(1, self.size.height - 2)  # two lines stay, to find one's place again
        here, last = int(self.scroll_y), self.max_scroll_y
        targets = {
            "down": here + 1,
            "up": here - 1,
            "page_down": here + page,
            "page_up": here - page,
            "home": 0,
            "end": last,
        }
        if command not in targets:
            return False
        # At once: scrolling that waits for the next drawing would lose the lines of a key that is held down.
        self.scroll_to(y=min(max(targets[command], 0), last), animate=False, immediate=True)
        return True


class AnswerLine(Input):
    """The line in which an answer is typed, also by somebody who is faster than the screen.

    Textual sends a key to what has the focus when the key comes, which may have lost it when the key's turn comes.
    """

    def __init__(self, enter: Callable[[], None]) -> None:
        super().__init__(id="answer", compact=True, select_on_focus=False, placeholder="type the answer")
        self.cursor_blink = False  # nothing to send while nothing happens
        self._enter = enter

    def on_key(self, event: events.Key) -> None:
        if self.screen.focused is not self:
            event.prevent_default()  # goes on to the screen
        elif event.key == "enter":
            event.stop()
            self._enter()
