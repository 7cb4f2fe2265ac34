"""Writing decks is the inverse of reading them: what `parse` gave is given back, what came from elsewhere stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from generated import PIECES, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.utils import read_fixture_file

from quizcv.config import shipped
from quizcv.deck import MAX_BYTES, Written, cloze, parse, writing, written
from quizcv.model import CardText, Claim, DeckFile, ItemRequest, Kind, Severity

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.md"))
NOTES = Path(__file__).parents[3] / "shared" / "notes"
DECKS = sorted(shipped("decks").rglob("*.md"))
#: The heading's body holds a question and an answer that an item block kept apart; nothing else can.
APART = "An answer ends at a break, a heading and an item; a question does not reach over them"


def card(front: str, back: str = "b", *, note: str = "n", kind: Kind = Kind.BASIC, **more: Any) -> CardText:
    said = {"deck": "d", "lang": "en", "tags": (), "breadcrumb": (), "line": 1, "end_line": 1} | more
    key = note + {Kind.TERM: "~forward", Kind.CLOZE: "~c1"}.get(kind, "")
    return CardText(note=note, kind=kind, front=front, back=back, **{"key": key} | said)


def sides(text: str, note: str = "n") -> list[CardText]:
    """The cards of a cloze text."""
    found, problems = cloze.read(text.strip())
    assert not problems
    return [
        card(
            side.front, side.back, note=note, kind=Kind.CLOZE, key=f"{note}~c{side.number}", hint=side.hint, cloze=text
        )
        for side in found
    ]


def face(one: CardText) -> tuple[Any, ...]:
    """All that counts of a card: not where it stands, nor that its name is now written out."""
    claims = [(claim.model, repr(claim.params), repr(claim.equals)) for claim in one.claims]
    return (
        *(one.key, one.note, one.kind, one.deck, one.lang, one.tags, one.breadcrumb, one.front, one.back, one.hint),
        *(one.typed, one.item, one.cloze.strip(), claims),
    )


def faces(cards: Sequence[CardText]) -> list[tuple[Any, ...]]:
    return [face(one) for one in cards]


def again(deck: DeckFile) -> tuple[Written, DeckFile]:
    result = written(deck.cards, deck=deck.deck, lang=deck.lang)
    back = parse(result.text, path="x.md")
    assert [fault for fault in back.faults if fault.severity is Severity.FAULT] == []
    return result, back


def gone_through(cards: Sequence[CardText]) -> tuple[Written, dict[str, CardText]]:
    """Write and read; what holds for every input is checked on the way."""
    result = written(cards, deck="d", lang="en")
    assert result.text.endswith("\n")
    assert not result.text.endswith("\n\n")
    back = parse(result.text, path="x.md")
    assert [fault for fault in back.faults if fault.severity is Severity.FAULT] == []
    result.text.encode()
    lost = dict(result.lost)
    assert all(lost.values())
    given_notes = dict.fromkeys(one.note for one in cards)
    assert list(dict.fromkeys(one.note for one in back.cards)) == [note for note in given_notes if note not in lost]
    found = {one.key: one for one in back.cards}
    for one in cards:
        if one.note in lost:
            assert one.key not in found
            continue
        assert found[one.key].kind is one.kind
        if one.note not in result.rewritten:
            assert [" ".join(text.split()) for text in (one.front, one.back, one.cloze)] == [
                " ".join(text.split()) for text in (found[one.key].front, found[one.key].back, found[one.key].cloze)
            ]
    return result, found


# --- decks that were read once -----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", DECKS, ids=lambda file: "/".join(file.parts[-3:]))
def test_the_bundled_decks_come_back_card_by_card(file: Path) -> None:
    """Every field of every card, in order."""
    deck = parse(file.read_text(encoding="utf-8"), path="x.md")
    result, back = again(deck)
    assert deck.cards
    assert faces(back.cards) == faces(deck.cards)
    assert (result.rewritten, result.lost) == ((), ())


@pytest.mark.parametrize("file", DECKS[:3], ids=lambda file: file.stem)
def test_what_was_written_is_written_the_same_again(file: Path) -> None:
    deck = parse(file.read_text(encoding="utf-8"), path="x.md")
    result, back = again(deck)
    assert again(back)[0].text == result.text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param(title, text, id=f"{file.stem}-{line}")
        for file in FIXTURES
        for line, title, text, _expected in read_fixture_file(file)
    ],
)
def test_every_dialect_comes_back(title: str, text: str) -> None:
    deck = parse(text, path="x.md")
    result, back = again(deck)
    assert result.lost == ()
    if title == APART:
        (changed,) = result.rewritten
        assert "Q\\: g\n\nA\\: h" in [one.back for one in back.cards if one.note == changed]
    else:
        assert result.rewritten == ()
        assert faces(back.cards) == faces(deck.cards)


@pytest.mark.skipif(not NOTES.is_dir(), reason="the source notes are not part of the repository")
@pytest.mark.parametrize("number", range(5))
def test_study_notes_come_back(number: int) -> None:
    deck = parse((NOTES / f"notes-{number}.md").read_text(encoding="utf-8"), path="x.md")
    result, back = again(deck)
    assert faces(back.cards) == faces(deck.cards)
    assert (result.rewritten, result.lost) == ((), ())


@given(texts)
@settings(max_examples=300, deadline=None)
def test_any_deck_comes_back(text: str) -> None:
    """Each card with its key, kind, breadcrumb and order; its text too, but for the few that are told."""
    deck = parse(re.sub("[\ud800-\udfff]", "", text), path="x.md")
    result, back = again(deck)
    assert result.lost == ()
    assert [one.key for one in back.cards] == [one.key for one in deck.cards]
    for one, other in zip(deck.cards, back.cards, strict=True):
        if one.note not in result.rewritten:
            assert face(replace(one, tags=tuple(sorted(one.tags)))) == face(
                replace(other, tags=tuple(sorted(other.tags)))
            )


# --- text from elsewhere -----------------------------------------------------------------------------------------

HARD = [
    pytest.param("a", "Q: b\nA: c", "Q: a {#n}\nA: Q: b\nA: c", False, id="markers that pair with nothing stay"),
    pytest.param("a", "x\nQ: b\nA: c", "Q: a {#n}\n\nA: x\nQ\\: b\nA\\: c", True, id="markers"),
    pytest.param("a", "x\nQ：b\nA：c", "Q: a {#n}\n\nA: x\nQ&#65306;b\nA&#65306;c", True, id="full-width markers"),
    pytest.param("a", "C: {{c1::x}}", "Q: a {#n}\nA: C: {{c1::x}}", False, id="a deletion in an answer"),
    pytest.param("a", "x\n## T\ny", "Q: a {#n}\n\nA: x\n\n**T**\n\ny", True, id="heading"),
    pytest.param("a", "# T", "Q: a {#n}\nA: # T", False, id="heading on the mark's line"),
    pytest.param("a", "x\nT\n===\ny", "Q: a {#n}\n\nA: **x\nT**\n\ny", True, id="setext heading"),
    pytest.param("a", "x\n---\ny", "Q: a {#n}\n\nA: **x**\n\ny", True, id="text over a rule is a heading"),
    pytest.param("a", "x\n\n---\n\ny", "Q: a {#n}\n\nA: x\n\n<hr>\n\ny", True, id="break"),
    pytest.param("a", "---\ndeck: z\n---", "Q: a {#n}\n\nA:\n\n<hr>\n\n**deck: z**", True, id="front matter"),
    pytest.param("a", "x\n```\ny", "Q: a {#n}\n\nA: x\n```\ny\n```", True, id="a fence left open"),
    pytest.param("a", "````md\n```\n````", "Q: a {#n}\nA:\n\n````md\n```\n````", False, id="a fence of four"),
    pytest.param("a", "```item\nmodel: x\n```", "Q: a {#n}\n\nA:\n\n```\nmodel: x\n```", True, id="item"),
    pytest.param("```check\n```", "x", "Q: {#n}\n\n```\n```\n\nA: x", True, id="empty-check"),
    pytest.param("a", "x\n~~~ check\ny\n~~~", "Q: a {#n}\n\nA: x\n~~~\ny\n~~~", True, id="check"),
    pytest.param("a", "x\n<!-- y", "Q: a {#n}\n\nA: x\n<!-- y\n-->", True, id="a comment left open"),
    pytest.param("a {#b}", "x {#c}", "Q: a {#b} {#n}\nA: x {#c}", False, id="attributes"),
    pytest.param("a\nb {.c}", "x", "Q: a {#n}\nb {.c} {#n}\n\nA: x", False, id="attributes on another line"),
    pytest.param("a  \nb", "x", "Q: {#n}\n\na  \nb\n\nA: x", False, id="a hard break in the first line"),
    pytest.param("```\na\n```", "x", "Q: {#n}\n\n```\na\n```\n\nA: x", False, id="a question that is code"),
    pytest.param("a `b", "x `y", "Q: a `b {#n}\n\nA: x `y", False, id="a backtick in question and answer"),
    pytest.param("- a\n- b", "1. x\n2. y", "Q: {#n}\n\n- a\n- b\n\nA:\n\n1. x\n2. y", False, id="lists"),
    pytest.param("a", "x\n   y", "Q: {#n}\n\na\n\nA:\n\nx\n   y", False, id="an answer that seems to hang"),
    pytest.param("\n\n a \n", "\r\n\r\nx\r\ny\r\n", "Q: a {#n}\nA: x\ny", False, id="blank lines and line ends"),
    pytest.param("a\0b", "x", "Q: a\ufffdb {#n}\nA: x", True, id="NUL"),
    pytest.param("a", "\tx", "Q: {#n}\n\n> a\n\nA:\n\n>     x", True, id="an answer that begins with indented code"),
]


@pytest.mark.parametrize(("front", "back", "expected", "changed"), HARD)
def test_what_looks_like_more_than_text_is_written_as_text(front: str, back: str, expected: str, changed: bool) -> None:
    """As it is where it does no harm, else escaped no more than it takes."""
    result, found = gone_through([card(front, back), card("next", "one", note="m")])
    expected += "\n\nQ: next {#m}\nA: one\n"
    assert result.text == f"---\ndeck: d\nlang: en\ncards: explicit\n---\n\n{expected}"
    assert result.rewritten == (("n",) if changed else ())
    assert found["m"].back == "one"


@pytest.mark.parametrize(
    ("text", "expected", "changed"),
    [
        ("a {{c1::b}}", "C: a {{c1::b}} {#n}", False),
        ("a {{c1::b}}\nc {#d}", "C: a {{c1::b}} {#n}\nc {#d} {#n}", False),
        ("a {{c1::b}}\n\nc {{c2::d}}", "C: a {{c1::b}} {#n}\n<!-- -->\nc {{c2::d}}", True),
        ("- {{c1::b}}\n\n  c\n\n- d", "C: {#n}\n- {{c1::b}}\n  <!-- -->\n  c\n<!-- -->\n- d", True),
        ("<div>a</div>\n\n{{c1::b}}", "C: {#n}\n> <div>a</div>\n>\n> {{c1::b}}", True),
        ("# a\nQ: {{c1::b}}\n\n---\nc", "C: **a** {#n}\n<!-- -->\nQ\\: {{c1::b}}\n<!-- -->\nc", True),
    ],
)
def test_cloze_texts(text: str, expected: str, changed: bool) -> None:
    """A blank line would end the text: a comment parts its paragraphs, or it stands in a quote."""
    result, found = gone_through([*sides(text), card("next", note="m")])
    assert found["m"].front == "next"
    assert found["n~c1"].back.count("**b**") == 1
    assert result.text.split("---\n\n", 1)[1] == f"{expected}\n\nQ: next {{#m}}\nA: b\n"
    assert result.rewritten == (("n",) if changed else ())


def test_math_that_would_reach_over_a_paragraph_is_not_made() -> None:
    """Two prices in two paragraphs stay prices: the deletion between them is no math."""
    _result, found = gone_through(sides("it costs $5\n\nand {{c1::six}} or 7$ more"))
    assert all("boxed" not in one.back for one in found.values())


hostile_lines = st.lists(
    st.sampled_from([*PIECES, "\r\n", "<script>", "[a]", "`[a]`", "# Q: x", "A: ---", "Q: {{c1::x}}"]), max_size=3
).map("".join)
hostile = st.lists(hostile_lines, max_size=9).map("\n".join) | st.text(max_size=80)


@st.composite
def hostile_notes(draw: st.DrawFn) -> list[CardText]:
    cards: list[CardText] = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from([Kind.BASIC, Kind.TERM, Kind.CLOZE, Kind.HEADING]))
        front, back, note = draw(hostile), draw(hostile), f"n{number}"
        parts = draw(st.lists(st.sampled_from(["A", "*b*", "", "c ##", "$x_{i}$ *a*", "a{#x}", "\\"]), max_size=8))
        more: dict[str, Any] = {"breadcrumb": tuple(parts), "tags": tuple(draw(st.lists(hostile_lines, max_size=2)))}
        if kind is Kind.CLOZE:
            more["cloze"] = f"{front} {{{{c1::x}}}} {back}"
        cards.append(card(front, back, note=note, kind=kind, **more))
        if kind is Kind.TERM:
            cards.append(card(back, front, note=note, kind=kind, key=f"{note}~reverse", **more))
    return cards


@given(hostile_notes())
@settings(max_examples=200, deadline=None)
def test_hostile_notes_harm_no_other(cards: list[CardText]) -> None:
    """Every note comes back under its key and as its kind, or is told as lost; those around it are as they were."""
    first, last = card("before", "b", note="first"), card("after", "a", note="last", breadcrumb=("End",))
    result, found = gone_through([first, *cards, last])
    for one in (first, last):
        assert (found[one.key].front, found[one.key].back, found[one.key].breadcrumb) == (
            one.front,
            one.back,
            one.breadcrumb,
        )
        assert one.note not in result.rewritten


MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(text: str) -> str:
    """The characters a reader sees, in order."""
    said: list[str] = []
    waiting = MARKDOWN.parse(text)[::-1]
    while waiting:
        token = waiting.pop()
        if token.type == "inline":
            waiting += (token.children or [])[::-1]
        elif token.type in ("html_block", "html_inline"):
            said.append(re.sub(r"<!--.*?(?:-->|\Z)|<hr>|</script>", "", token.content, flags=re.DOTALL))
        elif token.type == "image":
            said.append(str(token.attrs["src"]))
        elif token.type == "link_open":
            said.append(str(token.attrs["href"]))
        else:
            said.append(token.content)
    return "".join("".join(said).split())


@given(st.lists(st.lists(st.sampled_from([piece for piece in PIECES if piece.isprintable()]), max_size=2), max_size=9))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_escaped_text_reads_the_same(lines: list[list[str]]) -> None:
    text = "\n".join(map("".join, lines)).strip()
    if text:
        result, found = gone_through([card("front", f"x\n\n{text}")])
        assert result.lost == ()
        assert shown(found["n"].back) == shown(f"x\n\n{text}")


def test_an_open_fence_does_not_swallow_the_notes_below() -> None:
    cards = [card("a", "```\ncode", note="open"), *(card(f"q{i}", f"a{i}", note=f"n{i}") for i in range(50))]
    result, found = gone_through(cards)
    assert result.rewritten == ("open",)
    assert found["n49"].back == "a49"


# --- structure ---------------------------------------------------------------------------------------------------


def test_headings_are_written_where_the_breadcrumb_changes_and_cards_keep_their_order() -> None:
    """A heading's card stands above the cards below it; back above all headings leads an empty one."""
    cards = [
        card("root", note="a"),
        card("A", "text", note="b", kind=Kind.HEADING),
        card("in A", note="c", breadcrumb=("A",)),
        card("B", "text", note="d", kind=Kind.HEADING, breadcrumb=("A",)),
        card("in A again", note="e", breadcrumb=("A",)),
        card("deep", note="f", breadcrumb=("A", "*B*", "C ##")),
        card("root again", note="g"),
    ]
    result, found = gone_through(cards)
    assert [(one.note, one.breadcrumb) for one in found.values()] == [(one.note, one.breadcrumb) for one in cards]
    assert re.findall("^#.*", result.text, re.MULTILINE) == [
        *("# A {#b}", "## B {#d}", "# A", "## \\*B\\*", "### C ## #", "#"),
    ]
    assert "cards:" not in result.text
    assert (result.rewritten, result.lost) == ((), ())


@pytest.mark.parametrize(
    ("kind", "parts", "expected"),
    [
        (Kind.BASIC, ("a", "", " "), ("a",)),
        (Kind.BASIC, tuple("abcdefgh"), (*"abcde", "f › g › h")),
        (Kind.HEADING, tuple("abcdefgh"), (*"abcd", "e › f › g › h")),
        (Kind.BASIC, ("a\nb", "&amp; <b>x</b> `y` [z](u) {#id}", "#"), ("a b", "&amp; <b>x</b> `y` [z](u) {#id}", "#")),
        (Kind.BASIC, ("costs $5 or $x_i$ or *6*",), ("costs $5 or $x_i$ or *6*",)),
    ],
)
def test_breadcrumbs(kind: Kind, parts: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """What six levels of headings can say; any other is told."""
    result, found = gone_through([card("x", kind=kind, breadcrumb=parts)])
    assert found["n"].breadcrumb == expected
    assert result.rewritten == (() if expected == parts else ("n",))


def test_setext_headings_hold_questions_of_two_lines() -> None:
    result, _ = gone_through([card("one\ntwo", kind=Kind.HEADING, breadcrumb=("A",))])
    assert "# A\n\none\ntwo {#n}\n---\n\nb\n" in result.text
    assert result.rewritten == ()
    result, found = gone_through([card("one\ntwo", kind=Kind.HEADING, breadcrumb=("A", "B"))])
    assert (found["n"].front, result.rewritten) == ("one two", ("n",))


def test_tags_that_all_cards_share_stand_in_front_and_there_any_word_may() -> None:
    first = card("a", tags=("cnn", "c++", "x"))
    result, found = gone_through([first, card("b", note="m", tags=("cnn", "c++", "typed"), typed=False)])
    assert "\ntags: [cnn, c++]\n" in result.text
    assert found["n"].tags == ("cnn", "c++", "x")
    assert (found["m"].tags, found["m"].typed) == (("cnn", "c++", "typed-"), False)
    assert result.rewritten == ("m",)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("a::b", "a::b"), ("中文", "中文"), ("100%", "100"), ("c++ 11", "c-11"), ("%", None), ("x" * 300, "x" * 200)],
)
def test_tags_are_made_legal(tag: str, expected: str | None) -> None:
    result, found = gone_through([card("a", tags=(tag,)), card("b", note="m")])
    assert found["n"].tags == ((expected,) if expected else ())
    assert result.rewritten == (() if tag == expected else ("n",))


def test_front_matter_is_quoted() -> None:
    cards = [card("a")]
    for deck, lang, expected in (
        ("a::b", "zh", "deck: a::b\nlang: zh\n"),
        ("yes", "no", "deck: 'yes'\nlang: 'no'\n"),
        ("x: #y", "", "deck: 'x: #y'\n"),
        ("AC/DC::\n", "english?", "deck: AC-DC\n"),
        ("", "", ""),
    ):
        text = written(cards, deck=deck, lang=lang).text
        assert text == f"---\n{expected}cards: explicit\n---\n\nQ: a {{#n}}\nA: b\n"
        assert parse(text, path="x.md").faults == ()


def test_a_marker_without_its_other_half_is_no_fault_in_a_written_deck() -> None:
    """Where only markers make cards it would be one: such a file says nothing of what makes cards."""
    result, _ = gone_through([card("a", "warm\nT: 300 K", breadcrumb=("A",)), card("b", note="m", breadcrumb=("B",))])
    assert "cards:" not in result.text
    assert result.rewritten == ()


def test_no_cards_are_an_empty_deck() -> None:
    assert written([], deck="d", lang="").text == "---\ndeck: d\ncards: explicit\n---\n"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab: #'\n`", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["kernel", "size", "layers"]), values), values)
@settings(max_examples=200, deadline=None)
def test_claims_come_back_as_they_were(params: dict[str, Any], equals: Any) -> None:
    """Of the same types, whatever YAML makes of them."""
    claims = (Claim("conv_output", params, equals, 1), Claim("m", {}, [1, equals, equals], 1))
    item = card("", "", note="i", kind=Kind.ITEM, item=ItemRequest("conv_output", 2), claims=claims[:1])
    heading = card("h", kind=Kind.HEADING, note="h", claims=claims)
    result = written([heading, card("a", claims=claims), item], deck="d", lang="")
    assert (result.rewritten, result.lost) == ((), ())
    back = parse(result.text, path="x.md").cards
    assert [face(one)[-1] for one in back] == [face(heading)[-1], face(heading)[-1], face(item)[-1]]
    assert back[2].item == item.item


def test_links_stand_once_above_all_cards() -> None:
    source = "# a\nsee [x]\n# b [X]\nC: {{c1::c}} [x] and [y]\n\n[x]: /u\n[y]: /v 'why'\n"
    deck = parse(source, path="x.md")
    result, back = again(deck)
    assert faces(back.cards) == faces(deck.cards)
    assert result.text.startswith("[x]: /u\n[y]: /v 'why'\n\n# a")
    assert result.text.count("/u") == 1


def test_a_definition_serves_no_card_that_had_none() -> None:
    """Its own card is quoted for that; of two definitions of one name each serves its own card."""
    cards = [card("a", "[x] is\n\n[x]: /u", note="own"), card("b", "`x[x]`", note="code")]
    result, found = gone_through(cards)
    assert found["code"].back == "`x[x]`"
    assert found["own"].back == "> [x] is\n>\n> [x]: /u"
    assert result.rewritten == ("own",)
    result, _ = gone_through([*sides("[x]: /u$$\n\n{{c1::x}} $$"), card("a", "[x]", note="code")])
    assert [note for note, _ in result.lost] == ["n"]
    cards = [card("a", "[x] is\n\n[x]: /u", note="one"), card("b", "[x] is\n\n[x]: /v", note="two")]
    result, found = gone_through(cards)
    assert [one.back for one in found.values()] == [one.back for one in cards]
    assert result.rewritten == ()


def test_a_note_is_written_from_the_sides_there_are() -> None:
    reverse = card("definition", "term", kind=Kind.TERM, key="n~reverse")
    _, found = gone_through([reverse, *sides("{{c1::a}} {{c2::b}}", "m")[1:]])
    assert (found["n~forward"].front, found["n~forward"].back) == ("term", "definition")
    assert sorted(found) == ["m~c1", "m~c2", "n~forward", "n~reverse"]


# --- what cannot be written --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (card("a", note="a b"), "no name"),
        (card("a", note="a~b"), "no name"),
        (card("a", key="other"), "not the key"),
        (card(" \n"), "question is empty"),
        (card("a", ""), "answer is empty"),
        (card("a", "", kind=Kind.TERM), "definition is empty"),
        (card("a", "[x](y)", kind=Kind.HEADING), "nothing of its own"),
        (card("a\n\n- b", kind=Kind.HEADING), "title is more"),
        (card("a", kind=Kind.CLOZE), "no deletion c1"),
        (card("a", kind=Kind.CLOZE, cloze="{{c2::x}}"), "no deletion c1"),
        (card("a", kind=Kind.CLOZE, cloze="{{c1::a {{c2::b}}}}"), "begins inside"),
        (card("a", kind=Kind.CLOZE, cloze="{{c1::a}} " + "x" * 20_000), "characters"),
        (card("a", kind=Kind.ITEM), "no item model"),
        (card("a", kind=Kind.ITEM, item=ItemRequest("m", 9)), "'level' is not"),
        (card("a", kind=Kind.ITEM, item=ItemRequest("", 1)), "'model' is not"),
        (card("a", claims=(Claim("m", {}, object(), 1),)), "no way to write"),
        (card("a", claims=(Claim("m", {}, "x" * 70_000, 1),)), "70,0"),
        (card("a", "x" * MAX_BYTES), "16,777,216 bytes"),
    ],
)
def test_what_no_markdown_can_say_is_told(one: CardText, reason: str) -> None:
    """With the reason, and the others are written."""
    result, found = gone_through([card("x", note="first"), one, card("y", note="last")])
    ((note, said),) = result.lost
    assert note == one.note
    assert reason in said
    assert sorted(found) == ["first", "last"]


def test_two_texts_for_one_key_are_told() -> None:
    result, _ = gone_through([card("a"), card("b")])
    assert result.lost == (("n", "Two cards have the key 'n'."),)


def test_ten_thousand_cards_are_read_back_once_and_one_bad_note_costs_a_constant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is read is what takes time: once all, and once more with each round for the notes that differ."""
    cards = [card(f"what {i}?", f"it is {i}", note=f"n{i}", breadcrumb=(f"part {i // 10}",)) for i in range(10_000)]
    sizes: list[int] = []

    def counted(text: str, *, path: str) -> DeckFile:
        sizes.append(len(text))
        return parse(text, path=path)

    monkeypatch.setattr(writing, "parse", counted)
    assert written(cards, deck="d", lang="").rewritten == ()
    assert len(sizes) == 1
    cards[5_000] = replace(cards[5_000], back="x\n# heading\nQ: y\nA: z")
    sizes.clear()
    assert written(cards, deck="d", lang="").rewritten == ("n5000",)
    assert sum(size > 10_000 for size in sizes) == 2
    assert len(sizes) < 30
