"""What the learner sees: the Textual app, the line mode, and how Markdown and math look in a terminal.

app, card, screens, widgets, lines   the full-screen review
keys, wording, typed                 what is pressed, what is said, whether a typed answer is right
plain                                the review line by line
sitting                              what both have in common
render, markup, elements, wrapping   Markdown for a terminal
mathtext, math*                      math as Unicode text
charts                               statistics as pictures
editor                               the learner's own editor at a card's line
"""
