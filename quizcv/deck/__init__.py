"""Markdown text -> cards. `docs/decks.md` says what is read.

files      find files and read them       markdown   the outermost blocks of a text
reader     put it all together            sections   cut at headings, markers inside
lint       what a careful reader notices  identity   what makes two texts the same card
"""

from quizcv.deck.files import MAX_BYTES, Found, Source, decode, find, read
from quizcv.deck.identity import normalise, note_key, similarity
from quizcv.deck.lint import lint
from quizcv.deck.reader import GRAMMAR_VERSION, parse

__all__ = [
    "GRAMMAR_VERSION",
    "MAX_BYTES",
    "Found",
    "Source",
    "decode",
    "find",
    "lint",
    "normalise",
    "note_key",
    "parse",
    "read",
    "similarity",
]
