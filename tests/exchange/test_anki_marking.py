"""The script of computational cards marks as Python does: the same verdicts, the same words, in both languages."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from browser import Chromium
from hypothesis import given, settings
from hypothesis import strategies as st

from quizcv.answers import Answer, Choice, Indices, Integer, Malformed, Number, Shape, Value, mark, read, script
from quizcv.items import model_named, models
from quizcv.itemtable import table
from quizcv.model import Text
from quizcv.published import Distractor, PublishedItem, Verification
from quizcv.reference import running
from quizcv.verify import verified

Judge = Callable[[Sequence[PublishedItem], Sequence[tuple[int, str]]], list[list[str]]]


def item(answer: Answer, key: Value, *wrong: Value) -> PublishedItem:
    """An item of no model."""
    distractors = tuple(
        Distractor(value, Text(f"Mistake {n} <b>.", f"错误 {n + 1}，{{{n}}}。")) for n, value in enumerate(wrong)
    )
    said = Text("q", "问")
    proof = Verification("torch", "cpu", "operation: x", key, 0.0)
    return PublishedItem("m", 1, "t", 1, 1, 1, {}, said, answer, key, distractors, said, said, proof)


MADE = (
    item(Integer(), 34944, 34848, 105, -34944),
    item(Integer("px"), 75, 76, 57),
    item(Integer("B"), 2_000_000_000, 2),
    item(Integer("GB"), 7, 8),
    item(Integer("%"), 12),
    item(Integer(signed=True), -1250, 1250, 0),
    item(Integer(), 0, 1),
    item(Integer(), 34_500, 33_500, 1_000),  # a tie for the even neighbour
    item(Integer(), 138_357_544, 138_344_128),
    item(Integer(), 2**53 + 1, 2**53, 2**53 + 2),  # where JavaScript's own numbers end
    item(Integer(), 12_345_678_901_234_567_890, 12_345_678_901_234_567_891),
    item(Integer(), 10**39 + 7, 10**39),
    item(Number(3), 0.6666667, 0.333333, 1.5),
    item(Number(3), -0.25, 0.5),
    item(Number(0), 1234.0, 1200.0),
    item(Number(2, unit="%"), 12.34567, 0.12346),
    item(Number(1, unit="MB"), 553.4297, 527.792),
    item(Number(4), 0.0, 1.0),
    item(Number(significant=3), 0.000123457, 1.23457e-7, 0.001),
    item(Number(significant=3), 6.02214e23, 6.02214e24),
    item(Number(significant=2), 1000.0, 999.9999, 99.5),
    item(Number(significant=3), -1.60218e-19, 1.60218e-19),
    item(Shape(("C", "H", "W")), (96, 55, 55), (96, 54, 54), (3, 227, 227)),
    item(Shape(("N", "C", "L")), (8, 512, 1024)),
    item(Shape(("H", "W")), (7, 5), (5, 5)),
    item(Choice((Text("one", "一"), Text("two", "二"), Text("three", "三"))), "b", "a"),
    item(Indices(), (0, 2, 5), (1, 2, 5)),
    item(Indices(), (), (0,)),
)

#: What people type; what they should not; what has been got wrong once.
TYPED = (
    *("", " ", "=", "$", "34,944", "34 944", "34_944", "34,94", "34944.0", "34944.5", "3.5e4", "34.9k", "34.9K"),
    *("3.4944万", "0.34944e5"),
    *("1.38亿", "1.38 亿", "138M", "0.138G", "13835.7544 万", "1千", "2b", "2B", "2 B", "2GB", "7 gb", "2万亿"),
    *("1百万", "5w", "12%", "12 %"),
    *("２２４", "３４，９４４", "１２％", "－１２５０", "−1250", "–1250", "— 1250", "+75", "--75", "-+-75", "٣٤٩٤٤"),
    *("०.२५", "𝟕𝟓", "75px", "75 PX"),
    *("75 px.", "75。", "75;", "$75$", "= 75", "==75", "(11*11*3+1)*96", "(11·11·3+1)×96", "11²*3", "2^10", "2**10"),
    *("2⁻²", "10⁻3", "2^-1"),
    *("-1/3", "2/3", "1/0", "1÷3", "(1", "1)", "()", "1+", "*2", "1 2", "1..2", ".5", "5.", "1e", "1e5e", "1e+2"),
    *("1e-41", "1e41", "1e00041", "1e-00041"),
    *("sqrt(16)", "√16", "√(2)*2", "sqrt 9", "exp(0)", "ln(1)", "log(0)", "sqrt(-1)", "(-8)^(1/3)", "0^-1", "0^0"),
    *("0^0.5", "tanh(0)", "pi", "π", "2pi", "exp(800)"),
    *("9^9^9", "10^40", "10^41", "2^200", "2^201", "1^200", "(-1)^199", "1.5^200", "99^200", "1e-40*1e-40*1e-40"),
    *("10^-200/10^200/10^200/10^200",),
    *("x", "12abc", "abc", "1e5x", "3x4", "3X4", "3 x 4 x", "12,345,678,901,234,567,890", "9007199254740993"),
    *("9007199254740992", "<b>1</b>", "`", "½", "①", "１/２"),
    *("(" * 19 + "75" + ")" * 19, "(" * 21 + "75" + ")" * 21, "-" * 50 + "75", "1" * 200, "1" * 201, "9" * 41),
    *("0" * 150 + "75", "1" + "+1" * 99, "😀" * 150, "75\ufeff", "75\u200b"),
    *("35k", "34.5k", "34k", "3.4e4", "34,900", "34,940", "35,000", "1.4e8", "1.384e8", "12345678901234567000"),
    *("12345678901234570000", "1e39"),
    *("0.667", "0.666", "0.668", "0.6657", "0.66667", ".667", "66.7%", "0,667", "0.6700", "-0.667", "0.664", "-.25"),
    *("1/4", "1.23e-4", "0.000123", "1.24e-4", "123e-6"),
    *("6.02e23", "6.02*10^23", "6.03×10²³", "6.1e23", "1e3", "990", "1010", "989.9999", "-1.6e-19", "1.60e-19"),
    *("12.35", "12.35%", "0.1235", "12.3", "553.4MB", "553.4 mb", "553.5"),
    *("96x55x55", "96×55×55", "(96, 55, 55)", "[96,55,55]", "96 55 55", "96*55*55", "torch.Size([96, 55, 55])"),
    *("TORCH.SIZE (96,55,55)", "55x55x96", "96;55;55", "96、55、55"),
    *("96x55", "96x55x55x1", "x96x55x55", "96x55x", "９６ｘ５５ｘ５５", "96x55xW", "96x55x5555555555", "96x55x-55"),
    *("96x54x54", "8x512x1024", "7x5", "5x7", "7 , 5", "((7,5))", "7x5)"),
    *("b", "B", "(b)", "b)", "[B].", "ｂ", "d", "bb", "", "1", "а", "a", " c ", "b:", "：b"),
    *("0,2,5", "5 2 0", "{0, 2, 5}", "[0;2;5]", "0，2，5", "0、2、5", "1,3,6", "-", "none", "None", "无", "没有"),
    *("空", "[]", "{}", "0,,2,5", "0 2 5.", "0-2", "0,2,5,5", "0000002", "1,2,5", "0"),
)  # fmt: skip

ALPHABET = (
    "0123456789" * 3 + ".,_ ()*/+-^xX%eEkKwmMgGbBtpi万亿千百√π×·÷−²³⁻；、，。（）％１２３[]{};=$sqrtnl\t\n\u3000`<&٣½é"
)


@pytest.fixture(scope="module")
def judge(chromium: Chromium) -> Iterator[Judge]:
    """The script's verdict and reason in both languages, for typed answers to the items with these numbers."""
    with chromium.tab() as tab:
        tab.open("about:blank")
        tab.run(f"(() => {{'use strict';\n{script.source()}\nwindow.marked = marked; window.html = html; }})()")
        tab.run(
            """window.judge = (data, cases) => cases.map(([number, typed]) => {
              const found = marked(data, data.items[number], typed);
              const why = found.why;
              if (why === null) return [found.verdict, "", ""];
              const said = Array.isArray(why) && typeof why[0] === "string" ? why : [html(data, why, 0), html(data, why, 1)];
              return [found.verdict, ...said];
            }), 0"""
        )

        def judged(items: Sequence[PublishedItem], cases: Sequence[tuple[int, str]]) -> list[list[str]]:
            data = table(items, Text("", ""), str)
            found: list[list[str]] = tab.run(f"judge({data}, {json.dumps(cases)})")
            return found

        yield judged


def expected(one: PublishedItem, typed: str) -> list[str]:
    """What Python says."""
    try:
        value = read(typed, one.answer)
    except Malformed as problem:
        return ["unread", problem.text.en, problem.text.zh]
    marking = mark(value, one.key, one.answer, [(wrong.value, wrong.misconception) for wrong in one.distractors])
    return [marking.verdict.value, *((marking.why.en, marking.why.zh) if marking.why else ("", ""))]


def differences(judge: Judge, items: Sequence[PublishedItem], cases: Sequence[tuple[int, str]]) -> list[Any]:
    found = judge(items, cases)
    assert len(found) == len(cases)
    wanted = [expected(items[number], typed) for number, typed in cases]
    return [
        (items[number].answer, items[number].key, typed, python, script)
        for (number, typed), python, script in zip(cases, wanted, found, strict=True)
        if python != script
    ]


def ways(one: PublishedItem, draw: random.Random) -> Iterator[str]:
    """Ways to type the key, a distractor, or something near them, and what comes of a slip of the finger."""
    for value in (one.key, *(wrong.value for wrong in one.distractors)):
        if isinstance(value, str):
            yield from (value, value.upper(), f"({value})")
        elif isinstance(value, tuple):
            texts = [str(part) for part in value]
            yield from (
                "x".join(texts),
                ", ".join(texts),
                str(value),
                " ".join(reversed(texts)),
                f"[{';'.join(texts)}]",
            )
            yield ",".join(str(part + 1) for part in value)
        else:
            yield from _ways(value, one.answer.unit, draw)


def _ways(value: float, unit: str, draw: random.Random) -> Iterator[str]:
    yield from (
        str(value),
        f"{value} {unit}",
        f"{value}{unit.upper()}",
        f"{value:,}",
        f"{value / 1000}k",
        f"{value / 10**4}万",
    )
    yield from (
        f"-({value})",
        f"{value}+1",
        f"{value}*1.001",
        f"{value}*1.004",
        f"{value}*1.006",
        f"{value}/2*2",
        f"{value * 100}%",
    )
    yield from (f"{value:.{places}e}" for places in range(5))
    yield from (f"{float(value):.{places}f}" for places in range(6))
    yield f"{value}".translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789,.-"})
    slip = list(f"{value} {unit}")
    for _ in range(draw.randint(1, 3)):
        slip.insert(draw.randint(0, len(slip)), draw.choice(ALPHABET))
    yield "".join(slip)


def test_all_kinds_and_notations(judge: Judge) -> None:
    """Every answer of the list, typed to every kind of item, is marked alike."""
    cases = [(number, typed) for number in range(len(MADE)) for typed in TYPED]
    assert differences(judge, MADE, cases) == []
    assert {one.answer.name for one in MADE} == {"integer", "number", "shape", "choice", "indices"}
    assert len(cases) > 5000


def test_every_verdict_is_among_them() -> None:
    """The list above is worth its length: each verdict, and each reason there is, comes up."""
    said = {tuple(expected(one, typed)) for one in MADE for typed in TYPED}
    assert {verdict for verdict, _, _ in said} == {"right", "near", "wrong", "unread"}
    unread = {en.partition("`")[0] if "cannot be read" in en else en for verdict, en, _ in said if verdict == "unread"}
    assert len(unread) >= 20
    assert len({en for verdict, en, _ in said if verdict == "near"}) >= 5


def test_real_items(judge: Judge) -> None:
    """Items of every model, at every level, with their keys, distractors and slips of the finger."""
    draw = random.Random(20260301)
    with running():
        items = [
            verified(model_named(name).item(seed=3, index=0, level=level)).published()
            for name in models()
            for level in (1, 3)
        ]
    cases = [(number, typed) for number, one in enumerate(items) for typed in ways(one, draw)]
    assert differences(judge, items, cases) == []
    assert len(cases) > 20_000


def test_noise(judge: Judge) -> None:
    """Nothing that fingers can do is marked otherwise, or stops the script."""
    draw = random.Random(7)
    cases = [(draw.randrange(len(MADE)), "".join(draw.choices(ALPHABET, k=draw.randint(1, 14)))) for _ in range(20_000)]
    assert differences(judge, MADE, cases) == []


@st.composite
def sums(draw: st.DrawFn) -> str:
    """Arithmetic that can be read, most of the time."""
    number = st.one_of(
        st.integers(0, 10**6).map(str),
        st.integers(0, 10**6).map("{:,}".format),
        st.decimals(0, 1000, places=3).map(str),
        st.sampled_from(["1e3", "2.5e-4", "34.9k", "3万", "12%", "pi"]),
    )
    deeper = st.recursive(
        number,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/×÷^"), inner).map("".join),
            inner.map("({})".format),
            inner.map("-{}".format),
            st.tuples(inner, st.sampled_from(["²", "^2", "^-1", "**3"])).map("".join),
        ),
        max_leaves=8,
    )
    return draw(deeper)


#: Of any script, but none that only one of the two has heard of: a newer Unicode knows more letters.
LETTERS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cn", "Cs")), max_size=30)


@settings(max_examples=300)
@given(number=st.integers(0, len(MADE) - 1), typed=st.one_of(sums(), LETTERS))
def test_anything(judge: Judge, number: int, typed: str) -> None:
    """Sums of any shape and texts of any letters are marked alike."""
    assert differences(judge, MADE, [(number, typed)]) == []


@settings(max_examples=300)
@given(key=st.integers(1, 10**25), digits=st.integers(1, 25), turned=st.booleans())
def test_rounded_counts_of_any_size(judge: Judge, key: int, digits: int, turned: bool) -> None:
    """A count rounded to a few digits is near exactly where Python finds it near, beyond 2^53 too."""
    one = item(Integer(signed=True), -key if turned else key)
    typed = [f"{one.key:.{digits}e}", f"{float(key):.{digits}e}", str(key), f"{-key}", f"{key + 1}"]
    assert differences(judge, [one], [(0, text) for text in typed]) == []


@settings(max_examples=300)
@given(
    key=st.floats(-1e30, 1e30, allow_subnormal=False),
    significant=st.integers(1, 8),
    scale=st.floats(-2, 2),
    decimals=st.booleans(),
)
def test_numbers_of_any_size(judge: Judge, key: float, significant: int, scale: float, decimals: bool) -> None:
    """The slack of a number is the same, for places and for significant digits, around its very edge."""
    answer = Number(significant) if decimals else Number(significant=significant)
    one = item(answer, answer.settle(key))
    edge = float(one.key) + scale * answer.tolerance(one.key)
    typed = [repr(edge), repr(key), f"{key:.{significant}g}", f"{key:.3e}"]
    assert differences(judge, [one], [(0, text) for text in typed]) == []
