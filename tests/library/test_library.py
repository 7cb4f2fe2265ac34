"""The decks that ship: the same cards in both languages, every heading of the source notes answered, words of our own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from quizcv.deck import find, lint, read
from quizcv.model import CardText, DeckFile, Kind

ROOT = Path(__file__).parents[2]
DECKS = ROOT / "decks"
NOTES = ROOT.parent / "shared" / "notes"
FILES = sorted(str(path.relative_to(DECKS / "en")) for path in (DECKS / "en").rglob("*.md"))

KINDS = {"concept", "formula", "number", "comparison", "code"}
DIFFICULTIES = {"easy", "medium", "hard"}
#: An answer that nobody can recall at once is not one idea.
MOST_WORDS, MOST_CHARACTERS = 60, 100

FENCE = re.compile(r"```.*?```", re.DOTALL)
MATH = re.compile(r"\$[^$]*\$")
INLINE = re.compile(r"`[^`]*`")


@dataclass(frozen=True)
class Deck:
    file: DeckFile
    cards: tuple[CardText, ...]


@cache
def deck(lang: str, name: str) -> DeckFile:
    item = find([DECKS / lang / name]).files[0]
    return read(item.file, path=name, deck=item.deck, lang=lang)


def notes(lang: str) -> Iterator[tuple[str, CardText]]:
    """The first card of every note that is no item."""
    for name in FILES:
        before = ""
        for card in deck(lang, name).cards:
            if card.note != before and card.kind is not Kind.ITEM:
                yield name, card
            before = card.note


def test_both_languages_have_the_same_files() -> None:
    assert sorted(str(path.relative_to(DECKS / "zh")) for path in (DECKS / "zh").rglob("*.md")) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_same_cards_in_both_languages(name: str) -> None:
    """Ids and their order, tags, `item` and `check` blocks, and code but for its comments."""
    english, chinese = deck("en", name), deck("zh", name)
    assert english.deck == chinese.deck
    assert [card.key for card in english.cards] == [card.key for card in chinese.cards]
    for one, other in zip(english.cards, chinese.cards, strict=True):
        assert (one.kind, one.tags, one.typed, one.item) == (other.kind, other.tags, other.typed, other.item), one.key
        assert [str((c.model, c.params, c.equals)) for c in one.claims] == [
            str((c.model, c.params, c.equals)) for c in other.claims
        ], one.key
        assert one.sources == other.sources, one.key
        assert code(one.back) == code(other.back), one.key


def code(text: str) -> list[str]:
    """What the fences hold, without comments and blank ends."""
    found = FENCE.findall(text)
    return [re.sub(r"\s*(?:#|//).*$", "", fence, flags=re.MULTILINE) for fence in found]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_card_says_what_it_is_and_is_one_idea(lang: str) -> None:
    wrong = []
    for name, card in notes(lang):
        tags = set(card.tags)
        if not (tags & KINDS and len(tags & DIFFICULTIES) == 1 and card.explicit):
            wrong.append(f"{name}:{card.line} {card.key}: {sorted(tags)}")
        prose = MATH.sub(" ", FENCE.sub(" ", card.back))
        words, characters = len(re.findall(r"[A-Za-z][\w'’-]*", prose)), len(re.findall(r"[一-鿿]", prose))
        if words > MOST_WORDS or characters > MOST_CHARACTERS:
            wrong.append(f"{name}:{card.line} {card.key}: {words} words, {characters} characters")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_card_stands_under_another_cards_question(lang: str) -> None:
    """Its breadcrumb would be that question."""
    for name in FILES:
        cards = deck(lang, name).cards
        asked = {card.front for card in cards if card.kind is Kind.HEADING}
        wrong = [card.key for card in cards if card.breadcrumb and card.breadcrumb[-1] in asked]
        assert not wrong, f"{name}: {wrong} belong above the first question of their section"


def test_there_are_enough() -> None:
    for lang in ("en", "zh"):
        cards = sum(len(deck(lang, name).cards) for name in FILES)
        assert cards >= 1000
        assert len(list(notes(lang))) >= 700
        assert sum(len(card.claims) for _, card in notes(lang)) >= 300


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_is_confirmed_or_has_a_source(lang: str) -> None:
    found = find([DECKS / lang])
    decks = [read(item.file, path=item.path, deck=item.deck, lang=item.lang) for item in found.files]
    assert [str(fault) for one in decks for fault in one.faults] == []
    assert [str(fault) for fault in lint(decks, found.files, numbers=True)] == []


def test_ids_are_one_name_each() -> None:
    seen: dict[str, str] = {}
    for name, card in notes("en"):
        assert seen.setdefault(card.note, name) == name, f"{card.note} is in {seen[card.note]} and in {name}"


def test_coverage_is_complete_and_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/make_coverage.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not NOTES.is_dir(), reason="the source notes are not here")
def test_the_list_of_headings_is_that_of_the_notes() -> None:
    from quizcv.deck import frontmatter, markdown
    from quizcv.deck.document import Document, unify
    from quizcv.deck.inline import plain

    sys.path.insert(0, str(ROOT / "docs"))
    from make_coverage import headings

    for note, known in headings().items():
        document = Document(note, unify((NOTES / f"{note}.md").read_text(encoding="utf-8")).split("\n"))
        front = frontmatter.read(document)
        document.lines[: front.end] = [""] * front.end
        blocks, _ = markdown.parse("\n".join(document.lines))
        found = [[block.level, " ".join(plain(block.text).split())] for block in blocks if block.kind == "heading"]
        assert [list(one) for one in known] == found


#: So many characters in a row are no coincidence.
COPIED = 24


@pytest.mark.skipif(not NOTES.is_dir(), reason="the source notes are not here")
def test_no_sentence_is_taken_from_the_notes() -> None:
    source = "".join(bare(path.read_text(encoding="utf-8")) for path in sorted(NOTES.glob("notes-*.md")))
    runs = {source[at : at + COPIED] for at in range(len(source) - COPIED)}
    copied = []
    for name, card in notes("zh"):
        text = bare(INLINE.sub("", FENCE.sub("", MATH.sub("", card.back))))
        copied += [
            f"{name} {card.key}: {text[at : at + COPIED]}"
            for at in range(len(text) - COPIED)
            if text[at : at + COPIED] in runs
        ][:1]
    assert not copied, "\n".join(copied)


def bare(text: str) -> str:
    """Letters of words alone."""
    return re.sub(r"[^\w]|[\d_]", "", text)


def test_pictures_are_drawn_from_the_models_and_all_are_used() -> None:
    done = subprocess.run(
        [sys.executable, "docs/make_pictures.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for lang in ("en", "zh"):
        there = {path.name for path in (DECKS / lang / "pictures").glob("*.svg")}
        texts = "".join(path.read_text(encoding="utf-8") for path in (DECKS / lang).rglob("*.md"))
        assert set(re.findall(r"\.\./pictures/([\w-]+\.svg)\)", texts)) == there
