"""All networks: formula against the network built in PyTorch, and both against what is published."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from published import Published, holds, published

from quizcv.errors import BadParameters, NetworkError, NotFound
from quizcv.networks import Plan, catalogue, known, network
from quizcv.networks.questions.altered import conv_rules
from quizcv.networks.questions.sights import NetFieldChanged
from quizcv.networks.walk import Step, Walk, walk
from quizcv.reference import network_fields
from quizcv.reference.engine import running
from quizcv.reference.networks import measure
from quizcv.specs import read

NAMES = tuple(catalogue())


@cache
def walked(name: str) -> Walk:
    return walk(network(name))


@pytest.mark.parametrize("name", NAMES)
def test_formulas_and_the_built_network_agree_layer_by_layer(name: str) -> None:
    """On the meta device, at the size that the network is made for."""
    ours = walked(name)
    with running():
        built = measure(ours.network, ours.input)
    for step in ours.steps:
        real = built[step.layer.name]
        assert (step.layer.name, step.shape, step.parameters.total, step.macs) == (
            step.layer.name,
            real.shape,
            real.params,
            real.macs,
        )
    counted = [built[step.layer.name] for step in ours.steps if not step.layer.auxiliary]
    assert sum(layer.macs for layer in counted) == ours.totals.macs
    assert sum(layer.params for layer in built.values()) == ours.totals.params


@pytest.mark.parametrize("one", published(), ids=lambda one: one.name)
def test_what_is_published_holds(one: Published) -> None:
    ours = one.ours()
    if one.differs:
        assert not holds(one.printed, ours), "nothing differs here any more"
        assert holds(one.differs, ours)
    else:
        assert holds(one.printed, ours), f"{one.network} {one.part}: {one.printed} ({one.source}), and we have {ours:,}"


def test_every_network_is_held_against_something_published() -> None:
    assert {one.network for one in published()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_network_says_where_it_is_from_and_its_rows_hold_together(name: str) -> None:
    ours = walked(name)
    assert ours.network.source
    assert all(step.layer.stage for step in ours.steps)
    assert len({row.name for row in ours.rows}) == len(ours.rows), "one row is torn in two"
    assert sum(len(row.steps) for row in ours.rows) == len(ours.steps)


@pytest.mark.parametrize(
    ("asked", "near"), [("resnet49", "resnet"), ("ResNet-50", "resnet50"), ("vgg-16", "vgg16"), ("vgg", "vgg")]
)
def test_an_unknown_name_suggests_the_nearest(asked: str, near: str) -> None:
    with pytest.raises(NotFound) as raised:
        known(asked)
    assert near in raised.value.hint


def test_an_input_too_small_names_the_layer_that_breaks() -> None:
    with pytest.raises(NetworkError, match="vgg16 breaks at pool5 with an input of 3×16×16") as raised:
        walk(network("vgg16"), (3, 16, 16))
    assert "3×224×224" in raised.value.hint


def test_options_that_do_not_fit_are_not_blamed_on_the_input() -> None:
    with pytest.raises(NetworkError, match="cannot be split into 7 groups") as raised:
        walk(network("alexnet_2012", groups=7))
    assert "made for" not in raised.value.hint


@pytest.mark.parametrize("kernel", [3, 4, 65])
def test_a_kernel_that_cannot_be_is_told_which_can(kernel: int) -> None:
    assert list(conv_rules("vgg16", "conv3_2", kernel)) == ["kernel must be another than 3, odd, from 1 to 63"]


def test_an_option_that_a_network_does_not_have_tells_which_do() -> None:
    with pytest.raises(NetworkError, match="vgg16 has no option groups") as raised:
        network("vgg16", groups=2)
    assert "resnext50_32x4d" in raised.value.hint


def _positions(ours: Walk) -> list[Step]:
    """The last of each stage that has a definite field."""
    with_field = [step for step in ours.steps if step.sight is not None]
    last = {step.layer.stage: step for step in with_field}
    return list(last.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_receptive_field_is_what_the_gradient_reaches(name: str) -> None:
    """On an input so large that no border cuts it off."""
    made = network(name)
    length = made.input[1] + 64 * 80
    ours = walk(made, (made.input[0], length, length))
    checked = 0
    for step in _positions(ours):
        assert step.sight is not None
        if max(seen.size for seen in step.sight) > length // 2 or min(step.shape[1:]) <= step.sight[0].period:
            continue  # a pooling of the whole map
        for axis, expected in enumerate(step.sight):
            found = network_fields.seen(made, step.layer.name, length, range(expected.period), axis)
            assert (step.layer.name, axis, found) == (step.layer.name, axis, expected.size)
            checked += expected.size > 1
    assert checked, "nothing was looked at"


DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("one", [one for one in published() if one.differs], ids=lambda one: one.name)
def test_what_differs_stands_in_the_errata_with_both_numbers(one: Published) -> None:
    lines = (DOCS / "errata.md").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if f"`quizcv net {one.network}" in line and (not one.part or one.part in line)]
    assert any(f"| {one.printed} | {one.differs} |" in line for line in named), f"{one.printed} and {one.differs}"


def test_the_network_of_the_manual_works() -> None:
    page = (DOCS / "networks.md").read_text(encoding="utf-8")
    written = page.split("```python\n")[1].split("```")[0].split("NETWORKS")[0]
    space: dict[str, Any] = {"Plan": Plan}
    exec(written, space)
    plan = Plan("tiny", "Tiny", (3, 32, 32))
    space["_tiny"](plan)
    ours = walk(plan.network())
    with running():
        built = measure(plan.network(), (3, 32, 32))
    assert ours.totals.params == sum(layer.params for layer in built.values())
    assert ours.steps[-1].shape == (10,)


def test_a_pooling_with_more_padding_than_pytorch_takes_is_refused_in_words() -> None:
    """As PyTorch does; else the question would end in a field without end."""
    stated = {"network": "resnet18", "layer": "layer2.0.conv1", "changed": "maxpool", "what": "kernel", "value": 1}
    with pytest.raises(BadParameters, match="maxpool has a padding of 1, more than half"):
        read(NetFieldChanged, stated)
    assert read(NetFieldChanged, {**stated, "value": 2}).value == 2
