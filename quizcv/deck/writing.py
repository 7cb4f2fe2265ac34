"""Cards -> Markdown text: the inverse of `parse`, held to it by reading back what was written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from quizcv.deck import composing, drafting, frontmatter
from quizcv.deck.composing import COMPACT, Draft, Layout, Page
from quizcv.deck.document import Document
from quizcv.deck.files import MAX_BYTES
from quizcv.deck.reader import parse
from quizcv.model import CardText, Claim, DeckFile, Kind, Severity

_LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Written:
    """The Markdown of one deck file, with front matter.

    `rewritten` are the notes whose text, tags or breadcrumb had to be changed: they read the same, but are not letter for letter
    what was given.
    `lost` are the notes that no Markdown can say, each with the reason for a person; they are not in the text.
    """

    text: str
    rewritten: tuple[str, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()


def written(cards: Sequence[CardText], *, deck: str, lang: str) -> Written:
    """A file from which `parse` reads the same cards in the same order, each with its note's name as explicit id.

    `deck` and `lang` hold for all of them, whatever they say themselves; in a deck's name `/` would part it and becomes
    `-`. The sides of a note may lie apart or be missing: the whole note is written where its first one stands. A file is
    read up to `MAX_BYTES`: what does not fit is lost.
    """
    notes: defaultdict[str, list[CardText]] = defaultdict(list)
    for card in cards:
        notes[card.note].append(card)
    lost: dict[str, str] = {}
    drafts: list[Draft] = []
    for note, sides in notes.items():
        try:
            drafts.append(drafting.draft(sides))
        except ValueError as reason:
            lost[note] = str(reason)
    return _Writer(notes, drafts, deck, lang, lost).write()


@dataclass(slots=True, eq=False)
class _Entry:
    """A note in the way it is written now, and the ways that are left."""

    sides: Sequence[CardText]
    draft: Draft
    layout: Layout
    left: Iterator[tuple[Draft, Layout]]
    original: Draft
    #: It came back wrong although alone it comes back right.
    doubted: bool = False

    def next(self) -> bool:
        """Go on to the next way; False if there is none."""
        way = next(self.left, None)
        if way:
            self.draft, self.layout = way
        return way is not None


class _Writer:
    """Writes all notes, reads them back, finds another way for those that are not what they were, and so on."""

    def __init__(
        self,
        notes: Mapping[str, Sequence[CardText]],
        drafts: Sequence[Draft],
        deck: str,
        lang: str,
        lost: dict[str, str],
    ) -> None:
        self.explicit = all(draft.kind is not Kind.HEADING for draft in drafts)
        self.head = partial(composing.front_matter, deck, lang, drafting.shared_tags(drafts))
        self.shared = frontmatter.read(Document("", self.head(explicit=True).split("\n"))).tags
        self.lost = lost
        self.entries: list[_Entry] = []
        for draft, quote in drafting.linked([drafting.with_tags(draft, self.shared) for draft in drafts]):
            left = drafting.ways(draft, quote=quote)
            if way := next(left, None):
                self.entries.append(_Entry(notes[draft.note], *way, left, draft))
            else:
                self.lost[draft.note] = (
                    "Its links would serve other cards, and in a quote it would hide something else."
                )

    def write(self) -> Written:
        while True:
            page, starts = self.compose()
            found = parse(page.text, path="")
            wrong = self.wrong(found, starts)
            if not wrong and self.explicit and any(fault.severity is Severity.FAULT for fault in found.faults):
                self.explicit = False  # a `T: 300 K` in a text: where headings might make cards it is no fault
            elif not wrong:
                return Written(page.text, tuple(self.rewritten(found)), tuple(self.lost.items()))
            for entry in wrong:
                self.mend(entry)
            self.entries = [entry for entry in self.entries if entry.draft.note not in self.lost]

    def compose(self) -> tuple[Page, list[int]]:
        """All notes as a file, and the first line of each."""
        definitions: dict[str, str] = {}
        for entry in self.entries:
            definitions.update(entry.draft.definitions)
        page = Page(self.head(explicit=self.explicit), definitions.values(), MAX_BYTES)
        kept, starts = [], []
        for entry in self.entries:
            if start := page.add(entry.draft, entry.layout):
                kept.append(entry)
                starts.append(start)
            else:
                self.lost[entry.draft.note] = f"With it the file would have more than {MAX_BYTES:,} bytes."
        self.entries = kept
        return page, starts

    def wrong(self, found: DeckFile, starts: Sequence[int]) -> list[_Entry]:
        """The notes that came back as something else, or with a card in them that nobody gave."""
        cards = _by_note(found)
        wrong = {
            at
            for at, entry in enumerate(self.entries)
            if not self.matches(entry, cards.pop(entry.draft.note, []), self.shared)
        }
        strange = [card[0].line for card in cards.values()] + _faults_of_blocks(found)
        wrong.update(max(bisect_right(starts, line) - 1, 0) for line in strange if starts)
        return [self.entries[at] for at in sorted(wrong)]

    def mend(self, entry: _Entry) -> None:
        """Find a way in which the note comes back when it is alone. If it does already, another note may have harmed it,
        which finds its own way: see once more."""
        if not entry.doubted and self.alone(entry):
            entry.doubted = True
            return
        entry.doubted = False
        while entry.next():
            if self.alone(entry):
                return
        self.lost[entry.draft.note] = self.reason(entry)

    def alone(self, entry: _Entry) -> bool:
        """Whether the note comes back from a file of its own, and a card below it as well."""
        below, found = self.read_alone(entry.draft, entry.layout)
        cards = _by_note(found)
        ours = cards.pop(entry.draft.note, [])
        if list(cards) != [below.note] or _faults_of_blocks(found):
            return False
        return self.matches(entry, ours, ()) and _same_text(below, cards[below.note])

    def read_alone(self, draft: Draft, layout: Layout) -> tuple[Draft, DeckFile]:
        page = Page("", draft.definitions.values(), MAX_BYTES)
        page.add(draft, layout)
        below = Draft("below" if draft.note != "below" else "under", Kind.BASIC, page.path, (), False, "?", "!")
        page.add(below, COMPACT)
        return below, parse(page.text, path="")

    def reason(self, entry: _Entry) -> str:
        """What the reader finds wrong with the note when it is written letter for letter."""
        draft, layout = next(drafting.ways(entry.original))
        _, found = self.read_alone(draft, layout)
        if draft.item or draft.check:
            for fault in found.faults:
                if fault.severity is Severity.FAULT:
                    return fault.message
        if draft.kind is Kind.CLOZE:
            return "Its text does not stand without blank lines, and a text with deletions ends at the first."
        if draft.kind is Kind.HEADING and "\n" in draft.front:
            return "Its title is more than one line of text, and a heading holds no more."
        if draft.kind is Kind.HEADING and all(card.note != draft.note for card in found.cards):
            return "Its answer says nothing of its own: links, open boxes or a table of contents."
        return "Read back from Markdown it would be another card."

    def matches(self, entry: _Entry, cards: Sequence[CardText], shared: Sequence[str]) -> bool:
        """Whether the note's cards are what was written, all that were given among them; `shared` are the file's tags."""
        draft, given = entry.draft, entry.sides[0]
        if not {side.key for side in entry.sides} <= {card.key for card in cards}:
            return False
        card = cards[0]
        return (
            _same_text(draft, cards)
            and card.typed == draft.typed
            and set(card.tags) == {*shared, *draft.tags}
            and card.item == given.item
            and _values(card.claims) == _values(given.claims)
        )

    def rewritten(self, found: DeckFile) -> Iterator[str]:
        cards = {card.key: card for card in found.cards}
        for entry in self.entries:
            if any(_face(side) != _face(cards[side.key]) for side in entry.sides):
                yield entry.draft.note


def _faults_of_blocks(found: DeckFile) -> list[int]:
    """The lines of `item` and `check` blocks that say nothing: text that looked like one."""
    return [fault.place.line for fault in found.faults if fault.code.startswith(("check-", "item-", "block-"))]


def _by_note(found: DeckFile) -> dict[str, list[CardText]]:
    notes: defaultdict[str, list[CardText]] = defaultdict(list)
    for card in found.cards:
        notes[card.note].append(card)
    return notes


def _same_text(draft: Draft, cards: Sequence[CardText]) -> bool:
    card = cards[0]
    if card.kind is not draft.kind or card.breadcrumb != draft.parts:
        return False
    front = drafting.full(draft.front, draft)
    if card.kind is Kind.CLOZE:
        return card.cloze.strip() == front
    return (card.front, card.back) == (front, drafting.full(draft.back, draft))


def _face(card: CardText) -> tuple[Any, ...]:
    """What a learner and a reader of the deck can tell; blanks around a text are none of it."""
    texts = (_LINE_END.sub("\n", text).strip() for text in (card.front, card.back, card.cloze))
    return (*texts, card.hint, card.typed, frozenset(card.tags), tuple(card.breadcrumb))


def _values(claims: Sequence[Claim]) -> list[tuple[str, str, str]]:
    """Claims by what they say: 1, 1.0 and True are three things, and NaN is itself."""
    return [
        (claim.model, repr(composing.plain_value(claim.params)), repr(composing.plain_value(claim.equals)))
        for claim in claims
    ]
