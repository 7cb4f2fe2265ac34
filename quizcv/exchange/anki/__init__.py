"""Anki packages (.apkg, .colpkg), both ways. Nothing here needs Anki; the tests let the real one judge.

collection   what a package holds, as values
writer       Collection -> file
"""
