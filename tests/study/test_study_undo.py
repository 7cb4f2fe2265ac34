"""Undo restores exactly: every row of every table, the card on the screen, and the order of those to come."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from simulation import PLENTY, START, Desk, at, first_time, order

from quizcv.errors import NothingToUndo, StaleCard
from quizcv.model import Action, Grade
from quizcv.study import Session, Wanted, undo_last
from quizcv.study.prompt import Remaining
from quizcv.study.session import _waits

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

#: Leeches soon, so that they come up.
SETTINGS = replace(PLENTY, leech_lapses=2, leech_every=2)
BEGIN = at(3)


@pytest.fixture(scope="module")
def crowd(fresh: Fresh) -> Path:
    """Ten cards after three days: reviews, new ones, siblings, one near to being a leech, drill left over, marks."""
    with fresh(None) as shelf:
        desk = Desk(shelf, SETTINGS)
        ids = shelf.add("a", "b", "c", "d", "suspended") + shelf.add("n~c1", "n~c2", "n~c3", note="n")
        desk.mark(ids[4], Action.SUSPEND, at(0))
        desk.study(at(0), first_time([4, 1, 3, 2]), Wanted(limit=4))
        desk.study(at(1), first_time([1, 2, 0, 5]), Wanted(limit=4))
        desk.mark(ids[1], Action.FLAG, at(1))
        shelf.add("new", "newer")
        session = desk.session(BEGIN)
        session.show(BEGIN)
        session.grade(Grade.HARD, BEGIN)
        assert session.remaining.reviews >= 2
        assert session.remaining.new >= 2
        desk.proven()
        return shelf.frozen()


acts = st.one_of(
    st.tuples(st.just("grade"), st.sampled_from(list(Grade))),
    st.tuples(st.just("grade"), st.sampled_from([Grade.WRONG, Grade.GOOD])),
    st.tuples(st.sampled_from(["skip", "bury", "suspend", "flag"]), st.none()),
    st.tuples(st.just("undo"), st.none()),
)
waits = st.tuples(st.just("wait"), st.integers(1, 60))
sittings = st.tuples(st.just("begin"), st.builds(Wanted, cram=st.booleans(), ahead=st.sampled_from([0, 9])))
marks = st.tuples(
    st.sampled_from([Action.SUSPEND, Action.UNSUSPEND, Action.BURY, Action.FLAG, Action.RESET]), st.integers(1, 10)
)


@dataclass
class Play:
    """A sitting that goes through a list of actions; what it looked like before each of them is kept."""

    desk: Desk
    wanted: Wanted = field(default_factory=Wanted)
    now: datetime = BEGIN

    def __post_init__(self) -> None:
        self.begin(self.wanted)

    def begin(self, wanted: Wanted) -> None:
        self.session: Session = self.desk.session(self.now, wanted, rng=Random(0))
        self.past: list[tuple[Any, ...]] = []

    def look(self) -> tuple[Any, ...]:
        prompt = self.session.show(self.now)
        day = self.session.today(self.now)
        with self.desk.shelf.store.read() as db:
            states = db.schedule.states(1, order(self.session))
        # drill of a day that is over is passed over when its turn comes, and may still stand in the queue until then
        to_come = [(card, queue) for card, queue in self.session._waiting if _waits(states[card], queue, day)]
        return self.desk.shelf.dump(), day, prompt, to_come, self.session.done

    def act(self, name: str, argument: Any) -> None:
        """Do it; where there is no card to do it to, nothing."""
        if name == "undo":
            self.undo()
        elif name == "wait":
            self.now += timedelta(hours=argument)
        else:
            before = self.look()
            if before[2] is None:
                return
            self.past.append(before)
            if name == "grade":
                self.session.grade(argument, self.now)
            elif name == "skip":
                self.session.skip()
            elif name == "flag":
                self.session.flag(self.now)
            else:
                getattr(self.session, name)(self.now)
            event(name)

    def undo(self) -> None:
        """Take back one step: all is as before it; but for what a new day changes by itself."""
        if not self.past:
            with pytest.raises(NothingToUndo):
                self.session.undo(self.now)
            return
        before = self.past.pop()
        prompt = self.session.undo(self.now)
        after = self.look()
        assert after[0] == before[0]
        if after[1] == before[1]:
            assert prompt == before[2]
            assert after == before


@settings(max_examples=30)
@given(actions=st.lists(acts, max_size=30), cram=st.booleans())
def test_a_sitting_can_be_unwound(fresh: Fresh, crowd: Path, actions: list[tuple[str, Any]], cram: bool) -> None:
    """Whatever was done, and undone on the way: back to the first card, step by step, and exactly."""
    with fresh(crowd) as shelf:
        desk = Desk(shelf, SETTINGS)
        play = Play(desk, Wanted(cram=cram))
        for name, argument in actions:
            play.act(name, argument)
        desk.proven()
        while play.past:
            play.undo()
        play.undo()


@settings(max_examples=20)
@given(actions=st.lists(st.one_of(acts, acts, waits), max_size=30))
def test_even_over_the_turn_of_the_day(fresh: Fresh, crowd: Path, actions: list[tuple[str, Any]]) -> None:
    """A sitting that goes on for days: the rows are as they were; which card comes next is the new day's business."""
    with fresh(crowd) as shelf:
        desk = Desk(shelf, SETTINGS)
        play = Play(desk)
        for name, argument in actions:
            play.act(name, argument)
        desk.proven()
        while play.past:
            play.undo()
        assert shelf.dump() == Play(Desk(shelf, SETTINGS)).look()[0]


@settings(max_examples=20)
@given(actions=st.lists(st.one_of(acts, acts, waits, sittings, marks), max_size=30))
def test_every_sitting_can_be_unwound_by_the_command(fresh: Fresh, crowd: Path, actions: list[tuple[Any, Any]]) -> None:
    """`quizcv undo`, again and again: through sittings, cramming and marks, to the first entry there is."""
    with fresh(crowd) as shelf:
        desk = Desk(shelf, SETTINGS)
        play = Play(desk)
        past = []
        for name, argument in actions:
            before, length = shelf.dump(), len(desk.journal())
            if name == "begin":
                play.begin(argument)
            elif name == "undo" and past:
                undo_last(shelf.store, shelf.learner)
                assert shelf.dump() == past.pop()
                continue
            elif isinstance(name, Action):
                desk.mark(argument, name, play.now)
            elif name != "undo":
                play.act(name, argument)
            if len(desk.journal()) > length:
                past.append(before)
            else:
                assert shelf.dump() == before, "no entry, no change"
        desk.proven()
        for before in reversed(past):
            undo_last(shelf.store, shelf.learner)
            assert shelf.dump() == before
        while desk.journal():
            undo_last(shelf.store, shelf.learner)
            desk.proven()
        assert {state.memory for state in map(shelf.state, range(1, 11))} == {None}
        with pytest.raises(NothingToUndo):
            undo_last(shelf.store, shelf.learner)


def test_undo_restores_the_day_of_burial(fresh: Fresh, crowd: Path) -> None:
    """A value that was there before is put back, not taken away."""
    with fresh(crowd) as shelf:
        desk = Desk(shelf, SETTINGS)
        desk.mark(1, Action.BURY, at(3))
        desk.mark(1, Action.BURY, at(5))
        assert shelf.state(1).buried == START + timedelta(days=6)
        undo_last(shelf.store, shelf.learner)
        assert shelf.state(1).buried == START + timedelta(days=4)
        undo_last(shelf.store, shelf.learner)
        assert shelf.state(1).buried is None


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    """A review due today and two new cards."""
    review, *_new = shelf.add("review", "new", "newer")
    shelf.due(review, START, START - timedelta(days=6))
    return Desk(shelf)


def shown(session: Session, now: datetime) -> str | None:
    prompt = session.show(now)
    return None if prompt is None else prompt.card.key


# --- step by step ------------------------------------------------------------------------------------------------


def test_undo_shows_the_card_again(desk: Desk) -> None:
    session = desk.session(at(0))
    before = session.show(at(0))
    session.grade(Grade.WRONG, at(0))
    assert shown(session, at(0)) == "new"
    assert session.undo(at(0)) == before
    assert session.done == 0
    session.grade(Grade.GOOD, at(0))
    assert desk.journal() == [("review", Action.REVIEW, 4)]


def test_there_is_an_end_to_undo(desk: Desk) -> None:
    """A sitting takes back what it did and no more; the command takes back the rest."""
    desk.mark(1, Action.FLAG, at(0))
    session = desk.session(at(0))
    session.show(at(0))
    session.bury(at(0))
    session.undo(at(0))
    with pytest.raises(NothingToUndo) as caught:
        session.undo(at(0))
    assert "quizcv undo" in caught.value.hint
    assert undo_last(desk.shelf.store, desk.shelf.learner).action is Action.FLAG
    with pytest.raises(NothingToUndo):
        undo_last(desk.shelf.store, desk.shelf.learner)


def test_undo_at_the_end_of_a_sitting(desk: Desk) -> None:
    session = desk.session(at(0))
    while session.show(at(0)) is not None:
        session.grade(Grade.GOOD, at(0))
    prompt = session.undo(at(0))
    assert prompt is not None
    assert prompt.card.key == "newer"
    assert session.remaining == Remaining(0, 1, 0)


def test_undo_where_somebody_else_undid(desk: Desk) -> None:
    """`quizcv undo` in another window took it back already: this one goes on with what came before."""
    session = desk.session(at(0))
    for _ in range(2):
        session.show(at(0))
        session.grade(Grade.GOOD, at(0))
    undo_last(desk.shelf.store, desk.shelf.learner)
    prompt = session.undo(at(0))
    assert prompt is not None
    assert (prompt.card.key, session.done) == ("new", 1)
    prompt = session.undo(at(0))
    assert prompt is not None
    assert (prompt.card.key, session.done) == ("review", 0)
    assert desk.journal() == []


def test_undo_where_somebody_else_went_on(desk: Desk) -> None:
    """What was done to the card since stands; when that is taken back, so can this be."""
    session = desk.session(at(0))
    prompt = session.show(at(0))
    assert prompt is not None
    session.grade(Grade.GOOD, at(0))
    desk.mark(prompt.card.id, Action.SUSPEND, at(0))
    after = desk.shelf.dump()
    for _ in range(2):
        with pytest.raises(StaleCard, match="changed in another window"):
            session.undo(at(0))
        assert desk.shelf.dump() == after
    undo_last(desk.shelf.store, desk.shelf.learner)
    assert session.undo(at(0)) == prompt


def test_undo_is_of_one_learner(desk: Desk) -> None:
    with desk.shelf.store.write() as db:
        zoe = db.learners.add("zoë", START)
    theirs = desk.session(at(0))
    theirs.learner = zoe
    theirs.begin(at(0))
    theirs.show(at(0))
    theirs.grade(Grade.GOOD, at(0))
    with pytest.raises(NothingToUndo):
        undo_last(desk.shelf.store, desk.shelf.learner)
    assert undo_last(desk.shelf.store, zoe).learner_id == zoe.id
