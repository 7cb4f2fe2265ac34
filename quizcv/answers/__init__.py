"""Answers: what kind of thing is asked for, how a typed one is read, and whether it is right.

kinds.py   integer, number with a tolerance, shape, choice, indices
typed.py   what a learner typed -> a value, kindly; bounded arithmetic, never `eval`
marking.py a value against the key and the wrong values with a known reason
"""

from quizcv.answers.kinds import Answer, Choice, Indices, Integer, Number, Shape, Value, written
from quizcv.answers.marking import Marking, Verdict, mark
from quizcv.answers.typed import Malformed, read

__all__ = [
    "Answer",
    "Choice",
    "Indices",
    "Integer",
    "Malformed",
    "Marking",
    "Number",
    "Shape",
    "Value",
    "Verdict",
    "mark",
    "read",
    "written",
]
