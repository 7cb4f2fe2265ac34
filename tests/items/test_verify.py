"""The engine: it confirms what is right, refuses what is not, and says all that is needed to repeat a disagreement."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from quizcv.errors import BadParameters, Disagreement, NotFound, UsageError
from quizcv.items import models
from quizcv.model import LEVELS, Claim
from quizcv.reference import panel, running
from quizcv.verify import check, verified
from quizcv.verify.calc import calculate, refuted
from quizcv.verify.item import compare, difference_of
from quizcv.verify.pool import prepare
from quizcv.verify.trial import pieces, run, run_all
from tests.conftest import Shelf

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(models()))
def test_every_mistake_would_be_caught(name: str) -> None:
    """Were a misconception the formula, the engine would say so: of every question, every mistake, on items of every level."""
    with running():
        for level in LEVELS:
            for index in range(20):
                item = models()[name].item(11, index, level)
                for wrong, mistake in item.distractors:
                    with pytest.raises(Disagreement):
                        compare(item.question, item.spec, wrong, mistake.en)


@pytest.mark.parametrize("name", sorted(models()))
def test_every_quantity_has_a_witness(name: str) -> None:
    """Whatever a model can be asked."""
    for question in models()[name].questions:
        assert panel(question.spec).witnesses


def test_a_disagreement_tells_how_to_repeat_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Model, version, level, seed, index, both values, and the command with the parameters."""
    model = models()["conv_output"]
    monkeypatch.setattr(type(model.questions[0]), "formula", lambda _self, s: s.size)
    item = next(item for item in (model.item(5, index, 2) for index in range(20)) if item.spec.stride > 1)
    with running(), pytest.raises(Disagreement) as caught:
        check(item)
    said = str(caught.value)
    assert re.search(
        r"conv_output v1 level 2 seed 5 index \d+: the formula gives \d+, operation: conv1d gives \d+", said
    )
    assert re.search(r"quizcv calc conv_output size=\d+ kernel=\d+ stride=\d+ padding=\d+ dilation=\d+", said)


@pytest.mark.parametrize(
    ("key", "value", "number", "agrees"),
    [
        (5, 5, False, True),
        (5, 6, False, False),
        (5, 5.0, False, False),
        ((1, 2), (1, 2), False, True),
        ((1, 2), (2, 1), False, False),
        ("a", "a", False, True),
        (0.1 + 0.2, 0.3, True, True),
        (1.0, 1.0 + 1e-7, True, False),
        (1e9, 1e9 + 0.1, True, True),
        (float("nan"), float("nan"), True, False),
        (1.0, float("nan"), True, False),
        (1.0, float("inf"), True, False),
        (1.0, "1.0", True, False),
    ],
)
def test_agreement(key: Any, value: Any, number: bool, agrees: bool) -> None:
    """Exact for counts; to 1e-9 for numbers; nan is nothing's equal."""
    assert (difference_of(key, value, number=number) is not None) == agrees


def test_calculate_says_which_rule_is_broken() -> None:
    """As torch would."""
    with pytest.raises(BadParameters, match="kernel size can't be greater"):
        calculate("conv_output", {"size": 3, "kernel": 5})
    with pytest.raises(NotFound) as caught:
        calculate("conv_ouput", {})
    assert "conv_output" in caught.value.hint
    with pytest.raises(UsageError, match="find=nonsense"):
        calculate("conv_output", {"find": "nonsense", "size": 3})


@pytest.mark.parametrize("name", sorted(models()))
def test_calculate_repeats_items(name: str) -> None:
    """The parameters of any item, given to `calc`, lead to its key."""
    with running():
        for level in LEVELS:
            item = verified(models()[name].item(21, 0, level)).published()
            found = calculate(
                name, {key: list(value) if isinstance(value, tuple) else value for key, value in item.params.items()}
            )
            assert item.answer.settle(found.value) == item.key


@pytest.mark.parametrize(
    ("equals", "holds"),
    [(55, True), (56, False), (55.0, True), (True, False), ("55", False), ([55], False), (None, False)],
)
def test_claims_of_counts_are_exact(equals: Any, holds: bool) -> None:
    """Of whole numbers nothing is rounded."""
    claim = Claim("conv_output", {"size": 227, "kernel": 11, "stride": 4}, equals, 1)
    assert (refuted(claim) is None) is holds


@pytest.mark.parametrize(
    ("equals", "holds"),
    [
        (1.43, True),
        (1.429, True),
        (1.4, True),
        (1.42, False),
        (1.5, False),
        (1, False),
        (1.0, False),
        (1.4285714, True),
    ],
)
def test_claims_of_numbers_are_right_to_their_places(equals: float, holds: bool) -> None:
    """1/(1 - 0.3) = 1.428571…"""
    assert (refuted(Claim("dropout_scale", {"p": 0.3}, equals, 1)) is None) is holds


@pytest.mark.parametrize("claim", [Claim("nothing", {}, 1, 1), Claim("conv_output", {"size": 1}, 1, 1)])
def test_claims_that_cannot_be_asked(claim: Claim) -> None:
    """Say why."""
    found = refuted(claim)
    assert found is not None
    assert found.impossible


def test_trials_add_up() -> None:
    """Every item once, whatever the pieces and processes; the same verdict in one process and in two."""
    work = list(pieces([models()["conv_output"], models()["dropout_scale"]], 700, 3, None))
    assert [(piece.start, piece.count) for piece in work] == [(0, 500), (500, 200)] * 2
    alone, together = list(run_all(work, 1)), list(run_all(work, 2))
    for trials in (alone, together):
        assert sum(trial.count for trial in trials) == sum(trial.agreed for trial in trials) == 1400
    assert max(trial.worst for trial in alone) == max(trial.worst for trial in together)


def test_a_trial_keeps_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few failures, all counted."""
    model = models()["conv_output"]
    monkeypatch.setattr(type(model.questions[0]), "formula", lambda _self, s: s.size + 10_000)
    trial = run(next(pieces([model], 30, 3, 1)))
    assert (trial.count, trial.agreed, len(trial.failures)) == (30, 0, 3)


# --- the pool ----------------------------------------------------------------------------------------------------


def test_prepare_fills_what_is_wanted(shelf: Shelf, item_card: Any) -> None:
    """All levels where none is stated, one where it is; a second time there is nothing to do."""
    item_card("any")
    item_card("three", model="dropout_scale", level=3)
    done = prepare(shelf.store, seed=1, target=2)
    expected = {("conv_output", level): 2 for level in LEVELS} | {("dropout_scale", 3): 2}
    assert done.items == 8
    assert prepare(shelf.store, seed=2, target=2).items == 0
    with shelf.store.read() as db:
        assert db.pool.sizes() == expected


def test_an_unknown_model_is_stopped_once(shelf: Shelf, item_card: Any) -> None:
    """It is told, and not asked for again."""
    item_card("x", model="no_such_model")
    assert "no such item model" in prepare(shelf.store, seed=1).stopped["no_such_model"]
    with shelf.store.read() as db:
        assert db.pool.shortage(4) == {}


def test_a_disagreement_stops_the_model(shelf: Shelf, item_card: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had is taken away, nothing unverified goes in, the others are not touched; mended, it goes on."""
    item_card("bad")
    item_card("good", model="dropout_scale")
    prepare(shelf.store, seed=1, target=1)
    with monkeypatch.context() as patched:
        patched.setattr(type(models()["conv_output"].questions[0]), "formula", lambda _self, s: s.size + 10_000)
        done = prepare(shelf.store, seed=2, target=2)
        assert "the formula gives" in done.stopped["conv_output"]
    with shelf.store.read() as db:
        assert {model for model, _level in db.pool.sizes()} == {"dropout_scale"}
        assert list(db.pool.stopped()) == ["conv_output"]
    assert prepare(shelf.store, seed=3, target=2).items == 0
    with shelf.store.write() as db:
        db.pool.restart(["conv_output"])
    assert prepare(shelf.store, seed=4, target=2).items == 6


def test_items_of_another_version_are_dropped(shelf: Shelf, item_card: Any) -> None:
    """A new version of a model has other items."""
    item_card("c", level=1)
    prepare(shelf.store, seed=1, target=2)
    with shelf.store.write() as db:
        db.pool.drop_outdated({"conv_output": 99})
        assert db.pool.sizes() == {}


def test_claims_are_proven_once(shelf: Shelf) -> None:
    """Whether they hold or not; a card is proven if all of its claims hold."""
    right = {"model": "dropout_scale", "params": {"p": 0.5}, "equals": 2, "line": 3}
    wrong = {**right, "equals": 3}
    shelf.add("a", "b")
    with shelf.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE texts SET extra = ? WHERE card_id = 1", (_claims(right),))
        connection.exec_driver_sql("UPDATE texts SET extra = ? WHERE card_id = 2", (_claims(right, wrong),))
    done = prepare(shelf.store, seed=1)
    assert (done.claims, len(done.refuted)) == (1, 1)
    assert prepare(shelf.store, seed=2).claims == 0
    with shelf.store.read() as db:
        assert [db.pool.proven(db.cards.get(card).claims) for card in (1, 2)] == [True, False]
        assert not db.pool.proven(())


def _claims(*claims: dict[str, Any]) -> str:
    return json.dumps({"claims": claims})


# --- the layers --------------------------------------------------------------------------------------------------


def test_verified_items_are_made_in_one_place() -> None:
    """Nothing but `verify/item.py` calls the constructor."""
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "quizcv").rglob("*.py")
        if re.search(r"(?<!class )\bVerifiedItem\(", path.read_text(encoding="utf-8"))
    ]
    assert found == ["quizcv/verify/item.py"]


def test_items_do_without_torch() -> None:
    """Drawing every model's items imports neither torch nor numpy: formulas cannot lean on the reference."""
    code = (
        "import sys; from quizcv.items import models\n"
        "for model in models().values():\n    str(model.item(1, 0, 2).stem)\n"
        "print([name for name in ('torch', 'numpy', 'quizcv.reference') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_reference_does_without_formulas() -> None:
    """Loading every witness imports no item model."""
    code = (
        "import sys; from quizcv.reference import engine; engine._load()\n"
        "print([name for name in sys.modules if name.startswith('quizcv.items')], len(engine._WITNESSES) > 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


def test_torch_is_left_as_it_was() -> None:
    """Threads and default type are those of the program around."""
    before = torch.get_num_threads(), torch.get_default_dtype()
    with running():
        assert torch.get_default_dtype() is torch.float64
    assert (torch.get_num_threads(), torch.get_default_dtype()) == before
