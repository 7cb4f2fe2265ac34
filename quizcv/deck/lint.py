"""What a careful reader notices in decks that are not wrong: long answers, twins, broken pictures, open math."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from quizcv.deck.document import Document, unify
from quizcv.deck.files import Source, decode
from quizcv.deck.identity import normalise
from quizcv.deck.inline import spans
from quizcv.deck.proof import proofread
from quizcv.model import CardText, DeckFile, Fault, Kind, Place, Severity

#: More than this nobody recalls at once.
MOST_WORDS = 120
MOST_CHARACTERS = 300

_FENCE = re.compile(r"^[ >]*(```+|~~~+)[\s\S]*?(?:^[ >]*\1|\Z)", re.MULTILINE)
_MARKUP = re.compile(r"<[^<>\n]*>|\]\([^()\n]*\)")
_WORD = re.compile(r"[A-Za-zÀ-ɏ][0-9A-Za-zÀ-ɏ'’-]*")
#: What has digits and states nothing: names (VGG-16, conv5_3, 1×1, fp16, `x[10]`), years, list numbers, LaTeX's spaces.
_NAMES = re.compile(
    r"`[^`\n]*`|<[^<>\n]*>|\]\([^()\n]*\)|[A-Za-z][A-Za-z.+/_-]*\d[A-Za-z0-9_.+/-]*|_\{[^{}]*\}|\b(?:19|20)\d\d\b|^[ ]*\d{1,2}[.)][ ]"
    r"|(?<![\d.,])(\d{1,2})[ ]?(?:×|\\times|x)[ ]?\1(?![\d.,×])",
    re.MULTILINE,
)
#: A number of two digits, a fraction, a percentage, or sizes with × between them.
_NUMBER = re.compile(r"(?<![\w.,-])(?:\d[\d,]*\.\d+|\d[\d,]*\d|\d+(?=[ ]?\\?[%％])|\d+(?=[ ]?×[ ]?\d))")
_CHARACTER = re.compile(r"[぀-ヿ㐀-䶿一-鿿가-힯豈-﫿]")


def lint(files: Sequence[DeckFile], sources: Iterable[Source] = (), *, numbers: bool = False) -> list[Fault]:
    """Warnings within and across files, in order; an id used twice in one language is a fault.

    What needs a file's own text and folder (pictures, links, math) is looked at if its source is among `sources`. With `numbers`,
    also answers that state a number which nothing confirms.
    """
    faults = [*_too_long(files), *_same_question(files), *_same_id(files)]
    if numbers:
        faults += _unconfirmed(files)
    known = {source.path: source for source in sources}
    for file in files:
        if source := known.get(file.path):
            faults += _proofread(source)
    return sorted(faults)


def _proofread(source: Source) -> list[Fault]:
    try:
        text = decode(source.file.read_bytes(), source.path)
    except OSError:
        return []  # reading it has told
    if isinstance(text, Fault):
        return []
    document = Document(source.path, unify(text).split("\n"))
    proofread(document, source)
    return document.faults


def _warning(file: DeckFile, card: CardText, code: str, message: str, hint: str) -> Fault:
    return Fault(Place(file.path, card.line), Severity.WARNING, code, message, hint)


def _notes(files: Iterable[DeckFile]) -> Iterator[tuple[DeckFile, CardText]]:
    """The first card of every note."""
    for file in files:
        before = ""
        for card in file.cards:
            if card.note != before:
                yield file, card
            before = card.note


def _too_long(files: Iterable[DeckFile]) -> Iterator[Fault]:
    for file, card in _notes(files):
        if len(card.back) <= MOST_CHARACTERS:
            continue
        text = _prose(card.back)
        words, characters = len(_WORD.findall(text)), len(_CHARACTER.findall(text))
        if words > MOST_WORDS or characters > MOST_CHARACTERS:
            said = f"{characters} Chinese characters" if characters > MOST_CHARACTERS else f"{words} words"
            hint = "Split it into cards that ask one thing each."
            yield _warning(file, card, "answer-too-long", f"An answer of {said}.", hint)


def _unconfirmed(files: Iterable[DeckFile]) -> Iterator[Fault]:
    for file, card in _notes(files):
        if card.claims or card.sources or card.kind is Kind.ITEM:
            continue
        if stated := _NUMBER.search(_NAMES.sub(" ", _FENCE.sub("", card.cloze or card.back)).replace("{,}", "")):
            message = f"Nothing confirms the {stated.group().strip('.,')} of this answer."
            hint = "Put a 'check' block below it: a claim, or '- source: …' where no operation can tell."
            yield _warning(file, card, "number-unconfirmed", message, hint)


def _prose(text: str) -> str:
    """A text without code, math, HTML and the targets of links."""
    text = _FENCE.sub("", text)
    covered = spans(text)
    starts = [0, *(span.end for span in covered)]
    ends = [*(span.start for span in covered), len(text)]
    return _MARKUP.sub(" ", " ".join(text[start:end] for start, end in zip(starts, ends, strict=True)))


def _same_question(files: Iterable[DeckFile]) -> Iterator[Fault]:
    seen: dict[tuple[str, str, tuple[str, ...], str], str] = {}
    for file, card in _notes(files):
        if card.kind is Kind.ITEM:
            continue
        key = (card.deck, card.lang, card.breadcrumb, normalise(card.front))
        place = f"{file.path}:{card.line}"
        first = seen.setdefault(key, place)
        if first != place:
            message = f"This question already stands at {first}."
            yield _warning(file, card, "duplicate-question", message, "Ask what only this card answers.")


def _same_id(files: Iterable[DeckFile]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], tuple[DeckFile, CardText]] = {}
    elsewhere: dict[str, tuple[DeckFile, CardText]] = {}
    for file, card in _notes(files):
        if not card.explicit:
            continue
        other, twin = seen.setdefault((card.note, card.lang), (file, card))
        if twin is not card:
            message = f"The id '#{card.note}' already names the card at {other.path}:{twin.line}."
            hint = "Give each card an id of its own."
            yield Fault(Place(file.path, card.line), Severity.FAULT, "duplicate-id", message, hint)
            continue
        other, twin = elsewhere.setdefault(card.note, (file, card))
        if (twin.deck, twin.kind) != (card.deck, card.kind):
            message = f"The id '#{card.note}' names a card of another deck or kind at {other.path}:{twin.line}."
            yield _warning(file, card, "id-mismatch", message, "One id is one card in every language.")
