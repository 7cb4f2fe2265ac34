"""One sitting at the cards. Every change is one committed transaction before the next card is shown."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from random import Random
from typing import TYPE_CHECKING

from quizcv.clock import day_of
from quizcv.errors import NothingToUndo, StaleCard
from quizcv.model import FOUR_GRADES, Action, Card, CardState, Grade, Kind, Learner, Review, Settings
from quizcv.scheduling import Scheduler
from quizcv.store import Store
from quizcv.store.schedule import Queue
from quizcv.study.grading import action_for, changed, choices, graded
from quizcv.study.prompt import Prompt, Remaining, Summary
from quizcv.study.queue import Queued, Wanted, select
from quizcv.study.record import Moment, record, take_back

if TYPE_CHECKING:
    from quizcv.published import PublishedItem
    from quizcv.study.computed import Answered

#: A card left on the screen over lunch did not take an hour to answer.
LONGEST_MS = 10 * 60 * 1000


@dataclass(slots=True)
class _Step:
    """Something to take back: a journal entry, or a skip (no entry). `queue` says where the card stood."""

    card_id: int
    queue: Queue
    entry: int | None
    graded: bool = False


@dataclass(slots=True)
class Session:
    """A sitting of one learner: `begin` chooses the cards; then `show` and `grade skip bury suspend flag undo`."""

    store: Store
    learner: Learner
    scheduler: Scheduler
    settings: Settings
    wanted: Wanted = field(default_factory=Wanted)
    lang: str = ""
    tz: tzinfo | None = None
    _waiting: deque[tuple[int, Queue]] = field(default_factory=deque)
    _steps: list[_Step] = field(default_factory=list)
    _prompt: Prompt | None = None
    _items: dict[int, PublishedItem] = field(default_factory=dict)  # drawn for a card and not answered yet
    _answered: Answered | None = None

    def begin(self, now: datetime, rng: Random | None = None) -> Queued:
        """Choose the cards of this sitting."""
        with self.store.read() as db:
            chosen = select(db, self.learner, self.today(now), self.settings, self.wanted, rng)
        parts = (
            (chosen.reviews, Queue.REVIEW),
            (chosen.new, Queue.NEW),
            (chosen.drill, Queue.DRILL),
            (chosen.cram, Queue.ALL),
        )
        self._waiting = deque((due.card_id, queue) for part, queue in parts for due in part)
        self._steps, self._prompt = [], None
        self._items = {}
        return chosen

    def today(self, now: datetime) -> date:
        return day_of(now, self.tz, self.settings.day_start)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The grades on offer, by the setting: four or all six."""
        return tuple(FOUR_GRADES.values()) if self.settings.grades == 4 else tuple(Grade)

    @property
    def remaining(self) -> Remaining:
        queues = [queue for _card, queue in self._waiting]
        return Remaining(
            queues.count(Queue.REVIEW) + queues.count(Queue.ALL), queues.count(Queue.NEW), queues.count(Queue.DRILL)
        )

    @property
    def done(self) -> int:
        """Cards graded in this sitting and not taken back."""
        return sum(step.graded for step in self._steps)

    def show(self, now: datetime) -> Prompt | None:
        """The card to answer now, or None at the end. Cards answered or changed elsewhere meanwhile are passed over; computational
        ones for which the pool has no item stand back behind the others."""
        today = self.today(now)
        stood_back = 0
        while stood_back < len(self._waiting):
            card_id, queue = self._waiting[0]
            with self.store.read() as db:
                card = db.cards.get(card_id, self.lang)
                state = db.schedule.state(self.learner.id, card_id)
                proven = bool(card.claims) and db.pool.proven(card.claims)
            if card.orphaned or not _waits(state, queue, today):
                self._waiting.popleft()
                continue
            item = self._item(card)
            if card.kind is Kind.ITEM and item is None:
                self._waiting.rotate(-1)
                stood_back += 1
                continue
            action = action_for(state, today, cram=queue is Queue.ALL)
            offered = choices(state, action, self.grades, today, self.scheduler, self.settings)
            self._prompt = Prompt(card, state, action, offered, today, item, proven)
            return self._prompt
        self._prompt = None
        return None

    def starved(self) -> set[str]:
        """The item models of this sitting if every card of it is computational and has no item in the pool, else none."""
        with self.store.read() as db:
            there: set[str] | None = None
            models = set()
            for card_id, _queue in self._waiting:
                card = db.cards.get(card_id, self.lang)
                if card.item is None:
                    return set()
                if there is None:
                    there = {model for model, _level in db.pool.sizes()}
                if card.item.model in there:
                    return set()
                models.add(card.item.model)
        return models

    def answer(self, typed: str, took_ms: int, *, hinted: bool = False) -> Answered:
        """Mark what was typed to the computational card on the screen; `grade` then keeps it beside the grade.

        Raises:
            Malformed: it cannot be read; the learner is asked again.
            StaleCard: no computational card is being shown.
        """
        from quizcv.study.computed import answered

        item = self._shown().item
        if item is None:
            raise StaleCard("no computational card is being shown.")
        self._answered = answered(item, typed, self.grades, took_ms, hinted=hinted)
        return self._answered

    def _item(self, card: Card) -> PublishedItem | None:
        """What a computational card asks this time: drawn once, and kept until it is answered."""
        if card.kind is not Kind.ITEM:
            return None
        if card.id not in self._items:
            from quizcv.study.computed import fresh  # a review of texts alone starts without

            found = fresh(self.store, self.learner.id, card)
            if found is None:
                return None
            self._items[card.id] = found
        return self._items[card.id]

    def grade(self, grade: Grade, now: datetime, took_ms: int = 0) -> Review:
        """Answer the card on the screen. When this returns, the review is on the disk.

        Raises:
            StaleCard: the card was answered in another window since it was shown; nothing was written.
        """
        prompt = self._shown()
        today = self.today(now)
        # What was shown is what counts, even if the day turned meanwhile: a drill never becomes a review.
        after = graded(prompt.state, prompt.action, grade, today, self.scheduler, self.settings)
        entry = self._write(prompt, prompt.action, after, now, grade, min(max(took_ms, 0), LONGEST_MS))
        self._items.pop(prompt.card.id, None)
        if prompt.action is Action.CRAM:
            if grade < Grade.GOOD:
                self._waiting.append((prompt.card.id, Queue.ALL))
        elif after.drill == today:
            self._waiting.append((prompt.card.id, Queue.DRILL))
        return entry

    def skip(self) -> None:
        """Put the card behind all others of this sitting."""
        prompt = self._shown()
        card_id, queue = self._waiting.popleft()
        self._waiting.append((card_id, queue))
        self._steps.append(_Step(prompt.card.id, queue, None))
        self._prompt = self._answered = None

    def bury(self, now: datetime) -> Review:
        """Hide the card until tomorrow."""
        return self._mark(Action.BURY, now)

    def suspend(self, now: datetime) -> Review:
        """Hide the card until it is unsuspended."""
        return self._mark(Action.SUSPEND, now)

    def flag(self, now: datetime) -> Prompt | None:
        """Flag the card, or take its flag away; it stays on the screen."""
        self._mark(Action.FLAG, now, keep=True)
        return self.show(now)

    def undo(self, now: datetime) -> Prompt | None:
        """Take back the last thing done in this sitting, exactly, and show that card again.

        Raises:
            NothingToUndo: nothing was done yet.
            StaleCard: the card was answered in another window since.
        """
        if not self._steps:
            raise NothingToUndo("there is nothing to undo in this sitting.", "`quizcv undo` takes back older ones.")
        step = self._steps[-1]
        if step.entry is not None:
            with self.store.write() as db:
                if (entry := db.journal.get(step.entry)) is not None:  # else `quizcv undo` was faster
                    take_back(db, entry)
        self._steps.pop()
        self._answered = None
        for waiting in [pair for pair in self._waiting if pair[0] == step.card_id]:
            self._waiting.remove(waiting)
        self._waiting.appendleft((step.card_id, step.queue))
        return self.show(now)

    def summary(self, now: datetime) -> Summary:
        """What this sitting came to so far."""
        tomorrow = self.today(now) + timedelta(days=1)
        ids = [step.entry for step in self._steps if step.entry is not None]
        with self.store.read() as db:
            entries = [entry for entry_id in ids if (entry := db.journal.get(entry_id)) and entry.action.graded]
            due = sum(db.schedule.forecast(self.learner.id, date.min, tomorrow).values())
        reviewed = [entry for entry in entries if entry.action is Action.REVIEW]
        return Summary(
            graded=len(entries),
            learned=sum(entry.action is Action.LEARN for entry in entries),
            reviewed=len(reviewed),
            drilled=sum(entry.action is Action.DRILL for entry in entries),
            passed=sum(entry.grade is not None and entry.grade.passed for entry in reviewed),
            seconds=sum(entry.took_ms for entry in entries) / 1000,
            due_tomorrow=due,
            without_item=len(self._waiting) if self._prompt is None else 0,
        )

    def _shown(self) -> Prompt:
        if self._prompt is None:
            raise StaleCard("no card is being shown.")
        return self._prompt

    def _mark(self, action: Action, now: datetime, *, keep: bool = False) -> Review:
        prompt = self._shown()
        return self._write(prompt, action, changed(prompt.state, action, self.today(now)), now, keep=keep)

    def _write(
        self,
        prompt: Prompt,
        action: Action,
        after: CardState,
        now: datetime,
        grade: Grade | None = None,
        took_ms: int = 0,
        *,
        keep: bool = False,
    ) -> Review:
        moment = Moment(now, self.today(now), self.scheduler.name)
        card_id, queue = self._waiting[0]
        answer = None
        if grade is not None and prompt.item is not None and self._answered is not None:
            from quizcv.study.computed import recorded

            answer = recorded(prompt.item, self._answered)
        try:
            with self.store.write() as db:
                change = (prompt.state, after)
                entry = record(db, self.learner.id, card_id, action, change, moment, grade, took_ms, answer)
        except StaleCard:
            self._leave()
            raise
        if not keep:
            self._leave()
        self._steps.append(_Step(card_id, queue, entry.id, graded=grade is not None))
        return entry

    def _leave(self) -> None:
        self._waiting.popleft()
        self._prompt = self._answered = None


def _waits(state: CardState, queue: Queue, today: date) -> bool:
    """Whether a card chosen at the start of the sitting still belongs to its queue."""
    if state.suspended or (state.buried is not None and state.buried > today):
        return False
    if queue is Queue.DRILL:
        return state.drill == today
    if queue is Queue.NEW:
        return state.new
    return queue is Queue.ALL or (state.memory is not None and state.memory.last < today)
