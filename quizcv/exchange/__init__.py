"""Other programs' files: values of `quizcv.model` to and from Anki packages, CSV and JSON. Knows no store and no screen.

anki/       Anki packages, both ways
archive/    everything there is, as JSON or CSV
"""
