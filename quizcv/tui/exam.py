"""Sitting an exam on the whole screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from quizcv.errors import EXIT_BUG
from quizcv.exam.form import Exam, Form
from quizcv.exam.sitting import Phase, Result, Sitting
from quizcv.tui.app import ReviewApp
from quizcv.tui.examafter import AfterScreen
from quizcv.tui.examdesk import Desk
from quizcv.tui.examquestion import QuestionScreen
from quizcv.tui.examsheets import leave_sheet


def run(
    exam: Exam,
    form: Form,
    *,
    lang: str,
    minutes: int | None,
    now: Callable[[], datetime],
    resume: Mapping[str, Any] | None = None,
    keep: Callable[[dict[str, Any]], None] | None = None,
) -> Result | None:
    """Sit an exam on the screen; None if it was left before its end.

    `minutes` None is no limit; `now` tells the time (aware). `keep` gets the sitting as JSON after every step, also as it is left:
    given back as `resume`, it goes on there (`minutes` is then the sitting's own). What `keep` raises as a QuizcvError or an OSError
    is shown and does not end the exam.

    Raises:
        ExamError: `resume` is no sitting of this form.
        SystemExit: of a bug, whose traceback has been shown; everything up to the last step was kept.
    """
    sitting = Sitting.from_json(exam, form, resume, now()) if resume else Sitting(exam, form, now(), minutes)
    app = ExamApp(Desk(sitting, lang, now, keep))
    app.run(mouse=False)  # the terminal's own selection goes on working
    if app.return_code:
        raise SystemExit(EXIT_BUG)
    return sitting.result(now())


class ExamApp(App[None]):
    """Shows a sitting until it is left. Time is looked at every `tick` seconds, if it is limited."""

    TITLE = "quizcv"
    ENABLE_COMMAND_PALETTE = False
    CSS = ReviewApp.CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, priority=True),
    ]

    def __init__(self, desk: Desk, tick: float = 1.0) -> None:
        super().__init__(ansi_color=True)
        self.desk = desk
        self._tick = tick

    def get_default_screen(self) -> Screen[None]:
        return QuestionScreen(self.desk) if self.desk.sitting.phase is Phase.ANSWERING else AfterScreen(self.desk)

    def on_mount(self) -> None:
        if self.desk.sitting.minutes is not None and not self.desk.sitting.submitted:
            self.set_interval(self._tick, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        questions = self.screen_stack[0]
        if isinstance(questions, QuestionScreen) and not self.desk.sitting.submitted:
            questions.tick()

    def hand_in(self) -> None:
        """Go on to what comes after: over nothing but the questions, which are past."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(AfterScreen(self.desk))

    def action_leave(self) -> None:
        """Ask before leaving what is not at its end; asked already, leave. All is kept either way."""
        screen = self.screen
        if isinstance(screen, QuestionScreen | AfterScreen):
            if self.desk.sitting.phase is Phase.DONE:
                self._leave("yes")
            else:
                self.push_screen(leave_sheet(self.desk.sitting, self.desk.lang), self._leave)
        else:
            self._leave("yes")

    def _leave(self, said: str | None) -> None:
        if said:
            questions = self.screen_stack[0]
            if isinstance(questions, QuestionScreen):
                questions.take()  # the line may have changed since it was last looked at
            self.desk.kept()
            self.exit()
