"""What became of a question on a form: read as kindly as a computational card is, and marked as one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from quizcv import answers
from quizcv.answers import Choice, Malformed
from quizcv.exam.form import Question
from quizcv.exam.wording import letter
from quizcv.model import Text


class Verdict(StrEnum):
    """What became of a question. NEAR is worth nothing: the tolerance of a number has forgiven its last place already."""

    RIGHT = "right"
    PARTLY = "partly"
    NEAR = "near"
    WRONG = "wrong"
    BLANK = "blank"
    UNREAD = "unread"
    UNJUDGED = "unjudged"


#: What the learner may say of an open answer, and the part of the points it is worth.
JUDGEMENTS = {Verdict.RIGHT: 1.0, Verdict.PARTLY: 0.5, Verdict.WRONG: 0.0}


@dataclass(frozen=True, slots=True)
class Marked:
    """A question with the learner's own words and what they are worth; `why` is the misconception, or why it cannot be read."""

    question: Question
    typed: str
    verdict: Verdict
    points: float = 0.0
    why: Text | None = None


def is_open(question: Question) -> bool:
    """Whether it is answered in words, which the learner judges."""
    return question.item is None and not question.options


def letters(question: Question) -> str:
    """The letters to choose from, or nothing: `ABCD`."""
    count = len(question.options)
    if question.item is not None and not count and isinstance(question.item.answer, Choice):
        count = len(question.item.answer.options)
    return "".join(map(letter, range(count)))


def unreadable(question: Question, typed: str) -> Text | None:
    """Why an answer cannot be read, or None; an open one can always be."""
    try:
        _read(question, typed)
    except Malformed as error:
        return error.text
    return None


def _read(question: Question, typed: str) -> answers.Value:
    if question.options:
        return answers.read(typed, Choice(tuple(Text(option.text, option.text) for option in question.options)))
    return answers.read(typed, question.item.answer) if question.item else typed


def marked(question: Question, typed: str) -> Marked:
    """What an answer to a question that is not open is worth."""
    if not typed:
        return Marked(question, typed, Verdict.BLANK)
    try:
        given = _read(question, typed)
    except Malformed as error:
        return Marked(question, typed, Verdict.UNREAD, why=error.text)
    if question.options:
        option = question.options[letters(question).index(str(given).upper())]
        if option.right:
            return Marked(question, typed, Verdict.RIGHT, question.points)
        why = Text(option.misconception, option.misconception) if option.misconception else None
        return Marked(question, typed, Verdict.WRONG, why=why)
    item = question.item
    assert item is not None
    found = answers.mark(given, item.key, item.answer, [(one.value, one.misconception) for one in item.distractors])
    verdict = Verdict(found.verdict.value)
    return Marked(question, typed, verdict, question.points if verdict is Verdict.RIGHT else 0.0, found.why)
