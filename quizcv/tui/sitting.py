"""What happens at the desk, without a screen: the card in front of the learner, and what each command does to it.

The Textual app and the line mode are two faces of this. Every command answers with a `Notice` to show; what cannot be
done is said there and changes nothing. Only a `StoreError` is let through: where nothing can be saved, the review must end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from quizcv.errors import QuizcvError, StoreError
from quizcv.tui import faces, wording
from quizcv.tui.markup import clean

if TYPE_CHECKING:
    from quizcv.model import Grade, Review
    from quizcv.study import Prompt, Session, Summary
    from quizcv.study.computed import Answered


class Notice(NamedTuple):
    """A line for the learner; `trouble` if something could not be done."""

    text: str = ""
    trouble: bool = False


NOTHING = Notice()

#: Steps that leave the card where it is, and so does taking them back: flagging, and flagging once more.
_STAYS = ("flagged", "flag taken away")


class Sitting:
    """A session that has begun, the card it shows, and how far the learner has got with it."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self.session = session
        self.prompt: Prompt | None = None
        self.revealed = False
        self.hinted = False
        self.typed = ""
        self.answered: Answered | None = None
        self.turn = 0  # counts the showings of cards: a new number is a new front
        self._clock = clock
        self._since = clock()
        self._past: list[str] = []  # what each step that can be taken back was

    # --- looking ---

    @property
    def acts(self) -> dict[str, Callable[[], Notice]]:
        """What commands of the same meaning on every face do."""
        return {
            "undo": self.undo,
            "skip": self.skip,
            "bury": self.bury,
            "suspend": self.suspend,
            "flag": self.flag,
            "hint": self.hint,
        }

    @property
    def grades(self) -> int:
        """How many grades are on offer, 4 or 6."""
        return len(self.session.grades)

    @property
    def numbers(self) -> range:
        """The keys that grade, in the order of the grades on offer."""
        return range(1, 5) if self.grades == 4 else range(6)

    @property
    def grade_keys(self) -> str:
        """The keys that grade, for a sentence: `1-4` or `0-5`."""
        return f"{self.numbers[0]}-{self.numbers[-1]}"

    @property
    def progress(self) -> float:
        """The part of this sitting that is done, from 0 to 1."""
        done = self.session.done
        total = done + self.session.remaining.total
        return done / total if total else 1.0

    @property
    def can_undo(self) -> bool:
        """Whether anything was done in this sitting that is not taken back yet."""
        return bool(self._past)

    def summary(self) -> Summary:
        """What the sitting came to so far."""
        return self.session.summary(self._clock())

    # --- the card ---

    def next(self) -> Prompt | None:
        """Show the card to answer now; None at the end."""
        now = self._clock()
        return self._put(self.session.show(now), now)

    def reveal(self, typed: str = "") -> Notice:
        """Turn the card; `typed` is the learner's own answer. One that cannot be read turns nothing: it is asked again."""
        typed = clean(typed).strip()
        if self.prompt is not None and self.prompt.item is not None:
            from quizcv.answers import Malformed

            took = (self._clock() - self._since) // timedelta(milliseconds=1)
            try:
                self.answered = self.session.answer(typed, took, hinted=self.hinted)
            except Malformed as error:
                return Notice(error.text.in_(faces.language(self.prompt)), trouble=True)
        self.revealed = True
        self.typed = typed
        return NOTHING

    @property
    def proposal(self) -> int | None:
        """The key of the grade that the answer to a computational card suggests."""
        if self.answered is None or not self.revealed:
            return None
        return self.numbers[self.session.grades.index(self.answered.proposal)]

    def hint(self) -> Notice:
        """Show the card's hint."""
        if self.prompt is None or self.revealed:
            return NOTHING
        if not faces.hint(self.prompt):
            return Notice("this card has no hint.")
        self.hinted = True
        return NOTHING

    # --- what is written down ---

    def grade(self, number: int) -> Notice:
        """Answer the card with the number on a key, and go on."""
        grade = self.grade_of(number)
        if grade is None or self.prompt is None:
            return Notice(f"grade with {self.grade_keys}.")
        if not self.revealed:
            return Notice("first show the answer: Enter.")

        def write(now: datetime) -> str:
            took = (now - self._since) // timedelta(milliseconds=1)
            entry = self.session.grade(grade, now, took)
            self._past.append(wording.grade_name(grade, self.grades))
            return self._leech(entry)

        return self._leave(write)

    def grade_of(self, number: int) -> Grade | None:
        """The grade that a number key stands for, if it is on offer."""
        return dict(zip(self.numbers, self.session.grades, strict=True)).get(number)

    def skip(self) -> Notice:
        """Put the card behind the others."""

        def write(_now: datetime) -> str:
            alone = self.session.remaining.total == 1
            self.session.skip()
            self._past.append("skipped")
            return "it is the only card left." if alone else "skipped: it comes again at the end."

        return self._leave(write)

    def bury(self) -> Notice:
        """Hide the card until tomorrow."""

        def write(now: datetime) -> str:
            self.session.bury(now)
            self._past.append("buried")
            return "buried until tomorrow."

        return self._leave(write)

    def suspend(self) -> Notice:
        """Hide the card until it is unsuspended."""

        def write(now: datetime) -> str:
            self.session.suspend(now)
            self._past.append("suspended")
            return "suspended until you unsuspend it."

        return self._leave(write)

    def flag(self) -> Notice:
        """Flag the card or take its flag away; it stays, turned or not."""
        if self.prompt is None:
            return NOTHING
        word = _STAYS[self.prompt.state.flagged]
        try:
            self._keep(self.session.flag(self._clock()))
        except StoreError:
            raise
        except QuizcvError as error:
            self.next()
            return trouble(error)
        self._past.append(word)
        return Notice(f"{word}.")

    def undo(self) -> Notice:
        """Take back the last thing done in this sitting, and show that card again."""
        now = self._clock()
        try:
            prompt = self.session.undo(now)
        except StoreError:
            raise
        except QuizcvError as error:
            return trouble(error)
        word = self._past.pop() if self._past else "the last step"
        if word in _STAYS:
            self._keep(prompt)
        else:
            self._put(prompt, now)
        return Notice(f"undone: {word}.")

    def edited(self, since: datetime) -> Notice:
        """Show the card's text anew after it was edited; the time since `since` was not spent thinking."""
        now, turn = self._clock(), self.turn
        self._since += now - since
        self._keep(self.session.show(now))
        if self.turn != turn:
            return Notice("that card is not in its file any more, or cannot be read: see `quizcv check`.", trouble=True)
        return NOTHING

    # --- within ---

    def _leave(self, write: Callable[[datetime], str]) -> Notice:
        """Do something after which another card is shown, if it can be done."""
        if self.prompt is None:
            return NOTHING
        try:
            text = write(self._clock())
        except StoreError:
            raise
        except QuizcvError as error:
            self.next()
            return trouble(error)
        self.next()
        return Notice(text)

    def _put(self, prompt: Prompt | None, now: datetime) -> Prompt | None:
        self.prompt, self._since = prompt, now
        self.revealed, self.hinted, self.typed, self.answered = False, False, "", None
        self.turn += 1
        return prompt

    def _keep(self, prompt: Prompt | None) -> None:
        """The same card with a new text or mark stays as it stands; another one starts afresh."""
        if prompt is not None and self.prompt is not None and prompt.card.id == self.prompt.card.id:
            self.prompt = prompt
        else:
            self._put(prompt, self._clock())

    def _leech(self, entry: Review) -> str:
        """What to say of an answer that made the card a leech, or did so again."""
        from quizcv.study.grading import is_leech

        before, after = entry.before.memory, entry.after.memory
        if before is None or after is None or after.lapses == before.lapses:
            return ""
        if not is_leech(after.lapses, self.session.settings):
            return ""
        return f"leech: failed {after.lapses} times{', suspended' if entry.after.suspended else ''}."


def trouble(error: QuizcvError) -> Notice:
    """An error as one line."""
    return Notice(" ".join(clean(str(error)).split("\n")), trouble=True)
