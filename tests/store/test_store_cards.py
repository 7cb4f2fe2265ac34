"""Reading cards: the right text, the right card for a few letters of its id, the right ones for a filter."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

import pytest

from quizcv.errors import NotFound, UsageError
from quizcv.model import CardFilter, CardState, Kind
from quizcv.store.schedule import Queue

if TYPE_CHECKING:
    from tests.conftest import Shelf

TODAY = date(2026, 3, 1)


# --- the text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "wanted", "given"),
    [
        (["en", "zh"], "zh", "zh"),
        (["zh", "en"], "en", "en"),
        (["en"], "zh", "en"),
        (["zh"], "en", "zh"),
        (["en", "zh"], "", "en"),
        (["", "zh"], "zh", "zh"),
        (["", "zh"], "en", ""),
        (["zh", "en", ""], "", ""),
        (["fr", "de"], "en", "de"),
    ],
)
def test_the_language_asked_for_or_the_one_there_is(shelf: Shelf, there: list[str], wanted: str, given: str) -> None:
    """Else a text without a language, else the first by name; the same one wherever a card is read."""
    [card] = shelf.add("a", lang=there[0], front=f"front {there[0]}", back="b")
    for lang in there[1:]:
        shelf.text(card, lang, f"front {lang}", "b")
    with shelf.store.read() as db:
        cards = [
            db.cards.get(card, wanted),
            db.cards.find("a", wanted),
            db.cards.many([card], wanted)[card],
            *db.cards.all(lang=wanted),
        ]
    assert {(card.lang, card.front, card.breadcrumb[-1]) for card in cards} == {
        (given, f"front {given}", f"front {given}")
    }
    assert len(cards) == 4
    assert len(set(cards)) == 1


def test_all_of_a_card(shelf: Shelf) -> None:
    [card_id] = shelf.add(
        "深度~c1", deck="视觉::vgg", note="深度", kind=Kind.CLOZE, tags=["b", "a", "b"], lang="zh",
        front="[…] 层", back="十六 $\\alpha$ 😀", path="/笔记/vgg.md",
    )  # fmt: skip
    with shelf.store.read() as db:
        card = db.cards.get(card_id)
    assert (card.key, card.note, card.kind, card.deck, card.lang) == (
        "深度~c1", "深度", Kind.CLOZE, "视觉::vgg", "zh",
    )  # fmt: skip
    assert (card.front, card.back, card.tags, card.path) == ("[…] 层", "十六 $\\alpha$ 😀", ("a", "b"), "/笔记/vgg.md")
    assert not card.orphaned
    shelf.orphan(card_id)
    with shelf.store.read() as db:
        assert db.cards.get(card_id).orphaned


# --- by id -------------------------------------------------------------------------------------------------------

KEYS = ("conv", "conv-1", "conv-2", "Conv-3", "relu~c1", "relu~c2", "100%", "100_", "a" * 64, "深度", "深浅", "pool")


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("conv", "conv"),  # itself, although others begin so
        ("#conv", "conv"),
        ("conv-1", "conv-1"),
        ("p", "pool"),
        ("#poo", "pool"),
        ("aaa", "a" * 64),
        ("Conv", "Conv-3"),
        ("C", "Conv-3"),
        ("relu~c2", "relu~c2"),
        ("100%", "100%"),
        ("100_", "100_"),
        ("深度", "深度"),
    ],
)
def test_a_card_by_the_beginning_of_its_id(shelf: Shelf, reference: str, key: str) -> None:
    """Letters stand for themselves: `%` and `_` are no wildcards, and small ones are not capitals."""
    shelf.add(*KEYS)
    with shelf.store.read() as db:
        assert db.cards.find(reference).key == key


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("relu", "several cards begin with 'relu': relu~c1, relu~c2."),
        ("con", "several cards begin with 'con': conv, conv-1, conv-2."),
        ("100", "several cards begin with '100': 100%, 100_."),
        ("深", "several cards begin with '深': 深度, 深浅."),
        ("CONV", "there is no card 'CONV'."),
        ("onv", "there is no card 'onv'."),
        ("conv-1 ", "there is no card 'conv-1 '."),
        ("conv%", "there is no card 'conv%'."),
        ("p__l", "there is no card 'p__l'."),
        ("", "there is no card ''."),
        ("#", "there is no card ''."),
        ("##conv", "there is no card '#conv'."),
    ],
)
def test_no_card_or_several(shelf: Shelf, reference: str, words: str) -> None:
    """Those it may be are named; what to do next as well."""
    shelf.add(*KEYS)
    with shelf.store.read() as db, pytest.raises(NotFound) as caught:
        db.cards.find(reference)
    assert caught.value.message == words
    assert caught.value.hint


def test_the_only_card_is_not_found_by_nothing(shelf: Shelf) -> None:
    shelf.add("a")
    with shelf.store.read() as db, pytest.raises(NotFound, match="there is no card ''"):
        db.cards.find("#")


def test_an_id_among_many_that_begin_so(shelf: Shelf) -> None:
    """However many, and whatever comes before it in the alphabet."""
    shelf.add("conv", *(f"{conv}-{number}" for conv in ("Conv", "CONV", "conv") for number in range(20)))
    with shelf.store.read() as db:
        assert db.cards.find("conv").key == "conv"
        with pytest.raises(NotFound) as caught:
            db.cards.find("conv-")
    assert caught.value.message.count("conv-") < 10, "not all of them"


@pytest.mark.parametrize("card_id", [0, -1, 99, 2**40])
def test_no_card_of_this_number(shelf: Shelf, card_id: int) -> None:
    shelf.add("a")
    with shelf.store.read() as db:
        with pytest.raises(NotFound, match=f"no card {card_id}"):
            db.cards.get(card_id)
        assert db.cards.many([card_id]) == {}


# --- by filter ---------------------------------------------------------------------------------------------------


@pytest.fixture
def library(shelf: Shelf) -> Shelf:
    shelf.add("lenet", deck="backbone::lenet", tags=["old", "cnn"], front="LeNet-5?", back="Five layers")
    shelf.add("vgg", deck="backbone::vgg", tags=["cnn", "100%"], front="VGG 参数", back="138_000_000 (100%)")
    shelf.add("vgg-d", deck="backbone::vgg::d", tags=["cnn"], front="Depth", back="16/19 \\ **STRASSE**")
    shelf.add("top", deck="backbone", tags=["old"], front="What?", back="a backbone")
    shelf.add("b2", deck="backbone2", tags=["CNN"], front="Zwei", back="deeper 1380000000")
    shelf.add("b-x", deck="backbone-x::vgg", front="[[x]]", back="c:\\net")
    shelf.add("single", deck="backbone:vgg", front="é", back="É")
    shelf.add("capital", deck="Backbone::vgg", front="卷积", back="Convolution")
    shelf.add("zh", deck="骨干::深", front="VGG", back="参数很多")
    [card] = shelf.add("both", deck="z", front="In English", back="e")
    shelf.text(card, "zh", "用中文", "只在这里")
    return shelf


FILTERS: list[tuple[CardFilter, Collection[str]]] = [
    (CardFilter(), {"lenet", "vgg", "vgg-d", "top", "b2", "b-x", "single", "capital", "zh", "both"}),
    # decks, with what lies below them
    (CardFilter(decks=("backbone",)), {"lenet", "vgg", "vgg-d", "top"}),
    (CardFilter(decks=("backbone::vgg",)), {"vgg", "vgg-d"}),
    (CardFilter(decks=("backbone::vgg::d",)), {"vgg-d"}),
    (CardFilter(decks=("backbone::vg",)), ()),
    (CardFilter(decks=("backbone2", "z")), {"b2", "both"}),
    (CardFilter(decks=("backbone:vgg",)), {"single"}),
    (CardFilter(decks=("backbone:",)), ()),
    (CardFilter(decks=("Backbone",)), {"capital"}),
    (CardFilter(decks=("骨干",)), {"zh"}),
    (CardFilter(decks=("骨干::深", "backbone::lenet")), {"zh", "lenet"}),
    (CardFilter(decks=("%",)), ()),
    (CardFilter(decks=("backbone_",)), ()),
    (CardFilter(decks=("nowhere",)), ()),
    # tags, all of them
    (CardFilter(tags=("cnn",)), {"lenet", "vgg", "vgg-d"}),
    (CardFilter(tags=("CNN",)), {"b2"}),
    (CardFilter(tags=("cnn", "old")), {"lenet"}),
    (CardFilter(tags=("old", "cnn", "old")), {"lenet"}),
    (CardFilter(tags=("100%",)), {"vgg"}),
    (CardFilter(tags=("%",)), ()),
    (CardFilter(tags=("cnn", "nothing")), ()),
    # text on either side, in any language
    (CardFilter(text="vgg"), {"vgg", "zh"}),
    (CardFilter(text="LENET"), {"lenet"}),
    (CardFilter(text="参数"), {"vgg", "zh"}),
    (CardFilter(text="100%"), {"vgg"}),
    (CardFilter(text="%"), {"vgg"}),
    (CardFilter(text="138_0"), {"vgg"}),
    (CardFilter(text="_"), {"vgg"}),
    (CardFilter(text="16/19"), {"vgg-d"}),
    (CardFilter(text="\\"), {"vgg-d", "b-x"}),
    (CardFilter(text="**strasse**"), {"vgg-d"}),
    (CardFilter(text="[["), {"b-x"}),
    (CardFilter(text="'"), ()),
    (CardFilter(text="只在"), {"both"}),
    (CardFilter(text="in english"), {"both"}),
    (CardFilter(text="layers depth"), ()),
    # together
    (CardFilter(decks=("backbone",), tags=("cnn",), text="vgg"), {"vgg"}),
    (CardFilter(decks=("backbone", "骨干"), text="参数"), {"vgg", "zh"}),
    (CardFilter(decks=("backbone2",), tags=("cnn",)), ()),
]


@pytest.mark.parametrize(("chosen", "keys"), FILTERS)
def test_filters(library: Shelf, chosen: CardFilter, keys: Collection[str]) -> None:
    """The same cards whatever language is shown, in a list of cards and in every queue; each card once."""
    with library.store.read() as db:
        found = [card.key for card in db.cards.all(chosen, "en")]
        assert [card.key for card in db.cards.all(chosen, "zh")] == found
        ids = {card.id: card.key for card in db.cards.all()}
        walks = [[due.card_id for due in db.schedule.walk(1, q, TODAY, TODAY, chosen)] for q in (Queue.NEW, Queue.ALL)]
    assert sorted(found) == sorted(keys)
    for walk in walks:
        assert [ids[card_id] for card_id in walk] == found


def test_a_text_in_another_language_finds_the_card_and_shows_the_one_asked_for(library: Shelf) -> None:
    with library.store.read() as db:
        [card] = db.cards.all(CardFilter(text="只在这里"), "en")
    assert (card.lang, card.front) == ("en", "In English")


@pytest.mark.parametrize("orphaned", [False, True, None])
def test_orphans_are_asked_for(library: Shelf, orphaned: bool | None) -> None:
    with library.store.read() as db:
        ids = {card.key: card.id for card in db.cards.all()}
    library.orphan(ids["vgg"], ids["zh"])
    gone = {"vgg", "zh"}
    with library.store.read() as db:
        found = {card.key: card.orphaned for card in db.cards.all(orphaned=orphaned)}
        assert db.cards.find("vgg").key == "vgg"
    assert set(found) == {None: set(ids), True: gone, False: set(ids) - gone}[orphaned]
    assert all(found[key] == (key in gone) for key in found)


def test_decks_and_tags_in_use(library: Shelf) -> None:
    with library.store.read() as db:
        ids = {card.key: card.id for card in db.cards.all()}
    library.add("another", deck="backbone::vgg", tags=["cnn"])
    library.orphan(ids["lenet"], ids["zh"])
    with library.store.read() as db:
        decks, tags = db.cards.decks(), db.cards.tags()
    assert decks["backbone::vgg"] == 2
    assert "backbone::lenet" not in decks
    assert "骨干::深" not in decks
    assert list(decks) == sorted(decks)
    assert (tags["cnn"], tags["CNN"], tags["100%"]) == (4, 1, 1)


def test_empty(shelf: Shelf) -> None:
    with shelf.store.read() as db:
        assert db.cards.empty()
        assert list(db.cards.all()) == []
        assert db.cards.decks() == db.cards.tags() == db.cards.many([]) == {}
    shelf.orphan(*shelf.add("a"))
    with shelf.store.read() as db:
        assert not db.cards.empty()


def test_more_cards_than_one_statement_can_name(shelf: Shelf) -> None:
    """Asking for many at once has no limit that a large collection could meet."""
    ids = shelf.add(*(f"card {number}" for number in range(300)), tags=["t"])
    wanted = [*ids, *range(10**6, 10**6 + 60_000)]
    with shelf.store.read() as db:
        assert list(db.cards.many(wanted)) == ids
        assert list(db.schedule.states(1, wanted)) == ids
        assert set(db.decks.tags_of(wanted)) == set(ids)
        assert len(db.decks.texts_of_cards(wanted)) == 300
        assert len(db.decks.known_keys([*map(str, wanted), "card 7"])) == 1


# --- learners ----------------------------------------------------------------------------------------------------


def test_a_new_learner_has_every_card(shelf: Shelf) -> None:
    """As a new one, orphans included; and what the others know is theirs."""
    first, second = shelf.add("a", "b")
    shelf.orphan(second)
    shelf.due(first, TODAY, TODAY.replace(day=1, month=2))
    known = shelf.state(first)
    with shelf.store.write() as db:
        zoe = db.learners.add("zoë", TODAY, "Asia/Shanghai")
    third, *_ = shelf.add("c")
    with shelf.store.read() as db:
        assert db.schedule.states(zoe.id, [first, second, third]) == dict.fromkeys((first, second, third), CardState())
        assert db.schedule.states(1, [first, second, third]) == {
            first: known, second: CardState(), third: CardState()
        }  # fmt: skip
        assert db.learners.named("zoë") == zoe
        assert (zoe.name, zoe.timezone) == ("zoë", "Asia/Shanghai")


def test_what_one_learner_does_is_nothing_to_another(shelf: Shelf) -> None:
    [card] = shelf.add("a")
    with shelf.store.write() as db:
        zoe = db.learners.add("zoë", TODAY)
        db.schedule.put(zoe.id, card, CardState(suspended=True))
    assert shelf.state(card) == CardState()


@pytest.mark.parametrize("name", ["default", "", "  ", "\t"])
def test_a_name_that_cannot_be(shelf: Shelf, name: str) -> None:
    before = shelf.dump()
    with pytest.raises(UsageError, match="empty or taken"), shelf.store.write() as db:
        db.learners.add(name, TODAY)
    assert shelf.dump() == before


def test_a_learner_who_is_not_there(shelf: Shelf) -> None:
    """The names there are are told."""
    with shelf.store.write() as db:
        db.learners.add("zoë", TODAY)
    with shelf.store.read() as db, pytest.raises(NotFound) as caught:
        db.learners.named("Zoë")
    assert "default, zoë" in caught.value.message
    assert "learner add" in caught.value.hint
