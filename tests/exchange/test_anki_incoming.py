"""Notes of a real Anki collection become cards that say what Anki shows, in the decks and languages they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from anki.collection import Collection as Anki
from anki.consts import MODEL_CLOZE, MODEL_STD
from anki.models import NotetypeDict
from anki.notes import Note as AnkiNote
from anki_texts import seen_in_markdown

from quizcv.deck.files import MAX_BYTES
from quizcv.deck.writing import written
from quizcv.exchange.anki.collection import (
    Calendar,
    Card,
    CardType,
    Collection,
    Note,
    NoteType,
    Queue,
    Review,
    Template,
)
from quizcv.exchange.anki.foreign import mustache
from quizcv.exchange.anki.incoming import Incoming, Lost, incoming
from quizcv.exchange.anki.package.reader import read_collection
from quizcv.model import CardText, Grade, Kind

BACK = "{{FrontSide}}\n\n<hr id=answer>\n\n"
CALENDAR = Calendar(int(datetime(2026, 3, 1, 4, tzinfo=UTC).timestamp()), 0)


# --- by hand -------------------------------------------------------------------------------------------------------

BASIC = NoteType(1, "Basic", ("Front", "Back"), (Template("Card 1", "{{Front}}", f"{BACK}{{{{Back}}}}"),))
REVERSED = replace(
    BASIC, id=2, name="Both", templates=(*BASIC.templates, Template("Card 2", "{{Back}}", f"{BACK}{{{{Front}}}}"))
)
CLOZE = NoteType(
    3, "Cloze", ("Text", "Extra"), (Template("Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>\n{{Extra}}"),), cloze=True
)
TYPED = replace(
    BASIC, id=4, templates=(Template("C", "{{Front}}\n{{type:Back}}", "{{Front}}<hr id=answer>{{type:Back}}"),)
)
OCCLUSION = NoteType(
    5, "Image Occlusion", ("Occlusion",), (Template("C", "{{cloze:Occlusion}}", ""),), cloze=True, stock=6
)
TYPES = {kind.id: kind for kind in (BASIC, REVERSED, CLOZE, TYPED, OCCLUSION)}


def note(number: int, *fields: str, kind: NoteType = BASIC, tags: tuple[str, ...] = (), guid: str = "") -> Note:
    return Note(number, guid or f"guid{number}", kind.id, 0, tags, fields)


def collected(
    *notes: Note, cards: list[Card] | None = None, kinds: tuple[NoteType, ...] = (), **more: object
) -> Collection:
    """A collection in which, unless said otherwise, every note has its first card, in the order given."""
    cards = cards if cards is not None else [Card(one.id * 10, one.id, "Deck", 0, due=one.id) for one in notes]
    types = TYPES | {kind.id: kind for kind in kinds}
    return Collection(CALENDAR, types, list(notes), cards, **more)  # type: ignore[arg-type]


def cards_of(found: Incoming) -> list[CardText]:
    return [card for cards in found.decks.values() for card in cards]


def only(found: Incoming) -> CardText:
    (card,) = cards_of(found)
    return card


# --- what becomes of the kinds of notes ----------------------------------------------------------------------------


def test_a_question_and_its_answer() -> None:
    found = incoming(collected(note(1, "What is <b>ReLU</b>?", "max(0, x)", tags=("nn", "leech", "marked"))))
    assert only(found) == CardText(
        key="anki-dbe4529de2e9", note="anki-dbe4529de2e9", kind=Kind.BASIC, deck="Deck", lang="en", tags=("nn", "leech", "marked"),
        breadcrumb=(), front="What is **ReLU**?", back="max(0, x)", line=1, end_line=1, explicit=True,
    )  # fmt: skip
    assert found.guids == {"anki-dbe4529de2e9": "guid1"}
    assert (found.pasts, found.media, found.lost) == ({}, {}, [])


def test_templates_that_mirror_each_other_make_a_term() -> None:
    forward, reverse = cards_of(incoming(collected(note(1, "stride", "the step", kind=REVERSED))))
    assert (forward.kind, forward.key, forward.front, forward.back) == (
        Kind.TERM, f"{forward.note}~forward", "stride", "the step",
    )  # fmt: skip
    assert (reverse.kind, reverse.key, reverse.front, reverse.back) == (
        Kind.TERM, f"{forward.note}~reverse", "the step", "stride",
    )  # fmt: skip


def test_other_templates_make_notes_of_their_own() -> None:
    templates = tuple(
        Template(f"Card {asked}", f"Of {asked}: {{{{{asked}}}}}", f"{{{{FrontSide}}}}<hr id=answer>{{{{{told}}}}}")
        for asked, told in ("AB", "BC", "CA")
    )
    three = replace(BASIC, id=9, fields=("A", "B", "C"), templates=templates)
    cards = [Card(10 + ord_, 1, ("Deck", "Other", "Deck")[ord_], ord_) for ord_ in (0, 1, 2)]
    found = incoming(collected(note(1, "a", "b", "c", kind=three), kinds=(three,), cards=cards))
    first = cards_of(found)[0].note
    assert [(card.note, card.kind, card.front, card.back, card.deck) for card in cards_of(found)] == [
        (first, Kind.BASIC, "Of A: a", "b", "Deck"),
        (f"{first}-3", Kind.BASIC, "Of C: c", "a", "Deck"),
        (f"{first}-2", Kind.BASIC, "Of B: b", "c", "Other"),
    ]
    assert found.guids == {first: "guid1"}


def test_a_cloze() -> None:
    text = "ReLU is {{c1::max(0, x)::a formula}}, its gradient <i>{{c2::1}}</i>."
    one, two = cards_of(incoming(collected(note(1, text, "", kind=CLOZE))))
    assert one.cloze == two.cloze == "ReLU is {{c1::max(0, x)::a formula}}, its gradient {{c2::*1*}}."
    assert (one.kind, one.key, one.front, one.hint) == (
        Kind.CLOZE, f"{one.note}~c1", "ReLU is […], its gradient *1*.", "a formula",
    )  # fmt: skip
    assert two.key == f"{one.note}~c2"


def test_the_extra_text_of_a_cloze_is_shown_with_it_and_told_once() -> None:
    notes = [note(n, f"A {{{{c1::word {n}}}}}", "See <b>page 3</b> {{c9::x}}", kind=CLOZE) for n in (1, 2)]
    found = incoming(collected(*notes))
    assert [card.cloze for card in cards_of(found)] == [
        f"A {{{{c1::word {n}}}}}\\\nSee **page 3** \\{{\\{{c9::x\\}}\\}}" for n in (1, 2)
    ]
    assert found.lost == [Lost("2 cloze notes in Deck", "the extra text of the back is shown with the question")]


@pytest.mark.parametrize(
    ("answer", "extra"), [("stride", "The <b>Stride</b> is."), ("步长", "就是步长。"), ("x", "so $x$")]
)
def test_extra_text_that_tells_the_answer_is_left_out(answer: str, extra: str) -> None:
    found = incoming(collected(note(1, f"A {{{{c1::{answer}}}}}", extra, kind=CLOZE)))
    assert only(found).cloze == f"A {{{{c1::{answer}}}}}"
    assert "tells an answer" in found.lost[0].why


def test_a_typed_answer() -> None:
    card = only(incoming(collected(note(1, "front", "back", kind=TYPED))))
    assert (card.front, card.back, card.typed) == ("front", "back", True)


def test_a_typed_answer_that_the_back_shows_only_with_the_front() -> None:
    kind = replace(TYPED, id=9, templates=(Template("C", "{{Front}}{{type:Back}}", "{{FrontSide}}"),))
    card = only(incoming(collected(note(1, "front", "back", kind=kind), kinds=(kind,))))
    assert (card.front, card.back, card.typed) == ("front", "back", True)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("{{FrontSide}}<hr id=answer>{{Back}}", "b"),
        ("{{Front}}<hr id='answer'>{{Back}}", "b"),
        ('<div>{{Front}}</div><p>{{Tags}}</p><HR class="x" id="answer" />{{Back}}', "t1 t2\n\nb"),
        ("{{FrontSide}}<br>{{Back}}", "b"),
        ("{{Back}}<script>x()</script><style>b{}</style><!-- {{Front}} -->", "b"),
    ],
)
def test_what_the_back_repeats_is_dropped(answer: str, expected: str) -> None:
    kind = replace(BASIC, id=9, templates=(Template("C", "{{Front}}", answer),))
    found = incoming(collected(note(1, "f<p>g</p>", "b", kind=kind, tags=("t1", "t2")), kinds=(kind,)))
    assert only(found).back == expected


LOST = {
    "image occlusion": (note(1, "{{c1::image-occlusion:rect}}", kind=OCCLUSION), "image occlusion"),
    "empty front": (note(1, "<br>", "b"), "front of card 1 is empty"),
    "invisible front": (note(1, "\u200b<b>\ufeff</b>", "b"), "front of card 1 is empty"),
    "empty back": (note(1, "a", ""), "back of card 1 is empty"),
    "no deletion": (note(1, "a", kind=CLOZE), "without a deletion"),
    "nested deletions": (note(1, "{{c1::a {{c2::b}}}}", "", kind=CLOZE), "inside the one"),
    "a deletion of several cards": (note(1, "{{c1,2::a}} {{c3::b}}", "", kind=CLOZE), "several numbers"),
    "an empty deletion": (note(1, "{{c1::}}", "", kind=CLOZE), "hides nothing"),
    "too long": (note(1, "a" * 100_001, "b"), "100,001 characters"),
    "no note type": (note(1, "a", "b")._replace(notetype=77), "note type is missing"),
}


@pytest.mark.parametrize("case", LOST)
def test_what_cannot_come_along_is_named(case: str) -> None:
    made, why = LOST[case]
    found = incoming(collected(note(2, "kept", "b"), made))
    assert [card.front for card in cards_of(found)] == ["kept"]
    (lost,) = found.lost
    assert why in lost.why
    assert lost.what.endswith("in Deck")
    assert len(lost.what) < 80


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("{{#Front}}a", "never closes 'Front'"),
        ("a{{/Front}}", "closes 'Front'"),
        ("{{#Front}}{{#Back}}{{/Front}}{{/Back}}", "closes 'Front'"),
        ("{{#Front}}" * 40 + "{{/Front}}" * 40, "too deep"),
    ],
)
def test_a_template_that_cannot_be_read_is_named(question: str, why: str) -> None:
    kind = replace(BASIC, id=9, templates=(Template("C", question, "{{Back}}"),))
    found = incoming(collected(note(1, "a", "b", kind=kind), kinds=(kind,)))
    assert cards_of(found) == []
    assert why in found.lost[0].why


def test_two_notes_of_one_guid_are_one() -> None:
    found = incoming(collected(note(1, "a", "b", guid="x"), note(2, "c", "d", guid="x")))
    assert only(found).front == "a"
    assert found.lost == [Lost("“c” in Deck", "another note has the same guid")]


# --- order, decks, languages ---------------------------------------------------------------------------------------


def test_cards_come_in_the_order_in_which_they_are_learnt() -> None:
    """New ones by their place, those in review by the place they had, before all if that is forgotten."""
    cards = [
        Card(10, 1, "Deck", 0, due=3),
        Card(20, 2, "Deck", 0, type=CardType.REVIEW, queue=Queue.REVIEW, due=99, interval=1, data='{"pos":2}'),
        Card(30, 3, "Deck", 0, due=1),
        Card(40, 4, "Deck", 0, type=CardType.REVIEW, queue=Queue.REVIEW, due=99, interval=1),
    ]
    found = incoming(collected(*(note(n, f"n{n}", "b") for n in (1, 2, 3, 4)), cards=cards))
    assert [card.front for card in cards_of(found)] == ["n4", "n3", "n2", "n1"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Default", "Default"),
        ("a::b c", "a::b c"),
        (" a :: :: b\t\nc ", "a::b c"),
        ("C/C++::x / y", "C-C++::x-y"),
        ("深度学习::卷积", "深度学习::卷积"),
        ("", "Default"),
        ("::/", "Default"),
    ],
)
def test_deck_names_are_as_front_matter_takes_them(name: str, expected: str) -> None:
    found = incoming(collected(note(1, "a", "b"), cards=[Card(10, 1, name, 0)]))
    assert list(found.decks) == [(expected, "en")]
    (cards,) = found.decks.values()
    assert f"deck: {expected}" in written(cards, deck=expected, lang="en").text.replace('"', "").replace("'", "")


def test_siblings_of_one_note_stay_together() -> None:
    cards = [Card(11, 1, "B", 1), Card(10, 1, "A", 0)]
    found = incoming(collected(note(1, "a", "b", kind=REVERSED), cards=cards))
    assert list(found.decks) == [("A", "en")]
    assert "several decks" in found.lost[0].why


@pytest.mark.parametrize(
    ("fronts", "lang", "expected"),
    [
        (("卷积", "池化", "ReLU"), "", "zh"),
        (("卷积", "ReLU", "GELU"), "", "en"),
        (("卷积", "ReLU", "GELU"), "de", "de"),
        (("日本語のテキスト", "ひらがな"), "ja", "ja"),
        (("卷积", "池化"), "de", "zh"),
    ],
)
def test_the_language_of_a_deck_is_that_of_most_notes(fronts: tuple[str, ...], lang: str, expected: str) -> None:
    found = incoming(collected(*(note(n, front, "a") for n, front in enumerate(fronts, 1))), lang=lang)
    assert list(found.decks) == [("Deck", expected)]


# --- histories -----------------------------------------------------------------------------------------------------


def test_histories_go_to_the_sides_that_anki_has() -> None:
    cards = [
        Card(10, 1, "Deck", 0, flags=1),
        Card(21, 2, "Deck", 1, queue=Queue.SUSPENDED),
        Card(32, 3, "Deck", 1),
        Card(33, 3, "Deck", 4),
    ]
    reviews = [Review(1_772_000_000_000, card, 3, 1, 0, 2500, 900, 1) for card in (32, 33, 99)]
    notes = (
        note(1, "a", "b", kind=REVERSED),
        note(2, "a", "b", kind=REVERSED),
        note(3, "{{c1::x}} {{c2::y}}", "", kind=CLOZE),
    )
    found = incoming(collected(*notes, cards=cards, reviews=reviews))
    one, two, three = list(found.guids)
    assert set(found.pasts) == {f"{one}~forward", f"{two}~reverse", f"{three}~c2"}
    assert found.pasts[f"{two}~reverse"].suspended
    assert [review.grade for review in found.pasts[f"{three}~c2"].reviews] == [Grade.GOOD]


def test_fsrs_memory_is_told_once() -> None:
    cards = [Card(n * 10, n, "Deck", 0, data='{"s":3.1,"d":5.2,"dr":0.9}') for n in (1, 2)]
    found = incoming(collected(note(1, "a", "b"), note(2, "c", "d"), cards=cards))
    assert found.lost == [Lost("FSRS memory of 2 cards", "quizcv schedules by SM-2 and replays the log")]


# --- own notes -----------------------------------------------------------------------------------------------------


def test_own_notes_are_asked_for_first() -> None:
    """They keep id, deck and language; edited ones are as any other."""
    side = CardText(
        key="relu~c3", note="relu", kind=Kind.CLOZE, deck="nn", lang="zh", tags=(), breadcrumb=("A",), front="f", back="b",
        line=1, end_line=1,
    )  # fmt: skip
    cards = [Card(10, 1, "Deck", 2, flags=1), Card(20, 2, "Deck", 0)]
    found = incoming(
        collected(note(1, "x", "y", kind=CLOZE), note(2, "edited", "b"), cards=cards),
        own=lambda kind, one: [side] if kind is CLOZE and one.id == 1 else None,
    )
    assert found.decks[("nn", "zh")] == [side]
    assert [card.front for card in found.decks[("Deck", "en")]] == ["edited"]
    assert found.guids["relu"] == "guid1"
    assert found.pasts["relu~c3"].flagged


# --- media ---------------------------------------------------------------------------------------------------------


def test_media_are_those_that_texts_show() -> None:
    front = '<img src="a%20b.png"><img src="100%.png">[sound:é.mp3]<img src="gone.png"><img src="https://x.y/z.png">'
    names = ("a b.png", "100%.png", "e\u0301.mp3", "unused.png", "../../x.png")
    found = incoming(collected(note(1, front, "b"), media=dict.fromkeys(names, "0")))
    assert found.media == {"a b.png": "media/a b.png", "100%.png": "media/100%.png", "e\u0301.mp3": "media/é.mp3"}
    assert only(found).front == (
        "![](<media/a b.png>)![](media/100%25.png)[é.mp3](media/é.mp3)![](media/gone.png)![](https://x.y/z.png)"
    )
    assert [lost.why for lost in found.lost] == ["gone.png is not in the package"]


@pytest.mark.parametrize(
    "name", ["../x.png", "..", "a/b.png", "a\\b.png", "/etc/passwd", "x\x01.png", "é" * 101, "%2e%2e%2fx.png"]
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    front = f'text <img src="{name}" alt="picture">'
    for there in ({name: "0"}, {}):
        found = incoming(collected(note(1, front, "b"), media=there))
        shown = [unquote(path) for path in re.findall(r"\(<?([^<>()]*)", only(found).front)]
        for path in (*found.media.values(), *shown):
            assert re.fullmatch(r"media/[^/\\]+", path)
            assert path not in ("media/..", "media/.")


def test_a_picture_inside_the_text_is_told() -> None:
    found = incoming(collected(note(1, 'a <img src="data:image/png;base64,AAAA">', "b")))
    assert only(found).front == "a"
    assert [lost.why for lost in found.lost] == ["a picture or a sound that is no file of the package is left out"]


# --- the real Anki -------------------------------------------------------------------------------------------------

Fill = Callable[[Anki], None]


def read(col: Anki) -> Collection:
    col.close()
    try:
        return read_collection(Path(col.path))[0]
    finally:
        col.reopen()


def add(col: Anki, kind: str | NotetypeDict, **fields: str) -> AnkiNote:
    notetype = col.models.by_name(kind) if isinstance(kind, str) else kind
    assert notetype is not None
    made = col.new_note(notetype)
    for name, text in fields.items():
        made[name.replace("_", " ")] = text
    col.add_note(made, col.decks.id("Real::Deck"))
    return made


def defined(col: Anki, question: str, answer: str, *, cloze: bool = False) -> NotetypeDict:
    """A note type with the fields Front, Back and More, and one card."""
    made = col.models.new("Custom")
    made["type"] = MODEL_CLOZE if cloze else MODEL_STD
    for name in ("Front", "Back", "More"):
        col.models.add_field(made, col.models.new_field(name))
    template = col.models.new_template("Card 1")
    template["qfmt"], template["afmt"] = question, answer
    col.models.add_template(made, template)
    col.models.add_dict(made)
    found = col.models.by_name("Custom")
    assert found is not None
    return found


def seen_in_anki(html: str) -> str:
    """What is read on a card in Anki: no style, no script, no box to type in, no more blanks than none."""
    html = re.sub(r"<style.*?</style>|<script.*?</script>|\[anki:.*?\]|\[\[type:.*?\]\]", "", html, flags=re.DOTALL)
    return "".join(unescape(re.sub(r"<[^<>]*>", "", html)).split())


RENDERED = {
    "fields": ("{{Front}}", BACK + "{{Back}}"),
    "conditions": ("{{Front}}{{#More}} more{{/More}}{{^More}} none{{/More}}", BACK + "{{#Back}}{{Back}}{{/Back}}{{^Back}}-{{/Back}}"),
    "nested conditions": ("{{#Front}}{{^Back}}x{{/Back}}{{#Back}}{{Front}}{{/Back}}{{/Front}}", BACK + "{{Back}}"),
    "text": ("{{text:Front}}", BACK + "{{text:Back}}"),
    "kanji": ("{{kanji:More}}!", BACK + "{{kana:More}}"),
    "special fields": ("{{Front}} {{Tags}} {{Type}} {{Deck}} {{Subdeck}} {{Card}}", BACK + "{{Back}}"),
    "other braces": ("{{=<% %>=}}<%Front%>", BACK + "{{Back}}"),
    "comment": ("{{Front}}<!-- {{Back}} -->", BACK + "{{Back}}"),
    "layout": ("<div class=q><h1>Question</h1>{{Front}}</div><style>a{}</style>", BACK + "<table><tr><td>{{Back}}</td></tr></table>"),
}  # fmt: skip

FIELDS = {
    "plain": ("front text", "back text", "漢字[かんじ] 語[ご]"),
    "marked up": ("<b>fr</b>ont &lt;b&gt; &amp;amp; #1", "<ul><li>a_b</li><li>*c*</li></ul>", "x"),
    "lines": ("a<div>b</div><div><br></div>1. c", "- d<br>- e", ""),
    "chinese": ("卷积<b>（核）</b>的大小", "<code>3×3</code>", "感受[かんじゅ]"),
}


#: Of `text:` with entities Anki makes HTML once more; here what is text stays text.
SHOWN_OTHERWISE = {("text", "marked up")}


@pytest.mark.parametrize(("template", "fields"), sorted({(t, f) for t in RENDERED for f in FIELDS} - SHOWN_OTHERWISE))
def test_a_card_says_what_anki_shows(template: str, fields: str, collection: Anki) -> None:
    question, answer = RENDERED[template]
    front, back, more = FIELDS[fields]
    made = add(collection, defined(collection, question, answer), Front=front, Back=back, More=more)
    output = made.cards()[0].render_output()
    found = incoming(read(collection))
    expected_front = seen_in_anki(output.question_text)
    if "The front of this card is blank" in output.question_text:
        assert cards_of(found) == []
        return
    card = only(found)
    expected_back = seen_in_anki(output.answer_text.split("<hr id=answer>")[1])
    assert (seen_in_markdown(card.front), seen_in_markdown(card.back)) == (expected_front, expected_back)
    assert next(iter(found.decks))[0] == "Real::Deck"


def test_stock_note_types_of_the_real_anki(collection: Anki) -> None:
    add(collection, "Basic", Front="b1", Back="b2")
    add(collection, "Basic (and reversed card)", Front="r1", Back="r2")
    add(collection, "Basic (optional reversed card)", Front="o1", Back="o2")
    add(collection, "Basic (optional reversed card)", Front="p1", Back="p2", Add_Reverse="y")
    add(collection, "Basic (type in the answer)", Front="t1", Back="t2")
    add(collection, "Cloze", Text="c {{c1::d}} {{c2::e}}", Back_Extra="")
    found = incoming(read(collection))
    assert found.lost == []
    assert [(card.kind, card.front, card.back, card.typed) for card in cards_of(found)] == [
        (Kind.BASIC, "b1", "b2", False),
        (Kind.TERM, "r1", "r2", False),
        (Kind.TERM, "r2", "r1", False),
        (Kind.BASIC, "o1", "o2", False),
        (Kind.TERM, "p1", "p2", False),
        (Kind.TERM, "p2", "p1", False),
        (Kind.BASIC, "t1", "t2", True),
        (Kind.CLOZE, "c […] e", "c **d** e", False),
        (Kind.CLOZE, "c d […]", "c d **e**", False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "plain {{c1::answer}} text",
        "<b>bold {{c1::answer::hint}} bold</b>",
        "{{c1::two}} of {{c1::one}} card",
        "{{c1::a<br>b}}<div>c</div>",
        "卷积{{c1::（核）}}的<i>大小</i>",
        "{{c1::std::vector}} }} {",
        "<ul><li>{{c1::a}}</li><li>b</li></ul>",
    ],
)
def test_both_sides_of_a_cloze_say_what_anki_shows(text: str, collection: Anki) -> None:
    made = add(collection, "Cloze", Text=text)
    output = made.cards()[0].render_output()
    card = only(incoming(read(collection)))
    hint = f"[{card.hint}]" if card.hint else "[...]"
    assert seen_in_markdown(card.back) == seen_in_anki(output.answer_text)
    assert seen_in_markdown(card.front).replace("[…]", hint) == seen_in_anki(output.question_text)


@pytest.mark.parametrize(("lang", "deck"), [("en", "Real::Deck"), ("zh", "卷积")])
def test_decks_read_back_every_card(lang: str, deck: str, collection: Anki) -> None:
    """Nothing that comes in is lost or changed on its way into a file."""
    for front, back, _ in FIELDS.values():
        add(collection, "Basic", Front=front, Back=back)
        add(collection, "Basic (and reversed card)", Front=back, Back=front)
        add(collection, "Cloze", Text=f"{front} {{{{c1::{back}}}}}", Back_Extra="more<br><br>lines")
    found = incoming(read(collection), lang=lang)
    for cards in found.decks.values():
        file = written(cards, deck=deck, lang=lang)
        assert len(file.text) < MAX_BYTES
        assert file.lost == file.rewritten == ()


# --- templates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n", "<br>", "<div><br /></div>", "&nbsp;", "<b></b>", "x"])
def test_a_field_is_empty_where_anki_says_so(text: str, collection: Anki) -> None:
    kind = defined(collection, "{{Front}}{{#More}}full{{/More}}", "{{Back}}")
    shown = add(collection, kind, Front="f", Back="b", More=text).cards()[0].question()
    assert mustache.is_empty(text) == ("full" not in shown)


def test_ruby_and_speech() -> None:
    values = {"F": "漢字[かんじ]です 語[ご] [sound:x.mp3]"}
    shown = {
        name: mustache.render(f"{{{{{name}:F}}}}", values, answer=True).html
        for name in ("furigana", "kana", "tts en_US", "hint", "x")
    }
    assert shown == {
        "furigana": "<ruby>漢字<rt>かんじ</rt></ruby>です<ruby>語<rt>ご</rt></ruby> [sound:x.mp3]",
        "kana": "かんじですご [sound:x.mp3]",
        "tts en_US": "",
        "hint": values["F"],
        "x": values["F"],
    }  # fmt: skip
