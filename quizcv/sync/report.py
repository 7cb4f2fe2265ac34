"""What a sync says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from quizcv.model import Fault, Gap, Place


class Changed(StrEnum):
    """What happened to a card, the weightiest where several things did."""

    ADDED = "added"
    RESTORED = "restored"  # an orphan whose text is back
    RENAMED = "renamed"  # a new key that continues an old card, history and all
    MOVED = "moved"  # to another file or deck
    UPDATED = "updated"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class Change:
    what: Changed
    key: str
    front: str
    place: Place
    was: str = ""  # the former key, deck or file


@dataclass(slots=True)
class SyncReport:
    """What a sync did, or with `dry_run` would do."""

    files: int = 0
    unchanged_files: int = 0
    cards: int = 0
    changes: list[Change] = field(default_factory=list)
    gaps: list[tuple[str, Gap]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    dry_run: bool = False

    def count(self, what: Changed) -> int:
        return sum(change.what is what for change in self.changes)
