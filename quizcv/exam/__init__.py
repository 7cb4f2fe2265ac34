"""Exams: forms of equal difficulty, drawn by a blueprint from verified items and from cards.

blueprint, reading, tomlplaces   what is asked for, and the TOML file that says so
assembly, form, theory           blueprint -> exam: forms, with different items in the same cells
renderers/                       exam -> files, one module a format; mathml, typst… are their ways with text and formulas
wording                          what all of them say around the questions
manifest, writing                the same bytes again; into a folder, whole or not at all
judging, sitting                 one answer; one exam as it is sat
responses, marks, analysis       a class: its answers, its scores, and how good the questions were
stress                           item models before they are trusted with an exam
"""
