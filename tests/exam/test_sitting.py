"""Sitting an exam: nothing that was put down is lost, and what it is worth is never more than there is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_assembly import exam as assembled
from test_assembly import theory

from quizcv.answers import Number, written
from quizcv.errors import ExamError
from quizcv.exam import judging
from quizcv.exam.blueprint import Blueprint, ItemCell, Section, Style, TheoryCell
from quizcv.exam.form import Exam, Question
from quizcv.exam.judging import JUDGEMENTS, Verdict, is_open, letters
from quizcv.exam.sitting import Phase, Sitting, Standing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CELLS = Blueprint(
    "A midterm",
    (
        Section("Numbers", (ItemCell(2, 2.0, "conv_output"), ItemCell(2, 1.5, "conv_params", level=2, style=Style.CHOICE))),
        Section("Words", (TheoryCell(2, 3.0, ("deck",)), TheoryCell(1, 1.0, ("deck",), style=Style.CHOICE))),
    ),
    minutes=30,
)  # fmt: skip


@cache
def exam() -> Exam:
    return assembled(CELLS, forms=2, cards=lambda _cell: theory(8))


def sit(minutes: int | None = 30) -> Sitting:
    return Sitting(exam(), exam().forms[0], NOON, minutes)


def of(sitting: Sitting, *, options: bool, item: bool) -> Question:
    """A question of this kind on the form."""
    return next(one for one in sitting.questions.values() if bool(one.options) == options and bool(one.item) == item)


def answer(sitting: Sitting, question: Question, text: str) -> None:
    assert sitting.go(question.number)
    sitting.put(text)


def right(question: Question) -> str:
    if question.options:
        return letters(question)[[option.right for option in question.options].index(True)]
    return written(question.item.key, question.item.answer) if question.item else "words"


# --- properties ---

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.integers(-2, 12)),
        st.tuples(st.just("put"), st.one_of(st.text(max_size=8), st.sampled_from("ABCDabcd1234"), st.just("key"))),
        st.tuples(st.just("mark"), st.none()),
        st.tuples(st.just("complain"), st.none()),
    ),
    max_size=40,
)


def walked(sitting: Sitting, steps: list[tuple[str, Any]]) -> dict[int, str]:
    """Do the steps; what was put down last for each question."""
    kept: dict[int, str] = {}
    for what, value in steps:
        if what == "go":
            assert sitting.go(value) == (1 <= value <= sitting.last)
        elif what == "put":
            text = right(sitting.question) if value == "key" else value
            sitting.put(text)
            kept[sitting.number] = text.strip()
        elif what == "mark":
            sitting.mark()
        else:
            sitting.complaint()
    return kept


@given(STEPS)
def test_moving_never_loses_an_answer(steps: list[tuple[str, Any]]) -> None:
    """Whatever one does: each question has what was put down for it last, through handing in as well."""
    sitting = sit()
    kept = walked(sitting, steps)
    sitting.submit(NOON)
    assert {number: sitting.typed(number) for number in kept} == kept
    assert all(sitting.typed(number) == "" for number in set(sitting.questions) - set(kept))


@given(STEPS, st.lists(st.sampled_from(sorted(JUDGEMENTS)), min_size=2, max_size=2))
def test_the_score_is_never_above_the_points(steps: list[tuple[str, Any]], said: list[Verdict]) -> None:
    """Nor below zero; sections add up, and every question is somewhere."""
    sitting = sit()
    walked(sitting, steps)
    sitting.submit(NOON)
    for number, verdict in zip(sitting.unjudged, said, strict=True):
        sitting.judge(number, verdict)
    result = sitting.result(NOON)
    assert result is not None
    for score in (*result.sections, result.total):
        assert 0 <= score.points <= score.of
        assert 0 <= score.part <= 1
    assert sum(score.points for score in result.sections) == pytest.approx(result.total.points)
    assert result.total.of == CELLS.points
    assert [one.question.number for one in result.marked] == list(range(1, 8))


@given(STEPS, st.integers(0, 40), st.booleans(), st.integers(0, 2))
def test_put_away_and_taken_up_again(steps: list[tuple[str, Any]], minutes: int, submit: bool, judged: int) -> None:
    """Through JSON everything is as it was, and goes on from there; the time away does not count."""
    sitting = sit()
    walked(sitting, steps)
    now = NOON + minutes * MINUTE
    sitting.tick(now)
    if submit and not sitting.submitted:
        sitting.submit(now)
    for number in sitting.unjudged[:judged] if sitting.submitted else []:
        sitting.judge(number, Verdict.PARTLY)
    said = json.loads(json.dumps(sitting.to_json(now), allow_nan=False))
    later = now + timedelta(days=3)
    again = Sitting.from_json(exam(), exam().forms[0], said, later)
    assert again.to_json(later) == said
    assert again.left(later) == sitting.left(now)
    assert (again.phase, again.unjudged, again.to_check) == (sitting.phase, sitting.unjudged, sitting.to_check)
    assert again.result(later) == sitting.result(now)


# --- what it is worth ---


def test_everything_right() -> None:
    """All the points there are; nothing was missed."""
    sitting = sit()
    for question in sitting.questions.values():
        answer(sitting, question, right(question))
        assert sitting.standing(question.number) is Standing.ANSWERED
    sitting.submit(NOON + 7 * MINUTE)
    for number in sitting.unjudged:
        sitting.judge(number, Verdict.RIGHT)
    result = sitting.result(NOON + 99 * MINUTE)
    assert result is not None
    assert (result.total.points, result.total.part, result.missed, result.missed_cards) == (14.0, 1.0, (), ())
    assert [(score.title, score.points) for score in result.sections] == [("Numbers", 7.0), ("Words", 7.0)]
    assert result.seconds == 7 * 60


@pytest.mark.parametrize("options", [False, True])
def test_a_misconception_is_named(options: bool) -> None:
    """Of typed values and of options; the item model is told, once."""
    sitting = sit()
    question = of(sitting, options=options, item=True)
    assert question.item is not None
    if options:
        place = next(place for place, option in enumerate(question.options) if not option.right)
        typed, reason = letters(question)[place].lower(), question.options[place].misconception
    else:
        wrong = question.item.distractors[0]
        typed, reason = written(wrong.value, question.item.answer), wrong.misconception.en
    answer(sitting, question, typed)
    sitting.submit(NOON)
    marked = sitting.marked(question.number)
    assert (marked.verdict, marked.points) == (Verdict.WRONG, 0)
    assert marked.why is not None
    assert marked.why.en == reason != ""
    for number in sitting.unjudged:
        sitting.judge(number, Verdict.WRONG)
    result = sitting.result(NOON)
    assert result is not None
    assert sorted(result.missed) == ["conv_output", "conv_params"]
    assert len(result.missed_cards) == 3


@pytest.mark.parametrize(("options", "typed"), [(False, "fifty"), (True, "Z"), (True, "AB"), (True, "1")])
def test_what_cannot_be_read_is_not_marked_wrong(options: bool, typed: str) -> None:
    """It is told once, kept as it was typed, and has a verdict of its own."""
    sitting = sit()
    question = of(sitting, options=options, item=True)
    answer(sitting, question, typed)
    why = sitting.complaint()
    assert why is not None
    assert why.en
    assert why.zh
    assert sitting.complaint() is None
    assert sitting.numbers(Standing.UNREAD) == [question.number]
    sitting.put("?" + typed)
    assert sitting.complaint() is not None
    sitting.submit(NOON)
    marked = sitting.marked(question.number)
    assert (marked.verdict, marked.typed, marked.points) == (Verdict.UNREAD, f"?{typed}", 0)
    assert marked.why is not None


def test_blank_is_blank() -> None:
    """Spaces are nothing, and an answer may be taken away."""
    sitting = sit()
    sitting.put("7")
    sitting.put("  ")
    assert sitting.standing(1) is Standing.BLANK
    assert sitting.complaint() is None
    sitting.submit(NOON)
    question = of(sitting, options=False, item=True)
    assert sitting.marked(question.number).verdict is Verdict.BLANK


def test_nearly_right_is_worth_nothing_but_said() -> None:
    """The tolerance is the number's own; what lies beside it is told why."""
    item = of(sit(), options=False, item=True).item
    assert item is not None
    question = Question(1, 0, 2.0, Style.TYPED, item=replace(item, answer=Number(3), key=0.5, distractors=()))
    for typed, verdict, points in (
        ("0.501", Verdict.RIGHT, 2.0),
        ("-0.5", Verdict.NEAR, 0.0),
        ("7", Verdict.WRONG, 0.0),
    ):
        marked = judging.marked(question, typed)
        assert (marked.verdict, marked.points, marked.why is None) == (verdict, points, verdict is not Verdict.NEAR)


def test_open_answers_are_judged() -> None:
    """Only after handing in, only the open ones, also a second time; half the points for partly. Blank ones as well: not
    everything must be written down."""
    sitting = sit()
    first, second = (number for number, question in sitting.questions.items() if is_open(question))
    with pytest.raises(ValueError):
        sitting.judge(first, Verdict.RIGHT)
    sitting.submit(NOON)
    assert sitting.unjudged == [first, second]
    assert sitting.phase is Phase.JUDGING
    assert sitting.result(NOON) is None
    sitting.judge(first, Verdict.WRONG)
    sitting.judge(first, Verdict.PARTLY)
    assert sitting.marked(first).points == 1.5
    for number, verdict in ((of(sitting, options=True, item=True).number, Verdict.RIGHT), (second, Verdict.BLANK)):
        with pytest.raises(ValueError):
            sitting.judge(number, verdict)
    sitting.judge(second, Verdict.WRONG)
    assert sitting.phase is Phase.DONE


# --- time ---


def test_time_that_is_over_hands_in() -> None:
    """With what is there, and not a moment before; afterwards nothing can be put down."""
    sitting = sit(30)
    sitting.put("5")
    assert not sitting.tick(NOON + 30 * MINUTE - timedelta(seconds=1))
    assert sitting.left(NOON + 29 * MINUTE) == MINUTE
    assert sitting.tick(NOON + 45 * MINUTE)
    assert not sitting.tick(NOON + 46 * MINUTE)
    assert (sitting.submitted, sitting.timed_out, sitting.typed(1)) == (True, True, "5")
    sitting.put("6")
    assert sitting.typed(1) == "5"
    assert sitting.used(NOON + 60 * MINUTE) == 30 * MINUTE


def test_without_a_limit_there_is_no_end() -> None:
    """Nor a time left."""
    sitting = sit(None)
    assert sitting.left(NOON) is None
    assert not sitting.tick(NOON + timedelta(days=400))


def test_a_clock_that_goes_back_gives_no_time() -> None:
    """Nor takes any."""
    assert sit(30).left(NOON - timedelta(hours=5)) == 30 * MINUTE


# --- what a file may say ---


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"form": "XXXXX-01"},
        {"number": 8},
        {"number": True},
        {"number": []},
        {"minutes": -1},
        {"minutes": 10**9},
        {"minutes": "30"},
        {"seconds": float("nan")},
        {"seconds": -1},
        {"seconds": 1e300},
        {"seconds": None},
        {"answers": {"9": "x"}},
        {"answers": {"1": 5}},
        {"answers": ["x"]},
        {"marked": 3},
        {"judged": {"1": "brilliant"}},
        {"judged": {"99": "right"}},
        {"judged": {"5": "right"}, "submitted": False},
    ],
)
def test_a_file_that_says_something_else_is_refused(change: dict[str, Any]) -> None:
    """In a sentence, not with a traceback."""
    said = sit().to_json(NOON)
    with pytest.raises(ExamError) as refused:
        Sitting.from_json(exam(), exam().forms[0], said | change, NOON)
    assert refused.value.hint
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("said", [None, [], "x", {}, {"format": 1}])
def test_no_sitting_at_all(said: Any) -> None:
    with pytest.raises(ExamError):
        Sitting.from_json(exam(), exam().forms[0], said, NOON)


def test_another_form_is_not_taken_for_this() -> None:
    """Its answers belong to other questions."""
    with pytest.raises(ExamError, match="not of"):
        Sitting.from_json(exam(), exam().forms[1], sit().to_json(NOON), NOON)
