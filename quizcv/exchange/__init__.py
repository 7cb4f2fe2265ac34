"""Other programs' files: values of `quizcv.model` to and from Anki packages, CSV and JSON. Knows no store and no screen.

anki/       Anki packages, both ways
archive/    everything there is, as JSON or CSV
drafting    a file appears when it is whole
placing     several files appear together, or none
deckfiles   cards as deck files
"""
