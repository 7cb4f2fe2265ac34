"""Which cards wait, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation import ONE_DAY, PLENTY, START, Desk, always, at, first_time, order

from quizcv.model import Action, CardFilter, Grade, Kind, Settings
from quizcv.store import Store
from quizcv.study import Wanted, undo_last

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf


def days(count: int) -> date:
    return START + timedelta(days=count)


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf)


# --- order -------------------------------------------------------------------------------------------------------


def test_the_most_overdue_first(desk: Desk) -> None:
    """Then as the cards came in; new cards after all reviews, in the order of the decks; drill last."""
    cards = dict(zip("abcdefgh", desk.shelf.add(*"abcdefgh"), strict=True))
    for key, due in {"b": 0, "c": -3, "d": -1, "e": -3, "g": 1}.items():
        desk.shelf.due(cards[key], days(due), days(-10))
    desk.shelf.due(cards["h"], days(1), START)
    desk.shelf.put(cards["h"], drill=START)
    assert desk.keys(at(0)) == (["c", "e", "d", "b"], ["a", "f"], ["h"])
    session = desk.session(at(0))
    assert order(session) == [cards[key] for key in "cedbafh"]
    shown = []
    while (prompt := session.show(at(0))) is not None:
        shown.append(prompt.card.key)
        session.grade(Grade.GOOD, at(0))
    assert "".join(shown) == "cedbafh"


def test_the_order_is_the_same_every_time(desk: Desk) -> None:
    ids = desk.shelf.add(*(f"card {number}" for number in range(60)))
    rng = Random(1)
    for card_id in ids:
        if rng.random() < 0.7:
            desk.shelf.due(card_id, days(rng.randrange(-5, 2)), days(-9))
    first = desk.queue(at(0))
    assert [desk.queue(at(0, 13)) for _ in range(3)] == [first] * 3
    with Store.open(desk.shelf.url) as other:
        assert Desk(replace(desk.shelf, store=other)).queue(at(0)) == first


def test_by_deck(desk: Desk) -> None:
    """What `due` prints: reviews, new and drill of each deck that has any."""
    one, two = desk.shelf.add("a", "b", deck="vgg")
    desk.shelf.add("c", deck="alexnet")
    desk.shelf.add("d", deck="vgg::d")
    desk.shelf.orphan(*desk.shelf.add("e", deck="gone"))
    desk.shelf.due(one, START, days(-1))
    desk.shelf.due(two, days(1), START)
    desk.shelf.put(two, drill=START)
    queue = desk.queue(at(0))
    assert list(queue.by_deck().items()) == [("alexnet", (0, 1, 0)), ("vgg", (1, 0, 1)), ("vgg::d", (0, 1, 0))]
    assert len(queue) == 4


# --- who is in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["review", "new", "drill", "cram", "ahead"])
@pytest.mark.parametrize("why", ["suspended", "buried", "orphaned", "item"])
def test_cards_that_stay_out(desk: Desk, part: str, why: str) -> None:
    """Of every queue, cramming and looking ahead included; and in again when the reason is gone."""
    out, stays = desk.shelf.add("out", kind=Kind.ITEM if why == "item" else Kind.BASIC) + desk.shelf.add("stays")
    for card_id in (out, stays):
        if part in ("review", "ahead"):
            desk.shelf.due(card_id, days(3) if part == "ahead" else START, days(-3))
        if part == "drill":
            desk.shelf.due(card_id, days(1), START)
            desk.shelf.put(card_id, drill=START)
    changes = {"suspended": {"suspended": True}, "buried": {"buried": days(1)}}
    if why in changes:
        desk.shelf.put(out, **changes[why])
    if why == "orphaned":
        desk.shelf.orphan(out)
    wanted = Wanted(cram=part == "cram", ahead=5 if part == "ahead" else 0)

    def waiting() -> list[str]:
        session, keys = desk.session(at(0), wanted), []
        while (prompt := session.show(at(0))) is not None:
            keys.append(prompt.card.key)
            session.bury(at(0))
        while session._steps:
            session.undo(at(0))
        return keys

    assert waiting() == ["stays"]
    desk.shelf.put(out, suspended=False, buried=START)
    desk.shelf.orphan(out, day=None)
    assert waiting() == (["stays"] if why == "item" else ["out", "stays"])


def test_a_filter_is_of_all_parts(desk: Desk) -> None:
    for deck in ("vgg", "vgg::d", "vgg2"):
        review, _new, drill = desk.shelf.add(*(f"{deck} {part}" for part in "rnd"), deck=deck, tags=[deck])
        desk.shelf.due(review, START, days(-1))
        desk.shelf.due(drill, days(1), START)
        desk.shelf.put(drill, drill=START)
    wanted = Wanted(CardFilter(decks=("vgg",)))
    assert desk.keys(at(0), wanted) == (["vgg r", "vgg::d r"], ["vgg n", "vgg::d n"], ["vgg d", "vgg::d d"])
    assert desk.keys(at(0), Wanted(CardFilter(tags=("vgg2",)))) == (["vgg2 r"], ["vgg2 n"], ["vgg2 d"])
    assert desk.keys(at(0), Wanted(CardFilter(text="D d"))) == ([], [], ["vgg::d d"])
    assert len(desk.queue(at(0), Wanted(CardFilter(decks=("nowhere",))))) == 0


# --- limits ------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(shelf: Shelf) -> Desk:
    """Thirty reviews and thirty new cards; six and four a day."""
    desk = Desk(shelf, Settings(new_per_day=4, reviews_per_day=6))
    for card_id in shelf.add(*(f"r{number:02}" for number in range(30))):
        shelf.due(card_id, START, days(-1))
    shelf.add(*(f"n{number:02}" for number in range(30)))
    return desk


def test_limits_are_of_the_day(many: Desk) -> None:
    """However many sittings and windows the day has; the drill they lead to has no limit."""
    assert [len(part) for part in many.keys(at(0))] == [6, 4, 0]
    session = many.session(at(0, 8))
    for _ in range(2):
        session.show(at(0, 8))
        session.grade(Grade.HARD, at(0, 8))
    assert [len(part) for part in many.keys(at(0, 9))] == [4, 4, 2]
    with Store.open(many.shelf.url) as other:
        elsewhere = Desk(replace(many.shelf, store=other), many.settings)
        assert elsewhere.keys(at(0, 9)) == many.keys(at(0, 9))
        session = elsewhere.session(at(0, 9))
        for _ in range(7):
            session.show(at(0, 9))
            session.grade(Grade.GOOD, at(0, 9))
    assert [len(part) for part in many.keys(at(0, 10))] == [0, 1, 2]
    many.study(at(0, 11))
    assert many.keys(at(0, 12)) == ([], [], [])
    assert [action for _key, action, _grade in many.journal()].count(Action.REVIEW) == 6
    assert [action for _key, action, _grade in many.journal()].count(Action.LEARN) == 4


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_limits_begin_anew_when_the_day_turns(many: Desk, zone: str) -> None:
    """At four in the learner's night, not at midnight, and not at midnight in Greenwich."""
    many.tz = ZoneInfo(zone)
    many.study(at(0, 23, tz=many.tz))
    for hour, minute in ((0, 1), (3, 59)):
        assert many.keys(at(1, hour, minute, tz=many.tz)) == ([], [], [])
    assert [len(part) for part in many.keys(at(1, 4, 0, tz=many.tz))] == [6, 4, 0]


def test_undo_gives_back_what_the_limit_took(many: Desk) -> None:
    before = many.keys(at(0))
    many.study(at(0))
    assert many.keys(at(0)) == ([], [], [])
    for _ in range(10):
        undo_last(many.shelf.store, many.shelf.learner)
    assert many.keys(at(0)) == before


def test_a_limit_is_a_learner_s_own(many: Desk) -> None:
    many.study(at(0))
    with many.shelf.store.write() as db:
        zoe = db.learners.add("zoë", START)
    session = many.session(at(0))
    session.learner = zoe
    assert len(session.begin(at(0)).new) == 4


@pytest.mark.parametrize(
    ("wanted", "reviews", "new"),
    [
        (Wanted(new=0), 6, 0),
        (Wanted(new=1), 6, 1),
        (Wanted(new=10), 6, 10),  # more than the day's limit
        (Wanted(new=99), 6, 30),
        (Wanted(limit=0), 0, 0),
        (Wanted(limit=3), 3, 0),
        (Wanted(limit=8), 6, 2),  # the most overdue first, then new ones
        (Wanted(limit=99), 6, 4),
        (Wanted(limit=9, new=1), 6, 1),
        (Wanted(limit=9, new=20), 6, 3),
        (Wanted(limit=5, new=0), 5, 0),
    ],
)
def test_limits_of_a_sitting(many: Desk, wanted: Wanted, reviews: int, new: int) -> None:
    """`new` takes the place of the day's limit, `limit` is one more on the whole sitting."""
    assert [len(part) for part in many.keys(at(0), wanted)] == [reviews, new, 0]


def test_a_limit_also_bounds_the_drill(many: Desk) -> None:
    many.settings = PLENTY
    session = many.session(at(0), Wanted(limit=5))
    for _ in range(5):
        session.show(at(0))
        session.grade(Grade.WRONG, at(0))
    many.settings = replace(PLENTY, reviews_per_day=7, new_per_day=0)
    assert [len(part) for part in many.keys(at(0))] == [2, 0, 5]
    assert [len(part) for part in many.keys(at(0), Wanted(limit=4))] == [2, 0, 2]
    assert [len(part) for part in many.keys(at(0), Wanted(limit=1))] == [1, 0, 0]


def test_a_second_sitting_may_ask_for_more(many: Desk) -> None:
    """`--new 3` after the day's four: three more."""
    many.study(at(0))
    assert [len(part) for part in many.keys(at(0), Wanted(new=3))] == [0, 3, 0]
    assert len(many.study(at(0), wanted=Wanted(new=3))) == 3


@pytest.mark.parametrize("field", ["new_per_day", "reviews_per_day"])
def test_a_limit_lowered_during_the_day(many: Desk, field: str) -> None:
    """Less than was done already: none are left, not a negative number of them."""
    many.study(at(0))
    many.settings = replace(many.settings, **{field: 1})
    assert many.keys(at(0)) == ([], [], [])


# --- ahead -------------------------------------------------------------------------------------------------------


def test_looking_ahead(desk: Desk) -> None:
    ids = desk.shelf.add(*"abcdef")
    for number, card_id in enumerate(ids[:5]):
        desk.shelf.due(card_id, days(number), days(-1))
    assert desk.keys(at(0)) == (["a"], ["f"], [])
    assert desk.keys(at(0), Wanted(ahead=2)) == (["a", "b", "c"], ["f"], [])
    assert desk.keys(at(0), Wanted(ahead=99)) == (list("abcde"), ["f"], [])


def test_what_was_answered_today_is_not_ahead(desk: Desk) -> None:
    """`due --ahead` counts the cards that `review --ahead` shows: those answered today have had their turn."""
    desk.shelf.add(*"abc")
    desk.study(at(0), first_time([4, 2, 5]))
    assert desk.keys(at(0), Wanted(ahead=7)) == ([], [], [])
    assert desk.study(at(0), wanted=Wanted(ahead=7, limit=3)) == []
    assert desk.keys(at(1), Wanted(ahead=7))[0] == ["a", "b", "c"]


# --- siblings ----------------------------------------------------------------------------------------------------


def test_of_siblings_one_a_day(desk: Desk) -> None:
    """The others wait until tomorrow, in this sitting and in every other; tomorrow the next one comes."""
    desk.shelf.add("n~c1", "n~c2", "n~c3", note="n")
    desk.shelf.add("other")
    assert desk.keys(at(0)) == ([], ["n~c1", "other"], [])
    assert [key for key, *_ in desk.study(at(0))] == ["n~c1", "other"]
    assert desk.keys(at(0)) == ([], [], [])
    assert desk.keys(at(1)) == (["n~c1", "other"], [], [])  # a review goes before its new sibling
    desk.study(at(1))
    assert desk.keys(at(2)) == ([], ["n~c2"], [])


def test_the_most_overdue_sibling_is_the_one(desk: Desk) -> None:
    one, two, _three = desk.shelf.add("n~c1", "n~c2", "n~c3", note="n")
    desk.shelf.due(one, days(-1), days(-9))
    desk.shelf.due(two, days(-2), days(-9))
    assert desk.keys(at(0)) == (["n~c2"], [], [])


@pytest.mark.parametrize("grade", [1, 4])
def test_undo_brings_the_siblings_back(desk: Desk, grade: int) -> None:
    """Nothing is written for them: they wait because another was answered today, and then none was."""
    one, _two = desk.shelf.add("n~c1", "n~c2", note="n")
    session = desk.session(at(0))
    session.show(at(0))
    session.grade(Grade(grade), at(0))
    assert desk.keys(at(0))[:2] == ([], [])
    session.undo(at(0))
    assert desk.keys(at(0)) == ([], ["n~c1"], [])
    desk.mark(one, Action.SUSPEND, at(0))
    assert desk.keys(at(0)) == ([], ["n~c2"], [])


def test_siblings_are_each_learner_s_own(desk: Desk) -> None:
    first, second = desk.shelf.add("n~c1", "n~c2", note="n")
    desk.mark(first, Action.SUSPEND, at(0))
    assert [key for key, *_ in desk.study(at(0))] == ["n~c2"]
    with desk.shelf.store.write() as db:
        zoe = db.learners.add("zoë", START)
    session = desk.session(at(0))
    session.learner = zoe
    assert [due.card_id for due in session.begin(at(0)).new] == [first]
    assert desk.shelf.state(second).memory is not None


def test_a_sibling_outside_the_filter_counts_too(desk: Desk) -> None:
    """What gives the answer away does so in whatever deck it stands."""
    desk.shelf.add("n~forward", note="n", deck="a")
    desk.shelf.add("n~reverse", note="n", deck="b")
    desk.study(at(0), wanted=Wanted(CardFilter(decks=("a",))))
    assert desk.keys(at(0), Wanted(CardFilter(decks=("b",)))) == ([], [], [])


def test_drill_is_no_answer_to_a_sibling(desk: Desk) -> None:
    """Yesterday's drill mark and today's cramming keep nobody back."""
    one, two = desk.shelf.add("n~c1", "n~c2", note="n")
    desk.study(at(0), wanted=Wanted(cram=True))
    assert desk.keys(at(0)) == ([], ["n~c1"], [])
    desk.study(at(0), always(0, 4))
    desk.mark(one, Action.BURY, at(1))
    assert desk.keys(at(1)) == ([], ["n~c2"], [])
    assert desk.shelf.state(two).new


# --- drill -------------------------------------------------------------------------------------------------------


def test_drill_until_four(desk: Desk) -> None:
    """After the others, again and again on the same day; what the schedule says stays as the first answer made it."""
    first, _second = desk.shelf.add("a", "b")
    done = desk.study(at(0), always(2, 4, 3, 1, 3, 4))
    assert done == [
        ("a", Action.LEARN, 2), ("b", Action.LEARN, 4),
        ("a", Action.DRILL, 3), ("a", Action.DRILL, 1), ("a", Action.DRILL, 3), ("a", Action.DRILL, 4),
    ]  # fmt: skip
    state = desk.shelf.state(first)
    assert state.drill is None
    assert state.memory is not None
    assert (state.memory.repetitions, state.memory.easiness, state.memory.due) == (0, 250, days(1))


def test_drill_that_was_left_waits_for_the_next_sitting_of_the_day(desk: Desk) -> None:
    desk.shelf.add("a")
    session = desk.session(at(0))
    session.show(at(0))
    session.grade(Grade.HARD, at(0))
    assert desk.keys(at(0, 20)) == ([], [], ["a"])
    assert desk.keys(at(1, 3, 59)) == ([], [], ["a"])
    assert desk.keys(at(1, 4)) == (["a"], [], []), "the day is over: what is due is the review"


# --- all together ------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(data=st.data())
def test_due_is_what_a_sitting_shows(fresh: Fresh, data: st.DataObject) -> None:
    """Whatever the cards' states and whatever was asked for: the selection, and the cards shown, are the same."""
    with fresh(None) as shelf:
        desk = Desk(shelf, Settings(new_per_day=3, reviews_per_day=5))
        for number in range(data.draw(st.integers(0, 12))):
            [card] = shelf.add(f"{number}~x", note=data.draw(st.sampled_from(["n", "m", ""])) or "")
            if data.draw(st.booleans()):
                last = data.draw(st.integers(-4, 0))
                shelf.due(card, days(last + data.draw(st.integers(1, 6))), days(last))
                shelf.put(card, drill=data.draw(st.sampled_from([None, days(last)])))
            hidden = data.draw(
                st.sampled_from([{}, {}, {"suspended": True}, {"buried": START + ONE_DAY}, {"buried": START}])
            )
            shelf.put(card, **hidden)
        wanted = Wanted(
            new=data.draw(st.none() | st.integers(0, 5)),
            limit=data.draw(st.none() | st.integers(0, 9)),
            ahead=data.draw(st.sampled_from([0, 0, 1, 3])),
        )
        expected = [key for part in desk.keys(at(0), wanted) for key in part]
        shown, session = [], desk.session(at(0), wanted)
        while (prompt := session.show(at(0))) is not None:
            assert session.remaining.total == len(expected) - len(shown)
            shown.append(prompt.card.key)
            session.grade(Grade.GOOD, at(0))
        assert shown == expected
        if wanted.limit is not None:
            assert len(shown) <= wanted.limit
        assert len(shown) == len(set(shown))
