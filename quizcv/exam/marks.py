"""Marking a class: what each student gets for each question and why, and what the class gets wrong.

Answers are read and marked as in a sitting (`quizcv.exam.judging`): one that cannot be read is malformed, which is told apart from wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from quizcv.answers import Choice, read
from quizcv.answers.kinds import LETTERS
from quizcv.errors import UsageError
from quizcv.exam.form import Form, Question
from quizcv.exam.judging import Verdict, is_open, marked
from quizcv.exam.responses import Response
from quizcv.model import Text


class Outcome(StrEnum):
    """What became of an answer. OPEN: in words, to be marked by hand."""

    RIGHT = "right"
    NEAR = "near"
    WRONG = "wrong"
    MALFORMED = "malformed"
    BLANK = "blank"
    OPEN = "open"


_OUTCOMES = {
    Verdict.RIGHT: Outcome.RIGHT,
    Verdict.NEAR: Outcome.NEAR,
    Verdict.WRONG: Outcome.WRONG,
    Verdict.UNREAD: Outcome.MALFORMED,
    Verdict.BLANK: Outcome.BLANK,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What an answer is worth, in shares of the points of its question.

    `near` is for answers that were found the right way, but whose last step (sign, order of the sizes, rounding) is not as the stem asks.
    It is nothing by default, as in a sitting: the stem says what is asked, and its tolerance has forgiven the last place already. Who
    gives partial credit says 0.5. `penalty` is taken off for a wrong answer, against guessing; totals may become negative by it. What is
    malformed or blank is worth nothing and costs nothing. Points given by hand stand above the rule.

    Raises:
        UsageError: a share does not lie between 0 and 1, or nearly right is worth more than right.
    """

    right: float = 1.0
    near: float = 0.0
    penalty: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.near <= self.right <= 1 and 0 <= self.penalty <= 1):
            hint = "Shares lie between 0 and 1, and a nearly right answer is worth no more than a right one."
            raise UsageError(
                f"this is no rule for points: right {self.right:g}, near {self.near:g}, penalty {self.penalty:g}.", hint
            )

    def share(self, outcome: Outcome) -> float:
        return {Outcome.RIGHT: self.right, Outcome.NEAR: self.near, Outcome.WRONG: -self.penalty}.get(outcome, 0.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """One answer marked. `points` None: to be marked by hand, so it counts neither way. `misconception` is what leads to the wrong answer
    if that is known, `option` the text of the option taken, `why` the reason of a malformed or near one, in the form's language."""

    number: int
    possible: float
    outcome: Outcome
    points: float | None
    typed: str = ""
    misconception: str = ""
    option: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A student's marks on a form, in the order of the questions."""

    student: str
    form: str
    marks: tuple[Mark, ...]

    @property
    def total(self) -> float:
        """Points."""
        return sum(one.points for one in self.marks if one.points is not None)

    @property
    def possible(self) -> float:
        """Points that could be had for what is marked."""
        return sum(one.possible for one in self.marks if one.points is not None)

    @property
    def percent(self) -> float | None:
        """None as long as nothing is marked."""
        return 100 * self.total / self.possible if self.possible else None

    @property
    def unmarked(self) -> tuple[int, ...]:
        """Questions to be marked by hand."""
        return tuple(one.number for one in self.marks if one.points is None)

    def to_json(self) -> dict[str, Any]:
        return {
            "student": self.student,
            "form": self.form,
            "total": self.total,
            "possible": self.possible,
            "percent": self.percent,
            "unmarked": list(self.unmarked),
            "marks": [{**asdict(one), "outcome": one.outcome.value} for one in self.marks],
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """A misconception in a class: how many answers it led to, the share of sheets with at least one of them, and on which questions,
    as (form, number)."""

    misconception: str
    count: int
    share: float
    questions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A malformed answer: who typed what, where, and what was wrong with it."""

    student: str
    form: str
    number: int
    typed: str
    why: str


@dataclass(frozen=True, slots=True)
class MarkedClass:
    """A class, marked: a sheet for each student and form, in the order of the responses."""

    forms: tuple[Form, ...]
    sheets: tuple[Sheet, ...]
    rule: Rule

    @property
    def misconceptions(self) -> tuple[Tally, ...]:
        """The most frequent first."""
        seen: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for place, sheet in enumerate(self.sheets):
            for one in sheet.marks:
                if one.misconception:
                    seen[one.misconception].append((place, sheet.form, one.number))
        tallies = [
            Tally(
                said,
                len(where),
                len({place for place, _, _ in where}) / len(self.sheets),
                tuple(sorted({(form, number) for _, form, number in where})),
            )
            for said, where in seen.items()
        ]
        return tuple(sorted(tallies, key=lambda tally: (-tally.count, tally.misconception)))

    @property
    def malformed(self) -> tuple[Unread, ...]:
        return tuple(
            Unread(sheet.student, sheet.form, one.number, one.typed, one.why)
            for sheet in self.sheets
            for one in sheet.marks
            if one.outcome is Outcome.MALFORMED
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": asdict(self.rule),
            "sheets": [sheet.to_json() for sheet in self.sheets],
            "misconceptions": [
                {**asdict(tally), "questions": [list(where) for where in tally.questions]}
                for tally in self.misconceptions
            ],
            "malformed": [asdict(one) for one in self.malformed],
        }

    def totals(self) -> Iterator[tuple[str, ...]]:
        """Rows for CSV, the first with the names of the columns: one for each sheet."""
        yield ("student", "form", "total", "possible", "percent", "unmarked")
        for sheet in self.sheets:
            percent = "" if sheet.percent is None else f"{sheet.percent:.1f}"
            unmarked = " ".join(map(str, sheet.unmarked))
            yield (sheet.student, sheet.form, f"{sheet.total:.10g}", f"{sheet.possible:.10g}", percent, unmarked)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Rows for CSV, the first with the names of the columns: one for each answer."""
        yield ("student", "form", "number", "outcome", "points", "possible", "answer", "misconception", "why")
        for sheet in self.sheets:
            for one in sheet.marks:
                points = "" if one.points is None else f"{one.points:.10g}"
                said = (f"{one.possible:.10g}", one.typed, one.misconception, one.why)
                yield (sheet.student, sheet.form, str(one.number), one.outcome.value, points, *said)


def mark_class(forms: Sequence[Form], responses: Iterable[Response], lang: str, rule: Rule = Rule()) -> MarkedClass:
    """Mark all responses; each must be to one of the forms, as `quizcv.exam.responses.read` sees to."""
    by_id = {form.id: form for form in forms}
    return MarkedClass(tuple(forms), tuple(_sheet(by_id[one.form], one, lang, rule) for one in responses), rule)


def mark_form(form: Form, responses: Iterable[Response], lang: str, rule: Rule = Rule()) -> MarkedClass:
    """Mark the responses to one form; those to others are left out."""
    return mark_class([form], (one for one in responses if one.form == form.id), lang, rule)


def _sheet(form: Form, response: Response, lang: str, rule: Rule) -> Sheet:
    marks = []
    for question in form.questions:
        by_hand = response.points.get(question.number)
        marks.append(_mark(question, response.answers.get(question.number, ""), by_hand, lang, rule))
    return Sheet(response.student, response.form, tuple(marks))


def _mark(question: Question, typed: str, by_hand: float | None, lang: str, rule: Rule) -> Mark:
    outcome, said = judged(question, typed, lang)
    points: float | None = by_hand
    if by_hand is None and outcome is not Outcome.OPEN:
        points = rule.share(outcome) * question.points + 0.0  # no -0.0
    return Mark(question.number, question.points, outcome, points, typed, **said)


def judged(question: Question, typed: str, lang: str) -> tuple[Outcome, Mapping[str, str]]:
    """What an answer is, and what `Mark` says of it: `misconception`, `option`, `why`.

    An open question stays open without an answer too: it may stand on paper.
    """
    if is_open(question):
        return Outcome.OPEN, {}
    found = marked(question, typed.strip())
    outcome, why = _OUTCOMES[found.verdict], found.why.in_(lang) if found.why else ""
    said = {"misconception" if outcome is Outcome.WRONG else "why": why}
    if question.options and outcome in (Outcome.RIGHT, Outcome.WRONG):
        chosen = read(typed, Choice(tuple(Text(option.text, option.text) for option in question.options)))
        said["option"] = question.options[LETTERS.index(str(chosen))].text
    return outcome, said
