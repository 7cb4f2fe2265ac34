"""Deck files into the store: what changed since last time, and nothing lost on the way.

reading.py  which files changed, and what they hold now
carry.py    which new card is an old one in other words
merge.py    the difference, applied in one transaction
"""

from quizcv.sync.merge import Change, Changed, SyncReport, sync

__all__ = ["Change", "Changed", "SyncReport", "sync"]
