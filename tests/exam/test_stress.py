"""Looking at item models: refusals are counted, keys are ranked, χ² is the one in the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from math import exp
from typing import Any

import numpy as np
import pytest

from quizcv.errors import ItemError
from quizcv.exam.stress import Stress, rank_of_key, stress, uniformity
from quizcv.items import model_named, models
from quizcv.items.model import TRIES
from quizcv.seeds import Draw


def ticking() -> Callable[[], float]:
    """A clock that moves on by a second at every look."""
    seconds = count()
    return lambda: float(next(seconds))


@pytest.mark.parametrize("name", models())
def test_every_model_can_be_looked_at(name: str) -> None:
    """All but the times is the same again; no draw fails, and the numbers add up."""
    model = model_named(name)
    for level in (level for level in (1, 2, 3) if model.at(level)):
        found = stress(model, level, 20, clock=ticking())
        assert found == stress(model, level, 20, clock=ticking())
        assert (found.count, found.failed, found.mean_time, found.longest_time) == (20, 0, 1.0, 1.0)
        assert sum(found.options.values()) == sum(map(sum, found.ranks.values())) == 20
        assert {options: sum(ranks) for options, ranks in found.ranks.items()} == found.options
        items = [model.item(1, index, level) for index in range(20)]
        assert found.duplicates == 20 - len({item.stem.en for item in items})
        assert len(found.row()) == len(Stress.header())
        json.dumps(found.to_json(), allow_nan=False)


@pytest.mark.parametrize(("name", "level"), [("detection_matching", 3), ("ciou", 1), ("conv_output", 1)])
def test_refusals_are_those_of_the_sampler(name: str, level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sample an item, and one for each that was refused."""
    model, drawn = model_named(name), []
    for kind in {type(question) for question in model.at(level)}:

        def counting(self: Any, draw: Draw, at: int, sample: Any = kind.sample) -> Any:
            drawn.append(1)
            return sample(self, draw, at)

        monkeypatch.setattr(kind, "sample", counting)
    found = stress(model, level, 50)
    assert len(drawn) == 50 + found.refused
    assert found.refused_share == pytest.approx(found.refused / len(drawn))
    assert (found.refused > 0) == (name != "conv_output")


def test_a_sampler_that_refuses_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is told as failed draws; there is nothing to rank."""
    model = model_named("conv_output")
    for question in model.at(1):
        monkeypatch.setattr(type(question), "sample", lambda _self, _draw, _level: None)
    found = stress(model, 1, 3)
    assert (found.failed, found.refused, found.refused_share, found.options) == (3, 3 * TRIES, 1.0, {})
    assert found.uniformity is found.smallest is found.largest is None
    assert len(found.row()) == len(Stress.header())


def test_a_level_that_is_not_there() -> None:
    """Is an error, not an empty table; nothing drawn is one."""
    with pytest.raises(ItemError, match="no level 9"):
        stress(model_named("conv_output"), 9, 1)
    assert stress(model_named("conv_output"), 1, 0).refused_share == 0


def test_where_the_key_stands() -> None:
    """Its rank is its place among the sorted options."""
    for name in ("conv_output", "conv_params", "adam_step", "conv_shape", "nms_survivors"):
        model = model_named(name)
        for index in range(30):
            item = model.item(1, index, model.questions[0].levels[0])
            options: list[Any] = [item.key, *(value for value, _ in item.distractors)]
            assert rank_of_key(item) == sorted(options).index(item.key)


def test_chi_squared() -> None:
    """By hand: 10, 20, 30 against 20 each is 10 with 2 degrees, e^-5; the 5 % points of the tables."""
    found = uniformity({3: (10, 20, 30)})
    assert found is not None
    assert (found.statistic, found.degrees) == (10.0, 2)
    assert found.probability == pytest.approx(exp(-5))
    both = uniformity({1: (9,), 3: (10, 20, 30), 2: (30, 20)})
    assert both is not None
    assert (both.statistic, both.degrees) == (12.0, 3)
    even = uniformity({4: (25, 25, 25, 25)})
    assert even is not None
    assert (even.statistic, even.probability) == (0.0, 1.0)
    assert uniformity({1: (50,), 4: (1, 2, 3, 4)}) is None  # nothing to choose from; too few


@pytest.mark.parametrize(
    ("degrees", "point"),
    [(1, 3.841459), (2, 5.991465), (3, 7.814728), (5, 11.070498), (10, 18.307038), (30, 43.772972)],
)
def test_five_per_cent_points(degrees: int, point: float) -> None:
    """As every table has them."""
    from quizcv.exam.stress import _beyond

    assert _beyond(point, degrees) == pytest.approx(0.05, abs=1e-6)


def test_keys_at_random_are_held_to_be_so() -> None:
    """In 400 simulated models the probability is itself uniform: its deciles hold a tenth each, within four standard errors."""
    rng = np.random.default_rng(3)
    told = [uniformity({4: tuple(rng.multinomial(400, [0.25] * 4).tolist())}) for _ in range(400)]
    deciles, _ = np.histogram([one.probability for one in told if one], bins=10, range=(0, 1))
    assert deciles.sum() == 400
    assert np.abs(deciles - 40).max() < 4 * (400 * 0.1 * 0.9) ** 0.5


def test_a_key_that_gives_itself_away_is_seen() -> None:
    """A CIoU lies between its misconceptions always; nothing random does that."""
    found = stress(model_named("ciou"), 1, 200)
    assert found.uniformity is not None
    assert found.uniformity.probability < 1e-9
    assert (found.smallest, found.largest) == (0.0, 0.0)
