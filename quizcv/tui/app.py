"""The review as a Textual app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from quizcv.errors import StoreError
from quizcv.tui.card import CardScreen
from quizcv.tui.sitting import Sitting

if TYPE_CHECKING:
    from quizcv.model import Card
    from quizcv.study import Session


class ReviewApp(App[StoreError]):
    """Reviews the cards of a session that has begun; `run` returns the database's error that ended it, or None.

    `clock` tells the time (aware). `edit` lets the learner edit a card's file and reads it again; it may raise a
    QuizcvError, which is shown. `behind` is called a moment after the first card is on the screen, for what the learner need not
    wait for. Every grade is on the disk before the next card is on the screen.
    """

    TITLE = "quizcv"
    ENABLE_COMMAND_PALETTE = False
    # The terminal's own colours, on its own background: right on dark and light ones, and nothing to choose.
    CSS = """
    Screen { background: ansi_default; color: ansi_default; }
    #top, #progress { height: 1; padding: 0 1; }
    #body { height: 1fr; padding: 1 1 0 2; }
    #body Static { max-width: 100; }
    #rule { margin: 1 0; }
    #hint { margin-top: 1; }
    #answer { margin: 1 1 0 1; height: 1; padding: 0 1; background: ansi_default; color: ansi_default; }
    #answer, #answer:focus { border: none; border-left: outer ansi_blue !important; }
    #keys { padding: 1 1 0 1; }
    Page {
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        scrollbar-background: ansi_default; scrollbar-background-hover: ansi_default;
        scrollbar-background-active: ansi_default; scrollbar-color: ansi_blue;
        scrollbar-color-hover: ansi_blue; scrollbar-color-active: ansi_blue;
    }
    ModalScreen { background: ansi_default; }
    .sheet { padding: 1 2; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", "Leave", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, priority=True),
    ]

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], datetime],
        edit: Callable[[Card], None] | None = None,
        behind: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(ansi_color=True)
        self._sitting = Sitting(session, clock)
        self._clock = clock
        self._edit = edit
        self._behind = behind

    def on_mount(self) -> None:
        if self._behind is not None:
            self.set_timer(0.3, self._behind)

    def get_default_screen(self) -> Screen[None]:
        return CardScreen(self._sitting, self._clock, self._edit)
