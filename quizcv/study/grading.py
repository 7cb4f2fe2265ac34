"""What a grade does to a card's state. Pure: the journal can be played again and must end where the store stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from quizcv.model import Action, CardState, Grade, Review, Settings
from quizcv.scheduling import Scheduler
from quizcv.scheduling.sm2 import drill_day


@dataclass(frozen=True, slots=True)
class Choice:
    """One grade offered to the learner; `days` until the card comes again (None: no change), `drill`: once more today."""

    grade: Grade
    days: int | None
    drill: bool


def action_for(state: CardState, today: date, *, cram: bool = False) -> Action:
    """What grading a card in this state means today."""
    if cram:
        return Action.CRAM
    if state.drill == today:
        return Action.DRILL
    return Action.LEARN if state.new else Action.REVIEW


def graded(
    state: CardState, action: Action, grade: Grade, today: date, scheduler: Scheduler, settings: Settings
) -> CardState:
    """The state after a graded action. Drill touches the drill mark alone, cramming nothing."""
    if action is Action.CRAM:
        return state
    if action is Action.DRILL:
        return replace(state, drill=drill_day(grade, today))
    memory = scheduler.review(state.memory, grade, today)
    lapsed = state.memory is not None and memory.lapses > state.memory.lapses
    leech = lapsed and is_leech(memory.lapses, settings)
    suspended = leech and settings.leech_action == "suspend"
    return replace(
        state,
        memory=memory,
        drill=None if suspended else drill_day(grade, today),
        buried=None,
        leech=state.leech or leech,
        suspended=state.suspended or suspended,
    )


def is_leech(lapses: int, settings: Settings) -> bool:
    """Whether this many failures call for attention: at the first threshold, and then every few more."""
    over = lapses - settings.leech_lapses
    return over >= 0 and over % settings.leech_every == 0


def choices(
    state: CardState, action: Action, grades: Iterable[Grade], today: date, scheduler: Scheduler, settings: Settings
) -> tuple[Choice, ...]:
    """What each grade would do."""
    offered = []
    for grade in grades:
        after = graded(state, action, grade, today, scheduler, settings)
        scheduled = action in (Action.LEARN, Action.REVIEW) and after.memory is not None
        days = (after.memory.due - today).days if scheduled and after.memory is not None else None
        offered.append(Choice(grade, days, after.drill == today))
    return tuple(offered)


def replayed(entries: Iterable[Review], scheduler: Scheduler, settings: Settings) -> CardState:
    """The state that a card's journal, oldest first, leads to from new: computed, not read off the entries."""
    state = CardState()
    for entry in entries:
        state = step(state, entry, scheduler, settings)
    return state


def step(state: CardState, entry: Review, scheduler: Scheduler, settings: Settings) -> CardState:
    """The state after what an entry records was done to a card in `state`."""
    if entry.action.graded and entry.grade is not None:
        return graded(state, entry.action, entry.grade, entry.day, scheduler, settings)
    if entry.action is Action.HANDOVER:
        return entry.after  # nothing to work out: it is what somebody else said
    return changed(state, entry.action, entry.day)


def changed(state: CardState, action: Action, today: date) -> CardState:
    """The state after an action without a grade."""
    match action:
        case Action.SUSPEND:
            return replace(state, suspended=True, drill=None)
        case Action.UNSUSPEND:
            return replace(state, suspended=False)
        case Action.BURY:
            return replace(state, buried=today + timedelta(days=1), drill=None)
        case Action.UNBURY:
            return replace(state, buried=None)
        case Action.FLAG:
            return replace(state, flagged=not state.flagged)
        case Action.RESET:
            return CardState(flagged=state.flagged)
        case _:
            raise ValueError(f"{action} needs a grade")
