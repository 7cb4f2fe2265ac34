"""Typed answers: what counts as the same, and which part of a card is its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcv.tui.typed import normal, right, same


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ReLU", "relu"),
        ("55x55x96", "55 × 55 × 96"),
        ("５５", "55"),
        ("34944", "34,944"),
        ("34,944", "$34{,}944$"),
        ("max(0, x)", "`max(0,x)`."),
        ("receptive  field", "**Receptive field**"),
        ("is it?", "is it"),
        ("感受野", "感受野。"),
        ("conv3_2", "conv3_2"),
        ("3*3*96", "3 * 3 * 96"),
        ("the answer", "[the answer](https://example.org)"),
        ("−1", "-1"),
        ("yes", "- yes"),
    ],
)
def test_the_same(a: str, b: str) -> None:
    """Width, case, spaces, marks and a last full stop do not matter."""
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("55", "56"), ("0.5", "5"), ("3*3", "33"), ("-1", "1"), ("a_b", "ab"), ("1,2", "12"), ("max", "min")]
)
def test_not_the_same(a: str, b: str) -> None:
    """What means something else stays something else."""
    assert not same(a, b)


@pytest.mark.parametrize(
    ("typed", "back"),
    [
        ("34944", "34,944. $(11 \\cdot 11 \\cdot 3 + 1) \\cdot 96 = 34{,}944$"),
        ("112", "112。$\\lfloor 111 \\rfloor + 1$"),
        ("conv2", "conv2\n\nconv3 reads both GPUs."),
        ("the whole. Really", "The whole. Really."),
    ],
)
def test_the_answer_is_what_stands_first(typed: str, back: str) -> None:
    """The explanation behind it need not be typed."""
    assert right(typed, back)


def test_nothing_typed_is_not_right() -> None:
    """Not even for an answer of nothing but marks."""
    assert not right("", "x")
    assert not right(" ", "**")


@pytest.mark.parametrize(
    ("typed", "back", "is_right"),
    [
        ("max(0, x)", "ReLU is **max(0, x)**.", True),
        ("relu", "ReLU is **max(0, x)**.", False),
        ("d(k-1)/2", "$p = \\boxed{d(k-1)/2}$", True),
        ("\\frac{1}{k^2}", "$\\boxed{\\frac{1}{k^2}}$ times", True),
        ("27; 6", "from **27** to **6**", True),
        ("6", "from **27** to **6**", False),
    ],
)
def test_the_answer_of_a_cloze_is_what_was_hidden(typed: str, back: str, is_right: bool) -> None:
    """Several are given in their order."""
    assert right(typed, back, cloze=True) is is_right


@given(st.text())
def test_anything_can_be_typed(text: str) -> None:
    """No text breaks it, each is the same as itself, and normal twice is normal once."""
    assert same(text, text)
    assert isinstance(right(text, text, cloze=True), bool)
    assert isinstance(normal(text), str)
