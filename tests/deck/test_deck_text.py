"""Identity of cards, the defaults of a file, and odd characters."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256

import pytest
from deckdump import dump

from quizcv.deck import GRAMMAR_VERSION, normalise, note_key, parse, similarity
from quizcv.model import CardText, Severity


def only(text: str) -> CardText:
    deck = parse(text, path="deck.md")
    assert len(deck.cards) == 1, dump(deck)
    return deck.cards[0]


def test_the_grammar_has_a_version() -> None:
    assert GRAMMAR_VERSION


def test_defaults_hold_where_the_front_matter_says_nothing() -> None:
    deck = parse("# a\nb\n", path="x.md", deck="given", lang="zh")
    assert (deck.deck, deck.lang, deck.cards[0].deck, deck.cards[0].lang) == ("given", "zh", "given", "zh")
    deck = parse("---\ndeck: own\nlang: en\n---\n# a\nb\n", path="x.md", deck="given", lang="zh")
    assert (deck.deck, deck.lang, deck.cards[0].deck, deck.cards[0].lang) == ("own", "en", "own", "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [("a  b\n c", "a b c"), ("e\u0301", "é"), ("\u3000全角\u3000", "全角"), ("x\t\ty ", "x y")],
)
def test_normalise_forgets_what_typing_it_again_would_not_change(one: str, other: str) -> None:
    assert normalise(one) == other == normalise(other)


def test_a_key_is_the_hash_of_kind_front_and_back_with_a_separator_between() -> None:
    expected = "h1-" + sha256(b"basic\x1fa b\x1fc").hexdigest()[:20]
    assert note_key("basic", "a  b", "c\n") == expected == only("Q: a b\nA: c\n").key
    assert note_key("basic", "ab", "c") != note_key("basic", "a", "bc")
    assert note_key("basic", "a", "b") != note_key("heading", "a", "b")


def test_blanks_and_line_breaks_do_not_change_a_key() -> None:
    assert only("# a\nb c\n").key == only("\n#  a ##\n\nb\nc   \n\n").key


def test_a_card_keeps_its_key_below_another_heading_and_in_another_deck() -> None:
    assert only("# x\n## y\nQ: a\nA: b\n").key == only("---\ndeck: d\n---\nQ: a\nA: b\n").key


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_line_feeds_end_lines(separator: str) -> None:
    deck = parse(f"# a\nb{separator}Q: c\n\nQ: d\nA: e\n", path="x.md")
    assert [(card.line, card.front) for card in deck.cards] == [(1, "a"), (4, "d")]


def test_foreign_line_ends_do_not_move_the_places_in_front_matter() -> None:
    deck = parse("---\ntitle: a\u2028b\nlang: chinese\n---\n", path="x.md")
    assert [str(fault.place) for fault in deck.faults] == ["x.md:3:7"]


def test_columns_count_characters() -> None:
    deck = parse("---\n标题: 甲\nlang: 中文\n---\n## 卷积核 {#一 #二}\nx\n", path="x.md")
    assert [(fault.place.line, fault.place.column) for fault in deck.faults] == [(3, 7), (5, 12)]


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "---", "---\n---", "#", "\0", "\ud800", "Q: \ud800\nA: \udfff\n"])
def test_the_smallest_texts_are_read(text: str) -> None:
    assert isinstance(parse(text, path="x.md").cards, tuple)


def test_deep_nesting_does_not_swallow_the_cards_below() -> None:
    deep = "\n".join("  " * depth + "- x" for depth in range(200))
    assert [card.front for card in parse(f"# a\n{deep}\n\n# b\nc\n", path="x.md").cards] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("```item\nmodel: " + "x" * 70_000 + "\n```\n", "x.md:2:1", "yaml-too-long"),
        ("```item\nmodel: " + "[" * 30 + "]" * 30 + "\n```\n", "x.md:2:27", "yaml-too-deep"),
        ("```item\nmodel: \x07\n```\n", "x.md:2:1", "yaml-invalid"),
        ("```item\nmodel: \ud800\n```\n", "x.md:2:1", "yaml-invalid"),
        ("# a\nb\n```check\n- {model: a, equals: " + "9" * 5000 + "}\n```\n", "x.md:4:22", "yaml-invalid"),
        ("# a\nb\n```check\n- {model: a, equals: !!python/name:os.system x}\n```\n", "x.md:4:22", "yaml-invalid"),
        ("C: " + "{{c1::a}} " * 2_100, "x.md:1:3", "cloze-too-long"),
        ("# a {#" + "i" * 201 + "}\nb\n", "x.md:1:6", "attribute-invalid"),
    ],
    ids=lambda value: value if value[:5] in ("cloze", "yaml-", "attri") else "",
)
def test_what_is_too_much_is_refused_where_it_begins(text: str, place: str, code: str) -> None:
    faults = parse(text, path="x.md").faults
    assert [(str(fault.place), fault.code, fault.severity) for fault in faults] == [(place, code, Severity.FAULT)]


def test_every_fault_says_what_to_do() -> None:
    deck = parse("# a {#x #y}\nb\nC: {{c1::\n\nQ: c\n```item\n```\n", path="x.md")
    assert len(deck.faults) == 4
    assert all(fault.message.endswith(".") and fault.hint.endswith((".", "}")) for fault in deck.faults)


def test_similarity_weighs_questions_and_answers_alike() -> None:
    card = only("Q: How many parameters has conv1?\nA: 34,944\n")
    edited = only("Q: How many parameters has Conv1 of AlexNet?\nA: 34,944\n")
    other = only("Q: What is dropout?\nA: Units are left out at random.\n")
    assert similarity(card, card) == 1
    assert similarity(card, edited) > 0.8 > 0.5 > similarity(card, other)


def test_reading_decks_does_not_load_the_fuzzy_matcher() -> None:
    code = "import sys, quizcv.deck as d; d.parse('# a\\nb', path='x'); sys.exit('rapidfuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
