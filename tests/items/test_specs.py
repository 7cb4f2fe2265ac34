"""Parameters that people state: every fault is told at once, and nothing impossible or boundless gets through."""

from __future__ import annotations

from typing import Any

import pytest

from quizcv.errors import BadParameters
from quizcv.specs import read, text_of
from quizcv.specs.shapes import ConvOutput


def test_defaults_and_words() -> None:
    """Numbers may come as words, from a command line."""
    assert read(ConvOutput, {"size": "7", "kernel": 3.0}) == ConvOutput(7, 3, 1, 0, 1)
    assert text_of(ConvOutput(7, 3)) == "size=7 kernel=3 stride=1 padding=0 dilation=1"


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"size": 7}, "kernel missing"),
        ({}, "size, kernel missing"),
        ({"size": 7, "kernel": 3, "sride": 1}, "did you mean stride?"),
        ({"size": 7, "kernel": "three"}, "whole number"),
        ({"size": 7.5, "kernel": 3}, "whole number"),
        ({"size": True, "kernel": 3}, "whole number"),
        ({"size": 10**9, "kernel": 3}, "at most"),
        ({"size": float("inf"), "kernel": 3}, "whole number"),
        ({"size": 7, "kernel": [3, 3]}, "whole number"),
        ({"size": 5, "kernel": 7}, "kernel spans 7 pixels"),
        ({"size": 5, "kernel": 3, "stride": 0}, "at least 1"),
        ({"size": 5, "kernel": 3, "padding": -1}, "negative"),
    ],
)
def test_what_is_wrong_is_said(stated: dict[str, Any], said: str) -> None:
    """In words, with the parameters there are as the hint."""
    with pytest.raises(BadParameters, match=said) as caught:
        read(ConvOutput, stated, "conv_output")
    assert "size, kernel, stride=1" in caught.value.hint


def test_all_faults_are_told_at_once() -> None:
    """Missing, unknown and malformed in one message."""
    with pytest.raises(BadParameters) as caught:
        read(ConvOutput, {"siz": 1, "kernel": "x"}, "conv_output")
    assert all(part in caught.value.message for part in ("siz", "size missing", "kernel = 'x'"))
