"""Sitting an exam line by line: for pipes, dumb terminals and screen readers. Plain text, no escape codes, no cursor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TextIO

from quizcv.exam.form import Exam, Form
from quizcv.exam.judging import Verdict, is_open, letters
from quizcv.exam.sitting import Phase, Result, Sitting
from quizcv.exam.wording import cover, solution, stem
from quizcv.model import Text
from quizcv.tui import examwords, keys
from quizcv.tui.examdesk import Desk
from quizcv.tui.markup import clean
from quizcv.tui.render import plain
from quizcv.tui.wording import ARROW


def run_plain(
    exam: Exam,
    form: Form,
    *,
    lang: str,
    minutes: int | None,
    now: Callable[[], datetime],
    lines: TextIO,
    out: TextIO,
    resume: Mapping[str, Any] | None = None,
    keep: Callable[[dict[str, Any]], None] | None = None,
) -> Result | None:
    """Sit an exam line by line; None if it was left before its end, as the end of `lines` does.

    The other parameters are those of `quizcv.tui.exam.run`.

    Raises:
        ExamError: `resume` is no sitting of this form.
    """
    sitting = Sitting.from_json(exam, form, resume, now()) if resume else Sitting(exam, form, now(), minutes)
    return _Line(Desk(sitting, lang, now, keep), lines, out).run()


class _Left(Exception):
    """The learner leaves, or the input has ended."""


class _Line:
    def __init__(self, desk: Desk, lines: TextIO, out: TextIO) -> None:
        self._desk = desk
        self._sitting = desk.sitting
        self._lang = desk.lang
        self._lines = lines
        self._out = out

    def run(self) -> Result | None:
        sitting = self._sitting
        try:
            if sitting.phase is Phase.ANSWERING:
                self._answering()
            while sitting.unjudged:
                self._judging(sitting.unjudged[0])
            self._score()
            self._walk()
        except (_Left, KeyboardInterrupt):
            self._keep()
            if sitting.phase is not Phase.DONE:
                answering = sitting.phase is Phase.ANSWERING
                self._say("", self._in(examwords.KEPT if answering else examwords.KEPT_JUDGING))
        return sitting.result(self._desk.now())

    # --- answering ---

    def _answering(self) -> None:
        self._say(plain(self._sitting.exam.blueprint.title), *self._cover())
        shown = 0
        while not self._over():
            if shown != self._sitting.number:
                shown = self._sitting.number
                self._question()
            self._say("", f"> {self._in(examwords.ANSWERING)}")
            line = self._read()
            if self._over():
                if line.strip():
                    self._say(self._in(examwords.TOO_LATE))
            elif self._obey(line.strip()):
                shown = 0
            self._keep()
        if self._sitting.timed_out:
            self._say("", self._in(examwords.TIME_OVER))
        self._keep()

    def _cover(self) -> list[str]:
        """How many questions, how long, with what; the time is that of this sitting."""
        sitting = self._sitting
        said = replace(sitting.exam.blueprint, minutes=sitting.minutes)
        return [line.in_(self._lang) for line in cover(said, sitting.last)]

    def _over(self) -> bool:
        """Whether it is handed in, also because the time is over."""
        self._sitting.tick(self._desk.now())
        return self._sitting.submitted

    def _question(self) -> None:
        """The question in front, with what there is of an answer."""
        sitting, number = self._sitting, self._sitting.number
        left = sitting.left(self._desk.now())
        marks = [self._in(examwords.MARK)] if number in sitting.to_check else []
        marks += [examwords.time_left(left, self._lang)] if left is not None else []
        place = ARROW.join(examwords.place(sitting, self._lang))
        self._say("", place + "".join(f" [{mark}]" for mark in marks))
        if before := examwords.instructions(sitting):
            self._say("", plain(before))
        self._say("", plain(stem(sitting.question, self._lang)))
        self._options(sitting.typed(number))
        if is_open(sitting.question):
            self._say(f"({self._in(examwords.OPEN_NOTE)})")
        if typed := sitting.typed(number):
            self._say("", f"{self._in(examwords.YOUR_ANSWER)}: {typed}")

    def _obey(self, line: str) -> bool:
        """Do what a line says; whether the question is to be shown once more."""
        sitting, word = self._sitting, keys.plain_form(line)
        is_letter = len(word) == 1 and word.upper() in letters(sitting.question)
        if number := _number(word):
            return self._go(number)
        if not word:
            return self._go(sitting.number + 1)
        if is_letter or word not in _COMMANDS:
            return self._put(line.removeprefix("="))
        if word in ("n", "p"):
            return self._go(sitting.number + (1 if word == "n" else -1))
        if word == "m":
            self._say(self._in(examwords.MARKED if sitting.mark() else examwords.UNMARKED))
        elif word == "o":
            self._say(*examwords.standings(sitting, self._lang))
        elif word == "s":
            self._submit()
        elif word == "?":
            self._say(*(f"  {key}: {does.in_(self._lang)}" for key, does in examwords.PLAIN_HELP))
        elif self._sure(examwords.LEAVE):
            raise _Left
        return False

    def _put(self, text: str) -> bool:
        """Put an answer down and go on; one that cannot be read is told and asked again."""
        self._sitting.put(clean(text))
        if why := self._sitting.complaint():
            self._say(plain(why.in_(self._lang)) + self._in(examwords.STAYS))
            return False
        return self._go(self._sitting.number + 1) if text.strip() else True

    def _go(self, number: int) -> bool:
        if self._sitting.go(number):
            return True
        beyond = {0: examwords.FIRST, self._sitting.last + 1: examwords.LAST}
        self._say(self._in(beyond.get(number, examwords.NO_QUESTION)))
        return False

    def _submit(self) -> None:
        self._say(*examwords.standings(self._sitting, self._lang, all_of_them=False))
        if self._sure(examwords.SUBMIT) and not self._over():
            self._sitting.submit(self._desk.now())

    # --- after it ---

    def _judging(self, number: int) -> None:
        """An open answer beside what the card wants to hear, until it is judged."""
        sitting = self._sitting
        sitting.go(number)
        note = sitting.typed(number) or self._in(examwords.NOTHING)
        self._say("", ARROW.join(examwords.place(sitting, self._lang)), "", plain(stem(sitting.question, self._lang)))
        self._say("", f"{self._in(examwords.YOUR_NOTE)}: {note}")
        self._say("", f"{self._in(examwords.KEY)}:", plain(solution(sitting.question, self._lang)))
        while sitting.marked(number).verdict is Verdict.UNJUDGED:
            self._say("", self._in(examwords.JUDGE), f"> {self._in(examwords.JUDGE_KEYS)}")
            word = keys.plain_form(self._read().strip())
            if word in examwords.JUDGING:
                sitting.judge(number, examwords.JUDGING[word])
                self._keep()
            elif word != "q":
                self._say(self._in(examwords.NOT_AMONG))
            elif self._sure(examwords.LEAVE_JUDGING):
                raise _Left

    def _score(self) -> None:
        result = self._sitting.result(self._desk.now())
        if result is None:
            return
        rows = examwords.score_rows(result, self._lang)
        self._say("", f"{self._in(examwords.RESULT)}:", *(f"{name}: {score}" for name, score in rows))
        if unread := examwords.not_read(result.marked):
            self._say(f"{self._in(examwords.NOT_READ)}: {', '.join(unread)}")

    def _walk(self) -> None:
        """The solutions one by one."""
        sitting = self._sitting
        number = 1
        while sitting.go(number):
            self._solved()
            self._say("", f"> {self._in(examwords.WALK_KEYS)}")
            word = keys.plain_form(self._read().strip())
            if word == "q":
                raise _Left
            if word == "p":
                number = max(1, number - 1)
            elif _number(word) in sitting.questions:
                number = _number(word)
            elif word in ("", "n"):
                number += 1
            else:
                self._say(self._in(examwords.NOT_AMONG))

    def _solved(self) -> None:
        sitting, lang, question = self._sitting, self._lang, self._sitting.question
        marked = sitting.marked(question.number)
        self._say("", ARROW.join(examwords.place(sitting, lang)), "", plain(stem(question, lang)))
        self._options("")
        verdict = examwords.became(marked, lang)
        typed = marked.typed or self._in(examwords.NOTHING)
        self._say("", f"{self._in(examwords.YOUR_ANSWER)}: {typed} ({verdict})")
        if marked.why:
            self._say(plain(marked.why.in_(lang)))
        if key := examwords.key(question):
            self._say(f"{self._in(examwords.KEY)}: {plain(key)}")
        if question.item or not key:
            self._say("", f"{self._in(examwords.SOLUTION)}:", plain(solution(question, lang)))
        if proof := examwords.proof(question, lang):
            self._say(proof)

    # --- lines ---

    def _options(self, chosen: str) -> None:
        for mark, text in examwords.options(self._sitting.question, chosen):
            self._say(f"{mark} {plain(text)}")

    def _in(self, text: Text) -> str:
        return text.in_(self._lang)

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._out.write(clean(line) + "\n")
        self._out.flush()

    def _read(self) -> str:
        """The next line. Ctrl+C asks before it leaves; the end of the input leaves."""
        try:
            line = self._lines.readline()
        except KeyboardInterrupt:
            self._say("")
            answering = self._sitting.phase is Phase.ANSWERING
            if self._sitting.phase is Phase.DONE or self._sure(
                examwords.LEAVE if answering else examwords.LEAVE_JUDGING
            ):
                raise _Left from None
            return self._read()
        if not line:
            raise _Left
        return line

    def _sure(self, question: Text) -> bool:
        """A yes or no; interrupted once more, or at the end of the input, whoever asked leaves."""
        self._say("", self._in(question), f"> {self._in(examwords.YES_NO)}")
        try:
            line = self._lines.readline()
        except KeyboardInterrupt:
            raise _Left from None
        if not line:
            raise _Left
        return keys.plain_form(line.strip()) in ("y", "yes", "是")

    def _keep(self) -> None:
        if trouble := self._desk.kept():
            self._say(trouble)


def _number(word: str) -> int:
    """The number of a question to go to, of `g 12`; 0 if the line is something else."""
    found = re.fullmatch(r"g\s*([0-9]{1,6})", word)
    return int(found[1]) if found else 0


_COMMANDS = frozenset("npmosq?")
