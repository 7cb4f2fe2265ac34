"""Forms: verified items only, the same cells on each, nothing twice, the same for ever."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from quizcv.answers import Choice
from quizcv.errors import Disagreement, ExamError
from quizcv.exam.assembly import Asked, assemble, form_code
from quizcv.exam.blueprint import Blueprint, Cell, ItemCell, Section, Style, TheoryCell
from quizcv.exam.form import Exam, Question, Theory
from quizcv.items import Item, model_named
from quizcv.published import PublishedItem
from quizcv.reference import running
from quizcv.verify import verified


def verify(item: Item) -> PublishedItem:
    with running():
        return verified(item).published()


def blueprint(*cells: Cell, enemies: tuple[tuple[str, ...], ...] = ()) -> Blueprint:
    return Blueprint("An exam", (Section("A part", cells),), enemies=enemies)


def theory(count: int, wrong: Sequence[str] = ("a", "b", "c")) -> list[Theory]:
    return [Theory(f"card-{n}", "deck", f"question {n}", f"answer {n}", tuple(wrong)) for n in range(count)]


TWENTY = blueprint(
    ItemCell(6, 2.0, "conv_output"), ItemCell(4, 1.0, "conv_params", level=2, style=Style.CHOICE), ItemCell(6, 3.0, topic="optimizers"),
    ItemCell(4, 2.0, "adam_step", level=1),
)  # fmt: skip


def exam(of: Blueprint = TWENTY, forms: int = 3, seed: int = 7, lang: str = "en", **more: object) -> Exam:
    return assemble(Asked(of, forms, seed, lang, **more), verify)  # type: ignore[arg-type]


def stems(made: Exam) -> list[str]:
    return [question.item.stem.en for form in made.forms for question in form.questions if question.item]


def test_a_hundred_forms_of_twenty_share_nothing() -> None:
    """No question twice, on a form or between forms, and every form has the same cells."""
    made = exam(forms=100)
    assert len(stems(made)) == len(set(stems(made))) == 2000
    cells = {tuple(sorted(Counter(question.cell for question in form.questions).items())) for form in made.forms}
    assert cells == {((0, 6), (1, 4), (2, 6), (3, 4))}
    assert len({form.id for form in made.forms}) == 100
    for form in made.forms:
        assert [question.number for question in form.questions] == list(range(1, 21))
        assert sum(question.points for question in form.questions) == TWENTY.points


def test_forms_are_parallel() -> None:
    """Item models and levels are the same on every form; only the numbers, and the order, differ."""
    made = exam(forms=8)

    def cell(question: Question) -> tuple[int, str, int]:
        assert question.item is not None
        return question.cell, question.item.model, question.item.level

    assert len({tuple(sorted(map(cell, form.questions))) for form in made.forms}) == 1
    assert len({tuple(map(cell, form.questions)) for form in made.forms}) > 1


def test_the_same_seed_gives_the_same_exam_in_another_process() -> None:
    """Also where Python's own hashes differ."""
    code = "import test_assembly as t, hashlib; print(hashlib.sha256(repr(t.exam()).encode()).hexdigest())"
    root = Path(__file__).parents[2]
    told = set()
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root / 'tests' / 'exam'}"}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        told.add(done.stdout)
    assert len(told) == 1
    assert exam() == exam()


def test_neighbouring_seeds_share_no_item() -> None:
    """Neither an instance nor, here, a question; their forms have other names."""
    one, other = exam(seed=7), exam(seed=8)
    assert not set(stems(one)) & set(stems(other))
    assert not {form.id for form in one.forms} & {form.id for form in other.forms}


def test_shared_items_in_other_orders() -> None:
    """Where it is asked for, all forms have the same questions."""
    made = exam(forms=4, shared=True)
    assert (
        len({frozenset(question.item.stem.en for question in form.questions if question.item) for form in made.forms})
        == 1
    )
    assert (
        len({tuple(question.item.stem.en for question in form.questions if question.item) for form in made.forms}) == 4
    )


def test_options_hold_the_key_once() -> None:
    """Among what misconceptions lead to, in an order that tells nothing: the key is everywhere in turns."""
    made = exam(blueprint(ItemCell(5, 1.0, "conv_params", level=2, style=Style.CHOICE)), forms=40)
    places = Counter()
    for form in made.forms:
        for question in form.questions:
            assert sum(option.right for option in question.options) == 1
            assert len({option.text for option in question.options}) == len(question.options) >= 3
            places[[option.right for option in question.options].index(True) / (len(question.options) - 1)] += 1
    assert min(places[0.0], places[1.0]) > 20


def test_enemies_stand_apart() -> None:
    """Of a group of enemies a form has one at the most, whether they come by topic or by name."""
    group = ("adam_step", "adam_moments", "adam_l2_step", "adamw_step", "amsgrad_step", "adamax_step")
    for seed in range(12):
        made = exam(blueprint(ItemCell(8, 1.0, topic="optimizers", level=2), enemies=(group,)), forms=1, seed=seed)
        models = [question.item.model for question in made.forms[0].questions if question.item]
        assert len(set(models)) == 8
        assert sum(model in group for model in models) <= 1
    with pytest.raises(ExamError, match="enemies"):
        exam(blueprint(ItemCell(1, 1.0, "adam_step"), ItemCell(1, 1.0, "adamw_step"), enemies=(group,)))


def test_too_much_is_said_before_anything_is_verified() -> None:
    """Every model that cannot give as many, with how many it can; no item was verified for nothing."""
    few = min(("relu_value", "conv_output"), key=lambda name: name)
    asked: list[Item] = []

    def counting(item: Item) -> PublishedItem:
        asked.append(item)
        return verify(item)

    with pytest.raises(
        ExamError, match=rf"{few} \(level 1\) gives \d+ different questions; 400000 are asked"
    ) as refused:
        assemble(Asked(blueprint(ItemCell(400, 1.0, few, level=1)), 1000, 1, "en"), counting)
    assert refused.value.hint
    assert asked == []


def test_too_few_cards_are_said() -> None:
    """Theory questions are not used twice."""
    cell = TheoryCell(3, 1.0, ("deck",), ("easy",))
    with pytest.raises(ExamError, match=r"deck, \.easy: there are 5 cards; 6 are asked for"):
        exam(blueprint(cell), forms=2, cards=lambda _cell: theory(5))
    made = exam(blueprint(cell), forms=2, cards=lambda _cell: theory(6))
    keys = [question.theory.key for form in made.forms for question in form.questions if question.theory]
    assert sorted(keys) == [f"card-{n}" for n in range(6)]


def test_theory_with_options() -> None:
    """The card's answer among its neighbours'; cards without such neighbours are not asked so."""
    cell = TheoryCell(2, 1.0, ("deck",), style=Style.CHOICE)
    made = exam(blueprint(cell), forms=1, cards=lambda _cell: [*theory(2), *theory(9, wrong=())])
    for question in made.forms[0].questions:
        assert question.theory is not None
        assert {option.text for option in question.options} == {question.theory.back, "a", "b", "c"}


def test_a_disagreement_stops_everything() -> None:
    """Nothing unverified stands on a form."""

    def refuse(item: Item) -> PublishedItem:
        raise Disagreement("they differ")

    with pytest.raises(Disagreement):
        assemble(Asked(TWENTY, 1, 1, "en"), refuse)


def test_form_codes_are_of_the_blueprint() -> None:
    """Another blueprint, seed or language is another exam, and its forms are not mistaken."""
    codes = {
        form_code(of, seed, lang)
        for of in (TWENTY, blueprint(ItemCell(1, 1.0, "conv_output")))
        for seed in (1, 2)
        for lang in ("en", "zh")
    }
    assert len(codes) == 8
    assert all(len(code) == 5 and code.isalnum() for code in codes)
    assert model_named("conv_output").topic


def test_a_question_whose_stem_has_options_of_its_own_gets_no_second_ones() -> None:
    """Its answer is a letter, and letters of letters would ask nothing."""
    of = blueprint(ItemCell(12, 1.0, "network_smallest_input", level=3, style=Style.CHOICE))
    questions = [question for form in exam(of, forms=2).forms for question in form.questions]
    lettered = [one for one in questions if one.item and isinstance(one.item.answer, Choice)]
    assert lettered
    assert {(one.options, one.style) for one in lettered} == {((), Style.TYPED)}
    assert any(one.options for one in questions)
