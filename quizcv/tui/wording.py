"""The words of a review, as plain text: intervals, counts, marks, what a grade is called, the summary.

Both the screen (`app.py`) and the line mode (`plain.py`) speak through here, so that they say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizcv.model import Action, Card, Grade
from quizcv.tui.markup import clean

if TYPE_CHECKING:
    from quizcv.study import Choice, Prompt, Summary
    from quizcv.study.prompt import Remaining

ARROW = " › "
DAYS_A_MONTH = 30.44
DAYS_A_YEAR = 365.25

FOUR_NAMES = {Grade.WRONG: "again", Grade.HARD: "hard", Grade.GOOD: "good", Grade.PERFECT: "easy"}
SIX_NAMES = {Grade.BLACKOUT: "blackout", Grade.WRONG: "wrong", Grade.WRONG_BUT_EASY: "almost"} | {
    grade: FOUR_NAMES[grade] for grade in (Grade.HARD, Grade.GOOD, Grade.PERFECT)
}


def interval(days: int) -> str:
    """A number of days, short: `today`, `1d`, `30d`, `2.1mo`, `1.5y`."""
    if days <= 0:
        return "today"
    if days <= 30:
        return f"{days}d"
    if days < 365:
        return f"{days / DAYS_A_MONTH:.1f}".removesuffix(".0") + "mo"
    return f"{days / DAYS_A_YEAR:.1f}".removesuffix(".0") + "y"


def comes_again(choice: Choice) -> str:
    """When the card comes again after this grade: `today, 1d`, `6d`; `today` or `done` where nothing is scheduled."""
    if choice.days is None:
        return "today" if choice.grade < Grade.GOOD else "done"
    return f"today, {interval(choice.days)}" if choice.drill else interval(choice.days)


def grade_name(grade: Grade, grades: int) -> str:
    """What a grade is called where `grades` (4 or 6) are on offer."""
    return (FOUR_NAMES if grades == 4 else SIX_NAMES)[grade]


def path(card: Card) -> tuple[str, ...]:
    """Deck and breadcrumb, outermost first."""
    return tuple(" ".join(clean(part).split()) for part in (card.deck, *card.breadcrumb))


def marks(prompt: Prompt) -> tuple[str, ...]:
    """What is special about the card on the screen."""
    kinds = {Action.LEARN: "new", Action.DRILL: "again", Action.CRAM: "cram"}
    found = [kinds[prompt.action]] if prompt.action in kinds else []
    found += ["flag"] if prompt.state.flagged else []
    found += ["leech"] if prompt.state.leech else []
    found += [f"level {prompt.item.level}"] if prompt.item else []
    found += ["✓ PyTorch"] if prompt.proven else []
    return tuple(found)


def counts(remaining: Remaining, *, cram: bool = False) -> tuple[tuple[str, int], ...]:
    """What is still to come, the card on the screen included, as (word, number); zeros are left out."""
    parts = (("new", remaining.new), ("to cram" if cram else "due", remaining.reviews), ("again", remaining.drill))
    return tuple(part for part in parts if part[1])


def duration(seconds: float) -> str:
    """`42 s`, `8 min 12 s`, `1 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def summary_rows(summary: Summary) -> tuple[tuple[str, str], ...]:
    """The summary as (word, value)."""
    kinds = ((summary.learned, "new"), (summary.reviewed, "reviewed"), (summary.drilled, "again today"))
    split = ", ".join(f"{count} {word}" for count, word in kinds if count)
    each = f"  ({duration(summary.seconds / summary.graded)} a card)" if summary.graded else ""
    retention = summary.retention
    kept = "no reviews" if retention is None else f"{retention:.0%}  ({summary.passed} of {summary.reviewed})"
    waiting = (("without numbers", f"{summary.without_item}  (`quizcv items pool` says why)"),)
    return (
        ("graded", f"{summary.graded}  ({split})" if split else str(summary.graded)),
        ("retention", kept),
        ("time", duration(summary.seconds) + each),
        ("due tomorrow", str(summary.due_tomorrow)),
        *(waiting if summary.without_item else ()),
    )


def farewell(summary: Summary) -> str:
    """The summary in one line, for the terminal that is left behind."""
    kept = "" if summary.retention is None else f", {summary.retention:.0%} kept"
    return f"{summary.graded} graded{kept}, {duration(summary.seconds)}; {summary.due_tomorrow} due tomorrow."
