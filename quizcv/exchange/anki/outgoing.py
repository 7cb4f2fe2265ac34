"""Cards -> the collection that a package for Anki holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from functools import partial
from hashlib import sha256
from pathlib import Path

from quizcv.collector import held
from quizcv.deck.html import Media as Naming
from quizcv.deck.html import to_html
from quizcv.exchange.anki import collection as anki
from quizcv.exchange.anki import schedule
from quizcv.exchange.anki.media import Media
from quizcv.exchange.anki.own import computed
from quizcv.exchange.anki.own.content import content, is_hidden_in, ord_of
from quizcv.exchange.anki.own.source import source
from quizcv.items import model_named
from quizcv.model import Card, CardState, Kind, Review
from quizcv.published import PublishedItem

LEECH = "leech"


@dataclass(frozen=True, slots=True)
class HandOver:
    """A learner's schedule, by card ids: states, and the journal's entries from the oldest on."""

    states: Mapping[int, CardState]
    histories: Mapping[int, Sequence[Review]]
    tz: tzinfo | None
    day_start: int


@dataclass(slots=True)
class Request:
    """What is to be exported. `items` gives the verified items of a computational card, none to leave it out; `proven` the ids of
    cards whose claims hold; `folders` where decks, and so their media, may lie; `known` what was exported before, by guid: digest and
    time of change; `now` and `today` are the learner's."""

    cards: Iterable[Card]
    now: datetime
    today: date
    items: Callable[[Card], Sequence[PublishedItem]] = lambda _card: ()
    proven: Collection[int] = ()
    folders: Sequence[Path] = ()
    known: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    hand_over: HandOver | None = None


@dataclass(slots=True)
class Outgoing:
    """The collection; what to remember of each note; what was left out, with the reason."""

    collection: anki.Collection
    written: dict[str, tuple[str, int]]
    left_out: list[tuple[str, str]]


def outgoing(request: Request) -> Outgoing:
    """Make the collection. Notes come in the order of their first cards, ids and times as stable as their texts are."""
    with held():
        return _Outgoing(request).made()


class _Outgoing:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.media = Media(request.folders)
        self.left_out: list[tuple[str, str]] = []
        self.written: dict[str, tuple[str, int]] = {}
        self.calendar, self.first = self._calendar()
        self.made_of: dict[int, int] = {}  # card id here -> in the package
        self.collection = anki.Collection(self.calendar)

    def _calendar(self) -> tuple[anki.Calendar, date]:
        if (hand_over := self.request.hand_over) is None:  # no day is told: any will do, if it is always the same
            return schedule.calendar((), date(2026, 1, 1), UTC, 4)
        return schedule.calendar(hand_over.states.values(), self.request.today, hand_over.tz, hand_over.day_start)

    def made(self) -> Outgoing:
        groups: dict[str, list[Card]] = {}
        for card in self.request.cards:
            groups.setdefault(card.note, []).append(card)
        notetypes: dict[int, anki.NoteType] = {}
        for group in groups.values():
            if found := self._content(group):
                notetypes[found[0].id] = found[0]
                self._add(group, *found)
        self.collection.notetypes = notetypes
        self.collection.media = self.media.files
        if hand_over := self.request.hand_over:
            histories = {new: hand_over.histories.get(old, ()) for old, new in self.made_of.items()}
            self.collection.reviews = schedule.log(histories)
        self.left_out += [(f"{path} in {deck}", why) for (deck, path), why in self.media.missing.items()]
        return Outgoing(self.collection, self.written, self.left_out)

    def _content(self, cards: Sequence[Card]) -> tuple[anki.NoteType, tuple[str, ...]] | None:
        card = cards[0]
        naming: Naming = partial(self.media.name, card.path)
        if card.kind is Kind.CLOZE and not card.cloze:
            self.left_out.append((card.key, "its cloze text was read by an older quizcv; `quizcv sync` reads it again"))
            return None
        if card.item is None:
            made = content(cards, naming, proven=all(one.id in self.request.proven for one in cards))
            if card.kind is Kind.CLOZE and (unseen := [one for one in cards if not is_hidden_in(made[1][0], one)]):
                why = "its deletion is in an address, a comment or a link's definition, where nobody sees it"
                self.left_out.append((unseen[0].key, why))
                return None
            return made
        items = self.request.items(card)
        if not items:
            return None
        title = model_named(card.item.model).title
        # The card shows the title behind the headings, in the language spoken at the time: the last of them may be just that.
        above = card.breadcrumb[:-1] if card.breadcrumb[-1:] in ((title.en,), (title.zh,)) else card.breadcrumb
        fields = computed.fields(
            items,
            lang=card.lang,
            title=title,
            context=" › ".join(to_html(part, naming) for part in above),
            id=card.note,
            source=source(cards, {}),
            render=to_html,
        )
        return computed.notetype(), fields

    def _add(self, cards: Sequence[Card], kind: anki.NoteType, fields: tuple[str, ...]) -> None:
        oldest = min(cards, key=lambda card: card.id)
        guid = oldest.guid
        if guid in self.written:  # another note had these words when it came in, before it was edited
            guid = f"{guid}#{oldest.id}"
        tags = self._tags(cards)
        note = anki.Note(
            id=_number(oldest),
            guid=guid,
            notetype=kind.id,
            modified=self._modified(guid, _digest(kind, tags, fields), max(card.changed for card in cards)),
            tags=tags,
            fields=fields,
        )
        self.collection.notes.append(note)
        for card in cards:
            self.made_of[card.id] = number = _number(card)
            self.collection.cards.append(self._card(card, number, note.id, cards[0].deck))

    def _tags(self, cards: Sequence[Card]) -> tuple[str, ...]:
        leech = self.request.hand_over and any(self._state(card).leech for card in cards)
        return tuple(dict.fromkeys((*cards[0].tags, *([LEECH] if leech else []))))

    def _state(self, card: Card) -> CardState:
        hand_over = self.request.hand_over
        return hand_over.states.get(card.id, CardState()) if hand_over else CardState()

    def _card(self, card: Card, number: int, note: int, deck: str) -> anki.Card:
        position = len(self.collection.cards) + 1
        made = anki.Card(number, note, deck or "quizcv", ord_of(card), due=position)
        if self.request.hand_over is None:
            return made
        history = self.request.hand_over.histories.get(card.id, ())
        counted = (self.calendar, self.first)
        columns = schedule.columns(self._state(card), history, counted, self.request.today, self.request.now, position)
        return anki.Card(made.id, made.note, made.deck, made.ord, **columns)

    def _modified(self, guid: str, digest: str, changed: int) -> int:
        """When the note last changed, in seconds. The file's time serves for the text; where something else changed since the last
        export (tags, the language, how quizcv writes HTML) it must be later than what Anki was told."""
        now = int(self.request.now.timestamp())
        known = self.request.known.get(guid)
        if known is None:
            modified = changed if 0 < changed < now else now  # the clock of a file may be wrong
        elif known[0] == digest:
            modified = known[1]
        else:
            modified = max(min(changed, now), known[1] + 1)
        self.written[guid] = (digest, modified)
        return modified


def _digest(kind: anki.NoteType, tags: Sequence[str], fields: Sequence[str]) -> str:
    return sha256("\x1f".join((str(kind.id), *tags, "", *fields)).encode("utf-8", "surrogatepass")).hexdigest()


def _number(card: Card) -> int:
    """An id in Anki's way, the millisecond of creation: the card's day, and its number here."""
    created = card.created or date(2026, 1, 1)
    return int(datetime.combine(created, time(), UTC).timestamp()) * 1000 + card.id
