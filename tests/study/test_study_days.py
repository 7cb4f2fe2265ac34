"""The learner's day in studying: the turn at four, travel, nights when clocks change, sittings that go past the turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation import ONE_DAY, PLENTY, START, Desk, always, at, first_time

from quizcv.clock import day_of, turn_of
from quizcv.model import Action, CardState, Grade, Memory
from quizcv.study import Wanted

if TYPE_CHECKING:
    from tests.conftest import Fresh, Shelf

SHANGHAI, NEW_YORK, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf)


def memory(desk: Desk, card: int) -> Memory:
    found = desk.shelf.state(card).memory
    assert found is not None
    return found


# --- the turn ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [UTC, SHANGHAI, NEW_YORK, BERLIN])
@pytest.mark.parametrize(("hour", "minute", "day"), [(1, 0, 0), (3, 59, 0), (4, 0, 1), (23, 59, 1)])
def test_one_at_night_belongs_to_the_evening_before(
    desk: Desk, zone: ZoneInfo, hour: int, minute: int, day: int
) -> None:
    """In the learner's own time: the journal's day, the day the interval counts from, and the burial."""
    desk.tz = zone
    learned, buried = desk.shelf.add("learned", "buried")
    now = at(1, hour, minute, tz=zone)
    session = desk.session(now)
    session.show(now)
    entry = session.grade(Grade.GOOD, now)
    session.show(now)
    session.bury(now)
    today = START + timedelta(days=day)
    assert entry.day == today
    assert entry.at == now
    assert memory(desk, learned) == Memory(1, 250, 1, today + ONE_DAY, today)
    assert desk.shelf.state(buried).buried == today + ONE_DAY
    turn = turn_of(today + ONE_DAY, zone)
    assert desk.keys(turn - MINUTE) == ([], [], [])
    assert desk.keys(turn) == (["learned"], ["buried"], [])


@pytest.mark.parametrize("start", [0, 3, 4, 12])
def test_the_hour_of_the_turn_is_a_setting(desk: Desk, start: int) -> None:
    desk.settings = replace(PLENTY, day_start=start)
    [card] = desk.shelf.add("a")
    desk.study(at(1, start) - MINUTE)
    assert memory(desk, card).last == START
    assert desk.keys(at(1, start) - MINUTE) == ([], [], [])
    assert desk.keys(at(1, start)) == (["a"], [], [])


# --- past the turn -----------------------------------------------------------------------------------------------

LATE, EARLY = at(1, 3, 59), at(1, 4, 1)


def test_a_review_past_the_turn_is_of_the_new_day(desk: Desk) -> None:
    """Shown before, answered after: it is scheduled from the day on which it was answered."""
    [card] = desk.shelf.add("a")
    session = desk.session(LATE)
    session.show(LATE)
    entry = session.grade(Grade.HARD, EARLY)
    assert (entry.action, entry.day) == (Action.LEARN, START + ONE_DAY)
    assert desk.shelf.state(card) == CardState(
        Memory(1, 236, 1, START + 2 * ONE_DAY, START + ONE_DAY), drill=START + ONE_DAY
    )
    assert session.remaining.drill == 1
    desk.proven()


@pytest.mark.parametrize("grade", [1, 4])
def test_a_drill_past_the_turn_stays_a_drill(desk: Desk, grade: int) -> None:
    """It must not become a review of the new day: that one's interval would grow after a single day."""
    [card] = desk.shelf.add("a")
    for day in (-40, -39, -33):
        desk.study(at(day))
    desk.shelf.put(card, memory=replace(memory(desk, card), due=START, interval=40))
    session = desk.session(LATE)
    session.show(LATE)
    session.grade(Grade.HARD, LATE)
    before = memory(desk, card)
    assert before.interval > 50
    prompt = session.show(LATE)
    assert prompt is not None
    assert prompt.action is Action.DRILL
    entry = session.grade(Grade(grade), EARLY)
    assert (entry.action, entry.day) == (Action.DRILL, START + ONE_DAY)
    assert memory(desk, card) == before
    assert desk.shelf.state(card).drill == (START + ONE_DAY if grade < 4 else None)
    assert (session.show(EARLY) is None) == (grade == 4)


def test_drill_that_the_night_ended_is_passed_over(desk: Desk) -> None:
    """The new day has its own reviews; what was failed is among them when the next sitting begins."""
    desk.shelf.add("a", "b")
    session = desk.session(LATE)
    session.show(LATE)
    session.grade(Grade.WRONG, LATE)
    prompt = session.show(EARLY)
    assert prompt is not None
    assert prompt.card.key == "b"
    session.grade(Grade.GOOD, EARLY)
    assert session.show(EARLY) is None
    assert desk.keys(EARLY) == (["a"], [], [])


def test_a_sitting_left_open_overnight(desk: Desk) -> None:
    """Reviews are still reviews, and count for the new day's limit."""
    desk.settings = replace(PLENTY, new_per_day=3)
    desk.shelf.add(*"abcde")
    session = desk.session(at(0))
    session.show(at(0))
    session.grade(Grade.GOOD, at(0))
    for _ in range(2):
        session.show(at(1))
        session.grade(Grade.GOOD, at(1))
    assert desk.keys(at(1)) == (["a"], ["d"], [])


# --- travel ------------------------------------------------------------------------------------------------------


def test_flying_west_the_day_comes_twice(desk: Desk) -> None:
    """Nothing is asked twice, nothing is lost, and the limits are those of the day that is repeated."""
    desk.settings = replace(PLENTY, new_per_day=2)
    first, second, *_ = desk.shelf.add(*"abcd")
    desk.tz = SHANGHAI
    desk.study(at(1, 8, tz=SHANGHAI), first_time([4, 2]))
    today = START + ONE_DAY
    assert [memory(desk, card).due for card in (first, second)] == [today + ONE_DAY] * 2
    desk.tz = NEW_YORK
    same_day = at(1, 9, tz=SHANGHAI)
    assert day_of(same_day, NEW_YORK) == START
    assert desk.keys(same_day) == ([], ["c", "d"], []), "a new allowance for yesterday, which they had not used"
    desk.study(same_day, first_time([4, 4]))
    assert desk.keys(at(1, 23, tz=NEW_YORK)) == (["c", "d"], [], [])
    assert desk.keys(at(2, 9, tz=NEW_YORK))[0] == ["c", "d", "a", "b"]
    assert Counter(key for key, action, _grade in desk.journal() if action is Action.LEARN) == dict.fromkeys("abcd", 1)
    desk.proven()


def test_flying_east_a_day_is_short(desk: Desk) -> None:
    """What was due in it is overdue in the next, and comes first."""
    desk.tz = NEW_YORK
    desk.shelf.add("a", "b")
    desk.study(at(0, 9, tz=NEW_YORK))
    desk.tz = SHANGHAI
    landed = at(0, 16, tz=NEW_YORK)
    assert day_of(landed, SHANGHAI) == START + ONE_DAY
    assert desk.keys(landed) == (["a", "b"], [], [])
    assert [action for _key, action, _grade in desk.study(landed)] == [Action.REVIEW] * 2
    assert desk.keys(landed) == ([], [], [])


def test_across_the_date_line_and_back_within_an_hour(desk: Desk) -> None:
    """Kiritimati and Pago Pago: 25 hours apart."""
    far_east, far_west = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
    [card] = desk.shelf.add("a")
    now = datetime(2026, 3, 2, 15, tzinfo=UTC)
    desk.tz = far_east
    desk.study(now, always(1))
    for tz in (far_west, far_east, far_west, far_east):
        desk.tz = tz
        now += timedelta(minutes=15)
        assert desk.study(now) == []
        assert desk.study(now, wanted=Wanted(ahead=3)) == []
    assert memory(desk, card).due == START + 2 * ONE_DAY


zones = st.sampled_from(
    [SHANGHAI, NEW_YORK, BERLIN, *map(ZoneInfo, ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"))]
)


@settings(max_examples=20)
@given(
    journey=st.lists(st.tuples(zones, st.integers(1, 80), st.integers(0, 5)), min_size=1, max_size=25),
    begin=st.datetimes(datetime(2026, 3, 25), datetime(2026, 3, 30), timezones=st.just(UTC)),
)
def test_a_traveller_loses_nothing(fresh: Fresh, journey: list[tuple[ZoneInfo, int, int]], begin: datetime) -> None:
    """Wherever the learner goes, over nights when clocks change: each card is reviewed at most once a day, never before
    it is due, and whatever is due is asked."""
    with fresh(None) as shelf:
        desk, now = Desk(shelf, replace(PLENTY, leech_action="tag")), begin
        ids = shelf.add("a", "b", "c")
        for tz, hours, grade in journey:
            now += timedelta(hours=hours)
            desk.tz = tz
            today = day_of(now, tz)
            before = {card: shelf.state(card).memory for card in ids}
            asked = [key for key, action, _ in desk.study(now, first_time([grade])) if action is not Action.DRILL]
            for card, key in zip(ids, "abc", strict=True):
                known, after = before[card], shelf.state(card).memory
                assert (key in asked) == (known is None or (known.due <= today))
                assert after is not None
                assert after == known or (after.last == today and (known is None or known.last < today))
            assert desk.study(now) == []
        days = Counter((key, entry.day) for entry, key in _scheduled(desk))
        assert set(days.values()) == {1}
        desk.proven()


def _scheduled(desk: Desk) -> list[tuple[object, str]]:
    names = desk.names()
    with desk.shelf.store.read() as db:
        return [
            (entry, names[entry.card_id])
            for entry in db.journal.entries(1)
            if entry.action in (Action.LEARN, Action.REVIEW)
        ]


# --- nights when clocks change -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        (BERLIN, date(2026, 3, 29)),  # 02:00 to 03:00
        (BERLIN, date(2026, 10, 25)),  # 03:00 to 02:00
        (NEW_YORK, date(2026, 3, 8)),
        (NEW_YORK, date(2026, 11, 1)),
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5)),  # half an hour
        (ZoneInfo("Antarctica/Troll"), date(2026, 10, 25)),  # two hours, and past the turn
    ],
)
def test_a_night_when_clocks_change(desk: Desk, zone: ZoneInfo, night: date) -> None:
    """Minute for minute: one turn, at four; before it nothing is asked again, from it on everything once."""
    desk.tz = zone
    [card] = desk.shelf.add("a")
    evening = turn_of(night, zone) - timedelta(hours=8)
    desk.study(evening)
    assert memory(desk, card).due == night
    asked = []
    for quarter in range(4 * 12):
        now = evening + quarter * timedelta(minutes=15)
        if desk.study(now):
            asked.append(now)
    assert asked == [turn_of(night, zone)]
    assert asked[0].astimezone(zone).hour in (4, 3 if zone.key == "Antarctica/Troll" else 4)


def test_the_hour_that_comes_twice(desk: Desk) -> None:
    """02:30 in summer time and 02:30 in winter time are one evening, and two entries in their order."""
    desk.tz = BERLIN
    desk.shelf.add("a", "b")
    night = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    for fold in (0, 1):
        now = night.replace(fold=fold)
        session = desk.session(now)
        session.show(now)
        session.grade(Grade.GOOD, now)
    with desk.shelf.store.read() as db:
        one, other = db.journal.entries(1)
    assert other.at - one.at == timedelta(hours=1)
    assert one.day == other.day == date(2026, 10, 24)


def test_the_end_of_the_calendar(desk: Desk) -> None:
    """A hundred years ahead is still a date, however long the history of good answers."""
    [card] = desk.shelf.add("a")
    day = START
    for _ in range(14):
        desk.study(at(day), lambda _key, _action: 5)
        day = memory(desk, card).due
    assert memory(desk, card).interval == 36_500
    desk.proven()
