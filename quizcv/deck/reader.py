"""A text in; its cards, gaps and faults out."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from operator import attrgetter

from quizcv.deck import blocks, frontmatter, identity, markdown, markers, notes, references, sections
from quizcv.deck.blocks import Stated
from quizcv.deck.document import Document, unify
from quizcv.deck.frontmatter import FrontMatter
from quizcv.deck.inline import plain
from quizcv.deck.markdown import Block
from quizcv.deck.markers import Entry
from quizcv.deck.notes import Note
from quizcv.deck.sections import Section
from quizcv.model import CardText, DeckFile, Gap, Kind

#: Changes whenever the same text may give other cards, so that sync reads files again that did not change.
GRAMMAR_VERSION = "2"

#: In place of a card's line: the card of the section's heading.
_HEADING = -1
NOTHING = Stated()


def parse(text: str, *, path: str, deck: str = "", lang: str = "") -> DeckFile:
    """Read a deck. Never raises: what is wrong stands in `faults`, in the order of the text.

    `path` is as the learner typed it; `deck` and `lang` are used where the front matter says nothing.
    """
    document = Document(path, unify(text).split("\n"))
    front = frontmatter.read(document)
    document.lines[: front.end] = [""] * front.end
    source = "\n".join(document.lines)
    outer, nested = markdown.parse(source)
    reader = _Reader(document, front, front.deck or deck, front.lang or lang, references.collect(document, outer))
    for section in sections.split(document, outer, markers.candidates(source)):
        reader.section(section)
    for block in nested:
        reader.refuse(block)
    return reader.finish()


class _Reader:
    """Goes through the sections of one file and keeps what they hold."""

    def __init__(
        self, document: Document, front: FrontMatter, deck: str, lang: str, definitions: dict[str, str]
    ) -> None:
        self.document = document
        self.front = front
        self.deck = deck
        self.lang = lang
        self.definitions = definitions
        self.cards: list[CardText] = []
        self.gaps: list[Gap] = []
        self.lines_of_notes: dict[str, int] = {}

    def finish(self) -> DeckFile:
        faults = sorted(self.document.faults, key=attrgetter("place"))
        return DeckFile(self.document.path, self.deck, self.lang, tuple(self.cards), tuple(self.gaps), tuple(faults))

    def section(self, section: Section) -> None:
        """Keep the cards of a section in the order of their lines, the heading's own first."""
        entries = sections.explicit(self.document, section, strict=self.front.explicit)
        items = [block for block in section.fences if blocks.name(block) == "item"]
        headed = self.heading(section, entries, items)
        stated = self.stated(section, entries, items, headed is not None) if section.fences else {}
        if headed:
            self.add(headed, section.above, stated.get(_HEADING, NOTHING))
        found = [self.entry(section, entry) for entry in entries]
        found += [notes.item(self.document, block) for block in items]
        for note in sorted(filter(None, found), key=attrgetter("line")):
            self.add(note, section.path, stated.get(note.line, NOTHING))

    def heading(self, section: Section, entries: list[Entry], items: list[Block]) -> Note | None:
        """The heading's card. A heading without body, deeper headings and explicit cards is a gap."""
        if not section.level or self.front.explicit:
            return None
        note = notes.heading(self.document, section, entries)
        if note and not section.title:
            self.document.warning(
                section.line,
                0,
                "empty-heading",
                "This heading has no text; what stands below it makes no card.",
                "Write the question into the heading, or remove its '#'.",
            )
            return None
        if not note and not entries and not items and not section.parental:
            self.gaps.append(Gap(plain(section.title), section.above, section.line + 1))
        return note

    def entry(self, section: Section, entry: Entry) -> Note | None:
        if entry.middle is None:
            return notes.deletions(self.document, entry)
        return notes.question(self.document, section, entry, entry.middle, strict=self.front.explicit)

    def stated(self, section: Section, entries: list[Entry], items: list[Block], headed: bool) -> dict[int, Stated]:
        """What the section's `check` blocks say, by the line of the card that they belong to: the last one that began above,
        or the heading's if a break lies between."""
        ends = {entry.start: entry.end for entry in entries} | {block.start: block.end for block in items}
        starts = sorted(ends)
        breaks = [block.start for block in section.blocks if block.kind == "break"]
        owned: defaultdict[int, Stated] = defaultdict(Stated)
        for block in section.fences:
            if blocks.name(block) != "check":
                continue
            blocks.info(self.document, block)
            above = bisect_left(starts, block.start)
            owner = starts[above - 1] if above else _HEADING
            if headed and above and bisect_left(breaks, ends[owner]) < bisect_left(breaks, block.start):
                owner = _HEADING
            if owner == _HEADING and not headed:
                message = "No card stands above this 'check' block."
                hint = "Put it below the card whose number it states."
                self.document.fault(block.start, 0, "check-without-card", message, hint)
            else:
                owned[owner] += blocks.check(self.document, block)
        return owned

    def add(self, note: Note, breadcrumb: tuple[str, ...], stated: Stated) -> None:
        """Keep a note's cards, unless another note of the file has the same name."""
        name = note.attributes.id or identity.note_key(note.kind, *note.text)
        first = self.lines_of_notes.setdefault(name, note.line)
        if first != note.line:
            self.refuse_twin(note, first)
            return
        tags = tuple(dict.fromkeys(self.front.tags + note.attributes.tags))
        cloze = self.complete(note.text[0]) if note.kind is Kind.CLOZE else ""
        for side in note.sides:
            self.cards.append(
                CardText(
                    key=f"{name}~{side.suffix}" if side.suffix else name,
                    note=name,
                    kind=note.kind,
                    deck=self.deck,
                    lang=self.lang,
                    tags=tags,
                    breadcrumb=breadcrumb,
                    front=self.complete(side.front),
                    back=self.complete(side.back),
                    line=note.line + 1,
                    end_line=note.end,
                    hint=side.hint,
                    typed=note.attributes.typed,
                    explicit=bool(note.attributes.id),
                    claims=stated.claims,
                    sources=stated.sources,
                    item=note.item,
                    cloze=cloze,
                )
            )

    def complete(self, text: str) -> str:
        return references.complete(text, self.definitions) if self.definitions else text

    def refuse_twin(self, note: Note, first: int) -> None:
        if note.attributes.id:
            message = (
                f"The id '#{note.attributes.id}' already names the card on line {first + 1}; this one is left out."
            )
            self.document.fault(note.line, 0, "duplicate-id", message, "Give each card an id of its own.")
        else:
            message = f"This card says the same as the one on line {first + 1}; it is left out."
            self.document.warning(note.line, 0, "duplicate-card", message, "Remove one, or give one an id: {#name}.")

    def refuse(self, block: Block) -> None:
        """An `item` or `check` block inside a list or a quote: shown as code it would only puzzle."""
        if name := blocks.name(block):
            line = self.document.lines[block.start]
            message = f"This '{name}' block stands inside a list or a quote; it is not read."
            column = len(line) - len(line.lstrip(" >"))
            self.document.warning(block.start, column, "nested-block", message, "Begin its lines at the left margin.")
