"""The note types that quizcv's cards have in Anki.

Anki knows a note type by its id, and one whose fields differ under the same id is a conflict: whoever changes the fields of a type
gives it a new id. Templates and style may change under the same id; Anki takes them over where the person lets it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from quizcv.exchange.anki.collection import NoteType, Template

#: The last fields of every type: what quizcv itself reads when a package comes back.
OWN = ("Id", "Source")

_CONTEXT = '{{#Context}}<div class="context">{{Context}}</div>{{/Context}}\n'
_PROOF = '\n{{#Proof}}<div class="proof">{{Proof}}</div>{{/Proof}}'
_BACK = "{{FrontSide}}\n<hr id=answer>\n"


def _front(text: str, more: str = "") -> str:
    return f'{_CONTEXT}<div class="front">{text}</div>{more}'


@cache
def style() -> str:
    """The style sheet that all types share: day and night, any width, code by Pygments' class names."""
    return files("quizcv.exchange.anki.own").joinpath("style.css").read_text(encoding="utf-8")


@cache
def basic() -> NoteType:
    """A question and its answer; also a heading and what stands below it."""
    card = Template("Card", _front("{{Front}}"), f"{_BACK}{{{{Back}}}}{_PROOF}")
    return NoteType(1763110000001, "quizcv Basic", ("Front", "Back", "Context", "Proof", *OWN), (card,), style())


@cache
def typed() -> NoteType:
    """A question whose answer is typed; `Answer` is what Anki compares with, plain text."""
    card = Template("Card", _front("{{Front}}", "\n{{type:Answer}}"), f"{_BACK}{{{{Back}}}}{_PROOF}")
    fields = ("Front", "Back", "Answer", "Context", "Proof", *OWN)
    return NoteType(1763110000002, "quizcv Typed", fields, (card,), style())


@cache
def term() -> NoteType:
    """A term and its definition, asked both ways."""
    asked = '\n<div class="asked">{{%s}}</div>'
    forward = Template("Definition", _front("{{Term}}", asked % "Asked"), f"{_BACK}{{{{Definition}}}}{_PROOF}")
    reverse = Template("Term", _front("{{Definition}}", asked % "Asked Back"), f"{_BACK}{{{{Term}}}}{_PROOF}")
    fields = ("Term", "Definition", "Asked", "Asked Back", "Context", "Proof", *OWN)
    return NoteType(1763110000003, "quizcv Term", fields, (forward, reverse), style())


@cache
def cloze() -> NoteType:
    """A text with deletions."""
    card = Template("Cloze", _front("{{cloze:Text}}"), _front("{{cloze:Text}}", _PROOF))
    return NoteType(1763110000004, "quizcv Cloze", ("Text", "Context", "Proof", *OWN), (card,), style(), cloze=True)


@cache
def cloze_typed() -> NoteType:
    """A text whose deletions are typed."""
    box = "\n{{type:cloze:Text}}"
    card = Template("Cloze", _front("{{cloze:Text}}", box), _front("{{cloze:Text}}", box + _PROOF))
    fields = ("Text", "Context", "Proof", *OWN)
    return NoteType(1763110000005, "quizcv Cloze Typed", fields, (card,), style(), cloze=True)
