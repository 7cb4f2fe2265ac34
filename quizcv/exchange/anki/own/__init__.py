"""quizcv's own notes in Anki.

notetypes, style.css   the types      content   a note's fields      cloze   Anki's deletions
computed/              computational cards, with the script that picks, asks and marks
source, returning      what a note says of itself, and how it comes back
"""
