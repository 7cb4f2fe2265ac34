"""Typed answers: read kindly, marked strictly, refused at once where reading them would be work."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcv.answers import Choice, Indices, Integer, Malformed, Number, Shape, Verdict, mark, read, written
from quizcv.answers.kinds import Answer, from_json, overlap, to_json
from quizcv.model import Text

HWC, CHW = Shape(("H", "W", "C")), Shape(("C", "H", "W"))
ABC = Choice((Text("one", "一"), Text("two", "二"), Text("three", "三")))

READ: list[tuple[str, Answer, Any]] = [
    ("34944", Integer(), 34944),
    ("34,944", Integer(), 34944),
    ("34 944", Integer(), 34944),
    ("34_944", Integer(), 34944),
    ("3.5e4", Integer(), 35000),
    ("34.9k", Integer(), 34900),
    ("60.9M", Integer(), 60_900_000),
    ("1.38亿", Integer(), 138_000_000),
    ("３４，９４４", Integer(), 34944),
    ("3万", Integer(), 30000),
    ("(11*11*3+1)*96", Integer(), 34944),
    ("(11×11×3+1)×96", Integer(), 34944),
    ("（11×11×3＋1）×96", Integer(), 34944),
    ("11²*3", Integer(), 363),
    ("2^10", Integer(), 1024),
    ("2**10", Integer(), 1024),
    ("112 px", Integer("px"), 112),
    ("112px。", Integer("px"), 112),
    ("= 112", Integer(), 112),
    ("224/2", Integer(), 112),
    ("-3", Integer(signed=True), -3),
    ("−3", Integer(signed=True), -3),
    ("1.0", Integer(), 1),
    ("12%", Number(), 0.12),
    ("-1/3", Number(), -1 / 3),
    ("1e-3", Number(), 0.001),
    (".5", Number(), 0.5),
    ("0.5。", Number(), 0.5),
    ("sqrt(2)/2", Number(), 2**0.5 / 2),
    ("√2", Number(), 2**0.5),
    ("exp(-1)", Number(), 0.36787944117144233),
    ("ln(2)", Number(), 0.6931471805599453),
    ("2^-3", Number(), 0.125),
    ("-2^2", Number(), -4.0),
    ("12.5 %", Number(unit="%"), 12.5),
    ("55x55x96", HWC, (55, 55, 96)),
    ("55×55×96", HWC, (55, 55, 96)),
    ("55 X 55 X 96", HWC, (55, 55, 96)),
    ("(96, 55, 55)", CHW, (96, 55, 55)),
    ("[96,55,55]", CHW, (96, 55, 55)),
    ("torch.Size([96, 55, 55])", CHW, (96, 55, 55)),
    ("96 55 55", CHW, (96, 55, 55)),
    ("９６×５５×５５", CHW, (96, 55, 55)),
    ("b", ABC, "b"),
    ("B)", ABC, "b"),
    ("0, 2, 5", Indices(), (0, 2, 5)),
    ("5 0 2 2", Indices(), (0, 2, 5)),
    ("{0,2}", Indices(), (0, 2)),
    ("-", Indices(), ()),
    ("无", Indices(), ()),
]  # fmt: skip

MALFORMED: list[tuple[str, Answer]] = [
    ("", Integer()),
    ("about fifty", Integer()),
    ("1,2", Integer()),  # a list or a decimal comma
    ("3,5", Number()),
    ("1.5", Integer()),
    ("1/0", Number()),
    ("(1+2", Number()),
    ("1+", Number()),
    ("2 3", Number()),
    ("ln(0)", Number()),
    ("sqrt(-1)", Number()),
    ("(-8)^0.5", Number()),
    ("__import__('os')", Number()),
    ("55x55", CHW),
    ("55x55xa", CHW),
    ("d", ABC),
    ("1.5, 2", Indices()),
    ("9" * 300, Integer()),
]


@pytest.mark.parametrize(("typed", "answer", "value"), READ, ids=[case[0] for case in READ])
def test_read(typed: str, answer: Answer, value: Any) -> None:
    """Every notation that people use for the same thing."""
    assert read(typed, answer) == pytest.approx(value) if isinstance(value, float) else read(typed, answer) == value


@pytest.mark.parametrize(("typed", "answer"), MALFORMED, ids=[case[0][:20] or "nothing" for case in MALFORMED])
def test_malformed(typed: str, answer: Answer) -> None:
    """What cannot be read is asked again, in both languages, and never marked."""
    with pytest.raises(Malformed) as caught:
        read(typed, answer)
    assert caught.value.text.en
    assert caught.value.text.zh


@pytest.mark.parametrize(
    "typed",
    [
        "9^9^9^9",
        "1e999999999",
        "1e-999999999",
        "10**10**10",
        "2^100000",
        "9e30*9e30*9e30",
        "((((((((((((((((((((((((((((((1",
        "-" * 150 + "1",
        "√" * 150 + "2",
        "2^" * 90 + "2",
        "1.0000001^200*" * 10 + "1",
        "exp(999)",
    ],
)
def test_bombs_are_refused_at_once(typed: str) -> None:
    """A huge exponent, a deep nesting: no answer needs them, and none takes a noticeable time."""
    began = time.process_time()
    with suppress(Malformed):
        read(typed, Number())
    assert time.process_time() - began < 0.1


@given(st.text(alphabet="0123456789.,+-*/^()eExkKM%√ 万亿×²sqrtpi\u3000（）", max_size=60))
def test_reading_never_fails_otherwise(typed: str) -> None:
    """Whatever is typed is a finite value or Malformed."""
    for answer in (Integer(), Number(), CHW, Indices(), ABC):
        try:
            value = read(typed, answer)
        except Malformed:
            continue
        if isinstance(value, int | float):
            assert abs(value) <= 1e40


WRONG = ((56, Text("rounded up", "向上取整")), (110, Text("stride ignored", "忽略步长")))


@pytest.mark.parametrize(
    ("given_", "key", "answer", "verdict", "why"),
    [
        (55, 55, Integer(), Verdict.RIGHT, ""),
        (56, 55, Integer(), Verdict.WRONG, "rounded up"),
        (57, 55, Integer(), Verdict.WRONG, ""),
        (113, 112, Integer(), Verdict.WRONG, ""),
        (34900, 34944, Integer(), Verdict.NEAR, "exact"),
        (34945, 34944, Integer(), Verdict.WRONG, ""),
        (-55, 55, Integer(signed=True), Verdict.NEAR, "sign"),
        (0.667, 2 / 3, Number(3), Verdict.RIGHT, ""),
        (0.666, 2 / 3, Number(3), Verdict.RIGHT, ""),
        (0.668, 2 / 3, Number(3), Verdict.NEAR, "digits"),
        (0.7, 2 / 3, Number(3), Verdict.WRONG, ""),
        (0.101, 0.1, Number(3), Verdict.RIGHT, ""),
        (1.23e-4, 1.2345e-4, Number(significant=3), Verdict.RIGHT, ""),
        (1.26e-4, 1.2345e-4, Number(significant=3), Verdict.WRONG, ""),
        ((55, 55, 96), (96, 55, 55), CHW, Verdict.NEAR, "order"),
        ((96, 55, 54), (96, 55, 55), CHW, Verdict.WRONG, ""),
        ((1, 3), (0, 2), Indices(), Verdict.NEAR, "from 0"),
        ((0, 1), (0, 2), Indices(), Verdict.WRONG, ""),
    ],
)
def test_mark(given_: Any, key: Any, answer: Answer, verdict: Verdict, why: str) -> None:
    """Counts are exact, numbers have one unit of their last place, and a known mistake is named."""
    marking = mark(given_, key, answer, WRONG)
    assert marking.verdict is verdict
    assert (marking.why is not None) == bool(why)
    assert marking.why is None or why in marking.why.en


def test_a_named_mistake_goes_before_nearness() -> None:
    """34,848 forgets the biases of 34,944 and is 0.3 % off: it is told why, not that it is close."""
    assert mark(34848, 34944, Integer(), [(34848, Text("no bias", "无偏置"))]).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    "answer", [Integer("px"), Integer(signed=True), Number(2), Number(significant=4), CHW, ABC, Indices()]
)
def test_kinds_come_back_from_json(answer: Answer) -> None:
    """`answer_type`, `unit` and the rest say all there is."""
    assert from_json(answer.name, answer.unit, to_json(answer)) in (answer, Number(0, 4))


@given(st.integers(-(10**15), 10**15))
def test_integers_written_are_read_back(value: int) -> None:
    """What is shown may be typed."""
    assert read(written(value, Integer()), Integer()) == value


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_numbers_written_are_right(value: float, decimals: int) -> None:
    """The key as it is shown counts as right, at any rounding."""
    answer = Number(decimals)
    key = answer.settle(value)
    assert mark(read(written(key, answer), answer), key, answer).verdict is Verdict.RIGHT


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_overlap_means_that_one_answer_could_be_both(one: float, other: float) -> None:
    """The middle between two values is right for both, or they are apart."""
    answer = Number(2)
    middle = (one + other) / 2
    both = all(mark(middle, key, answer).verdict is Verdict.RIGHT for key in (one, other))
    assert both <= overlap(answer, one, other)
