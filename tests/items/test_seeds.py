"""Draws are the same for ever, and neighbours share nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from quizcv.seeds import Draw, rng_for


def test_the_stream_is_pinned() -> None:
    """These numbers were written down once; whoever changes them changes every item there is."""
    rng = rng_for("conv_output", 1, 7, 0, 2)
    assert [rng.random() for _ in range(3)] == PINNED
    draw = Draw(rng_for("conv_output", 1, 7, 0, 2))
    drawn = (
        draw.integer(1, 6),
        draw.decimal(0, 1, 2),
        draw.choice("abcdef"),
        draw.sample(range(9), 3),
        draw.chance(0.5),
    )
    assert drawn == DRAWN


PINNED = [0.9729966817488055, 0.02617982460618229, 0.1884936153723482]
DRAWN = (6, 0.02, "b", (5, 0, 6), True)


@pytest.mark.parametrize(
    "other", [("m", 1, 1, 1, 1), ("n", 2, 1, 1, 1), ("n", 1, 2, 1, 1), ("n", 1, 1, 2, 1), ("n", 1, 1, 1, 2)]
)
def test_every_part_of_the_name_counts(other: tuple[str, int, int, int, int]) -> None:
    """Model, version, seed, index, level."""
    assert rng_for(*other).random() != rng_for("n", 1, 1, 1, 1).random()


def test_draws_are_even_and_within_bounds() -> None:
    """Each of six faces about a sixth of the time, ends included; decimals print as short as they should."""
    draw = Draw(rng_for("dice", 1, 0, 0, 1))
    faces = Counter(draw.integer(1, 6) for _ in range(6000))
    assert set(faces) == set(range(1, 7))
    assert all(800 < count < 1200 for count in faces.values())
    decimals = [draw.decimal(-0.5, 0.5, 2) for _ in range(2000)]
    assert min(decimals) == -0.5
    assert max(decimals) == 0.5
    assert all(len(str(abs(value))) <= 4 for value in decimals)
    assert sorted(draw.shuffled(range(5))) == list(range(5))
