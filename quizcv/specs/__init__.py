"""Parameters: frozen types that item models sample, formulas and the reference compute from, and people type.

One class is one quantity: its name says what is asked, its fields (in the order people give them) what it depends on. A field's
default may be left out by whoever types it. `rules` says in words what no operation would accept.
Modules are named after topics; nothing here computes an answer.
"""

from quizcv.specs.spec import Spec, fields_of, read, text_of

__all__ = ["Spec", "fields_of", "read", "text_of"]
