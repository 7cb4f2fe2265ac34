"""What a careful reader notices, each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizcv.deck import find, lint, read
from quizcv.model import Severity


def proofread(folder: Path, **texts: str) -> list[str]:
    """Lint the given decks; `zh__a` is the file zh/a.md."""
    for name, text in texts.items():
        file = folder / (name.replace("__", "/") + ".md")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    found = find([folder])
    decks = [read(item.file, path=item.path, deck=item.deck, lang=item.lang) for item in found.files]
    assert [str(fault) for deck in decks for fault in deck.faults] == []
    faults = lint(decks, found.files)
    assert {fault.code for fault in faults if fault.severity is Severity.FAULT} <= {"duplicate-id"}
    return [f"{Path(fault.place.path).stem}:{fault.place.line}:{fault.place.column} {fault.code}" for fault in faults]


def test_a_clean_deck_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a b.png").touch()
    text = (
        "---\ntitle: '![x](none.png)'\n---\n# Conv {#conv}\n![](img/a%20b.png) <img src='img/a b.png'> [up](#conv) [b](b.md)\n"
        "`![](code.png)` $[x](y)$ https://example.org ![](https://example.org/x.png) [m](mailto:a@b.c)\n"
        "[j]({{ site.url }}/x) ![](data:image/png;base64,AA) [t](#conv-1) \\[no](none) [q](b.md?x#y) <//cdn/x>\n\n"
        "```\n![](fence.png) $x\n```\n\n- ```\n  ![](nested.png)\n  ```\n\n      ![](code.png)\n\n"
        "It costs $5, or 6$, or $PATH_X, or $ 7 {.\n\n$\\{x\\}$ and $$\\frac{a}{b}$$\n\n$$\n\\left\\{ x\n$$\n"
    )
    assert proofread(tmp_path, a=text, b="# b\nc\n") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\nsee ![x](none.png)\n", ["a:2:10 media-missing"]),
        ("# a\n<img width=3 src=\"none.png\">\n", ["a:2:19 media-missing"]),
        ("# a\n[![x](one.png)](two.md)\n", ["a:2:7 media-missing", "a:2:17 link-missing"]),
        ("# a\n![x](D:/%E6/1.png) ![x](C:\\1.png)\n", ["a:2:6 media-missing", "a:2:25 media-missing"]),
        ("# a\n![x](../x.png)\n", ["a:2:6 media-outside"]),
        ("# a\n![x](/etc/hosts)\n", ["a:2:6 media-outside"]),
        ("# a\n[x](../../none.md)\n", ["a:2:5 link-missing"]),
        ("# a\n[x](<a b.md>)\n", ["a:2:6 link-missing"]),
        ("# a\n![x](a(1).png)\n", ["a:2:6 media-missing"]),
        ("# a\n[x](#b)\n", ["a:2:5 anchor-missing"]),
        ("# a\n- one\n- two ![x](none.png)\n", ["a:3:12 media-missing"]),
        ("# a\n![](" + "x" * 5000 + ")\n", ["a:2:5 media-missing"]),
    ],
)  # fmt: skip
def test_paths_that_lead_nowhere(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert proofread(tmp_path, a=text) == expected


@pytest.mark.parametrize(
    "anchor", ["激活函数", "%E6%BF%80%E6%B4%BB%E5%87%BD%E6%95%B0", "one-two", "one-two-1", "stable", "Place"]
)
def test_anchors_are_taken_kindly(tmp_path: Path, anchor: str) -> None:
    text = f'# 激活函数\n[x](#{anchor})\n# One, **two**!\nb\n# c {{#stable}}\nd <a name="place"></a>\n'
    assert proofread(tmp_path, a=text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\nthe $$x loss\n", ["a:2:5 math-unclosed"]),
        ("# a\n$$\nx\n\ny\n$$\n", ["a:2:1 math-unclosed", "a:6:1 math-unclosed"]),
        ("# a\nso $x_{i} is\n", ["a:2:4 math-unclosed"]),
        ("# a\n$\\alpha = 1\n", ["a:2:1 math-unclosed"]),
        ("# a\n$\\frac{a}{b$ and $a}$\n", ["a:2:1 math-braces", "a:2:18 math-braces"]),
        ("# a\n$$\nx_{i\n$$\n", ["a:2:1 math-braces"]),
    ],
)
def test_math_that_does_not_close(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert proofread(tmp_path, a=text) == expected


def test_long_answers(tmp_path: Path) -> None:
    words, characters = "word " * 121, "字" * 301
    code = "```\n" + "code " * 200 + "\n```\n$" + "x" * 400 + "$ [a](" + "b/" * 300 + "c)\n"
    text = f"# fine\n{'word ' * 119}{'字' * 299}\n# long\n{words}\n# 长\n{characters}\n# code\n{code}\n"
    found = proofread(tmp_path, a=text)
    assert [fault for fault in found if "link" not in fault] == ["a:3:1 answer-too-long", "a:5:1 answer-too-long"]


def test_the_same_question_twice_in_a_deck(tmp_path: Path) -> None:
    one = "---\ndeck: d\n---\n# top\n## a\nb\n## a\nc\n# other\n## a\nd\n"
    two = "---\ndeck: d\n---\nQ: x\nA: y\n\n# top\n## a\ne\n"
    assert proofread(tmp_path, one=one, two=two) == ["one:7:1 duplicate-question", "two:8:1 duplicate-question"]
    assert proofread(tmp_path, one=one.replace("deck: d", "deck: e").replace("## a\nc\n", "")) == []


def test_an_id_in_two_files_of_one_language_is_a_fault_that_names_both(tmp_path: Path) -> None:
    assert proofread(tmp_path, a="# a {#x}\nb\n", b="\n# c {#x}\nd\n") == ["b:2:1 duplicate-id"]
    found = find([tmp_path])
    decks = [read(item.file, path=item.path, deck=item.deck, lang=item.lang) for item in found.files]
    (fault,) = lint(decks)
    assert f"{decks[0].path}:1" in fault.message
    assert fault.place.path == decks[1].path


def test_an_id_in_two_languages_is_one_card_if_deck_and_kind_agree(tmp_path: Path) -> None:
    assert proofread(tmp_path, zh__a="# 甲 {#x}\n乙\n", en__a="# a {#x}\nb\n") == []
    assert proofread(tmp_path, en__a="Q: a {#x}\nA: b\n") == ["a:1:1 id-mismatch"]
    assert proofread(tmp_path, en__a="", en__b="# a {#x}\nb\n") == ["a:1:1 id-mismatch"]


def test_without_sources_only_the_cards_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# a\n![](none.png)\n", encoding="utf-8")
    deck = read(tmp_path / "a.md", path="a.md", deck="a", lang="")
    assert lint([deck]) == []


def test_a_file_that_went_away_since_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# a\n![](none.png)\n", encoding="utf-8")
    found = find([tmp_path])
    deck = read(tmp_path / "a.md", path=found.files[0].path, deck="a", lang="")
    (tmp_path / "a.md").write_bytes(b"\xff")
    assert lint([deck], found.files) == []
    (tmp_path / "a.md").unlink()
    assert lint([deck], found.files) == []


def unconfirmed(folder: Path, text: str) -> list[str]:
    """The cards whose numbers nothing confirms."""
    file = folder / "a.md"
    file.write_text(text, encoding="utf-8")
    deck = read(file, path="a.md")
    assert [str(fault) for fault in deck.faults] == []
    faults = lint([deck], numbers=True)
    assert lint([deck]) == []
    return [f"{fault.place.line}:{fault.place.column} {fault.code}" for fault in faults]


@pytest.mark.parametrize(
    "back",
    [
        "The layer has 34,944 parameters.",
        "It is $11 \\cdot 11 \\cdot 3 = 363$.",
        "One loses 0.5 of it.",
        "It falls by 5%.",
        "约 5％ 或 96 个。",
        "A map of 55×27.",
        "$73{,}856$",
    ],
)
def test_a_number_that_nothing_confirms_is_told(tmp_path: Path, back: str) -> None:
    assert unconfirmed(tmp_path, f"# How many?\n{back}\n") == ["1:1 number-unconfirmed"]


@pytest.mark.parametrize(
    "back",
    [
        "VGG-16 and ResNet-50 stack 3×3 kernels.",
        "Layer conv5_3 in fp16, `x[10]`, since 2015.",
        "1. one\n2. two",
        "```python\nx = 1234\n```",
        "It has three of them: 1, 2 and 3.",
        "$2^k$ and $C_{10}$",
        "It has 34,944.\n\n```check\n- model: conv_params\n  params: {in_channels: 3, out_channels: 96, kernel: 11}\n  equals: 34944\n```",
        "It gained 5.5%.\n\n```check\n- source: He et al. 2016, table 4\n```",
    ],
)
def test_names_claims_and_sources_are_enough(tmp_path: Path, back: str) -> None:
    assert unconfirmed(tmp_path, f"# How many?\n{back}\n") == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("- source: ''", "5:11 check-source"),
        ("- source: [a]", "5:11 check-source"),
        ("- source: a\n  equals: 1", "6:3 check-unknown-key"),
    ],
)
def test_a_source_must_say_something_and_stands_alone(tmp_path: Path, entry: str, fault: str) -> None:
    file = tmp_path / "a.md"
    file.write_text(f"# a\nb\n\n```check\n{entry}\n```\n", encoding="utf-8")
    found = read(file, path="a.md").faults
    assert [f"{one.place.line}:{one.place.column} {one.code}" for one in found] == [fault]
