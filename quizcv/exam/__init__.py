"""Exams: forms of equal difficulty, drawn by a blueprint from verified items and from cards.

blueprint, reading   what is asked for, and the TOML file that says so
assembly             blueprint -> exam: forms, with different items in the same cells
"""
