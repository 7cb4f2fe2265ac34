"""Notes of other people's types as cards.

conversion   a note -> cards, by what its type is      mustache   Anki's template language
tomarkdown   HTML -> Markdown that reads the same      cleaning, tidying   what comes before
escaping, emphasis, marks   text that must stay text   names      ids, decks, media
"""
