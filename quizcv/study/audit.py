"""Is every stored state what its journal leads to?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from quizcv.model import Settings
from quizcv.scheduling import Scheduler
from quizcv.store import Unit
from quizcv.study.grading import replayed


def disagreements(db: Unit, scheduler: Scheduler, settings: Settings) -> Iterator[str]:
    """A line for each schedule row that differs from its replayed journal, and for each entry that does not follow the one before.

    Leech marks depend on the settings of their day, so they are taken from the entries.
    """
    for learner in db.learners.all():
        entries = sorted(db.journal.entries(learner.id), key=lambda entry: (entry.card_id, entry.id))
        for card_id, group in groupby(entries, key=lambda entry: entry.card_id):
            history = list(group)
            stored = db.schedule.state(learner.id, card_id)
            name = f"card {card_id} of {learner.name}"
            if history[-1].after != stored:
                yield f"{name}: the last journal entry does not lead to the stored state"
            for earlier, later in pairwise(history):
                if earlier.after != later.before:
                    yield f"{name}: entry {later.id} does not follow entry {earlier.id}"
            if replayed(history, scheduler, settings).memory != stored.memory:
                yield f"{name}: replaying the journal gives another schedule"
