"""A note that quizcv did not write -> cards in Markdown.

A note type with two templates that are each other's mirror makes terms, a cloze type makes clozes; of any other every card is a question
with its answer, each a note of its own.

What a cloze note says only on its back has no place here but the text itself: it is appended, and so shown with the question, unless it
tells an answer; then it is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from html import escape

from quizcv.deck import cloze
from quizcv.exchange.anki.collection import Card, Note, NoteType
from quizcv.exchange.anki.foreign import mustache
from quizcv.exchange.anki.foreign.names import note_name
from quizcv.exchange.anki.foreign.tomarkdown import Media, to_markdown
from quizcv.model import CardText, Kind

_IMAGE_OCCLUSION = 6
_ANSWER = re.compile(r"<hr\b[^<>]*\bid\s*=\s*[\"']?answer\b[^<>]*>", re.IGNORECASE)
_SEVERAL = re.compile(r"\{\{c\d*,[\d,]*::")


class Refused(Exception):
    """Why a note cannot be converted, for a person."""


@dataclass(slots=True)
class Converted:
    """The cards of a note by their number in Anki; what could not be kept, in words; whether text of a cloze's back is shown on both
    sides now."""

    texts: dict[int, CardText] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    extra: bool = False


@dataclass(frozen=True, slots=True)
class _Face:
    front: str
    back: str
    typed: bool

    @property
    def complete(self) -> bool:
        return bool(self.front and self.back)


def convert(notetype: NoteType, note: Note, cards: Sequence[Card], media: Media) -> Converted:
    """The cards of one note. `cards` are those that Anki has, at least one, by their number.

    Raises:
        Refused: none of it can be kept.
        Unreadable: a side is too long, or nested too deep.
        TemplateError: a template cannot be read.
    """
    if notetype.stock == _IMAGE_OCCLUSION:
        raise Refused("image occlusion: quizcv cannot hide parts of a picture")
    if not notetype.templates:
        raise Refused("its note type has no templates")
    if notetype.cloze:
        return _cloze(notetype, note, cards, media)
    return _questions(notetype, note, cards, media)


# --- questions and terms -------------------------------------------------------------------------------------------


def _questions(notetype: NoteType, note: Note, cards: Sequence[Card], media: Media) -> Converted:
    by_ord = {card.ord: card for card in cards}
    last = len(notetype.templates)
    wanted = [card.ord for card in cards if 0 <= card.ord < last]
    if last == 2:  # a missing card of a mirrored pair still tells that it is one
        wanted = [0, 1]
    read = cache(partial(_markdown, media=media))  # both sides of a term say the same
    faces = {ord_: _face(notetype, note, ord_, by_ord.get(ord_, cards[0]), read) for ord_ in wanted}
    if last == 2 and faces[0].complete and (faces[0].front, faces[0].back) == (faces[1].back, faces[1].front):
        return Converted(_term(note, faces[0], typed=faces[0].typed or faces[1].typed))
    made = Converted()
    for card in cards:
        face = faces.get(card.ord)
        if face is None:
            made.lost.append(f"card {card.ord + 1} has no template")
        elif not face.complete:
            made.lost.append(f"the {'back' if face.front else 'front'} of card {card.ord + 1} is empty")
        else:
            name = note_name(note) if card.ord == 0 else f"{note_name(note)}-{card.ord + 1}"
            made.texts[card.ord] = _text(note, name, Kind.BASIC, face.front, face.back, typed=face.typed)
    return made


def _term(note: Note, face: _Face, *, typed: bool) -> dict[int, CardText]:
    name = note_name(note)
    return {
        0: _text(note, name, Kind.TERM, face.front, face.back, suffix="~forward", typed=typed),
        1: _text(note, name, Kind.TERM, face.back, face.front, suffix="~reverse", typed=typed),
    }


def _face(notetype: NoteType, note: Note, ord_: int, card: Card, read: Callable[[str], str]) -> _Face:
    """Both sides of one card. What the back repeats of the front above its rule is dropped."""
    template = notetype.templates[ord_]
    values = {**_special(notetype, note, card, template.name), **_fields(notetype, note)}
    question = mustache.render(template.question, values, answer=False)
    answer = mustache.render(template.answer, values, answer=True)
    if question.asked and not answer.asked:  # what was typed is then compared where the front stands on the back
        compared = "<br>".join(values.get(name, "") for name in question.asked)
        answer = mustache.render(template.answer, {**values, "FrontSide": compared}, answer=True)
    front = "" if question.blank else read(question.html)
    above, below = "", answer.html
    if rule := _ANSWER.search(below):
        above, below = read(below[: rule.start()]), below[rule.end() :]
    shown = front.split("\n\n")
    back = [part for part in above.split("\n\n") if part not in shown]
    return _Face(front, "\n\n".join(filter(None, [*back, read(below)])), bool(question.asked))


# --- clozes --------------------------------------------------------------------------------------------------------


def _cloze(notetype: NoteType, note: Note, cards: Sequence[Card], media: Media) -> Converted:
    """A cloze. Its text is all that the question says, not the one field alone."""
    template = notetype.templates[0]
    fields, special = _fields(notetype, note), _special(notetype, note, cards[0], template.name)
    question = mustache.render(template.question, {**special, **fields}, answer=False)
    text = _markdown(question.html, media, cloze=True)
    sides = _sides(text)
    made = Converted()
    extra = _only_on_the_back(template.question, template.answer, fields)
    said = _markdown(extra, media)
    if any(_tells(said, deletion.answer) for deletion in cloze.deletions(text)[0]):
        made.lost.append("the extra text of its back tells an answer: it is left out, the cards are kept")
    elif said:
        # A `<wbr>` between the braces: what looks like a deletion there is none.
        both = f"{question.html}<p>{extra.replace('{{', '{<wbr>{')}</p>"
        text = _markdown(both, media, cloze=True)
        sides = _sides(text)
        made.extra = True
    typed = bool(question.asked)
    for side in sides:
        made.texts[side.number - 1] = _text(
            note,
            note_name(note),
            Kind.CLOZE,
            side.front.strip(),
            side.back.strip(),
            suffix=f"~c{side.number}",
            hint=side.hint,
            typed=typed,
            cloze=text,
        )
    return made


def _only_on_the_back(question: str, answer: str, fields: Mapping[str, str]) -> str:
    """The HTML of the back with the fields that the front does not show; empty if they say nothing there."""
    shown = mustache.names(question)
    html = mustache.render(answer, {n: value for n, value in fields.items() if n not in shown}, answer=True).html
    return "" if html == mustache.render(answer, {}, answer=True).html else html


def _sides(text: str) -> list[cloze.Side]:
    if _SEVERAL.search(text):
        raise Refused("a deletion has several numbers")
    sides, problems = cloze.read(text)
    if problems:
        raise Refused(problems[0].message)
    if not sides:
        raise Refused("it is a cloze without a deletion")
    return sides


def _tells(text: str, answer: str) -> bool:
    """Whether the text says the answer, as a word."""
    text, answer = text.casefold(), answer.casefold()
    if answer.isascii():
        return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text) is not None
    return answer in text


# --- parts ---------------------------------------------------------------------------------------------------------


def _fields(notetype: NoteType, note: Note) -> dict[str, str]:
    return dict(zip(notetype.fields, note.fields, strict=False))


def _special(notetype: NoteType, note: Note, card: Card, template: str) -> dict[str, str]:
    """The fields that Anki adds."""
    special = {
        "Tags": " ".join(note.tags),
        "Type": notetype.name,
        "Deck": card.deck,
        "Subdeck": card.deck.rpartition("::")[2],
        "Card": template,
        "CardFlag": f"flag{card.flags & 7}" if card.flags & 7 else "",
        f"c{card.ord + 1}": "1",
    }
    return {name: escape(value) for name, value in special.items()}


def _markdown(html: str, media: Media, *, cloze: bool = False) -> str:
    """The Markdown; empty if none of it is to be seen."""
    text = to_markdown(html, media, cloze=cloze)
    return text if any(unicodedata.category(letter)[0] not in "ZC" for letter in text) else ""


def _text(
    source: Note,
    name: str,
    kind: Kind,
    front: str,
    back: str,
    *,
    suffix: str = "",
    hint: str = "",
    typed: bool = False,
    cloze: str = "",
) -> CardText:
    """A card as a deck would state it; its deck and language are not known yet."""
    return CardText(
        key=f"{name}{suffix}",
        note=name,
        kind=kind,
        deck="",
        lang="",
        tags=source.tags,
        breadcrumb=(),
        front=front,
        back=back,
        line=1,
        end_line=1,
        hint=hint,
        typed=typed,
        explicit=True,
        cloze=cloze,
    )
