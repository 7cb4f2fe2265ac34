"""From cards to what shall be written of their note, in every way that may do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, takewhile

from quizcv.deck import cloze, composing, escaping, markdown, references
from quizcv.deck.composing import BELOW, Draft, Layout
from quizcv.deck.document import Document
from quizcv.model import CardText, Kind

_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_CODE = re.compile(r" {0,3}\t| {4}")
_SUFFIX = {Kind.TERM: re.compile("~(?:forward|reverse)"), Kind.CLOZE: re.compile(r"~c(\d{1,3})")}
_NO_SUFFIX = re.compile("")
_EMPTY = {Kind.HEADING: ("heading", "answer"), Kind.TERM: ("term", "definition")}


def draft(sides: Sequence[CardText]) -> Draft:
    """One note from those of its cards that there are. Raises ValueError with the reason why no Markdown can say it."""
    card = sides[0]
    if not escaping.legal_name(card.note):
        raise ValueError(f"'{card.note[:60]}' is no name for a card: letters, digits, '-', '_', '.' and ':' make one.")
    if any(side.kind is not card.kind for side in sides):
        raise ValueError("Its cards are of different kinds.")
    _check_keys(sides)
    front, back, definitions = _texts(sides)
    try:
        item = composing.item(card.item) if card.item and card.kind is Kind.ITEM else ""
        check = composing.check(card.claims) if card.claims else ""
    except (ValueError, RecursionError):
        raise ValueError("A claim or an item of it holds a value that a deck has no way to write.") from None
    tags = dict.fromkeys(tag for tag in map(_tag, card.tags) if tag)
    parts = composing.breadcrumb(card.breadcrumb, card.kind)
    return Draft(card.note, card.kind, parts, tuple(tags), card.typed, front, back, item, check, definitions)


def _tag(tag: str) -> str:
    """The tag, or a legal one if it is not even one word."""
    return tag if tag and not re.search(r"[\s\ud800-\udfff\0]", tag) else escaping.made_legal(tag)


def _check_keys(sides: Sequence[CardText]) -> None:
    seen: dict[str, CardText] = {}
    for side in sides:
        suffix = side.key.removeprefix(side.note)
        if not side.key.startswith(side.note) or not _SUFFIX.get(side.kind, _NO_SUFFIX).fullmatch(suffix):
            raise ValueError(f"'{side.key[:60]}' is not the key of a card of this kind.")
        if (first := seen.setdefault(side.key, side)) is not side and first != side:
            raise ValueError(f"Two cards have the key '{side.key[:60]}'.")


def _texts(sides: Sequence[CardText]) -> tuple[str, str, Mapping[str, str]]:
    """Front, back and the definitions that `parse` has put below them."""
    card = sides[0]
    if card.kind is Kind.ITEM:
        if card.item is None:
            raise ValueError("It names no item model.")
        return "", "", {}
    front, back = card.front, card.back
    if card.kind is Kind.CLOZE:
        front, back = card.cloze, ""
    elif card.kind is Kind.TERM and card.key.endswith("~reverse"):
        front, back = back, front
    front, defined = _parted(_trimmed(front))
    back, more = _parted(_trimmed(back, indented=card.kind is Kind.HEADING))
    if card.kind is Kind.CLOZE:
        _check_deletions(front, sides)
    elif not front or not back:
        raise ValueError(f"Its {_EMPTY.get(card.kind, ('question', 'answer'))[bool(front)]} is empty.")
    return front, back, {**more, **defined}


def _trimmed(text: str, *, indented: bool = False) -> str:
    """A text without the blanks around it that no reader sees, those that make its first line code excepted, and every
    `indented` line."""
    text = _BLANK_LINES.sub("", escaping.clean(text).rstrip())
    return text if indented or _CODE.match(text) else text.lstrip()


def _check_deletions(text: str, sides: Sequence[CardText]) -> None:
    found, problems = cloze.read(text)
    if problems:
        raise ValueError(problems[0].message)
    there = {f"~c{side.number}" for side in found}
    for side in sides:
        suffix = side.key.removeprefix(side.note)
        if suffix not in there:
            raise ValueError(f"Its text has no deletion {suffix[1:]}.")


# --- links -------------------------------------------------------------------------------------------------------


def _parted(text: str) -> tuple[str, Mapping[str, str]]:
    """A text and the definitions below it, if that is how `parse` completes it."""
    if "\n\n[" in text:
        base, _, below = text.rpartition("\n\n")
        found = _definitions(below)
        if references.complete(base, found) == text:
            return base, found
    return text, {}


def _definitions(text: str) -> dict[str, str]:
    if "]:" not in text:
        return {}
    return references.collect(Document("", text.split("\n")), markdown.parse(text)[0])


def linked(drafts: Sequence[Draft]) -> list[tuple[Draft, bool]]:
    """The drafts with their definitions where they do no harm, and whether they must be quoted for that.

    A definition serves every card of a file. One that would serve a card that has none now must not be seen: in a quote it
    serves its own card alone. Of two for one name the second stays in its text.
    """
    own = [{**_definitions(each.front), **_definitions(each.back), **each.definitions} for each in drafts]
    known: dict[str, str] = {}
    for name, source in chain.from_iterable(found.items() for found in own):
        known.setdefault(name, source)
    if not known:
        return [(each, False) for each in drafts]
    strange: set[str] = set()
    for each in drafts:
        for text in (full(each.front, each), full(each.back, each)):
            strange.update(_definitions(references.complete(text, known)[len(text) :]))
    return [_settled(each, found, known, strange) for each, found in zip(drafts, own, strict=True)]


def _settled(each: Draft, own: Mapping[str, str], known: Mapping[str, str], strange: set[str]) -> tuple[Draft, bool]:
    quote = not strange.isdisjoint(own)
    if quote or any(known[name] != source for name, source in each.definitions.items()):
        each = replace(each, front=full(each.front, each), back=full(each.back, each), definitions={})
    return each, quote


def full(text: str, each: Draft) -> str:
    """A text of the draft as it is read back, its definitions below it."""
    return references.complete(text, dict(each.definitions)) if each.definitions else text


# --- ways to write -----------------------------------------------------------------------------------------------


def ways(each: Draft, *, quote: bool = False) -> Iterator[tuple[Draft, Layout]]:
    """From letter for letter to block quotes, in which nothing is read but text; `quote`: nothing less will do."""
    if not quote:
        chosen = composing.layout(each)
        yield each, chosen
        if each.kind in (Kind.BASIC, Kind.TERM, Kind.CLOZE):
            if each.back and not chosen.spaced:
                yield each, chosen._replace(spaced=True)
            yield each, BELOW
    if each.kind is Kind.ITEM:
        return
    escaped = _escaped(each)
    rewritten = [] if quote else [(escaped, composing.layout(escaped)._replace(spaced=True)), (escaped, BELOW)]
    for other, layout in (*rewritten, (_quoted(each), BELOW)):
        if each.kind is not Kind.CLOZE or _hides_the_same(each.front, other.front):
            yield other, layout


def _escaped(each: Draft) -> Draft:
    if each.kind is Kind.HEADING:
        return replace(each, front=_on_one_line(each.front), back=escaping.escaped(each.back, ""))
    front = escaping.escaped(each.front, composing.opening(each, 0, below=True))
    if each.kind is Kind.CLOZE:
        return replace(each, front=escaping.unparted(front))
    return replace(each, front=front, back=escaping.escaped(each.back, composing.opening(each, 1, below=True)))


def _quoted(each: Draft) -> Draft:
    front = _on_one_line(each.front) if each.kind is Kind.HEADING else escaping.quoted(each.front)
    return replace(each, front=front, back=escaping.quoted(each.back) if each.back else "")


def _hides_the_same(text: str, other: str) -> bool:
    """Whether two cloze texts have the same deletions, math where it was math: without its blank lines a text may seem
    to hold other code and math."""

    def shape(text: str) -> list[tuple[int, str, int, int]]:
        sides, _ = cloze.read(text)
        return [(side.number, side.hint, side.front.count("[…]"), side.back.count("\\boxed{")) for side in sides]

    return shape(text) == shape(other)


def _on_one_line(title: str) -> str:
    """A title on one line, definitions below it left out; as it is if it holds more, for which there is no heading."""
    first, _, below = title.partition("\n\n")
    if below and any(block.kind != "definition" for block in markdown.parse(below)[0]):
        return title
    return " ".join(first.split())


def shared_tags(drafts: Sequence[Draft]) -> tuple[str, ...]:
    """The tags for the front matter: those that all notes begin with, and those they all have that only it can say."""
    if not drafts:
        return ()
    first, *others = (each.tags for each in drafts)
    common = set(first).intersection(*others)
    prefix = sum(1 for _ in takewhile(lambda tags: len(set(tags)) == 1, zip(first, *others, strict=False)) if others)
    return tuple(tag for at, tag in enumerate(first) if at < prefix or (tag in common and not escaping.legal_tag(tag)))


def with_tags(each: Draft, shared: Sequence[str]) -> Draft:
    """The draft with the tags that are left for its attributes, made legal there."""
    left = (tag if escaping.legal_tag(tag) else escaping.made_legal(tag) for tag in each.tags if tag not in shared)
    return replace(each, tags=tuple(dict.fromkeys(tag for tag in left if tag and tag not in shared)))
