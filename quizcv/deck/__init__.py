"""Markdown text -> cards, and back. `docs/decks.md` says what is read.

files      find files and read them       markdown   the outermost blocks of a text
reader     put it all together            sections   cut at headings, markers inside
lint       what a careful reader notices  identity   what makes two texts the same card
writing    cards as the text of a deck    composing  one note as Markdown
drafting   the ways to write a note       escaping   text that must stay text
"""

from quizcv.deck.files import MAX_BYTES, Found, Source, decode, find, read
from quizcv.deck.identity import normalise, note_key, similarity
from quizcv.deck.lint import lint
from quizcv.deck.reader import GRAMMAR_VERSION, parse
from quizcv.deck.writing import Written, written

__all__ = [
    "GRAMMAR_VERSION",
    "MAX_BYTES",
    "Found",
    "Source",
    "Written",
    "decode",
    "find",
    "lint",
    "normalise",
    "note_key",
    "parse",
    "read",
    "similarity",
    "written",
]
