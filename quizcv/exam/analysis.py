"""Item analysis: how hard each question was, how well it tells strong from weak, and how far the total can be trusted.

Everything is computed from points as they were given, penalties included, over a matrix of sheets by questions. Questions of
different forms that fill the same place of a cell are one question here (parallel forms), or each form is looked at alone. A question
with answers that are still to be marked by hand is left out of totals. What has no value (one sheet, no variance) is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from quizcv.exam.form import Form, Question
from quizcv.exam.marks import Mark, MarkedClass, Outcome, Sheet

#: Share of the class in the upper and in the lower group (Kelley, T. L. 1939: The selection of upper and lower groups for the
#: validation of test items. Journal of Educational Psychology 30).
GROUP = 0.27
#: Bins of the histogram, of ten per cent each.
BINS = 10

_NOISE = 1e-9  # sums of points in another order differ by less

Array = npt.NDArray[np.float64]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frequency:
    """A wrong answer with a name, a misconception or the text of an option: how many gave it, and which share of those who were asked."""

    what: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Item:
    """One question, or those of all forms in the same place. `number` is None if they have different ones; `model` is empty for theory.

    `facility`, `correlation` and `discrimination` are what the functions of these names say; `outcomes` counts answers.
    """

    cell: int
    place: int
    number: int | None
    model: str
    count: int
    facility: float | None
    correlation: float | None
    discrimination: float | None
    outcomes: Mapping[Outcome, int]
    wrong: tuple[Frequency, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """`form` is empty for all forms together. `questions` are those that totals are made of; `possible`, `mean`, `deviation` (with n - 1)
    and `error` are in points. `histogram` counts sheets by per cent: 0 to 10, 10 to 20, … 90 to 100, the last with its upper end."""

    form: str
    count: int
    questions: int
    possible: float
    mean: float | None
    deviation: float | None
    alpha: float | None
    error: float | None
    histogram: tuple[int, ...]
    items: tuple[Item, ...]

    def to_json(self) -> dict[str, Any]:
        items = [
            {**asdict(item), "outcomes": {outcome.value: n for outcome, n in item.outcomes.items()}}
            for item in self.items
        ]
        for item in items:
            item["wrong"] = list(item["wrong"])
        return {**asdict(self), "histogram": list(self.histogram), "items": items}

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Rows for CSV, the first with the names of the columns: one for each question."""
        names = ("form", "cell", "place", "number", "model", "count", "facility", "correlation", "discrimination")
        yield (*names, *(outcome.value for outcome in Outcome))
        for item in self.items:
            number = "" if item.number is None else str(item.number)
            values = (item.facility, item.correlation, item.discrimination)
            said = ("" if value is None else f"{value:.3f}" for value in values)
            counts = (str(item.outcomes[outcome]) for outcome in Outcome)
            yield (self.form, str(item.cell), str(item.place), number, item.model, str(item.count), *said, *counts)

    def distractors(self) -> Iterator[tuple[str, ...]]:
        """Rows for CSV, the first with the names of the columns: one for each wrong answer with a name, of each question."""
        yield ("form", "cell", "place", "number", "model", "wrong answer", "count", "share")
        for item in self.items:
            number = "" if item.number is None else str(item.number)
            for one in item.wrong:
                where = (self.form, str(item.cell), str(item.place), number, item.model)
                yield (*where, one.what, str(one.count), f"{one.share:.3f}")

    def summary(self) -> Iterator[tuple[str, ...]]:
        """Two rows for CSV: the names, and what holds of the exam as a whole."""
        yield ("form", "sheets", "questions", "possible", "mean", "sd", "alpha", "sem")
        values = (self.mean, self.deviation, self.alpha, self.error)
        said = ("" if value is None else f"{value:.4f}" for value in values)
        yield (self.form, str(self.count), str(self.questions), f"{self.possible:.10g}", *said)


def analyse(marked: MarkedClass, form: str = "") -> Analysis:
    """Look at one form, or at all of them together."""
    forms = [one for one in marked.forms if form in ("", one.id)]
    sheets = [sheet for sheet in marked.sheets if form in ("", sheet.form)]
    asked = {one.id: places(one) for one in forms}
    columns = sorted({place for there in asked.values() for place in there})
    marks = [_by_place(sheet, asked[sheet.form]) for sheet in sheets]
    points = np.array([[_points(row.get(column)) for column in columns] for row in marks], dtype=np.float64)
    points = points.reshape(len(sheets), len(columns))
    complete = [bool(sheets) and not np.isnan(column).any() for column in points.T]
    scores = points[:, np.array(complete, dtype=bool)]
    total = np.round(scores.sum(axis=1), 9)
    items = []
    for column, place in enumerate(columns):
        questions = [there[place] for there in asked.values() if place in there]
        given = [row[place] for row in marks if place in row]
        whole = total if complete[column] else None
        items.append(_item(place, questions, given, points[:, column], whole))
    possible = sum(
        max(there[place].points for there in asked.values() if place in there)
        for place, used in zip(columns, complete, strict=True)
        if used
    )
    alpha, deviation = cronbach_alpha(scores), _deviation(total)
    return Analysis(
        form=form,
        count=len(sheets),
        questions=scores.shape[1],
        possible=possible,
        mean=float(total.mean()) if scores.size else None,
        deviation=deviation,
        alpha=alpha,
        error=None if alpha is None or deviation is None else standard_error(deviation, alpha),
        histogram=histogram(sheets),
        items=tuple(items),
    )


def places(form: Form) -> dict[Place, Question]:
    """The questions of a form by cell and place within it, the same for parallel questions of other forms.

    Forms show the questions of a cell in different orders, but each has the same item models and levels there: by these, then by the
    item itself (so that forms with shared items agree), the places are counted.
    """

    def name(question: Question) -> tuple[int, str, int, str]:
        if (item := question.item) is not None:
            return question.cell, item.model, item.level, f"{item.seed} {item.index}"
        return question.cell, "", 0, question.theory.key if question.theory else ""

    ordered = sorted(form.questions, key=name)
    return {
        (cell, place): question
        for cell, group in groupby(ordered, key=lambda question: question.cell)
        for place, question in enumerate(group)
    }


# --- statistics ---


def facility(points: Array, possible: float) -> float | None:
    """The mean share of the points that were earned, 0 (nobody) to 1 (everybody); what a penalty took off counts as nothing earned."""
    return float(np.clip(points / possible, 0, 1).mean()) if points.size else None


def correlation(points: Array, rest: Array) -> float | None:
    """The corrected point-biserial: Pearson's r between a question and the total without it (Henrysson, S. 1963: Correction of item-total
    correlations in item analysis. Psychometrika 28)."""
    if not _varies(points) or not _varies(rest):
        return None
    return float(np.clip(np.corrcoef(points, rest)[0, 1], -1, 1))


def discrimination(points: Array, possible: float, total: Array) -> float | None:
    """D: the facility among the best 27 % by total minus that among the worst 27 % (Kelley 1939).

    Where several sheets at the edge of a group have the same total, each is in it by the same part: the mean over all ways to choose.
    """
    if not _varies(total):
        return None
    size = max(1, round(GROUP * len(total)))
    shares = np.clip(points / possible, 0, 1)
    upper, lower = _best(total, size), _best(-total, size)
    return float(np.average(shares, weights=upper) - np.average(shares, weights=lower))


def cronbach_alpha(scores: Array) -> float | None:
    """k / (k - 1) · (1 - Σ sᵢ² / s²), with the variances of the k questions and of the total (Cronbach, L. J. 1951: Coefficient alpha and
    the internal structure of tests. Psychometrika 16). Rows are sheets."""
    questions = scores.shape[1]
    total = scores.sum(axis=1)
    if questions < 2 or not _varies(total):
        return None
    single = scores.var(axis=0, ddof=1).sum()
    return float(questions / (questions - 1) * (1 - single / total.var(ddof=1)))


def standard_error(deviation: float, alpha: float) -> float:
    """The standard error of measurement, s · √(1 - α), in the unit of the deviation (Lord, F. M. & Novick, M. R. 1968: Statistical
    Theories of Mental Test Scores)."""
    return deviation * float(np.sqrt(max(0.0, 1 - alpha)))


def histogram(sheets: Sequence[Sheet]) -> tuple[int, ...]:
    """Sheets by per cent, in bins of equal width; what lies below 0 is in the first. Sheets of which nothing is marked are left out."""
    percents = [round(sheet.percent, 9) for sheet in sheets if sheet.percent is not None]
    counts, _ = np.histogram(np.clip(percents, 0, 100), bins=BINS, range=(0, 100))
    return tuple(int(count) for count in counts)


def _best(total: Array, size: int) -> Array:
    """How much of each sheet belongs to the `size` best; the sum is `size`."""
    edge = np.sort(total)[-size]
    above, at = total > edge, total == edge
    weights: Array = above + at * ((size - above.sum()) / at.sum())
    return weights


def _varies(values: Array) -> bool:
    return len(values) > 1 and float(np.ptp(values)) > _NOISE


def _deviation(total: Array) -> float | None:
    return float(total.std(ddof=1)) if len(total) > 1 else None


# --- one question ---


def _by_place(sheet: Sheet, asked: Mapping[Place, Question]) -> dict[Place, Mark]:
    marks = {mark.number: mark for mark in sheet.marks}
    return {place: marks[question.number] for place, question in asked.items()}


def _points(mark: Mark | None) -> float:
    return np.nan if mark is None or mark.points is None else mark.points


def _item(
    place: Place, questions: Sequence[Question], given: Sequence[Mark], column: Array, total: Array | None
) -> Item:
    """`total` is None for a question that is not part of it."""
    possible = max(question.points for question in questions)
    numbers = {question.number for question in questions}
    counts = Counter(mark.outcome for mark in given)
    model = questions[0].item.model if questions[0].item else ""
    return Item(
        cell=place[0],
        place=place[1],
        number=numbers.pop() if len(numbers) == 1 else None,
        model=model,
        count=len(given),
        facility=facility(column[~np.isnan(column)], possible),
        correlation=None if total is None else correlation(column, np.round(total - column, 9)),
        discrimination=None if total is None else discrimination(column, possible, total),
        outcomes={outcome: counts[outcome] for outcome in Outcome},
        wrong=_frequencies(questions, given),
    )


def _frequencies(questions: Sequence[Question], given: Sequence[Mark]) -> tuple[Frequency, ...]:
    """Every wrong answer that has a name, the most frequent first; options that nobody took too, for they distract nobody."""
    counts = {option.misconception or option.text: 0 for one in questions for option in one.options if not option.right}
    for mark in given:
        if mark.outcome is Outcome.WRONG and (what := mark.misconception or mark.option):
            counts[what] = counts.get(what, 0) + 1
    found = [Frequency(what, count, count / len(given) if given else 0.0) for what, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.what)))
