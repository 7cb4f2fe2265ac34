"""What an Anki collection becomes here: notes -> cards in Markdown, log and schedule -> histories.

- An id is made of the note's guid, so that the same package read again gives the same cards. Where one note becomes several, the first
  has its guid.
- A note lies in the deck of its first card; where its cards are notes of their own here, each in its own.
- A deck is Chinese where most of its notes have Chinese characters and no kana; else its language is the one asked for, or English.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from html import unescape

from quizcv.exchange.anki import history
from quizcv.exchange.anki.collection import Card, Collection, Note, NoteType
from quizcv.exchange.anki.foreign import conversion as foreign
from quizcv.exchange.anki.foreign.conversion import Refused
from quizcv.exchange.anki.foreign.mustache import TemplateError
from quizcv.exchange.anki.foreign.names import Media, deck_name, destination
from quizcv.exchange.anki.foreign.tomarkdown import Unreadable
from quizcv.model import CardText, Kind, Past

#: Asked first for every note: its exact cards where quizcv wrote it and nobody edited it since, else None.
Own = Callable[[NoteType, Note], list[CardText] | None]

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]")
_KANA = re.compile("[\u3040-\u30ff]")
_TAG = re.compile(r"<[^<>]*>")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that could not come along, named for a person, and why."""

    what: str
    why: str


@dataclass(slots=True)
class Incoming:
    """Cards by deck and language, in the collection's order; histories by card key; Anki's guids by note; media that texts use, by their
    names in the package, with paths from the deck's folder; what was lost."""

    decks: dict[tuple[str, str], list[CardText]] = field(default_factory=dict)
    pasts: dict[str, Past] = field(default_factory=dict)
    guids: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)


def incoming(
    collection: Collection,
    *,
    lang: str = "",
    tz: tzinfo | None = None,
    own: Own = lambda _notetype, _note: None,
) -> Incoming:
    """Convert a collection. `lang` is for decks that are not Chinese, `tz` the learner's zone. Cards that `own` gives keep the deck and
    the language they state."""
    return _Incoming(collection, lang, tz, own).made()


class _Incoming:
    def __init__(self, collection: Collection, lang: str, tz: tzinfo | None, own: Own) -> None:
        self.collection = collection
        self.lang = lang
        self.own = own
        self.pasts = history.pasts(collection, tz)
        self.media = Media(collection.media)
        self.result = Incoming()
        self.seen: set[str] = set()
        self.placed: list[tuple[str, CardText]] = []  # with the deck in Anki
        self.ours: set[str] = set()  # notes that state their language, if only that they have none
        self.extra: Counter[str] = Counter()  # cloze notes whose extra text is shown, by deck

    def made(self) -> Incoming:
        for note, cards in self.notes():
            self.media.asked = {}
            try:
                self.note(note, cards)
            except (Refused, Unreadable, TemplateError) as refused:
                self.lose(note, cards, str(refused))
        self.place()
        for deck, count in self.extra.items():
            self.result.lost.append(
                Lost(
                    f"{_count(count, 'cloze note')} in {deck}", "the extra text of the back is shown with the question"
                )
            )
        if fsrs := sum(map(history.uses_fsrs, self.collection.cards)):
            self.result.lost.append(
                Lost(f"FSRS memory of {_count(fsrs, 'card')}", "quizcv schedules by SM-2 and replays the log")
            )
        return self.result

    def notes(self) -> list[tuple[Note, list[Card]]]:
        """Every note that has cards, with them by their number; in the order in which their first cards are learnt."""
        by_note: dict[int, dict[int, Card]] = defaultdict(dict)
        for card in self.collection.cards:
            by_note[card.note].setdefault(card.ord, card)
        found = []
        for note in self.collection.notes:
            if cards := [card for _, card in sorted(by_note.pop(note.id, {}).items())]:
                found.append((note, cards))
            else:
                self.lose(note, cards, "it has no cards")
        return sorted(found, key=lambda pair: (history.position(pair[1][0]), pair[1][0].id))

    def note(self, note: Note, cards: Sequence[Card]) -> None:
        notetype = self.collection.notetypes.get(note.notetype)
        if notetype is None:
            raise Refused("its note type is missing")
        if (texts := self.own(notetype, note)) is not None:
            self.ours.update(text.note for text in texts)
            self.keep(note, cards, {_ord(text): text for text in texts})
            return
        made = foreign.convert(notetype, note, cards, self.media.path)
        self.keep(note, cards, made.texts)
        self.take_media(note, cards, made.texts)
        for why in made.lost:
            self.lose(note, cards, why)
        if made.extra:
            self.extra[cards[0].deck] += 1

    def keep(self, note: Note, cards: Sequence[Card], texts: Mapping[int, CardText]) -> None:
        """Remember the cards, by their number, with decks and histories."""
        names = list(dict.fromkeys(text.note for text in texts.values()))
        if not names:
            return
        if not self.seen.isdisjoint(names):
            raise Refused("another note has the same guid")
        self.seen.update(names)
        self.result.guids[names[0]] = note.guid
        decks = {card.ord: card.deck for card in cards}
        together = len(names) == 1
        if together and len(set(decks.values())) > 1:
            self.lose(note, cards, "its cards lie in several decks: they are one note here, in the deck of the first")
        self.placed += [
            (cards[0].deck if together else decks.get(ord_, cards[0].deck), text) for ord_, text in texts.items()
        ]
        for card in cards:
            if card.ord in texts and card.id in self.pasts:
                self.result.pasts[texts[card.ord].key] = self.pasts[card.id]

    def take_media(self, note: Note, cards: Sequence[Card], texts: Mapping[int, CardText]) -> None:
        """Take along what the texts of a note show, and tell what they show in vain."""
        said = "\n".join(f"{text.front}\n{text.back}\n{text.cloze}" for text in texts.values())
        for name, path in self.media.asked.items():
            if not path:
                self.lose(note, cards, "a picture or a sound that is no file of the package is left out")
            elif destination(path) not in said:
                continue
            elif name in self.media.names:
                self.result.media[self.media.names[name]] = path
            else:
                self.lose(note, cards, f"{name} is not in the package")

    def place(self) -> None:
        """Every card into its deck; the language of foreign ones is settled when all of a deck are known."""
        named = [(text.deck or deck_name(deck), text) for deck, text in self.placed]
        chinese: dict[str, dict[str, bool]] = defaultdict(dict)
        for deck, text in named:
            if text.note not in self.ours:
                chinese[deck][text.note] = _chinese(text)
        langs = {
            deck: "zh" if 2 * sum(notes.values()) > len(notes) else self.lang or "en" for deck, notes in chinese.items()
        }
        for deck, text in named:
            lang = text.lang if text.note in self.ours else langs[deck]
            self.result.decks.setdefault((deck, lang), []).append(replace(text, deck=deck, lang=lang))

    def lose(self, note: Note, cards: Sequence[Card], why: str) -> None:
        said = " ".join(unescape(_TAG.sub(" ", note.fields[0] if note.fields else "")).split()) or f"note {note.id}"
        said = said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…"
        where = f" in {cards[0].deck}" if cards else ""
        self.result.lost.append(Lost(f"“{said}”{where}", why))


def _ord(text: CardText) -> int:
    """The number that Anki gives to a card of quizcv's own, by its key."""
    suffix = text.key.removeprefix(text.note).removeprefix("~")
    return int(suffix[1:]) - 1 if text.kind is Kind.CLOZE else int(suffix == "reverse")


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


def _chinese(text: CardText) -> bool:
    said = text.front + text.back
    return _HAN.search(said) is not None and not _KANA.search(said)
