"""Studying: what is due, what an answer does, and how to take it back. Knows no screen.

queue.py    which cards, in which order: one selection for `review` and for `due`
grading.py  what a grade does to a card's state: pure
record.py   a changed state and its journal entry, written together; and undo
computed.py computational cards: the level that is due, what a typed answer is worth
prompt.py   what a sitting shows
session.py  one sitting: show, grade, undo, bury, suspend; every change one committed transaction
stats.py    what the journal tells
"""

from quizcv.study.grading import Choice
from quizcv.study.prompt import Prompt, Summary
from quizcv.study.queue import Queued, Wanted, select
from quizcv.study.record import Moment, mark, undo_last
from quizcv.study.session import Session

__all__ = ["Choice", "Moment", "Prompt", "Queued", "Session", "Summary", "Wanted", "mark", "select", "undo_last"]
