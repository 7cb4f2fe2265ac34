"""Item analysis: what a simulated class was given comes back, tables computed by hand agree, and nothing is ever NaN."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_assembly import TWENTY, blueprint, exam, theory

from quizcv.exam import wording
from quizcv.exam.analysis import Analysis, analyse, correlation, cronbach_alpha, discrimination, places
from quizcv.exam.blueprint import ItemCell, Style, TheoryCell
from quizcv.exam.form import Exam, Form, Part, Question, Theory
from quizcv.exam.marks import MarkedClass, Outcome, Rule, mark_class
from quizcv.exam.responses import Response, read


def table(rows: list[list[float | None]], possible: float = 1.0, order: list[int] | None = None) -> MarkedClass:
    """A class with points given by hand; a row is a sheet, None is not marked yet. `order` is that of the questions on the form."""
    order = order or list(range(len(rows[0])))
    questions = tuple(
        Question(number, 0, possible, Style.OPEN, theory=Theory(f"{index:03}", "deck", "?", "!"))
        for number, index in enumerate(order, start=1)
    )
    form = Form("F-01", 1, (Part(0, questions),))
    said = []
    for n, row in enumerate(rows):
        points = {number: given_ for number, index in enumerate(order, start=1) if (given_ := row[index]) is not None}
        said.append(Response(f"s{n}", form.id, {}, points))
    return mark_class([form], said, "en")


GUTTMAN: list[list[float | None]] = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_a_table_computed_by_hand() -> None:
    """Totals 3, 2, 1, 0: s² = 5/3, Σ sᵢ² = 1/4 + 1/3 + 1/4, so α = 3/2 · (1 - (5/6)/(5/3)) = 3/4 and SEM = s/2; the first question against
    the others' 2, 1, 0, 0: r = 0.75/√(0.75 · 2.75). A quarter of the class is a group: D = 1."""
    found = analyse(table(GUTTMAN))
    assert (found.count, found.questions, found.possible, found.mean) == (4, 3, 3, 1.5)
    assert found.deviation == pytest.approx((5 / 3) ** 0.5)
    assert found.alpha == pytest.approx(0.75)
    assert found.error == pytest.approx((5 / 3) ** 0.5 / 2)
    assert [item.facility for item in found.items] == [0.75, 0.5, 0.25]
    assert found.items[0].correlation == pytest.approx(0.75 / (0.75 * 2.75) ** 0.5)
    assert [item.discrimination for item in found.items] == [1, 1, 1]
    assert found.histogram == (1, 0, 0, 1, 0, 0, 1, 0, 0, 1)


def test_questions_that_have_nothing_in_common() -> None:
    """Variances 1/3, 1/3 and 1/4 add up to the total's 11/12: α is 0, and all of the deviation is error."""
    found = analyse(table([[1, 0, 1], [1, 1, 1], [0, 0, 1], [0, 1, 0]]))
    assert found.alpha == pytest.approx(0)
    assert found.error == pytest.approx(found.deviation)


def test_against_numpy() -> None:
    """r is `corrcoef` of a question with the sum of the others; α follows from the covariances too: k/(k-1) · (1 - tr C / Σ C)."""
    points = np.random.default_rng(5).choice([0, 0.5, 1, 2], size=(40, 9))
    found = analyse(table(points.tolist(), possible=2.0))
    covariances = np.cov(points.T)
    assert found.alpha == pytest.approx(9 / 8 * (1 - np.trace(covariances) / covariances.sum()))
    for number, item in enumerate(found.items):
        others = np.delete(points, number, axis=1).sum(axis=1)
        assert item.correlation == pytest.approx(np.corrcoef(points[:, number], others)[0, 1])
        assert item.facility == pytest.approx(points[:, number].mean() / 2)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0])), min_size=2, max_size=6))
def test_ties_at_the_edge_of_a_group_are_shared(sheets: list[tuple[int, float]]) -> None:
    """D is the mean over all orders in which sheets of the same total could stand."""
    total, points = np.array(sheets, dtype=float).T
    found = discrimination(points, 1.0, total)
    if len(set(total)) == 1:
        assert found is None
        return
    size = max(1, round(0.27 * len(total)))
    every = []
    for order in permutations(range(len(total))):
        ordered = sorted(order, key=lambda at: total[at])  # stable: the order decides among the same
        every.append(points[ordered[-size:]].mean() - points[ordered[:size]].mean())
    assert found == pytest.approx(np.mean(every))


EDGES: dict[str, list[list[float | None]]] = {
    "nobody": [],
    "one": [[1, 0, 0.5]],
    "one question": [[1], [0], [1]],
    "all right": [[1, 1, 1]] * 5,
    "all wrong": [[0, 0, 0]] * 5,
    "the same total": [[1, 0], [0, 1], [1, 0]],
    "one question the same for all": [[1, 0, 1], [1, 1, 0], [1, 1, 1]],
    "thirds": [[1 / 3, 2 / 3, 1.0]] * 4,
    "nothing marked": [[None, None], [None, None]],
    "one answer not marked": [[1, None], [0, 1], [1, 0]],
}


@pytest.mark.parametrize("rows", EDGES.values(), ids=EDGES)
def test_what_has_no_value_is_none(rows: list[list[float | None]]) -> None:
    """Never NaN, and never a warning (which is an error here)."""
    marked = table(rows) if rows else MarkedClass(table([[1, 1]]).forms, (), Rule())
    found = analyse(marked)
    json.dumps(found.to_json(), allow_nan=False)
    assert {len(row) for row in found.rows()} == {len(next(found.rows()))}
    columns = list(zip(*rows, strict=True))
    complete = [column for column in columns if None not in column]
    totals = [sum(points) for points in zip(*complete, strict=True)]
    assert (found.alpha is None) == (found.error is None) == (len(complete) < 2 or len(set(totals)) < 2)
    for column, item in zip(columns, found.items, strict=False):
        marked_ = [points for points in column if points is not None]
        assert item.facility == (pytest.approx(np.mean(marked_)) if marked_ else None)
        rest = [total - points for total, points in zip(totals, column, strict=True)] if column in complete else []
        assert (item.correlation is None) == (len(set(column)) < 2 or len(set(rest)) < 2)
        assert (item.discrimination is None) == (column not in complete or len(set(totals)) < 2)


def test_a_question_that_waits_for_a_hand_counts_neither_way() -> None:
    """Totals are made of the others; it has a facility of what is marked."""
    waiting = analyse(table([[1, 1, None], [0, 1, 1], [0, 0, 0]]))
    others = analyse(table([[1, 1], [0, 1], [0, 0]]))
    assert (waiting.questions, waiting.possible) == (2, 2)
    assert (waiting.alpha, waiting.mean, waiting.deviation) == (others.alpha, others.mean, others.deviation)
    assert waiting.items[2].facility == 0.5
    assert waiting.items[2].correlation is waiting.items[2].discrimination is None


TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=width, max_size=width), min_size=1, max_size=12
    )
)


def numbers(found: Analysis) -> list[object]:
    return [
        *(found.mean, found.deviation, found.alpha, found.error, *found.histogram),
        *(value for item in found.items for value in (item.facility, item.correlation, item.discrimination)),
    ]


def same(one: Analysis, other: Analysis) -> bool:
    return all(
        (a is b) if a is None or b is None else a == pytest.approx(b, abs=1e-9)
        for a, b in zip(numbers(one), numbers(other), strict=True)
    )


@given(TABLES, st.randoms(use_true_random=False))
def test_order_means_nothing(rows: list[list[float | None]], random: object) -> None:
    """Neither that of the students nor that of the questions on the form; what is a share is one."""
    found = analyse(table(rows))
    for item in found.items:
        assert item.facility is not None
        assert 0 <= item.facility <= 1
        assert item.correlation is None or -1 <= item.correlation <= 1
        assert item.discrimination is None or -1 <= item.discrimination <= 1
    assert found.alpha is None or found.alpha <= 1 + 1e-9
    shuffled, order = list(rows), list(range(len(rows[0])))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(order)  # type: ignore[attr-defined]
    assert same(found, analyse(table(shuffled)))
    assert same(found, analyse(table(rows, order=order)))


def test_small_functions_without_variance() -> None:
    """None where there is none, also but for the noise of a sum."""
    assert correlation(np.array([1.0, 1.0]), np.array([0.0, 1.0])) is None
    assert correlation(np.array([0.1 + 0.2, 0.3]), np.array([0.0, 1.0])) is None
    assert cronbach_alpha(np.ones((3, 2))) is None
    assert cronbach_alpha(np.zeros((0, 0))) is None


# --- a class that never was ---


@cache
def twenty(shared: bool = False) -> Exam:
    return exam(TWENTY, forms=2, shared=shared)


def rasch(
    made: Exam, students: int, seed: int
) -> tuple[bytes, dict[tuple[int, int], float], dict[tuple[int, int], float]]:
    """The responses of a class as a file: P(right) = 1 / (1 + e^(b - θ)), the difficulty b of a place evenly from -2.5 to 2.5. Also the
    facility that is expected at each place, and its standard error."""
    rng = np.random.default_rng(seed)
    asked = {form.id: places(form) for form in made.forms}
    order = sorted(asked[made.forms[0].id])
    hard = dict(zip(order, rng.permutation(np.linspace(-2.5, 2.5, len(order))), strict=True))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["student", "form", *range(1, len(order) + 1)])
    chances: dict[tuple[int, int], list[float]] = {place: [] for place in order}
    for student in range(students):
        form = made.forms[student % len(made.forms)]
        ability = rng.normal()
        typed = {}
        for place, question in asked[form.id].items():
            chance = 1 / (1 + np.exp(hard[place] - ability))
            chances[place].append(chance)
            typed[question.number] = wording.key(question) if rng.random() < chance else wrong(question, rng)
        writer.writerow([f"s{student}", form.id, *(typed[number] for number in sorted(typed))])
    expected = {place: float(np.mean(there)) for place, there in chances.items()}
    errors = {place: float(np.sqrt(sum(p * (1 - p) for p in there))) / students for place, there in chances.items()}
    return out.getvalue().encode("utf-8-sig"), expected, errors


def wrong(question: Question, rng: np.random.Generator) -> str:
    """What earns nothing: another option, rubbish, or nothing at all."""
    if question.options:
        return wording.letter(rng.choice([at for at, option in enumerate(question.options) if not option.right]))
    return str(rng.choice(["", "no idea", "-", "999999999999"]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_simulated_class_gives_back_what_was_planted(seed: int) -> None:
    """200 students with known abilities, over two parallel forms: every facility within four standard errors, and where two differ by
    more than that, in the right order. The better students are told from the others by every question."""
    data, expected, errors = rasch(twenty(), 200, seed)
    found = analyse(mark_class(twenty().forms, read(data, "class.csv", twenty().forms), "en"))
    assert found.count == 200
    facilities = {(item.cell, item.place): item.facility for item in found.items}
    for place, facility in facilities.items():
        assert abs(facility - expected[place]) < 4 * errors[place]
    ordered = 0
    for one in expected:
        for other in expected:
            if expected[one] - expected[other] > 4 * (errors[one] + errors[other]):
                assert facilities[one] > facilities[other]
                ordered += 1
    assert ordered > 60
    assert found.alpha is not None
    assert 0.6 < found.alpha < 0.95
    assert sum(item.correlation > 0 and item.discrimination > 0 for item in found.items) >= 19
    assert sum(found.histogram) == 200


def test_forms_alone() -> None:
    """Each has its own sheets and the numbers on its pages; together they have all sheets and, mostly, no numbers."""
    data, _, _ = rasch(twenty(), 60, 4)
    marked = mark_class(twenty().forms, read(data, "class.csv", twenty().forms), "en")
    for form in twenty().forms:
        alone = analyse(marked, form.id)
        assert (alone.form, alone.count) == (form.id, 30)
        assert {item.number for item in alone.items} == set(range(1, 21))
        for item in alone.items:
            asked = next(question for question in form.questions if question.number == item.number)
            assert asked.item is not None
            assert (item.cell, item.model) == (asked.cell, asked.item.model)
    together = analyse(marked)
    assert (together.count, together.questions) == (60, 20)
    assert all(sum(item.outcomes.values()) == item.count == 60 for item in together.items)
    both = [{(item.cell, item.place): item for item in analyse(marked, form.id).items} for form in twenty().forms]
    for item in together.items:
        halves = [one[item.cell, item.place].facility for one in both]
        assert item.facility == pytest.approx(np.mean(halves))


@pytest.mark.parametrize("shared", [False, True])
def test_places_are_parallel(shared: bool) -> None:
    """The same model and level at the same place of all forms; the same item where forms share them."""
    one, other = (places(form) for form in twenty(shared).forms)
    assert one.keys() == other.keys()
    for place, question in one.items():
        item, parallel = question.item, other[place].item
        assert item is not None
        assert parallel is not None
        assert (item.model, item.level) == (parallel.model, parallel.level)
        assert (item.stem == parallel.stem) is shared


def test_what_distracts() -> None:
    """Every wrong option with how many took it, also where nobody did; misconceptions of typed answers by their names."""
    made = exam(
        blueprint(ItemCell(1, 1.0, "conv_params", level=2, style=Style.CHOICE), ItemCell(1, 1.0, "conv_output"),
                  TheoryCell(1, 1.0, ("deck",), style=Style.CHOICE)),
        forms=1, cards=lambda _cell: theory(1),
    )  # fmt: skip
    form = made.forms[0]
    asked = {question.cell: question for question in form.questions}
    taken = next(place for place, option in enumerate(asked[0].options) if not option.right)
    typed = asked[1].item.distractors[0]  # type: ignore[union-attr]
    said = [{asked[0].number: wording.letter(taken), asked[1].number: str(typed.value)}] * 3 + [{}]
    found = analyse(mark_class([form], [Response(f"s{n}", form.id, one, {}) for n, one in enumerate(said)], "en"))
    chosen, free, card = found.items
    assert chosen.wrong[0].what == asked[0].options[taken].misconception
    assert [one.count for one in chosen.wrong] == [3] + [0] * (len(asked[0].options) - 2)
    assert chosen.wrong[0].share == 0.75
    assert [(one.what, one.count) for one in free.wrong] == [(typed.misconception.en, 3)]
    assert {one.what: one.count for one in card.wrong} == {"a": 0, "b": 0, "c": 0}
    assert (free.outcomes[Outcome.WRONG], free.outcomes[Outcome.BLANK]) == (3, 1)
    assert found.to_json()["items"][0]["wrong"][0] == {"what": chosen.wrong[0].what, "count": 3, "share": 0.75}
    rows = list(found.distractors())
    assert rows[1][-3:] == (chosen.wrong[0].what, "3", "0.750")
    assert len(rows) == 1 + sum(len(item.wrong) for item in found.items)
    assert len(list(found.summary())) == 2
