"""Bringing formula and PyTorch together: the only place where verified items are made.

item.py   an item -> a verified item, or a Disagreement with all that is needed to repeat it
calc.py   parameters somebody states -> the value both ways, with the worked solution; claims of decks
trial.py  many items of a model, in one process or several: `quizcv items verify`
pool.py   the store's pool of verified items kept full, and its claims proven
"""

from quizcv.verify.item import VerifiedItem, check, verified

__all__ = ["VerifiedItem", "check", "verified"]
