"""Is every stored state what its journal leads to?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from quizcv.model import CardState, Review, Settings
from quizcv.scheduling import Scheduler
from quizcv.store import Unit
from quizcv.study.grading import step


def disagreements(db: Unit, scheduler: Scheduler, settings: Settings) -> Iterator[str]:
    """A line for each journal entry that does not follow the one before or does not do what its action does, and for each
    schedule row that is not what its journal ends with. A card without entries must be new.
    """
    for learner in db.learners.all():
        histories: dict[int, list[Review]] = defaultdict(list)
        for entry in db.journal.entries(learner.id):
            histories[entry.card_id].append(entry)
        for card_id, stored in db.schedule.all(learner.id).items():
            for fault in _faults(histories.get(card_id, ()), stored, scheduler, settings):
                yield f"card {card_id} of {learner.name}: {fault}"


def _faults(
    history: Iterable[Review], stored: CardState | None, scheduler: Scheduler, settings: Settings
) -> Iterator[str]:
    state = CardState()
    for entry in history:
        if entry.before != state:
            yield f"entry {entry.id} does not begin with what was before it"
        if not follows(entry, scheduler, settings):
            yield f"entry {entry.id} does not lead to the state it says"
        state = entry.after
    if stored is None:
        yield "it has no schedule"
    elif stored != state:
        yield "the stored state is not what the journal ends with"


def follows(entry: Review, scheduler: Scheduler, settings: Settings) -> bool:
    """Whether the state after an entry is what its action makes of the state before."""
    # What makes a leech, and what happens to it, depends on the settings of that day: each of these may have been.
    never = replace(settings, leech_lapses=10**9)
    tagged = replace(settings, leech_lapses=1, leech_every=1, leech_action="tag")
    possible = (never, tagged, replace(tagged, leech_action="suspend"))
    return any(step(entry.before, entry, scheduler, then) == entry.after for then in possible)
