"""Bringing formula and PyTorch together: the only place where verified items are made.

item.py   an item -> a verified item, or a Disagreement with all that is needed to repeat it
calc.py   parameters somebody states -> the value both ways, with the worked solution; claims of decks
"""

from quizcv.verify.item import VerifiedItem, check, verified

__all__ = ["VerifiedItem", "check", "verified"]
