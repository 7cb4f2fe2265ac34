"""A blueprint file: what it says, and everything that is wrong with it, with line and field."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcv.exam.blueprint import Blueprint, ItemCell, Section, Style, TheoryCell, from_json
from quizcv.exam.reading import BlueprintFaulty, read

GOOD = """\
title = "Midterm"
instructions = "Show your work."
minutes = 90
calculator = true
conventions = ["A MAC is one multiplication and one addition."]
enemies = [["conv_output", "conv_shape"]]

[[section]]
title = "Shapes"

[[section.questions]]
model = "conv_output"
level = 2
count = 3
points = 2

[[section.questions]]
topic = "optimizers"
count = 2
points = 2.5
style = "choice"

[[section]]
title = "Theory"
instructions = "A sentence each."

[[section.questions]]
decks = ["backbone"]
tags = ["easy"]
count = 4
"""


def test_a_blueprint_says() -> None:
    """Everything in it, with defaults for what it leaves out."""
    made = read(GOOD, "exam.toml")
    shapes = Section(
        "Shapes", (ItemCell(3, 2.0, "conv_output", "", 2), ItemCell(2, 2.5, "", "optimizers", None, Style.CHOICE))
    )
    theory = Section("Theory", (TheoryCell(4, 1.0, ("backbone",), ("easy",)),), "A sentence each.")
    conventions = ("A MAC is one multiplication and one addition.",)
    enemies = (("conv_output", "conv_shape"),)
    assert made == Blueprint("Midterm", (shapes, theory), "Show your work.", 90, True, conventions, enemies)
    assert made.points == 3 * 2 + 2 * 2.5 + 4


def test_it_goes_through_json() -> None:
    """As a manifest keeps it."""
    made = read(GOOD, "exam.toml")
    assert from_json(json.loads(json.dumps(made.to_json()))) == made


FAULTS = {
    "not TOML": ("title = \n", 1, "toml", "This is not TOML"),
    "no title": ("[[section]]\ntitle = 'a'\n[[section.questions]]\nmodel = 'conv_output'\ncount = 1\n", 1, "title", "missing"),
    "no section": ("title = 'a'\n", 1, "section", "no section"),
    "an empty section": ("title = 'a'\n\n[[section]]\ntitle = 'b'\n", 3, "questions", "asks nothing"),
    "an unknown field": (GOOD.replace("minutes", "minuets"), 3, "minuets", "Did you mean minutes?"),
    "an unknown model": (GOOD.replace('model = "conv_output"', 'model = "conv_outptu"'), 12, "model", "Did you mean conv_output"),
    "an unknown topic": (GOOD.replace('"optimizers"', '"cooking"'), 18, "topic", "There is no topic 'cooking'"),
    "no level 4": (GOOD.replace("level = 2", "level = 4"), 13, "level", "between 1 and 3"),
    "count of none": (GOOD.replace("count = 3", "count = 0"), 14, "count", "between 1 and 500"),
    "count of a text": (GOOD.replace("count = 3", 'count = "3"'), 14, "count", "not a whole number"),
    "count that is true": (GOOD.replace("count = 3", "count = true"), 14, "count", "not a whole number"),
    "points below none": (GOOD.replace("points = 2.5", "points = -1"), 20, "points", "no number of points"),
    "points of a third": (GOOD.replace("points = 2.5", "points = 0.33"), 20, "points", "0.25"),
    "points not finite": (GOOD.replace("points = 2.5", "points = nan"), 20, "points", "no number of points"),
    "a wrong style": (GOOD.replace('"choice"', '"open"'), 21, "style", "typed or choice"),
    "two sources": (GOOD.replace("level = 2", 'topic = "shapes"'), 12, "model", "not clear"),
    "levels of cards": (GOOD.replace('tags = ["easy"]', "level = 1"), 29, "level", "no level"),
    "a section that is no table": ("title = 'a'\nsection = 3\n", 2, "section", "[[section]]"),
    "an enemy alone": (GOOD.replace('[["conv_output", "conv_shape"]]', '[["conv_output"]]'), 6, "enemies", "at least two"),
    "an unknown enemy": (GOOD.replace('"conv_shape"]]', '"nonesuch"]]'), 6, "enemies", "no enemies 'nonesuch'"),
    "too many": (GOOD.replace("count = 3", "count = 499"), 8, "section", "more than the 500"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "name", "message"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_told_with_its_place(text: str, line: int, name: str, message: str) -> None:
    """The line, the field, what was found."""
    with pytest.raises(BlueprintFaulty) as refused:
        read(text, "exam.toml")
    told = [
        fault for fault in refused.value.faults if fault.place.line == line and name in (fault.code + fault.message)
    ]
    assert told, refused.value
    assert message in str(told[0])


def test_all_faults_are_told_at_once() -> None:
    """In the order of the lines."""
    text = (
        GOOD.replace("minutes = 90", "minutes = -1")
        .replace("level = 2", "level = 9")
        .replace("count = 4", "count = 'x'")
    )
    with pytest.raises(BlueprintFaulty) as refused:
        read(text, "exam.toml")
    assert [fault.place.line for fault in refused.value.faults] == [3, 13, 30]
    assert str(refused.value).startswith("exam.toml:3:1: fault: minutes: -1 does not lie")


@given(
    st.text(max_size=200)
    | st.sampled_from(GOOD.splitlines()).flatmap(lambda line: st.just(GOOD.replace(line, line[: len(line) // 2])))
)
def test_any_text_is_a_blueprint_or_told_faulty(text: str) -> None:
    """Never another exception."""
    with suppress(BlueprintFaulty):
        assert read(text, "x.toml").cells
