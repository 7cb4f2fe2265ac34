"""Sitting an exam: what the learner has put down, where they are, and, once it is handed in, what it is worth.

No screen and no clock: whoever shows it says what time it is. Time counts while the learner sits: a sitting that was put away
goes on with the minutes that were left. What was put down is never taken away, and never marked wrong because it cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from quizcv.errors import ExamError
from quizcv.exam.form import Exam, Form, Question
from quizcv.exam.judging import JUDGEMENTS, Marked, Verdict, is_open, marked, unreadable
from quizcv.model import Text

#: Version of what `to_json` gives.
FORMAT = 1

#: Minutes that a sitting may have, more than a year: beyond it a file is not to be believed.
LONGEST = 1_000_000


class Phase(StrEnum):
    ANSWERING = "answering"
    JUDGING = "judging"  # handed in; the learner says what the open answers are worth
    DONE = "done"


class Standing(StrEnum):
    """What there is of an answer, before it is marked."""

    ANSWERED = "answered"
    BLANK = "blank"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Score:
    """Points reached in a section, or in all, of those that there are."""

    title: str
    points: float
    of: float

    @property
    def part(self) -> float:
        """From 0 to 1."""
        return self.points / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """An exam that was sat to its end. `missed` are the item models of questions that were not right, each once, in the order of the
    form; `missed_cards` the keys of such cards. `seconds` is the time it took."""

    form: str
    marked: tuple[Marked, ...]
    sections: tuple[Score, ...]
    total: Score
    timed_out: bool
    seconds: float
    missed: tuple[str, ...]
    missed_cards: tuple[str, ...]


class Sitting:
    """One learner and one form. `number` is the question in front of them; all times are aware."""

    def __init__(self, exam: Exam, form: Form, now: datetime, minutes: int | None = None) -> None:
        self.exam = exam
        self.form = form
        self.minutes = minutes
        self.questions = {question.number: question for question in form.questions}
        self.last = len(self.questions)
        self.number = 1
        self.submitted = False
        self.timed_out = False
        self.to_check: set[int] = set()  # marked for later
        self._typed: dict[int, str] = {}
        self._judged: dict[int, Verdict] = {}
        self._told: set[tuple[int, str]] = set()
        self._since = now
        self._used = timedelta()

    # --- where it stands ---

    @property
    def question(self) -> Question:
        return self.questions[self.number]

    @property
    def phase(self) -> Phase:
        if not self.submitted:
            return Phase.ANSWERING
        return Phase.JUDGING if self.unjudged else Phase.DONE

    @property
    def unjudged(self) -> list[int]:
        """The open questions that the learner has not judged yet."""
        return [n for n, question in self.questions.items() if is_open(question) and n not in self._judged]

    def typed(self, number: int) -> str:
        """What was put down for a question, as it was typed."""
        return self._typed.get(number, "")

    def standing(self, number: int) -> Standing:
        if not (typed := self.typed(number)):
            return Standing.BLANK
        return Standing.UNREAD if unreadable(self.questions[number], typed) else Standing.ANSWERED

    def numbers(self, standing: Standing) -> list[int]:
        """The questions that stand so."""
        return [number for number in self.questions if self.standing(number) is standing]

    # --- time ---

    def used(self, now: datetime) -> timedelta:
        """The time spent so far; it stands still when the exam is handed in, and where the clock goes back."""
        return self._used if self.submitted else self._used + max(timedelta(), now - self._since)

    def left(self, now: datetime) -> timedelta | None:
        """The time left, not below zero; None without a limit."""
        return None if self.minutes is None else max(timedelta(), timedelta(minutes=self.minutes) - self.used(now))

    def tick(self, now: datetime) -> bool:
        """Hand the exam in with what is there if the time is over; whether that happened now."""
        if self.submitted or self.minutes is None or self.left(now) != timedelta():
            return False
        self.submit(now)
        self._used = timedelta(
            minutes=self.minutes
        )  # nobody looked at the clock for a while: that was no time to write
        self.timed_out = True
        return True

    # --- answering ---

    def put(self, text: str) -> None:
        """Put down, change or (with nothing) take away the answer to the question in front."""
        if not self.submitted:
            self._typed[self.number] = text.strip()

    def complaint(self) -> Text | None:
        """Why the answer in front cannot be read; said once of each, so that the learner may go on and leave it so."""
        said = (self.number, self.typed(self.number))
        why = unreadable(self.question, said[1]) if said[1] else None
        if why is None or said in self._told:
            return None
        self._told.add(said)
        return why

    def go(self, number: int) -> bool:
        """Turn to a question; False if there is none of that number."""
        if number not in self.questions:
            return False
        self.number = number
        return True

    def mark(self) -> bool:
        """Mark the question in front for later, or take the mark away; whether it is marked now."""
        self.to_check ^= {self.number}
        return self.number in self.to_check

    def submit(self, now: datetime) -> None:
        """Hand it in: nothing that was put down can be changed any more."""
        self._used = self.used(now)
        self.submitted = True
        self.number = 1

    # --- what it is worth ---

    def judge(self, number: int, verdict: Verdict) -> None:
        """Say what the answer to an open question is worth: right, partly or wrong; also a second time.

        Raises:
            ValueError: it is not handed in yet, the question is not open, or there is no such judgement.
        """
        if not self.submitted or not is_open(self.questions[number]) or verdict not in JUDGEMENTS:
            raise ValueError(f"question {number} cannot be judged {verdict}")
        self._judged[number] = verdict

    def marked(self, number: int) -> Marked:
        """What became of a question."""
        question, typed = self.questions[number], self.typed(number)
        if is_open(question):
            verdict = self._judged.get(number, Verdict.UNJUDGED)
            return Marked(question, typed, verdict, question.points * JUDGEMENTS.get(verdict, 0.0))
        return marked(question, typed)

    def sections(self) -> tuple[Score, ...]:
        """The score of each section of the form."""
        titles = [section.title for section in self.exam.blueprint.sections]
        return tuple(
            _score(titles[part.section], map(self.marked, _numbers(part.questions))) for part in self.form.parts
        )

    def result(self, now: datetime) -> Result | None:
        """What it came to; None before it is handed in and judged."""
        if self.phase is not Phase.DONE:
            return None
        marked = tuple(map(self.marked, self.questions))
        missed = [one.question for one in marked if one.verdict is not Verdict.RIGHT]
        return Result(
            form=self.form.id,
            marked=marked,
            sections=self.sections(),
            total=_score("", marked),
            timed_out=self.timed_out,
            seconds=self.used(now).total_seconds(),
            missed=tuple(dict.fromkeys(question.item.model for question in missed if question.item)),
            missed_cards=tuple(dict.fromkeys(question.theory.key for question in missed if question.theory)),
        )

    # --- put away and taken up again ---

    def to_json(self, now: datetime) -> dict[str, Any]:
        """Everything that was done, for `from_json`; the exam itself is not in it."""
        return {
            "format": FORMAT,
            "form": self.form.id,
            "minutes": self.minutes,
            "seconds": self.used(now).total_seconds(),
            "number": self.number,
            "answers": {str(number): text for number, text in sorted(self._typed.items()) if text},
            "marked": sorted(self.to_check),
            "submitted": self.submitted,
            "timed_out": self.timed_out,
            "judged": {str(number): str(verdict) for number, verdict in sorted(self._judged.items())},
        }

    @classmethod
    def from_json(cls, exam: Exam, form: Form, said: Mapping[str, Any], now: datetime) -> Sitting:
        """The sitting that `to_json` described; its time goes on from `now`.

        Raises:
            ExamError: it is of another form, of a newer quizcv, or no such thing at all.
        """
        try:
            if said["format"] != FORMAT:
                raise ExamError(f"a sitting of format {said['format']!r} cannot be read.", "A newer quizcv wrote it.")
            if said["form"] != form.id:
                raise ExamError(f"this is a sitting of form {said['form']!r}, not of {form.id}.", "Name that form.")
            return _restored(cls(exam, form, now, said["minutes"]), said)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise ExamError(f"the sitting of form {form.id} cannot be read.", "Start the exam anew.") from error


def _numbers(questions: Iterable[Question]) -> list[int]:
    return [question.number for question in questions]


def _score(title: str, marked: Iterable[Marked]) -> Score:
    marked = list(marked)
    return Score(title, sum(one.points for one in marked), sum(one.question.points for one in marked))


def _restored(sitting: Sitting, said: Mapping[str, Any]) -> Sitting:
    """Put into a new sitting what a file says of it; the file may say anything."""
    minutes, seconds = said["minutes"], said["seconds"]
    if not (minutes is None or (type(minutes) is int and 0 < minutes <= LONGEST)) or not seconds >= 0:
        raise ValueError("time")
    if type(said["number"]) is not int or not sitting.go(said["number"]):
        raise ValueError("number")
    for number, text in said["answers"].items():
        if int(number) not in sitting.questions or not isinstance(text, str):
            raise ValueError("answers")
        sitting._typed[int(number)] = text.strip()
    sitting.to_check = {int(number) for number in said["marked"]} & set(sitting.questions)
    sitting.submitted, sitting.timed_out = bool(said["submitted"]), bool(said["timed_out"])
    for number, verdict in said["judged"].items():
        sitting.judge(int(number), Verdict(verdict))
    sitting._used = timedelta(seconds=seconds)
    return sitting
