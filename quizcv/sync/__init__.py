"""Deck files into the store: what changed since last time, and nothing lost on the way.

reading.py  which files changed, and what they hold now
carry.py    which new card is an old one in other words
merge.py    the difference, applied in one transaction
columns.py  a card's text as rows of the store
report.py   what was done, for the person
"""

from quizcv.sync.merge import sync
from quizcv.sync.report import Change, Changed, SyncReport

__all__ = ["Change", "Changed", "SyncReport", "sync"]
