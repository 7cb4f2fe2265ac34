"""The review line by line: for pipes, dumb terminals and screen readers. Plain text, no escape codes, no cursor.

What is asked for stands on a line of its own, so that it reads well even where nobody sees what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from quizcv.model import Action
from quizcv.tui import faces, keys, wording
from quizcv.tui.markup import clean
from quizcv.tui.render import plain
from quizcv.tui.sitting import Notice, Sitting

if TYPE_CHECKING:
    from quizcv.study import Prompt, Session, Summary


def run_plain(session: Session, *, clock: Callable[[], datetime], lines: TextIO, out: TextIO) -> Summary:
    """Review the cards of a session that has begun; the end of `lines` is a quit.

    Every grade is on the disk before the next card is written out.

    Raises:
        StoreError: the database failed; what was graded before is kept.
    """
    return _Line(Sitting(session, clock), lines, out).run()


_VERDICTS = {"✓": "right", "≈": "nearly right", "✗": "wrong"}
_LIKENESS = {"✓": "the same", "✗": "not the same"}


class _Line:
    def __init__(self, sitting: Sitting, lines: TextIO, out: TextIO) -> None:
        self._sitting = sitting
        self._lines = lines
        self._out = out
        self._ended = False

    def run(self) -> Summary:
        self._sitting.next()
        turn = 0
        while not self._ended:
            prompt = self._sitting.prompt
            if prompt is None:
                self._offer_undo()
                continue
            if turn != self._sitting.turn:
                turn = self._sitting.turn
                self._show_front(prompt)
            self._ask(prompt)
        summary = self._sitting.summary()
        self._say("", *(f"{word}: {value}" for word, value in wording.summary_rows(summary)))
        return summary

    def _offer_undo(self) -> None:
        """Behind the last card: whatever is typed ends it but an undo."""
        self._say("", "That was the last card.")
        self._ended = True
        if self._sitting.can_undo:
            self._say("", "> Enter leaves, u undo")
            if keys.typed_command(keys.plain_form(self._lines.readline().strip())) == "undo":
                self._tell(self._sitting.undo())
                self._ended = False

    # --- writing ---

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._out.write(clean(line) + "\n")
        self._out.flush()

    def _show_front(self, prompt: Prompt) -> None:
        remaining = self._sitting.session.remaining
        counts = wording.counts(remaining, cram=prompt.action is Action.CRAM)
        left = ", ".join(f"{number} {word}" for word, number in counts)
        marks = "".join(f" [{mark}]" for mark in wording.marks(prompt))
        self._say(
            "",
            f"{wording.ARROW.join(wording.path(prompt.card))}{marks} ({left})",
            "",
            plain(faces.question(prompt)),
        )

    def _show_back(self, prompt: Prompt) -> None:
        sitting = self._sitting
        if sitting.typed:
            sign, why = faces.verdict(prompt, sitting.typed, sitting.answered)
            words = _VERDICTS if sitting.answered else _LIKENESS
            self._say("", f"your answer: {sitting.typed} ({words[sign]})", *((plain(why),) if why else ()))
        self._say("", "answer:", plain(faces.answer(prompt)))

    def _question(self, prompt: Prompt) -> str:
        """The line that says what may be typed now."""
        sitting = self._sitting
        if sitting.revealed:
            offered = zip(sitting.numbers, prompt.choices, strict=True)
            grades = (
                f"{number} {wording.grade_name(choice.grade, sitting.grades)} ({wording.comes_again(choice)})"
                for number, choice in offered
            )
            proposal = "" if sitting.proposal is None else f" (suggested: {sitting.proposal})"
            return f"> {', '.join(grades)}{proposal}, ? help"
        hint = ", h hint" if faces.hint(prompt) and not sitting.hinted else ""
        if faces.asks(prompt):
            return f"> type the answer, or Enter to see it{hint}, s skip, q quit, ? help"
        return f"> Enter shows the answer{hint}, s skip, q quit, ? help"

    def _help(self) -> None:
        sitting = self._sitting
        offered = zip(sitting.numbers, sitting.session.grades, strict=True)
        names = ", ".join(f"{number} {wording.grade_name(grade, sitting.grades)}" for number, grade in offered)
        self._say("Type one of these and Enter:", f"  {sitting.grade_keys}: grade ({names})")
        for command in keys.COMMANDS:
            if command.plain:
                self._say(f"  {'Enter alone' if command.name == 'reveal' else command.keys[0]}: {command.help}")
        self._say("  = and a text: a typed answer that looks like one of these, such as =s")

    # --- reading ---

    def _ask(self, prompt: Prompt) -> None:
        """One question and one line in reply."""
        self._say("", self._question(prompt))
        line = self._lines.readline()
        if not line:
            self._ended = True
            return
        word = keys.plain_form(line.strip())
        asks = faces.asks(prompt) and not self._sitting.revealed
        command = "" if asks and _is_choice(prompt, word) else keys.typed_command(word)
        if command == "reveal" and self._sitting.revealed:
            self._say(f"Grade with {self._sitting.grade_keys}; Enter never grades.")
        elif command == "reveal":
            self._reveal(prompt, "")
        elif command:
            self._obey(command, prompt)
        elif asks:
            self._reveal(prompt, line.strip().removeprefix("="))
        elif len(word) == 1 and word.isdecimal():
            self._tell(self._sitting.grade(int(word)))
        else:
            self._say(f"{_shortened(line)!r} is not among the answers; nothing was done.")

    def _reveal(self, prompt: Prompt, answer: str) -> None:
        self._tell(self._sitting.reveal(answer))
        if self._sitting.revealed:
            self._show_back(prompt)

    def _obey(self, command: str, prompt: Prompt) -> None:
        sitting = self._sitting
        if command in sitting.acts:
            self._tell(sitting.acts[command]())
            if command == "hint" and sitting.hinted:
                self._say(f"hint: {plain(faces.hint(prompt))}")
        elif command == "edit":
            self._say(f"This card stands at {prompt.card.path}:{prompt.card.line}; `quizcv sync` reads it again.")
        elif command == "help":
            self._help()
        elif command == "quit":
            self._ended = True

    def _tell(self, notice: Notice) -> None:
        if notice.text:
            self._say(notice.text[0].upper() + notice.text[1:])


def _is_choice(prompt: Prompt, word: str) -> bool:
    """Whether a single letter is the answer that a computational card asks for, and no command."""
    return prompt.item is not None and prompt.item.answer.allows(word)


def _shortened(line: str) -> str:
    line = clean(line).strip()
    return line if len(line) <= 40 else line[:39] + "…"
