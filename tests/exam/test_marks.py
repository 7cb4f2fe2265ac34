"""Marking a class: the key earns everything, a misconception is told by its name, rubbish is not wrong but malformed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_assembly import blueprint, exam, theory, verify

from quizcv.answers import Integer, Number, Shape, Value, written
from quizcv.errors import UsageError
from quizcv.exam import wording
from quizcv.exam.blueprint import ItemCell, Style, TheoryCell
from quizcv.exam.form import Exam, Form, Part, Question
from quizcv.exam.judging import marked
from quizcv.exam.marks import Mark, Outcome, Rule, judged, mark_class, mark_form
from quizcv.exam.responses import Response, read
from quizcv.items import models
from quizcv.model import Text
from quizcv.published import Distractor, PublishedItem

RULE = Rule()
MIXED = blueprint(
    ItemCell(4, 2.0, "conv_output"), ItemCell(3, 1.0, "conv_params", level=2, style=Style.CHOICE), TheoryCell(2, 3.0, ("deck",)),
    TheoryCell(2, 1.0, ("deck",), style=Style.CHOICE),
)  # fmt: skip


@cache
def mixed(lang: str = "en") -> Exam:
    return exam(MIXED, forms=2, lang=lang, cards=lambda _cell: theory(8))


def one(question: Question, typed: str, rule: Rule = RULE, lang: str = "en", **points: float) -> Mark:
    """The mark of a single answer."""
    form = Form("F-01", 1, (Part(0, (replace(question, number=1),)),))
    said = Response("Ada", "F-01", {1: typed}, {1: points["points"]} if points else {})
    return mark_form(form, [said], lang, rule).sheets[0].marks[0]


def as_typed(value: Value, item: PublishedItem) -> str:
    """As a learner would write it, rounded as the stem asks."""
    if isinstance(item.answer, Number) and isinstance(value, int | float):
        if item.answer.significant:
            return f"{value:.{item.answer.significant - 1}e}"
        return f"{value:.{item.answer.decimals}f}"
    return written(value, item.answer)


@pytest.mark.parametrize("name", models())
def test_keys_and_misconceptions_of_every_model(name: str) -> None:
    """The key has full points; what a misconception leads to is wrong by that misconception, in both languages."""
    model = models()[name]
    for level in (level for level in (1, 2, 3) if model.at(level)):
        item = verify(model.item(3, level, level))
        question = Question(1, 0, 2.0, Style.TYPED, item=item)
        right = one(question, as_typed(item.key, item))
        assert (right.outcome, right.points, right.misconception, right.why) == (Outcome.RIGHT, 2.0, "", "")
        for wrong in item.distractors:
            for lang in ("en", "zh"):
                told = one(question, as_typed(wrong.value, item), lang=lang)
                assert (told.outcome, told.misconception) == (Outcome.WRONG, wrong.misconception.in_(lang))
                assert told.points == 0


@pytest.mark.parametrize("name", models())
def test_rubbish_is_malformed(name: str) -> None:
    """Told with what was typed and why; it costs nothing, where what is wrong does."""
    model = models()[name]
    level = next(level for level in (1, 2, 3) if model.at(level))
    question = Question(1, 0, 2.0, Style.TYPED, item=verify(model.item(1, 0, level)))
    for lang in ("en", "zh"):
        for rubbish in ("about a dozen?", "十几个吧", "1//2//", "((x", "=SUM(A1:A9)"):
            told = one(question, rubbish, Rule(penalty=0.5), lang)
            assert (told.outcome, told.points, told.typed, told.misconception) == (Outcome.MALFORMED, 0, rubbish, "")
            assert told.why
    assert one(question, "???", lang="en").why != one(question, "???", lang="zh").why


def of(answer: Integer | Number | Shape, key: Value, *wrong: Value) -> Question:
    """A question with a known key, made from a real one."""
    item = next(question.item for question in mixed().forms[0].questions if question.item)
    distractors = tuple(Distractor(value, Text(f"so {value}", f"得 {value}")) for value in wrong)
    return Question(1, 0, 2.0, Style.TYPED, item=replace(item, answer=answer, key=key, distractors=distractors))


@pytest.mark.parametrize(
    ("question", "typed", "outcome", "points"),
    [
        (of(Integer("px"), 112, 113), "112 px", Outcome.RIGHT, 2.0),
        (of(Integer("px"), 112, 113), "224/2", Outcome.RIGHT, 2.0),
        (of(Integer("px"), 112, 113), "113", Outcome.WRONG, -0.5),
        (of(Integer("px"), 112, 113), "111", Outcome.WRONG, -0.5),
        (of(Integer(), 34_944, 3), "34.9k", Outcome.NEAR, 0.8),
        (of(Number(3), 0.5, 0.7), "-0.5", Outcome.NEAR, 0.8),
        (of(Shape(("C", "H")), (3, 4)), "4x3", Outcome.NEAR, 0.8),
        (of(Shape(("C", "H")), (3, 4)), "3x4x5", Outcome.MALFORMED, 0.0),
        (of(Integer(), 112), " \u3000 ", Outcome.BLANK, 0.0),
        (of(Integer(), 112), "1.5", Outcome.MALFORMED, 0.0),
    ],
)
def test_points_by_a_rule(question: Question, typed: str, outcome: Outcome, points: float) -> None:
    """Right, nearly right, wrong at a penalty, malformed, blank."""
    told = one(question, typed, Rule(near=0.4, penalty=0.25))
    assert (told.outcome, told.points) == (outcome, points)
    assert bool(told.why) == (outcome in (Outcome.NEAR, Outcome.MALFORMED))


def test_what_the_default_rule_gives() -> None:
    """As a sitting: all for what is right, nothing for anything else, and nothing off."""
    assert [one(of(Integer(), 34_944), typed).points for typed in ("34944", "34.9k", "7", "x!", "")] == [2, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "rule", [{"near": 1.1}, {"right": 0.3, "near": 0.5}, {"penalty": -0.1}, {"near": float("nan")}, {"right": 2}]
)
def test_rules_that_are_none(rule: dict[str, float]) -> None:
    """Shares between 0 and 1, nearly right no more than right."""
    with pytest.raises(UsageError, match="no rule"):
        Rule(**rule)


def test_options_by_letter() -> None:
    """In either case, with its bracket, in full width; the option's misconception is told. A letter that is not there is malformed, and
    so is a value."""
    questions = [question for form in mixed().forms for question in form.questions if question.options]
    assert {bool(question.item) for question in questions} == {True, False}
    for question in questions:
        for place, option in enumerate(question.options):
            letter = wording.letter(place)
            for typed in (
                letter,
                letter.lower(),
                f"{letter})",
                f"({letter.lower()})",
                f" {letter}. ",
                chr(ord(letter) + 0xFEE0),
            ):
                told = one(question, typed)
                assert told.outcome is (Outcome.RIGHT if option.right else Outcome.WRONG)
                assert (told.option, told.misconception) == (option.text, option.misconception)
                assert told.points == (question.points if option.right else 0)
        for typed in (wording.letter(len(question.options)), "AB", "17", "?"):
            assert one(question, typed).outcome is Outcome.MALFORMED


def test_theory_waits_for_a_hand() -> None:
    """It counts neither way until points are given, also where nothing was typed: it may stand on paper."""
    form = mixed().forms[0]
    numbers = tuple(question.number for question in form.questions if question.style is Style.OPEN)
    assert len(numbers) == 2
    waiting = mark_form(form, [Response("Ada", form.id, {numbers[0]: "In words."}, {})], "en").sheets[0]
    assert waiting.unmarked == numbers
    assert waiting.possible == MIXED.points - 6
    assert {mark.outcome for mark in waiting.marks if mark.number in numbers} == {Outcome.OPEN}
    some = mark_form(form, [Response("Ada", form.id, {}, {numbers[0]: 2.5})], "en").sheets[0]
    assert (some.unmarked, some.total, some.possible) == (numbers[1:], 2.5, MIXED.points - 3)
    assert some.percent == pytest.approx(100 * 2.5 / (MIXED.points - 3))


def test_points_by_hand_stand_above_the_rule() -> None:
    """A teacher who could read what we could not has the last word; what it was is still told."""
    told = one(of(Integer(), 112), "about 112", points=1.5)
    assert (told.outcome, told.points) == (Outcome.MALFORMED, 1.5)


def keys(form: Form) -> dict[int, str]:
    return {question.number: wording.key(question) for question in form.questions if question.style is not Style.OPEN}


def test_a_class_from_its_file() -> None:
    """Totals, misconceptions over all forms with their questions, malformed answers apart; as JSON and as rows."""
    made = mixed()
    one_form, other = made.forms
    lines = ["student;form;number;answer"]
    wrong = []
    for who, form in (("Ada", one_form), ("Bo", other), ("Cy", one_form)):
        for question in form.questions:
            if question.style is Style.TYPED and who != "Ada":
                assert question.item is not None
                wrong.append((who, form.id, question.number, question.item.distractors[0].misconception.en))
                said = written(question.item.distractors[0].value, question.item.answer)
            else:
                said = keys(form).get(question.number, "")
            lines.append(f'{who};{form.id};{question.number};"{said}"')
    lines.append(f"Di;{other.id};{next(q.number for q in other.questions if q.style is Style.TYPED)};ca. 3")
    marked = mark_class(made.forms, read("\n".join(lines).encode(), "c.csv", made.forms), "en")
    assert [(sheet.student, sheet.total, sheet.possible) for sheet in marked.sheets] == [
        ("Ada", 13, 13), ("Bo", 5, 13), ("Cy", 5, 13), ("Di", 0, 13)
    ]  # fmt: skip
    assert sum(tally.count for tally in marked.misconceptions) == len(wrong) == 8
    for tally in marked.misconceptions:
        told = [(who, form, number) for who, form, number, why in wrong if why == tally.misconception]
        assert tally.count == len(told)
        assert tally.share == len({who for who, _, _ in told}) / 4
        assert tally.questions == tuple(sorted({(form, number) for _, form, number in told}))
    (unread,) = marked.malformed
    assert (unread.student, unread.form, unread.typed) == ("Di", other.id, "ca. 3")
    assert "cannot be read" in unread.why
    said = json.loads(json.dumps(marked.to_json(), allow_nan=False))
    assert said["sheets"][1]["total"] == 5
    assert said["malformed"][0]["typed"] == "ca. 3"
    assert [row[:3] for row in marked.totals()][1] == ("Ada", one_form.id, "13")
    rows = list(marked.rows())
    assert len(rows) == 1 + 4 * 11
    assert {len(row) for row in rows} == {len(rows[0])}


def test_one_form_of_several() -> None:
    """Responses to the others are left out."""
    one_form, other = mixed().forms
    said = [Response("Ada", one_form.id, keys(one_form), {}), Response("Bo", other.id, keys(other), {})]
    assert [sheet.student for sheet in mark_form(other, said, "en").sheets] == ["Bo"]


@given(st.text(max_size=40), st.sampled_from(range(22)))
def test_anything_typed_is_marked(typed: str, place: int) -> None:
    """Nothing a student types raises anything, and nothing earns more than there is."""
    question = [question for form in mixed().forms for question in form.questions][place]
    outcome, _ = judged(question, typed, "en")
    told = one(question, typed, Rule(penalty=1.0))
    assert told.outcome is outcome
    assert told.points is None or -question.points <= told.points <= question.points


def test_a_class_is_marked_as_a_sitting_is() -> None:
    """The same answers are worth the same, whether they are typed here or come in a file."""
    for form in mixed().forms:
        for question in (question for question in form.questions if question.style is not Style.OPEN):
            others = (
                [written(wrong.value, question.item.answer) for wrong in question.item.distractors]
                if question.item
                else []
            )
            for typed in (wording.key(question), "", "x?", "1", "A", "b)", *others):
                sat = marked(question, typed)
                told = one(question, typed)
                assert (told.points, bool(told.misconception or told.why)) == (sat.points, bool(sat.why))
